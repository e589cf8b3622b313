"""Typical mistakes with arrays and letters: changed formulas, each made by one rule from a formula of the graph.

A rule takes a node and gives what a student writes in its place. A changed formula counts only where it keeps the
shape of the quantity; what does not is told by its shape alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from deepcalc.checking.array_rules import AT_NODES
from deepcalc.checking.invited.place import Place, Surroundings
from deepcalc.checking.invited.rows import ROWS, Likelihood
from deepcalc.checking.invited.slips import changes
from deepcalc.checking.softmax_rules import AT_SOFTMAX
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import is_whole
from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import Apply, Entrywise, Transpose
from deepcalc.notation.functions import FUNCTIONS, TWO
from deepcalc.notation.nodes import Call, Literal, Name, Node, Over, Plus, Power, Times, names_in, nodes_in, product
from deepcalc.notation.operations.expressions import arranged, shape_of
from deepcalc.notation.printing import Printer
from deepcalc.notation.shapes import Size, size_node
from deepcalc.plan import Slip

MOST_SLIPS = 600
MOST_OTHERS = 12
"""So many other arrays of the same shape are taken in place of one."""


class ArraySlips:
    """The mistakes in the formulas of one graph, each formula's worked out once."""

    def __init__(self, graph: Graph, printer: Printer) -> None:
        self._graph = graph
        self._printer = printer
        self._found: dict[tuple[str, bool], Sequence[Slip]] = {}
        self._others: dict[str, Sequence[Slip]] = {}
        self._around = Surroundings(graph)

    def of(self, name: str, reached: Sequence[str]) -> Iterator[Slip]:
        """The mistakes that may lead to another value of a quantity, the nearest ones first.

        They are made in what is ``reached`` from it, in the order of the work.
        """
        made = reversed([each for each in reached if self._graph[each].formula is not None])
        yield from islice(chain.from_iterable(self._at(each, each == name) for each in made), MOST_SLIPS)
        yield from self._of_others(name)

    def _of_others(self, name: str) -> Sequence[Slip]:
        """Other arrays taken."""
        if name not in self._others:
            others = _others_taken(self._graph, self._graph[name], self._printer)
            changed = ((key, message, settled(self._graph, name, formula)) for key, message, formula in others)
            self._others[name] = [Slip(key, said, {name: whole}) for key, said, whole in changed if whole is not None]
        return self._others[name]

    def _at(self, name: str, is_last: bool) -> Sequence[Slip]:
        if (name, is_last) not in self._found:
            slips: dict[Any, Slip] = {}
            for key, message, formula in _changes(self._around, self._graph[name], is_last, self._printer):
                whole = settled(self._graph, name, formula)
                if whole is not None:
                    slips.setdefault(whole, Slip(key, message, {name: whole}))
            self._found[name, is_last] = list(slips.values())
        return self._found[name, is_last]


def settled(graph: Graph, name: str, formula: Node) -> Node | None:
    """A changed formula with what depends on shapes decided; None where it is the same or of another shape."""
    try:
        whole = arranged(formula, graph.shape)
        same_shape = shape_of(whole, graph.shape) == graph.shape(name)
    except (DeepcalcError, KeyError):
        return None
    return whole if same_shape and whole != graph[name].formula else None


def _changes(
    around: Surroundings, quantity: Quantity, is_last: bool, printer: Printer
) -> Iterator[tuple[str, str, Any]]:
    graph, formula = around.graph, quantity.definition
    if is_last or quantity.adjoint is not None:
        yield "sign", "the opposite sign", opposite(formula)
    if quantity.adjoint is not None:
        yield from _of_derivatives(graph, quantity)
        yield from _of_norms(graph, quantity, printer)
        yield from _of_summed_up(graph, quantity)
        for kept in _factors_dropped(formula):
            yield "factor-dropped", "a factor left out", kept
    yield from _at_nodes(formula)
    yield from _as_of_numbers(around, quantity, is_last, printer)
    if isinstance(formula, Plus):
        yield from _in_terms(formula)
    if is_last:
        yield from _of_the_whole(graph, quantity)


def _at_nodes(formula: Node) -> Iterator[tuple[str, str, Any]]:
    for rule in (*AT_NODES, *AT_SOFTMAX):
        for node in dict.fromkeys(part for part in nodes_in(formula) if isinstance(part, Node)):
            new = rule.change(node)
            if new is not None:
                yield rule.key, rule.message, formula.xreplace({node: new})


def _in_terms(formula: Plus) -> Iterator[tuple[str, str, Any]]:
    """The mistakes in the terms of a sum."""
    for term in formula.args:
        others = [other for other in formula.args if other is not term]
        yield "term-dropped", "a term left out", others[0] if len(others) == 1 else Plus(*others)
    for term in formula.args[1:]:
        turned = [opposite(other) if other is term else other for other in formula.args]
        yield "sign", "the sign of a term turned", Plus(*turned)


def _of_the_whole(graph: Graph, quantity: Quantity) -> Iterator[tuple[str, str, Any]]:
    """The mistakes in the answer as a whole: a factor, another order of its axes, the mean of a batch."""
    formula = quantity.definition
    yield "factor-2", "a factor 2 too many", product(TWO, formula)
    yield "factor-2", "a factor 2 left out", Over(formula, TWO)
    if len(graph.shape(quantity.name)) == 2:
        yield "transposed", "the transposed matrix", Transpose(formula)
    for size in _sizes(graph, quantity):
        written = size_node(size)
        yield "mean-factor", "1/N left out", product(written, formula)
        yield "mean-factor", "1/N twice", Over(formula, written)


def _as_of_numbers(
    around: Surroundings, quantity: Quantity, is_last: bool, printer: Printer
) -> Iterator[tuple[str, str, Any]]:
    """The mistakes that are made with arrays as with numbers: a square, a logarithm, a sign, a derivative's form."""
    entrywise = {node: product(*node.args) for node in nodes_in(quantity.definition) if isinstance(node, Entrywise)}
    written = replace(quantity, formula=quantity.definition.xreplace(entrywise))
    place = Place(around.graph, written, is_last, around)
    tells_many = bool(around.graph.shape(quantity.name))
    for row in ROWS:
        if tells_many or row.likelihood is Likelihood.COMMON or (row.of and row.likelihood is Likelihood.PLAUSIBLE):
            for formula, *names in (written for written, _ in changes(row, place)):
                yield row.key, row.said(names, printer), formula


def _others_taken(graph: Graph, quantity: Quantity, printer: Printer) -> Iterator[tuple[str, str, Any]]:
    """Another array of the same shape in place of one: of those before the quantity the last ones."""
    before = graph.names[: graph.names.index(quantity.name)][::-1]
    for used in names_in(quantity.definition):
        shape = graph.shape(used)
        alike = (other for other in before if other != used and shape and graph.shape(other) == shape)
        for other in islice(alike, MOST_OTHERS):
            message = f"{printer.print(Name(other))} taken in place of {printer.print(Name(used))}"
            yield "other-array", message, quantity.definition.xreplace({Name(used): Name(other)})


def _factors_dropped(formula: Node) -> Iterator[Node]:
    """A product without one of its factors, each in turn."""
    if isinstance(formula, Times | Entrywise) and len(formula.args) > 1:
        for factor in formula.args:
            kept = [other for other in formula.args if other is not factor]
            yield kept[0] if len(kept) == 1 else formula.func(*kept)


def _of_derivatives(graph: Graph, quantity: Quantity) -> Iterator[tuple[str, str, Any]]:
    """The derivative of an activation left out, or once more."""
    formula = quantity.formula
    if not isinstance(formula, Times | Entrywise):
        return
    upstream, *local = formula.args
    adjoint = graph[upstream.name].adjoint if isinstance(upstream, Name) else None
    if adjoint is None:
        return
    function = _function(graph[adjoint.wrt].formula)
    if function is None:
        return
    said = FUNCTIONS[function].unicode
    yield "derivative-left-out", f"{said}′ left out", upstream
    yield "derivative-twice", f"{said}′ multiplied in twice", formula.func(*formula.args, *local)


def _of_summed_up(graph: Graph, quantity: Quantity) -> Iterator[tuple[str, str, Any]]:
    """What a loss adds up, or averages, in place of its derivative."""
    assert quantity.adjoint is not None
    w, of = Name(quantity.adjoint.wrt), graph[quantity.adjoint.of].formula
    if of is None or w not in nodes_in(of):
        return
    for node in nodes_in(of):
        if isinstance(node, Apply) and node.operation in ("sum", "mean") and "axis" not in node.settings:
            terms = node.operands[0]
            if node.operation == "mean":
                terms = Over(terms, product(*map(size_node, graph.shape(w.name))))
            yield "function-kept", "what the loss adds up in place of its derivative", of.xreplace({node: terms})


def _of_norms(graph: Graph, quantity: Quantity, printer: Printer) -> Iterator[tuple[str, str, Any]]:
    """The derivative of a norm or of its square: one in place of the other, or the norm as a factor too many."""
    assert quantity.adjoint is not None
    w, formula, of = Name(quantity.adjoint.wrt), quantity.definition, graph[quantity.adjoint.of].formula
    norm, squares = Apply("norm", {}, w), Apply("sum", {}, Power(w, TWO))
    inside = () if of is None else tuple(nodes_in(of))
    is_squared = squares in inside or Power(norm, TWO) in inside
    if w not in nodes_in(formula) or not (is_squared or norm in inside):
        return
    whole, root, written = (printer.print(each) for each in (Power(norm, TWO), norm, w))
    yield "norm-times", f"{printer.print(product(norm, w))} in place of {written}", product(norm, w)
    if is_squared:
        with_norm = formula.xreplace({w: product(norm, w)})
        for each in (with_norm, Over(with_norm, TWO)):
            yield "norm-times", f"{printer.print(product(norm, w))} in place of {written}", each
        signs = formula.xreplace({w: Over(Call("sign", w), TWO)})
        yield "sign-for-value", f"the sign of {written}, as of absolute values", signs
        of_norm = formula.xreplace({w: Over(w, product(TWO, norm))})
        yield "norm-for-square", f"the derivative of {root} in place of that of {whole}", of_norm
    else:
        of_square = formula.xreplace({w: product(TWO, norm, w)})
        yield "square-for-norm", f"the derivative of {whole} in place of that of {root}", of_square


def _function(formula: Node | None) -> str | None:
    return str(formula.function) if isinstance(formula, Call) else None


def _sizes(graph: Graph, quantity: Quantity) -> Iterable[Size]:
    """What a mean may have been taken over: the sizes of the arrays behind a gradient, and numbers divided by."""
    if quantity.adjoint is None:
        return ()
    found: dict[Size, None] = {}
    for name in graph.ancestors([quantity.name]):
        for size in graph.shape(name):
            found[size] = None
        for node in nodes_in(formula) if (formula := graph[name].formula) is not None else ():
            if isinstance(node, Over) and isinstance(node.args[1], Literal) and is_whole(node.args[1].value):
                found[int(node.args[1].value)] = None
            if isinstance(node, Over) and names_in(node.args[1]) and isinstance(node.args[1], Name):
                found[node.args[1]] = None
    return [size for size in found if size not in (1, 2)]

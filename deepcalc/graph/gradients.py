"""Gradients as quantities of the same graph: reverse accumulation, one adjoint for each quantity on the way.

The derivative of L by x is the sum, over the quantities c that are made of x, of (derivative of L by c) times
(partial derivative of c by x). Each is added to the graph as a quantity with that sum as its formula, so the
result is the derivation, and the cost is linear in the graph. See Griewank and Walther, *Evaluating
Derivatives*, 2nd ed., section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, GraphError, Prose, Quantity
from deepcalc.graph.ways import Ways
from deepcalc.notation.array_nodes import Apply, MatrixProduct
from deepcalc.notation.names import HIGHEST_ORDER, entry_name, gradient, gradient_parts
from deepcalc.notation.nodes import ONE, ZERO, Name, Negative, Node, Plus, Times, negative, nodes_in, product, total
from deepcalc.notation.shapes import Shape, shape_text, size_node
from deepcalc.records import record

if TYPE_CHECKING:
    from deepcalc.notation.operations.expressions import ShapeOf

BACKWARD = "Backward pass"


def _no_error_term(name: str) -> str | None:
    return None


def _no_note(name: str) -> Prose:
    return ()


@record
class Style:
    """How adjoints are written.

    ``error_term`` names the adjoint of a quantity (δ₄ at unit 4), ``gradient`` names are used where it gives
    None. ``sign`` -1 makes every error term the negative derivative, as in textbooks that write
    Err = O(1 - O)(T - O). The adjoint of an ``absorbed`` quantity (a unit's output) is not a quantity of its
    own but written into that of the net input before it, the activation's derivative first.
    """

    error_term: Callable[[str], str | None] = _no_error_term
    sign: int = 1
    absorbed: frozenset[str] = frozenset()
    section: str = BACKWARD
    group: Callable[[str], str | None] = _no_error_term
    note: Callable[[str], Prose] = _no_note


def opposite(node: Node) -> Node:
    """The negative as a person writes it: that of ``o - t`` is ``t - o``, of ``2/3*(o - t)`` is ``2/3*(t - o)``."""
    if isinstance(node, Plus) and len(node.args) == 2 and isinstance(node.args[1], Negative):
        return total(node.args[1].args[0], negative(node.args[0]))
    if isinstance(node, Times):
        for index, factor in enumerate(node.args):
            turned = opposite(factor)
            if isinstance(turned, Plus):
                return Times(*node.args[:index], turned, *node.args[index + 1 :])
    return negative(node)


def differentiate(graph: Graph, of: str, wrt: Iterable[str], style: Style = Style()) -> None:
    """Add the derivatives of ``of`` by each of ``wrt``, and those on the way to them, to the graph.

    What is there already is used. A derivative that is 0 because nothing leads from one to the other is added
    as such. ``GraphError`` where derivatives of derivatives become too many.
    """
    wanted = list(dict.fromkeys(wrt))
    for name in wanted:
        derivative_shape(of, name, graph.shape)
    wanted = [name for name in wanted if not _derived_term_by_term(graph, of, name, style)]
    for fused in (True, False):  # then those that fused derivatives pass by
        ways = Ways(graph, of, fused)
        reached = [name for name in wanted if name in ways.behind and name != of]
        if reached:
            _accumulate(ways, reached, style)
        done = set(reached)
        wanted = [name for name in wanted if name not in done]
        if not wanted:
            return
    for name in wanted:
        if gradient(of, name) not in graph:
            formula = of_itself(graph, of) if name == of else no_derivative(graph, of, name)
            graph.add(Quantity(gradient(of, name), formula, section=style.section, origin=graph[name].origin))


def _derived_term_by_term(graph: Graph, of: str, wrt: str, style: Style) -> bool:
    """Add the derivative of a sum of numbers of which one has been derived already: the sum of their derivatives.

    So the chain behind a loss is not written again for the loss with its penalty. Whether it was done.
    """
    formula = graph[of].formula
    terms = [each.name for each in formula.args if isinstance(each, Name)] if isinstance(formula, Plus) else []
    if formula is None or len(terms) != len(formula.args) or wrt in terms or gradient(of, wrt) in graph:
        return False
    if graph.shape(of) or not any(quantity.adjoint and quantity.adjoint.of in terms for quantity in graph):
        return False
    leading = [term for term in terms if wrt in Ways(graph, term, fused=False).behind]
    for term in leading:
        differentiate(graph, term, [wrt])
    derivatives = [adjoint_of(graph, term, wrt) for term in leading]
    others = [Name(term) for term in terms if term not in leading]
    note = _not_of(others, wrt) if leading and others else ()
    written = total(*(term if sign > 0 else Negative(term) for term, sign in derivatives))
    graph.add(
        Quantity(
            gradient(of, wrt),
            written if leading else no_derivative(graph, of, wrt),
            section=style.section,
            group=style.group(wrt),
            note=note,
            origin=graph[wrt].origin,
            adjoint=Adjoint(of, wrt),
        )
    )
    return True


def _not_of(terms: Sequence[Name], wrt: str) -> Prose:
    """Why terms have no part in a derivative."""
    names = [part for term in terms for part in (", ", term)][1:]
    return (*names, " does not depend on " if len(terms) == 1 else " do not depend on ", Name(wrt))


def derivative_shape(of: str, wrt: str, shape: ShapeOf) -> Shape:
    """The shape of the derivative of one quantity by another.

    A number by an array has the array's shape, a vector by a number the vector's; a vector by a vector is the
    Jacobian, rows for what is derived. ``GraphError`` for what has more axes, and for a derivative of a matrix.
    """
    above, below = shape(of), shape(wrt)
    if not above or (len(above) == 1 and len(below) <= 1):
        return (*above, *below)
    entry = entry_name(of, (0,) * len(above))
    shapes = f"{of} is {shape_text(above)}, {wrt} {shape_text(below)}"
    fault = "has more than two axes" if below else "is the derivative of what has more than one axis"
    raise GraphError(
        f"d{of}/d{wrt} {fault} ({shapes}); ask for the derivative of an entry ({entry}), "
        f"or define a number such as s: sum({of}) and ask for ds/d{wrt}",
        gradient(of, wrt),
    )


def no_derivative(graph: Graph, of: str, name: str) -> Node:
    """The derivative of what is not made of the quantity: 0, in the shape of the derivative."""
    shape = derivative_shape(of, name, graph.shape)
    return Apply("zeros", {}, *map(size_node, shape)) if shape else ZERO


def of_itself(graph: Graph, name: str) -> Node:
    """The derivative of a quantity by itself: 1, of a vector the identity."""
    shape = graph.shape(name)
    return Apply("identity", {}, size_node(shape[0])) if shape else ONE


def adjoint_of(graph: Graph, of: str, wrt: str) -> tuple[Node, int]:
    """The name of what holds the derivative of one by the other, and its sign."""
    quantity = graph.adjoint(of, wrt)
    if quantity is None or quantity.adjoint is None:
        return Name(gradient(of, wrt)), 1
    return Name(quantity.name), quantity.adjoint.sign


def add_gradient(graph: Graph, name: str) -> None:
    """Add the derivative of that name to the graph, and before it those that it is the derivative of or by."""
    parts = gradient_parts(name)
    if name in graph or parts is None:
        return
    for part in parts:
        add_gradient(graph, part)
    differentiate(graph, parts[0], parts[1:])


def _accumulate(ways: Ways, wanted: list[str], style: Style) -> None:
    on_the_way = ways.leading_to(wanted)
    _check_order(ways.graph, ways.of, on_the_way)
    consumers: dict[str, list[str]] = {name: [] for name in on_the_way}
    for name in on_the_way:
        for parent in ways.parents(name):
            if parent in consumers:
                consumers[parent].append(name)
    writer = _AdjointWriter(ways, style)
    asked = set(wanted)
    for name in _backward_order(ways.graph, ways.of, on_the_way, consumers):
        writer.write(name, consumers[name])
        if name in asked:
            writer.as_gradient(name)


MOST_WRITTEN = 5_000
"""How much (in nodes) may be written behind a derivative that is derived itself; with each order it multiplies."""


def _check_order(graph: Graph, of: str, on_the_way: list[str]) -> None:
    order = max(name.count("/") for name in on_the_way) + of.count("/") + 1
    if order == 1:
        return
    formulas = (graph[name].formula for name in on_the_way)
    written = sum(1 for formula in formulas if formula is not None for _ in nodes_in(formula))
    if order > HIGHEST_ORDER or written > MOST_WRITTEN:
        raise GraphError(
            f"{of} is made of derivatives, and is too long or of too high an order to be derived again", of
        )


def _backward_order(graph: Graph, of: str, path: list[str], consumers: dict[str, list[str]]) -> list[str]:
    """From the loss back, layer by layer, each layer in definition order; the given values (weights) last."""
    distance = {of: 0}
    for name in reversed(path):
        if name != of:
            distance[name] = 1 + max(distance[consumer] for consumer in consumers[name])
    inner = [name for name in path if name != of and (graph[name].given is None or graph.uses(name))]
    given = [name for name in path if graph[name].given is not None and not graph.uses(name)]
    return [*sorted(inner, key=distance.__getitem__), *given]


class _AdjointWriter:
    def __init__(self, ways: Ways, style: Style) -> None:
        self._ways = ways
        self._graph = ways.graph
        self._of = ways.of
        self._style = style
        self._absorbed: dict[str, Node] = {}

    def write(self, name: str, consumers: list[str]) -> None:
        """Add the adjoint of a quantity, the sum of what its consumers pass back."""
        graph, style = self._graph, self._style
        own = gradient(self._of, name)
        if graph.adjoint(self._of, name) is not None or own in graph:
            return
        terms = [self._passed_back(consumer, name) for consumer in consumers]
        formula = total(*(term for term in terms if term != ZERO))
        if graph.is_of_arrays(name) or any(map(graph.is_of_arrays, consumers)):
            from deepcalc.graph.array_gradients import tidied

            formula = tidied(graph, formula)
        if formula == ZERO:
            formula = no_derivative(graph, self._of, name)
        if name in style.absorbed:
            self._absorbed[name] = formula
            return
        error_term = style.error_term(name)
        if error_term is None and style.sign < 0:
            formula = opposite(formula)
        graph.add(
            Quantity(
                error_term or own,
                formula,
                laws=self._meaning(own) if error_term else self._chain_rule(name, consumers),
                section=style.section,
                group=style.group(name),
                note=style.note(name) or self._why_fused(name, consumers),
                origin=graph[name].origin,
                adjoint=Adjoint(self._of, name, style.sign if error_term else 1),
            )
        )

    def _why_fused(self, name: str, consumers: list[str]) -> Prose:
        """Why a derivative passes by what lies between."""
        for consumer in consumers:
            if self._ways.is_fused(consumer) and name in self._graph[consumer].fused:
                return self._graph[consumer].fused_note
        return ()

    def as_gradient(self, name: str) -> None:
        """Add the gradient under its own name where the adjoint is an error term, or absorbed."""
        own = gradient(self._of, name)
        if own in self._graph:
            return
        if name in self._absorbed:
            absorbed = self._absorbed[name]
            formula = absorbed if self._style.sign > 0 else opposite(absorbed)
        else:
            term, sign = adjoint_of(self._graph, self._of, name)
            formula = term if sign > 0 else Negative(term)
        self._graph.add(Quantity(own, formula, section=self._style.section, origin=self._graph[name].origin))

    def _meaning(self, own: str) -> tuple[Node, ...]:
        return (Name(own) if self._style.sign > 0 else Negative(Name(own)),)

    def _chain_rule(self, name: str, consumers: list[str]) -> tuple[Node, ...]:
        """The chain rule in symbols, where there is a chain to show."""
        if self._style.sign < 0 or not consumers:
            return ()
        joined: Callable[[Node, Node], Node] = Times
        if self._graph.is_of_arrays(name) or any(map(self._graph.is_of_arrays, consumers)):
            if not all(len(self._graph.shape(each)) == 1 for each in (self._of, *consumers, name)):
                return ()  # the pull-backs are what is written; local derivatives are not quantities of their own
            joined = MatrixProduct
        links = []
        for consumer in consumers:
            adjoint = self._graph.adjoint(self._of, consumer)
            if adjoint is None:
                return ()
            links.append(joined(Name(adjoint.name), Name(gradient(consumer, name))))
        return (total(*links),)

    def _passed_back(self, consumer: str, name: str) -> Node:
        graph = self._graph
        if graph.is_of_arrays(consumer) or graph.is_of_arrays(name):
            from deepcalc.graph.array_gradients import passed_back

            adjoint, sign = (ONE, 1) if consumer == self._of else adjoint_of(graph, self._of, consumer)
            local = graph[consumer].fused.get(name) if self._ways.is_fused(consumer) else None
            if local is None and graph.shape(name):
                local = graph[consumer].partials.get(name)
            term = passed_back(graph, self._of, consumer, name, adjoint, local)
            return term if sign == self._style.sign else opposite(term)
        local = self._ways.partial(consumer, name)
        if consumer == self._of:
            return local if self._style.sign > 0 else opposite(local)
        if consumer in self._absorbed:
            return product(local, self._absorbed[consumer])
        adjoint, sign = adjoint_of(graph, self._of, consumer)
        term = product(adjoint, local)
        return term if sign == self._style.sign else opposite(term)

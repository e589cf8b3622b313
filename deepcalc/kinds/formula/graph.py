"""The plan of `formula`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.errors import Fault, FieldError, Location, ParseError
from deepcalc.fields.constants import parse_constant
from deepcalc.fields.given import is_space, letters_of_sizes
from deepcalc.graph.fusion import with_fusion
from deepcalc.graph.gradients import add_gradient, differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Letter, Quantity
from deepcalc.kinds.formula.fields import FORWARD, WITH_GRADIENTS, FormulaFields, names_used
from deepcalc.kinds.registry import Assignment
from deepcalc.notation.array_nodes import Item, counted_from_one, is_numeric
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import Leaf, Name, Negative, Node, Plus, Relation, names_in
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import ShapeError, UnwrittenGradient
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.picture_plans import GatesPlan
from deepcalc.plan.statement import Statement, given_as, joined, prose
from deepcalc.rules.definitions import defined_by


def build(fields: FormulaFields) -> Plan:
    writer = _Writer(fields)
    writer.write()
    graph, further = writer.graph, writer.further
    last = [name for name in fields.define if name not in further][-1]
    drawn = tuple(each.name for each in graph if each.origin[-1] not in further and each.adjoint is None)
    used = {word for formula in fields.define.values() for _, word in names_used(formula)}
    ends = [name for name in fields.define if name not in used]
    leads = [] if further or graph.shape(last) else [name for name in fields.given if name in graph.ancestors([last])]
    parts = [PartPlan("a", tuple(fields.define))]
    graph, leads = _differentiated(graph, last, leads, fields.asked_for())
    if leads:
        parts.append(PartPlan("b", tuple(gradient(last, name) for name in leads)))
    return Plan(
        graph,
        tuple(parts),
        _statement(fields, further or ends, leads),
        figures=(GatesPlan("The expression graph", drawn, last),),
        symbols=Symbols(vectors=fields.vectors or "", count_from=fields.count_from),
    )


def _differentiated(graph: Graph, last: str, leads: list[str], asked: frozenset[str]) -> tuple[Graph, list[str]]:
    """The graph with the gradients that are asked for where the author asks nothing; none of what has no gradient.

    Those of a term of the last sum that are ``asked`` come before, so that the chain is written once, for the term.
    """
    found = Graph(graph)
    try:
        terms = dict.fromkeys(part.name for part in graph[last].definition.args if isinstance(part, Name))
        for term in (name for name in terms if graph[name].given is None):
            differentiate(found, term, [name for name in leads if gradient(term, name) in asked])
        differentiate(found, last, leads)
    except UnwrittenGradient:
        return graph, []
    except (GraphError, ShapeError) as error:
        raise FieldError([Fault(("define", last), str(error))]) from None
    return found, leads


class _Writer:
    """Writes the graph of a problem; ``further`` are the formulas with derivatives in them."""

    def __init__(self, fields: FormulaFields) -> None:
        self.graph = Graph()
        self.further: list[str] = []
        self._fields = fields
        self._taken = {*fields.given, *fields.define}

    def write(self) -> None:
        """``FieldError`` with all that is wrong together."""
        faults: list[Fault] = []
        for size in letters_of_sizes(self._fields.given):
            if size not in self._fields.given:
                self.graph.add(Quantity(size, given=Letter(), section="Sizes", origin=("given",)))
        for name, value in self._fields.given.items():
            try:
                self.graph.add(Quantity(name, given=value, section="Given", origin=("given", name)))
            except ShapeError as error:
                faults.append(Fault(("given", name), error.message))
        for name, formula in _defined(self._fields).items():
            fault = self._define(name, formula)
            faults += [] if fault is None else [fault]
        if faults:
            raise FieldError(faults)

    def _define(self, name: str, formula: Node) -> Fault | None:
        """Add a formula to the graph; what is wrong with it."""
        fields, graph, origin = self._fields, self.graph, ("define", name)
        uses_gradients = any(used in self.further or gradient_parts(used) for used in names_in(formula))
        section = WITH_GRADIENTS if uses_gradients else FORWARD
        if uses_gradients:
            self.further.append(name)
        if any(used not in graph for _, used in names_used(formula)):
            return None  # what it uses has a fault of its own
        note = (fields.notes[name],) if name in fields.notes else ()
        word = ""
        try:
            for word in filter(gradient_parts, names_in(formula)):
                add_gradient(graph, word)
            if fields.gates:
                formula = _with_gates(graph, formula, self._taken, section, origin)
            slopes = _known_slopes(graph, name, formula)
            quantity = Quantity(
                name, formula, partials=slopes, section=section, group="outputs", note=note, origin=origin
            )
            graph.add(with_fusion(graph, quantity) if graph.has_arrays else quantity)
        except (GraphError, ShapeError) as error:
            counted = "; here they count from 0" if fields.count_from == 0 and isinstance(error.node, Item) else ""
            return Fault(origin, f"{error}{counted}", _first_name(error.node) or word)
        return None


def _known_slopes(graph: Graph, name: str, formula: Node) -> dict[str, Any]:
    """The derivatives of a function that is written out, in its own value: ``s*(1 - s)`` of ``s = 1/(1 + exp(-z))``."""
    call = defined_by(formula)
    if call is None or (graph.has_arrays and not isinstance(call.arguments[0], Name)):
        return {}
    return {used: derivative(call, used, Name(name)) for used in names_in(formula)}


def _defined(fields: FormulaFields) -> dict[str, Node]:
    """The formulas, the entries in them counted from 1."""
    if fields.count_from == 1:
        return fields.define
    return {name: counted_from_one(formula) for name, formula in fields.define.items()}


def _first_name(node: Node | None) -> str:
    """The name at which a caret may point."""
    return next(iter(names_in(node)), "") if node is not None else ""


def _with_gates(graph: Graph, formula: Node, taken: set[str], section: str, origin: Location) -> Any:
    """The formula with a named gate in place of every operation inside it; the gates are added to the graph."""

    def gate(node: Node) -> Any:
        if isinstance(node, Leaf):
            return node
        if isinstance(node, Negative):
            return Negative(gate(node.args[0]))
        inner = outer(node)
        number = 1
        while f"g{number}" in taken:
            number += 1
        name = f"g{number}"
        taken.add(name)
        graph.add(Quantity(name, inner, section=section, origin=origin))
        return Name(name)

    def outer(node: Node) -> Any:
        if isinstance(node, Leaf) or not all(hasattr(part, "args") for part in node.args):
            return node
        keep = Negative if isinstance(node, Plus) else ()
        parts = [
            part if not _is_expression(part) else Negative(gate(part.args[0])) if isinstance(part, keep) else gate(part)
            for part in node.args
        ]
        return node.func(*parts)

    return outer(formula)


def _is_expression(node: Node) -> bool:
    return bool(node.args)


def _statement(fields: FormulaFields, results: Sequence[str], leads: Sequence[str]) -> Statement:
    given = joined((given_as(name, value) for name, value in fields.given.items()), last=", ") if fields.given else ()
    formulas = joined((Relation("=", Name(name), formula) for name, formula in _defined(fields).items()), "; ", "; ")
    beginning = prose("Given ", given, ", and ") if given else ("Given ",)
    whose = (
        ("its partial derivatives by ",)
        if len(results) == 1
        else ("the partial derivatives of ", Name(results[-1]), " by ")
    )
    by = prose(" and ", *whose, joined(map(Name, leads), last=", ")) if leads else ()
    asks = prose("Compute ", joined(map(Name, results), last=", " if leads else " and "), by, ".")
    return Statement(prose(beginning, formulas, ":"), asks)


def shorthand(assignments: Sequence[Assignment]) -> dict[str, Any]:
    """``f=(x+y)*z x=-2 y=5 z=-4``: numbers, arrays, spaces and nothing are given, everything else is a definition."""
    given = {name: value for name, value in assignments if _is_given(value)}
    define = {name: value for name, value in assignments if name not in given}
    return {"given": given, "define": define}


def _is_given(text: str) -> bool:
    if not text.strip() or is_space(text) or parse_constant(text) is not None:
        return True
    try:
        node = parse(text)
    except ParseError:
        return False
    return is_numeric(node)

"""Anything else: the graph itself, written down by the author, forward and backward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from deepcalc.errors import Fault, FieldError, Location, did_you_mean
from deepcalc.graph.gradients import add_gradient, differentiate
from deepcalc.graph.graph import Graph, GraphError, Letter, Quantity
from deepcalc.kinds._fields import Fields, Flag, Formula, Identifier, Text
from deepcalc.kinds._given import Given, letters_of_sizes
from deepcalc.kinds._registry import Assignment, Kind
from deepcalc.notation.array_nodes import counted_from_one
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import Leaf, Name, Negative, Plus, SumOver, names_in, nodes_in
from deepcalc.notation.printing import LatexPrinter
from deepcalc.notation.shapes import ShapeError, size_node
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.figures import GatesPlan

FORWARD = "Forward pass"
WITH_GRADIENTS = "With the gradients"


class FormulaFields(Fields):
    """Givens and definitions; what is found is their values and any derivative of one by another."""

    given: dict[Identifier, Given] = Field(
        description="names and their values: {x: -2, W: [[1, 2], [3, 4]]}; nothing, or a space such as R^(n x d), "
        "for a letter"
    )
    define: dict[Identifier, Formula] = Field(
        min_length=1,
        description="formulas in order, each in names defined before it: {q: x + y, f: q*z}; a gradient of "
        "earlier ones stands in braces: {wn: 'w - 0.1*{dL/dw}'}",
    )
    gates: Flag = Field(False, description="make a gate of its own (g1, g2, …) of every operation inside a formula")
    vectors: Literal["rows", "columns"] | None = Field(
        None, description="how vectors are written, always: by default as where they stand (a column after a matrix)"
    )
    count_from: Literal[0, 1] = Field(
        1, description="what entries count from: x[1] is the first one; 0 as in Python, where a span leaves out its end"
    )
    notes: dict[Identifier, Text] = Field(default_factory=dict, description="a note beside a definition")

    def faults(self) -> Iterator[Fault]:
        known = [*self.given, *letters_of_sizes(self.given)]
        for name, formula in self.define.items():
            location = ("define", name)
            if name in self.given:
                yield Fault(location, f"`{name}` is given already; a name is either given or defined")
            if any(isinstance(part, SumOver) for part in nodes_in(formula)):
                yield Fault(location, "a sum over an index is for laws; write the terms out")
            for word, used in _used(formula):
                if used in known:
                    continue
                if used == name:
                    yield Fault(location, f"`{name}` is defined by itself (a cycle)", word)
                elif used in self.define:
                    if name in names_in(self.define[used]):
                        yield Fault(location, f"`{name}` and `{used}` are defined by each other (a cycle)", word)
                    else:
                        yield Fault(location, f"`{used}` is used before it is defined; put its definition first", word)
                else:
                    yield Fault(location, f"`{used}` is neither given nor defined{did_you_mean(used, known)}", word)
            for used in names_in(formula):
                of, wrt = gradient_parts(used) or ("", "")
                if of in self.given:
                    yield Fault(location, f"`{used}`: {of} is given, so it has no derivative by {wrt}", used)
            known.append(name)
        for name in self.notes:
            if name not in self.define:
                yield Fault(("notes", name), f"`{name}` is not defined{did_you_mean(name, list(self.define))}")


def build(fields: FormulaFields) -> Plan:
    graph = Graph()
    for size in letters_of_sizes(fields.given):
        if size not in fields.given:
            graph.add(Quantity(size, given=Letter(), section="Sizes", origin=("given",)))
    faults: list[Fault] = []
    for name, value in fields.given.items():
        try:
            graph.add(Quantity(name, given=value, section="Given", origin=("given", name)))
        except ShapeError as error:
            faults.append(Fault(("given", name), error.message))
    taken = {*fields.given, *fields.define}
    further: list[str] = []
    for name, formula in fields.define.items():
        origin = ("define", name)
        if fields.count_from == 0:
            formula = counted_from_one(formula)
        uses_gradients = any(used in further or gradient_parts(used) for used in names_in(formula))
        section = WITH_GRADIENTS if uses_gradients else FORWARD
        if uses_gradients:
            further.append(name)
        if any(used not in graph for _, used in _used(formula)):
            continue  # what it uses has a fault of its own
        note = (fields.notes[name],) if name in fields.notes else ()
        word = ""
        try:
            for word in filter(gradient_parts, names_in(formula)):
                add_gradient(graph, word)
            if fields.gates:
                formula = _with_gates(graph, formula, taken, section, origin)
            graph.add(Quantity(name, formula, section=section, group="outputs", note=note, origin=origin))
        except GraphError as error:
            faults.append(Fault(origin, str(error), _first_name(error.node) or word))
    if faults:
        raise FieldError(faults)
    last = [name for name in fields.define if name not in further][-1]
    drawn = tuple(each.name for each in graph if each.origin[-1] not in further and each.adjoint is None)
    picture = GatesPlan("The expression graph", drawn, last)
    leads = [name for name in fields.given if name in graph.ancestors([last])]
    parts = [PartPlan("a", tuple(fields.define))]
    if further or graph.shape(last):
        return Plan(graph, tuple(parts), _statement(fields, further or [last], []), figures=(picture,))
    differentiate(graph, last, leads)
    if leads:
        parts.append(PartPlan("b", tuple(gradient(last, name) for name in leads)))
    return Plan(graph, tuple(parts), _statement(fields, [last], leads), figures=(picture,))


def _used(formula: Any) -> Iterator[tuple[str, str]]:
    """The names in a formula, each with itself, a gradient with the quantities that it is the derivative of and by."""
    for word in names_in(formula):
        ends = [word]
        while ends:
            parts = gradient_parts(ends[0])
            if parts is None:
                yield word, ends.pop(0)
            else:
                ends[:1] = parts


def _first_name(node: Any) -> str:
    """The name at which a caret may point."""
    return next(iter(names_in(node)), "") if node is not None else ""


def _with_gates(graph: Graph, formula: Any, taken: set[str], section: str, origin: Location) -> Any:
    """The formula with a named gate in place of every operation inside it; the gates are added to the graph."""

    def gate(node: Any) -> Any:
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

    def outer(node: Any) -> Any:
        if isinstance(node, Leaf) or not all(hasattr(part, "args") for part in node.args):
            return node
        keep = Negative if isinstance(node, Plus) else ()
        parts = [
            part if not _is_expression(part) else Negative(gate(part.args[0])) if isinstance(part, keep) else gate(part)
            for part in node.args
        ]
        return node.func(*parts)

    return outer(formula)


def _is_expression(node: Any) -> bool:
    return bool(node.args)


def _statement(fields: FormulaFields, results: Sequence[str], leads: Sequence[str]) -> str:
    printer = LatexPrinter()

    def math(node: Any) -> str:
        return f"${printer.print(node)}$"

    given = ", ".join(_given_text(printer, name, value) for name, value in fields.given.items())
    defined = "; ".join(
        f"${printer.print(Name(name))} = {printer.print(formula)}$" for name, formula in fields.define.items()
    )
    by = ", ".join(math(Name(name)) for name in leads)
    wanted = ", ".join(math(Name(name)) for name in results)
    asked = f" and its partial derivatives by {by}" if leads else ""
    return f"Given {given}, and {defined}: compute {wanted}{asked}."


def _given_text(printer: LatexPrinter, name: str, value: Any) -> str:
    """A given value in words of mathematics; a letter as such, or as an element of its space."""
    symbol = printer.print(Name(name))
    if not isinstance(value, Letter):
        return f"${symbol} = {printer.print(value)}$"
    sizes = r" \times ".join(printer.print(size_node(size)) for size in value.shape)
    return rf"${symbol} \in \mathbb{{R}}^{{{sizes}}}$" if sizes else f"${symbol}$"


def _shorthand(assignments: Sequence[Assignment]) -> dict[str, Any]:
    """``f=(x+y)*z x=-2 y=5 z=-4``: numbers are given, everything else is a definition."""
    given = {name: value for name, value in assignments if _is_number(value)}
    define = {name: value for name, value in assignments if name not in given}
    return {"given": given, "define": define}


def _is_number(text: str) -> bool:
    from deepcalc.errors import ParseError
    from deepcalc.notation.parser import parse_number

    try:
        parse_number(text)
    except ParseError:
        return False
    return True


TEMPLATE = """\
title: Forward and backward through a small expression
kind: formula
given: {x: -2, y: 5, z: -4}          # names and numbers
define:                              # formulas in order; + - * / ^ and functions such as exp, log, sigmoid
  q: x + y
  f: q*z
parts:
  - {id: a, points: 1, find: f}
  - {id: b, points: 3, find: [df/dx, df/dy, df/dz]}     # any derivative of one by another
expected: {f: -12, df/dx: -4, df/dz: 3}
"""

KIND = Kind(
    name="formula",
    summary="any givens and definitions: forward values and every partial derivative, gate by gate",
    fields=FormulaFields,
    build=build,
    template=TEMPLATE,
    shorthand=_shorthand,
)

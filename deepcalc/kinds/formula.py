"""Anything else: the graph itself, written down by the author, forward and backward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from deepcalc.errors import Fault, did_you_mean
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds._fields import Fields, Flag, Formula, Identifier, Number, Text
from deepcalc.kinds._registry import Assignment, Kind
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Leaf, Name, Negative, Plus, SumOver, names_in, nodes_in
from deepcalc.notation.printing import LatexPrinter
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.figures import GatesPlan

FORWARD = "Forward pass"


class FormulaFields(Fields):
    """Givens and definitions; what is found is their values and any derivative of one by another."""

    given: dict[Identifier, Number] = Field(description="names and their values: {x: -2, y: 5}")
    define: dict[Identifier, Formula] = Field(
        min_length=1, description="formulas in order, each in names defined before it: {q: x + y, f: q*z}"
    )
    gates: Flag = Field(False, description="make a gate of its own (g1, g2, …) of every operation inside a formula")
    notes: dict[Identifier, Text] = Field(default_factory=dict, description="a note beside a definition")

    def faults(self) -> Iterator[Fault]:
        known = list(self.given)
        for name, formula in self.define.items():
            location = ("define", name)
            if name in self.given:
                yield Fault(location, f"`{name}` is given already; a name is either given or defined")
            if any(isinstance(part, SumOver) for part in nodes_in(formula)):
                yield Fault(location, "a sum over an index is for laws; write the terms out")
            for used in names_in(formula):
                if used in known:
                    continue
                if used == name:
                    yield Fault(location, f"`{name}` is defined by itself (a cycle)", used)
                elif used in self.define:
                    if name in names_in(self.define[used]):
                        yield Fault(location, f"`{name}` and `{used}` are defined by each other (a cycle)", used)
                    else:
                        yield Fault(location, f"`{used}` is used before it is defined; put its definition first", used)
                else:
                    yield Fault(location, f"`{used}` is neither given nor defined{did_you_mean(used, known)}", used)
            known.append(name)
        for name in self.notes:
            if name not in self.define:
                yield Fault(("notes", name), f"`{name}` is not defined{did_you_mean(name, list(self.define))}")


def build(fields: FormulaFields) -> Plan:
    graph = Graph(
        Quantity(name, given=value, section="Given", origin=("given", name)) for name, value in fields.given.items()
    )
    taken = {*fields.given, *fields.define}
    for name, formula in fields.define.items():
        origin = ("define", name)
        if fields.gates:
            formula = _with_gates(graph, formula, taken, origin)
        note = (fields.notes[name],) if name in fields.notes else ()
        graph.add(Quantity(name, formula, section=FORWARD, group="outputs", note=note, origin=origin))
    last = list(fields.define)[-1]
    picture = GatesPlan("The expression graph", graph.names, last)
    leads = [name for name in fields.given if name in graph.ancestors([last])]
    differentiate(graph, last, leads)
    parts = [PartPlan("a", tuple(fields.define))]
    if leads:
        parts.append(PartPlan("b", tuple(gradient(last, name) for name in leads)))
    return Plan(graph, tuple(parts), _statement(fields, last, leads), figures=(picture,))


def _with_gates(graph: Graph, formula: Any, taken: set[str], origin: tuple[str, str]) -> Any:
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
        graph.add(Quantity(name, inner, section=FORWARD, origin=origin))
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


def _statement(fields: FormulaFields, last: str, leads: Sequence[str]) -> str:
    printer = LatexPrinter()

    def math(node: Any) -> str:
        return f"${printer.print(node)}$"

    given = ", ".join(f"${printer.print(Name(name))} = {printer.print(value)}$" for name, value in fields.given.items())
    defined = "; ".join(
        f"${printer.print(Name(name))} = {printer.print(formula)}$" for name, formula in fields.define.items()
    )
    by = ", ".join(math(Name(name)) for name in leads)
    asked = f" and its partial derivatives by {by}" if leads else ""
    return f"Given {given}, and {defined}: compute {math(Name(last))}{asked}."


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

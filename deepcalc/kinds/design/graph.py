"""The plan of `design`: the network at every point, what must hold there, and one construction for which it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.errors import Fault, FieldError, MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Prose, Quantity
from deepcalc.kinds.design.fields import Accept, DesignFields
from deepcalc.notation.nodes import ZERO, Call, Literal, Name, Node, Relation, Value, minus, names_in
from deepcalc.notation.parser import parse_number
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.plan import Check, Composite, PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.checks import first_failure
from deepcalc.plan.picture_plans import PlanePlan, PointsPlan, RegionPlan
from deepcalc.plan.plan import Layout
from deepcalc.plan.statement import Statement, joined, prose

CONSTRUCTION = "A construction"


def build(fields: DesignFields) -> Plan:
    graph = Graph()
    for name in fields.chosen:
        value = fields.solution[name]
        graph.add(Quantity(name, value, section=CONSTRUCTION, group="parameters", origin=("solution", name)))
    checks = [_required(relation) for relation in fields.require]
    rows: list[TableRow] = []
    targets: list[Literal] = []
    for number in range(1, len(fields.places) + 1):
        wanted = _add_point(graph, fields, number)
        targets.append(wanted)
        checks.append(_check(fields, number, wanted))
        if number > len(fields.points):
            continue
        rows.append(TableRow(_point(fields, number), tuple(f"{name}:{number}" for name in fields.define)))
    failure = first_failure(graph, checks)
    if failure is not None:
        plain = {Name(f"{fields.shown}:{number}"): Name(fields.shown) for number in range(1, len(fields.places) + 1)}
        told = "".join(
            piece if isinstance(piece, str) else PlainPrinter().print(piece.xreplace(plain)) for piece in failure
        )
        raise FieldError([Fault(("solution",), f"the solution does not do what is wanted {told}")])
    headings: tuple[Prose, ...] = (("point",), *((Name(name),) for name in fields.define))
    answer = Composite(fields.name, fields.chosen, checks=tuple(checks))
    return Plan(
        graph,
        (PartPlan("a", (fields.name,), layout=Layout.TABLE),),
        _statement(fields, targets),
        composites=(answer,),
        tables=(TablePlan("What it does", headings, tuple(rows)),) if rows else (),
        figures=tuple(_pictures(fields, targets)),
        symbols=Symbols({fields.name: _side_by_side(fields.chosen)}),
    )


def _side_by_side(names: tuple[str, ...]) -> Forms:
    """All that is to be chosen, as the left-hand side of the answer."""
    forms = [Symbols().forms(name) for name in names]
    return Forms(f"({', '.join(form.unicode for form in forms)})", f"({', '.join(form.latex for form in forms)})", True)


def _at(fields: DesignFields, number: int) -> dict[str, Node]:
    """The inputs at a point."""
    return dict(zip(fields.inputs, fields.places[number - 1], strict=False))


def _add_point(graph: Graph, fields: DesignFields, number: int) -> Literal:
    """Add the network at a point; what is wanted there, as a number."""
    inputs = {Name(name): value for name, value in _at(fields, number).items()}
    here = {**inputs, **{Name(name): Name(f"{name}:{number}") for name in fields.define}}
    for name, formula in fields.define.items():
        section, origin = f"Point {number}", ("define", name)
        try:
            graph.add(Quantity(f"{name}:{number}", formula.xreplace(here), section=section, origin=origin))
        except GraphError as error:
            raise FieldError([Fault(origin, str(error))]) from None
    return fields.places[number - 1][-1] if fields.target is None else _value(fields.target.xreplace(inputs))


def _value(formula: Node) -> Literal:
    """The value of the target at a point, as it is written."""
    try:
        return NumberFormat(significant=12).write(
            evaluate(Graph([Quantity("target", formula)]), ["target"]).values["target"]
        )
    except MathError as error:
        raise FieldError([Fault(("target",), str(error))]) from None


def _point(fields: DesignFields, number: int) -> Prose:
    values = list(_at(fields, number).values())
    return (values[0],) if len(values) == 1 else prose("(", joined(values, last=", "), ")")


def _check(fields: DesignFields, number: int, wanted: Node) -> Check:
    """That the output at a point is as wanted."""
    shown = f"{fields.shown}:{number}"
    names = [Relation("=", Name(name), value) for name, value in _at(fields, number).items()]
    relation, told = _WANTED[fields.accept](Name(shown), wanted, fields.tolerance)
    return Check(relation, prose("at ", joined(names, last=", ")), shown, told, tacit=number > len(fields.points))


def _equal(output: Node, wanted: Node, tolerance: Node) -> tuple[Any, Prose]:
    return Relation("<=", Call("abs", minus(output, wanted)), tolerance), (", not ", wanted)


def _side(output: Any, wanted: Any, tolerance: Any) -> tuple[Any, Prose]:
    operator, said = (">", "above") if wanted.value > 0 else ("<", "below")
    return Relation(operator, output, ZERO), (f", which should be {said} 0",)


_WANTED: Mapping[Accept, Any] = {Accept.EQUAL: _equal, Accept.SIDE: _side}


def _required(relation: Any) -> Check:
    """That the chosen numbers obey what is required."""
    first = names_in(relation)[0]
    return Check(relation, ("as chosen",), first, (", against ", relation))


FIRES: Mapping[frozenset[Value], tuple[str, str]] = {
    frozenset(map(Fraction, (0, 1))): (">=", "0.5"),
    frozenset(map(Fraction, (-1, 1))): (">", "0"),
}
"""By the numbers that are wanted: from where on the output counts as 1."""


def _pictures(fields: DesignFields, wanted: Sequence[Literal]) -> Iterator[PlanePlan]:
    """The points of two inputs by what is wanted, and where the construction gives 1, or more than 0."""
    fires = FIRES.get(frozenset(value.value for value in wanted))
    if fields.accept is Accept.SIDE:
        fires = (">", "0")
    if len(fields.inputs) != 2 or fires is None:
        return
    operator, level = fires
    groups: dict[Any, list[tuple[Any, Any]]] = {}
    for point, value in zip(fields.places, wanted, strict=True):
        groups.setdefault(value, []).append((point[0], point[1]))
    points = tuple(
        PointsPlan((value, " wanted"), tuple(groups[value])) for value in sorted(groups, key=lambda each: each.value)
    )
    inside = Relation(operator, Name(fields.shown), parse_number(level))
    region = RegionPlan((inside,), tuple(fields.define.items()), inside)
    yield PlanePlan("The points", (fields.inputs[0], fields.inputs[1]), points, regions=(region,))


def _region(fields: DesignFields) -> Prose:
    """Where else the network is tried: `` and for x₁ from −1 to 5 in steps of 0.5 and …``."""
    if not fields.grid:
        return ()
    axes = (
        prose(Name(name), " from ", first, " to ", last, " in steps of ", step)
        for name, (first, last, step) in ((name, fields.grid[name]) for name in fields.inputs)
    )
    return prose(" and for " if fields.points else " for ", joined(axes))


def _statement(fields: DesignFields, wanted: Sequence[Literal]) -> Statement:
    formulas = joined((Relation("=", Name(name), formula) for name, formula in fields.define.items()), "; ", "; ")
    output = Name(fields.shown)
    points = [_point(fields, number) for number in range(1, len(fields.points) + 1)]
    region = _region(fields)
    if fields.accept is Accept.SIDE:
        above = [point for point, value in zip(points, wanted, strict=True) if value.value > 0]
        below = [point for point, value in zip(points, wanted, strict=True) if value.value <= 0]
        sides = [(side, each) for side, each in (("above", above), ("below", below)) if each]
        told = prose(joined((prose(f"{side} 0 at ", joined(each)) for side, each in sides), last=" and "), region)
    elif fields.target is not None:
        told = prose(fields.target, *((" at ", joined(points)) if points else ()), region)
    else:
        told = joined(prose(value, " at ", point) for point, value in zip(points, wanted, strict=True))
    required = prose(" It must hold that ", joined(fields.require), ".") if fields.require else ()
    return Statement(
        prose("A network computes ", formulas, ". Its output ", output, " is to be ", told, ".", required, "\n\n"),
        prose("Choose ", joined(map(Name, fields.chosen)), " so that it is."),
    )

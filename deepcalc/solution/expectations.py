"""Figures from elsewhere against ours: each must be our value rounded at the figure's own last place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deepcalc.errors import DeepcalcError, Fault, MathError, UsageError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.points import assumptions, points, same_value
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import AnyValue, Grid, places
from deepcalc.notation.nodes import Constant, Literal, Name, Node, Value, names_in
from deepcalc.notation.operations.expressions import arranged, shape_of
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat
from deepcalc.notation.shapes import shape_text
from deepcalc.plan import Item
from deepcalc.plan.lookup import add_asked, long_names
from deepcalc.plan.plan import ItemForm
from deepcalc.problem.expected import Near
from deepcalc.problem.problem import Problem

_ALL_DIGITS = Fraction(1, 10**30)
_SHOWN = NumberFormat(significant=10)


def unmet_expectations(problem: Problem) -> list[Fault]:
    """A fault for each expected figure that is not what the problem comes to."""
    plan = problem.plan
    resolved = {name: long_names(plan, name) for name in problem.expected}
    composites = {composite.name: composite.components for composite in plan.composites}
    items = {item.name: item for item in plan.items}
    wanted = [part for names in resolved.values() for name in names for part in composites.get(name, (name,))]
    wanted = [name for name in wanted if name not in plan.graph or plan.graph.has_value(name)]
    try:
        values = evaluate(
            plan.graph, [name for name in wanted if name in plan.graph], rounding=problem.rounding
        ).computed
    except MathError as error:
        raise problem.without_value(error) from None
    faults = []
    for written, expected in problem.expected.items():
        names = resolved[written]
        if names[0] in items:
            reason = None if _same_key(items[names[0]], expected) else "the key of the question says otherwise"
        else:
            parts = [part for name in names for part in composites.get(name, (name,))]
            in_letters = len(parts) == 1 and not plan.graph.has_value(parts[0])
            reason = (
                _difference_in_letters(problem, parts[0], expected)
                if in_letters
                else _difference(expected, [values.get(part) for part in parts])
            )
        if reason:
            faults.append(Fault(("expected", written), f"`{written}`: {reason}"))
    return faults


def _difference_in_letters(problem: Problem, name: str, expected: Any) -> str | None:
    """A formula, or a number, against what a quantity is at random points."""
    formula = parse(expected) if isinstance(expected, str) else expected
    plan = problem.plan.with_own_graph()
    if not isinstance(formula, Node):
        return "it is an expression in letters, not a list of numbers"
    try:
        long = {Name(used): Name(add_asked(plan, used)[0]) for used in names_in(formula)}
    except UsageError as error:
        return str(error)
    formula = formula.xreplace(long)
    known = assumptions(plan.graph, problem.assumed)
    try:
        shape = shape_of(arranged(formula, plan.graph.shape), plan.graph.shape)
        if shape != plan.graph.shape(name):
            return f"the formula is {shape_text(shape)}, it is {shape_text(plan.graph.shape(name))}"
        found = [
            same_value(point.value(formula), point.values[name])
            for point in points(plan.graph, [name, *names_in(formula)], known)
        ]
    except DeepcalcError as error:
        return str(error)
    if not found:
        return "it has no value at any random point; say what is known of the letters under `assume`"
    return None if all(found) else f"{PlainPrinter().print(formula)} has another value at random points"


def _difference(expected: Any, values: list[AnyValue | None]) -> str | None:
    if len(values) == 1 and isinstance(values[0], Grid):
        return _array_difference(expected, values[0])
    figures = expected if isinstance(expected, tuple) else (expected,)
    if len(figures) != len(values):
        return f"{len(figures)} figures are expected, there are {len(values)}"
    for figure, value in zip(figures, values, strict=True):
        if not isinstance(figure, Literal | Near):
            return "expected a number"
        if not agrees(figure, value):
            return f"expected {figure.text}, but it is {_SHOWN.write(value).text}"
    return None


def _array_difference(expected: Any, value: Grid) -> str | None:
    shape = _nesting(expected)
    if shape != value.shape:
        return f"the figures are {shape_text(shape)}, it is {shape_text(value.shape)}"
    for place in places(shape):
        figure = expected
        for at in place:
            figure = figure[at]
        if not isinstance(figure, Literal | Near):
            return "expected a number"
        if not agrees(figure, value[place]):
            where = ", ".join(str(at + 1) for at in place)
            return f"entry {where}: expected {figure.text}, but it is {_SHOWN.write(value[place]).text}"
    return None


def _nesting(expected: Any) -> tuple[int, ...]:
    """The shape of nested lists, by their first parts; of a ragged one the shape of none."""
    if not isinstance(expected, tuple):
        return ()
    inner = {_nesting(part) for part in expected}
    return (len(expected), *inner.pop()) if len(inner) == 1 else (len(expected), -1)


def agrees(figure: Literal | Near, value: Value) -> bool:
    """Whether the value, rounded at the figure's last place, is the figure; of ``1/3`` all digits are meant."""
    if isinstance(figure, Near):
        off = abs(to_fraction(value) - to_fraction(figure.figure.value))
        return off <= figure.tolerance or agrees(figure.figure, value)
    if isinstance(figure, Constant):
        return abs(to_fraction(value) - to_fraction(figure.value)) <= abs(to_fraction(figure.value)) * _ALL_DIGITS
    return abs(to_fraction(value) - to_fraction(figure.value)) <= half_unit(figure)


def half_unit(figure: Literal) -> Fraction:
    """Half a unit of the last place that is written; a bare 0 is meant exactly."""
    mantissa, _, exponent = figure.text.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    if not places and not exponent:
        return Fraction(1, 2) if figure.value else Fraction(0)
    return Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - places)


def _same_key(item: Item, expected: Any) -> bool:
    key = item.key

    def plain(value: Any) -> Any:
        if isinstance(value, Literal):
            return value.text
        if isinstance(value, Mapping):
            return {str(left): plain(right) for left, right in value.items()}
        if isinstance(value, tuple | list):
            listed = map(plain, value)
            return list(listed) if item.form is ItemForm.ORDERING else sorted(listed, key=str)
        return value

    return bool(plain(key) == plain(expected)) or (isinstance(key, tuple) and plain(key) == [plain(expected)])

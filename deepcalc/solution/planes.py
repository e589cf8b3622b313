"""Planes filled in: points as they are given, the lines and curves that the sheet has, where a network fires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from deepcalc.graph.floats import Program
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.nodes import ONE, ZERO, Cases, Literal, Name, Node, names_in
from deepcalc.plan.picture_plans import LinePlan, PlanePlan, RegionPlan
from deepcalc.solution.contours import ACROSS, DOWN, contours, lattice
from deepcalc.solution.drawings import Course, Figure, Plane, Points, Region
from deepcalc.solution.picture_values import PictureValues

Window = tuple[Fraction, Fraction, Fraction, Fraction]

MARGIN = Fraction(1, 6)
"""How much wider and higher than its points the window is on each side, in parts of them."""

MOST_WIDENED = 3
"""How many times as wide and as high a window may become for a single point."""

MOST_COURSES = 3
CURVE_POINTS = 41
LATTICE = 27, 19
"""How many points across and down a region is looked for at."""

RESULT = "result"


def plane(plan: PlanePlan, values: PictureValues) -> Iterator[Figure]:
    points = tuple(
        Points(each.label, tuple((to_fraction(x.value), to_fraction(y.value)) for x, y in each.points))
        for each in plan.points
    )
    paths = tuple(_paths(plan, values))
    if not (points or paths):
        return
    reached = [(Fraction(x), Fraction(y)) for path in paths for x, y in path.points]
    window = _window([*(point for each in points for point in each.points), *reached])
    labels = ((Name(plan.axes[0]),), (Name(plan.axes[1]),))
    if not values.tells:
        yield Figure(plan.title, (), Plane(*labels, window, points), tells=False)
        return
    courses = [*_curves(plan, values, window), *_lines(plan.lines, values, window)]
    if len(courses) > MOST_COURSES:
        courses = [courses[0], *courses[1 - MOST_COURSES :]]
    regions = tuple(_regions(plan, values, window))
    if paths:
        marks, window = _marked(plan, values, window)
        lines = tuple(_contours(plan, values, window))
        caption = ("Contour lines, and the way over them.",) if lines else ()
        drawing = Plane(*labels, window, (*points, *marks), contours=lines, paths=paths)
        yield Figure(plan.title, caption, drawing, tells=True)
    elif courses or regions:
        yield Figure(
            f"{plan.title} with the solution", (), Plane(*labels, window, points, tuple(courses), regions), tells=True
        )


def _paths(plan: PlanePlan, values: PictureValues) -> Iterator[Course]:
    """The ways as far as their points are known, which is in a solution."""
    for path in plan.paths if values.tells else ():
        points: list[tuple[float, float]] = []
        for names in path.points:
            x, y = map(values.of, names)
            if x is None or y is None:
                break
            points.append((float(x.value), float(y.value)))
        if len(points) > 1:
            yield Course(path.label, tuple(points))


def _marked(plan: PlanePlan, values: PictureValues, window: Window) -> tuple[list[Points], Window]:
    """The single points that are known and not far off, and the window with them in it."""
    values.evaluate_further([name for mark in plan.marks for point in mark.points for name in point])
    marks = []
    for mark in plan.marks:
        known = [(x, y) for x, y in (map(values.of, names) for names in mark.points) if x is not None and y is not None]
        points = [(to_fraction(x.value), to_fraction(y.value)) for x, y in known]
        left, bottom, right, top = window
        wider = _window([*points, (left, bottom), (right, top)])
        if points and all(new <= MOST_WIDENED * old for new, old in zip(_size(wider), _size(window), strict=True)):
            marks.append(Points(mark.label, tuple(points)))
            is_inside = all(left < x < right and bottom < y < top for x, y in points)
            window = window if is_inside else wider
    return marks, window


def _size(window: Window) -> tuple[Fraction, Fraction]:
    left, bottom, right, top = window
    return right - left, top - bottom


def _contours(plan: PlanePlan, values: PictureValues, window: Window) -> Iterator[tuple[tuple[float, float], ...]]:
    known = None if plan.height is None else _known([plan.height], plan.axes, values)
    if known is None:
        return
    program = _program(known, plan.axes, [(RESULT, plan.height)])
    left, bottom, right, top = map(float, window)

    def height(x: float, y: float) -> float:
        return float(program.run(dict(zip(plan.axes, (x, y), strict=True)))[RESULT])

    yield from contours(height, lattice(left, right, ACROSS), lattice(bottom, top, DOWN))


def _window(points: Iterable[tuple[Fraction, Fraction]]) -> Window:
    xs, ys = zip(*points, strict=True)
    found: list[tuple[Fraction, Fraction]] = []
    for values in (xs, ys):
        low, high = min(values), max(values)
        by = (high - low) * MARGIN or Fraction(1)
        found.append((low - by, high + by))
    (left, right), (bottom, top) = found
    return left, bottom, right, top


# ---- curves and lines


def _known(formulas: Sequence[Node], axes: Sequence[str], values: PictureValues) -> dict[str, AnyValue] | None:
    """What formulas are made of beside the axes; None where the sheet has not got all of it."""
    found = {name: values.number(name) for name in names_in(*formulas) if name not in axes}
    return None if any(value is None for value in found.values()) else found


def _program(known: dict[str, Any], axes: Sequence[str], definitions: Iterable[tuple[str, Any]]) -> Program:
    """The last of the definitions as a program in the axes."""
    graph = Graph(Quantity(name, given=_given(value)) for name, value in known.items())
    for name in axes:
        graph.add(Quantity(name, given=ZERO))
    last = ""
    for last, formula in definitions:
        graph.add(Quantity(last, formula))
    return Program(graph, [last], axes)


def _given(value: Any) -> Any:
    return value if isinstance(value, Grid) else Literal(str(float(value)), value)


def _curves(plan: PlanePlan, values: PictureValues, window: Window) -> Iterator[Course]:
    left, _, right, _ = map(float, window)
    xs = [left + (right - left) * k / (CURVE_POINTS - 1) for k in range(CURVE_POINTS)]
    for curve in plan.curves:
        known = _known([curve.formula], plan.axes, values)
        if known is not None:
            program = _program(known, plan.axes[:1], [(RESULT, curve.formula)])
            yield Course(curve.label, tuple((x, float(program.run({plan.axes[0]: x})[RESULT])) for x in xs))


def _lines(lines: Sequence[LinePlan], values: PictureValues, window: Window) -> Iterator[Course]:
    for line in lines:
        known = _known(line.coefficients, (), values)
        if known is None:
            continue
        program = _program(known, (), [(RESULT, Array(*line.coefficients))])
        ends = _across([float(value) for value in program.run()[RESULT]], window)
        if ends:
            yield Course(line.label, tuple(ends))


def _across(coefficients: Sequence[float], window: Window) -> list[tuple[float, float]]:
    """Where a line enters and leaves the window; nothing where it does not cross it."""
    a, b, c = coefficients
    left, bottom, right, top = map(float, window)
    met = [(x, -(a * x + c) / b) for x in (left, right) if b] + [(-(b * y + c) / a, y) for y in (bottom, top) if a]
    slack_x, slack_y = 1e-9 * (right - left), 1e-9 * (top - bottom)
    inside = sorted(
        (x, y) for x, y in met if left - slack_x <= x <= right + slack_x and bottom - slack_y <= y <= top + slack_y
    )
    return [inside[0], inside[-1]] if inside and inside[0] != inside[-1] else []


# ---- regions


def _regions(plan: PlanePlan, values: PictureValues, window: Window) -> list[Region | None]:
    """The last of the regions that the sheet has, or those that share the plane among them."""
    if plan.shares:
        shares = [_region(plan, each, values, window) for each in plan.shares]
        return shares if any(shares) else []
    found = (_region(plan, each, values, window) for each in reversed(plan.regions))
    return list(islice(filter(None, found), 1))


def _region(plan: PlanePlan, region: RegionPlan, values: PictureValues, window: Window) -> Region | None:
    own = {name for name, _ in region.definitions}
    formulas = [*(formula for _, formula in region.definitions), region.inside]
    known = _known(formulas, (*plan.axes, *own), values)
    if known is None:
        return None
    program = _program(known, plan.axes, [*region.definitions, (RESULT, Cases(ONE, region.inside, ZERO))])
    left, bottom, right, top = map(float, window)
    across, down = LATTICE
    lattice = [
        (left + (right - left) * (i + 0.5) / across, bottom + (top - bottom) * (j + 0.5) / down)
        for j in range(down)
        for i in range(across)
    ]
    inside = tuple((x, y) for x, y in lattice if program.run(dict(zip(plan.axes, (x, y), strict=True)))[RESULT])
    return Region(region.label, inside) if inside else None

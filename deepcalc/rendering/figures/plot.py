"""Curves as a scene: two axes with ticks at round numbers, a light grid, a mark at every point, a legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Literal
from deepcalc.notation.rounding import NumberFormat
from deepcalc.rendering.figures.lettering import Label, Lettering
from deepcalc.rendering.figures.scene import Anchor, Dot, Ink, Path, Point, Scene, Shape, Text, scene_of
from deepcalc.rendering.figures.ticks import ticks
from deepcalc.solution.drawings import Plot, Series

WIDTH, HEIGHT = 290.0, 165.0
TICK_SIZE, LABEL_SIZE = 8.0, 9.0
TICK = 3.0
MOST_DOTS = 40
"""Beyond so many points a curve has no marks."""

STYLES: tuple[tuple[Ink, tuple[float, ...]], ...] = (
    (Ink.BLUE, ()),
    (Ink.ORANGE, (5.0, 2.5)),
    (Ink.VALUE, (1.5, 2.5)),
    (Ink.PURPLE, (7.0, 2.0, 1.5, 2.0)),
    (Ink.DERIVATIVE, (3.0, 2.0)),
    (Ink.BROWN, (9.0, 3.0)),
)
"""Colour and dash of each curve: no two are told apart by colour alone."""


def plot_scene(plot: Plot, lettering: Lettering) -> Scene:
    """The axes, the curves on them, and what tells the curves apart."""
    field = _Field(plot)
    shapes = [
        *_axes(plot, field, lettering),
        *_rules(plot, field, lettering),
        *(shape for series, style in zip(plot.series, STYLES, strict=False) for shape in _curve(series, field, *style)),
        *(_legend(plot.series, lettering) if len(plot.series) > 1 else ()),
    ]
    return scene_of(shapes)


class _Field:
    """Where values stand between the axes, whose origin is at the lower left of (0, 0) to (WIDTH, HEIGHT)."""

    def __init__(self, plot: Plot) -> None:
        xs = [Fraction(x) for series in plot.series for x, _ in series.points]
        ys = [to_fraction(value.value) for series in plot.series for _, value in series.points]
        self.x_ticks = ticks(min(xs), max(xs), most=11, whole=True)
        self.y_ticks = ticks(min(ys), max(ys))
        self._left, self._right = min(xs), max(xs)
        self._bottom, self._top = self.y_ticks[0], self.y_ticks[-1]

    def x(self, value: Fraction) -> float:
        inset = 8.0
        return inset + (WIDTH - 2 * inset) * float((value - self._left) / (self._right - self._left))

    def y(self, value: Fraction) -> float:
        return HEIGHT * (1 - float((value - self._bottom) / (self._top - self._bottom)))

    def point(self, at: int, value: Literal) -> Point:
        return self.x(Fraction(at)), self.y(to_fraction(value.value))


def _axes(plot: Plot, field: _Field, lettering: Lettering) -> Iterator[Shape]:
    for tick, label in zip(field.y_ticks, tick_labels(field.y_ticks, lettering), strict=True):
        y = field.y(tick)
        yield Path(((0, y), (WIDTH, y)), Ink.FAINT, 0.4)
        yield Text(-TICK - 2, y, label, TICK_SIZE, Ink.PLAIN, Anchor.END)
    for tick, label in zip(field.x_ticks, tick_labels(field.x_ticks, lettering), strict=True):
        x = field.x(tick)
        yield Path(((x, HEIGHT), (x, HEIGHT + TICK)), Ink.PLAIN, 0.6)
        yield Text(x, HEIGHT + TICK + 7, label, TICK_SIZE)
    yield Path(((0, 0), (0, HEIGHT), (WIDTH, HEIGHT)), Ink.PLAIN, 0.7)
    yield Text(WIDTH / 2, HEIGHT + TICK + 20, lettering.prose(plot.x_label), LABEL_SIZE)
    yield Text(0, -14, lettering.prose(plot.y_label), LABEL_SIZE)


def tick_labels(at: Sequence[Fraction], lettering: Lettering) -> list[Label]:
    """Round numbers in full: no more digits than the step between two of them needs."""
    return [lettering.math(NumberFormat(significant=12).write(tick)) for tick in at]


def _curve(series: Series, field: _Field, ink: Ink, dash: tuple[float, ...]) -> Iterator[Shape]:
    points = [field.point(x, value) for x, value in series.points]
    yield Path(tuple(_steps(points) if series.stepped else points), ink, 1.1, dash)
    if len(points) <= MOST_DOTS:
        yield from (Dot(x, y, 1.8, ink) for x, y in points)


def _steps(points: Sequence[Point]) -> list[Point]:
    course = [points[0]]
    for (_, y), (x, below) in pairwise(points):
        course += [(x, y), (x, below)]
    return course


def _rules(plot: Plot, field: _Field, lettering: Lettering) -> Iterator[Shape]:
    """Vertical lines, each with its label at a height of its own above the field."""
    rules = sorted(plot.rules, key=lambda rule: rule.at.value)
    for index, rule in enumerate(rules):
        x, top = field.x(to_fraction(rule.at.value)), -6.0 - 11.0 * (len(rules) - 1 - index)
        label = lettering.words(f"{rule.label}: ") + lettering.math(rule.at)
        yield Path(((x, top), (x, HEIGHT)), Ink.MUTED, 0.6, (2.0, 2.0))
        yield Text(x + 3, top, label, TICK_SIZE, Ink.PLAIN, Anchor.START)


def _legend(series: Sequence[Series], lettering: Lettering) -> Iterator[Shape]:
    x = WIDTH + 14
    for index, (each, (ink, dash)) in enumerate(zip(series, STYLES, strict=False)):
        y = 8.0 + 14.0 * index
        yield Path(((x, y), (x + 20, y)), ink, 1.1, dash)
        yield Dot(x + 10, y, 1.8, ink)
        yield Text(x + 26, y, lettering.prose(each.label), LABEL_SIZE, Ink.PLAIN, Anchor.START)

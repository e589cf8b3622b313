"""A plane as a scene: axes with ticks, points of several sorts, lines and curves, and dots where something holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import cycle, pairwise

from deepcalc.rendering.figures.lettering import Lettering
from deepcalc.rendering.figures.plot import LABEL_SIZE, MOST_DOTS, STYLES, TICK, TICK_SIZE, tick_labels
from deepcalc.rendering.figures.scene import (
    Anchor,
    Dot,
    Ink,
    Path,
    Pill,
    Point,
    Rect,
    Scene,
    Shape,
    Specks,
    Text,
    scene_of,
    span_within,
)
from deepcalc.rendering.figures.ticks import ticks
from deepcalc.solution.drawings import Course, Plane, Region

WIDTH, HEIGHT = 250.0, 190.0
FIELD = Rect(0.0, 0.0, WIDTH, HEIGHT)
SIZE = 3.2
SPECK = 0.7


def _filled(x: float, y: float) -> Iterator[Shape]:
    yield Dot(x, y, SIZE, Ink.BLUE)


def _hollow(x: float, y: float) -> Iterator[Shape]:
    yield Pill(x, y, 2 * SIZE, 2 * SIZE, Ink.ORANGE, 1.3)


def _cross(x: float, y: float) -> Iterator[Shape]:
    for dy in (-SIZE, SIZE):
        yield Path(((x - SIZE, y + dy), (x + SIZE, y - dy)), Ink.VALUE, 1.3)


def _square(x: float, y: float) -> Iterator[Shape]:
    yield Pill(x, y, 1.8 * SIZE, 1.8 * SIZE, Ink.PURPLE, 1.3, 0.0)


def _triangle(x: float, y: float) -> Iterator[Shape]:
    corners = (x - SIZE, y + SIZE), (x, y - SIZE), (x + SIZE, y + SIZE)
    yield Path((*corners, corners[0]), Ink.BROWN, 1.3)


MARKS: tuple[Callable[[float, float], Iterator[Shape]], ...] = (_filled, _hollow, _cross, _square, _triangle)
"""The mark of each sort of points, told apart by its form as well; more sorts begin again."""

REGION_INKS = (Ink.BLUE, Ink.ORANGE, Ink.VALUE, Ink.PURPLE, Ink.BROWN)
"""The colour of each of several regions: that of the mark at its place."""


def _marks(plane: Plane) -> Iterator[Callable[[float, float], Iterator[Shape]]]:
    """The marks of the points; beside ways, whose steps are dots, those that are none."""
    return cycle(MARKS[2:] if plane.paths else MARKS)


def plane_scene(plane: Plane, lettering: Lettering) -> Scene:
    field = _Field(plane)
    return scene_of(
        [*_axes(plane, field, lettering), *_regions(plane, field), *_contours(plane, field), *_courses(plane, field),
         *_points(plane, field), *_paths(plane, field), *_legend(plane, lettering)]
    )  # fmt: skip


class _Field:
    """Where the window of a plane stands between the axes."""

    def __init__(self, plane: Plane) -> None:
        self._left, self._bottom, self._right, self._top = plane.window

    def inside(self, low: Fraction, high: Fraction) -> list[Fraction]:
        return [tick for tick in ticks(low, high) if low <= tick <= high]

    @property
    def x_ticks(self) -> list[Fraction]:
        return self.inside(self._left, self._right)

    @property
    def y_ticks(self) -> list[Fraction]:
        return self.inside(self._bottom, self._top)

    def point(self, x: float | Fraction, y: float | Fraction) -> Point:
        across = (float(x) - float(self._left)) / float(self._right - self._left)
        up = (float(y) - float(self._bottom)) / float(self._top - self._bottom)
        return WIDTH * across, HEIGHT * (1 - up)


def _axes(plane: Plane, field: _Field, lettering: Lettering) -> Iterator[Shape]:
    left, bottom = plane.window[:2]
    for tick, label in zip(field.y_ticks, tick_labels(field.y_ticks, lettering), strict=True):
        _, y = field.point(left, tick)
        yield Path(((0, y), (WIDTH, y)), Ink.FAINT, 0.4)
        yield Text(-TICK - 2, y, label, TICK_SIZE, Ink.PLAIN, Anchor.END)
    for tick, label in zip(field.x_ticks, tick_labels(field.x_ticks, lettering), strict=True):
        x, _ = field.point(tick, bottom)
        yield Path(((x, 0), (x, HEIGHT)), Ink.FAINT, 0.4)
        yield Text(x, HEIGHT + TICK + 7, label, TICK_SIZE)
    yield Path(((0, 0), (0, HEIGHT), (WIDTH, HEIGHT)), Ink.PLAIN, 0.7)
    yield Text(WIDTH / 2, HEIGHT + TICK + 20, lettering.prose(plane.x_label), LABEL_SIZE)
    yield Text(0, -14, lettering.prose(plane.y_label), LABEL_SIZE)


def _points(plane: Plane, field: _Field) -> Iterator[Shape]:
    for each, mark in zip(plane.points, _marks(plane), strict=False):
        for point in each.points:
            yield from mark(*field.point(*point))


def _courses(plane: Plane, field: _Field) -> Iterator[Shape]:
    for course, (ink, dash) in zip(plane.courses, reversed(STYLES[: len(plane.courses)]), strict=False):
        for piece in _within(course, field):
            yield Path(piece, ink, 1.1, dash)


def _contours(plane: Plane, field: _Field) -> Iterator[Shape]:
    for line in plane.contours:
        yield Path(tuple(field.point(*point) for point in line), Ink.MUTED, 0.5)


def _paths(plane: Plane, field: _Field) -> Iterator[Shape]:
    """Ways from point to point, the first point as a ring."""
    for path, (ink, dash) in zip(plane.paths, STYLES, strict=False):
        points = [field.point(*point) for point in path.points]
        yield Path(tuple(points), ink, 1.1, dash)
        yield Pill(*points[0], 2 * SIZE, 2 * SIZE, ink, 1.1)
        if len(points) <= MOST_DOTS:
            yield from (Dot(x, y, 1.8, ink) for x, y in points[1:])


def _within(course: Course, field: _Field) -> Iterator[tuple[Point, ...]]:
    """The parts of a course that lie in the field, each as one path."""
    run: list[Point] = []
    for start, end in pairwise(field.point(*point) for point in course.points):
        span = span_within(start, end, FIELD.padded(0.01))
        if span is None:
            continue
        first, last = (_at(start, end, part) for part in span)
        if run and run[-1] != first:
            yield tuple(run)
            run = []
        run += [first, last] if not run else [last]
    if run:
        yield tuple(run)


def _at(start: Point, end: Point, part: float) -> Point:
    if part in (0.0, 1.0):
        return end if part else start
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def _inked(plane: Plane) -> Iterator[tuple[Region, Ink]]:
    """The regions that are in the window, each with its colour."""
    inks = cycle(REGION_INKS) if len(plane.regions) > 1 else (Ink.MUTED,)
    for region, ink in zip(plane.regions, inks, strict=False):
        if region is not None:
            yield region, ink


def _regions(plane: Plane, field: _Field) -> Iterator[Shape]:
    for region, ink in _inked(plane):
        yield Specks(tuple(field.point(*point) for point in region.points), SPECK, ink)


def _legend(plane: Plane, lettering: Lettering) -> Iterator[Shape]:
    x, y = WIDTH + 14, 8.0
    for each, mark in zip(plane.points, _marks(plane), strict=False):
        if each.label:
            yield from mark(x + 10, y)
            yield Text(x + 26, y, lettering.prose(each.label), LABEL_SIZE, Ink.PLAIN, Anchor.START)
            y += 14
    for course, (ink, dash) in zip(plane.courses, reversed(STYLES[: len(plane.courses)]), strict=False):
        yield Path(((x, y), (x + 20, y)), ink, 1.1, dash)
        yield Text(x + 26, y, lettering.prose(course.label), LABEL_SIZE, Ink.PLAIN, Anchor.START)
        y += 14
    for path, (ink, dash) in zip(plane.paths, STYLES, strict=False):
        if len(plane.paths) > 1:
            yield Path(((x, y), (x + 20, y)), ink, 1.1, dash)
            yield Text(x + 26, y, lettering.prose(path.label), LABEL_SIZE, Ink.PLAIN, Anchor.START)
            y += 14
    for region, ink in _inked(plane):
        yield Specks(tuple((x + dx, y + dy) for dx in (2.0, 10.0, 18.0) for dy in (-3.0, 3.0)), SPECK, ink)
        yield Text(x + 26, y, lettering.prose(region.label), LABEL_SIZE, Ink.PLAIN, Anchor.START)
        y += 14

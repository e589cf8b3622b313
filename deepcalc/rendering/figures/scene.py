"""A scene: a few drawing primitives with coordinates in points, y downwards, that every format can write.

Text is placed by the middle of its letters, and its width is estimated; where lines and text would meet, it is
the lines that give way (:func:`cut`), so that no background is needed, on paper or on a dark page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from deepcalc.records import record
from deepcalc.rendering.figures.lettering import Label

Point = tuple[float, float]

ASCENT, DESCENT, MIDDLE = 0.74, 0.28, 0.34
"""Above and below the baseline, and from the baseline to the middle, in units of the text's size."""


class Ink(StrEnum):
    """What a line or text is drawn for; a format gives it its colour."""

    PLAIN = "plain"
    MUTED = "muted"
    FAINT = "faint"
    VALUE = "value"
    DERIVATIVE = "derivative"
    BLUE = "blue"
    ORANGE = "orange"
    PURPLE = "purple"
    BROWN = "brown"


COLOURS = {
    Ink.VALUE: "#1a8245",
    Ink.DERIVATIVE: "#d5393f",
    Ink.BLUE: "#2f77c8",
    Ink.ORANGE: "#c0661a",
    Ink.PURPLE: "#9b59b6",
    Ink.BROWN: "#8d6e53",
}
"""Mid tones, that stand out on white and on black alike; the other inks are the page's own, more or less of it."""

OPACITIES = {Ink.MUTED: 0.65, Ink.FAINT: 0.3}


@record
class Rect:
    """A rectangle by its sides."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlaps(self, other: Rect) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def padded(self, by: float) -> Rect:
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Rect:
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


class Anchor(StrEnum):
    """Which end of a text its x is for."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@record
class Text:
    x: float
    y: float
    label: Label
    size: float = 8.0
    ink: Ink = Ink.PLAIN
    anchor: Anchor = Anchor.MIDDLE

    @property
    def baseline(self) -> float:
        return self.y + MIDDLE * self.size

    @property
    def box(self) -> Rect:
        width = self.label.width * self.size
        left = self.x - {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[self.anchor] * width
        return Rect(left, self.baseline - ASCENT * self.size, left + width, self.baseline + DESCENT * self.size)

    def moved(self, dx: float, dy: float) -> Text:
        return replace(self, x=self.x + dx, y=self.y + dy)


@record
class Path:
    """A line through points; a ``smooth`` one leaves and enters every point horizontally. ``filled`` closes it.

    The colour of a filled one may have an ``opacity`` of its own.
    """

    points: tuple[Point, ...]
    ink: Ink = Ink.PLAIN
    width: float = 0.6
    dash: tuple[float, ...] = ()
    smooth: bool = False
    filled: bool = False
    opacity: float | None = None

    @property
    def box(self) -> Rect:
        xs, ys = zip(*self.points, strict=True)
        return Rect(min(xs), min(ys), max(xs), max(ys))

    def moved(self, dx: float, dy: float) -> Path:
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@record
class Pill:
    """A rectangle with round ends: a circle where it is as wide as it is high."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink = Ink.PLAIN
    line: float = 0.8
    radius: float | None = None

    @property
    def corner(self) -> float:
        return min(self.width, self.height) / 2 if self.radius is None else self.radius

    @property
    def box(self) -> Rect:
        return Rect.around(self.x, self.y, self.width, self.height)

    def moved(self, dx: float, dy: float) -> Pill:
        return replace(self, x=self.x + dx, y=self.y + dy)


@record
class Dot:
    """A small filled circle."""

    x: float
    y: float
    radius: float = 1.6
    ink: Ink = Ink.PLAIN

    @property
    def box(self) -> Rect:
        return Rect.around(self.x, self.y, 2 * self.radius, 2 * self.radius)

    def moved(self, dx: float, dy: float) -> Dot:
        return replace(self, x=self.x + dx, y=self.y + dy)


@record
class Specks:
    """Many small dots of one size, written at once."""

    points: tuple[Point, ...]
    radius: float
    ink: Ink = Ink.MUTED

    @property
    def box(self) -> Rect:
        xs, ys = zip(*self.points, strict=True)
        return Rect(min(xs), min(ys), max(xs), max(ys)).padded(self.radius)

    def moved(self, dx: float, dy: float) -> Specks:
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


Shape = Text | Path | Pill | Dot | Specks

MARGIN = 2.0
PAGE_WIDTH, PAGE_HEIGHT = 440.0, 540.0
"""A little less than the text of an exam sheet on A4 or letter paper; what is larger is printed smaller."""


@record
class Scene:
    """Shapes on a page of that size, from its upper left corner on."""

    shapes: tuple[Shape, ...]
    width: float
    height: float

    @property
    def scale(self) -> float:
        """By how much the scene is made smaller on a page; 1 where it fits."""
        return min(1.0, PAGE_WIDTH / self.width, PAGE_HEIGHT / self.height)

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(shape for shape in self.shapes if isinstance(shape, Text))


def scene_of(shapes: Iterable[Shape]) -> Scene:
    """The scene that holds the shapes, moved so that nothing sticks out."""
    drawn = tuple(shapes)
    boxes = [shape.box for shape in drawn] or [Rect(0, 0, 0, 0)]
    left, top = min(box.left for box in boxes) - MARGIN, min(box.top for box in boxes) - MARGIN
    width = max(box.right for box in boxes) + MARGIN - left
    height = max(box.bottom for box in boxes) + MARGIN - top
    return Scene(tuple(shape.moved(-left, -top) for shape in drawn), width, height)


_SHORTEST_PIECE = 1.5


def cut(start: Point, end: Point, around: Sequence[Rect]) -> list[tuple[Point, Point]]:
    """The pieces of a straight line that lie outside all the rectangles."""
    hidden = sorted(span for rect in around if (span := span_within(start, end, rect)) is not None)
    (x0, y0), (x1, y1) = start, end
    length = math.dist(start, end)
    pieces, at = [], 0.0
    for first, last in [*hidden, (1.0, 1.0)]:
        if (first - at) * length > _SHORTEST_PIECE:
            pieces.append(
                ((x0 + at * (x1 - x0), y0 + at * (y1 - y0)), (x0 + first * (x1 - x0), y0 + first * (y1 - y0)))
            )
        at = max(at, last)
    return pieces


def span_within(start: Point, end: Point, rect: Rect) -> tuple[float, float] | None:
    """From where to where a line, as it runs from 0 to 1, is inside a rectangle (Liang and Barsky, 1984)."""
    first, last = 0.0, 1.0
    for origin, along, low, high in (
        (start[0], end[0] - start[0], rect.left, rect.right),
        (start[1], end[1] - start[1], rect.top, rect.bottom),
    ):
        if along == 0:
            if not low < origin < high:
                return None
            continue
        enters, leaves = sorted(((low - origin) / along, (high - origin) / along))
        first, last = max(first, enters), min(last, leaves)
    return (first, last) if first < last else None


ARROW_LENGTH, ARROW_WIDTH = 5.0, 3.6


def arrow_head(start: Point, end: Point, ink: Ink = Ink.PLAIN) -> Path:
    """The tip of an arrow from one point to the other."""
    length = math.dist(start, end) or 1.0
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    x, y = end[0] - ARROW_LENGTH * ux, end[1] - ARROW_LENGTH * uy
    half = ARROW_WIDTH / 2
    return Path((end, (x - half * uy, y + half * ux), (x + half * uy, y - half * ux)), ink, filled=True)

"""A chain of layers as a scene: every volume a box, the layer that makes it above the arrow that leads to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from deepcalc.rendering.figures.lettering import Lettering, shape_label
from deepcalc.rendering.figures.scene import Dot, Ink, Path, Point, Scene, Shape, Text, arrow_head, scene_of
from deepcalc.solution.drawings import Mark, Stage, Stages

WIDEST = 430.0
TITLE_SIZE, DETAIL_SIZE, SHAPE_SIZE = 9.0, 8.0, 8.5
LINE = 10.0
LARGEST, SMALLEST = 52.0, 14.0
DEEPEST = 30.0
ARROW_PADDING, GAP = 10.0, 8.0
"""Around the words over an arrow, and between an arrow and a box."""

_SLOPE = 0.5  # of a box's depth, drawn backwards to the right


def chain_scene(chain: Stages, lettering: Lettering) -> Scene:
    """The stages in rows, as many side by side as fit on a page."""
    scale = _Scale([stage for stage in chain.stages if stage is not None])
    pieces = [_Piece(stage, scale, lettering) for stage in chain.stages]
    shapes: list[Shape] = []
    y = 0.0
    for row in _rows(pieces):
        above = max(piece.above for piece in row)
        below = max(piece.below for piece in row)
        y += above
        x = 0.0
        for piece in row:
            shapes += [shape.moved(x, y) for shape in piece.shapes()]
            x += piece.width
        y += below + 18.0
    return scene_of(shapes)


def _rows(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """As many pieces of a chain side by side as fit."""
    row: list[_Piece] = []
    for piece in pieces:
        if row and (piece.begins or sum(each.width for each in (*row, piece)) > WIDEST):
            yield row
            row = []
        row.append(piece)
    yield row


class _Scale:
    """How large a volume is drawn: by the logarithm of its sides, so that 224 and 7 fit in one picture."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._side = max((size for stage in stages for size in _known(stage.sides)), default=1.0)
        self._depth = max((size for stage in stages for size in _channels(stage)), default=1.0)

    def box(self, stage: Stage) -> tuple[float, float, float]:
        """Width, height and depth; all alike where the shape is not told.

        Of three sides the last two are drawn, of one the width; a vector stands upright.
        """
        sides, channels = _known(stage.sides), _channels(stage)
        if not stage.sides and not channels:
            return SMALLEST / 2, 0.7 * LARGEST, 4.0
        if len(sides) < len(stage.sides) or not channels:
            return 0.7 * LARGEST, 0.7 * LARGEST, 0.4 * DEEPEST
        if not sides:
            return SMALLEST / 2, _drawn(channels[0], self._depth, SMALLEST, LARGEST), 4.0
        height, width = sides[-2:] if len(sides) > 1 else (1.0, sides[0])
        return (
            _drawn(width, self._side, SMALLEST, LARGEST),
            _drawn(height, self._side, SMALLEST, LARGEST),
            _drawn(channels[0], self._depth, 4.0, DEEPEST),
        )


def _known(marks: Sequence[Mark]) -> list[float]:
    return [float(mark.value.value) for mark in marks if mark.value is not None]


def _channels(stage: Stage) -> list[float]:
    """The channels that are known; one where there are sizes alone."""
    return [1.0] if stage.channels is None else _known([stage.channels])


def _drawn(size: float, largest: float, low: float, high: float) -> float:
    return low + (high - low) * (math.log(1 + size) / math.log(1 + largest))


class _Piece:
    """A volume with its shape below it, and the arrow that leads to it, from x = 0 on and around y = 0."""

    def __init__(self, stage: Stage | None, scale: _Scale, lettering: Lettering) -> None:
        self._known = stage is not None and all(mark.value is not None for mark in stage.shape)
        self._box = (0.0, 0.0, 0.0) if stage is None else scale.box(stage)
        self._is_dots = stage is None
        self.begins = stage is not None and stage.begins
        self._title = lettering.words("" if stage is None else stage.title)
        self._details = [] if stage is None else [lettering.words(detail) for detail in stage.details]
        self._shape = None if stage is None else shape_label(stage.shape, lettering)

    @property
    def _arrow_width(self) -> float:
        if self.begins or self._is_dots:
            return 0.0
        words = [self._title.width * TITLE_SIZE, *(detail.width * DETAIL_SIZE for detail in self._details)]
        return max(words) + 2 * ARROW_PADDING

    @property
    def _drawn_width(self) -> float:
        width, _, depth = self._box
        return width + _SLOPE * depth

    @property
    def _cell(self) -> float:
        """The width of the volume with what stands below it."""
        label = 0.0 if self._shape is None else self._shape.width * SHAPE_SIZE
        return 40.0 if self._is_dots else max(self._drawn_width, label) + 2 * GAP

    @property
    def width(self) -> float:
        return self._arrow_width + self._cell

    @property
    def above(self) -> float:
        words = LINE * (1 + len(self._details)) + 8
        return max(self._volume_height / 2, words if self._details else 0.0) + (LINE if self.begins else 0.0)

    @property
    def below(self) -> float:
        return self._volume_height / 2 + 14

    @property
    def _volume_height(self) -> float:
        _, height, depth = self._box
        return height + _SLOPE * depth

    def shapes(self) -> Iterator[Shape]:
        if self._is_dots:
            for offset in (-7.0, 0.0, 7.0):
                yield Dot(self._cell / 2 + offset, 0)
            return
        if not self.begins:
            yield from self._arrow()
        x = self._arrow_width + self._cell / 2
        yield from self._volume(x)
        bottom = self._volume_height / 2 + 9
        if self._shape is not None:
            ink = Ink.VALUE if self._known else Ink.MUTED
            yield Text(x, bottom, self._shape, SHAPE_SIZE, Ink.PLAIN if self.begins else ink)
        if self.begins:
            yield Text(x, -self._volume_height / 2 - 8, self._title, TITLE_SIZE)

    def _arrow(self) -> Iterator[Shape]:
        centre, end = self._arrow_width / 2, self._arrow_width
        yield Path(((0, 0), (end, 0)), Ink.PLAIN, 0.7)
        yield arrow_head((0, 0), (end, 0))
        for index, detail in enumerate(reversed(self._details)):
            yield Text(centre, -LINE * (index + 0.75), detail, DETAIL_SIZE, Ink.MUTED)
        yield Text(centre, -LINE * (len(self._details) + 0.75), self._title, TITLE_SIZE)

    def _volume(self, x: float) -> Iterator[Path]:
        """A box seen from the front, above and right; dashed where its shape is to be found."""
        width, height, depth = self._box
        shift = _SLOPE * depth
        left, top = x - self._drawn_width / 2, -self._volume_height / 2 + shift
        right, bottom = left + width, top + height
        dash = () if self._known else (2.5, 2.5)
        front: tuple[Point, ...] = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        back: tuple[Point, ...] = (
            (left, top), (left + shift, top - shift), (right + shift, top - shift), (right + shift, bottom - shift),
            (right, bottom),
        )  # fmt: skip
        for outline in (front, back, ((right, top), (right + shift, top - shift))):
            yield Path(outline, Ink.PLAIN if self._known else Ink.MUTED, 0.7, dash)

"""Layers as boxes one below the other: shapes beside the arrows, and connections that pass by boxes on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.rendering.figures.lettering import Label, Lettering, shape_label
from deepcalc.rendering.figures.scene import Anchor, Ink, Path, Pill, Scene, Shape, Text, arrow_head, scene_of
from deepcalc.solution.drawings import Block, Blocks

TITLE_SIZE, DETAIL_SIZE, SHAPE_SIZE = 9.0, 7.5, 8.0
LINE = 10.0
PADDING = 8.0
GAP = 20.0
LANE = 12.0
CORNER = 3.0


def blocks_scene(drawing: Blocks, lettering: Lettering) -> Scene:
    boxes = [_Box(block, lettering) for block in drawing.blocks]
    width = max(box.width for box in boxes)
    tops = [0.0]
    for box in boxes:
        tops.append(tops[-1] + box.height + GAP)
    shapes: list[Shape] = []
    for box, top in zip(boxes, tops, strict=False):
        shapes += box.shapes(top, width)
    shapes += _Wires(boxes, tops, width).shapes(drawing.edges)
    return scene_of(shapes)


class _Box:
    """A box with its title and its details, around x = 0."""

    def __init__(self, block: Block, lettering: Lettering) -> None:
        self._title = lettering.words(block.title)
        self._details = lettering.words(", ".join(block.details)) if block.details else None
        self.is_known = all(mark.value is not None for mark in block.shape)
        self.shape: Label = shape_label(block.shape, lettering)

    @property
    def height(self) -> float:
        return LINE * (1 if self._details is None else 2) + 4

    @property
    def width(self) -> float:
        details = 0.0 if self._details is None else self._details.width * DETAIL_SIZE
        return max(self._title.width * TITLE_SIZE, details) + 2 * PADDING

    def shapes(self, top: float, width: float) -> Iterator[Shape]:
        yield Pill(0, top + self.height / 2, width, self.height, Ink.PLAIN, 0.7, CORNER)
        yield Text(0, top + 2 + LINE / 2, self._title, TITLE_SIZE)
        if self._details is not None:
            yield Text(0, top + 2 + 1.5 * LINE, self._details, DETAIL_SIZE, Ink.MUTED)


class _Wires:
    """Arrows from box to box, and beside each the shape that passes it."""

    def __init__(self, boxes: Sequence[_Box], tops: Sequence[float], width: float) -> None:
        self._boxes, self._tops, self._right = boxes, tops, width / 2

    def shapes(self, edges: Sequence[tuple[int, int]]) -> Iterator[Shape]:
        passing = [edge for edge in edges if edge[1] > edge[0] + 1]
        lanes = _lanes(passing)
        starts = sorted({edge[0] for edge in edges})
        for start in starts:
            yield from self._below(start, (start, start + 1) in edges)
        for edge in passing:
            yield from self._beside(*edge, lanes[edge], self._entry(edge, passing))
        for end in range(len(self._boxes)):
            if end not in starts:
                yield self._label(end, self._bottom(end) + LINE / 2 + 2, Anchor.MIDDLE)

    def _bottom(self, place: int) -> float:
        return self._tops[place] + self._boxes[place].height

    def _below(self, start: int, is_straight: bool) -> Iterator[Shape]:
        """The arrow to the next box, or where there is none the beginning of those that pass it by."""
        top = self._bottom(start)
        end = (0.0, top + (GAP if is_straight else GAP / 2))
        yield Path(((0.0, top), end), Ink.PLAIN, 0.7)
        if is_straight:
            yield arrow_head((0.0, top), end)
        yield self._label(start, top + GAP / 2, Anchor.END)

    def _label(self, place: int, y: float, anchor: Anchor) -> Text:
        box = self._boxes[place]
        ink = Ink.PLAIN if not place else Ink.VALUE if box.is_known else Ink.MUTED
        return Text(-5.0 if anchor is Anchor.END else 0.0, y, box.shape, SHAPE_SIZE, ink, anchor)

    def _entry(self, edge: tuple[int, int], passing: Sequence[tuple[int, int]]) -> float:
        """Where a connection enters its box from the right: several below each other."""
        beside = [other for other in passing if other[1] == edge[1]]
        box = self._boxes[edge[1]]
        step = box.height / (len(beside) + 1)
        return self._tops[edge[1]] + step * (beside.index(edge) + 1)

    def _beside(self, start: int, end: int, lane: int, entry: float) -> Iterator[Shape]:
        y, x = self._bottom(start) + GAP / 2, self._right + LANE * (lane + 1)
        yield Path(((0.0, y), (x, y), (x, entry), (self._right, entry)), Ink.PLAIN, 0.7)
        yield arrow_head((x, entry), (self._right, entry))


def _lanes(passing: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """A lane for each connection, the first one free beside its boxes; short ones are nearest."""
    taken: dict[tuple[int, int], int] = {}
    for edge in sorted(passing, key=lambda each: each[1] - each[0]):
        others = {lane for other, lane in taken.items() if other[0] < edge[1] and edge[0] < other[1]}
        taken[edge] = next(lane for lane in range(len(passing) + 1) if lane not in others)
    return taken

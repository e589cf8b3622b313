"""Straight edges between two columns, each with a label on it that covers no other label and no unit.

All labels stand at the same part of the way where that can be; else each where it is least in the way of other
edges. Where neither can be, the columns are moved apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count

from deepcalc.records import record
from deepcalc.rendering.figures.lettering import Label
from deepcalc.rendering.figures.scene import Ink, Path, Point, Rect, Shape, Text, cut

SIZE, LINE = 8.0, 9.0
PADDING, DESCENT = 2.5, 0.5
"""Room at both sides of a label, and for what hangs below its last line."""

# parts of the way from the left to the right
COMMON_PLACES = (0.3, 0.27, 0.33, 0.24, 0.36, 0.5, 0.7, 0.73, 0.67, 0.2, 0.8)
PLACES = tuple(0.5 + side * step / 20 for step in range(9) for side in (1, -1))
WIDER, STEPS_FOR_COMMON = 1.07, 6
"""How much the columns are moved apart at a time, and how often for the sake of a common place."""

DENSE = 12
"""More edges than this are drawn faint, so that their labels stand out, and have no common place."""


@record
class LabelledEdge:
    """A line from a point of the left column to one of the right, each column's x being 0, and what stands on it."""

    start: Point
    end: Point
    rows: tuple[tuple[Label, Ink], ...]

    @property
    def size(self) -> tuple[float, float]:
        return max((label.width * SIZE for label, _ in self.rows), default=0.0), LINE * len(self.rows) + DESCENT


def edges_with_labels(
    edges: Sequence[LabelledEdge], left: Sequence[Shape], right: Sequence[Shape], least: float
) -> tuple[float, list[Shape]]:
    """The distance between the columns, at least ``least``, and the shapes, with the left column at x = 0.

    There is an end to it: columns far enough apart have room for every label.
    """
    common = range(STEPS_FOR_COMMON if len(edges) <= DENSE else 0)
    attempts = chain(((step, _Gap.common_places) for step in common), ((step, _Gap.single_places) for step in count()))
    while True:
        step, place = next(attempts)
        gap = least * WIDER**step
        laid = _Gap(edges, [*left, *(shape.moved(gap, 0) for shape in right)], gap)
        boxes = place(laid)
        if boxes is not None:
            return gap, list(laid.shapes(boxes))


class _Gap:
    """The edges between columns at a certain distance."""

    def __init__(self, edges: Sequence[LabelledEdge], columns: Sequence[Shape], gap: float) -> None:
        self._edges = edges
        self._lines = [(edge.start, (edge.end[0] + gap, edge.end[1])) for edge in edges]
        self._courses = [_course(*line) for line in self._lines]
        self._units = [shape.box for shape in columns]
        self._texts = [shape.box.padded(1.0) for shape in columns if isinstance(shape, Text)]
        self._gap = gap

    def common_places(self) -> list[Rect] | None:
        """The labels' boxes, all at the same part of the way; the one with the fewest crossings."""
        best: tuple[float, list[Rect]] | None = None
        for place in COMMON_PLACES:
            boxes = [self._box(index, place) for index in range(len(self._edges))]
            if any(self._is_blocked(box, boxes[:index]) for index, box in enumerate(boxes)):
                continue
            crossings = sum(map(self._crossings, boxes))
            if best is None or crossings < best[0]:
                best = (crossings, boxes)
        return None if best is None else best[1]

    def single_places(self) -> list[Rect] | None:
        """The labels' boxes, each where it is least in the way; None where one finds no place."""
        boxes: dict[int, Rect] = {}
        steepest_first = sorted(range(len(self._edges)), key=lambda index: -abs(self._courses[index][1]))
        for index in steepest_first:
            box = self._best_place(index, list(boxes.values()))
            if box is None:
                return None
            boxes[index] = box
        return [boxes[index] for index in range(len(self._edges))]

    def _best_place(self, index: int, taken: Sequence[Rect]) -> Rect | None:
        """The free box with the fewest crossings, of those the one nearest to the middle."""
        best: tuple[int, Rect] | None = None
        for place in PLACES:
            box = self._box(index, place)
            if self._is_blocked(box, taken):
                continue
            crossings = self._crossings(box)
            if best is None or crossings < best[0]:
                best = (crossings, box)
            if crossings == 0:
                break
        return None if best is None else best[1]

    def shapes(self, boxes: Sequence[Rect]) -> Iterator[Shape]:
        """The lines, cut where there is text, and the labels."""
        labelled = [box.padded(0.5) for box, edge in zip(boxes, self._edges, strict=True) if edge.rows]
        around = [*labelled, *self._texts]
        for start, end in self._lines:
            for piece in cut(start, end, around):
                yield Path(piece, Ink.FAINT if len(self._edges) > DENSE else Ink.MUTED, 0.5)
        for box, edge in zip(boxes, self._edges, strict=True):
            x = (box.left + box.right) / 2
            for index, (label, ink) in enumerate(edge.rows):
                yield Text(x, box.top + LINE * (index + 0.5), label, SIZE, ink)

    def _box(self, index: int, place: float) -> Rect:
        (x0, y0), (x1, y1) = self._lines[index]
        width, height = self._edges[index].size
        return Rect.around(x0 + place * (x1 - x0), y0 + place * (y1 - y0), width + 2 * PADDING, height)

    def _is_blocked(self, box: Rect, others: Sequence[Rect]) -> bool:
        if not self._edges[0].rows:
            return False
        within = box.left > 0 and box.right < self._gap
        return not within or any(box.overlaps(other) for other in (*others, *self._units))

    def _crossings(self, box: Rect) -> int:
        """How many other edges pass through the box, as far as they are prolonged."""
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        found = -1  # its own
        for origin, slope in self._courses:
            at_left, at_right = origin + slope * left, origin + slope * right
            found += (at_left < bottom or at_right < bottom) and (at_left > top or at_right > top)
        return found


def _course(start: Point, end: Point) -> tuple[float, float]:
    """The height of a line at x = 0, and its slope."""
    slope = (end[1] - start[1]) / (end[0] - start[0])
    return start[1] - slope * start[0], slope

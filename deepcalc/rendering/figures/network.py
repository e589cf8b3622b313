"""A network as a scene: a column of units for each layer, values above them, errors below, weights on the edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from deepcalc.records import record
from deepcalc.rendering.figures.edges import DENSE, LabelledEdge, edges_with_labels
from deepcalc.rendering.figures.lettering import Label, Lettering
from deepcalc.rendering.figures.scene import Dot, Ink, Path, Pill, Point, Scene, Shape, Text, arrow_head, cut, scene_of
from deepcalc.solution.drawings import Edge, Layer, Mark, Network, Skip, Unit

RADIUS = 13.0
NAME_SIZE, LABEL_SIZE, HEAD_SIZE = 10.0, 8.0, 8.5
LINE = 9.5
CLEARANCE = 10.0
ROOM, UNLABELLED_GAP = 32.0, 36.0
MOST_EQUATIONS, MOST_DERIVATIVES = 6, 12
"""Edges of a gap that have their weights by name and value, and that have derivatives too; more have values alone."""

SKIP_GAP, SKIP_ASIDE, MOST_ON_SKIP = 12.0, 4.0, 4
"""Between two connections that pass by layers, beside the middle of a column, and how many rows stand at one."""

PITCHES = {1: 64.0, 2: 64.0, 3: 60.0, 4: 54.0, 5: 48.0, 6: 46.0}
"""The distance between two units, by the units of the largest layer, where their labels need no more."""


TALLER = (1.0, 1.3, 1.7)
"""By how much the units are moved apart where the network is too wide for a page: labels then share its height."""

LEGIBLE = 0.7
"""The scale down to which the labels are as large as footnotes."""


def network_scene(network: Network, lettering: Lettering) -> Scene:
    """The whole network, as large as a page needs it to be legible, or as it allows."""
    best = _scene(network, lettering, TALLER[0])
    for taller in TALLER[1:]:
        if best.scale >= LEGIBLE:
            break
        best = max(best, _scene(network, lettering, taller), key=lambda scene: scene.scale)
    return best


def _scene(network: Network, lettering: Lettering, taller: float) -> Scene:
    """Every gap between two layers is as wide as its labels need at that height."""
    columns = [_Column(layer, lettering) for layer in network.layers]
    if network.loss is not None:
        columns.append(_Column(_loss_layer(network.loss), lettering))
    rows = max(len(column.cells) for column in columns)
    tallest = max(cell.height for column in columns for cell in column.cells)
    pitch = taller * max(PITCHES.get(rows, 46.0), tallest + CLEARANCE)
    shapes: list[Shape] = []
    x, before = 0.0, None
    middles = []
    top = min(column.top(pitch) for column in columns)
    for index, column in enumerate(columns):
        is_loss = network.loss is not None and index == len(columns) - 1
        if before is not None:
            edges = _edges(before, column, lettering, pitch, to_loss=is_loss)
            units = (list(before.shapes(pitch)), list(column.shapes(pitch)))
            gap, drawn = edges_with_labels(edges, *units, least=_least_gap(before, column, edges))
            shapes += [shape.moved(x, 0) for shape in drawn]
            x += gap
        middles.append(x)
        shapes += [shape.moved(x, 0) for shape in column.shapes(pitch)]
        shapes += [text.moved(x, 0) for text in column.head(top)]
        before = column
    return scene_of([*shapes, *_skips(network.skips, columns, middles, lettering, pitch)])


def _skips(
    skips: Sequence[Skip], columns: Sequence[_Column], middles: Sequence[float], lettering: Lettering, pitch: float
) -> Iterator[Shape]:
    """Connections that pass by layers: below these, from under the one column to under the other, nested."""
    level = max(column.bottom(pitch) for column in columns)
    lines: list[tuple[Point, Point]] = []
    texts: list[Text] = []
    for skip in sorted(skips, key=lambda skip: (skip.end - skip.start, skip.start)):
        rows = [row for edge in skip.edges for row in _rows(edge, len(skip.edges), lettering)][:MOST_ON_SKIP]
        level += SKIP_GAP
        left, right = middles[skip.start] + SKIP_ASIDE, middles[skip.end] - SKIP_ASIDE
        above = [columns[place].bottom(pitch) + 4 for place in (skip.start, skip.end)]
        corners = ((left, above[0]), (left, level), (right, level), (right, above[1]))
        lines += pairwise(corners)
        yield arrow_head(corners[2], corners[3], Ink.MUTED)
        for label, ink in rows:
            level += LINE
            texts.append(Text((left + right) / 2, level, label, LABEL_SIZE, ink))
    around = [text.box.padded(1.0) for text in texts]
    yield from (Path(piece, Ink.MUTED, 0.6) for start, end in lines for piece in cut(start, end, around))
    yield from texts


def _loss_layer(loss: Mark) -> Layer:
    return Layer("loss", "", (Unit(loss),), {})


class _Cell:
    """One unit and what is written above and below it."""

    def __init__(self, unit: Unit | None, lettering: Lettering) -> None:
        self.name = None if unit is None else lettering.math(unit.output.symbol)
        self.above: list[tuple[Label, Ink]] = []
        self.below: list[tuple[Label, Ink]] = []
        if unit is None:
            return
        for mark in (unit.net, unit.output):
            if mark is not None and mark.value is not None:
                self.above.append((lettering.equation(mark.symbol, mark.value), Ink.VALUE))
        if unit.bias is not None:
            self.below.append((_mark(unit.bias, lettering), Ink.MUTED))
        if unit.error is not None and unit.error.value is not None:
            self.below.append((lettering.equation(unit.error.symbol, unit.error.value), Ink.DERIVATIVE))

    @property
    def width(self) -> float:
        return max(2 * RADIUS, 0.0 if self.name is None else self.name.width * NAME_SIZE + RADIUS)

    @property
    def label_width(self) -> float:
        return max((label.width * LABEL_SIZE for label, _ in (*self.above, *self.below)), default=0.0)

    @property
    def height(self) -> float:
        return 2 * RADIUS + LINE * 2 * max(len(self.above), len(self.below))

    def texts(self, y: float) -> Iterator[Text]:
        for index, (label, ink) in enumerate(reversed(self.above)):
            yield Text(0, y - RADIUS - LINE * (index + 0.6), label, LABEL_SIZE, ink)
        for index, (label, ink) in enumerate(self.below):
            yield Text(0, y + RADIUS + LINE * (index + 0.6), label, LABEL_SIZE, ink)


@record
class _Place:
    """Where lines begin and end at a unit, its column being at 0: at the outermost points of its rim."""

    y: float
    reach: float


class _Column:
    """A layer's units, one below the other around y = 0; None for dots in place of layers."""

    def __init__(self, layer: Layer | None, lettering: Lettering) -> None:
        self.layer = layer
        self.cells = [_Cell(unit, lettering) for unit in layer.units] if layer is not None else [_Cell(None, lettering)]
        self.unit_width = max(cell.width for cell in self.cells)
        titles = [] if layer is None else [layer.title, layer.activation]
        self.titles = [lettering.words(title) for title in titles if title]

    @property
    def half(self) -> float:
        """Half of the width of all that the column holds."""
        labels = max(cell.label_width for cell in self.cells)
        titles = max((title.width * HEAD_SIZE for title in self.titles), default=0.0)
        return max(self.unit_width, labels, titles) / 2

    def top(self, pitch: float) -> float:
        """The upper edge of the first unit with its labels."""
        return min(self._y(index, pitch) - RADIUS - LINE * len(cell.above) - 4 for index, cell in enumerate(self.cells))

    def bottom(self, pitch: float) -> float:
        """The lower edge of the last unit with its labels."""
        return max(self._y(index, pitch) + RADIUS + LINE * len(cell.below) + 4 for index, cell in enumerate(self.cells))

    def _y(self, index: int, pitch: float) -> float:
        return (index - (len(self.cells) - 1) / 2) * pitch

    def places(self, pitch: float) -> list[_Place | None]:
        """Where lines begin and end; nowhere at dots."""
        reach = self.unit_width / 2
        return [
            None if cell.name is None else _Place(self._y(index, pitch), reach) for index, cell in enumerate(self.cells)
        ]

    def shapes(self, pitch: float) -> Iterator[Shape]:
        for index, cell in enumerate(self.cells):
            y = self._y(index, pitch)
            if cell.name is None:
                yield from _dots(y, vertical=self.layer is not None)
                continue
            yield Pill(0, y, self.unit_width, 2 * RADIUS)
            yield Text(0, y, cell.name, NAME_SIZE)
            yield from cell.texts(y)

    def head(self, top: float) -> Iterator[Text]:
        for index, title in enumerate(reversed(self.titles)):
            yield Text(0, top - 10 - index * 10.5, title, HEAD_SIZE, Ink.MUTED)


def _dots(y: float, vertical: bool) -> Iterator[Dot]:
    for offset in (-6.0, 0.0, 6.0):
        yield Dot(0, y + offset) if vertical else Dot(offset, y)


def _least_gap(before: _Column, after: _Column, edges: Sequence[LabelledEdge]) -> float:
    room = ROOM + max(0, len(edges) - DENSE) / 2
    widest = max((row.width * LABEL_SIZE for edge in edges for row, _ in edge.rows), default=UNLABELLED_GAP - room)
    return before.half + after.half + widest + room


def _edges(before: _Column, after: _Column, lettering: Lettering, pitch: float, to_loss: bool) -> list[LabelledEdge]:
    """The connections from one column to the next; those to the loss have no weight."""
    layer = after.layer
    if layer is None or before.layer is None:
        return []
    found = []
    for i, start in enumerate(before.places(pitch)):
        for j, end in enumerate(after.places(pitch)):
            if start is None or end is None or (not to_loss and (i, j) not in layer.edges):
                continue
            rows = () if to_loss else tuple(_rows(layer.edges[i, j], len(layer.edges), lettering))
            found.append(LabelledEdge((start.reach, start.y), (-end.reach, end.y), rows))
    return found


def _rows(edge: Edge, edges: int, lettering: Lettering) -> Iterator[tuple[Label, Ink]]:
    """The weight; below it the derivative by it."""
    if edge.weight is None:
        return
    value = edge.weight.value
    if edges <= MOST_EQUATIONS or value is None:
        yield _mark(edge.weight, lettering), Ink.PLAIN
    else:
        yield lettering.math(value), Ink.PLAIN
    if edge.derivative is not None and edges <= MOST_DERIVATIVES:
        yield lettering.math(edge.derivative), Ink.DERIVATIVE


def _mark(mark: Mark, lettering: Lettering) -> Label:
    return lettering.math(mark.symbol) if mark.value is None else lettering.equation(mark.symbol, mark.value)

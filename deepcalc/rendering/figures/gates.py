"""An expression graph as a scene: inputs on the left, gates by their depth, values above, derivatives below.

Every gate has a cell of its column to itself, as wide as its labels; an edge crosses a cell at the height of its
middle alone, so that no edge meets a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from deepcalc.notation.nodes import Call, Name, Negative, Node, Over, Plus, Times, nodes_in
from deepcalc.records import record
from deepcalc.rendering.figures.lettering import Label, Lettering
from deepcalc.rendering.figures.scene import Dot, Ink, Path, Pill, Point, Scene, Shape, Text, arrow_head, scene_of
from deepcalc.solution.drawings import Gate, Gates

HEIGHT = 24.0
NAME_SIZE, SIGN_SIZE, LABEL_SIZE = 10.0, 12.0, 8.0
ROW, GAP, LABEL_OFFSET = 58.0, 24.0, 6.5
LONGEST_FORMULA = 12.0
"""In units of the text's size; a longer one is drawn as dots."""

_SWEEPS = 8
_NO_GATE = -1


def gates_scene(gates: Gates, lettering: Lettering) -> Scene:
    """The graph, with a way of its own for every edge that passes a column by."""
    grid = _Grid(gates.gates)
    cells = {node: _Cell(gates.gates[node.gate], lettering) for node in grid.nodes if node.gate >= 0}
    widths = [max((cells[node].width for node in column if node in cells), default=0.0) for column in grid.columns]
    shapes: list[Shape] = []
    lefts: list[float] = []
    x = 0.0
    for width in widths:
        lefts.append(x)
        x += width + GAP
    for way in grid.ways:
        shapes += _edge(way, lefts, widths, cells, grid.rows)
        if way[0] not in cells:
            left_out = lefts[way[0].column] + widths[way[0].column] / 2 - 8
            shapes += [Dot(left_out + offset, grid.rows[way[0]] * ROW) for offset in (-5.0, 0.0, 5.0)]
    for node, cell in cells.items():
        centre = lefts[node.column] + widths[node.column] / 2
        shapes += [shape.moved(centre, grid.rows[node] * ROW) for shape in cell.shapes()]
    return scene_of(shapes)


@record
class _Node:
    """A gate in its column, or (gate -1) a place where an edge passes a column by."""

    column: int
    gate: int
    way: tuple[int, int] = (0, 0)


class _Grid:
    """Which column and row each gate stands in, and which cells each edge passes through."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._gates = gates
        depth = _depths(gates)
        last = max(depth, default=0)
        self.columns: list[list[_Node]] = [[] for _ in range(last + 1)]
        self._node = [_Node(depth[index], index) for index in range(len(gates))]
        for node in self._node:
            self.columns[node.column].append(node)
        self.ways: list[list[_Node]] = []
        self._neighbours: dict[_Node, list[_Node]] = {}
        for index, gate in enumerate(gates):
            for used in dict.fromkeys(gate.uses):
                self._lead(used, index)
        self.nodes = [node for column in self.columns for node in column]
        self.rows = self._ordered()

    def _lead(self, used: int, index: int) -> None:
        """The way of an edge: through a cell of every column between; what was left out begins in the one before."""
        end = self._node[index]
        first = self._node[used] if used >= 0 else _Node(end.column - 1, _NO_GATE, (used, index))
        if used < 0:
            self.columns[first.column].append(first)
        passed = [_Node(column, _NO_GATE, (used, index)) for column in range(first.column + 1, end.column)]
        for node in passed:
            self.columns[node.column].append(node)
        way = [first, *passed, end]
        self.ways.append(way)
        for one, other in pairwise(way):
            self._neighbours.setdefault(one, []).append(other)
            self._neighbours.setdefault(other, []).append(one)

    def _ordered(self) -> dict[_Node, float]:
        """The rows: each node near the mean of its neighbours, forward and backward a few times (Sugiyama, 1981)."""
        rows = {node: float(index) for column in self.columns for index, node in enumerate(column)}
        for sweep in range(_SWEEPS):
            for column in self.columns if sweep % 2 == 0 else reversed(self.columns):
                wanted = {node: self._mean(node, rows, rows[node]) for node in column}
                column.sort(key=lambda node: (wanted[node], rows[node]))
                rows.update(_apart(column, wanted))
        return rows

    def _mean(self, node: _Node, rows: Mapping[_Node, float], own: float) -> float:
        near = [rows[each] for each in self._neighbours.get(node, ())]
        return sum(near) / len(near) if near else own


def _depths(gates: Sequence[Gate]) -> list[int]:
    """A gate stands behind all that it uses, an input right before the first gate that uses it."""
    depth = [0] * len(gates)
    for index, gate in enumerate(gates):
        if gate.formula is not None:
            depth[index] = 1 + max((depth[used] for used in gate.uses if used >= 0), default=0)
    for index, gate in enumerate(gates):
        if gate.formula is None:
            depth[index] = min((depth[user] for user, other in enumerate(gates) if index in other.uses), default=1) - 1
    return depth


def _apart(column: Sequence[_Node], wanted: Mapping[_Node, float]) -> dict[_Node, float]:
    """Rows in that order, at least 1 apart and, together, as near to what is wanted as can be.

    Nodes that would stand too close form a block around the mean of what they want (pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []  # the sum of what is wanted of a block's first row, and how many are in it
    for node in column:
        total, count = wanted[node], 1
        while blocks and blocks[-1][0] / blocks[-1][1] + blocks[-1][1] > total / count:
            before, earlier = blocks.pop()
            total, count = before + total - count * earlier, count + earlier
        blocks.append((total, count))
    rows = [total / count + index for total, count in blocks for index in range(count)]
    return dict(zip(column, rows, strict=True))


@dataclass
class _Cell:
    """A gate and what stands above and below it."""

    gate: Gate
    lettering: Lettering
    label: Label = field(init=False)

    def __post_init__(self) -> None:
        self.label = _inside(self.gate, self.lettering)
        mark = self.gate.mark
        self.above = None
        if mark.value is not None:
            is_input = self.gate.formula is None
            self.above = (
                self.lettering.math(mark.value) if is_input else self.lettering.equation(mark.symbol, mark.value)
            )
        elif self.gate.formula is not None:
            self.above = self.lettering.math(mark.symbol)
        derivative = self.gate.derivative
        self.below = None if derivative is None else self.lettering.math(derivative)

    @property
    def size(self) -> float:
        return SIGN_SIZE if self.gate.formula is not None and _sign(self.gate.formula) else NAME_SIZE

    @property
    def node_width(self) -> float:
        return max(HEIGHT, self.label.width * self.size + 12)

    @property
    def width(self) -> float:
        labels = [label.width * LABEL_SIZE for label in (self.above, self.below) if label is not None]
        return max(self.node_width, *labels, 0.0)

    def shapes(self) -> Iterator[Shape]:
        is_input = self.gate.formula is None
        yield Pill(0, 0, self.node_width, HEIGHT, Ink.MUTED if is_input else Ink.PLAIN, 0.5 if is_input else 0.8)
        yield Text(0, 0, self.label, self.size)
        if self.above is not None:
            ink = Ink.VALUE if self.gate.mark.value is not None else Ink.MUTED
            yield Text(0, -HEIGHT / 2 - LABEL_OFFSET, self.above, LABEL_SIZE, ink)
        if self.below is not None:
            yield Text(0, HEIGHT / 2 + LABEL_OFFSET, self.below, LABEL_SIZE, Ink.DERIVATIVE)


def _inside(gate: Gate, lettering: Lettering) -> Label:
    """The name of an input; the sign of a gate, or its formula where that is more than one operation."""
    if gate.formula is None:
        return lettering.math(gate.mark.symbol)
    sign = _sign(gate.formula)
    if sign is not None:
        return lettering.sign(*sign)
    if isinstance(gate.formula, Call) and _is_bare(gate.formula.arguments):
        head = lettering.math(Call(gate.formula.function, *gate.formula.arguments))
        return head if head.width <= LONGEST_FORMULA else lettering.words(gate.formula.function)
    label = lettering.math(gate.formula) if len(list(nodes_in(gate.formula))) < 60 else None
    return label if label is not None and label.width <= LONGEST_FORMULA else lettering.sign("⋯", r"\cdots")


def _sign(formula: Node) -> tuple[str, str] | None:
    """The sign of a gate that does one operation on names."""
    parts = formula.args
    if isinstance(formula, Plus) and len(parts) == 2 and isinstance(parts[1], Negative):
        return ("−", "-") if _is_bare((parts[0], parts[1].args[0])) else None
    return _SIGNS.get(type(formula)) if _is_bare(parts) else None


_SIGNS: Mapping[type, tuple[str, str]] = {Plus: ("+", "+"), Times: ("×", r"\times"), Over: ("÷", r"\div")}


def _is_bare(parts: Sequence[Any]) -> bool:
    return bool(parts) and all(isinstance(part, Name) for part in parts)


def _edge(
    way: Sequence[_Node],
    lefts: Sequence[float],
    widths: Sequence[float],
    cells: Mapping[_Node, _Cell],
    rows: Mapping[_Node, float],
) -> Iterator[Path]:
    """From rim to rim: straight through every cell, bent between the columns."""
    points: list[Point] = []
    for index, node in enumerate(way):
        left, width, y = lefts[node.column], widths[node.column], rows[node] * ROW
        half = cells[node].node_width / 2 if node in cells else 0.0
        if index:
            points.append((left, y))
        if index == len(way) - 1:
            points.append((left + width / 2 - half, y))
        elif index == 0:
            points.append((left + width / 2 + half, y))
        if index < len(way) - 1:
            points.append((left + width, y))
    x, y = points[-1]
    yield Path(tuple(points), Ink.MUTED, 0.6, smooth=True)
    yield arrow_head((x - 1, y), (x, y), Ink.MUTED)

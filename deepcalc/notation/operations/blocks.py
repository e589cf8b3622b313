"""Positions along the axes of an array, and blocks of one: ``X[:, 1:2]``, and what is zero but for some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from deepcalc.notation.array_nodes import Apply, Slice
from deepcalc.notation.nodes import Node
from deepcalc.notation.shapes import Shape, ShapeError, Size, shape_text, size_node, size_text
from deepcalc.records import record

WHOLE = Slice()


def positions(node: Node, shape: Shape) -> list[list[int] | int]:
    """For each axis the position that is taken (counted from 0), or those of a slice."""
    return [_taken(index, size, axis, node) for axis, (index, size) in enumerate(indices(node, shape))]


def lengths(node: Node, shape: Shape) -> Shape:
    """The shape of the part that is taken."""
    found: list[Size] = []
    for axis, (index, size) in enumerate(indices(node, shape)):
        at = None if index == WHOLE else _taken(index, size, axis, node)
        found += [size] if at is None else [len(at)] if isinstance(at, list) else []
    return tuple(found)


def indices(node: Node, shape: Shape) -> list[tuple[Any, Size]]:
    """For each axis its index and its size; what has no index is taken whole."""
    given = node.args[1:]
    if len(given) > len(shape):
        plural = "" if len(given) == 1 else "es"
        raise ShapeError(f"{len(given)} index{plural} for {shape_text(shape)}", node)
    return list(zip_longest(given, shape, fillvalue=WHOLE))


def _taken(index: Node, size: Size, axis: int, node: Node) -> list[int] | int:
    if not isinstance(index, Slice):
        return _position(index, size, axis, node)
    if not isinstance(size, int):
        raise ShapeError("a slice needs a size that is a number", node)
    first, last = (_position(at, size, axis, node) for at in index.args) if index.args else (0, size - 1)
    if first > last:
        raise ShapeError(f"a slice from {first + 1} to {last + 1} is empty", node)
    return list(range(first, last + 1))


def _position(index: Node, size: Any, axis: int, node: Node) -> int:
    at = getattr(index, "value", None)
    if at is None or at.denominator != 1:
        raise ShapeError("an index is a whole number", node)
    if at < 1 or (isinstance(size, int) and at > size):
        one, all_ = ("entry", "entries") if len(node.args) == 2 else (("row", "rows"), ("column", "columns"))[axis > 0]
        raise ShapeError(f"there is no {one} {at}: {all_} count from 1 to {size_text(size)}", node)
    return int(at) - 1


@record
class Block:
    """Some positions of an axis of an array, from the first to before the end, counted from 0; the other axes whole."""

    axis: int
    first: int
    end: int


def block_of(node: Node, shape: Callable[[Node], Shape]) -> Block | None:
    """The block that a slice is; None of other parts of an array, or of the whole."""
    whole = shape(node.args[0])
    cut = [axis for axis, (index, _) in enumerate(indices(node, whole)) if index != WHOLE]
    if len(cut) != 1:
        return None
    (axis,) = cut
    index, size = indices(node, whole)[axis]
    taken = _taken(index, size, axis, node)
    return Block(axis, taken[0], taken[-1] + 1) if isinstance(taken, list) else None


def side_by_side(parts: Sequence[tuple[Block, Node]], shape: Shape) -> list[Node]:
    """What has these blocks and is 0 elsewhere; blocks that overlap are in terms of their own."""
    rows: list[list[tuple[Block, Node]]] = []
    for block, node in sorted(parts, key=lambda part: (part[0].axis, part[0].first)):
        fitting = (row for row in rows if row[-1][0].axis == block.axis and row[-1][0].end <= block.first)
        row = next(fitting, None)
        if row is None:
            rows.append([(block, node)])
        else:
            row.append((block, node))
    return [_joined(row, shape) for row in rows]


def _joined(row: Sequence[tuple[Block, Node]], shape: Shape) -> Node:
    axis, at = row[0][0].axis, 0
    found: list[Node] = []
    for block, node in row:
        found += [*_zeros(shape, axis, block.first - at), node]
        at = block.end
    size = shape[axis]
    found += _zeros(shape, axis, size - at) if isinstance(size, int) else []
    return found[0] if len(found) == 1 else Apply("concat", {"axis": axis}, *found)


def _zeros(shape: Shape, axis: int, count: int) -> list[Node]:
    """An array of zeros with so many positions along the axis; none for no position."""
    own = (*shape[:axis], count, *shape[axis + 1 :])
    return [Apply("zeros", {}, *map(size_node, own))] if count else []

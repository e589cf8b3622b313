"""Arrays as they are written, and what moves entries about: entries and slices, joins, other shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from deepcalc.notation.array_nodes import Apply, Item, Slice, array
from deepcalc.notation.grids import places
from deepcalc.notation.nodes import ZERO, Literal, Node
from deepcalc.notation.operations.blocks import block_of, lengths, positions, side_by_side
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, Surroundings
from deepcalc.notation.ranges import first, hull
from deepcalc.notation.shapes import (
    Shape,
    ShapeError,
    concrete,
    count,
    is_concrete,
    shape_text,
    strides,
)

# ---- the array as it is written


def _array_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    first = shapes[0]
    for position, shape in enumerate(shapes, start=1):
        if shape != first:
            what = "every row has as many entries as the first one" if first else "an entry is a number"
            raise ShapeError(f"{what}: entry {position} is {shape_text(shape)}, the first {shape_text(first)}", node)
    shape = (len(shapes), *first)
    count(shape)
    return shape


def _stacked(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    rank = len(shapes[0])

    def stack(*parts: Any) -> Any:
        return numpy.stack(numpy.broadcast_arrays(*parts), axis=-1 - rank)

    return stack


ARRAY = Operation(
    "array",
    _array_shape,
    lambda node, operands, index: operands[index[0]].entry(index[1:]),
    _stacked,
    lambda node, index, adjoint, around: Item(adjoint, Literal(str(index + 1))),
    arity=None,
    range=hull,
)


# ---- entries and slices


def _item_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    if not shapes[0]:
        raise ShapeError("a number has no entries", node)
    return lengths(node, shapes[0])


def _item_entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    (operand,) = operands
    rest = iter(index)
    place = tuple(at[next(rest)] if isinstance(at, list) else at for at in positions(node, operand.shape))
    return operand.entry(place)


def _item_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    key = tuple(
        slice(at[0], at[-1] + 1) if isinstance(at, list) else at for at in positions(node, shapes[0])
    )  # fmt: skip
    return lambda x: x[(..., *key)]


def _item_pull_back(node: Node, index: int, adjoint: Node, around: Surroundings) -> Any:
    """The adjoint at its place among zeros."""
    shape = around.shape(node.args[0])
    block = block_of(node, around.shape)
    if block is not None:
        return side_by_side([(block, adjoint)], shape)[0]
    taken = positions(node, shape)
    if not is_concrete(shape):
        raise ShapeError("the gradient through an entry needs sizes that are numbers", node)
    at = [each if isinstance(each, list) else [each] for each in taken]
    inner = [axis for axis, each in enumerate(taken) if isinstance(each, list)]

    def entry(place: Index) -> Node:
        if any(position not in each for position, each in zip(place, at, strict=True)):
            return ZERO
        own = [Literal(str(at[axis].index(place[axis]) + 1)) for axis in inner]
        return Item(adjoint, *own) if own else adjoint

    return written(entry, shape)


def written(entry: Callable[[Index], Any], shape: Sequence[int]) -> Node:
    """The array of a shape, each entry written."""
    count(tuple(shape))
    return array([entry(place) for place in places(shape)], shape)


ITEM = Operation("item", _item_shape, _item_entry, _item_floats, _item_pull_back, range=first)


# ---- other shapes


def _flat(place: Sequence[int], shape: Sequence[int]) -> int:
    return sum(at * step for at, step in zip(place, strides(shape), strict=True))


def _place(flat: int, shape: Sequence[int]) -> Index:
    found = []
    for step in strides(shape):
        found.append(flat // step)
        flat %= step
    return tuple(found)


def _entries_said(shape: Shape) -> str:
    """``2 × 2 has 4 entries``; of sizes with letters the sizes alone."""
    sizes = [size for size in shape if isinstance(size, int)]
    return f"{shape_text(shape)} has {prod(sizes)} entries" if len(sizes) == len(shape) else shape_text(shape)


def _new_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    wanted = node.settings.get("shape")
    if node.operation == "flatten":
        if not is_concrete(shape):
            raise ShapeError(f"flatten needs sizes that are numbers, not {shape_text(shape)}", node)
        return (prod(shape),)
    new = (wanted,) if isinstance(wanted, int) else tuple(wanted or ())
    if not is_concrete(shape) or prod(shape) != prod(new):
        raise ShapeError(f"{_entries_said(shape)}, {_entries_said(new)}", node)
    return new


def _reshaped_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    (operand,) = operands
    shape = concrete(operand.shape, node)
    new = concrete(_new_shape(node, [shape]), node)
    return operand.entry(_place(_flat(index, new), shape))


def _reshaped_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    new, rank = _new_shape(node, shapes), len(shapes[0])
    return lambda x: x.reshape((*x.shape[: x.ndim - rank], *new))


def _reshaped_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    return Apply("reshape", {"shape": concrete(around.shape(node.operands[0]), node)}, adjoint)


# ---- joins


def _join_axis(node: Apply, shapes: Sequence[Shape]) -> int:
    axis = node.axis or 0
    if not shapes[0] or not 0 <= axis < len(shapes[0]):
        raise ShapeError(f"there is no axis {axis} along which {shape_text(shapes[0])} could be joined", node)
    return axis


def _joined_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    axis = _join_axis(node, shapes)
    first = shapes[0]
    for shape in shapes:
        if len(shape) != len(first) or (*shape[:axis], *shape[axis + 1 :]) != (*first[:axis], *first[axis + 1 :]):
            raise ShapeError(f"{shape_text(first)} and {shape_text(shape)} cannot be joined along axis {axis}", node)
    sizes = tuple(shape[axis] for shape in shapes)
    if not is_concrete(sizes):
        raise ShapeError("a join needs sizes that are numbers", node)
    shape = (*first[:axis], sum(sizes), *first[axis + 1 :])
    count(shape)
    return shape


def _joined_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    axis = _join_axis(node, [operand.shape for operand in operands])
    at = index[axis]
    for operand in operands:
        (size,) = concrete((operand.shape[axis],), node)
        if at < size:
            return operand.entry((*index[:axis], at, *index[axis + 1 :]))
        at -= size
    raise IndexError(index)


def _joined_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    axis, rank = _join_axis(node, shapes) - len(shapes[0]), len(shapes[0])

    def join(*parts: Any) -> Any:
        points = max((part.shape[: part.ndim - rank] for part in parts), key=len)
        return numpy.concatenate(
            [numpy.broadcast_to(part, (*points, *part.shape[part.ndim - rank :])) for part in parts], axis=axis
        )

    return join


def _joined_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    shapes = [around.shape(operand) for operand in node.operands]
    axis = _join_axis(node, shapes)
    sizes = concrete(tuple(shape[axis] for shape in shapes), node)
    before = sum(sizes[:index])
    span = Slice(Literal(str(before + 1)), Literal(str(before + sizes[index])))
    return Item(adjoint, *(Slice() for _ in range(axis)), span)


LAYOUT = (
    Operation(
        "reshape", _new_shape, _reshaped_entry, _reshaped_floats, _reshaped_pull_back,
        settings={"shape": REQUIRED}, unicode="reshape{sizes}({0})", latex=r"\operatorname{{reshape}}{sizes}({0})",
        summary="the same entries, row by row, in another shape: reshape(x, shape=(2, 3))",
        range=hull,
    ),
    Operation(
        "flatten", _new_shape, _reshaped_entry, _reshaped_floats, _reshaped_pull_back,
        unicode="vec({0})", latex=r"\operatorname{{vec}}({0})", summary="all entries, row by row, as one vector",
        range=hull,
    ),
    Operation(
        "concat", _joined_shape, _joined_entry, _joined_floats, _joined_pull_back, arity=None,
        settings={"axis": 0}, unicode="[{all}]", latex="[{all}]",
        summary="arrays joined along an axis (the first one)",
        range=hull,
    ),
)  # fmt: skip

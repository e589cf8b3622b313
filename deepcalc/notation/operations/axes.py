"""The axes of an array in another order, the entries along them backwards, and zeros around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation.array_nodes import Apply, Item, Slice
from deepcalc.notation.nodes import ZERO, Literal, Node
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, Surroundings
from deepcalc.notation.ranges import first
from deepcalc.notation.shapes import Shape, ShapeError, concrete, count, shape_text


def _order(node: Apply, shape: Shape) -> tuple[int, ...]:
    """The axes of the operand as they follow each other in the result."""
    axes = node.settings["axes"]
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    if sorted(axes) != list(range(len(shape))):
        raise ShapeError(
            f"permute names each of the axes 0 to {len(shape) - 1} of {shape_text(shape)} once, not {axes}", node
        )
    return axes


def _shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    return tuple(shape[axis] for axis in _order(node, shape))


def _entry(node: Apply, operands: Sequence[Operand], index: Index) -> Any:
    (operand,) = operands
    at = dict(zip(_order(node, operand.shape), index, strict=True))
    return operand.entry(tuple(at[axis] for axis in range(len(at))))


def _floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    order = _order(node, shapes[0])

    def permute(x: Any) -> Any:
        points = x.ndim - len(order)
        return x.transpose(*range(points), *(points + axis for axis in order))

    return permute


def _pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    order = _order(node, around.shape(node.operands[0]))
    return Apply("permute", {"axes": tuple(order.index(axis) for axis in range(len(order)))}, adjoint)


def _turned_axes(node: Apply, shape: Shape) -> tuple[int, ...]:
    """The axes along which the entries stand backwards."""
    axes = node.settings.get("axes")
    found = tuple(range(len(shape))) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)
    if not shape or len(set(found)) != len(found) or any(not 0 <= axis < len(shape) for axis in found):
        known = f"among the axes 0 to {len(shape) - 1} of {shape_text(shape)}, each once" if shape else "of an array"
        raise ShapeError(f"flip turns axes {known}, not {found if shape else 'of a number'}", node)
    if not all(isinstance(shape[axis], int) for axis in found):
        raise ShapeError(f"flip needs sizes that are numbers, not {shape_text(shape)}", node)
    return found


def _turned_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    _turned_axes(node, shapes[0])
    return shapes[0]


def _turned_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    (operand,) = operands
    turned = _turned_axes(node, operand.shape)
    sizes: Sequence[Any] = operand.shape
    return operand.entry(tuple(sizes[axis] - 1 - at if axis in turned else at for axis, at in enumerate(index)))


def _turned_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    from_end = tuple(axis - len(shapes[0]) for axis in _turned_axes(node, shapes[0]))
    return lambda x: numpy.flip(x, axis=from_end)


def _around(node: Apply, shape: Shape) -> tuple[int, ...]:
    """How many zeros stand at each end of each axis."""
    by = node.settings["by"]
    found = tuple(by) if isinstance(by, tuple) else (by,) * len(shape)
    if not shape or len(found) != len(shape):
        message = f"pad takes a number, or one for each axis: `by` has {len(found)}, and this is {shape_text(shape)}"
        raise ShapeError(message, node)
    if not all(isinstance(size, int) for size in shape):
        raise ShapeError(f"pad needs sizes that are numbers, not {shape_text(shape)}", node)
    return found


def _padded_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    shape = tuple(size + 2 * by for size, by in zip(concrete(shapes[0], node), _around(node, shapes[0]), strict=True))
    count(shape)
    return shape


def _padded_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    (operand,) = operands
    place = tuple(at - by for at, by in zip(index, _around(node, operand.shape), strict=True))
    sizes: Sequence[Any] = operand.shape
    inside = all(0 <= at < size for at, size in zip(place, sizes, strict=True))
    return operand.entry(place) if inside else ZERO


def _padded_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    around = [(by, by) for by in _around(node, shapes[0])]
    return lambda x: numpy.pad(x, [(0, 0)] * (x.ndim - len(around)) + around)


def _padded_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    """The zeros cut off again."""
    shape: Sequence[Any] = around.shape(node.operands[0])
    parts = zip(_around(node, tuple(shape)), shape, strict=True)
    return Item(
        adjoint, *(Slice(Literal(str(by + 1)), Literal(str(by + size))) if by else Slice() for by, size in parts)
    )


AXES = (
    Operation(
        "permute",
        _shape,
        _entry,
        _floats,
        _pull_back,
        settings={"axes": REQUIRED},
        unicode="permute({0})",
        latex=r"\operatorname{{permute}}({0})",
        summary="the axes in another order: permute(X, axes=(1, 0, 2, 3)) has the second axis first",
        range=first,
    ),
    Operation(
        "flip",
        _turned_shape,
        _turned_entry,
        _turned_floats,
        lambda node, index, adjoint, around: Apply("flip", node.settings, adjoint),
        settings={"axes": None},
        unicode="flip({0})",
        latex=r"\operatorname{{flip}}({0})",
        summary="the entries backwards along every axis, a matrix turned by 180°: flip(X), or flip(X, axes=(2, 3))",
        range=first,
    ),
    Operation(
        "pad",
        _padded_shape,
        _padded_entry,
        _padded_floats,
        _padded_pull_back,
        settings={"by": REQUIRED},
        unicode="pad({0})",
        latex=r"\operatorname{{pad}}({0})",
        summary="zeros around an array: pad(X, by=1), or at the ends of each axis pad(X, by=(0, 1, 1))",
    ),
)

"""The axes of an array in another order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, Surroundings
from deepcalc.notation.shapes import Shape, ShapeError, shape_text


def _order(node: Any, shape: Shape) -> tuple[int, ...]:
    """The axes of the operand as they follow each other in the result."""
    axes = node.settings["axes"]
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    if sorted(axes) != list(range(len(shape))):
        raise ShapeError(
            f"permute names each of the axes 0 to {len(shape) - 1} of {shape_text(shape)} once, not {axes}", node
        )
    return axes


def _shape(node: Any, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    return tuple(shape[axis] for axis in _order(node, shape))


def _entry(node: Any, operands: Sequence[Operand], index: Index) -> Any:
    (operand,) = operands
    at = dict(zip(_order(node, operand.shape), index, strict=True))
    return operand.entry(tuple(at[axis] for axis in range(len(at))))


def _floats(node: Any, shapes: Sequence[Shape]) -> Callable[..., Any]:
    order = _order(node, shapes[0])

    def permute(x: Any) -> Any:
        points = x.ndim - len(order)
        return x.transpose(*range(points), *(points + axis for axis in order))

    return permute


def _pull_back(node: Any, index: int, adjoint: Any, around: Surroundings) -> Any:
    order = _order(node, around.shape(node.operands[0]))
    return Apply("permute", {"axes": tuple(order.index(axis) for axis in range(len(order)))}, adjoint)


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
    ),
)

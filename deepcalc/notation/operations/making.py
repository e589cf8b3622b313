"""Operations that make arrays: one-hot rows of labels, constant arrays, a further axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, ZERO, Cases, Literal, Negative, Node, Relation
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, Surroundings, constant
from deepcalc.notation.operations.squares import size_of
from deepcalc.notation.ranges import SHARE, always, hull
from deepcalc.notation.shapes import Shape, ShapeError, concrete, count, shape_text


def _one_hot_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    shape = (*shapes[0], classes := node.whole("classes"))
    if classes < 1:
        raise ShapeError("one_hot takes one class or more", node)
    count(shape)
    return shape


def _one_hot_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    label = operands[0].entry(index[:-1])
    return Cases(ONE, Relation("=", label, Literal(str(index[-1] + node.whole("from", 1)))), ZERO)


def _one_hot_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    classes = numpy.arange(node.whole("classes")) + float(node.whole("from", 1))
    return lambda x: (numpy.asarray(x)[..., None] == classes).astype(float)


def _ones_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    shape = tuple(size_of(size, node, own) for size, own in zip(node.operands, shapes, strict=True))
    count(shape)
    return shape


def _ones_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    return lambda *sizes: numpy.ones([int(numpy.ravel(size)[0]) for size in sizes])


def _zeros_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    ones = _ones_floats(node, shapes)
    return lambda *sizes: 0.0 * ones(*sizes)


def _new_axis(node: Apply) -> int:
    axis = node.axis
    if axis is None:
        raise ShapeError("an axis is to be told", node)
    return axis


def _expanded_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    axis = _new_axis(node)
    if axis > len(shapes[0]):
        places = f"a further axis stands at 0 to {len(shapes[0])}"
        raise ShapeError(f"there is no axis {axis} beside those of {shape_text(shapes[0])}; {places}", node)
    return (*shapes[0][:axis], 1, *shapes[0][axis:])


def _expanded_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    axis = _new_axis(node) - len(shapes[0]) - 1
    return lambda x: numpy.expand_dims(x, axis)


def _expanded_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    if isinstance(adjoint, Negative):
        return Negative(_expanded_pull_back(node, index, adjoint.args[0], around))
    if isinstance(adjoint, Apply) and adjoint.operation == "expand" and adjoint.settings == node.settings:
        return adjoint.operands[0]
    return Apply("reshape", {"shape": concrete(around.shape(node.operands[0]), node)}, adjoint)


MADE = (
    Operation(
        "one_hot", _one_hot_shape, _one_hot_entry, _one_hot_floats, constant,
        settings={"classes": REQUIRED, "from": 1}, unicode="onehot({0})", latex=r"\operatorname{{onehot}}({0})",
        summary="a row with a 1 at the class for each label; classes count from 1, or from=0",
        range=always(SHARE),
    ),
    Operation(
        "ones", _ones_shape, lambda node, operands, index: ONE, _ones_floats, constant, arity=None,
        unicode="𝟏", latex=r"\mathbf{{1}}", summary="an array of ones: ones(2, 3)",
    ),
    Operation(
        "zeros", _ones_shape, lambda node, operands, index: ZERO, _zeros_floats, constant, arity=None,
        unicode="𝟎", latex=r"\mathbf{{0}}", summary="an array of zeros: zeros(2, 3)",
    ),
    Operation(
        "expand", _expanded_shape,
        lambda node, operands, index: operands[0].entry(
            (*index[: node.whole("axis")], *index[node.whole("axis") + 1 :])
        ),
        _expanded_floats, _expanded_pull_back, settings={"axis": REQUIRED}, unicode="{0:atom}", latex="{0:atom}",
        summary="a further axis of one entry, so that a vector stands as a column: expand(v, axis=1)",
        range=hull,
    ),
)  # fmt: skip

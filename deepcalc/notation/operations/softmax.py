"""The softmax along an axis, and its logarithm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import Call, Negative, Node, Over, Plus, Value, minus, total
from deepcalc.notation.operations.entrywise import entrywise, scaled
from deepcalc.notation.operations.reductions import OVER_AN_AXIS, axis_of
from deepcalc.notation.operations.row import Index, Operand, Operation, Surroundings
from deepcalc.notation.ranges import SHARE, Range, always
from deepcalc.notation.shapes import Shape, ShapeError, concrete, shape_text


def softmax_axis(node: Apply, shape: Shape) -> int:
    """The axis along which a softmax runs; ``ShapeError`` where it is not said and not plain."""
    axis = axis_of(node, shape)
    if axis is not None:
        return axis
    if len(shape) != 1:
        raise ShapeError(
            f"{node.operation} of {shape_text(shape)} needs its axis: axis=1 for each row, axis=0 for each column"
            if shape
            else f"{node.operation} takes a vector or a matrix, not a number",
            node,
        )
    return 0


def _softmax_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    softmax_axis(node, shapes[0])
    return shapes[0]


def _line(node: Apply, operand: Operand, index: Index) -> list[Node]:
    axis = softmax_axis(node, operand.shape)
    return [operand.entry((*index[:axis], k, *index[axis + 1 :])) for k in range(concrete(operand.shape, node)[axis])]


def _softmax_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    exponentials = [Call("exp", entry) for entry in _line(node, operands[0], index)]
    return Over(Call("exp", operands[0].entry(index)), total(*exponentials))


def _log_softmax_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    exponentials = [Call("exp", entry) for entry in _line(node, operands[0], index)]
    return minus(operands[0].entry(index), Call("log", total(*exponentials)))


def _softmax_exact(node: Apply, operands: Sequence[Grid]) -> Grid:
    (grid,) = operands
    axis = softmax_axis(node, grid.shape)
    found: dict[Index, Value] = {}
    for index in places((*grid.shape[:axis], 1, *grid.shape[axis + 1 :])):
        line = [(*index[:axis], k, *index[axis + 1 :]) for k in range(grid.shape[axis])]
        highest = arithmetic.largest([grid[place] for place in line])
        grown = [arithmetic.exp(arithmetic.plus((grid[place], -highest))) for place in line]
        whole = arithmetic.plus(grown)
        for place, value in zip(line, grown, strict=True):
            found[place] = (
                arithmetic.over(value, whole)
                if node.operation == "softmax"
                else arithmetic.plus((grid[place], -highest, -arithmetic.log(whole)))
            )
    return Grid(grid.shape, [found[place] for place in places(grid.shape)])


def _softmax_floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    axis = softmax_axis(node, shapes[0]) - len(shapes[0])

    def softmax(x: Any) -> Any:
        shifted = x - x.max(axis=axis, keepdims=True)
        grown = numpy.exp(shifted)
        whole = grown.sum(axis=axis, keepdims=True)
        return grown / whole if node.operation == "softmax" else shifted - numpy.log(whole)

    return softmax


def _line_sums(node: Apply, of: Node, around: Surroundings) -> Node:
    """The sums along the softmax's axis, repeated along it."""
    shape = around.shape(node.operands[0])
    axis = softmax_axis(node, shape)
    if len(shape) == 1:
        return Apply("sum", {}, of)
    sums = Apply("sum", {"axis": axis}, of)
    return Apply("expand", {"axis": axis}, sums) if axis else sums


def softmax_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    """What the scores get: A ⊙ (∂L/∂A − Σ ∂L/∂A ⊙ A), the sum along the softmax's axis."""
    output = around.output
    return entrywise(output, minus(adjoint, _line_sums(node, entrywise(adjoint, output), around)))


def _log_softmax_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    shares = Apply("softmax", node.settings, node.operands[0])
    return Plus(adjoint, Negative(scaled(shares, _line_sums(node, adjoint, around), around)))


SOFTMAXES = (
    Operation(
        "softmax",
        _softmax_shape,
        _softmax_entry,
        _softmax_floats,
        softmax_pull_back,
        _softmax_exact,
        settings=OVER_AN_AXIS,
        unicode="softmax{axes}({0})",
        latex=r"\operatorname{{softmax}}{axes}({0})",
        summary="exponentials over their sum; axis=1 for each row of a matrix",
        range=always(SHARE),
    ),
    Operation(
        "log_softmax",
        _softmax_shape,
        _log_softmax_entry,
        _softmax_floats,
        _log_softmax_pull_back,
        _softmax_exact,
        settings=OVER_AN_AXIS,
        unicode="log softmax{axes}({0})",
        latex=r"\log\operatorname{{softmax}}{axes}({0})",
        summary="the logarithm of the softmax, in the form that does not overflow",
        range=always(Range(high=0)),
    ),
)

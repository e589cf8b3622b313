"""Square matrices: inverse, determinant, trace; diagonals and the identity.

Pull-backs after Petersen and Pedersen, *The Matrix Cookbook*, sections 2.1 and 2.2, and Giles, *Collected matrix
derivative results for forward and reverse mode algorithmic differentiation*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply, MatrixProduct
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import ONE, ZERO, Literal, Negative, Node, Over, Value, negative, product, total
from deepcalc.notation.operations.entrywise import scaled
from deepcalc.notation.operations.products import transpose
from deepcalc.notation.operations.row import Index, Operand, Operation, constant
from deepcalc.notation.shapes import Shape, ShapeError, concrete, count, shape_text, size_node

LARGEST_INVERSE = 6
"""Rows of a matrix whose inverse or determinant is worked out."""


def square_side(node: Apply, shapes: Sequence[Shape]) -> Any:
    """The side of a square matrix; ``ShapeError`` for what is none."""
    (shape,) = shapes
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeError(f"{node.operation} takes a square matrix, this is {shape_text(shape)}", node)
    return shape[0]


def small_side(node: Apply, shapes: Sequence[Shape]) -> Any:
    """The side of a square matrix that is worked out; ``ShapeError`` for a larger one."""
    side = square_side(node, shapes)
    if isinstance(side, int) and side > LARGEST_INVERSE:
        raise ShapeError(f"{node.operation} is worked out up to {LARGEST_INVERSE} rows; this matrix has {side}", node)
    return side


def _determinant_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    small_side(node, shapes)
    return ()


def _trace_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    square_side(node, shapes)
    return ()


def _determinant(matrix: Operand, rows: Sequence[int], columns: Sequence[int]) -> Node:
    """The Leibniz formula for some rows and columns."""
    terms = []
    for order in permutations(range(len(columns))):
        term = product(*(matrix.entry((row, columns[at])) for row, at in zip(rows, order, strict=True)))
        inversions = sum(a > b for k, a in enumerate(order) for b in order[k + 1 :])
        terms.append(Negative(term) if inversions % 2 else term)
    return total(*terms)


def _inverse_entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    (matrix,) = operands
    side = range(concrete(matrix.shape, node)[0])
    i, j = index
    rows, columns = [at for at in side if at != j], [at for at in side if at != i]
    minor = _determinant(matrix, rows, columns) if rows else ONE
    cofactor = Negative(minor) if (i + j) % 2 else minor
    return Over(cofactor, _determinant(matrix, side, side))


def _eliminated(matrix: Grid) -> tuple[Value, list[list[Value]]]:
    """The determinant and the inverse by Gauss and Jordan; no inverse where the determinant is 0."""
    n = matrix.shape[0]
    rows: list[list[Value]] = [
        [matrix[i, j] for j in range(n)] + [Fraction(int(i == j)) for j in range(n)] for i in range(n)
    ]
    determinant: Value = Fraction(1)
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(arithmetic.to_fraction(rows[row][column])))
        if rows[pivot][column] == 0:
            return Fraction(0), []
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            determinant = -determinant
        head = rows[column][column]
        determinant = arithmetic.times((determinant, head))
        rows[column] = [arithmetic.over(value, head) for value in rows[column]]
        for row in range(n):
            factor = rows[row][column]
            if row != column and factor != 0:
                rows[row] = [
                    arithmetic.plus((value, -arithmetic.times((factor, above))))
                    for value, above in zip(rows[row], rows[column], strict=True)
                ]
    return determinant, [row[n:] for row in rows]


def _inverse_exact(node: Node, operands: Sequence[Grid]) -> Grid:
    _, rows = _eliminated(operands[0])
    if not rows:
        raise ValueOutOfReach("the matrix is singular (its determinant is 0), so it has no inverse")
    return Grid(operands[0].shape, [value for row in rows for value in row])


def _inverse_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    def inverse(x: Any) -> Any:
        try:
            return numpy.linalg.inv(x)
        except numpy.linalg.LinAlgError:
            return numpy.full_like(x, numpy.nan)

    return inverse


def _determinant_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    return numpy.linalg.det


def _diagonal_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    if len(shape) == 1:
        count((shape[0], shape[0]))
        return (shape[0], shape[0])
    return (square_side(node, shapes),)


def _diagonal_entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    if len(index) == 2:
        return operands[0].entry(index[:1]) if index[0] == index[1] else ZERO
    return operands[0].entry((index[0], index[0]))


def _diagonal_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    if len(shapes[0]) == 1:
        return lambda x: x[..., :, None] * numpy.eye(x.shape[-1])
    return lambda x: numpy.diagonal(x, axis1=-2, axis2=-1)


def _identity_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    size = size_of(node.operands[0], node, shapes[0])
    count((size, size))
    return (size, size)


def size_of(node: Node, owner: Node, shape: Shape = ()) -> Any:
    """A size that is written as an expression, of a shape that must be that of a number: a whole number as such."""
    if shape:
        raise ShapeError(f"a size is a number, not {shape_text(shape)}", owner)
    if not isinstance(node, Literal):
        return node
    value = node.value
    if not isinstance(value, Fraction) or value.denominator != 1 or value < 1:
        raise ShapeError(f"a size is a whole number from 1 up, not {node.text}", owner)
    return int(value)


def _identity_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    return lambda size: numpy.eye(int(numpy.ravel(size)[0]))


SQUARES = (
    Operation(
        "inv",
        lambda node, shapes: (small_side(node, shapes),) * 2,
        _inverse_entry,
        _inverse_floats,
        lambda node, index, adjoint, around: negative(
            MatrixProduct(MatrixProduct(transpose(around.output), adjoint), transpose(around.output))
        ),
        _inverse_exact,
        unicode="{0:atom}⁻¹",
        latex="{0:atom}^{{-1}}",
        level="power",
        summary="the inverse of a small square matrix",
    ),
    Operation(
        "det",
        _determinant_shape,
        lambda node, operands, index: _determinant(operands[0], *[range(concrete(operands[0].shape, node)[0])] * 2),
        _determinant_floats,
        lambda node, index, adjoint, around: scaled(
            scaled(adjoint, around.output, around), transpose(Apply("inv", {}, node.operands[0])), around
        ),
        lambda node, operands: _eliminated(operands[0])[0],
        unicode="det({0})",
        latex=r"\det({0})",
        summary="the determinant of a small square matrix",
    ),
    Operation(
        "trace",
        _trace_shape,
        lambda node, operands, index: total(
            *(operands[0].entry((k, k)) for k in range(concrete(operands[0].shape, node)[0]))
        ),
        lambda node, shapes: lambda x: x.trace(axis1=-2, axis2=-1),
        lambda node, index, adjoint, around: scaled(
            adjoint, Apply("identity", {}, size_node(around.shape(node.operands[0])[0])), around
        ),
        unicode="tr({0})",
        latex=r"\operatorname{{tr}}({0})",
        summary="the sum of the diagonal of a square matrix",
    ),
    Operation(
        "diag",
        _diagonal_shape,
        _diagonal_entry,
        _diagonal_floats,
        lambda node, index, adjoint, around: Apply("diag", {}, adjoint),
        unicode="diag({0})",
        latex=r"\operatorname{{diag}}({0})",
        summary="the matrix with a vector on its diagonal; of a matrix its diagonal",
    ),
    Operation(
        "identity",
        _identity_shape,
        lambda node, operands, index: ONE if index[0] == index[1] else ZERO,
        _identity_floats,
        constant,
        unicode="I",
        latex="I",
        summary="the identity matrix of so many rows",
    ),
)

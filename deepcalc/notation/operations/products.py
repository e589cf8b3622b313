"""Matrix products and what belongs to them: transposes and outer products.

A vector is a column to the right of a matrix and a row to the left of one; made a row by ``.T``, it stands to the left
of a column, and to the right of one the product is the outer one. Pull-backs after Petersen and Pedersen, *The Matrix
Cookbook*, sections 2.1 and 2.2, and Giles, *Collected matrix derivative results for forward and reverse mode
algorithmic differentiation*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply, MatrixProduct, Transpose
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import Negative, Node, Over, Times, Value, negative, total
from deepcalc.notation.operations.entrywise import scaled
from deepcalc.notation.operations.row import Index, Operand, Operation, Surroundings
from deepcalc.notation.ranges import first, product_of, sum_of_products
from deepcalc.notation.shapes import Shape, ShapeError, concrete, count, counted, shape_text


def matrix_product(left: Node, right: Node) -> Node:
    """The product of two as a person writes it, signs and numbers before it."""
    sign = 1
    for factor in (left, right):
        if isinstance(factor, Negative):
            sign = -sign
    left, right = (factor.args[0] if isinstance(factor, Negative) else factor for factor in (left, right))
    written = MatrixProduct(left, right)
    return written if sign > 0 else negative(written)


def transpose(node: Node) -> Node:
    """The transpose as a person writes it: that of a transpose is the matrix itself."""
    if isinstance(node, Transpose):
        return node.args[0]
    return Negative(Transpose(node.args[0])) if isinstance(node, Negative) else Transpose(node)


# ---- the matrix product


def _is_row(node: Node, shape: Shape) -> bool:
    return isinstance(node, Transpose) and len(shape) == 1


def _product_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    left, right = shapes
    if not left or not right:
        raise ShapeError("a matrix product with a number is written with `*`", node)
    if _is_outer(node, left, right):
        return (left[0], right[0])
    inner_left, inner_right = left[-1], right[0] if len(right) == 1 else right[-2]
    if inner_left != inner_right:
        raise ShapeError(
            f"a product of {shape_text(left)} with {shape_text(right)} does not exist: "
            f"{counted(inner_left, 'column')} meet {counted(inner_right, 'row')}{_repair(left, right)}",
            node,
        )
    if len(left) > 2 or len(right) > 2:
        return (*_stacks(node, left, right), *_core(left, right))
    return _core(left, right)


def _core(left: Shape, right: Shape) -> Shape:
    return (*(left[-2:-1] if len(left) > 1 else ()), *(right[-1:] if len(right) > 1 else ()))


def _stacks(node: Node, left: Shape, right: Shape) -> Shape:
    stacks = left[:-2], right[:-2]
    if stacks[0] and stacks[1] and stacks[0] != stacks[1]:
        raise ShapeError(f"stacks of matrices {shape_text(left)} and {shape_text(right)} do not fit", node)
    return stacks[0] or stacks[1]


def _repair(left: Shape, right: Shape) -> str:
    if len(left) == 2 and len(right) == 2:
        if left[0] == right[0]:
            return "; the first one transposed (.T) would fit"
        if left[1] == right[1]:
            return "; the second one transposed (.T) would fit"
        if right[1] == left[0]:
            return "; in the other order it would fit"
    return ""


def _is_outer(node: Node, left: Shape, right: Shape) -> bool:
    """A column times a row."""
    return len(left) == 1 and not _is_row(node.args[0], left) and _is_row(node.args[1], right)


def _pairs(node: Node, left: Shape, right: Shape, index: Index) -> list[tuple[Index, Index]]:
    """The places of left and right whose products add up to an entry."""
    if _is_outer(node, left, right):
        return [((index[0],), (index[1],))]
    rank = len(_core(left, right))
    stack, core = index[: len(index) - rank], index[len(index) - rank :]
    row = core[:1] if len(left) > 1 else ()
    column = core[-1:] if len(right) > 1 else ()
    own = (stack if len(left) > 2 else ()), (stack if len(right) > 2 else ())
    return [((*own[0], *row, k), (*own[1], k, *column)) for k in range(concrete(left, node)[-1])]


def _product_entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    left, right = operands
    pairs = _pairs(node, left.shape, right.shape, index)
    return total(*(Times(left.entry(a), right.entry(b)) for a, b in pairs))


def _product_exact(node: Node, operands: Sequence[Grid]) -> Value | Grid:
    left, right = operands
    shape = concrete(_product_shape(node, [left.shape, right.shape]), node)
    found = [
        arithmetic.plus([arithmetic.times((left[a], right[b])) for a, b in pairs])
        for pairs in (_pairs(node, left.shape, right.shape, index) for index in places(shape))
    ]
    return Grid(shape, found) if shape else found[0]


def _product_floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    left, right = shapes
    if _is_outer(node, left, right):
        return lambda a, b: a[..., :, None] * b[..., None, :]
    if len(left) == 1 and len(right) == 1:
        return lambda a, b: (a * b).sum(axis=-1)
    if len(left) == 1:
        return lambda a, b: numpy.matmul(a[..., None, :], b)[..., 0, :]
    if len(right) == 1:
        return lambda a, b: numpy.matmul(a, b[..., :, None])[..., 0]
    if len(left) == len(right):
        return numpy.matmul
    few = 0 if len(left) < len(right) else 1

    def stacked(*pair: Any) -> Any:
        arrays = list(pair)
        if arrays[few].ndim > min(len(left), len(right)):
            arrays[few] = arrays[few][..., None, :, :]
        return numpy.matmul(*arrays)

    return stacked


def _product_pull_back(node: Node, index: int, adjoint: Node, around: Surroundings) -> Node:
    left, right = node.args
    shapes = around.shape(left), around.shape(right)
    if _is_outer(node, *shapes):
        row = right.args[0]
        return matrix_product(adjoint, row) if index == 0 else matrix_product(transpose(adjoint), left)
    vectors = len(shapes[0]) == 1, len(shapes[1]) == 1
    if vectors == (True, True):
        return scaled(adjoint, _column(node.args[1 - index], around), around)
    if vectors == (False, True):
        return outer(adjoint, right) if index == 0 else matrix_product(transpose(left), adjoint)
    if vectors == (True, False):
        return matrix_product(right, adjoint) if index == 0 else outer(_column(left, around), adjoint)
    passed = matrix_product(adjoint, transpose(right)) if index == 0 else matrix_product(transpose(left), adjoint)
    for _ in range(len(shapes[1 - index]) - len(shapes[index])):  # one matrix beside each of a stack
        passed = Apply("sum", {"axis": 0}, passed)
    return passed


def _column(node: Node, around: Surroundings) -> Node:
    """A vector as a column: x of xᵀ, Aᵀ x of xᵀ A, and so in products and quotients with numbers."""
    if isinstance(node, Transpose):
        return node.args[0]
    if isinstance(node, Times | Over | Negative):
        return node.func(*(_column(part, around) if around.shape(part) else part for part in node.args))
    if not isinstance(node, MatrixProduct):
        return node
    left, right = node.args
    is_row = len(around.shape(left)) == 1 and len(around.shape(right)) == 2
    return matrix_product(transpose(right), _column(left, around)) if is_row else node


def outer(left: Node, right: Node) -> Node:
    """The outer product as a person writes it."""
    sign = isinstance(left, Negative) != isinstance(right, Negative)
    left, right = (factor.args[0] if isinstance(factor, Negative) else factor for factor in (left, right))
    written = Apply("outer", {}, left, right)
    return negative(written) if sign else written


def _product_inner(node: Node, shapes: Sequence[Shape]) -> int:
    """How many products are added up for an entry."""
    left, right = shapes
    return 1 if _is_outer(node, left, right) else concrete(left, node)[-1]


MATRIX_PRODUCT = Operation(
    "matrix product", _product_shape, _product_entry, _product_floats, _product_pull_back, _product_exact, arity=2,
    inner=_product_inner,
    range=sum_of_products,
)  # fmt: skip


# ---- transposes


def _transpose_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    if not shape:
        raise ShapeError("a number has no transpose", node)
    return (*shape[:-2], *reversed(shape[-2:]))


def _transpose_entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    return operands[0].entry((*index[:-2], *reversed(index[-2:])))


TRANSPOSE = Operation(
    "transpose",
    _transpose_shape,
    _transpose_entry,
    lambda node, shapes: (lambda x: x) if len(shapes[0]) == 1 else (lambda x: x.swapaxes(-1, -2)),
    lambda node, index, adjoint, around: (
        adjoint if len(around.shape(node.args[0])) == 1 else transpose(adjoint)
    ),
    range=first,
)  # fmt: skip


# ---- rows of operations by name


def _outer_shape(node: Node, shapes: Sequence[Shape]) -> Shape:
    if any(len(shape) != 1 for shape in shapes):
        raise ShapeError(f"outer takes two vectors, not {shape_text(shapes[0])} and {shape_text(shapes[1])}", node)
    shape = (shapes[0][0], shapes[1][0])
    count(shape)
    return shape


def _outer_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    left, right = node.operands
    return matrix_product(adjoint, right) if index == 0 else matrix_product(transpose(adjoint), left)


PRODUCTS = (
    Operation(
        "outer",
        _outer_shape,
        lambda node, operands, index: Times(operands[0].entry(index[:1]), operands[1].entry(index[1:])),
        lambda node, shapes: lambda a, b: a[..., :, None] * b[..., None, :],
        _outer_pull_back,
        arity=2,
        unicode="{0:power}·{1:atom}ᵀ",
        latex=r"{0:power}\, {1:atom}^{{\top}}",
        level="product",
        summary="the outer product of two vectors, u vᵀ",
        range=product_of,
    ),
)

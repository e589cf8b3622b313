"""Sums, means, extremes and norms over a whole array or along an axis.

Axes count from 0, as in NumPy and PyTorch: ``axis=0`` runs down the columns, ``axis=1`` along the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import TWO
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Literal,
    Negative,
    Node,
    Over,
    Power,
    Relation,
    Value,
    product,
    total,
)
from deepcalc.notation.operations.entrywise import scaled
from deepcalc.notation.operations.row import Index, Operand, Operation, Surroundings, constant
from deepcalc.notation.ranges import NOT_NEGATIVE, SHARE, always, hull, sum_of_products
from deepcalc.notation.shapes import Shape, ShapeError, concrete, shape_text, size_node


def axis_of(node: Apply, shape: Shape) -> int | None:
    """The axis along which an operation runs; None for all of them. ``ShapeError`` for one that is not there."""
    axis = node.axis
    if axis is None:
        return None
    if not isinstance(axis, int) or not 0 <= axis < len(shape):
        axes = "has no axes" if not shape else f"has the axes 0 to {len(shape) - 1}"
        raise ShapeError(f"there is no axis {axis}: {shape_text(shape)} {axes}", node)
    return axis


def _reduced_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    (shape,) = shapes
    axis = axis_of(node, shape)
    return () if axis is None else (*shape[:axis], *shape[axis + 1 :])


def _along(node: Apply, operand: Operand, index: Index) -> list[Node]:
    """The entries over which an entry of the result runs."""
    axis, shape = axis_of(node, operand.shape), concrete(operand.shape, node)
    if axis is None:
        return [operand.entry(place) for place in places(shape)]
    return [operand.entry((*index[:axis], k, *index[axis:])) for k in range(shape[axis])]


def _numpy_axis(node: Apply, shapes: Sequence[Shape]) -> tuple[int, ...] | int:
    (shape,) = shapes
    axis = axis_of(node, shape)
    return tuple(range(-len(shape), 0)) if axis is None else axis - len(shape)


def _reducing(method: str) -> Callable[[Any, Sequence[Shape]], Callable[..., Any]]:
    def floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
        import numpy

        axis = _numpy_axis(node, shapes)
        reduce = getattr(numpy, method)
        return lambda x: reduce(x, axis=axis)  # x is a float where a number is summed up

    return floats


def counted(node: Apply, shape: Shape) -> Node:
    """How many entries an operation runs over, as an expression."""
    axis = axis_of(node, shape)
    return entries_of_sizes(shape if axis is None else (shape[axis],))


def entries_of_sizes(sizes: Shape) -> Node:
    """How many entries an array of such sizes has, as an expression."""
    whole = prod(size for size in sizes if isinstance(size, int))
    letters = [size_node(size) for size in sizes if not isinstance(size, int)]
    return product(Literal(str(whole)), *letters)


def spread(node: Apply, adjoint: Node, around: Surroundings) -> Node:
    """An adjoint with the axis put back over which the operation has run, so that it is repeated along it."""
    shape = around.shape(node.operands[0])
    axis = axis_of(node, shape)
    if isinstance(adjoint, Apply) and adjoint.operation == "reshape" and axis is not None:
        (whole,) = adjoint.operands
        if around.shape(whole) == (*shape[:axis], 1, *shape[axis + 1 :]):  # what the axis was taken from has it still
            return whole
    if axis in (None, 0) or not around.shape(adjoint):
        return adjoint
    return Apply("expand", {"axis": axis}, adjoint)


def _mean_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    entries = _along(node, operands[0], index)
    return Over(total(*entries), Literal(str(len(entries))))


def _mean_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    share = Over(ONE, counted(node, around.shape(node.operands[0])))
    return scaled(share, spread(node, adjoint, around), around)


def _extreme_entry(name: str) -> Callable[[Any, Sequence[Operand], Index], Any]:
    return lambda node, operands, index: Call(name, *_along(node, operands[0], index))


def _extreme_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    mask = Apply(f"is_{node.operation}", node.settings, node.operands[0])
    return scaled(spread(node, adjoint, around), mask, around)


def _mask_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    axis_of(node, shapes[0])
    return shapes[0]


def _mask_entry(operator: str) -> Callable[[Any, Sequence[Operand], Index], Any]:
    """1 at the first of the extreme entries, 0 elsewhere."""

    def entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
        (operand,) = operands
        axis, shape = axis_of(node, operand.shape), concrete(operand.shape, node)
        along = list(places(shape)) if axis is None else [
            (*index[:axis], k, *index[axis + 1 :]) for k in range(shape[axis])
        ]  # fmt: skip
        here = along.index(index)
        own = operand.entry(index)
        cases: list[Node] = []
        for at, place in enumerate(along):
            if at != here:
                failing = f"{'>=' if operator == '>' else '<='}" if at < here else operator
                cases += [ZERO, Relation(failing, operand.entry(place), own)]
        return Cases(*cases, ONE) if cases else ONE

    return entry


def _mask_exact(extreme: Callable[[Sequence[Value]], Value]) -> Callable[[Any, Sequence[Grid]], Grid]:
    """The same, each extreme entry found once."""

    def exact(node: Apply, operands: Sequence[Grid]) -> Grid:
        (grid,) = operands
        axis, lines = axis_of(node, grid.shape), dict[Index, list[Index]]()
        for place in places(grid.shape):
            lines.setdefault(() if axis is None else (*place[:axis], *place[axis + 1 :]), []).append(place)
        marked = set[Index]()
        for line in lines.values():
            values = [grid[place] for place in line]
            marked.add(line[values.index(extreme(values))])
        return Grid(grid.shape, [Fraction(int(place in marked)) for place in places(grid.shape)])

    return exact


def _mask_floats(find: str) -> Callable[[Any, Sequence[Shape]], Callable[..., Any]]:
    def floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
        import numpy

        rank = len(shapes[0])
        axis = axis_of(node, shapes[0])

        def mask(x: Any) -> Any:
            flat = x.reshape((*x.shape[: x.ndim - rank], -1)) if axis is None else x
            along = -1 if axis is None else axis - rank
            first = numpy.expand_dims(getattr(numpy, find)(flat, axis=along), along)
            marked = numpy.zeros_like(flat)
            numpy.put_along_axis(marked, first, 1.0, axis=along)
            return marked.reshape(x.shape)

        return mask

    return floats


def _arg_floats(find: str) -> Callable[[Any, Sequence[Shape]], Callable[..., Any]]:
    def floats(node: Apply, shapes: Sequence[Shape]) -> Callable[..., Any]:
        axis = axis_of(node, shapes[0])
        rank = len(shapes[0])

        def position(x: Any) -> Any:
            flat = x.reshape((*x.shape[: x.ndim - rank], -1)) if axis is None else x
            return getattr(flat, find)(axis=-1 if axis is None else axis - rank) + 1.0

        return position

    return floats


def _argmin_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    return Call("argmax", *(Negative(entry) for entry in _along(node, operands[0], index)))


def _norm_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    operand = node.operands[0]
    return scaled(spread(node, Over(adjoint, around.output), around), operand, around)


OVER_AN_AXIS = {"axis": None}

REDUCTIONS = (
    Operation(
        "sum",
        _reduced_shape,
        lambda node, operands, index: total(*_along(node, operands[0], index)),
        _reducing("sum"),
        lambda node, index, adjoint, around: spread(node, adjoint, around),
        settings=OVER_AN_AXIS,
        unicode="Σ{axes} {0:product}",
        latex=r"\sum{axes} {0:product}",
        level="product",
        summary="the sum of all entries of an array, or along an axis (numbers are added with +; over an index it is "
        "sum(body, i, 1, n))",
        range=sum_of_products,
    ),
    Operation(
        "mean",
        _reduced_shape,
        _mean_entry,
        _reducing("mean"),
        _mean_pull_back,
        settings=OVER_AN_AXIS,
        unicode="mean{axes}({0})",
        latex=r"\operatorname{{mean}}{axes}({0})",
        summary="the mean of all entries, or along an axis",
        range=hull,
    ),
    Operation(
        "max",
        _reduced_shape,
        _extreme_entry("max"),
        _reducing("max"),
        _extreme_pull_back,
        settings=OVER_AN_AXIS,
        unicode="max{axes}({0})",
        latex=r"\max{axes}({0})",
        summary="the largest entry, or along an axis; of equal ones the first counts for the gradient",
        range=hull,
    ),
    Operation(
        "min",
        _reduced_shape,
        _extreme_entry("min"),
        _reducing("min"),
        _extreme_pull_back,
        settings=OVER_AN_AXIS,
        unicode="min{axes}({0})",
        latex=r"\min{axes}({0})",
        summary="the smallest entry, or along an axis",
        range=hull,
    ),
    Operation(
        "is_max",
        _mask_shape,
        _mask_entry(">"),
        _mask_floats("argmax"),
        constant,
        exact=_mask_exact(arithmetic.largest),
        settings=OVER_AN_AXIS,
        unicode="1[max{axes} {0}]",
        latex=r"\mathbf{{1}}[\max{axes} {0}]",
        summary="1 where the largest entry stands, 0 elsewhere",
        range=always(SHARE),
    ),
    Operation(
        "is_min",
        _mask_shape,
        _mask_entry("<"),
        _mask_floats("argmin"),
        constant,
        exact=_mask_exact(arithmetic.smallest),
        settings=OVER_AN_AXIS,
        unicode="1[min{axes} {0}]",
        latex=r"\mathbf{{1}}[\min{axes} {0}]",
        summary="1 where the smallest entry stands, 0 elsewhere",
        range=always(SHARE),
    ),
    Operation(
        "argmax",
        _reduced_shape,
        lambda node, operands, index: Call("argmax", *_along(node, operands[0], index)),
        _arg_floats("argmax"),
        constant,
        settings=OVER_AN_AXIS,
        unicode="argmax{axes}({0})",
        latex=r"\operatorname{{argmax}}{axes}({0})",
        summary="the position of the largest entry, counted from 1",
    ),
    Operation(
        "argmin",
        _reduced_shape,
        _argmin_entry,
        _arg_floats("argmin"),
        constant,
        settings=OVER_AN_AXIS,
        unicode="argmin{axes}({0})",
        latex=r"\operatorname{{argmin}}{axes}({0})",
        summary="the position of the smallest entry, counted from 1",
    ),
    Operation(
        "norm",
        _reduced_shape,
        lambda node, operands, index: Call(
            "sqrt", total(*(Power(entry, TWO) for entry in _along(node, operands[0], index)))
        ),
        lambda node, shapes: lambda x, axis=_numpy_axis(node, shapes): ((x * x).sum(axis=axis)) ** 0.5,
        _norm_pull_back,
        settings=OVER_AN_AXIS,
        unicode="‖{0}‖",
        latex=r"\lVert {0} \rVert",
        summary="the Euclidean norm (of a matrix the Frobenius norm), or along an axis",
        range=always(NOT_NEGATIVE),
    ),
)

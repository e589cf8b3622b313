"""Eigenvalues of symmetric matrices, the smallest one first (Golub and Van Loan, *Matrix Computations*, chapter 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation import arithmetic
from deepcalc.notation.array_nodes import Apply, Item, array
from deepcalc.notation.functions import TWO
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import Call, Literal, Node, Over, Plus, Power, Value, minus
from deepcalc.notation.operations.row import Index, Operand, Operation
from deepcalc.notation.operations.squares import small_side
from deepcalc.notation.shapes import Shape, concrete

_ALIKE = arithmetic.context.mpf(10) ** -30
"""How far two entries of a symmetric matrix may be from each other, in parts of the larger one."""


def _entry(node: Node, operands: Sequence[Operand], index: Index) -> Node:
    """The roots of the characteristic polynomial of up to two rows; of more the entry of what they are."""
    (matrix,) = operands
    shape = concrete(matrix.shape, node)
    side = shape[0]
    if side == 1:
        return matrix.entry((0, 0))
    if side > 2:
        own = Apply("eigvals", {}, array([matrix.entry(place) for place in places(shape)], shape))
        return Item(own, Literal(str(index[0] + 1)))
    a, b, d = (matrix.entry(place) for place in ((0, 0), (0, 1), (1, 1)))
    mean = Over(Plus(a, d), TWO)
    root = Call("sqrt", Plus(Power(Over(minus(a, d), TWO), TWO), Power(b, TWO)))
    return minus(mean, root) if index[0] == 0 else Plus(mean, root)


def _exact(node: Node, operands: Sequence[Grid]) -> Grid:
    (matrix,) = operands
    side = matrix.shape[0]
    for i in range(side):
        for j in range(i):
            above, below = (arithmetic.to_float(matrix[place]) for place in ((j, i), (i, j)))
            if abs(above - below) > _ALIKE * max(abs(above), abs(below)):
                raise ValueOutOfReach("the matrix is not symmetric; eigvals is of symmetric ones")
    if side == 1:
        return Grid((1,), [matrix[0, 0]])
    if side == 2:
        return Grid((2,), _of_two_rows(matrix))
    rows = [[arithmetic.to_float(matrix[i, j]) for j in range(side)] for i in range(side)]
    found = arithmetic.context.eigsy(arithmetic.context.matrix(rows), eigvals_only=True)
    largest = max(map(abs, found))
    tiny_as_zero = [arithmetic.plus((value, largest, -largest)) for value in found]
    return Grid((side,), tiny_as_zero)


def _of_two_rows(matrix: Grid) -> list[Value]:
    a, b, d = matrix[0, 0], matrix[0, 1], matrix[1, 1]
    half = arithmetic.over(arithmetic.plus((a, -d)), TWO.value)
    mean = arithmetic.over(arithmetic.plus((a, d)), TWO.value)
    root = arithmetic.sqrt(arithmetic.plus((arithmetic.times((half, half)), arithmetic.times((b, b)))))
    return [arithmetic.plus((mean, -root)), arithmetic.plus((mean, root))]


def _floats(node: Node, shapes: Sequence[Shape]) -> Callable[..., Any]:
    import numpy

    def eigenvalues(x: Any) -> Any:
        is_symmetric = numpy.isclose(x, x.swapaxes(-1, -2)).all(axis=(-1, -2))
        with_numbers = numpy.where(is_symmetric[..., None, None], x, 0.0)
        return numpy.where(is_symmetric[..., None], numpy.linalg.eigvalsh(with_numbers), numpy.nan)

    return eigenvalues


SPECTRA = (
    Operation(
        "eigvals", lambda node, shapes: (small_side(node, shapes),), _entry, _floats, exact=_exact,
        unicode="eig({0})", latex=r"\operatorname{{eig}}({0})",
        summary="the eigenvalues of a small symmetric matrix, the smallest one first",
    ),
)  # fmt: skip

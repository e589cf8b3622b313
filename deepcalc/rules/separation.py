"""Whether a straight line, a plane or a hyperplane separates two sets of points, decided exactly.

Two finite sets can be separated if and only if their convex hulls have no point in common (Minsky and Papert,
*Perceptrons*; Boyd and Vandenberghe, *Convex Optimization*, section 2.5). A common point is looked for by the simplex
method with Bland's rule, in rational numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deepcalc.records import record

Vector = Sequence[Fraction]


@record
class CommonPoint:
    """A point of both convex hulls, with the weights of the points of either set of which it is the mean."""

    point: tuple[Fraction, ...]
    first: tuple[Fraction, ...]
    second: tuple[Fraction, ...]


def common_point(first: Sequence[Vector], second: Sequence[Vector]) -> CommonPoint | None:
    """A point that is a weighted mean of both sets; None where they can be separated."""
    if not first or not second:
        return None
    columns = [[*point, Fraction(1), Fraction(0)] for point in first]
    columns += [[*(-x for x in point), Fraction(0), Fraction(1)] for point in second]
    size = len(columns[0])
    weights = _feasible(columns, [Fraction(0)] * (size - 2) + [Fraction(1), Fraction(1)])
    if weights is None:
        return None
    ours, theirs = weights[: len(first)], weights[len(first) :]
    point = tuple(
        sum((weight * each[axis] for weight, each in zip(ours, first, strict=True)), Fraction(0))
        for axis in range(size - 2)
    )
    return CommonPoint(point, tuple(ours), tuple(theirs))


def _feasible(columns: Sequence[Vector], right: Vector) -> list[Fraction] | None:
    """Weights of at least 0 with which the columns add up to the right side, if there are any; that is at least 0.

    Phase one of the simplex method: artificial columns, whose sum is made as small as it can be.
    """
    rows, count = len(right), len(columns)
    table = [
        [*(column[row] for column in columns), *(Fraction(int(row == each)) for each in range(rows)), right[row]]
        for row in range(rows)
    ]
    basis = list(range(count, count + rows))
    cost = [-sum((row[place] for row in table), Fraction(0)) for place in range(count)] + [Fraction(0)] * rows
    cost.append(-sum((row[-1] for row in table), Fraction(0)))
    while True:
        entering = next((place for place in range(count) if cost[place] < 0), None)
        if entering is None:
            break
        leaving = min(
            (row for row in range(rows) if table[row][entering] > 0),
            key=lambda row: (table[row][-1] / table[row][entering], basis[row]),
        )
        _pivot(table, cost, leaving, entering)
        basis[leaving] = entering
    if cost[-1] != 0:
        return None
    found = [Fraction(0)] * count
    for row, place in enumerate(basis):
        if place < count:
            found[place] = table[row][-1]
    return found


def _pivot(table: list[list[Fraction]], cost: list[Fraction], row: int, place: int) -> None:
    head = table[row][place]
    table[row] = [value / head for value in table[row]]
    for other in range(len(table)):
        factor = table[other][place]
        if other != row and factor:
            table[other] = [value - factor * above for value, above in zip(table[other], table[row], strict=True)]
    factor = cost[place]
    cost[:] = [value - factor * above for value, above in zip(cost, table[row], strict=True)]

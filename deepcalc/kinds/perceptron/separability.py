"""Whether any weights would make no mistake, decided exactly, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deepcalc.graph.quantities import Prose
from deepcalc.kinds.perceptron.fields import PerceptronFields
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Node, Over, negative, number
from deepcalc.plan.statement import joined, prose
from deepcalc.rules.separation import common_point

Point = tuple[Fraction, ...]


def separability(fields: PerceptronFields) -> Prose:
    """What is to be said of samples on which every epoch made a mistake; nothing where the bias is not trained."""
    if not fields.trains_bias:
        return ()
    above, below = _classes(fields)
    found = common_point(above, below)
    if found is None:
        return ("; the classes can be separated, so more epochs would end it",)
    means = [_mean(points, weights) for points, weights in ((above, found.first), (below, found.second))]
    return prose(
        "; the classes are not linearly separable: ", _written(found.point), " is ", means[0],
        " of samples that should fire and ", means[1], " of samples that should not",
    )  # fmt: skip


def _classes(fields: PerceptronFields) -> tuple[list[Point], list[Point]]:
    """The points whose unit should fire, and the others."""
    above: list[Point] = []
    below: list[Point] = []
    for row, target in zip(fields.rows, fields.wanted, strict=True):
        (above if target.value > 0 else below).append(tuple(to_fraction(value.value) for value in row))
    return above, below


def _mean(points: Sequence[Point], weights: Sequence[Fraction]) -> Prose:
    """A weighted mean of points as it is written: 1/2·(0, 1) + 1/2·(1, 0)."""
    taken = [(point, weight) for point, weight in zip(points, weights, strict=True) if weight]
    if len(taken) == 1:
        return _written(taken[0][0])
    return joined((prose(_fraction(weight), "·", _written(point)) for point, weight in taken), " + ", " + ")


def _written(point: Point) -> Prose:
    if len(point) == 1:
        return (_fraction(point[0]),)
    return prose("(", joined(map(_fraction, point), ", ", ", "), ")")


def _fraction(value: Fraction) -> Node:
    if value.denominator == 1:
        return number(value.numerator)
    quotient = Over(number(abs(value.numerator)), number(value.denominator))
    return quotient if value > 0 else negative(quotient)

"""Separability: a common point is checked as such, and where there is none a line is found by learning one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.rules.separation import common_point

Points = list[tuple[Fraction, ...]]

MOST_EPOCHS = 20_000


def points(*rows: Sequence[float]) -> Points:
    return [tuple(map(Fraction, row)) for row in rows]


def learned(above: Points, below: Points) -> bool:
    """Whether a perceptron comes to make no mistake (it must, where the sets can be separated: Novikoff 1962)."""
    samples = [((*x, Fraction(1)), 1) for x in above] + [((*x, Fraction(1)), -1) for x in below]
    weights = [Fraction(0)] * len(samples[0][0])
    for _ in range(MOST_EPOCHS):
        mistaken = False
        for x, side in samples:
            if side * sum(w * value for w, value in zip(weights, x, strict=True)) <= 0:
                weights = [w + side * value for w, value in zip(weights, x, strict=True)]
                mistaken = True
        if not mistaken:
            return True
    return False


plane = st.lists(st.tuples(*[st.integers(-3, 3).map(Fraction)] * 2), min_size=1, max_size=5)
space = st.lists(st.tuples(*[st.integers(-2, 2).map(Fraction)] * 3), min_size=1, max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.tuples(plane, plane), st.tuples(space, space)))
def test_there_is_a_common_point_or_a_unit_that_learns(sets: tuple[Points, Points]) -> None:
    above, below = sets
    found = common_point(above, below)
    if found is None:
        assert learned(above, below)
        return
    for own, weights in ((above, found.first), (below, found.second)):
        assert sum(weights) == 1
        assert min(weights) >= 0
        mean = tuple(sum(w * x[axis] for w, x in zip(weights, own, strict=True)) for axis in range(len(own[0])))
        assert mean == found.point


@pytest.mark.parametrize(
    ("above", "below", "separable"),
    [
        (points((0, 1), (1, 0)), points((0, 0), (1, 1)), False),
        (points((1, 1)), points((0, 0), (0, 1), (1, 0)), True),
        (points((1, 1)), points((0, 0), (4, 0), (0, 4)), False),
        (points((2, 2)), points((0, 0), (4, 0), (0, 4)), False),
        (points((0, 0)), [], True),
    ],
)  # fmt: skip
def test_known_cases(above: Points, below: Points, separable: bool) -> None:
    """XOR, AND, a point in a triangle, one on its side, a single class."""
    assert (common_point(above, below) is None) is separable

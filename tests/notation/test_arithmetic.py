"""Exact arithmetic: rationals while they stay short, 50 digits beyond, and a reason where there is no value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation import arithmetic
from deepcalc.notation.arithmetic import compared, largest, over, plus, power, smallest, times, to_float, to_fraction
from tests.quick import at_once
from tests.strategies import many, rationals

F = Fraction
TENTH = F(1, 10)
reference = mpmath.mp.clone()
reference.dps = 70


@many
@given(st.lists(rationals(), min_size=1, max_size=6))
def test_short_rationals_are_exact(values: list[Fraction]) -> None:
    total, product = sum(values, F(0)), F(1)
    for value in values:
        product *= value
    for found, expected in ((plus(values), total), (times(values), product)):
        if max(abs(expected.numerator), expected.denominator) < 10**59:
            assert found == expected
            assert isinstance(found, Fraction)
        else:
            assert abs(to_fraction(found) / expected - 1) < F(1, 10**48)


def test_decimals_add_up_as_on_paper() -> None:
    assert plus([TENTH, F(2, 10)]) == F(3, 10)
    assert times([TENTH] * 3) == F(1, 1000)
    assert power(F(-3, 2), F(3)) == F(-27, 8)
    assert power(F(2), F(-2)) == F(1, 4)
    assert over(F(1), F(3)) == F(1, 3)


def test_long_rationals_become_floats_of_50_digits() -> None:
    assert isinstance(over(F(1), F(3**100)), Fraction)
    long = over(F(1), F(3**130))
    assert not isinstance(long, Fraction)
    assert abs(to_fraction(long) * 3**130 - 1) < F(1, 10**49)


def test_what_cancels_is_nothing() -> None:
    root = arithmetic.sqrt(F(2))
    assert plus([times([root, root]), F(-2)]) == 0
    assert plus([arithmetic.exp(F(1)), -arithmetic.exp(F(1))]) == 0
    assert plus([F(1), F(-1), F(1, 10**50)]) == F(1, 10**50)
    assert plus([arithmetic.exp(F(-50)), F(0)]) != 0


ROOTS = [
    (F(4), F(1, 2), F(2)),
    (F(9, 16), F(1, 2), F(3, 4)),
    (F(4), F(3, 2), F(8)),
    (F(27, 8), F(-2, 3), F(4, 9)),
    (F(1024), TENTH, F(2)),
    (F(0), F(1, 3), F(0)),
    (F(1), F(1, 7), F(1)),
]


@pytest.mark.parametrize(("base", "exponent", "expected"), ROOTS)
def test_roots_that_are_rational_are_exact(base: Fraction, exponent: Fraction, expected: Fraction) -> None:
    found = power(base, exponent)
    assert isinstance(found, Fraction)
    assert found == expected


@many
@given(st.fractions(F(1, 1000), 1000, max_denominator=1000), st.fractions(-9, 9, max_denominator=20))
def test_powers_have_50_digits(base: Fraction, exponent: Fraction) -> None:
    expected = _reference(base) ** _reference(exponent)
    assert abs(_reference(to_fraction(power(base, exponent))) / expected - 1) < 1e-46


@many
@given(st.lists(st.one_of(rationals(), rationals().map(lambda x: arithmetic.tanh(x / 10**6))), min_size=1, max_size=5))
def test_order_is_exact_whatever_the_values_are(values: list[Any]) -> None:
    exact = [to_fraction(value) for value in values]
    assert to_fraction(largest(values)) == max(exact)
    assert to_fraction(smallest(values)) == min(exact)
    for value, other in pairwise(exact):
        assert compared(value, other) == (value > other) - (value < other)


WITHOUT_VALUE: list[tuple[str, Callable[[], Any]]] = [
    ("division by zero", lambda: over(F(1), F(0))),
    ("division by zero", lambda: over(F(0), F(0))),
    ("division by zero", lambda: power(F(0), F(-1))),
    ("division by zero", lambda: power(F(0), F(-1, 2))),
    ("logarithm of 0", lambda: arithmetic.log(F(0))),
    ("logarithm of a negative", lambda: arithmetic.log(F(-1))),
    ("logarithm of 0", lambda: arithmetic.log_base(F(0), 2)),
    ("square root of a negative", lambda: arithmetic.sqrt(F(-4))),
    ("fractional power of a negative", lambda: power(F(-8), F(1, 3))),
    ("exponent beyond 1000", lambda: power(F(1), F(1001))),
    ("exponent beyond 1000", lambda: power(F(9), F(9**9))),
    ("too large or too small", lambda: arithmetic.exp(arithmetic.exp(F(100)))),
    ("too large or too small", lambda: arithmetic.exp(F(-300_000))),
    ("too large or too small", lambda: power(arithmetic.exp(F(1000)), F(1000))),
    ("too large or too small", lambda: times([arithmetic.exp(F(200_000))] * 2)),
    ("too large or too small", lambda: power(F(10**300), F(1, 3) + 900)),
]


@pytest.mark.parametrize(("reason", "compute"), WITHOUT_VALUE)
def test_what_has_no_value_says_why(reason: str, compute: Callable[[], Any]) -> None:
    def refused() -> None:
        with pytest.raises(ValueOutOfReach, match=reason):
            compute()

    at_once(refused)


HUGE = arithmetic.exp(F(200_000))
QUICK: list[Callable[[], Any]] = [
    lambda: plus([F(1, 10**50 + 2 * k + 1) for k in range(5000)]),
    lambda: times([F(10**50 + k, 10**50 + k + 1) for k in range(5000)]),
    lambda: plus([HUGE, 1 / HUGE]),
    lambda: arithmetic.floor(HUGE),
    lambda: arithmetic.ceil(-HUGE),
    lambda: largest([HUGE, F(1, 3)]),
    lambda: arithmetic.sigmoid(HUGE),
    lambda: arithmetic.softplus(HUGE),
    lambda: arithmetic.tanh(-HUGE),
    lambda: arithmetic.log(HUGE),
    lambda: power(F(3, 7), F(1000)),
    lambda: power(F(10**59, 7), F(999)),
]


@pytest.mark.parametrize("compute", QUICK)
def test_nothing_hangs(compute: Callable[[], Any]) -> None:
    at_once(compute)


def test_zero_to_the_zero_is_one_as_in_ieee_754() -> None:
    assert power(F(0), F(0)) == 1 == 0.0**0.0


@many
@given(rationals())
def test_floats_and_fractions_go_into_each_other(value: Fraction) -> None:
    assert abs(to_fraction(to_float(value)) - value) <= abs(value) / 10**50


def _reference(value: Fraction) -> Any:
    return reference.mpf(value.numerator) / value.denominator

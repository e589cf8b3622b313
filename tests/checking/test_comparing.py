"""The comparer of numbers, against rounding by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deepcalc.checking.comparing import Agreement, agreement, required_unit, within_tolerance
from deepcalc.checking.reading import read_number
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan import Marking
from tests.checking.marking import verdicts, written

F = Fraction
FOUR = NumberFormat(significant=4)
ERR = F("0.1311690782143445")


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("0.131", ERR, Agreement.RIGHT),
        ("0.1312", ERR, Agreement.RIGHT),
        ("0.13117", ERR, Agreement.RIGHT),
        ("0.1311", ERR, Agreement.RIGHT),
        ("0.13149", ERR, Agreement.RIGHT),
        ("0.1317", ERR, Agreement.NONE),
        ("0.130", ERR, Agreement.NONE),
        ("0.13", ERR, Agreement.TOO_COARSE),
        ("0.65", F("0.65"), Agreement.RIGHT),
        ("0.650", F("0.65"), Agreement.RIGHT),
        ("0.66", F("0.655"), Agreement.TOO_COARSE),
        ("0.6", F("0.65"), Agreement.NONE),
        ("0.7", F("0.65"), Agreement.NONE),
        ("1/6", F(1, 6), Agreement.RIGHT),
        ("sqrt(2)", F("1.41421356237309504880168872420969807856967"), Agreement.RIGHT),
        ("1/6", F("0.1675"), Agreement.NONE),
        ("0", F(0), Agreement.RIGHT),
        ("0.00", F(0), Agreement.RIGHT),
        ("0.02", F("0.015"), Agreement.NONE),
        ("2", F("1.5"), Agreement.NONE),
        ("0.14", F("0.1398"), Agreement.RIGHT),
        ("-0.2", F("-0.20004"), Agreement.RIGHT),
        ("1.229", F("1.234"), Agreement.RIGHT),
        ("1.00", F("0.9996"), Agreement.RIGHT),
    ],
)
def test_a_number_is_right_when_it_says_the_value_at_the_place_that_is_asked_for(
    text: str, value: Fraction, found: Agreement
) -> None:
    assert agreement(read_number(text), value, required_unit(value, None, FOUR)) is found


@given(st.decimals("0.001", "999", places=6), st.integers(1, 6))
def test_both_ways_of_rounding_a_tie_are_right_and_the_next_number_is_not(value: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN):
        rounded = value.quantize(unit, rounding)
        assume(rounded != 0)
        assert agreement(read_number(str(rounded)), F(value), F(unit)) is Agreement.RIGHT
        assert agreement(read_number(str(rounded + 2 * unit)), F(value), F(unit)) is Agreement.NONE


@pytest.mark.parametrize(
    ("precision", "sheet", "unit"),
    [
        (None, FOUR, F(1, 1000)),
        (None, NumberFormat(significant=2), F(1, 100)),
        (None, NumberFormat(significant=None, places=2), F(1, 100)),
        (NumberFormat(significant=4), FOUR, F(1, 10**4)),
        (NumberFormat(significant=None, places=2), FOUR, F(1, 100)),
    ],
)
def test_nobody_is_asked_for_more_than_the_sheet_shows(
    precision: NumberFormat | None, sheet: NumberFormat, unit: Fraction
) -> None:
    assert required_unit(ERR, precision, sheet) == unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.4999", Agreement.RIGHT),
        ("0.49993", Agreement.RIGHT),
        ("0.500", Agreement.UNCHANGED),
        ("0.5", Agreement.UNCHANGED),
        ("0.499925", Agreement.RIGHT),
        ("0.4998", Agreement.NONE),
        ("0.5001", Agreement.NONE),
    ],
)
def test_of_an_update_the_change_is_compared(text: str, found: Agreement) -> None:
    assert agreement(read_number(text), F("0.49993"), F(1, 1000), before=F("0.5")) is found


def test_a_parameter_that_does_not_change_is_right_as_it_was() -> None:
    assert agreement(read_number("0.4"), F("0.4"), F(1, 1000), before=F("0.4")) is Agreement.RIGHT


def test_a_relative_tolerance_is_of_the_change_of_an_update() -> None:
    marking = Marking(relative_tolerance=F(1, 10))
    assert within_tolerance(read_number("0.7"), F("0.65"), marking)
    assert not within_tolerance(read_number("0.7"), F("0.65"), marking, before=F("0.5"))
    assert within_tolerance(read_number("0.66"), F("0.65"), marking, before=F("0.5"))


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"u": "2e310", "v": "-4.00*10^310"}, {"u": "correct", "v": "correct"}),
        ({"u": "2.01e310"}, {"u": "wrong"}),
        ({"u": "3", "v": "-6"}, {"u": "wrong", "v": "follow_through"}),
    ],
)
def test_values_beyond_the_largest_float_are_compared(answers: dict[str, str], found: dict[str, str]) -> None:
    huge = "kind: formula\ngiven: {x: 2}\ndefine: {u: x/1e-310, v: -2*u}\nparts: [{find: [u, v]}]\n"
    assert verdicts(written(huge), answers) == found


def test_no_update_is_within_no_tolerance() -> None:
    marking = Marking(absolute_tolerance=F(1))
    assert not within_tolerance(read_number("0.5"), F("0.65"), marking, before=F("0.5"))

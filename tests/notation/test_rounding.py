"""Numbers as they are shown, against ``decimal``."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.graph.evaluation import value_of
from deepcalc.notation import arithmetic
from deepcalc.notation.arithmetic import context, to_fraction
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse, parse_number
from deepcalc.notation.rounding import NumberFormat, Rounding, decimal_places, exact_text, fixed
from tests.strategies import many, rationals

F = Fraction
wide = Context(prec=400, rounding=ROUND_HALF_UP)


def formats() -> st.SearchStrategy[NumberFormat]:
    figures = st.integers(1, 12).map(lambda n: NumberFormat(significant=n))
    return figures | st.integers(0, 10).map(lambda n: NumberFormat(places=n))


def values() -> st.SearchStrategy[Any]:
    """Rationals, ties between two roundings, and 50-digit floats."""
    ties = st.builds(lambda n, k: F(2 * n + 1, 2) / 10**k, st.integers(-(10**6), 10**6), st.integers(0, 8))
    floats = rationals().map(lambda x: arithmetic.tanh(x / 10**5) + arithmetic.to_float(x))
    return rationals() | ties | floats.map(arithmetic.carried)


def decimal_of(value: Fraction) -> Decimal:
    return wide.divide(Decimal(value.numerator), Decimal(value.denominator))


@many
@given(rationals(), st.integers(0, 10))
def test_places_are_rounded_half_up(value: Fraction, places: int) -> None:
    rounded = decimal_of(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=wide)
    assert fixed(value, places) == format(abs(rounded) if rounded == 0 else rounded, "f")


@many
@given(values(), st.integers(1, 12))
def test_significant_figures_are_rounded_half_up(value: Any, significant: int) -> None:
    exact = to_fraction(value)
    shown = F(NumberFormat(significant=significant).write(value).text)
    if exact.denominator == 1 or abs(exact) >= 10**significant:
        return  # whole numbers in full, and no digit before the point is left out
    rounded = Context(prec=significant, rounding=ROUND_HALF_UP).plus(decimal_of(exact))
    assert shown == F(rounded)


@many
@given(values(), formats())
def test_what_is_shown_is_within_half_a_unit_of_its_last_place(value: Any, number_format: NumberFormat) -> None:
    for literal in number_format.shown(value):
        exponent = Decimal(literal.text).as_tuple().exponent
        assert isinstance(exponent, int)
        assert abs(F(literal.text) - to_fraction(value)) <= F(10) ** exponent / 2


@many
@given(values(), formats())
def test_shown_text_is_marked_as_exact_just_when_it_is(value: Any, number_format: NumberFormat) -> None:
    for literal in number_format.shown(value):
        assert literal.value == value
        assert literal.exact == (isinstance(value, Fraction) and F(literal.text) == value)
        read = parse(literal.text)
        assert isinstance(read, Literal)
        assert read.value == parse_number(literal.text).value == F(literal.text)


@many
@given(values() | st.builds(lambda n, k: F(n, 10**k), st.integers(-99, 99), st.integers(0, 30)), formats())
def test_no_bare_zero_and_no_negative_zero(value: Any, number_format: NumberFormat) -> None:
    written, shown = number_format.write(value), number_format.shown(value)
    assert (F(written.text) == 0) == (value == 0)
    assert all(F(literal.text) or not literal.negative for literal in shown)
    assert number_format.carried(value) == F(written.text)


@many
@given(st.integers(-(10**15) + 1, 10**15 - 1), formats())
def test_whole_numbers_are_shown_in_full(value: int, number_format: NumberFormat) -> None:
    assert number_format.write(F(value)).text == str(value)


SHOWN: list[tuple[NumberFormat, str, list[str]]] = [
    (NumberFormat(4), "1/3", ["0.3333"]),
    (NumberFormat(4), "2/3", ["0.6667"]),
    (NumberFormat(4), "-1/4", ["-0.25"]),
    (NumberFormat(4), "0.15", ["0.15"]),
    (NumberFormat(4), "0.12345", ["0.1235"]),
    (NumberFormat(4), "0.12345678", ["0.1235"]),
    (NumberFormat(4), "1234.5678", ["1235"]),
    (NumberFormat(4), "123456.78", ["123457"]),
    (NumberFormat(4), "99999.5", ["100000"]),
    (NumberFormat(4), "0.99995", ["1.000"]),
    (NumberFormat(4), "123456789", ["123456789"]),
    (NumberFormat(4), "1234567890123456", ["1.235e15"]),
    (NumberFormat(4), "1e-8", ["1e-8"]),
    (NumberFormat(4), "0.0001", ["0.0001"]),
    (NumberFormat(4), "0.000012", ["1.2e-5"]),
    (NumberFormat(4), "1/30000", ["3.333e-5"]),
    (NumberFormat(4), "999999999.5", ["1.000e9"]),
    (NumberFormat(places=4), "1/3", ["0.3333"]),
    (NumberFormat(places=4), "2.5", ["2.5"]),
    (NumberFormat(places=4), "12345.67891", ["12345.6789"]),
    (NumberFormat(places=4), "5e-8", ["0.0000", "5.0e-8"]),
    (NumberFormat(places=4), "-5e-8", ["0.0000", "-5.0e-8"]),
    (NumberFormat(places=4), "0.00005", ["0.0001"]),
    (NumberFormat(places=4), "-0.00005", ["-0.0001"]),
    (NumberFormat(places=0), "2.5", ["3"]),
    (NumberFormat(places=0), "-2.5", ["-3"]),
    (NumberFormat(places=2), "1e20", ["1.00e20"]),
    (NumberFormat(4), "0", ["0"]),
]


@pytest.mark.parametrize(("number_format", "value", "texts"), SHOWN)
def test_a_value_as_it_is_shown(number_format: NumberFormat, value: str, texts: list[str]) -> None:
    assert [literal.text for literal in number_format.shown(F(value))] == texts


@pytest.mark.parametrize("size", [20_000, -20_000, 200_000, -200_000])
@pytest.mark.parametrize("number_format", [NumberFormat(4), NumberFormat(places=4)])
def test_values_of_any_size_are_shown(size: int, number_format: NumberFormat) -> None:
    value = arithmetic.exp(F(size))
    exponent = number_format.write(value).text.partition("e")[2]
    assert int(exponent) == int(size * 0.4342944819032518 // 1)


@many
@given(values())
def test_the_exact_text_reads_back_as_the_value(value: Any) -> None:
    found = value_of(parse(exact_text(value)), {})
    if isinstance(value, Fraction):
        assert found == value
    else:
        assert abs(to_fraction(found) / to_fraction(value) - 1) < F(1, 10**48)


@pytest.mark.parametrize("size", range(-60, 130, 5))
def test_floats_of_every_size_read_back(size: int) -> None:
    value = arithmetic.exp(F(size) + F(1, 3))
    assert abs(to_fraction(value_of(parse(exact_text(value)), {})) / to_fraction(value) - 1) < F(1, 10**48)


LONG = [F(1, 2**198), F(10) ** 80, F(-1, 10**80), F(2**198 - 1, 3), F(123, 10**900), F(7**20, 5**80)]


@pytest.mark.parametrize("value", LONG)
def test_long_values_read_back_too(value: Fraction) -> None:
    assert value_of(parse(exact_text(value)), {}) == value


@pytest.mark.parametrize(("value", "places"), [("1/3", None), ("1/6", None), ("0.125", 3), ("3/40", 3), ("2", 0)])
def test_how_many_places_say_a_rational_in_full(value: str, places: int | None) -> None:
    assert decimal_places(F(value)) == places


def test_a_group_has_its_own_rounding() -> None:
    policy = Rounding(NumberFormat(3), {"errors": NumberFormat(places=4)})
    assert policy.of("errors") == NumberFormat(places=4)
    assert policy.of("outputs") == policy.of(None) == NumberFormat(3)


@many
@given(values(), st.integers(0, 8))
def test_half_even_rounds_ties_to_the_even_digit(value: Any, places: int) -> None:
    text = fixed(to_fraction(value), places, half_even=True)
    assert F(text) == round(to_fraction(value), places)


@pytest.mark.parametrize(
    ("digits", "value", "text"),
    [
        (NumberFormat(significant=2, half_even=True), "0.125", "0.12"),
        (NumberFormat(significant=2), "0.125", "0.13"),
        (NumberFormat(significant=None, places=2, half_even=True), "-0.135", "-0.14"),
        (NumberFormat(significant=2, half_even=True), "0.00001251", "1.3e-5"),
        (NumberFormat(significant=2, half_even=True), "0.0000125", "1.2e-5"),
    ],
)
def test_half_even_is_asked_for_by_the_format(digits: NumberFormat, value: str, text: str) -> None:
    assert digits.write(F(value)).text == text


@pytest.mark.parametrize("exponent", [-99_000, -4000, -1001, 1001, 4000, 99_000])
@pytest.mark.parametrize("top", [1, 2, -22, 999_996])
def test_what_is_beyond_1000_powers_of_ten_is_written_as_quickly_and_as_truly(top: int, exponent: int) -> None:
    value = context.mpf(top) / 7 * context.mpf(10) ** exponent
    mantissa = Fraction(top, 7)
    digits = f"{float(mantissa):.3e}"  # no half is near
    number, _, power = digits.partition("e")
    assert NumberFormat().write(value).text == f"{number}e{int(power) + exponent}"


def test_a_tiny_number_to_places_is_shown_twice() -> None:
    value = context.mpf(10) ** -5000 / 3
    assert [shown.text for shown in NumberFormat(places=3).shown(value)] == ["0.000", "3.3e-5001"]
    assert [shown.text for shown in NumberFormat(places=3).shown(1 / value)] == ["3.000e5000"]

"""Steps that a number makes trivial."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.checking.trivial_steps import has_kink, multiplied_in, vanishes
from deepcalc.notation.parser import parse


def test_a_factor_vanishes_where_its_value_is_0() -> None:
    assert vanishes(parse("1 - h"), {"h": Fraction(1)})
    assert not vanishes(parse("1 - h"), {"h": Fraction(1, 2)})
    assert not vanishes(parse("log(h)"), {"h": Fraction(0)})  # which has no value


def test_what_multiplies_or_divides_is_found_everywhere() -> None:
    assert set(multiplied_in(parse("a*(1 - b) + c/d + e^2"))) >= {parse(each) for each in ("a", "1 - b", "c", "d", "e")}
    assert not list(multiplied_in(parse("a + b")))


def test_kinks_are_those_of_relu_and_of_cases_at_0() -> None:
    assert has_kink(parse("2*relu(z)"))
    assert has_kink(parse("cases(1 if z > 0, 0 otherwise)"))
    assert not has_kink(parse("tanh(z)"))
    assert not has_kink(parse("cases(1 if z > 3, 0 otherwise)"))

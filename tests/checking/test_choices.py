"""Keys and matchings as people write them."""

from __future__ import annotations

import pytest

from deepcalc.checking.choices import read_keys, read_matching
from deepcalc.errors import ParseError

RATES = {"i": "0.4", "ii": "2e-5", "iii": "8e-3"}


@pytest.mark.parametrize("text", ["b, d", "d b", "bd", "B and D", "(b; d)", "b & d", "b + d.", "[b, d]", "b, d, b"])
def test_options_are_named_in_any_form(text: str) -> None:
    assert read_keys(text, ["a", "b", "c", "d"]).keys == {"b", "d"}


def test_keys_of_several_letters_are_not_taken_apart() -> None:
    assert read_keys("ii, i", ["i", "ii", "iii"]).keys == {"i", "ii"}


@pytest.mark.parametrize(("text", "place"), [("a, x", 3), ("", 0), ("__import__('os')", 0)])
def test_what_is_no_option_is_said(text: str, place: int) -> None:
    with pytest.raises(ParseError, match="the options are a, b") as raised:
        read_keys(text, ["a", "b"])
    assert raised.value.position == place


@pytest.mark.parametrize(
    "text", ["A=0.4, B=2e-5", "a: i; b: ii", "A → .4, B → 2·10^-5", "{A=i, B=0.00002}", "B=ii\nA=40%", "A->i,B->ii"]
)
def test_a_matching_names_partners_by_key_or_by_what_they_say(text: str) -> None:
    assert read_matching(text, ["A", "B"], RATES).pairs == {"A": "i", "B": "ii"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("A=0.5", "0.4, 2e-5"), ("Z=i", "there are A, B"), ("A=i, A=ii", "twice"), ("A", "a pair such as")],
)
def test_what_is_no_matching_is_said(text: str, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read_matching(text, ["A", "B"], RATES)

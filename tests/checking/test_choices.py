"""Keys and matchings as people write them."""

from __future__ import annotations

import pytest

from deepcalc.checking.choices import read_blanks, read_keys, read_matching, read_truths
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
    "text",
    ["A=0.4, B=2e-5", "a: i; b: ii", "A → .4, B → 2·10^-5", "{A=i, B=0.00002}", "B=ii\nA=40%", "A->i,B->ii",
     "A i, B ii", "(A) 0.4 (B) 2e-5", "(A) i, (B) ii", "A) i, B) ii", "A. i; B. ii", "A - i, B – ii", "Ai Bii"],
)  # fmt: skip
def test_a_matching_names_partners_by_key_or_by_what_they_say(text: str) -> None:
    assert read_matching(text, ["A", "B"], RATES).pairs == {"A": "i", "B": "ii"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("A=0.5", "0.4, 2e-5"), ("Z=i", "there are A, B"), ("A=i, A=ii", "twice"), ("A", "a pair such as")],
)
def test_what_is_no_matching_is_said(text: str, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read_matching(text, ["A", "B"], RATES)


@pytest.mark.parametrize(
    "text",
    ["a=true, b=F", "a true, b false", "(a) true (b) false", "a) T; b) F", "a. true, b. no", "T, F", "t f", "TF"],
)
def test_statements_are_said_to_be_true_or_false_in_any_form(text: str) -> None:
    assert read_truths(text, ["a", "b"]).pairs == {"a": "true", "b": "false"}


@pytest.mark.parametrize(
    "text",
    [
        "1=square root, 2=3",
        "(1) square root (2) 3",
        "1) Square Root, 2) three",
        "square-root, 3",
        "1. square root; 2. 3",
    ],
)
def test_blanks_are_filled_by_their_numbers_or_in_order(text: str) -> None:
    assert read_blanks(text, {"1": ("square root",), "2": ("3", "three")}).pairs == {"1": "square root", "2": "3"}


@pytest.mark.parametrize("text", ["1 - p, p", "1-p, p", "1=1 - p, 2=p", "2=p, 1=1 - p"])
def test_what_stands_in_a_blank_is_not_taken_for_its_number(text: str) -> None:
    assert read_blanks(text, {"1": ("1 - p",), "2": ("p",)}).pairs == {"1": "1 - p", "2": "p"}


def test_a_number_that_begins_a_word_is_no_number_of_a_blank() -> None:
    assert read_blanks("2 layers, 1.5", {"1": ("2 layers",), "2": ("1.5",)}).pairs == {"1": "2 layers", "2": "1.5"}


@pytest.mark.parametrize("text", ["a maybe, b true", "a true, a false", "T, F, T", ""])
def test_what_is_no_truth_is_said(text: str) -> None:
    with pytest.raises(ParseError):
        read_truths(text, ["a", "b"])

"""Mistakes of the answer alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.answer_slips import has_digits_transposed, has_point_shifted


@pytest.mark.parametrize(
    ("given", "truth", "expected"),
    [
        ("0.5612", "0.6512", True),
        ("-0.5612", "-0.6512", True),
        ("1.238", "1.3282", True),
        ("165", "156", True),
        ("0.561", "0.651", False),
        ("0.5612", "-0.6512", False),
        ("0.5512", "0.6512", False),
        ("0.6512", "0.6512", False),
    ],
)
def test_digits_transposed(given: str, truth: str, expected: bool) -> None:
    places = len(given.partition(".")[2])
    assert has_digits_transposed(Fraction(given), Fraction(1, 2 * 10**places), Fraction(truth)) is expected


@pytest.mark.parametrize(
    ("given", "truth", "expected"),
    [("6.54", "0.6536", True), ("0.00654", "6.536", True), ("6.54", "6.536", False), ("6.64", "0.6536", False)],
)
def test_point_shifted(given: str, truth: str, expected: bool) -> None:
    places = len(given.partition(".")[2])
    assert has_point_shifted(Fraction(given), Fraction(1, 2 * 10**places), Fraction(truth)) is expected

"""Indicators and cases, in the ways in which they are written by hand, against the same ones as they are typed."""

from __future__ import annotations

import pytest

from deepcalc.checking.expression_reading import read_expression
from deepcalc.errors import ParseError
from deepcalc.notation.parser import parse

NAMES = {"x", "y", "f", "i", "w", "lambda"}
INDICATOR = "cases(1 if y*f < 1, 0 otherwise)"
WAYS = {
    "(y*f < 1)": INDICATOR,
    "1[y*f < 1]": INDICATOR,
    "1{y*f<1}": INDICATOR,
    r"\mathbb{1}[y*f < 1]": INDICATOR,
    r"\mathbf{1}\{y*f < 1\}": INDICATOR,
    r"\mathbb{1}_{y*f < 1}": INDICATOR,
    "𝟙[y*f < 1]": INDICATOR,
    "I(y*f < 1)": INDICATOR,
    "[y*f < 1]": INDICATOR,
    "w - (y*f ≤ 1)*x": "w - cases(1 if y*f <= 1, 0 otherwise)*x",
    r"w - (y*f \leq 1)*x": "w - cases(1 if y*f <= 1, 0 otherwise)*x",
    "x if y*f < 1 else w": "cases(x if y*f < 1, w otherwise)",
    "w + (x if (y*f < 1) else 0)": "w + cases(x if y*f < 1, 0 otherwise)",
    "x if y*f < 1, 0 otherwise": "cases(x if y*f < 1, 0 otherwise)",
    "x when y*f < 1; otherwise 0": "cases(x if y*f < 1, 0 otherwise)",
    "0 if y*f ≥ 1, x if y*f < 1": "cases(0 if y*f >= 1, x otherwise)",
    "cases(x if y*f < 1, 0 otherwise)": "cases(x if y*f < 1, 0 otherwise)",
    "-cases(x if f < 1, y if f < 2, 0 otherwise)": "-cases(x if f < 1, y if f < 2, 0 otherwise)",
    "np.where(y*f < 1, x, 0)": "cases(x if y*f < 1, 0 otherwise)",
    r"\begin{cases} x & y*f < 1 \\ 0 & \text{otherwise} \end{cases}": "cases(x if y*f < 1, 0 otherwise)",
    r"\begin{cases} x, & \text{if } y*f < 1 \\ 0, & \text{else}\end{cases}": "cases(x if y*f < 1, 0 otherwise)",
}


@pytest.mark.parametrize("answer", WAYS)
def test_cases_are_read_as_they_are_written(answer: str) -> None:
    assert read_expression(answer, names=NAMES) == parse(WAYS[answer])


def test_letters_are_not_taken_for_a_condition() -> None:
    assert read_expression("x if", names=NAMES) == parse("x @ i @ f")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("x if y*f < 1", "say what holds otherwise"),
        ("x if y*f < 1, w if y*f > 2", "say what holds otherwise"),
        ("where(f < 1, x)", "where takes a condition and two values"),
    ],
)
def test_cases_that_leave_a_gap_are_told(answer: str, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read_expression(answer, names=NAMES)

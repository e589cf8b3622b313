"""Where the extreme entries of an array stand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.graph.evaluation import value_of
from deepcalc.notation.grids import Grid
from deepcalc.notation.operations.expressions import exact_value
from deepcalc.notation.parser import parse
from tests.quick import at_once

X = Grid((2, 3), [Fraction(each) for each in (-2, 3, 3, 3, -2, 1)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is_max(x)", [[0, 1, 0], [0, 0, 0]]),
        ("is_max(x, axis=0)", [[0, 1, 1], [1, 0, 0]]),
        ("is_max(x, axis=1)", [[0, 1, 0], [1, 0, 0]]),
        ("is_min(x)", [[1, 0, 0], [0, 0, 0]]),
        ("is_min(x, axis=1)", [[1, 0, 0], [0, 1, 0]]),
    ],
)
def test_the_first_of_equal_extremes_is_marked(text: str, expected: list[list[int]]) -> None:
    assert exact_value(parse(text), {"x": X}, value_of).nested(int) == expected


def test_each_entry_is_compared_once() -> None:
    large = Grid((60, 60), [Fraction(each, 7) for each in range(3600)])
    marked = at_once(lambda: exact_value(parse("is_max(x)"), {"x": large}, value_of), 200)
    assert marked[59, 59] == 1
    assert sum(marked.entries) == 1

"""The views of a quantity: what stands between the numbers put in and the result."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import View
from deepcalc.solution.solver import solve


def lines(given: str, formula: str, detail: Detail = Detail.STEPS) -> list[tuple[str, str]]:
    """The view and the text of each line of ``f``."""
    text = f"kind: formula\ngiven: {given}\ndefine: {{f: '{formula}'}}\n"
    solution = solve(load_text(text.encode(), "f.yaml", find_kinds()), detail=detail)
    (step,) = solution.parts[0].steps
    return [(line.view.value, PlainPrinter().print(line.expression)) for line in step.lines]


def texts(given: str, formula: str, detail: Detail = Detail.STEPS) -> list[str]:
    return [text for _, text in lines(given, formula, detail)]


def test_the_argument_of_a_floor_is_one_number() -> None:
    assert texts("{x: 20.25}", "floor(x/1 + 1)") == ["floor(x/1 + 1)", "floor(20.25/1 + 1)", "floor(21.25)", "21"]


@pytest.mark.parametrize(
    ("formula", "argument", "result"),
    [("floor(x/1)", "20.99999", "20"), ("ceil(x/1)", "20.00001", "21")],
)
def test_an_argument_that_rounding_would_carry_over_a_whole_number_is_not_shown_rounded(
    formula: str, argument: str, result: str
) -> None:
    shown = texts(f"{{x: {argument}}}", formula)
    assert shown == [formula, formula.replace("x", argument), result]


def test_a_floor_in_a_sum_is_a_term() -> None:
    assert texts("{x: 20.25}", "floor(x/2 + 2) + 1")[1:] == [
        "floor(20.25/2 + 2) + 1",
        "floor(12.13) + 1",
        "12 + 1",
        "13",
    ]
    assert texts("{x: 6.99999}", "1 + floor(2*x + 1/1)")[1:] == ["1 + floor(2*6.99999 + 1/1)", "1 + 14", "15"]


def test_terms_are_numbers_and_negative_ones_are_taken_away() -> None:
    found = dict(lines("{a: 2, b: -1.5, c: 4}", "a*c + b*c - b*a"))
    assert found[View.NUMBERS.value] == "2*4 + (-1.5)*4 - (-1.5)*2"
    assert found[View.TERMS.value] == "8 - 6 + 3"
    assert found[View.RESULT.value] == "5"


def test_a_number_that_is_only_written_otherwise_says_nothing() -> None:
    assert texts("{x: 2.0}", "x") == ["x", "2"]


def test_in_brief_there_are_the_formula_the_numbers_and_the_result() -> None:
    assert texts("{a: 2, b: 3}", "a*b + a*a", Detail.BRIEF) == ["a*b + a*a", "2*3 + 2*2", "10"]


def test_in_full_every_innermost_operation_has_a_line() -> None:
    found = texts("{a: 2, b: 3}", "(a + b)*(a - b)", Detail.FULL)
    assert found == ["(a + b)*(a - b)", "(2 + 3)*(2 - 3)", "5*(2 - 3)", "5*(-1)", "-5"]


def test_a_part_of_an_array_is_read_off_without_the_whole_of_it() -> None:
    assert texts("{X: [[1, 2, 3], [4, 5, 6]]}", "X[:, 2:3]") == ["X[:, 2:3]", "[[2, 3], [5, 6]]"]
    assert texts("{X: [[1, 2, 3], [4, 5, 6]]}", "X[1]", Detail.FULL) == ["X[1]", "[1, 2, 3]"]
    assert texts("{X: [[1, 2], [4, 5]]}", "(X + X)[1]")[1:] == [
        "([[1, 2], [4, 5]] + [[1, 2], [4, 5]])[1]",
        "[[2, 4], [8, 10]][1]",
        "[2, 4]",
    ]

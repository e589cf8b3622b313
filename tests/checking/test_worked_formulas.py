"""Formulas as answers to questions of numbers."""

from __future__ import annotations

import pytest

from tests.checking.marking import said, verdicts, written

LOGISTIC = written("""
kind: network
inputs: {x1: 0.5, x2: -1.2}
layers:
  - {net: [z], out: [h], activation: sigmoid, weights: {x1: [w1], x2: [w2]}, biases: [b]}
values: {w1: 0.3, w2: 0.8, b: 0.1, y: 1}
targets: {h: y}
loss: {name: L, function: half_sum}
parts: [{find: [h, L, dL/dw1]}]
""")  # by NumPy: z = -0.71, h = 0.329599, dL/dw1 = (h - 1)·h·(1 - h)·0.5 = -0.0740674


@pytest.mark.parametrize(
    "formula",
    [
        "(h−y) σ'(z) x1",
        "(h - y) h (1-h) x_1",
        r"\sigma'(z)(h-y)x_1",
        "∂L/∂z · ∂z/∂w1",
        "(h-1)*h*(1-h)*0.5",
        "(h-1) h (1-h)/2",
        "x1*(h-y)*exp(-z)/(1+exp(-z))^2",
    ],
)
def test_a_formula_in_the_names_of_the_problem_is_right_as_it_is_written_by_hand(formula: str) -> None:
    assert verdicts(LOGISTIC, {"dL/dw1": formula}) == {"dL/dw1": "correct"}


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("(y-h) σ'(z) x1", "this is another formula: it comes to 0.07407"),
        ("(h-y) σ'(z)", "this is another formula: it comes to −0.1481"),
        ("foo*x1", "no quantity 'foo' here"),
    ],
)
def test_another_formula_is_told_what_it_comes_to(formula: str, message: str) -> None:
    assert said(LOGISTIC.mark({"dL/dw1": formula}), "dL/dw1") == message


def test_a_formula_with_a_wrong_number_of_ones_own_follows_from_it() -> None:
    answers = {"h": "0.4", "dL/dw1": "(0.4 - y)·0.4·(1 - 0.4) x1"}
    assert verdicts(LOGISTIC, answers) == {"h": "wrong", "dL/dw1": "follow_through"}


@pytest.mark.parametrize("formula", ["σ(z)", "1/(1+e^{-z})", "σ(w1 x1 + w2 x2 + b)"])
def test_where_a_number_is_asked_it_is_told_so(formula: str) -> None:
    mark = LOGISTIC.mark({"h": formula})
    assert said(mark, "h") == "a number is asked for, not a formula: put the numbers in"


def test_a_product_of_numbers_without_a_sign_is_read() -> None:
    assert verdicts(LOGISTIC, {"h": "1/((1 + e^0.71) (2 - 1))"}) == {"h": "correct"}

"""A mistake that is made again, what follows by the chain rule, and a quantity under each of its names."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import UsageError
from tests.checking.marking import marker, said, verdicts, written


@cache
def network() -> Marker:
    return written("""
kind: network
inputs: {x1: 0.62, x2: -1.17}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: sigmoid, weights: {x1: [w11, w12], x2: [w21, w22]}, biases: [b1, b2]}
  - {net: [z3], out: [p], activation: sigmoid, weights: {h1: [v1], h2: [v2]}, biases: [c]}
values: {w11: 0.74, w12: -0.38, w21: 0.29, w22: 0.91, b1: 0.17, b2: -0.26, v1: 1.34, v2: -0.87, c: 0.43, t: 1}
targets: {p: t}
loss: {name: L, function: mse}
optimizer: {method: sgd, learning_rate: 0.7}
parts:
  - {points: 4, find: [p, L]}
  - {points: 4, find: [delta3, delta1, delta2, dL/dw11]}
  - {points: 4, find: [v1+]}
""")


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


H1, H2 = sigmoid(0.62 * 0.74 - 1.17 * 0.29 + 0.17), sigmoid(0.62 * -0.38 - 1.17 * 0.91 - 0.26)
P = sigmoid(1.34 * H1 - 0.87 * H2 + 0.43)
DELTA3 = 2 * (P - 1) * P * (1 - P)
DELTA1 = DELTA3 * 1.34 * H1 * (1 - H1)


def test_what_follows_from_a_derivative_that_the_sheet_writes_it_without() -> None:
    wrong = P - 1  # the 2 forgotten
    third = wrong * P * (1 - P)
    first = third * 1.34 * H1 * (1 - H1)
    answers = {"dL/dp": f"{wrong:.4f}", "delta3": f"{third:.5f}", "delta1": f"{first:.6f}"}
    found = verdicts(network(), answers)
    assert found == {"dL/dp": "wrong", "delta3": "follow_through", "delta1": "follow_through"}
    assert said(network().mark(answers), "delta3") == "right with your {dL/dp}"
    answers["delta3"] = f"{third * 1.1:.5f}"
    assert verdicts(network(), answers)["delta3"] == "wrong"


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("dL/dz3", DELTA3, "delta3"),
        ("∂L/∂z₃", DELTA3, "delta3"),
        ("δ₁", DELTA1, "delta1"),
        ("∂L/∂w₁₁", DELTA1 * 0.62, "dL/dw11"),
        ("v₁⁺", 1.34 - 0.7 * DELTA3 * H1, "v1@1"),
    ],
)
def test_a_quantity_answers_by_all_its_names(name: str, value: float, asked: str) -> None:
    assert verdicts(network(), {name: f"{value:.4g}"}) == {asked: "correct"}


def test_what_the_sheet_prints_is_a_name() -> None:
    answers = {"v₁[w]": "0.2", "w⁺": "0.8", "v₂[w]": "0.33"}
    assert verdicts(marker("momentum-three-steps"), answers) == {
        "v.w@1": "correct", "w@1": "correct", "v.w@2": "correct",
    }  # fmt: skip
    with pytest.raises(UsageError, match="no answer has the name"):
        marker("momentum-three-steps").mark({"v₃[u]": "1"})


def test_two_names_of_one_quantity_are_two_answers() -> None:
    both = {"delta3": f"{DELTA3:.4f}", "dL/dz3": f"{DELTA3:.4f}"}
    assert set(verdicts(network(), both).values()) == {"correct"}


def test_the_same_mistake_in_two_parameters_gets_one_verdict_and_is_told_once() -> None:
    mark = marker("adagrad-one-step").mark({"w1+": "0.6", "w2+": "-0.4"})  # 0.5 + 0.1, -0.3 - 0.1
    assert verdicts(marker("adagrad-one-step"), {"w1+": "0.6", "w2+": "-0.4"}) == {"w1@1": "wrong", "w2@1": "wrong"}
    assert said(mark, "w1@1").startswith("consistent with the step added instead of subtracted: ")
    assert said(mark, "w2@1") == "the same mistake as in your {w1@1}: the step added instead of subtracted"


def test_a_mistake_that_is_made_again_further_on_costs_once_and_is_named_there() -> None:
    problem = written("""
kind: convolution
input: 31x31x2
layers:
  - {conv: {filters: 4, kernel: 5, padding: 2}}
  - {max_pool: {kernel: 2, stride: 2}}
  - {conv: {filters: 6, kernel: 3, padding: 1}}
""")
    answers = {"shape1": "27x27x4", "shape2": "13x13x4", "shape3": "11x11x6"}  # no padding in either layer
    assert verdicts(problem, answers) == {"shape1": "wrong", "shape2": "follow_through", "shape3": "follow_through"}
    message = said(problem.mark(answers), "shape3")
    assert "the same mistake as in your H1: the padding forgotten: H3 = floor((H2 - K3)/S3) + 1 = " in message


SOFTMAX = """
kind: activation
function: softmax
at: {z1: 1, z2: 0, z3: -2}
parts: [{find: p.1}]
"""  # 2.71828/(2.71828 + 1 + 0.135335) = 0.70538; with 2.72 and 0.14 it is 0.70466


@pytest.mark.parametrize(
    ("rounding", "answer", "verdict"),
    [
        ("", "0.7047", "rounded"),
        ("rounding: {places: 2}", "0.70", "rounded"),
        ("rounding: {places: 2}", "0.71", "correct"),
        ("rounding: {places: 2}", "0.69", "wrong"),
        ("", "0.70", "rounded"),
        ("", "0.69", "wrong"),
        ("", "0.71", "wrong"),
        ("", "0.7", "wrong"),
    ],
)
def test_exponentials_inside_a_formula_may_be_rounded_too(rounding: str, answer: str, verdict: str) -> None:
    assert verdicts(written(SOFTMAX + rounding), {"p.1": answer}) == {"p.1": verdict}


def test_more_digits_are_asked_of_what_would_be_right_with_them() -> None:
    assert said(written(SOFTMAX).mark({"p.1": "0.71"}), "p.1").startswith("give more digits")


def test_more_digits_are_not_asked_of_a_mistakes_value() -> None:
    decay = written("""
kind: optimizer
method: sgd
learning_rate: 0.1
weight_decay: 0.01
parameters: {w: 1}
gradients: {w: 0.1}
parts: [{find: w@1}]
""")
    text = said(decay.mark({"w@1": "0.99"}), "w@1")  # 1 - 0.1·0.1; the truth is 0.989
    assert text.startswith("consistent with the weight decay forgotten")
    formula = written(
        "kind: formula\ngiven: {a: 0.9, b: 0.09, c: -0.001}\ndefine: {f: a + b + c}\nparts: [{find: f}]\n"
    )
    assert said(formula.mark({"f": "0.99"}), "f").startswith("consistent with the term c left out")


def test_a_factor_left_out_again_is_the_same_mistake_whatever_its_name() -> None:
    products = written(
        "kind: formula\ngiven: {a: 3.7, b: 1.9, c: 2.3, d: 4}\ndefine: {f: 5*a*b, g: 5*c*d}\nparts: [{find: [f, g]}]\n"
    )
    mark = products.mark({"f": "18.5", "g": "11.5"})
    assert said(mark, "f").startswith("consistent with the factor b left out")
    assert said(mark, "g") == "the same mistake as in your f: the factor d left out"

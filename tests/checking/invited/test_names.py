"""Mistakes in layers, losses and steps: the unit beside, another parameter, squares and signs. All values by hand."""

from __future__ import annotations

from functools import cache
from math import tanh

import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import said, written


@cache
def two_units() -> Marker:
    return written("""
kind: network
inputs: {x1: 0.7, x2: -1.4}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: tanh, weights: {x1: [a1, a2], x2: [b1, b2]}, biases: [c1, c2]}
  - {net: [y], weights: {h1: [v1], h2: [v2]}, biases: [d]}
values: {a1: 0.4, a2: -0.9, b1: 0.25, b2: 0.6, c1: 0.8, c2: -0.2, v1: 0.8, v2: -1.3, d: 0.15, t: 0}
targets: {y: t}
loss: {name: L, function: half_sum}
parts: [{find: [z1, z2, h1, h2, y, L]}]
""")


Z1, Z2 = 0.7 * 0.4 - 1.4 * 0.25 + 0.8, -0.7 * 0.9 - 1.4 * 0.6 - 0.2
Y = 0.8 * tanh(Z1) - 1.3 * tanh(Z2) + 0.15


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("z1", -0.7 * 0.9 - 1.4 * 0.6 + 0.8, "the weights of the unit beside taken"),
        ("y", tanh(Y), "tanh taken of the output, which has no activation"),
        ("h1", tanh(-0.7 * 0.4 - 1.4 * 0.25 + 0.8), "the sign of a term turned"),
    ],
)
def test_a_mistake_in_a_layer_is_named(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(two_units().mark({name: f"{value:.5f}"}), name)


def test_the_net_inputs_are_taken_by_one_who_has_the_outputs() -> None:
    answers = {"h1": f"{tanh(Z1):.4f}", "h2": f"{tanh(Z2):.4f}", "y": f"{0.8 * Z1 - 1.3 * Z2 + 0.15:.4f}"}
    assert "the net inputs taken where the outputs are meant" in said(two_units().mark(answers), "y")


def test_squares_where_there_are_none() -> None:
    score = written("kind: formula\ngiven: {x: 2.3, m: 1.6, s: 0.8}\ndefine: {u: (x - m)/s}\nparts: [{find: u}]\n")
    assert "divided by the square of s" in said(score.mark({"u": "1.09375"}), "u")  # 0.7/0.64
    hinge = written("kind: loss\nfunction: hinge\ntargets: {y1: 1}\npredictions: {s1: 0.35}\nparts: [{find: [L]}]\n")
    assert "squared where it is not" in said(hinge.mark({"L": "0.4225"}), "L")  # 0.65²


def test_a_difference_in_place_of_its_sign_is_no_activation_left_out() -> None:
    rents = written(
        "kind: loss\nfunction: mae\ntargets: [12.4, 9.7]\npredictions: [11.6, 10.9]\nparts: [{find: dL/dyhat1}]\n"
    )
    message = said(rents.mark({"dL/dyhat1": "-0.400"}), "dL/dyhat1")  # (11.6 − 12.4)/2
    assert message.startswith("consistent with the error itself, ŷ − y")


def test_the_gradient_of_another_parameter_and_the_velocity_left_out() -> None:
    momentum = written("""
kind: optimizer
method: momentum
learning_rate: 0.15
momentum: 0.7
parameters: {w: -1.3, u: 0.55}
gradients: [{w: 0.64, u: -0.92}, {w: 0.37, u: 0.28}]
""")
    assert "g₁[u] taken in place of g₁[w]" in said(momentum.mark({"v.w@1": "-0.138"}), "v.w@1")  # 0.15·(−0.92)
    answers = {"v.w@1": "0.096", "w@1": "-1.396", "v.w@2": "0.1227", "w@2": "-1.4515"}  # −1.396 − 0.15·0.37
    assert "plain gradient descent, without the velocity" in said(momentum.mark(answers), "w@2")


def test_a_bias_of_two_sums_is_multiplied_by_the_input_of_both() -> None:
    branches = written("""
kind: formula
given: {x: 0.6, w: 1.9, v: -1.2, b: 0.45}
define: {z: w*x + b, r: v*x + b, f: z^2 + 3*r}
parts: [{find: df/db}]
""")
    gradient = (2 * (1.9 * 0.6 + 0.45) + 3) * 0.6
    assert "the gradient of a bias multiplied by x" in said(branches.mark({"df/db": f"{gradient:.4f}"}), "df/db")

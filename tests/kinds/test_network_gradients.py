"""Gradients by other inputs, errors and layers, samples alone, outputs that are activated: values by NumPy."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from tests.checking.marking import said, written

X = np.array([0.7, -0.4])
W, B = np.array([[0.8, -1.1], [0.35, 0.9]]), np.array([0.15, -0.25])
V, C = np.array([[0.6, -0.9], [-0.3, 1.2]]), np.array([0.05, -0.1])
T = np.array([0, 1])

H = np.tanh(X @ W + B)
S = H @ V + C
P = np.exp(S) / np.exp(S).sum()
D = P - T
DZ = (V @ D) * (1 - H**2)


@cache
def classifier() -> Marker:
    return written(f"""
kind: network
inputs: {{x1: {X[0]}, x2: {X[1]}}}
layers:
  - {{net: [z1, z2], out: [h1, h2], activation: tanh, weights: {{x1: [w11, w12], x2: [w21, w22]}}, biases: [b1, b2]}}
  - {{net: [s1, s2], out: [p1, p2], activation: softmax, weights: {{h1: [v11, v12], h2: [v21, v22]}}, biases: [c1, c2]}}
values: {{w11: {W[0, 0]}, w12: {W[0, 1]}, w21: {W[1, 0]}, w22: {W[1, 1]}, b1: {B[0]}, b2: {B[1]}, v11: {V[0, 0]},
         v12: {V[0, 1]}, v21: {V[1, 0]}, v22: {V[1, 1]}, c1: {C[0]}, c2: {C[1]}, t1: 0, t2: 1}}
targets: {{p1: t1, p2: t2}}
loss: {{name: L, function: cross_entropy}}
parts: [{{find: [z1, s1, s2, L, dL/ds1, dL/dv11, dL/dv22, dL/dc2, dL/dw11, dL/dw21, dL/dw22, dL/db1]}}]
""")


MISTAKES = [
    ("s1", (X @ V + C)[0], "the inputs of the layer before in place of its outputs"),
    ("dL/ds1", D[0] * P[0] * (1 - P[0]), "the derivative of the activation on top, which is in it already"),
    ("dL/dv11", D[0] * X[0], "the inputs of the layer before in place of its outputs in the gradient"),
    ("dL/dv22", D[0] * H[1], "the error term of another unit taken in place of its own"),
    ("dL/dw21", DZ.sum() * X[1], "the error terms of all units added in the gradient"),
    ("dL/dc2", D[1] * H[0], "the gradient of the bias multiplied by an input"),
    ("dL/dw11", DZ[0] * X[1], "the input of another weight taken in place of its own"),
    ("dL/dw11", DZ[0], "the input left out of the gradient of the weight"),
    ("dL/dw11", DZ[0] * H[0], "the unit's own output in place of its input in the gradient"),
]


@pytest.mark.parametrize(("name", "value", "message"), MISTAKES)
def test_a_mistake_is_named(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(classifier().mark({name: f"{value:.5f}"}), name)


def test_the_derivative_is_left_out_of_a_gradient_beside_a_right_error_term() -> None:
    answers = {"dL/dw22": f"{(V @ D)[1] * X[1]:.5f}", "dL/dw11": f"{DZ[0] * X[0]:.5f}"}
    message = said(classifier().mark(answers), "dL/dw22")
    assert "the derivative of the activation left out in the gradient" in message


INPUTS, TARGETS, U = np.array([[1.5, 0.5], [-0.8, 1.2], [0.4, -1.1]]), np.array([1.2, 0.4, 0.9]), np.array([0.6, -0.9])


@cache
def line() -> Marker:
    samples = "".join(
        f"  - {{inputs: {{x1: {x1}, x2: {x2}}}, targets: {{y: {t}}}}}\n"
        for (x1, x2), t in zip(INPUTS, TARGETS, strict=True)
    )
    return written(f"""
kind: network
samples:
{samples}layers: [{{net: [y], weights: {{x1: [w1], x2: [w2]}}, biases: [b]}}]
values: {{w1: {U[0]}, w2: {U[1]}, b: 0.2}}
loss: {{name: L, function: mse}}
parts: [{{find: [L, dL/dw1, dL/db]}}]
""")


E = INPUTS @ U + 0.2 - TARGETS


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("L", E[2] ** 2, "the loss of one sample alone"),
        ("dL/dw1", 2 * E[2] * INPUTS[2, 0], "the gradient of one sample alone"),
        ("dL/db", 2 * (E * INPUTS[:, 0]).mean(), "the gradient of the bias multiplied by an input"),
    ],
)
def test_one_sample_and_a_bias_of_several(name: str, value: float, message: str) -> None:
    assert f"consistent with {message}" in said(line().mark({name: f"{value:.5f}"}), name)


def test_mistakes_of_a_single_activation_are_named_within_a_network() -> None:
    marker = written("""
kind: network
inputs: {x: 0.9}
layers:
  - {net: [z], out: [h], activation: swish, weights: {x: [w]}}
  - {net: [y], weights: {h: [v]}}
values: {w: 1.4, v: -0.7, t: 0.3}
targets: {y: t}
loss: {name: L, function: half_sum}
parts: [{find: [h, dL/dh, dL/dz]}]
""")
    z = 0.9 * 1.4
    share = 1 / (1 + np.exp(-z))
    behind = (-0.7 * z * share - 0.3) * -0.7
    for name, value, message in (
        ("h", z * np.tanh(z), "tanh in place of the sigmoid"),
        ("dL/dz", behind * share, "the second term of the product rule left out, so that σ stands alone, in the deri"),
        (
            "dL/dz",
            behind * z * share * (1 - share),
            "the first term of the product rule left out, in the derivative of",
        ),
    ):
        assert f"consistent with {message}" in said(marker.mark({name: f"{value:.6f}"}), name)


def test_an_activation_of_an_output_that_has_none() -> None:
    marker = written("""
kind: network
inputs: {x: 1.2}
layers:
  - {net: [z], out: [h], activation: relu, weights: {x: [w]}, biases: [b]}
  - {net: [y], weights: {h: [v]}, biases: [c]}
values: {w: 0.9, b: -0.3, v: -1.7, c: 0.6, t: 0.5}
targets: {y: t}
loss: {name: L, function: mse}
parts: [{find: [z, h, y, L]}]
""")
    assert "ReLU taken of the output, which has no activation" in said(marker.mark({"y": "0"}), "y")  # −0.726


def test_the_weight_of_another_layer_on_the_way_back() -> None:
    marker = written("""
kind: network
inputs: {x: 1.2}
layers:
  - {net: [z], out: [h], activation: tanh, weights: {x: [w]}, biases: [b]}
  - {net: [y], weights: {h: [v]}, biases: [c]}
values: {w: 0.9, b: -0.3, v: -1.7, c: 0.6, t: 0.5}
targets: {y: t}
loss: {name: L, function: mse}
parts: [{find: [dL/dy, dL/dh]}]
""")
    y = -1.7 * np.tanh(1.2 * 0.9 - 0.3) + 0.6
    message = said(marker.mark({"dL/dh": f"{2 * (y - 0.5) * 0.9:.5f}"}), "dL/dh")
    assert "the weights of another layer taken on the way back" in message

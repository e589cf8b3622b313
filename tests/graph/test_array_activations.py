"""Gradients through every activation on arrays, in a formula and in a network in matrices, against autograd."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy
import pytest
from autograd import grad
from autograd.extend import defvjp, primitive

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX

erf = primitive(numpy.vectorize(math.erf))
defvjp(erf, lambda ans, z: lambda g: g * 2 / np.sqrt(np.pi) * np.exp(-(z**2)))

X = numpy.array([[0.5, -1.25, 2.25], [-0.25, 0.75, -3.5]])
W = numpy.array([[1.0, 0.25, 0.125], [0.25, 1, -0.5], [0.5, 0.125, 1]])
Y = numpy.array([[1.0, 0, 0], [0, 0, 1]])

BY_HAND: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "prelu": lambda z: np.where(z > 0, z, 0.25 * z),
    "relu6": lambda z: np.where(z > 6, 6, np.where(z > 0, z, 0)),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1)),
    "gelu": lambda z: z * (1 + erf(z / np.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2,
    "swish": lambda z: z / (1 + np.exp(-z)),
    "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "hard_sigmoid": lambda z: np.where(z > 3, 1.0, np.where(z > -3, z / 6 + 0.5, 0 * z)),
    "hard_tanh": lambda z: np.where(z > 1, 1.0, np.where(z > -1, z, -1.0)),
    "hard_swish": lambda z: z * np.where(z > 3, 1.0, np.where(z > -3, z / 6 + 0.5, 0 * z)),
    "step": lambda z: np.where(z > 0, 1.0 + 0 * z, 0 * z),
    "sign": lambda z: np.where(z > 0, 1.0 + 0 * z, -1.0 + 0 * z),
    "softmax": lambda z: np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True),
}
WITH_ARGUMENT = {"leaky_relu": "leaky_relu(Z, 0.01)", "softmax": "softmax(Z, axis=1)", "identity": "Z"}


def values_of(text: str, *names: str) -> list[Any]:
    """The named values, exact ones, after it is asserted that floats are the same."""
    graph = (plan := load_text(text.encode(), "activations.yaml", find_kinds()).plan).graph
    longs = [add_asked(plan, name)[0] for name in names]
    exact = evaluate(graph, longs).values
    found = []
    in_floats = Program(graph, longs).run({})
    for long in longs:
        value = exact[long]
        ours = numpy.array(value.nested(float) if hasattr(value, "nested") else float(value))
        numpy.testing.assert_allclose(in_floats[long], ours, rtol=1e-12, atol=1e-12)
        found.append(ours)
    return found


def test_every_activation_is_here() -> None:
    assert set(BY_HAND) == {*ACTIVATIONS, SOFTMAX}


@pytest.mark.parametrize("name", BY_HAND)
def test_in_a_formula(name: str) -> None:
    written = WITH_ARGUMENT.get(name, f"{name}(Z)")
    text = (
        f"kind: formula\ngiven: {{X: {X.tolist()}, W: {W.tolist()}, Y: {Y.tolist()}}}\n"
        f"define:\n  Z: X @ W\n  A: '{written}'\n  L: sum((A - Y)^2)/2\n"
    )

    def loss(w: Any) -> Any:
        return np.sum((BY_HAND[name](np.dot(X, w)) - Y) ** 2) / 2

    value, slope = values_of(text, "L", "dL/dW")
    assert value == pytest.approx(loss(W), rel=1e-9)
    numpy.testing.assert_allclose(slope, grad(loss)(W), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", BY_HAND)
def test_in_a_network_in_matrices(name: str) -> None:
    slope = {"leaky_relu": 0.01, "prelu": 0.25}.get(name)
    layer = name if slope is None else f"{{activation: {name}, slope: {slope}}}"
    text = (
        f"kind: network\nnotation: matrix\nX: {X.tolist()}\nY: {Y.tolist()}\n"
        f"weights: {{W1: {W.tolist()}, b1: [0.5, 0, 0.25]}}\n"
        f"layers: [{layer}]\nloss: half_sum\nreduction: sum\n"
    )

    def loss(w: Any, b: Any) -> Any:
        return np.sum((BY_HAND[name](np.dot(X, w) + b) - Y) ** 2) / 2

    b = numpy.array([0.5, 0, 0.25])
    value, by_w, by_b = values_of(text, "L", "dL/dW1", "dL/db1")
    assert value == pytest.approx(loss(W, b), rel=1e-9)
    numpy.testing.assert_allclose(by_w, grad(loss, 0)(W, b), rtol=1e-9, atol=1e-9)
    numpy.testing.assert_allclose(by_b, grad(loss, 1)(W, b), rtol=1e-9, atol=1e-9)

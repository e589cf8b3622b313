"""A mistake in a rule, two steps by NumPy, is named: in `optimizer`, and where a network trains by the rule."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from tests.checking.marking import said, written

W, GRADIENTS = 1.5, (0.8, -0.3)
Step = Callable[[dict[str, float], float, float, int], float]


def averaged(s: dict[str, float], head: str, rate: float, new: float) -> float:
    s[head] = rate * s.get(head, 0) + (1 - rate) * new
    return s[head]


def kept(s: dict[str, float], head: str, value: float) -> float:
    s[head] = value
    return value


def adam(s: dict[str, float], g: float, t: int) -> float:
    m, v = averaged(s, "m", 0.9, g) / (1 - 0.9**t), averaged(s, "v", 0.999, g * g) / (1 - 0.999**t)
    return m / sqrt(v)


MISTAKES: list[tuple[str, Step, str]] = [
    ("SGD\nmomentum: 0.9", lambda s, w, g, t: w - 0.1 * g, "plain gradient descent, without the velocity"),
    (
        "SGD\nmomentum: 0.9",
        lambda s, w, g, t: w - 0.1 * kept(s, "v", 0.9 * s.get("v", 0) + 0.1 * g),
        "the learning rate in both velocity and step",
    ),
    (
        "SGD\nmomentum: 0.9",
        lambda s, w, g, t: w - 0.1 * (g + 0.9 * kept(s, "v", 0.9 * s.get("v", 0) + g)),
        "Nesterov's step in place of that by the velocity",
    ),
    (
        "SGD\nmomentum: 0.9\nnesterov: true",
        lambda s, w, g, t: w - 0.1 * kept(s, "v", 0.9 * s.get("v", 0) + g),
        "plain momentum: the step by the velocity alone",
    ),
    ("momentum", lambda s, w, g, t: w - kept(s, "v", s.get("v", 0) + 0.9 * 0.1 * g), "γ at the gradient, not at"),
    (
        "nesterov",
        lambda s, w, g, t: w - 0.9 * kept(s, "v", 0.9 * s.get("v", 0) + 0.1 * g) - 0.1 * g,
        "the step of the form without a look-ahead point",
    ),
    (
        "rmsprop",
        lambda s, w, g, t: w - 0.1 * g / sqrt(kept(s, "v", s.get("v", 0) + g * g)),
        "summed up, not averaged, in v",
    ),
    (
        "adam",
        lambda s, w, g, t: w - 0.1 * g / sqrt(averaged(s, "v", 0.999, g * g) / (1 - 0.999**t)),
        "the gradient itself in place of the first moment",
    ),
    (
        "adam\nbias_correction: false",
        lambda s, w, g, t: w - 0.1 * adam(s, g, t),
        "a bias correction, which the rule does not have here",
    ),
    (
        "adamw\nweight_decay: 0.5",
        lambda s, w, g, t: w - 0.1 * adam(s, g + 0.5 * w, t),
        "the weight decay added to the gradient",
    ),
    (
        "adam\nweight_decay: 0.5",
        lambda s, w, g, t: w - 0.1 * adam(s, g, t) - 0.1 * 0.5 * w,
        "the weight decay taken from the new value, not added to the gradient",
    ),
    (
        "sgd\nweight_decay: 0.5",
        lambda s, w, g, t: w - 0.1 * (g + 0.5 * w * w),
        "λ times the square of the parameter in the weight decay",
    ),
    (
        "adamax",
        lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / kept(s, "u", max(0.999 * s.get("u", 0), abs(g))),
        "no bias correction",
    ),
    ("nadam", lambda s, w, g, t: w - 0.1 * adam(s, g, t), "Adam's step, by the first moment alone"),
    (
        "amsgrad\nbeta2: 0.5",
        lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / sqrt(averaged(s, "v", 0.5, g * g)),
        "v itself in place of its largest value so far",
    ),
    (
        "adadelta\nepsilon: 0.01",
        lambda s, w, g, t: w - 0.1 * g / sqrt(averaged(s, "v", 0.9, g * g) + 0.01),
        "RMSProp's step, without the average of the steps",
    ),
    ("sign_sgd", lambda s, w, g, t: w - 0.1 * g, "the value itself in place of its sign"),
    ("sgd\nmaximize: true", lambda s, w, g, t: w - 0.1 * g, "the step added instead of subtracted"),
]


@pytest.mark.parametrize(("method", "step", "slip"), MISTAKES, ids=[slip for _, _, slip in MISTAKES])
def test_a_mistake_is_named(method: str, step: Step, slip: str) -> None:
    w, state = W, dict[str, float]()
    for t, g in enumerate(GRADIENTS, start=1):
        w = step(state, w, g, t)
    gradients = ", ".join(f"{{w: {g}}}" for g in GRADIENTS)
    marker = written(
        f"kind: optimizer\nmethod: {method}\nlearning_rate: 0.1\nparameters: {{w: {W}}}\ngradients: [{gradients}]"
    )
    assert slip in said(marker.mark({"w@2": f"{w:.6f}"}), "w@2")


IN_A_NETWORK: list[tuple[str, Step, str]] = [MISTAKES[each] for each in (1, 4, 6, 7)]


@pytest.mark.parametrize("notation", ["one by one", "matrix"])
@pytest.mark.parametrize(("method", "step", "slip"), IN_A_NETWORK, ids=[slip for _, _, slip in IN_A_NETWORK])
def test_a_mistake_is_named_where_a_network_trains(method: str, step: Step, slip: str, notation: str) -> None:
    w, states = np.array([0.4, 0.7]), (dict[str, float](), dict[str, float]())
    for t in (1, 2):
        g = (2 * w[0] - w[1] - 1.2) * np.array([2, -1])
        w = np.array([step(state, *pair, t) for state, pair in zip(states, zip(w, g, strict=True), strict=True)])
    rule = method.replace("\n", ", ")
    training = f"loss: half_sum\noptimizer: {{method: {rule}, learning_rate: 0.1, steps: 2}}"
    if notation == "matrix":
        layers = "notation: matrix\nX: [[2, -1]]\nY: [[1.2]]\nweights: {W: [[0.4], [0.7]]}\nlayers: [identity]"
        name, answer = "W@2", f"[[{w[0]:.6f}], [{w[1]:.6f}]]"
    else:
        units = "layers: [{net: [z], weights: {x1: [w1], x2: [w2]}}]\nvalues: {w1: 0.4, w2: 0.7}"
        layers, name, answer = f"inputs: {{x1: 2, x2: -1}}\n{units}\ntargets: {{z: 1.2}}", "w1@2", f"{w[0]:.6f}"
    marker = written(f"kind: network\n{layers}\n{training}")
    assert slip in said(marker.mark({name: answer}), name)

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
    ("adagrad", lambda s, w, g, t: w - 0.1 * g / sqrt(kept(s, "G", 0.9 * s.get("G", 0) + 0.1 * g * g)),
     "an average with 0.9 and 0.1, as RMSProp keeps it"),
    ("adagrad", lambda s, w, g, t: w - 0.1 * g / sqrt(kept(s, "G", s.get("G", 0) + g * g) / t),
     "the mean of the squares so far in place of their sum"),
    ("adagrad", lambda s, w, g, t: w - 0.1 * g, "plain gradient descent, not divided by the root"),
    ("rmsprop", lambda s, w, g, t: w - 0.1 * g * sqrt(averaged(s, "v", 0.9, g * g)),
     "multiplied by the root in place of divided by it"),
    ("rmsprop", lambda s, w, g, t: w - 0.1 * g / abs(g), "the gradient divided by its own size"),
    ("rmsprop", lambda s, w, g, t: w - sqrt(0.1 / averaged(s, "v", 0.9, g * g)) * g,
     "the learning rate under the root as well"),
    ("adam", lambda s, w, g, t: w - 0.1 * g, "plain gradient descent"),
    ("adam", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / (1 - 0.9**t),
     "not divided by the root of the second moment"),
    ("adam", lambda s, w, g, t: w - 0.1 * g / abs(g), "each step as the first one"),
    ("adam", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / (1 - 0.9) / sqrt(
        averaged(s, "v", 0.999, g * g) / (1 - 0.999)), "the exponent t left out in the bias correction"),
    ("adamax\nbeta2: 0.6", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / (1 - 0.9**t) / kept(
        s, "u", 0.6 * s.get("u", 0) + abs(g)), "the sum in place of the maximum"),
    ("adamax\nbeta2: 0.6", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / (1 - 0.9**t) / averaged(
        s, "u", 0.6, g * g), "an average of the squares, as Adam keeps it, in place of the maximum"),
    ("SGD\nmomentum: 0.6", lambda s, w, g, t: w - 0.6 * kept(s, "v", 0.6 * s.get("v", 0) + g),
     "γ in place of the learning rate"),
    ("sgd", lambda s, w, g, t: w - g / 0.1, "the gradient divided by the learning rate"),
    ("adamw\nweight_decay: 0.5", lambda s, w, g, t: (w - 0.1 * adam(s, g, t)) * (1 - 0.1 * 0.5),
     "the decay taken of the new value, not of the old one"),
    ("amsgrad", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / sqrt(
        kept(s, "x", s.get("x", 0) + averaged(s, "v", 0.999, g * g))), "the sum in place of the maximum"),
    ("amsgrad", lambda s, w, g, t: w - 0.1 * averaged(s, "m", 0.9, g) / (1 - 0.9**t) / sqrt(
        kept(s, "x", max(s.get("x", 0), averaged(s, "v", 0.999, g * g)))), "of the first moment alone"),
    ("momentum\nvelocity_is_average: true", lambda s, w, g, t: w - 0.1 * averaged(s, "v", 0.9, g) / (1 - 0.9**t),
     "a bias correction, as Adam has it"),
    ("momentum\nmomentum: 0.6\nvelocity_is_average: true",
     lambda s, w, g, t: w - 0.1 * kept(s, "v", 0.6 * s.get("v", 0) + 0.1 * g), "the learning rate in place of 1 − γ"),
    ("sgd\nweight_decay: 0.3", lambda s, w, g, t: w - 0.1 * 0.3 * w, "the weight decay alone, the gradient left out"),
    ("rmsprop\nclip: {value: 0.5}", lambda s, w, g, t: w - 0.1 * 0.5 * (-1) ** (t + 1) / sqrt(
        averaged(s, "v", 0.9, 0.25)), "each gradient set to the bound, the small ones as well"),
    ("sign_sgd", lambda s, w, g, t: w - 0.1 * g, "the value itself in place of its sign"),
    ("sgd\nmaximize: true", lambda s, w, g, t: w - 0.1 * g, "the step added instead of subtracted"),
]  # fmt: skip


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


W1, U1 = 4 - 0.1 * 20.025, 1.5 - 0.1 * 2.6 * 1.5 * 4
"""The parameters below after the first step."""


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("g.w@2", 20.025, "the gradient at the initial parameters in every step"),
        ("g.w@1", 20 + 1.3 * 2.25 - 2.9 * 4, "the parameter kept in the derivative of a term that is linear in it"),
        ("eta@3", 0.1 * 0.2**2, "1 minus the factor in place of the factor by which the rate falls"),
        ("eta@3", 0.1 * 0.8, "the schedule one step behind"),
        ("u@1", 1.5 - 0.1 * 2.6 * 1.5 * (4 - 0.1 * 20.025), "the new value of a parameter taken in the gradient by"),
        ("g.u@1", 2.6 * 1.5 * (4 - 0.1 * 20.025), "the new value of a parameter taken in the gradient by"),
        ("g.u@1", 2.6 * 1.5 * 1.5, "the variable itself in place of the other one"),
        ("g.u@1", 1.3 * 1.5 * 4, "the 2 of the square left out"),
        ("g.u@1", 25 + 2.6 * 1.5 * 4, "a term kept that does not depend on the variable"),
        ("eta@3", 0.1 * 0.8 * 0.8**2, "the schedule applied to the rate of the step before"),
        ("w@2", W1 - 0.1 * (4 * (2 * W1 - 3) + 1.3 * U1**2 - 2.9), "the learning rate at the beginning taken in every"),
        ("w@2", W1 - 0.08 * (20.025 + 4 * (2 * W1 - 3) + 1.3 * U1**2 - 2.9), "as if they had not been reset"),
    ],
)
def test_gradients_and_rates_of_other_steps_are_named(name: str, value: float, message: str) -> None:
    marker = written("""
kind: optimizer
method: sgd
learning_rate: 0.1
schedule: {kind: exponential, factor: 0.8}
objective: (2*w - 3)^2 + 1.3*u^2*w - 2.9*w
parameters: {w: 4, u: 1.5}
steps: 3
""")
    assert message in said(marker.mark({name: f"{value:.6g}"}), name)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("clipped.u@1", -0.6 / sqrt(2.5**2 + 0.6**2), "clipped by the norm of all gradients, not one by one"),
        ("clipped.u@1", -0.6 / 2.5, "all scaled by the largest gradient, not clipped one by one"),
        ("v.w@1", 0.2 * 2.5, "the gradient as it was before clipping taken"),
    ],
)
def test_clipping_otherwise_than_by_the_value_is_named(name: str, value: float, message: str) -> None:
    marker = written("""
kind: optimizer
method: momentum
velocity_is_average: true
learning_rate: 0.4
momentum: 0.8
clip: {value: 1}
parameters: {w: 1.2, u: -0.5}
gradients: [{w: 2.5, u: -0.6}]
parts: [{find: [clipped.w@1, clipped.u@1, v.w@1]}]
""")
    answers = {"clipped.w@1": "1", name: f"{value:.6g}"}
    assert message in said(marker.mark(answers), name)


def test_a_mistake_may_be_made_in_one_step_alone() -> None:
    marker = written("""
kind: optimizer
method: rmsprop
learning_rate: 0.05
decay: 0.8
parameters: {a: 0.7}
gradients: [{a: 1.4}, {a: 0.5}]
parts: [{find: [v.a@1, v.a@2]}]
""")
    answers = {"v.a@1": "0.392", "v.a@2": f"{0.392 + 0.25:.4f}"}  # right, and then summed up
    assert "summed up, not averaged, in v" in said(marker.mark(answers), "v.a@2")


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

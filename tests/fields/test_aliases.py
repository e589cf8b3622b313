"""Names in use elsewhere, for losses and activations, and fields that may be given as their main one alone."""

from __future__ import annotations

import math

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.solver import solve

UNIT = "kind: network\ninputs: [1]\nlayers: [{units: 1, activation: %s, weights: {rows: senders, matrix: [[-2]]}}]\n"


def values(text: str) -> dict[str, float]:
    solution = solve(load_text(text.encode(), "aliases.yaml", find_kinds()))
    return {step.name: float(step.value) for part in solution.parts for step in part.steps}


@pytest.mark.parametrize(
    ("name", "value"),
    [  # of the targets 1, 3 and the predictions 2, 1: squares 1 and 4
        ("mse", 2.5), ("MSELoss", 2.5), ("mean_squared_error", 2.5), ("MeanSquaredError", 2.5),
        ("sse", 5), ("SSE", 5), ("half_sse", 2.5),
    ],
)  # fmt: skip
def test_a_squared_error_by_any_name(name: str, value: float) -> None:
    text = f"kind: loss\nfunction: {name}\ntargets: [[1, 3]]\npredictions: [[2, 1]]"
    assert values(text)["L"] == value


@pytest.mark.parametrize("name", ["bce", "BCELoss", "BinaryCrossentropy", "binary_crossentropy", "log_loss", "ce"])
def test_a_binary_cross_entropy_by_any_name(name: str) -> None:
    text = UNIT % "logistic" + f"targets: [1]\nloss: {name}"
    assert values(text)["L"] == pytest.approx(math.log(1 + math.exp(2)))  # -log σ(-2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ReLU", 0), ("LeakyReLU", -0.02), ("leaky-relu", -0.02), ("Tanh", math.tanh(-2)), ("linear", -2),
        ("Sigmoid", 1 / (1 + math.exp(2))), ("logistic", 1 / (1 + math.exp(2))),
    ],
)  # fmt: skip
def test_an_activation_by_any_name(name: str, value: float) -> None:
    (a,) = values(f"kind: activation\nfunction: {name}\nat: -2\nparts: [{{find: a}}]").values()
    assert a == pytest.approx(value)
    assert list(values(UNIT % name).values())[-1] == pytest.approx(value)


def test_a_field_may_be_its_main_one_alone() -> None:
    short = values(UNIT % "relu" + "targets: [1]\nloss: mse")
    assert short == values(UNIT % "relu" + "targets: [1]\nloss: {function: mse}")
    assert short["L"] == 1


def test_what_is_missing_beside_the_main_field_is_named() -> None:
    with pytest.raises(InvalidProblem, match="missing `learning_rate`"):
        values(UNIT % "relu" + "targets: [1]\nloss: mse\noptimizer: sgd")

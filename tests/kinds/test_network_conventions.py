"""Conventions of error terms: differences as quantities, hidden errors by weights that are updated already."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.notation.nodes import names_in
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.library import problem

NETWORK = """
kind: network
inputs: {{x1: {x[0]}, x2: {x[1]}}}
layers:
  - {{net: [z1, z2], out: [h1, h2], activation: sigmoid, weights: {{x1: [a, b], x2: [c, d]}}}}
  - {{net: [z3, z4], out: [o1, o2], activation: {activation}, weights: {{h1: [p, q], h2: [r, s]}}}}
values: {{a: {w[0]}, b: {w[1]}, c: {w[2]}, d: {w[3]}, p: {w[4]}, q: {w[5]}, r: {w[6]}, s: {w[7]}}}
targets: {{o1: {t[0]}, o2: {t[1]}}}
loss: {loss}
optimizer: {{learning_rate: 0.5{steps}}}
error_terms: {{convention: {convention}, difference: e, weights: {weights}}}
"""
DEFAULTS = {
    "x": (1, 0.5), "t": (1, 0), "w": (0.4, -0.7, 0.9, 0.2, 0.6, -1.1, 0.3, 0.8), "activation": "sigmoid",
    "loss": "half_sum", "convention": "target - output", "weights": "updated", "steps": "",
}  # fmt: skip


def load(**changed: Any) -> Problem:
    return load_text(NETWORK.format(**DEFAULTS | changed).encode(), "network.yaml", find_kinds())


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("convention", ["target - output", "output - target"])
@pytest.mark.parametrize(("loss", "factor"), [("half_sum", 1), ("mse", 1), ("sum", 2)])
@pytest.mark.parametrize("weights", ["old", "updated"])
def test_a_step_is_the_one_of_the_course(convention: str, loss: str, factor: float, weights: str) -> None:
    draw = random.Random(5)
    for _ in range(10):
        x, t = ([draw.randint(-20, 20) / 10 for _ in range(2)] for _ in range(2))
        w = [draw.randint(1, 15) / 10 for _ in range(8)]
        graph = load(x=x, t=t, w=w, loss=loss, convention=convention, weights=weights).plan.graph
        first, second = np.reshape(w[:4], (2, 2)), np.reshape(w[4:], (2, 2))
        h = sigmoid(np.array(x) @ first)
        o = sigmoid(h @ second)
        e = np.array(t) - o
        delta = factor * e * o * (1 - o)
        updated = second + 0.5 * np.outer(h, delta)
        hidden = h * (1 - h) * ((updated if weights == "updated" else second) @ delta)
        moved = first + 0.5 * np.outer(x, hidden)
        sign = 1 if convention == "target - output" else -1
        expected = dict(zip(("e1", "e2"), e, strict=True))
        expected |= dict(zip(("delta3", "delta4"), sign * delta, strict=True))
        expected |= dict(zip(("delta1", "delta2"), sign * hidden, strict=True))
        expected |= dict(zip(("a@1", "b@1", "c@1", "d@1"), moved.flat, strict=True))
        expected |= dict(zip(("p@1", "q@1", "r@1", "s@1"), updated.flat, strict=True))
        values = evaluate(graph, list(expected)).values
        for name, value in expected.items():
            assert float(values[name]) == pytest.approx(value, rel=1e-12, abs=1e-15), name


def test_loss_and_errors_are_written_in_the_differences() -> None:
    graph = load().plan.graph
    assert set(names_in(graph["L"].definition)) == {"e1", "e2"}
    assert {"e1", "o1"} == set(names_in(graph["delta3"].definition))
    assert graph.names.index("p@1") < graph.names.index("delta1"), "a hidden error comes after the weights it takes"


def test_the_old_weights_are_the_typical_mistake_where_the_updated_are_meant() -> None:
    solved = problem("errors-by-updated-weights")
    graph = solved.plan.graph
    assert solved.kind.slips is not None
    (slip,) = [slip for slip in solved.kind.slips(solved.model, solved.plan) if slip.key == "old-weights"]
    wrong = {key: replace(graph[key], formula=formula) for key, formula in slip.formulas.items()}
    found = evaluate(graph.with_formulas(wrong), ["delta1"]).values["delta1"]
    h = sigmoid(np.array([0.4 + 0.45, -0.7 + 0.1]))
    y = sigmoid(h @ np.array([0.6, -1.1]))
    assert float(found) == pytest.approx(h[0] * (1 - h[0]) * (1 - y) ** 2 * y * 0.6, rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"steps": ", steps: 2"}, "updated weights are those of one update"),
        ({"weights": "updated}\nchain: paths\n# "}, "errors by updated weights are no derivatives"),
        ({"loss": "binary_cross_entropy"}, "differences are those of squared errors"),
        ({"weights": "new"}, "expected old or updated"),
    ],
)
def test_a_convention_that_does_not_fit_is_told(changed: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        load(**changed)
    assert any(message in fault.message for fault in caught.value.faults), caught.value

"""A network that begins in the middle: every gradient from those by its outputs, against NumPy."""

from __future__ import annotations

from math import isclose
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve

KINDS = find_kinds()
LAYERS = "layers:\n  - {units: 2, activation: tanh, weights: {rows: senders, matrix: %s}}\n" + (
    "  - {units: 2, activation: sigmoid, weights: {rows: senders, matrix: %s}, biases: [0.1, -0.2]}\n"
)


def load(text: str) -> Problem:
    return load_text(f"kind: network\n{text}".encode(), "n.yaml", KINDS)


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-200, 200), min_size=16, max_size=16), st.booleans(), st.booleans())
def test_gradients_agree_with_numpy(numbers: list[int], several: bool, as_textbook: bool) -> None:
    n = np.array(numbers) / 100
    w1, w2, xs, gs = n[:4].reshape(2, 2), n[4:8].reshape(2, 2), n[8:12].reshape(2, 2), n[12:].reshape(2, 2)
    count = 2 if several else 1
    rows = [f"{{inputs: {x.tolist()}, upstream: {g.tolist()}}}" for x, g in zip(xs, gs, strict=True)]
    text = LAYERS % (w1.tolist(), w2.tolist())
    text += f"samples: [{', '.join(rows)}]\n" if several else rows[0][1:-1].replace(", upstream", "\nupstream") + "\n"
    text += "error_terms: {convention: target - output}\n" if as_textbook else ""
    solved = load(text + "optimizer: {learning_rate: 0.5}")
    d1, d2 = np.zeros((2, 2)), np.zeros((2, 2))
    for x, g in list(zip(xs, gs, strict=True))[:count]:
        h = np.tanh(x @ w1)
        o = 1 / (1 + np.exp(-(h @ w2 + np.array([0.1, -0.2]))))
        dz2 = g * o * (1 - o)
        dz1 = (w2 @ dz2) * (1 - h**2)
        d1, d2 = d1 + np.outer(x, dz1) / count, d2 + np.outer(h, dz2) / count
    for layer, (matrix, slopes) in enumerate(((w1, d1), (w2, d2)), start=1):
        for i in range(2):
            for j in range(2):
                name = f"W{layer}_{i + 1}_{j + 1}"
                assert isclose(value(solved, f"dL/d{name}"), slopes[i][j], rel_tol=1e-9, abs_tol=1e-12)
                assert isclose(
                    value(solved, f"{name}+"), matrix[i][j] - 0.5 * slopes[i][j], rel_tol=1e-9, abs_tol=1e-12
                )
    if not several:
        assert isclose(value(solved, "dL/dx1"), float((w1 @ dz1)[0]), rel_tol=1e-9, abs_tol=1e-12)


ONE = "inputs: {x: 2}\nlayers: [{net: [z], out: [h], activation: relu, weights: {x: [w]}}]\nvalues: {w: 3}\n"


def test_the_parts_ask_for_gradients_and_not_for_the_loss() -> None:
    solution = solve(load(f"{ONE}upstream: {{h: 0.5}}"))
    assert [[answer.name for answer in part.answers] for part in solution.parts] == [["h"], ["dL/dw"]]


def test_a_letter_may_stand_for_it() -> None:
    assert solve(load(f"{ONE}upstream: {{h: }}")).parts


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("upstream: {o: 1}", "expected a derivative by each of the outputs h"),
        ("upstream: {o: [1]}", "expected a derivative by each of the outputs h"),
        ("upstream: {h: [1], o: [1]}", "expected at most 1 entry"),
        ("upstream: [1, 2]", "expected a derivative by each of the outputs h"),
        ("upstream: [1]\nloss: mse\ntargets: [1]", "give either a loss with its targets, or `upstream`"),
        ("upstream: [1]\noptimizer: {learning_rate: 1, steps: 2}", "so there is one update"),
    ],
)
def test_faults_are_told(rest: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        load(ONE + rest)
    assert message in str(caught.value)


NUMBERED = "inputs: [0.5, -1]\nlayers:\n"


@pytest.mark.parametrize(("names", "array"), [("units: 2", "a"), ("net: [z1, z2], out: [h1, h2]", "h")])
def test_the_derivatives_by_all_outputs_stand_beside_one_name(names: str, array: str) -> None:
    layer = f"  - {{{names}, activation: sigmoid, weights: {{rows: senders, matrix: [[0.1, 0.2], [0.4, -0.5]]}}}}"
    layers = NUMBERED + layer + "\n"
    whole, listed = load(f"{layers}upstream: {{{array}: [0.1, -0.3]}}"), load(f"{layers}upstream: [0.1, -0.3]")
    assert whole.plan.graph.names == listed.plan.graph.names
    every = listed.plan.graph.names
    assert evaluate(whole.plan.graph, every).values == evaluate(listed.plan.graph, every).values


def test_in_matrix_notation_they_stand_beside_the_name_of_the_outputs() -> None:
    start = "notation: matrix\nX: [[0.5, -1]]\nlayers: [sigmoid]\nweights: {W: [[1, 2], [3, -4]]}\n"
    (output,) = {name for name in load(f"{start}upstream: [[0.1, -0.3]]").plan.graph.names if name in {"A", "A1"}}
    found: Any = evaluate(load(f"{start}upstream: {{{output}: [[0.1, -0.3]]}}").plan.graph, ["dL/dW"]).values["dL/dW"]
    a = 1 / (1 + np.exp(-np.array([0.5 - 3, 1 + 4])))
    slopes = np.outer([0.5, -1], a * (1 - a) * [0.1, -0.3])
    assert np.array([[float(found[i, j]) for j in range(2)] for i in range(2)]) == pytest.approx(slopes)
    with pytest.raises(InvalidProblem, match="expected the derivative by the outputs"):
        load(f"{start}upstream: {{B: [[0.1, -0.3]]}}")

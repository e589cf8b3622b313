"""Optimizers whose parameters are vectors and matrices, against NumPy and autograd."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import autograd
import autograd.numpy
import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.solution.drawings import Plane, Plot
from deepcalc.solution.solver import solve
from tests.array_problems import assert_same, drawn, exact, loaded
from tests.kinds.test_update_rules import CASES, RULES, STEPS, Rule, State, header, sgd_clipped_one_by_one

OF_NUMBERS = {sgd_clipped_one_by_one}
"""Rules that are written out for parameters that are numbers."""


def gradients(draw: Random) -> dict[str, Any]:
    """A vector and a matrix in which no entry is 0."""
    return {"w": (np.array(drawn(draw, 3)) + 0.005).tolist(), "W": (np.array(drawn(draw, 2, 2)) - 0.005).tolist()}


def entries(point: dict[str, Any]) -> Any:
    """The entries of a vector and a matrix one below the other, a column for each case."""
    return np.concatenate([each.reshape(len(each), -1) for each in point.values()], axis=1).T


@pytest.mark.parametrize(
    ("method", "conventions", "rule"),
    [row for row in RULES if row[2] not in OF_NUMBERS],
    ids=[rule.__name__ for _, _, rule in RULES if rule not in OF_NUMBERS],
)
def test_steps_of_vectors_and_matrices_agree_with_numpy(method: str, conventions: str, rule: Rule) -> None:
    draw = Random(rule.__name__)
    cases = [[gradients(draw) for _ in range(STEPS + 1)] for _ in range(CASES)]
    start, *steps = cases[0]
    text = f"{header(method, conventions)}\nparameters: {start}\ngradients: {steps}"
    found = loaded("optimizer", text.replace("'", ""))
    points = [{name: np.array([case[t][name] for case in cases]) for name in start} for t in range(STEPS + 1)]
    given = points[0] | {f"g.{name}@{t}": points[t][name] for t in range(1, STEPS + 1) for name in start}
    asked = [f"{name}@{t}" for t in range(1, STEPS + 1) for name in start]
    floats = Program(found.plan.graph, asked).run(given)
    state: State = {}
    flat = entries(points[0])
    for t, step in enumerate(points[1:], start=1):
        flat = rule(state, flat, entries(step), t)
        for name, figures in ((f"w@{t}", flat[:3].T), (f"W@{t}", flat[3:].T.reshape(-1, 2, 2))):
            np.testing.assert_allclose(floats[name], figures, rtol=1e-9, atol=1e-12)
            assert exact(found, name) == pytest.approx(figures[0], rel=1e-9, abs=1e-12)


def logistic(w: Any, c: Any, a: Any, b: Any) -> Any:
    return autograd.numpy.sum(autograd.numpy.log(1 + autograd.numpy.exp(-b * (a @ w)))) + 0 * c


def test_the_gradient_by_each_parameter_may_be_clipped_on_its_own() -> None:
    draw = Random(5)
    for case in range(CASES):
        step = gradients(draw)
        start = "parameters: {w: [0, 0, 0], W: [[0, 0], [0, 0]]}"
        text = f"method: sgd\nlearning_rate: 1\nclip: {{norm_of_each: 1.5}}\n{start}\ngradients: {step}"
        found = loaded("optimizer", text.replace("'", ""))
        norms = {name: float(np.linalg.norm(g)) for name, g in step.items()}
        figures = {f"{name}@1": -np.array(g) * min(1, 1.5 / norms[name]) for name, g in step.items()}
        assert_same(found, figures | {f"size.{name}@1": norm for name, norm in norms.items()}, case)


OBJECTIVES: list[tuple[str, Callable[..., Any]]] = [
    ("0.5*w.T @ A @ w - b.T @ w + c^2", lambda w, c, a, b: 0.5 * w @ a @ w - b @ w + c**2),
    ("mean((A @ w + c - b)^2)", lambda w, c, a, b: autograd.numpy.mean((a @ w + c - b) ** 2)),
    ("sum(log(1 + exp(-b * (A @ w))))", logistic),
    ("w[1]^2 + 3*w[2]^2 + c*w[1]", lambda w, c, a, b: w[0] ** 2 + 3 * w[1] ** 2 + c * w[0]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "function"), OBJECTIVES, ids=[text for text, _ in OBJECTIVES])
def test_gradients_of_an_objective_of_arrays_agree_with_autograd(text: str, function: Callable[..., Any]) -> None:
    draw = Random(text)
    for _ in range(25):
        constants = {"A": drawn(draw, 2, 2), "b": drawn(draw, 2)}
        w, c = drawn(draw, 2), drawn(draw)
        found = loaded(
            "optimizer",
            {
                "method": "sgd",
                "learning_rate": 0.05,
                "parameters": {"w": w, "c": c},
                "constants": constants,
                "objective": text,
                "steps": 2,
            },
        )
        a, b = np.array(constants["A"]), np.array(constants["b"])
        point = (np.array(w), c)
        for t in (1, 2):
            by_w, by_c = (autograd.grad(function, index)(*point, a, b) for index in (0, 1))
            point = (point[0] - 0.05 * by_w, point[1] - 0.05 * by_c)
            value = function(*point, a, b)
            assert_same(found, {f"g.w@{t}": by_w, f"g.c@{t}": by_c, f"w@{t}": point[0], f"J@{t}": value}, text)


def test_gradients_of_a_step_may_be_those_of_the_step_before() -> None:
    given = "method: adam\nlearning_rate: 0.1\nparameters: {w: [1, 2]}\ngradients: "
    short, long = (
        loaded("optimizer", given + steps) for steps in ("[{w: [3, 4]}, same]", "[{w: [3, 4]}, {w: [3, 4]}]")
    )
    values = [evaluate(each.plan.graph, ["w@2"]).values for each in (short, long)]
    assert values[0] == values[1]


def test_the_path_of_a_vector_is_drawn_entry_by_entry_and_the_objective_from_its_start() -> None:
    text = "method: sgd\nlearning_rate: 0.1\nparameters: {w: [1, 2]}\nobjective: sum(w^2)\nsteps: 2"
    path, objective, way = (each.drawing for each in solve(loaded("optimizer", text)).figures)
    assert isinstance(path, Plot)
    assert isinstance(objective, Plot)
    assert isinstance(way, Plane)
    figures = [[float(value.value) for _, value in series.points] for series in path.series]
    assert figures == [[1, 0.8, 0.64], [2, 1.6, 1.28]]
    assert [float(value.value) for _, value in objective.series[0].points] == [5, 3.2, 2.048]


GIVEN = "gradients: {w: [1, 2]}"
BASE = "method: adam\nlearning_rate: 0.1\nparameters: {w: [1, 2]}\n"
BROKEN = [
    (f"{BASE}gradients: {{w: 3}}", "5:16: expected the shape of w, a vector of 2, not a number"),
    (f"{BASE}gradients: [{{w: [1, 2]}}, {{w: [1, 2, 3]}}]", "a vector of 2, not a vector of 3"),
    (f"{BASE}{GIVEN}\ninitial: {{m: {{w: [[1, 2]]}}}}", "6:18: expected the shape of w, a vector of 2, not 1 × 2"),
    (f"{BASE}{GIVEN}\ninitial: {{v: {{w: [1, -2]}}}}", "expected a number at least 0, found -2"),
    (f"{BASE}gradients: {{w: [1, x]}}", "expected a number (place 2), found 'x'"),
    (f"{BASE}gradients: [same]", "expected a mapping, found 'same'"),
    (f"{BASE}objective: (w - 1)^2", "5:12: J is a vector of 2; sum its entries up"),
    (f"{BASE}objective: w.T @ A @ w\nconstants: {{A: [[1, 2, 3]]}}", "5:12: J: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("optimizer", text)
    assert message in str(caught.value)

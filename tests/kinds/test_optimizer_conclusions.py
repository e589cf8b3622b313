"""The minimum of a quadratic, rates that converge, the distance and the end of a descent, against NumPy."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from tests.array_problems import Data, assert_same, drawn, loaded


def quadratic(draw: Random) -> tuple[np.ndarray, np.ndarray]:
    """A positive definite matrix of two rows, and a vector."""
    root = np.array(drawn(draw, 2, 2))
    return np.round(root @ root.T + 0.5 * np.eye(2), 2), np.array(drawn(draw, 2))


def as_vector(a: np.ndarray, b: np.ndarray) -> Data:
    constants = {"A": a.tolist(), "b": b.tolist()}
    return {"constants": constants, "objective": "0.5*w.T @ A @ w - b.T @ w"}


def as_numbers(a: np.ndarray, b: np.ndarray) -> Data:
    text = f"{a[0, 0] / 2}*u^2 + {a[0, 1]}*u*v + {a[1, 1] / 2}*v^2 - ({b[0]})*u - ({b[1]})*v"
    return {"objective": text}


@pytest.mark.parametrize("is_vector", [True, False], ids=["a vector", "two numbers"])
def test_descents_on_quadratics_agree_with_numpy(is_vector: bool) -> None:
    draw = Random(7)
    for case in range(100):
        a, b = quadratic(draw)
        start, eta, count = drawn(draw, 2), draw.choice([0.05, 0.3, 0.9]), draw.randint(1, 4)
        parameters = {"w": start} if is_vector else dict(zip("uv", start, strict=True))
        objective = as_vector(a, b) if is_vector else as_numbers(a, b)
        fields = {"method": "sgd", "learning_rate": eta, "parameters": parameters, "steps": count}
        found = loaded("optimizer", {**fields, **objective})
        smallest, largest = np.linalg.eigvalsh(a)
        contraction = max(abs(1 - eta * smallest), abs(1 - eta * largest))
        least, w = np.linalg.solve(a, b), np.array(start)
        figures = {
            "H": a,
            "lambda_max": largest,
            "lambda_min": smallest,
            "kappa": largest / smallest,
            "eta_max": 2 / largest,
            "eta_best": 2 / (smallest + largest),
            "contraction": contraction,
            "converges": float(eta < 2 / largest),
        }
        figures |= {"min.w": least} if is_vector else {"min.u": least[0], "min.v": least[1]}
        for t in range(1, count + 1):
            w = w - eta * (a @ w - b)
            figures[f"distance@{t}"] = np.linalg.norm(w - least)
        assert_same(found, figures, case)


@pytest.mark.parametrize("size", [3, 4])
def test_the_rates_of_larger_quadratics_agree_with_numpy(size: int) -> None:
    draw = Random(size)
    for case in range(25):
        root = np.array(drawn(draw, size, size))
        a, b = np.round(root @ root.T + 0.5 * np.eye(size), 2), np.array(drawn(draw, size))
        fields = {"method": "sgd", "learning_rate": 0.1, "parameters": {"w": drawn(draw, size)}, "steps": 1}
        found = loaded("optimizer", {**fields, **as_vector(a, b)})
        values = np.linalg.eigvalsh(a)
        kappa = values[-1] / values[0]
        figures = {"eta_max": 2 / values[-1], "kappa": kappa, "rho_best": (kappa - 1) / (kappa + 1)}
        assert_same(found, {**figures, "lambda_min": values[0], "min.w": np.linalg.solve(a, b)}, case)


def test_the_descent_of_one_number_shrinks_its_error_by_the_same_factor() -> None:
    text = "method: sgd\nlearning_rate: 0.3\nparameters: {w: 5}\nobjective: (w - 2)^2 + 1\nsteps: 4\n"
    found = loaded("optimizer", f"{text}until: distance < 0.5")
    figures = {"lambda_max": 2, "eta_max": 1, "eta_best": 0.5, "contraction": 0.4, "converges": 1, "min.w": 2}
    assert_same(found, {**figures, "distance": 3, "distance@4": 3 * 0.4**4, "stop_step": 2}, text)
    too_fast = loaded("optimizer", text.replace("0.3", "1.1"))
    assert_same(too_fast, {"contraction": 1.2, "converges": 0, "distance@2": 3 * 1.2**2}, text)


def test_an_end_that_is_not_reached_is_the_last_step() -> None:
    text = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 5}\nobjective: w^2\nsteps: 3\nuntil: J < 1"
    found = loaded("optimizer", text)
    assert_same(found, {"stop_step": 3}, text)
    assert found.plan.graph["stop_step"].note == ("the last step; it holds after none",)


def test_the_distance_to_a_minimum_that_is_given() -> None:
    text = "method: sgd\nlearning_rate: 0.1\nparameters: {w: [1, 1]}\nobjective: sum(w^4)\nminimum: {w: [0, 0]}"
    assert_same(loaded("optimizer", text), {"distance": 2**0.5, "distance@1": 0.6 * 2**0.5}, text)


@pytest.mark.parametrize("objective", ["w^3", "exp(w)", "w^2*c"])
def test_only_a_quadratic_has_a_curvature_of_its_own(objective: str) -> None:
    text = f"method: sgd\nlearning_rate: 0.1\nparameters: {{w: 5}}\nconstants: {{c: 2}}\nobjective: {objective}"
    assert ("lambda_max" in loaded("optimizer", text).plan.graph) == (objective == "w^2*c")


BASE = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 5}\nobjective: w^2\n"
BROKEN = [
    (f"{BASE}minimum: {{v: 0}}", "the minimum has a value for each parameter, w"),
    (f"{BASE}minimum: {{w: [0]}}", "expected the shape of w, a number, not a vector of 1"),
    (f"{BASE}until: K < 1", "`K` is neither a parameter nor the objective nor the `distance` to a known minimum"),
    ("method: sgd\nlearning_rate: 0.1\nparameters: {w: 5}\ngradients: {w: 1}\nuntil: w < 1",
     "`until` goes with `objective`, which is not given"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("optimizer", text)
    assert message in str(caught.value)


@pytest.mark.parametrize("convention", ["decoupled: true", "decoupled: true\ndecay_times_rate: false"])
def test_a_decay_beside_the_gradient_has_no_contraction_of_the_objective(convention: str) -> None:
    descent = "method: sgd\nlearning_rate: 0.5\nparameters: {w: 2}\nobjective: 0.5*w^2\nsteps: 2"
    assert "contraction" in loaded("optimizer", descent).plan.graph
    decayed = loaded("optimizer", f"{descent}\nweight_decay: 1\n{convention}").plan.graph
    assert "eta_max" in decayed
    assert "contraction" not in decayed

"""Newton's method and line searches against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from tests.array_problems import assert_same, drawn, loaded
from tests.kinds.test_optimizer_conclusions import as_numbers, as_vector, quadratic


@pytest.mark.parametrize("eta", [1, 0.5])
def test_newton_on_a_quadratic_of_a_vector(eta: float) -> None:
    draw = Random(3)
    for case in range(50):
        a, b = quadratic(draw)
        w = np.array(drawn(draw, 2))
        fields = {"method": "newton", "learning_rate": eta, "parameters": {"w": w.tolist()}, "steps": 2}
        found = loaded("optimizer", {**fields, **as_vector(a, b)})
        for t in (1, 2):
            step = np.linalg.solve(a, a @ w - b)
            w = w - eta * step
            assert_same(found, {f"step.w@{t}": step, f"w@{t}": w, f"H.w@{t}": a}, case)


def test_newton_on_two_numbers() -> None:
    draw = Random(9)
    for case in range(50):
        u, v = (each + 3.003 for each in drawn(draw, 2))
        text = f"method: newton\nparameters: {{u: {u}, v: {v}}}\nobjective: u^4 + u*v + v^4\nsteps: 2"
        found = loaded("optimizer", text)
        point = np.array([u, v])
        for t in (1, 2):
            a, b = point
            hessian = np.array([[12 * a**2, 1], [1, 12 * b**2]])
            step = np.linalg.solve(hessian, np.array([4 * a**3 + b, a + 4 * b**3]))
            point = point - step
            assert_same(found, {f"H@{t}": hessian, f"newton@{t}": step, f"u@{t}": point[0], f"v@{t}": point[1]}, case)


FUNCTIONS: list[tuple[str, Callable[[float], float], Callable[[float], float]]] = [
    ("w^4 - 3*w", lambda w: 4 * w**3 - 3, lambda w: 12 * w**2),
    ("exp(w) + w^2", lambda w: float(np.exp(w)) + 2 * w, lambda w: float(np.exp(w)) + 2),
    ("log(1 + w^2)", lambda w: 2 * w / (1 + w**2), lambda w: (2 - 2 * w**2) / (1 + w**2) ** 2),
]


@pytest.mark.parametrize(("text", "first", "second"), FUNCTIONS, ids=[text for text, _, _ in FUNCTIONS])
def test_newton_on_a_function_of_one_number(
    text: str, first: Callable[[float], float], second: Callable[[float], float]
) -> None:
    draw = Random(text)
    for _ in range(33):
        w = draw.randint(11, 90) / 50 + 0.003
        found = loaded("optimizer", f"method: newton\nparameters: {{w: {w}}}\nobjective: {text}\nsteps: 3")
        for t in (1, 2, 3):
            w -= first(w) / second(w)
            assert_same(found, {f"w@{t}": w}, text)


@pytest.mark.parametrize("is_vector", [True, False], ids=["a vector", "two numbers"])
def test_an_exact_search_goes_where_a_quadratic_is_least(is_vector: bool) -> None:
    draw = Random(4)
    for case in range(100):
        a, b = quadratic(draw)
        w = np.array(drawn(draw, 2)) + 3.003
        names = dict(zip("uv", w.tolist(), strict=True))
        parameters = {"w": w.tolist()} if is_vector else names
        fields = {"method": "sgd", "line_search": "exact", "parameters": parameters, "steps": 2}
        found = loaded("optimizer", {**fields, **(as_vector(a, b) if is_vector else as_numbers(a, b))})
        assert "eta" not in found.plan.graph
        for t in (1, 2):
            g = a @ w - b
            eta = (g @ g) / (g @ a @ g)
            w = w - eta * g
            ends = {f"w@{t}": w} if is_vector else {f"u@{t}": w[0], f"v@{t}": w[1]}
            assert_same(found, {f"eta@{t}": eta, **ends}, case)


@pytest.mark.parametrize("method", ["sgd", "newton"])
def test_backtracking_takes_the_first_rate_that_is_small_enough(method: str) -> None:
    draw = Random(5)
    for case in range(100):
        a, b = quadratic(draw)
        w = np.array(drawn(draw, 2)) + 3.003
        eta, factor, slope = draw.choice([0.5, 1, 4]), draw.choice([0.3, 0.5]), draw.choice([0.0001, 0.4])

        def value(at: np.ndarray, a: np.ndarray = a, b: np.ndarray = b) -> float:
            return float(0.5 * at @ a @ at - b @ at)

        fields = {"method": method, "learning_rate": eta, "line_search": {"factor": factor, "slope": slope}}
        found = loaded("optimizer", {**fields, "parameters": {"w": w.tolist()}, "steps": 2, **as_vector(a, b)})
        for t in (1, 2):
            g = a @ w - b
            p = g if method == "sgd" else np.linalg.solve(a, g)
            if np.linalg.norm(g) < 1e-6:
                break  # at the minimum rounding decides
            rate = float(eta)
            while value(w - rate * p) > value(w) - slope * rate * (g @ p) + 1e-12:
                rate *= factor
            w = w - rate * p
            assert_same(found, {f"eta@{t}": rate, f"w@{t}": w}, case)


BASE = "parameters: {w: 5}\nobjective: w^4\n"
BROKEN = [
    (f"method: newton\n{BASE.replace('w: 5', 'w: 5, v: [1, 2]')}", "newton takes numbers, or one vector, here"),
    ("method: newton\nparameters: {w: 5}\ngradients: {w: 1}", "newton goes down one `objective`"),
    (f"method: sgd\nline_search: exact\n{BASE}", "an exact search needs a quadratic"),
    (f"method: adam\nlearning_rate: 1\nline_search: exact\n{BASE}", "an exact search goes with sgd"),
    (f"method: sgd\nlearning_rate: 1\nline_search: {{factor: 1}}\n{BASE}", "at least 0 and below 1, found 1"),
    (f"method: sgd\nline_search: exact\nweight_decay: 1\n{BASE}", "`weight_decay` does not go with a line search"),
    (f"method: sgd\nlearning_rate: 1\nline_search: {{factor: 0.99}}\n{BASE}", "in step 1 no rate is small enough"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("optimizer", text)
    assert message in str(caught.value)


def test_a_training_has_no_second_derivatives() -> None:
    text = (
        "inputs: {x: 1}\nlayers: [{net: [z], weights: {x: [w]}}]\nvalues: {w: 2}\ntargets: {z: 1}\nloss: mse\n"
        "optimizer: {method: newton, learning_rate: 1}"
    )
    with pytest.raises(InvalidProblem, match="newton needs second derivatives; the kind `optimizer` takes its steps"):
        loaded("network", text)

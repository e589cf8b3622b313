"""How fast a regression may be learned: eigenvalues in numbers and in letters, and what is taken for them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy
import pytest

from deepcalc.problem.problem import Problem
from tests.array_problems import Data, assert_same, drawn, loaded
from tests.checking.marking import by_name, marker, written

LETTERS = """
kind: regression
X: R^(m x d)
y: R^m
theta: R^d
factor: 1/m
ridge: {strength: , bias: true, factor: 1}
optimizer: {learning_rate: , symbol: alpha}
parts:
  - {find: eta_max, in: [X, lambda, d, m]}
  - {find: [eta_best, contraction, kappa, rho_best], in: [lambda_min, lambda_max, alpha]}
  - {find: dJ/dtheta, in: [X, y, theta, lambda, m]}
"""


def problem(fields: str | Data) -> Problem:
    return loaded("regression", fields)


@pytest.mark.parametrize("features", [1, 2, 3])
def test_a_step_multiplies_the_distance_by_the_contraction_at_most(features: int) -> None:
    random = Random(features)
    for rate in (0.02, 0.15, 1.5):
        rows, y = numpy.array(drawn(random, 5, features)), numpy.array(drawn(random, 5))
        fields: Data = {
            "X": rows.tolist(), "y": y.tolist(), "theta": [0] * features,
            "optimizer": {"learning_rate": rate, "symbol": "alpha"},
        }  # fmt: skip
        values = numpy.linalg.eigvalsh(rows.T @ rows / 5)
        contraction = max(abs(1 - rate * values))
        figures = {"eta_max": 2 / values[-1], "contraction": contraction, "converges": float(contraction < 1)}
        assert_same(problem(fields), figures, fields)
        best = numpy.linalg.solve(rows.T @ rows, rows.T @ y)
        after = rate * rows.T @ y / 5
        assert numpy.linalg.norm(after - best) <= contraction * numpy.linalg.norm(best) * (1 + 1e-12)


@pytest.mark.parametrize(
    "optimizer",
    [{"batch_size": 1}, {"method": "momentum"}, {"clip": {"norm": 1}}, {"schedule": [0.1, 0.05]}],
)
def test_only_a_plain_descent_by_all_samples_has_a_contraction(optimizer: Data) -> None:
    fields: Data = {"x": [1, 2, 4], "y": [1, 2, 3], "optimizer": {"learning_rate": 0.1, **optimizer}}
    graph = problem(fields).plan.graph
    assert "eta_max" in graph
    assert "contraction" not in graph


@pytest.mark.parametrize(
    ("name", "answer", "slip"),
    [
        ("eta_max", "2/(2*max(eigvals(X.T @ X))/m + 2*lambda)", None),
        ("eta_max", "1/(max(eigvals(X.T @ X/m)) + lambda)", None),
        ("eta_max", "1/max(eigvals(2/m*X.T @ X + 2*lambda*identity(d)))", "rate-halved"),
        ("eta_max", "2/min(eigvals(2/m*X.T @ X + 2*lambda*identity(d)))", "smallest-eigenvalue"),
        ("eta_max", "2/max(eigvals(2*X.T @ X + 2*lambda*m*identity(d)))", "mean-not-taken"),
        ("eta_best", "1/lambda_max", "as-of-one"),
        ("eta_best", "2/lambda_max", "largest-for-best"),
        ("contraction", "max(abs(1 - alpha*lambda_min), abs(1 - alpha*lambda_max))", None),
        ("contraction", "abs(1 - alpha*lambda_max)", "one-eigenvalue"),
        ("contraction", "max(1 - alpha*lambda_max, 1 - alpha*lambda_min)", "size-forgotten"),
        ("kappa", "lambda_min/lambda_max", "upside-down"),
        ("rho_best", "(lambda_max - lambda_min)/(lambda_max + lambda_min)", None),
        ("rho_best", "(lambda_max + lambda_min)/(lambda_max - lambda_min)", "signs-exchanged"),
        ("dJ/dtheta", "2/m*X.T @ (X @ theta - y) + lambda*theta", "penalty-factor"),
        ("dJ/dtheta", "2/m*X.T @ (X @ theta - y) + 4*lambda*theta", "penalty-factor"),
    ],
)  # fmt: skip
def test_rates_in_letters_are_marked(name: str, answer: str, slip: str | None) -> None:
    verdict = by_name(written(LETTERS).mark({name: answer}))[name]
    assert verdict.verdict.is_right == (slip is None)
    assert verdict.slips == (() if slip is None else (slip,))


@pytest.mark.parametrize("kind", ["regression", "optimizer"])
def test_mistaken_eigenvalues_are_named_in_both_kinds(kind: str) -> None:
    """The roots of λ² - 7λ + 5 for both: [[2, 3], [3, 7]] is not it, [[1, 1], [1, 6]] is."""
    own = {
        "regression": "X: [[1, 1], [0, 2], [0, 1]]\ny: [1, 0, 2]\nfactor: 1/2\ntheta: [0, 0]",
        "optimizer": "method: sgd\nlearning_rate: 0.1\nparameters: {w1: 1, w2: 1}\n"
        "objective: 0.5*w1^2 + w1*w2 + 3*w2^2",
    }[kind]
    marker = written(f"kind: {kind}\n{own}\nparts: [{{find: [lambda_max, lambda_min, eta_best, kappa]}}]")
    largest, smallest = ((7 + sign * numpy.sqrt(29)) / 2 for sign in (1, -1))
    wrong: dict[str, Any] = {
        "lambda_max": ((7 + 29) / 2, "root-forgotten"),
        "eta_best": (1 / largest, "as-of-one"),
        "kappa": (smallest / largest, "upside-down"),
    }
    for name, (value, slip) in wrong.items():
        assert by_name(marker.mark({name: f"{value:.7f}"}))[name].slips == (slip,)
    right = by_name(marker.mark({"lambda_max": f"{largest:.5f}", "lambda_min": f"{smallest:.5f}"}))
    assert all(right[name].verdict.is_right for name in ("lambda_max", "lambda_min"))


def test_a_size_may_have_the_name_of_what_tells_which_parameters_are_penalized() -> None:
    answers = {"dJ/dtheta": "X.T @ (X @ theta - y) + 2*lambda*theta"}
    assert by_name(marker("letters-learning-rates").mark(answers))["dJ/dtheta"].slips == ("penalty-factor",)

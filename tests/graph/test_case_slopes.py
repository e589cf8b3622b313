"""Derivatives of arrays by cases: one array by cases each, with the values of autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy
import pytest
from autograd import grad, jacobian

from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.problem import Problem
from tests.array_problems import exact, loaded

X = numpy.array([[0.5, -1.25], [-0.25, 0.75], [2.0, -0.5]])
W = numpy.array([[1.0, 0.25], [0.5, -1.5]])
B = numpy.array([0.375, -0.625])
PLAIN = PlainPrinter()


def problem(formula: str, loss: str = "sum(G * A)") -> Problem:
    given = {"X": X.tolist(), "W": W.tolist(), "b": B.tolist(), "G": [[1, 2], [-1, 0.5], [3, -2]]}
    return loaded("formula", {"given": given, "define": {"A": formula, "L": loss}})


def written(found: Problem, name: str) -> str:
    (long,) = add_asked(found.plan, name)
    return PLAIN.print(found.plan.graph[long].definition)


def test_an_elu_has_one_derivative_by_cases() -> None:
    assert written(problem("elu(X)"), "dL/dX") == "{dL/dA} * cases(1 if X > 0, exp(X) otherwise)"


def test_products_of_matrices_are_passed_through_whole() -> None:
    expected = "X.T @ ({dL/dA} * cases(1 if X @ W > 0, exp(X @ W) otherwise))"
    assert written(problem("elu(X @ W)"), "dL/dW") == expected


CASES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "elu(X @ W)": lambda x, w, b: np.where(x @ w > 0, x @ w, np.exp(np.minimum(x @ w, 0)) - 1),
    "cases(X*(X @ W) if X > 0, X^3 if X > -1, 2*X otherwise)": lambda x, w, b: np.where(
        x > 0, x * (x @ w), np.where(x > -1, x**3, 2 * x)
    ),
    "cases(X*b if X > 0, X - b otherwise)": lambda x, w, b: np.where(x > 0, x * b, x - b),
    "selu(X + b)": lambda x, w, b: (
        1.0507009873554805 * np.where(x + b > 0, x + b, 1.6732632423543772 * (np.exp(np.minimum(x + b, 0)) - 1))
    ),
    "cases(relu(X)*tanh(X) if X < 1, abs(X) otherwise)": lambda x, w, b: np.where(
        x < 1, np.maximum(x, 0) * np.tanh(x), np.abs(x)
    ),
}


@pytest.mark.parametrize("formula", CASES)
def test_gradients_are_those_of_autograd(formula: str) -> None:
    weights = numpy.array([[1, 2], [-1, 0.5], [3, -2]])
    found = problem(formula)
    for position, name in enumerate("XWb"):
        theirs = grad(lambda *args: np.sum(weights * CASES[formula](*args)), position)(X, W, B)
        numpy.testing.assert_allclose(exact(found, f"dL/d{name}") if name in formula else 0, theirs, rtol=1e-9)


def test_a_jacobian_by_cases_stands_on_a_diagonal() -> None:
    found = loaded("formula", {"given": {"v": [0.5, -1.0], "M": W.tolist()}, "define": {"a": "elu(M @ v)"}})
    assert written(found, "da/dv") == "diag(cases(1 if M @ v > 0, exp(M @ v) otherwise)) @ M"
    theirs = jacobian(lambda v: np.where(W @ v > 0, W @ v, np.exp(W @ v) - 1))(numpy.array([0.5, -1.0]))
    numpy.testing.assert_allclose(exact(found, "da/dv"), theirs, rtol=1e-9)

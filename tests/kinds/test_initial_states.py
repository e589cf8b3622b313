"""What an optimizer keeps before the first update, given in networks of both notations and in regressions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from tests.array_problems import Data, exact, loaded

W, X, T = np.array([0.5, -0.3]), np.array([1.0, 2.0]), 0.4
"""The weights of a linear unit, its inputs, and its target; the loss is (t - o)²."""


def gradient(w: Any) -> Any:
    return 2 * (w @ X - T) * X


def momentum(before: Any) -> Any:
    v, w = before["v"], W
    for _ in range(2):
        v = 0.9 * v + 0.1 * gradient(w)
        w = w - v
    return w


def adam(before: Any) -> Any:
    m, v, w = before["m"], before["v"], W
    for t in (1, 2):
        g = gradient(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w


def rmsprop(before: Any) -> Any:
    v, w = before["v"], W
    for _ in range(2):
        v = 0.9 * v + 0.1 * gradient(w) ** 2
        w = w - 0.1 * gradient(w) / np.sqrt(v + 1e-8)
    return w


METHODS: dict[str, tuple[Any, dict[str, list[float]]]] = {
    "momentum": (momentum, {"v": [0.08, -0.1]}),
    "adam": (adam, {"m": [0.2, -0.4], "v": [0.01, 0.3]}),
    "rmsprop": (rmsprop, {"v": [0.5, 0.0]}),
}


def scalars(optimizer: Data, states: dict[str, list[float]]) -> tuple[str, Data, list[str]]:
    initial = {head: dict(zip(("w1", "w2"), values, strict=True)) for head, values in states.items()}
    return "network", {
        "inputs": X.tolist(), "layers": [{"net": ["o"], "weights": {"x1": ["w1"], "x2": ["w2"]}}],
        "values": {"w1": W[0], "w2": W[1]}, "targets": {"o": T}, "loss": "sum",
        "optimizer": {**optimizer, "initial": initial},
    }, ["w1@2", "w2@2"]  # fmt: skip


def matrices(optimizer: Data, states: dict[str, list[float]]) -> tuple[str, Data, list[str]]:
    initial = {head: {"W": [[value] for value in values]} for head, values in states.items()}
    return "network", {
        "notation": "matrix", "X": [X.tolist()], "Y": [[T]], "weights": {"W": [[each] for each in W.tolist()]},
        "layers": ["identity"], "loss": "sum", "optimizer": {**optimizer, "initial": initial},
    }, ["W@2"]  # fmt: skip


def regression(optimizer: Data, states: dict[str, list[float]]) -> tuple[str, Data, list[str]]:
    return "regression", {
        "X": [X.tolist()], "y": [T], "factor": 1, "theta": W.tolist(),
        "optimizer": {**optimizer, "initial": {head: {"theta": values} for head, values in states.items()}},
    }, ["theta@2"]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", [scalars, matrices, regression])
def test_two_updates_go_on_from_what_was_kept(form: Any, method: str) -> None:
    expected, states = METHODS[method]
    kind, fields, names = form({"method": method, "learning_rate": 0.1, "steps": 2}, states)
    solved = loaded(kind, fields)
    flat = np.concatenate([np.ravel(exact(solved, name)) for name in names]).astype(float)
    np.testing.assert_allclose(flat, expected({head: np.array(values) for head, values in states.items()}), rtol=1e-9)


@pytest.mark.parametrize("form", [scalars, matrices, regression])
@pytest.mark.parametrize(
    ("method", "initial", "said"),
    [
        ("sgd", {"v": {}}, "no state `v`: sgd keeps nothing from step to step"),
        ("momentum", {"m": {}}, "no state `m`: momentum keeps v"),
        ("momentum", {"v": {"q": 1}}, "`q` is not among the parameters that are updated"),
        ("momentum", {"v": {"w1": [1, 2, 3], "W": 1, "theta": 1}}, "expected the shape of "),
        ("rmsprop", {"v": {"w1": -1, "W": -1, "theta": -1}}, "expected a number at least 0, found -1"),
        ("momentum", [], "expected a mapping"),
        ("momentum", {"v": 3}, "expected a mapping"),
        ("momentum", {"v": {"w1": True, "W": True, "theta": True}}, "expected a number, found `true`"),
    ],
)
def test_states_that_do_not_fit_are_told(form: Any, method: str, initial: Any, said: str) -> None:
    kind, fields, _ = form({"method": method, "learning_rate": 0.1}, {})
    fields["optimizer"]["initial"] = initial
    with pytest.raises(InvalidProblem) as error:
        loaded(kind, fields)
    assert said in str(error.value)

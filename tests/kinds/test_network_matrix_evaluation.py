"""Passes at test time, running averages and early stopping in matrix notation, against scalars and NumPy."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, exact, loaded
from tests.checking.marking import by_name

X = np.array([[1, 0.5], [-1, 2], [0.25, -0.75], [0.5, 1.5]])
Y = np.array([[1, 0.5], [0, 1], [2, 1], [-1, 0]])
V, T = np.array([[0.5, 1], [-0.5, 0.25]]), np.array([[0.5, 0], [1, -0.5]])
W1, B1 = np.array([[0.3, -0.8, 0.5], [0.6, 0.9, -0.25]]), np.array([0.2, -0.1, 0.4])
W2, B2 = np.array([[0.5, -0.5], [0.25, 1], [-0.75, 0.5]]), np.array([0.1, -0.2])
GAMMA, BETA = np.array([1.5, 0.5, -1]), np.array([0.1, 0, -0.3])
RUNNING = {"momentum": 0.8, "running_mean": [0.3, 0, -0.1], "running_var": [2, 1, 0.5]}
NORM: Data = {"function": "batch", "epsilon": 0.1, "gamma": GAMMA.tolist(), "beta": BETA.tolist(), **RUNNING}
MASK = [1, 0, 1]


def both(samples_as: str, hidden: Data, optimizer: Data, **common: Any) -> tuple[Problem, Problem]:
    """The same network of 2 inputs, 3 hidden units and 2 outputs in both notations, with validation samples."""
    layers: list[Data] = [
        {"units": 3, "weights": {"rows": "senders", "matrix": W1.tolist()}, "biases": B1.tolist(), **hidden},
        {"units": 2, "weights": {"rows": "senders", "matrix": W2.tolist()}, "biases": B2.tolist()},
    ]
    common = {"loss": "half_sum", "optimizer": {"learning_rate": 0.2, **optimizer}, **common}
    samples, validation = (
        [{"inputs": x.tolist(), "targets": t.tolist()} for x, t in zip(xs, ts, strict=True)]
        for xs, ts in ((X, Y), (V, T))
    )
    scalars = loaded("network", {"samples": samples, "validation": validation, "layers": layers, **common})
    turned = np.transpose if samples_as == "columns" else np.asarray
    fields = {
        "notation": "matrix", "samples_as": samples_as, "X": turned(X).tolist(), "Y": turned(Y).tolist(),
        "validation": {"X": turned(V).tolist(), "Y": turned(T).tolist()},
        "weights": {"W1": turned(W1).tolist(), "b1": B1.tolist(), "W2": turned(W2).tolist(), "b2": B2.tolist()},
        "layers": [hidden, "identity"], **common,
    }  # fmt: skip
    return scalars, loaded("network", fields)


def assert_same(problems: tuple[Problem, Problem], *names: str) -> None:
    scalars, matrices = problems
    for name in names:
        assert exact(matrices, name) == pytest.approx(exact(scalars, name), rel=1e-11, abs=1e-13), name


NOTATIONS = pytest.mark.parametrize("samples_as", ["rows", "columns"])
HIDDEN: dict[str, Data] = {
    "plain": {"activation": "tanh"},
    "normalised": {"activation": "tanh", "norm": NORM},
    "dropped": {"activation": "tanh", "dropout": {"rate": 0.4, "mask": MASK, "scaling": "plain"}},
    "layer": {"activation": "tanh", "norm": {"function": "layer", "epsilon": 0.1}},
}


@NOTATIONS
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("batch_size", ["all", 2])
def test_passes_at_test_time_are_those_of_scalars(samples_as: str, hidden: str, batch_size: Any) -> None:
    problems = both(samples_as, HIDDEN[hidden], {"batch_size": batch_size, "epochs": 2})
    ends = [0, 1, 2] if batch_size == "all" else [0, 2, 4]
    tests = ("val.L", "test.L") if hidden in ("normalised", "dropped") else ("val.L",)
    assert_same(problems, *(f"{name}@{end}" if end else name for name in tests for end in ends))
    scalars, matrices = problems
    last = ends[-1]
    theirs = [[exact(scalars, f"val.z2_{j}:{i}@{last}") for j in (1, 2)] for i in (1, 2)]
    mine = exact(matrices, f"val.Z2@{last}")
    np.testing.assert_allclose(mine.T if samples_as == "columns" else mine, theirs, rtol=1e-11)
    biases = [exact(scalars, f"b2_{j}@{last}") for j in (1, 2)]
    np.testing.assert_allclose(exact(matrices, f"b2@{last}"), biases, rtol=1e-11)
    if hidden == "normalised":
        for head in ("mu_run", "var_run"):
            averages = [exact(scalars, f"{head}.z1_{j}@{last}") for j in (1, 2, 3)]
            np.testing.assert_allclose(exact(matrices, f"{head}1@{last}"), averages, rtol=1e-11)


@NOTATIONS
@pytest.mark.parametrize("batch_size", ["all", 2])
@pytest.mark.parametrize(("patience", "min_delta"), [(1, 0), (2, 0.05)])
def test_training_stops_early_as_in_scalars(samples_as: str, batch_size: Any, patience: int, min_delta: float) -> None:
    stopping = {"patience": patience, "min_delta": min_delta}
    optimizer = {"batch_size": batch_size, "epochs": 6, "early_stopping": stopping, "learning_rate": 0.9}
    problems = both(samples_as, HIDDEN["plain"], optimizer)
    assert_same(problems, "stop_epoch", "best_epoch")
    scalars, matrices = problems
    stop = int(exact(matrices, "stop_epoch"))
    assert_same(problems, *(f"{head}.{epoch}" for head in ("best", "wait") for epoch in range(1, stop + 1)))
    restored = [exact(scalars, f"restored.b2_{j}") for j in (1, 2)]
    np.testing.assert_allclose(exact(matrices, "restored.b2"), restored, rtol=1e-11)
    updates = stop * (1 if batch_size == "all" else 2)
    assert f"W1@{updates}" in matrices.plan.graph
    assert f"W1@{updates + 1}" not in matrices.plan.graph


@pytest.mark.parametrize("strength", [0, 0.1])
def test_batches_are_normalised_by_themselves(strength: float) -> None:
    penalty = {"penalty": {"function": "l2", "strength": strength}} if strength else {}
    (_, problem) = both("rows", HIDDEN["normalised"], {"batch_size": 2, "epochs": 1}, **penalty)

    def forward(theta: Any, x: Any, statistics: Any = None) -> tuple[Any, Any, Any]:
        w1, b1, gamma, beta, w2, b2 = theta
        z = anp.dot(x, w1) + b1
        mean, variance = (anp.mean(z, 0), anp.mean((z - anp.mean(z, 0)) ** 2, 0)) if statistics is None else statistics
        return anp.dot(anp.tanh(gamma * (z - mean) / anp.sqrt(variance + 0.1) + beta), w2) + b2, mean, variance

    def loss(theta: Any, x: Any, y: Any, statistics: Any = None) -> Any:
        return anp.sum((forward(theta, x, statistics)[0] - y) ** 2) / 2 / len(x)

    def objective(theta: Any, x: Any, y: Any) -> Any:
        return loss(theta, x, y) + strength * (anp.sum(theta[0] ** 2) + anp.sum(theta[4] ** 2))

    theta = (W1, B1, GAMMA, BETA, W2, B2)
    assert exact(problem, "J_b" if strength else "L_b") == pytest.approx(objective(theta, X[:2], Y[:2]), rel=1e-9)
    if strength:
        left_out = Marker(problem).mark({"J_b": str(loss(theta, X[:2], Y[:2]))})
        assert by_name(left_out)["J_b"].slips == ("penalty-left-out",)
    mean, variance = np.array(RUNNING["running_mean"]), np.array(RUNNING["running_var"])
    for rows in (slice(0, 2), slice(2, 4)):
        _, own_mean, own_variance = forward(theta, X[rows])
        slopes = grad(objective)(theta, X[rows], Y[rows])
        theta = tuple(value - 0.2 * slope for value, slope in zip(theta, slopes, strict=True))
        mean, variance = 0.8 * mean + 0.2 * own_mean, 0.8 * variance + 0.2 * own_variance
    for name, value in zip(("W1", "b1", "gamma1", "beta1", "W2", "b2"), theta, strict=True):
        np.testing.assert_allclose(exact(problem, f"{name}@2"), value, rtol=1e-9)
    assert exact(problem, "val.L@2") == pytest.approx(loss(theta, V, T, (mean, variance)), rel=1e-9)
    assert exact(problem, "test.L@2") == pytest.approx(loss(theta, X, Y, (mean, variance)), rel=1e-9)


def test_validation_samples_without_weights_count_1_each() -> None:
    weights = {"reduction": "weighted_mean", "sample_weights": [1, 3, 0.5, 2]}
    fields = {name: value for name, value in MATRIX.items() if name != "validation"} | weights
    further = {"X": V.tolist(), "Y": T.tolist()}
    plain = loaded("network", {**fields, "validation": further})
    assert exact(plain, "val.L") == pytest.approx(np.mean((np.tanh(V @ W1[:, :2]) - T) ** 2), rel=1e-11)
    weighted = loaded("network", {**fields, "validation": {**further, "sample_weights": [1, 1]}})
    assert exact(weighted, "val.L@2") == pytest.approx(exact(plain, "val.L@2"), rel=1e-11)


NORMALISED: Data = {"layers": [{"activation": "tanh", "norm": {"function": "batch", "momentum": 0.8,
    "running_mean": [0, 0], "running_var": [1, 1]}}, "identity"], "validation": None,
    "weights": {"W1": W1[:, :2].tolist(), "W2": W1[:, :2].tolist()}}  # fmt: skip


def training(**optimizer: Any) -> Data:
    return {"optimizer": {"learning_rate": 0.1, "batch_size": 2, "epochs": 2, **optimizer}}


def test_batches_that_are_normalised_are_judged_at_test_time() -> None:
    fields = {**MATRIX, **NORMALISED, **training(until="{test.L} < 100")}
    assert exact(loaded("network", {name: each for name, each in fields.items() if each}), "stop_epoch") == 1


MATRIX: Data = {
    "notation": "matrix", "X": X.tolist(), "Y": Y.tolist(), "layers": ["tanh"], "weights": {"W1": W1[:, :2].tolist()},
    "loss": "mse", "optimizer": {"learning_rate": 0.1, "epochs": 2}, "validation": {"X": V.tolist(), "Y": T.tolist()},
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"validation": [{"inputs": [1, 2]}]}, "in matrix notation further samples are matrices too"),
        ({"validation": {"X": [[1, 2]], "Y": [[1]]}}, "expected the shape of A1, 1 × 2, not 1 × 1"),
        ({"validation": {"X": [[1, 2, 3]], "Y": [[1, 1]]}}, "expected as many numbers for each sample as in X"),
        ({"validation": {"X": [[1, 2]]}}, "missing"),
        ({"optimizer": None}, "validation samples go with a training: give a `loss` and an `optimizer`"),
        ({"validation": {"X": [[1, 2]], "Y": [[1, 1]], "sample_weights": [1, 2]}}, "expected a weight for each"),
        (
            {"layers": [{"norm": "batch"}]},
            "validation samples are normalised by running averages: give `momentum` and what they begin with",
        ),
        ({"given": {"A1": Y.tolist()}}, "given activations are those of the training samples; leave out `given`"),
        (
            {**NORMALISED, **training(until="L < 1")},
            '`L` has no value after an update; batches that are normalised by themselves have no loss of all samples: '
            'judge by that at test time, `until: "{test.L} < 0.1"`',
        ),
        (
            {**NORMALISED, "given": {"Z2": Y.tolist()}, **training(batch_size=4, epochs=1, until="L < 1")},
            "have no loss of all samples to judge by: leave out `until`",
        ),
        (
            {**NORMALISED, "given": {"Z2": Y.tolist()}, **training(batch_size=4, early_stopping={"patience": 1})},
            "have no loss of all samples to judge by: leave out `early_stopping`",
        ),
        (
            {**NORMALISED, "given": {"Z2": Y.tolist()}, **training(epochs=None, steps=1)},
            "`given` is of all samples, so they are one batch: leave out `batch_size`",
        ),
        (
            {**NORMALISED, "upstream": Y.tolist(), "loss": None, "Y": None, **training(batch_size=4, epochs=1)},
            "`upstream` is of all samples, so they are one batch: leave out `batch_size`",
        ),
        (
            {"validation": None, "upstream": Y.tolist(), "loss": None, "Y": None,
             "optimizer": {"learning_rate": 0.1, "epochs": 1, "early_stopping": {"patience": 1}}},
            "a derivative alone tells no loss to judge by: leave out `early_stopping`",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(fields: Data, said: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("network", {name: value for name, value in {**MATRIX, **fields}.items() if value is not None})
    assert any(said in fault.message for fault in caught.value.faults), [each.message for each in caught.value.faults]


@pytest.mark.parametrize("value", [[], {}, None, True, 3, "x", {"X": []}, {"X": None, "Y": {}}, [[]], {"X": {"X": 1}}])
@pytest.mark.parametrize("notation", ["matrix", "scalars"])
def test_no_kind_of_value_breaks_the_reading(value: Any, notation: str) -> None:
    fields = {**MATRIX, "validation": value, "notation": notation}
    if notation == "matrix" and value is None:
        assert "val.L" not in loaded("network", fields).plan.graph
        return
    with pytest.raises(InvalidProblem):
        loaded("network", fields)

"""Regressions against NumPy written out by hand, and their gradients against an autodiff library."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Section, Table
from deepcalc.solution.drawings import Plane
from deepcalc.solution.solver import solve
from tests.array_problems import Data, assert_same, close, drawn, exact, loaded
from tests.checking.marking import by_name, written

PROBLEMS, AT_ONCE = 200, 25
CLASSES = 3
FACTORS: dict[str, Callable[[int], float]] = {
    "1/2m": lambda m: 1 / (2 * m),
    "1/m": lambda m: 1 / m,
    "1/2": lambda m: 1 / 2,
    "1": lambda m: 1,
}


def problem(fields: str | Data) -> Problem:
    return loaded("regression", fields)


def configuration(seed: int) -> Data:
    """A regression of any model and way of fitting, with any of the further settings."""
    random = Random(seed)
    samples, features = random.randint(5, 7), random.choice([1, 1, 2])
    fields: Data = {"model": random.choice(["linear", "linear", "logistic", "signed_logistic", "softmax"])}
    fields["x"] = drawn(random, samples, *([features] if features > 1 else []))
    logistic = fields["model"] != "linear"
    low = 0 if fields["model"] == "logistic" else -1
    fields["y"] = [random.choice([low, 1]) for _ in range(samples)] if logistic else drawn(random, samples)
    if fields["model"] == "softmax":
        first = random.choice([0, 1])
        fields |= {"classes": CLASSES, "first_class": first}
        fields["y"] = [random.randint(first, first + CLASSES - 1) for _ in range(samples)]
    fields["intercept"] = random.random() < 0.8
    if features == 1 and random.random() < 0.4:
        fields["degree"] = 2
    elif features == 2 and random.random() < 0.4:
        fields["features"] = ["x1", "x1*x2", "x2^2"][: random.randint(1, 3)]
    if random.random() < 0.4:
        method = random.choice(["standardize", "min_max", "mean_normalize", "center"])
        fields["scale"] = {"method": method, "unbiased": method == "standardize" and random.random() < 0.5}
    if random.random() < 0.4:
        fields["weights"] = [random.randint(1, 5) / 2 for _ in range(samples)]
    if random.random() < 0.6:
        fields["factor"] = random.choice(list(FACTORS))
    if random.random() < 0.5:
        fields["ridge"] = {"strength": random.randint(1, 9) / 4, "bias": random.random() < 0.4}
        if random.random() < 0.5:
            fields["ridge"]["factor"] = random.choice(list(FACTORS))
    fields["fit"] = random.choice(["descent", "newton", *([] if logistic else ["normal_equations"] * 3)])
    if fields["model"] == "softmax":
        fields["fit"] = "descent"
    if fields["fit"] == "descent":
        fields["optimizer"] = {"learning_rate": 0.25, "steps": random.randint(1, 3)}
        fields["optimizer"]["batch_size"] = random.choice(["all", 1, 2, 3])
    if fields["fit"] == "newton":
        fields["steps"] = 1 if logistic else random.randint(1, 2)
    fields["predict"] = drawn(random, *([features] if features > 1 else []))
    return fields


def expanded(fields: Data, x: Any) -> Any:
    """The features with their powers and products, one row for each sample."""
    columns = x[:, None] if x.ndim == 1 else x
    if fields.get("degree") == 2:
        return numpy.c_[columns, columns**2]
    known = {"x1": lambda c: c[:, 0], "x1*x2": lambda c: c[:, 0] * c[:, 1], "x2^2": lambda c: c[:, 1] ** 2}
    if "features" in fields:
        return numpy.stack([known[each](columns) for each in fields["features"]], axis=1)
    return columns


def design(fields: Data) -> tuple[Any, Any]:
    """The design matrix, and the row of the point."""
    x, point = numpy.array(fields["x"]), numpy.array([fields["predict"]])
    columns, row = expanded(fields, x), expanded(fields, point)
    if "scale" in fields:
        mean, low, high = columns.mean(0), columns.min(0), columns.max(0)
        deviation = columns.std(0, ddof=int(fields["scale"]["unbiased"]))
        shift, divisor = {
            "standardize": (mean, deviation),
            "min_max": (low, high - low),
            "mean_normalize": (mean, high - low),
            "center": (mean, 1),
        }[fields["scale"]["method"]]
        columns, row = (columns - shift) / divisor, (row - shift) / divisor
    if fields["intercept"]:
        columns, row = numpy.c_[numpy.ones(len(columns)), columns], numpy.c_[numpy.ones(1), row]
    return columns, row[0]


def one_hot(fields: Data, targets: Any) -> Any:
    return (targets[:, None] == numpy.arange(CLASSES) + fields["first_class"]).astype(float)


def predicted(fields: Data, score: Any) -> Any:
    """The predictions of scores, those of one sample or of several."""
    if fields["model"] == "softmax":
        powers = numpy.exp(score)
        return powers / powers.sum(-1, keepdims=True)
    return score if fields["model"] == "linear" else 1 / (1 + numpy.exp(-score))


def objective(fields: Data, rows: Any, targets: Any, weights: Any) -> Any:
    """The objective of some samples as a function of the parameters."""
    m, logistic = len(targets), fields["model"] != "linear"
    factor = fields.get("factor", "1/m" if logistic else "1/2m")
    penalized = numpy.ones(rows.shape[1])
    if fields["intercept"] and not fields.get("ridge", {}).get("bias"):
        penalized[0] = 0

    def of(theta: Any) -> Any:
        z = anp.dot(rows, theta)
        costs = {
            "linear": lambda: (z - targets) ** 2,
            "logistic": lambda: anp.logaddexp(0, z) - targets * z,
            "signed_logistic": lambda: anp.logaddexp(0, -targets * z),
            "softmax": lambda: anp.log(anp.sum(anp.exp(z), axis=1)) - anp.sum(one_hot(fields, targets) * z, axis=1),
        }[fields["model"]]()
        found = FACTORS[factor](m) * anp.sum(weights * costs)
        if "ridge" in fields:
            scale = FACTORS[fields["ridge"].get("factor", factor)](m)
            found = found + scale * fields["ridge"]["strength"] * anp.sum(anp.dot(penalized, theta**2))
        return found

    return of


def expected_of(fields: Data) -> Data:
    rows, row = design(fields)
    targets = numpy.array(fields["y"], dtype=float)
    weights = numpy.array(fields.get("weights", [1] * len(targets)))
    whole = objective(fields, rows, targets, weights)
    theta = numpy.zeros((rows.shape[1], *([CLASSES] if fields["model"] == "softmax" else [])))
    found: Data = {"X": rows}
    last = ""
    if fields["fit"] == "descent":
        size = len(targets) if fields["optimizer"]["batch_size"] == "all" else fields["optimizer"]["batch_size"]
        starts = list(range(0, len(targets), size))
        for step in range(fields["optimizer"]["steps"]):
            span = slice(starts[step % len(starts)], starts[step % len(starts)] + size)
            of = objective(fields, rows[span], targets[span], weights[span])
            theta = theta - 0.25 * autograd.grad(of)(theta)
            last = f"@{step + 1}"
            found[f"theta{last}"] = theta
            found[f"J{last}"] = whole(theta)
            if fields["model"] != "softmax":
                found["theta0" if fields["intercept"] else "theta1"] = 0
    else:
        steps = fields.get("steps", 1)
        for step in range(steps):
            hessian = autograd.hessian(whole)(theta)
            theta = theta - numpy.linalg.solve(hessian, autograd.grad(whole)(theta))
            if fields["fit"] == "newton":
                last = f"@{step + 1}"
                found[f"H@{step}"] = hessian
                found[f"theta{last}"] = theta
    found |= {f"theta{last}": theta, f"J{last}": whole(theta)}
    score = rows @ theta
    found |= {f"yhat{last}": predicted(fields, score), "yhat_new": predicted(fields, row @ theta)}
    if fields["model"] == "softmax":
        found["class_new"] = numpy.argmax(row @ theta) + fields["first_class"]
    if fields["model"] == "linear":
        residuals = targets - score
        found |= {"mse": (residuals**2).mean(), "R2": 1 - (residuals**2).sum() / (targets.var() * len(targets))}
        if rows.shape[1] > 1:
            low, *_, high = numpy.linalg.eigvalsh(autograd.hessian(whole)(theta))
            found |= {"eta_max": 2 / high, "eta_best": 2 / (low + high), "kappa": high / low}
    return found


@pytest.mark.parametrize("start", range(0, PROBLEMS, AT_ONCE))
def test_values_are_those_of_numpy(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        fields = configuration(seed)
        assert_same(problem(fields), expected_of(fields), seed)


@pytest.mark.parametrize("seed", range(0, PROBLEMS, 20))
def test_the_exact_values_are_those_too(seed: int) -> None:
    fields = configuration(seed)
    found = problem(fields)
    for name, theirs in expected_of(fields).items():
        assert close(exact(found, name), theirs), name


@pytest.mark.parametrize("method", ["momentum", "adam", "rmsprop"])
def test_every_method_takes_vectors(method: str) -> None:
    """The first step of each from the gradient [-2, -4], by the formulas of its paper."""
    found = problem(
        f"x: [1, 3]\ny: [2, 2]\noptimizer: {{method: {method}, learning_rate: 0.1, epsilon: 0}}"
        if method != "momentum"
        else "x: [1, 3]\ny: [2, 2]\noptimizer: {method: momentum, learning_rate: 0.1}"
    )
    gradient = numpy.array([-2.0, -4.0])
    step = {
        "momentum": 0.1 * gradient,
        "adam": 0.1 * numpy.sign(gradient),
        "rmsprop": 0.1 * gradient / numpy.sqrt(0.1 * gradient**2),
    }[method]
    assert close(exact(found, "dJ/dtheta"), gradient)
    assert close(exact(found, "theta+"), -step)


@pytest.mark.parametrize("rate", ["eta_exact", "eta_falls"])
def test_the_first_step_comes_lowest_or_gains_nothing(rate: str) -> None:
    fields: Data = {"x": [[2, 4], [0, 6], [4, 5]], "y": [3, 1, 2], "optimizer": {"learning_rate": 0.1}}
    found = exact(problem(fields), rate)

    def after(learning_rate: float) -> Any:
        changed = problem(fields | {"optimizer": {"learning_rate": round(learning_rate, 12)}})
        return exact(changed, "J+")

    if rate == "eta_falls":
        assert after(found) == pytest.approx(exact(problem(fields), "J"))
    else:
        assert after(found) < min(after(0.99 * found), after(1.01 * found))


def test_a_long_descent_is_told_as_a_table() -> None:
    found = problem("x: [1, 2, 3]\ny: [2, 2, 4]\noptimizer: {learning_rate: 0.1, steps: 12}\nparts: [{find: theta@12}]")
    (part,) = solve(found).parts
    (table,) = (block for block in part.blocks if isinstance(block, Table))
    assert len(table.rows) == 12
    assert [step.title for step in part.blocks if isinstance(step, Section)][-1] == "Update 12"


# ---- points, lines, boundaries


def test_slope_and_intercept_are_those_of_polyfit() -> None:
    x, y = [1.5, 2, 4, 7.25], [3, 1, 0.5, 4]
    found = problem({"x": x, "y": y, "fit": "sums", "predict": [2, 3]})
    slope, intercept = numpy.polyfit(x, y, 1)
    assert_same(found, {"theta1": slope, "theta0": intercept, "yhat_new:2": intercept + 3 * slope}, "line")
    through_origin = problem({"x": x, "y": y, "fit": "sums", "intercept": False})
    assert close(exact(through_origin, "theta1"), numpy.dot(x, y) / numpy.dot(x, x))


@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_on_the_boundary_the_probability_is_the_threshold(threshold: float) -> None:
    theta = numpy.array([-3, 1.5, 2])
    fields: Data = {"model": "logistic", "x": [[1, 2], [3, 1]], "y": [0, 1], "theta": theta.tolist()}
    found = problem(fields | {"threshold": threshold})
    slope, offset = exact(found, "slope"), exact(found, "offset")
    for x1 in (-2.0, 0.5):
        score = theta @ [1, x1, slope * x1 + offset]
        assert close(1 / (1 + numpy.exp(-score)), threshold)


def test_on_the_boundaries_of_softmax_two_classes_are_as_likely() -> None:
    theta = numpy.array([[1, 0, -1], [2, 0.5, -1], [0, 1.5, -1]])
    found = problem({"model": "softmax", "x": [[1, 2], [3, 1], [0, 0]], "y": [1, 2, 3], "first_class": 1,
                     "theta": theta.tolist()})  # fmt: skip
    for one, other in ((1, 2), (1, 3), (2, 3)):
        slope, offset = (exact(found, f"{name}{one}{other}") for name in ("slope", "offset"))
        scores = numpy.array([1, 0.7, slope * 0.7 + offset]) @ theta
        assert close(scores[one - 1], scores[other - 1])


def test_targets_may_be_shares_of_classes() -> None:
    rows = numpy.array([[0.9, 0.1, 0], [0.2, 0.3, 0.5]])
    found = problem({"model": "multinomial", "x": [1, 2], "y": rows.tolist(), "optimizer": {"learning_rate": 1}})
    assert close(exact(found, "dJ/dtheta"), numpy.array([[1, 1], [1, 2]]).T @ (1 / 3 - rows) / 2)


def test_a_boundary_parallel_to_an_axis_is_not_asked_for() -> None:
    found = problem("model: logistic\nx: [[1, 2], [2, 3]]\ny: [0, 1]\ntheta: [1, 2, 0]")
    assert all("slope" not in part.find for part in solve(found).parts)
    assert (
        drawn_plane("model: logistic\nx: [[1, 2], [2, 3]]\ny: [0, 1]\ntheta: [-3, 2, 0]").courses[0].points[0][0] == 1.5
    )


def test_a_boundary_in_one_feature_is_a_point() -> None:
    found = problem("model: logistic\nx: [1, 3]\ny: [0, 1]\ntheta: [-3, 1.5]\npredict: [1.9, 2.1]")
    assert exact(found, "x_boundary") == 2
    assert [exact(found, f"class_new:{k}") for k in (1, 2)] == [0, 1]


# ---- typical mistakes

X = numpy.array([[1, 0], [1, 1], [1, 2], [1, 4.0]])
Y = numpy.array([1, 3, 4, 6.0])
RIDGE = "x: [0, 1, 2, 4]\ny: [1, 3, 4, 6]\nridge: {strength: 2}\n"
WEIGHTED = "x: [0, 1, 2, 4]\ny: [1, 3, 4, 6]\nweights: [1, 2, 1, 1]\n"
STEP = "x: [0, 1, 2, 4]\ny: [1, 3, 4, 6]\noptimizer: {learning_rate: 0.1}\n"
LOGISTIC = "model: logistic\nx: [0, 1, 2, 4]\ny: [0, 0, 1, 1]\ntheta: [-1, 1]\noptimizer: {learning_rate: 0.5}\n"
SOFTMAX = "model: softmax\nx: [0, 1, 2, 4]\ny: [0, 0, 1, 2]\ntheta: [[1, 0, 0], [0, 1, 2]]\n"
SCORES = X @ [[1, 0, 0], [0, 1, 2]]
SHARES = numpy.exp(SCORES) / numpy.exp(SCORES).sum(1, keepdims=True)
ROWS = numpy.eye(3)[[0, 0, 1, 2]]
SIGNED = "model: signed_logistic\nx: [0, 1, 2, 4]\ny: [-1, -1, 1, 1]\ntheta: [-1, 1]\nfactor: 1\n"
SIGNS = numpy.array([-1, -1, 1, 1])
SCALED = "x: [0, 1, 2, 4]\ny: [1, 3, 4, 6]\nscale: standardize\npredict: 3\n"
HESSIAN = X.T @ X / 4
LOW, HIGH = numpy.linalg.eigvalsh(HESSIAN)
GRADIENT = X.T @ (-Y) / 4
A = X.T @ X + 2 * numpy.diag([0, 1])
W = numpy.diag([1, 2, 1, 1])
P = 1 / (1 + numpy.exp(-(X @ [-1, 1])))
LABELS = numpy.array([0, 0, 1, 1])
SLOPES = (P - LABELS) / 4


def fitted(matrix: Any, right: Any) -> Any:
    return numpy.linalg.solve(matrix, right)


@pytest.mark.parametrize(
    ("fields", "asked", "slip", "wrong"),
    [
        (RIDGE, "theta", "penalty-forgotten", fitted(X.T @ X, X.T @ Y)),
        (RIDGE, "theta", "bias-penalized", fitted(X.T @ X + 2 * numpy.eye(2), X.T @ Y)),
        (RIDGE, "A", "penalty-scale", X.T @ X + 8 * numpy.diag([0, 1])),
        (RIDGE, "A", "penalty-sign", X.T @ X - 2 * numpy.diag([0, 1])),
        (RIDGE.replace("2}", "2, bias: true}"), "theta", "bias-penalized", fitted(A, X.T @ Y)),
        (RIDGE, "theta", "inverse-forgotten", A @ X.T @ Y),
        (RIDGE, "B", "determinant-forgotten", numpy.linalg.inv(A) * numpy.linalg.det(A)),
        (RIDGE, "B", "sign-in-inverse", numpy.abs(numpy.linalg.inv(A))),
        (WEIGHTED, "theta", "weights-forgotten", fitted(X.T @ X, X.T @ Y)),
        (WEIGHTED, "theta", "weights-once", fitted(X.T @ W @ X, X.T @ Y)),
        (STEP, "J", "half-forgotten", (Y**2).mean()),
        (STEP, "J", "mean-not-taken", (Y**2).sum() / 2),
        (STEP, "dJ/dtheta", "mean-not-taken", 4 * GRADIENT),
        (STEP, "dJ/dtheta", "factor-two", 2 * GRADIENT),
        (STEP, "dJ/dtheta", "error-sign", -GRADIENT),
        (STEP, "theta+", "learning-rate-forgotten", -GRADIENT),
        (LOGISTIC, "yhat", "activation-forgotten", X @ [-1, 1]),
        (LOGISTIC, "dJ/dtheta", "activation-derivative", X.T @ (SLOPES * P * (1 - P))),
        (LOGISTIC, "theta+", "gradient-added", numpy.array([-1, 1]) + 0.5 * X.T @ SLOPES),
        (SOFTMAX, "yhat", "sigmoid-for-softmax", 1 / (1 + numpy.exp(-SCORES))),
        (SOFTMAX, "yhat", "wrong-axis", numpy.exp(SCORES) / numpy.exp(SCORES).sum(0)),
        (SOFTMAX, "dJ/dtheta", "error-sign", X.T @ (ROWS - SHARES) / 4),
        (SOFTMAX, "dJ/dtheta", "mean-not-taken", X.T @ (SHARES - ROWS)),
        (SOFTMAX, "dJ/dtheta", "activation-derivative", X.T @ ((SHARES - ROWS) * SHARES * (1 - SHARES)) / 4),
        (SIGNED, "dJ/dtheta", "target-forgotten", X.T @ (-1 / (1 + numpy.exp(SIGNS * (X @ [-1, 1]))))),
        (SIGNED, "dJ/dtheta", "error-sign", X.T @ (SIGNS / (1 + numpy.exp(SIGNS * (X @ [-1, 1]))))),
        (SCALED, "sigma", "unbiased-variance", X[:, 1].std(ddof=1)),
        (SCALED, "sigma", "root-forgotten", X[:, 1].var()),
        (SCALED, "Z", "not-divided", X[:, 1] - 1.75),
        (SCALED, "Z", "mean-not-subtracted", X[:, 1] / X[:, 1].std()),
        (SCALED, "yhat_new", "point-not-scaled", fitted(X.T @ X, X.T @ Y) @ [1, 1.75] + 3 * X[:, 1].std()
            * fitted(X.T @ X, X.T @ Y)[1]),
        (WEIGHTED + "predict: 3", "yhat_new", "bias-forgotten", 3 * fitted(X.T @ W @ X, X.T @ W @ Y)[1]),
        (STEP, "eta_max", "smallest-eigenvalue", 2 / LOW),
        (STEP, "eta_best", "largest-for-best", 2 / HIGH),
    ],
)  # fmt: skip
def test_a_typical_mistake_is_named(fields: str, asked: str, slip: str, wrong: Any) -> None:
    marker = written(f"kind: regression\n{fields}parts: [{{find: [{asked}]}}]".replace("3parts", "3\nparts"))
    marks = by_name(marker.mark({asked: str(numpy.round(wrong, 6).tolist())}))
    assert marks[asked.replace("+", "@1")].slips == (slip,)


@pytest.mark.parametrize(
    ("asked", "slip"),
    [
        ("theta0", "intercept-sign"),
        ("theta0", "means-exchanged"),
        ("theta0", "one-point-for-means"),
        ("theta1", "other-squares"),
        ("theta1", "means-not-subtracted"),
        ("R2", "share-unexplained"),
        ("yhat_new", "bias-forgotten"),
    ],
)
def test_a_mistake_in_a_line_by_hand_is_named(asked: str, slip: str) -> None:
    x, y = numpy.array([0.5, 1, 2, 4]), numpy.array([1, 3, 4, 6.3])
    slope, intercept = numpy.polyfit(x, y, 1)
    wrong = {
        "intercept-sign": y.mean() + slope * x.mean(),
        "means-exchanged": x.mean() - slope * y.mean(),
        "one-point-for-means": y[0] - slope * x[0],
        "means-not-subtracted": x @ y / (x @ x),
        "other-squares": slope * x.var() / y.var(),
        "share-unexplained": ((y - slope * x - intercept) ** 2).sum() / (y.var() * 4),
        "bias-forgotten": slope * 7,
    }[slip]
    samples = f"x: {x.tolist()}\ny: {y.tolist()}\nfit: sums\npredict: 7\n"
    marker = written(f"kind: regression\n{samples}parts: [{{find: [{asked}]}}]")
    assert by_name(marker.mark({asked: str(round(wrong, 6))}))[asked].slips == (slip,)


@pytest.mark.parametrize("asked", ["theta", "yhat_new"])
def test_the_column_of_ones_forgotten_is_named_whatever_size_it_gives(asked: str) -> None:
    marker = written(
        "kind: regression\nx: [[1, 0], [0, 1], [1, 1], [2, 1]]\ny: [3, 1, 4, 6]\npredict: [3.1, 2.7]\n"
        f"parts: [{{find: [{asked}]}}]"
    )
    features = numpy.array([[1, 0], [0, 1], [1, 1], [2, 1]])
    theta = fitted(features.T @ features, features.T @ [3, 1, 4, 6])
    wrong = {"theta": theta, "yhat_new": numpy.array([3.1, 2.7]) @ theta}[asked]
    assert by_name(marker.mark({asked: str(numpy.round(wrong, 6).tolist())}))[asked].slips == ("bias-forgotten",)


# ---- letters, and what does not fit


def test_gradients_are_derived_in_letters() -> None:
    text = "X: R^(m x n)\ny: R^m\ntheta: R^n\nparts: [{find: dJ/dtheta, in: [X, y, theta, m]}]"
    marker = written(f"kind: regression\n{text}")
    assert by_name(marker.mark({"dJ/dtheta": "X.T @ (X @ theta - y)/m"}))["dJ/dtheta"].verdict.is_right
    wrong = by_name(marker.mark({"dJ/dtheta": "X.T @ (X @ theta - y)"}))["dJ/dtheta"]
    assert wrong.slips == ("mean-not-taken",)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("y: [1, 2]", "give the data once"),
        ("x: [1, 2]\nX: [[1], [2]]\ny: [1, 2]", "give the data once"),
        ("x: [1, 2]", "missing `y`"),
        ("x: [1, 2]\ny: [1, 2, 3]", "expected a target for each sample"),
        ("x: [1, 2]\ny: [1, 2]\nweights: [1]", "expected a weight for each sample"),
        ("X: [[1, 2]]\ny: [1]\nscale: center", "X is one already"),
        ("x: [[1, 2], [3, 4]]\ny: [1, 2]\ndegree: 2", "`degree` is of one feature"),
        ("x: [1, 2]\ny: [1, 2]\nfeatures: [x3]", "`x3` is no feature"),
        ("x: [1, 2]\ny: [1, 2]\nfeatures: ['1']", "the column of ones is `intercept`"),
        ("x: [1, 2]\ny: [1, 2]\nmodel: logistic\ntheta: [0, 1]", "expected classes 0 and 1, found 2"),
        (
            "x: [1, 2]\ny: [-1, 1]\nmodel: logistic\ntheta: [0, 1]",
            "found -1; signed_logistic has those",
        ),
        ("x: [1, 2]\ny: [0, 1]\nmodel: logistic", "a logistic regression has no closed form"),
        ("x: [1, 2]\ny: [0, 1]\nfit: descent", "descent needs `optimizer`"),
        ("x: [1, 2]\ny: [0, 1]\ntheta: [1, 2, 3]", "expected 2 parameters"),
        ("x: [1, 2]\ny: [0, 1]\nfactor: 1/3", "expected one of 1/2m, 1/m, 1/2, 1"),
        ("x: [1, 2]\ny: [0, 1]\npredict: [[1]]", "expected a number, or a list of numbers"),
        ("x: R^(m x n)\ny: R^m", "give the design matrix itself"),
        ("x: [1, 2]\ny: [0, 1]\noptimizer: {learning_rate: 0.1, batch_size: 3}", "expected at most the 2 samples"),
        ("x: [1, 2]\ny: [0, 1]\noptimizer: {learning_rate: 0.1, steps: 900}", "expected at most 200 steps"),
        ("x: [1, 1]\ny: [0, 1]", "the columns of X depend on each other: leave one out"),
        ("x: [1, 2]\ny: [0, 1]\nfeatures: ['sum(x)']", "a feature is a number for each sample"),
        ("X: R^(m x n)\ny: R^m\ntheta: R^k", "expected n parameters, one for each column of X"),
        ("x: [1, 2]\ny: [0, 1]\nname: X", "expected theta, w or beta"),
        ("samples: [{x: 1, y: 2}, {x: [1, 2], y: 2}]", "expected as many numbers as in the first sample"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        solve(problem(fields))
    assert message in str(error.value)


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_a_ridge_may_be_its_strength_alone(model: str) -> None:
    fields: Data = {"model": model, "x": [1, 2, 4], "y": [0, 1, 1], "optimizer": {"learning_rate": 0.5}}
    short, long = (problem({**fields, "ridge": ridge}) for ridge in (0.5, {"strength": 0.5}))
    assert_same(short, {name: exact(long, name) for name in ("J", "dJ/dtheta", "theta@1")}, fields)


# ---- pictures


def drawn_plane(fields: Data | str) -> Plane:
    (drawing,) = (figure.drawing for figure in solve(problem(fields)).figures if figure.tells)
    assert isinstance(drawing, Plane)
    return drawing


@pytest.mark.parametrize("further", ["fit: sums", "fit: normal_equations", "degree: 2", "scale: min_max"])
def test_the_curve_in_the_picture_is_that_of_polyfit(further: str) -> None:
    x, y = [0, 1, 2, 4], [1, 3, 4, 2]
    (course,) = drawn_plane(f"x: {x}\ny: {y}\n{further}").courses
    wanted = numpy.polyval(numpy.polyfit(x, y, 2 if "degree" in further else 1), [point[0] for point in course.points])
    assert close([point[1] for point in course.points], wanted)


def test_the_boundary_in_the_picture_divides_what_is_predicted() -> None:
    theta = numpy.array([-3, 1, 2])
    fields: Data = {"model": "logistic", "x": [[0, 1], [3, 1]], "y": [0, 1], "theta": theta.tolist(), "threshold": 0.75}
    plane = drawn_plane(fields)
    (boundary,), (region,) = plane.courses, plane.regions
    assert region is not None
    assert close([theta @ [1, *point] for point in boundary.points], [numpy.log(3)] * 2)
    assert all(theta @ [1, *point] >= numpy.log(3) for point in region.points)


def test_scaled_and_multiplied_features_have_a_region_without_a_line() -> None:
    fields = (
        "model: logistic\nx: [[0, 1], [3, 1], [1, 3]]\ny: [0, 1, 1]\nfeatures: [x1, x1*x2]\nscale: standardize\n"
        "theta: [0.5, 1, -1]"
    )
    plane = drawn_plane(fields + "\nparts: [{find: J}]")
    assert plane.courses == ()
    columns = numpy.array([[0, 0], [3, 3], [1, 3]])
    mean, deviation = columns.mean(0), columns.std(0)
    (region,) = plane.regions
    assert region is not None
    for x1, x2 in region.points:
        assert 0.5 + numpy.dot([1, -1], (numpy.array([x1, x1 * x2]) - mean) / deviation) >= 0


@pytest.mark.parametrize("further", ["", "features: [x1, x1*x2]\nscale: standardize\n"])
def test_the_regions_of_a_softmax_regression_are_those_of_the_largest_score(further: str) -> None:
    points = numpy.array([[0, 1], [3, 1], [1, 3], [2, 0]])
    theta = numpy.array([[0.5, -0.2, 0.1], [1, -1, 0.3], [0.2, 0.8, -1.5]])
    fields = f"model: softmax\nx: {points.tolist()}\ny: [1, 2, 3, 1]\nfirst_class: 1\ntheta: {theta.tolist()}\n"
    plane = drawn_plane(f"{fields}{further}parts: [{{find: J}}]")
    columns = numpy.column_stack((points[:, 0], points.prod(1))) if further else points
    shift, divisor = (columns.mean(0), columns.std(0)) if further else (0, 1)
    for number, region in enumerate(plane.regions):
        assert region is not None
        assert region.label == (f"class {number + 1} predicted",)
        for x1, x2 in region.points:
            row = (numpy.array([x1, x1 * x2 if further else x2]) - shift) / divisor
            scores = numpy.array([1, *row]) @ theta
            assert numpy.isclose(scores[number], scores.max())
    assert sum(len(region.points) for region in plane.regions if region) >= 27 * 19


def test_a_class_that_is_predicted_nowhere_has_no_region() -> None:
    fields = "model: softmax\nx: [[0, 1], [3, 1]]\ny: [0, 1]\nclasses: 3\ntheta: [[0, 0, -99], [1, -1, 0], [0, 0, 0]]"
    regions = drawn_plane(fields).regions
    assert [region is None for region in regions] == [False, False, True]

"""Typical mistakes of regressions: what NumPy comes to with each, and how it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import said, written

# ---- a line by its sums

X, Y = np.array([1.0, 2, 4, 5, 7]), np.array([3.1, 4.4, 6.2, 8.9, 10.3])
DX, DY = X - X.mean(), Y - Y.mean()
SXY, SXX, SYY = (DX * DY).sum(), (DX**2).sum(), (DY**2).sum()
SLOPE = SXY / SXX
ABOVE = Y.mean() - SLOPE * X.mean()
LEFT = Y - ABOVE - SLOPE * X
LINE = "x: [1, 2, 4, 5, 7]\ny: [3.1, 4.4, 6.2, 8.9, 10.3]\nfit: sums\nname: w\npredict: 6"

# ---- steps, closed forms and classes

ROWS, TARGETS = np.array([[1.0, 0], [1, 1], [1, 3]]), np.array([1.0, 4, 5])
START = np.array([0.5, 1])
ERRORS = ROWS @ START - TARGETS
SLOPES = ROWS.T @ ERRORS / 3
STEP = START - 0.1 * SLOPES
DESCENT = "x: [0, 1, 3]\ny: [1, 4, 5]\ntheta: [0.5, 1]\noptimizer: {learning_rate: 0.1}"

FEATURES, SUMS = np.array([[1.0, 2], [2, 1], [3, 4], [5, 3]]), np.array([3.0, 4, 8, 9])
MATRIX = FEATURES.T @ FEATURES + 3 * np.eye(2)
THETA = np.linalg.solve(MATRIX, FEATURES.T @ SUMS)
RESIDUAL = ((SUMS - FEATURES @ THETA) ** 2).sum()
RIDGE = "x: [[1, 2], [2, 1], [3, 4], [5, 3]]\ny: [3, 4, 8, 9]\nintercept: false\nridge: 3\nfactor: 1"

BOUND = np.array([[1.0, 1], [1, 2], [1, 4]])
PULL = BOUND.T @ (BOUND @ [0.5, 1] - [2, 3, 7]) / 3

POINTS, LABELS = np.array([[1, 1, 0.5], [1, -1, 2], [1, 0.5, -1.5], [1, 2, 1]]), np.array([1.0, 0, 0, 1])
BEFORE = np.array([0.2, -0.4, 0.6])
SHARE = 1 / (1 + np.exp(-POINTS @ BEFORE))
AFTER = BEFORE - 0.5 * POINTS.T @ (SHARE - LABELS) / 4
LOGISTIC = (
    "model: logistic\nx: [[1, 0.5], [-1, 2], [0.5, -1.5], [2, 1]]\ny: [1, 0, 0, 1]\ntheta: [0.2, -0.4, 0.6]\n"
    "optimizer: {learning_rate: 0.5}"
)
SCORES = ROWS[:2] @ np.array([[0.1, -0.2, 0.3], [0.5, 0.4, -0.1]])
SHARES = np.exp(SCORES) / np.exp(SCORES).sum(1, keepdims=True)
ONE_HOT = np.array([[0, 0, 1.0], [1, 0, 0]])
SOFTMAX = "model: softmax\nx: [0, 1]\ny: [2, 0]\ntheta: [[0.1, -0.2, 0.3], [0.5, 0.4, -0.1]]"
BENDS = SHARE * (1 - SHARE)
RAW = np.array([2.0, 4, 6, 12])
SCALED = "x: [2, 4, 6, 12]\ny: [1, 3, 2, 5]\nscale: standardize\noptimizer: {learning_rate: 0.2}"

FITS: dict[str, list[tuple[str, Any, str]]] = {
    LINE: [
        ("xbar", X.sum() / 4, "divided by n − 1"),
        ("S_xy", SXY / 4, "the covariance and the variance, not the sums"),
        ("S_xx", (X**2).sum() - X.mean() ** 2, "the product of the means not multiplied by the number of samples"),
        ("S_xy", X.sum() * Y.sum(), "the product of the sums"),
        ("S_xx", SYY, "the squares of y in place of those of x"),
        ("S_xx", X.sum() ** 2, "the square of the sum in place of the sum of the squares"),
        ("w1", SXY / np.sqrt(SXX * SYY), "the correlation in place of the slope"),
        ("w1", SLOPE * 5 / 4, "the covariance divided by n − 1 and the variance by n"),
        ("w1", np.sqrt(SYY / SXX), "the ratio of the standard deviations"),
        ("w1", Y.mean() / X.mean(), "the ratio of the means"),
        ("w0", Y[-1] - SLOPE * X[-1], "the last sample in place of the means"),
        ("w0", Y.sum() - SLOPE * X.sum(), "the sums in place of the means"),
        ("w0", (Y.mean() - X.mean()) / SLOPE, "the difference of the means divided by the slope"),
        ("yhat_new", SLOPE + ABOVE * 6, "intercept and slope exchanged"),
        ("R2", SXY / np.sqrt(SXX * SYY), "the correlation of targets and predictions"),
        ("R2", 1 - (LEFT**2).sum() / 3 / (SYY / 4), "the adjusted coefficient"),
        ("SS_tot", SYY / 4, "the variance, not the sum"),
        ("SS_res", SYY - (LEFT**2).sum(), "what the predictions explain"),
        ("mse", (LEFT**2).sum() / 3, "the degrees of freedom"),
        ("mse", abs(LEFT).mean(), "the absolute errors, not their squares"),
    ],
    DESCENT: [
        ("J", ERRORS.sum() ** 2 / 6, "the square of the sum of the errors"),
        ("dJ/dtheta", [ERRORS.mean()] * 2, "the errors not multiplied by the features"),
        ("dJ/dtheta", ERRORS.mean() * np.array([1, 4 / 3]), "the sum of the errors times the mean of each feature"),
        ("dJ/dtheta", ERRORS[2] * ROWS[2], "the last sample alone"),
        ("dJ/dtheta", ROWS.T @ ERRORS**2 / 3, "the errors squared in the gradient"),
        ("dJ/dtheta", SLOPES[::-1], "the derivatives by the two parameters exchanged"),
        ("theta@1", [START[0], STEP[1]], "the bias left as it is"),
        ("theta@1", [STEP[0], START[1]], "the bias alone changed"),
        (
            "theta@1",
            [STEP[0], START[1] - 0.1 * (ROWS[:, 1] * (ROWS @ [STEP[0], START[1]] - TARGETS)).mean()],
            "the slope's gradient taken with the bias changed already",
        ),
    ],
    RIDGE: [
        ("A", FEATURES.T @ FEATURES + 3, "λ added to every entry"),
        ("B", 1 / MATRIX, "one over each entry in place of the inverse"),
        ("B", MATRIX * [[1, -1], [-1, 1]] / np.linalg.det(MATRIX), "the entries on the diagonal of the inverse"),
        ("c", FEATURES.T @ SUMS / 4, "divided by the number of samples"),
        ("theta", THETA[::-1], "the two parameters exchanged"),
        ("theta", FEATURES.T @ SUMS / np.diag(MATRIX), "each parameter fitted by itself"),
        ("J", RESIDUAL, "the penalty left out of the objective"),
        ("J", RESIDUAL - 3 * THETA @ THETA, "the penalty taken away"),
        ("J", RESIDUAL + THETA @ THETA, "λ forgotten"),
        ("J", RESIDUAL + 6 * THETA @ THETA, "the penalty twice as large"),
        ("J", RESIDUAL + 3 * abs(THETA).sum(), "the absolute values of the parameters"),
        ("J", RESIDUAL + 3 * np.linalg.norm(THETA), "the root taken of the sum of the squared parameters"),
        ("J", RESIDUAL + 3 * THETA.sum() ** 2, "the square of the sum of the parameters"),
    ],
    "x: [1, 2, 4]\ny: [2, 3, 7]\ntheta: [0.5, 1]\nridge: 6": [
        ("dJ/dtheta", PULL, "the penalty left out of the gradient"),
        ("dJ/dtheta", PULL + np.array([0, 6]), "the derivative of the penalty not divided by the number of samples"),
        ("dJ/dtheta", 3 * PULL + np.array([0, 6]), "neither errors nor penalty divided by the number of samples"),
    ],
    LOGISTIC: [
        ("z", POINTS @ BEFORE[[0, 2, 1]], "the parameters of the two features exchanged"),
        ("yhat", [1, 1, 0, 1], "the class in place of the probability"),
        ("J", ((SHARE - LABELS) ** 2).mean() / 2, "half the squared error in place of the cross-entropy"),
        ("J", -np.log(SHARE).mean(), "the logarithm of the output for both classes"),
        ("dJ/dtheta", POINTS.T @ BENDS / 4, "the derivative of the sigmoid in place of the error"),
        ("offset", -AFTER[0] / AFTER[1], "the weights of the two features exchanged"),
        ("offset", (0.5 - AFTER[0]) / AFTER[2], "the threshold taken for the score"),
    ],
    f"{LOGISTIC.partition('optimizer')[0]}fit: newton": [
        ("H", POINTS.T @ POINTS / 4, "the factors p·(1 − p) left out"),
        (
            "theta@1",
            BEFORE - (POINTS.T * BENDS) @ POINTS @ POINTS.T @ (SHARE - LABELS) / 16,
            "the gradient multiplied by the second derivatives",
        ),
    ],
    "model: logistic\nx: [0.5, 1.5, 2.5]\ny: [0, 0, 1]\ntheta: [-2, 1]\nthreshold: 0.6": [
        ("x_boundary", 2.6, "the threshold taken for the score"),
        ("x_boundary", np.log(0.6) + 2, "the logarithm of the threshold alone"),
        ("x_boundary", 2 - np.log(1.5), "the sign of the score on the boundary turned"),
    ],
    "x: [0, 1, 2, 3]\ny: [1, 2, 2, 4]\nweights: [1, 2, 2, 1]": [
        ("A", [[10, 15], [15, 29]], "the samples weighted squared"),
        ("c", [5 + 4 * 2**0.5, 12 + 6 * 2**0.5], "the samples weighted by their roots"),
    ],
    SOFTMAX: [
        ("z", SCORES - [0.1, -0.2, 0.3], "the intercept forgotten"),
        ("J", -np.log(SHARES).sum() / 2, "the sum over all classes, whatever the target"),
        (
            "J",
            -(ONE_HOT * np.log(SHARES) + (1 - ONE_HOT) * np.log(1 - SHARES)).sum() / 2,
            "the binary cross-entropy of every class",
        ),
        ("J", ((SHARES - ONE_HOT) ** 2).sum() / 2, "the squared error in place of the cross-entropy"),
        ("J", -(ONE_HOT * np.log(SHARES)).sum() / 6, "divided by the number of classes as well"),
    ],
    SCALED: [
        ("sigma", 10, "the range in place of the standard deviation"),
        ("sigma", abs(RAW - 6).mean(), "the mean absolute deviation"),
        ("Z", (RAW - 2) / 10, "scaled by (x − min)/(max − min)"),
        ("Z", RAW - 6 / RAW.std(), "the brackets of the difference ignored"),
        ("dJ/dtheta", [-2.75, -(RAW * [1, 3, 2, 5]).mean()], "the features as they are, not scaled"),
    ],
}


@pytest.mark.parametrize("fields", FITS)
def test_a_typical_mistake_of_a_regression_is_named(fields: str) -> None:
    cases = FITS[fields]
    asked = ", ".join(dict.fromkeys(name for name, *_ in cases))
    marker = written(f"kind: regression\n{fields}\nparts: [{{find: [{asked}]}}]")
    for name, wrong, message in cases:
        mark = marker.mark({name: str(np.round(wrong, 6).tolist())})
        assert message in said(mark, name)

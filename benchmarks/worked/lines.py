"""Linear and logistic regression, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned|added"
LEFT_OUT = "left out|forgotten|not |without"
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"

NORMAL = """
kind: regression
x: [1.2, 2.5, 3.1, 4.7]
y: [2.3, 3.6, 4.9, 5.8]
predict: 5
parts: [{find: [A, c, theta]}, {find: [yhat, J, yhat_new]}]
"""


def normal(w: Work) -> None:
    x, y = np.array([1.2, 2.5, 3.1, 4.7]), np.array([2.3, 3.6, 4.9, 5.8])
    design = np.stack([np.ones(4), x], axis=1)
    a = w.keep("A", w.slip("not squared", "square|product|column|sum|matrix", design.T @ design,
                           np.array([[4, x.sum()], [x.sum(), x.sum()]])))  # fmt: skip
    c = w.keep("c", w.slip("reversed", "order|exchanged", design.T @ y, (design.T @ y)[::-1]))
    theta = np.linalg.solve(a, c)
    theta = w.slip("not inverted", "invers|inverted|A in place|" + NEIGHBOUR, theta, a @ c)
    adjugate = np.array([[a[1, 1], -a[0, 1]], [-a[1, 0], a[0, 0]]])
    theta = w.slip("no determinant", "determinant|division|factor", theta, adjugate @ c)
    theta = w.keep("theta", theta)
    fit = w.keep("yhat", w.slip("without intercept", LEFT_OUT, design @ theta, theta[1] * x))
    loss = w.slip("mean alone", "2|½|1/2|factor", ((fit - y) ** 2).sum() / 8, ((fit - y) ** 2).sum() / 4)
    loss = w.slip("half the sum", "division|1/m|mean|factor|" + LEFT_OUT, loss, ((fit - y) ** 2).sum() / 2)
    w.keep("J", w.slip("absolute", "absolute", loss, abs(fit - y).sum() / 8))
    new = w.slip("exchanged", "exchanged|swapped", theta[0] + 5 * theta[1], theta[1] + 5 * theta[0])
    w.keep("yhat_new", w.slip("no intercept", "intercept|" + LEFT_OUT, new, 5 * theta[1]))


LOGISTIC = """
kind: regression
model: logistic
x: [[0.6, -1.2], [1.5, 0.4], [-0.7, 0.9]]
y: [0, 1, 1]
theta: [0.1, -0.4, 0.6]
fit: descent
optimizer: {learning_rate: 0.3, steps: 1}
parts: [{find: [z, yhat, J]}, {find: [dJ/dtheta, theta+]}]
"""


def logistic(w: Work) -> None:
    x, y = np.array([[1, 0.6, -1.2], [1, 1.5, 0.4], [1, -0.7, 0.9]]), np.array([0.0, 1.0, 1.0])
    theta = np.array([0.1, -0.4, 0.6])
    z = w.slip("no bias", "bias|intercept|column|" + LEFT_OUT, x @ theta, x[:, 1:] @ theta[1:])
    z = w.keep("z", z)
    p = w.slip("tanh", "tanh", sigmoid(z), np.tanh(z))
    p = w.slip("exponent", "exponent", p, sigmoid(-z))
    p = w.keep("yhat", w.slip("linear", "activation|sigmoid", p, z))
    q = np.where(y == 1, p, 1 - p)
    loss = w.slip("log 10", "base 10", -np.log(q).mean(), -np.log10(q).mean())
    loss = w.slip("summed", "1/m|mean|sum|factor|divi", loss, -np.log(q).sum())
    loss = w.slip("no minus", SIGN, loss, np.log(q).mean())
    loss = w.slip("first term alone", LEFT_OUT + "|term", loss, -(y * np.log(p)).mean())
    w.keep("J", w.slip("squares", "square", loss, ((p - y) ** 2).mean()))
    g = x.T @ (p - y) / 3
    g = w.slip("turned", SIGN, g, -g)
    g = w.slip("not averaged", "1/m|mean|sum|factor|divi", g, 3 * g)
    g = w.slip("slope on top", "on top|derivative", g, x.T @ ((p - y) * p * (1 - p)) / 3)
    g = w.keep("dJ/dtheta", w.slip("targets left out", LEFT_OUT + "|target", g, x.T @ p / 3))
    new = w.slip("added", SIGN, theta - 0.3 * g, theta + 0.3 * g)
    w.keep("theta+", w.slip("no rate", "rate|" + LEFT_OUT, new, theta - g))


PROBLEMS = (
    Worked("regression", NORMAL, normal, digits=5),
    Worked("regression", LOGISTIC, logistic, digits=5),
)

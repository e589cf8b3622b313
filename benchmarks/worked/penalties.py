"""Steps with penalties and a logistic unit written out, by hand."""

from __future__ import annotations

from math import exp

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned|added|away|target − output"
LEFT_OUT = "left out|forgotten"
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"

RIDGE = """
kind: regularization
penalty: l2
half: true
strength: 0.15
loss: 0.842
weights: {w1: 1.24, w2: -0.87, w3: 0.39}
gradients: {w1: 0.33, w2: -0.21, w3: 0.46}
learning_rate: 0.2
parts: [{find: [penalty, total]}, {find: [dtotal/dw1, dtotal/dw2, w1+, w2+, w3+]}]
"""


def ridge(w: Work) -> None:
    u, g = np.array([1.24, -0.87, 0.39]), np.array([0.33, -0.21, 0.46])
    s = w.slip("absolute", "absolute", (u**2).sum(), abs(u).sum())
    s = w.slip("root", "root", s, np.sqrt((u**2).sum()))
    s = w.slip("square of the sum", "square of the sum", s, u.sum() ** 2)
    p = w.slip("no half", "½|1/2|division", 0.075 * s, 0.15 * s)
    p = w.keep("penalty", w.slip("no strength", "λ|left out", p, s / 2))
    w.keep("total", w.slip("subtracted", SIGN, 0.842 + p, 0.842 - p))
    d = w.slip("2 kept", "2 of|½|factor", g + 0.15 * u, g + 0.3 * u)
    d = w.slip("taken away", SIGN, d, g - 0.15 * u)
    d = w.slip("no λ", "λ|factor|left out", d, g + u)
    d = w.slip("no penalty", "penalty|left out", d, g)
    d = w.slip("square kept", "square|itself|in place", d, g + 0.15 * u**2)
    d = w.slip("sign of the weight", "sign|factor", d, g + 0.15 * np.sign(u))
    d = np.array([w.keep("dtotal/dw1", d[0]), w.keep("dtotal/dw2", d[1]), d[2]])
    rate = w.slip("added", "added|sign", w.slip("no rate", LEFT_OUT, 0.2, 1.0), -0.2)
    for k in range(3):
        w.keep(f"w{k + 1}+", u[k] - rate * d[k])


LASSO = """
kind: regularization
penalty: l1
strength: 0.25
loss: 1.37
weights: {w1: 0.92, w2: -1.46, w3: 0.58}
gradients: {w1: 0.41, w2: 0.17, w3: -0.35}
learning_rate: 0.1
parts: [{find: [penalty, total]}, {find: [dtotal/dw1, dtotal/dw2, w1+, w2+]}]
"""


def lasso(w: Work) -> None:
    u, g = np.array([0.92, -1.46, 0.58]), np.array([0.41, 0.17, -0.35])
    s = w.slip("signs kept", "sign", abs(u).sum(), u.sum())
    s = w.slip("squares", "square", s, (u**2).sum())
    p = w.slip("halved", "½|1/2|factor", 0.25 * s, 0.125 * s)
    p = w.keep("penalty", w.slip("no strength", "λ|left out", p, s))
    w.keep("total", w.slip("subtracted", SIGN, 1.37 + p, 1.37 - p))
    d = w.slip("no sign", "sign", g + 0.25 * np.sign(u), g + 0.25)
    d = w.slip("taken away", SIGN, d, g - 0.25 * np.sign(u))
    d = w.slip("as of squares", "square|in place|factor", d, g + 0.25 * u)
    d = w.slip("absolute value", "absolute", d, g + 0.25 * abs(u))
    d = w.slip("no λ", "λ|factor|left out", d, g + np.sign(u))
    d = w.slip("no penalty", "penalty|left out", d, g)
    d = np.array([w.keep("dtotal/dw1", d[0]), w.keep("dtotal/dw2", d[1]), d[2]])
    rate = w.slip("added", "added|sign", w.slip("no rate", LEFT_OUT, 0.1, 1.0), -0.1)
    for k in range(2):
        w.keep(f"w{k + 1}+", u[k] - rate * d[k])


LOGISTIC = """
kind: formula
given: {x: 1.7, w: -0.65, b: 0.42, y: 1}
define:
  z: w*x + b
  p: 1/(1 + exp(-z))
  L: -(y*log(p) + (1 - y)*log(1 - p))
parts: [{find: [z, p, L]}, {find: [dL/dp, dL/dz, dL/dw, dL/db, dL/dx]}]
"""


def logistic(w: Work) -> None:
    x, u, b = 1.7, -0.65, 0.42
    z = w.slip("no bias", LEFT_OUT, u * x + b, u * x)
    z = w.keep("z", w.slip("sign of w", SIGN, z, -u * x + b))
    p = w.slip("exponent", "exponent", sigmoid(z), sigmoid(-z))
    p = w.slip("no 1", "term", p, 1 / exp(-z))
    p = w.slip("not inverted", "turned|division", p, 1 + exp(-z))
    p = w.keep("p", w.slip("tanh", "tanh", p, np.tanh(z)))
    loss = w.slip("log 10", "base 10", -np.log(p), -np.log10(p))
    loss = w.slip("no minus", SIGN, loss, np.log(p))
    loss = w.slip("1 − p", "1 − p|exchanged", loss, -np.log(1 - p))
    w.keep("L", w.slip("squared error", "square", loss, (p - 1) ** 2))
    dp = w.keep("dL/dp", w.slip("sign", SIGN, -1 / p, 1 / p))
    dz = w.slip("no slope", LEFT_OUT, dp * p * (1 - p), dp)
    dz = w.slip("p alone", LEFT_OUT, dz, dp * p)
    dz = w.slip("slope of tanh", "1 − h²", dz, dp * (1 - p**2))
    dz = w.slip("slope alone", LEFT_OUT, dz, p * (1 - p))
    dz = w.keep("dL/dz", w.slip("slope at z", "net input", dz, dp * z * (1 - z)))
    w.keep("dL/dw", w.slip("w for x", NEIGHBOUR, dz * x, dz * u))
    w.keep("dL/db", w.slip("b times x", "multiplied", dz, dz * x))
    w.keep("dL/dx", w.slip("x for w", NEIGHBOUR, dz * u, dz * x))


PROBLEMS = (
    Worked("regularization", RIDGE, ridge),
    Worked("regularization", LASSO, lasso),
    Worked("formula", LOGISTIC, logistic),
)

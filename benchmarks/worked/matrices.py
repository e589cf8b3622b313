"""Matrices: a layer with its gradients, normalisation of a batch, attention; by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten|not "

LAYER = """
kind: formula
given:
  X: [[0.6, -1.3], [1.8, 0.4], [-0.7, 0.9]]
  W: [[0.5, -0.2], [0.8, 1.1]]
  b: [0.15, -0.35]
  Y: [[1, 0], [0, 1], [1, 0]]
define:
  Z: X @ W + b
  P: sigmoid(Z)
  L: sum((P - Y)^2)/3
parts: [{find: [Z, P, L]}, {find: [dL/dP, dL/dZ, dL/dW, dL/db, dL/dX]}]
"""


def layer(w: Work) -> None:
    x, u = np.array([[0.6, -1.3], [1.8, 0.4], [-0.7, 0.9]]), np.array([[0.5, -0.2], [0.8, 1.1]])
    b, y = np.array([0.15, -0.35]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    z = w.slip("transposed", "transposed", x @ u + b, x @ u.T + b)
    z = w.slip("no bias", LEFT_OUT, z, x @ u)
    z = w.keep("Z", w.slip("bias subtracted", SIGN, z, x @ u - b))
    p = w.slip("tanh", "tanh", sigmoid(z), np.tanh(z))
    p = w.slip("exponent", "exponent", p, sigmoid(-z))
    p = w.slip("linear", "activation left out|taken", p, z)
    p = w.keep("P", w.slip("relu", "ReLU", p, np.maximum(z, 0)))
    loss = w.slip("not divided", "division|1/N|mean|left out", ((p - y) ** 2).sum() / 3, ((p - y) ** 2).sum())
    loss = w.slip("absolute", "absolute", loss, abs(p - y).sum() / 3)
    w.keep("L", w.slip("halved", "1/2|factor", loss, loss / 2))
    dp = w.slip("no 2", "2|factor", 2 * (p - y) / 3, (p - y) / 3)
    dp = w.slip("turned", SIGN, dp, -dp)
    dp = w.keep("dL/dP", w.slip("not divided by 3", "division|1/N|factor|left out", dp, 2 * (p - y)))
    dz = w.slip("no slope", LEFT_OUT, dp * p * (1 - p), dp)
    dz = w.slip("slope of tanh", "1 − h²", dz, dp * (1 - p**2))
    dz = w.slip("p alone", LEFT_OUT, dz, dp * p)
    dz = w.slip("1 − p alone", LEFT_OUT, dz, dp * (1 - p))
    dz = w.slip("slope at z", "net input", dz, dp * z * (1 - z))
    dz = w.keep("dL/dZ", w.slip("slope twice", "twice|once more", dz, dp * (p * (1 - p)) ** 2))
    w.keep("dL/dW", w.slip("negative", SIGN, x.T @ dz, -x.T @ dz))
    w.keep("dL/db", w.slip("mean", "mean|1/", dz.sum(axis=0), dz.mean(axis=0)))
    w.keep("dL/dX", w.slip("not transposed", "transposed", dz @ u.T, dz @ u))


BATCH = """
kind: normalization
method: batch
X: [[1.2, -0.4], [2.5, 0.9], [0.7, 1.6], [3.1, -1.3]]
gamma: [1.4, 0.8]
beta: [-0.3, 0.5]
epsilon: 0.001
parts: [{find: [mu, var, Xhat, Y]}]
"""


def batch(w: Work) -> None:
    x = np.array([[1.2, -0.4], [2.5, 0.9], [0.7, 1.6], [3.1, -1.3]])
    gamma, beta, eps = np.array([1.4, 0.8]), np.array([-0.3, 0.5]), 0.001
    mu = w.keep("mu", w.slip("summed", "sum|division|mean", x.mean(axis=0), x.sum(axis=0)))
    var = w.slip("n − 1", "n − 1|one less", ((x - mu) ** 2).mean(axis=0), ((x - mu) ** 2).sum(axis=0) / 3)
    var = w.slip("not squared", "square|absolute", var, abs(x - mu).mean(axis=0))
    var = w.keep("var", w.slip("not divided", "sum|mean", var, ((x - mu) ** 2).sum(axis=0)))
    hat = w.slip("by the variance", "root", (x - mu) / np.sqrt(var + eps), (x - mu) / (var + eps))
    hat = w.slip("not centred", LEFT_OUT + "|mean", hat, x / np.sqrt(var + eps))
    hat = w.keep("Xhat", w.slip("turned", SIGN, hat, -hat))
    y = w.slip("no shift", LEFT_OUT + "|β", gamma * hat + beta, gamma * hat)
    y = w.slip("no scale", LEFT_OUT + "|γ", y, hat + beta)
    w.keep("Y", w.slip("exchanged", "exchanged|swapped", y, beta * hat + gamma))


ATTENTION = """
kind: attention
Q: [[1.2, -0.5], [0.3, 0.8]]
K: [[0.7, 0.4], [-1.1, 0.6], [0.2, -0.9]]
V: [[1.5, -0.3], [0.4, 1.1], [-0.8, 0.6]]
parts: [{find: [S, A, O]}]
"""


def attention(w: Work) -> None:
    q, k = np.array([[1.2, -0.5], [0.3, 0.8]]), np.array([[0.7, 0.4], [-1.1, 0.6], [0.2, -0.9]])
    v = np.array([[1.5, -0.3], [0.4, 1.1], [-0.8, 0.6]])
    s = w.slip("not scaled", "scale|root|division", q @ k.T / np.sqrt(2), q @ k.T)
    s = w.slip("by d_k", "root", s, q @ k.T / 2)
    s = w.keep("S", w.slip("multiplied", "multiplied|turned", s, q @ k.T * np.sqrt(2)))
    powers = np.exp(s)
    a = powers / powers.sum(axis=1, keepdims=True)
    a = w.slip("other axis", "axis|keys", a, powers / powers.sum(axis=0, keepdims=True))
    a = w.slip("over all", "all", a, powers / powers.sum())
    a = w.keep("A", w.slip("sigmoid", "sigmoid", a, sigmoid(s)))
    w.keep("O", w.slip("keys weighted", "keys|in place", a @ v, a @ k))


PROBLEMS = (
    Worked("matrices", LAYER, layer, digits=5),
    Worked("normalization", BATCH, batch, digits=5),
    Worked("attention", ATTENTION, attention, digits=5),
)

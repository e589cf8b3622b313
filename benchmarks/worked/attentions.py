"""Attention: masked self-attention with projections, one query with its gradients, two heads; by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid, softmax

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"


def shares(s: Any, axis: int = -1) -> Any:
    powers = np.exp(s)
    return powers / powers.sum(axis=axis, keepdims=True)


CAUSAL = """
kind: attention
X: [[0.9, -0.4, 0.3], [0.2, 1.1, -0.7], [-0.6, 0.5, 1.3]]
weights:
  W_Q: [[0.5, -0.3], [0.8, 0.4], [-0.2, 0.6]]
  W_K: [[-0.6, 0.7], [0.1, 0.9], [0.4, -0.5]]
  W_V: [[1.2, 0.3], [-0.4, 0.8], [0.6, -1.1]]
causal: true
parts: [{find: [Q, K, V, S, A, O]}]
"""


def causal(w: Work) -> None:
    x = np.array([[0.9, -0.4, 0.3], [0.2, 1.1, -0.7], [-0.6, 0.5, 1.3]])
    wq, wk = np.array([[0.5, -0.3], [0.8, 0.4], [-0.2, 0.6]]), np.array([[-0.6, 0.7], [0.1, 0.9], [0.4, -0.5]])
    wv = np.array([[1.2, 0.3], [-0.4, 0.8], [0.6, -1.1]])
    q = w.keep("Q", w.slip("by W_K", NEIGHBOUR, x @ wq, x @ wk))
    k = w.keep("K", w.slip("by W_Q", NEIGHBOUR, x @ wk, x @ wq))
    v = w.keep("V", w.slip("by W_K too", NEIGHBOUR, x @ wv, x @ wk))
    s = w.slip("not scaled", "scale|root|division", q @ k.T / np.sqrt(2), q @ k.T)
    s = w.slip("by d_k", "root", s, q @ k.T / 2)
    s = w.slip("by d_model", "d_model|root|features|3", s, q @ k.T / np.sqrt(3))
    s = w.slip("roles", "exchanged|transposed", s, k @ q.T / np.sqrt(2))
    s = w.keep("S", w.slip("values for keys", NEIGHBOUR, s, q @ v.T / np.sqrt(2)))
    m = np.tril(np.ones((3, 3)))
    a = np.exp(s) * m / (np.exp(s) * m).sum(axis=1, keepdims=True)
    a = w.slip("no mask", "mask", a, shares(s))
    a = w.slip("mask after it", "mask", a, shares(s) * m)
    a = w.slip("mask as zero", "mask", a, shares(s * m))
    a = w.slip("other axis", "axis|quer", a, np.exp(s) * m / (np.exp(s) * m).sum(axis=0, keepdims=True))
    strict = np.triu(np.ones((3, 3)))
    a = w.slip("mask turned", "mask|transposed", a, np.exp(s) * strict / (np.exp(s) * strict).sum(1, keepdims=True))
    a = w.slip("mask less its diagonal", "softmax", a, s * m)
    a = w.keep("A", w.slip("not exponentials", "expon", a, s * m / (s * m).sum(axis=1, keepdims=True)))
    o = w.slip("keys weighted", "keys|" + NEIGHBOUR, a @ v, a @ k)
    w.keep("O", w.slip("transposed weights", "transposed|column", o, a.T @ v))


QUERY = """
kind: attention
Q: [0.7, -1.2, 0.4]
K: [[0.3, 0.9, -0.5], [-0.8, 0.2, 1.1], [0.6, -0.7, 0.1]]
V: [[1.4, -0.2], [0.3, 0.8], [-0.6, 1.7]]
upstream: [0.5, -0.3]
parts: [{find: [S, A, O]}, {find: [dL/dA, dL/dS, dL/dQ, dL/dK, dL/dV]}]
"""


def query(w: Work) -> None:
    q, k = np.array([0.7, -1.2, 0.4]), np.array([[0.3, 0.9, -0.5], [-0.8, 0.2, 1.1], [0.6, -0.7, 0.1]])
    v, g, root = np.array([[1.4, -0.2], [0.3, 0.8], [-0.6, 1.7]]), np.array([0.5, -0.3]), np.sqrt(3)
    s = w.slip("not scaled", "scale|root|division", k @ q / root, k @ q)
    s = w.slip("by d_k", "root", s, k @ q / 3)
    s = w.slip("keys transposed", "transposed|order", s, k.T @ q / root)
    s = w.slip("by d_v", "d_v|root|features|2", s, k @ q / np.sqrt(2))
    s = w.keep("S", w.slip("multiplied", "multiplied", s, k @ q * root))
    a = w.slip("sigmoid", "sigmoid", softmax(s), sigmoid(s))
    a = w.slip("no softmax", "softmax|scores", a, s)
    a = w.slip("not normalised", "division|sum|normal", a, np.exp(s))
    a = w.slip("no exponential", "expon", a, s / s.sum())
    a = w.keep("A", w.slip("base 2", "base|2|expon", a, 2**s / (2**s).sum()))
    w.keep("O", w.slip("mean of the values", "mean|alike|equal", a @ v, v.mean(axis=0)))
    da = w.keep("dL/dA", w.slip("turned", SIGN, v @ g, -v @ g))
    ds = a * (da - da @ a)
    ds = w.slip("diagonal", "diagonal", ds, a * (1 - a) * da)
    ds = w.slip("no softmax slope", "derivative", ds, da)
    ds = w.slip("weights alone", LEFT_OUT, ds, a * da)
    ds = w.slip("plus", SIGN, ds, a * (da + da @ a))
    ds = w.keep("dL/dS", ds)
    dq = w.slip("no scale back", "scale|root|division|factor left out", ds @ k / root, ds @ k)
    w.keep("dL/dQ", w.slip("keys turned", "transposed|order", dq, ds @ k.T / root))
    dk = w.slip("no scale back to K", "scale|root|division|factor", np.outer(ds, q) / root, np.outer(ds, q))
    w.keep("dL/dK", w.slip("outer turned", "order|other way|transposed", dk, np.outer(q, ds) / root))
    dv = w.slip("scores for weights", NEIGHBOUR, np.outer(a, g), np.outer(s, g))
    w.keep("dL/dV", w.slip("output for its gradient", NEIGHBOUR, dv, np.outer(a, a @ v)))


HEADS = """
kind: attention
Q: [[0.8, -0.3, 1.1, 0.4], [-0.5, 0.9, 0.2, -1.2]]
K: [[0.6, 1.0, -0.7, 0.3], [-0.9, 0.5, 0.8, 1.3]]
V: [[1.5, -0.6, 0.2, 0.9], [0.4, 1.2, -1.1, 0.7]]
heads: 2
weights: {W_O: [[0.5, -0.2], [0.3, 0.8], [-0.4, 0.6], [0.7, 0.1]]}
parts: [{find: [S1, S2, A1, A2, O, Y]}]
"""


def heads(w: Work) -> None:
    q, k = (
        np.array([[0.8, -0.3, 1.1, 0.4], [-0.5, 0.9, 0.2, -1.2]]),
        np.array([[0.6, 1, -0.7, 0.3], [-0.9, 0.5, 0.8, 1.3]]),
    )
    v, u = (
        np.array([[1.5, -0.6, 0.2, 0.9], [0.4, 1.2, -1.1, 0.7]]),
        np.array([[0.5, -0.2], [0.3, 0.8], [-0.4, 0.6], [0.7, 0.1]]),
    )
    parts = (slice(0, 2), slice(2, 4))
    size = w.slip("all features", "head", 2.0, 4.0)
    size = w.slip("no root", "root", size, 4.0000001)
    size = w.slip("not scaled", "scale|root|division", size, 1.0)
    s = [w.keep(f"S{n + 1}", q[:, p] @ k[:, p].T / np.sqrt(size)) for n, p in enumerate(parts)]
    axis = w.slip("other axis", "axis|quer", 1, 0)
    a = [w.keep(f"A{n + 1}", shares(s[n], axis)) for n in range(2)]
    o = np.hstack([a[n] @ v[:, p] for n, p in enumerate(parts)])
    o = w.slip("one head's weights", "head|" + NEIGHBOUR, o, np.hstack([a[0] @ v[:, p] for p in parts]))
    o = w.slip("heads exchanged", "order|head|exchanged|swapped", o, np.hstack([o[:, 2:], o[:, :2]]))
    o = w.keep("O", w.slip("keys weighted", "keys", o, np.hstack([a[n] @ k[:, p] for n, p in enumerate(parts)])))
    w.keep("Y", o @ u)


PROBLEMS = (
    Worked("attention", CAUSAL, causal, digits=5),
    Worked("attention", QUERY, query, digits=5),
    Worked("attention", HEADS, heads, digits=5),
)

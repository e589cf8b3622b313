"""Losses, activations and penalties, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid, softmax

SIGN = "sign|minus"
LEFT_OUT = "left out|forgotten"


def cross_entropy_spam(w: Work) -> None:
    p1, p2 = 0.8, 0.3
    one = w.slip("log 10", "base 10", -np.log(p1), -np.log10(p1))
    one = w.slip("log 2", "base 2", one, -np.log2(p1))
    one = w.slip("other class", "1 − p", one, -np.log(1 - p1))
    one = w.slip("both terms", "both|1 − |target", one, -np.log(p1) - np.log(1 - p1))
    w.keep("L1", w.slip("no minus", SIGN, one, np.log(p1)))
    two = w.slip("p for 1 − p", "1 − p|where 1", -np.log(1 - p2), -np.log(p2))
    two = w.slip("squared error", "square", two, p2**2)
    w.keep("L2", w.slip("no log", "logarithm", two, 1 - p2))


def logistic_batch(w: Work) -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.6, 0.4])
    own = np.where(y == 1, p, 1 - p)
    loss = w.slip("log 10", "base 10", -np.log(own), -np.log10(own))
    loss = w.slip("log 2", "base 2", loss, -np.log2(own))
    loss = w.slip("p always", "1 − p", loss, -np.log(p))
    loss = w.slip("no minus", SIGN, loss, np.log(own))
    loss = np.array([w.keep(f"L{k + 1}", loss[k]) for k in range(4)])
    mean = w.slip("summed", "sum|division", loss.mean(), loss.sum())
    mean = w.slip("by n − 1", "one less", mean, loss.sum() / 3)
    w.keep("L", w.slip("halved", "factor 1/2|1/2", mean, loss.mean() / 2))
    d = w.slip("p − y", "alone", -1 / (4 * p), (p - y) / 4)
    d = w.slip("sign", SIGN + "|opposite", d, -d)
    d = w.slip("no mean", "sum|mean|left out", d, -1 / p)
    w.keep("dL/dp3", d[2])
    w.keep("dL/dp1", d[0])


def mse_three_samples(w: Work) -> None:
    y, q = np.array([3.0, -0.5, 2.0]), np.array([2.5, 0.0, 2.0])
    loss = w.slip("summed", "sum|division|mean", ((y - q) ** 2).mean(), ((y - q) ** 2).sum())
    loss = w.slip("absolute", "absolute", loss, abs(y - q).mean())
    loss = w.slip("root", "root", loss, np.sqrt(((y - q) ** 2).mean()))
    loss = w.slip("halved", "1/2", loss, ((y - q) ** 2).mean() / 2)
    w.keep("MSE", w.slip("by n − 1", "one less", loss, ((y - q) ** 2).sum() / 2))


ERRORS = """
kind: loss
function: mse
targets: [1.31, -0.47, 2.86, 0.74]
predictions: [0.92, 0.18, 2.33, 1.19]
parts: [{points: 3, find: L}, {points: 4, find: [dL/dyhat1, dL/dyhat3]}]
"""


def errors(w: Work) -> None:
    y, q = np.array([1.31, -0.47, 2.86, 0.74]), np.array([0.92, 0.18, 2.33, 1.19])
    loss = w.slip("summed", "sum|division", ((y - q) ** 2).mean(), ((y - q) ** 2).sum())
    loss = w.slip("absolute", "absolute", loss, abs(y - q).mean())
    loss = w.slip("root", "root", loss, np.sqrt(((y - q) ** 2).mean()))
    loss = w.slip("halved", "1/2", loss, ((y - q) ** 2).mean() / 2)
    loss = w.slip("not squared", "square", loss, (y - q).mean())
    loss = w.slip("one sample left out", LEFT_OUT, loss, ((y - q)[:3] ** 2).sum() / 4)
    w.keep("L", w.slip("by n − 1", "one less", loss, ((y - q) ** 2).sum() / 3))
    d = w.slip("turned", SIGN, 2 * (q - y) / 4, 2 * (y - q) / 4)
    d = w.slip("no 2", "2 of the square|factor", d, (q - y) / 4)
    d = w.slip("no mean", "mean|division|left out", d, 2 * (q - y))
    d = w.slip("difference alone", "alone|left out", d, q - y)
    w.keep("dL/dyhat1", d[0])
    w.keep("dL/dyhat3", d[2])


def common_activations(w: Work) -> None:
    z = np.array([0.5, -1.0])
    s = w.slip("e^z", "e\\^z|exponent", sigmoid(z), sigmoid(-z))
    s = w.slip("tanh for sigmoid", "tanh", s, np.tanh(z))
    s = [w.keep(f"s{k + 1}", s[k]) for k in range(2)]
    t = w.slip("sigmoid for tanh", "sigmoid", np.tanh(z), sigmoid(z))
    t = w.slip("half the argument", "z/2", t, np.tanh(z / 2))
    t = [w.keep(f"t{k + 1}", t[k]) for k in range(2)]
    w.keep("r2", w.slip("kept below 0", "kept|activation left out", 0.0, -1.0))
    w.keep("l2", w.slip("as relu", "ReLU", -0.1, 0.0))
    for k in range(2):
        d = w.slip("σ alone", LEFT_OUT, s[k] * (1 - s[k]), s[k])
        d = w.slip("1 − σ alone", LEFT_OUT, d, 1 - s[k])
        d = w.slip("slope of tanh", "1 − h²|1 − a²", d, 1 - s[k] ** 2)
        w.keep(f"ds{k + 1}/dz{k + 1}", w.slip("slope at z", "net input", d, z[k] * (1 - z[k])))
    for k in range(2):
        d = w.slip("1 − t", "square", 1 - t[k] ** 2, 1 - t[k])
        d = w.slip("slope of the sigmoid", "h·\\(1 − h\\)|a·\\(1 − a\\)", d, t[k] * (1 - t[k]))
        w.keep(f"dt{k + 1}/dz{k + 1}", w.slip("t² alone", "where 1|left out|sign|h² in place", d, t[k] ** 2))


def softmax_three_logits(w: Work) -> None:
    z = np.array([2.0, 1.0, 0.1])
    p = w.slip("not normalised", "sum", softmax(z), np.exp(z))
    p = w.slip("no exponential", "exponential", p, z / z.sum())
    p = w.slip("sigmoids", "sigmoid", p, sigmoid(z))
    p = w.slip("exponent turned", "exponent", p, softmax(-z))
    p = w.keep("p", p)
    one = w.slip("p² on the diagonal", "diagonal|sign", p[0] * (1 - p[0]), -(p[0] ** 2))
    w.keep("dp.1/dz1", w.slip("p alone", LEFT_OUT, one, p[0]))
    two = w.slip("diagonal off it", "diagonal", -p[0] * p[1], p[0] * (1 - p[1]))
    two = w.slip("no minus", SIGN, two, p[0] * p[1])
    w.keep("dp.1/dz2", two)
    w.keep("dp.1/dz3", w.slip("other p", "in place", -p[0] * p[2], -p[1] * p[2]))


def l2_penalty(w: Work) -> None:
    u = np.array([0.5, -0.3])
    s = w.slip("absolute", "absolute", (u**2).sum(), abs(u).sum())
    s = w.slip("root", "root", s, np.sqrt((u**2).sum()))
    s = w.keep("sum_squares", w.slip("one left out", LEFT_OUT, s, 0.25))
    penalty = w.slip("half", "½|1/2", 0.1 * s, 0.05 * s)
    penalty = w.keep("penalty", w.slip("no strength", "λ|left out", penalty, s))
    w.keep("total", w.slip("subtracted", SIGN, 0.4 + penalty, 0.4 - penalty))


def dropout_inverted(w: Work) -> None:
    h, mask = np.array([0.8, -1.2, 0.5, 2.0]), np.array([1.0, 0.0, 1.0, 1.0])
    out = w.slip("not scaled", LEFT_OUT, h * mask / 0.6, h * mask)
    out = w.slip("by p", "1 − p", out, h * mask / 0.4)
    out = w.slip("multiplied", "multiplied|turned", out, h * mask * 0.6)
    w.keep("htilde", w.slip("no mask", "mask", out, h / 0.6))


def max_norm(w: Work) -> None:
    u = np.array([1.5, -2.0, 6.0])
    norm = w.slip("no root", "root", np.sqrt((u**2).sum()), (u**2).sum())
    norm = w.keep("norm", w.slip("absolute", "absolute", norm, abs(u).sum()))
    scale = w.keep("scale", w.slip("turned", "turned", 3 / norm, norm / 3))
    new = w.slip("cut", "cut|bound", u * scale, np.minimum(u, 3))
    new = w.slip("divided", "divi", new, u / scale)
    for k in range(3):
        w.keep(f"w{k + 1}+", new[k])


PROBLEMS = (
    Worked("loss", "cross-entropy-spam", cross_entropy_spam),
    Worked("loss", "logistic-batch", logistic_batch),
    Worked("loss", "mse-three-samples", mse_three_samples, 0.001),
    Worked("loss", ERRORS, errors),
    Worked("activation", "common-activations", common_activations),
    Worked("activation", "softmax-three-logits", softmax_three_logits),
    Worked("regularization", "l2-penalty", l2_penalty),
    Worked("regularization", "dropout-inverted", dropout_inverted),
    Worked("regularization", "max-norm", max_norm),
)

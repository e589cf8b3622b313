"""More problems of several kinds, by hand: other losses, steps of optimizers with a past, measures, wider networks."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid, softmax

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten"
NEIGHBOUR = "in place of|itself|swapped|exchanged"


def huber_outlier(w: Work) -> None:
    y, q = np.array([3.0, -0.5, 2.0, 7.0]), np.array([2.5, 0.0, 2.0, 10.5])
    e = y - q
    loss = np.where(abs(e) <= 1, e**2 / 2, abs(e) - 0.5)
    loss = w.slip("always squared", "square|side|case|quadratic", loss, e**2 / 2)
    loss = w.slip("no half", "½|1/2|half|factor|division", loss, np.where(abs(e) <= 1, e**2, abs(e) - 0.5))
    loss = w.slip("no offset", LEFT_OUT + "|½", loss, np.where(abs(e) <= 1, e**2 / 2, abs(e)))
    loss = np.array([w.keep(f"L{k + 1}", loss[k]) for k in range(4)])
    w.keep("L", w.slip("summed", "sum|division", loss.mean(), loss.sum()))
    d = w.slip("turned", SIGN, np.clip(q - y, -1, 1) / 4, np.clip(y - q, -1, 1) / 4)
    d = w.slip("not clipped", "side|case|square", d, (q - y) / 4)
    d = w.slip("no mean", "mean|division|left out", d, np.clip(q - y, -1, 1))
    w.keep("dL/dyhat1", d[0])
    w.keep("dL/dyhat4", d[3])


def hinge_of_four_points(w: Work) -> None:
    y, s = np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.8, 0.3, -0.5, -1.6])
    loss = np.maximum(0, 1 - y * s)
    loss = w.slip("plus", SIGN, loss, np.maximum(0, 1 + y * s))
    loss = w.slip("not cut", "max|cut|argument|side", loss, 1 - y * s)
    loss = w.slip("no label", LEFT_OUT + "|label", loss, np.maximum(0, 1 - s))
    loss = w.slip("no margin", LEFT_OUT + "|margin", loss, np.maximum(0, -y * s))
    loss = np.array([w.keep(f"L{k + 1}", loss[k]) for k in range(4)])
    w.keep("L", w.slip("summed", "sum|division", loss.mean(), loss.sum()))
    d = w.slip("sign", SIGN, 1 / 4, -1 / 4)
    w.keep("dL/ds2", w.slip("no mean", "mean|division|left out", d, 1.0))


def kl_divergence(w: Work) -> None:
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.25, 0.5])
    d = w.slip("natural", "natural|base", (p * np.log2(p / q)).sum(), (p * np.log(p / q)).sum())
    d = w.slip("base 10", "base 10|natural", d, (p * np.log10(p / q)).sum())
    d = w.slip("swapped", NEIGHBOUR + "|other way|target and", d, (q * np.log2(q / p)).sum())
    d = w.slip("cross-entropy", "entropy|left out|numerator", d, -(p * np.log2(q)).sum())
    w.keep("D", w.slip("turned over", "turned|sign", d, (p * np.log2(q / p)).sum()))
    g = w.slip("no ln 2", "log|natural|left out|ln|base", -p[0] / (q[0] * np.log(2)), -p[0] / q[0])
    w.keep("dD/dq.1", w.slip("sign", SIGN, g, p[0] / (q[0] * np.log(2))))


def rmse_of_a_forecast(w: Work) -> None:
    y, q = np.array([3.0, -0.5, 2.0, 7.0]), np.array([2.5, 0.0, 2.0, 10.5])
    e = w.slip("absolute", "absolute", (y - q) ** 2, abs(y - q))
    e = np.array([w.keep(f"RMSE{k + 1}", e[k]) for k in range(4)])
    r = w.slip("no root", "root", np.sqrt(e.mean()), e.mean())
    r = w.slip("summed", "sum|division|mean", r, np.sqrt(e.sum()))
    r = w.slip("n − 1", "one less", r, np.sqrt(e.sum() / 3))
    w.keep("RMSE", w.slip("root before mean", "root", r, np.sqrt(e).mean()))


def cross_entropy_from_logits(w: Work) -> None:
    z, t = np.array([2.0, 1.0, 0.1]), np.array([1.0, 0.0, 0.0])
    p = w.slip("not normalised", "sum|division", softmax(z), np.exp(z))
    p = w.slip("no exponential", "exponential", p, z / z.sum())
    p = w.slip("sigmoids", "sigmoid", p, sigmoid(z))
    p = np.array([w.keep(f"p.{k + 1}", p[k]) for k in range(3)])
    loss = w.slip("log 10", "base 10", -np.log(p[0]), -np.log10(p[0]))
    loss = w.slip("log 2", "base 2", loss, -np.log2(p[0]))
    loss = w.slip("no minus", SIGN, loss, np.log(p[0]))
    loss = w.slip("other class", "1 − p", loss, -np.log(1 - p[0]))
    loss = w.slip("wrong class", NEIGHBOUR + "|class", loss, -np.log(p[1]))
    w.keep("L", w.slip("all classes", "sum over|all classes", loss, -np.log(p).sum()))
    d = w.slip("turned", SIGN, p - t, t - p)
    d = w.slip("slope on top", "on top", d, (p - t) * p * (1 - p))
    d = w.slip("no target", LEFT_OUT, d, p)
    for k in range(3):
        w.keep(f"dL/dz.{k + 1}", d[k])


def cross_entropy_three_classes(w: Work) -> None:
    one, two = 0.7, 0.5
    first = w.slip("log 10", "base 10", -np.log(one), -np.log10(one))
    first = w.slip("log 2", "base 2", first, -np.log2(one))
    first = w.slip("1 − p", "1 − p", first, -np.log(1 - one))
    first = w.slip("all classes", "sum over|all classes", first, -np.log([0.1, 0.7, 0.2]).sum())
    first = w.keep("L:1", w.slip("no minus", SIGN, first, np.log(one)))
    second = w.keep("L:2", w.slip("first class of the other", NEIGHBOUR, -np.log(two), -np.log(0.3)))
    mean = w.slip("summed", "sum|division", (first + second) / 2, first + second)
    w.keep("L", mean)
    d = w.slip("no mean", "mean|division|left out|sum", -1 / (2 * one), -1 / one)
    d = w.slip("p − t", "alone", d, (one - 1) / 2)
    w.keep("dL/dyhat.2:1", w.slip("sign", SIGN, d, 1 / (2 * one)))


def elastic_net_step(w: Work) -> None:
    u, g, lam, rho = np.array([0.5, -0.3, 0.8]), np.array([0.2, -0.1, 0.05]), 0.1, 0.4
    a = w.keep("sum_abs", w.slip("signs kept", "sign", abs(u).sum(), u.sum()))
    s = w.keep("sum_squares", w.slip("not squared", "square|absolute", (u**2).sum(), abs(u).sum()))
    p = lam * (rho * a + (1 - rho) / 2 * s)
    p = w.slip("no half", "½|1/2|half|division", p, lam * (rho * a + (1 - rho) * s))
    p = w.slip("ratio swapped", "swapped|other way|exchanged", p, lam * ((1 - rho) * a + rho / 2 * s))
    p = w.keep("penalty", w.slip("no λ", "λ|left out", p, rho * a + (1 - rho) / 2 * s))
    w.keep("total", w.slip("minus", SIGN, 0.6 + p, 0.6 - p))
    slope = lam * (rho * np.sign(u) + (1 - rho) * u)
    slope = w.slip("no sign", "sign", slope, lam * (rho + (1 - rho) * u))
    slope = w.slip("l2 alone", LEFT_OUT + "|absolute", slope, lam * (1 - rho) * u)
    slope = w.slip("2 kept", "2 of|½|factor", slope, lam * (rho * np.sign(u) + 2 * (1 - rho) * u))
    d = w.slip("no penalty", "penalty", g + slope, g)
    d = w.slip("taken away", "away|sign", d, g - slope)
    d = np.array([w.keep(f"dtotal/dw{k + 1}", d[k]) for k in range(3)])
    new = w.slip("added", "added", u - 0.5 * d, u + 0.5 * d)
    new = w.slip("no rate", "learning rate|left out", new, u - d)
    for k in range(3):
        w.keep(f"w{k + 1}+", new[k])


def adagrad_rare_feature(w: Work) -> None:
    value, total = np.array([2.0, 1.0]), np.array([0.1, 0.1])
    gradients = np.array([[0.8, 0.0], [0.6, 0.0], [0.6, 0.6]])
    sums = total + (gradients**2).sum(axis=0)
    sums = w.slip("last alone", "state|before|left out", sums, gradients[2] ** 2)
    sums = w.slip("no start", "0.1|start|begin|" + LEFT_OUT, sums, (gradients**2).sum(axis=0))
    sums = w.slip("not squared", "square", sums, total + gradients.sum(axis=0))
    sums = np.array([w.keep("G.w1@3", sums[0]), w.keep("G.w2@3", sums[1])])
    rate = w.slip("no root", "root", 0.5 / (np.sqrt(sums) + 1e-6), 0.5 / sums)
    rate = w.slip("no rate", "learning rate|left out", rate, 1 / np.sqrt(sums))
    rate = np.array([w.keep("rate.w1@3", rate[0]), w.keep("rate.w2@3", rate[1])])
    before = np.array([total + gradients[0] ** 2, total + (gradients[:2] ** 2).sum(axis=0)])
    start = value - (0.5 / (np.sqrt(before) + 1e-6) * gradients[:2]).sum(axis=0)
    new = w.slip("added", "added|sign", start - rate * gradients[2], start + rate * gradients[2])
    new = w.slip("from the start", "initial|begun", new, value - rate * gradients[2])
    w.keep("w1@3", new[0])
    w.keep("w2@3", new[1])


def adam_third_step(w: Work) -> None:
    m = w.slip("swapped", "swapped", 0.9 * 0.04 + 0.1 * -0.3, 0.1 * 0.04 + 0.9 * -0.3)
    m = w.step(w.slip("1 − β₁ left out", "left out", m, 0.9 * 0.04 - 0.3))
    v = w.slip("not squared", "square", 0.999 * 0.0006 + 0.001 * 0.09, 0.999 * 0.0006 + 0.001 * 0.3)
    v = w.step(w.slip("not accumulated", "state|before|left out", v, 0.001 * 0.09))
    t = w.slip("t = 1", "t counted|t − 1|before", 3, 1)
    mhat = w.keep("mhat.w@3", w.slip("m not corrected", "correction", m / (1 - 0.9**t), m))
    vhat = w.keep("vhat.w@3", w.slip("v not corrected", "correction", v / (1 - 0.999**t), v))
    step = w.slip("no root", "root", 0.001 * mhat / np.sqrt(vhat), 0.001 * mhat / vhat)
    step = w.slip("no rate", "learning rate", step, mhat / np.sqrt(vhat))
    w.keep("w@3", w.slip("added", "added|sign", 0.25 - step, 0.25 + step))


def nesterov_look_ahead(w: Work) -> None:
    v = 0.6
    first = w.keep("w@1", w.slip("added", "added|sign", 5 - v, 5 + v))
    ahead = w.slip("plus", SIGN + "|added", first - 0.9 * v, first + 0.9 * v)
    ahead = w.slip("no γ", LEFT_OUT, ahead, first - v)
    ahead = w.keep("ahead.w@2", w.slip("not ahead", LEFT_OUT + "|taken", ahead, first))
    g = w.slip("at the weight", NEIGHBOUR + "|taken", 2 * (ahead - 2), 2 * (first - 2))
    g = w.keep("g.w@2", w.slip("no 2", "left out|2 of", g, ahead - 2))
    v = w.slip("v not kept", "state|before|left out", 0.9 * v + 0.1 * g, 0.1 * g)
    w.keep("w@2", w.slip("minus", SIGN + "|added", first - v, first + v))


def logistic_regression_momentum(w: Work) -> None:
    x, t, u, b = np.array([[1.0, 2.0], [-1.0, 1.0]]), np.array([1.0, 0.0]), np.array([0.5, -0.5]), 0.0
    z = w.slip("sign", SIGN, x @ u + b, -(x @ u))
    p = w.slip("tanh", "tanh", sigmoid(z), np.tanh(z))
    p = np.array([w.keep("p:1", p[0]), w.keep("p:2", p[1])])
    d = w.slip("turned", "target − output|sign|added", p - t, t - p)
    d = w.slip("slope on top", "on top|derivative", d, (p - t) * p * (1 - p))
    n = w.slip("summed", "sum over|division|left out|mean", 2, 1)
    gw, gb = d @ x / n, d.sum() / n
    step = w.slip("no rate", "learning rate|left out", 0.5, 1.0)
    w.keep("w1@1", u[0] - step * gw[0])
    w.keep("w2@1", u[1] - step * gw[1])
    w.keep("b@1", b - step * w.slip("bias times x", "multiplied", gb, (d * x[:, 0]).sum() / n))


def sigmoid_3_2_1(w: Work) -> None:
    x = np.array([1.0, 0.0, 1.0])
    u, b = np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]]), np.array([-0.4, 0.2])
    v, c, t, rate = np.array([-0.3, -0.2]), 0.1, 1.0, 0.9
    z = w.slip("biases", LEFT_OUT, x @ u + b, x @ u)
    z = np.array([w.keep("I4", z[0]), w.keep("I5", z[1])])
    h = w.slip("tanh", "tanh", sigmoid(z), np.tanh(z))
    h = w.slip("exponent", "exponent", h, sigmoid(-z))
    h = np.array([w.keep("O4", h[0]), w.keep("O5", h[1])])
    s = w.keep("I6", w.slip("bias c", LEFT_OUT, h @ v + c, h @ v))
    o = w.keep("O6", w.slip("no activation", "activation left out|taken where", sigmoid(s), s))
    e = w.slip("turned", SIGN + "|output − target", o * (1 - o) * (t - o), o * (1 - o) * (o - t))
    e = w.slip("no slope", "derivative", e, t - o)
    e = w.keep("Err6", w.slip("tanh slope", "1 − h²", e, (1 - o**2) * (t - o)))
    back = h * (1 - h) * e * v
    back = w.slip("no hidden slope", "derivative", back, e * v)
    back = w.slip("no weight", LEFT_OUT, back, h * (1 - h) * e)
    back = w.slip("weights exchanged", NEIGHBOUR, back, h * (1 - h) * e * v[::-1])
    back = np.array([w.keep("Err5", back[1]), w.keep("Err4", back[0])])[::-1]
    new = w.slip("subtracted", "subtracted|sign", v + rate * e * h, v - rate * e * h)
    new = w.slip("no rate", "learning rate|left out", new, v + e * h)
    new = w.slip("no output", LEFT_OUT, new, v + rate * e)
    w.keep("w46+", new[0])
    w.keep("w56+", new[1])
    w.keep("w14+", w.slip("other error", NEIGHBOUR, 0.2 + rate * back[0] * x[0], 0.2 + rate * back[1] * x[0]))
    w.keep("theta6+", c + rate * e)


def precision_recall_f1(w: Work) -> None:
    tp, fp, fn, tn = 40.0, 10.0, 20.0, 130.0
    w.keep("acc", w.slip("positives only", LEFT_OUT, (tp + tn) / 200, tp / 200))
    p = w.slip("recall for precision", NEIGHBOUR, tp / (tp + fp), tp / (tp + fn))
    p = w.keep("prec", w.slip("over all", "left out|in place|bracket", p, tp / 200))
    r = w.keep("rec", w.slip("odds", LEFT_OUT, tp / (tp + fn), tp / fn))
    w.keep("spec", w.slip("rate of false ones", "in place|itself|1 −|swapped", tn / (tn + fp), fp / (tn + fp)))
    f = w.slip("arithmetic mean", "mean|sum", 2 * p * r / (p + r), (p + r) / 2)
    w.keep("F1", w.slip("no 2", LEFT_OUT, f, p * r / (p + r)))


RECTIFIED = """
kind: network
inputs: {x1: 1.2, x2: -0.7}
layers:
  - {net: [z1, z2, z3], out: [h1, h2, h3], activation: relu,
     weights: {x1: [a1, a2, a3], x2: [b1, b2, b3]}, biases: [c1, c2, c3]}
  - {net: [s], out: [p], activation: sigmoid, weights: {h1: [v1], h2: [v2], h3: [v3]}, biases: [d]}
values: {a1: 0.5, a2: -0.8, a3: 0.3, b1: -0.4, b2: 0.6, b3: -0.9, c1: 0.15, c2: 0.25, c3: -0.35,
         v1: 0.7, v2: -1.1, v3: 0.9, d: -0.2, t: 1}
targets: {p: t}
loss: {name: L, function: binary_cross_entropy}
parts:
  - {points: 4, find: [z1, z2, z3, h1, h3, s, p, L]}
  - {points: 6, find: [dL/ds, dL/dv1, dL/dd, dL/dz1, dL/dz3, dL/da1, dL/db3, dL/dc1]}
"""


def rectified(w: Work) -> None:
    x = np.array([1.2, -0.7])
    u, c = np.array([[0.5, -0.8, 0.3], [-0.4, 0.6, -0.9]]), np.array([0.15, 0.25, -0.35])
    v, d, t = np.array([0.7, -1.1, 0.9]), -0.2, 1.0
    z = w.slip("biases", LEFT_OUT, x @ u + c, x @ u)
    z = w.slip("sign of x2", SIGN, z, np.abs(x) @ u + c)
    z = np.array([w.keep(f"z{k + 1}", z[k]) for k in range(3)])
    h = w.slip("no relu", "activation left out|taken where", np.maximum(z, 0), z)
    h = np.array([w.keep("h1", h[0]), h[1], w.keep("h3", h[2])])
    s = w.keep("s", w.slip("bias d", LEFT_OUT, h @ v + d, h @ v))
    p = w.keep("p", w.slip("tanh", "tanh", sigmoid(s), np.tanh(s)))
    loss = w.slip("log 2", "base 2", -np.log(p), -np.log2(p))
    loss = w.slip("squared error", "square", loss, (1 - p) ** 2)
    w.keep("L", w.slip("1 − p", "1 − p", loss, -np.log(1 - p)))
    ds = w.slip("slope on top", "on top", p - t, (p - t) * p * (1 - p))
    ds = w.slip("dL/dp alone", "derivative|in place", ds, -1 / p)
    ds = w.keep("dL/ds", w.slip("turned", SIGN + "|target − output", ds, t - p))
    w.keep("dL/dv1", w.slip("v for h", NEIGHBOUR, ds * h[0], ds * v[0]))
    w.keep("dL/dd", w.slip("bias times h", "multiplied", ds, ds * h[0]))
    alive = w.slip("all alive", "side|derivative", (z > 0) * 1.0, np.ones(3))
    dz = ds * v * alive
    dz = w.slip("value for slope", "in place|value|twice|activated", dz, ds * v * h)
    dz = w.slip("no v", LEFT_OUT, dz, ds * alive)
    dz = np.array([w.keep("dL/dz1", dz[0]), dz[1], w.keep("dL/dz3", dz[2])])
    w.keep("dL/da1", w.slip("other x", NEIGHBOUR, dz[0] * x[0], dz[0] * x[1]))
    w.keep("dL/db3", w.slip("other unit", NEIGHBOUR, dz[2] * x[1], dz[0] * x[1]))
    w.keep("dL/dc1", w.slip("bias times x", "multiplied", dz[0], dz[0] * x[0]))


PROBLEMS = (
    Worked("loss", "huber-outlier", huber_outlier),
    Worked("loss", "hinge-of-four-points", hinge_of_four_points),
    Worked("loss", "kl-divergence", kl_divergence),
    Worked("loss", "rmse-of-a-forecast", rmse_of_a_forecast),
    Worked("loss", "cross-entropy-from-logits", cross_entropy_from_logits),
    Worked("loss", "cross-entropy-three-classes", cross_entropy_three_classes),
    Worked("regularization", "elastic-net-step", elastic_net_step),
    Worked("optimizer", "adagrad-rare-feature", adagrad_rare_feature),
    Worked("optimizer", "adam-third-step", adam_third_step, digits=5),
    Worked("optimizer", "nesterov-look-ahead", nesterov_look_ahead),
    Worked("network", "logistic-regression-momentum", logistic_regression_momentum, 0.0001),
    Worked("network", "sigmoid-3-2-1", sigmoid_3_2_1, 0.001),
    Worked("formula", "precision-recall-f1", precision_recall_f1),
    Worked("network", RECTIFIED, rectified),
)

"""Networks, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid, softmax

SIGN = "sign|target − output|output − target|added"
LEFT_OUT = "left out|forgotten"
NEIGHBOUR = "in place of|transposed|itself"


def relu_2_2_2(w: Work) -> None:
    i = np.array([2.0, -1.0])
    w1, b1 = np.array([[1.0, -0.5], [0.5, -1.0]]), np.array([0.5, -0.5])
    w2, b2 = np.array([[0.5, -1.0], [-0.5, 1.0]]), np.array([-1.0, 0.5])
    t = np.array([1.0, 0.5])
    h = w.slip("hidden biases", LEFT_OUT, i @ w1 + b1, i @ w1)
    h = w.slip("transposed", NEIGHBOUR, h, i @ w1.T + b1)
    misread = np.array([[1.0, -0.5], [-1.0, -1.0]])
    a = np.maximum(w.slip("w22 for w21", NEIGHBOUR, h, i @ misread + b1), 0)
    a = w.step(w.slip("no relu", "taken where|activation left out", a, h))
    o = w.slip("output biases", LEFT_OUT, a @ w2 + b2, a @ w2)
    o = w.keep("o1", o[0]), w.keep("o2", o[1])
    o = np.array(o)
    loss = w.slip("summed", "factor|division", ((o - t) ** 2).mean(), ((o - t) ** 2).sum())
    loss = w.slip("absolute", "absolute", loss, abs(o - t).mean())
    w.keep("L", w.slip("half a mean", "factor", loss, ((o - t) ** 2).sum() / 4))
    d = w.step(w.slip("2 kept", "factor", o - t, 2 * (o - t)))
    d = w.slip("turned", SIGN, d, -d)
    back = w.slip("path of o2", "path|term", d @ w2[0], d[0] * w2[0, 0])
    back = w.slip("path of o1", "path|term", back, d[1] * w2[0, 1])
    g = w.step(back * i[1])
    g = w.slip("input left out", LEFT_OUT, g, back)
    g = w.slip("other input", NEIGHBOUR, g, back * i[0])
    new = w.slip("added", "added|sign", 0.5 - 0.1 * g, 0.5 + 0.1 * g)
    w.keep("w21+", w.slip("no rate", "learning rate|left out", new, 0.5 - g))


def softmax_classifier(w: Work) -> None:
    x = np.array([1.0, 2.0])
    u, b = np.array([[0.2, -0.1, 0.4], [0.5, 0.3, -0.2]]), np.array([0.1, 0.0, -0.1])
    t = np.array([0.0, 1.0, 0.0])
    z = w.step(w.slip("biases", LEFT_OUT, x @ u + b, x @ u))
    p = w.slip("no exponential", "exponential", softmax(z), z / z.sum())
    p = w.slip("sigmoid", "sigmoid", p, sigmoid(z))
    p = np.array([w.keep(f"p{k + 1}", p[k]) for k in range(3)])
    loss = w.slip("log 10", "base 10", -np.log(p[1]), -np.log10(p[1]))
    loss = w.slip("log 2", "base 2", loss, -np.log2(p[1]))
    loss = w.slip("no minus", "minus|sign", loss, np.log(p[1]))
    loss = w.slip("1 − p", "1 − p", loss, -np.log(1 - p[1]))
    w.keep("L", w.slip("sum over all", "sum over|all classes", loss, -np.log(p).sum()))
    d = w.slip("turned", SIGN, p - t, t - p)
    d = w.slip("slope on top", "on top|derivative", d, (p - t) * p * (1 - p))
    d = np.array([w.keep(f"dL/dz{k + 1}", d[k]) for k in range(3)])
    g = np.outer(x, d)
    g = w.slip("inputs left out", LEFT_OUT, g, np.outer(np.ones(2), d))
    g = w.slip("inputs exchanged", NEIGHBOUR, g, np.outer(x[::-1], d))
    new = w.slip("added", "added", u - 0.5 * g, u + 0.5 * g)
    new = w.slip("no rate", "learning rate|left out", new, u - g)
    for row in range(2):
        for k in range(3):
            w.keep(f"w{row + 1}{k + 1}+", new[row, k])


def tanh_two_samples(w: Work) -> None:
    x, t = np.array([0.5, -1.0]), np.array([1.0, 0.0])
    u, b, v, c, rate = 0.8, -0.1, 1.2, 0.05, 0.2
    z = w.slip("bias b", LEFT_OUT, u * x + b, u * x)
    h = w.slip("sigmoid", "sigmoid", np.tanh(z), sigmoid(z))
    h = w.step(w.slip("no tanh", "taken where|activation left out", h, z))
    y = w.slip("bias c", LEFT_OUT, v * h + c, v * h)
    y = np.array([w.keep(f"y:{k + 1}", y[k]) for k in range(2)])
    loss = w.slip("summed", "sum over|division", ((t - y) ** 2).mean() / 2, ((t - y) ** 2).sum() / 2)
    loss = w.slip("no half", "factor", loss, ((t - y) ** 2).mean())
    w.keep("L", w.slip("absolute", "absolute", loss, abs(t - y).mean() / 2))
    d = w.step(w.slip("turned", SIGN, y - t, t - y))
    slope = w.slip("no slope", "derivative", 1 - h**2, np.ones(2))
    slope = w.slip("1 − h", "square", slope, 1 - h)
    slope = w.slip("slope of the sigmoid", "h·\\(1 − h\\)", slope, h * (1 - h))
    slope = w.slip("slope at z", "net input", slope, 1 - z**2)
    dz = w.slip("v left out", LEFT_OUT, d * v * slope, d * slope)
    n = w.slip("gradients summed", "sum over|division|factor", 2.0, 1.0)
    s = w.slip("added", "added", 1.0, -1.0)
    w.keep("v+", v - s * rate * (d * h).sum() / n)
    w.keep("w+", u - s * rate * (dz * w.slip("x left out", LEFT_OUT, x, np.ones(2))).sum() / n)
    w.keep("c+", c - s * rate * w.slip("c times h", "multiplied by", d.sum(), (d * h).sum()) / n)


def two_hidden_layers(w: Work) -> None:
    x, t = 1.5, 0.5
    w1, u = np.array([-0.4, 0.6]), np.array([[0.5, -1.0], [0.25, 0.8]])
    b, v = np.array([0.1, -0.2]), np.array([1.0, -0.5])
    a = w1 * x
    g = w.slip("plain relu", "left out|side|ReLU|slope|relu", np.where(a > 0, a, 0.1 * a), np.maximum(a, 0))
    g = w.step(w.slip("no leaky relu", "taken where|activation left out", g, a))
    c = w.slip("transposed", NEIGHBOUR, g @ u + b, g @ u.T + b)
    c = w.slip("biases", LEFT_OUT, c, g @ u)
    h = w.step(w.slip("sigmoid", "sigmoid", np.tanh(c), sigmoid(c)))
    y = w.keep("y", w.slip("plus", SIGN, h @ v, h @ abs(v)))
    loss = w.slip("no half", "factor", (t - y) ** 2 / 2, (t - y) ** 2)
    w.keep("E", w.slip("no square", "square", loss, abs(t - y) / 2))
    d = w.slip("turned", SIGN, y - t, t - y)
    slope = w.slip("no slope", "derivative", 1 - h**2, np.ones(2))
    slope = w.slip("1 − h", "square", slope, 1 - h)
    dc = d * v * slope
    first = dc @ u[0]
    first = w.slip("path of c2", "path", first, dc[0] * u[0, 0])
    first = w.slip("path of c1", "path", first, dc[1] * u[0, 1])
    side = w.slip("other side", "side|derivative", 0.1, 1.0)
    w.keep("dE/dw1", w.slip("x left out", LEFT_OUT, first * side * x, first * side))


DEEP = """
kind: network
inputs: {x1: 0.62, x2: -1.17}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: sigmoid, weights: {x1: [w11, w12], x2: [w21, w22]}, biases: [b1, b2]}
  - {net: [s], out: [p], activation: sigmoid, weights: {h1: [v1], h2: [v2]}, biases: [c]}
values: {w11: 0.74, w12: -0.38, w21: 0.29, w22: 0.91, b1: 0.17, b2: -0.26, v1: 1.34, v2: -0.87, c: 0.43, t: 1}
targets: {p: t}
loss: {name: L, function: mse}
optimizer: {method: sgd, learning_rate: 0.7}
parts:
  - {points: 4, find: [z1, z2, h1, h2, s, p, L]}
  - {points: 6, find: [dL/ds, dL/dz1, dL/dz2, dL/dw11, dL/dw22, dL/db1, dL/dv1]}
  - {points: 4, find: [v1+, w11+, w21+, b1+]}
"""


def deep(w: Work) -> None:
    x, t, rate = np.array([0.62, -1.17]), 1.0, 0.7
    u, b = np.array([[0.74, -0.38], [0.29, 0.91]]), np.array([0.17, -0.26])
    v, c = np.array([1.34, -0.87]), 0.43
    z = w.slip("biases", LEFT_OUT, x @ u + b, x @ u)
    z = w.slip("transposed", NEIGHBOUR, z, x @ u.T + b)
    z = np.array([w.keep("z1", z[0]), w.keep("z2", z[1])])
    h = w.slip("tanh", "tanh", sigmoid(z), np.tanh(z))
    h = w.slip("no activation", "taken where|activation left out", h, z)
    h = np.array([w.keep("h1", h[0]), w.keep("h2", h[1])])
    s = w.keep("s", w.slip("bias c", LEFT_OUT, h @ v + c, h @ v))
    p = w.slip("tanh out", "tanh", sigmoid(s), np.tanh(s))
    p = w.keep("p", w.slip("twice", "twice", p, sigmoid(sigmoid(s))))
    loss = w.slip("half", "factor", (p - t) ** 2, (p - t) ** 2 / 2)
    loss = w.slip("absolute", "absolute", loss, abs(p - t))
    w.keep("L", w.slip("cross-entropy", "cross-entropy", loss, -np.log(p)))
    ds = 2 * (p - t) * p * (1 - p)
    ds = w.slip("turned", SIGN, ds, -ds)
    ds = w.slip("no 2", "factor", ds, (p - t) * p * (1 - p))
    ds = w.slip("shortcut", "alone|derivative", ds, p - t)
    ds = w.slip("2(p − t) alone", "derivative", ds, 2 * (p - t))
    ds = w.keep("dL/ds", w.slip("slope of tanh", "1 − h²", ds, 2 * (p - t) * (1 - p**2)))
    slope = w.slip("no slope", "derivative", h * (1 - h), np.ones(2))
    slope = w.slip("slope of tanh hidden", "1 − h²", slope, 1 - h**2)
    slope = w.slip("slope at z", "net input", slope, z * (1 - z))
    dz = w.slip("v left out", LEFT_OUT, ds * v * slope, ds * slope)
    dz = w.slip("v exchanged", NEIGHBOUR, dz, ds * v[::-1] * slope)
    dz = np.array([w.keep("dL/dz1", dz[0]), w.keep("dL/dz2", dz[1])])
    g11 = w.slip("other input", NEIGHBOUR, dz[0] * x[0], dz[0] * x[1])
    g11 = w.keep("dL/dw11", w.slip("weight for input", NEIGHBOUR, g11, dz[0] * u[0, 0]))
    w.keep("dL/dw22", w.slip("other unit", NEIGHBOUR, dz[1] * x[1], dz[0] * x[1]))
    gb = w.keep("dL/db1", w.slip("bias times input", "multiplied by", dz[0], dz[0] * x[0]))
    gv = w.keep("dL/dv1", w.slip("other output", NEIGHBOUR, ds * h[0], ds * h[1]))
    sign = w.slip("added", "added", -1.0, 1.0)
    eta = w.slip("no rate", "learning rate|left out", rate, 1.0)
    w.keep("v1+", 1.34 + sign * eta * gv)
    w.keep("w11+", 0.74 + sign * eta * g11)
    w.keep("w21+", 0.29 + sign * eta * dz[0] * x[1])
    w.keep("b1+", 0.17 + sign * eta * gb)


PROBLEMS = (
    Worked("network", "relu-2-2-2", relu_2_2_2),
    Worked("network", "softmax-classifier", softmax_classifier),
    Worked("network", "tanh-two-samples", tanh_two_samples),
    Worked("network", "two-hidden-layers", two_hidden_layers),
    Worked("network", DEEP, deep),
)

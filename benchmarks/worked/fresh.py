"""Fresh problems of networks, losses, activations, normalisation, perceptrons and batches, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid, softmax

SIGN = "sign|minus|turned|added|target − output|output − target"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"
BIAS = "bias|" + LEFT_OUT

LEAKY = """
kind: network
inputs: {x1: 0.8, x2: -1.3, x3: 0.5}
layers:
  - {net: [z1, z2], out: [h1, h2], activation: leaky_relu, slope: 0.2,
     weights: {x1: [a1, a2], x2: [b1, b2], x3: [c1, c2]}, biases: [d1, d2]}
  - {net: [s1, s2, s3], out: [p1, p2, p3], activation: softmax,
     weights: {h1: [u1, u2, u3], h2: [v1, v2, v3]}, biases: [e1, e2, e3]}
values: {a1: 0.6, a2: -0.4, b1: -0.3, b2: 0.9, c1: -0.7, c2: 0.2, d1: 0.1, d2: -0.15,
         u1: 0.5, u2: -0.6, u3: 0.2, v1: -0.3, v2: 0.8, v3: 0.4, e1: 0.05, e2: -0.1, e3: 0.2, t1: 0, t2: 1, t3: 0}
targets: {p1: t1, p2: t2, p3: t3}
loss: {name: L, function: cross_entropy}
optimizer: {method: sgd, learning_rate: 0.25}
parts:
  - {points: 5, find: [z1, z2, h1, h2, s1, s2, s3, p1, p2, p3, L]}
  - {points: 5, find: [dL/ds1, dL/ds2, dL/dv2, dL/de3, dL/dz1, dL/dz2, dL/da1, dL/db2, dL/dd1, v2+, a1+, d1+]}
"""


def leaky(w: Work) -> None:
    x = np.array([0.8, -1.3, 0.5])
    a = np.array([[0.6, -0.4], [-0.3, 0.9], [-0.7, 0.2]])
    d, e = np.array([0.1, -0.15]), np.array([0.05, -0.1, 0.2])
    u, t = np.array([[0.5, -0.6, 0.2], [-0.3, 0.8, 0.4]]), np.array([0.0, 1.0, 0.0])
    z = w.slip("biases", BIAS, x @ a + d, x @ a)
    z = w.slip("sign of x2", SIGN, z, abs(x) @ a + d)
    z = w.slip("last input", LEFT_OUT, z, x[:2] @ a[:2] + d)
    z = np.array([w.keep(f"z{k + 1}", z[k]) for k in range(2)])
    h = w.slip("plain relu", "ReLU", np.where(z > 0, z, 0.2 * z), np.maximum(z, 0))
    h = w.slip("linear", "activation", h, z)
    h = w.slip("slope everywhere", "slope|side|other", h, 0.2 * z)
    h = np.array([w.keep(f"h{k + 1}", h[k]) for k in range(2)])
    s = w.slip("output biases", BIAS, h @ u + e, h @ u)
    s = w.slip("net for output", NEIGHBOUR + "|activation", s, z @ u + e)
    s = np.array([w.keep(f"s{k + 1}", s[k]) for k in range(3)])
    p = w.slip("sigmoids", "sigmoid", softmax(s), sigmoid(s))
    p = w.slip("exponentials", "sum|division", p, np.exp(s))
    p = w.slip("shares", "exponential", p, s / s.sum())
    p = np.array([w.keep(f"p{k + 1}", p[k]) for k in range(3)])
    loss = w.slip("log 10", "base 10", -np.log(p[1]), -np.log10(p[1]))
    loss = w.slip("log 2", "base 2", loss, -np.log2(p[1]))
    loss = w.slip("no minus", SIGN, loss, np.log(p[1]))
    loss = w.slip("all classes", "all classes|sum over", loss, -np.log(p).sum())
    loss = w.slip("binary", "every class|binary", loss, -np.log(p[1]) - np.log(1 - p[0]) - np.log(1 - p[2]))
    loss = w.slip("squares", "square", loss, ((p - t) ** 2).sum())
    w.keep("L", w.slip("wrong class", NEIGHBOUR + "|class", loss, -np.log(p[0])))
    ds = w.slip("turned", SIGN, p - t, t - p)
    ds = w.slip("slope on top", "on top|derivative", ds, (p - t) * p * (1 - p))
    ds = w.slip("outputs alone", LEFT_OUT + "|target", ds, p)
    ds = np.array([w.keep("dL/ds1", ds[0]), w.keep("dL/ds2", ds[1]), ds[2]])
    dv = w.slip("other output", NEIGHBOUR, np.outer(h, ds), np.outer(h[::-1], ds))
    dv = np.full((2, 3), w.keep("dL/dv2", w.slip("weight for output", NEIGHBOUR, dv[1, 1], ds[1] * u[1, 1])))
    w.keep("dL/de3", w.slip("bias times h", "multiplied", ds[2], ds[2] * h[0]))
    slope = w.slip("no slope", "derivative|" + LEFT_OUT, np.where(z > 0, 1, 0.2), np.ones(2))
    slope = w.slip("dead below 0", "side|ReLU|0", slope, (z > 0) * 1.0)
    slope = w.slip("turned slopes", "side", slope, np.where(z > 0, 0.2, 1))
    back = w.slip("one path", "path", u @ ds, u[:, 1] * ds[1])
    back = w.slip("no weights", LEFT_OUT, back, np.ones((2, 3)) @ ds)
    dz = back * slope
    dz = np.array([w.keep("dL/dz1", dz[0]), w.keep("dL/dz2", dz[1])])
    da = w.keep("dL/da1", w.slip("other input", NEIGHBOUR, dz[0] * x[0], dz[0] * x[1]))
    w.keep("dL/db2", w.slip("other unit", NEIGHBOUR, dz[1] * x[1], dz[0] * x[1]))
    dd = w.keep("dL/dd1", w.slip("d times x", "multiplied", dz[0], dz[0] * x[0]))
    rate = w.slip("added", SIGN, 0.25, -0.25)
    rate = w.slip("no rate", "rate|" + LEFT_OUT, rate, 1.0)
    w.keep("v2+", 0.8 - rate * dv[1, 1])
    w.keep("a1+", 0.6 - rate * da)
    w.keep("d1+", 0.1 - rate * dd)


DEEP_TANH = """
kind: network
inputs: {x: 1.7}
layers:
  - {net: [z1], out: [h1], activation: tanh, weights: {x: [w1]}, biases: [b1]}
  - {net: [z2], out: [h2], activation: sigmoid, weights: {h1: [w2]}, biases: [b2]}
  - {net: [y], weights: {h2: [w3]}, biases: [b3]}
values: {w1: 0.4, b1: -0.3, w2: -1.1, b2: 0.6, w3: 1.9, b3: -0.5, t: 0.9}
targets: {y: t}
loss: {name: L, function: half_sum}
parts:
  - {find: [z1, h1, z2, h2, y, L]}
  - {find: [dL/dy, dL/dw3, dL/db3, dL/dz2, dL/dw2, dL/db2, dL/dz1, dL/dw1, dL/db1]}
"""


def deep_tanh(w: Work) -> None:
    z1 = w.keep("z1", w.slip("no bias", BIAS, 0.4 * 1.7 - 0.3, 0.4 * 1.7))
    h1 = w.slip("sigmoid first", "sigmoid", np.tanh(z1), sigmoid(z1))
    h1 = w.keep("h1", w.slip("linear", "activation", h1, z1))
    z2 = w.keep("z2", w.slip("net taken", NEIGHBOUR + "|activation", -1.1 * h1 + 0.6, -1.1 * z1 + 0.6))
    h2 = w.slip("tanh second", "tanh", sigmoid(z2), np.tanh(z2))
    h2 = w.slip("exponent", "exponent", h2, sigmoid(-z2))
    h2 = w.keep("h2", w.slip("twice", "twice", h2, sigmoid(sigmoid(z2))))
    y = w.slip("squashed", "activation|sigmoid|function", 1.9 * h2 - 0.5, sigmoid(1.9 * h2 - 0.5))
    y = w.keep("y", w.slip("other weight", NEIGHBOUR, y, -1.1 * h2 - 0.5))
    loss = w.slip("no half", "half|½|1/2|factor|division", (y - 0.9) ** 2 / 2, (y - 0.9) ** 2)
    w.keep("L", w.slip("not squared", "square|absolute", loss, abs(y - 0.9) / 2))
    dy = w.slip("turned", SIGN, y - 0.9, 0.9 - y)
    dy = w.keep("dL/dy", w.slip("factor 2", "2|factor|½", dy, 2 * (y - 0.9)))
    w.keep("dL/dw3", w.slip("net for output", NEIGHBOUR, dy * h2, dy * z2))
    w.keep("dL/db3", w.slip("b times h", "multiplied", dy, dy * h2))
    d2 = dy * 1.9 * h2 * (1 - h2)
    d2 = w.slip("no slope", "derivative|" + LEFT_OUT, d2, dy * 1.9)
    d2 = w.slip("slope of tanh", "1 − h²", d2, dy * 1.9 * (1 - h2**2))
    d2 = w.slip("h alone", LEFT_OUT, d2, dy * 1.9 * h2)
    d2 = w.slip("no weight", LEFT_OUT, d2, dy * h2 * (1 - h2))
    d2 = w.slip("at the net input", "net input", d2, dy * 1.9 * z2 * (1 - z2))
    d2 = w.keep("dL/dz2", w.slip("own weight", NEIGHBOUR, d2, dy * -1.1 * h2 * (1 - h2)))
    w.keep("dL/dw2", w.slip("own output", NEIGHBOUR, d2 * h1, d2 * h2))
    w.keep("dL/db2", d2)
    d1 = d2 * -1.1 * (1 - h1**2)
    d1 = w.slip("slope of the sigmoid", "h·\\(1 − h\\)", d1, d2 * -1.1 * h1 * (1 - h1))
    d1 = w.slip("not squared slope", "square", d1, d2 * -1.1 * (1 - h1))
    d1 = w.slip("squared alone", LEFT_OUT + "|1 −|square", d1, d2 * -1.1 * h1**2)
    d1 = w.slip("1 + h²", SIGN, d1, d2 * -1.1 * (1 + h1**2))
    d1 = w.keep("dL/dz1", w.slip("weight turned", SIGN, d1, d2 * 1.1 * (1 - h1**2)))
    w.keep("dL/dw1", w.slip("no input", LEFT_OUT, d1 * 1.7, d1))
    w.keep("dL/db1", w.slip("b1 times x", "multiplied", d1, d1 * 1.7))


SPAM = """
kind: loss
function: binary_cross_entropy
targets: [1, 0, 1, 0]
predictions: [0.83, 0.36, 0.41, 0.12]
parts: [{find: [L1, L2, L3, L4, L]}, {find: [dL/dyhat1, dL/dyhat2]}]
"""


def spam(w: Work) -> None:
    t, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.83, 0.36, 0.41, 0.12])
    q = np.where(t == 1, p, 1 - p)
    each = -np.log(q)
    each = w.slip("log 10", "base 10", each, -np.log10(q))
    each = w.slip("log 2", "base 2", each, -np.log2(q))
    each = w.slip("no minus", SIGN, each, np.log(q))
    each = w.slip("1 − p", "1 − p|mixed|other", each, -np.log(1 - q))
    each = w.slip("p for the negatives", "1 − p|mixed|target|" + LEFT_OUT + "|" + NEIGHBOUR, each, -np.log(p))
    each = w.slip("squares", "square", each, (t - p) ** 2)
    each = w.slip("no log", "logarithm", each, q)
    each = np.array([w.keep(f"L{k + 1}", each[k]) for k in range(4)])
    w.keep("L", w.slip("summed", "sum|division|mean", each.mean(), each.sum()))
    d = np.where(t == 1, -1 / p, 1 / (1 - p)) / 4
    d = w.slip("no mean", "mean|division|" + LEFT_OUT, d, 4 * d)
    d = w.slip("sign", SIGN, d, -d)
    d = w.slip("p − t", "alone|−", d, (p - t) / 4)
    w.keep("dL/dyhat1", d[0])
    w.keep("dL/dyhat2", d[1])


CURVES = """
kind: activation
function: {e: elu, s: softplus, w: swish, t: tanh}
at: {z1: 0.7, z2: -1.2}
parts: [{find: [e2, s1, s2, w1, w2, t1, t2]}, {find: [de2/dz2, ds1/dz1, dw1/dz1, dt1/dz1, dt2/dz2]}]
"""


def curves(w: Work) -> None:
    z = np.array([0.7, -1.2])
    e = w.slip("1 forgotten", "1|" + LEFT_OUT, np.exp(z[1]) - 1, np.exp(z[1]))
    e = w.keep("e2", w.slip("cut off", "0|ReLU|cut", e, 0.0))
    s = w.slip("no log", "log", np.log(1 + np.exp(z)), 1 + np.exp(z))
    s = w.slip("1 left out", "1|" + LEFT_OUT, s, z)
    s = w.slip("base 10", "base 10", s, np.log10(1 + np.exp(z)))
    s = w.slip("exponent", "exponent", s, np.log(1 + np.exp(-z)))
    w.keep("s1", s[0])
    w.keep("s2", s[1])
    v = w.slip("sigmoid alone", LEFT_OUT + "|sigmoid|factor", z * sigmoid(z), sigmoid(z))
    v = w.slip("tanh for it", "tanh", v, z * np.tanh(z))
    v = np.array([w.keep("w1", v[0]), w.keep("w2", v[1])])
    t = w.slip("sigmoid", "sigmoid", np.tanh(z), sigmoid(z))
    t = np.array([w.keep("t1", t[0]), w.keep("t2", t[1])])
    w.keep("de2/dz2", w.slip("value", "value|itself|alone|" + LEFT_OUT + "|1", e + 1, e))
    w.keep(
        "ds1/dz1", w.slip("derivative of the sigmoid", "sigmoid|derivative", sigmoid(0.7), sigmoid(0.7) * sigmoid(-0.7))
    )
    dv = v[0] + sigmoid(0.7) * (1 - v[0])
    w.keep("dw1/dz1", w.slip("product rule", "product rule|term|" + LEFT_OUT, dv, sigmoid(0.7)))
    dt = w.slip("slope of the sigmoid", "h·\\(1 − h\\)|a·\\(1 − a\\)", 1 - t**2, t * (1 - t))
    dt = w.slip("not squared", "square", dt, 1 - t)
    dt = w.slip("1 + t²", SIGN, dt, 1 + t**2)
    dt = w.slip("at z", "net input|z", dt, 1 - z**2)
    w.keep("dt1/dz1", dt[0])
    w.keep("dt2/dz2", dt[1])


LAYER_NORM = """
kind: normalization
method: layer
X: [[1.2, -0.4, 2.5], [0.9, 0.7, -1.9]]
gamma: [1.4, 0.8, -0.6]
beta: [-0.3, 0.5, 0.2]
epsilon: 0.001
parts: [{find: [mu, var, Xhat, Y]}]
"""


def layer_norm(w: Work) -> None:
    x = np.array([[1.2, -0.4, 2.5], [0.9, 0.7, -1.9]])
    gamma, beta = np.array([1.4, 0.8, -0.6]), np.array([-0.3, 0.5, 0.2])
    mu = w.keep("mu", w.slip("summed", "sum|division|mean", x.mean(axis=1), x.sum(axis=1)))
    centred = x - mu[:, None]
    var = w.slip("n − 1", "n − 1|one less", (centred**2).mean(axis=1), (centred**2).sum(axis=1) / 2)
    var = w.slip("absolute", "absolute", var, abs(centred).mean(axis=1))
    var = w.slip("not centred", LEFT_OUT + "|mean|term", var, (x**2).mean(axis=1))
    var = w.slip("deviation", "root|deviation", var, np.sqrt((centred**2).mean(axis=1)))
    var = w.keep("var", w.slip("sum", "sum|mean", var, (centred**2).sum(axis=1)))
    root = np.sqrt(var + 0.001)[:, None]
    hat = w.slip("by the variance", "root|variance", centred / root, centred / (var + 0.001)[:, None])
    hat = w.slip("multiplied", "multiplied|turned", hat, centred * root)
    hat = w.keep("Xhat", w.slip("not centred X", LEFT_OUT + "|mean|term", hat, x / root))
    y = w.slip("no shift", LEFT_OUT + "|β", gamma * hat + beta, gamma * hat)
    y = w.slip("of X", NEIGHBOUR + "|normal", y, gamma * x + beta)
    w.keep("Y", w.slip("brackets", "bracket|order|factor", y, gamma * (hat + beta)))


PERCEPTRON = """
kind: perceptron
inputs: [[1.5, -0.5], [-0.8, 1.2], [0.6, 0.9]]
targets: [0, 0, 1]
weights: [0.2, -0.4]
bias: 0.1
learning_rate: 0.5
epochs: 1
parts:
  - find: ["z:1", "o:1", "w1@1", "w2@1", "b@1", "z:2@1", "o:2@1", "w1@2", "w2@2", "b@2", "z:3@2"]
  - find: ["w1@3", "w2@3", "b@3"]
"""


def perceptron(w: Work) -> None:
    x, t = np.array([[1.5, -0.5], [-0.8, 1.2], [0.6, 0.9]]), (0, 0, 1)
    u, b = np.array([0.2, -0.4]), 0.1
    for k, end in enumerate(("", "@1", "@2")):
        z = w.slip("no bias", BIAS, u @ x[k] + b, u @ x[k])
        z = w.keep(f"z:{k + 1}{end}", w.slip("sign of an input", SIGN, z, u @ abs(x[k]) + b))
        o = w.slip("turned unit", "side|turned|other|0", 1.0 * (z >= 0), 1.0 * (z < 0))
        if k < 2:
            o = w.keep(f"o:{k + 1}{end}", o)
        e = w.slip("error turned", SIGN, t[k] - o, o - t[k])
        rate = w.slip("no rate", "rate|" + LEFT_OUT, 0.5, 1.0)
        inputs = w.slip("no input", LEFT_OUT, x[k], np.ones(2))
        inputs = w.slip("inputs exchanged", NEIGHBOUR, inputs, x[k][::-1])
        u = np.array([w.keep(f"w{i + 1}@{k + 1}", u[i] + rate * e * inputs[i]) for i in range(2)])
        step = w.slip("bias times x", "multiplied", rate * e, rate * e * x[k][0])
        b = w.keep(f"b@{k + 1}", w.slip("bias not trained", BIAS + "|rate", b + step, b))


BATCHES = """
kind: batching
samples: 12345
batch_size: 96
epochs: 7
parts: [{find: [iterations, last_batch, updates]}]
"""


def batches(w: Work) -> None:
    n = w.keep("iterations", w.slip("rounded down", "round|" + LEFT_OUT, 129, 128))
    w.keep("last_batch", w.slip("full", "full", 12345 - 128 * 96, 96))
    updates = w.slip("one epoch", "one epoch", 7 * n, n)
    updates = w.slip("samples", "sample", updates, 7 * 12345)
    w.keep("updates", w.slip("rounded at the end", "round", updates, 901))


SHARES = """
kind: activation
function: softmax
at: [0.9, -0.4, 1.7]
parts: [{find: [p.1, p.2, p.3]}, {find: [dp.1/dz1, dp.1/dz2, dp.3/dz2]}]
"""


def shares(w: Work) -> None:
    z = np.array([0.9, -0.4, 1.7])
    p = w.slip("not divided", "sum|division|denominator", softmax(z), np.exp(z))
    p = w.slip("no exponential", "exponential", p, z / z.sum())
    p = w.slip("sigmoids", "sigmoid", p, sigmoid(z))
    p = w.slip("base 2", "2", p, 2.0**z / (2.0**z).sum())
    p = np.array([w.keep(f"p.{k + 1}", p[k]) for k in range(3)])
    own = w.slip("p alone", LEFT_OUT + "|value|itself", p[0] * (1 - p[0]), p[0])
    own = w.slip("as off the diagonal", "diagonal|itself|" + SIGN, own, -p[0] * p[0])
    w.keep("dp.1/dz1", w.slip("slope of tanh", "1 − h²|square", own, 1 - p[0] ** 2))
    other = w.slip("plus", SIGN, 1.0, -1.0)
    other = w.slip("nothing off the diagonal", "0|diagonal|other", other, 0.0)
    first = w.slip("diagonal everywhere", "diagonal|1 −", -other * p[0] * p[1], p[0] * (1 - p[0]))
    w.keep("dp.1/dz2", w.slip("1 − p of the other", "diagonal|1 −", first, p[0] * (1 - p[1])))
    w.keep("dp.3/dz2", w.slip("other class", NEIGHBOUR, -other * p[2] * p[1], -other * p[0] * p[1]))


CATEGORICAL = """
kind: loss
function: cross_entropy
targets: [[0, 1, 0], [1, 0, 0]]
predictions: [[0.25, 0.6, 0.15], [0.35, 0.42, 0.23]]
parts: [{find: ["L:1", "L:2", L]}, {find: ["dL/dyhat.2:1", "dL/dyhat.1:2"]}]
"""


def categorical(w: Work) -> None:
    p = np.array([[0.25, 0.6, 0.15], [0.35, 0.42, 0.23]])
    q = w.slip("largest for the true class", NEIGHBOUR + "|class", np.array([0.6, 0.35]), np.array([0.6, 0.42]))
    each = w.slip("log 2", "base 2", -np.log(q), -np.log2(q))
    each = w.slip("log 10", "base 10", each, -np.log10(q))
    each = w.slip("no minus", SIGN, each, np.log(q))
    each = w.slip("all classes", "all classes|sum over", each, -np.log(p).sum(axis=1))
    each = w.slip("binary", "every class|binary", each, -np.log(q) - np.log(1 - p).sum(axis=1) + np.log(1 - q))
    each = w.slip("1 − p", "1 − p", each, -np.log(1 - q))
    each = np.array([w.keep("L:1", each[0]), w.keep("L:2", each[1])])
    w.keep("L", w.slip("summed", "sum|division|mean", each.mean(), each.sum()))
    d = w.slip("sign", SIGN, -1 / (2 * q), 1 / (2 * q))
    d = w.slip("no mean", "mean|division|sum|" + LEFT_OUT, d, -1 / q)
    d = w.slip("p − t", "alone|−", d, (q - 1) / 2)
    w.keep("dL/dyhat.2:1", d[0])
    w.keep("dL/dyhat.1:2", d[1])


PROBLEMS = (
    Worked("network", LEAKY, leaky, digits=4),
    Worked("network", DEEP_TANH, deep_tanh),
    Worked("loss", SPAM, spam),
    Worked("activation", CURVES, curves),
    Worked("activation", SHARES, shares),
    Worked("loss", CATEGORICAL, categorical),
    Worked("normalization", LAYER_NORM, layer_norm, digits=5),
    Worked("perceptron", PERCEPTRON, perceptron),
    Worked("batching", BATCHES, batches),
)

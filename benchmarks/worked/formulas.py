"""Problems of kind formula, by hand."""

from __future__ import annotations

from math import cos, exp, log, log10, sin, sqrt

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign"
LEFT_OUT = "left out|forgotten"
NEIGHBOUR = "in place of|itself"


def three_gates(w: Work) -> None:
    x, y, z = -2.0, 5.0, -4.0
    q = w.keep("q", w.slip("minus", SIGN, x + y, x - y))
    w.keep("f", w.slip("sum", "sum in place|in place of the product", q * z, q + z))
    dq = w.step(w.slip("own factor", "itself", z, q))
    w.keep("df/dx", w.slip("x again", LEFT_OUT + "|itself|twice|" + SIGN, dq * 1, -dq))
    w.keep("df/dy", dq)
    w.keep("df/dz", w.slip("own factor z", "itself", q, z))


def sigmoid_neuron(w: Work) -> None:
    w0, x0, w1, x1, w2 = 2.0, -1.0, -3.0, -2.0, -3.0
    a = w.keep("a", w.slip("other input", NEIGHBOUR, w0 * x0, w0 * x1))
    b = w.keep("b", w.slip("sign of a product", SIGN, w1 * x1, -w1 * x1))
    s = w.keep("s", w.slip("bias", LEFT_OUT, a + b + w2, a + b))
    right = sigmoid(s)
    f = w.slip("exponent", "sign of the exponent", right, sigmoid(-s))
    f = w.slip("tanh", "tanh", f, np.tanh(s))
    f = w.slip("twice", "twice", f, sigmoid(right))
    f = w.keep("f", w.slip("linear", "taken where|activation left out", f, s))
    ds = f * (1 - f)
    ds = w.slip("slope of tanh", "1 − h²", ds, 1 - f**2)
    ds = w.slip("slope left out", "derivative forgotten|left out", ds, 1.0)
    ds = w.slip("half a slope", LEFT_OUT, ds, f)
    ds = w.step(w.slip("slope at s", "net input", ds, s * (1 - s)))
    w.keep("df/dw0", w.slip("w for x", NEIGHBOUR, ds * x0, ds * w0))
    w.keep("df/dx0", w.slip("x for w", NEIGHBOUR, ds * w0, ds * x0))
    w.keep("df/dw1", w.slip("other x", NEIGHBOUR, ds * x1, ds * x0))
    w.keep("df/dx1", w.slip("sign back", SIGN, ds * w1, -ds * w1))
    w.keep("df/dw2", w.slip("bias times x", "multiplied by", ds, ds * x1))


def lstm_step(w: Work) -> None:
    x, h0, c0 = 1.0, 0.5, 0.2
    wf, uf, wi, ui, wo, uo, wg, ug = 0.5, 0.4, 0.6, -0.2, 0.3, 0.8, 1.0, -0.5
    f = sigmoid(w.slip("state left out", LEFT_OUT, wf * x + uf * h0, wf * x))
    f = w.keep("f", w.slip("tanh gate", "tanh", f, np.tanh(wf * x + uf * h0)))
    i = w.keep("i", sigmoid(w.slip("sign in gate", SIGN, wi * x + ui * h0, wi * x - ui * h0)))
    one = NEIGHBOUR + "|" + LEFT_OUT  # x is 1: to take it for the state comes to leaving the state out
    o = w.keep("o", sigmoid(w.slip("input for state", one, wo * x + uo * h0, wo * x + uo * x)))
    net = wg * x + ug * h0
    g = w.keep("g", w.slip("sigmoid candidate", "sigmoid", np.tanh(net), sigmoid(net)))
    c = w.slip("gates exchanged", "swapped|exchanged|in place", f * c0 + i * g, i * c0 + f * g)
    c1 = w.keep("c1", w.slip("old cell left out", LEFT_OUT, c, i * g))
    t = w.step(np.tanh(c1))
    w.keep("h1", w.slip("no tanh", "taken where|activation left out", o * t, o * c1))
    slope = w.slip("slope of tanh left out", "derivative|" + LEFT_OUT, 1 - t**2, 1.0)
    slope = w.step(w.slip("1 − t", "square forgotten", slope, 1 - t))
    dc = w.step(w.slip("gate o left out", LEFT_OUT, o * slope, slope))
    w.keep("dh1/dc0", w.slip("i for f", NEIGHBOUR, dc * f, dc * i))
    df = w.step(w.slip("c0 left out", LEFT_OUT, dc * c0, dc))
    sf = w.slip("slope of the gate left out", "derivative|" + LEFT_OUT, f * (1 - f), 1.0)
    sf = w.slip("slope of tanh for the gate", "1 − h²", sf, 1 - f**2)
    w.keep("dh1/dwf", w.slip("h0 for x", NEIGHBOUR + "|multiplied", df * sf * x, df * sf * h0))


def gru_step(w: Work) -> None:
    x, h0 = 1.0, -0.5
    wz, uz, wr, ur, wh, uh = 0.4, 0.6, -0.3, 0.2, 0.8, 1.0
    z = w.keep("z", sigmoid(w.slip("minus state", SIGN, wz * x + uz * h0, wz * x - uz * h0)))
    r = w.keep("r", sigmoid(w.slip("weights of z", NEIGHBOUR, wr * x + ur * h0, wz * x + ur * h0)))
    net = w.slip("no reset", LEFT_OUT, wh * x + uh * (r * h0), wh * x + uh * h0)
    n = w.keep("n", w.slip("sigmoid for tanh", "sigmoid", np.tanh(net), sigmoid(net)))
    h = w.slip("z and 1 − z", "exchanged", z * h0 + (1 - z) * n, (1 - z) * h0 + z * n)
    h = w.slip("z twice", "where 1 − z is meant", h, z * h0 + z * n)
    w.keep("h1", w.slip("candidate alone", LEFT_OUT, h, (1 - z) * n))


def q_learning_step(w: Work) -> None:
    q, r, q1, q2, gamma, alpha = 2.0, 1.0, 3.0, 4.5, 0.9, 0.1
    best = w.slip("min", "max and min|other argument", max(q1, q2), min(q1, q2))
    y = w.slip("no discount", LEFT_OUT, r + gamma * best, r + best)
    y = w.keep("y", w.slip("no reward", LEFT_OUT, y, gamma * best))
    d = w.keep("delta", w.slip("turned", SIGN, y - q, q - y))
    new = w.slip("no rate", LEFT_OUT, q + alpha * d, q + d)
    new = w.slip("step alone", LEFT_OUT, new, alpha * d)
    w.keep("Q_new", w.slip("subtracted", SIGN, new, q - alpha * d))


TWO_LAYERS = """
kind: formula
given: {x: 1.37, w: 0.83, b: -0.41, v: -1.24, c: 0.52, t: 0.68}
define:
  z: w*x + b
  h: tanh(z)
  s: v*h + c
  p: sigmoid(s)
  L: (p - t)^2/2
parts:
  - {points: 5, find: [z, h, s, p, L]}
  - {points: 5, find: [dL/dp, dL/ds, dL/dv, dL/dc, dL/dh, dL/dz, dL/dw, dL/db]}
"""


def two_layers(w: Work) -> None:
    x, u, b, v, c, t = 1.37, 0.83, -0.41, -1.24, 0.52, 0.68
    z = w.slip("bias", LEFT_OUT, u * x + b, u * x)
    z = w.keep("z", w.slip("brackets", "bracket|factor", z, u * (x + b)))
    h = w.slip("sigmoid", "sigmoid", np.tanh(z), sigmoid(z))
    h = w.keep("h", w.slip("relu", "taken where|activation left out", h, z))
    s = w.keep("s", w.slip("sign of c", SIGN, v * h + c, v * h - c))
    p = w.slip("tanh out", "tanh", sigmoid(s), np.tanh(s))
    p = w.keep("p", w.slip("sigmoid twice", "twice", p, sigmoid(sigmoid(s))))
    loss = w.slip("no half", "division left out|1/2|factor", (p - t) ** 2 / 2, (p - t) ** 2)
    loss = w.slip("no square", "square", loss, (p - t) / 2)
    w.keep("L", w.slip("absolute", "absolute", loss, abs(p - t) / 2))
    dp = w.slip("turned", SIGN, p - t, t - p)
    dp = w.keep("dL/dp", w.slip("factor 2", "factor|division", dp, 2 * (p - t)))
    ds = dp * p * (1 - p)
    ds = w.slip("shortcut", "forgotten|alone|left out", ds, dp)
    ds = w.slip("slope of tanh", "1 − h²", ds, dp * (1 - p**2))
    ds = w.slip("slope at s", "net input", ds, dp * s * (1 - s))
    ds = w.keep("dL/ds", w.slip("slope at p", "activated", ds, dp * sigmoid(p) * (1 - sigmoid(p))))
    w.keep("dL/dv", w.slip("v for h", NEIGHBOUR, ds * h, ds * v))
    w.keep("dL/dc", w.slip("bias times h", "multiplied by", ds, ds * h))
    dh = w.keep("dL/dh", w.slip("v left out", LEFT_OUT, ds * v, ds))
    dz = dh * (1 - h**2)
    dz = w.slip("1 − h", "square", dz, dh * (1 - h))
    dz = w.slip("sigmoid slope", "h·\\(1 − h\\)", dz, dh * h * (1 - h))
    dz = w.slip("no slope", "forgotten|left out", dz, dh)
    dz = w.keep("dL/dz", w.slip("slope at z", "net input", dz, dh * (1 - z**2)))
    w.keep("dL/dw", w.slip("w for x", NEIGHBOUR, dz * x, dz * u))
    w.keep("dL/db", w.slip("b times x", "multiplied by", dz, dz * x))


PATHS = """
kind: formula
given: {x: 1.6, y: -0.7, k: 2.3, m: 0.45}
define:
  a: x^2*y
  b: exp(m*x)
  c: max(k*x, b)
  d: sqrt(a^2 + c^2)
  e: log(b)/k
  f: d*e + a
parts:
  - {points: 3, find: [a, b, c, d, e, f]}
  - {points: 3, find: [df/dd, df/de, df/dc, df/da, df/db, df/dx, df/dy, df/dk]}
"""


def paths(w: Work) -> None:
    x, y, k, m = 1.6, -0.7, 2.3, 0.45
    a = w.slip("square", "square", x**2 * y, x * y)
    a = w.keep("a", w.slip("doubled", "doubled", a, 2 * x * y))
    b = w.slip("factor in exponent", LEFT_OUT, exp(m * x), exp(x))
    b = w.keep("b", w.slip("exponent turned", "exponent", b, exp(-m * x)))
    c = w.keep("c", w.slip("other side", "max|argument", max(k * x, b), b))
    d = w.slip("root", "root", sqrt(a**2 + c**2), a**2 + c**2)
    d = w.keep("d", w.slip("no squares", "square", d, sqrt(abs(a + c))))
    e = w.slip("log 10", "base 10", log(b) / k, log10(b) / k)
    e = w.slip("turned over", "turned", e, k / log(b))
    e = w.keep("e", w.slip("not divided", LEFT_OUT, e, log(b)))
    f = w.slip("term", LEFT_OUT, d * e + a, d * e)
    w.keep("f", w.slip("sign", SIGN, f, d * e - a))
    dd = w.keep("df/dd", w.slip("own d", "itself", e, d))
    de = w.keep("df/de", w.slip("own e", "itself", d, e))
    dc = w.slip("a for c", NEIGHBOUR, dd * c / d, dd * a / d)
    dc = w.slip("no division", LEFT_OUT, dc, dd * c)
    dc = w.keep("df/dc", w.slip("no c", LEFT_OUT, dc, dd / d))
    da = w.slip("path through d", LEFT_OUT, dd * a / d + 1, 1.0)
    da = w.keep("df/da", w.slip("direct path", LEFT_OUT, da, dd * a / d))
    db = (dc if b >= k * x else 0.0) + de / b / k
    db = w.slip("log′", "turned|in place|multiplied", db, de * b / k)
    db = w.slip("k", LEFT_OUT, db, de / b)
    db = w.keep("df/db", w.slip("into max", "side|max", db, db + dc))
    through = dc * k if k * x >= b else 0.0
    dx = da * 2 * x * y + db * m * b + through
    dx = w.slip("path of a", LEFT_OUT, dx, db * m * b + through)
    dx = w.slip("path of c", LEFT_OUT, dx, da * 2 * x * y + db * m * b)
    dx = w.slip("inner m", LEFT_OUT, dx, da * 2 * x * y + db * b + through)
    w.keep("df/dx", w.slip("2 of the square", LEFT_OUT, dx, da * x * y + db * m * b + through))
    w.keep("df/dy", w.slip("unsquared", "square", da * x**2, da * x))
    dk = (dc * x if k * x >= b else 0.0) - de * log(b) / k**2
    dk = w.slip("quotient", LEFT_OUT, dk, dc * x)
    dk = w.slip("k²", "square|" + LEFT_OUT, dk, dc * x - de * log(b) / k)
    w.keep("df/dk", w.slip("sign of quotient", SIGN, dk, dc * x + de * log(b) / k**2))


STATISTICS = """
kind: formula
given: {x1: 2.31, x2: 4.07, x3: 3.52, x4: 5.88}
define:
  mu: (x1 + x2 + x3 + x4)/4
  var: ((x1 - mu)^2 + (x2 - mu)^2 + (x3 - mu)^2 + (x4 - mu)^2)/4
  sd: sqrt(var)
  y1: (x1 - mu)/sd
  y4: (x4 - mu)/sd
parts: [{points: 5, find: [mu, var, sd, y1, y4]}]
"""


def statistics(w: Work) -> None:
    x = np.array([2.31, 4.07, 3.52, 5.88])
    mu = w.slip("sum", "division|" + LEFT_OUT, x.mean(), x.sum())
    mu = w.slip("by 3", "one less", mu, x.sum() / 3)
    mu = w.keep("mu", w.slip("one term", LEFT_OUT, mu, x[:3].sum() / 4))
    var = w.slip("n − 1", "one less", ((x - mu) ** 2).sum() / 4, ((x - mu) ** 2).sum() / 3)
    var = w.slip("no division", LEFT_OUT, var, ((x - mu) ** 2).sum())
    var = w.slip("absolute", "absolute", var, abs(x - mu).sum() / 4)
    var = w.keep("var", w.slip("a term", LEFT_OUT, var, ((x[:3] - mu) ** 2).sum() / 4))
    sd = w.keep("sd", w.slip("root", "root", sqrt(var), var))
    y = w.slip("variance for deviation", "root|in place|taken where", (x - mu) / sd, (x - mu) / var)
    y = w.slip("not divided", LEFT_OUT, y, x - mu)
    y = w.slip("not centred", LEFT_OUT, y, x / sd)
    w.keep("y1", w.slip("turned", SIGN, y[0], -y[0]))
    w.keep("y4", w.slip("x3 for x4", NEIGHBOUR, y[3], y[2]))


WAVES = """
kind: formula
given: {a: 1.9, u: 0.64, g: 0.37, r: 2.8}
define:
  s: a*sin(u) + cos(u)
  n: abs(s - r)
  q: g*n + (1 - g)*n^2
  o: q/(1 + q)
parts: [{points: 4, find: [s, n, q, o]}, {points: 4, find: [do/dq, do/dn, do/ds, do/du]}]
"""


def waves(w: Work) -> None:
    a, u, g, r = 1.9, 0.64, 0.37, 2.8
    s = w.slip("amplitude", LEFT_OUT, a * sin(u) + cos(u), sin(u) + cos(u))
    s = w.keep("s", w.slip("minus cos", SIGN, s, a * sin(u) - cos(u)))
    n = w.slip("sign kept", SIGN, abs(s - r), s - r)
    n = w.keep("n", w.slip("squared", "square", n, (s - r) ** 2))
    q = w.slip("g exchanged", "exchanged", g * n + (1 - g) * n**2, (1 - g) * n + g * n**2)
    q = w.keep("q", w.slip("not squared", "square", q, g * n + (1 - g) * n))
    o = q / (1 + q)
    o = w.slip("turned over", "turned", o, (1 + q) / q)
    w.keep("o", w.slip("not divided", LEFT_OUT, o, q))
    dq = w.keep("do/dq", w.slip("not squared below", "square", 1 / (1 + q) ** 2, 1 / (1 + q)))
    dn = w.slip("2 left out", LEFT_OUT, dq * (g + (1 - g) * 2 * n), dq * (g + (1 - g) * n))
    dn = w.slip("g path", LEFT_OUT, dn, dq * (1 - g) * 2 * n)
    dn = w.keep("do/dn", w.slip("outer", LEFT_OUT, dn, g + (1 - g) * 2 * n))
    ds = w.keep("do/ds", w.slip("side of abs", "side|sign", dn * (-1 if s < r else 1), dn * (1 if s < r else -1)))
    du = w.slip("cos′", SIGN, ds * (a * cos(u) - sin(u)), ds * (a * cos(u) + sin(u)))
    w.keep("do/du", w.slip("a", LEFT_OUT, du, ds * (cos(u) - sin(u))))


PROBLEMS = (
    Worked("formula", "three-gates", three_gates),
    Worked("formula", "sigmoid-neuron", sigmoid_neuron, 0.01),
    Worked("formula", "lstm-step", lstm_step),
    Worked("formula", "gru-step", gru_step),
    Worked("formula", "q-learning-step", q_learning_step),
    Worked("formula", TWO_LAYERS, two_layers),
    Worked("formula", PATHS, paths),
    Worked("formula", STATISTICS, statistics),
    Worked("formula", WAVES, waves),
)

"""Recurrent cells: LSTM, GRU, a network with a sigmoid output and one of vectors, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"

LSTM = """
kind: recurrent
cell: lstm
inputs: [0.8, -0.5]
weights: {W_f: 0.6, U_f: -0.3, b_f: 0.2, W_i: 0.9, U_i: 0.4, b_i: -0.1,
          W_o: -0.7, U_o: 0.5, b_o: 0.3, W_g: 1.1, U_g: -0.6, b_g: 0.1}
initial: {h: 0.35, c: -0.45}
parts: [{find: [f1, i1, g1, c1, o1, h1]}, {find: [f2, i2, g2, c2, o2, h2]}]
"""


def lstm(w: Work) -> None:
    u = {"f": (0.6, -0.3, 0.2), "i": (0.9, 0.4, -0.1), "o": (-0.7, 0.5, 0.3), "g": (1.1, -0.6, 0.1)}
    h, c = 0.35, -0.45
    for k, x in ((1, 0.8), (2, -0.5)):
        net = {gate: a * x + b * h + bias for gate, (a, b, bias) in u.items()}
        net = w.slip("no bias", "bias", net, {gate: a * x + b * h for gate, (a, b, _) in u.items()})
        net = w.slip("no state", "state|" + LEFT_OUT, net, {gate: a * x + bias for gate, (a, _, bias) in u.items()})
        net = w.slip(
            "weights exchanged", "exchanged", net, {gate: b * x + a * h + bias for gate, (a, b, bias) in u.items()}
        )
        if k == 2:
            first = {gate: a * x + b * 0.35 + bias for gate, (a, b, bias) in u.items()}
            net = w.slip("first state again", "state before the first|step before|initial", net, first)
            older = {gate: a * 0.8 + b * h + bias for gate, (a, b, bias) in u.items()}
            net = w.slip("first input again", "input|" + NEIGHBOUR, net, older)
        gate = {each: sigmoid(net[each]) for each in "fio"}
        gate = w.slip("tanh gates", "tanh", gate, {each: np.tanh(net[each]) for each in "fio"})
        f, i = w.keep(f"f{k}", gate["f"]), w.keep(f"i{k}", gate["i"])
        g = w.slip("sigmoid candidate", "sigmoid", np.tanh(net["g"]), sigmoid(net["g"]))
        g = w.keep(f"g{k}", w.slip("linear candidate", "activation", g, net["g"]))
        new = w.slip("gates exchanged", "exchanged|swapped|" + NEIGHBOUR, f * c + i * g, i * c + f * g)
        new = w.slip("no old cell", LEFT_OUT, new, i * g)
        new = w.slip("no forget gate", LEFT_OUT + "|forget", new, c + i * g)
        new = w.slip("no input gate", LEFT_OUT, new, f * c + g)
        new = w.slip("1 − f", "1 − f|in place|1 −|i₁|i1|exchanged", new, f * c + (1 - f) * g)
        c = w.keep(f"c{k}", w.slip("subtracted", SIGN, new, f * c - i * g))
        o = w.keep(f"o{k}", gate["o"])
        h = w.slip("no tanh", "activation|tanh|taken", o * np.tanh(c), o * c)
        h = w.slip("sigmoid of the cell", "sigmoid", h, o * sigmoid(c))
        h = w.slip("no output gate", LEFT_OUT, h, np.tanh(c))
        h = w.keep(f"h{k}", w.slip("tanh outside", "tanh|activation|function", h, np.tanh(o * c)))


GRU = """
kind: recurrent
cell: gru
inputs: [0.7, -1.1]
weights: {W_z: 0.5, U_z: 0.8, b_z: -0.2, W_r: -0.4, U_r: 0.9, b_r: 0.1, W_n: 1.2, U_n: -0.7, b_n: 0.3}
initial: {h: 0.6}
parts: [{find: [z1, r1, n1, h1]}, {find: [z2, r2, n2, h2]}]
"""


def gru(w: Work) -> None:
    h = 0.6
    for k, x in ((1, 0.7), (2, -1.1)):
        z = w.slip("no state", "state|" + LEFT_OUT, sigmoid(0.5 * x + 0.8 * h - 0.2), sigmoid(0.5 * x - 0.2))
        z = w.keep(f"z{k}", w.slip("tanh", "tanh", z, np.tanh(0.5 * x + 0.8 * h - 0.2)))
        r = w.slip("no bias", "bias", sigmoid(-0.4 * x + 0.9 * h + 0.1), sigmoid(-0.4 * x + 0.9 * h))
        r = w.keep(f"r{k}", w.slip("exponent", "exponent", r, sigmoid(0.4 * x - 0.9 * h - 0.1)))
        net = 1.2 * x - 0.7 * r * h + 0.3
        net = w.slip("no reset", "reset|" + LEFT_OUT, net, 1.2 * x - 0.7 * h + 0.3)
        net = w.slip("z for r", NEIGHBOUR, net, 1.2 * x - 0.7 * z * h + 0.3)
        net = w.slip("reset the input", "reset|" + NEIGHBOUR, net, 1.2 * r * x - 0.7 * h + 0.3)
        net = w.slip("plus state", SIGN, net, 1.2 * x + 0.7 * r * h + 0.3)
        n = w.slip("sigmoid", "sigmoid", np.tanh(net), sigmoid(net))
        n = w.keep(f"n{k}", w.slip("linear", "activation", n, net))
        new = w.slip("z and 1 − z", "exchanged|1 −|1 minus", z * h + (1 - z) * n, (1 - z) * h + z * n)
        new = w.slip("z twice", "1 −", new, z * h + z * n)
        new = w.slip("r for z", NEIGHBOUR, new, r * h + (1 - r) * n)
        new = w.slip("candidate whole", LEFT_OUT, new, z * h + n)
        h = w.keep(f"h{k}", w.slip("no old state", LEFT_OUT, new, (1 - z) * n))


CLASSIFIER = """
kind: recurrent
inputs: [0.9, -0.4, 0.7]
weights: {W_x: 0.8, W_h: -0.6, b: 0.15, W_y: 1.3, b_y: -0.25}
initial: {h: 0.2}
output: sigmoid
output_at: last
loss: {function: binary_cross_entropy, targets: 1}
parts: [{find: [h1, h2, h3, y3, L]}, {find: [dL/dW_y, dL/db_y, dL/dh3, dL/dh2, dL/dh1, dL/dW_h, dL/dW_x, dL/db]}]
"""


def classifier(w: Work) -> None:
    x, u, r, b, v, c, h = (0.9, -0.4, 0.7), 0.8, -0.6, 0.15, 1.3, -0.25, 0.2
    states = [h]
    for k in range(3):
        net = u * x[k] + r * h + b
        net = w.slip("no state", "state|" + LEFT_OUT, net, u * x[k] + b)
        net = w.slip("no bias", "bias", net, u * x[k] + r * h)
        net = w.slip("weights exchanged", "exchanged|swapped", net, r * x[k] + u * h + b)
        net = w.slip("sign of the state", SIGN, net, u * x[k] - r * h + b)
        h = w.slip("sigmoid", "sigmoid", np.tanh(net), sigmoid(net))
        h = w.keep(f"h{k + 1}", w.slip("relu", "ReLU", h, max(net, 0.0)))
        states.append(h)
    s = w.slip("no output bias", "bias|" + LEFT_OUT, v * h + c, v * h)
    s = w.slip("state before", "step before|" + NEIGHBOUR, s, v * states[2] + c)
    y = w.slip("linear output", "activation", sigmoid(s), s)
    y = w.keep("y3", w.slip("tanh output", "tanh", y, np.tanh(s)))
    loss = w.slip("squared error", "square", -np.log(y), (1 - y) ** 2)
    loss = w.slip("log 2", "base 2", loss, -np.log2(y))
    loss = w.slip("log 10", "base 10", loss, -np.log10(y))
    w.keep("L", w.slip("1 − y", "1 − p|1 −|exchanged", loss, -np.log(1 - y)))
    d = w.slip("turned", SIGN, y - 1, 1 - y)
    d = w.slip("slope on top", "on top|derivative|twice", d, (y - 1) * y * (1 - y))
    d = w.step(w.slip("loss alone", "derivative|" + LEFT_OUT, d, -1 / y))
    w.keep("dL/dW_y", w.slip("state before it", "step before|" + NEIGHBOUR, d * h, d * states[2]))
    w.keep("dL/db_y", w.slip("times the state", "multiplied", d, d * h))
    d3 = w.keep("dL/dh3", w.slip("no output weight", LEFT_OUT, d * v, d))
    slope = 1 - np.square(states)
    slope = w.slip("no slope", "derivative|" + LEFT_OUT, slope, np.ones(4))
    slope = w.slip("not squared", "square", slope, 1 - np.array(states))
    slope = w.slip("slope of the sigmoid", "h·\\(1 − h\\)", slope, np.array(states) * (1 - np.array(states)))
    d2 = w.slip("no recurrent weight", LEFT_OUT, d3 * slope[3] * r, d3 * slope[3])
    d2 = w.slip("input weight", NEIGHBOUR, d2, d3 * slope[3] * u)
    d2 = w.keep("dL/dh2", w.slip("slope of its own", "step before|" + NEIGHBOUR, d2, d3 * slope[2] * r))
    d1 = w.keep("dL/dh1", d2 * slope[2] * r)
    shares = np.array([d1 * slope[1], d2 * slope[2], d3 * slope[3]])
    dr = shares @ states[:3]
    dr = w.slip("own states", "own state|step|" + NEIGHBOUR, dr, shares @ states[1:])
    w.keep("dL/dW_h", w.slip("last step alone", "step|" + LEFT_OUT, dr, shares[2] * states[2]))
    dx = w.slip("last step for x", "step|" + LEFT_OUT, shares @ x, shares[2] * x[2])
    dx = w.slip("mean of the steps", "mean|division", dx, shares @ x / 3)
    w.keep("dL/dW_x", w.slip("truncated", "truncat|step|" + LEFT_OUT, dx, shares[1:] @ x[1:]))
    w.keep("dL/db", w.slip("times x", "multiplied|input", shares.sum(), shares @ x))


VECTORS = """
kind: recurrent
inputs: [[0.6, -1.1], [0.9, 0.3]]
weights: {W_x: [[0.4, -0.7], [0.8, 0.2]], W_h: [[0.5, 0.1], [-0.3, 0.6]], b: [0.1, -0.2], W_y: [[1.2, -0.9]],
          b_y: [0.3]}
initial: {h: [0.25, -0.4]}
loss: {function: half_sum, targets: [[0.7], [-0.4]], at: each}
parts: [{find: [h1, h2, y1, y2, L]}, {find: [dL/dW_y, dL/dh2, dL/dh1, dL/dW_h, dL/db]}]
"""


def vectors(w: Work) -> None:
    x = np.array([[0.6, -1.1], [0.9, 0.3]])
    u, r = np.array([[0.4, -0.7], [0.8, 0.2]]), np.array([[0.5, 0.1], [-0.3, 0.6]])
    b, v, c, t = np.array([0.1, -0.2]), np.array([1.2, -0.9]), 0.3, (0.7, -0.4)
    h = np.array([0.25, -0.4])
    states, outputs = [h], []
    for k in range(2):
        net = u @ x[k] + r @ h + b
        net = w.slip("W_x transposed", "transposed|order", net, u.T @ x[k] + r @ h + b)
        net = w.slip("W_h transposed", "transposed|order", net, u @ x[k] + r.T @ h + b)
        net = w.slip("no bias", "bias", net, u @ x[k] + r @ h)
        net = w.slip("no state", "state|" + LEFT_OUT, net, u @ x[k] + b)
        net = w.slip("exchanged", "exchanged", net, r @ x[k] + u @ h + b)
        h = w.slip("sigmoid", "sigmoid", np.tanh(net), sigmoid(net))
        h = w.keep(f"h{k + 1}", w.slip("no activation", "activation", h, net))
        states.append(h)
    for k in range(2):
        y = w.slip("no output bias", "bias|" + LEFT_OUT, v @ states[k + 1] + c, v @ states[k + 1])
        outputs.append(w.keep(f"y{k + 1}", w.slip("state before", "step before", y, v @ states[k] + c)))
    e = np.array(outputs) - t
    loss = w.slip("no half", "half|½|1/2|factor|division", (e**2).sum() / 2, (e**2).sum())
    loss = w.slip("mean", "mean|factor", loss, (e**2).mean() / 2)
    w.keep("L", w.slip("last alone", "step|" + LEFT_OUT, loss, e[1] ** 2 / 2))
    dv = w.slip("last step alone", "step|" + LEFT_OUT, e[0] * states[1] + e[1] * states[2], e[1] * states[2])
    w.keep("dL/dW_y", dv[None])
    d2 = w.keep("dL/dh2", w.slip("turned", SIGN, e[1] * v, -e[1] * v))
    s2 = w.slip("no slope", "derivative|" + LEFT_OUT, d2 * (1 - states[2] ** 2), d2)
    s2 = w.slip("not squared", "square", s2, d2 * (1 - states[2]))
    d1 = w.slip("not transposed", "transposed|order", r.T @ s2 + e[0] * v, r @ s2 + e[0] * v)
    d1 = w.slip("later steps alone", "own|" + LEFT_OUT, d1, r.T @ s2)
    d1 = w.keep("dL/dh1", w.slip("own loss alone", "path|step|" + LEFT_OUT, d1, e[0] * v))
    s1 = w.slip("no first slope", "derivative|" + LEFT_OUT, d1 * (1 - states[1] ** 2), d1)
    dr = w.slip("own states", "own state|step|" + NEIGHBOUR, np.outer(s2, states[1]), np.outer(s2, states[2]))
    dr = dr + np.outer(s1, states[0])
    dr = w.slip("outer turned", "order|other way|transposed", dr, dr.T)
    w.keep("dL/dW_h", dr)
    w.keep("dL/db", w.slip("last share", "step|" + LEFT_OUT, s1 + s2, s2))


PROBLEMS = (
    Worked("recurrent", LSTM, lstm),
    Worked("recurrent", GRU, gru),
    Worked("recurrent", CLASSIFIER, classifier),
    Worked("recurrent", VECTORS, vectors, digits=5),
)

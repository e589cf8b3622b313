"""Recurrent networks, perceptrons and measures, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked, sigmoid

SIGN = "sign|minus|turned"
LEFT_OUT = "left out|forgotten"
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"


def elman_through_time(w: Work) -> None:
    x, u, r, b, v, t = np.array([1.0, 0.5, -1.0]), 0.6, 0.9, 0.1, 1.5, 0.5
    state, states = 0.0, []
    for k in range(3):
        before = w.slip("no state", "state|" + LEFT_OUT, r * state, 0.0)
        bias = w.slip("bias", "bias|" + LEFT_OUT, b, 0.0)
        net = w.slip("input exchanged", NEIGHBOUR, u * x[k], u * x[k - 1]) + before + bias
        state = w.slip("sigmoid", "sigmoid", np.tanh(net), sigmoid(net))
        state = w.keep(f"h{k + 1}", w.slip("no tanh", "activation left out|activation", state, net))
        states.append(state)
    h1, h2, h3 = states
    y = w.keep("y3", w.slip("earlier state", NEIGHBOUR + "|step before", v * h3, v * h2))
    loss = w.slip("no half", "factor|division|½", (y - t) ** 2 / 2, (y - t) ** 2)
    w.keep("L", w.slip("absolute", "absolute", loss, abs(y - t) / 2))
    d = w.step(w.slip("turned", SIGN, y - t, t - y))
    d3 = w.step(w.slip("no output weight", LEFT_OUT, d * v, d))
    slope = w.slip("no slope", "derivative|" + LEFT_OUT, 1 - np.square(states), np.ones(3))
    slope = w.slip("1 − h", "square", slope, 1 - np.array(states))
    slope = w.slip("slope of the sigmoid", "h·\\(1 − h\\)", slope, np.array(states) * (1 - np.array(states)))
    d2 = w.step(w.slip("no recurrent weight", LEFT_OUT, d3 * slope[2] * r, d3 * slope[2]))
    d1 = d2 * slope[1] * r
    three = w.keep("dL/dW_h:3", w.slip("own state", NEIGHBOUR, d3 * slope[2] * h2, d3 * slope[2] * h3))
    two = w.keep("dL/dW_h:2", d2 * slope[1] * h1)
    w.keep("dL/dW_h", w.slip("last step alone", LEFT_OUT + "|step", three + two, three))
    parts = np.array([d1 * slope[0] * x[0], d2 * slope[1] * x[1], d3 * slope[2] * x[2]])
    w.keep("dL/dW_x", w.slip("truncated", LEFT_OUT + "|truncat", parts.sum(), parts[1:].sum()))
    w.keep("truncated.W_x", w.slip("not truncated", LEFT_OUT + "|truncat|step", parts[1:].sum(), parts[2]))


def adaline_two_samples(w: Work) -> None:
    x, t, u, b = np.array([[1.0, 0.5], [-1.0, 1.5]]), np.array([1.0, -1.0]), np.array([0.5, -0.5]), 0.1
    for k, end in ((0, ""), (1, "@1")):
        z = w.slip("bias", "bias|" + LEFT_OUT, u @ x[k] + b, u @ x[k])
        z = w.keep(f"z:{k + 1}{end}", w.slip("sign", SIGN, z, abs(u) @ x[k] + b))
        e = w.keep(f"e:{k + 1}{end}", w.slip("turned", SIGN, t[k] - z, z - t[k]))
        rate = w.slip("no rate", "learning rate|" + LEFT_OUT, 0.2, 1.0)
        sign = w.slip("subtracted", SIGN + "|subtracted|taken away", 1.0, -1.0)
        inputs = w.slip("no input", LEFT_OUT, x[k], np.ones(2))
        inputs = w.slip("inputs exchanged", NEIGHBOUR, inputs, x[k][::-1])
        new = u + sign * rate * e * inputs
        u = np.array([w.keep(f"w1@{k + 1}", new[0]), w.keep(f"w2@{k + 1}", new[1])])
        b = w.keep(f"b@{k + 1}", b + sign * rate * e)


def regression_errors(w: Work) -> None:
    y, q = np.array([2, 3.5, 5, 4, 7.5]), np.array([2.5, 3, 4.5, 5, 7])
    a = w.slip("summed", "sum|divi", abs(y - q).mean(), abs(y - q).sum())
    w.keep("MAE", w.slip("signs kept", "sign", a, (y - q).mean()))
    s = w.slip("n − 1", "one less|n − 1", ((y - q) ** 2).mean(), ((y - q) ** 2).sum() / 4)
    s = w.keep("MSE", w.slip("all summed", "sum|divi", s, ((y - q) ** 2).sum()))
    w.keep("RMSE", w.slip("no root", "root", np.sqrt(s), s))
    spread = ((y - y.mean()) ** 2).sum()
    r = w.slip(
        "share alone", LEFT_OUT + "|1 −|1 minus", 1 - ((y - q) ** 2).sum() / spread, ((y - q) ** 2).sum() / spread
    )
    w.keep("R2", w.slip("plus", SIGN, r, 1 + ((y - q) ** 2).sum() / spread))


def spam_filter(w: Work) -> None:
    tp, fp, fn, tn = 48.0, 12.0, 32.0, 208.0
    w.keep("accuracy", w.slip("positives alone", LEFT_OUT, (tp + tn) / 300, tp / 300))
    p = w.keep("precision", w.slip("as recall", NEIGHBOUR + "|recall", tp / (tp + fp), tp / (tp + fn)))
    r = w.keep("recall", w.slip("as precision", NEIGHBOUR + "|precision", tp / (tp + fn), tp / (tp + fp)))
    w.keep("specificity", w.slip("false ones", NEIGHBOUR + "|1 −", tn / (tn + fp), fp / (tn + fp)))
    w.keep("F1", w.slip("no 2", LEFT_OUT, 2 * p * r / (p + r), p * r / (p + r)))
    f = w.slip("β not squared", "square|β", 5 * p * r / (4 * p + r), 3 * p * r / (2 * p + r))
    w.keep("F_beta", w.slip("β at recall", NEIGHBOUR + "|β", f, 5 * p * r / (p + 4 * r)))
    w.keep(
        "balanced_accuracy", w.slip("not halved", "division|" + LEFT_OUT, (r + tn / (tn + fp)) / 2, r + tn / (tn + fp))
    )


PROBLEMS = (
    Worked("recurrent", "elman-through-time", elman_through_time),
    Worked("perceptron", "adaline-two-samples", adaline_two_samples),
    Worked("evaluation", "regression-errors", regression_errors),
    Worked("evaluation", "spam-filter", spam_filter),
)

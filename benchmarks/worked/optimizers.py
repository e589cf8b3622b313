"""Steps of optimizers, sizes of layers and counts of batches, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked

SIGN = "sign|added"
LEFT_OUT = "left out|forgotten"


def adam_two_steps(w: Work) -> None:
    b1, b2 = w.slip("rates exchanged", "exchanged", (0.9, 0.999), (0.999, 0.9))
    rate = w.slip("no rate", "learning rate", 0.1, 1.0)
    sign = w.slip("added", SIGN, -1.0, 1.0)
    value, m, v = np.array([0.5, -1.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate((np.array([0.2, -4.0]), np.array([0.1, 2.0])), start=1):
        m, v = w.slip("not accumulated", "state|before", (m, v), (np.zeros(2), np.zeros(2)))
        m = w.step(w.slip("1 − β₁", "1 − β₁ left out|weight", b1 * m + (1 - b1) * g, b1 * m + g))
        squared = w.slip("not squared", "not squared|square", g**2, abs(g))
        v = w.step(b2 * v + (1 - b2) * squared)
        mh, vh = w.step(m / (1 - b1**t)), w.step(v / (1 - b2**t))
        mh, vh = w.slip("no correction", "correction", (mh, vh), (m, v))
        mh = w.slip("m not corrected", "correction", mh, m)
        vh = w.slip("v not corrected", "correction", vh, v)
        root = w.slip("no root", "root", np.sqrt(vh), vh)
        value = value + sign * rate * mh / (root + 1e-8)
        end = "+" if t == 1 else f"@{t}"
        value = np.array([w.keep(f"w{end}", value[0]), w.keep(f"b{end}", value[1])])


def adagrad_one_step(w: Work) -> None:
    u, g = np.array([0.5, -0.3, 0.1]), np.array([0.2, -0.4, 0.1])
    names = ("w1", "w2", "b")
    a = w.slip("not squared", "square", g**2, g)
    a = np.array([w.keep(f"G.{name}@1", a[k]) for k, name in enumerate(names)])
    r = w.slip("no root", "root", 0.1 / np.sqrt(a + 1e-8), 0.1 / a)
    r = w.slip("rate forgotten", "learning rate|left out", r, 1 / np.sqrt(a + 1e-8))
    r = w.slip("multiplied", "multiplied", r, 0.1 * np.sqrt(a))
    r = np.array([w.keep(f"rate.{name}@1", r[k]) for k, name in enumerate(names)])
    new = w.slip("added", SIGN, u - r * g, u + r * g)
    new = w.slip("no gradient", LEFT_OUT, new, u - r)
    for k, name in enumerate(names):
        w.keep(f"{name}+", new[k])


MOMENTUM = """
kind: optimizer
method: momentum
learning_rate: 0.2
momentum: 0.85
parameters: {w: 1.37, u: -0.62}
gradients: [{w: 1.82, u: -0.74}, {w: 1.13, u: 0.46}]
parts: [{points: 4, find: [v.w@1, v.u@1, w@1, u@1]}, {points: 4, find: [v.w@2, v.u@2, w@2, u@2]}]
"""


def momentum(w: Work) -> None:
    value, v = np.array([1.37, -0.62]), np.zeros(2)
    gradients = (np.array([1.82, -0.74]), np.array([1.13, 0.46]))
    for t, g in enumerate(gradients, start=1):
        old = v
        v = w.slip("rate left out", "learning rate", 0.85 * v + 0.2 * g, 0.85 * v + g)
        v = w.slip("not accumulated", "state|before|left out", v, 0.2 * g)
        v = w.slip("averaged", "1 − γ", v, 0.85 * old + 0.15 * 0.2 * g)
        v = w.slip("γ left out", LEFT_OUT, v, old + 0.2 * g)
        v = w.slip("minus", SIGN, v, 0.85 * old - 0.2 * g)
        v = np.array([w.keep(f"v.w@{t}", v[0]), w.keep(f"v.u@{t}", v[1])])
        step = w.slip("velocity before", "before|in place|left out", v, old)
        step = w.slip("rate twice", "both|learning rate", step, 0.2 * v)
        step = w.slip("gradient for velocity", "in place|state|without the velocity", step, 0.2 * g)
        value = w.slip("added", SIGN, value - step, value + step)
        value = np.array([w.keep(f"w@{t}", value[0]), w.keep(f"u@{t}", value[1])])


def rmsprop_two_steps(w: Work) -> None:
    value, v = np.array([0.3, -0.2]), np.zeros(2)
    for t, g in enumerate((np.array([0.5, -2.0]), np.array([0.4, 1.0])), start=1):
        old = v
        v = w.slip("decay swapped", "swapped", 0.9 * v + 0.1 * g**2, 0.1 * v + 0.9 * g**2)
        v = w.slip("not squared", "square", v, 0.9 * old + 0.1 * abs(g))
        v = w.slip("1 − ρ left out", "left out", v, 0.9 * old + g**2)
        v = w.step(w.slip("not accumulated", "state|before", v, 0.1 * g**2))
        rate = w.step(w.slip("no root", "root", 0.01 / np.sqrt(v + 1e-8), 0.01 / v))
        value = w.slip("added", SIGN, value - rate * g, value + rate * g)
        end = "+" if t == 1 else f"@{t}"
        value = np.array([w.keep(f"w{end}", value[0]), w.keep(f"b{end}", value[1])])


def small_cnn(w: Work) -> None:
    side = w.slip("no padding", "padding", 28, 24)
    side = w.slip("padding once", "once|both ends", side, 26)
    first = w.keep("shape1", (side, side, w.slip("depth of the input", "depth|filter", 6, 1)))
    side = w.slip("pooling stride", "stride", first[0] // 2, first[0] - 1)
    second = w.keep("shape2", (side, side, first[2]))
    side = w.slip("no + 1", "\\+ 1", second[0] - 4, second[0] - 5)
    third = w.keep("shape3", (side, side, w.slip("channels × filters", "channels|depth", 16, 96)))
    w.keep("shape4", (third[0] // 2, third[0] // 2, third[2]))
    one = w.slip("no biases", "bias", 156, 150)
    one = w.keep("params1", w.slip("one filter", "one filter", one, 26))
    three = w.slip("channels forgotten", "channels", 2416, 416)
    three = w.keep("params3", w.slip("no biases 3", "bias", three, 2400))
    w.keep("params", w.slip("last alone", LEFT_OUT, one + three, three))


def mini_batches_of_64(w: Work) -> None:
    n = w.keep("iterations", w.slip("rounded down", "left out|round", 782, 781))
    w.keep("last_batch", w.slip("full", "full", 16, 64))
    updates = w.slip("one epoch", "one epoch", 20 * n, n)
    updates = w.slip("per epoch", "each epoch", updates, 20)
    w.keep("updates", w.slip("per sample", "each sample", updates, 20 * 50000))


PROBLEMS = (
    Worked("optimizer", "adam-two-steps", adam_two_steps),
    Worked("optimizer", "adagrad-one-step", adagrad_one_step, 0.0001),
    Worked("optimizer", "rmsprop-two-steps", rmsprop_two_steps, 0.00001),
    Worked("optimizer", MOMENTUM, momentum),
    Worked("convolution", "small-cnn", small_cnn),
    Worked("batching", "mini-batches-of-64", mini_batches_of_64),
)

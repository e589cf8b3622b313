"""Steps of RMSProp, AdamW and momentum with a decay of the weights, by hand."""

from __future__ import annotations

import numpy as np

from benchmarks.worked.work import Work, Worked

SIGN = "sign|minus|turned|added"
LEFT_OUT = "left out|forgotten|not "
NEIGHBOUR = "in place of|itself|swapped|exchanged|taken"

RMSPROP = """
kind: optimizer
method: rmsprop
learning_rate: 0.05
decay: 0.85
epsilon: 1e-6
parameters: {w: 1.35, b: -0.62}
objective: (w - 3*b)^2 + 0.5*w*b
steps: 2
parts: [{find: [g.w@1, v.w@1, w@1, b@1]}, {find: [g.w@2, v.w@2, v.b@2, w@2, b@2]}]
"""


def rmsprop(w: Work) -> None:
    p, v = np.array([1.35, -0.62]), np.zeros(2)
    for k in (1, 2):
        e = p[0] - 3 * p[1]
        g = np.array([2 * e + 0.5 * p[1], -6 * e + 0.5 * p[0]])
        g = w.slip("2 left out", "2|factor|" + LEFT_OUT, g, np.array([e + 0.5 * p[1], -3 * e + 0.5 * p[0]]))
        g = w.slip("product left out", LEFT_OUT + "|path|term", g, np.array([2 * e, -6 * e]))
        g = np.array([w.keep(f"g.w@{k}", g[0]), g[1]])
        new = 0.85 * v + 0.15 * g**2
        new = w.slip("not squared", "square", new, 0.85 * v + 0.15 * g)
        new = w.slip("decay swapped", "swapped|exchanged", new, 0.15 * v + 0.85 * g**2)
        new = w.slip("1 − ρ left out", LEFT_OUT, new, 0.85 * v + g**2)
        if k == 2:
            new = w.slip("not accumulated", "accumulated|before|state|" + LEFT_OUT, new, 0.15 * g**2)
        v = np.array([w.keep(f"v.w@{k}", new[0]), w.keep(f"v.b@{k}", new[1]) if k == 2 else new[1]])
        step = 0.05 * g / np.sqrt(v + 1e-6)
        step = w.slip("no root", "root", step, 0.05 * g / (v + 1e-6))
        step = w.slip("multiplied", "multiplied", step, 0.05 * g * np.sqrt(v + 1e-6))
        step = w.slip("plain descent", "rate|plain|descent|" + LEFT_OUT, step, 0.05 * g)
        step = w.slip("added", SIGN, step, -step)
        step = w.slip("no rate", "rate|" + LEFT_OUT, step, g / np.sqrt(v + 1e-6))
        p = np.array([w.keep(f"w@{k}", p[0] - step[0]), w.keep(f"b@{k}", p[1] - step[1])])


ADAMW = """
kind: optimizer
method: adamw
learning_rate: 0.04
weight_decay: 0.1
betas: [0.8, 0.95]
parameters: {w: 2.4}
gradients: [{w: 0.65}, {w: -0.28}]
parts: [{find: [m.w@1, v.w@1, w@1]}, {find: [m.w@2, v.w@2, mhat.w@2, vhat.w@2, w@2]}]
"""


def adamw(w: Work) -> None:
    p, m, v = 2.4, 0.0, 0.0
    for k, g in ((1, 0.65), (2, -0.28)):
        new = 0.8 * m + 0.2 * g
        new = w.slip("1 − β₁ left out", LEFT_OUT, new, 0.8 * m + g)
        new = w.slip("β₂ for β₁", NEIGHBOUR, new, 0.95 * m + 0.05 * g)
        new = w.slip("β₁ swapped", "swapped", new, 0.2 * m + 0.8 * g)
        m = w.keep(f"m.w@{k}", new)
        new = 0.95 * v + 0.05 * g**2
        new = w.slip("g not squared", "square", new, 0.95 * v + 0.05 * g)
        v = w.keep(f"v.w@{k}", w.slip("1 − β₂ left out", LEFT_OUT, new, 0.95 * v + g**2))
        first = w.slip("power left out", "power|t |t counted|" + LEFT_OUT, 1 - 0.8**k, 1 - 0.8)
        mhat = w.slip("m not corrected", "correction", m / first, m)
        mhat = w.slip("multiplied by it", "multiplied", mhat, m * first)
        vhat = w.slip("v not corrected", "correction", v / (1 - 0.95**k), v)
        vhat = w.slip("1 + β", SIGN, vhat, v / (1 + 0.95**k))
        if k == 2:
            mhat, vhat = w.keep("mhat.w@2", mhat), w.keep("vhat.w@2", vhat)
        step = 0.04 * mhat / np.sqrt(vhat)
        step = w.slip("no root", "root", step, 0.04 * mhat / vhat)
        step = w.slip("gradient for m", NEIGHBOUR + "|gradient", step, 0.04 * g / np.sqrt(vhat))
        step = w.slip("no rate", "rate|" + LEFT_OUT, step, mhat / np.sqrt(vhat))
        decay = w.slip("no decay", "decay|" + LEFT_OUT, 0.04 * 0.1 * p, 0.0)
        decay = w.slip("decay without rate", "rate|" + LEFT_OUT, decay, 0.1 * p)
        decay = w.slip("decay added", SIGN, decay, -0.04 * 0.1 * p)
        p = w.keep(f"w@{k}", w.slip("step added", SIGN, p - step - decay, p + step - decay))


DECAYED = """
kind: optimizer
method: momentum
learning_rate: 0.08
momentum: 0.7
weight_decay: 0.2
parameters: {w: 1.6, u: -0.9}
gradients: [{w: 0.55, u: -1.35}, {w: -0.4, u: 0.75}]
parts: [{find: [v.w@1, w@1, u@1]}, {find: [v.w@2, v.u@2, w@2, u@2]}]
"""


def decayed(w: Work) -> None:
    p, v = np.array([1.6, -0.9]), np.zeros(2)
    for k, given in enumerate((np.array([0.55, -1.35]), np.array([-0.4, 0.75])), start=1):
        g = given + 0.2 * p
        g = w.slip("no decay", "decay|" + LEFT_OUT, g, given)
        g = w.slip("2λ", "2|twice|doubled|factor", g, given + 0.4 * p)
        g = w.slip("no λ", "λ|strength|" + LEFT_OUT, g, given + p)
        g = w.slip("decay taken away", SIGN, g, given - 0.2 * p)
        new = 0.7 * v + 0.08 * g
        if k == 2:
            new = w.slip("no velocity", "velocity|accumulated|" + LEFT_OUT, new, 0.08 * g)
            new = w.slip("velocity subtracted", SIGN, new, 0.08 * g - 0.7 * v)
        new = w.slip("1 − γ", "1 −", new, 0.7 * v + 0.3 * 0.08 * g)
        before, v = v, np.array([w.keep(f"v.w@{k}", new[0]), w.keep(f"v.u@{k}", new[1]) if k == 2 else new[1]])
        step = w.slip("added", SIGN, v, -v)
        if k == 2:
            step = w.slip("velocity before", "before", step, before)
        p = np.array([w.keep(f"w@{k}", p[0] - step[0]), w.keep(f"u@{k}", p[1] - step[1])])


PROBLEMS = (
    Worked("optimizer", RMSPROP, rmsprop, digits=5),
    Worked("optimizer", ADAMW, adamw, digits=5),
    Worked("optimizer", DECAYED, decayed, digits=4),
)

"""Typical mistakes of losses, measures, update rules and cells: what NumPy comes to with each, and how it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import said, written

T, P = np.array([3.4, -1.2, 2.6, 5.3]), np.array([2.9, -0.5, 4.4, 4.9])
E = abs(T - P)
OF_NUMBERS = "kind: loss\ntargets: [3.4, -1.2, 2.6, 5.3]\npredictions: [2.9, -0.5, 4.4, 4.9]\n"
RIGHT, SCORE = np.array([1, 0, 1, 0]), np.array([0.62, 0.27, 0.35, 0.81])
Q, ALPHA = np.where(RIGHT, SCORE, 1 - SCORE), np.where(RIGHT, 0.3, 0.7)
FOCAL = "kind: loss\nfunction: focal\nalpha: 0.3\ntargets: [1, 0, 1, 0]\npredictions: [0.62, 0.27, 0.35, 0.81]\n"
A, NEAR, FAR = np.array([1.2, -0.4, 0.7]), np.array([0.3, 0.5, 1.1]), np.array([2.1, -1.3, 0.2])
D_P, D_N = np.linalg.norm(A - NEAR), np.linalg.norm(A - FAR)
TRIPLET = "anchor: [1.2, -0.4, 0.7]\npositive: [0.3, 0.5, 1.1]\nnegative: [2.1, -1.3, 0.2]\nmargin: 0.9\n"
SMOOTH = np.log([0.15, 0.2, 0.55, 0.1])
OF_CLASSES = "kind: loss\nfunction: cross_entropy\nlabel_smoothing: 0.2\ntargets: [[0, 0, 1, 0]]\n"
P3, Q3 = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.6, 0.15])
DIVERGENCE = "kind: loss\nfunction: kl_divergence\ntargets: [[0.5, 0.3, 0.2]]\npredictions: [[0.25, 0.6, 0.15]]\n"

LOSSES: dict[str, list[tuple[str, Any, str]]] = {
    f"{OF_NUMBERS}function: mape": [
        ("L1", 100 * 0.5, "the error not divided by the target"),
        ("L3", 100 * -1.8 / 2.6, "the sign of the error kept"),
    ],
    f"{OF_NUMBERS}function: log_cosh": [
        ("L3", 1.8**2 / 2, "half the squared error"),
        ("L3", 1.8, "the absolute error alone"),
        ("L3", 1.8 - np.log(2), "|o − t| − log 2"),
        ("L3", 1.8**2, "the squared error alone"),
    ],
    f"{OF_NUMBERS}function: smooth_l1\nbeta: 0.6": [
        ("L3", 0.6 * (1.8 - 0.3), "the Huber loss with β as its δ"),
        ("L1", 0.5, "the absolute error alone"),
        ("L1", 0.5**2 / 2, "the square not divided by β"),
    ],
    f"{OF_NUMBERS}function: huber\ndelta: 0.6": [
        ("L1", 0.5**2 / 2 / 0.6, "the smooth L1 loss, in which all is divided by δ"),
        ("L3", 1.8 - 0.3, "the factor δ of the straight line left out"),
        ("L3", 1.8, "the absolute error alone"),
    ],
    f"{OF_NUMBERS}function: quantile\ntau: 0.8": [
        ("L2", 0.7, "the absolute error, without τ and 1 − τ"),
        ("L2", 0.8 * 0.7, "τ on both sides"),
    ],
    f"{OF_NUMBERS}function: mae": [("L4", 0.4 / 5.3, "the error divided by the target")],
    f"{OF_NUMBERS}function: rmse": [
        ("L", np.sqrt((E**2).sum()) / 4, "the root taken first"),
        ("L", E.sum(), "the root taken of each square"),
        ("L", E.mean(), "the mean absolute error in place"),
        ("L", np.sqrt((E**2).mean() / 2), "a factor 1/2 under the root"),
    ],
    FOCAL: [
        ("L4", -np.log(Q[3]), "neither the factor (1 − p)^γ nor α"),
        ("L4", -0.7 * (1 - Q[3]) * np.log(Q[3]), "the power γ left out"),
        ("L4", -0.7 * 2 * (1 - Q[3]) * np.log(Q[3]), "1 − p multiplied by γ"),
    ],
    "kind: loss\nfunction: focal\ngamma: 3\ntargets: [[0, 1, 0]]\npredictions: [[0.2, 0.55, 0.25]]": [
        ("L", -(0.55**3) * np.log(0.55), "p^γ in place of (1 − p)^γ"),
        ("L", -0.45 * np.log(0.55), "the power γ left out"),
        ("L", -3 * 0.45 * np.log(0.55), "1 − p multiplied by γ"),
    ],
    f"kind: loss\nfunction: triplet\n{TRIPLET}": [
        ("L", D_P - D_N, "the margin left out, and not cut off at 0"),
        ("L", D_P - D_N - 0.9, "the margin taken away, not added, and not cut off at 0"),
        ("L", D_P**2 - D_N**2 + 0.9, "the squared distances"),
        ("d_p", abs(A - NEAR).sum(), "the absolute differences added"),
        ("d_n", abs(A - FAR).sum(), "the absolute differences added"),
    ],
    f"kind: loss\nfunction: triplet_squared\n{TRIPLET}": [
        ("L", D_N**2 - D_P**2 + 0.9, "the distances exchanged"),
        ("d_n", D_N, "the root taken of the negative's sum of squares"),
    ],
    "kind: loss\nfunction: contrastive\nmargin: 1.6\ntargets: 0\nfirst: [1.5, -0.3]\nsecond: [0.8, 0.1]": [
        ("d", 0.7 + 0.4, "the absolute differences added"),
        ("L", (1.6 - 0.65) / 2, "the square taken off the margin"),
    ],
    f"{OF_CLASSES}predictions: [[0.15, 0.2, 0.55, 0.1]]": [
        ("L", -0.8 * SMOOTH[2] - 0.2 / 3 * SMOOTH[[0, 1, 3]].sum(), "ε shared among the K − 1 other classes"),
        ("L", -0.8 * SMOOTH[2] - 0.2 * SMOOTH.sum(), "ε not divided by the number of classes"),
        ("L", -SMOOTH[2] - 0.05 * SMOOTH.sum(), "the targets not lowered to 1 − ε"),
    ],
    DIVERGENCE: [
        ("L", -(P3 * np.log(P3)).sum(), "the entropy of p"),
        ("L", (Q3 * np.log(P3 / Q3)).sum(), "the logarithms weighted by q"),
        ("L", np.log(P3 / Q3).sum(), "the factor before each logarithm left out"),
    ],
    "kind: loss\nfunction: poisson\ntargets: [3]\npredictions: [2.4]": [
        ("L", np.exp(2.4) - 3 * 2.4, "the output taken for the logarithm of the rate")
    ],
    "kind: loss\nfunction: entropy\nbase: 2\npredictions: [[0.45, 0.3, 0.25]]": [
        ("L", -np.log2([0.45, 0.3, 0.25]).sum(), "the factor before each logarithm left out")
    ],
}

Y, YHAT = np.array([12.5, 9.1, 14.7, 11.2, 16.3, 8.8]), np.array([11.9, 10.4, 13.8, 11.9, 15.1, 9.6])
RES, TOT = ((Y - YHAT) ** 2).sum(), ((Y - Y.mean()) ** 2).sum()
EXPLAINED = ((YHAT - Y.mean()) ** 2).sum()
CLASS, RANKED = np.array([1, 0, 1, 1, 0, 0, 1]), np.array([0.92, 0.81, 0.67, 0.55, 0.43, 0.28, 0.12])
TRUE = np.where(CLASS, RANKED, 1 - RANKED)
FOUND = np.cumsum(CLASS)
PRECISION, RECALL = FOUND / np.arange(1, 8), FOUND / 4
STEPS = np.diff(RECALL, prepend=0)
PROBABILITY = np.array([0.2, 0.05, 0.5, 0.25, 0.1])
LABELS = f"labels: {CLASS.tolist()}\nscores: {RANKED.tolist()}\nthreshold: 0.5\n"
DETECTED = "detections: [{score: 0.9, correct: true}, {score: 0.8, correct: false}, {score: 0.7, correct: true}]\n"

MEASURES: dict[str, list[tuple[str, Any, str]]] = {
    "kind: evaluation\nconfusion: {TP: 37, FP: 8, FN: 21, TN: 95}": [
        ("precision", 8 / 45, "1 − precision"),
        ("specificity", 95 / 161, "divided by all samples"),
        ("accuracy", (37 / 58 + 95 / 103) / 2, "balanced accuracy"),
        ("F1", 2 * 37 / 45 * 37 / 58, "not divided by the sum of precision and recall"),
    ],
    f"kind: evaluation\n{LABELS}": [
        ("AUC", 7, "the pairs in the right order counted"),
        ("AUC", 7 / 21, "divided by the pairs of all samples"),
        ("AP", (PRECISION * STEPS * 4).sum(), "not divided by the number of positives"),
        ("AP", (PRECISION * STEPS * 4).sum() / 7, "divided by how many are ranked"),
        ("AP", (STEPS * (PRECISION + np.array([1, *PRECISION[:-1]])) / 2).sum(), "trapezoids in place of rectangles"),
        (
            "AP",
            (STEPS * (PRECISION + np.array([PRECISION[0], *PRECISION[:-1]])) / 2).sum(),
            "trapezoids in place of rectangles",
        ),
        (
            "AP",
            (STEPS * np.array([max(PRECISION[k:]) for k in range(7)])).sum(),
            "the highest precision from each recall on",
        ),
        ("log_loss", -(CLASS * np.log(RANKED)).mean(), "the positives alone"),
        ("log_loss", -np.log(RANKED).mean(), "the logarithm of the score itself for the negatives"),
        ("brier", ((1 - TRUE) ** 2).mean() / 2, "a factor ½ that is not there"),
        ("precision4", 3 / 4 * 4 / 7, "divided by all that are ranked"),
    ],
    f"kind: evaluation\n{DETECTED}truths: 4": [
        ("AP", (1 + 2 / 3) / 2, "a result divided by the positives that are found"),
        ("precision3", 2 / 4, "recall in place of precision"),
        ("precision3", 1 / 3, "the share of the wrong ones"),
        ("recall3", 2 / 3, "precision in place of recall"),
        ("recall2", 1 / 2, "divided by the positives that are found in the end"),
    ],
    "kind: evaluation\nboxes: [[2, 1, 9, 6], [5, 3, 12, 10]]": [
        ("union", 10 * 9, "the box around both"),
        ("IoU", 20 / (48 + 64 - 20), "1 added to every side"),
    ],
    "kind: evaluation\nmasks: [[[1, 1, 0, 0], [1, 1, 1, 0]], [[0, 1, 1, 0], [1, 1, 0, 0]]]": [
        ("intersection", 3 + 2, "the background that both leave out"),
        ("IoU", 5 / 8, "the share of pixels in which both agree"),
    ],
    f"kind: evaluation\ntargets: {Y.tolist()}\npredictions: {YHAT.tolist()}": [
        ("MAE", np.sqrt(RES / 6), "the root of the mean squared error"),
        ("MAE", abs(1 - YHAT / Y).mean(), "the errors divided by the targets"),
        ("MSE", abs(Y - YHAT).mean() ** 2, "the square of the mean absolute error"),
        ("RMSE", np.sqrt(RES) / 6, "the root taken first"),
        ("RMSE", abs(Y - YHAT).mean(), "the mean absolute error in place of RMSE"),
        ("RMSE", (RES / 6) ** 2, "the square in place of the root"),
        ("R2", EXPLAINED / TOT, "what the predictions explain, over what the mean alone leaves"),
        ("R2", 1 - EXPLAINED / TOT, "what the predictions explain in place of what they leave"),
        ("R2", 1 - RES / 6 / (TOT / 5), "n − 1 in place of n below the line"),
        ("R2", 1 - RES / 4 / (TOT / 5), "the adjusted coefficient"),
        ("R2", np.sqrt(1 - RES / TOT), "its root"),
        ("R2", 1 - np.sqrt(RES / TOT), "the root of the ratio"),
    ],
    f"kind: evaluation\nprobabilities: {PROBABILITY.tolist()}": [
        ("H", -np.log(PROBABILITY).sum() / 4, "consistent with a result divided by one less")
    ],
}


def nadam(mixed: Any) -> float:
    """Two steps of Nadam with another mixture of moment and gradient."""
    w, m, v = 0.5, 0.0, 0.0
    for t, g in enumerate((0.8, -0.6), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        w -= 0.1 * mixed(m, g, 1 - 0.9**t, 1 - 0.9 ** (t + 1)) / np.sqrt(v / (1 - 0.99**t))
    return float(w)


STEPS_OF = "kind: optimizer\nlearning_rate: 0.1\nparameters: {w: 0.5}\ngradients: [{w: 0.8}, {w: -0.6}]\n"
UPDATES: dict[str, list[tuple[str, Any, str]]] = {
    f"{STEPS_OF}method: nadam\nbeta2: 0.99": [
        ("w@2", nadam(lambda m, g, c, n: 0.9 * m / n + 0.1 * g / c), "t + 1 in place of t below the first moment"),
        ("w@2", nadam(lambda m, g, c, n: 0.9 * m + 0.1 * g), "no bias correction of first moment and gradient"),
        ("w@2", nadam(lambda m, g, c, n: 0.1 * m / c + 0.9 * g / c), "the weights of the first moment and of"),
        ("w@2", nadam(lambda m, g, c, n: m / c + 0.1 * g / c), "the first moment not multiplied by its weight"),
        ("w@2", nadam(lambda m, g, c, n: 0.9 * m / c + g / c), "the gradient not multiplied by its weight"),
    ],
    f"{STEPS_OF}method: adam": [("v.w@1", 0.001 * 0.08**2, "the first moment squared in v")],
    f"{STEPS_OF}method: adagrad": [("G.w@2", 0.2**2, "the square of the summed gradients")],
    f"{STEPS_OF}method: rmsprop\ndecay: 0.8": [("w@1", 0.4, "a bias correction, which the rule does not have")],
    f"{STEPS_OF}method: adadelta\nepsilon: 0.001": [
        ("step.w@1", 0.8 / np.sqrt(0.1 * 0.64 + 0.001), "the gradient divided by its root mean square alone")
    ],
    f"{STEPS_OF}method: momentum\nmomentum: 0.7": [("v.w@1", 0.3 * 0.8, "an average of the gradients")],
}


def sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


FORGET, LET_IN, NEW = sigmoid(-0.4 * 1.2 - 0.35 + 0.5), sigmoid(0.8 * 1.2 + 0.1 + 0.1), np.tanh(-1.1 * 1.2 - 0.2 + 0.2)
LSTM = (
    "kind: recurrent\ncell: lstm\ninputs: [1.2]\ninitial: {h: -0.5, c: 0.8}\n"
    "weights: {W_f: -0.4, U_f: 0.7, b_f: 0.5, W_i: 0.8, U_i: -0.2, b_i: 0.1, W_g: -1.1, U_g: 0.4, b_g: 0.2, "
    "W_o: 0.6, U_o: 0.9, b_o: -0.3}"
)
CELLS: dict[str, list[tuple[str, Any, str]]] = {
    LSTM: [
        ("c1", (1 - FORGET) * 0.8 + LET_IN * NEW, "1 − f in place of the forget gate"),
        ("c1", FORGET * 0.8 + (1 - LET_IN) * NEW, "1 − i in place of the input gate"),
        ("f1", sigmoid(-0.4 * 1.2 + 0.7 * 0.8 + 0.5), "the cell state in place of the hidden state before"),
    ],
}


def slid(x: Any, kernel: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(np.array(x, dtype=float), np.shape(kernel))
    return (windows * np.array(kernel)).sum(axis=(-2, -1))


def shares(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


IMAGE, KERNEL = [[0.9, -0.4, 1.2], [0.3, 1.1, -0.8], [-0.6, 0.5, 0.7]], [[0.8, -0.5], [0.2, 1.0]]
SLID = slid(IMAGE, KERNEL)
DENSE, SHIFT = np.array([[0.4, -0.7, 0.9, 0.2], [1.1, 0.3, -0.6, 0.5]]), np.array([0.05, -0.1])
OUT = shares(DENSE @ SLID.ravel() + SHIFT)
FILTERED = f"kind: filtering\nX: {IMAGE}\nkernel: {KERNEL}\n"
CLASSIFIED = (
    f"{FILTERED}flatten: true\ndense: {{weights: {DENSE.tolist()}, bias: {SHIFT.tolist()}, activation: softmax}}\n"
    "loss: {function: cross_entropy, targets: [1, 0]}\nparts: [{find: [O, L, dL/dO]}]"
)
CHANNELS = np.array([[[1, 0, 2], [3, 1, 0], [0, 2, 1]], [[2, 1, 0], [0, 1, 3], [1, 0, 2]]])
BANKS = np.array([[[[1, -1], [0, 2]], [[0, 1], [1, -1]]], [[[2, 0], [1, 1]], [[-1, 1], [0, 1]]]])


def convolved(banks: Any, biases: Any) -> Any:
    each = zip(banks, biases, strict=True)
    return np.stack([slid(CHANNELS[0], one[0]) + slid(CHANNELS[1], one[1]) + bias for one, bias in each])


POOLED = [[0.4, 1.3], [1.2, -0.5]]
FILTERS: dict[str, list[tuple[str, Any, str]]] = {
    f"{FILTERED}bias: 0.1": [("Z", SLID / 4 + 0.1, "the mean of the products of a window")],
    CLASSIFIED: [
        ("O", DENSE @ SLID.T.ravel() + SHIFT, "flattened column by column"),
        ("L", ((OUT - [1, 0]) ** 2).sum(), "the squared error in place of the cross-entropy"),
        ("dL/dO", (OUT - [1, 0]) * OUT * (1 - OUT), "the derivative of Y on top"),
    ],
    f"kind: filtering\nX: {CHANNELS.tolist()}\nkernel: {BANKS.tolist()}\nbias: [1, -2]": [
        ("Z", convolved(BANKS[::-1], (1, -2)), "the filters in another order"),
        ("Z", convolved(BANKS[:, ::-1], (1, -2)), "the kernels of the channels exchanged in every filter"),
        ("Z", convolved(BANKS, (-2, 1)), "the biases of the filters in another order"),
        ("Z", convolved(BANKS, (1, 1)), "the bias of the first filter for all of them"),
    ],
    f"kind: filtering\nX: {POOLED}\npool: {{function: max, kernel: 2}}\nupstream: [[3]]": [
        ("dL/dX", np.array([[0, 3 * 1.3], [0, 0]]), "the gradient multiplied by the largest entry itself")
    ],
}

QUERIES, KEYS = np.array([[0.6, -0.9], [1.1, 0.2]]), np.array([[0.8, 0.3], [-0.4, 1.2]])
VALUES, AIMS = np.array([[1.5, -0.7], [0.9, 0.4]]), np.array([[1, 0], [0.5, -0.5]])
WEIGHTS = shares(QUERIES @ KEYS.T)
BY_WEIGHTS = (WEIGHTS @ VALUES - AIMS) @ VALUES.T
MIXED = WEIGHTS * BY_WEIGHTS
PADDED = np.array([[0.5, 1.4]]) @ np.array([[1.2, -0.3], [0.4, 0.8], [-0.9, 0.6]]).T / np.sqrt(2)
ATTENTION: dict[str, list[tuple[str, Any, str]]] = {
    f"kind: attention\nscore: dot\nQ: {QUERIES.tolist()}\nK: {KEYS.tolist()}\nV: {VALUES.tolist()}\n"
    f"loss: {{function: half_sum, targets: {AIMS.tolist()}}}": [
        ("S", QUERIES * KEYS, "the product entry by entry in place of the matrix product"),
        ("dL/dS", MIXED - WEIGHTS * MIXED.sum(axis=0, keepdims=True), "the sum over the other axis"),
        ("dL/dS", MIXED - WEIGHTS * MIXED.sum(), "the sum over all entries"),
        ("dL/dS", MIXED - WEIGHTS * BY_WEIGHTS.sum(axis=1, keepdims=True), "a factor within the sum left out"),
    ],
    "kind: attention\nQ: [[0.5, 1.4]]\nK: [[1.2, -0.3], [0.4, 0.8], [-0.9, 0.6]]\npadding: [1, 0, 0]": [
        ("A", np.exp(PADDED) * [0, 1, 1] / (np.exp(PADDED) * [0, 1, 1]).sum(), "the masked keys looked at")
    ],
}

X1, Y1, THETA = np.array([[1, 0.5], [1, 1.5], [1, 2]]), np.array([1.0, 2.2, 3.1]), np.array([0.2, 0.7])
RIDGE = (
    "kind: regression\nx: [0.5, 1.5, 2.0]\ny: [1.0, 2.2, 3.1]\ntheta: [0.2, 0.7]\nfit: descent\n"
    "optimizer: {learning_rate: 0.1}\nridge: {strength: 0.5}"
)
REGRESSION: dict[str, list[tuple[str, Any, str]]] = {
    RIDGE: [
        ("J", ((X1 @ THETA - Y1) ** 2).sum() / 6 + 0.5 * (THETA**2).sum() / 6, "the bias penalized too"),
        ("dJ/dtheta", X1.T @ (X1 @ THETA - Y1) / 3 + 0.5 * THETA / 3, "the bias penalized too"),
    ]
}


def bounded(velocity: Any) -> Any:
    """The weights after two steps of descent in (z − 1.2)²/2, their norm at most 0.9."""
    w, v, x = np.array([0.4, 0.7]), np.zeros(2), np.array([2, -1])
    for _ in range(2):
        v = velocity(v, (x @ w - 1.2) * x)
        w = w - v
        w = w * min(1, 0.9 / np.linalg.norm(w))
    return w


TRAINED = "optimizer: {method: momentum, learning_rate: 0.1, momentum: 0.8, steps: 2}\nloss: half_sum\n"
BOUNDED: dict[str, list[tuple[str, Any, str]]] = {
    "kind: network\ninputs: {x1: 2, x2: -1}\nvalues: {w1: 0.4, w2: 0.7}\ntargets: {z: 1.2}\n"
    f"layers: [{{net: [z], weights: {{x1: [w1], x2: [w2]}}, max_norm: 0.9}}]\n{TRAINED}": [
        ("w1@2", bounded(lambda v, g: 0.1 * g)[0], "plain gradient descent, without the velocity")
    ],
    "kind: network\nnotation: matrix\nX: [[2, -1]]\nY: [[1.2]]\nweights: {W: [[0.4], [0.7]]}\n"
    f"layers: [{{activation: identity, max_norm: 0.9}}]\n{TRAINED}": [
        ("W@2", bounded(lambda v, g: 0.1 * g)[:, None], "the state of the step before left out")
    ],
}

FUNCTIONS: dict[str, list[tuple[str, Any, str]]] = {
    "kind: activation\nfunction: {g: gelu, k: softsign}\nat: {z1: 1.3}": [
        ("g1", 1.3 * sigmoid(1.3), "swish in place of GELU"),
        ("k1", np.tanh(1.3), "tanh in place of softsign"),
    ],
    "kind: formula\ngiven: {a: 0.8, b: 0.625, u: 3.1}\n"
    "define: {F: 2*a*b/(a + b), s: sin(u), n: sqrt(a^2 + b), L: 1/2*(u - a)^2 + 1/2*(b - u)^2}": [
        ("F", (0.8 + 0.625) / 2, "the arithmetic mean in place of the harmonic one"),
        ("s", np.sin(np.radians(3.1)), "the angle taken in degrees"),
        ("n", 0.8 + np.sqrt(0.625), "the root taken of each term"),
        ("L", (0.625 - 0.8) ** 2 / 2, "the square of the sum in place of the sum of the squares"),
    ],
    "kind: network\ninputs: {x: 1.7}\nlayers: [{net: [z], out: [p], activation: sigmoid, weights: {x: [w]}}]\n"
    "values: {w: 0.4, t: 0}\ntargets: {p: t}\nloss: binary_cross_entropy\nparts: [{find: dL/dz}]": [
        ("dL/dz", sigmoid(0.68) - 1, "t taken for 1 − t")
    ],
}

TABLES = (LOSSES, MEASURES, UPDATES, CELLS, FILTERS, ATTENTION, REGRESSION, BOUNDED, FUNCTIONS)
CASES = [(text, *row) for problems in TABLES for text, rows in problems.items() for row in rows]


@pytest.mark.parametrize(
    ("text", "name", "wrong", "message"), CASES, ids=[f"{case[3]} {at}" for at, case in enumerate(CASES)]
)
def test_a_mistake_is_said_as_what_it_is(text: str, name: str, wrong: float, message: str) -> None:
    answer = str(np.round(wrong, 7).tolist()) if np.ndim(wrong) else f"{wrong:.7g}"
    assert message in said(written(text).mark({name: answer}), name)

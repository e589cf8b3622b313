"""Further typical mistakes of losses: before them, behind them and in their class, as NumPy comes to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import said, written

SIGNED, HINGES = np.array([1, -1, -1, 1]), np.array([0.4, 0.3, -1.7, -0.6])
SHORT = np.maximum(0, 1 - SIGNED * HINGES)
LOGITS, ANSWERS = np.array([0.9, -0.4, 1.7]), np.array([0, 1, 1])
SURE = 1 / (1 + np.exp(-LOGITS))
SCORES = np.array([2.3, 3.1, 2.8, 1.2])
U, V = np.array([1.2, -0.5, 0.8]), np.array([0.7, 0.4, 1.1])
OF_LABELS = "kind: loss\nfunction: binary_cross_entropy\n"
A, FAR = np.array([1.2, -0.4, 0.7]), np.array([2.1, -1.3, 0.2])
TRIPLET = "anchor: [1.2, -0.4, 0.7]\npositive: [0.3, 0.5, 1.1]\nnegative: [2.1, -1.3, 0.2]\nmargin: 0.9\n"
SMOOTH = np.log([0.15, 0.2, 0.55, 0.1])
OF_CLASSES = "kind: loss\nfunction: cross_entropy\nlabel_smoothing: 0.2\ntargets: [[0, 0, 1, 0]]\n"
P3, Q3 = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.6, 0.15])
DIVERGENCE = "kind: loss\nfunction: kl_divergence\ntargets: [[0.5, 0.3, 0.2]]\npredictions: [[0.25, 0.6, 0.15]]\n"

MISTAKES: dict[str, list[tuple[str, Any, str]]] = {
    "kind: loss\nfunction: squared_hinge\ntargets: [1, -1, -1, 1]\npredictions: [0.4, 0.3, -1.7, -0.6]": [
        ("L2", 0.3**2, "the margin left out"),
        ("L2", 1, "the label −1 taken as 0"),
        ("L", SHORT.mean() ** 2, "the square of the mean in place of the mean of the squares"),
        ("dL/dyhat1", -0.25, "the derivative of the hinge loss itself"),
    ],
    f"{OF_LABELS}from_logits: true\ntargets: [0, 1, 1]\npredictions: [0.9, -0.4, 1.7]": [
        ("p1", np.exp(0.9) / np.exp(LOGITS).sum(), "the softmax over all of them in place of the sigmoid"),
        ("p1", (1 + np.tanh(0.9)) / 2, "the sigmoid of 2z"),
        ("dL/dz1", 1 / (1 - SURE[0]) / 3, "the derivative by the probability, not by the logit"),
        ("dL/dz2", SURE[1] / 3, "the probability itself"),
    ],
    "kind: loss\nfunction: cross_entropy\nfrom_logits: true\ntargets: [[0, 1, 0]]\npredictions: [[1.3, 0.4, -0.8]]": [
        ("p.1", 2**1.3 / (2 ** np.array([1.3, 0.4, -0.8])).sum(), "powers of 2 in place of exponentials")
    ],
    f"{OF_LABELS}targets: [1, 0]\npredictions: [0.7, 0.4]": [
        ("dL/dyhat1", -0.3 / 2, "the derivative by the logit"),
    ],
    "kind: loss\nfunction: cross_entropy\ntargets: [[0, 1, 0], [0, 0, 1]]\n"
    "predictions: [[0.25, 0.6, 0.15], [0.5, 0.2, 0.3]]": [
        ("L:1", 0.4, "1 − p, no logarithm taken"),
        ("L:1", -0.6 * np.log(0.6), "weighted by the probability itself"),
        ("L:1", -np.log(0.25 * 0.15), "the classes that are not the true one"),
        (
            "L:1",
            -np.log(np.exp(0.6) / np.exp([0.25, 0.6, 0.15]).sum()),
            "the softmax taken of the probabilities once more",
        ),
        ("L", -np.log(0.6 * 0.3) / 3, "divided by the number of classes or outputs, not of samples"),
        ("dL/dyhat.2:1", -1 / 0.4 / 2, "1/(1 − p) in place of 1/p"),
        ("L:2", -np.log(0.5), "the largest probability in place of that of the true class"),
        ("L:2", -np.log(0.5 * 0.8 * 0.3), "the binary cross-entropy of every class"),
    ],
    "kind: loss\nfunction: cross_entropy\nfrom_logits: true\ntargets: [[0, 1], [1, 0]]\n"
    "predictions: [[1.3, 0.4], [-0.6, 0.9]]": [
        ("p.1:1", np.exp(1.3) / (np.exp(1.3) + np.exp(-0.6)), "the softmax over the samples"),
    ],
    "kind: loss\nfunction: cross_entropy_with_logits\ntargets: [[0, 1, 0]]\npredictions: [[1.2, -0.4, 0.7]]": [
        ("L", np.log10(np.exp([1.2, -0.4, 0.7]).sum() / np.exp(-0.4)), "the logarithm to base 10 of the probability"),
        ("L", np.log2(np.exp([1.2, -0.4, 0.7]).sum() / np.exp(-0.4)), "the logarithm to base 2 of the probability"),
    ],
    "kind: loss\nfunction: bce_with_logits\ntargets: [1, 0]\npredictions: [0.9, -0.4]": [
        ("L2", np.log2(1 + np.exp(-0.4)), "the logarithm to base 2 of the probability"),
    ],
    "kind: loss\nfunction: cross_entropy\nclass_weights: [0.5, 2, 3]\nreduction: weighted_mean\n"
    "targets: [[0, 1, 0], [0, 0, 1]]\npredictions: [[0.25, 0.6, 0.15], [0.5, 0.2, 0.3]]": [
        ("L:1", -np.log(2 * 0.6), "the weight of the class within the logarithm"),
        ("L:2", -2 * np.log(0.3), "the weights in the order of the samples, not of their classes"),
        ("L", -(2 * np.log(0.6) + 3 * np.log(0.3)) / 5.5, "divided by the weights of all classes, each once"),
    ],
    f"{OF_LABELS}targets: [1, 0]\npredictions: [0.7, 0.4]\nsample_weights: [2, 0.5]": [
        ("L1", 0.3, "1 − p, no logarithm taken"),
        ("L2", -np.log(1 - 1 / (1 + np.exp(-0.4))), "the sigmoid taken of the probability once more"),
        ("L", -(2 * np.log(0.7) + 0.5 * np.log(0.6)) / 2.5, "divided by the sum of the weights"),
    ],
    "kind: loss\nfunction: huber\ndelta: 1\ntargets: [2.5]\npredictions: [1.1]": [
        ("L", 1.4**2, "the whole square"),
        ("L", 1.4 + 0.5, "the sign of ½·δ turned"),
    ],
    "kind: loss\nfunction: mse\ntargets: [[1.5, -0.5]]\npredictions: [[1.1, 0.3]]": [
        ("L", (2.6**2 + 0.2**2) / 2, "target and prediction added"),
        ("L", (1.5**2 - 1.1**2 + 0.5**2 - 0.3**2) / 2, "the difference of the squares"),
    ],
    "kind: loss\nfunction: mae\ntargets: [3.4, -1.2]\npredictions: [2.9, -0.5]": [
        ("dL/dyhat2", 0.7 / 2, "the error itself"),
        ("dL/dyhat2", 0.7, "the derivative of the square"),
    ],
    "kind: loss\nfunction: multiclass_hinge\ntargets: [2]\npredictions: [[2.3, 3.1, 2.8, 1.2]]": [
        ("L", np.maximum(0, SCORES[[0, 2, 3]] - 3.1 + 1).sum(), "the classes counted from 1, not from 0"),
        ("L", (np.maximum(0, SCORES[[0, 1, 3]] - 2.8 + 1) ** 2).sum(), "the square of what is missing to the margin"),
    ],
    "kind: loss\nfunction: cosine\ntargets: [[1.2, -0.5, 0.8]]\npredictions: [[0.7, 0.4, 1.1]]": [
        ("L", 1 - U @ V / np.linalg.norm(V), "divided by the length of the prediction alone"),
        ("L", 1 - U @ V / (np.linalg.norm(U) + np.linalg.norm(V)), "divided by the sum of the lengths"),
    ],
    f"kind: loss\nfunction: triplet\n{TRIPLET}": [("d_n", np.linalg.norm(A + FAR), "the vectors added")],
    DIVERGENCE: [("L", ((P3 - Q3) * np.log(P3 / Q3)).sum(), "D(p‖q) and D(q‖p) added")],
    f"{OF_LABELS}class_weights: [0.5, 2]\ntargets: [1, 0]\npredictions: [0.7, 0.4]": [
        ("L", -(2 * np.log(0.7) + 0.5 * np.log(0.6)) / 2.5, "divided by the sum of the weights of the classes")
    ],
    f"{OF_CLASSES}predictions: [[0.15, 0.2, 0.55, 0.1]]": [
        ("L", -0.8 * SMOOTH[2] - 0.2 * SMOOTH[[0, 1, 3]].sum(), "ε itself for every other class")
    ],
}


@pytest.mark.parametrize("problem", MISTAKES)
def test_a_typical_mistake_of_a_loss_is_named(problem: str) -> None:
    marker = written(problem)
    for name, wrong, message in MISTAKES[problem]:
        assert message in said(marker.mark({name: f"{wrong:.7g}"}), name)

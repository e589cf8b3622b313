"""Further typical mistakes in measures: of counts, probabilities, overlaps, numbers and texts, as NumPy has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.checking.marking import said, written

TP, FP, FN, TN = 48, 17, 29, 132
N = TP + FP + FN + TN
P, R, S = TP / (TP + FP), TP / (TP + FN), TN / (TN + FP)
PRODUCTS = TP * TN - FP * FN
CHANCE = ((TP + FP) * (TP + FN) + (TN + FP) * (TN + FN)) / N**2
ACCURACY = (TP + TN) / N

MATRIX = np.array([[34, 17, 4], [2, 8, 9], [1, 3, 24]])
RIGHT = np.diag(MATRIX)

Y, YHAT = np.array([3.2, 5.1, 4.4, 7.9]), np.array([2.8, 5.9, 4.1, 7.0])
LEFT = Y - YHAT
CORRELATION = np.corrcoef(Y, YHAT)[0, 1]
LABELS, SCORES = np.array([1, 1, 0, 1]), np.array([0.9, 0.7, 0.4, 0.3])
OWN = np.where(LABELS, SCORES, 1 - SCORES)
SHARES = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.2, 0.15, 0.65], [0.1, 0.7, 0.2]])
TRUE = np.eye(3)[[0, 1, 2, 1]]
TOKENS = np.array([0.3, 0.12, 0.45, 0.08])

MISTAKES: dict[str, list[tuple[str, Any, str]]] = {
    f"confusion: {{TP: {TP}, FP: {FP}, FN: {FN}, TN: {TN}}}\nbeta: 2": [
        ("precision", TP / (TP + TN), "divided by all right predictions"),
        ("precision", ACCURACY, "accuracy in place of precision"),
        ("recall", ACCURACY, "accuracy in place of recall"),
        ("specificity", 1 - R, "1 − recall in place of specificity"),
        ("specificity", TN / (TN + TP), "divided by all right predictions"),
        ("FPR", FP / N, "divided by all samples"),
        ("FPR", 1 - R, "the false negative rate"),
        ("FNR", FN / N, "divided by all samples"),
        ("NPV", FN / (TN + FN), "1 − NPV"),
        ("NPV", P, "precision in its place"),
        ("F1", P * R, "the product of precision and recall alone"),
        ("F1", 2 * S * R / (S + R), "specificity in place of precision"),
        ("F_beta", 5 * P * R / (P + R), "β² left out below the line"),
        ("F_beta", P * R / (4 * P + R), "the factor 1 + β² above the line left out"),
        ("IoU", ACCURACY, "accuracy in place of IoU"),
        ("balanced_accuracy", np.sqrt(R * S), "the geometric mean of both recalls"),
        ("balanced_accuracy", R + S - 1, "Youden's index"),
        ("MCC", PRODUCTS / N**2, "divided by the square of the number of samples"),
        ("MCC", PRODUCTS / (TP * TN + FP * FN), "divided by the sum of the products"),
        ("kappa", (ACCURACY - 0.5) / 0.5, "½ in place of the agreement by chance"),
        ("kappa", (ACCURACY - CHANCE) / (1 - ACCURACY), "divided by 1 − accuracy"),
        ("p_e", (TP + FP) * (TP + FN) / N**2, "the chance of the positives alone"),
    ],
    f"confusion: {MATRIX.tolist()}\nclasses: [a, b, c]": [
        ("accuracy", 1 - RIGHT.sum() / MATRIX.sum(), "the share of wrong predictions"),
        ("kappa", (RIGHT.sum() / MATRIX.sum() - 1 / 3) / (2 / 3), "1/K in place of the agreement by chance"),
    ],
    f"targets: {Y.tolist()}\npredictions: {YHAT.tolist()}": [
        ("MSE", LEFT.mean() ** 2, "the square of the mean error"),
        ("MSE", (Y**2 - YHAT**2).mean(), "the difference of the squares"),
        ("MAPE", abs(LEFT).mean(), "not divided by the targets"),
        ("SS_tot", Y.var(ddof=1), "the variance, not the sum"),
        ("R2", CORRELATION, "the correlation of targets and predictions"),
        ("R2", CORRELATION**2, "the squared correlation"),
        ("R2", 1 - (LEFT**2).sum() / (Y**2).sum(), "the mean not taken off"),
        ("R2", 1 - (LEFT**2).sum() / (YHAT.var() * 4), "divided by the squares of the predictions about their mean"),
    ],
    f"labels: {LABELS.tolist()}\nscores: {SCORES.tolist()}": [
        ("log_loss", OWN.mean(), "no logarithm taken"),
        ("log_loss", -np.log(SCORES[LABELS == 1]).mean(), "the mean over the positives alone"),
        ("brier", (OWN**2).mean(), "the probability of the other class"),
        ("brier", (SCORES - LABELS).mean() ** 2, "the square of the mean error"),
    ],
    f"labels: [a, b, c, b]\nclasses: [a, b, c]\nscores: {SHARES.tolist()}": [
        ("log_loss", -np.log(SHARES).sum() / 4, "the logarithms of all classes"),
        ("log_loss", -np.log(abs(1 - TRUE - SHARES)).sum() / 4, "the binary cross-entropy of every class"),
        ("log_loss", -np.log(SHARES.max(1)).mean(), "the largest probability"),
    ],
    "detections: [{score: 0.9, correct: true}, {score: 0.8, correct: false}, {score: 0.7, correct: true}]\ntruths: 4\n"
    "interpolation: all": [
        ("AP", (1 + 1 / 2 + 2 / 3) / 3, "the plain mean of the precisions"),
        ("AP", (3 + 3 * 2 / 3) / 11, "the mean at 11 recalls"),
        ("recall3", 2 / 3, "precision in place of recall"),
    ],
    f"probabilities: {TOKENS.tolist()}": [
        ("H", TOKENS.mean(), "no logarithm taken"),
        ("PPL", 10 ** -np.log(TOKENS).mean(), "10 to the power"),
        ("PPL", np.sqrt(1 / TOKENS.prod()), "the square root of the product"),
    ],
    "candidate: the cat sat on the red mat\nreferences: the cat is on the mat\nlongest_ngram: 2": [
        ("p1", 4 / 7, "every n-gram counted once"),
        ("p2", 2 / 7, "divided by the number of words"),
        ("p1", 2 / 7, "that no reference has"),
        ("BLEU", np.exp((5 / 7 + 2 / 6) / 2), "no logarithms taken"),
    ],
    "box_format: size\nboxes: [[2, 3, 8, 5], [5, 1, 7, 6]]": [
        ("intersection", (7 - 5) * (5 - 3), "the numbers of the boxes read as two corners"),
        ("intersection", 4.5 * 3.5, "the numbers of the boxes read as centre, width and height"),
        ("intersection", 9, "the sides of the overlap added"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("fields", MISTAKES)
def test_a_typical_mistake_in_a_measure_is_named(fields: str) -> None:
    marker = written(f"kind: evaluation\n{fields}")
    for name, wrong, message in MISTAKES[fields]:
        assert message in said(marker.mark({name: f"{wrong:.7g}"}), name)

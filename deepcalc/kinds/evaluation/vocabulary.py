"""The names that can be asked for, told beside the fields."""

from __future__ import annotations

from deepcalc.kinds.registry import ASKED_FOR, Vocabulary

NAMES = {
    "TP, FP, FN, TN": "the counts of two classes; TP_cat of one of several",
    "precision, recall, specificity, F1": "the measures of two classes; precision_cat of one of several",
    "accuracy, error_rate, balanced_accuracy, MCC, kappa": "measures of all samples",
    "macro_F1, micro_F1, weighted_F1": "averages over classes, also of precision and recall",
    "TPR1, FPR1, AUC": "with scores: points of the curve, and the area under it",
    "log_loss, brier": "with scores that are probabilities",
    "top1": "with a score for each class: the top-k accuracy",
    "MSE, RMSE, MAE, R2": "of numbers, with `targets`",
    "area_A, area_B": "of boxes: their areas, by their names",
    "width, height, intersection, union": "of boxes: the sides of what they share, its area, and that of both together",
    "IoU, Dice, GIoU": "of boxes, or of masks (without GIoU)",
    "IoU_1_2, kept": "of proposals: the overlap of two, and which of them remain",
    "AP, mAP": "of detections: the average precision (AP_cat of a class), and its mean",
    "p1, BP, BLEU": "of a translation: the precision of the n-grams, the brevity penalty",
    "PPL": "of token probabilities: the perplexity",
}


def vocabulary() -> Vocabulary:
    return {ASKED_FOR: NAMES}

"""Measures of quality: of classes, probabilities, curves, detections, overlaps, numbers and texts."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.evaluation.fields import EvaluationFields
from deepcalc.kinds.evaluation.graph import Measured, build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="evaluation",
    summary="precision, recall, F1, AUC, log loss, Brier score, mAP, IoU, suppression, BLEU, perplexity, MSE, R² …",
    fields=EvaluationFields,
    read=Measured,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.evaluation.slips", "slips"),
    vocabulary=later("deepcalc.kinds.evaluation.vocabulary", "vocabulary"),
    subjects=(
        "metrics",
        "metric",
        "confusion_matrix",
        "precision",
        "recall",
        "accuracy",
        "f1",
        "roc",
        "auc",
        "iou",
        "map",
        "bleu",
        "perplexity",
    ),
)

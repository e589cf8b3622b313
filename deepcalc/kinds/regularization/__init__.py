"""Regularizers: weight penalties, dropout with a given mask, max-norm, early stopping."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.registry import Kind, later
from deepcalc.kinds.regularization.fields import RegularizationFields
from deepcalc.kinds.regularization.graph import build

KIND = Kind(
    name="regularization",
    summary="L1, L2 and elastic-net penalties, dropout with a given mask, max-norm, early stopping",
    fields=RegularizationFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.regularization.slips", "slips"),
    vocabulary=later("deepcalc.kinds.regularization.vocabulary", "vocabulary"),
    subjects=("dropout", "l1", "l2", "lasso", "elastic_net", "max_norm", "early_stopping", "weight_decay", "penalty"),
)

"""Loss functions of given predictions: the loss of each sample, then their mean or sum."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds._losses import LossName
from deepcalc.kinds._templates import with_choices
from deepcalc.kinds.loss.fields import LossFields
from deepcalc.kinds.loss.graph import build
from deepcalc.kinds.loss.wiring import read
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="loss",
    summary="loss functions: of errors, probabilities, labels and vectors, per sample, then their mean or sum",
    fields=LossFields,
    read=read,
    build=build,
    template=with_choices(text_beside(__file__, "template.yaml"), losses=LossName),
    slips=later("deepcalc.kinds.loss.slips", "slips"),
    vocabulary=later("deepcalc.kinds.loss.vocabulary", "vocabulary"),
    subjects=("cross_entropy", "mse", "cost", "error", "objective"),
)

"""Loss functions of given predictions: the loss of each sample, then their mean or sum."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.loss.fields import LossFields
from deepcalc.kinds.loss.graph import build
from deepcalc.kinds.loss.slips import slips
from deepcalc.kinds.registry import Kind

KIND = Kind(
    name="loss",
    summary="loss functions: squared errors and cross-entropies, per sample, then their mean or sum",
    fields=LossFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=slips,
)

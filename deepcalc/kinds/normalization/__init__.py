"""Batch, layer, instance, group and RMS normalisation: statistics, scale and shift, running averages, gradients."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.normalization.fields import NormalizationFields
from deepcalc.kinds.normalization.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="normalization",
    summary="batch, layer, instance, group and RMS normalisation: statistics, running averages, test time, gradients",
    fields=NormalizationFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.normalization.slips", "slips"),
)

"""Attention: scores, weights and weighted values of one head or several, forward and backward."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.attention.fields import AttentionFields
from deepcalc.kinds.attention.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="attention",
    summary="scores, masks, heads, positions, residual and layer normalisation, forward and backward",
    fields=AttentionFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.attention.slips", "slips"),
)

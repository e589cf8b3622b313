"""Attention: scores, weights and weighted values of one head or several, forward and backward.

Queries ``Q``, keys ``K``, values ``V``, scores ``S``, weights ``A`` and output ``O`` (``Q1``, …, of head 1 of several,
``O`` then the heads side by side), ``Y`` after W_O, ``R`` with the residual connection, ``N`` normalised; ``X_pos``
with the positions ``P``, ``X_norm`` normalised before. Additive scores go by ``p_1``, ``U_1`` and ``S_1`` of query 1.
``params`` counts the weights' entries, ``params_W_Q`` those of one.
"""

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
    subjects=(
        "transformer",
        "self_attention",
        "cross_attention",
        "multi_head_attention",
        "scaled_dot_product",
        "positional_encoding",
    ),
)

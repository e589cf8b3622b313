"""Convolution with values: kernel, bias, activation, pooling, dense layer, loss, and their gradients.

Input ``X``, kernel ``K`` (turned by 180° ``K_flip``), bias ``b``, convolved ``Z``, activated ``A``, pooled ``P``,
flattened ``F``; dense layer ``W``, ``c``, its sums ``O`` and activations ``Y``; the loss ``L``. The padded input is
``X_pad``, the positions that win in a max pooling are ``winners``; in matrices there are ``X_col``, ``K_row``,
``Z_row`` and ``Z_im2col``, or ``K_mat``, ``X_vec``, ``Z_vec`` and ``Z_toeplitz``.
"""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.filtering.fields import FilteringFields
from deepcalc.kinds.filtering.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="filtering",
    summary="convolution with numbers: kernels, bias, activation, pooling, dense layer, and every gradient",
    fields=FilteringFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.filtering.slips", "slips"),
    subjects=("filter", "kernel", "cross_correlation", "conv_numbers", "edge_detection"),
)

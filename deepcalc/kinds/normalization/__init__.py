"""Batch, layer, instance, group and RMS normalisation: statistics, scale and shift, running averages, gradients.

Mean ``mu``, variance ``var``, its root with ε ``std`` (``ms`` and ``rms`` of RMS normalisation), the normalised
values ``Xhat``, scaled and shifted ``Y``. Where groups or images are normalised, ``M`` has a row for each mean. The
running averages are ``mu_run`` and ``var_run``, after the batch ``mu_run+`` and ``var_run+``; ``Y_test`` at test time.
"""

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
    vocabulary=later("deepcalc.kinds.normalization.vocabulary", "vocabulary"),
    subjects=("batch_norm", "layer_norm", "instance_norm", "group_norm", "rms_norm"),
)

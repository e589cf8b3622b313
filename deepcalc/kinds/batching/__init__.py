"""Mini-batches: iterations in an epoch, parameter updates in all, and the size of the last batch."""

from __future__ import annotations

from deepcalc.files import text_beside
from deepcalc.kinds.batching.fields import BatchingFields
from deepcalc.kinds.batching.graph import build
from deepcalc.kinds.registry import Kind, later

KIND = Kind(
    name="batching",
    summary="iterations in an epoch, size of the last batch, and updates in all, for batches of any size",
    fields=BatchingFields,
    build=build,
    template=text_beside(__file__, "template.yaml"),
    slips=later("deepcalc.kinds.batching.slips", "slips"),
    subjects=("batch", "batches", "mini_batch", "iterations", "epochs"),
)

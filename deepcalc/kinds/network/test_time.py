"""The same network at test time: without masks and noise, normalised by running averages, with no training.

Passes at test time go by names of their own: ``val.L@3`` is the loss of the validation samples after three updates,
``test.L@3`` that of the training samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deepcalc.kinds.network.fields import NetworkFields

VALIDATION, TEST = "val", "test"

TITLES: Mapping[str, str] = {VALIDATION: "validation", TEST: "test time"}
"""What the passes are called in the headings of a sheet."""


def at_test_time(fields: NetworkFields) -> NetworkFields:
    """The fields of the same network at test time, without training."""
    layers = [layer.model_copy(update=_at_test_time(layer)) for layer in fields.layers]
    samples = fields.samples
    if samples is not None:
        samples = [sample.model_copy(update={"target_noise": None}) for sample in samples]
    without: dict[str, Any] = {
        "optimizer": None,
        "penalty": None,
        "validation": None,
        "given": {},
        "target_noise": None,
    }
    return fields.model_copy(update={"layers": layers, "samples": samples, **without})


def _at_test_time(layer: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    norm, dropout = layer.norm, layer.dropout
    if norm is not None and norm.row.has_running and norm.mode == "train":
        changed["norm"] = norm.model_copy(update={"mode": "test", "momentum": None, "running_unbiased": False})
    if dropout is not None and dropout.is_training:
        changed["dropout"] = dropout.model_copy(update={"mode": "test", "mask": None})
    return changed

"""The losses of the samples, each with what it is made of: targets, smoothed or by class, and predictions or logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deepcalc.kinds._losses import OF_OUTPUTS, Activated, SampleLoss
from deepcalc.kinds.loss.wiring import Sample, Wiring
from deepcalc.notation.names import stem_of
from deepcalc.notation.nodes import ONE, ZERO, Name, Node


def sample_losses(wiring: Wiring) -> list[SampleLoss]:
    """The loss of each sample, as it stands in the graph."""
    return [_sample_loss(wiring, name, sample) for name, sample in zip(wiring.names, wiring.samples, strict=True)]


def _sample_loss(wiring: Wiring, name: str, sample: Sample) -> SampleLoss:
    loss, fields = wiring.loss, wiring.fields
    outputs = [Name(entry.name) for entry in sample.outputs]
    before = None
    if fields.from_logits:
        before = Activated(str(loss.outputs_of), tuple(outputs))
        outputs = [Name(name) for name in wiring.probabilities(sample)]
    weight = wiring.class_weight(sample)
    stem = stem_of((entry.name for entry in sample.entries.get("targets", ())), "y")
    return SampleLoss(
        replace(loss, at=replace(loss.at, true_class=sample.true_class)),
        name,
        _pairs(wiring, sample, outputs),
        stems=(
            stem if fields.label_smoothing is None else f"{stem}tilde",
            "p" if before else stem_of((entry.name for entry in sample.outputs), "yhat"),
        ),
        weight=None if weight is None else Name(weight),
        before=before,
        is_whole=len(wiring.samples) == 1,
    )


def _pairs(wiring: Wiring, sample: Sample, outputs: Sequence[Name]) -> list[tuple[Any, ...]]:
    sides = wiring.loss.sides
    if sides == OF_OUTPUTS:
        return list(zip(_targets(wiring, sample), outputs, strict=True))
    columns = [[Name(entry.name) for entry in sample.entries[side]] for side in sides]
    columns[-1] = list(outputs)
    if len(columns) == 1:
        return [(output, output) for output in outputs]
    return list(zip(*(column * (len(outputs) // len(column)) for column in columns), strict=True))


def _targets(wiring: Wiring, sample: Sample) -> list[Node]:
    """The targets as they stand in the loss: names, smoothed ones, or the 1 and 0 of a class given by its number."""
    if wiring.fields.label_smoothing is not None:
        return [Name(name) for name in wiring.smoothed_names(sample)]
    return hard_targets(sample)


def hard_targets(sample: Sample) -> list[Node]:
    """The targets before they are smoothed."""
    if sample.is_numbered:
        return [ONE if k == sample.true_class else ZERO for k in range(len(sample.outputs))]
    return [Name(entry.name) for entry in sample.entries["targets"]]

"""A loss problem in words, where the author has none."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.quantities import Prose
from deepcalc.kinds.loss.wiring import Wiring
from deepcalc.plan.statement import Statement, equations, joined, prose, with_article

SIDES = {
    "targets": "the targets ", "predictions": "the predictions ", "first": "the first vector ",
    "second": "the second vector ", "anchor": "the anchor ", "positive": "the positive ", "negative": "the negative ",
}  # fmt: skip


def statement(wiring: Wiring, title: str) -> Statement:
    """What is given, and what is asked: the loss of each sample, and how these make the loss."""
    fields, samples = wiring.fields, wiring.samples
    sides = []
    for side in wiring.loss.sides:
        entries = [(entry.name, entry.value) for sample in samples for entry in sample.entries[side]]
        what = "the logits " if side == "predictions" and fields.from_logits else SIDES[side]
        sides.append(prose(what, equations(entries)))
    given = prose("Given ", joined(sides), *_conventions(wiring), ",")
    means = f"{wiring.reduced_by.replace('_', ' ')}"
    asked = with_article(title) if len(samples) == 1 else f"the loss of each sample and their {means} ({title})"
    return Statement(given, (f"Compute {asked}{' and its perplexity' if fields.perplexity else ''}.",))


def _conventions(wiring: Wiring) -> Iterator[str | Prose]:
    fields = wiring.fields
    numbers = list(fields.numbers(wiring.loss).values())
    if numbers:
        yield prose(" with ", equations(numbers, last=" and "))
    if fields.label_smoothing is not None:
        yield prose(", label smoothing ", equations([("epsilon", fields.label_smoothing)]))
    if fields.class_weights is not None:
        yield f", class weights {', '.join(weight.text for weight in fields.class_weights)}"
    if fields.sample_weights is not None:
        yield f", sample weights {', '.join(weight.text for weight in fields.sample_weights)}"

"""Typical mistakes around a pass: in dropout, with the weights of samples, with a gradient from behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.views import View
from deepcalc.kinds.network.matrix.weighting import COUNTED, is_weighted
from deepcalc.notation.edits import without_factor
from deepcalc.notation.nodes import ONE, Name, Node, Over, Plus, names_in
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN


def dropout_mistakes(view: View) -> Iterator[SlipRow]:
    """The mask forgotten, the factor of 1 − p left out, p in its place."""
    dropped = [(layer.dropout, layer.out) for layer in view.wiring.layers if layer.dropout is not None]
    kept: dict[str, tuple[Any, Any]] = {}
    unmasked = {}
    for dropout, out in dropped:
        kept[dropout.kept] = view.formula(dropout.kept), dropout.chance
        if dropout.fields.is_training:
            inverted = dropout.fields.scaling == "inverted"
            unmasked[dropout.kept] = Over(Name(out), dropout.chance.kept) if inverted else Name(out)
    swapped = {name: formula.xreplace({own.kept: own.dropped}) for name, (formula, own) in kept.items()}
    unscaled = {name: _unscaled(formula, own.kept) for name, (formula, own) in kept.items()}
    for own in islice((chance for _, chance in kept.values()), 1):
        yield "rate-for-kept", own.swapped, swapped
        yield "scale-forgotten", f"the factor of {own.kept_text} left out", unscaled
    yield "mask-forgotten", "the mask forgotten", unmasked


def _unscaled(formula: Node, kept: Node) -> Node:
    return formula.args[0] if isinstance(formula, Over) else without_factor(formula, kept)


def weighting_mistakes(view: View) -> Iterator[SlipRow]:
    """The weights of samples or classes left out; divided by their number in place of the sum of the weights."""
    wiring = view.wiring
    for term in wiring.terms if is_weighted(wiring) else ():
        plain = BatchLoss(wiring, term, view.samples)
        yield "weights-forgotten", "the weights in the loss left out", {term.name: plain.formula}
        reduction = wiring.fields.reduction
        if reduction not in (MEAN, WEIGHTED_MEAN) or view.samples in (None, 1):
            continue
        other = WEIGHTED_MEAN if reduction == MEAN else MEAN
        by = {MEAN: "the number of samples", WEIGHTED_MEAN: "the sum of the weights"}
        message = f"divided by {by[other]} in place of {by[reduction]}"
        divided = replace(plain, weights=Name(COUNTED), reduction=other)
        yield "mean-for-weighted", message, {term.name: divided.formula}


def upstream_mistakes(view: View) -> Iterator[SlipRow]:
    """The gradient that is given left out of the last error, or added to the local derivative."""
    wiring = view.wiring
    last = wiring.output_layers[-1]
    if not wiring.is_from_upstream:
        return
    given, own = Name(view.gradient(last.out)), view.adjoint(last.before)
    if own is None or not last.activated or given.name not in names_in(view.graph[own].definition):
        return
    local = view.graph[own].definition.xreplace({given: ONE})
    yield "upstream-left-out", "the gradient from behind left out", {own: local}
    yield "upstream-added", "the gradient from behind added, not multiplied", {own: Plus(given, local)}

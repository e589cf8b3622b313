"""Typical mistakes around a pass: in dropout, with the weights of samples, with a gradient from behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.weighting import COUNTED, is_weighted
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.edits import without_factor
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Name, Over, Plus, minus, names_in
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN


def adjoint_of(graph: Graph, loss: str, name: str) -> str | None:
    """The name of the derivative of the loss by a quantity, whatever it is called; None where there is none."""
    found = graph.adjoint(loss, name)
    return None if found is None else found.name


def dropout_mistakes(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    """The mask forgotten, the factor of 1 − p left out, p in its place."""
    dropped = [(layer.dropout, layer.out) for layer in wiring.layers if layer.dropout is not None]
    kept: dict[str, tuple[Any, Any]] = {}
    unmasked = {}
    for dropout, out in dropped:
        p = Name(dropout.rate)
        kept[dropout.kept] = graph[dropout.kept].formula, p
        if dropout.fields.is_training:
            inverted = dropout.fields.scaling == "inverted"
            unmasked[dropout.kept] = Over(Name(out), minus(ONE, p)) if inverted else Name(out)
    swapped = {name: formula.xreplace({minus(ONE, p): p}) for name, (formula, p) in kept.items()}
    yield "rate-for-kept", "the drop probability p in place of 1 − p", swapped
    unscaled = {name: _unscaled(formula, minus(ONE, p)) for name, (formula, p) in kept.items()}
    yield "scale-forgotten", "the factor of 1 − p left out", unscaled
    yield "mask-forgotten", "the mask forgotten", unmasked


def _unscaled(formula: Any, kept: Any) -> Any:
    return formula.args[0] if isinstance(formula, Over) else without_factor(formula, kept)


def weighting_mistakes(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    """The weights of samples or classes left out; divided by their number in place of the sum of the weights."""
    fields, row = wiring.fields.loss, wiring.loss
    if fields is None or row is None or not is_weighted(wiring):
        return
    plain = BatchLoss(wiring, row, wiring.targets, wiring.output, wiring.samples)
    yield "weights-forgotten", "the weights in the loss left out", {fields.name: plain.formula}
    if wiring.fields.reduction not in (MEAN, WEIGHTED_MEAN) or wiring.samples in (None, 1):
        return
    other = WEIGHTED_MEAN if wiring.fields.reduction == MEAN else MEAN
    by = {MEAN: "the number of samples", WEIGHTED_MEAN: "the sum of the weights"}
    message = f"divided by {by[other]} in place of {by[wiring.fields.reduction]}"
    divided = replace(plain, weights=Name(COUNTED), reduction=other)
    yield "mean-for-weighted", message, {fields.name: divided.formula}


def upstream_mistakes(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    """The gradient that is given left out of the last error, or added to the local derivative."""
    loss, last = wiring.loss_name, wiring.layers[-1]
    if not wiring.is_from_upstream or loss is None:
        return
    given, own = Name(gradient(loss, last.out)), adjoint_of(graph, loss, last.net)
    if own is None or not last.activated or given.name not in names_in(graph[own].formula):
        return
    local = graph[own].formula.xreplace({given: ONE})
    yield "upstream-left-out", "the gradient from behind left out", {own: local}
    yield "upstream-added", "the gradient from behind added, not multiplied", {own: Plus(given, local)}

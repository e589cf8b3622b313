"""Typical mistakes in loss functions: the wrong logarithm, sign, factor; target and prediction swapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.notation.edits import rescaled
from deepcalc.notation.nodes import (
    Name,
)
from deepcalc.plan import Plan, Slip
from deepcalc.rules.loss_slips import Pairs, log_slips, reduction_slip, squared_factor_slips

if TYPE_CHECKING:
    from deepcalc.kinds.loss.fields import LossFields

Formulas = Mapping[str, Any]


def slips(fields: LossFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a loss problem."""
    graph, factor = plan.graph, fields.loss.factor
    losses = [quantity.name for quantity in graph if quantity.group == "losses"]
    samples = fields.samples()
    pairs = [
        [(Name(target.name), Name(output.name)) for target, output in zip(*sample, strict=True)] for sample in samples
    ]
    each = dict(zip(losses, pairs, strict=False))
    yield from log_slips(graph, list(each))
    yield from _swapped(graph, losses, [pair for own in pairs for pair in own])
    if factor is not None:
        yield from squared_factor_slips(each, factor)
    if len(samples) > 1:
        is_mean = fields.reduced_by.value == "mean"
        yield reduction_slip(graph, [fields.name], len(samples), is_mean)
        if factor is not None:
            halved = rescaled(graph[fields.name].formula, Fraction(1, 2))
            yield Slip("loss-factor", "a factor 1/2 in the loss where there is none", {fields.name: halved})
    yield from _gradient_slips(graph, losses, fields)


def _swapped(graph: Graph, losses: Sequence[str], pairs: Pairs) -> Iterator[Slip]:
    swap = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    formulas = {name: graph[name].formula for name in losses}
    swapped = {name: formula.xreplace(swap) for name, formula in formulas.items()}
    formulas = {name: formula for name, formula in swapped.items() if formula != formulas[name]}
    yield Slip("target-and-prediction", "target and prediction swapped", formulas)


def _gradient_slips(graph: Graph, losses: Sequence[str], fields: LossFields) -> Iterator[Slip]:
    """Slips in the derivatives by the predictions, where these are asked for."""
    adjoints = {quantity.name: quantity.adjoint for quantity in graph if quantity.adjoint is not None}
    by_predictions = [name for name, adjoint in adjoints.items() if adjoint.wrt not in losses]
    by_samples = [name for name in adjoints if name not in by_predictions]
    if not by_predictions:
        return

    def times(ratio: Fraction, names: Sequence[str]) -> Formulas:
        return {name: rescaled(graph[name].formula, ratio) for name in names}

    turned = {name: opposite(graph[name].formula) for name in by_predictions}
    yield Slip("loss-sign", "the derivative with the opposite sign", turned)
    if fields.loss.factor is not None:
        halved = times(Fraction(1, 2), by_predictions)
        yield Slip("loss-factor", "the 2 of the square forgotten in the derivative", halved)
    if fields.reduced_by.value == "mean" and len(fields.samples()) > 1:
        summed = times(Fraction(len(fields.samples())), by_samples or by_predictions)
        yield Slip("sum-for-mean", "the derivative of the sum in place of the mean", summed)

"""Typical mistakes in normalisations: ε, the root, n − 1, γ and β, running averages, the statistics on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from deepcalc.kinds._arrays import SlipRow, written
from deepcalc.kinds.network.matrix.arrangement import MatrixLayer, MatrixNorm
from deepcalc.kinds.network.matrix.normalizing import averaged, moments
from deepcalc.kinds.network.matrix.views import View
from deepcalc.notation.nodes import Name
from deepcalc.rules.normalization import RUNNING_AVERAGES


def normalising_mistakes(view: View) -> Iterator[SlipRow]:
    """The typical mistakes of the layers that are normalised."""
    for layer in view.wiring.layers:
        if layer.norm is not None:
            yield from _forward(view, layer, layer.norm)
            yield from _averages(view, layer.norm)
            yield from _backward(view, layer, layer.norm)


def _forward(view: View, layer: MatrixLayer, norm: MatrixNorm) -> Iterator[SlipRow]:
    of = moments(view.wiring, layer, norm, view.samples)
    yield "epsilon-forgotten", "ε forgotten", {norm.deviation: f"sqrt({norm.variance})"}
    message = "the root forgotten: divided by the variance"
    yield "root-forgotten", message, {norm.deviation: f"{norm.variance} + {norm.epsilon}"}
    if norm.mean is not None and view.has(norm.variance) and of.count != 1:
        what = "n in place of n − 1" if norm.fields.unbiased else "n − 1 in place of n"
        yield "unbiased-variance", f"{what} in the variance", {norm.variance: of.variance(not norm.fields.unbiased)}
    if norm.out == norm.hat:
        return
    yield "scale-forgotten", "γ and β forgotten", {norm.out: Name(norm.hat)}
    if norm.gamma is not None and norm.beta is not None:
        gamma, beta = Name(norm.gamma), Name(norm.beta)
        exchanged = view.formula(norm.out).xreplace({gamma: beta, beta: gamma})
        yield "scale-and-shift", "γ and β exchanged", {norm.out: exchanged}


def _averages(view: View, norm: MatrixNorm) -> Iterator[SlipRow]:
    if not norm.averages:
        return
    (other,) = (row for row in RUNNING_AVERAGES.values() if row.name != norm.fields.momentum_of)
    row, samples = RUNNING_AVERAGES[norm.fields.momentum_of], view.samples
    exchanged = {
        f"{average}@1": averaged(norm, each, other, samples, average, view.at(each))
        for each, average in norm.averages.items()
    }
    yield "momentum-exchanged", "the momentum and 1 minus it exchanged", exchanged
    average = norm.averages[norm.variance]
    fields = norm.fields.model_copy(update={"running_unbiased": not norm.fields.running_unbiased})
    unlike = averaged(replace(norm, fields=fields), norm.variance, row, samples, average, view.at(norm.variance))
    what = "n in place of n − 1" if norm.fields.running_unbiased else "n − 1 in place of n"
    yield "running-variance", f"{what} in the running variance", {f"{average}@1": unlike}


def _backward(view: View, layer: MatrixLayer, norm: MatrixNorm) -> Iterator[SlipRow]:
    """Mean and variance taken for constants on the way back."""
    own, above = view.adjoint(layer.net), view.gradient(norm.hat)
    if own is None or above not in view.graph or not view.has(norm.variance):
        return
    of = moments(view.wiring, layer, norm, view.samples)
    alone = written(of.divided(f"{{{above}}}", norm.deviation))
    message = "mean and variance taken for constants on the way back"
    yield "statistics-constant", message, {own: view.signed(layer.net, alone)}

"""Typical mistakes in the normalisations of a network: ε, the root, n − 1, γ and β, the statistics on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.kinds.network.normalizing import averaged, running
from deepcalc.kinds.network.structure import Layer, Norm, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.edits import argument, terms
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ZERO, Name, Over, number
from deepcalc.plan import Slip
from deepcalc.rules.normalization import RUNNING_AVERAGES

Numbers = tuple[int | None, ...]
Formulas = dict[str, Any]


def normalising_mistakes(wiring: Wiring, graph: Graph, numbers: Numbers) -> Iterator[Slip]:
    """The typical mistakes of the layers that are normalised."""
    for layer in wiring.layers:
        if layer.norm is not None:
            yield from _forward(graph, layer, layer.norm, numbers)
            yield from _averages(layer.norm, len(numbers))
            yield from _backward(wiring, graph, layer, layer.norm, numbers)


def _forward(graph: Graph, layer: Layer, norm: Norm, numbers: Numbers) -> Iterator[Slip]:
    hats = [of_sample(name, each) for name in norm.hat for each in numbers]
    written = {name: graph[name].definition for name in hats}
    epsilon = {name: formula.xreplace({Name(norm.epsilon): ZERO}) for name, formula in written.items()}
    yield Slip("epsilon-forgotten", "ε forgotten", epsilon)
    unrooted = {name: Over(formula.args[0], argument(formula.args[1])) for name, formula in written.items()}
    yield Slip("root-forgotten", "the root forgotten: divided by the variance", unrooted)
    statistics = [name for each in norm.variances for name in _of_samples(graph, each, numbers)]
    variances = {name: formula for name in statistics if (formula := graph[name].formula) is not None}
    counted = {name: len(terms(formula.args[0])) for name, formula in variances.items()}
    other = {
        name: Over(formula.args[0], number(counted[name] - (0 if norm.fields.unbiased else 1)))
        for name, formula in variances.items()
        if counted[name] > 1
    }
    if other:
        what = "n in place of n − 1" if norm.fields.unbiased else "n − 1 in place of n"
        yield Slip("unbiased-variance", f"{what} in the variance", other)
    if norm.out == norm.hat:
        return
    pairs = [(of_sample(out, each), of_sample(hat, each), j) for j, (out, hat) in _units(norm) for each in numbers]
    yield Slip("scale-forgotten", "γ and β forgotten", {out: Name(hat) for out, hat, _ in pairs})
    if norm.gamma is not None and norm.beta is not None:
        gamma, beta = norm.gamma, norm.beta
        swaps = {out: {Name(gamma[j]): Name(beta[j]), Name(beta[j]): Name(gamma[j])} for out, _, j in pairs}
        exchanged = {out: graph[out].definition.xreplace(swap) for out, swap in swaps.items()}
        yield Slip("scale-and-shift", "γ and β exchanged", exchanged)


def _units(norm: Norm) -> Iterator[tuple[int, tuple[str, str]]]:
    yield from enumerate(zip(norm.out, norm.hat, strict=True))


def _of_samples(graph: Graph, statistic: str, numbers: Numbers) -> list[str]:
    """The quantities of a statistic: one for all samples, or one for each."""
    return [statistic] if statistic in graph else [of_sample(statistic, each) for each in numbers]


def _averages(norm: Norm, samples: int) -> Iterator[Slip]:
    if norm.fields.momentum is None:
        return
    (other,) = (row for row in RUNNING_AVERAGES.values() if row.name != norm.fields.momentum_of)
    statistics = (*norm.means, *norm.variances)
    formulas = {f"{running(each)}@1": averaged(norm, each, other, samples) for each in statistics}
    yield Slip("momentum-exchanged", "the momentum and 1 minus it exchanged", formulas)
    fields = norm.fields.model_copy(update={"running_unbiased": not norm.fields.running_unbiased})
    average, varied = RUNNING_AVERAGES[norm.fields.momentum_of], replace(norm, fields=fields)
    unlike = {f"{running(each)}@1": averaged(varied, each, average, samples) for each in norm.variances}
    what = "n in place of n − 1" if norm.fields.running_unbiased else "n − 1 in place of n"
    if samples > 1:
        yield Slip("running-variance", f"{what} in the running variance", unlike)


def _backward(wiring: Wiring, graph: Graph, layer: Layer, norm: Norm, numbers: Numbers) -> Iterator[Slip]:
    """Mean and variance taken for constants on the way back."""
    is_turned = wiring.fields.error_terms.convention == "target - output"
    formulas: Formulas = {}
    for net, hat in zip(layer.net, norm.hat, strict=True):
        for each in numbers:
            loss, value = wiring.derived(each), of_sample(hat, each)
            error, above = graph.adjoint(loss, of_sample(net, each)), gradient(loss, value)
            if error is None or above not in graph:
                continue
            alone = Over(Name(above), graph[value].definition.args[1])
            formulas[error.name] = opposite(alone) if is_turned else alone
    if formulas and not (norm.fields.row.has_running and norm.fields.mode == "test"):
        yield Slip("statistics-constant", "mean and variance taken for constants on the way back", formulas)

"""Normalisation in the graph of a network: what is given, the statistics, the normalised and scaled net inputs.

Ioffe and Szegedy, *Batch Normalization* (2015), algorithms 1 and 2; Ba, Kiros and Hinton, *Layer Normalization* (2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.layers import AVERAGES, RUNNING
from deepcalc.kinds.network.structure import Layer, Norm, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import Call, Name, Node, Over, Plus, Power, Times, minus, number, total
from deepcalc.notation.parser import parse
from deepcalc.notation.symbols import Forms
from deepcalc.rules.normalization import RUNNING_AVERAGES, RunningAverage


def norm_forms(wiring: Wiring) -> dict[str, Forms]:
    """How the names of statistics are printed, and ε: that of an optimizer is told apart from it."""
    norms = [layer.norm for layer in wiring.layers if layer.norm is not None]
    if not norms:
        return {}
    optimizer = wiring.fields.optimizer
    is_alone = optimizer is None or "epsilon" not in optimizer.settings()
    forms = {
        "var": Forms("σ²", r"\sigma^{2}", compound=True),
        "mu_run": Forms("μ_run", r"\mu_{\mathrm{run}}"),
        "var_run": Forms("σ²_run", r"\sigma^{2}_{\mathrm{run}}", compound=True),
    }
    for norm in norms:
        mark = norm.epsilon.removeprefix("eps") + ("" if is_alone else "norm")
        below = rf"_{{\mathrm{{{mark}}}}}" if mark else ""
        forms[norm.epsilon] = Forms(f"ε_{mark}" if mark else "ε", rf"\varepsilon{below}")
    return forms


def norm_givens(wiring: Wiring) -> Iterator[Quantity]:
    """ε, the running averages and their momentum."""
    for index, layer in enumerate(wiring.layers):
        if layer.norm is not None:
            norm, at = layer.norm, ("layers", index, "norm")
            yield from norm.fields.quantities(norm.epsilon, norm.momentum, _averages(norm), at)


def _averages(norm: Norm) -> Iterator[tuple[str, str, Any]]:
    """Field, name and value of each running average; at test time they stand for the statistics."""
    for field, names in (("running_mean", norm.means), ("running_var", norm.variances)):
        for name, value in zip(names, getattr(norm.fields, field) or (), strict=False):
            yield field, running(name) if norm.fields.mode == "train" else name, value


def running_statistics(wiring: Wiring) -> Iterator[str]:
    """The statistics of batches that running averages take in, update by update."""
    for layer in wiring.layers:
        if layer.norm is not None and layer.norm.fields.momentum is not None:
            yield from (*layer.norm.means, *layer.norm.variances)


def running(statistic: str) -> str:
    """The name of the running average of a statistic: ``mu_run.z1`` of ``mu.z1``."""
    head, _, unit = statistic.partition(".")
    return f"{head}_run.{unit}"


def averaged(norm: Norm, statistic: str, average: RunningAverage, samples: int) -> Node:
    """The running average after a batch of so many samples."""
    new = f"{{{statistic}}}"
    if norm.fields.running_unbiased and statistic in norm.variances:
        new = f"{samples}/({samples} - 1)*{new}"
    formula: Node = parse(average.text.format(old=f"{{{running(statistic)}}}", new=new, m=f"{{{norm.momentum}}}"))
    return formula


def add_statistics(graph: Graph, layer: Layer, index: int, numbers: Sequence[int | None], section: str) -> None:
    """Add mean and variance of each unit over the samples, and the running averages that take them in."""
    norm = layer.norm
    assert norm is not None
    for j, net in enumerate(layer.net):
        values = [Name(of_sample(net, each)) for each in numbers]
        _add_moments(graph, norm, j, values, section, index, "over the samples")
    if norm.fields.momentum is None:
        return
    for statistic in (*norm.means, *norm.variances):
        formula = averaged(norm, statistic, RUNNING_AVERAGES[norm.fields.momentum_of], len(numbers))
        name, origin = f"{running(statistic)}@1", ("layers", index, "norm", "momentum")
        graph.add(Quantity(name, formula, section=RUNNING, group=AVERAGES, note=("after this batch",), origin=origin))


def _add_moments(
    graph: Graph, norm: Norm, place: int, values: Sequence[Name], section: str, index: int, over: str, suffix: str = ""
) -> None:
    """Mean and variance of values, or the mean of their squares alone."""
    plain: dict[str, Any] = {"section": section, "group": "statistics", "origin": ("layers", index, "norm")}
    count = number(len(values))
    centred: list[Node] = list(values)
    if norm.means:
        mean = f"{norm.means[place]}{suffix}"
        note = (f"mean {over}",)
        graph.add(Quantity(mean, Over(total(*values), count), note=note, **plain))
        centred = [minus(value, Name(mean)) for value in values]
    divisor = number(len(values) - 1) if norm.fields.unbiased else count
    formula = Over(total(*(Power(each, TWO) for each in centred)), divisor)
    what = "variance" if norm.means else "mean square"
    name = f"{norm.variances[place]}{suffix}"
    graph.add(Quantity(name, formula, note=(f"{what} {over}",), **plain))


def add_normalised(graph: Graph, layer: Layer, index: int, number: int | None, section: str) -> None:
    """Add what a sample's net inputs are normalised, scaled and shifted; before it the statistics of the sample."""
    norm = layer.norm
    assert norm is not None
    of_batch = norm.fields.row.joins_samples
    suffix = "" if number is None else f":{number}"
    if not of_batch:
        values = [Name(of_sample(net, number)) for net in layer.net]
        _add_moments(graph, norm, 0, values, section, index, "over the units", suffix)
    plain: dict[str, Any] = {"section": section, "group": "net_inputs", "origin": ("layers", index, "norm")}
    for j, net in enumerate(layer.net):
        place, marked = (j, "") if of_batch else (0, suffix)
        value = Name(of_sample(net, number))
        centred = minus(value, Name(f"{norm.means[place]}{marked}")) if norm.means else value
        deviation = Call("sqrt", Plus(Name(f"{norm.variances[place]}{marked}"), Name(norm.epsilon)))
        hat, note = of_sample(norm.hat[j], number), (f"normalised, unit {j + 1}",)
        graph.add(Quantity(hat, Over(centred, deviation), note=note, **plain))
        if norm.out != norm.hat:
            scaled = Name(hat) if norm.gamma is None else Times(Name(norm.gamma[j]), Name(hat))
            formula = scaled if norm.beta is None else Plus(scaled, Name(norm.beta[j]))
            note = (f"scaled and shifted, unit {j + 1}",)
            name = of_sample(norm.out[j], number)
            graph.add(Quantity(name, formula, note=note, **plain))

"""Normalisation in matrix notation: ``mu1``, ``var1``, ``std1``, ``Zhat1`` and ``Ztilde1`` of the net inputs ``Z1``.

Ioffe and Szegedy, *Batch Normalization* (2015), algorithms 1 and 2; Ba, Kiros and Hinton, *Layer Normalization* (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from deepcalc.errors import Fault, Location
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import FORWARD, as_array, shape_of_given, written
from deepcalc.kinds._normalizing import Moments
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.layers import AVERAGES, RUNNING
from deepcalc.kinds.network.matrix.arrangement import MatrixLayer, MatrixNorm, running
from deepcalc.kinds.network.matrix.batches import SUFFIX
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name, Node, product, total
from deepcalc.notation.shapes import Size, shape_text, size_text
from deepcalc.notation.symbols import Forms, subscript
from deepcalc.rules.normalization import RUNNING_AVERAGES, RunningAverage


def norm_forms(wiring: MatrixWiring) -> dict[str, Forms]:
    """How the names of variances are printed, and ε: that of an optimizer is told apart from it."""
    optimizer = wiring.fields.optimizer
    is_alone = optimizer is None or "epsilon" not in optimizer.settings()
    forms: dict[str, Forms] = {}
    for layer in wiring.layers:
        if layer.norm is None:
            continue
        variance = layer.norm.variance
        if layer.norm.mean is not None:
            labels = {variance: "", f"{variance}{SUFFIX}": "b", running(variance): "run"}
            forms |= {name: _squared(layer.number, label) for name, label in labels.items()}
        mark = layer.norm.epsilon.removeprefix("eps") + ("" if is_alone else "norm")
        below = rf"_{{\mathrm{{{mark}}}}}" if mark else ""
        forms[layer.norm.epsilon] = Forms(f"ε_{mark}" if mark else "ε", rf"\varepsilon{below}")
    return forms


def _squared(number: str, label: str) -> Forms:
    """σ² with the number of its layer and a label below it."""
    labels = ",".join([*([number] if number else []), *([rf"\mathrm{{{label}}}"] if label else [])])
    below = f"_{{{labels}}}" if labels else ""
    unicode = f"σ{subscript(number) if number else ''}²{f'_{label}' if label else ''}"
    return Forms(unicode, rf"\sigma{below}^{{2}}", compound=True)


def norm_givens(wiring: MatrixWiring) -> Iterator[Quantity]:
    """ε, the running averages and their momentum."""
    for index, layer in enumerate(wiring.layers):
        if layer.norm is not None:
            norm, at = layer.norm, ("layers", index, "norm")
            yield from norm.fields.quantities(norm.epsilon, norm.momentum, _averages(norm), at)


def _averages(norm: MatrixNorm) -> Iterator[tuple[str, str, Any]]:
    """Field, name and value of each running average; at test time they stand for the statistics."""
    for field, name in (("running_mean", norm.mean), ("running_var", norm.variance)):
        value = getattr(norm.fields, field)
        if value is not None and name is not None:
            yield field, running(name) if norm.fields.mode == "train" else name, as_array(value)


def moments(wiring: MatrixWiring, layer: MatrixLayer, norm: MatrixNorm, samples: Size | None) -> Moments:
    """The statistics of a layer's net inputs: over the samples, or of each sample over its units."""
    place = wiring.layers.index(layer)
    if norm.fields.row.joins_samples:
        axis = None if samples is None else 1 - (wiring.class_axis or 0)
        return Moments(layer.net, axis, samples or 1, layer.number)
    return Moments(layer.net, wiring.class_axis, wiring.units[place] or 1, layer.number)


def norm_lines(
    wiring: MatrixWiring, layer: MatrixLayer, norm: MatrixNorm, index: int, samples: Size | None
) -> Iterator[Quantity]:
    """What a pass of so many samples makes of the net inputs, in plain names; without statistics that are given."""
    of, at = moments(wiring, layer, norm, samples), ("layers", index, "norm")
    is_own = not norm.fields.row.has_running or norm.fields.mode == "train"
    over = "over the samples" if norm.fields.row.joins_samples else "over the units"
    if is_own and norm.mean is not None:
        yield _line(norm.mean, of.mean, at, f"mean {over}", "statistics")
        yield _line(norm.variance, of.variance(norm.fields.unbiased), at, f"variance {over}", "statistics")
    elif is_own:
        yield _line(norm.variance, of.mean_square, at, f"mean square {over}", "statistics")
    title = "standard deviation" if norm.mean is not None else "root mean square"
    yield _line(norm.deviation, f"sqrt({norm.variance} + {norm.epsilon})", at, title, "statistics")
    yield _line(norm.hat, of.divided(of.values if norm.mean is None else of.centred, norm.deviation), at, "normalised")
    if norm.out != norm.hat:
        yield _line(norm.out, scaled(wiring, norm), at, "scaled and shifted")


def scaled(wiring: MatrixWiring, norm: MatrixNorm) -> Node:
    """``gamma * Zhat + beta``, each where there is one."""
    hat = Name(norm.hat)
    scaled_: Any = hat if norm.gamma is None else product(of_unit(wiring, norm.gamma), hat)
    return scaled_ if norm.beta is None else total(scaled_, of_unit(wiring, norm.beta))


def of_unit(wiring: MatrixWiring, name: str) -> Node:
    """What each unit has one of, beside each column where the samples are columns and it is a vector."""
    is_beside = wiring.is_vector(name) and not wiring.as_rows and wiring.samples is not None
    return Apply("expand", {"axis": 1}, Name(name)) if is_beside else Name(name)


def average_lines(
    layer: MatrixLayer, index: int, samples: Size | None, time: int, named: Callable[[str], str]
) -> Iterator[Quantity]:
    """The running averages after one update more than there are; ``named`` tells what a statistic is called."""
    norm = layer.norm
    if norm is None:
        return
    for statistic, average in norm.averages.items():
        old, taken = timed(average, time), named(statistic)
        formula = averaged(norm, statistic, RUNNING_AVERAGES[norm.fields.momentum_of], samples, old, taken)
        origin = ("layers", index, "norm", "momentum")
        name, note = timed(average, time + 1), ("after this batch",)
        yield Quantity(name, formula, section=RUNNING, group=AVERAGES, note=note, origin=origin)


def averaged(
    norm: MatrixNorm, statistic: str, average: RunningAverage, samples: Size | None, old: str, taken: str
) -> Node:
    """The running average after a batch of so many samples."""
    new = f"{{{taken}}}"
    if norm.fields.running_unbiased and statistic == norm.variance:
        count = size_text(samples or 1)
        new = f"{count}/({count} - 1)*{new}"
    return written(average.text.format(old=f"{{{old}}}", new=new, m=f"{{{norm.momentum}}}"))


def _line(name: str, formula: Node | str, at: Location, note: str, group: str = "net_inputs") -> Quantity:
    return Quantity(name, written(formula), section=FORWARD, group=group, note=(note,), origin=at)


def norm_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What does not fit the units of a layer, or the number of samples."""
    for index, (layer, units) in enumerate(zip(wiring.layers, wiring.units, strict=True)):
        norm, at = layer.norm, ("layers", index, "norm")
        if norm is None:
            continue
        if norm.joins_samples and wiring.samples in (None, 1):
            yield Fault(at, "the statistics of a batch need two samples or more in X; or `mode: test`")
        if norm.joins_samples and wiring.batches != [None]:
            yield from _batch_faults(wiring, norm)
        if any(name in wiring.fields.given for name in (layer.net, layer.out)):
            yield Fault(at, "the net inputs and outputs of a normalised layer are not given")
        if units is None:
            continue
        for name in (norm.gamma, norm.beta):
            if name is not None and shape_of_given(wiring.parameters[name].value) not in wiring.arrangement.of_units(
                units
            ):
                found = shape_text(shape_of_given(wiring.parameters[name].value))
                expected = f"a vector of {size_text(units)}, one entry for each unit of layer {index + 1}"
                yield Fault(wiring.parameters[name].origin, f"`{name}` is {found}; expected {expected}")
        for key in ("running_mean", "running_var"):
            given = getattr(norm.fields, key)
            if given is not None and len(given) != units:
                yield Fault((*at, key), f"expected {size_text(units)}, one for each unit, found {len(given)}")


def _batch_faults(wiring: MatrixWiring, norm: MatrixNorm) -> Iterator[Fault]:
    """What mini-batches need whose samples are normalised together."""
    at = ("optimizer", "batch_size")
    if not norm.averages:
        message = (
            "mini-batches have statistics of their own, so that the outputs of all samples are known at test time "
            "alone: give `momentum` and what the running averages begin with, or `batch_size: all`"
        )
        yield Fault(at, message)
    if any(batch is not None and len(batch) < 2 for batch in wiring.batches):
        yield Fault(at, "the statistics of a batch need two samples or more in each batch")

"""The losses of a network's samples, each with what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds._losses import Activated, SampleLoss, one_hot
from deepcalc.kinds.network.naming import of_sample
from deepcalc.kinds.network.targets import Sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Times, total

LOSS = "Loss"


def sample_loss(wiring: Wiring, sample: Sample, number: int | None) -> SampleLoss:
    """The loss of one sample, as it stands in the graph."""
    loss, fields = wiring.loss, wiring.fields
    assert loss is not None
    assert fields.loss is not None
    targets = target_names(wiring, number)
    outputs = [Name(of_sample(name, number)) for name in wiring.outputs]
    return SampleLoss(
        replace(loss, at=replace(loss.at, true_class=one_hot(list(sample.targets.values())))),
        of_sample(fields.loss.name, number),
        list(zip(targets, outputs, strict=True)),
        stems=(_stem(targets), _stem(outputs)),
        before=_before(wiring, sample, number),
        is_whole=fields.samples is None,
    )


def upstream_givens(wiring: Wiring, sample: Sample, number: int | None) -> Iterator[Quantity]:
    """The derivatives by the outputs that are given in place of a loss."""
    at: Location = ("upstream",) if number is None else ("samples", number - 1, "upstream")
    for output, value in sample.upstream.items():
        name = gradient(of_sample(str(wiring.loss_name), number), of_sample(output, number))
        yield Quantity(name, given=value, section="Gradient from behind", origin=at)


def upstream_loss(wiring: Wiring, sample: Sample, number: int | None) -> Quantity:
    """What stands for the loss: its derivative by each output is the one that is given."""
    name = of_sample(str(wiring.loss_name), number)
    pairs = [(Name(gradient(name, out)), Name(out)) for out in (of_sample(each, number) for each in sample.upstream)]
    partials = {out.name: slope for slope, out in pairs}
    formula, note = total(*(Times(*pair) for pair in pairs)), ("stands for the loss",)
    return Quantity(name, formula, partials=partials, section=LOSS, group="losses", note=note, origin=("upstream",))


def _before(wiring: Wiring, sample: Sample, number: int | None) -> Activated | None:
    """The last activation, where loss and activation are taken together."""
    layer, loss = wiring.layers[-1], wiring.loss
    fusion = loss.fusion(layer.activation) if loss is not None and layer.activated else None
    if fusion is None:
        return None
    values = [value.value for value in sample.targets.values() if isinstance(value, Literal)]
    if fusion.sums_to_one and (len(values) < len(sample.targets) or sum(values) != 1):
        return None
    nets = tuple(Name(of_sample(net, number)) for net in layer.net)
    return Activated(layer.activation, nets, any(out in wiring.fields.given for out in layer.out))


def hard_targets(wiring: Wiring, number: int | None) -> list[Name]:
    """The targets of a sample as they are given."""
    return [Name(of_sample(name, number)) for name in wiring.target_names]


def target_names(wiring: Wiring, number: int | None) -> list[Name]:
    """The targets of a sample as its loss takes them: smoothed ones, ``ttilde1`` of ``t1``, where they are smoothed."""
    fields = wiring.fields.loss
    if fields is None or fields.label_smoothing is None:
        return hard_targets(wiring, number)
    return [Name(of_sample(_smoothed(name), number)) for name in wiring.target_names]


def _smoothed(target: str) -> str:
    stem = target.rstrip("0123456789")
    return f"{stem}tilde{target[len(stem) :]}"


def parts_of(graph: Graph, loss: str) -> list[str]:
    """The quantities between the outputs and a sample's loss, and the loss itself, from it back."""
    found, stack = [], [loss]
    while stack:
        name = stack.pop()
        found.append(name)
        stack += [used for used in graph.uses(name) if graph[used].group == "losses"]
    return found


def _stem(names: Sequence[Name]) -> str:
    """What the names of a vector's components have in common: ``o`` of o1 and o2."""
    stems = {name.name.split(":")[0].rstrip("0123456789").rstrip("_") for name in names}
    stem = stems.pop()
    return stem if not stems and stem else "x"

"""The losses of a network's samples, each with what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._losses import Activated, SampleLoss, one_hot, smoothed
from deepcalc.kinds.network.structure import LossTerm, of_sample
from deepcalc.kinds.network.targets import Sample
from deepcalc.kinds.network.weighting import class_weight
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient, stem_of
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Plus, Times, minus, negative, total

LOSS = "Loss"
NOISE = "xi"
"""The head of the names of label noise."""


def sample_loss(wiring: Wiring, term: LossTerm, sample: Sample, number: int | None) -> SampleLoss:
    """One loss of one sample, as it stands in the graph."""
    targets = target_names(wiring, term, number)
    outputs = [Name(of_sample(name, number)) for name in term.layer.out]
    values = [sample.meant(name) for name in term.targets]
    return SampleLoss(
        replace(term.loss, at=replace(term.loss.at, true_class=one_hot(values))),
        of_sample(term.name, number),
        list(zip(targets, outputs, strict=True)),
        stems=(stem_of((name.name for name in targets), "x"), stem_of((name.name for name in outputs), "x")),
        weight=class_weight(wiring, term, sample),
        before=_before(wiring, term, values, number),
        is_whole=wiring.fields.samples is None,
    )


def sample_losses(wiring: Wiring, sample: Sample, number: int | None) -> list[SampleLoss]:
    """The losses of one sample."""
    return [sample_loss(wiring, term, sample, number) for term in wiring.terms]


def difference_names(wiring: Wiring, term: LossTerm) -> tuple[str, ...]:
    """The names of the differences between targets and outputs: ``e`` of one output, ``e1``, ``e2``, … of several."""
    head = wiring.fields.error_terms.difference
    if head is None or term.loss.factor is None:
        return ()
    several = len(wiring.outputs) > 1
    return tuple(f"{head}{wiring.outputs.index(name) + 1}" if several else head for name in term.layer.out)


def differences(wiring: Wiring, term: LossTerm, number: int | None) -> Iterator[Quantity]:
    """Target minus output, where that is a quantity of its own."""
    names = difference_names(wiring, term)
    pairs = zip(target_names(wiring, term, number), term.layer.out, strict=True) if names else ()
    for name, (target, out) in zip(names, pairs, strict=False):
        formula, note = minus(target, Name(of_sample(out, number))), ("target minus output",)
        at = ("error_terms", "difference")
        yield Quantity(of_sample(name, number), formula, section=LOSS, group="losses", note=note, origin=at)


def in_differences(wiring: Wiring, term: LossTerm, number: int | None, quantity: Quantity) -> Quantity:
    """A loss of squared errors written in the differences; its derivatives by the outputs pass by these."""
    names = difference_names(wiring, term)
    if not names:
        return quantity
    targets, found = target_names(wiring, term, number), {}
    for name, target, out in zip(names, targets, term.layer.out, strict=True):
        output, difference = Name(of_sample(out, number)), Name(of_sample(name, number))
        found[output.name] = (minus(target, output), minus(output, target), difference)
    forward = {taken: difference for taken, _, difference in found.values()}
    fused = {
        name: negative(slope.xreplace({found[name][1]: found[name][2]})) for name, slope in quantity.partials.items()
    }
    return replace(quantity, formula=quantity.definition.xreplace(forward), partials={}, fused=fused, laws=())


def weighted_sum(wiring: Wiring, number: int | None) -> Quantity | None:
    """The loss of one sample as the weighted sum of several; None where there is one alone."""
    if wiring.fields.losses is None:
        return None
    each = [(term.weight, Name(of_sample(term.name, number))) for term in wiring.terms]
    formula = total(*(name if weight == ONE else Times(weight, name) for weight, name in each))
    note = ("sum of the losses with their weights",)
    total_name = of_sample(wiring.fields.total_loss, number)
    return Quantity(total_name, formula, section=LOSS, group="losses", note=note, origin=("losses",))


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


def _before(wiring: Wiring, term: LossTerm, targets: Sequence[Node], number: int | None) -> Activated | None:
    """The last activation, where loss and activation are taken together."""
    layer = term.layer
    fusion = term.loss.fusion(layer.activation) if layer.activated else None
    if fusion is None:
        return None
    values = [value.value for value in targets if isinstance(value, Literal)]
    if fusion.sums_to_one and (len(values) < len(targets) or sum(values) != 1):
        return None
    nets = tuple(Name(of_sample(net, number)) for net in layer.net)
    return Activated(layer.activation, nets, any(out in wiring.fields.given for out in layer.out))


def hard_targets(term: LossTerm, number: int | None) -> list[Name]:
    """The targets of a sample as they are given."""
    return [Name(of_sample(name, number)) for name in term.targets]


def target_names(wiring: Wiring, term: LossTerm, number: int | None) -> list[Name]:
    """The targets of a sample as its loss takes them: ``ttilde1`` of ``t1`` where it is smoothed, or has noise."""
    noise = wiring.samples[(number or 1) - 1].noise
    smooth = term.fields.label_smoothing is not None
    return [Name(of_sample(_smoothed(name) if smooth or name in noise else name, number)) for name in term.targets]


def noise_name(target: str, number: int | None) -> str:
    """The name of what is added to a target."""
    return of_sample(f"{NOISE}.{target}", number)


def noise_givens(wiring: Wiring) -> Iterator[Quantity]:
    """What is added to the targets."""
    several = wiring.fields.samples is not None
    for index, sample in enumerate(wiring.samples):
        number, at = (index + 1, ("samples", index, "target_noise")) if several else (None, ("target_noise",))
        for target, value in sample.noise.items():
            name = noise_name(target, number)
            yield Quantity(name, given=value, section="Label noise", origin=at)


def changed_targets(wiring: Wiring, term: LossTerm, number: int | None) -> Iterator[Quantity]:
    """The targets with what label smoothing makes of them, or with their noise."""
    noise = wiring.samples[(number or 1) - 1].noise
    pairs = zip(hard_targets(term, number), target_names(wiring, term, number), term.targets, strict=True)
    for target, changed, name in pairs:
        if changed == target:
            continue
        if name in noise:
            formula: Node = Plus(target, Name(noise_name(name, number)))
            section = "Noisy targets"
        else:
            formula = smoothed(target, max(len(term.targets), 2), Name(term.fields.smoothing_name))
            section = "Smoothed targets"
        at: Location = ("target_noise",) if name in noise else (*term.at, "label_smoothing")
        yield Quantity(changed.name, formula, section=section, group="targets", origin=at)


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

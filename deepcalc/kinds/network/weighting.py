"""The weights of samples and classes in the loss: what is given, and how the losses of samples are put together.

PyTorch divides a mean with class weights by the sum of the weights, Keras by the number of samples: both are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.errors import Fault
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._losses import one_hot
from deepcalc.kinds.network.structure import LossTerm, of_sample
from deepcalc.kinds.network.targets import Sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Over, SumOver, Times, number, product, total
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN

OMEGA, SECTION = "omega", "Weights in the loss"


def has_sample_weights(wiring: Wiring) -> bool:
    return any(sample.weight is not None for sample in wiring.fields.samples or ())


def class_weight(wiring: Wiring, term: LossTerm, sample: Sample) -> Name | None:
    """The name of the weight of a sample's class."""
    place = None if wiring.fields.class_weights is None else true_class(term, sample)
    return None if place is None else Name(f"{OMEGA}{place + int(term.fields.first_class)}")


def true_class(term: LossTerm, sample: Sample) -> int | None:
    """The place of a sample's class, from 0; None where its targets are not those of a class."""
    values = [sample.targets[name] for name in term.targets if name in sample.targets]
    if len(values) != 1:
        return one_hot(values)
    (value,) = values
    return int(value.value) if isinstance(value, Literal) and value.value in (0, 1) else None


def weight_givens(wiring: Wiring) -> Iterator[Quantity]:
    """The weights of the classes and of the samples."""
    fields = wiring.fields
    first = int(wiring.terms[0].fields.first_class) if wiring.terms else 0
    for index, weight in enumerate(fields.class_weights or ()):
        yield Quantity(f"{OMEGA}{index + first}", given=weight, section=SECTION, origin=("class_weights", index))
    for index, sample in enumerate(fields.samples or ()):
        if has_sample_weights(wiring):
            origin = ("samples", index, "weight")
            value = Literal("1") if sample.weight is None else sample.weight
            yield Quantity(of_sample(OMEGA, index + 1), given=value, section=SECTION, origin=origin)


def reduced(wiring: Wiring, terms: Sequence[Node], numbers: Sequence[int]) -> Node:
    """What the losses of samples, or derivatives of them, come to together."""
    weights = [Name(of_sample(OMEGA, each)) for each in numbers] if has_sample_weights(wiring) else []
    summed = total(*(map(Times, weights, terms) if weights else terms))
    by = divisor(wiring, numbers, wiring.fields.reduction)
    return summed if by is None else Over(summed, by)


def divisor(wiring: Wiring, numbers: Sequence[int], reduction: str) -> Any | None:
    """What the sum over samples is divided by; None where it stays a sum."""
    if reduction == WEIGHTED_MEAN:
        return total(*_weights_in_all(wiring, numbers))
    return number(len(numbers)) if reduction == MEAN else None


def law(wiring: Wiring, count: int) -> tuple[Node, ...]:
    """How the losses of samples are put together, in general."""
    how = wiring.fields.reduction
    if how == WEIGHTED_MEAN:
        return ()
    each: Node = Name(f"{wiring.loss_name}_i")
    each = Times(Name(f"{OMEGA}_i"), each) if has_sample_weights(wiring) else each
    summed = SumOver(each, Name("i"), ONE, number(count))
    return (Times(Over(ONE, number(count)), summed) if how == MEAN else summed,)


def _weights_in_all(wiring: Wiring, numbers: Sequence[int]) -> Iterator[Node]:
    """What each sample weighs."""
    for each in numbers:
        own = [Name(of_sample(OMEGA, each))] if has_sample_weights(wiring) else []
        weight = class_weight(wiring, wiring.terms[0], wiring.samples[each - 1])
        yield product(*own, *([] if weight is None else [weight]))


def weight_faults(wiring: Wiring) -> Iterator[Fault]:
    """What is wrong with the weights."""
    fields = wiring.fields
    is_weighted = fields.class_weights is not None or has_sample_weights(wiring)
    if is_weighted and not wiring.terms:
        yield Fault(
            ("class_weights",) if fields.class_weights else ("samples",), "weights are those of a loss: give one"
        )
        return
    if fields.reduction == WEIGHTED_MEAN and not is_weighted:
        yield Fault(("reduction",), "a weighted mean needs `class_weights`, or a `weight` in the samples")
    if has_sample_weights(wiring) and not any(
        sample.weight is None or sample.weight.value for sample in fields.samples or ()
    ):
        yield Fault(("samples",), "at least one weight is above 0")
    if fields.class_weights is None:
        return
    term = wiring.terms[0]
    if fields.losses is not None:
        yield Fault(("class_weights",), "classes have weights where there is one `loss` alone")
    elif term.loss.factor is not None or term.loss.root:
        yield Fault(("class_weights",), f"{term.loss.name} is of no classes, so they have no weights")
    elif len(fields.class_weights) != max(len(term.targets), 2):
        found = len(fields.class_weights)
        yield Fault(
            ("class_weights",), f"expected {max(len(term.targets), 2)} weights, one for each class, found {found}"
        )
    elif any(true_class(term, sample) is None for sample in wiring.samples):
        yield Fault(("class_weights",), "class weights need targets that are of one class (one-hot, or its number)")

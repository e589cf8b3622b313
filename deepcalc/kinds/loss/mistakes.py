"""Typical mistakes before a loss, behind it and in its class: probabilities, derivatives, another true class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._losses import OF_OUTPUTS, SampleLoss
from deepcalc.kinds.loss.fields import Reduction
from deepcalc.kinds.loss.wiring import Wiring
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Node,
    Over,
    Power,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)
from deepcalc.plan import Slip
from deepcalc.rules.activation_mistakes import value_mistakes
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX
from deepcalc.rules.losses import LOSSES
from deepcalc.rules.losses.domains import LABEL
from deepcalc.rules.losses.row import MEAN, Each
from deepcalc.rules.softmax_mistakes import softmax_mistakes

# ---- probabilities from logits


def in_probabilities(samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """What is taken for the sigmoid or the softmax of the logits, in all samples."""
    found = [(each, each.before) for each in samples if each.before is not None]
    if not found:
        return
    scores = [[(pair[-1].name, z) for pair, z in zip(each.pairs, before.nets, strict=True)] for each, before in found]
    activation = found[0][1].activation
    if activation == SOFTMAX:
        rows = [softmax_mistakes([z for _, z in own]) for own in scores]
        for of_all in zip(*rows, strict=True):
            key, message, _ = of_all[0]
            shares = [zip(own, row[2], strict=True) for own, row in zip(scores, of_all, strict=True)]
            yield Slip(key, message, {name: share for each in shares for (name, _), share in each})
        if len(scores) > 1:
            yield Slip("other-axis", "the softmax over the samples in place of the classes", _over_samples(scores))
        return
    flat = [pair for own in scores for pair in own]
    for mistake in value_mistakes(ACTIVATIONS[activation]):
        yield Slip(mistake.key, mistake.message, {name: mistake.at(z.name, name, ONE) for name, z in flat})
    powers = total(*(Call("exp", z) for _, z in flat))
    over_all = {name: Over(Call("exp", z), powers) for name, z in flat} if len(flat) > 1 else {}
    yield Slip("softmax-for-sigmoid", "the softmax over all of them in place of the sigmoid of each", over_all)


def _over_samples(scores: Sequence[Sequence[tuple[str, Node]]]) -> Mapping[str, Node]:
    """e^z over the sum of those of the same class in all samples; names and logits are given by sample."""
    summed = [total(*(Call("exp", z) for _, z in of_class)) for of_class in zip(*scores, strict=True)]
    return {name: Over(Call("exp", z), below) for own in scores for (name, z), below in zip(own, summed, strict=True)}


# ---- the true class


def of_other_classes(wiring: Wiring, samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """The class that the target's number means where classes are counted from 1 in place of 0, or the other way."""
    if not wiring.loss.of_class or not all(sample.is_numbered for sample in wiring.samples):
        return
    counted, message = (-1, "the classes counted from 1, not from 0") if wiring.fields.first_class == "0" else (
        1, "the classes counted from 0, not from 1")  # fmt: skip
    formulas: dict[str, Node] = {}
    for sample, each in zip(wiring.samples, samples, strict=True):
        place = (sample.true_class or 0) + counted
        if 0 <= place < len(each.pairs):
            formulas |= _with_true_class(each, place)
    yield Slip("other-class", message, formulas)


def _with_true_class(each: SampleLoss, place: int) -> Mapping[str, Node]:
    """The loss of a sample as if another class were its true one."""
    loss = replace(each.loss, at=replace(each.loss.at, true_class=place))
    pairs = [(ONE if k == place else ZERO, *pair[1:]) for k, pair in enumerate(each.pairs)]
    if loss.of_class and loss.parts is not None:
        parts = [part for part in loss.of_outputs(pairs) if part is not None]
        return {each.name: loss.reduced(parts, len(pairs))}
    formula = replace(each, loss=loss, pairs=pairs).quantities("", (), ())
    return {quantity.name: quantity.definition for quantity in formula}


# ---- over the samples


def of_squared_mean(wiring: Wiring, graph: Graph, names: Sequence[str]) -> Iterator[Slip]:
    """The square of the mean in place of the mean of the squares, where every sample has a square."""
    bases = [_base_of_square(graph[name].definition) for name in names]
    if wiring.reduced_by is Reduction.MEAN and all(base is not None for base in bases):
        (factor, _), *_ = [base for base in bases if base is not None]
        mean = Over(total(*(base[1] for base in bases if base is not None)), number(len(bases)))
        squared = Call("abs", mean) if wiring.loss.root else product(*factor, Power(mean, TWO))
        message = "the square of the mean in place of the mean of the squares"
        yield Slip("square-of-mean", message, {wiring.fields.name: squared})


def _base_of_square(formula: Node) -> tuple[Sequence[Any], Node] | None:
    """The x of c·x², with what stands before it; None for anything else."""
    *before, last = factors(formula)
    return (before, last.args[0]) if isinstance(last, Power) and last.args[1] == TWO else None


# ---- squares


def of_squares(samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """What is taken for a squared error, with the factor that it has of each output."""
    loss = samples[0].loss
    if loss.factor is None:
        return
    for key, message, write in _FOR_SQUARES:
        formulas: dict[str, Node] = {}
        for each in samples:
            factor = number(loss.factor(len(each.pairs)))
            formulas[each.name] = total(*(product(factor, write(*pair, loss.at)) for pair in each.pairs))
        yield Slip(key, message, formulas)


_FOR_SQUARES: Sequence[tuple[str, str, Each]] = (
    ("sum-for-difference", "target and prediction added, not subtracted", lambda t, o, at: Power(total(t, o), TWO)),
    ("difference-of-squares", "the difference of the squares, not the square of the difference",
     lambda t, o, at: minus(Power(t, TWO), Power(o, TWO))),
)  # fmt: skip


# ---- derivatives


def in_derivatives(wiring: Wiring, graph: Graph, samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """The derivative of another loss, by another quantity, or no derivative at all."""
    loss = wiring.loss
    if loss.root or wiring.fields.sample_weights is not None or any(each.weight is not None for each in samples):
        return
    share = Fraction(1, len(samples)) if wiring.reduced_by is Reduction.MEAN else Fraction(1)
    places = [(each, index, _asked(wiring, each, index)) for each in samples for index in range(len(each.pairs))]
    known = [(each, index, name) for each, index, name in places if name in graph]
    for key, message, slope in _other_slopes(wiring) if known else ():
        formulas = {}
        for each, index, name in known:
            parted = loss.parts is not None and loss.reduced_by == MEAN and len(each.pairs) > 1
            scale = share * Fraction(1, len(each.pairs)) if parted else share
            formulas[name] = product(number(scale), slope(*each.pairs[index], loss.at))
        yield Slip(key, message, formulas)


def _asked(wiring: Wiring, each: SampleLoss, index: int) -> str:
    """The name of the derivative by an output, or by its logit."""
    output = each.pairs[index][-1] if each.before is None else each.before.nets[index]
    return gradient(wiring.fields.name, output.name)


def _other_slopes(wiring: Wiring) -> Iterator[tuple[str, str, Each]]:
    """What is taken for the derivative of an output's loss."""
    loss = wiring.loss
    if loss.sides != OF_OUTPUTS:
        return
    if loss.parts is not None and not loss.of_class:
        yield "value-for-derivative", "the loss itself in place of its derivative", _value_of(loss)
    if wiring.fields.from_logits:
        yield "by-the-probability", "the derivative by the probability, not by the logit", _by_probability(loss.name)
        yield "output-alone", "the probability itself, the target left out", lambda t, o, at: o
        yield "slope-alone", "p·(1 − p) alone, the derivative of the probability", lambda t, o, at: product(
            o, minus(ONE, o))  # fmt: skip
    elif loss.outputs_of in ("sigmoid", SOFTMAX):
        yield (
            "by-the-logit",
            "p − y alone, which is the derivative by the logit, not the derivative here",
            lambda t, o, at: minus(o, t),
        )
        yield "target-left-out", "1/p, whatever the target", lambda t, o, at: negative(Over(ONE, o))
        yield "other-class", "1/(1 − p) in place of 1/p", lambda t, o, at: negative(Over(t, minus(ONE, o)))
        yield "logarithm-kept", "the logarithm kept, not derived", lambda t, o, at: negative(
            Times(t, at.logarithm(o)))  # fmt: skip
    elif loss.targets is LABEL:
        yield "of-the-hinge", "the derivative of the hinge loss itself, without its square", LOSSES["hinge"].slope_of
        yield "of-the-square", "the derivative of the squared hinge loss", LOSSES["squared_hinge"].slope_of
    elif loss.slope is not None and not loss.outputs_of:
        yield from _OF_ERRORS


def _value_of(loss: Any) -> Each:
    return lambda t, o, at: loss.of_outputs([(t, o)])[0]


def _by_probability(name: str) -> Each:
    """−y/p of a class; of a sigmoid both terms."""
    if name.startswith("binary"):
        return lambda t, o, at: Over(minus(o, t), Times(o, minus(ONE, o)))
    return lambda t, o, at: negative(Over(t, o))


_OF_ERRORS: Sequence[tuple[str, str, Each]] = (
    ("error-alone", "the error itself, ŷ − y, the derivative of half the square", lambda t, o, at: minus(o, t)),
    ("of-the-square", "the derivative of the square, 2·(ŷ − y)", lambda t, o, at: Times(TWO, minus(o, t))),
    ("of-the-absolute", "the sign of the error, the derivative of the absolute error",
     lambda t, o, at: Call("sign", minus(o, t))),
    ("output-alone", "2·ŷ, the target left out of the inner function", lambda t, o, at: Times(TWO, o)),
)  # fmt: skip

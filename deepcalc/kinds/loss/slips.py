"""Typical mistakes in loss functions: the wrong logarithm, sign, factor, weight; target and prediction swapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.kinds._losses import OF_OUTPUTS, SampleLoss, loss_mistakes
from deepcalc.kinds.loss.fields import Reduction
from deepcalc.kinds.loss.mistakes import in_derivatives, in_probabilities, of_other_classes, of_squared_mean, of_squares
from deepcalc.kinds.loss.steps import hard_targets, sample_losses
from deepcalc.kinds.loss.wiring import Wiring
from deepcalc.notation.edits import argument, changed, rescaled, terms
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Node,
    Over,
    Plus,
    Times,
    minus,
    number,
    product,
    total,
)
from deepcalc.plan import Plan, Slip
from deepcalc.rules.loss_slips import is_log, log_slips, reduction_slip, squared_factor_slips

Formulas = Mapping[str, Any]


def slips(wiring: Wiring, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a loss problem."""
    graph, loss, name = plan.graph, wiring.loss, wiring.fields.name
    losses = [quantity.name for quantity in graph if quantity.group == "losses"]
    samples = sample_losses(wiring)
    each = {sample.name: sample.pairs for sample in samples}
    written = [*each, *(part for sample in samples for part in sample.parts if part is not None)]
    yield from log_slips(graph, written)
    yield from loss_mistakes(samples)
    if loss.sides == OF_OUTPUTS:
        yield from _swapped(graph, losses, samples)
    if loss.factor is not None and loss.at.over is None:
        yield from squared_factor_slips(each, loss.factor)
    if len(samples) > 1:
        yield from _over_the_samples(wiring, graph)
        yield from of_squared_mean(wiring, graph, [*each])
        yield from _root_of_squares(wiring, graph, samples)
        if len(samples) > 2 or wiring.reduced_by is not Reduction.SUM:
            halved = rescaled(graph[name].definition, Fraction(1, 2))
            yield Slip("loss-factor", "a factor 1/2 in the loss where there is none", {name: halved})
    if loss.root:
        mean = argument(graph[name].definition)
        yield Slip("no-root", "no root taken of the mean of the squares", {name: mean})
        if isinstance(mean, Over):
            yield from _of_roots(name, *mean.args)
    yield from _of_conventions(wiring, graph, samples)
    yield from in_probabilities(samples)
    yield from of_squares(samples)
    yield from of_other_classes(wiring, samples)
    yield from _gradient_slips(graph, losses, wiring)
    yield from in_derivatives(wiring, graph, samples)


def _swapped(graph: Graph, losses: Sequence[str], samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    pairs = [pair for sample in samples for pair in sample.pairs if not any(isinstance(node, Literal) for node in pair)]
    swap = {one: other for pair in pairs for one, other in (pair, pair[::-1])}
    formulas = {name: graph[name].definition for name in losses}
    swapped = {name: formula.xreplace(swap) for name, formula in formulas.items()}
    formulas = {name: formula for name, formula in swapped.items() if formula != formulas[name]}
    yield Slip("target-and-prediction", "target and prediction swapped", formulas)


def _over_the_samples(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    name, count = wiring.fields.name, len(wiring.samples)
    formula = graph[name].definition
    if wiring.reduced_by is Reduction.WEIGHTED_MEAN:
        divided = Over(formula.args[0], Literal(str(count)))
        yield Slip(
            "mean-for-weighted", "divided by the number of samples, not by the sum of the weights", {name: divided}
        )
        if wiring.fields.class_weights is not None:
            every = Over(formula.args[0], total(*map(Name, wiring.weights_of_classes)))
            message = "divided by the weights of all classes, each once, not by those of the samples"
            yield Slip("weights-of-classes", message, {name: every})
    elif not wiring.loss.root:
        yield reduction_slip(graph, [name], count, wiring.reduced_by is Reduction.MEAN)
    if wiring.reduced_by is Reduction.MEAN and any(wiring.class_weight(sample) for sample in wiring.samples):
        summed = total(*(Name(str(wiring.class_weight(sample))) for sample in wiring.samples))
        by_weights = Over(product(number(count), formula), summed)
        message = "divided by the sum of the weights of the classes, not by the number of samples"
        yield Slip("weighted-for-mean", message, {name: by_weights})
    if wiring.reduced_by is Reduction.MEAN and len(wiring.samples[0].outputs) > 2:
        outputs = len(wiring.samples[0].outputs)
        for divisor, said in ((outputs, ", not of samples"), (outputs * count, " as well")):
            message = f"divided by the number of classes or outputs{said}"
            other = Over(product(number(count), formula), number(divisor))
            yield Slip("mean-over-classes", message, {name: other})
    if wiring.fields.sample_weights is not None:
        if wiring.reduced_by is Reduction.MEAN:
            summed = total(*(Name(str(wiring.sample_weight(index))) for index in range(count)))
            message = "divided by the sum of the weights, not by the number of samples"
            yield Slip("weighted-for-mean", message, {name: Over(product(number(count), formula), summed)})
        weights = {Name(str(wiring.sample_weight(index))) for index in range(count)}
        plain = changed(formula, lambda node: _unweighted(node, weights))
        yield Slip("weights-forgotten", "the weights of the samples left out", {name: plain})


def _root_of_squares(wiring: Wiring, graph: Graph, samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """√(mean of squares) in place of a mean of absolute values."""
    for mistake in wiring.loss.mistakes if wiring.reduced_by is Reduction.MEAN else ():
        if mistake.key == "square-for-absolute":
            squares = {Name(name): formula for each in samples for name, formula in each.mistaken(mistake).items()}
            rooted = Call("sqrt", graph[wiring.fields.name].definition.xreplace(squares))
            message = "the root of the mean of the squares in place of the mean of the absolute values"
            yield Slip("root-mean-square", message, {wiring.fields.name: rooted})


def _of_roots(name: str, squares: Node, count: Node) -> Iterator[Slip]:
    """Other ways from the sum of the squares to a root."""
    apart = [Call("sqrt", each) for each in terms(squares)]
    ways: Mapping[str, Node] = {
        "the root taken first, and then divided by their number": Over(Call("sqrt", squares), count),
        "the root taken of each square, and these added": total(*apart),
        "the mean absolute error in place of the root of the mean square": Over(total(*apart), count),
        "divided by one less than their number under the root": Call("sqrt", Over(squares, minus(count, ONE))),
        "a factor 1/2 under the root where there is none": Call("sqrt", Over(squares, Times(TWO, count))),
    }
    for message, formula in ways.items():
        yield Slip("other-root", message, {name: formula})


def _unweighted(node: Node, weights: set[Any]) -> Any:
    """s·L → L, in a product of two."""
    return node.args[1] if isinstance(node, Times) and node.args[0] in weights and len(node.args) == 2 else None


def _of_conventions(wiring: Wiring, graph: Graph, samples: Sequence[SampleLoss]) -> Iterator[Slip]:
    """Smoothing, class weights and the activation left out."""
    if wiring.fields.label_smoothing is not None:
        hard = [zip(wiring.smoothed_names(each), hard_targets(each), strict=True) for each in wiring.samples]
        formulas = {name: target for pairs in hard for name, target in pairs}
        yield Slip("smoothing-forgotten", "the targets not smoothed", formulas)
        written = {name: graph[name].formula for name in formulas}
        kept = {name: node.args[0] if isinstance(node, Plus) else ZERO for name, node in written.items()}
        yield Slip("smoothing-share", "the share ε/K of each class left out", kept)
        yield from _of_smoothing(wiring, formulas, kept)
    if any(each.weight is not None for each in samples):
        plain = {each.name: graph[each.name].definition.xreplace({each.weight: ONE}) for each in samples}
        yield Slip("weights-forgotten", "the weight of the class left out", plain)
        yield from _of_class_weights(wiring, graph, samples, plain)


def _of_class_weights(wiring: Wiring, graph: Graph, samples: Sequence[SampleLoss], plain: Formulas) -> Iterator[Slip]:
    """The weight at another place, and that of another class."""
    within = {each.name: changed(plain[each.name], _weighted_within(each.weight)) for each in samples}
    message = "the weight of the class within the logarithm, not before it"
    yield Slip("weight-within", message, within, is_rare=True)
    names = wiring.weights_of_classes
    if 1 < len(samples) <= len(names):
        placed = zip(samples, names, strict=False)
        taken = {each.name: graph[each.name].definition.xreplace({each.weight: Name(name)}) for each, name in placed}
        message = "the weights in the order of the samples, not of their classes"
        yield Slip("weights-in-order", message, taken, is_rare=True)


def _weighted_within(weight: Any) -> Callable[[Any], Any]:
    def change(node: Node) -> Node | None:
        return Call(node.function, Times(weight, *node.arguments)) if is_log(node) else None

    return change


def _of_smoothing(wiring: Wiring, hard: Formulas, kept: Formulas) -> Iterator[Slip]:
    """ε shared among others than all classes, or added to targets that give nothing for it."""
    epsilon, classes = Name(wiring.fields.smoothing_name), max(2, len(wiring.samples[0].outputs))
    shares: Mapping[str, tuple[Formulas, Node]] = {
        "ε not divided by the number of classes": (kept, epsilon),
        "the targets not lowered to 1 − ε before their shares are added": (hard, Over(epsilon, number(classes))),
    }
    for message, (targets, share) in shares.items():
        added = {name: total(target, share) if target != ZERO else share for name, target in targets.items()}
        yield Slip("smoothing-share", message, added)
    if classes > 2 and all(target in (ZERO, ONE) or isinstance(target, Name) for target in hard.values()):
        others = Over(epsilon, number(classes - 1))
        spread = {name: total(kept[name], product(minus(ONE, hard[name]), others)) for name in hard}
        alone = {name: total(kept[name], product(minus(ONE, hard[name]), epsilon)) for name in hard}
        yield Slip("smoothing-others", "ε itself for every other class, not shared among them", alone)
        yield Slip("smoothing-others", "ε shared among the K − 1 other classes, not among all K", spread)


def _gradient_slips(graph: Graph, losses: Sequence[str], wiring: Wiring) -> Iterator[Slip]:
    """Slips in the derivatives by the predictions, where these are asked for."""
    adjoints = {quantity.name: quantity.adjoint for quantity in graph if quantity.adjoint is not None}
    by_predictions = [name for name, adjoint in adjoints.items() if adjoint.wrt not in losses]
    by_samples = [name for name in adjoints if name not in by_predictions]
    if not by_predictions:
        return

    def times(ratio: Fraction, names: Sequence[str]) -> Formulas:
        return {name: rescaled(graph[name].definition, ratio) for name in names}

    turned = {name: opposite(graph[name].definition) for name in by_predictions}
    yield Slip("loss-sign", "the derivative with the opposite sign", turned)
    if wiring.loss.factor is not None:
        halved = times(Fraction(1, 2), by_predictions)
        yield Slip("loss-factor", "the 2 of the square forgotten in the derivative", halved)
    if wiring.reduced_by is Reduction.MEAN and len(wiring.samples) > 1:
        summed = times(Fraction(len(wiring.samples)), by_samples or by_predictions)
        yield Slip("sum-for-mean", "the derivative of the sum in place of the mean", summed)

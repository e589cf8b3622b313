"""Typical mistakes where a network branches: skips and gates forgotten, one factor on the way back, losses' weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.ways import partial as partial_derivative
from deepcalc.kinds.network.passing import Passing
from deepcalc.kinds.network.structure import Layer, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Over, product, total
from deepcalc.plan import Slip
from deepcalc.rules.combinations import COMBINATIONS, Combination

Numbers = tuple[int | None, ...]


def branching_mistakes(wiring: Wiring, graph: Graph, numbers: Numbers) -> Iterator[Slip]:
    """The typical mistakes of combined layers, own activations and weighted losses."""
    passing = Passing(wiring, graph)
    for layer in wiring.layers:
        if layer.combine is not None and layer.combine.entrywise and len(layer.groups) > 1:
            yield from _forward(wiring, graph, layer, layer.combine, numbers)
            yield from _backward(passing, layer, numbers)
        if layer.combine is not None and layer.combine.pairs:
            yield from _in_pairs(wiring, layer, layer.combine, numbers)
            yield from _backward(passing, layer, numbers)
        yield from _derivatives(passing, layer, numbers)
        if not layer.functions and layer not in wiring.output_layers:
            yield from _of_softmax(wiring, passing, layer, numbers)
    if wiring.fields.losses is not None:
        yield from _weights_of_losses(wiring, numbers)


def _forward(wiring: Wiring, graph: Graph, layer: Layer, combine: Combination, numbers: Numbers) -> Iterator[Slip]:
    """A sender left out, or the senders added that are to be multiplied, or the other way round."""

    def written(of: Combination, names: Callable[[list[str]], list[str]]) -> dict[str, Node]:
        found = {}
        for number in numbers:
            for j, net in enumerate(layer.net):
                name = of_sample(net, number)
                if graph[name].formula is not None:
                    entries = [Name(wiring.at(each, number)) for each in names(combine.terms(layer.groups, j))]
                    biases = [] if layer.biases is None else [Name(layer.biases[j])]
                    found[name] = total(of.unit(entries), *biases)
        return found

    for k, group in enumerate(layer.groups):
        left_out = written(combine, partial(_without, k))
        which = ", ".join(group)
        message = f"{which} left out of the {combine.title}"
        yield Slip(combine.forgotten, message, left_out)
    other = COMBINATIONS[combine.confused_with]
    message = f"the {other.title} of the senders in place of their {combine.title}"
    yield Slip(combine.forgotten, message, written(other, lambda names: names))


def _in_pairs(wiring: Wiring, layer: Layer, combine: Combination, numbers: Numbers) -> Iterator[Slip]:
    """One of the two senders added up alone; their plain mean."""
    (net,), gates, others = layer.net, *layer.groups
    for taken, left_out in ((others, gates), (gates, others)):
        sums = {of_sample(net, each): total(*(Name(wiring.at(name, each)) for name in taken)) for each in numbers}
        message = f"{', '.join(left_out)} left out of the {combine.title}"
        yield Slip(combine.forgotten, message, sums)
        means = {name: Over(formula, Literal(str(len(taken)))) for name, formula in sums.items()}
        yield Slip(combine.forgotten, f"{message}: the plain mean", means)


def _backward(passing: Passing, layer: Layer, numbers: Numbers) -> Iterator[Slip]:
    """What comes back through a product not multiplied by the other factors."""
    formulas = {}
    for name in dict.fromkeys(layer.senders):
        owner = passing.owner(name)
        if owner is None or owner[0].dropout is not None:
            continue
        is_whole = not owner[0].functions  # the derivatives by the outputs of a softmax are quantities of their own
        before = name if is_whole else owner[0].before[owner[1]]
        for number in numbers:
            error, ways = passing.error(before, number), passing.behind(name, number)
            alone = total(*(way.passed if way.through in layer.net else way.term for way in ways))
            if error is not None and alone != passing.total(name, number):
                out, net = of_sample(name, number), of_sample(before, number)
                local = ONE if is_whole or not owner[0].activated else partial_derivative(passing.graph, out, net)
                formulas[error] = product(local, alone)
    if formulas:
        yield Slip("other-factor-forgotten", "the other factor of a product forgotten on the way back", formulas)


def _derivatives(passing: Passing, layer: Layer, numbers: Numbers) -> Iterator[Slip]:
    """A term of the derivative of an own activation left out, as half of the product rule is."""
    if not any(function.row.is_own for function in layer.functions) or (passing.is_turned and layer.norm is not None):
        return
    most = 0
    slopes: dict[str, tuple[Any, Any]] = {}
    for number in numbers:
        for net, out, function in zip(layer.before, layer.out, layer.functions, strict=True):
            error = passing.error(net, number)
            if function.row.is_own and error is not None:
                slope = partial_derivative(passing.graph, of_sample(out, number), of_sample(net, number))
                slopes[error] = (terms(slope), passing.total(out, number))
                most = max(most, len(terms(slope)))
    for k in range(most if most > 1 else 0):
        formulas = {
            error: product(total(*(*found[:k], *found[k + 1 :])), behind)
            for error, (found, behind) in slopes.items()
            if len(found) > k
        }
        yield Slip("product-rule", "a term of the activation's derivative left out", formulas)


def _of_softmax(wiring: Wiring, passing: Passing, layer: Layer, numbers: Numbers) -> Iterator[Slip]:
    """Each output derived by its own net input alone."""
    formulas = {}
    for number in numbers:
        for net, out in zip(layer.before, layer.out, strict=True):
            error, behind = passing.error(net, number), passing.error(out, number)
            if error is not None and behind is not None:
                slope = partial_derivative(passing.graph, of_sample(out, number), of_sample(net, number))
                alone = product(Name(behind), slope)
                formulas[error] = opposite(alone) if passing.is_turned else alone
    if formulas:
        yield Slip("softmax-diagonal", "each output of the softmax derived by its own net input alone", formulas)


def _weights_of_losses(wiring: Wiring, numbers: Numbers) -> Iterator[Slip]:
    """The losses added without their weights."""
    name, terms_ = wiring.fields.total_loss, wiring.terms
    formulas = {
        of_sample(name, each): total(*(Name(of_sample(term.name, each)) for term in terms_)) for each in numbers
    }
    yield Slip("loss-weights-forgotten", "the losses added without their weights", formulas)


def _without(place: int, names: Sequence[str]) -> list[str]:
    return [*names[:place], *names[place + 1 :]]

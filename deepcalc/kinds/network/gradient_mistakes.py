"""Typical mistakes in what the gradients of weights and biases are made of, and in what a layer reads.

Each is made in a whole layer at once, in every sample; each leaves the error terms as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.ways import partial
from deepcalc.kinds.network.losses import parts_of
from deepcalc.kinds.network.misreadings import MOST_UNITS
from deepcalc.kinds.network.passing import Passing
from deepcalc.kinds.network.structure import Layer, ends, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.edits import factors, terms
from deepcalc.notation.nodes import Literal, Name, Node, Over, product, total
from deepcalc.plan import Slip
from deepcalc.rules.losses.row import WEIGHTED_MEAN

Numbers = Sequence[int | None]
Formulas = dict[str, Any]

_OTHER_INPUT = "the input of another weight taken in place of its own in the gradient"
_OTHER_ERROR = "the error term of another unit taken in place of its own in the gradient"
_PASSED_OVER = "the inputs of the layer before in place of its outputs"


def gradient_mistakes(wiring: Wiring, graph: Graph, numbers: Numbers) -> Iterator[Slip]:
    """The mistakes in the gradients of the layers whose weights fit on a sheet."""
    passing = Passing(wiring, graph)
    passed_over = dict(_passed_over(wiring))
    for before, layer in pairwise(wiring.layers):
        if swap := _weights_of(layer, before):
            behind = (passing.error(name, number) for name in (*before.net, *before.out) for number in numbers)
            formulas = {name: graph[name].definition.xreplace(swap) for name in behind if name is not None}
            message = "the weights of another layer taken on the way back"
            yield Slip("weights-of-another-layer-back", message, formulas)
    for layer in wiring.layers:
        if layer.weights and max(len(layer.weights), len(layer.net)) <= MOST_UNITS:
            of_layer = _Gradients(wiring, graph, numbers, passing, layer)
            yield of_layer.without_inputs()
            yield from of_layer.by_other_inputs()
            if layer.name in passed_over:
                yield of_layer.by_passed_over(passed_over[layer.name])
            yield from of_layer.by_other_errors()
            yield from of_layer.of_biases()
    yield from _slopes_on_top(wiring, graph, numbers)
    yield from _one_sample(graph, wiring)


def reading_mistakes(wiring: Wiring, graph: Graph, numbers: Numbers) -> Iterator[Slip]:
    """A layer passed over, an activation at an output that has none."""
    passed_over = dict(_passed_over(wiring))
    for layer in (each for each in wiring.layers if each.name in passed_over):
        yield Slip("layer-passed-over", _PASSED_OVER, _read(graph, layer, passed_over[layer.name], numbers))
    last = [layer for layer in ends(wiring.layers) if not layer.activated and layer.weights]
    hidden = {each.row.name: each for layer in wiring.layers if layer.activated for each in layer.functions}
    for function in hidden.values():
        outputs = [of_sample(name, number) for layer in last for name in layer.out for number in numbers]
        message = f"{function.row.title} taken of the output, which has no activation"
        yield Slip("output-activated", message, {name: function.apply(graph[name].definition) for name in outputs})


def _passed_over(wiring: Wiring) -> Iterator[tuple[str, dict[str, str]]]:
    """By layer the senders of the one before in place of its own, where they are as many."""
    for before, layer in pairwise(wiring.layers):
        if layer.weights and layer.senders == before.passed_on and len(before.senders) == len(layer.senders):
            yield layer.name, dict(zip(layer.senders, before.senders, strict=True))


def _weights_of(layer: Layer, other: Layer) -> dict[Any, Any]:
    """The weights of another layer in place of a layer's own, where they are as many, each a name of its own."""
    own, others = ([name for row in each.weights for name in row] for each in (layer, other))
    fits = bool(own) and [len(row) for row in layer.weights] == [len(row) for row in other.weights]
    return dict(zip(map(Name, own), map(Name, others), strict=True)) if fits and len(own) <= MOST_UNITS else {}


def _read(graph: Graph, layer: Layer, taken: Mapping[str, str], numbers: Numbers) -> Formulas:
    """The net inputs of a layer with other names read for those of its senders."""
    return {
        name: graph[name].definition.xreplace(_in_sample(graph, taken, number))
        for number in numbers
        for name in (of_sample(net, number) for net in layer.net)
    }


def _in_sample(graph: Graph, taken: Mapping[str, str], number: int | None) -> dict[Any, Any]:
    """Names in place of others, as one sample has them; constants are the same in all."""
    return {Name(_at(graph, old, number)): Name(_at(graph, new, number)) for old, new in taken.items()}


def _at(graph: Graph, name: str, number: int | None) -> str:
    own = of_sample(name, number)
    return own if own in graph else name


class _Gradients:
    """The gradients of one layer's weights and biases."""

    def __init__(self, wiring: Wiring, graph: Graph, numbers: Numbers, passing: Passing, layer: Layer) -> None:
        self._wiring = wiring
        self._graph = graph
        self._numbers = numbers
        self._passing = passing
        self._layer = layer

    def by_other_inputs(self) -> Iterator[Slip]:
        """By the input beside, by the unit's own output."""
        senders = self._layer.senders
        for index, sender in enumerate(senders):
            for other in (*senders[max(0, index - 1) : index], *senders[index + 1 : index + 2]):
                formulas = self._weights(self._layer.weights[index], {sender: other})
                yield Slip("other-input", _OTHER_INPUT, formulas)
        if self._layer.activated:
            formulas = {}
            for sender, row in zip(senders, self._layer.weights, strict=True):
                for weight, out in zip(row, self._layer.out, strict=True):
                    formulas |= self._weights([weight], {sender: out})
            yield Slip("output-for-input", "the unit's own output in place of its input in the gradient", formulas)

    def without_inputs(self) -> Slip:
        """The error terms alone."""
        formulas: Formulas = {}
        for row in self._layer.weights:
            for weight, net in zip(row, self._layer.net, strict=True):
                for number in self._numbers:
                    error = self._passing.error(net, number)
                    own = self._derivatives([weight], number)
                    formulas |= {name: Name(error) for name in own if error is not None and error != name}
        return Slip("input-left-out", "the input left out of the gradient of the weight", formulas)

    def by_passed_over(self, taken: Mapping[str, str]) -> Slip:
        """By the senders of the layer before."""
        formulas = self._weights([weight for row in self._layer.weights for weight in row], taken)
        return Slip("layer-passed-over-there", f"{_PASSED_OVER} in the gradient", formulas)

    def by_other_errors(self) -> Iterator[Slip]:
        """By the error term of the unit beside; by the derivative at the output, not at the net input."""
        before: Formulas = {}
        summed: Formulas = {}
        for j, net in enumerate(self._layer.net):
            own = [*(row[j] for row in self._layer.weights), *(self._layer.biases or ())[j : j + 1]]
            for other in self._layer.net[max(0, j - 1) : j] + self._layer.net[j + 1 : j + 2]:
                formulas = self._with_errors(own, {net: other})
                yield Slip("other-error", _OTHER_ERROR, formulas)
            summed |= self._with_all_errors(own, net)
            before |= self._before_activation(own, net, self._layer.out[j])
        if summed:
            yield Slip("errors-summed", "the error terms of all units added in the gradient", summed)
        if before:
            message = "the derivative of the activation left out in the gradient"
            yield Slip("derivative-left-out-there", message, before)

    def _weights(self, weights: Sequence[str], taken: Mapping[str, str]) -> Formulas:
        """The gradients of weights with other names in place of those of their senders."""
        return {
            name: self._graph[name].definition.xreplace(_in_sample(self._graph, taken, number))
            for number in self._numbers
            for name in self._derivatives(weights, number)
        }

    def _with_errors(self, parameters: Sequence[str], taken: Mapping[str, str]) -> Formulas:
        found: Formulas = {}
        for number in self._numbers:
            errors = {self._passing.error(old, number): self._passing.error(new, number) for old, new in taken.items()}
            swap = {Name(old): Name(new) for old, new in errors.items() if old is not None and new is not None}
            for name in self._derivatives(parameters, number):
                found[name] = self._graph[name].definition.xreplace(swap)
        return found

    def _with_all_errors(self, parameters: Sequence[str], net: str) -> Formulas:
        """The gradients with the sum of the layer's error terms in place of one, where there are several."""
        found: Formulas = {}
        for number in self._numbers:
            errors = [self._passing.error(each, number) for each in self._layer.net]
            known = [Name(each) for each in errors if each is not None]
            own = self._passing.error(net, number)
            if own is not None and 1 < len(known) == len(errors):
                for name in self._derivatives(parameters, number):
                    found[name] = self._graph[name].definition.xreplace({Name(own): total(*known)})
        return found

    def _before_activation(self, parameters: Sequence[str], net: str, out: str) -> Formulas:
        """Where the derivative by the output is none that the loss and its activation have together."""
        found: Formulas = {}
        for number in self._numbers if self._layer.activated and self._layer.functions else ():
            error = self._passing.error(net, number)
            if error is not None and not _is_fused(self._wiring, self._graph, net, number):
                behind = {Name(error): self._passing.total(out, number)}
                for name in self._derivatives(parameters, number):
                    found[name] = self._graph[name].definition.xreplace(behind)
        return found

    def of_biases(self) -> Iterator[Slip]:
        """The gradients of the biases as if they were those of the weights of one sender."""
        for row in self._layer.weights if self._layer.biases is not None else ():
            formulas: Formulas = {}
            for weight, bias in zip(row, self._layer.biases or (), strict=True):
                for number in self._numbers:
                    own, other = self._derivatives([bias], number), self._derivatives([weight], number)
                    formulas |= {name: self._graph[each].definition for name, each in zip(own, other, strict=False)}
            yield Slip("bias-times-input", "the gradient of the bias multiplied by an input", formulas)

    def _derivatives(self, parameters: Sequence[str], number: int | None) -> list[str]:
        """The names of the derivatives of one sample's loss by parameters."""
        loss = self._wiring.derived(number)
        found = (self._graph.adjoint(loss, parameter) for parameter in parameters)
        return [each.name for each in found if each is not None and each.formula is not None]


def _is_fused(wiring: Wiring, graph: Graph, net: str, number: int | None) -> bool:
    """Whether loss and activation are derived together."""
    parts = parts_of(graph, wiring.derived(number))
    return any(of_sample(net, number) in graph[part].fused for part in parts)


def _slopes_on_top(wiring: Wiring, graph: Graph, numbers: Numbers) -> Iterator[Slip]:
    """The derivative of the activation once more, where it is in the difference of output and target already."""
    formulas: Formulas = {}
    for layer in (each for each in ends(wiring.layers) if each.activated and each.norm is None):
        for net, out in zip(layer.net, layer.out, strict=True):
            for number in numbers:
                error = graph.adjoint(wiring.derived(number), of_sample(net, number))
                if error is not None and error.formula is not None and _is_fused(wiring, graph, net, number):
                    slope: Node = partial(graph, of_sample(out, number), of_sample(net, number))
                    formulas[error.name] = product(error.formula, slope)
    if formulas:
        yield Slip("slope-on-top", "the derivative of the activation on top, which is in it already", formulas)


def _one_sample(graph: Graph, wiring: Wiring) -> Iterator[Slip]:
    """The first or the last of several samples in place of their mean; the product of means in place of the mean."""
    if len(wiring.samples) < 2 or wiring.joins_samples or wiring.fields.reduction == WEIGHTED_MEAN:
        return
    wholes = {quantity.name: shares for quantity in graph if (shares := _shares(quantity.formula))}
    losses = {name for name in wholes if graph[name].group == "losses"}
    for said, names in (("loss", losses), ("gradient", wholes.keys() - losses)):
        for index in (0, -1):
            alone = {name: Name(wholes[name][index]) for name in wholes if name in names}
            yield Slip("one-sample", f"the {said} of one sample alone", alone)
    of_means = {name: each for name in wholes if (each := _product_of_means(graph, wholes[name])) is not None}
    yield Slip("product-of-means", "the mean of the errors times the mean of the inputs", of_means)


def _shares(formula: Node | None) -> list[str]:
    """The names of what each sample adds to a sum or a mean of at least two samples; none of another formula."""
    summed = formula.args[0] if isinstance(formula, Over) and isinstance(formula.args[1], Literal) else formula
    found = [each.name for each in terms(summed) if isinstance(each, Name) and ":" in each.name]
    return found if len(found) == len(terms(summed)) > 1 else []


def _product_of_means(graph: Graph, shares: Sequence[str]) -> Node | None:
    """Of shares that are products of two names."""
    products = [factors(graph[share].formula) for share in shares]
    if any(len(each) != 2 for each in products):
        return None
    count = Literal(str(len(shares)))
    return product(*(Over(total(*each), count) for each in zip(*products, strict=True)))

"""Typical mistakes in single activations of a network: in their values and in their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from deepcalc.kinds.network.structure import Function, Layer, of_sample
from deepcalc.notation.edits import changed, without_factor
from deepcalc.notation.nodes import ONE, Node, Times
from deepcalc.plan import Slip
from deepcalc.rules.activation_mistakes import OF_VALUES, Mistake, Rows, of_own
from deepcalc.rules.activations import IDENTITY
from deepcalc.rules.slope_mistakes import OF_SLOPES

_INVITED = (IDENTITY, "sigmoid", "tanh", "relu", "leaky_relu")
"""Those whose mistakes any formula invites."""

_WITH_NUMBER = ("number-forgotten", "number-elsewhere", "inner-derivative")
"""The families of mistakes with an activation's own number, which nobody makes where that is 1."""

Formulas = dict[str, Any]
Numbers = Sequence[int | None]
ErrorTerms = Callable[[int, Callable[[Any, str, str], Any]], Formulas]
"""The error terms of a layer with something else in place of its activation's derivative."""


def value_slips(layers: Sequence[Layer], numbers: Numbers) -> Iterator[Slip]:
    """What is taken for the value of an activation, in every unit that has it."""
    for function, mistake in _mistakes(layers, OF_VALUES):
        units = [unit for layer in layers for unit in _units(layer, function, numbers)]
        yield Slip(mistake.key, mistake.message, {out: _at(mistake, function, net, out) for net, out in units})


def slope_slips(layers: Sequence[Layer], numbers: Numbers, error_terms: ErrorTerms) -> Iterator[Slip]:
    """What is taken for its derivative."""
    for function, mistake in _mistakes(layers, OF_SLOPES):
        formulas: Formulas = {}
        for index, layer in enumerate(layers):
            taken = {net: _at(mistake, function, net, out) for net, out in _units(layer, function, numbers)}
            if taken:
                formulas |= error_terms(index, partial(_taken, taken))
        yield Slip(mistake.key, f"{mistake.message}, in the derivative of {function.row.title}", formulas)


def _taken(instead: Mapping[str, Any], slope: Any, out: str, net: str) -> Any:
    """What is taken for the derivative at a net input, where something else is."""
    return instead.get(net, slope)


def _mistakes(layers: Sequence[Layer], table: Mapping[str, Rows]) -> Iterator[tuple[Function, Mistake]]:
    functions = dict.fromkeys(each for layer in layers if layer.activated for each in layer.functions)
    for function in (each for each in functions if each.row.name not in _INVITED):
        seen = set()
        for mistake in of_own(function.row, table):
            written = _at(mistake, function, "z", "a")
            is_made = function.number != ONE or mistake.key not in _WITH_NUMBER
            if is_made and written not in seen:
                seen.add(written)
                yield function, mistake


def _at(mistake: Mistake, function: Function, net: str, out: str) -> Node:
    """What is taken at a net input, without a number of 1 as factor."""
    taken = mistake.at(net, out, function.number)
    while (shorter := changed(taken, _without_one)) != taken:
        taken = shorter
    return taken


def _without_one(node: Node) -> Node | None:
    return without_factor(node, ONE) if isinstance(node, Times) and ONE in node.args else None


def _units(layer: Layer, function: Function, numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Net input and output, in each sample, of the units that have an activation."""
    for net, out, own in zip(layer.before, layer.out, layer.functions, strict=True) if layer.functions else ():
        if own == function:
            yield from ((of_sample(net, number), of_sample(out, number)) for number in numbers)

"""Typical mistakes in the arithmetic of convolutions: in every layer alike, or in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._layers import Convolution
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Over, Plus, Times
from deepcalc.plan import Plan, Slip
from deepcalc.rules.layers import VALID, Side, convolution_parameters

if TYPE_CHECKING:
    from deepcalc.kinds.convolution.fields import ConvolutionFields

Change = Callable[[Any], Any]


def slips(fields: ConvolutionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a convolution problem."""
    numbers = range(1, len(fields.layers) + 1)
    sides = [f"{side}{number}" for number in numbers for side in "HW"]
    for key, message, change in (
        ("no-plus-one", "the + 1 for the first position forgotten", _without_one),
        ("padding-once", "the padding counted once, not at both ends", _padded_once),
        ("ceil-for-floor", "rounded to the wrong side", _rounded_otherwise),
    ):
        formulas = {name: changed(plan.graph[name].formula, change) for name in sides}
        yield Slip(key, message, formulas)
        if len(numbers) > 1:
            for number in numbers:
                own = {name: formulas[name] for name in (f"H{number}", f"W{number}")}
                yield Slip(key, message, own)
    convolutions = [n for n, layer in zip(numbers, fields.layers, strict=True) if isinstance(layer, Convolution)]
    yield from _wrong_sizes(plan.graph, sides, len(numbers))
    yield from _wrong_depths(convolutions)
    yield from _wrong_parameters(fields, plan.graph, convolutions)


def _wrong_sizes(graph: Graph, sides: Sequence[str], layers: int) -> Iterator[Slip]:
    """A size of the layer left out of the law, in every layer or in one of them; the other sort of padding."""
    rows: tuple[tuple[str, str, Change], ...] = (
        ("padding-forgotten", "the padding forgotten", _without_padding),
        ("stride-ignored", "the stride ignored", _without_stride),
        ("not-rounded", "not rounded to whole positions", _not_rounded),
    )
    for key, message, change in rows:
        yield from _in_all_or_one(key, message, {name: changed(graph[name].formula, change) for name in sides}, layers)
    otherwise: dict[str, Any] = {}
    for name in sides:
        own, number = graph[name].formula, name[1:]
        kernel = next((each for each in (f"K{number}", f"K{name[0]}{number}") if each in graph), None)
        stride = next((each for each in (f"S{number}", f"S{name[0]}{number}") if each in graph), None)
        if _is_same(own) and kernel and stride:
            otherwise[name] = VALID.size(Side(own.arguments[0].args[0], Name(kernel), Name(stride), ONE))
    if otherwise:
        yield from _in_all_or_one("same-as-valid", "same padding worked out as valid", otherwise, layers)


def _in_all_or_one(key: str, message: str, formulas: Mapping[str, Any], layers: int) -> Iterator[Slip]:
    yield Slip(key, message, formulas)
    for number in range(1, layers + 1) if layers > 1 else ():
        own = {name: formulas[name] for name in (f"H{number}", f"W{number}") if name in formulas}
        if own:
            yield Slip(key, message, own)


def _wrong_depths(convolutions: Sequence[int]) -> Iterator[Slip]:
    depths: dict[str, Any] = {f"C{number}": Name(f"C{number - 1}") for number in convolutions}
    yield Slip("depth-for-filters", "the depth of the input in place of the number of filters", depths)
    message = "the channels times the filters as depth: a filter adds up over the channels"
    for number in convolutions:
        product = Times(Name(f"C{number - 1}"), Name(f"F{number}"))
        yield Slip("channels-times-filters", message, {f"C{number}": product})


def _wrong_parameters(fields: ConvolutionFields, graph: Graph, convolutions: Sequence[int]) -> Iterator[Slip]:
    """What is trained, counted otherwise: the biases, the channels, the filters; weights where there are none."""
    formulas = {f"params{n}": changed(graph[f"params{n}"].formula, _without_bias) for n in convolutions}
    yield Slip("bias-forgotten", "the biases forgotten among the parameters", formulas)
    for number, layer in enumerate(fields.layers, start=1):
        name = f"params{number}"
        kernel = [Name(each) for each in (f"K{number}", f"KH{number}", f"KW{number}") if each in graph]
        kernel = kernel * 2 if len(kernel) == 1 else kernel
        if number not in convolutions:
            depth = Name(f"C{number - 1}")
            message = "parameters for a pooling layer, which has none"
            yield Slip("pooling-parameters", message, {name: Times(Plus(Times(*kernel, depth), ONE), depth)})
            yield Slip("pooling-parameters", message, {name: Times(Plus(Times(*kernel), ONE), depth)})
            yield Slip("pooling-parameters", message, {name: Times(*kernel)})
            continue
        assert isinstance(layer, Convolution)
        depth, filters = Name(f"C{number - 1}"), Name(f"F{number}")
        weights = Times(*kernel, depth)
        said: tuple[tuple[str, str, Any], ...] = (
            (
                "channels-forgotten",
                "the channels of the input forgotten",
                convolution_parameters(kernel, ONE, filters, layer.bias),
            ),
            ("one-filter", "the parameters of one filter only", Plus(weights, ONE) if layer.bias else weights),
        )
        if layer.bias:
            one_bias = (
                "one-bias",
                "one bias in all, where every filter has one",
                Plus(Times(*weights.args, filters), ONE),
            )
            both = ("channels-forgotten", "the channels of the input and the biases forgotten", Times(*kernel, filters))
            said = (*said, one_bias, both)
        else:
            added = convolution_parameters(kernel, depth, filters, True)
            said = (*said, ("bias-added", "biases counted where there are none", added))
        for key, message, formula in said:
            yield Slip(key, message, {name: formula})


def _without_padding(node: Any) -> Any:
    """N - K + 2·P → N - K."""
    is_reach = isinstance(node, Plus) and isinstance(node.args[-1], Times) and node.args[-1].args[0] == TWO
    return Plus(*node.args[:-1]) if is_reach else None


def _without_stride(node: Any) -> Any:
    return node.arguments[0].args[0] if _is_rounded_quotient(node) else None


def _not_rounded(node: Any) -> Any:
    return node.arguments[0] if _is_rounded_quotient(node) else None


def _is_rounded_quotient(node: Any) -> bool:
    return isinstance(node, Call) and node.function in ("floor", "ceil") and isinstance(node.arguments[0], Over)


def _is_same(formula: Any) -> bool:
    """Whether a side is made by ``same`` padding, ceil(N/S)."""
    return isinstance(formula, Call) and formula.function == "ceil" and _is_rounded_quotient(formula)


def _without_one(node: Any) -> Any:
    is_size = isinstance(node, Plus) and isinstance(node.args[0], Call) and node.args[-1] == ONE
    return node.args[0] if is_size else None


def _padded_once(node: Any) -> Any:
    return node.args[1] if isinstance(node, Times) and node.args[0] == TWO else None


def _rounded_otherwise(node: Any) -> Any:
    other = {"floor": "ceil", "ceil": "floor"}
    return Call(other[node.function], *node.arguments) if isinstance(node, Call) and node.function in other else None


def _without_bias(node: Any) -> Any:
    """(K·K·C + 1)·F → K·K·C·F."""
    if isinstance(node, Times) and isinstance(node.args[0], Plus) and node.args[0].args[-1] == ONE:
        return Times(*node.args[0].args[0].args, *node.args[1:])
    return None

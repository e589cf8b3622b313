"""Mistakes in the sizes, the channels and the receptive field of a layer: what each makes of its quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeGuard

from deepcalc.graph.graph import Graph
from deepcalc.kinds._layer_names import AXIS_LETTERS
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Negative, Node, Over, Plus, Times
from deepcalc.plan import Plan
from deepcalc.records import record
from deepcalc.rules import sizes
from deepcalc.rules.layers import LAYERS, Stage, biases, multiply_adds, parameters, times, weights
from deepcalc.rules.sizes import GIVEN, SAME, SAME_IN_PYTORCH, TOTAL, VALID, Side, SizeMistake

Formulas = Mapping[str, Any]


@record
class Layer:
    """A layer with the names that its laws are made of.

    One that is ``exact`` leaves nothing to be rounded, where another layer does: there a wrong rounding shows. One that
    is ``as_deep`` has as many filters as channels, where another layer has not.
    """

    plan: Plan
    writer: LayerWriter
    exact: bool = False
    as_deep: bool = False

    @property
    def number(self) -> int:
        return self.writer.number

    @cached_property
    def kernel(self) -> tuple[Any, ...]:
        return self.writer.terms.kernel

    def resized(self, size: Callable[[Side], Any]) -> Formulas:
        """Every size of the output by another law."""
        return {name.name: size(side) for name, side in zip(self.writer.outputs, self.writer.sides, strict=True)}

    def edited(self, change: Callable[[Any], Any]) -> Formulas:
        """Every size of the padded input and of the output with a part of its formula changed."""
        names = [*self.writer.padded_names, *(name.name for name in self.writer.outputs)]
        return {name: changed(self.plan.graph[name].definition, change) for name in names}

    def rounded(self, change: Callable[[Any], Any]) -> Formulas:
        """Sizes with their rounding changed."""
        return {} if self.exact else self.edited(change)

    def params(self, formula: Node) -> Formulas:
        return {f"params{self.number}": formula}

    def apart(self, count: str, formula: Node) -> Formulas:
        """The weights or the biases alone; nothing where they are counted so already."""
        name = f"{count}{self.number}"
        return {} if formula == self.plan.graph[name].definition else {name: formula}

    def counted(self, params: Any, **apart: Any) -> Formulas:
        """The parameters, and the ``weights`` and ``biases`` among them where they are others."""
        found = dict(self.params(params))
        for count, formula in apart.items():
            found |= self.apart(count, formula)
        return found

    def of_stages(self, stages: Sequence[Stage]) -> Formulas:
        """The parameters of other stages, with biases or without as in the layer, and their multiply-adds."""
        has_biases, positions = self.writer.has_biases, self.writer.rule.positions
        found = self.counted(parameters(stages, has_biases), weights=weights(stages), biases=biases(stages, has_biases))
        if positions is None:
            return found
        return {**found, **self.apart("macs", multiply_adds(stages, positions(self.writer.terms)))}


# ---- sizes


def padding_forgotten(layer: Layer) -> Formulas:
    """The sizes of the output and of the padded input without the padding."""
    rule, padding = layer.writer.rule, layer.writer.passage.padding
    if not any(padding.added(side) for side in layer.writer.sides) or rule.size is sizes.extended:
        return {}
    way = GIVEN if rule.size is sizes.cropped else VALID
    padded = dict(zip(layer.writer.padded_names, layer.writer.inputs, strict=False))
    return {**padded, **layer.resized(lambda side: rule.size(side.without("p", "q"), way))}


def bare(layer: Layer) -> Formulas:
    """The sizes without both, padding and stride."""
    unpadded = padding_forgotten(layer)
    plain = {name: changed(formula, without_stride) for name, formula in unpadded.items()}
    return plain if any(plain[name] != unpadded[name] for name in plain) else {}


def total_at_each_end(layer: Layer) -> Formulas:
    """The total padding added at each end."""
    padding = layer.writer.passage.padding
    return layer.resized(lambda side: layer.writer.rule.size(side, GIVEN)) if padding is TOTAL else {}


def same_as_valid(layer: Layer) -> Formulas:
    """Sizes with same padding by the law of valid padding."""
    if layer.writer.passage.padding not in (SAME, SAME_IN_PYTORCH):
        return {}
    return layer.resized(lambda side: layer.writer.rule.size(side, VALID))


def valid_as_same(layer: Layer) -> Formulas:
    """Sizes of a kernel without padding as if that kept them, divided by the stride alone."""
    writer = layer.writer
    is_padded = any(writer.passage.padding.added(side) for side in writer.sides)
    sees_one = all(_given(layer.plan.graph, side.k) == ONE for side in writer.sides)
    if is_padded or sees_one or same_as_valid(layer) or writer.rule.size is not sizes.slid or writer.rule.is_pooling:
        return {}
    return layer.resized(lambda side: side.n if side.s in (None, ONE) else Call("floor", Over(side.n, side.s)))


def kernel_for_stride(layer: Layer) -> Formulas:
    """Sizes of a pooling whose windows lie side by side."""
    passage, graph = layer.writer.passage, layer.plan.graph
    apart = [side for side in layer.writer.sides if _given(graph, side.k) != _given(graph, side.s)]
    if not passage.rule.is_pooling or not apart:
        return {}
    return layer.resized(lambda side: passage.rule.size(replace(side, s=side.k), passage.padding))


def _given(graph: Graph, node: Node) -> Any:
    """What is given for a name; anything else as it is."""
    return graph[node.name].given if isinstance(node, Name) else node


def without(field: str) -> Callable[[Layer], Formulas]:
    """The sizes without one of the layer's numbers."""

    def formulas(layer: Layer) -> Formulas:
        if not any(getattr(side, field) for side in layer.writer.sides):
            return {}
        passage = layer.writer.passage
        return layer.resized(lambda side: passage.rule.size(side.without(field), passage.padding))

    return formulas


def by_another_law(mistake: SizeMistake) -> Callable[[Layer], Formulas]:
    """Sizes by another law, of the layers that are mistaken so."""

    def formulas(layer: Layer) -> Formulas:
        passage = layer.writer.passage
        if mistake not in passage.rule.size_mistakes:
            return {}
        return layer.resized(lambda side: mistake.size(side, passage.padding))

    return formulas


def _is_upsampling(layer: Layer) -> bool:
    return layer.writer.rule.size is sizes.upsampled


def without_stride(node: Node) -> Node | None:
    """⌊(N − K)/S⌋ → N − K."""
    return node.arguments[0].args[0] if _is_rounded_quotient(node) else None


def not_rounded(node: Node) -> Node | None:
    """⌊(N − K)/S⌋ → (N − K)/S."""
    return node.arguments[0] if _is_rounded_quotient(node) else None


def _is_rounded_quotient(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in ("floor", "ceil") and isinstance(node.arguments[0], Over)


def without_one(node: Node) -> Node | None:
    """⌊(N − K)/S⌋ + 1 → ⌊(N − K)/S⌋."""
    is_size = isinstance(node, Plus) and isinstance(node.args[0], Call) and node.args[-1] == ONE
    return node.args[0] if is_size else None


def padded_once(node: Node) -> Node | None:
    """2·P → P."""
    return node.args[1] if isinstance(node, Times) and len(node.args) == 2 and node.args[0] == TWO else None


def rounded_otherwise(node: Node) -> Node | None:
    """The floor for the ceiling, and the other way round."""
    other = {"floor": "ceil", "ceil": "floor"}
    return Call(other[node.function], *node.arguments) if isinstance(node, Call) and node.function in other else None


# ---- channels


def depth_kept(layer: Layer) -> Formulas:
    """The channels of the input in place of the filters."""
    terms = layer.writer.terms
    return {layer.writer.channels.name: terms.channels} if _has_filters(layer) and not layer.as_deep else {}


def depth_multiplied(layer: Layer) -> Formulas:
    """The channels of the input times the filters."""
    terms = layer.writer.terms
    product = Times(terms.channels, terms["filters"]) if _has_filters(layer) else None
    return {} if product is None else {layer.writer.channels.name: product}


def _has_filters(layer: Layer) -> bool:
    return "filters" in layer.writer.terms.own


def depth_pooled(layer: Layer) -> Formulas:
    """The channels of a pooling divided as its sides are."""
    stride = layer.writer.sides[0].s if layer.writer.sides else None
    if not layer.writer.rule.is_pooling or stride in (None, ONE):
        return {}
    divided = Call("floor", Over(layer.writer.terms.channels, stride))
    return {layer.writer.channels.name: divided}


def depth_upsampled(layer: Layer) -> Formulas:
    """The channels of an upsampling multiplied as its sides are."""
    channels = layer.writer.terms.channels
    return {layer.writer.channels.name: Times(channels, layer.writer.sides[0].f)} if _is_upsampling(layer) else {}


def depth_divided(layer: Layer) -> Formulas:
    """The channels of an upsampling divided, as those of a transposed convolution often are."""
    channels = layer.writer.terms.channels
    return {layer.writer.channels.name: Over(channels, layer.writer.sides[0].f)} if _is_upsampling(layer) else {}


def dropped_units(layer: Layer) -> Formulas:
    """Of a dropout the length of a vector, or the channels, less the share that is left out."""
    rate = layer.writer.passage.layer.setting("rate")
    if rate is None:
        return {}
    kept = Plus(ONE, Negative(rate))
    return {layer.writer.channels.name: Times(layer.writer.terms.channels, kept)}


def not_joined(layer: Layer) -> Formulas:
    """Of a concatenation the channels of its first input alone."""
    joins = layer.writer.rule.joins == "sizes"
    return {layer.writer.channels.name: layer.writer.terms.channels} if joins else {}


def flattened_without_channels(layer: Layer) -> Formulas:
    """The length of a flattened image without its channels."""
    is_flattening = layer.writer.rule is LAYERS["flatten"] and layer.writer.inputs
    return {layer.writer.channels.name: times(*layer.writer.inputs)} if is_flattening else {}


def flattened_as_sum(layer: Layer) -> Formulas:
    """The sides and the channels of a flattened image added."""
    is_flattening = layer.writer.rule is LAYERS["flatten"] and layer.writer.inputs
    if not is_flattening:
        return {}
    return {layer.writer.channels.name: Plus(*layer.writer.inputs, layer.writer.terms.channels)}


# ---- receptive fields


def seen(change: Callable[[Any], Any]) -> Callable[[Layer], Formulas]:
    """The receptive field of a layer with a window, with a part of its formula changed."""

    def formulas(layer: Layer) -> Formulas:
        ends = {f"{letter}{layer.number}" for letter in ("", *AXIS_LETTERS.values())}
        names = [f"field{end}" for end in sorted(ends) if f"field{end}" in layer.plan.graph]
        formulas = {name: layer.plan.graph[name].definition for name in names if layer.writer.rule.window}
        return {name: changed(formula, change) for name, formula in formulas.items()}

    return formulas


def without_jump(node: Node) -> Node | None:
    """r + (K − 1)·j → r + (K − 1)."""
    return times(*node.args[:-1]) if isinstance(node, Times) else None


def with_whole_kernel(node: Node) -> Node | None:
    """r + (K − 1)·j → r + K·j."""
    return node.args[0] if isinstance(node, Plus) and node.args[-1] == Negative(ONE) else None


def without_dilation(node: Node) -> Node | None:
    """r + d·(K − 1)·j → r + (K − 1)·j."""
    return Times(*node.args[1:]) if isinstance(node, Times) and len(node.args) == 3 else None


# ---- backwards


def without_less_one(node: Node) -> Node | None:
    """(M − 1)·S → M·S."""
    is_steps = isinstance(node, Times) and isinstance(node.args[0], Plus) and node.args[0].args[1:] == (Negative(ONE),)
    return times(node.args[0].args[0], *node.args[1:]) if is_steps else None


def not_halved(node: Node) -> Node | None:
    """⌈R/2⌉ → R."""
    return node.arguments[0].args[0] if _is_rounded_quotient(node) and node.arguments[0].args[1] == TWO else None


def without_one_more(node: Node) -> Node | None:
    """Pmax − Pmin + 1 → Pmax − Pmin."""
    is_count = (
        isinstance(node, Plus) and len(node.args) == 3 and node.args[-1] == ONE and isinstance(node.args[0], Name)
    )
    return Plus(*node.args[:-1]) if is_count and isinstance(node.args[1].args[0], Name) else None

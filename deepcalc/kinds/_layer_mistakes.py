"""Mistakes in the sizes of a layer: what each makes of its quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeGuard

from deepcalc.graph.graph import Graph
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.edits import changed, terms
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Negative, Node, Over, Plus, Times, negative, total
from deepcalc.plan import Plan
from deepcalc.records import record
from deepcalc.rules import sizes
from deepcalc.rules.layers import Stage, biases, multiply_adds, parameters, weights
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

    @property
    def source(self) -> int:
        return self.writer.source

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

    def before(self, letter: str, beside: str = "") -> Name | None:
        """The number that the nearest layer before has under a letter, and under another one; None where none has."""
        graph, numbers = self.plan.graph, range(self.number - 1, 0, -1)
        found = (f"{letter}{each}" for each in numbers if f"{beside or letter}{each}" in graph)
        return next((Name(name) for name in found if name in graph), None)

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


def without_stride(node: Node) -> Node | None:
    """⌊(N − K)/S⌋ → N − K."""
    return node.arguments[0].args[0] if is_rounded_quotient(node) else None


def not_rounded(node: Node) -> Node | None:
    """⌊(N − K)/S⌋ → (N − K)/S."""
    return node.arguments[0] if is_rounded_quotient(node) else None


def is_rounded_quotient(node: Node) -> TypeGuard[Call]:
    """Whether a quotient is rounded, up or down."""
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


def without_kernel(layer: Layer) -> Formulas:
    """⌊(N − K + 2·P)/S⌋ + 1 → ⌊(N + 2·P)/S⌋ + 1."""
    kernels = [Negative(side.k) for side in layer.writer.sides if side.k is not None]

    def change(node: Node) -> Node | None:
        kept = [term for term in terms(node) if term not in kernels]
        return total(*kept) if kept and len(kept) < len(terms(node)) else None

    return layer.edited(change) if layer.writer.rule.size is sizes.slid else {}


def padding_taken_off(layer: Layer) -> Formulas:
    """N − K − 2·P for N − K + 2·P."""
    writer = layer.writer
    added = {each for side in writer.sides for each in writer.passage.padding.added(side)}

    def change(node: Node) -> Node | None:
        turned = [negative(term) if term in added else term for term in terms(node)]
        return Plus(*turned) if added & set(terms(node)) else None

    return layer.edited(change) if writer.rule.size is sizes.slid else {}


def kernel_and_stride_exchanged(layer: Layer) -> Formulas:
    rule = layer.writer.rule
    if rule.size is not sizes.slid or any(side.s == ONE for side in layer.writer.sides):
        return {}
    return layer.resized(lambda side: rule.size(replace(side, k=side.s, s=side.k), layer.writer.passage.padding))


def divided_by_kernel(layer: Layer) -> Formulas:
    """⌊N/K⌋."""
    slides = layer.writer.rule.size is sizes.slid
    return layer.resized(lambda side: Call("floor", Over(side.n, side.k))) if slides else {}


def size_kept(layer: Layer) -> Formulas:
    """Of a pooling the sizes of its input."""
    return layer.resized(lambda side: side.n) if layer.writer.rule.is_pooling else {}


def of_another_layer(letter: str, law: Callable[[Side, Node], Side]) -> Callable[[Layer], Formulas]:
    """Sizes with the kernel, or the stride, of the nearest layer before that has one."""

    def formulas(layer: Layer) -> Formulas:
        other, rule = layer.before(letter), layer.writer.rule
        if other is None or rule.size is not sizes.slid:
            return {}
        return layer.resized(lambda side: rule.size(law(side, other), layer.writer.passage.padding))

    return formulas


def dilated_whole(node: Node) -> Node | None:
    """D·(K − 1) + 1 → D·K, in N − D·(K − 1) − 1 + 2·P."""
    reach = [
        term.args[0]
        for term in terms(node)
        if isinstance(term, Negative) and isinstance(term.args[0], Times) and isinstance(term.args[0].args[-1], Plus)
    ]
    if not reach or Negative(ONE) not in terms(node):
        return None
    whole = Times(*reach[0].args[:-1], reach[0].args[-1].args[0])
    kept = [Negative(whole) if term == Negative(reach[0]) else term for term in terms(node) if term != Negative(ONE)]
    return Plus(*kept)


def along_all_axes(law: Callable[[Side, Side], Side]) -> Callable[[Layer], Formulas]:
    """Every size with what the first axis has."""

    def formulas(layer: Layer) -> Formulas:
        sides, rule = layer.writer.sides, layer.writer.rule
        if rule.size is not sizes.slid or all(law(side, sides[0]) == side for side in sides):
            return {}
        return layer.resized(lambda side: rule.size(law(side, sides[0]), layer.writer.passage.padding))

    return formulas


def other_axis(axis: int) -> Callable[[Layer], Formulas]:
    """The size along one of two axes worked out with what belongs to the other one."""

    def formulas(layer: Layer) -> Formulas:
        writer = layer.writer
        if len(writer.outputs) != 2 or writer.rule.keeps_size or writer.passage.after.alike != (0, 1):
            return {}
        return {writer.outputs[axis].name: layer.plan.graph[writer.outputs[1 - axis].name].definition}

    return formulas

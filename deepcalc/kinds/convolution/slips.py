"""Typical mistakes in the arithmetic of convolutions: in every layer alike, or in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deepcalc.kinds._passages import Extent
from deepcalc.kinds.convolution.steps import LayerWriter
from deepcalc.notation.edits import changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Over, Plus, Times
from deepcalc.plan import Plan, Slip
from deepcalc.rules import sizes
from deepcalc.rules.layers import LAYERS, Stage, multiply_adds, parameters, times, weights
from deepcalc.rules.sizes import GIVEN, SAME, SAME_IN_PYTORCH, VALID, Side

if TYPE_CHECKING:
    from deepcalc.kinds.convolution.fields import ConvolutionFields

Formulas = Mapping[str, Any]


@dataclass(frozen=True)
class _Row:
    """One sort of mistake: what it makes of a layer's quantities, by name; nothing where it cannot be made."""

    key: str
    message: str
    formulas: Callable[[_Layer], Formulas]
    in_all: bool = False


@dataclass(frozen=True)
class _Layer:
    """A layer with the names that its laws are made of."""

    plan: Plan
    writer: LayerWriter

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
        return {name: changed(self.plan.graph[name].formula, change) for name in names}

    def params(self, formula: Any) -> Formulas:
        return {f"params{self.number}": formula}


def slips(fields: ConvolutionFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a convolution problem."""
    passages = fields.passages
    extents: list[Extent] = [fields.extent, *(passage.after for passage in passages)]
    layers = [_Layer(plan, LayerWriter(plan.graph, passage, extents)) for passage in passages]
    for row in ROWS:
        yield from _told(row, [dict(row.formulas(layer)) for layer in layers])


def _told(row: _Row, by_layer: Sequence[Formulas]) -> Iterator[Slip]:
    """A mistake in every layer alike, if it is one that is made so, and in each alone."""
    made = [formulas for formulas in by_layer if formulas]
    if row.in_all and made:
        yield Slip(row.key, row.message, {name: formula for formulas in made for name, formula in formulas.items()})
    if not row.in_all or len(by_layer) > 1:
        for formulas in made:
            yield Slip(row.key, row.message, formulas)


# ---- sizes


def _padding_forgotten(layer: _Layer) -> Formulas:
    rule, padding = layer.writer.rule, layer.writer.passage.padding
    if not any(padding.added(side) for side in layer.writer.sides) or rule.size is sizes.extended:
        return {}
    way = GIVEN if rule.size is sizes.cropped else VALID
    padded = dict(zip(layer.writer.padded_names, layer.writer.inputs, strict=False))
    return {**padded, **layer.resized(lambda side: rule.size(side.without("p", "q"), way))}


def _same_as_valid(layer: _Layer) -> Formulas:
    if layer.writer.passage.padding not in (SAME, SAME_IN_PYTORCH):
        return {}
    return layer.resized(lambda side: layer.writer.rule.size(side, VALID))


def _without(field: str) -> Callable[[_Layer], Formulas]:
    """The sizes without one of the layer's numbers."""

    def formulas(layer: _Layer) -> Formulas:
        if not any(getattr(side, field) for side in layer.writer.sides):
            return {}
        passage = layer.writer.passage
        return layer.resized(lambda side: passage.rule.size(side.without(field), passage.padding))

    return formulas


def _as_convolution(layer: _Layer) -> Formulas:
    passage = layer.writer.passage
    if passage.rule.size is not sizes.transposed:
        return {}
    return layer.resized(lambda side: sizes.slid(side, passage.padding))


def _without_stride(node: Any) -> Any:
    return node.arguments[0].args[0] if _is_rounded_quotient(node) else None


def _not_rounded(node: Any) -> Any:
    return node.arguments[0] if _is_rounded_quotient(node) else None


def _is_rounded_quotient(node: Any) -> bool:
    return isinstance(node, Call) and node.function in ("floor", "ceil") and isinstance(node.arguments[0], Over)


def _without_one(node: Any) -> Any:
    is_size = isinstance(node, Plus) and isinstance(node.args[0], Call) and node.args[-1] == ONE
    return node.args[0] if is_size else None


def _padded_once(node: Any) -> Any:
    return node.args[1] if isinstance(node, Times) and len(node.args) == 2 and node.args[0] == TWO else None


def _rounded_otherwise(node: Any) -> Any:
    other = {"floor": "ceil", "ceil": "floor"}
    return Call(other[node.function], *node.arguments) if isinstance(node, Call) and node.function in other else None


# ---- channels


def _depth_kept(layer: _Layer) -> Formulas:
    terms = layer.writer.terms
    return {layer.writer.channels.name: terms.channels} if _has_filters(layer) else {}


def _depth_multiplied(layer: _Layer) -> Formulas:
    terms = layer.writer.terms
    product = Times(terms.channels, terms["filters"]) if _has_filters(layer) else None
    return {} if product is None else {layer.writer.channels.name: product}


def _has_filters(layer: _Layer) -> bool:
    return "filters" in layer.writer.terms.own


def _not_joined(layer: _Layer) -> Formulas:
    joins = layer.writer.rule.joins == "sizes"
    return {layer.writer.channels.name: layer.writer.terms.channels} if joins else {}


def _flattened_without_channels(layer: _Layer) -> Formulas:
    is_flattening = layer.writer.rule is LAYERS["flatten"] and layer.writer.inputs
    return {layer.writer.channels.name: times(*layer.writer.inputs)} if is_flattening else {}


# ---- parameters


def _by_stages(
    formula: Callable[[_Layer, Sequence[Stage]], Any], biased: bool | None = None, needs: tuple[str, ...] = ()
) -> Callable[[_Layer], Formulas]:
    """The parameters of a layer with weights; ``biased`` ones alone, or those without biases; of some forms alone."""

    def formulas(layer: _Layer) -> Formulas:
        writer = layer.writer
        stages = [stage for stage in writer.stages if stage.fan_in]
        if not stages or biased not in (None, writer.has_biases) or (needs and writer.rule.needs not in needs):
            return {}
        return layer.params(formula(layer, stages))

    return formulas


def _channels_forgotten(layer: _Layer, stages: Sequence[Stage]) -> Any:
    return parameters(_with_one_channel(layer), layer.writer.has_biases)


def _channels_and_biases_forgotten(layer: _Layer, stages: Sequence[Stage]) -> Any:
    return parameters(_with_one_channel(layer), False)


def _with_one_channel(layer: _Layer) -> Sequence[Stage]:
    """The weights of the layer on an input of one channel."""
    terms = layer.writer.terms
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, channels=ONE, own=own))
    return [Stage(_without_ones(stage.fan_in), _without_ones(stage.units)) for stage in stages]


def _without_ones(factors: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(factor for factor in factors if factor != ONE) or (ONE,)


def _channels_of_first_input(layer: _Layer) -> Formulas:
    """The weights counted with the channels of the network's input."""
    writer = layer.writer
    if writer.source == 0 or not writer.inputs or not any(stage.fan_in for stage in writer.stages):
        return {}
    stages = writer.rule.stages(replace(writer.terms, channels=Name("C0")))
    return layer.params(parameters(stages, writer.has_biases))


def _one_filter(layer: _Layer, stages: Sequence[Stage]) -> Any:
    each = times(*stages[-1].fan_in)
    return Plus(each, ONE) if layer.writer.has_biases else each


def _groups_ignored(layer: _Layer) -> Formulas:
    terms = layer.writer.terms
    if "groups" not in terms.own:
        return {}
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, own=own))
    return layer.params(parameters(stages, layer.writer.has_biases))


def _as_full_convolution(layer: _Layer) -> Formulas:
    """A depthwise layer counted as a convolution over all channels."""
    writer = layer.writer
    if not writer.rule.is_depthwise:
        return {}
    full = Stage((*layer.kernel, writer.terms.channels), _factors(writer.rule.channels(writer.terms)))
    return layer.params(parameters([full], writer.has_biases))


def _factors(node: Any) -> tuple[Any, ...]:
    return node.args if isinstance(node, Times) else (node,)


def _of_pooling(formula: Callable[[_Layer, Any], Any]) -> Callable[[_Layer], Formulas]:
    def formulas(layer: _Layer) -> Formulas:
        is_pooling = layer.writer.rule.is_pooling
        return layer.params(formula(layer, layer.writer.terms.channels)) if is_pooling else {}

    return formulas


def _averages_trained(layer: _Layer) -> Formulas:
    writer = layer.writer
    if writer.rule.not_trained is None:
        return {}
    trained = parameters(writer.stages, writer.has_biases)
    return layer.params(Plus(trained, writer.rule.not_trained(writer.terms)))


def _shift_forgotten(layer: _Layer) -> Formulas:
    has_scale = layer.writer.rule.trained is not None and not any(stage.fan_in for stage in layer.writer.stages)
    return layer.params(weights(layer.writer.stages)) if has_scale and layer.writer.has_biases else {}


# ---- operations


def _at_one_position(layer: _Layer) -> Formulas:
    has_positions = layer.writer.rule.positions is not None and layer.writer.inputs
    return {f"macs{layer.number}": Name(f"weights{layer.number}")} if has_positions else {}


def _at_positions_of_input(layer: _Layer) -> Formulas:
    writer = layer.writer
    if not writer.rule.window or writer.rule.positions is None:
        return {}
    return {f"macs{layer.number}": multiply_adds(writer.stages, writer.inputs)}


def _not_doubled(layer: _Layer) -> Formulas:
    return {f"flops{layer.number}": Name(f"macs{layer.number}")} if layer.writer.stages else {}


ROWS = (
    _Row("no-plus-one", "the + 1 for the first position forgotten", lambda layer: layer.edited(_without_one), True),
    _Row("padding-once", "the padding counted once, not at both ends", lambda layer: layer.edited(_padded_once), True),
    _Row("ceil-for-floor", "rounded to the wrong side", lambda layer: layer.edited(_rounded_otherwise), True),
    _Row("padding-forgotten", "the padding forgotten", _padding_forgotten, True),
    _Row("stride-ignored", "the stride ignored", lambda layer: layer.edited(_without_stride), True),
    _Row("not-rounded", "not rounded to whole positions", lambda layer: layer.edited(_not_rounded), True),
    _Row("dilation-ignored", "the dilation ignored", _without("d"), True),
    _Row("output-padding-forgotten", "the output padding forgotten", _without("o"), True),
    _Row("same-as-valid", "same padding worked out as valid", _same_as_valid, True),
    _Row("as-convolution", "a transposed convolution worked out as a plain one", _as_convolution),
    _Row("depth-for-filters", "the depth of the input in place of the number of filters", _depth_kept, True),
    _Row("channels-times-filters", "the channels times the filters as depth: a filter adds up over the channels",
         _depth_multiplied),
    _Row("not-joined", "the channels of the other input forgotten: a concatenation has those of both", _not_joined),
    _Row("flat-without-channels", "flattened without the channels", _flattened_without_channels),
    _Row("bias-forgotten", "the biases forgotten among the parameters",
         _by_stages(lambda layer, stages: parameters(stages, False), biased=True), True),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: Times(Plus(Times(*layer.kernel, depth), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: Times(Plus(times(*layer.kernel), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: times(*layer.kernel))),
    _Row("channels-forgotten", "the channels of the input forgotten", _by_stages(_channels_forgotten, needs=("axes",))),
    _Row("channels-forgotten", "the channels of the input and the biases forgotten",
         _by_stages(_channels_and_biases_forgotten, biased=True, needs=("axes",))),
    _Row("channels-of-first-input", "the channels of the network's input in place of those of the layer's",
         _channels_of_first_input),
    _Row("one-filter", "the parameters of one filter only", _by_stages(_one_filter, needs=("axes",))),
    _Row("one-bias", "one bias in all, where every filter has one",
         _by_stages(lambda layer, stages: Plus(weights(stages), ONE), biased=True)),
    _Row("bias-added", "biases counted where there are none",
         _by_stages(lambda layer, stages: parameters(stages, True), biased=False)),
    _Row("groups-ignored", "the groups ignored: a filter sees the channels of its group alone", _groups_ignored),
    _Row("as-full-convolution", "counted as a convolution whose filters see all channels", _as_full_convolution),
    _Row("averages-trained", "the moving averages counted as trained", _averages_trained),
    _Row("shift-forgotten", "the shift forgotten beside the scale", _shift_forgotten),
    _Row("at-one-position", "the weights counted once, not at every position", _at_one_position),
    _Row("positions-of-input", "the positions of the input counted, not those of the output", _at_positions_of_input),
    _Row("not-doubled", "a multiply-add counted as one operation", _not_doubled),
)  # fmt: skip

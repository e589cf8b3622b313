"""Mistakes in the channels behind a layer, and in the length of a vector: what each makes of its quantities."""

from __future__ import annotations

from collections.abc import Callable

from deepcalc.kinds._layer_mistakes import Formulas, Layer
from deepcalc.kinds._layer_names import channels_of, sizes_of
from deepcalc.notation.nodes import ONE, Call, Name, Negative, Node, Over, Plus, Times
from deepcalc.rules import sizes
from deepcalc.rules.layers import LAYERS, times


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


def depth_added(layer: Layer) -> Formulas:
    """The channels of the input and the filters added."""
    terms = layer.writer.terms
    return {layer.writer.channels.name: Plus(terms.channels, terms["filters"])} if _has_filters(layer) else {}


def depth_of_group(layer: Layer) -> Formulas:
    """The filters of one group."""
    own = layer.writer.terms.own
    return {layer.writer.channels.name: Over(own["filters"], own["groups"])} if {"filters", "groups"} <= {*own} else {}


def depth_of_every_group(layer: Layer) -> Formulas:
    """The filters once more for each group."""
    own = layer.writer.terms.own
    return {layer.writer.channels.name: Times(own["filters"], own["groups"])} if {"filters", "groups"} <= {*own} else {}


def depth_of_one(layer: Layer) -> Formulas:
    """One channel, as of a single feature map."""
    is_deep = _has_filters(layer) or layer.writer.rule.is_pooling
    return {layer.writer.channels.name: ONE} if is_deep else {}


def depth_pooled_by(field: str) -> Callable[[Layer], Formulas]:
    """The channels of a pooling divided by its stride or by its kernel, as the sides are."""

    def formulas(layer: Layer) -> Formulas:
        return _divided(layer, field, layer.writer.terms.channels) if layer.writer.rule.is_pooling else {}

    return formulas


def filters_divided(layer: Layer) -> Formulas:
    """The filters divided by the stride, as the sides are."""
    return _divided(layer, "s", layer.writer.terms["filters"]) if _has_filters(layer) else {}


def _divided(layer: Layer, field: str, depth: Node) -> Formulas:
    by = getattr(layer.writer.sides[0], field) if layer.writer.sides else None
    return {} if by in (None, ONE) else {layer.writer.channels.name: Call("floor", Over(depth, by))}


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


def flattened_from(number: Callable[[Layer], int]) -> Callable[[Layer], Formulas]:
    """The values of another image than the layer's input: behind a layer of a number, 0 for the network's input."""

    def formulas(layer: Layer) -> Formulas:
        found = number(layer)
        extent = layer.writer.extents.get(found) if layer.writer.inputs else None
        if layer.writer.rule is not LAYERS["flatten"] or extent is None or not extent.sizes or found == layer.source:
            return {}
        channels = channels_of(extent, found)
        names = (*sizes_of(extent, found), *((channels,) if channels else ()))
        return {layer.writer.channels.name: times(*map(Name, names))}

    return formulas


def made_flat(size: Callable[[Layer], Node], pooled: bool) -> Callable[[Layer], Formulas]:
    """The length of a vector that is made of an image, by a global pooling or (not ``pooled``) side by side."""

    def formulas(layer: Layer) -> Formulas:
        rule, is_pooled = layer.writer.rule, layer.writer.rule.needs == "axes"
        is_made = rule.flat is not None and layer.writer.inputs and is_pooled == pooled
        return {layer.writer.channels.name: size(layer)} if is_made else {}

    return formulas


def flattened_as_sum(layer: Layer) -> Formulas:
    """The sides and the channels of a flattened image added."""
    is_flattening = layer.writer.rule is LAYERS["flatten"] and layer.writer.inputs
    if not is_flattening:
        return {}
    return {layer.writer.channels.name: Plus(*layer.writer.inputs, layer.writer.terms.channels)}


def _is_upsampling(layer: Layer) -> bool:
    return layer.writer.rule.size is sizes.upsampled

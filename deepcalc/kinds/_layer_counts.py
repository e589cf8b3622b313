"""Mistakes in the parameters of a layer: what each makes of its counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.kinds._layer_mistakes import Formulas, Layer
from deepcalc.kinds._layer_names import channels_of, sizes_of
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Name, Node, Over, Plus, Times, total
from deepcalc.rules.layers import Stage, biases, parameters, times, weights
from deepcalc.rules.sizes import reach_of

Counted = Callable[[Layer, Sequence[Stage]], Formulas]


def by_stages(counted: Counted, biased: bool | None = None, needs: tuple[str, ...] = ()) -> Callable[[Layer], Formulas]:
    """The counts of a layer with weights; ``biased`` ones alone, or those without biases; of some forms alone."""

    def formulas(layer: Layer) -> Formulas:
        writer = layer.writer
        stages = [stage for stage in writer.stages if stage.fan_in]
        if not stages or biased not in (None, writer.has_biases) or (needs and writer.rule.needs not in needs):
            return {}
        return counted(layer, stages)

    return formulas


def of_channels(counted: Counted, biased: bool | None = None) -> Callable[[Layer], Formulas]:
    """The parameters without the channels of the input, where there are several."""
    of_stages = by_stages(counted, biased, ("axes",))
    return lambda layer: {} if layer.writer.passage.before.channels == 1 else of_stages(layer)


def biases_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(parameters(stages, False), biases=ZERO)


def biases_among_weights(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    together = parameters(stages, True)
    return layer.counted(together, weights=together)


def channels_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.of_stages(_with_one_channel(layer))


def channels_and_biases_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.params(parameters(_with_one_channel(layer), False))


def _with_one_channel(layer: Layer) -> Sequence[Stage]:
    """The weights of the layer on an input of one channel."""
    terms = layer.writer.terms
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, channels=ONE, own=own))
    return [Stage(_without_ones(stage.fan_in), _without_ones(stage.units)) for stage in stages]


def _without_ones(factors: Sequence[Node]) -> tuple[Node, ...]:
    return tuple(factor for factor in factors if factor != ONE) or (ONE,)


def channels_of_first_input(layer: Layer) -> Formulas:
    """The weights counted with the channels of the network's input; a single one is the channels forgotten."""
    writer, root = layer.writer, layer.writer.passage.root
    if writer.source == root or not writer.inputs or not any(stage.fan_in for stage in writer.stages):
        return {}
    first = channels_of(writer.extents[root], root)
    if first is None or writer.extents[root].channels == 1:
        return {}
    return layer.of_stages(writer.rule.stages(replace(writer.terms, channels=Name(first))))


def one_filter(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    each, at = times(*stages[-1].fan_in), layer.writer.rule.positions
    made = layer.counted(Plus(each, ONE) if layer.writer.has_biases else each, weights=each)
    at_each = ZERO if at is None else times(*at(layer.writer.terms), each)
    return {**made, **layer.apart("macs", at_each)}


def one_bias(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(Plus(weights(stages), ONE), biases=ONE)


def bias_of_each_kernel(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K + 1)·C·F: a filter has a kernel for each channel, but one bias."""
    kernels = (layer.writer.terms.channels, *stages[-1].units)
    return layer.counted(Times(Plus(times(*layer.kernel), ONE), *kernels), biases=Times(*kernels))


def at_every_position(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """The weights of a filter once more for each position of the output."""
    outputs = layer.writer.outputs
    return layer.counted(
        Times(parameters(stages, layer.writer.has_biases), *outputs), weights=Times(weights(stages), *outputs)
    )


def side_of_kernel(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·C + 1)·F."""
    (first, *_), channels = layer.kernel, layer.writer.terms.channels
    return layer.of_stages([Stage((first, channels), stages[-1].units)])


def biases_added(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(parameters(stages, True), biases=biases(stages, True))


def groups_ignored(layer: Layer) -> Formulas:
    terms = layer.writer.terms
    if "groups" not in terms.own:
        return {}
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, own=own))
    formulas = {each.name: each.formula for each in layer.plan.graph if each.name.startswith(f"side_W{layer.number}_")}
    in_group = Over(terms.channels, terms["groups"])
    sides = {name: terms.channels for name, formula in formulas.items() if formula == in_group}
    return {**layer.of_stages(stages), **sides}


def as_full_convolution(layer: Layer) -> Formulas:
    """A depthwise layer counted as a convolution over all channels."""
    writer = layer.writer
    if not writer.rule.is_depthwise:
        return {}
    full = Stage((*layer.kernel, writer.terms.channels), factors(writer.rule.channels(writer.terms)))
    return layer.of_stages([full])


def of_pooling(formula: Callable[[Layer, Any], Any]) -> Callable[[Layer], Formulas]:
    def formulas(layer: Layer) -> Formulas:
        is_pooling = layer.writer.rule.is_pooling
        return layer.params(formula(layer, layer.writer.terms.channels)) if is_pooling else {}

    return formulas


def averages_trained(layer: Layer) -> Formulas:
    writer = layer.writer
    if writer.rule.not_trained is None:
        return {}
    trained = parameters(writer.stages, writer.has_biases)
    return layer.params(Plus(trained, writer.rule.not_trained(writer.terms)))


def shift_forgotten(layer: Layer) -> Formulas:
    return layer.counted(weights(layer.writer.stages), biases=ZERO) if _has_scale(layer) else {}


def _has_scale(layer: Layer) -> bool:
    """Whether a layer normalises, and has a scale and a shift of its own."""
    has_scale = layer.writer.rule.trained is not None and not any(stage.fan_in for stage in layer.writer.stages)
    return has_scale and layer.writer.has_biases


def bias_of_each_input(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """K·K·C·F + C."""
    channels = layer.writer.terms.channels
    return layer.counted(Plus(weights(stages), channels), biases=channels)


def bias_of_each_position(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """K·K·C·F + H·W·F."""
    values = times(*layer.writer.outputs, *stages[-1].units)
    return layer.counted(Plus(weights(stages), values), biases=values)


def units_added(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """K·K·C + F."""
    return layer.counted(Plus(times(*stages[-1].fan_in), *stages[-1].units))


def kernel_left_out(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(C + 1)·F."""
    if len(stages) > 1:
        return {}
    return layer.of_stages([Stage((layer.writer.terms.channels,), stages[-1].units)])


def kernel_cubed(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K·C + 1)·F, with the first side of the kernel for all axes; of a single axis the kernel squared."""
    first, axes = layer.kernel[0], max(2, len(layer.kernel))
    seen = (*(first for _ in range(axes)), layer.writer.terms.channels)
    return layer.of_stages([Stage(seen, stages[-1].units)])


def one_stage(place: int) -> Counted:
    """Of a separable convolution the depthwise kernels alone, or (-1) the 1×1 filters, which have the biases."""

    def counted(layer: Layer, stages: Sequence[Stage]) -> Formulas:
        if len(stages) < 2:
            return {}
        weighed = times(*stages[place].fan_in, *stages[place].units)
        has_biases = layer.writer.has_biases and place < 0
        return layer.counted(total(weighed, *(stages[place].units if has_biases else ())), weights=weighed)

    return counted


def kernel_doubled(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(2·K·C + 1)·F, or ((KH + KW)·C + 1)·F."""
    (first, *more), channels = layer.kernel, layer.writer.terms.channels
    sides = (TWO, first) if {first} == {*more} else (Plus(first, *more),)
    return layer.of_stages([Stage((*sides, channels), stages[-1].units)]) if more else {}


def channels_added(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K + C + 1)·F."""
    seen = Plus(times(*layer.kernel), layer.writer.terms.channels)
    return layer.of_stages([Stage((seen,), stages[-1].units)])


def kernel_of_layer_before(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    kernel = layer.before("K", beside="F")
    if kernel is None:
        return {}
    return layer.of_stages([Stage((*(kernel for _ in layer.kernel), layer.writer.terms.channels), stages[-1].units)])


def filters_of_one_group(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K·C/G + 1)·F/G."""
    own = layer.writer.terms.own
    if "groups" not in own:
        return {}
    return layer.of_stages([Stage(stages[-1].fan_in, (Over(*stages[-1].units, own["groups"]),))])


def dilated_kernel(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """The zeros between the entries of a dilated kernel counted as well."""
    reaches = [reach_of(side) for side in layer.writer.sides]
    if all(side.d is None for side in layer.writer.sides):
        return {}
    seen = (*reaches, *stages[-1].fan_in[len(layer.kernel) :])
    return layer.of_stages([Stage(seen, stages[-1].units)])


def position_for_filter(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K·C + 1)·H·W."""
    at_each = [Stage(stages[-1].fan_in, layer.writer.outputs)]
    return layer.counted(parameters(at_each, layer.writer.has_biases), weights=weights(at_each))


def whole_input(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(H·W·C + 1)·F, with the sides of the input."""
    seen = [Stage((*layer.writer.inputs, layer.writer.terms.channels), stages[-1].units)]
    return layer.counted(parameters(seen, layer.writer.has_biases), weights=weights(seen))


def fully_connected(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """A weight from every value of the input to every one of the output; each is one multiply-add."""
    writer = layer.writer
    whole = [Stage((*writer.inputs, writer.terms.channels), (*writer.outputs, *stages[-1].units))]
    made = layer.counted(parameters(whole, writer.has_biases), weights=weights(whole))
    return {**made, **layer.apart("macs", weights(whole))}


def values_for_weights(layer: Layer) -> Formulas:
    """H·W·C of the output, of a layer that slides."""
    writer = layer.writer
    return layer.counted(times(*writer.outputs, writer.channels)) if writer.rule.window else {}


def channels_for_values(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """A dense layer behind an image that was made flat, with the channels of the image as its inputs."""
    extents = layer.writer.extents
    image = next((each for each in range(layer.source, -1, -1) if each in extents and extents[each].sizes), None)
    channels = None if image is None or image < layer.source - 1 else channels_of(extents[image], image)
    return {} if channels is None else layer.of_stages([Stage((Name(channels),), stages[-1].units)])


def network_input(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """A dense layer with the values of the network's input as its inputs."""
    writer, root = layer.writer, layer.writer.passage.root
    channels = channels_of(writer.extents[root], root)
    if channels is None or writer.source == root:
        return {}
    values = (*sizes_of(writer.extents[root], root), channels)
    return layer.of_stages([Stage(tuple(map(Name, values)), stages[-1].units)])


def of_normalization(count: Callable[[Layer], tuple[Node, Node]]) -> Callable[[Layer], Formulas]:
    """The scales and the shifts of a normalisation, counted otherwise."""

    def formulas(layer: Layer) -> Formulas:
        if not _has_scale(layer):
            return {}
        scales, shifts = count(layer)
        return layer.counted(total(scales, shifts), weights=scales, biases=shifts)

    return formulas


def none_trained(layer: Layer) -> tuple[Node, Node]:
    return ZERO, ZERO


def one_pair(layer: Layer) -> tuple[Node, Node]:
    return ONE, ONE


def pair_of_each_value(layer: Layer) -> tuple[Node, Node]:
    values = times(*layer.writer.outputs, layer.writer.channels)
    return values, values

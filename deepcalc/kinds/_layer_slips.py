"""Typical mistakes in the layers of a convolutional network: in every layer alike, or in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.kinds._layer_mistakes import (
    Formulas,
    Layer,
    bare,
    by_another_law,
    depth_divided,
    depth_kept,
    depth_multiplied,
    depth_pooled,
    depth_upsampled,
    dropped_units,
    flattened_as_sum,
    flattened_without_channels,
    kernel_for_stride,
    not_joined,
    not_rounded,
    padded_once,
    padding_forgotten,
    rounded_otherwise,
    same_as_valid,
    seen,
    total_at_each_end,
    valid_as_same,
    with_whole_kernel,
    without,
    without_dilation,
    without_jump,
    without_one,
    without_stride,
)
from deepcalc.kinds._layer_names import channels_of
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.edits import factors
from deepcalc.notation.nodes import ONE, ZERO, Literal, Name, Node, Over, Plus, Times
from deepcalc.plan import Plan, Slip
from deepcalc.records import record
from deepcalc.rules.layers import LAYERS, Stage, biases, multiply_adds, parameters, times, weights

EIGHT = Literal("8")


@record
class _Row:
    """One sort of mistake: what it makes of a layer's quantities, by name; nothing where it cannot be made."""

    key: str
    message: str
    formulas: Callable[[Layer], Formulas]


def slips_of_layers(plan: Plan, writers: Sequence[LayerWriter]) -> Iterator[Slip]:
    """The typical mistakes in layers whose quantities are in a plan."""
    rounding = [any(map(writer.left_over, range(len(writer.outputs)))) for writer in writers]
    passages = [writer.passage for writer in writers]
    deepening = [passage.layer.setting("filters", passage.before.channels) for passage in passages]
    as_deep = [filters == passage.before.channels for filters, passage in zip(deepening, passages, strict=True)]
    layers = [
        Layer(plan, writer, any(rounding) and not rounds, same and not all(as_deep))
        for writer, rounds, same in zip(writers, rounding, as_deep, strict=True)
    ]
    counted = [layer for layer in layers if layer.writer.counts]
    for rows, among in ((_OF_SIZES, layers), (_OF_COUNTS, counted)):
        for row in rows:
            yield from _told(row, [_there(plan, row.formulas(layer)) for layer in among])


def _there(plan: Plan, formulas: Formulas) -> Formulas:
    """The formulas of what the plan has; some counts of a single layer are those of the whole."""
    return {name: formula for name, formula in formulas.items() if name in plan.graph}


def _told(row: _Row, by_layer: Sequence[Formulas]) -> Iterator[Slip]:
    """A mistake in every layer alike, where there are several in which it can be made, and in each alone."""
    made = [formulas for formulas in by_layer if formulas]
    if len(made) > 1:
        yield Slip(row.key, row.message, {name: formula for formulas in made for name, formula in formulas.items()})
    for formulas in made:
        yield Slip(row.key, row.message, formulas)


# ---- parameters


Counted = Callable[[Layer, Sequence[Stage]], Formulas]


def _by_stages(
    counted: Counted, biased: bool | None = None, needs: tuple[str, ...] = ()
) -> Callable[[Layer], Formulas]:
    """The counts of a layer with weights; ``biased`` ones alone, or those without biases; of some forms alone."""

    def formulas(layer: Layer) -> Formulas:
        writer = layer.writer
        stages = [stage for stage in writer.stages if stage.fan_in]
        if not stages or biased not in (None, writer.has_biases) or (needs and writer.rule.needs not in needs):
            return {}
        return counted(layer, stages)

    return formulas


def _of_channels(counted: Counted, biased: bool | None = None) -> Callable[[Layer], Formulas]:
    """The parameters without the channels of the input, where there are several."""
    of_stages = _by_stages(counted, biased, ("axes",))
    return lambda layer: {} if layer.writer.passage.before.channels == 1 else of_stages(layer)


def _biases_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(parameters(stages, False), biases=ZERO)


def _biases_among_weights(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    together = parameters(stages, True)
    return layer.counted(together, weights=together)


def _channels_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.of_stages(_with_one_channel(layer))


def _channels_and_biases_forgotten(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.params(parameters(_with_one_channel(layer), False))


def _with_one_channel(layer: Layer) -> Sequence[Stage]:
    """The weights of the layer on an input of one channel."""
    terms = layer.writer.terms
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, channels=ONE, own=own))
    return [Stage(_without_ones(stage.fan_in), _without_ones(stage.units)) for stage in stages]


def _without_ones(factors: Sequence[Node]) -> tuple[Node, ...]:
    return tuple(factor for factor in factors if factor != ONE) or (ONE,)


def _channels_of_first_input(layer: Layer) -> Formulas:
    """The weights counted with the channels of the network's input."""
    writer, root = layer.writer, layer.writer.passage.root
    if writer.source == root or not writer.inputs or not any(stage.fan_in for stage in writer.stages):
        return {}
    first = channels_of(writer.extents[root], root)
    if first is None:
        return {}
    return layer.of_stages(writer.rule.stages(replace(writer.terms, channels=Name(first))))


def _one_filter(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    each = times(*stages[-1].fan_in)
    return layer.counted(Plus(each, ONE) if layer.writer.has_biases else each, weights=each)


def _one_bias(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(Plus(weights(stages), ONE), biases=ONE)


def _bias_of_each_kernel(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·K + 1)·C·F: a filter has a kernel for each channel, but one bias."""
    kernels = (layer.writer.terms.channels, *stages[-1].units)
    return layer.counted(Times(Plus(times(*layer.kernel), ONE), *kernels), biases=Times(*kernels))


def _at_every_position(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """The weights of a filter once more for each position of the output."""
    outputs = layer.writer.outputs
    return layer.counted(
        Times(parameters(stages, layer.writer.has_biases), *outputs), weights=Times(weights(stages), *outputs)
    )


def _side_of_kernel(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    """(K·C + 1)·F."""
    (first, *_), channels = layer.kernel, layer.writer.terms.channels
    return layer.of_stages([Stage((first, channels), stages[-1].units)])


def _biases_added(layer: Layer, stages: Sequence[Stage]) -> Formulas:
    return layer.counted(parameters(stages, True), biases=biases(stages, True))


def _groups_ignored(layer: Layer) -> Formulas:
    terms = layer.writer.terms
    if "groups" not in terms.own:
        return {}
    own = {field: number for field, number in terms.own.items() if field != "groups"}
    stages = layer.writer.rule.stages(replace(terms, own=own))
    formulas = {each.name: each.formula for each in layer.plan.graph if each.name.startswith(f"side_W{layer.number}_")}
    in_group = Over(terms.channels, terms["groups"])
    sides = {name: terms.channels for name, formula in formulas.items() if formula == in_group}
    return {**layer.of_stages(stages), **sides}


def _as_full_convolution(layer: Layer) -> Formulas:
    """A depthwise layer counted as a convolution over all channels."""
    writer = layer.writer
    if not writer.rule.is_depthwise:
        return {}
    full = Stage((*layer.kernel, writer.terms.channels), factors(writer.rule.channels(writer.terms)))
    return layer.of_stages([full])


def _of_pooling(formula: Callable[[Layer, Any], Any]) -> Callable[[Layer], Formulas]:
    def formulas(layer: Layer) -> Formulas:
        is_pooling = layer.writer.rule.is_pooling
        return layer.params(formula(layer, layer.writer.terms.channels)) if is_pooling else {}

    return formulas


def _averages_trained(layer: Layer) -> Formulas:
    writer = layer.writer
    if writer.rule.not_trained is None:
        return {}
    trained = parameters(writer.stages, writer.has_biases)
    return layer.params(Plus(trained, writer.rule.not_trained(writer.terms)))


def _shift_forgotten(layer: Layer) -> Formulas:
    has_scale = layer.writer.rule.trained is not None and not any(stage.fan_in for stage in layer.writer.stages)
    if not has_scale or not layer.writer.has_biases:
        return {}
    return layer.counted(weights(layer.writer.stages), biases=ZERO)


# ---- operations


def _at_one_position(layer: Layer) -> Formulas:
    has_positions = layer.writer.rule.positions is not None and layer.writer.inputs
    return {f"macs{layer.number}": Name(f"weights{layer.number}")} if has_positions else {}


def _at_positions_of_input(layer: Layer) -> Formulas:
    writer = layer.writer
    if not writer.rule.window or writer.rule.positions is None:
        return {}
    return {f"macs{layer.number}": multiply_adds(writer.stages, writer.inputs)}


def _biases_among_operations(layer: Layer) -> Formulas:
    """H·W·(K·K·C + 1)·F."""
    writer = layer.writer
    if writer.rule.positions is None or not writer.has_biases:
        return {}
    counted = factors(parameters(writer.stages, True))
    return {f"macs{layer.number}": times(*writer.rule.positions(writer.terms), *counted)}


def _bits(layer: Layer) -> Formulas:
    """The bytes of the output and of the parameters times 8."""
    names = [f"{what}{layer.number}" for what in ("bytes", "memory")]
    return {
        name: Times(*factors(layer.plan.graph[name].definition), EIGHT) for name in names if name in layer.plan.graph
    }


def _not_doubled(layer: Layer) -> Formulas:
    return {f"flops{layer.number}": Name(f"macs{layer.number}")} if layer.writer.stages else {}


_OF_SIZES = (
    _Row("no-plus-one", "the + 1 for the first position forgotten", lambda layer: layer.edited(without_one)),
    _Row("padding-once", "the padding counted once, not at both ends", lambda layer: layer.edited(padded_once)),
    _Row("ceil-for-floor", "a rounding to the wrong side", lambda layer: layer.rounded(rounded_otherwise)),
    _Row("padding-forgotten", "the padding forgotten", padding_forgotten),
    _Row("bare", "padding and stride both left out", bare),
    _Row("padding-twice", "the padding counted at both ends, though it is that of both together", total_at_each_end),
    _Row("stride-ignored", "the stride ignored", lambda layer: layer.edited(without_stride)),
    _Row("not-rounded", "sizes left unrounded, though positions are whole", lambda layer: layer.rounded(not_rounded)),
    _Row("dilation-ignored", "the dilation ignored", without("d")),
    _Row("output-padding-forgotten", "the output padding forgotten", without("o")),
    _Row("same-as-valid", "same padding worked out as valid", same_as_valid),
    _Row("valid-as-same", "the sizes kept, or divided by the stride alone, as same padding does", valid_as_same),
    _Row("kernel-for-stride", "windows side by side, though their stride is another", kernel_for_stride),
    *(
        _Row(mistake.key, mistake.message, by_another_law(mistake))
        for mistake in dict.fromkeys(each for rule in LAYERS.values() for each in rule.size_mistakes)
    ),
    _Row("jump-ignored", "the strides of the layers before ignored", seen(without_jump)),
    _Row("whole-kernel", "the whole kernel added, not the kernel less one", seen(with_whole_kernel)),
    _Row("field-without-dilation", "the dilation ignored in the receptive field", seen(without_dilation)),
)  # fmt: skip
"""Mistakes with the sizes and the receptive field, with channels and without."""

_OF_COUNTS = (
    _Row("depth-for-filters", "the depth of the input in place of the number of filters", depth_kept),
    _Row("channels-times-filters", "the channels times the filters as depth, though a filter adds up over the channels",
         depth_multiplied),
    _Row("not-joined", "the channels of the other input of the concatenation forgotten", not_joined),
    _Row("flat-without-channels", "flattened without the channels", flattened_without_channels),
    _Row("flat-as-sum", "the sides and the channels added, not multiplied", flattened_as_sum),
    _Row("depth-pooled", "the channels pooled as the sides are", depth_pooled),
    _Row("depth-upsampled", "the channels multiplied as the sides are", depth_upsampled),
    _Row("depth-divided", "the channels divided by the factor, though upsampling keeps them", depth_divided),
    _Row("dropped-units", "the values that dropout leaves out taken away, though it keeps every shape", dropped_units),
    _Row("bias-forgotten", "the biases forgotten among the parameters",
         _by_stages(_biases_forgotten, biased=True)),
    _Row("biases-among-weights", "the biases counted among the weights",
         _by_stages(_biases_among_weights, biased=True)),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: Times(Plus(Times(*layer.kernel, depth), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: Times(Plus(times(*layer.kernel), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: times(*layer.kernel))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         _of_pooling(lambda layer, depth: Times(*layer.kernel, depth))),
    _Row("channels-forgotten", "the channels of the input forgotten", _of_channels(_channels_forgotten)),
    _Row("channels-forgotten", "the channels of the input and the biases forgotten",
         _of_channels(_channels_and_biases_forgotten, biased=True)),
    _Row("channels-of-first-input", "the channels of the network's input in place of those of the layer's",
         _channels_of_first_input),
    _Row("one-filter", "the parameters of one filter only", _by_stages(_one_filter, needs=("axes",))),
    _Row("one-bias", "one bias in all, where every filter has one",
         _by_stages(_one_bias, biased=True)),
    _Row("bias-of-each-kernel", "a bias for each channel of a filter, which has one for all of them",
         _by_stages(_bias_of_each_kernel, biased=True, needs=("axes",))),
    _Row("not-shared", "the weights counted once for every position, though they are shared",
         _by_stages(_at_every_position, needs=("axes",))),
    _Row("kernel-not-squared", "one side of the kernel in place of its area",
         _by_stages(_side_of_kernel, needs=("axes",))),
    _Row("bias-added", "biases counted where there are none",
         _by_stages(_biases_added, biased=False)),
    _Row("groups-ignored", "the groups ignored, of which a filter sees its own alone", _groups_ignored),
    _Row("as-full-convolution", "counted as a convolution whose filters see all channels", _as_full_convolution),
    _Row("averages-trained", "the moving averages counted as trained", _averages_trained),
    _Row("shift-forgotten", "the shift forgotten beside the scale", _shift_forgotten),
    _Row("at-one-position", "the weights counted once, not at every position", _at_one_position),
    _Row("positions-of-input", "the positions of the input counted, not those of the output", _at_positions_of_input),
    _Row("biases-among-macs", "the biases counted among the multiply-adds", _biases_among_operations),
    _Row("bits-for-bytes", "bits in place of bytes", _bits),
    _Row("not-doubled", "a multiply-add counted as one operation", _not_doubled),
)  # fmt: skip

ROWS = (*_OF_SIZES, *_OF_COUNTS)

"""Typical mistakes in the layers of a convolutional network: in every layer alike, or in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from deepcalc.kinds import _layer_costs as costs
from deepcalc.kinds import _layer_counts as counts
from deepcalc.kinds import _layer_depths as depths
from deepcalc.kinds import _layer_mistakes as mistakes
from deepcalc.kinds import _layer_sights as sights
from deepcalc.kinds._layer_mistakes import Formulas, Layer
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.nodes import ONE, Plus, Times
from deepcalc.plan import Plan, Slip
from deepcalc.records import record
from deepcalc.rules.layers import LAYERS, times


@record
class _Row:
    """One sort of mistake: what it makes of a layer's quantities, by name; nothing where it cannot be made."""

    key: str
    message: str
    formulas: Callable[[Layer], Formulas]


def slips_of_layers(plan: Plan, writers: Sequence[LayerWriter]) -> Iterator[Slip]:
    """The typical mistakes in layers whose quantities are in a plan."""
    rounding = [any(map(writer.is_rounded, range(len(writer.outputs)))) for writer in writers]
    passages = [writer.passage for writer in writers]
    deepening = [passage.layer.setting("filters", passage.before.channels) for passage in passages]
    as_deep = [filters == passage.before.channels for filters, passage in zip(deepening, passages, strict=True)]
    layers = [
        Layer(plan, writer, any(rounding) and not rounds, same and not all(as_deep))
        for writer, rounds, same in zip(writers, rounding, as_deep, strict=True)
    ]
    counted = [layer for layer in layers if layer.writer.counts]
    for rows, among, are_rare in (
        (_OF_SIZES, layers, False),
        (_OF_COUNTS, counted, False),
        (_SELDOM_OF_SIZES, layers, True),
        (_SELDOM_OF_COUNTS, counted, True),
    ):
        for row in rows:
            for formulas in _told([_there(plan, row.formulas(layer)) for layer in among]):
                yield Slip(row.key, row.message, formulas, is_rare=are_rare)


def _there(plan: Plan, formulas: Formulas) -> Formulas:
    """The formulas of what the plan has; some counts of a single layer are those of the whole."""
    return {name: formula for name, formula in formulas.items() if name in plan.graph}


def _told(by_layer: Sequence[Formulas]) -> Iterator[Formulas]:
    """A mistake in every layer alike, where there are several in which it can be made, and in each alone."""
    made = [formulas for formulas in by_layer if formulas]
    if len(made) > 1:
        yield {name: formula for formulas in made for name, formula in formulas.items()}
    yield from made


def _by_other_laws(seldom: bool) -> Iterator[_Row]:
    """The mistakes of single sorts of layers."""
    for mistake in dict.fromkeys(each for rule in LAYERS.values() for each in rule.size_mistakes):
        if mistake.seldom == seldom:
            yield _Row(mistake.key, mistake.message, mistakes.by_another_law(mistake))


_OF_SIZES = (
    _Row("no-plus-one", "the + 1 for the first position forgotten", lambda layer: layer.edited(mistakes.without_one)),
    _Row("padding-once", "the padding counted once, not at both ends",
         lambda layer: layer.edited(mistakes.padded_once)),
    _Row("ceil-for-floor", "a rounding to the wrong side", lambda layer: layer.rounded(mistakes.rounded_otherwise)),
    _Row("padding-forgotten", "the padding forgotten", mistakes.padding_forgotten),
    _Row("bare", "padding and stride both left out", mistakes.bare),
    _Row("padding-twice", "the padding counted at both ends, though it is that of both together",
         mistakes.total_at_each_end),
    _Row("stride-ignored", "the stride ignored", lambda layer: layer.edited(mistakes.without_stride)),
    _Row("not-rounded", "sizes left unrounded, though positions are whole",
         lambda layer: layer.rounded(mistakes.not_rounded)),
    _Row("dilation-ignored", "the dilation ignored", mistakes.without("d")),
    _Row("output-padding-forgotten", "the output padding forgotten", mistakes.without("o")),
    _Row("same-as-valid", "same padding worked out as valid", mistakes.same_as_valid),
    _Row("valid-as-same", "the sizes kept, or divided by the stride alone, as same padding does",
         mistakes.valid_as_same),
    _Row("kernel-for-stride", "windows side by side, though their stride is another", mistakes.kernel_for_stride),
    *_by_other_laws(seldom=False),
    _Row("jump-ignored", "the strides of the layers before ignored", sights.seen(sights.without_jump)),
    _Row("whole-kernel", "the whole kernel added, not the kernel less one", sights.seen(sights.with_whole_kernel)),
    _Row("field-without-dilation", "the dilation ignored in the receptive field", sights.seen(sights.without_dilation)),
)  # fmt: skip
"""Mistakes with the sizes and the receptive field, with channels and without."""

_SELDOM_OF_SIZES = (
    *_by_other_laws(seldom=True),
    _Row("padding-taken-off", "the padding taken off in place of added", mistakes.padding_taken_off),
    _Row("kernel-not-taken-off", "the kernel left out of the size", mistakes.without_kernel),
    _Row("kernel-and-stride", "kernel and stride exchanged", mistakes.kernel_and_stride_exchanged),
    _Row("divided-by-kernel", "divided by the kernel alone", mistakes.divided_by_kernel),
    _Row("of-layer-before", "the kernel of the layer before taken",
         mistakes.of_another_layer("K", lambda side, other: replace(side, k=other))),
    _Row("of-layer-before", "the stride of the layer before taken",
         mistakes.of_another_layer("S", lambda side, other: replace(side, s=other))),
    _Row("dilated-whole", "the kernel times the dilation, not one less and then one more",
         lambda layer: layer.edited(mistakes.dilated_whole)),
    _Row("size-kept", "the sizes kept, though pooling makes them smaller", mistakes.size_kept),
    _Row("along-all-axes", "the stride of the first axis taken along all",
         mistakes.along_all_axes(lambda side, first: replace(side, s=first.s))),
    _Row("along-all-axes", "the kernel of the first axis taken along all",
         mistakes.along_all_axes(lambda side, first: replace(side, k=first.k))),
    _Row("other-axis", "the height worked out with what belongs to the width", mistakes.other_axis(0)),
    _Row("other-axis", "the width worked out with what belongs to the height", mistakes.other_axis(1)),
    _Row("whole-kernel", "the whole kernel added, not the kernel less one", sights.seen(sights.whole_kernel_later)),
    _Row("kernels-added", "the kernels added, strides and all", sights.seen(sights.kernels_added)),
    _Row("kernels-multiplied", "the kernels multiplied", sights.seen(sights.kernels_multiplied)),
    _Row("kernel-alone", "the layer's own kernel alone, without the layers before", sights.seen(sights.kernel_alone)),
    _Row("own-stride-too", "the layer's own stride counted as well, which moves the next layer alone",
         sights.own_stride_too),
    _Row("jump-wrong", "the strides added, not multiplied", sights.jump_by(lambda jump: Plus(*jump.args))),
    _Row("jump-wrong", "the layer's own stride alone", sights.jump_by(lambda jump: jump.args[1])),
    _Row("pooling-has-no-stride", "the stride of the pooling left out of the jump", sights.pooling_without_stride),
    _Row("jump-dilated", "the dilation multiplied into the jump", sights.jump_dilated),
)  # fmt: skip
"""Those that are seldom made."""

_OF_COUNTS = (
    _Row("depth-for-filters", "the depth of the input in place of the number of filters", depths.depth_kept),
    _Row("channels-times-filters", "the channels times the filters as depth, though a filter adds up over the channels",
         depths.depth_multiplied),
    _Row("not-joined", "the channels of the other input of the concatenation forgotten", depths.not_joined),
    _Row("flat-without-channels", "flattened without the channels", depths.flattened_without_channels),
    _Row("flat-as-sum", "the sides and the channels added, not multiplied", depths.flattened_as_sum),
    _Row("depth-pooled", "the channels divided by the stride, as the sides are", depths.depth_pooled_by("s")),
    _Row("depth-upsampled", "the channels multiplied as the sides are", depths.depth_upsampled),
    _Row("depth-divided", "the channels divided by the factor, though upsampling keeps them", depths.depth_divided),
    _Row("dropped-units", "the values that dropout leaves out taken away, though it keeps every shape",
         depths.dropped_units),
    _Row("bias-forgotten", "the biases forgotten among the parameters",
         counts.by_stages(counts.biases_forgotten, biased=True)),
    _Row("biases-among-weights", "the biases counted among the weights",
         counts.by_stages(counts.biases_among_weights, biased=True)),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         counts.of_pooling(lambda layer, depth: Times(Plus(Times(*layer.kernel, depth), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         counts.of_pooling(lambda layer, depth: Times(Plus(times(*layer.kernel), ONE), depth))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         counts.of_pooling(lambda layer, depth: times(*layer.kernel))),
    _Row("pooling-parameters", "parameters for a pooling layer, which has none",
         counts.of_pooling(lambda layer, depth: Times(*layer.kernel, depth))),
    _Row("channels-forgotten", "the channels of the input forgotten", counts.of_channels(counts.channels_forgotten)),
    _Row("channels-forgotten", "the channels of the input and the biases forgotten",
         counts.of_channels(counts.channels_and_biases_forgotten, biased=True)),
    _Row("channels-of-first-input", "the channels of the network's input in place of those of the layer's",
         counts.channels_of_first_input),
    _Row("one-filter", "the parameters of one filter only", counts.by_stages(counts.one_filter, needs=("axes",))),
    _Row("one-bias", "one bias in all, where every filter has one",
         counts.by_stages(counts.one_bias, biased=True)),
    _Row("bias-of-each-kernel", "a bias for each channel of a filter, which has one for all of them",
         counts.by_stages(counts.bias_of_each_kernel, biased=True, needs=("axes",))),
    _Row("not-shared", "the weights counted once for every position, though they are shared",
         counts.by_stages(counts.at_every_position, needs=("axes",))),
    _Row("kernel-not-squared", "one side of the kernel in place of its area",
         counts.by_stages(counts.side_of_kernel, needs=("axes",))),
    _Row("bias-added", "biases counted where there are none",
         counts.by_stages(counts.biases_added, biased=False)),
    _Row("groups-ignored", "the groups ignored, of which a filter sees its own alone", counts.groups_ignored),
    _Row("as-full-convolution", "counted as a convolution whose filters see all channels", counts.as_full_convolution),
    _Row("averages-trained", "the moving averages counted as trained", counts.averages_trained),
    _Row("shift-forgotten", "the shift forgotten beside the scale", counts.shift_forgotten),
    _Row("at-one-position", "the weights counted once, not at every position", costs.at_one_position),
    _Row("positions-of-input", "the positions of the input counted, not those of the output",
         costs.at_positions_of_input),
    _Row("biases-among-macs", "the biases counted among the multiply-adds", costs.biases_among_operations),
    _Row("bits-for-bytes", "bits in place of bytes", costs.bits),
    _Row("not-doubled", "a multiply-add counted as one operation", costs.not_doubled),
)  # fmt: skip
"""Mistakes with channels, and with what is counted."""

_SELDOM_OF_COUNTS = (
    _Row("channels-plus-filters", "the channels and the filters added", depths.depth_added),
    _Row("channels-of-group", "the filters of one group alone", depths.depth_of_group),
    _Row("filters-of-every-group", "the filters counted for each group, though they are those of all groups",
         depths.depth_of_every_group),
    _Row("one-channel", "a depth of 1, as of a single feature map", depths.depth_of_one),
    _Row("flat-one-side", "one side alone times the channels",
         depths.made_flat(lambda layer: times(layer.writer.inputs[0], layer.writer.terms.channels), pooled=False)),
    _Row("channels-alone", "the channels alone, the sides forgotten",
         depths.made_flat(lambda layer: layer.writer.terms.channels, pooled=False)),
    _Row("flattened-for-pooled", "all values side by side in place of one for each channel",
         depths.made_flat(costs.inputs, pooled=True)),
    _Row("positions-for-channels", "the places of a channel in place of the channels",
         depths.made_flat(lambda layer: times(*layer.writer.inputs), pooled=True)),
    _Row("one-for-all", "one value in all", depths.made_flat(lambda layer: ONE, pooled=True)),
    _Row("flat-too-early", "the values of the layer before made flat",
         depths.flattened_from(lambda layer: layer.source - 1)),
    _Row("flat-too-early", "the values two layers before made flat",
         depths.flattened_from(lambda layer: layer.source - 2)),
    _Row("flat-input", "the values of the network's input made flat",
         depths.flattened_from(lambda layer: layer.writer.passage.root)),
    _Row("depth-pooled", "the channels divided by the kernel, as the sides are", depths.depth_pooled_by("k")),
    _Row("depth-pooled", "the filters divided by the stride, as the sides are", depths.filters_divided),
    _Row("inputs-of-network", "the network's input in place of the layer's",
         counts.by_stages(counts.network_input, needs=("a vector",))),
    _Row("channels-for-values", "the channels alone as inputs, not all the values made flat",
         counts.by_stages(counts.channels_for_values, needs=("a vector",))),
    _Row("units-added", "the inputs and the units added, not multiplied",
         counts.by_stages(counts.units_added, needs=("a vector",))),
    _Row("units-added", "the number of filters added, not multiplied",
         counts.by_stages(counts.units_added, needs=("axes",))),
    _Row("channels-added", "the channels added to the kernel, not multiplied",
         counts.by_stages(counts.channels_added, needs=("axes",))),
    _Row("kernel-of-layer-before", "the kernel of the layer before taken",
         counts.by_stages(counts.kernel_of_layer_before, needs=("axes",))),
    _Row("bias-of-each-input", "a bias for each channel of the input, not for each filter",
         counts.by_stages(counts.bias_of_each_input, biased=True, needs=("axes",))),
    _Row("bias-of-each-input", "a bias for each input, not for each unit",
         counts.by_stages(counts.bias_of_each_input, biased=True, needs=("a vector",))),
    _Row("bias-of-each-position", "a bias for each value of the output, not for each filter",
         counts.by_stages(counts.bias_of_each_position, biased=True, needs=("axes",))),
    _Row("filters-of-group", "the filters of one group alone",
         counts.by_stages(counts.filters_of_one_group, needs=("axes",))),
    _Row("dilated-kernel", "the zeros between the entries of the dilated kernel counted as well",
         counts.by_stages(counts.dilated_kernel, needs=("axes",))),
    _Row("position-for-filter", "the weights counted for each position, not for each filter",
         counts.by_stages(counts.position_for_filter, needs=("axes",))),
    _Row("whole-input", "a weight for each value of the input in every filter, not for each of its kernel",
         counts.by_stages(counts.whole_input, needs=("axes",))),
    _Row("fully-connected", "counted as a fully connected layer, every value of the output seeing the whole input",
         counts.by_stages(counts.fully_connected, needs=("axes",))),
    _Row("values-for-weights", "the values of the output counted, not the weights", counts.values_for_weights),
    _Row("kernel-not-squared", "the sides of the kernel added, not multiplied",
         counts.by_stages(counts.kernel_doubled, needs=("axes",))),
    _Row("kernel-not-squared", "the first side of the kernel taken for all, or squared where there is one",
         counts.by_stages(counts.kernel_cubed, needs=("axes",))),
    _Row("one-stage", "the depthwise kernels alone", counts.by_stages(counts.one_stage(0), needs=("axes",))),
    _Row("one-stage", "the 1×1 filters alone", counts.by_stages(counts.one_stage(-1), needs=("axes",))),
    _Row("kernel-left-out", "the kernel left out", counts.by_stages(counts.kernel_left_out, needs=("axes",))),
    _Row("norm-not-trained", "the scales and shifts not counted, though they are trained",
         counts.of_normalization(counts.none_trained)),
    _Row("norm-of-all", "one scale and one shift in all, where every channel has its own",
         counts.of_normalization(counts.one_pair)),
    _Row("norm-of-values", "a scale and a shift for each value, not for each channel",
         counts.of_normalization(counts.pair_of_each_value)),
    _Row("positions-of-one-side", "the positions along one side alone", costs.along_one_side),
    _Row("kernel-not-counted", "the kernel left out of the multiply-adds", costs.kernel_not_counted),
    _Row("doubled", "each multiplication and each addition counted, twice the multiply-adds", costs.doubled),
    _Row("double-precision", "twice as many bytes for each number, as in double precision", costs.in_double_precision),
    _Row("bytes-of-parameters", "the bytes of the parameters in place of those of the output",
         costs.bytes_of(costs.own_parameters)),
    *(
        _Row(key, message, of(counted))
        for key, message, counted in (
            ("values-without-channels", "the channels forgotten among the values", costs.positions),
            ("values-of-input", "the values of the input in place of those of the output", costs.inputs),
        )
        for of in (costs.values, costs.bytes_of)
    ),
)  # fmt: skip
"""Those that are seldom made."""

ROWS = (*_OF_SIZES, *_SELDOM_OF_SIZES, *_OF_COUNTS, *_SELDOM_OF_COUNTS)

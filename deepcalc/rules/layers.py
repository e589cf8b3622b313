"""The layers of a convolutional network: a row each, with the laws of its size, its parameters and its operations.

Sizes are those of :mod:`deepcalc.rules.sizes`. A layer with weights has ``units`` (filters, or units of a dense layer),
each with a weight for every value that it sees and a bias; a multiply-add is counted for each weight at each position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from deepcalc.notation.functions import TWO
from deepcalc.notation.names import plain_form
from deepcalc.notation.nodes import ONE, ZERO, Node, Over, Plus, Times, total
from deepcalc.records import record
from deepcalc.rules import sizes
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX
from deepcalc.rules.sizes import Padding, Side, SizeMistake

Factors = tuple[Node, ...]


@record
class Terms:
    """What the laws of a layer are made of, as nodes.

    ``inputs`` and ``outputs`` are the sizes by axis (none of a flat vector), ``channels`` those of the input, or its
    length where it is flat; ``others`` the channels of further inputs; ``own`` the layer's numbers by field.
    """

    inputs: Factors
    outputs: Factors
    channels: Node
    kernel: Factors = ()
    others: Factors = ()
    own: Mapping[str, Node] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Node:
        return self.own[name]

    def factor(self, name: str) -> Factors:
        """The layer's number as a factor; none where it is 1 and so is not written."""
        return (self.own[name],) if name in self.own else ()


@record
class Stage:
    """Weights of one sort: so many for each unit (``fan_in``), and so many ``units``; as factors."""

    fan_in: Factors
    units: Factors


def times(*factors: Node) -> Node:
    """The product as it is written; of one factor that alone."""
    return factors[0] if len(factors) == 1 else Times(*factors)


def parameters(stages: Sequence[Stage], bias: bool) -> Node:
    """(K·K·C + 1)·F: each of the F units has a weight for every value that it sees, and one bias."""
    if not stages:
        return ZERO
    if len(stages) > 1 or not bias:
        weights = (times(*stage.fan_in, *stage.units) for stage in stages)
        return total(*weights, *((times(*stages[-1].units),) if bias else ()))
    (stage,) = stages
    each = Plus(times(*stage.fan_in), ONE) if stage.fan_in else TWO
    return Times(each, *stage.units)


def weights(stages: Sequence[Stage]) -> Node:
    """K·K·C·F: the parameters without the biases."""
    return total(*(times(*stage.fan_in, *stage.units) for stage in stages))


def biases(stages: Sequence[Stage], bias: bool) -> Node:
    return times(*stages[-1].units) if stages and bias else ZERO


def multiply_adds(stages: Sequence[Stage], positions: Factors | None) -> Node:
    """H·W·K·K·C·F: one for each weight at each position; 0 where nothing is multiplied by weights."""
    if positions is None:
        return ZERO
    return total(*(times(*positions, *stage.fan_in, *stage.units) for stage in stages))


@record
class LayerRule:
    """One sort of layer.

    ``fields`` are what an author gives, the one that may be given alone first (``max_pool: 2``). ``size`` is a side
    of the output; ``flat`` makes the output a vector of that length. ``channels`` are those of the output, and
    ``said`` says so. ``stages`` are its weights, ``positions`` where each of them is used; ``not_trained`` counts what
    is learned otherwise (moving averages). ``trained`` says what is trained, with biases, in a layer without them, and
    the weights alone. ``window`` says
    whether a value of the output sees a window of the input; ``elementwise``, whether it sees the one value at its
    place. ``needs`` is the form of the input; ``joins`` what must be equal of several inputs;
    of ``gates`` the shapes, or the channels where there is one value for each;
    ``is_depthwise`` whether a kernel sees one channel; ``aliases`` are further names of the tag. ``weight_axes`` are
    those of the array of weights where the channels stand last, as Keras has it; where they stand first they come the
    other way round, the sizes of the kernel last, as PyTorch has it. ``size_mistakes`` are those beside the ones that
    follow from the law.
    """

    tag: str
    title: str
    meaning: str
    fields: tuple[str, ...] = ()
    size: Callable[[Side, Padding], Node] = sizes.kept
    flat: Callable[[Terms], Node] | None = None
    channels: Callable[[Terms], Node] = lambda terms: terms.channels
    said: str = "the layer keeps them"
    stages: Callable[[Terms], Sequence[Stage]] = lambda terms: ()
    positions: Callable[[Terms], Factors] | None = None
    not_trained: Callable[[Terms], Node] | None = None
    trained: tuple[str, str, str] | None = None
    untrained: str = "nothing to train"
    window: bool = False
    elementwise: bool = False
    needs: str = "anything"
    joins: str = ""
    is_depthwise: bool = False
    weight_axes: tuple[str, ...] = ()
    size_mistakes: tuple[SizeMistake, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def is_pooling(self) -> bool:
        """Whether it slides a window without weights."""
        return self.window and self.trained is None

    @property
    def keeps_size(self) -> bool:
        return self.size is sizes.kept and self.flat is None

    def parameters_note(self, bias: bool) -> str:
        """What is counted: ``the weights of a filter and its bias, for every filter``."""
        return self.untrained if self.trained is None else self.trained[not bias]

    @property
    def weights_note(self) -> str:
        """What is counted without biases: ``the weights of a filter, for every filter``."""
        return self.untrained if self.trained is None else self.trained[2]


def _in_groups(terms: Terms) -> Factors:
    """The channels that one filter sees."""
    groups = terms.factor("groups")
    return (Over(terms.channels, *groups),) if groups else (terms.channels,)


def _filters(terms: Terms) -> Sequence[Stage]:
    return (Stage((*terms.kernel, *_in_groups(terms)), (terms["filters"],)),)


def _by_channel(terms: Terms) -> Factors:
    return (terms.channels, *terms.factor("multiplier"))


def _depthwise(terms: Terms) -> Sequence[Stage]:
    return (Stage(terms.kernel, _by_channel(terms)),)


def _separable(terms: Terms) -> Sequence[Stage]:
    return (*_depthwise(terms), Stage(_by_channel(terms), (terms["filters"],)))


def _scale_of_channels(terms: Terms) -> Sequence[Stage]:
    return (Stage((), (terms.channels,)),)


def _outputs(terms: Terms) -> Factors:
    return terms.outputs


def _for_every(unit: str, weights: str) -> tuple[str, str, str]:
    """What is trained: with biases, in a layer without them, and the weights alone."""
    every = f"for every {unit}"
    return f"{weights} and its bias, {every}", f"{weights} (there is no bias), {every}", f"{weights}, {every}"


def _slopes(terms: Terms) -> Sequence[Stage]:
    every: Mapping[object, Factors] = {"one": (ONE,), "all": (*terms.inputs, terms.channels)}
    return (Stage((), every.get(terms.own.get("slopes"), (terms.channels,))),)


_OF_FILTER = _for_every("filter", "the weights of a filter")
_SCALED = ("a scale and a shift for each", "a scale for each (there is no shift)", "a scale for each")
_NO_WEIGHTS = "a pooling layer has nothing to train"
_SLIDES = ("kernel", "stride", "padding:again", "dilation")
_POOLS = ("kernel:window", "stride:window", "padding:again", "dilation", "ceil_mode")
_BY_FILTER = "one for each filter"
_POOLED = "pooling keeps them"

_ROWS = (
    LayerRule(
        "conv", "convolution",
        "A convolution (strictly a cross-correlation): trainable filters over all channels of the input.",
        ("filters", "kernel", "stride", "padding", "dilation", "groups", "bias"),
        sizes.slid, channels=lambda terms: terms["filters"], said=_BY_FILTER, stages=_filters, positions=_outputs,
        trained=_OF_FILTER, window=True, needs="axes", weight_axes=("kernel", "seen", "filters"),
        aliases=("conv1d", "conv2d", "conv3d", "convolution"),
    ),
    LayerRule(
        "conv_transpose", "transposed convolution",
        "A transposed convolution (Conv2DTranspose): every value of the input spreads over a kernel of the output.",
        ("filters", *_SLIDES, "output_padding", "groups", "bias"),
        sizes.transposed, channels=lambda terms: terms["filters"], said=_BY_FILTER, stages=_filters,
        positions=lambda terms: terms.inputs, trained=_OF_FILTER, needs="axes",
        weight_axes=("kernel", "filters", "channels"),
        size_mistakes=(
            sizes.AS_CONVOLUTION, sizes.PADDING_ADDED, sizes.KERNEL_FORGOTTEN, sizes.STEPS_ALONE, sizes.STEPS_OF_ALL,
            sizes.TIMES_STRIDE,
        ),
        aliases=("conv2d_transpose", "conv_transpose2d", "transposed_conv", "transposed_convolution", "deconv"),
    ),
    LayerRule(
        "depthwise_conv", "depthwise convolution",
        "A depthwise convolution: kernels of its own for each channel of the input.",
        (*_SLIDES, "multiplier", "bias"),
        sizes.slid, channels=lambda terms: times(*_by_channel(terms)), said="one for each kernel", stages=_depthwise,
        positions=_outputs, trained=_for_every("kernel", "the weights of a kernel"), window=True, needs="axes",
        is_depthwise=True,
        aliases=("depthwise_conv2d", "depthwise_convolution"),
    ),
    LayerRule(
        "separable_conv", "separable convolution",
        "A depthwise separable convolution: a depthwise one, then 1×1 filters over its channels; biases at the end.",
        ("filters", *_SLIDES, "multiplier", "bias"),
        sizes.slid, channels=lambda terms: terms["filters"], said=_BY_FILTER, stages=_separable, positions=_outputs,
        trained=_for_every("filter", "the depthwise kernels, then the weights of a 1×1 filter"), window=True,
        needs="axes", is_depthwise=True,
        aliases=("separable_conv2d", "depthwise_separable_conv"),
    ),
    LayerRule("max_pool", "max pooling", "The largest value in each window.", _POOLS, sizes.slid, said=_POOLED,
              untrained=_NO_WEIGHTS, window=True, needs="axes",
              aliases=("max_pool2d", "max_pooling", "max_pooling2d", "pool", "pooling")),
    LayerRule("avg_pool", "average pooling", "The mean of the values in each window.", _POOLS, sizes.slid,
              said=_POOLED, untrained=_NO_WEIGHTS, window=True, needs="axes",
              aliases=("avg_pool2d", "average_pool", "average_pooling", "average_pooling2d", "mean_pool")),
    LayerRule("global_max_pool", "global max pooling", "The largest value of each channel: a vector.",
              flat=lambda terms: terms.channels, said="one for each channel", untrained=_NO_WEIGHTS, needs="axes",
              aliases=("global_max_pooling", "global_max_pooling2d")),
    LayerRule("global_avg_pool", "global average pooling", "The mean of each channel: a vector.",
              flat=lambda terms: terms.channels, said="one for each channel", untrained=_NO_WEIGHTS, needs="axes",
              aliases=("global_average_pool", "global_average_pooling", "global_average_pooling2d", "gap")),
    LayerRule("adaptive_max_pool", "adaptive max pooling", "Max pooling to a given size.", ("output",),
              sizes.adapted, said=_POOLED, untrained=_NO_WEIGHTS, needs="axes", size_mistakes=(sizes.AS_WINDOW,),
              aliases=("adaptive_max_pool2d",)),
    LayerRule("adaptive_avg_pool", "adaptive average pooling", "Average pooling to a given size.", ("output",),
              sizes.adapted, said=_POOLED, untrained=_NO_WEIGHTS, needs="axes", size_mistakes=(sizes.AS_WINDOW,),
              aliases=("adaptive_avg_pool2d", "adaptive_average_pool")),
    LayerRule("flatten", "flattening", "All values side by side in one vector.",
              flat=lambda terms: times(*terms.inputs, terms.channels), said="all values side by side"),
    LayerRule(
        "dense", "dense layer", "A fully connected layer, over a vector: flatten first.", ("units", "bias"),
        flat=lambda terms: terms["units"], said="one for each unit",
        stages=lambda terms: (Stage((terms.channels,), (terms["units"],)),), positions=lambda terms: (),
        trained=_for_every("unit", "the weights of a unit"), needs="a vector", weight_axes=("channels", "units"),
        aliases=("fc", "linear", "fully_connected"),
    ),
    LayerRule("activation", "activation", "A function of every value.", ("function",), elementwise=True),
    LayerRule("prelu", "parametric ReLU",
              "A ReLU with trained slopes below 0: of each channel, a single one, or of each value.", ("slopes",),
              stages=_slopes, trained=("a slope for each",) * 3, elementwise=True, aliases=("parametric_relu",)),
    LayerRule("dropout", "dropout", "Values left out at random while training.", ("rate",), elementwise=True),
    LayerRule(
        "batch_norm", "batch normalization",
        "Each channel normalized over the batch; its mean and variance are moving averages, which are not trained.",
        ("bias:shift",), stages=_scale_of_channels,
        not_trained=lambda terms: Times(TWO, terms.channels), trained=_SCALED,
        elementwise=True,
        aliases=("batch_norm2d", "batch_normalization", "bn"),
    ),
    LayerRule("local_response_norm", "local response normalization",
              "Each value divided by a function of those at its place in neighbouring channels (AlexNet).",
              elementwise=True, aliases=("lrn", "local_response_normalization")),
    LayerRule(
        "group_norm", "group normalization", "Groups of channels normalized in each sample.", ("bias:shift",),
        stages=_scale_of_channels, trained=_SCALED, elementwise=True,
        aliases=("group_normalization",),
    ),
    LayerRule(
        "layer_norm", "layer normalization",
        "Each sample normalized over the channels at each place (Keras), or over all of its values (`over: all`).",
        ("over", "bias:shift"),
        stages=lambda terms: (Stage((), (*(terms.inputs if "over" in terms.own else ()), terms.channels)),),
        trained=_SCALED, elementwise=True,
        aliases=("layer_normalization",),
    ),
    LayerRule("add", "addition", "The sum with the output of another layer (a residual connection), of equal shape.",
              ("with",), elementwise=True, joins="shapes"),
    LayerRule("multiply", "product",
              "The product with the output of another layer, of equal shape, or of one value for each channel: a gate.",
              ("with",), elementwise=True, joins="gates"),
    LayerRule("concat", "concatenation", "The channels of other layers' outputs behind those of the input.", ("with",),
              channels=lambda terms: total(terms.channels, *terms.others), said="those of all side by side",
              elementwise=True, joins="sizes",
              aliases=("concatenate", "cat")),
    LayerRule("channel_slice", "slice of channels", "Some of the channels, as a network that splits them takes them.",
              ("count",), channels=lambda terms: terms["count"], said="those that are taken", elementwise=True,
              aliases=("slice_channels", "channel_split")),
    LayerRule("upsample", "upsampling", "Each value repeated, or values between them interpolated.", ("factor",),
              sizes.upsampled, needs="axes", size_mistakes=(sizes.DOWNSAMPLED, sizes.FACTOR_SQUARED),
              aliases=("up_sampling2d", "upsampling")),
    LayerRule("zero_pad", "zero padding", "Rows and columns of zeros around.", ("padding:amount",), sizes.extended,
              needs="axes",
              aliases=("zero_padding", "zero_padding2d")),
    LayerRule("crop", "cropping", "Rows and columns cut off around.", ("padding:amount",), sizes.cropped,
              needs="axes",
              aliases=("cropping", "cropping2d")),
)  # fmt: skip

LAYERS: Mapping[str, LayerRule] = {row.tag: row for row in _ROWS}

LAYER_TAGS: Mapping[str, str] = {plain_form(name): row.tag for row in _ROWS for name in (row.tag, *row.aliases)}
"""The tag of a layer by each of its names, in its plain form."""

ELEMENTWISE = (*(row.name for row in ACTIVATIONS.values() if not row.is_trained), "silu", SOFTMAX)
"""Activations that are layers of their own, without parameters."""

SETTING_ALIASES: Mapping[str, str] = {
    "out_channels": "filters",
    "num_filters": "filters",
    "kernel_size": "kernel",
    "filter_size": "kernel",
    "pool_size": "kernel",
    "size": "kernel",
    "strides": "stride",
    "pad": "padding",
    "pads": "padding",
    "dilation_rate": "dilation",
    "dilations": "dilation",
    "group": "groups",
    "depth_multiplier": "multiplier",
    "use_bias": "bias",
    "biases": "bias",
    "out_features": "units",
    "p": "rate",
    "output_size": "output",
    "scale_factor": "factor",
}
"""The names of a layer's settings in Keras, PyTorch and ONNX."""

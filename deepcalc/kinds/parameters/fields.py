"""The fields of `parameters`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.choices import Choice
from deepcalc.fields.types import Count, Fields, Positive, or_its, wrong
from deepcalc.kinds._initial import DrawnFields
from deepcalc.kinds._sizes import (
    NO_CHANNELS,
    SHAPE_SCHEMA,
    UNKNOWN,
    ChannelOrder,
    InputShape,
    parted,
    printed_shape,
    read_input,
)
from deepcalc.kinds.parameters.layers import (
    IMAGE_TAGS,
    MODELS,
    Biases,
    LayerItemField,
    Size,
    SizeField,
    UnitSizes,
    size_of,
)
from deepcalc.rules.model_sizes import OPTIMIZER_STATES


class OptimizerName(Choice, names=OPTIMIZER_STATES): ...


def _input(value: Any, info: ValidationInfo) -> Size | InputShape:
    """Features, or the shape of an image: ``64``, ``d``, ``32x32x3``, ``{length: 100, channels: 8}``."""
    parts = parted(printed_shape(value, info))
    if not (isinstance(value, dict | list) or (isinstance(parts, list) and len(parts) > 2)):
        return size_of(value)
    shape = read_input(value, info)
    if not shape.sizes:
        return shape.channels
    if shape.channels == NO_CHANNELS or UNKNOWN in (*shape.sizes, shape.channels):
        raise wrong("expected all sizes, with the channels, such as 32x32x3 or {length: 100, channels: 8}")
    return shape


if TYPE_CHECKING:
    InputField = Size | InputShape
else:
    InputField = Annotated[Any, PlainValidator(_input), SHAPE_SCHEMA]


class InitialFields(DrawnFields):
    """How the weights of an MLP are drawn in the beginning; biases are 0."""

    activation: Literal["linear", "relu"] = Field(
        "linear", description="of the hidden layers, for the variances: linear (or tanh near 0), or relu, which halves"
    )
    input_variance: Positive | None = Field(
        None, description="the mean square of an input: adds varz1, varz2, …, the variances of the net inputs"
    )
    gradient_variance: Positive | None = Field(
        None, description="the variance of the derivative by an output: adds vard1, …, those by the layers' inputs"
    )


class ParametersFields(Fields):
    """A model by its sizes alone, numbers or letters: what there is to train, to compute and to store."""

    mlp: UnitSizes | None = Field(
        None, description="a multi-layer perceptron by its sizes, input first: 1000-512-256-5 or [d, h, k]"
    )
    channels: ChannelOrder = Field(
        ChannelOrder.LAST, description="the order in which an image is written: last, 32x32x3, or first, 3x32x32"
    )
    batch: Count = Field(1, description="how many samples are in memory at once, for bytes1, bytes2, …")
    input: InputField | None = Field(
        None,
        description="the features of the input; or an image, height x width x channels such as 32x32x3; an embedding "
        "at the beginning needs none",
    )
    layers: list[LayerItemField] | None = Field(
        None,
        min_length=1,
        description=f"the layers in order, each one of {listed(MODELS)}; or of images, as in "
        f"`convolution`: {listed(IMAGE_TAGS)}; relu and the like",
    )
    biases: Biases = Field(
        True, description="true, false, or 2 for recurrent layers with two bias vectors (PyTorch, and GRU in Keras)"
    )
    vectors: Literal["columns", "rows"] = Field(
        "columns",
        description="what W stands before or behind: columns is W x + b, W is out × in; rows x W + b, in × out; of a "
        "convolution filters × channels × kernel (PyTorch), or kernel × channels × filters (Keras)",
    )
    sequence: SizeField | None = Field(
        None, description="tokens in a sequence; multiply-adds are then those of the whole sequence, else of one token"
    )
    bytes: Count = Field(4, description="bytes of a number: 4 for float32, 2 for float16")
    optimizer: OptimizerName | None = Field(
        None, description=f"{listed(OPTIMIZER_STATES)}: adds the memory of training, with gradients and their averages"
    )

    initialization: Annotated[InitialFields | None, or_its("scheme")] = Field(
        None,
        description="of an mlp, or of dense layers: adds fan_in1, fan_out1, the variance varw1 of the weights, and "
        "limit1 or std1",
    )

    def faults(self) -> Iterator[Fault]:
        if (self.mlp is None) == (self.layers is None):
            yield Fault(("mlp",), "give either `mlp`, or `layers` with an `input`")
            return
        if self.initialization is not None:
            yield from self._initial_faults(self.initialization)
        if self.mlp is None:
            yield from self._layer_faults()
            yield from self._input_faults()
        elif self.input is not None:
            yield Fault(("input",), "the first size of the `mlp` is its input; leave `input` out")

    def _initial_faults(self, fields: InitialFields) -> Iterator[Fault]:
        sorts = [] if self.mlp is not None else [sort for _, sort, _ in self.sizes_at()]
        repeated = [own for _, sort, own in self.sizes_at() if sort in MODELS and own.times is not None]
        if any(sort != "dense" for sort in sorts) or repeated:
            yield Fault(("initialization",), "initial weights are those of an `mlp`, or of dense `layers`, each once")
        for fault in fields.faults():
            yield Fault(("initialization", *fault.location), fault.message)

    def _layer_faults(self) -> Iterator[Fault]:
        for index, item in enumerate(self.layers or ()):
            for fault in item.faults():
                yield Fault(("layers", index), fault.message)
            if len(item.model_fields_set) == 1 and getattr(item.own, "own_input", None) is not None:
                yield Fault(("layers", index, item.sort, "input"), "the first `input` is the only one here")
            if len(item.model_fields_set) == 1 and item.sort == "embedding" and index:
                yield Fault(("layers", index, "embedding"), "an embedding stands at the beginning")
            if len(item.model_fields_set) == 1 and getattr(item.own, "tied", False):
                yield from self._tied_faults(("layers", index, item.sort), item.own.units)

    def _tied_faults(self, at: Location, units: Size) -> Iterator[Fault]:
        embedding = getattr((self.layers or [])[0], "embedding", None)
        if embedding is None:
            yield Fault((*at, "tied"), "tied weights are those of an embedding at the beginning, and there is none")
        elif units != embedding.vocabulary:
            message = f"with the embedding's weights there is a unit for each of its tokens, {embedding.vocabulary}"
            yield Fault((*at, "units"), message)

    def _input_faults(self) -> Iterator[Fault]:
        begins = any("embedding" in item.model_fields_set for item in (self.layers or [])[:1])
        if begins and self.input is not None:
            yield Fault(("input",), "an embedding takes tokens of its vocabulary; leave `input` out")
        if self.image is not None and self.sequence is not None:
            yield Fault(("sequence",), "the input says its length; leave `sequence` out")
        if not begins and self.input is None:
            yield Fault(("input",), "missing `input`: the features of the input")

    @property
    def image(self) -> InputShape | None:
        """The input where it is an image, or a sequence with its length."""
        return self.input if isinstance(self.input, InputShape) else None

    def sizes_at(self) -> Iterator[tuple[Location, str, Any]]:
        """Each layer, or block, with its place and its sort."""
        for index, item in enumerate(self.layers or ()):
            yield ("layers", index, item.sort), item.sort, item.own

"""The fields of convolution and pooling layers: shapes, sizes along both sides, and the layers themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import Count, Fields, Flag, Whole, described, wrong
from deepcalc.notation.typed import NumberText
from deepcalc.rules.layers import NAMED_PADDINGS, PADDED, SizeRule

_COLOURS = 4
_SIZES = re.compile(r"\s*\d+(?:\s*[x×]\s*\d+)+\s*")


def _by_side(names: Sequence[str], expected: str) -> Callable[[Any], Any]:
    """Sizes as text (``3x5``) or as a list → a mapping by name; a lone number is the size of both sides."""

    def named(value: Any) -> Any:
        sizes = value
        if isinstance(value, NumberText) and len(names) == 2:
            return {names[0]: value}
        if isinstance(value, str) and _SIZES.fullmatch(value):
            sizes = [NumberText(size.strip()) for size in re.split("[x×]", value)]
        if isinstance(sizes, list) and len(sizes) == len(names):
            return dict(zip(names, sizes, strict=True))
        if isinstance(value, dict):
            return value
        raise wrong(f"expected {expected}, found {described(value)}")

    return named


class ChannelOrder(StrEnum):
    """Where the channels stand among the sizes of a shape: behind them (TensorFlow) or before them (PyTorch)."""

    LAST = "last"
    FIRST = "first"

    @property
    def names(self) -> tuple[str, str, str]:
        """The sizes of a shape in this order."""
        sides = ("height", "width")
        return (*sides, "channels") if self is ChannelOrder.LAST else ("channels", *sides)

    @property
    def other(self) -> ChannelOrder:
        return ChannelOrder.FIRST if self is ChannelOrder.LAST else ChannelOrder.LAST

    def written(self, separator: str = " x ") -> str:
        """``height x width x channels``."""
        return separator.join(self.names)


class Shape(Fields):
    """The shape of the input."""

    height: Count = Field(description="rows")
    width: Count = Field(description="columns")
    channels: Count = Field(description="3 for a colour image, 1 for a grey one")

    def may_be_meant_otherwise(self, order: ChannelOrder) -> bool:
        """Whether the same sizes would look more like an image if they were read in the other order.

        Of a square image the odd one out is the channels; so is the one that is at most four, and the least.
        """
        by_order: list[int] = [getattr(self, name) for name in order.names]
        channels, *sides = by_order if order is ChannelOrder.LAST else reversed(by_order)
        return (sides[0] == sides[1] != channels) or (channels <= _COLOURS and channels < min(sides))


class PaddingSides(Fields):
    """Rows and columns added at each end."""

    height: Whole = Field(description="rows at the top, and as many at the bottom")
    width: Whole | None = Field(None, description="columns at the left and at the right; as the rows by default")

    @property
    def pair(self) -> tuple[int, int]:
        """Along the height and along the width."""
        return self.height, self.height if self.width is None else self.width


class Sides(PaddingSides):
    """A size along the height and along the width."""

    height: Count = Field(description="along the height")
    width: Count | None = Field(None, description="along the width; as along the height by default")


def _input_sizes(value: Any, info: ValidationInfo) -> Any:
    order: ChannelOrder = info.data.get("channels", ChannelOrder.LAST)
    example = "32x32x3" if order is ChannelOrder.LAST else "3x32x32"
    return _by_side(order.names, f"{order.written()} such as {example} (a grey image has 1 channel)")(value)


def _padding_form(value: Any) -> str:
    is_word = isinstance(value, str) and not isinstance(value, NumberText) and not _SIZES.fullmatch(value)
    return "a word" if is_word else "a size"


def _padding_word(value: str) -> str:
    if value not in NAMED_PADDINGS:
        known = did_you_mean(value, list(NAMED_PADDINGS))
        raise wrong(f"expected a number, height x width, same or valid, found {value[:40]!r}{known}")
    return value


_SHAPE_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 3, "maxItems": 3},
        {
            "type": "object",
            "properties": {name: {"type": "integer", "minimum": 1} for name in Shape.model_fields},
            "required": list(Shape.model_fields),
            "additionalProperties": False,
        },
    ]
}
_SIDES_SCHEMA = WithJsonSchema({"type": ["integer", "string", "array", "object"]})
_two_sides = BeforeValidator(_by_side(("height", "width"), "a number, or height x width such as 3x5"))

InputShape = Annotated[
    Shape,
    BeforeValidator(_input_sizes),
    WithJsonSchema(_SHAPE_SCHEMA),
]
TwoSides = Annotated[Sides, _two_sides, _SIDES_SCHEMA]
Padding = Annotated[
    Annotated[str, BeforeValidator(_padding_word), Tag("a word")] | Annotated[PaddingSides, _two_sides, Tag("a size")],
    Discriminator(_padding_form),
    _SIDES_SCHEMA,
    Field(
        description="rows and columns of zeros added at each end: a number, or height x width ([0, 1] where the first "
        "is 0, as YAML reads 0x1 as a hexadecimal number); valid adds none; same adds as many as make the output "
        "ceil(size/stride), TensorFlow's and Keras's convention"
    ),
]


class _LayerFields(Fields):
    """What all layers have in common: a layer is written ``{conv: {…}}``, with its type as the key."""

    tag: ClassVar[str]
    title: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, data: Any) -> Any:
        return data[cls.tag]

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner = handler(core_schema)
        return {"type": "object", "properties": {cls.tag: inner}, "required": [cls.tag], "additionalProperties": False}


class Convolution(_LayerFields):
    """A convolution (strictly a cross-correlation): trainable filters over all channels of the input."""

    tag: ClassVar[str] = "conv"
    title: ClassVar[str] = "convolution"

    filters: Count = Field(description="how many filters: the channels of the output")
    kernel: TwoSides = Field(description="size of a filter: a number, or height x width such as 3x5")
    stride: TwoSides = Field(
        NumberText("1"), validate_default=True, description="step of the filters: a number, or height x width"
    )
    padding: Padding = "valid"
    bias: Flag = Field(True, description="whether each filter has a bias")


class _Pooling(_LayerFields):
    """A window that slides over each channel by itself."""

    kernel: TwoSides = Field(description="size of the window: a number, or height x width such as 2x3")
    stride: TwoSides | None = Field(
        None, description="step of the window: a number, or height x width; the kernel's size by default"
    )
    padding: Padding = "valid"


class MaxPooling(_Pooling):
    """The largest value in each window."""

    tag: ClassVar[str] = "max_pool"
    title: ClassVar[str] = "max pooling"


class AveragePooling(_Pooling):
    """The mean of the values in each window."""

    tag: ClassVar[str] = "avg_pool"
    title: ClassVar[str] = "average pooling"


AnyLayer = Convolution | MaxPooling | AveragePooling
LAYERS: Mapping[str, type[_LayerFields]] = {layer.tag: layer for layer in (Convolution, MaxPooling, AveragePooling)}


def _one_layer(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise wrong(f"expected a layer such as {{conv: {{filters: 8, kernel: 3}}}}, found {described(value)}")
    unknown = [str(key) for key in value if key not in LAYERS]
    if unknown:
        known = did_you_mean(unknown[0], list(LAYERS)) or f"; the layers are {', '.join(LAYERS)}"
        raise wrong(f"unknown layer `{unknown[0][:60]}`{known}")
    if len(value) > 1:
        raise wrong(f"one layer each: begin {list(value)[1]} with a - of its own")
    return value


LayerField = Annotated[
    Annotated[Convolution, Tag("conv")]
    | Annotated[MaxPooling, Tag("max_pool")]
    | Annotated[AveragePooling, Tag("avg_pool")],
    Discriminator(lambda value: next(iter(value))),
    BeforeValidator(_one_layer),
]


def size_rule(layer: AnyLayer) -> SizeRule:
    """How the layer's output size follows from its input size."""
    return NAMED_PADDINGS[layer.padding] if isinstance(layer.padding, str) else PADDED


def sizes(layer: AnyLayer) -> dict[str, tuple[int, int]]:
    """Kernel, stride and padding by field, each along the height and along the width."""
    stride = layer.kernel if layer.stride is None else layer.stride
    padding = (0, 0) if isinstance(layer.padding, str) else layer.padding.pair
    return {"kernel": layer.kernel.pair, "stride": stride.pair, "padding": padding}

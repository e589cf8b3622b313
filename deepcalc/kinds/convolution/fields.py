"""The fields of `convolution`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.types import Fields
from deepcalc.graph.evaluation import value_of
from deepcalc.kinds._layers import AnyLayer, ChannelOrder, Convolution, InputShape, LayerField, size_rule, sizes
from deepcalc.notation.nodes import Literal
from deepcalc.rules.layers import Side

SIZES = "sizes"
PARAMETERS = "parameters"

LETTERS = {"kernel": "K", "stride": "S", "padding": "P"}


class ConvolutionFields(Fields):
    """An input and the layers that it passes through."""

    channels: ChannelOrder = Field(
        ChannelOrder.LAST,
        description="the order in which `input` and all shapes are written: height x width x channels (last, as "
        "TensorFlow has it) or channels x height x width (first, as PyTorch has it)",
    )
    input: InputShape = Field(
        description="height x width x channels such as 32x32x3, or by name: {height: 32, width: 32, channels: 3}"
    )
    layers: list[LayerField] = Field(
        min_length=1, description="the layers in order: {conv: {…}}, {max_pool: {…}} or {avg_pool: {…}}"
    )

    def faults(self) -> Iterator[Fault]:
        for number, layer, sides in along_the_way(self):
            location = ("layers", number - 1, layer.tag)
            if not isinstance(layer, Convolution) and any(side.p >= side.k for side in sides):
                message = "the padding of a pooling layer must be smaller than its kernel: else a window is all padding"
                yield Fault((*location, "padding"), message)
            if size_rule(layer).has_kernel and any(side.k > side.n + 2 * side.p for side in sides):
                yield Fault((*location, "kernel"), _too_large(number, layer, sides) + self._order_read())
                return  # what follows has no input

    def _order_read(self) -> str:
        """In which order the input was read, where the other one would make sense."""
        if not self.input.may_be_meant_otherwise(self.channels):
            return ""
        sizes = "x".join(str(getattr(self.input, name)) for name in self.channels.names)
        other = self.channels.other
        return f"; {sizes} was read as {self.channels.written()}: for {other.written()} say `channels: {other}`"


def along_the_way(fields: ConvolutionFields) -> Iterator[tuple[int, AnyLayer, tuple[Side, Side]]]:
    """Each layer's number, the layer, and its whole numbers along the height and along the width."""
    height, width = fields.input.height, fields.input.width
    for number, layer in enumerate(fields.layers, start=1):
        along_height, along_width = zip(*sizes(layer).values(), strict=True)
        sides = (Side(height, *along_height), Side(width, *along_width))
        yield number, layer, sides
        height, width = (_output_size(layer, side) for side in sides)


def _output_size(layer: AnyLayer, side: Side) -> int:
    return int(value_of(size_rule(layer).size(Side(*(Literal(str(size)) for size in astuple(side)))), {}))


def _too_large(number: int, layer: AnyLayer, sides: Sequence[Side]) -> str:
    kernel = "x".join(str(side.k) for side in sides)
    shape = "x".join(str(side.n) for side in sides)
    padded = "x".join(str(side.n + 2 * side.p) for side in sides)
    within = f"its input {shape}" if padded == shape else f"its input {shape} padded to {padded}"
    needed = max((side.k - side.n + 1) // 2 for side in sides)
    return (
        f"the kernel {kernel} of layer {number} ({layer.title}) is larger than {within}; "
        f"take a kernel of at most {padded}, or a padding of at least {needed}"
    )

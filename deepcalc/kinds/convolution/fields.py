"""The fields of `convolution`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.types import Count, Fields
from deepcalc.kinds._backwards import backward_faults, unknowns
from deepcalc.kinds._layers import LayerField
from deepcalc.kinds._passages import Extent, Passage, extent_of, passages
from deepcalc.kinds._sizes import AxisSizes, ChannelOrder, InputField
from deepcalc.rules.layers import LAYERS


class ConvolutionFields(Fields):
    """An input and the layers that it passes through."""

    channels: ChannelOrder = Field(
        ChannelOrder.LAST,
        description="the order in which `input` and all shapes are written: height x width x channels (last, as "
        "TensorFlow has it) or channels x height x width (first, as PyTorch has it)",
    )
    input: InputField = Field(
        description="height x width x channels such as 32x32x3, depth x height x width x channels such as 16x64x64x3, "
        "or by name: {height: 32, width: 32, channels: 3}, {length: 100, channels: 8} for a sequence, {units: 784} for "
        "a vector"
    )
    layers: list[LayerField] = Field(
        min_length=1,
        description="the layers in order, such as {conv: {…}}, {max_pool: 2}, flatten, {dense: 10}, relu; they are "
        + ", ".join(LAYERS),
    )
    wanted: AxisSizes | None = Field(
        None,
        description="backwards: the size behind the last layer, where the sizes of the input (?x?x3), a kernel, a "
        "stride or a padding is `unknown`; all whole numbers that lead to it are found",
    )
    bytes_per_value: Count = Field(4, description="what a value takes in memory: 4 bytes in single precision")
    batch: Count = Field(1, description="how many samples are in memory at once")

    def faults(self) -> Iterator[Fault]:
        if self.wanted is not None or unknowns(self.input, self.layers):
            yield from backward_faults(self.input, self.layers, self.wanted)
            return
        for found in passages(self.input, self.layers):
            if isinstance(found, Fault):
                of_kernel = found.location[-1] == "kernel"
                yield Fault(found.location, found.message + self._order_read()) if of_kernel else found

    @property
    def passages(self) -> list[Passage]:
        """Each layer with the shapes before and behind it, of fields in which everything fits."""
        return [found for found in passages(self.input, self.layers) if isinstance(found, Passage)]

    @property
    def extent(self) -> Extent:
        """The shape of the input."""
        return extent_of(self.input)

    def _order_read(self) -> str:
        """In which order the input was read, where the other one would make sense."""
        if not self.input.may_be_meant_otherwise:
            return ""
        read, other = (" x ".join(order.arranged(self.input.axes)) for order in (self.channels, self.channels.other))
        sizes = self.input.written(self.channels).replace(" × ", "x")
        return f"; {sizes} was read as {read}: for {other} say `channels: {self.channels.other}`"

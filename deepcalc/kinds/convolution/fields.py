"""The fields of `convolution`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.choices import Choice
from deepcalc.fields.types import Count, Fields, Formula, Identifier
from deepcalc.kinds._code import CodeField
from deepcalc.kinds._layers import LayerField
from deepcalc.kinds._sizes import AxisSizes, ChannelOrder, InputField
from deepcalc.rules.layers import LAYERS
from deepcalc.rules.sizes import MEANINGS, stand_together


class Meaning(Choice, names=MEANINGS): ...


class ConvolutionFields(Fields):
    """An input and the layers that it passes through."""

    code: CodeField = Field(
        None,
        description="the layers as PyTorch or Keras has them, in place of `layers`: nn.Sequential(nn.Conv2d(3, 8, 5), "
        "…), keras.Sequential([…]), a functional keras.Model, or a class with its layers and its way forward; the "
        "code is read, not run",
    )
    channels: ChannelOrder | None = Field(
        None,
        description="the order in which `input` and all shapes are written: last, height x width x channels, as "
        "TensorFlow has it (by default), or first, channels x height x width, as PyTorch has it (by default where the "
        "code is PyTorch's)",
    )
    batch: Count = Field(
        1,
        description="how many samples are in memory at once; a shape may begin with them in an answer, and in `input`",
    )
    input: InputField | None = Field(
        None,
        description="height x width x channels such as 32x32x3 or (None, 32, 32, 3), depth x height x width x "
        "channels such as 16x64x64x3, "
        "or by name: {height: 32, width: 32, channels: 3}, {length: 100, channels: 8} for a sequence, {units: 784} for "
        "a vector; sizes alone, without channels, are 32x32, or 32 for a single side; a size may be a letter, "
        "H x W x C, as may a layer's numbers; needed unless the code says it, or the first layer has an `input`",
    )
    layers: list[LayerField] | None = Field(
        None,
        min_length=1,
        description="the layers in order, such as {conv: {…}}, {max_pool: 2}, flatten, {dense: 10}, relu; they are "
        + ", ".join(LAYERS)
        + "; to be found of layer 1: shape1 (H1, W1, C1), params1 (weights1, biases1, fixed1), shape_W1, shape_b1, "
        "flat1, padded1, macs1, flops1, bytes1, field1, jump1, start1; without a number over all layers; of all "
        "shapes, totals, network",
    )
    wanted: AxisSizes | None = Field(
        None,
        description="backwards: the size behind the last layer, where the sizes of the input (?x?x3), a kernel, a "
        "stride or a padding is `unknown`; all whole numbers that lead to it are found",
    )
    bytes_per_value: Count = Field(4, description="what a value takes in memory: 4 bytes in single precision")
    seen_from: Count = Field(
        1, description="the value of an output, counted from 1 along each axis, of which pixels1, pixels2, … are told"
    )
    letters: dict[Meaning, Identifier] = Field(
        {},
        description="the letters of the course's own formula, where they are others: {input: W, kernel: F} for "
        "(W - F + 2*P)/S + 1; for " + ", ".join(f"{meaning} ({letter})" for meaning, letter in MEANINGS.items()),
    )

    size_formula: Formula | None = Field(
        None,
        description="the size behind a sliding kernel as the course writes it, floor((n + 2*p - f)/s) + 1 with "
        "letters: {kernel: f}, or floor((n - k + p + s)/s) where the padding is {total: 2}; its letters are those of "
        "`letters`, or ours, large or small",
    )

    @property
    def own_letters(self) -> dict[str, str]:
        """The letters of the course, by what they mean."""
        return {str(meaning): letter for meaning, letter in self.letters.items()}

    def faults(self) -> Iterator[Fault]:
        letters = {**MEANINGS, **self.own_letters}
        for meaning, letter in letters.items():
            other = next(each for each in letters if letters[each] == letter and stand_together(each, meaning))
            if other != meaning:
                at = meaning if meaning in self.own_letters else other
                yield Fault(("letters", at), f"{letter} stands for {other} and for {meaning}; give each its own letter")

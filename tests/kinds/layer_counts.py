"""Layers counted without formulas: positions of windows one by one, weights as arrays, what a value sees as a set."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


@dataclass
class Counted:
    """What passes on: sizes (none of a vector), channels, and what was counted of the layer that made it."""

    sizes: tuple[int, ...]
    channels: int
    weights: int = 0
    biases: int = 0
    fixed: int = 0
    multiply_adds: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.sizes, self.channels)


@dataclass
class RandomLayer:
    """A layer in random numbers; ``own`` is what is written of it."""

    tag: str
    own: dict[str, Any] = field(default_factory=dict)

    @property
    def written(self) -> str:
        fields = ", ".join(f"{name}: {_text(value)}" for name, value in self.own.items())
        return f"{self.tag}: {{{fields}}}"

    def along(self, name: str, axis: int, default: Any = None) -> Any:
        value = self.own.get(name, default)
        return value[axis] if isinstance(value, list) else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", "")


def window_starts(size: int, layer: RandomLayer, axis: int) -> list[int]:
    """Where the windows begin, one by one; negative in the padding before the input."""
    kernel, dilation = layer.along("kernel", axis), layer.along("dilation", axis, 1)
    stride = layer.along("stride", axis, kernel if layer.tag.endswith("pool") else 1)
    padding = layer.along("padding", axis, 0)
    taps = [tap * dilation for tap in range(kernel)]
    if padding == "same":
        starts = list(range(0, size, stride))
        missing = max(starts[-1] + taps[-1] + 1 - size, 0)
        return [start - missing // 2 for start in starts]
    before, behind = _ends(padding, kernel, dilation)
    starts = []
    start = -before
    while start + taps[-1] < size + behind:
        starts.append(start)
        start += stride
    covered = starts[-1] + taps[-1] if starts else -1
    if starts and layer.own.get("ceil_mode") and covered < size + behind - 1 and start < size:
        starts.append(start)
    return starts


def _ends(padding: Any, kernel: int, dilation: int) -> tuple[int, int]:
    if isinstance(padding, list):
        return padding[0], padding[1]
    if isinstance(padding, int):
        return padding, padding
    amount = {"valid": 0, "half": dilation * (kernel // 2), "full": dilation * (kernel - 1)}[padding]
    return amount, amount


def spread(size: int, layer: RandomLayer, axis: int) -> int:
    """How long the output of a transposed convolution is: where each input value lands, less what is cut off."""
    kernel, stride, dilation = (
        layer.along("kernel", axis),
        layer.along("stride", axis, 1),
        layer.along("dilation", axis, 1),
    )
    if layer.along("padding", axis, 0) == "same":
        return len([landing for value in range(size) for landing in range(value * stride, (value + 1) * stride)])
    landed = {value * stride + tap * dilation for value in range(size) for tap in range(kernel)}
    before, behind = _ends(layer.along("padding", axis, 0), kernel, dilation)
    extra: int = layer.along("output_padding", axis, 0)
    return len(range(before, max(landed) + 1 - behind)) + extra


def counted(layer: RandomLayer, before: Counted) -> Counted:
    """The layer's output and what there is to count; sizes of 0 where no window fits."""
    axes = range(len(before.sizes))
    tag, own = layer.tag, layer.own
    channels = before.channels
    bias = own.get("bias", True)
    if tag in ("conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool"):
        sizes = tuple(len(window_starts(before.sizes[axis], layer, axis)) for axis in axes)
        positions = int(np.prod(sizes))
        kernel = [layer.along("kernel", axis) for axis in axes]
        if tag.endswith("pool"):
            return Counted(sizes, channels)
        if tag == "conv":
            filters = np.zeros((own["filters"], channels // own.get("groups", 1), *kernel))
            return _of_weights(sizes, own["filters"], [filters], bias, positions)
        depth = np.zeros((channels, own.get("multiplier", 1), *kernel))
        made = channels * own.get("multiplier", 1)
        if tag == "depthwise_conv":
            return _of_weights(sizes, made, [depth], bias, positions)
        return _of_weights(sizes, own["filters"], [depth, np.zeros((own["filters"], made))], bias, positions)
    if tag == "conv_transpose":
        sizes = tuple(spread(before.sizes[axis], layer, axis) for axis in axes)
        kernel = [layer.along("kernel", axis) for axis in axes]
        filters = np.zeros((own["filters"], channels, *kernel))
        return _of_weights(sizes, own["filters"], [filters], bias, int(np.prod(before.sizes)))
    if tag == "upsample":
        repeated = np.ones(before.sizes)
        for axis in axes:
            repeated = np.repeat(repeated, layer.along("factor", axis), axis=axis)
        return Counted(repeated.shape, channels)
    if tag == "zero_pad":
        return Counted(np.pad(np.ones(before.sizes), [tuple(pair) for pair in own["padding"]]).shape, channels)
    if tag == "flatten":
        return Counted((), np.ones(before.shape).ravel().size)
    if tag == "global_avg_pool":
        return Counted((), np.ones(before.shape).mean(axis=tuple(axes)).size)
    if tag == "dense":
        return _of_weights((), own["units"], [np.zeros((channels, own["units"]))], bias, 1)
    if tag == "batch_norm":
        scales, shifts = np.ones(channels), np.zeros(channels if bias else 0)
        averages = np.zeros((2, channels))
        return Counted(before.sizes, channels, scales.size, shifts.size, averages.size)
    return Counted(before.sizes, channels)  # functions of each value


def _of_weights(sizes: tuple[int, ...], channels: int, arrays: Sequence[Any], bias: bool, positions: int) -> Counted:
    weights = sum(array.size for array in arrays)
    return Counted(sizes, channels, weights, channels if bias else 0, 0, positions * weights)


def seen(layers: Sequence[RandomLayer], sizes: Sequence[Sequence[int]], axis: int, place: int) -> set[int]:
    """The places of the input that a place of the last output sees along an axis, also where they are padding.

    ``sizes`` are the sizes of each layer's input.
    """
    places = {place}
    for layer, before in reversed(list(zip(layers, sizes, strict=True))):
        if "kernel" not in layer.own:
            continue
        kernel, dilation = layer.along("kernel", axis), layer.along("dilation", axis, 1)
        starts = window_starts(before[axis], layer, axis)
        step = layer.along("stride", axis, kernel if layer.tag.endswith("pool") else 1)
        places = {starts[0] + each * step + tap * dilation for each in places for tap in range(kernel)}
    return places


def random_layer(draw: random.Random, before: Counted) -> RandomLayer:
    """A layer that takes this input; its windows need not fit."""
    dimensions = len(before.sizes)
    if not dimensions:
        return draw.choice(
            [
                RandomLayer("dense", {"units": draw.randint(1, 9), "bias": draw.random() < 0.7}),
                RandomLayer("dropout", {"rate": 0.5}),
            ]
        )

    def each(low: int, high: int) -> Any:
        return draw.randint(low, high) if draw.random() < 0.5 else [draw.randint(low, high) for _ in range(dimensions)]

    def padding(least_kernel: int) -> Any:
        kind = draw.random()
        if kind < 0.4:
            return draw.choice(["same", "valid", "half", "full"][: 2 if least_kernel else 4])
        if kind < 0.7:
            return draw.randint(0, max(least_kernel - 1, 0) if least_kernel else 3)
        most = max(least_kernel - 1, 0) if least_kernel else 3
        return [[draw.randint(0, most), draw.randint(0, most)] for _ in range(dimensions)]

    tag = draw.choice(
        ["conv"] * 5 + ["max_pool", "avg_pool"] * 2 + ["depthwise_conv", "separable_conv"] * 2 + ["conv_transpose"] * 3
        + ["upsample", "zero_pad", "flatten", "global_avg_pool", "batch_norm", "activation"]
    )  # fmt: skip
    own: dict[str, Any] = {}
    if tag in ("max_pool", "avg_pool"):
        own = {"kernel": each(1, 4), "stride": each(1, 4)}
        own["padding"] = padding(min(own["kernel"]) if isinstance(own["kernel"], list) else own["kernel"])
        if own["padding"] != "same":
            own["ceil_mode"] = draw.random() < 0.5
    elif tag in ("conv", "depthwise_conv", "separable_conv", "conv_transpose"):
        own = {"kernel": each(1, 4), "stride": each(1, 3), "dilation": each(1, 3), "padding": padding(0)}
        own["bias"] = draw.random() < 0.7
        if tag == "conv":
            own["groups"] = draw.choice([size for size in range(1, before.channels + 1) if before.channels % size == 0])
            own["filters"] = own["groups"] * draw.randint(1, 3)
        elif tag != "depthwise_conv":
            own["filters"] = draw.randint(1, 4)
        if tag in ("depthwise_conv", "separable_conv"):
            own["multiplier"] = draw.randint(1, 3)
    elif tag == "upsample":
        own = {"factor": each(1, 3)}
    elif tag == "zero_pad":
        own = {"padding": [[draw.randint(0, 3), draw.randint(0, 3)] for _ in range(dimensions)]}
    elif tag == "batch_norm":
        own = {"bias": draw.random() < 0.5}
    elif tag == "activation":
        own = {"function": "relu"}
    return RandomLayer(tag, own)

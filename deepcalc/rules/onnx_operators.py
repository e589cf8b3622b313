"""Operators of ONNX as layers, one row each: https://onnx.ai/onnx/operators/ tells their inputs and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial
from math import prod
from typing import Any

from deepcalc.records import record


@record
class Written:
    """An operator as it stands in a model: its attributes, and of each further input the sizes and, of a short
    list of numbers, the numbers; None for one that is not a constant, or left out.

    ``shape`` is that of its first input, samples first, and ``after`` that of its output, as far as they are known.
    """

    attributes: Mapping[str, Any]
    sizes: Sequence[tuple[int, ...] | None] = ()
    numbers: Sequence[Sequence[float] | None] = ()
    shape: tuple[int, ...] | None = None
    after: tuple[int, ...] | None = None

    @property
    def weights(self) -> tuple[int, ...]:
        """The sizes of the first further input; none where that is not a constant."""
        return (self.sizes[0] if self.sizes else None) or ()

    @property
    def axes(self) -> int:
        """How many spatial axes the operator works along."""
        kernel = self.attributes.get("kernel_shape")
        return len(kernel) if kernel else max(len(self.weights) - 2, 0)

    def given(self, attribute: str, place: int) -> Sequence[float] | None:
        """Numbers that are an attribute, or the further input at a place, as later versions of ONNX have it."""
        if attribute in self.attributes:
            found: Sequence[float] = self.attributes[attribute]
            return found
        return self.numbers[place] if len(self.numbers) > place else None

    def has(self, place: int) -> bool:
        return len(self.sizes) > place and self.sizes[place] is not None


Fields = dict[str, Any]


@record
class Operator:
    """The layer that an operator is, and its fields; ``only`` are the values that its attributes may have.

    ``when`` says where it is that layer at all, and ``needs`` tells so. Where the output is a vector of each sample,
    the layer is another one, if ``flat`` names it. Where ``when`` does not hold, ``otherwise`` may.
    """

    tag: str
    fields: Callable[[Written], Fields] = lambda written: {}
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    when: Callable[[Written], bool] = lambda written: True
    needs: str = ""
    flat: str = ""
    otherwise: Operator | None = None

    def of(self, written: Written) -> Operator:
        """This row, or the one that holds where this does not."""
        return self if self.otherwise is None or self.when(written) else self.otherwise

    def named(self, written: Written) -> str:
        """The layer."""
        return self.flat if self.flat and _is_flat(written) else self.tag


def _is_flat(written: Written) -> bool:
    """Whether the output is a vector of each sample."""
    return len(written.after or ()) == 2


def _function(name: str, written: Written) -> Fields:
    return {"function": name}


ENDS: Mapping[int, tuple[str, ...]] = {
    1: ("left", "right"),
    2: ("top", "left", "bottom", "right"),
    3: ("front", "top", "left", "back", "bottom", "right"),
}
"""The ends that the numbers of ``pads`` are for: all beginnings, then all ends."""

_PADDED: Mapping[str, str] = {"SAME_UPPER": "same", "VALID": "valid"}


def _padding(written: Written) -> Fields:
    way = written.attributes.get("auto_pad", "NOTSET")
    if way in _PADDED:
        return {"padding": _PADDED[way]}
    pads = written.attributes.get("pads") or []
    if not any(pads):
        return {}
    amount = pads[0] if len(set(pads)) == 1 else dict(zip(ENDS[len(pads) // 2], pads, strict=True))
    return {"padding": amount}


def _slid(written: Written, kernel: Sequence[int], stride: bool) -> Fields:
    """What a kernel or window has along the axes; the stride of a window is written also where it is 1."""
    found: Fields = {"kernel": _alike(kernel)}
    strides = written.attributes.get("strides") or [1] * len(kernel)
    if stride or set(strides) != {1}:
        found["stride"] = _alike(strides)
    dilations = written.attributes.get("dilations") or [1]
    if set(dilations) != {1}:
        found["dilation"] = _alike(dilations)
    return found | _padding(written)


def _alike(sizes: Sequence[int]) -> int | list[int]:
    """One size for all axes, or one for each."""
    return sizes[0] if len(set(sizes)) == 1 else list(sizes)


def _groups(written: Written) -> Fields:
    groups = written.attributes.get("group", 1)
    return {} if groups == 1 else {"groups": groups}


def _bias(written: Written, place: int) -> Fields:
    return {} if written.has(place) else {"bias": False}


def _conv(written: Written) -> Fields:
    filters, _, *kernel = written.weights
    return {"filters": filters} | _slid(written, kernel, False) | _groups(written) | _bias(written, 1)


def _transposed(written: Written) -> Fields:
    _, by_group, *kernel = written.weights
    found: Fields = {"filters": by_group * written.attributes.get("group", 1)} | _slid(written, kernel, False)
    added = written.attributes.get("output_padding") or [0]
    if any(added):
        found["output_padding"] = _alike(added)
    return found | _groups(written) | _bias(written, 1)


def _pool(written: Written) -> Fields:
    ceil = {"ceil_mode": True} if written.attributes.get("ceil_mode") else {}
    return _slid(written, written.attributes["kernel_shape"], True) | ceil


def _gemm(written: Written) -> Fields:
    units = written.weights[0 if written.attributes.get("transB") else 1]
    return {"units": units} | _bias(written, 1)


def _over_all_values(written: Written) -> Fields:
    return {"over": "all"} | _bias(written, 1)


def _factor(place: int) -> Callable[[Written], Fields]:
    def fields(written: Written) -> Fields:
        scales = (written.numbers[place] if len(written.numbers) > place else None) or []
        return {"factor": _alike([int(scale) for scale in scales[2:]])} if len(scales) > 2 else {}

    return fields


def _over_all_axes(written: Written) -> bool:
    """Whether a reduction is over all axes but those of samples and channels."""
    axes, shape = written.given("axes", 0), written.shape
    if axes is None or shape is None:
        return False
    return {int(axis) % len(shape) for axis in axes} == set(range(2, len(shape)))


def _is_pad(written: Written) -> bool:
    pads = written.given("pads", 0)
    if not pads:
        return False
    half = len(pads) // 2
    return min(pads) >= 0 and not any(pads[place] for place in (0, 1, half, half + 1))


def _pad(written: Written) -> Fields:
    pads = list(map(int, written.given("pads", 0) or ()))
    around = [*pads[2 : len(pads) // 2], *pads[len(pads) // 2 + 2 :]]
    return {"padding": around[0] if len(set(around)) == 1 else dict(zip(ENDS[len(around) // 2], around, strict=True))}


def _slopes(written: Written) -> Fields:
    count, channels = prod(written.weights), (written.shape or (0, 0))[1]
    return {} if count == channels else {"slopes": "one" if count == 1 else "all"}


def _sizes_in_steps_of_one(written: Written) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sizes before and behind, without those of samples; none where they are not known, or values are left out."""
    steps = written.numbers[3] if len(written.numbers) > 3 else None
    known = written.shape and written.after and len(written.shape) == len(written.after) > 1
    if not known or set(steps or ()) - {1.0}:
        return (), ()
    before, behind = (written.shape or ())[1:], (written.after or ())[1:]
    return (before, behind) if 0 not in (*before, *behind) else ((), ())


def _takes_channels(written: Written) -> bool:
    before, behind = _sizes_in_steps_of_one(written)
    return bool(before) and before[1:] == behind[1:]


def _is_cut(written: Written) -> bool:
    before, behind = _sizes_in_steps_of_one(written)
    return bool(before) and before[0] == behind[0] and _starts(written) is not None


def _starts(written: Written) -> dict[int, int] | None:
    """Where a slice begins along each axis that it cuts."""
    starts, axes = written.given("starts", 0), written.given("axes", 2)
    shape = written.shape or ()
    if starts is None:
        return None
    places = range(len(starts)) if axes is None else [int(axis) % len(shape) for axis in axes]
    return {axis: min(int(start) % shape[axis], shape[axis]) for axis, start in zip(places, starts, strict=True)}


def _cut(written: Written) -> Fields:
    before, behind = _sizes_in_steps_of_one(written)
    starts = _starts(written) or {}
    first = [starts.get(axis, 0) for axis in range(2, len(before) + 1)]
    rest = [size - left - start for size, left, start in zip(before[1:], behind[1:], first, strict=True)]
    return {"padding": dict(zip(ENDS[len(first)], [*first, *rest], strict=True))}


def _reduced(pooling: str) -> Operator:
    """A mean or maximum over all places: of each channel one value, which keeps its axes or does not."""
    return Operator(
        f"adaptive_{pooling}_pool", lambda written: {} if _is_flat(written) else {"output": 1}, {}, _over_all_axes,
        "over the axes behind the channels, all of them", f"global_{pooling}_pool",
    )  # fmt: skip


_TO_A_VECTOR = "where it makes a vector of each sample"
_NOT_BELOW = {"auto_pad": ("NOTSET", "SAME_UPPER", "VALID")}

OPERATORS: Mapping[str, Operator] = {
    "Conv": Operator("conv", _conv, _NOT_BELOW),
    "ConvTranspose": Operator("conv_transpose", _transposed, _NOT_BELOW),
    "MaxPool": Operator("max_pool", _pool, _NOT_BELOW),
    "AveragePool": Operator("avg_pool", _pool, _NOT_BELOW),
    "GlobalMaxPool": Operator("adaptive_max_pool", lambda written: {"output": 1}),
    "GlobalAveragePool": Operator("adaptive_avg_pool", lambda written: {"output": 1}),
    "Flatten": Operator("flatten", only={"axis": (1,)}),
    "Reshape": Operator("flatten", when=_is_flat, needs=_TO_A_VECTOR),
    "Squeeze": Operator("flatten", when=_is_flat, needs=_TO_A_VECTOR),
    "ReduceMean": _reduced("avg"),
    "ReduceMax": _reduced("max"),
    "Pad": Operator("zero_pad", _pad, {"mode": ("constant",)}, _is_pad, "by zeros, along the axes behind the channels"),
    "Gemm": Operator("dense", _gemm, {"transA": (0,)}),
    "MatMul": Operator(
        "dense", lambda written: {"units": written.weights[1], "bias": False}, when=lambda written: written.has(0),
        needs="with a constant: two layers' outputs are multiplied in attention, not in a convolutional network",
    ),
    "BatchNormalization": Operator("batch_norm"),
    "InstanceNormalization": Operator("group_norm"),
    "GroupNormalization": Operator("group_norm"),
    "PRelu": Operator("prelu", _slopes, when=lambda written: written.has(0), needs="with slopes that are constants"),
    "Split": Operator(
        "channel_slice", lambda written: {"count": (written.after or ())[1]}, {"axis": (1,)}, _takes_channels,
        "along the channels, where their number is known",
    ),
    "Slice": Operator(
        "channel_slice", lambda written: {"count": (written.after or ())[1]}, {}, _takes_channels,
        otherwise=Operator(
            "crop", _cut, {}, _is_cut, "of the channels, or along the axes behind them, in constant steps of 1"
        ),
    ),
    "LayerNormalization": Operator("layer_norm", _over_all_values, {"axis": (1,)}),
    "LRN": Operator("local_response_norm"),
    "Dropout": Operator("dropout"),
    "Add": Operator("add"),
    "Sum": Operator("add"),
    "Mul": Operator("multiply"),
    "Concat": Operator("concat", only={"axis": (1,)}),
    "Upsample": Operator("upsample", _factor(0)),
    "Resize": Operator("upsample", _factor(1)),
    **{
        name: Operator("activation", partial(_function, function))
        for name, function in {
            "Relu": "relu", "Clip": "relu6", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Gelu": "gelu",
            "Sigmoid": "sigmoid", "HardSigmoid": "hard_sigmoid", "HardSwish": "hard_swish", "Mish": "mish",
            "Tanh": "tanh", "Softplus": "softplus", "Softmax": "softmax", "LogSoftmax": "log_softmax",
            "Celu": "celu", "Softsign": "softsign", "Swish": "swish", "Erf": "erf", "Exp": "exp", "Sqrt": "sqrt",
            "Abs": "abs", "Neg": "neg", "ThresholdedRelu": "thresholded_relu", "Log": "log", "Reciprocal": "reciprocal",
        }.items()
    },
}  # fmt: skip
"""What is read, by the operator's name."""

JOINS = ("Add", "Sum", "Mul", "Concat")
KEEPS_SHAPE = ("GroupNormalization",)
"""Operators of which ONNX does not infer the shape."""

OF_SEVERAL = ("Split",)
"""Operators of which every output is a layer; of others only the first one is."""

TURNS = "Transpose"
"""Exchanges axes: read where it brings the channels to the front, or behind the others before all are flattened."""

FLATTENS = ("Flatten", "Reshape", "Squeeze", TURNS)
"""What may take in what a transposition has turned."""

WITHOUT_EFFECT = ("Identity", "Cast")
"""Operators that hand on what they get."""

BY_A_NUMBER = ("Add", "Sub", "Mul", "Div", "Pow")
"""Operators that hand on a shape where one of their inputs is a number."""

OF_SIZES = ("Shape", "Gather", "Unsqueeze", "Concat", "Slice", "Cast", "Mul", "Add", "Sub", "Div")
"""Operators that work out sizes from a shape; where all that they get is sizes or constants, so is what they give."""

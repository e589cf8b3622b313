"""Layers as PyTorch and Keras write them: a row for each class, with what its arguments are among our fields.

The order of the arguments is that of the libraries' own signatures (``torch.nn``, ``keras.layers``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from deepcalc.records import record
from deepcalc.rules.activations import ACTIVATIONS, IDENTITY, SOFTMAX


class Library(StrEnum):
    """The library that a class belongs to."""

    PYTORCH = "PyTorch"
    KERAS = "Keras"


TAKES = "takes"
"""An argument that says how many channels or values the layer takes: it is compared with its input."""

INPUT = "input"
"""An argument that says the shape of the input."""


@record
class LayerClass:
    """One class: the layer that it makes, and its ``arguments`` in order, each with the field that it is.

    An argument without a field (None) changes nothing that is counted. ``fixed`` are fields that the class sets,
    ``words`` other names of values. ``only`` are the values that an argument may have at all. ``completed`` adds what
    the class makes of its fields together.
    """

    library: Library
    tag: str
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    completed: Callable[[dict[str, Any]], dict[str, Any]] = lambda fields: fields


def _to_the_stride(fields: dict[str, Any]) -> dict[str, Any]:
    """Keras's transposed convolution is as long as its strides also where a kernel is shorter than a stride."""
    kernel, stride = fields.get("kernel"), fields.get("stride", 1)
    short = isinstance(kernel, int) and isinstance(stride, int) and kernel < stride
    is_valid = fields.get("padding", "valid") == "valid" and "output_padding" not in fields
    return {**fields, "output_padding": stride - kernel} if short and is_valid else fields


_OF_KERAS = (
    "name input_shape=input kernel_initializer bias_initializer depthwise_initializer pointwise_initializer "
    "kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint trainable dtype"
)
"""What layers of Keras may have beside their own arguments."""


def _slopes(fields: dict[str, Any]) -> dict[str, Any]:
    """PyTorch's PReLU has one slope, or as many as there are channels."""
    return {"slopes": "one" if fields.get("slopes", 1) == 1 else "channels"}


def _torch(tag: str, arguments: str, **more: Any) -> LayerClass:
    return LayerClass(Library.PYTORCH, tag, _arguments(arguments), **more)


def _keras(tag: str, arguments: str, **more: Any) -> LayerClass:
    return LayerClass(Library.KERAS, tag, _arguments(f"{arguments} {_OF_KERAS}"), **more)


def _arguments(text: str) -> dict[str, str | None]:
    """``filters kernel_size=kernel`` → each argument with its field; ``-name`` is one without."""
    found: dict[str, str | None] = {}
    for word in text.split():
        name, equals, its_field = word.partition("=")
        found[name] = its_field if equals else None
    return found


_SAME = {"same": "same_pytorch"}
_LAZY_CONV = "out_channels=filters kernel_size=kernel stride=stride padding=padding "
_CONV = f"in_channels=takes {_LAZY_CONV}"
_MORE_OF_CONV = "dilation=dilation groups=groups bias=bias padding_mode"
_MORE_OF_TRANSPOSED = "output_padding=output_padding groups=groups bias=bias dilation=dilation padding_mode"
_POOL = "kernel_size=kernel stride=stride padding=padding "
_WINDOW = "pool_size=kernel strides=stride padding=padding data_format"
_SLIDES = "kernel_size=kernel strides=stride padding=padding "
_NOT_LAST = {"data_format": ("channels_last", None)}

_BY_DIMENSION: Mapping[str, LayerClass] = {
    "Conv{}d": _torch("conv", f"{_CONV} {_MORE_OF_CONV}", words=_SAME),
    "LazyConv{}d": _torch("conv", f"{_LAZY_CONV} {_MORE_OF_CONV}", words=_SAME),
    "ConvTranspose{}d": _torch("conv_transpose", f"{_CONV} {_MORE_OF_TRANSPOSED}"),
    "LazyConvTranspose{}d": _torch("conv_transpose", f"{_LAZY_CONV} {_MORE_OF_TRANSPOSED}"),
    "MaxPool{}d": _torch("max_pool", f"{_POOL} dilation=dilation return_indices ceil_mode=ceil_mode"),
    "AvgPool{}d": _torch("avg_pool", f"{_POOL} ceil_mode=ceil_mode count_include_pad divisor_override"),
    "AdaptiveMaxPool{}d": _torch("adaptive_max_pool", "output_size=output return_indices"),
    "AdaptiveAvgPool{}d": _torch("adaptive_avg_pool", "output_size=output"),
    "BatchNorm{}d": _torch(
        "batch_norm", "num_features=takes eps momentum affine track_running_stats",
        only={"affine": (True,), "track_running_stats": (True,)},
    ),
    "LazyBatchNorm{}d": _torch(
        "batch_norm", "eps momentum affine track_running_stats",
        only={"affine": (True,), "track_running_stats": (True,)},
    ),
    "Dropout{}d": _torch("dropout", "p=rate inplace"),
    "Conv{}D": _keras(
        "conv", f"filters=filters {_SLIDES} data_format dilation_rate=dilation groups=groups activation use_bias=bias",
        only=_NOT_LAST,
    ),
    "Conv{}DTranspose": _keras(
        "conv_transpose", f"filters=filters {_SLIDES} output_padding=output_padding data_format dilation_rate=dilation "
        "activation use_bias=bias", only=_NOT_LAST, completed=_to_the_stride,
    ),
    "DepthwiseConv{}D": _keras(
        "depthwise_conv", f"{_SLIDES} depth_multiplier=multiplier data_format dilation_rate=dilation activation "
        "use_bias=bias", only=_NOT_LAST,
    ),
    "SeparableConv{}D": _keras(
        "separable_conv", f"filters=filters {_SLIDES} data_format dilation_rate=dilation depth_multiplier=multiplier "
        "activation use_bias=bias", only=_NOT_LAST,
    ),
    "MaxPooling{}D": _keras("max_pool", _WINDOW, only=_NOT_LAST),
    "MaxPool{}D": _keras("max_pool", _WINDOW, only=_NOT_LAST),
    "AveragePooling{}D": _keras("avg_pool", _WINDOW, only=_NOT_LAST),
    "AvgPool{}D": _keras("avg_pool", _WINDOW, only=_NOT_LAST),
    "GlobalMaxPooling{}D": _keras("global_max_pool", "data_format keepdims", only={"keepdims": (False,)}),
    "GlobalAveragePooling{}D": _keras("global_avg_pool", "data_format keepdims", only={"keepdims": (False,)}),
    "UpSampling{}D": _keras("upsample", "size=factor data_format interpolation"),
    "ZeroPadding{}D": _keras("zero_pad", "padding=padding data_format"),
    "Cropping{}D": _keras("crop", "cropping=padding data_format"),
    "SpatialDropout{}D": _keras("dropout", "rate=rate"),
}  # fmt: skip

_SINGLE: Mapping[str, LayerClass] = {
    "Linear": _torch("dense", "in_features=takes out_features=units bias=bias"),
    "LazyLinear": _torch("dense", "out_features=units bias=bias"),
    "GroupNorm": _torch("group_norm", "num_groups num_channels=takes eps affine", only={"affine": (True,)}),
    "LayerNorm": _torch("layer_norm", "normalized_shape eps elementwise_affine bias=bias", fixed={"over": "all"},
                        only={"elementwise_affine": (True,)}),
    "PReLU": _torch("prelu", "num_parameters=slopes init", completed=_slopes),
    "LocalResponseNorm": _torch("local_response_norm", "size alpha beta k"),
    "Upsample": _torch("upsample", "_size scale_factor=factor mode align_corners"),
    "Dense": _keras("dense", "units=units activation use_bias=bias"),
    "BatchNormalization": _keras("batch_norm", "axis momentum epsilon center=bias scale", only={"scale": (True,)}),
    "LayerNormalization": _keras("layer_norm", "axis epsilon center=bias scale",
                                 only={"axis": (-1,), "scale": (True,)}),
    "Activation": _keras("activation", "activation=function"),
}  # fmt: skip

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "Keras max_pool": {"kernel": 2},
    "Keras avg_pool": {"kernel": 2},
    "Keras upsample": {"factor": 2},
    "Keras zero_pad": {"padding": 1},
}
"""What is taken where an argument is left out that our layer needs, by library and layer."""

CLASSES: Mapping[str, LayerClass] = {
    **{name.format(dimension): row for name, row in _BY_DIMENSION.items() for dimension in (1, 2, 3)},
    **_SINGLE,
}
"""The classes of one library alone, by name."""


def _classes_of_activations() -> Iterator[tuple[str, str]]:
    """Activations by the classes that are called as they are: ``LeakyReLU`` of leaky ReLU, ``Hardswish``."""
    for row in ACTIVATIONS.values():
        words = row.title.split()
        name = "".join(word[0].upper() + word[1:] if place == 0 else word for place, word in enumerate(words))
        if name.isalnum() and row.name != IDENTITY and name not in CLASSES:
            yield name, row.name


FUNCTIONS: Mapping[str, str] = {**dict(_classes_of_activations()), "SiLU": "silu", "Softmax": SOFTMAX}
"""Classes of both libraries that are functions of each value; their arguments change no count."""

OF_BOTH: Mapping[str, tuple[str, str | None]] = {"Flatten": ("flatten", None), "Dropout": ("dropout", "rate")}
"""Classes of both libraries: the layer, and the field of the first argument."""

OF_NOTHING = ("Identity", "Rescaling", "Normalization", "RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast")
"""Classes that hand on what they get, or change its values alone."""

INPUTS = ("Input", "InputLayer")
"""Keras's ways of saying the shape of the input."""

DATA = ("empty", "ones", "rand", "randn", "zeros")
"""PyTorch's functions that make a tensor of a shape, with which a model is tried out."""

_CALLED_BY_DIMENSION: Mapping[str, LayerClass] = {
    "max_pool{}d": _torch("max_pool", f"{_POOL} dilation=dilation ceil_mode=ceil_mode return_indices"),
    "avg_pool{}d": _torch("avg_pool", f"{_POOL} ceil_mode=ceil_mode count_include_pad divisor_override"),
    "adaptive_max_pool{}d": _torch("adaptive_max_pool", "output_size=output return_indices"),
    "adaptive_avg_pool{}d": _torch("adaptive_avg_pool", "output_size=output"),
    "dropout{}d": _torch("dropout", "p=rate training inplace"),
}

CALLED: Mapping[str, LayerClass] = {
    **{name.format(dimension): row for name, row in _CALLED_BY_DIMENSION.items() for dimension in (1, 2, 3)},
    "dropout": _torch("dropout", "p=rate training inplace"),
    "interpolate": _torch("upsample", "_size scale_factor=factor mode align_corners"),
    "flatten": _torch("flatten", "start_dim end_dim", only={"start_dim": (1,), "end_dim": (-1,)}),
    "mean": _torch("global_avg_pool", "dim keepdim", only={"dim": ([2, 3], [-2, -1], [-1, -2]), "keepdim": (False,)}),
}
"""Layers that are functions of a tensor or its methods (``torch.nn.functional``), without that argument."""

OF_EACH_VALUE: Mapping[str, str] = {
    **{name: name for name in FUNCTIONS.values()},
    **{name.lower(): function for name, function in FUNCTIONS.items()},
    "log_softmax": "log_softmax",
}
"""Functions of each value of a tensor, in any library."""

RESHAPED = ("view", "reshape")
"""Methods that put the values of each sample into a vector."""


@record
class Join:
    """What joins tensors: the layer, and the numbers of the axis along which it may, the channels (any, if none)."""

    tag: str
    axes: tuple[int, ...] = ()


JOINED: Mapping[str, Join] = {
    "add": Join("add"),
    "Add": Join("add"),
    "mul": Join("multiply"),
    "multiply": Join("multiply"),
    "Multiply": Join("multiply"),
    "cat": Join("concat", (1, -3)),
    "concat": Join("concat", (1, -3, -1, 3)),
    "concatenate": Join("concat", (-1, 3)),
    "Concatenate": Join("concat", (-1, 3)),
}
"""Functions and classes that join tensors."""

MODEL = "Model"
"""Keras's model of an input and an output."""

WAYS_FORWARD = ("forward", "call")
"""The method of a class that leads an input through its layers, in PyTorch and in Keras."""

SELF = "self"
"""The object that is made, in the methods of its class."""

WITHOUT = (
    "apply", "build", "compile", "cpu", "cuda", "double", "eval", "evaluate", "fit", "float", "half", "load_state_dict",
    "load_weights", "parameters", "predict", "requires_grad_", "save", "save_weights", "state_dict", "summary", "to",
    "train",
)  # fmt: skip
"""Methods of a model that change no layer; those that give the model itself are told by ``ITSELF``."""

ITSELF = ("cpu", "cuda", "double", "eval", "float", "half", "requires_grad_", "to", "train")

ASIDE = ("plot_model", "print", "summary")
"""Functions that tell something of a model."""

LISTS = ("ModuleList", "OrderedDict")
"""Classes whose layers are gone through one by one."""

"""The fields of `filtering`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from deepcalc.errors import Fault, did_you_mean, listed
from deepcalc.fields.aliases import FieldAlias, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Given, is_space
from deepcalc.fields.types import Fields, Flag, by_standard_names, or_its, whole, wrong
from deepcalc.kinds._activations import ActivationSettingFields
from deepcalc.kinds._arrays import LossField, UpstreamField, loss_faults, shape_of_given
from deepcalc.kinds._sizes import parted
from deepcalc.kinds.filtering.matrices import MATRIX_FORMS
from deepcalc.notation.names import called, plain_form
from deepcalc.notation.shapes import Shape, shape_text
from deepcalc.notation.typed import NumberText
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS
from deepcalc.rules.filters import FILTER_ALIASES, FILTERS
from deepcalc.rules.layers import SETTING_ALIASES

PADDINGS = ("valid", "same", "full")
LARGEST = 1000

_OF_ENTRIES = ("identity", "relu", "sigmoid", "tanh")


class EntryActivation(Choice, names=[row.name for row in ACTIVATIONS.values() if not row.is_trained]): ...


class DenseActivation(Choice, names=[*_OF_ENTRIES, "softmax"]): ...


PoolName = StrEnum("PoolName", ["max", "average"])


class MatrixName(Choice, names=MATRIX_FORMS): ...


ModeName = StrEnum("ModeName", ["cross-correlation", "convolution", "transposed"])
_MODE_ALIASES = {
    "correlation": "cross-correlation",
    "transposed_convolution": "transposed",
    "conv_transpose": "transposed",
    "deconvolution": "transposed",
}
_POOL_ALIASES = {"avg": "average", "mean": "average", "max_pool": "max", "avg_pool": "average", "maximum": "max"}
_POOLINGS = {plain_form(name): name for name in PoolName} | {
    plain_form(also): PoolName(name) for also, name in _POOL_ALIASES.items()
}
WHOLE = "all"
"""The window that is all of what is pooled."""

_GLOBAL: dict[str, dict[str, str]] = {
    plain_form(f"global_{name}{ending}"): {"function": function, "kernel": WHOLE}
    for name, function in {**{str(name): str(name) for name in PoolName}, **_POOL_ALIASES}.items()
    for ending in ("", "_pool", "_pooling")
}
_GLOBAL["gap"] = _GLOBAL["globalavg"]
_SLIDING = ("stride", "padding", "dilation")
_POOLING_ALIASES: Mapping[str, str] = {
    **{alias: name for alias, name in SETTING_ALIASES.items() if name in ("kernel", "stride", "padding")},
    "ceil_mode": "ceil",
    "count_include_pad": "count_padding",
    "type": "function",
    "mode": "function",
}

PerAxis = int | tuple[int, ...]

_KNOWN = {plain_form(name): name for name in FILTERS} | {
    plain_form(also): name for also, name in FILTER_ALIASES.items()
}


def _by_name(value: Any) -> Any:
    """The rows of a kernel that is named; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, NumberText) or is_space(value):
        return value
    name = _KNOWN.get(plain_form(value))
    if name is None:
        hint = did_you_mean(value, [*FILTERS]) or f"; there are {listed(FILTERS)}, or give its rows"
        raise wrong(f"there is no kernel `{value[:40]}`{hint}")
    return FILTERS[name].values


def _per_axis(minimum: int) -> Callable[[Any], PerAxis]:
    check = whole(minimum, LARGEST)

    def settle(value: Any) -> PerAxis:
        value = parted(value)
        return tuple(map(check, value)) if isinstance(value, list) and value else check(value)

    return settle


def _padding(value: Any) -> PerAxis | str:
    if isinstance(value, str) and not isinstance(value, NumberText) and parted(value) is value:
        if value.lower() not in PADDINGS:
            raise wrong(f"expected a whole number or one of {listed(PADDINGS)}, found {value[:40]!r}")
        return value.lower()
    return _per_axis(0)(value)


def _schema(minimum: int, *more: Any) -> WithJsonSchema:
    number = {"type": "integer", "minimum": minimum}
    return WithJsonSchema({"anyOf": [number, {"type": "array", "items": number}, *more]})


Steps = Annotated[Any, PlainValidator(_per_axis(1)), _schema(1)]
"""A whole number from 1 up for every axis, or one for each: ``[2, 1]``."""

WindowField = Annotated[
    Any,
    PlainValidator(lambda value: WHOLE if value == WHOLE else _per_axis(1)(value)),
    _schema(1, {"enum": [WHOLE]}),
]
Margin = Annotated[Any, PlainValidator(_per_axis(0)), _schema(0)]
PaddingField = Annotated[Any, PlainValidator(_padding), _schema(0, {"enum": list(PADDINGS)})]


def _by_function(value: Any) -> Any:
    """``{average: 2, stride: 1}`` → the same with its function and kernel by name."""
    if isinstance(value, str) and (function := called(_POOLINGS, value)):
        return {"function": function}
    if isinstance(value, str) and (fields := called(_GLOBAL, value)):
        return dict(fields)
    for name in value if isinstance(value, dict) else ():
        function = called(_POOLINGS, name) if isinstance(name, str) else None
        if function is not None:
            own, others = value[name], {other: each for other, each in value.items() if other != name}
            settings = by_standard_names(own, _POOLING_ALIASES) if isinstance(own, dict) else {"kernel": own}
            return {"function": function, **settings, **others}
    return value


class PoolFields(Fields):
    """A pooling of what the convolution gives."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = _POOLING_ALIASES

    function: Annotated[PoolName, also_as(PoolName, _POOL_ALIASES)] = Field(
        PoolName("max"), description="the largest entry of each window, or the mean"
    )
    kernel: WindowField = Field(description="the size of a window: 2, or [2, 1]; all: a global pooling")
    stride: Steps | None = Field(None, description="from window to window; the size of one by default")
    padding: Margin = Field(
        0, description="on each side, at most half a window; a maximum leaves it out, a mean takes zeros"
    )
    ceil: Flag = Field(False, description="whether a last window may reach beyond the end")
    count_padding: Flag = Field(True, description="whether a mean counts the zeros of the padding, as PyTorch does")


class DenseFields(Fields):
    """A dense layer on the flattened values."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {"W": "weights", "biases": "bias", "c": "bias"}

    weights: Given = Field(description="W of W F + c: a row for each unit; a vector is one unit")
    bias: Given | None = Field(None, description="c, one for each unit; none by default")
    activation: Annotated[DenseActivation, also_as(DenseActivation, ACTIVATION_ALIASES)] = Field(
        DenseActivation("identity"), description="of the units, which gives Y"
    )


class SlidingFields(Fields):
    """An input, the kernel that slides over it, and the activation of what comes out."""

    X: Given = Field(
        description="the input: a signal [1, 2, 0], an image [[…], […]], several channels of them, as a list, or "
        "several samples with channels"
    )
    kernel: Annotated[Given | None, BeforeValidator(_by_name)] = Field(
        None,
        description="the kernel K in as many axes as a channel of X; a list of them is several filters of one channel "
        "or, where X has channels, one filter with a kernel for each; filters x channels x sizes; or by name: "
        + "; ".join(f"{row.name} ({row.title})" for row in FILTERS.values())
        + "; without one X is pooled as it is",
    )
    axes: Literal["1", "2"] | None = Field(
        None, description="whether X is a signal (1) or an image (2); 2 by default where X is no vector"
    )
    bias: Given | None = Field(None, description="the bias b: a number, or one for each filter; none by default")
    mode: Annotated[ModeName, also_as(ModeName, _MODE_ALIASES)] = Field(
        ModeName("cross-correlation"),
        description="cross-correlation (as frameworks have it): the kernel as it is; convolution: turned by 180°; "
        "transposed: every entry of X times the kernel, a stride apart and added up, less the padding at each side; "
        "its kernel is channels x filters x sizes, as PyTorch has it",
    )
    stride: Steps = Field(1, description="from place to place: 1, or [2, 1]")
    padding: PaddingField = Field(
        0,
        description="zeros on each side: 1, or [1, 0]; valid: none; same: D(K − 1)/2, so that stride 1 keeps the "
        "size; full: D(K − 1)",
    )
    dilation: Steps = Field(1, description="from entry to entry of the kernel")
    output_padding: Margin = Field(0, description="transposed: how many entries more at the end, fewer than the stride")
    padded_input: Flag = Field(False, description="whether the padded input is a step of its own, X_pad")
    matrix_form: Annotated[MatrixName | None, also_as(MatrixName, {})] = Field(
        None,
        description="the same as a product of matrices, in a part of its own: "
        + "; ".join(f"{row.name} ({row.title})" for row in MATRIX_FORMS.values()),
    )
    activation: Annotated[EntryActivation, also_as(EntryActivation, ACTIVATION_ALIASES)] = Field(
        EntryActivation("identity"), description="of the convolved values Z, which gives A"
    )


class FilteringFields(ActivationSettingFields, SlidingFields):
    """An input, the kernel that slides over it, and what follows: activation, pooling, dense layer, loss."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        **{alias: name for alias, name in SETTING_ALIASES.items() if name in _SLIDING},
        **{f"{name}_pool": f"pool.{name}" for name in ("max", "avg", "average")},
        "pooling": "pool",
        "filter": "kernel",
        "filters": "kernel",
        "image": "X",
        "signal": "X",
        "input": "X",
        "K": "kernel",
        "b": "bias",
        "biases": "bias",
        "linear": "dense",
    }

    pool: Annotated[PoolFields | None, or_its("kernel", lists=True), BeforeValidator(_by_function)] = Field(
        None,
        description="{function: max, kernel: 2, stride: 2}, which gives P; 2 alone is the window of a max pooling, and "
        "{average: 2} that of a mean; global_avg and global_max pool all there is",
    )
    flatten: Flag = Field(False, description="whether the values are put into a vector F; a dense layer does so anyway")
    dense: Annotated[DenseFields | None, or_its("weights", lists=True)] = Field(
        None, description="{weights: [[…]], bias: […], activation: softmax}, or the weights alone"
    )
    window: Steps | None = Field(
        None,
        description="the entry of Z whose window is drawn, [row, column] or [filter, row, column], counted from 1; "
        "the first one by default",
    )
    loss: LossField = None
    batch_mean: Flag = Field(
        True, description="whether the loss of several samples is the mean over them (false: their sum)"
    )
    upstream: UpstreamField = None

    @property
    def spatial_axes(self) -> int:
        """1 for signals, 2 for images."""
        if self.axes is not None:
            return int(self.axes)
        return min(len(shape_of_given(self.X)), 2)

    @property
    def is_turned(self) -> bool:
        return self.mode == "convolution"

    @property
    def is_transposed(self) -> bool:
        return self.mode == "transposed"

    def faults(self) -> Iterator[Fault]:
        yield from loss_faults(self)
        yield from self.number_faults([self.activation])
        x, k = shape_of_given(self.X), shape_of_given(self.kernel)
        if not x:
            yield Fault(("X",), "expected a signal or an image, not a single number")
            return
        axes = self.spatial_axes
        if len(x) not in (axes, axes + 1, axes + 2):
            yield Fault(("X",), f"expected {axes} axes, one more for channels, or two for samples, not {shape_text(x)}")
            return
        if len(x) > axes + 1 and self.matrix_form is not None:
            yield Fault(("matrix_form",), "the matrices are written for one sample; X has several")
        if self.kernel is not None:
            yield from self._kernel_faults(x, k, axes)
        else:
            yield from self._faults_without_kernel()
        yield from self._faults_of_mode()
        for name in ("stride", "padding", "dilation", "output_padding"):
            yield from _axis_faults((name,), getattr(self, name), axes)
        for name in ("kernel", "stride", "padding") if self.pool is not None else ():
            yield from _axis_faults(("pool", name), getattr(self.pool, name), axes)

    def _faults_of_mode(self) -> Iterator[Fault]:
        """What a transposed convolution does not have, and what it has alone."""
        if not self.is_transposed:
            if self.output_padding:
                yield Fault(("output_padding",), "an output padding belongs to `mode: transposed`")
            return
        if isinstance(self.padding, str) and self.padding != "valid":
            yield Fault(("padding",), "of a transposed convolution the padding is a number: so much is cut off")
        has_form = self.matrix_form is None or MATRIX_FORMS[self.matrix_form].of_transposed
        for name, fits in (("matrix_form", has_form), ("window", self.window is None)):
            if not fits:
                yield Fault((name,), "a transposed convolution has no windows on its input; leave it out")
        if self.padded_input:
            yield Fault(("padded_input",), "a transposed convolution pads no input: its padding is cut off the output")

    def _faults_without_kernel(self) -> Iterator[Fault]:
        """What needs a kernel, where there is none."""
        if self.pool is None:
            yield Fault((), "missing `kernel`; without one there is to be a `pool`")
        for name in ("bias", "matrix_form", "window"):
            if getattr(self, name) is not None:
                yield Fault((name,), "there is no kernel that it could belong to")

    def _kernel_faults(self, x: Shape, k: Shape, axes: int) -> Iterator[Fault]:
        if len(x) > axes + 1 and len(k) != axes + 2:
            yield Fault(("kernel",), f"X has samples, so the kernel is filters x channels x sizes, not {shape_text(k)}")
            return
        has_channels = len(x) > axes
        fits = (axes + 1, axes + 2) if has_channels else (axes, axes + 1)
        if len(k) not in fits:
            wanted = f"{x[0]} channels, so the kernel has one for each" if has_channels else f"{axes} axes"
            yield Fault(("kernel",), f"X, {shape_text(x)}, has {wanted}; this kernel is {shape_text(k)}")


def _axis_faults(at: tuple[str, ...], value: Any, axes: int) -> Iterator[Fault]:
    if isinstance(value, tuple) and len(value) != axes:
        plural = "axis" if axes == 1 else "axes"
        yield Fault(at, f"expected a number, or one for each of {axes} {plural}, found {len(value)}")

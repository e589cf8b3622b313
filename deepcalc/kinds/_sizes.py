"""Sizes as they are written: of the input, of a kernel along each axis, of a padding at each side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from deepcalc.errors import did_you_mean
from deepcalc.fields.types import described, wrong
from deepcalc.kinds._letters import LETTER, Size, is_letter, size_or_letter
from deepcalc.kinds._printed_shapes import COLOURS, Alone, untupled
from deepcalc.notation.typed import NumberText
from deepcalc.records import record
from deepcalc.rules.sizes import GIVEN, NAMED_PADDINGS, TOTAL, Padding

AXES: Mapping[int, tuple[str, ...]] = {
    0: (),
    1: ("length",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""What the axes are called, by their number."""

SIDE = ("side",)
"""The one axis of an input that is given as a single side."""

ENDS: Mapping[str, tuple[str, str]] = {
    "depth": ("front", "back"),
    "height": ("top", "bottom"),
    "width": ("left", "right"),
    "length": ("left", "right"),
    "side": ("left", "right"),
}
"""The two ends of each axis."""

UNKNOWN = -1
"""A size that is to be found."""

UNKNOWN_WORDS = ("unknown", "?")

NO_CHANNELS = 0
"""The channels of an input of which the sizes alone are given."""

_ONE = rf"(?:\d+|\?|{LETTER})"
_SIZES = re.compile(rf"\s*{_ONE}(?:\s*[x×]\s*{_ONE})*\s*")


class ChannelOrder(StrEnum):
    """Where the channels stand among the sizes of a shape: behind them (TensorFlow) or before them (PyTorch)."""

    LAST = "last"
    FIRST = "first"

    def arranged(self, axes: Sequence[str], channels: str | None = "channels") -> tuple[str, ...]:
        """The axes and the channels in this order; one of both alone, where the other is not there."""
        if channels is None:
            return tuple(axes)
        return (*axes, channels) if self is ChannelOrder.LAST else (channels, *axes)

    @property
    def other(self) -> ChannelOrder:
        return ChannelOrder.FIRST if self is ChannelOrder.LAST else ChannelOrder.LAST


@record
class InputShape:
    """The shape of the input: sizes by axis, and channels; of a flat vector its length as the channels.

    ``order`` is the one in which sizes without names were read; None where each has its name. Sizes that are to be
    found are ``UNKNOWN``, channels of which nothing is said ``NO_CHANNELS``.
    """

    sizes: tuple[Size, ...]
    channels: Size
    order: ChannelOrder | None = None

    @property
    def axes(self) -> tuple[str, ...]:
        return axes_of(self.sizes, self.channels)

    @property
    def may_be_meant_otherwise(self) -> bool:
        """Whether the same sizes would look more like an image if they were read in the other order.

        Of a square image the odd one out is the channels; so is the one that is at most four, and the least.
        """
        numbers = [size for size in (*self.sizes, self.channels) if isinstance(size, int) and size != UNKNOWN]
        if self.order is None or not self.sizes or len(numbers) <= len(self.sizes):
            return False
        written = numbers if self.order is ChannelOrder.LAST else [numbers[-1], *numbers[:-1]]
        channels, *sides = written if self.order is ChannelOrder.LAST else written[::-1]
        odd_one_out = len(set(sides)) == 1 and sides[0] != channels
        return odd_one_out or (channels <= COLOURS and channels < min(sides))

    def written(self, order: ChannelOrder) -> str:
        """``32 × 32 × 3``."""
        sizes = ("?" if size == UNKNOWN else str(size) for size in self.sizes)
        named = {**dict(zip(self.axes, sizes, strict=True)), "channels": str(self.channels)}
        return " × ".join(named[name] for name in self.arranged(order))

    def read_in(self, order: ChannelOrder) -> InputShape:
        """The shape of the same sizes as they were written, in another order; one with names has none."""
        if self.order in (None, order):
            return self
        written = [*self.sizes, self.channels] if self.order is ChannelOrder.LAST else [self.channels, *self.sizes]
        return shape_in(written, order)

    def arranged(self, order: ChannelOrder) -> tuple[str, ...]:
        """What its sizes are, in the order in which they are written."""
        return order.arranged(self.axes, None if self.channels == NO_CHANNELS else "channels")

    def typed(self, order: ChannelOrder) -> str:
        """As an author types it: ``32x32x3``, or by name where sizes alone would be read as another shape."""
        if len(self.sizes) > 1:
            return self.written(order).replace(" × ", "x")
        named = zip(self.axes, self.sizes, strict=True)
        sizes = (f"{axis}: {size}" for axis, size in (*named, ("channels" if self.sizes else "units", self.channels)))
        return f"{{{', '.join(sizes)}}}"


def axes_of(sizes: Sequence[Any], channels: Size | None) -> tuple[str, ...]:
    """What the axes of a shape are called."""
    return SIDE if channels == NO_CHANNELS and len(sizes) == 1 else AXES[len(sizes)]


@record
class Sizes:
    """A size along each axis: one for all, one for each in order, or by name (those left out as the first one)."""

    values: tuple[Size, ...] = ()
    named: tuple[tuple[str, Size], ...] = ()

    def along(self, axes: Sequence[str]) -> tuple[Size, ...] | None:
        """The size along each axis; None where the axes are others."""
        if self.named:
            known = dict(self.named)
            first = self.named[0][1]
            return tuple(known.get(axis, first) for axis in axes) if known.keys() <= set(axes) else None
        if len(self.values) == 1:
            return self.values * len(axes)
        return self.values if len(self.values) == len(axes) else None


@record
class PaddingSizes:
    """A way of padding, and how much of it before and behind along each axis, where that is given."""

    way: Padding
    before: Sizes = Sizes((0,))
    behind: Sizes | None = None
    by_end: tuple[tuple[str, Size], ...] = ()

    def along(self, axes: Sequence[str]) -> tuple[tuple[Size, Size], ...] | None:
        """The padding at both ends of each axis; None where the axes are others."""
        if self.by_end:
            given = dict(self.by_end)
            ends = [ENDS[axis] for axis in axes]
            known = {end for pair in ends for end in pair}
            return tuple((given.get(a, 0), given.get(b, 0)) for a, b in ends) if given.keys() <= known else None
        before, behind = self.before.along(axes), (self.behind or self.before).along(axes)
        return None if before is None or behind is None else tuple(zip(before, behind, strict=True))


def parted(value: Any) -> Any:
    """``3x5`` → its sizes as a list; everything else as it is."""
    if isinstance(value, str) and not isinstance(value, NumberText) and _SIZES.fullmatch(value):
        sizes = [size.strip() for size in re.split("[x×]", value)]
        typed = [NumberText(size) if size.isdigit() else size for size in sizes]
        return typed if len(typed) > 1 else typed[0]
    return value


def _or_unknown(least: int) -> Callable[[Any], Size]:
    """A check for whole numbers from a least one up, a letter, or the word that one is to be found."""
    check = size_or_letter(least)
    return lambda value: UNKNOWN if isinstance(value, str) and value in UNKNOWN_WORDS else check(value)


def _sizes(least: int, expected: str) -> Callable[[Any], Sizes]:
    check = _or_unknown(least)
    known = [name for axes in AXES.values() for name in axes]

    def read(value: Any) -> Sizes:
        value = parted(value)
        if isinstance(value, Sizes):
            return value
        if isinstance(value, NumberText) or value in UNKNOWN_WORDS or is_letter(value):
            return Sizes((check(value),))
        if isinstance(value, list) and 0 < len(value) <= len(AXES):
            return Sizes(tuple(map(check, value)))
        if isinstance(value, dict) and value:
            for name in value:
                if name not in known:
                    raise wrong(f"unknown axis `{str(name)[:40]}`{did_you_mean(str(name), known)}")
            return Sizes(named=tuple((name, check(size)) for name, size in value.items()))
        raise wrong(f"expected {expected}, found {described(value)}")

    return read


_A_SIZE = "a number, or height x width such as 3x5"
_amount = _sizes(0, "a number, height x width, or a word such as same or valid")


def _padding(value: Any) -> PaddingSizes:
    value = parted(value)
    if isinstance(value, PaddingSizes):
        return value
    if (
        isinstance(value, str)
        and not isinstance(value, NumberText)
        and value not in UNKNOWN_WORDS
        and not is_letter(value)
    ):
        if value not in NAMED_PADDINGS:
            known = did_you_mean(value, list(NAMED_PADDINGS))
            words = ", ".join(NAMED_PADDINGS)
            raise wrong(f"expected a number, height x width, or one of {words}; found {value[:40]!r}{known}")
        return PaddingSizes(NAMED_PADDINGS[value])
    ends = {end for pair in ENDS.values() for end in pair}
    if isinstance(value, dict) and value.keys() == {"total"}:
        return PaddingSizes(TOTAL, _amount(parted(value["total"])))
    if isinstance(value, dict) and ends & value.keys():
        for name in value:
            if name not in ends:
                raise wrong(f"unknown side `{str(name)[:40]}`{did_you_mean(str(name), sorted(ends))}")
        check = size_or_letter(0)
        return PaddingSizes(GIVEN, by_end=tuple((name, check(size)) for name, size in value.items()))
    if isinstance(value, list) and value and all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        before, behind = zip(*value, strict=True)
        return PaddingSizes(GIVEN, _amount(list(before)), _amount(list(behind)))
    return PaddingSizes(GIVEN, _amount(value))


def read_input(value: Any, info: ValidationInfo) -> InputShape:
    """The shape of an input in any of the ways of writing it; an error of the field where it is none."""
    of_code = getattr(info.data.get("code"), "order", None)
    order: ChannelOrder = info.data.get("channels") or of_code or ChannelOrder.LAST
    value = parted(printed_shape(value, info))
    check = _or_unknown(1)
    if isinstance(value, dict) and value:
        return _named_input(value)
    if isinstance(value, list) and len(value) in (3, 4):
        return shape_in([check(size) for size in value], order)
    if isinstance(value, list) and len(value) == 2:
        return InputShape(tuple(map(check, value)), NO_CHANNELS)
    if isinstance(value, Alone):
        return InputShape((), check(value[0]))
    if isinstance(value, NumberText) or is_letter(value) or value in UNKNOWN_WORDS:
        return InputShape((check(value),), NO_CHANNELS)
    example = "32x32x3" if order is ChannelOrder.LAST else "3x32x32"
    shape = " x ".join(order.arranged(AXES[2]))
    raise wrong(
        f"expected {shape} such as {example} (a grey image has 1 channel), {{length: 100, channels: 8}} for a "
        f"sequence, {{units: 784}} for a vector, or 32x32 or 32 for sizes alone, found {described(value)}"
    )


def printed_shape(value: Any, info: ValidationInfo) -> Any:
    """A shape as a library prints it as its sizes, without the axis of a batch; everything else as it is."""
    axes = getattr(info.data.get("code"), "axes", None)
    is_first = info.data.get("channels") is ChannelOrder.FIRST
    return untupled(value, len(AXES), info.data.get("batch"), axes, is_first)


def shape_in(written: Sequence[Size], order: ChannelOrder) -> InputShape:
    """The shape of which all sizes are written, in an order; one alone is the length of a vector."""
    sizes = list(written)
    channels = sizes.pop(-1 if order is ChannelOrder.LAST else 0)
    return InputShape(tuple(sizes), channels, order)


def _named_input(value: Mapping[str, Any]) -> InputShape:
    """The shape by name: axes, with channels or without, or units alone."""
    check = _or_unknown(1)
    forms = [("units",), *((*AXES[count], "channels") for count in (1, 2, 3))]
    known = list(dict.fromkeys(name for form in forms for name in form))
    for name in value:
        if name == "batch":
            raise wrong("a batch is no size of an input: say `batch` beside `input`")
        if name not in known:
            raise wrong(f"unknown size `{str(name)[:40]}`{did_you_mean(str(name), known)}")
    form = next((form for form in forms if value.keys() <= set(form)), None)
    if form is None:
        raise wrong(
            f"{', '.join(value)} are not the sizes of one shape; a shape has {'; or '.join(map(', '.join, forms))}"
        )
    missing = [name for name in form if name not in value and name != "channels"]
    if missing:
        raise wrong(f"missing `{missing[0]}`; a shape has {', '.join(form)}")
    given = {name: check(value[name]) for name in form if name in value}
    channels = given.pop(form[-1], NO_CHANNELS)
    return InputShape(tuple(given.values()), channels)


_SIZES_SCHEMA = WithJsonSchema({"type": ["integer", "string", "array", "object"]})
SHAPE_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string"},
            {"type": "integer", "minimum": 1},
            {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 4},
            {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        ]
    }
)

AxisSizes = Annotated[Any, PlainValidator(_sizes(1, _A_SIZE)), _SIZES_SCHEMA]
AxisAmounts = Annotated[Any, PlainValidator(_amount), _SIZES_SCHEMA]
PaddingField = Annotated[Any, PlainValidator(_padding), _SIZES_SCHEMA]
if TYPE_CHECKING:
    InputField = InputShape
else:
    InputField = Annotated[Any, PlainValidator(read_input), SHAPE_SCHEMA]

"""The names of `convolution`: of a layer's sizes, and of its own numbers."""

from __future__ import annotations

from deepcalc.kinds._extents import Extent
from deepcalc.kinds._letters import Size
from deepcalc.kinds._passages import Passage
from deepcalc.kinds._sizes import ENDS, ChannelOrder
from deepcalc.records import record

AXIS_LETTERS = {"length": "L", "height": "H", "width": "W", "depth": "D", "side": "N"}
PER_AXIS_LETTERS = {
    "kernel": "K",
    "stride": "S",
    "padding": "P",
    "dilation": "d",
    "output_padding": "O",
    "output": "A",
    "factor": "f",
}
COUNT_LETTERS = {"filters": "F", "units": "N", "groups": "G", "multiplier": "M", "count": "c"}
IDLE = {"dilation": 1, "output_padding": 0, "groups": 1, "multiplier": 1}
"""What a field is where it changes nothing, and so is not written."""


def index_of(number: int) -> str:
    """What stands behind a letter: the layer's number, 0 for the input, ``0_3`` for the one that layer 3 has."""
    return str(number) if number >= 0 else f"0_{-number}"


def sizes_of(extent: Extent, number: int) -> tuple[str, ...]:
    """The names of the sizes behind a layer, by axis; those of the input for 0, where a letter is a name itself."""
    return tuple(
        size if isinstance(size, str) else f"{AXIS_LETTERS[axis]}{index_of(number)}"
        for axis, size in zip(extent.axes, extent.sizes, strict=True)
    )


def channels_of(extent: Extent, number: int) -> str | None:
    """The name of the channels behind a layer; of a flat vector that of its length; None of sizes alone."""
    if not extent.has_channels:
        return None
    if isinstance(extent.channels, str):
        return extent.channels
    return f"{'C' if extent.sizes else 'U'}{index_of(number)}"


def shape_of(extent: Extent, number: int, order: ChannelOrder = ChannelOrder.LAST) -> tuple[str, ...]:
    """The names of all sizes behind a layer in the order in which they are written."""
    return order.arranged(sizes_of(extent, number), channels_of(extent, number))


@record
class OwnNumber:
    """A number of the layer itself: its name, its value (a letter is its own name), and the field it is given in."""

    name: str
    value: Size
    field: str

    @classmethod
    def of(cls, name: str, value: Size, field: str) -> OwnNumber:
        return cls(value if isinstance(value, str) else name, value, field)


def own_sizes(passage: Passage) -> dict[str, tuple[tuple[OwnNumber, ...], ...]]:
    """The numbers that a layer has along each axis, by field; the same for all axes where they agree.

    There is one along an axis, of a padding two: before and behind, which are the same where they agree.
    """
    found: dict[str, tuple[tuple[OwnNumber, ...], ...]] = {}
    for field, values in passage.measures.items():
        if all(value == IDLE.get(field) for value in values):
            continue
        if field != "padding":
            found[field] = tuple((each,) for each in _along(passage, field, values))
        elif passage.padding.has_amount:
            found[field] = _at_both_ends(passage, values)
    return found


def _along(passage: Passage, field: str, values: tuple[Size, ...]) -> tuple[OwnNumber, ...]:
    letter, number = PER_AXIS_LETTERS[field], passage.number
    if len(set(values)) == 1:
        return (OwnNumber.of(f"{letter}{number}", values[0], field),) * len(values)
    axes = (AXIS_LETTERS[axis] for axis in passage.before.axes)
    return tuple(
        OwnNumber.of(f"{letter}{axis}{number}", value, field) for axis, value in zip(axes, values, strict=True)
    )


def _at_both_ends(passage: Passage, pairs: tuple[tuple[Size, Size], ...]) -> tuple[tuple[OwnNumber, ...], ...]:
    if all(before == behind for before, behind in pairs):
        alike = _along(passage, "padding", tuple(before for before, _ in pairs))
        return tuple((each, each) for each in alike)
    made = []
    for axis, pair in zip(passage.before.axes, pairs, strict=True):
        names = (f"P{_END_LETTERS[end]}{passage.number}" for end in ENDS[axis])
        made.append(tuple(OwnNumber.of(name, value, "padding") for name, value in zip(names, pair, strict=True)))
    return tuple(made)


_END_LETTERS = {"top": "T", "bottom": "B", "left": "L", "right": "R", "front": "F", "back": "K"}


def own_counts(passage: Passage) -> dict[str, OwnNumber]:
    """The numbers that a layer has once: filters, units, groups."""
    layer = passage.layer
    return {
        field: OwnNumber.of(f"{letter}{passage.number}", value, field)
        for field, letter in COUNT_LETTERS.items()
        if (value := layer.setting(field)) is not None and value != IDLE.get(field)
    }

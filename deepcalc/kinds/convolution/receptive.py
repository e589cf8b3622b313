"""What a value of a layer's output sees of the input: its receptive field, jump and start.

The arithmetic is that of Dang Ha The Hien, *A guide to receptive field arithmetic for convolutional neural networks*
(2017): a first value sees itself, its neighbour is 1 away, and its centre is at 0.5.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from deepcalc.kinds._layer_names import AXIS_LETTERS
from deepcalc.kinds._layer_writer import LayerWriter
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Name, Negative, Over, Plus, Times, number
from deepcalc.plan import Composite
from deepcalc.records import record
from deepcalc.rules.sizes import Side

RECEPTIVE_FIELDS = "receptive_fields"
PIXELS = "pixels"
HALF = Literal("0.5")


@record
class Sight:
    """Along one axis: how many values of the input one of the output sees, how far apart two neighbours' are, and
    where the centre of the first one's is, None where that differs between the ways through the network."""

    field: Any
    jump: Any
    start: Any


OF_INPUT = Sight(ONE, ONE, HALF)


def add_receptive_field(
    writer: LayerWriter, sights: Mapping[int, Sequence[Sight] | None], padded: Sequence[str], output: int = 1
) -> tuple[Sequence[Sight] | None, list[Composite]]:
    """What the layer sees along each axis, and its answers of several numbers; none where it sees no window.

    ``sights`` are those of the inputs and of all layers before it; ``padded`` the names of its padded sizes.
    ``output`` is the value, counted from 1 along each axis, of which the pixels that it sees are told.
    """
    seen = [sights[source] for source in writer.passage.sources]
    before = seen[0]
    if before is None or None in seen or not (writer.rule.window or writer.rule.elementwise):
        return None, []
    made: list[Sight] = []
    alike = writer.passage.after.alike
    for axis, sight in enumerate(before):
        others = [other[axis] for other in seen[1:] if other is not None]
        if alike[axis] != axis:
            made.append(made[alike[axis]])
        elif writer.rule.window:
            made.append(_through_window(sight, writer.sides[axis], writer, padded[axis]))
        else:
            made.append(_joined(sight, others))
    written: dict[Sight, Sight] = {}
    for axis, after in enumerate(made):
        if after not in written:
            suffix = _suffix(writer, axis, several=len(set(made)) > 1)
            written[after] = _written(writer, after, suffix)
            of_axes = [size for size, other in zip(writer.passage.after.sizes, made, strict=True) if other == after]
            if all(not isinstance(size, int) or output <= size for size in of_axes):
                _add_pixels(writer, written[after], suffix, output)
    found = [written[after] for after in made]
    return found, [*_composites(writer, found), *_pixels(writer, found)]


def of_axes(names: Container[str], number: int, axes: Sequence[str]) -> dict[str, str]:
    """What a layer sees along one axis by the name of that axis, where all see alike: ``fieldH1`` is ``field1``."""
    return {
        f"{name}{AXIS_LETTERS[axis]}{number}": f"{name}{number}"
        for name in ("field", "jump", "start", "first", "last")
        for axis in axes
        if f"{name}{number}" in names
    }


def _through_window(sight: Sight, side: Side, writer: LayerWriter, padded: str) -> Sight:
    """r + d·(K − 1)·j, j·S, and the start moved on by half the kernel less the padding."""
    less_one = Plus(side.k, Negative(ONE))
    reach = less_one if side.d is None else Times(side.d, less_one)
    factors = reach.args if isinstance(reach, Times) else (reach,)
    before = writer.passage.padding.before(side, Name(padded))
    middle = Over(reach, TWO)
    shift = middle if before == ZERO else Plus(middle, Negative(before))
    start = None if sight.start is None else Plus(sight.start, Times(shift, sight.jump))
    return Sight(Plus(sight.field, Times(*factors, sight.jump)), Times(sight.jump, side.s), start)


def _joined(sight: Sight, others: Sequence[Sight]) -> Sight:
    """Of several inputs the one that sees most; alone, the layer sees what its input does."""
    if not others:
        return sight
    return Sight(Call("max", sight.field, *(other.field for other in others)), sight.jump, None)


def _suffix(writer: LayerWriter, axis: int, several: bool) -> str:
    """The axis where what is seen differs between the axes, and the layer's number."""
    letter = AXIS_LETTERS[writer.passage.after.axes[axis]] if several else ""
    return f"{letter}{writer.number}"


def _written(writer: LayerWriter, sight: Sight, suffix: str) -> Sight:
    notes = {
        "field": "receptive field: the input's values that one of the output sees",
        "jump": "how far apart, in the input, the centres of two neighbours are",
        "start": "where in the input the centre of the first one is; that of the first pixel is at 0.5",
    }
    for name, note in notes.items():
        formula = getattr(sight, name)
        if formula is not None:
            writer.add(f"{name}{suffix}", formula, RECEPTIVE_FIELDS, note)
    start = None if sight.start is None else Name(f"start{suffix}")
    return Sight(Name(f"field{suffix}"), Name(f"jump{suffix}"), start)


def _add_pixels(writer: LayerWriter, sight: Sight, suffix: str, output: int) -> None:
    """The first and the last pixel that one value of the output sees: its centre less and plus half of what it sees."""
    if sight.start is None:
        return
    moved = () if output == 1 else (Times(number(output - 1), sight.jump),)
    half = Over(sight.field, TWO)
    which = "the first value of the output" if output == 1 else f"value {output} of the output along each axis"
    first = Plus(sight.start, *moved, Negative(half), ONE)
    note = f"the first pixel that {which} sees; less than 1 in the padding"
    writer.add(f"first{suffix}", first, PIXELS, note)
    writer.add(f"last{suffix}", Plus(sight.start, *moved, half), PIXELS, "the last one")


def _pixels(writer: LayerWriter, found: Sequence[Sight]) -> list[Composite]:
    """The first and the last pixel, along each axis where they differ."""
    suffixes = dict.fromkeys(sight.field.name.removeprefix("field") for sight in found)
    names = [suffix for suffix in suffixes if f"first{suffix}" in writer.graph]
    ends = tuple(f"{end}{suffix}" for suffix in names for end in ("first", "last"))
    return [Composite(f"pixels{writer.number}", ends, " … " if len(names) == 1 else ", ", ranges=True)] if ends else []


def _composites(writer: LayerWriter, found: Sequence[Sight]) -> Sequence[Composite]:
    if len(set(found)) == 1:
        return ()
    of = {"field": " × ", "jump": " × ", "start": ", "}
    made = []
    for name, separator in of.items():
        parts = [getattr(sight, name) for sight in found]
        if None not in parts:
            made.append(Composite(f"{name}{writer.number}", tuple(part.name for part in parts), separator))
    return made

"""What may be taken for the zeros around an image: its edges repeated or mirrored, zeros on one side alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.filtering.wiring import PADDED, Wiring
from deepcalc.notation.array_nodes import Apply, Item, Slice
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.parser import parse

Places = Callable[[int, int], tuple[Sequence[int], Sequence[int]]]
"""The size of an axis and its zeros on each side → which entries stand there instead, before and behind."""


def of_other_edges(wired: Wiring) -> Iterator[SlipRow]:
    """Something else than zeros around the input, or zeros elsewhere."""
    if not any(wired.padding) or wired.is_transposed:
        return
    repeated = _beyond(wired, lambda size, zeros: ([1] * zeros, [size] * zeros))
    yield "other-edges", "the padding made of the entries at the edges repeated, not of zeros", _padded(wired, repeated)
    sizes = list(zip(wired.x[-wired.axes :], wired.padding, strict=True))
    if all(zeros < size for size, zeros in sizes):
        mirrored = _beyond(wired, lambda size, zeros: (range(zeros + 1, 1, -1), range(size - 1, size - zeros - 1, -1)))
        yield (
            "other-edges",
            "the padding made of the entries mirrored at the edges, not of zeros",
            _padded(wired, mirrored),
        )
    if all(zeros <= size for size, zeros in sizes):
        around = _beyond(wired, lambda size, zeros: (range(size - zeros + 1, size + 1), range(1, zeros + 1)))
        message = "the padding made of the entries at the other end, as around a circle, not of zeros"
        yield "other-edges", message, _padded(wired, around)
    for said, is_behind in (("behind the last entries alone", True), ("before the first entries alone", False)):
        twice = tuple(2 * zeros for zeros in wired.padding)
        yield "zeros-on-one-side", f"all of the padding {said}", _padded(wired, _cut(wired, twice, is_behind))
        yield "zeros-on-one-side", f"the padding {said}", _padded(wired, _cut(wired, wired.padding, is_behind))


def _padded(wired: Wiring, around: Node) -> dict[str, Node]:
    """The convolution of what is padded otherwise."""
    if wired.has_padded_input:
        return {PADDED: around}
    return {"Z": parse(wired.net(padding=0)).xreplace({Name("X"): around})}


def _beyond(wired: Wiring, places: Places) -> Node:
    """The input with entries of its own around it."""
    made: Node = Name("X")
    lead = len(wired.x) - wired.axes
    for axis, (size, zeros) in enumerate(zip(wired.x[-wired.axes :], wired.padding, strict=True), start=lead):
        before, behind = places(size, zeros)
        around = [*(_at(made, axis, place) for place in before), made, *(_at(made, axis, place) for place in behind)]
        made = Apply("concat", {"axis": axis}, *around) if zeros else made
    return made


def _at(node: Node, axis: int, place: int) -> Node:
    number = Literal(str(place))
    return Item(node, *(Slice() for _ in range(axis)), Slice(number, number))


def _cut(wired: Wiring, zeros: Sequence[int], is_behind: bool) -> Node:
    """The input with so many zeros along each axis, at one end alone."""
    lead = len(wired.x) - wired.axes
    by = (*(0 for _ in range(lead)), *zeros)
    kept = []
    for size, count in zip(wired.x[-wired.axes :], zeros, strict=True):
        first = count + 1 if is_behind else 1
        kept.append(Slice(Literal(str(first)), Literal(str(first + size + count - 1))))
    return Item(Apply("pad", {"by": by}, Name("X")), *(Slice() for _ in range(lead)), *kept)

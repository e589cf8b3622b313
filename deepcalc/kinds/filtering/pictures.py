"""The pictures of `filtering`: the window of an output entry on the input, and the positions that win a pooling."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as cartesian

from deepcalc.errors import Fault, FieldError
from deepcalc.graph.quantities import Prose
from deepcalc.kinds.filtering.wiring import Wiring
from deepcalc.notation.array_nodes import Item
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.shapes import Shape, shape_text
from deepcalc.plan.picture_plans import GridPlan, GridsPlan
from deepcalc.plan.statement import prose

MOST_CHANNELS = 2
Place = tuple[int, ...]


def kernel_picture(wired: Wiring) -> tuple[GridsPlan, ...]:
    """Where the kernel stands, on the input or, of a transposed convolution, on the output."""
    return _spread_picture(wired) if wired.is_transposed else _window_picture(wired)


def _spread_picture(wired: Wiring) -> tuple[GridsPlan, ...]:
    """Where the first entry of the input lands times the kernel that leaves the most of it; of the first filter."""
    sample = () if wired.samples is None else (0,)
    channel = () if wired.channels is None else (0,)
    own = () if wired.filters is None else (0,)
    sizes = wired.x[-wired.axes :]
    spatial = tuple(min(-(-p // s), n - 1) for n, p, s in zip(sizes, wired.padding, wired.stride, strict=True))
    landed = [
        tuple(at - padding for at, padding in zip(place, wired.padding, strict=True))
        for place in _reached(wired, spatial)
    ]
    output = wired.output[-wired.axes :]
    inside = [place for place in landed if all(0 <= at < size for at, size in zip(place, output, strict=True))]
    taken = GridPlan(_label("X", (*sample, *channel)), "X", (*sample, *channel), marked=(_flat(spatial, 0),))
    lead = (*channel, *own)
    kernel = GridPlan(_label("K", lead), "K", lead)
    made = GridPlan(_label("Z", (*sample, *own)), "Z", (*sample, *own), marked=tuple(_flat(at, 0) for at in inside))
    entry = _label("X", (*sample, *channel, *spatial))
    caption = prose(*entry, " times the kernel is added to the framed entries.")
    return (GridsPlan("Where an entry lands", caption, ((taken, ("·",), kernel, ("→",), made),)),)


def _window_picture(wired: Wiring) -> tuple[GridsPlan, ...]:
    """The window of one output entry; none where the input has many channels."""
    place = _place(wired)
    if (wired.channels or 1) > MOST_CHANNELS:
        return ()
    sample = () if wired.samples is None else (0,)
    own = place[: len(place) - wired.axes]
    spatial = place[len(own) :]
    rows: list[tuple[GridPlan | Prose, ...]] = []
    for channel in [()] if wired.channels is None else [(at,) for at in range(wired.channels)]:
        seen = GridPlan(_label("X", (*sample, *channel)), "X", (*sample, *channel), _flat(wired.padding, 0),
                        _window(wired, spatial))  # fmt: skip
        kernel = GridPlan(_label(wired.kernel, (*own, *channel)), wired.kernel, (*own, *channel))
        rows.append((*((("+",),) if rows else ()), seen, ("⋆",), kernel))
    output = GridPlan(_label("Z", (*sample, *own)), "Z", (*sample, *own), marked=(_flat(spatial, 0),))
    bias = () if wired.bias is None else (("+ ", *_label("b", own if wired.has_biases else ())),)
    rows[-1] = (*rows[-1], *bias, ("=",), output)
    entry = _label("Z", (*sample, *place))
    summed = "The products of the window with the kernel" + ("" if wired.bias is None else ", and the bias,")
    caption = prose(f"{summed} add up to ", *entry, ".")
    return (GridsPlan("The window of an output", caption, tuple(rows)),)


def winners_picture(wired: Wiring, x: str, shape: Shape, winners: str) -> GridsPlan:
    """The largest entries of the windows of a pooling, those of the first sample and channel."""
    lead = (0,) * (len(shape) - wired.axes)
    taken = GridPlan(_label(x, lead), x, lead, marked_by=winners)
    return GridsPlan(
        "The winning positions", ("The largest entry of each window is framed.",),
        ((taken, ("→",), GridPlan(_label("P", lead), "P", lead)),),
    )  # fmt: skip


def _place(wired: Wiring) -> Place:
    """The place of the output entry whose window is drawn, counted from 0; the first one by default."""
    output, wanted = wired.output, wired.fields.window
    if wanted is None:
        return (0,) * len(output)
    place = wanted if isinstance(wanted, list | tuple) else (wanted,)
    given = (*(1 for _ in output[: len(output) - len(place)]), *place)
    fits = wired.axes <= len(place) <= len(output)
    if not fits or any(at > size for at, size in zip(given, output, strict=True)):
        message = f"expected the place of an entry of Z, which is {shape_text(output)}, counted from 1"
        raise FieldError([Fault(("window",), message)])
    return tuple(at - 1 for at in given)


def _window(wired: Wiring, output: Place) -> tuple[tuple[int, int], ...]:
    """The places under the kernel, counted from the first zero of the padding on."""
    return tuple(_flat(place, 0) for place in _reached(wired, output))


def _reached(wired: Wiring, start: Place) -> Iterator[Place]:
    """The places that the kernel reaches from its place on."""
    for tap in cartesian(*map(range, wired.k[-wired.axes :])):
        sums = zip(start, tap, wired.stride, wired.dilation, strict=True)
        yield tuple(g * stride + k * dilation for g, k, stride, dilation in sums)


def _flat(numbers: Place, first: int) -> tuple[int, int]:
    """A pair for rows and columns; a signal is one row."""
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (first, numbers[0])


def _label(name: str, place: Place) -> Prose:
    if not place:
        return (Name(name),)
    return (Item(Name(name), *(Literal(str(at + 1)) for at in place)),)

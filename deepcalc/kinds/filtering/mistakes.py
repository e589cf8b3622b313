"""Further mistakes in convolutions: along one axis, with channels and filters that are added up, on the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.filtering.fields import PoolFields
from deepcalc.kinds.filtering.graph import preceding
from deepcalc.kinds.filtering.wiring import Wiring, pooled
from deepcalc.notation.array_nodes import Apply, Array, Item, Slice, array
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Literal, Name, Node, Over, Times, total
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import concrete, size_text

MOST_CHANNELS = 4
"""Of so many channels each may be taken alone."""

MOST_OVERLAPS = 400
"""So many entries of a transposed convolution are written one by one."""


def in_windows(wired: Wiring) -> Iterator[SlipRow]:
    """The kernel turned by 90°, or divided by; a stride along one axis alone, a dilation taken for a stride."""
    if wired.axes > 1:
        *lead, rows, columns = range(len(wired.k))
        transposed = f"permute({wired.kernel}, axes=({', '.join(map(str, (*lead, columns, rows)))}))"
        for axis, said in ((columns, "clockwise"), (rows, "counter-clockwise")):
            turned = wired.net(f"flip({transposed}, axes={axis})")
            yield "kernel-turned-by-90", f"the kernel turned by 90° {said}", {"Z": turned}
        down, right = wired.stride
        if down > 1 and right > 1:
            yield "stride-of-one-axis", "the stride taken downwards alone", {"Z": wired.net(stride=(down, 1))}
            yield "stride-of-one-axis", "the stride taken to the right alone", {"Z": wired.net(stride=(1, right))}
    if set(wired.dilation) != {1}:
        as_stride = {"Z": wired.net(stride=wired.dilation, dilation=1)}
        yield "dilation-for-stride", "the dilation taken for the stride", as_stride
    if wired.filters is None and (wired.channels or 1) == 1 and not wired.is_transposed:
        bias = "" if wired.bias is None else f" + {wired.bias}"
        divided = f"({wired.net(bias=False)}) / sum({wired.kernel}){bias}"
        yield "divided-by-kernel", "divided by the sum of the kernel", {"Z": divided}
        by_size = f"({wired.net(bias=False)}) / sum(abs({wired.kernel})){bias}"
        yield "divided-by-kernel", "divided by the sum of the kernel without its signs", {"Z": by_size}


def first_of_more(wired: Wiring, shape: Sequence[Any]) -> Iterator[SlipRow]:
    """Windows that move by 1, or entries of the kernel side by side, and as many values as are asked for."""
    if wired.is_transposed:
        return
    for field, said in (("stride", "a stride of 1"), ("dilation", "a dilation of 1")):
        if set(getattr(wired, field)) == {1}:
            continue
        more = parse(wired.net(bias=False, stride=1) if field == "stride" else wired.net(bias=False, dilation=1))
        bias = () if wired.bias is None else (parse(wired.bias),)
        yield f"{field}-ignored", f"the first values with {said}", {"Z": total(_first(more, shape, wired.axes), *bias)}


def _first(node: Node, shape: Sequence[Any], axes: int) -> Node:
    """The first entries along the last axes, as many as a shape has."""
    kept = (Slice(ONE, Literal(str(size))) for size in shape[-axes:])
    return Item(node, *(Slice() for _ in range(len(shape) - axes)), *kept)


def over_filters(wired: Wiring) -> Iterator[SlipRow]:
    """The first filter for all of them."""
    if wired.filters is None or wired.is_transposed:
        return
    rows = ", ".join(f"{wired.kernel}[1:1]" for _ in range(wired.filters))
    first = f"concat({rows}, axis=0)"
    yield "first-filter", "the first filter in place of all others", {"Z": wired.net(first)}
    if wired.bias is not None and wired.has_biases:
        message = "the first filter with its bias in place of all others"
        yield "first-filter", message, {"Z": f"{wired.net(first, bias=False)} + b[1]"}
        for place in range(1, min(wired.filters, MOST_CHANNELS) + 1):
            kept = ", ".join(f"{int(at != place)}*b[{at}]" for at in range(1, wired.filters + 1))
            without = f"{wired.net(bias=False)} + {wired.bias.replace('b', f'[{kept}]')}"
            yield "bias-forgotten", "the bias of one filter forgotten", {"Z": without}


def over_channels(wired: Wiring) -> Iterator[SlipRow]:
    """What filters make of several channels: one alone, each with a filter of its own, all with the same kernel."""
    count = wired.channels or 1
    if count == 1 or wired.is_transposed:
        return
    several, axis = wired.filters is not None, int(wired.samples is not None)
    of_sample = ":, " * axis
    of_all = ":, " if several else ""

    def of(channel: int, kernel: int) -> str:
        """One channel convolved with the kernel of one, without the bias."""
        return wired.net(
            f"{wired.kernel}[{of_all}{kernel}:{kernel}]", bias=False, x=f"X[{of_sample}{channel}:{channel}]"
        )

    bias = "" if wired.bias is None else f" + {wired.bias}"
    for channel in range(1, count + 1 if count <= MOST_CHANNELS else 2):
        said = "first" if channel == 1 else f"{channel}."
        alone = {"Z": of(channel, channel) + bias}
        yield "one-channel-alone", f"the {said} channel alone, the others not added", alone
    if several and count <= MOST_CHANNELS:
        summed = " + ".join(of(channel, 1) for channel in range(1, count + 1))
        yield "same-kernel", "the first kernel of a filter used for every channel", {"Z": summed + bias}
    if wired.filters == count:
        each = ", ".join(
            wired.net(f"{wired.kernel}[{at}:{at}, {at}:{at}]", bias=False, x=f"X[{at}:{at}]")
            for at in range(1, count + 1)
        )
        yield "one-filter-each", "each filter slid over one channel alone", {"Z": f"concat({each}, axis={axis}){bias}"}
    if several:
        yield "filters-added", "the filters added up into one", {"Z": f"sum({wired.net()}, axis={axis})"}
    elif count <= MOST_CHANNELS and not axis:
        slid = (wired.net(f"{wired.kernel}[{at}]", x=f"X[{at}]") for at in range(1, count + 1))
        yield "channels-apart", "the channels not added up", {"Z": f"[{', '.join(slid)}]"}


def overlapping(wired: Wiring) -> Iterator[SlipRow]:
    """Of a transposed convolution each entry from the last one that reaches it alone."""
    if len(wired.x) != wired.axes or len(wired.k) != wired.axes or prod(wired.output) > MOST_OVERLAPS:
        return
    made = _overwritten(wired, ())
    bias = () if wired.bias is None else (Name("b"),)
    yield "overwritten", "overlapping entries overwritten, not added up", {"Z": total(made, *bias)}


def cut_at_one_end(wired: Wiring) -> Iterator[SlipRow]:
    """Of a transposed convolution all of the padding cut off at one end."""
    if not any(wired.padding):
        return
    lead = len(wired.output) - wired.axes + (wired.samples is not None)
    whole = parse(wired.net(bias=False, padding=0))
    for firsts, said in (
        ((0,) * wired.axes, "the end"),
        (tuple(2 * zeros for zeros in wired.padding), "the beginning"),
    ):
        ends = (
            Slice(Literal(str(first + 1)), Literal(str(first + size)))
            for first, size in zip(firsts, wired.output[-wired.axes :], strict=True)
        )
        kept = Item(whole, *(Slice() for _ in range(lead)), *ends)
        bias = () if wired.bias is None else (parse(wired.bias),)
        yield "cut-at-one-end", f"all of the padding cut off at {said}", {"Z": total(kept, *bias)}


def _overwritten(wired: Wiring, place: tuple[int, ...]) -> Node:
    """The entries from a place on, without the bias."""
    axis = len(place)
    if axis < wired.axes:
        return Array(*(_overwritten(wired, (*place, at)) for at in range(wired.output[axis])))
    taken, within = [], []
    along = zip(place, wired.x, wired.k, wired.stride, wired.padding, wired.dilation, strict=True)
    for at, size, kernel, stride, padding, dilation in along:
        reached = at + padding
        last = _last_over(reached, size, kernel, stride, dilation)
        if last is None:
            return ZERO
        taken.append(Literal(str(last + 1)))
        within.append(Literal(str((reached - last * stride) // dilation + 1)))
    return Times(Item(Name("X"), *taken), Item(Name(wired.kernel), *within))


def _last_over(place: int, count: int, kernel: int, stride: int, dilation: int = 1) -> int | None:
    """The last of so many windows that has an entry at a place, all counted from 0; None where none has."""
    for last in range(min(count - 1, place // stride), -1, -1):
        steps, rest = divmod(place - last * stride, dilation)
        if rest == 0 and steps < kernel:
            return last
    return None


def around_the_activation(wired: Wiring, graph: Graph) -> Iterator[SlipRow]:
    """The bias added behind the activation."""
    if "A" in graph and wired.bias is not None and wired.bias == "b":
        before = parse(wired.net(bias=False))
        behind = total(graph["A"].definition.xreplace({Name("Z"): before}), Name("b"))
        yield "bias-behind-activation", "the bias added behind the activation", {"A": behind}


def in_pooling(pool: PoolFields, axes: int, x: str, shape: Sequence[Any]) -> Iterator[SlipRow]:
    """Windows of another size, absolute values, a last window that reaches beyond the end or not."""
    by_one = _first(parse(pooled(pool, axes, x, stride=1)), shape, axes)
    yield "pool-stride", "the first windows of those with a stride of 1", {"P": by_one}
    if pool.stride is not None and pool.stride != pool.kernel:
        of_stride = pool.model_copy(update={"kernel": pool.stride, "padding": 0})
        yield "pool-window", "windows as large as their stride", {"P": pooled(of_stride, axes, x)}
    if pool.function == "max":
        largest = "the largest absolute value of each window"
        yield "other-pooling", largest, {"P": pooled(pool, axes, f"abs({x})")}
    if len(shape) > axes and all(size == 1 for size in shape[-axes:]):
        of_all = f"{'max' if pool.function == 'max' else 'mean'}({x})"
        whole = {"P": f"0*{pooled(pool, axes, x)} + {of_all}"}
        yield "over-all-channels", "all channels pooled into one value, not each by itself", whole
    said = "forgotten" if pool.ceil else "added, which reaches beyond the end"
    otherwise = pool.model_copy(update={"ceil": not pool.ceil})
    yield "pool-ceil", f"a last window {said}", {"P": pooled(otherwise, axes, x)}


def on_the_way_back(wired: Wiring, graph: Graph, loss: str) -> Iterator[SlipRow]:
    """Gradients averaged over the places, of one place alone, with net inputs, through the wrong mask."""
    by_net, by_kernel, by_bias, by_weights = (gradient(loss, name) for name in ("Z", "K", "b", "W"))
    places = prod(wired.output[-wired.axes :]) if wired.k else 1
    if by_kernel in graph and by_net in graph:
        mean = parse(f"1/{places} * G").xreplace({Name("G"): graph[by_kernel].definition})
        yield "gradient-averaged", "the mean over the places in place of the sum", {by_kernel: mean}
    if by_kernel in graph and len(wired.x) == len(wired.k) == wired.axes and set(wired.stride) != {1}:
        slid = parse(wired.net(f"{{{by_net}}}", bias=False, stride=1, dilation=1))
        close = {by_kernel: _first(slid, wired.k, wired.axes)}
        yield "stride-ignored", "the gradients side by side, not a stride apart", close
    if by_kernel in graph and len(wired.x) == len(wired.k) == wired.axes and set(wired.dilation) != {1}:
        slid = parse(wired.net(f"{{{by_net}}}", bias=False, stride=1, dilation=wired.stride))
        close = {by_kernel: _first(slid, wired.k, wired.axes)}
        yield "dilation-ignored", "the dilation left out of the gradient of the kernel", close
    yield from _of_another(wired, graph, loss)
    if by_bias in graph and wired.samples is None:
        if wired.filters is not None and wired.has_biases:
            mean = parse(f"1/{places} * G").xreplace({Name("G"): graph[by_bias].definition})
            yield "bias-gradient", "the mean of the gradients in place of their sum", {by_bias: mean}
            whole = {by_bias: f"0*b + sum({{{by_net}}})"}
            yield "bias-gradient", "the gradients of all filters added up for each bias", whole
        elif wired.filters is None:
            first = ", ".join("1" for _ in range(wired.axes))
            yield (
                "bias-gradient",
                "the gradient at the first place, not the sum of all",
                {by_bias: f"{{{by_net}}}[{first}]"},
            )
    if by_weights in graph and wired.samples is None:
        ones = parse(f"ones({size_text(graph.shape('W')[-1])})")
        taken = graph[by_weights].definition.xreplace({Name(preceding(graph, "O")): ones})
        yield "input-left-out", "the inputs of the dense layer left out", {by_weights: taken}
    if "A" in graph and by_net in graph:
        passed = f"{{{gradient(loss, 'A')}}}"
        if wired.fields.activation == "relu":
            yield "own-sign", "passed on where the gradient itself is above 0", {by_net: f"relu({passed})"}
        if by_weights in graph and "F" in graph and "P" not in graph:
            net = graph["F"].definition.xreplace({Name("A"): Name("Z")})
            before = {by_weights: graph[by_weights].definition.xreplace({Name("F"): net})}
            yield "net-for-output", "the net inputs Z in place of the outputs A", before


def _of_another(wired: Wiring, graph: Graph, loss: str) -> Iterator[SlipRow]:
    """Kernel and gradient exchanged for the gradient by X; the gradients of another filter or sample for that by K."""
    by_input, by_kernel, by_net = (gradient(loss, name) for name in ("X", "K", "Z"))
    if by_input in graph and len(wired.x) == len(wired.k) == wired.axes:
        turned = graph[by_input].definition.xreplace({Name(wired.kernel): parse(f"flip({wired.kernel})")})
        exchanged = {by_input: Apply("flip", {}, turned)}
        yield "kernel-on-the-way-back", "kernel and gradient exchanged in the gradient by X", exchanged
    if by_kernel in graph and by_net in graph:
        axis = int(wired.samples is not None)
        for place, count, said in ((axis, wired.filters, "filter"), (0, wired.samples, "sample")):
            if (count or 1) > 1:
                of_another = Apply("flip", {"axes": (place,)}, Name(by_net))
                taken = graph[by_kernel].definition.xreplace({Name(by_net): of_another})
                yield "of-another", f"the gradients of another {said} taken", {by_kernel: taken}


def through_the_pool(pool: PoolFields, axes: int, graph: Graph, x: str, loss: str) -> Iterator[SlipRow]:
    if "winners" in graph:
        yield "pool-gradient", "1 at the largest entries in place of the gradient", {gradient(loss, x): "winners"}
    sizes, counts = (concrete(graph.shape(name)) for name in (x, "P"))
    kernels, strides = (_along(each, axes) for each in (pool.kernel, pool.stride or pool.kernel))
    is_plain = len(sizes) == axes and not pool.padding and prod(sizes) <= MOST_OVERLAPS
    if pool.function == "average" and is_plain and any(map(int.__lt__, strides, kernels)):
        shares = []
        for place in product(*map(range, sizes)):
            last = list(map(_last_over, place, counts, kernels, strides))
            known = [Literal(str(each + 1)) for each in last if each is not None]
            share = Over(Item(Name(gradient(loss, "P")), *known), Literal(str(prod(kernels))))
            shares.append(share if len(known) == axes else ZERO)
        said = "what comes of overlapping windows overwritten, not added up"
        yield "overwritten", said, {gradient(loss, x): array(shares, sizes)}


def _along(value: Any, axes: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * axes

"""Pooling: the largest entry or the mean of each window; the axes before the spatial ones are taken one by one.

A window that reaches into the padding takes what it covers of the input; the mean counts the padding, as PyTorch
does, unless ``count_padding=0``. With ``ceil=1`` a last window may reach beyond the end, if it begins before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product as cartesian
from math import prod
from typing import Any

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, ZERO, Call, Cases, Literal, Node, Over, Relation, Times, total
from deepcalc.notation.operations.entrywise import entry_at
from deepcalc.notation.operations.row import REQUIRED, Index, Operand, Operation, Surroundings
from deepcalc.notation.operations.sliding import per_axis
from deepcalc.notation.ranges import anything, hull
from deepcalc.notation.shapes import Shape, ShapeError, UnwrittenGradient, beside, broadcast, is_concrete, shape_text
from deepcalc.records import record

_SETTINGS = {"kernel": REQUIRED, "stride": None, "padding": 0, "ceil": 0}


@record
class _Windows:
    """The windows of a pooling: for each spatial axis its sizes."""

    input: tuple[int, ...]
    output: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    counts_padding: bool

    def of(self, place: Index) -> list[Index]:
        """The places of the input in the window of an output, row by row."""
        spans = []
        for at, size, kernel, stride, padding in zip(
            place, self.input, self.kernel, self.stride, self.padding, strict=True
        ):
            start = at * stride - padding
            spans.append(range(max(start, 0), min(start + kernel, size)))
        return list(cartesian(*spans))

    def over(self, place: Index) -> list[Index]:
        """The outputs in whose window a place of the input lies."""
        spans = []
        for at, size, kernel, stride, padding in zip(
            place, self.output, self.kernel, self.stride, self.padding, strict=True
        ):
            spans.append([out for out in range(size) if out * stride - padding <= at < out * stride - padding + kernel])
        return list(cartesian(*spans))

    def weight(self, place: Index) -> int:
        """By how many entries the mean of a window is divided."""
        if not self.counts_padding:
            return len(self.of(place))
        lengths = []
        for at, size, kernel, stride, padding in zip(
            place, self.input, self.kernel, self.stride, self.padding, strict=True
        ):
            start = at * stride - padding
            lengths.append(min(start + kernel, size + padding) - start)
        return prod(lengths)


def _axes(node: Apply) -> int:
    return int(node.operation[node.operation.index("d") - 1])


def _windows(node: Apply, shape: Shape) -> _Windows:
    axes = _axes(node)
    if len(shape) < axes or not is_concrete(shape):
        raise ShapeError(f"{node.operation} takes an array of {axes} axes or more, this is {shape_text(shape)}", node)
    kernel = per_axis(node, "kernel", axes, 0)
    stride = kernel if node.settings.get("stride") is None else per_axis(node, "stride", axes, 0)
    padding = per_axis(node, "padding", axes, 0)
    sizes = shape[-axes:]
    if any(2 * pad > size for pad, size in zip(padding, kernel, strict=True)):
        raise ShapeError("the padding of a pooling is at most half its kernel", node)
    output = []
    for size, window, step, pad in zip(sizes, kernel, stride, padding, strict=True):
        room = size + 2 * pad - window
        if room < 0:
            raise ShapeError(f"the kernel {window} is larger than its input {beside(shape)}", node)
        outputs = room // step + 1
        if node.settings.get("ceil") and room % step and outputs * step < size + pad:
            outputs += 1
        output.append(outputs)
    return _Windows(sizes, tuple(output), kernel, stride, padding, bool(node.settings.get("count_padding", 1)))


def _pooled_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    windows = _windows(node, shapes[0])
    return (*shapes[0][: -len(windows.input)], *windows.output)


def _passed_shape(node: Apply, shapes: Sequence[Shape]) -> Shape:
    """The shape of the input, for a gradient of the shape of the output, or one that is repeated to it."""
    pooled = _pooled_shape(node, shapes[:1])
    if broadcast([pooled, shapes[1]], node) != pooled:
        raise ShapeError(f"what is passed back is {shape_text(shapes[1])}, what was pooled {shape_text(pooled)}", node)
    return shapes[0]


def _split(windows: _Windows, index: Index) -> tuple[Index, Index]:
    axes = len(windows.input)
    return index[: len(index) - axes], index[len(index) - axes :]


def _max_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    windows = _windows(node, operands[0].shape)
    head, place = _split(windows, index)
    entries = [operands[0].entry((*head, *at)) for at in windows.of(place)]
    return entries[0] if len(entries) == 1 else Call("max", *entries)


def _mean_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    windows = _windows(node, operands[0].shape)
    head, place = _split(windows, index)
    entries = [operands[0].entry((*head, *at)) for at in windows.of(place)]
    return Over(total(*entries), Literal(str(windows.weight(place))))


def _max_back_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    """The gradients of the windows in which the entry is the first largest one."""
    x, g = operands
    windows = _windows(node, x.shape)
    head, place = _split(windows, index)
    own = x.entry(index)
    terms = []
    for output in windows.over(place):
        inside = windows.of(output)
        here = inside.index(place)
        cases: list[Node] = []
        for at, other in enumerate(inside):
            if at != here:
                cases += [ZERO, Relation(">=" if at < here else ">", x.entry((*head, *other)), own)]
        passed = entry_at(g, (*head, *output))
        terms.append(Times(Cases(*cases, ONE), passed) if cases else passed)
    return total(*terms) if terms else ZERO


def _mean_back_entry(node: Apply, operands: Sequence[Operand], index: Index) -> Node:
    x, g = operands
    windows = _windows(node, x.shape)
    head, place = _split(windows, index)
    return total(
        *(Over(entry_at(g, (*head, *output)), Literal(str(windows.weight(output)))) for output in windows.over(place))
    )


def _places(windows: _Windows) -> Iterator[tuple[Index, list[Index]]]:
    for output in cartesian(*map(range, windows.output)):
        yield output, windows.of(output)


def _gathered(node: Apply, shapes: Sequence[Shape], how: str) -> Callable[..., Any]:
    import numpy

    windows = _windows(node, shapes[0])
    axes = len(windows.input)

    def run(x: Any) -> Any:
        result: Any = numpy.empty((*x.shape[:-axes], *windows.output))
        for output, inside in _places(windows):
            parts = [x[(Ellipsis, *at)] for at in inside]
            result[(Ellipsis, *output)] = (
                numpy.max(parts, axis=0) if how == "max" else numpy.sum(parts, axis=0) / windows.weight(output)
            )
        return result

    return run


def _scattered(node: Apply, shapes: Sequence[Shape], how: str) -> Callable[..., Any]:
    import numpy

    windows = _windows(node, shapes[0])
    axes = len(windows.input)

    def run(x: Any, g: Any) -> Any:
        lead = numpy.broadcast_shapes(x.shape[:-axes], g.shape[:-axes])
        result: Any = numpy.zeros((*lead, *windows.input))
        for output, inside in _places(windows):
            passed = g[(Ellipsis, *output)]
            first = numpy.argmax([x[(Ellipsis, *at)] for at in inside], axis=0) if how == "max" else None
            for position, at in enumerate(inside):
                share = passed / windows.weight(output) if first is None else numpy.where(first == position, passed, 0)
                result[(Ellipsis, *at)] += share
        return result

    return run


def _pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    return Apply(f"{node.operation}_input", node.settings, node.operands[0], adjoint)


def _back_pull_back(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    """Linear in the gradient that is passed back; the winning positions do not move."""
    if index == 0 or node.operation.startswith("max"):
        raise UnwrittenGradient("a second derivative of a pooling is not written", node)
    return Apply(node.operation.removesuffix("_input"), node.settings, adjoint)


_LOOPED = 1000
"""A pooling goes from window to window in Python."""


def _positions(node: Apply, shapes: Sequence[Shape]) -> int:
    """The positions of a window."""
    return prod(_windows(node, shapes[0]).kernel)


def _rows(axes: int) -> Iterator[Operation]:
    for how, entry, back, extra, text in (
        ("max", _max_entry, _max_back_entry, {}, "the largest entry"),
        ("avg", _mean_entry, _mean_back_entry, {"count_padding": 1}, "the mean"),
    ):
        name = f"{how}_pool{axes}d"
        symbol = f"{how}pool"
        yield Operation(
            name,
            _pooled_shape,
            entry,
            partial(_gathered, how=how),
            _pull_back,
            settings={**_SETTINGS, **extra},
            inner=_positions,
            slowness=_LOOPED,
            range=hull if how == "max" else anything,
            unicode=f"{symbol}({{0}})",
            latex=rf"\operatorname{{{{{symbol}}}}}({{0}})",
            summary=f"{text} of each window: {name}(X, kernel=2, stride=2, padding=0, ceil=0)",
        )
        yield Operation(
            f"{name}_input",
            _passed_shape,
            back,
            partial(_scattered, how=how),
            _back_pull_back,
            arity=2,
            settings={**_SETTINGS, **extra},
            inner=_positions,
            slowness=_LOOPED,
            unicode=f"{symbol}′({{0}}, {{1}})",
            latex=rf"\operatorname{{{{{symbol}}}}}'({{0}}, {{1}})",
            summary="the gradient of a pooling by its input: passed to the winning positions, or spread evenly",
        )


POOLINGS = (*_rows(1), *_rows(2))

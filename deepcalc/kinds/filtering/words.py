"""The settings of a convolution in words: of its own, and of what passes a gradient back through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.quantities import Prose
from deepcalc.kinds.filtering.wiring import PADDED, Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node
from deepcalc.plan.statement import joined, prose


def settings_said(wired: Wiring) -> Iterator[str]:
    """The settings of a convolution in words: ``stride 1``, ``padding 1 × 0``."""
    yield f"stride {sides(wired.stride)}"
    yield f"padding {sides(wired.padding)}"
    if set(wired.dilation) != {1}:
        yield f"dilation {sides(wired.dilation)}"
    if any(wired.each_output_padding):
        yield f"output padding {sides(wired.each_output_padding)}"


def way_back_said(wired: Wiring, loss: str, name: str) -> Prose:
    """How the gradient by the input or by the kernel is slid, where that is not entry by entry without a margin.

    The steps of one way are the distances of the other: a kernel that moves by 2 has gradients whose entries stand for
    places 2 apart.
    """
    net = Name(gradient(loss, "Z"))
    if name == wired.kernel:
        large, small = (net, Name("X")) if wired.is_transposed else (Name(_input(wired)), net)
        said = [*_margin(wired, large), *_apart(small, wired.stride), *_steps(wired.dilation)]
    elif name == _input(wired) and wired.is_transposed:
        said = [(each,) for each in settings_said(wired)]
    elif name == _input(wired) and wired.k:
        apart = [*_apart(net, wired.stride), *_apart(Name(wired.kernel), wired.dilation)]
        said = [*apart, *_margins_back(wired, net, name), *_turned(wired)]
    else:
        return ()
    return joined(said, last=", ") if said else ()


def _input(wired: Wiring) -> str:
    return PADDED if wired.has_padded_input else "X"


def _margin(wired: Wiring, of: Node) -> Iterator[Prose]:
    if any(wired.padding) and not wired.has_padded_input:
        yield prose(of, f" padded by {sides(wired.padding)}")


def _margins_back(wired: Wiring, of: Node, name: str) -> Iterator[Prose]:
    """What is put around the gradient by the net input: D(K − 1), less the padding, which is cut off again."""
    padding = (0,) * wired.axes if name == PADDED else wired.padding
    sizes = zip(wired.dilation, wired.k[-wired.axes :], padding, strict=True)
    margins = [step * (size - 1) - zeros for step, size, zeros in sizes]
    added, cut = (tuple(max(sign * margin, 0) for margin in margins) for sign in (1, -1))
    if any(added):
        yield prose(of, f" padded by {sides(added)}")
    if any(cut):
        yield (f"{sides(cut)} cut off at each side",)


def _turned(wired: Wiring) -> Iterator[Prose]:
    """That the kernel is turned on the way back, where it has been slid as it is."""
    if not wired.is_turned and set(wired.k[-wired.axes :]) != {1}:
        yield prose(Name(wired.kernel), " turned by 180°")


def _apart(of: Node, steps: tuple[int, ...]) -> Iterator[Prose]:
    if set(steps) != {1}:
        yield prose("entries of ", of, f" {sides(steps)} apart")


def _steps(steps: tuple[int, ...]) -> Iterator[Prose]:
    if set(steps) != {1}:
        yield (f"steps of {sides(steps)}",)


def sides(value: Any) -> str:
    """One size for all axes, or one for each: ``2``, ``2 × 1``."""
    sizes = value if isinstance(value, tuple) else (value,)
    return str(sizes[0]) if len(set(sizes)) == 1 else " × ".join(map(str, sizes))

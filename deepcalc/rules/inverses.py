"""Sizes backwards: which whole numbers of a layer lead to a wanted size of its output.

⌊R/S⌋ + 1 lies between m and M where (m − 1)·S ≤ R ≤ M·S − 1: each law of :mod:`deepcalc.rules.sizes` is solved for one
of its numbers, whose solutions are all the whole numbers from a least one to a greatest one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Negative, Node, Over, Plus, Times, total
from deepcalc.records import record
from deepcalc.rules import sizes
from deepcalc.rules.sizes import SAME, SAME_IN_PYTORCH, TOTAL, Padding, Side, reach_of


@record
class Bounds:
    """The least and the greatest whole number, as nodes."""

    least: Any
    most: Any


Solved = Callable[[Side, Padding, Bounds], Bounds]
"""What one number of a side may be, from the side's other numbers and what its output may be."""


def _flat(*terms: Node) -> Node:
    """A sum of terms of which some are sums."""
    return total(*(part for term in terms for part in (term.args if isinstance(term, Plus) else (term,))))


def _less(node: Node) -> tuple[Node, ...]:
    """What is taken away, term by term."""
    terms = node.args if isinstance(node, Plus) else (node,)
    return tuple(term.args[0] if isinstance(term, Negative) else Negative(term) for term in terms)


def _shortest(side: Side, output: Bounds) -> Node:
    """(m − 1)·S, the least that may be left beside the kernel."""
    return Times(Plus(output.least, Negative(ONE)), side.s)


def _longest(side: Side, output: Bounds) -> Node:
    """M·S − 1, the most that may be left beside the kernel."""
    return Plus(Times(output.most, side.s), Negative(ONE))


def padding_of(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """⌈((m − 1)·S + K − N)/2⌉ to ⌊(M·S − 1 + K − N)/2⌋, the padding at each end; twice that of both together."""
    kernel = reach_of(side)
    least = _flat(_shortest(side, output), kernel, Negative(side.n))
    most = _flat(_longest(side, output), kernel, Negative(side.n))
    if padding is TOTAL:
        return Bounds(least, most)
    return Bounds(Call("ceil", Over(least, TWO)), Call("floor", Over(most, TWO)))


def kernel_of(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """N + 2·P − M·S + 1 to N + 2·P − (m − 1)·S; with a dilation each span is divided by it."""
    padded = padding.padded_size(side, side.n)
    if side.d is None:
        least = _flat(padded, *_less(_longest(side, output)))
        return Bounds(least, _flat(padded, *_less(_shortest(side, output))))
    shortest = _flat(padded, *_less(_longest(side, output)), Negative(ONE))
    longest = _flat(padded, *_less(_shortest(side, output)), Negative(ONE))
    return Bounds(
        Plus(Call("ceil", Over(shortest, side.d)), ONE),
        Plus(Call("floor", Over(longest, side.d)), ONE),
    )


def stride_of(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """⌊(N − K + 2·P)/M⌋ + 1 to ⌊(N − K + 2·P)/(m − 1)⌋; with same padding ⌈N/M⌉ to ⌈N/(m − 1)⌉ − 1.

    Where a single position is wanted there is no greatest one.
    """
    fewer = Plus(output.least, Negative(ONE))
    if padding is SAME:
        most = Plus(Call("ceil", Over(side.n, fewer)), Negative(ONE))
        return Bounds(Call("ceil", Over(side.n, output.most)), most)
    left = _flat(side.n, *_less(reach_of(side)), *padding.added(side))
    least = Plus(Call("floor", Over(left, output.most)), ONE)
    return Bounds(least, Call("floor", Over(left, fewer)))


def input_of_slid(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """(m − 1)·S + K − 2·P to M·S − 1 + K − 2·P; with same padding (m − 1)·S + 1 to M·S."""
    if padding is SAME:
        return Bounds(Plus(_shortest(side, output), ONE), Times(output.most, side.s))
    if padding is SAME_IN_PYTORCH:
        return output
    kernel, taken = reach_of(side), tuple(map(Negative, padding.added(side)))
    return Bounds(
        _flat(_shortest(side, output), kernel, *taken),
        _flat(_longest(side, output), kernel, *taken),
    )


def input_of_transposed(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """⌈(m − K + 2·P − O)/S⌉ + 1 to ⌊(M − K + 2·P − O)/S⌋ + 1; with same padding ⌈m/S⌉ to ⌊M/S⌋."""
    if padding is SAME:
        return Bounds(Call("ceil", Over(output.least, side.s)), Call("floor", Over(output.most, side.s)))
    taken = (*_less(reach_of(side)), *padding.added(side), *(() if side.o is None else (Negative(side.o),)))
    return Bounds(
        Plus(Call("ceil", Over(_flat(output.least, *taken), side.s)), ONE),
        Plus(Call("floor", Over(_flat(output.most, *taken), side.s)), ONE),
    )


def input_of_kept(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """The size of the output."""
    return output


def input_of_upsampled(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """⌈m/f⌉ to ⌊M/f⌋."""
    return Bounds(Call("ceil", Over(output.least, side.f)), Call("floor", Over(output.most, side.f)))


def input_of_extended(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """m − 2·P to M − 2·P."""
    taken = tuple(map(Negative, padding.added(side)))
    return Bounds(_flat(output.least, *taken), _flat(output.most, *taken))


def input_of_cropped(side: Side, padding: Padding, output: Bounds) -> Bounds:
    """m + 2·P to M + 2·P."""
    return Bounds(_flat(output.least, *padding.added(side)), _flat(output.most, *padding.added(side)))


SOLVED_FOR: Mapping[str, tuple[Solved, Any]] = {
    "padding": (padding_of, ZERO),
    "kernel": (kernel_of, ONE),
    "stride": (stride_of, ONE),
}
"""What a number of a sliding kernel may be, and the least that one is at all."""

INPUTS: Mapping[Callable[[Side, Padding], Node], Solved] = {
    sizes.slid: input_of_slid,
    sizes.transposed: input_of_transposed,
    sizes.kept: input_of_kept,
    sizes.upsampled: input_of_upsampled,
    sizes.extended: input_of_extended,
    sizes.cropped: input_of_cropped,
}
"""What the input of a layer may be, by the law of its size."""

"""Intervals of numbers: what values an expression can have, from what its parts can have.

They err on the wide side, so what lies outside is impossible. The range of an array holds all its entries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from deepcalc.records import record

INFINITY = math.inf


@record
class Range:
    """All numbers from ``low`` to ``high``, both included where they are finite."""

    low: float = -INFINITY
    high: float = INFINITY

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Fraction | int | float) and self.low <= value <= self.high

    def __str__(self) -> str:
        if self.high == INFINITY:
            return f"at least {self.low:g}"
        return f"at most {self.high:g}" if self.low == -INFINITY else f"from {self.low:g} to {self.high:g}"


ANY = Range()
NOT_NEGATIVE = Range(low=0)
SHARE = Range(0, 1)

RangeRule = Callable[[Sequence[Range]], Range]
"""The range of what is made of operands, from theirs."""


def always(range_: Range) -> RangeRule:
    """The rule by which a value lies in the range whatever it is made of."""
    return lambda operands: range_


anything = always(ANY)


def hull(ranges: Iterable[Range]) -> Range:
    """The range of what is one of several."""
    ranges = list(ranges)
    return Range(min(each.low for each in ranges), max(each.high for each in ranges))


def monotone(function: Callable[[float], float]) -> RangeRule:
    """The rule of a function of one argument that never falls."""
    return lambda operands: Range(function(operands[0].low), function(operands[0].high))


def product_of(factors: Sequence[Range]) -> Range:
    result = factors[0]
    for factor in factors[1:]:
        corners = [_corner(a, b) for a in (result.low, result.high) for b in (factor.low, factor.high)]
        result = Range(min(corners), max(corners))
    return result


def _corner(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def reciprocal(range_: Range) -> Range:
    """1 over numbers above 0; a bound that is no float of itself is the next one farther out."""
    low = 0.0 if range_.high == INFINITY else _rounded(range_.high, 0.0)
    return Range(low, _rounded(range_.low, INFINITY))


def _rounded(divisor: float, towards: float) -> float:
    quotient = 1 / divisor
    if quotient == INFINITY:
        return quotient
    is_exact = quotient < INFINITY and Fraction(quotient) * Fraction(divisor) == 1
    return quotient if is_exact else math.nextafter(quotient, towards)


def sum_of_products(factors: Sequence[Range]) -> Range:
    """Of sums of unknown number nothing is known but their sign."""
    return NOT_NEGATIVE if all(factor.low >= 0 for factor in factors) else ANY


def first(operands: Sequence[Range]) -> Range:
    """The rule of what only arranges, or picks from, its first operand."""
    return operands[0]

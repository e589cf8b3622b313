"""Where the ticks of an axis stand: at multiples of 1, 2 or 5 times a power of ten, exactly."""

from __future__ import annotations

import math
from fractions import Fraction

_STEPS = (Fraction(1), Fraction(2), Fraction(5), Fraction(10))


def ticks(low: Fraction, high: Fraction, most: int = 6, whole: bool = False) -> list[Fraction]:
    """Up to ``most`` or so ticks, the first at or below ``low`` and the last at or above ``high``.

    ``whole`` ones are integers within the bounds only, which are then whole too.
    """
    span = high - low
    if span == 0:
        span = abs(low) or Fraction(1)
        low, high = (low, high) if whole else (low - span / 2, high + span / 2)
    step = _step(span / max(most - 1, 1))
    if whole:
        step = max(step, Fraction(1))
        return [step * index for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [step * index for index in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _step(least: Fraction) -> Fraction:
    """The smallest of 1, 2 and 5 times a power of ten that is not below."""
    exponent = math.floor(math.log10(least.numerator) - math.log10(least.denominator))
    unit = Fraction(10) ** exponent
    return next((unit * step for step in _STEPS if unit * step >= least), unit * 10)

"""Mistakes of the answer itself, whatever it was computed from: two digits transposed, and a wrong power of ten."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

_SHIFTS = [Fraction(10) ** shift for shift in (-3, -2, -1, 1, 2, 3)]


LEAST_TRANSPOSED = 1000
"""Units of the last place from which a number has so many digits that two of them are hardly right by accident."""


def has_digits_transposed(given: Fraction, half_unit: Fraction, truth: Fraction) -> bool:
    """Whether the number becomes the true one when two digits side by side change places.

    A number that is rounded must have four digits.
    """
    unit = 2 * half_unit
    if unit and truth.denominator != 1 and abs(given) < LEAST_TRANSPOSED * unit:
        return False
    if not unit or (given / unit).denominator != 1:
        return False
    digits = str(abs(given / unit))
    for i, (left, right) in enumerate(pairwise(digits)):
        other = int(digits[:i] + right + left + digits[i + 2 :]) * unit
        if left != right and abs((other if given > 0 else -other) - truth) <= half_unit:
            return True
    return False


def has_point_shifted(given: Fraction, half_unit: Fraction, truth: Fraction) -> bool:
    """Whether the number is the true one times a power of ten."""
    return any(abs(given * shift - truth) <= half_unit * shift for shift in _SHIFTS)


def mistakes_of_the_answer(given: Fraction, half_unit: Fraction, truth: Fraction) -> Sequence[tuple[str, str]]:
    """The key of each such mistake that leads from the true value to the number, and how it is said."""
    return [(key, message) for key, message, is_so in _MISTAKES if is_so(given, half_unit, truth)]


_MISTAKES = (
    ("digits-transposed", "two digits of the answer transposed", has_digits_transposed),
    ("power-of-ten", "a wrong power of ten", has_point_shifted),
)

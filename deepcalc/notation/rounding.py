"""How exact values are shown: in full where that is short, else rounded half-up on the exact value.

Rounding happens here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import NamedTuple

from deepcalc.notation.arithmetic import DIGITS, context, is_far, mantissa_and_exponent, to_fraction
from deepcalc.notation.lexer import MOST_DIGITS
from deepcalc.notation.nodes import Literal, Value
from deepcalc.records import record

_LONGEST_INTEGER = 15
_MOST_PLACES = 1_100  # no number that can be typed has more, and no shorter one takes as many
_SCIENTIFIC_BELOW = -4
_SCIENTIFIC_FROM = 9
_ZERO_TO_PLACES = 2  # significant figures of what would show as a bare 0


@record
class NumberFormat:
    """The digits that are shown: ``significant`` figures, or decimal ``places`` (one of the two).

    A tie is rounded away from zero (half-up); with ``half_even`` to the even digit, as banks and IEEE 754 do.
    """

    significant: int | None = 4
    places: int | None = None
    half_even: bool = False

    def write(self, value: Value) -> Literal:
        """The value as it stands among other numbers.

        Whole numbers of up to 15 digits and short decimals are shown in full. A nonzero value that the
        asked places would show as 0 is written in scientific form.
        """
        shown = self.shown(value)
        return shown[-1]

    def shown(self, value: Value) -> tuple[Literal, ...]:
        """The value as it stands alone: one form, or two where places alone would show a bare 0."""
        if is_far(value):
            return self._far(value)
        exact = to_fraction(value)
        text = self._in_full(exact)
        if text is not None:
            return (Literal(text, value),)
        rounded = self._rounded(exact)
        literal = Literal(rounded.text, value)
        if self.places is not None and abs(rounded.number) * 10**self.places < 1:
            return (Literal(fixed(Fraction(0), self.places), value), literal)
        return (literal,)

    def _far(self, value: Value) -> tuple[Literal, ...]:
        """The forms of a value beyond 10^±1000."""
        mantissa, shift = mantissa_and_exponent(value)
        if self.places is None:
            assert self.significant is not None
            return (Literal(_scientific(mantissa, self.significant, self.half_even, shift), value),)
        if shift > 0:
            return (Literal(_scientific(mantissa, self.places + 1, self.half_even, shift), value),)
        return Literal(fixed(Fraction(0), self.places), value), Literal(
            _scientific(mantissa, _ZERO_TO_PLACES, shift=shift), value
        )

    def carried(self, value: Value) -> Fraction:
        """What a person who writes the value down goes on with: the number that was written."""
        if is_far(value):
            return Fraction(self.write(value).text)
        exact = to_fraction(value)
        return exact if self._in_full(exact) is not None else self._rounded(exact).number

    def _rounded(self, exact: Fraction) -> _Rounded:
        """What is written of a value that is not shown in full."""
        sign = -1 if exact < 0 else 1
        if self.places is not None:
            whole = _whole(abs(exact) * 10**self.places, self.half_even)
            if not whole:
                return _Rounded(sign * _rounded_significant(exact, _ZERO_TO_PLACES, False), _ZERO_TO_PLACES, True)
            if abs(exact) < 10**_LONGEST_INTEGER:
                return _Rounded(Fraction(sign * whole, 10**self.places), self.places)
        figures = (self.significant or 1) if self.places is None else self.places + 1
        rounded = _rounded_significant(exact, figures, self.half_even)
        exponent = decimal_exponent(rounded)
        if self.places is not None or not _SCIENTIFIC_BELOW <= exponent < _SCIENTIFIC_FROM:
            return _Rounded(sign * rounded, figures, True)
        if figures <= exponent:
            rounded = Fraction(_whole(abs(exact), self.half_even))
        return _Rounded(sign * rounded, max(figures - 1 - exponent, 0))

    def _in_full(self, exact: Fraction) -> str | None:
        if exact.denominator == 1:
            return str(exact.numerator) if abs(exact) < 10**_LONGEST_INTEGER else None
        places = decimal_places(exact)
        if places is None or places > _MOST_PLACES:
            return None
        if self.places is not None:
            return fixed(exact, places) if places <= self.places else None
        assert self.significant is not None
        digits = len(_digits(exact, places))
        if digits > self.significant:
            return None
        if decimal_exponent(exact) < _SCIENTIFIC_BELOW:
            return _scientific(exact, digits)
        return fixed(exact, places)


class _Rounded(NamedTuple):
    """A rounded number, with its places or, ``is_scientific``, its figures."""

    number: Fraction
    digits: int
    is_scientific: bool = False

    @property
    def text(self) -> str:
        return (_scientific if self.is_scientific else fixed)(self.number, self.digits)


@record
class Rounding:
    """A rounding policy: the format of each group of quantities, and whether rounded figures are carried on."""

    format: NumberFormat = NumberFormat()
    groups: Mapping[str, NumberFormat] = field(default_factory=dict)
    carry_rounded: bool = False

    def of(self, group: str | None) -> NumberFormat:
        """The number format of a quantity of the group."""
        return self.groups.get(group, self.format) if group else self.format


def decimal_places(exact: Fraction) -> int | None:
    """How many decimal places say the rational in full; None where no finite number does."""
    denominator = exact.denominator
    twos = (denominator & -denominator).bit_length() - 1
    rest = denominator >> twos
    fives = 0
    while math.gcd(rest, 5) == 5:
        rest //= 5
        fives += 1
    return max(twos, fives) if rest == 1 else None


def fixed(exact: Fraction, places: int, half_even: bool = False) -> str:
    """The value with so many decimal places, rounded half-up (half away from zero) or half-even."""
    scaled = _whole(abs(exact) * 10**places, half_even)
    digits = str(scaled).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if exact < 0 and scaled else text


def exact_text(value: Value) -> str:
    """The value in plain text: a decimal, a fraction, or all digits that are carried.

    The parser reads it back, but for what is beyond 10^±1000.
    """
    if not isinstance(value, Fraction):
        return str(context.nstr(value, DIGITS, strip_zeros=True, min_fixed=-8))
    places = decimal_places(value)
    if places is None:
        return str(value)
    text = fixed(value, places)
    if len(text) <= MOST_DIGITS:
        return text
    digits = len(_digits(value, places).rstrip("0"))
    return _scientific(value, digits) if digits <= MOST_DIGITS else str(value)


def _digits(exact: Fraction, places: int) -> str:
    """The digits of a decimal with so many places, without its point and sign."""
    return str(abs(exact.numerator) * 10**places // exact.denominator)


def _whole(size: Fraction, half_even: bool) -> int:
    """The nearest whole number of a value that is not negative."""
    return round(size) if half_even else (2 * size.numerator + size.denominator) // (2 * size.denominator)


def decimal_exponent(exact: Fraction) -> int:
    """The decimal exponent: 0 for 1 to 9.99…, -1 for 0.1, …"""
    top, bottom = abs(exact.numerator), exact.denominator
    exponent = math.floor((top.bit_length() - bottom.bit_length() - 1) * math.log10(2))
    while top * 10 ** max(-exponent - 1, 0) >= bottom * 10 ** max(exponent + 1, 0):
        exponent += 1
    return exponent


def _rounded_significant(exact: Fraction, digits: int, half_even: bool) -> Fraction:
    places = digits - 1 - decimal_exponent(exact)
    above, below = 10 ** max(places, 0), 10 ** max(-places, 0)
    return Fraction(_whole(Fraction(abs(exact.numerator) * above, exact.denominator * below), half_even) * below, above)


def _scientific(exact: Fraction, digits: int, half_even: bool = False, shift: int = 0) -> str:
    """The value times 10 to the ``shift`` with so many significant digits."""
    rounded = _rounded_significant(exact, digits, half_even)
    exponent = decimal_exponent(rounded)
    mantissa = fixed(rounded / Fraction(10) ** exponent, digits - 1)
    return f"{'-' if exact < 0 else ''}{mantissa}e{exponent + shift}"

"""Exact arithmetic on :data:`Value`: rationals while they stay short, 50-digit floats beyond.

A rational whose numerator or denominator outgrows 60 digits becomes a float. A sum that cancels to less
than 1e-40 of its largest operand is 0. A result beyond 10^±100000 is an overflow. What has no value
raises :class:`ValueOutOfReach` with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import Any

from mpmath.ctx_mp import MPContext

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation.nodes import Value

DIGITS = 50
"""Significant digits of the float part of the domain."""

context = MPContext()
context.dps = DIGITS

_RATIONAL_BITS = 200  # 60 decimal digits
_VANISHING = context.mpf(10) ** -40
_MAX_EXPONENT_BITS = 332_193  # 10^±100000
_MAX_EXPONENT = 1000


def to_float(value: Value) -> Any:
    """The value as a 50-digit float."""
    if isinstance(value, Fraction):
        return context.mpf(value.numerator) / value.denominator
    return value


def to_fraction(value: Value) -> Fraction:
    """The value as a rational, exactly (every binary float is one)."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    scaled = Fraction(mantissa) * Fraction(2) ** exponent
    return -scaled if sign else scaled


def settled(value: Value) -> Value:
    """The value in the form that the domain carries: a long rational as a float, an overflow as an error."""
    if isinstance(value, Fraction):
        if value.numerator.bit_length() > _RATIONAL_BITS or value.denominator.bit_length() > _RATIONAL_BITS:
            return to_float(value)
        return value
    _, mantissa, exponent, bits = value._mpf_
    if not mantissa:
        if exponent:
            raise ValueOutOfReach("the result is not finite")
        return Fraction(0)
    if abs(exponent + bits) > _MAX_EXPONENT_BITS:
        raise ValueOutOfReach("the result is too large or too small to be written (beyond 10^100000)")
    return value


def compared(a: Value, b: Value) -> int:
    """-1, 0 or 1 as a is less than, equal to or greater than b, exactly."""
    if isinstance(a, Fraction) != isinstance(b, Fraction):
        a, b = to_fraction(a), to_fraction(b)
    return (a > b) - (a < b)


def largest(values: Sequence[Value]) -> Value:
    """The largest value; of equal ones the first."""
    return max(values, key=to_fraction)


def smallest(values: Sequence[Value]) -> Value:
    """The smallest value; of equal ones the first."""
    return min(values, key=to_fraction)


def plus(terms: Sequence[Value]) -> Value:
    """The sum; what cancels to under 1e-40 of the largest term is 0."""
    if all(isinstance(term, Fraction) for term in terms):
        return settled(sum(terms[1:], terms[0]))
    floats = [to_float(term) for term in terms]
    result = context.fsum(floats)
    if abs(result) <= _VANISHING * max(map(abs, floats)):
        return Fraction(0)
    return settled(result)


def times(factors: Sequence[Value]) -> Value:
    result = factors[0]
    for factor in factors[1:]:
        if isinstance(result, Fraction) and isinstance(factor, Fraction):
            result = result * factor
        elif result == 0 or factor == 0:
            return Fraction(0)
        else:
            result = to_float(result) * to_float(factor)
    return settled(result)


def over(numerator: Value, denominator: Value) -> Value:
    if denominator == 0:
        raise ValueOutOfReach("division by zero")
    if isinstance(numerator, Fraction) and isinstance(denominator, Fraction):
        return settled(numerator / denominator)
    return settled(to_float(numerator) / to_float(denominator))


def power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) > _MAX_EXPONENT:
            raise ValueOutOfReach(f"an exponent beyond {_MAX_EXPONENT} is out of reach")
        if base == 0 and exponent < 0:
            raise ValueOutOfReach("division by zero (a negative power of 0)")
        if isinstance(base, Fraction):
            longest = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
            if longest > 4 * _RATIONAL_BITS:
                return settled(to_float(base) ** exponent.numerator)
        return settled(base**exponent.numerator)
    if exponent == Fraction(1, 2):
        return sqrt(base)
    if base == 0 and exponent > 0:
        return Fraction(0)
    if base < 0:
        raise ValueOutOfReach("a fractional power of a negative number")
    if base == 0:
        raise ValueOutOfReach("division by zero (a negative power of 0)")
    return exp(times((exponent, log(base))))


def sqrt(x: Value) -> Value:
    if x < 0:
        raise ValueOutOfReach("the square root of a negative number")
    if isinstance(x, Fraction):
        top, bottom = (_integer_sqrt(part) for part in (x.numerator, x.denominator))
        if top is not None and bottom is not None:
            return Fraction(top, bottom)
    return settled(context.sqrt(to_float(x)))


def _integer_sqrt(n: int) -> int | None:
    root = isqrt(n)
    return root if root * root == n else None


def exp(x: Value) -> Value:
    if x == 0:
        return Fraction(1)
    if abs(x) > 230_000:
        raise ValueOutOfReach("the exponential is too large or too small to be written (beyond 10^100000)")
    return settled(context.exp(to_float(x)))


def log(x: Value) -> Value:
    """The natural logarithm."""
    if x == 0:
        raise ValueOutOfReach("the logarithm of 0")
    if x < 0:
        raise ValueOutOfReach("the logarithm of a negative number")
    return Fraction(0) if x == 1 else settled(context.log(to_float(x)))


def log_base(x: Value, base: int) -> Value:
    """The logarithm to a whole base; a whole power of the base gives a whole number."""
    result = over(log(x), log(Fraction(base)))
    nearest = Fraction(round(float(result)))
    return nearest if isinstance(x, Fraction) and Fraction(base) ** nearest.numerator == x else result


def tanh(x: Value) -> Value:
    return Fraction(0) if x == 0 else settled(context.tanh(to_float(x)))


def sigmoid(x: Value) -> Value:
    """1/(1 + e^-x), in the form that loses no digits on its side of 0."""
    if x < 0:
        grown = exp(x)
        return over(grown, plus((Fraction(1), grown)))
    return over(Fraction(1), plus((Fraction(1), exp(-x))))


def softplus(x: Value) -> Value:
    """log(1 + e^x) without overflow or loss: max(x, 0) + log1p(e^-|x|)."""
    if abs(x) > 10_000:
        return x if x > 0 else exp(x)
    tail = settled(context.log1p(context.exp(-abs(to_float(x)))))
    return plus((x, tail)) if x > 0 else tail

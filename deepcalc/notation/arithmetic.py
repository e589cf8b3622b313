"""Exact arithmetic on :data:`Value`: rationals while they stay short, 50-digit floats beyond.

A rational whose numerator or denominator outgrows 60 digits becomes a float. A sum that cancels to less
than 1e-40 of its largest operand is 0. A result beyond 10^±100000 is an overflow. What has no value
raises :class:`ValueOutOfReach` with the reason.
"""

from __future__ import annotations

import copyreg
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from mpmath.ctx_mp import MPContext
from sympy import integer_nthroot

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation.nodes import Value

DIGITS = 50
"""Significant digits of the float part of the domain."""

context = MPContext()
context.dps = DIGITS
_fine = MPContext()
_fine.dps = 80

_RATIONAL_BITS = 199  # never more than 60 decimal digits
_LONGEST_ON_THE_WAY = 4_000  # bits; beyond that a sum or product of rationals would take seconds
_LARGEST_ROOT = 100
_VANISHING = context.mpf(10) ** -40
_FAR_BITS = 3_322  # 10^±1000
_MAX_EXPONENT_BITS = 332_193  # 10^±100000
_MAX_EXPONENT = 1000
_NEAR = Fraction(1, 1000)
_SATURATED = 10_000  # e^-x is far below the digits that are carried


def _restored(number: Any) -> Any:
    return context.make_mpf(number)


copyreg.pickle(context.mpf, lambda value: (_restored, (value._mpf_,)))


def to_float(value: Value) -> Any:
    """The value as a 50-digit float."""
    if type(value) is Fraction:
        return context.mpf(value.numerator) / value.denominator
    return value


def nearest(value: Value) -> float:
    """The float next to an exact value, infinite where it is out of reach."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_fraction(value: Value) -> Fraction:
    """The value as a rational, exactly (every binary float is one)."""
    if isinstance(value, Fraction):
        return value
    sign, mantissa, exponent, _ = value._mpf_
    scaled: Fraction = Fraction(mantissa) * Fraction(2) ** exponent
    return -scaled if sign else scaled


def carried(value: Value) -> Value:
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
    if type(a) is not type(b):
        a, b = to_fraction(a), to_fraction(b)
    return (a > b) - (a < b)


def largest(values: Sequence[Value]) -> Value:
    """The largest value; of equal ones the first."""
    return max(values, key=_in_order(values))


def smallest(values: Sequence[Value]) -> Value:
    """The smallest value; of equal ones the first."""
    return min(values, key=_in_order(values))


def _in_order(values: Sequence[Value]) -> Callable[[Value], Any] | None:
    """What values are compared by: as they are, where all are of one type."""
    return to_fraction if len(set(map(type, values))) > 1 else None


def mantissa_and_exponent(value: Value) -> tuple[Fraction, int]:
    """A float as a mantissa from 1 up to 10, to 80 digits, and a power of ten."""
    exponent = int(_fine.floor(_fine.log10(abs(value))))
    return to_fraction(_fine.mpf(value) / _fine.mpf(10) ** exponent), exponent


def is_far(value: Value) -> bool:
    """Whether a float is beyond 10^±1000, so that it is slow to be written as a rational."""
    if isinstance(value, Fraction):
        return False
    _, _, exponent, bits = value._mpf_
    return bool(abs(exponent + bits) > _FAR_BITS)


def plus(terms: Sequence[Value]) -> Value:
    """The sum; what cancels to under 1e-40 of the largest term is 0."""
    if all(type(term) is Fraction for term in terms):
        ratios = [term.as_integer_ratio() for term in terms]
        common = lcm(*(below for _, below in ratios))
        if common.bit_length() <= _LONGEST_ON_THE_WAY:
            return carried(Fraction(sum(above * (common // below) for above, below in ratios), common))
        exact = terms[0]
        for term in terms[1:]:
            exact += term
            if exact.denominator.bit_length() > _LONGEST_ON_THE_WAY:
                break
        else:
            return carried(exact)
    floats = [to_float(term) for term in terms]
    result = context.fsum(floats)
    if abs(result) <= _VANISHING * max(map(abs, floats)):
        return Fraction(0)
    return carried(result)


def times(factors: Sequence[Value]) -> Value:
    result = factors[0]
    for factor in factors[1:]:
        if type(result) is Fraction and type(factor) is Fraction:
            result = result * factor
            if max(result.numerator.bit_length(), result.denominator.bit_length()) > _LONGEST_ON_THE_WAY:
                result = to_float(result)
        elif result == 0 or factor == 0:
            return Fraction(0)
        else:
            result = to_float(result) * to_float(factor)
    return carried(result)


def over(numerator: Value, denominator: Value) -> Value:
    if denominator == 0:
        raise ValueOutOfReach("division by zero")
    if type(numerator) is Fraction and type(denominator) is Fraction:
        return carried(numerator / denominator)
    return carried(to_float(numerator) / to_float(denominator))


def power(base: Value, exponent: Value) -> Value:
    if type(exponent) is Fraction and exponent.denominator == 1:
        if abs(exponent) > _MAX_EXPONENT:
            raise ValueOutOfReach(f"an exponent beyond {_MAX_EXPONENT} is out of reach")
        if base == 0 and exponent < 0:
            raise ValueOutOfReach("division by zero (a negative power of 0)")
        if type(base) is Fraction:
            longest = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
            if longest > 4 * _RATIONAL_BITS:
                return carried(to_float(base) ** exponent.numerator)
        return carried(base**exponent.numerator)
    if base == 0 and exponent > 0:
        return Fraction(0)
    if base < 0:
        raise ValueOutOfReach("a fractional power of a negative number")
    if base == 0:
        raise ValueOutOfReach("division by zero (a negative power of 0)")
    if type(exponent) is Fraction and abs(exponent.numerator) <= _MAX_EXPONENT:
        root = _rational_root(base, exponent.denominator)
        if root is not None:
            return power(root, Fraction(exponent.numerator))
    return exp(times((exponent, log(base))))


def sqrt(x: Value) -> Value:
    if x < 0:
        raise ValueOutOfReach("the square root of a negative number")
    root = _rational_root(x, 2)
    return carried(context.sqrt(to_float(x))) if root is None else root


def _rational_root(x: Value, degree: int) -> Fraction | None:
    """The root of a rational that is not negative, where that is rational too."""
    if type(x) is not Fraction or degree > _LARGEST_ROOT:
        return None
    (top, top_exact), (bottom, bottom_exact) = (integer_nthroot(n, degree) for n in (x.numerator, x.denominator))
    return Fraction(int(top), int(bottom)) if top_exact and bottom_exact else None


def floor(x: Value) -> Value:
    return carried(Fraction(math.floor(to_fraction(x))))


def ceil(x: Value) -> Value:
    return carried(Fraction(math.ceil(to_fraction(x))))


def exp(x: Value) -> Value:
    if x == 0:
        return Fraction(1)
    if abs(x) > 230_000:
        raise ValueOutOfReach("the exponential is too large or too small to be written (beyond 10^100000)")
    return carried(context.exp(to_float(x)))


def log(x: Value) -> Value:
    """The natural logarithm."""
    if x == 0:
        raise ValueOutOfReach("the logarithm of 0")
    if x < 0:
        raise ValueOutOfReach("the logarithm of a negative number")
    if x == 1:
        return Fraction(0)
    if type(x) is Fraction and abs(x - 1) < _NEAR:  # as a float it would lose the digits in which it differs from 1
        return carried(context.log1p(to_float(x - 1)))
    return carried(context.log(to_float(x)))


def log_base(x: Value, base: int) -> Value:
    """The logarithm to a whole base; a whole power of the base gives a whole number."""
    result = over(log(x), log(Fraction(base)))
    nearest = Fraction(round(float(result)))
    return nearest if type(x) is Fraction and Fraction(base) ** nearest.numerator == x else result


def tanh(x: Value) -> Value:
    return Fraction(0) if x == 0 else carried(context.tanh(to_float(x)))


def cosh(x: Value) -> Value:
    return over(plus((exp(x), exp(-x))), Fraction(2))


def sinh(x: Value) -> Value:
    exp(abs(x))  # where that is out of reach, so is this
    return Fraction(0) if x == 0 else carried(context.sinh(to_float(x)))


def sin(x: Value) -> Value:
    return x if x == 0 else _of_fine_argument(_fine.sin, x)


def cos(x: Value) -> Value:
    return Fraction(1) if x == 0 else _of_fine_argument(_fine.cos, x)


def _of_fine_argument(function: Callable[[Any], Any], x: Value) -> Value:
    """A function of the value to 80 digits: near a zero of it those of 50 would leave fewer."""
    fine = _fine.mpf(x.numerator) / x.denominator if type(x) is Fraction else _fine.mpf(x)
    return carried(context.mpf(function(fine)))


def erf(x: Value) -> Value:
    """The error function, 2/√π times the integral of e^(-t²) from 0 to x."""
    return Fraction(0) if x == 0 else carried(context.erf(to_float(x)))


def sigmoid(x: Value) -> Value:
    """1/(1 + e^-x), in the form that loses no digits on its side of 0."""
    if x < 0:
        grown = exp(x)
        return over(grown, plus((Fraction(1), grown)))
    if x > _SATURATED:
        return to_float(Fraction(1))
    return over(Fraction(1), plus((Fraction(1), exp(-x))))


def softplus(x: Value) -> Value:
    """log(1 + e^x) without overflow or loss: max(x, 0) + log1p(e^-|x|)."""
    if abs(x) > _SATURATED:
        return x if x > 0 else exp(x)
    tail = carried(context.log1p(context.exp(-abs(to_float(x)))))
    return plus((x, tail)) if x > 0 else tail

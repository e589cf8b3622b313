"""What a printed line says, by mpmath's interval arithmetic: independent of the evaluator under test."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import numpy as np
from mpmath import iv, mp

from deepcalc.notation.grids import Grid
from deepcalc.notation.names import entry_parts
from deepcalc.notation.nodes import Call, Literal, Name, Negative, Over, Plus, Power, Times
from tests.solution.array_intervals import ADD, DIVIDE, MULTIPLY, array_interval, array_of

iv.dps = 70

_ENDPOINTS = {
    "sigmoid": lambda x: 1 / (1 + iv.exp(-x)),
    "tanh": lambda x: (iv.exp(x) - iv.exp(-x)) / (iv.exp(x) + iv.exp(-x)),
    "cosh": lambda x: (iv.exp(x) + iv.exp(-x)) / 2,
    "softplus": lambda x: iv.log(1 + iv.exp(x)),
}


_CARRIED_DIGITS = iv.mpf(
    ["0.999999999999999999999999999999999999999999999999", "1.000000000000000000000000000000000000000000000001"]
)


_CONSTANTS = {"pi": iv.pi, "e": iv.exp(1)}


class Unbounded(Exception):
    """The line says nothing: a divisor or the argument of a logarithm may be 0 within its rounding."""


def exact(value: Any) -> Any:
    """A rational or an mpf as an interval, an array as an array of them."""
    return array_of(value, _exact_number) if isinstance(value, Grid) else _exact_number(value)


@lru_cache(maxsize=8192, typed=True)
def _exact_number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return iv.mpf(value.numerator) / value.denominator
    return iv.mpf([value, value])


def half_unit(text: str) -> Fraction:
    """Half a unit of the last place that is written."""
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - places)


@lru_cache(maxsize=8192)
def _written(text: str, rounded: bool) -> Any:
    """What a number says that is written so: itself, or all that is rounded to it."""
    middle = exact(Fraction(text))
    slack = exact(half_unit(text)) if rounded else iv.mpf(0)
    return iv.mpf([(middle - slack).a, (middle + slack).b])


def interval(node: Any, values: Mapping[str, Any], rounded: Collection[str]) -> Any:
    """All values that the expression can have, the numbers whose texts are ``rounded`` being known to half a unit.

    The value of an array is an array of intervals.
    """

    def of(part: Any) -> Any:
        return interval(part, values, rounded)

    if isinstance(node, Literal):
        return _written(node.text, node.text.lstrip("-") in rounded)
    if isinstance(node, Name):
        is_constant = node.name in _CONSTANTS and node.name not in values
        return _CONSTANTS[node.name] if is_constant else _carried(_value(node.name, values))
    if isinstance(node, Plus):
        return reduce(ADD, map(of, node.args))
    if isinstance(node, Times):
        return reduce(MULTIPLY, map(of, node.args))
    if isinstance(node, Negative):
        return -of(node.args[0])
    if isinstance(node, Over):
        top, bottom = map(of, node.args)
        if any(0 in each for each in np.ravel(bottom)):
            raise Unbounded
        return DIVIDE(top, bottom)
    if isinstance(node, Power):
        return np.frompyfunc(_power, 2, 1)(*map(of, node.args))
    if isinstance(node, Call):
        found = [of(argument) for argument in node.arguments]
        if node.function in ("max", "min") and len(found) == 1:
            return _call(node.function, list(np.ravel(found[0])))
        return np.frompyfunc(lambda *arguments: _call(node.function, arguments), len(found), 1)(*found)
    return array_interval(node, of)


def _value(name: str, values: Mapping[str, Any]) -> Any:
    """The value of a quantity, or of an entry of an array: ``X.1.2``, ``X.1.2@1`` of ``X@1``."""
    if name in values:
        return values[name]
    array, place = entry_parts(name)
    return values[array][place]


def _carried(value: Any) -> Any:
    if isinstance(value, Grid):
        return array_of(value, _carried_number)
    return _carried_number(value)


@lru_cache(maxsize=8192, typed=True)
def _carried_number(value: Any) -> Any:
    return exact(value) if isinstance(value, Fraction) else exact(value) * _CARRIED_DIGITS


def _power(base: Any, exponent: Any) -> Any:
    if exponent.delta == 0 and exponent.a == int(exponent.a):
        if exponent.a < 0 and 0 in base:
            raise Unbounded
        return base ** int(exponent.a)
    return iv.exp(exponent * _log(base))


def _call(function: str, arguments: Sequence[Any]) -> Any:
    x = arguments[0]
    if function in _ENDPOINTS:
        return _ENDPOINTS[function](x)
    match function:
        case "exp":
            return iv.exp(x)
        case "log" | "ln":
            return _log(x)
        case "log2" | "log10":
            return _log(x) / iv.log(int(function[3:]))
        case "sqrt":
            if x.b < 0:
                raise Unbounded
            return iv.sqrt(iv.mpf([max(x.a, 0), x.b]))
        case "erf":
            with mp.workdps(iv.dps):
                ends = [iv.mpf(mp.erf(mp.mpf(end))) for end in (x.a, x.b)]
            return iv.mpf([ends[0].a, ends[1].b]) + iv.mpf([-1, 1]) * iv.mpf("1e-65")
        case "abs":
            return abs(x)
        case "max":
            return iv.mpf([max(part.a for part in arguments), max(part.b for part in arguments)])
        case "min":
            return iv.mpf([min(part.a for part in arguments), min(part.b for part in arguments)])
        case "relu":
            return iv.mpf([max(x.a, 0), max(x.b, 0)])
        case "leaky_relu":
            ends = [end if end > 0 else arguments[1] * end for end in (iv.mpf(x.a), iv.mpf(x.b))]
            return iv.mpf([ends[0].a, ends[1].b])
        case "floor" | "ceil":
            from mpmath import ceil, floor

            rule = floor if function == "floor" else ceil
            return iv.mpf([rule(x.a), rule(x.b)])
        case "sign":
            return iv.mpf([(x.a > 0) - (x.a < 0), (x.b > 0) - (x.b < 0)])
        case "step":
            return iv.mpf([int(x.a >= 0), int(x.b >= 0)])
        case "sin":
            return iv.sin(x)
        case "cos":
            return iv.cos(x)
    raise AssertionError(f"no rule for {function}")


def _log(x: Any) -> Any:
    if x.a <= 0:
        raise Unbounded
    return iv.log(x)

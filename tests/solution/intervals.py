"""What a printed line says, by mpmath's interval arithmetic: independent of the evaluator under test."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from mpmath import iv

from deepcalc.notation.nodes import Call, Literal, Name, Negative, Over, Plus, Power, Times

iv.dps = 70

_ENDPOINTS = {
    "sigmoid": lambda x: 1 / (1 + iv.exp(-x)),
    "tanh": lambda x: (iv.exp(x) - iv.exp(-x)) / (iv.exp(x) + iv.exp(-x)),
    "softplus": lambda x: iv.log(1 + iv.exp(x)),
}


_CARRIED_DIGITS = iv.mpf(
    ["0.999999999999999999999999999999999999999999999999", "1.000000000000000000000000000000000000000000000001"]
)


class Unbounded(Exception):
    """The line says nothing: a divisor or the argument of a logarithm may be 0 within its rounding."""


def exact(value: Any) -> Any:
    """A rational or an mpf as an interval."""
    if isinstance(value, Fraction):
        return iv.mpf(value.numerator) / value.denominator
    return iv.mpf([value, value])


def half_unit(text: str) -> Fraction:
    """Half a unit of the last place that is written."""
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - places)


def interval(node: Any, values: Mapping[str, Any], rounded: Collection[str]) -> Any:
    """All values that the expression can have, the numbers whose texts are ``rounded`` being known to half a unit."""

    def of(part: Any) -> Any:
        return interval(part, values, rounded)

    if isinstance(node, Literal):
        middle = exact(Fraction(node.text))
        slack = exact(half_unit(node.text)) if node.text.lstrip("-") in rounded else iv.mpf(0)
        return iv.mpf([(middle - slack).a, (middle + slack).b])
    if isinstance(node, Name):
        value = exact(values[node.name])
        return value if isinstance(values[node.name], Fraction) else value * _CARRIED_DIGITS
    if isinstance(node, Plus):
        return sum((of(part) for part in node.args), iv.mpf(0))
    if isinstance(node, Times):
        result = iv.mpf(1)
        for part in node.args:
            result = result * of(part)
        return result
    if isinstance(node, Negative):
        return -of(node.args[0])
    if isinstance(node, Over):
        top, bottom = map(of, node.args)
        if 0 in bottom:
            raise Unbounded
        return top / bottom
    if isinstance(node, Power):
        base, exponent = node.args
        if isinstance(exponent, Literal) and Fraction(exponent.text).denominator == 1:
            n = int(Fraction(exponent.text))
            if n < 0 and 0 in of(base):
                raise Unbounded
            return of(base) ** n
        return iv.exp(of(exponent) * _log(of(base)))
    assert isinstance(node, Call), f"no rule for {type(node).__name__}"
    return _call(node.function, [of(part) for part in node.arguments])


def _call(function: str, arguments: list[Any]) -> Any:
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
        case "sin":
            return iv.sin(x)
        case "cos":
            return iv.cos(x)
    raise AssertionError(f"no rule for {function}")


def _log(x: Any) -> Any:
    if x.a <= 0:
        raise Unbounded
    return iv.log(x)

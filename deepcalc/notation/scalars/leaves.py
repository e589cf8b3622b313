"""Names, numbers, and numbers that are typed as expressions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import sympy

from deepcalc.notation.arithmetic import DIGITS, context, nearest
from deepcalc.notation.nodes import ONE, ZERO, Constant, Literal, Name
from deepcalc.notation.ranges import ANY, INFINITY, Range
from deepcalc.notation.scalars.row import Instructions, Scalar


def _range(node: Literal, of: Any) -> Range:
    """The number, to the float on either side where it is none."""
    value = nearest(node.value)
    if math.isfinite(value) and node.value == int(value):
        return Range(value, value)
    return Range(math.nextafter(value, -INFINITY), math.nextafter(value, INFINITY))


def _in_sympy(node: Literal, to_sympy: Any) -> Any:
    value = node.value
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.Float(context.nstr(value, DIGITS), DIGITS)


def _floats(writer: Instructions, node: Literal) -> int:
    return writer.constant(nearest(node.value))


NAME = Scalar(
    Name, "name",
    oracle=lambda node, to_sympy: sympy.Symbol(node.name, real=True),
    exact=lambda node, values, value_of: values[node.name],
    floats=lambda writer, node: writer.places[node.name],
    derivative=lambda node, name, output, derivative: ONE if node.name == name else ZERO,
    range=lambda node, of: ANY,
    by_entries=False,
)  # fmt: skip

LITERAL = Scalar(
    Literal, "literal",
    oracle=_in_sympy,
    exact=lambda node, values, value_of: node.value,
    floats=_floats,
    derivative=lambda node, name, output, derivative: ZERO,
    range=_range,
    by_entries=False,
)  # fmt: skip

CONSTANT = Scalar(
    Constant, "constant",
    oracle=lambda node, to_sympy: to_sympy(node.written).subs(sympy.Symbol("pi", real=True), sympy.pi),
    exact=LITERAL.exact,
    floats=_floats,
    derivative=LITERAL.derivative,
    range=_range,
    by_entries=False,
)  # fmt: skip

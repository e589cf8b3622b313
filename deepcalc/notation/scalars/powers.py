"""Powers."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import sympy

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation import arithmetic
from deepcalc.notation.functions import TWO
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Node, Power, Value, minus, product, total
from deepcalc.notation.quotients import constant, constant_like
from deepcalc.notation.ranges import ANY, NOT_NEGATIVE, Range
from deepcalc.notation.scalars.products import chained
from deepcalc.notation.scalars.row import Differentiate, Instructions, RangeOf, Scalar, ValueOf, Values

_LARGEST_POWER = 100_000  # bits; SymPy would work out 9^9^9


def _exact(node: Node, values: Values, value_of: ValueOf) -> Value:
    base, exponent = node.args
    return arithmetic.power(value_of(base, values), value_of(exponent, values))


def _floats(writer: Instructions, node: Node) -> int:
    base = writer.write(node.args[0])
    if node.args[1] == TWO:
        return writer.binary(operator.mul, base, base)
    return writer.binary(writer.xp.power, base, writer.write(node.args[1]))


def _derivative(node: Node, name: str, output: Node, derivative: Differentiate) -> Node:
    base, exponent = node.args
    base_inner, exponent_inner = derivative(base, name), derivative(exponent, name)
    terms = []
    if base_inner != ZERO:
        terms.append(chained(exponent, _lowered(base, exponent), base_inner, inner=base_inner))
    if exponent_inner != ZERO:
        terms.append(product(output, Call("log", base), exponent_inner))
    return total(*terms)


def _lowered(base: Node, exponent: Node) -> Node:
    value = constant(exponent)
    if value is None:
        return Power(base, minus(exponent, ONE))
    lowered = constant_like(exponent, value - 1)
    return ONE if lowered == ZERO else base if lowered == ONE else Power(base, lowered)


def _range(node: Node, of: RangeOf) -> Range:
    base, exponent = of(node.args[0]), node.args[1]
    even = isinstance(exponent, Literal) and exponent.value % 2 == 0
    return NOT_NEGATIVE if even or base.low >= 0 else ANY


def _in_sympy(node: Node, to_sympy: Callable[[Node], Any]) -> Any:
    base, exponent = map(to_sympy, node.args)
    if isinstance(base, sympy.Rational) and isinstance(exponent, sympy.Rational):
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        if bits > 1 and bits * abs(exponent) > _LARGEST_POWER:
            raise ValueOutOfReach("a power of so many digits is out of reach")
    return base**exponent


POWER = Scalar(
    Power, "power",
    oracle=_in_sympy,
    exact=_exact,
    floats=_floats,
    derivative=_derivative,
    range=_range,
    level=Level.POWER,
)  # fmt: skip

"""Sums, and the negative of an expression."""

from __future__ import annotations

import operator

import sympy

from deepcalc.notation import arithmetic
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import ZERO, Negative, Node, Plus, Value, negative, total
from deepcalc.notation.ranges import Range
from deepcalc.notation.scalars.row import Differentiate, Instructions, RangeOf, Scalar, ValueOf, Values


def _exact(node: Node, values: Values, value_of: ValueOf) -> Value:
    return arithmetic.plus([value_of(term, values) for term in node.args])


def _floats(writer: Instructions, node: Node) -> int:
    result = writer.write(node.args[0])
    for term in node.args[1:]:
        taken = isinstance(term, Negative)
        source = writer.write(term.args[0] if taken else term)
        result = writer.binary(operator.sub if taken else operator.add, result, source)
    return result


def _derivative(node: Node, name: str, output: Node, derivative: Differentiate) -> Node:
    terms = [derivative(term, name) for term in node.args]
    return total(*(term for term in terms if term != ZERO))


def _range(node: Node, of: RangeOf) -> Range:
    terms = [of(term) for term in node.args]
    return Range(sum(term.low for term in terms), sum(term.high for term in terms))


def _range_of_negative(node: Node, of: RangeOf) -> Range:
    inner = of(node.args[0])
    return Range(0 - inner.high, 0 - inner.low)


PLUS = Scalar(
    Plus, "plus",
    oracle=lambda node, to_sympy: sympy.Add(*map(to_sympy, node.args)),
    exact=_exact,
    floats=_floats,
    derivative=_derivative,
    range=_range,
    level=Level.SUM,
)  # fmt: skip

NEGATIVE = Scalar(
    Negative, "negative",
    oracle=lambda node, to_sympy: -to_sympy(node.args[0]),
    exact=lambda node, values, value_of: -value_of(node.args[0], values),
    floats=lambda writer, node: writer.unary(operator.neg, writer.write(node.args[0])),
    derivative=lambda node, name, output, derivative: negative(derivative(node.args[0], name)),
    range=_range_of_negative,
    level=Level.NEGATIVE,
)  # fmt: skip

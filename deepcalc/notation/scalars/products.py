"""Products and quotients."""

from __future__ import annotations

import operator

import sympy

from deepcalc.notation import arithmetic
from deepcalc.notation.functions import TWO
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import (
    ZERO,
    Call,
    Literal,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    Value,
    minus,
    negative,
    product,
    total,
)
from deepcalc.notation.quotients import has_quotient, one_quotient
from deepcalc.notation.ranges import ANY, NOT_NEGATIVE, SHARE, Range, product_of, reciprocal
from deepcalc.notation.scalars.row import Differentiate, Instructions, RangeOf, Scalar, ValueOf, Values


def _exact_product(node: Node, values: Values, value_of: ValueOf) -> Value:
    return arithmetic.times([value_of(factor, values) for factor in node.args])


def _exact_quotient(node: Node, values: Values, value_of: ValueOf) -> Value:
    top, bottom = node.args
    return arithmetic.over(value_of(top, values), value_of(bottom, values))


def _floats(writer: Instructions, node: Node) -> int:
    result = writer.write(node.args[0])
    for factor in node.args[1:]:
        result = writer.binary(operator.mul, result, writer.write(factor))
    return result


def chained(*factors: Node, inner: Node) -> Node:
    """The product of factors of which one is an inner derivative; one quotient where that is a quotient."""
    return one_quotient(Times(*factors)) if has_quotient(inner) else product(*factors)


def _derivative_of_product(node: Node, name: str, output: Node, derivative: Differentiate) -> Node:
    terms = []
    for index, factor in enumerate(node.args):
        inner = derivative(factor, name)
        if inner != ZERO:
            terms.append(chained(*node.args[:index], inner, *node.args[index + 1 :], inner=inner))
    return total(*terms)


def _derivative_of_quotient(node: Node, name: str, output: Node, derivative: Differentiate) -> Node:
    top, bottom = node.args
    top_inner, bottom_inner = derivative(top, name), derivative(bottom, name)
    if bottom_inner == ZERO:
        return one_quotient(top_inner, bottom) if has_quotient(top_inner) else _quotient(top_inner, bottom)
    square: Node = Power(bottom, TWO)
    if top_inner == ZERO:
        return negative(one_quotient(product(top, bottom_inner), square))
    if isinstance(bottom, Call) and bottom.function == "sqrt":
        square = bottom.arguments[0]
    return Over(
        minus(chained(top_inner, bottom, inner=top_inner), chained(top, bottom_inner, inner=bottom_inner)), square
    )


def _quotient(top: Node, bottom: Node) -> Node:
    if top == ZERO:
        return ZERO
    if isinstance(top, Negative) or (isinstance(top, Literal) and top.negative):
        return negative(Over(negative(top), bottom))
    return Over(top, bottom)


def _range_of_quotient(node: Node, of: RangeOf) -> Range:
    """A quotient; a term over a sum in which it stands, none of them negative, is a share of it."""
    top, bottom = node.args
    above, below = of(top), of(bottom)
    if isinstance(bottom, Plus) and top in bottom.args and all(of(term).low >= 0 for term in bottom.args):
        return SHARE
    if below.low > 0:
        return product_of([above, reciprocal(below)])
    return NOT_NEGATIVE if above.low >= 0 and below.low >= 0 else ANY


TIMES = Scalar(
    Times, "times",
    oracle=lambda node, to_sympy: sympy.Mul(*map(to_sympy, node.args)),
    exact=_exact_product,
    floats=_floats,
    derivative=_derivative_of_product,
    range=lambda node, of: product_of([of(factor) for factor in node.args]),
    level=Level.PRODUCT,
)  # fmt: skip

OVER = Scalar(
    Over, "over",
    oracle=lambda node, to_sympy: to_sympy(node.args[0]) / to_sympy(node.args[1]),
    exact=_exact_quotient,
    floats=lambda writer, node: writer.binary(writer.xp.divide, *map(writer.write, node.args)),
    derivative=_derivative_of_quotient,
    range=_range_of_quotient,
    level=Level.PRODUCT,
)  # fmt: skip

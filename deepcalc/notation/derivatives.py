"""Derivatives as rules: one row per node, each giving back a written expression.

Nothing is merged or re-sorted: the derivative of ``(t - o)^2`` by ``o`` is ``-2*(t - o)``, in the order written.
``sympy.diff`` is the oracle of the tests, not the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.notation.functions import FUNCTIONS, TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Constant,
    Literal,
    Name,
    Negative,
    Over,
    Plus,
    Power,
    Times,
    minus,
    negative,
    product,
    total,
)
from deepcalc.notation.quotients import constant, constant_like, has_quotient, one_quotient

Rule = Callable[[Any, str, Any], Any]
"""A node, the name to differentiate by, and the node that stands for the whole expression's value."""


def derivative(node: Any, name: str, output: Any = None) -> Any:
    """The partial derivative of a written expression by a name, written as an exam writes it.

    ``output`` is the name under which the value of the whole expression is known (the unit's output), so that
    the derivative of a sigmoid can be said in it. Other quantities count as constants.
    """
    return _RULES[type(node)](node, name, node if output is None else output)


def _by_name(node: Any, name: str, output: Any) -> Any:
    return ONE if node.name == name else ZERO


def _by_literal(node: Any, name: str, output: Any) -> Any:
    return ZERO


def _by_plus(node: Any, name: str, output: Any) -> Any:
    terms = [derivative(term, name) for term in node.args]
    return total(*(term for term in terms if term != ZERO))


def _by_negative(node: Any, name: str, output: Any) -> Any:
    return negative(derivative(node.args[0], name))


def _by_times(node: Any, name: str, output: Any) -> Any:
    terms = []
    for index, factor in enumerate(node.args):
        inner = derivative(factor, name)
        if inner != ZERO:
            terms.append(_chained(*node.args[:index], inner, *node.args[index + 1 :], inner=inner))
    return total(*terms)


def _by_over(node: Any, name: str, output: Any) -> Any:
    top, bottom = node.args
    top_inner, bottom_inner = derivative(top, name), derivative(bottom, name)
    if bottom_inner == ZERO:
        return one_quotient(top_inner, bottom) if has_quotient(top_inner) else _quotient(top_inner, bottom)
    square = Power(bottom, TWO)
    if top_inner == ZERO:
        return negative(one_quotient(product(top, bottom_inner), square))
    if isinstance(bottom, Call) and bottom.function == "sqrt":
        square = bottom.arguments[0]
    return Over(
        minus(_chained(top_inner, bottom, inner=top_inner), _chained(top, bottom_inner, inner=bottom_inner)), square
    )


def _by_power(node: Any, name: str, output: Any) -> Any:
    base, exponent = node.args
    base_inner, exponent_inner = derivative(base, name), derivative(exponent, name)
    terms = []
    if base_inner != ZERO:
        terms.append(_chained(exponent, _lowered(base, exponent), base_inner, inner=base_inner))
    if exponent_inner != ZERO:
        terms.append(product(output, Call("log", base), exponent_inner))
    return total(*terms)


def _by_call(node: Any, name: str, output: Any) -> Any:
    rule = FUNCTIONS[node.function].derivative
    terms = []
    for index, argument in enumerate(node.arguments):
        inner = derivative(argument, name)
        if inner != ZERO:
            outer = rule(node.arguments, output, index)
            if outer != ZERO:
                terms.append(one_quotient(product(outer, inner)) if has_quotient(outer) else product(outer, inner))
    return total(*terms)


def _chained(*factors: Any, inner: Any) -> Any:
    """The product of factors of which one is an inner derivative; one quotient where that is a quotient."""
    return one_quotient(Times(*factors)) if has_quotient(inner) else product(*factors)


def _by_cases(node: Any, name: str, output: Any) -> Any:
    values = [derivative(value, name) for value in (*node.args[:-1:2], node.otherwise)]
    if all(value == ZERO for value in values):
        return ZERO
    conditions = [condition for _, condition in node.branches]
    pairs = [part for pair in zip(values, conditions, strict=False) for part in pair]
    return Cases(*pairs, values[-1])


def _quotient(top: Any, bottom: Any) -> Any:
    if top == ZERO:
        return ZERO
    if isinstance(top, Negative) or (isinstance(top, Literal) and top.negative):
        return negative(Over(negative(top), bottom))
    return Over(top, bottom)


def _lowered(base: Any, exponent: Any) -> Any:
    value = constant(exponent)
    if value is None:
        return Power(base, minus(exponent, ONE))
    lowered = constant_like(exponent, value - 1)
    return ONE if lowered == ZERO else base if lowered == ONE else Power(base, lowered)


_RULES: Mapping[type, Rule] = {
    Name: _by_name,
    Literal: _by_literal,
    Constant: _by_literal,
    Plus: _by_plus,
    Negative: _by_negative,
    Times: _by_times,
    Over: _by_over,
    Power: _by_power,
    Call: _by_call,
    Cases: _by_cases,
}

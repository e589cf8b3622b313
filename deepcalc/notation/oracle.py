"""Written expressions as ordinary SymPy: for the oracles of the tests, and for comparing symbolic answers.

SymPy merges and re-sorts what it is given, so nothing that is shown to a person comes from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from deepcalc.errors import ValueOutOfReach
from deepcalc.notation.arithmetic import DIGITS, context
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import (
    Call,
    Cases,
    Constant,
    Listing,
    Literal,
    Name,
    Negative,
    Over,
    Plus,
    Power,
    Relation,
    SumOver,
    Times,
)

_LARGEST_POWER = 100_000  # bits; SymPy would work out 9^9^9


def to_sympy(node: Any) -> Any:
    """The ordinary SymPy expression of a written one; a name is a real symbol, a ``Listing`` a ``Tuple``.

    ``ValueOutOfReach`` where SymPy would work out a number of more than 100,000 bits.
    """
    return _RULES[type(node)](node)


def _literal(node: Any) -> Any:
    value = node.value
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    return sympy.Float(context.nstr(value, DIGITS), DIGITS)


def _power(node: Any) -> Any:
    base, exponent = map(to_sympy, node.args)
    if isinstance(base, sympy.Rational) and isinstance(exponent, sympy.Rational):
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        if bits > 1 and bits * abs(exponent) > _LARGEST_POWER:
            raise ValueOutOfReach("a power of so many digits is out of reach")
    return base**exponent


def _relation(node: Any) -> Any:
    operands = [to_sympy(operand) for operand in node.operands]
    pairs = zip(node.operators, pairwise(operands), strict=True)
    return sympy.And(*(_COMPARISONS[operator](left, right) for operator, (left, right) in pairs))


def _cases(node: Any) -> Any:
    branches = [(to_sympy(value), to_sympy(condition)) for value, condition in node.branches]
    return sympy.Piecewise(*branches, (to_sympy(node.otherwise), True))


def _sum_over(node: Any) -> Any:
    body, index, first, last = map(to_sympy, node.args)
    return sympy.Sum(body, (index, first, last))


_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "=": sympy.Eq,
    "!=": sympy.Ne,
}

_RULES: Mapping[type, Callable[[Any], Any]] = {
    Name: lambda node: sympy.Symbol(node.name, real=True),
    Literal: _literal,
    Constant: lambda node: to_sympy(node.written).subs(sympy.Symbol("pi", real=True), sympy.pi),
    Plus: lambda node: sympy.Add(*map(to_sympy, node.args)),
    Times: lambda node: sympy.Mul(*map(to_sympy, node.args)),
    Negative: lambda node: -to_sympy(node.args[0]),
    Over: lambda node: to_sympy(node.args[0]) / to_sympy(node.args[1]),
    Power: _power,
    Call: lambda node: FUNCTIONS[node.function].oracle(*map(to_sympy, node.arguments)),
    Relation: _relation,
    Cases: _cases,
    SumOver: _sum_over,
    Listing: lambda node: sympy.Tuple(*map(to_sympy, node.args)),
}

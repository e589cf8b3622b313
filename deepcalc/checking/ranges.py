"""What values a quantity can have at all, whatever the given values are: a probability, a square, a count.

Interval arithmetic over the formulas, in which every name may be any number in its own range; an array's range holds
all its entries. It errs on the wide side, so what lies outside is impossible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.notation.array_nodes import Apply, Array, Entrywise, Item, MatrixProduct, Prime, Transpose
from deepcalc.notation.nodes import (
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
    names_in,
)
from deepcalc.records import record

_INFINITY = math.inf


@record
class Range:
    """All numbers from ``low`` to ``high``, both included where they are finite."""

    low: float = -_INFINITY
    high: float = _INFINITY

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Fraction | int | float) and self.low <= value <= self.high

    def __str__(self) -> str:
        if self.high == _INFINITY:
            return f"at least {self.low:g}"
        return f"at most {self.high:g}" if self.low == -_INFINITY else f"from {self.low:g} to {self.high:g}"


ANY = Range()
NOT_NEGATIVE = Range(low=0)
SHARE = Range(0, 1)

RangeOf = Callable[[str], Range]


class Ranges:
    """The ranges of a graph's quantities, each worked out when it is asked for; a given or constant one has any."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, Range] = {}

    def __getitem__(self, name: str) -> Range:
        if name not in self._known:
            for behind in self._graph.ancestors([name], stop=self._known):
                if behind not in self._known:
                    formula = self._graph[behind].formula or ZERO
                    self._known[behind] = _range(formula, self._known.__getitem__) if names_in(formula) else ANY
        return self._known[name]


def _range(node: Any, of: RangeOf) -> Range:
    return _RULES[type(node)](node, of)


def _plus(node: Any, of: RangeOf) -> Range:
    terms = [_range(term, of) for term in node.args]
    return Range(sum(term.low for term in terms), sum(term.high for term in terms))


def _times(node: Any, of: RangeOf) -> Range:
    result = _range(node.args[0], of)
    for factor in node.args[1:]:
        result = _product(result, _range(factor, of))
    return result


def _product(left: Range, right: Range) -> Range:
    corners = [_corner(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Range(min(corners), max(corners))


def _corner(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _negative(node: Any, of: RangeOf) -> Range:
    inner = _range(node.args[0], of)
    return Range(0 - inner.high, 0 - inner.low)


def _over(node: Any, of: RangeOf) -> Range:
    """A quotient; a term over a sum in which it stands, none of them negative, is a share of it."""
    top, bottom = node.args
    above, below = _range(top, of), _range(bottom, of)
    if isinstance(bottom, Plus) and top in bottom.args and all(_range(term, of).low >= 0 for term in bottom.args):
        return SHARE
    if below.low > 0:
        return _product(above, Range(0 if below.high == _INFINITY else 1 / below.high, 1 / below.low))
    return NOT_NEGATIVE if above.low >= 0 and below.low >= 0 else ANY


def _power(node: Any, of: RangeOf) -> Range:
    base, exponent = _range(node.args[0], of), node.args[1]
    even = isinstance(exponent, Literal) and exponent.value % 2 == 0
    return NOT_NEGATIVE if even or base.low >= 0 else ANY


def _call(node: Any, of: RangeOf) -> Range:
    rule = _CALLS.get(node.function)
    return ANY if rule is None else rule([_range(argument, of) for argument in node.arguments])


def _cases(node: Any, of: RangeOf) -> Range:
    return _hull([_range(value, of) for value in (*(value for value, _ in node.branches), node.otherwise)])


def _hull(ranges: list[Range]) -> Range:
    return Range(min(each.low for each in ranges), max(each.high for each in ranges))


def _sum_of_products(node: Any, of: RangeOf) -> Range:
    """Of products of unknown number nothing is known but their sign."""
    return NOT_NEGATIVE if all(_range(part, of).low >= 0 for part in node.args) else ANY


def _first(node: Any, of: RangeOf) -> Range:
    return _range(node.args[0], of)


def _applied(node: Any, of: RangeOf) -> Range:
    rule = _OPERATIONS.get(node.operation)
    return ANY if rule is None else rule([_range(operand, of) for operand in node.operands])


def _monotone(function: Callable[[float], float], arguments: list[Range]) -> Range:
    return Range(*(function(bound) for bound in (arguments[0].low, arguments[0].high)))


_CALLS: Mapping[str, Callable[[list[Range]], Range]] = {
    "exp": lambda arguments: NOT_NEGATIVE,
    "sqrt": lambda arguments: NOT_NEGATIVE,
    "abs": lambda arguments: NOT_NEGATIVE,
    "softplus": lambda arguments: NOT_NEGATIVE,
    "sigmoid": lambda arguments: SHARE,
    "tanh": lambda arguments: Range(-1, 1),
    "erf": lambda arguments: Range(-1, 1),
    "cosh": lambda arguments: NOT_NEGATIVE,
    "sin": lambda arguments: Range(-1, 1),
    "cos": lambda arguments: Range(-1, 1),
    "relu": partial(_monotone, lambda x: max(x, 0.0)),
    "max": lambda arguments: Range(max(each.low for each in arguments), max(each.high for each in arguments)),
    "min": lambda arguments: Range(min(each.low for each in arguments), min(each.high for each in arguments)),
    "argmax": lambda arguments: Range(1, len(arguments)),
    "log": lambda arguments: _logarithm(arguments[0]),
    "ln": lambda arguments: _logarithm(arguments[0]),
}


_OPERATIONS: Mapping[str, Callable[[list[Range]], Range]] = {
    **dict.fromkeys(("max", "min", "mean", "concat", "reshape", "flatten", "expand", "max_pool2d"), _hull),
    "softmax": lambda operands: SHARE,
    "log_softmax": lambda operands: Range(high=0),
    "norm": lambda operands: NOT_NEGATIVE,
    "sum": lambda operands: NOT_NEGATIVE if operands[0].low >= 0 else ANY,
}


def _logarithm(argument: Range) -> Range:
    """The logarithm of what is at most 1 is not above 0."""
    return Range(high=0) if argument.high <= 1 else ANY


_RULES: Mapping[type, Callable[[Any, RangeOf], Range]] = {
    Name: lambda node, of: of(node.name),
    Literal: lambda node, of: Range(_below(node.value), _above(node.value)),
    Constant: lambda node, of: Range(_below(node.value), _above(node.value)),
    Plus: _plus,
    Times: _times,
    Negative: _negative,
    Over: _over,
    Power: _power,
    Call: _call,
    Cases: _cases,
    Entrywise: _times,
    MatrixProduct: _sum_of_products,
    Transpose: _first,
    Item: _first,
    Array: lambda node, of: _hull([_range(part, of) for part in node.args]),
    Prime: lambda node, of: ANY,
    Apply: _applied,
}


def _below(value: Any) -> float:
    return math.nextafter(float(value), -_INFINITY) if value != int(value) else float(value)


def _above(value: Any) -> float:
    return math.nextafter(float(value), _INFINITY) if value != int(value) else float(value)

"""Products and quotients as one quotient, as an exam writes them.

``a/(2*v*sqrt(v))`` stands in place of ``a*(1/(2*sqrt(v)))/sqrt(v)^2``.

Factors keep their order; whole numbers are gathered in front, powers of one base joined, equal factors cancelled.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeGuard

from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Constant,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    negative,
    nodes_in,
    number,
    product,
)
from deepcalc.notation.rounding import exact_text
from deepcalc.notation.written_values import rational_of

_HALF = Fraction(1, 2)


def one_quotient(top: Node, bottom: Node = ONE) -> Node:
    """``top/bottom`` without quotients inside; the root of a base counts as its power 1/2."""
    if top == ZERO:
        return ZERO
    factors = _Factors()
    factors.gather(top, Fraction(1))
    factors.gather(bottom, Fraction(-1))
    over, under = (
        sorted(factors.above(), key=lambda factor: not isinstance(factor, Literal)),
        sorted(factors.below(), key=_place_below),
    )
    above = product(Literal(str(abs(factors.number.numerator))), *over)
    below = product(Literal(str(factors.number.denominator)), *under)
    written = above if below == ONE else Over(above, below)
    return written if factors.number > 0 else negative(written)


def has_quotient(node: Node) -> bool:
    """Whether a factor of the product is a quotient with names below its line."""
    if isinstance(node, Negative):
        return has_quotient(node.args[0])
    if isinstance(node, Times):
        return any(map(has_quotient, node.args))
    return isinstance(node, Over) and any(isinstance(part, Name) for part in nodes_in(node.args[1]))


def constant(node: Node) -> Fraction | None:
    """The value of a number in digits, or of a quotient of two, as it is typed; None for everything else."""
    value = rational_of(node)
    is_in_digits = value is not None and not any(isinstance(part, Constant) for part in nodes_in(node))
    return value if is_in_digits else None


def constant_like(node: Node, value: Fraction) -> Node:
    """The number as it is typed where ``node`` stands: a decimal where that is one, else a fraction."""
    is_decimal = isinstance(node, Literal) and node.value.denominator != 1 and value.denominator != 1
    return Literal(exact_text(value)) if is_decimal else number(value)


class _Factors:
    """The bases of a product in order, each with its exponent, and what is known of whole numbers in front."""

    def __init__(self) -> None:
        self.number = Fraction(1)
        self._exponents: dict[Any, Fraction] = {}
        self._typed: dict[Node, Node] = {}

    def gather(self, node: Node, exponent: Fraction) -> None:
        """Put the factors of a power of the node to the others."""
        whole = exponent.denominator == 1
        if isinstance(node, Negative) and whole:
            self.number *= -1 if exponent % 2 else 1
            self.gather(node.args[0], exponent)
        elif isinstance(node, Times):
            for factor in node.args:
                self.gather(factor, exponent)
        elif isinstance(node, Over):
            self.gather(node.args[0], exponent)
            self.gather(node.args[1], -exponent)
        elif _is_whole(node) and whole and (node.value or exponent > 0):
            self.number *= Fraction(node.value) ** int(exponent)
        elif isinstance(node, Power) and self._may_join(*node.args):
            value = constant(node.args[1])
            assert value is not None
            if value.denominator != 1:
                self._typed[node.args[0]] = node.args[1]
            self.gather(node.args[0], exponent * value)
        elif _is_root(node) and (isinstance(node.arguments[0], Name | Plus) or exponent % 2 == 0):
            self.gather(node.arguments[0], exponent * _HALF)
        else:
            self._exponents[node] = self._exponents.get(node, Fraction(0)) + exponent

    def above(self) -> list[Node]:
        return [self._power(base, exponent) for base, exponent in self._exponents.items() if exponent > 0]

    def below(self) -> list[Node]:
        return [self._power(base, -exponent) for base, exponent in self._exponents.items() if exponent < 0]

    @staticmethod
    def _may_join(base: Node, exponent: Node) -> bool:
        value = constant(exponent)
        return value is not None and (value.denominator == 1 or isinstance(base, Name))

    def _power(self, base: Node, exponent: Fraction) -> Node:
        """A power with a positive exponent: ``v^2``; in halves ``v*sqrt(v)``, or as it was typed."""
        if base in self._typed and exponent.denominator != 1:
            return Power(base, constant_like(self._typed[base], exponent))
        whole, half = divmod(exponent, 1)
        parts = [] if not whole else [base] if whole == 1 else [Power(base, Literal(str(whole)))]
        return product(*parts, *([Call("sqrt", base)] if half else []))


def _place_below(factor: Node) -> int:
    """Below the line numbers and names come first, then roots, then sums."""
    if isinstance(factor, Literal):
        return 0
    base = factor.args[0] if isinstance(factor, Power | Times) else factor
    return 3 if isinstance(base, Plus) else 2 if _is_root(factor) else 1


def _is_root(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function == "sqrt"


def _is_whole(node: Node) -> TypeGuard[Literal]:
    return type(node) is Literal and node.exact and node.value.denominator == 1 and not node.scientific

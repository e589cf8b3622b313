"""Products taken apart and put together: a number, and factors with their exponents in the author's order.

Numbers and arrays are treated alike where a product is taken entry by entry: such products commute. A matrix product is
one factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from deepcalc.notation.array_nodes import Apply, Entrywise
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Negative, Node, Over, Plus, Power, Times, nodes_in, number
from deepcalc.notation.shapes import Shape
from deepcalc.notation.tidying import laws
from deepcalc.notation.tidying.laws import Law
from deepcalc.notation.tidying.numerals import Numerals
from deepcalc.notation.tidying.signs import negated, signed_sum, turned
from deepcalc.notation.written_values import rational_of

_LARGEST_POWER = 64


@dataclass
class Product:
    """A coefficient, and factors by exponent; ``used`` are the laws that have been used to gather them."""

    coefficient: Fraction = Fraction(1)
    factors: dict[Any, Fraction] = field(default_factory=dict)
    used: set[Law] = field(default_factory=set)

    def multiply(self, other: Product, exponent: Fraction = Fraction(1)) -> None:
        """Take on the factors of another product, raised to a power (a whole number, where it has a coefficient)."""
        self.used |= other.used
        if other.coefficient != 1:
            if self.coefficient != 1:
                self.used.add(laws.NUMBERS)
            self.coefficient *= other.coefficient ** int(exponent)
        for factor, power in other.factors.items():
            self.multiply_by(factor, power * exponent)

    def multiply_by(self, factor: Node, exponent: Fraction) -> None:
        if factor in self.factors:
            before = self.factors[factor]
            self.used.add(laws.POWERS if before * exponent > 0 else laws.CANCELLED)
            exponent += before
        if isinstance(factor, Call) and factor.function == "sqrt" and exponent % 2 == 0:
            self.factors.pop(factor, None)
            if exponent:
                self.multiply_by(factor.arguments[0], exponent / 2)
        elif exponent:
            self.factors[factor] = exponent
            self._cancel_root(factor)
        else:
            self.factors.pop(factor, None)

    def _cancel_root(self, factor: Node) -> None:
        """√a for a/√a, 1/√a for √a/a: what stands above and below, once under a root."""
        inner = factor.arguments[0] if isinstance(factor, Call) and factor.function == "sqrt" else factor
        root = Call("sqrt", inner)
        whole, half = self.factors.get(inner, Fraction(0)), self.factors.get(root, Fraction(0))
        if whole * half >= 0 or (whole + half).denominator != 1:
            return
        self.used.add(laws.CANCELLED)
        del self.factors[inner], self.factors[root]
        halves = int(2 * whole + half)
        self.multiply_by(root, Fraction(halves % 2 * (1 if halves > 0 else -1)))
        self.multiply_by(inner, Fraction(int(halves / 2)))

    @property
    def key(self) -> frozenset[tuple[Node, Fraction]]:
        """The factors without their order; equal for like terms."""
        return frozenset(self.factors.items())


def read(node: Node) -> Product:
    """The product that a node is."""
    product = Product()
    _read_into(product, node, 1)
    return product


def _read_into(product: Product, node: Node, exponent: int) -> None:
    number_ = rational_of(node) if isinstance(node, Literal) else None
    if number_ is not None and (number_ or exponent > 0):
        product.multiply(Product(number_), Fraction(exponent))
    elif isinstance(node, Negative):
        if exponent % 2:
            product.coefficient = -product.coefficient
        _read_into(product, node.args[0], exponent)
    elif isinstance(node, Times | Entrywise):
        for factor in node.args:
            _read_into(product, factor, exponent)
    elif isinstance(node, Over):
        _read_into(product, node.args[0], exponent)
        _read_into(product, node.args[1], -exponent)
    elif isinstance(node, Power):
        _read_power(product, node, exponent)
    elif isinstance(node, Plus):
        content, primitive = without_content(node)
        product.multiply(Product(content, {primitive: Fraction(1)}), Fraction(exponent))
    else:
        product.multiply_by(node, Fraction(exponent))


def _read_power(product: Product, node: Node, exponent: int) -> None:
    base, power = node.args
    value = rational_of(power)
    if value is None or abs(value.numerator) > _LARGEST_POWER:
        product.multiply_by(node, Fraction(exponent))
        return
    inner = read(base)
    is_plain = inner.coefficient == 1 and list(inner.factors.values()) == [1]
    if value.denominator == 1 and not (value < 0 and inner.coefficient == 0):
        product.multiply(inner, value * exponent)
    elif is_plain:
        product.multiply_by(next(iter(inner.factors)), value * exponent)
    else:
        product.multiply_by(node, Fraction(exponent))


def without_content(node: Node) -> tuple[Fraction, Node]:
    """The number that all terms of a sum have in common, and the sum without it."""
    terms = [read(term) for term in node.args]
    sizes = [abs(term.coefficient) for term in terms]
    if 0 in sizes:
        return Fraction(1), node
    content = Fraction(gcd(*(size.numerator for size in sizes)), lcm(*(size.denominator for size in sizes)))
    if content == 1 or (content.denominator > 1 and len(set(sizes)) > 1):
        return Fraction(1), node
    return content, Plus(*(divided(term, content) for term in node.args))


def divided(node: Node, by: Fraction) -> Node:
    """A term of a sum without a factor of its number, everything else as it is written."""
    if isinstance(node, Negative):
        return Negative(divided(node.args[0], by))
    value = rational_of(node)
    if value is not None:
        return number(value / by)
    if isinstance(node, Times):
        first = rational_of(node.args[0])
        if first is not None:
            rest = node.args[1:] if first == by else (number(first / by), *node.args[1:])
            return rest[0] if len(rest) == 1 else Times(*rest)
        return Times(number(1 / by), *node.args)
    if isinstance(node, Over):
        term, top = read(node), read(node.args[0])
        if term.coefficient.numerator == 1 and top.coefficient == 1 and by.denominator > 1:
            bottom = [factor for factor in _factors(node.args[1]) if rational_of(factor) is None]
            if bottom:
                return Over(node.args[0], bottom[0] if len(bottom) == 1 else Times(*bottom))
            return node.args[0]
        return Over(divided(node.args[0], by), node.args[1])
    return Times(number(1 / by), node)


def _factors(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Times) else (node,)


def multiplied(factors: Iterable[Node], entrywise: bool = False) -> Node:
    """The product of factors in the order given, flat; 1 of none."""
    flat: list[Node] = []
    for factor in factors:
        joined = isinstance(factor, Entrywise if entrywise else Times)
        flat.extend(factor.args if joined else (factor,))
    if not flat:
        return ONE
    return flat[0] if len(flat) == 1 else (Entrywise if entrywise else Times)(*flat)


class Writer:
    """Writes products: numbers first, quotients as the author writes them, the sign drawn into a difference."""

    def __init__(self, numerals: Numerals, shape: Callable[[Node], Shape]) -> None:
        self._numerals = numerals
        self._shape = shape

    def write(self, product: Product, fraction_first: bool = False) -> Node:
        """The product as a textbook writes it; its laws are added to those that it has used."""
        if product.coefficient == 0:
            return ZERO
        coefficient, factors = product.coefficient, dict(product.factors)
        if coefficient < 0:
            found = turned(factors)
            if found is not None:
                product.used.add(laws.SIGN)
                factors = {found[1] if each is found[0] else each: power for each, power in factors.items()}
                coefficient = -coefficient
        multiplied_out = self._multiplied_out(coefficient, factors)
        if multiplied_out is not None:
            product.used.add(laws.NUMBERS)
            return multiplied_out
        written = self._written(abs(coefficient), factors, fraction_first)
        return written if coefficient > 0 else negated(written)

    def _multiplied_out(self, coefficient: Fraction, factors: dict[Any, Fraction]) -> Node | None:
        """``8*w - 4*y`` for ``4*(2*w - y)``; None where nothing is gained."""
        if coefficient.denominator != 1 or abs(coefficient) == 1 or list(factors.values()) != [1]:
            return None
        (only,) = factors
        if not isinstance(only, Plus):
            return None
        terms = [read(term) for term in only.args]
        if all(abs(term.coefficient) == 1 for term in terms if term.factors):
            return None
        if any(term.coefficient.denominator != 1 for term in terms):
            return None
        return self.sum_of([Product(term.coefficient * coefficient, term.factors) for term in terms])

    def sum_of(self, terms: Iterable[Product]) -> Node:
        """The sum of products that are no like terms, a positive one first where there is any."""
        signed = [(term.coefficient < 0, self.write(Product(abs(term.coefficient), term.factors))) for term in terms]
        return signed_sum(signed)

    def _written(self, coefficient: Fraction, factors: dict[Any, Fraction], fraction_first: bool) -> Node:
        def powers(array: bool, sign: int) -> list[Node]:
            return [
                _power(factor, abs(power))
                for factor, power in factors.items()
                if power * sign > 0 and bool(self._shape(factor)) == array
            ]

        top, bottom = powers(array=False, sign=1), powers(array=False, sign=-1)
        core, divisor = self._without_ones(powers(array=True, sign=1)), powers(array=True, sign=-1)
        if not core and not divisor:
            return self._of_numbers(coefficient, top, bottom, fraction_first)
        front = self._of_numbers(coefficient, top, bottom, fraction_first=False)
        if not core:
            return Over(front, multiplied(divisor, entrywise=True))
        array = multiplied(core, entrywise=True)
        if divisor:
            array = Over(array, multiplied(divisor, entrywise=True))
        if isinstance(front, Over) and front.args[0] == ONE and self._is_of_arrays(front.args[1]):
            return Over(array, front.args[1])
        return array if front == ONE else multiplied((front, array))

    def _without_ones(self, arrays: list[Node]) -> list[Node]:
        """The arrays of a product entry by entry without the ones beside one of their shape."""
        kept = [each for each in arrays if not (isinstance(each, Apply) and each.operation == "ones")]
        shapes = {self._shape(each) for each in kept}
        return kept if {self._shape(each) for each in arrays} == shapes else arrays

    def _is_of_arrays(self, number_: Node) -> bool:
        """Whether a number is worked out from arrays, as a norm is: what it divides stands above it."""
        return any(bool(self._shape(part)) for part in nodes_in(number_))

    def _of_numbers(self, coefficient: Fraction, top: list[Node], bottom: list[Node], fraction_first: bool) -> Node:
        if not bottom:
            return multiplied(([] if coefficient == 1 and top else [self._numerals.write(coefficient)]) + top)
        over, under = Fraction(coefficient.numerator), Fraction(coefficient.denominator)
        if self._numerals.decimal and isinstance(self._numerals.write(coefficient), Literal):
            over, under = coefficient, Fraction(1)
        denominator = multiplied(([] if under == 1 else [number(under)]) + bottom)
        head = [] if over == 1 and top else [self._numerals.write(over)]
        if fraction_first and top:
            return multiplied([Over(multiplied(head) if head else ONE, denominator), *top])
        return Over(multiplied([*head, *top]), denominator)


def _power(base: Node, exponent: Fraction) -> Node:
    return base if exponent == 1 else Power(base, number(exponent))

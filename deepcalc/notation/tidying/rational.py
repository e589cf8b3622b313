"""The normal form of an expression: a quotient of two polynomials without a common factor, and its written forms.

The variables are whatever is no sum, product, quotient or whole power. The arithmetic is SymPy's of sparse polynomials
over the rationals (``sympy.polys.rings``); what is written of it keeps the author's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import sub
from typing import Any

from sympy.polys.domains import QQ
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyRing

from deepcalc.notation.nodes import ZERO, Node, Over, Plus, Power, number
from deepcalc.notation.tidying.products import Product, Writer, read

_MOST_ATOMS = 14
_MOST_TERMS = 80
_LARGEST_DEGREE = 12
_MOST_TO_FACTOR = 60
"""Terms times letters of a polynomial that is factored; that of a longer one may take minutes."""


_MOST_KEPT = 2048
"""The same few polynomials, whose variables have no names of their own, come up in one derivative after the other."""


class TooLong(Exception):
    """The normal form would be too long to be of use."""


class Rationals:
    """The normal forms of one expression and its parts, in common variables."""

    def __init__(self, expression: Node, writer: Writer) -> None:
        self._writer = writer
        self._atoms: dict[Node, int] = {}
        self._seen: dict[Any, int] = {}
        self._collect(expression)
        if len(self._atoms) > _MOST_ATOMS:
            raise TooLong
        self._ring = PolyRing(tuple(f"a{k}" for k in range(len(self._atoms))) or ("a0",), QQ, lex)
        self._forms: dict[Node, tuple[Any, Any]] = {}

    def _collect(self, node: Node) -> None:
        product = read(node)
        for factor, exponent in product.factors.items():
            if isinstance(factor, Plus):
                for term in factor.args:
                    self._collect(term)
                    self._seen.setdefault(read(term).key, len(self._seen))
            else:
                self._atoms.setdefault(_atom(factor, exponent)[0], len(self._atoms))

    def candidates(self, node: Node, fraction_first: bool) -> Iterator[Node]:
        """The node with its common factors taken out, and multiplied out; both cancelled."""
        top, bottom = self._form(node)
        if top == 0:
            yield ZERO
            return
        denominator = self._factored(bottom)
        factored = self._factored(top)
        factored.multiply(denominator, Fraction(-1))
        yield self._writer.write(self._in_order(factored), fraction_first)
        if denominator.coefficient < 0:  # the sign stands above
            top, denominator = -top, Product(-denominator.coefficient, denominator.factors)
        expanded = self._sum(top)
        if denominator.factors or denominator.coefficient != 1:
            below = self._writer.write(denominator)
            expanded = Over(expanded, below)
        yield expanded

    def _form(self, node: Node) -> tuple[Any, Any]:
        """Numerator and denominator, without a common factor."""
        if node in self._forms:
            return self._forms[node]
        product = read(node)
        ring = self._ring
        top, bottom = ring(_rational(product.coefficient)), ring(1)
        for factor, exponent in product.factors.items():
            if isinstance(factor, Plus) and exponent.denominator == 1:
                over, under = self._sum_form(factor)
            else:
                atom, exponent = _atom(factor, exponent)
                over, under = ring.gens[self._atoms[atom]], ring(1)
            power = abs(int(exponent))
            if power > _LARGEST_DEGREE:
                raise TooLong
            if exponent < 0:
                over, under = under, over
                if not under:
                    raise TooLong  # a division by 0 is left as it is written
            top, bottom = _short(top * over**power), _short(bottom * under**power)
        found = _cancelled(top, bottom)
        self._forms[node] = found
        return found

    def _sum_form(self, node: Node) -> tuple[Any, Any]:
        if node in self._forms:
            return self._forms[node]
        top, bottom = self._ring(0), self._ring(1)
        for term in node.args:
            over, under = self._form(term)
            if under == bottom:
                top = top + over
            else:
                top, bottom = _short(top * under + over * bottom), _short(bottom * under)
        found = _cancelled(top, bottom)
        self._forms[node] = found
        return found

    def _factored(self, polynomial: Any) -> Product:
        """The factors, each with a first term that is not negative."""
        if len(polynomial) == 1:
            ((powers, coefficient),) = polynomial.terms()
            return self._monomial(powers, coefficient)
        constant, factors = _factors(polynomial)
        product = Product(_fraction(constant))
        for factor, exponent in factors:
            if len(factor) == 1:
                ((powers, coefficient),) = factor.terms()
                product.multiply(self._monomial(powers, coefficient), Fraction(exponent))
                continue
            terms = self._terms(factor)
            if terms[0].coefficient < 0:
                terms = [Product(-term.coefficient, term.factors) for term in terms]
                product.coefficient *= (-1) ** exponent
            product.multiply(read(Power(self._writer.sum_of(terms), number(exponent))))
        return product

    def _sum(self, polynomial: Any) -> Node:
        return self._writer.sum_of(self._terms(polynomial))

    def _terms(self, polynomial: Any) -> list[Product]:
        """The terms in the order in which the author writes them, the others by his order of letters."""
        terms = [self._monomial(powers, coefficient) for powers, coefficient in polynomial.terms()]

        def place(term: Product) -> tuple[int, list[int]]:
            seen = self._seen.get(term.key, len(self._seen))
            last = len(self._atoms)  # of numbers, and of a sum that stood under a root
            return seen, [self._atoms.get(_atom(f, e)[0], last) for f, e in term.factors.items()] or [last]

        return sorted(terms, key=place)

    def _monomial(self, powers: tuple[int, ...], coefficient: Any) -> Product:
        product = Product(_fraction(coefficient))
        for atom, power in zip(self._atoms, powers, strict=False):
            if power:
                product.multiply(read(atom), Fraction(power))
        return product

    def _in_order(self, product: Product) -> Product:
        """Sums first, then letters, each followed by the sums in which it stands again: (ŷ - y)·x, ŷ·(1 - ŷ)."""
        sums = {each: power for each, power in product.factors.items() if isinstance(each, Plus)}
        letters = {each: power for each, power in product.factors.items() if each not in sums}
        followers = {each: next((a for a in letters if _stands_in(a, each)), None) for each in sums}
        ordered = {each: power for each, power in sums.items() if followers[each] is None}
        for letter, power in letters.items():
            ordered[letter] = power
            ordered.update({each: sums[each] for each, leader in followers.items() if leader == letter})
        return Product(product.coefficient, ordered, product.used)


def _stands_in(letter: Node, node: Node) -> bool:
    return any(letter in read(term).factors for term in node.args)


def _atom(factor: Node, exponent: Fraction) -> tuple[Node, Fraction]:
    """The variable that stands for a factor, and the whole power of it."""
    if exponent.denominator == 1 and not isinstance(factor, Plus):
        return factor, exponent
    root = Fraction(1, exponent.denominator)
    return Power(factor, number(root)), Fraction(exponent.numerator)


def _short(polynomial: Any) -> Any:
    if len(polynomial) > _MOST_TERMS:
        raise TooLong
    return polynomial


def _factors(polynomial: Any) -> tuple[Any, Sequence[tuple[Any, int]]]:
    """A constant, and factors with their powers; of a long polynomial the letters alone that all terms have."""
    letters = sum(map(any, zip(*polynomial.monoms(), strict=True)))
    if len(polynomial) * letters <= _MOST_TO_FACTOR:
        return _factor_list(polynomial)
    ring, powers = polynomial.ring, [min(column) for column in zip(*polynomial.monoms(), strict=True)]
    rest = {tuple(map(sub, monomial, powers)): coefficient for monomial, coefficient in polynomial.terms()}
    common = [(letter, power) for letter, power in zip(ring.gens, powers, strict=True) if power]
    return QQ(1), [*common, (ring.from_dict(rest), 1)]


@lru_cache(maxsize=_MOST_KEPT)
def _factor_list(polynomial: Any) -> tuple[Any, Sequence[tuple[Any, int]]]:
    constant, factors = polynomial.factor_list()
    return constant, factors


def _cancelled(top: Any, bottom: Any) -> tuple[Any, Any]:
    return (top, bottom) if bottom == 1 else _without_common_factor(top, bottom)


@lru_cache(maxsize=_MOST_KEPT)
def _without_common_factor(top: Any, bottom: Any) -> tuple[Any, Any]:
    over, under = top.cancel(bottom)
    return over, under


def _rational(value: Fraction) -> Any:
    return QQ(value.numerator, value.denominator)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))

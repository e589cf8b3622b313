"""Mathematics as it is written: SymPy ``Basic`` subclasses that never simplify and never re-sort.

``Plus(b, Times(w, x))`` stays in that order, ``Plus(5, Negative(-4))`` stays ``5 - (-4)``. SymPy gives
``xreplace``, ``free_symbols``, structural equality and hashing; the arithmetic operators are not defined
on nodes, so that no node silently becomes a sorted ``Add``.

The tree keeps the three ways in which a minus can be written apart: a negative number ``Literal("-4")``
(alone, first in a sum, or in brackets), a term that is taken away ``Negative(Literal("4"))``, and the
negative of an expression ``Negative(Times(a, b))``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, TypeGuard, TypeVar

from mpmath.ctx_mp_python import _mpf

from deepcalc.notation.basic import Atom, Basic, Str

Value: TypeAlias = Fraction | _mpf
"""An exact number: a rational, or a 50-digit float where no rational is to be had."""

_Old = TypeVar("_Old", bound="Node")


@lru_cache(maxsize=4096)
def _said(text: str) -> Fraction:
    """The number that a text says: few are written, each many times."""
    return Fraction(text)


class Node(Basic):
    """Any written expression; immutable, hashable, compared by structure."""

    __slots__ = ()
    args: tuple[Node, ...]
    texts: ClassVar[int] = 0
    """How many texts stand before its parts."""

    if TYPE_CHECKING:

        @property
        def func(self) -> Callable[..., Node]:
            """What makes such a node of its arguments."""

        def xreplace(self, rule: Mapping[_Old, Node]) -> Node:
            """The expression with nodes exchanged for others; the outermost ones first."""

    def __eq__(self, other: object) -> bool:
        """By structure, as SymPy has it; two that have been hashed before differ at once."""
        if self is other:
            return True
        if type(other) is not type(self) or (self._mhash != other._mhash and self._mhash and other._mhash):
            return False
        return self._hashable_content() == other._hashable_content()

    __hash__ = Basic.__hash__

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.args))})"


class Leaf(Atom, Node):
    """An expression without parts."""

    __slots__ = ()

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self._hashable_content())

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._hashable_content()))})"


class Name(Leaf):
    """A quantity by its name: ``h1``, ``dL/dw21``, ``w21@1``."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Name:
        node: Name = Basic.__new__(cls)
        node.name = name
        return node

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name,)

    @property
    def free_symbols(self) -> set[Basic]:
        return {self}


class Literal(Leaf):
    """A number as it is written, ``text``, and the ``value`` that is meant by it.

    Where the two differ (0.332 for 0.33181…) the text is a rounded one; ``exact`` tells.
    """

    __slots__ = ("text", "value")
    text: str
    value: Value

    def __new__(cls, text: str, value: Value | None = None) -> Literal:
        node: Literal = Basic.__new__(cls)
        node.text = text
        node.value = _said(text) if value is None else value
        return node

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.text, self.value)

    @property
    def exact(self) -> bool:
        """Whether the text says the value in full."""
        return isinstance(self.value, Fraction) and _said(self.text) == self.value

    @property
    def negative(self) -> bool:
        return self.text.startswith("-")

    @property
    def scientific(self) -> bool:
        return "e" in self.text or "E" in self.text


class Constant(Literal):
    """A number that is typed as an expression, ``1/3``, ``sqrt(2)`` or ``50%``, and ``written`` so; it is exact."""

    __slots__ = ("written",)
    written: Node

    def __new__(cls, text: str, value: Value, written: Node) -> Constant:
        node: Constant = Basic.__new__(cls)
        node.text, node.value, node.written = text, value, written
        return node

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.text, self.value, self.written)

    @property
    def exact(self) -> bool:
        return True

    @property
    def scientific(self) -> bool:
        return False


class Headed(Node):
    """A node whose first part is a text: the name of a function, the signs between its other parts."""

    __slots__ = ()
    args: tuple[Any, ...]
    texts = 1

    def __new__(cls, head: str | Str, *parts: Node) -> Self:
        return Basic.__new__(cls, Str(head) if isinstance(head, str) else head, *parts)


class Plus(Node):
    """A sum of two or more terms in the order written; a difference has a ``Negative`` term."""

    __slots__ = ()


class Times(Node):
    """A product of two or more factors in the order written."""

    __slots__ = ()


class Negative(Node):
    """The negative of an expression, or a term taken away."""

    __slots__ = ()


class Over(Node):
    """A quotient: numerator, denominator."""

    __slots__ = ()


class Power(Node):
    """A power: base, exponent."""

    __slots__ = ()


class Call(Headed):
    """A function applied to its arguments; the name is a row of ``notation.functions``."""

    __slots__ = ()

    @property
    def function(self) -> str:
        return str(self.args[0].name)

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.args[1:]


class Relation(Headed):
    """A chain of comparisons, ``h1 = 2 > 0``: the operators in one ``Str``, then the compared expressions."""

    __slots__ = ()

    @property
    def operators(self) -> list[str]:
        return str(self.args[0].name).split()

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.args[1:]


class Cases(Node):
    """A value by cases: value, condition, value, condition, …, value otherwise."""

    __slots__ = ()

    @property
    def branches(self) -> list[tuple[Any, Any]]:
        """The (value, condition) pairs, in the order in which they are tried."""
        return list(zip(self.args[:-1:2], self.args[1::2], strict=True))

    @property
    def otherwise(self) -> Node:
        return self.args[-1]


class SumOver(Node):
    """A sum over an index, as a general law has it: body, index, first, last."""

    __slots__ = ()


class Listing(Node):
    """Expressions side by side: the components of a vector, or two ways of showing one number."""

    __slots__ = ()


class Joined(Headed):
    """Expressions that make one answer, by the sign between them: ``(0.2, 0.8)`` by a comma, ``15 × 15 × 8``."""

    __slots__ = ()

    @property
    def sign(self) -> str:
        return str(self.args[0].name)

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.args[1:]


ZERO = Literal("0")
ONE = Literal("1")
MINUS_ONE = Literal("-1")


def number(value: int | Fraction) -> Node:
    """An integer or a fraction as it is written: ``2``, ``-3``, ``2/3``."""
    fraction = Fraction(value)
    if fraction.denominator == 1:
        return Literal(str(fraction.numerator))
    written = Over(Literal(str(abs(fraction.numerator))), Literal(str(fraction.denominator)))
    return written if fraction > 0 else Negative(written)


def total(*terms: Node) -> Node:
    """The sum of the terms as a person writes it: nothing is 0, a negative number after the first is taken away."""
    if not terms:
        return ZERO
    if len(terms) == 1:
        return terms[0]
    return Plus(terms[0], *(Negative(_opposite(term)) if _is_negative_number(term) else term for term in terms[1:]))


def negative(node: Node) -> Node:
    """The negative as a person writes it: that of ``-a`` is ``a``, that of 2 is the number -2."""
    if isinstance(node, Negative):
        return node.args[0]
    if isinstance(node, Literal):
        return node if node == ZERO else _opposite(node)
    return Negative(node)


def _is_negative_number(node: Node) -> TypeGuard[Literal]:
    return isinstance(node, Literal) and node.negative


def _opposite(literal: Literal) -> Literal:
    if isinstance(literal, Constant):
        text = literal.text[1:] if literal.negative else f"-{literal.text}"
        return Constant(text, -literal.value, negative(literal.written))
    return Literal(literal.text[1:] if literal.negative else f"-{literal.text}", -literal.value)


def minus(left: Node, right: Node) -> Node:
    """The difference ``left - right``."""
    return Plus(left, Negative(right))


def product(*factors: Node) -> Node:
    """The product as a person writes it: inner products are joined on, ones left out, signs drawn to the front."""
    flat: list[Node] = []
    sign = 1
    for factor in factors:
        if isinstance(factor, Negative) or factor == MINUS_ONE:
            sign, factor = -sign, negative(factor)
        flat.extend(factor.args if isinstance(factor, Times) else (factor,))
    if ZERO in flat:
        return ZERO
    kept = [factor for factor in flat if factor != ONE]
    written = kept[0] if len(kept) == 1 else Times(*kept) if kept else ONE
    return written if sign > 0 else negative(written)


def nodes_in(node: Node) -> Iterator[Node]:
    """Every node of the tree, from the outside in and from left to right."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if parts := current._args:
            stack += parts[: current.texts - 1 : -1] if current.texts else parts[::-1]


def names_in(*nodes: Node) -> tuple[str, ...]:
    """The names that the expressions use, each once, in order of first use."""
    found: dict[str, None] = {}
    for node in nodes:
        for part in nodes_in(node):
            if type(part) is Name:
                found[part.name] = None
    return tuple(found)

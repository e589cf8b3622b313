"""One precedence-aware printer for all dialects.

The core decides where brackets stand: none is lost, none is added for nothing. A dialect says how each node
looks. What is printed is a list of :data:`Token`, in which a :class:`Break` marks where a long line may be
broken and how deep in brackets that is; joined, the tokens are the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import (
    Call,
    Cases,
    Constant,
    Joined,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Relation,
    SumOver,
    Times,
)
from deepcalc.notation.printing.arrays import ArrayPrinting
from deepcalc.notation.printing.rows import LEVELS, SHOW
from deepcalc.notation.printing.tokens import Break, Token, inside, text_of
from deepcalc.notation.symbols import Symbols
from deepcalc.records import record


@record
class Printer(ArrayPrinting):
    """The core that the dialects share; a dialect overrides what looks different in it."""

    symbols: Symbols = field(default_factory=Symbols)

    times = "*"
    minus = "-"
    solidus = "/"
    separator = ", "
    scientific_level = Level.PRODUCT
    levels: ClassVar[Mapping[type, Level]] = LEVELS
    comparisons: ClassVar = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "!=", "≈": "≈"}

    def print(self, node: Node) -> str:
        """The expression as one line of text."""
        return text_of(self.tokens(node))

    def tokens(self, node: Node) -> list[Token]:
        """The expression as tokens, with the places where a line may be broken."""
        shown: list[Token] = getattr(self, SHOW[type(node)])(node)
        return shown

    def level(self, node: Node) -> Level:
        """How tightly the printed form of the node holds together."""
        if isinstance(node, Constant):
            return self.level(node.written)
        if isinstance(node, Literal):
            if node.negative:
                return Level.NEGATIVE
            return self.scientific_level if node.scientific else Level.ATOM
        return self.levels[type(node)]

    def prefix(self, sign: str) -> str:
        """A sign before what it belongs to."""
        return sign

    def infix(self, sign: str) -> str:
        """A sign between two operands, with the space around it."""
        return f" {sign} "

    def bracketed(self, tokens: list[Token]) -> list[Token]:
        return self.fenced("(", tokens, ")")

    def fenced(self, opening: str, tokens: list[Token], closing: str) -> list[Token]:
        """The tokens between a pair of brackets, in which lines are broken later than outside."""
        return [opening, *inside(tokens), closing]

    def at_least(self, level: Level, node: Node) -> list[Token]:
        """The node, in brackets where it holds together less tightly than is asked."""
        tokens = self.tokens(node)
        return tokens if self.level(node) >= level else self.bracketed(tokens)

    def show_name(self, node: Name) -> list[Token]:
        raise NotImplementedError

    def show_literal(self, node: Literal) -> list[Token]:
        return [node.text.replace("-", self.minus)]

    def show_constant(self, node: Constant) -> list[Token]:
        """A number as the expression that was typed."""
        return self.tokens(node.written)

    def show_plus(self, node: Node) -> list[Token]:
        tokens = self._term(node.args[0])
        for term in node.args[1:]:
            taken = isinstance(term, Negative)
            shown = self._taken(term.args[0]) if taken else self._added(term)
            tokens += [Break(0), self.infix(self.minus if taken else "+"), *shown]
        return tokens

    def _term(self, node: Node) -> list[Token]:
        """The first term of a sum: only an inner sum needs brackets."""
        return self.bracketed(self.tokens(node)) if isinstance(node, Plus) else self.tokens(node)

    def _added(self, node: Node) -> list[Token]:
        return self.at_least(Level.PRODUCT, node)

    def _taken(self, node: Node) -> list[Token]:
        return self.at_least(Level.PRODUCT, node)

    def show_negative(self, node: Node) -> list[Token]:
        inner = node.args[0]
        if isinstance(inner, Literal) or _begins_with_zero(inner):
            return [self.prefix(self.minus), *self.bracketed(self.tokens(inner))]
        return [self.prefix(self.minus), *self.at_least(Level.PRODUCT, inner)]

    def show_times(self, node: Node) -> list[Token]:
        first, *others = node.args
        tokens = self.tokens(first)
        is_open = isinstance(first, Times) or self._is_scientific(first) or self._is_open_ended(first)
        is_open = is_open or self.takes_in_factors(first)
        if is_open or self.level(first) < Level.PRODUCT:
            tokens = self.bracketed(tokens)
        for factor in others:
            closes = factor is others[-1] and isinstance(factor, (SumOver, *self.closing_products))
            tokens += [Break(1), self.times, *(self.tokens(factor) if closes else self.factor(factor))]
        return tokens

    def _is_open_ended(self, node: Node) -> bool:
        """Whether a sum sign at the end would take in what follows."""
        last = node.args[-1] if isinstance(node, Times) else node
        return isinstance(last, SumOver) and self.level(last) < Level.POWER

    def takes_in_factors(self, node: Node) -> bool:
        """Whether the sum of an array, or a quotient of one, would take in the factors that follow."""
        if self.level(node) >= Level.POWER:
            return False
        if isinstance(node, Over):
            return self.takes_in_factors(node.args[0])
        if isinstance(node, Times):
            return self.takes_in_factors(node.args[-1])
        return isinstance(node, Apply) and node.operation == "sum"

    def _is_scientific(self, node: Node) -> bool:
        return isinstance(node, Literal) and node.scientific and self.scientific_level < Level.POWER

    def factor(self, node: Node) -> list[Token]:
        """A factor after the first."""
        return self.at_least(Level.POWER, node)

    def show_over(self, node: Node) -> list[Token]:
        top, bottom = node.args
        numerator = self.tokens(top)
        if self._is_scientific(top) or self._is_open_ended(top) or self.level(top) < Level.PRODUCT:
            numerator = self.bracketed(numerator)
        return [*numerator, self.solidus, *self.denominator(bottom)]

    def denominator(self, node: Node) -> list[Token]:
        return self.at_least(Level.POWER, node)

    def show_power(self, node: Node) -> list[Token]:
        base, exponent = node.args
        return [*self.base(base), "^", *self.at_least(Level.POWER, exponent)]

    def base(self, node: Node) -> list[Token]:
        return self.at_least(Level.ATOM, node)

    def show_call(self, node: Call) -> list[Token]:
        return [node.function, *self.bracketed(self.listed(node.arguments))]

    def show_relation(self, node: Relation) -> list[Token]:
        first, *others = node.operands
        tokens = self.tokens(first)
        for operator, operand in zip(node.operators, others, strict=True):
            tokens += [self.infix(self.comparisons[operator]), *self.tokens(operand)]
        return tokens

    def show_cases(self, node: Cases) -> list[Token]:
        tokens: list[Token] = ["cases("]
        for value, condition in node.branches:
            tokens += [*inside(self.tokens(value)), " if ", *inside(self.tokens(condition)), ", "]
        return [*tokens, *inside(self.tokens(node.otherwise)), " otherwise)"]

    def show_sum_over(self, node: Node) -> list[Token]:
        return ["sum", *self.bracketed(self.listed(node.args))]

    def show_listing(self, node: Node) -> list[Token]:
        return self.listed(node.args)

    def show_joined(self, node: Joined) -> list[Token]:
        """A vector in brackets; of other answers the parts with their sign between them."""
        if node.sign == ",":
            return self.bracketed(self.listed(node.parts))
        tokens = self.tokens(node.parts[0])
        for part in node.parts[1:]:
            tokens += [self.infix(self.joining(node.sign)), *self.tokens(part)]
        return tokens

    def joining(self, sign: str) -> str:
        """The sign between the parts of an answer."""
        return sign

    def listed(self, nodes: Any) -> list[Token]:
        tokens: list[Token] = []
        for index, node in enumerate(nodes):
            tokens += [self.separator, *self.tokens(node)] if index else self.tokens(node)
        return tokens


def _begins_with_zero(node: Node) -> bool:
    """Whether a product begins with the number 0: it is kept in brackets, so that no -0 shows."""
    while isinstance(node, Times | Over):
        node = node.args[0]
    return isinstance(node, Literal) and node.text == "0"

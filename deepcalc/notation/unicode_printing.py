"""Mathematics in Unicode, for the terminal."""

from __future__ import annotations

from typing import Any, ClassVar

from deepcalc.notation.array_nodes import Array, Prime
from deepcalc.notation.array_printing import ELLIPSIS, WrittenArrays, needs_no_dot, rank_of
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Call, Literal, Name, Node, SumOver
from deepcalc.notation.printing import Printer
from deepcalc.notation.symbols import subscript, superscript
from deepcalc.notation.tokens import Break, Fence, Matrix, Token, inside, thousands_apart


class UnicodePrinter(WrittenArrays, Printer):
    """Mathematics for the terminal: ``w₂₁ − η·∂L/∂w₂₁``."""

    times = "·"
    minus = "−"
    comparisons: ClassVar = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠", "≈": "≈"}
    form = "unicode"

    def show_array(self, node: Node) -> list[Token]:
        if rank_of(node) > 2 or not all(rank_of(part) == rank_of(node.args[0]) for part in node.args):
            first, *others = (inside(self.layer(part)) for part in node.args)
            rest = (token for other in others for token in (",", Break(2), " ", *other))
            return [Fence("["), *first, *rest, Fence("]")]
        return [Matrix(self.rows_of(node, ELLIPSIS))]

    def show_matrix_product(self, node: Node) -> list[Token]:
        left, right = node.args
        close = all(needs_no_dot(part, lambda name: self.symbols.forms(name).compound) for part in node.args)
        if isinstance(left, Array) or isinstance(right, Array):
            close = True
        row, column = self.rows_of_factors(node, ELLIPSIS)
        before = self.left_of_matrices(left) if row is None else [Matrix(row)]
        after = self.factor(right) if column is None else [Matrix(column)]
        return [*before, Break(1), " " if close else self.times, *after]

    def show_transpose(self, node: Node) -> list[Token]:
        inner = node.args[0]
        compound = isinstance(inner, Name) and self.symbols.forms(inner.name).compound
        return [*(self.bracketed(self.tokens(inner)) if compound else self.at_least(Level.ATOM, inner)), "ᵀ"]

    def show_prime(self, node: Prime) -> list[Token]:
        return [f"{FUNCTIONS[node.function].unicode}′", *self.bracketed(self.listed(node.arguments))]

    def lowered(self, text: str) -> str:
        return subscript(text) or f"_{text}"

    def level(self, node: Node) -> Level:
        if isinstance(node, Name):
            forms = self.symbols.forms(node.name)
            return Level.POWER if forms.compound else Level.ATOM
        if isinstance(node, Call) and node.function in ("exp", "sqrt"):
            return Level.POWER
        if isinstance(node, SumOver):
            return Level.PRODUCT
        return super().level(node)

    def show_name(self, node: Name) -> list[Token]:
        return [self.symbols.forms(node.name).unicode]

    def denominator(self, node: Node) -> list[Token]:
        if isinstance(node, Name) and self.symbols.forms(node.name).quotient:
            return self.bracketed(self.tokens(node))
        return super().denominator(node)

    def show_literal(self, node: Literal) -> list[Token]:
        text = node.text.replace("E", "e")
        mantissa, e, exponent = text.partition("e")
        mantissa = thousands_apart(mantissa, "\u202f")
        if e:
            mantissa = f"{mantissa}·10{superscript(exponent.removeprefix('+'))}"
        return [mantissa.replace("-", self.minus)]

    def show_power(self, node: Node) -> list[Token]:
        base, exponent = node.args
        if isinstance(exponent, Literal) and (small := superscript(exponent.text)):
            return [*self.base(base), small]
        return [*self.base(base), "^", *self._raised(exponent)]

    def _raised(self, node: Node) -> list[Token]:
        return self.at_least(Level.ATOM, node)

    def show_call(self, node: Call) -> list[Token]:
        arguments = node.arguments
        match node.function:
            case "exp":
                return ["e", small] if (small := self._small(arguments[0])) else ["e^", *self._raised(arguments[0])]
            case "sqrt":
                return ["√", *self.at_least(Level.ATOM, arguments[0])]
            case "abs":
                return self.fenced("|", self.tokens(arguments[0]), "|")
            case "floor":
                return self.fenced("⌊", self.tokens(arguments[0]), "⌋")
            case "ceil":
                return self.fenced("⌈", self.tokens(arguments[0]), "⌉")
        name = FUNCTIONS[node.function].unicode
        return [name, *self.bracketed(self.listed(arguments))]

    def _small(self, node: Node) -> str | None:
        return superscript(node.text) if isinstance(node, Literal) and node.text.lstrip("-").isdigit() else None

    def show_cases(self, node: Any) -> list[Token]:
        tokens: list[Token] = ["{ "]
        for value, condition in node.branches:
            tokens += [*inside(self.tokens(value)), " if ", *inside(self.tokens(condition)), "; ", Break(1)]
        return [*tokens, *inside(self.tokens(node.otherwise)), " otherwise }"]

    def show_sum_over(self, node: Node) -> list[Token]:
        body, index, first, last = node.args
        span = subscript(f"{index.name}={self.print(first)}") if isinstance(index, Name) else None
        above = superscript(self.print(last))
        sign = f"Σ{span}{above}" if span and above else f"Σ[{self.print(index)}={self.print(first)}…{self.print(last)}]"
        return [f"{sign} ", *self.at_least(Level.PRODUCT, body)]

"""Mathematics in Unicode, for the terminal."""

from __future__ import annotations

from typing import ClassVar

from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Node
from deepcalc.notation.printing.arrays import Rows
from deepcalc.notation.printing.paper import PaperPrinter
from deepcalc.notation.printing.tokens import Break, Fence, Matrix, Token, inside
from deepcalc.notation.symbols import subscript, superscript


class UnicodePrinter(PaperPrinter):
    """Mathematics for the terminal: ``w₂₁ − η·∂L/∂w₂₁``."""

    times = "·"
    minus = "−"
    comparisons: ClassVar = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠", "≈": "≈"}
    form = "unicode"

    product_sign = "·"
    transpose_sign = "ᵀ"
    levels_of_calls: ClassVar = {"raised": Level.POWER, "root": Level.POWER}

    def layers(self, node: Node) -> list[Token]:
        first, *others = (inside(self.layer(part)) for part in node.args)
        rest = (token for other in others for token in (",", Break(2), " ", *other))
        return [Fence("["), *first, *rest, Fence("]")]

    def matrix(self, rows: Rows) -> Token:
        return Matrix(rows)

    def primed(self, function: str) -> str:
        return f"{FUNCTIONS[function].unicode}′"

    def lowered(self, text: str) -> str:
        return subscript(text) or f"_{text}"

    def show_name(self, node: Name) -> list[Token]:
        return [self.symbols.forms(node.name).unicode]

    def denominator(self, node: Node) -> list[Token]:
        if isinstance(node, Name) and self.symbols.forms(node.name).quotient:
            return self.bracketed(self.tokens(node))
        return super().denominator(node)

    def scientific(self, mantissa: str, exponent: str) -> str:
        return f"{mantissa}·10{superscript(exponent.replace(self.minus, '-'))}"

    def show_power(self, node: Node) -> list[Token]:
        base, exponent = node.args
        if isinstance(exponent, Literal) and (small := superscript(exponent.text)):
            return [*self.base(base), small]
        return [*self.base(base), "^", *self._raised(exponent)]

    def _raised(self, node: Node) -> list[Token]:
        return self.at_least(Level.ATOM, node)

    def show_raised(self, node: Call) -> list[Token]:
        small = self._small(node.arguments[0])
        return ["e", small] if small else ["e^", *self._raised(node.arguments[0])]

    def show_root(self, node: Call) -> list[Token]:
        return ["√", *self.at_least(Level.ATOM, node.arguments[0])]

    def named(self, function: str) -> str:
        return FUNCTIONS[function].unicode

    def _small(self, node: Node) -> str | None:
        return superscript(node.text) if isinstance(node, Literal) and node.text.lstrip("-").isdigit() else None

    def show_cases(self, node: Cases) -> list[Token]:
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

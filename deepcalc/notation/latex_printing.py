"""The LaTeX dialect of the printer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from deepcalc.notation.array_nodes import Apply, Prime
from deepcalc.notation.array_printing import WrittenArrays, rank_of
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Node, Over, SumOver
from deepcalc.notation.printing import Printer
from deepcalc.notation.tokens import Break, Token, text_of, thousands_apart


class LatexPrinter(WrittenArrays, Printer):
    """LaTeX mathematics: ``w_{21} - \\eta \\cdot \\frac{\\partial L}{\\partial w_{21}}``."""

    times = r" \cdot "
    entrywise_sign = r" \odot "
    form = "latex"
    comparisons: ClassVar = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne", "≈": r"\approx"}

    def level(self, node: Node) -> Level:
        if isinstance(node, Name):
            return Level.POWER if self.symbols.forms(node.name).compound else Level.ATOM
        if isinstance(node, Over):
            return Level.POWER
        if isinstance(node, Call) and node.function == "exp":
            return Level.POWER
        if isinstance(node, SumOver):
            return Level.PRODUCT
        return super().level(node)

    def bracketed(self, tokens: list[Token]) -> list[Token]:
        return self.fenced(r"\left(", tokens, r"\right)")

    def joining(self, sign: str) -> str:
        return {"×": r"\times", "…": r"\dots"}.get(sign, rf"\text{{{sign}}}")

    def show_array(self, node: Node) -> list[Token]:
        if rank_of(node) > 2:
            return [r"\left[", *self.listed(node.args), r"\right]"]
        return [_latex_matrix(self.rows_of(node, _LATEX_DOTS))]

    def show_apply(self, node: Apply) -> list[Token]:
        from deepcalc.notation.operations import OPERATIONS  # which a problem of numbers does without

        tokens = super().show_apply(node)
        if not OPERATIONS[node.operation].latex.endswith(")") or not is_tall(tokens):
            return tokens
        opening = next(at for at, token in enumerate(tokens) if isinstance(token, str) and token.endswith("("))
        tokens[opening] = rf"{str(tokens[opening])[:-1]}\left("
        return [*tokens[:-1], r"\right)"]

    def show_matrix_product(self, node: Node) -> list[Token]:
        left, right = node.args
        row, column = self.rows_of_factors(node, _LATEX_DOTS)
        before = self.left_of_matrices(left) if row is None else [_latex_matrix(row)]
        after = self.factor(right) if column is None else [_latex_matrix(column)]
        return [*before, Break(1), r" \, ", *after]

    def show_transpose(self, node: Node) -> list[Token]:
        inner = node.args[0]
        compound = isinstance(inner, Name) and self.symbols.forms(inner.name).compound
        return [
            *(self.bracketed(self.tokens(inner)) if compound else self.at_least(Level.ATOM, inner)),
            r"^{\top}",
        ]

    def show_prime(self, node: Prime) -> list[Token]:
        return [f"{FUNCTIONS[node.function].latex}'", *self.bracketed(self.listed(node.arguments))]

    size_sign = r" \times "

    def lowered(self, text: str) -> str:
        return f"_{{{text}}}"

    def show_name(self, node: Name) -> list[Token]:
        return [self.symbols.forms(node.name).latex]

    def show_literal(self, node: Literal) -> list[Token]:
        mantissa, e, exponent = node.text.replace("E", "e").partition("e")
        mantissa = thousands_apart(mantissa, r"\,")
        return [rf"{mantissa} \cdot 10^{{{exponent.removeprefix('+')}}}" if e else mantissa.replace("%", r"\%")]

    def show_over(self, node: Node) -> list[Token]:
        top, bottom = (text_of(self.tokens(part)) for part in node.args)
        return [rf"\frac{{{top}}}{{{bottom}}}"]

    def show_power(self, node: Node) -> list[Token]:
        base, exponent = node.args
        return [*self.base(base), f"^{{{text_of(self.tokens(exponent))}}}"]

    def show_call(self, node: Call) -> list[Token]:
        arguments = node.arguments
        around = _LATEX_AROUND.get(node.function)
        if around is not None:
            return [around[0], text_of(self.tokens(arguments[0])), around[1]]
        name = FUNCTIONS[node.function].latex
        return [name, *self.bracketed(self.listed(arguments))]

    def show_cases(self, node: Cases) -> list[Token]:
        rows = [rf"{self.print(value)} & \text{{if }} {self.print(condition)}" for value, condition in node.branches]
        rows.append(rf"{self.print(node.otherwise)} & \text{{otherwise}}")
        return [r"\begin{cases} ", r" \\ ".join(rows), r" \end{cases}"]

    def show_sum_over(self, node: Node) -> list[Token]:
        body, index, first, last = node.args
        span = rf"\sum_{{{self.print(index)}={self.print(first)}}}^{{{self.print(last)}}}"
        return [f"{span} ", *self.at_least(Level.PRODUCT, body)]


def is_tall(tokens: Sequence[Token]) -> bool:
    """Whether what is printed is taller than a line of text."""
    return any(isinstance(token, str) and _TALL.search(token) for token in tokens)


_TALL = re.compile(r"\\(?:frac|sum|sqrt|begin)(?![A-Za-z])")
_LATEX_DOTS = {"row": r"\cdots", "column": r"\vdots", "corner": r"\ddots"}


def _latex_matrix(rows: Sequence[Sequence[str]]) -> str:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


_LATEX_AROUND = {
    "exp": ("e^{", "}"),
    "sqrt": (r"\sqrt{", "}"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceil": (r"\left\lceil ", r" \right\rceil"),
}
"""What stands around the argument of a function that is not written with its name."""

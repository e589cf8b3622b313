"""The LaTeX dialect of the printer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Cases, Name, Node, Over
from deepcalc.notation.printing.arrays import Rows
from deepcalc.notation.printing.paper import PaperPrinter
from deepcalc.notation.printing.rows import LEVELS_ON_PAPER
from deepcalc.notation.printing.tokens import Token, text_of


class LatexPrinter(PaperPrinter):
    """LaTeX mathematics: ``w_{21} - \\eta \\cdot \\frac{\\partial L}{\\partial w_{21}}``."""

    times = r" \cdot "
    entrywise_sign = r" \odot "
    form = "latex"
    comparisons: ClassVar = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne", "≈": r"\approx"}

    product_sign = r" \, "
    close_sign = r" \, "
    transpose_sign = r"^{\top}"
    size_sign = r" \times "
    thousands_gap = r"\,"
    levels: ClassVar = {**LEVELS_ON_PAPER, Over: Level.POWER}
    enclosing: ClassVar = {
        "raised": ("e^{", "}"),
        "root": (r"\sqrt{", "}"),
        "absolute": (r"\left|", r"\right|"),
        "floor": (r"\left\lfloor ", r" \right\rfloor"),
        "ceiling": (r"\left\lceil ", r" \right\rceil"),
    }
    dots: ClassVar = {"row": r"\cdots", "column": r"\vdots", "corner": r"\ddots"}

    def bracketed(self, tokens: list[Token]) -> list[Token]:
        return self.fenced(r"\left(", tokens, r"\right)")

    def joining(self, sign: str) -> str:
        return {"×": r"\times", "…": r"\dots"}.get(sign, rf"\text{{{sign}}}")

    def layers(self, node: Node) -> list[Token]:
        return [r"\left[", *self.listed(node.args), r"\right]"]

    def matrix(self, rows: Rows) -> Token:
        body = f" {self.row_end(rows)} ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"

    def row_end(self, rows: Rows) -> str:
        """What stands between two rows of a matrix."""
        return r"\\"

    def show_apply(self, node: Apply) -> list[Token]:
        from deepcalc.notation.operations import OPERATIONS  # which a problem of numbers does without

        tokens = super().show_apply(node)
        if not OPERATIONS[node.operation].latex.endswith(")") or not is_tall(tokens):
            return tokens
        opening = next(at for at, token in enumerate(tokens) if isinstance(token, str) and token.endswith("("))
        tokens[opening] = rf"{str(tokens[opening])[:-1]}\left("
        return [*tokens[:-1], r"\right)"]

    def primed(self, function: str) -> str:
        return f"{FUNCTIONS[function].latex}'"

    def lowered(self, text: str) -> str:
        return f"_{{{text}}}"

    def show_name(self, node: Name) -> list[Token]:
        return [self.symbols.forms(node.name).latex]

    def digits(self, text: str) -> str:
        return text.replace("%", r"\%")

    def scientific(self, mantissa: str, exponent: str) -> str:
        return rf"{mantissa} \cdot 10^{{{exponent}}}"

    def show_over(self, node: Node) -> list[Token]:
        top, bottom = (text_of(self.tokens(part)) for part in node.args)
        return [rf"\frac{{{top}}}{{{bottom}}}"]

    def show_power(self, node: Node) -> list[Token]:
        base, exponent = node.args
        return [*self.base(base), f"^{{{text_of(self.tokens(exponent))}}}"]

    def enclosed(self, opening: str, tokens: list[Token], closing: str) -> list[Token]:
        return [opening, text_of(tokens), closing]

    def named(self, function: str) -> str:
        return FUNCTIONS[function].latex

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

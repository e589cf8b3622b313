"""Arrays in MathML: matrices as tables between brackets, the operations by their written forms."""

from __future__ import annotations

import re
from string import Formatter
from typing import ClassVar

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Node
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.printing.arrays import ELLIPSIS, Rows, as_column, sizes_of
from deepcalc.notation.printing.mathml_symbols import symbol
from deepcalc.notation.printing.paper import PaperPrinter
from deepcalc.notation.printing.tokens import Break, Token, text_of

_PIECE = re.compile(r"[A-Za-z]+|[0-9𝟎𝟏]|\S")
_CLOSING = {"(": ")", "[": "]", "‖": "‖"}
_RAISED = {"ᵀ": mathml.small("⊤"), "⁻¹": f"{mathml.prefix('−')}{mathml.number('1')}"}


class MathMLArrays(PaperPrinter):
    """The part of the MathML printer that shows arrays."""

    entrywise_sign = mathml.infix("⊙")
    slice_sign = mathml.small(":")
    form = "unicode"
    product_sign = mathml.infix("·")
    after_an_entry = '<mo separator="true">,</mo>'
    transpose_sign = mathml.scripts(mathml.row(""), sup=_RAISED["ᵀ"])
    close_sign = '<mspace width="0.17em"></mspace>'
    dots: ClassVar = {place: mathml.small(dots) for place, dots in ELLIPSIS.items()}

    def matrix(self, rows: Rows) -> Token:
        left, right = mathml.brackets("[", mathml.table(rows), "]")
        return mathml.row(left, mathml.table(rows), right)

    def place(self, tokens: list[Token]) -> list[Token]:
        return [mathml.row(mathml.small("["), text_of(tokens), mathml.small("]"))]

    def show_transpose(self, node: Node) -> list[Token]:
        base = self.at_least(Level.ATOM, node.args[0])
        return [mathml.scripts(mathml.row(text_of(base)), sup=_RAISED["ᵀ"])]

    def primed(self, function: str) -> str:
        name = mathml.scripts(symbol(FUNCTIONS[function].latex), sup=mathml.small("′"))
        return f"{name}{mathml.FUNCTION_APPLICATION}"

    def show_apply(self, node: Apply) -> list[Token]:
        """The template of the operation: its words upright, its signs as such, what is in brackets inside them."""
        column = as_column(node)
        if column is not None:
            return self.tokens(column)
        levels: list[list[Token]] = [[]]
        closing: list[str] = []
        for literal, name, spec, _ in Formatter().parse(OPERATIONS[node.operation].unicode):
            for piece in _PIECE.findall(literal.replace("⁻¹", "¹")):
                if closing and piece == closing[-1]:
                    inside = levels.pop()
                    closing.pop()
                    opening = next(sign for sign, end in _CLOSING.items() if end == piece)
                    levels[-1] += self.fenced(opening, inside, piece)
                elif piece in _CLOSING:
                    levels.append([])
                    closing.append(_CLOSING[piece])
                elif piece in "ᵀ¹":
                    raised = _RAISED["ᵀ" if piece == "ᵀ" else "⁻¹"]
                    levels[-1][-1:] = [mathml.scripts(text_of(levels[-1][-1:]), sup=raised)]
                else:
                    shown = self.piece(piece)
                    levels[-1] += [Break(1), shown] if levels[-1] and 'form="infix"' in shown else [shown]
            if name in ("axes", "sizes"):
                below = self._below(node, name)
                if below is not None:
                    head = mathml.scripts(text_of(levels[-1][-1:]), sub=below)
                    levels[-1][-1:] = [head, Break(1)] if name == "sizes" else [head]  # sizes are long
            elif name == "all":
                levels[-1] += self.listed(node.operands)
            elif name is not None:
                operand = node.operands[int(name)]
                levels[-1] += self.at_least(Level[spec.upper()], operand) if spec else self.tokens(operand)
        return levels[0]

    def _below(self, node: Apply, name: str) -> str | None:
        """What stands below the name of an operation: the index over which it runs, or its sizes."""
        if name == "sizes":
            sizes = [mathml.number(str(size)) for size in sizes_of(node)]
            return mathml.row(*[part for size in sizes for part in (mathml.small("×"), size)][1:])
        axis = node.axis
        return None if axis is None else mathml.identifier(self.index_letters[axis])

    def piece(self, text: str) -> str:
        if text == "Σ":
            return '<mo movablelimits="false">∑</mo>'
        if text.isdigit():
            return mathml.number(text)
        if text[0].isalpha() or text in "𝟎𝟏":
            return mathml.identifier(text) if text == "I" else mathml.upright(text)
        return mathml.infix(text)

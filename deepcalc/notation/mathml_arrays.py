"""Arrays in MathML: matrices as tables between brackets, the operations by their written forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Formatter

from deepcalc.notation import mathml_elements as mathml
from deepcalc.notation.array_nodes import Apply, Array, Prime
from deepcalc.notation.array_printing import ELLIPSIS, WrittenArrays, as_column, needs_no_dot, rank_of, sizes_of
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.mathml_symbols import symbol
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.tokens import Break, Token, text_of

_PIECE = re.compile(r"[A-Za-z]+|[0-9𝟎𝟏]|\S")
_CLOSING = {"(": ")", "[": "]", "‖": "‖"}
_RAISED = {"ᵀ": mathml.small("⊤"), "⁻¹": f"{mathml.prefix('−')}{mathml.number('1')}"}
_DOTS = {place: mathml.small(dots) for place, dots in ELLIPSIS.items()}


class MathMLArrays(WrittenArrays):
    """The part of the MathML printer that shows arrays."""

    entrywise_sign = mathml.infix("⊙")
    slice_sign = mathml.small(":")
    form = "unicode"

    def show_array(self, node: Node) -> list[Token]:
        if rank_of(node) > 2 or not all(rank_of(part) == rank_of(node.args[0]) for part in node.args):
            return self.fenced("[", self.listed(node.args), "]")
        return [_matrix(self.rows_of(node, _DOTS))]

    def place(self, tokens: list[Token]) -> list[Token]:
        return [mathml.row(mathml.small("["), text_of(tokens), mathml.small("]"))]

    def show_matrix_product(self, node: Node) -> list[Token]:
        left, right = node.args
        row, column = self.rows_of_factors(node, _DOTS)
        before = self.left_of_matrices(left) if row is None else [_matrix(row)]
        after = self.factor(right) if column is None else [_matrix(column)]
        close = isinstance(left, Array) or isinstance(right, Array)
        close = close or all(needs_no_dot(part, lambda name: self.symbols.forms(name).compound) for part in node.args)
        between = '<mspace width="0.17em"></mspace>' if close else mathml.infix("·")
        return [*before, Break(1), between, *after]

    def show_transpose(self, node: Node) -> list[Token]:
        inner = node.args[0]
        compound = isinstance(inner, Name) and self.symbols.forms(inner.name).compound
        base = self.bracketed(self.tokens(inner)) if compound else self.at_least(Level.ATOM, inner)
        return [mathml.scripts(mathml.row(text_of(base)), sup=_RAISED["ᵀ"])]

    def show_prime(self, node: Prime) -> list[Token]:
        name = mathml.scripts(symbol(FUNCTIONS[node.function].latex), sup=mathml.small("′"))
        return [f"{name}{mathml.FUNCTION_APPLICATION}", *self.bracketed(self.listed(node.arguments))]

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


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    left, right = mathml.brackets("[", mathml.table(rows), "]")
    return mathml.row(left, mathml.table(rows), right)

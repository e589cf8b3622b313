"""What mathematics on paper shares: names as symbols, functions by their signs, the templates of the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any, ClassVar

from deepcalc.notation.array_nodes import Apply, Array, Entrywise, MatrixProduct, is_numeric, place_of
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.levels import Level
from deepcalc.notation.names import entry_name, is_name
from deepcalc.notation.nodes import Call, Literal, Name, Node, Times
from deepcalc.notation.printing.arrays import (
    ELLIPSIS,
    Rows,
    as_column,
    is_long,
    needs_no_dot,
    rank_of,
    shown_rows,
    sizes_of,
)
from deepcalc.notation.printing.core import Printer
from deepcalc.notation.printing.rows import LEVELS_ON_PAPER
from deepcalc.notation.printing.tokens import Break, Fence, Token, inside, thousands_apart


class PaperPrinter(Printer):
    """Mathematics as it stands on paper: ``X W``, ``A ⊙ B``, ``Xᵀ``; a dialect says how each sign is made."""

    form = ""
    """The field of an operation's row with the template of this dialect."""

    levels: ClassVar[Mapping[type, Level]] = LEVELS_ON_PAPER
    levels_of_calls: ClassVar[Mapping[str, Level]] = {"raised": Level.POWER}
    """How tightly functions hold together, by their forms; others as their name with brackets."""

    enclosing: ClassVar[Mapping[str, tuple[str, str]]] = {
        "absolute": ("|", "|"),
        "floor": ("⌊", "⌋"),
        "ceiling": ("⌈", "⌉"),
    }
    """What stands around the argument of a function that is not written with its name, by its form."""

    closing_products = (MatrixProduct, Entrywise)
    entrywise_sign = " ⊙ "
    after_an_entry = ", "
    """What stands behind an entry of a vector, where the line may be broken."""

    close_sign = " "
    """What stands between two factors of a matrix product that need no dot."""

    index_letters = "ijklmnpq"
    size_sign = "x"
    thousands_gap = "\u202f"
    dots: ClassVar[Mapping[str, str]] = ELLIPSIS

    def level(self, node: Node) -> Level:
        if isinstance(node, Name):
            return Level.POWER if self._is_compound(node.name) else Level.ATOM
        if isinstance(node, Call):
            return self.levels_of_calls.get(FUNCTIONS[node.function].form, Level.ATOM)
        if self.symbols.vectors == "columns" and is_long(node):
            return Level.POWER
        if isinstance(node, Apply):
            return Level[_row(node).level.upper()]
        return super().level(node)

    def _is_compound(self, name: str) -> bool:
        return self.symbols.forms(name).compound

    # ---- numbers and functions

    def show_literal(self, node: Literal) -> list[Token]:
        mantissa, e, exponent = node.text.replace("-", self.minus).replace("E", "e").partition("e")
        mantissa = thousands_apart(mantissa, self.thousands_gap)
        return [self.scientific(mantissa, exponent.removeprefix("+")) if e else self.digits(mantissa)]

    def digits(self, text: str) -> str:
        return text

    def scientific(self, mantissa: str, exponent: str) -> str:
        raise NotImplementedError

    def show_call(self, node: Call) -> list[Token]:
        form = FUNCTIONS[node.function].form
        if form in self.enclosing:
            opening, closing = self.enclosing[form]
            return self.enclosed(opening, self.tokens(node.arguments[0]), closing)
        shown: list[Token] = getattr(self, f"show_{form}")(node)
        return shown

    def enclosed(self, opening: str, tokens: list[Token], closing: str) -> list[Token]:
        return self.fenced(opening, tokens, closing)

    def show_named(self, node: Call) -> list[Token]:
        return [self.named(node.function), *self.bracketed(self.listed(node.arguments))]

    def named(self, function: str) -> str:
        """The name of a function before its arguments."""
        raise NotImplementedError

    # ---- arrays

    def show_array(self, node: Node) -> list[Token]:
        if rank_of(node) > 2 or not all(rank_of(part) == rank_of(node.args[0]) for part in node.args):
            return self.layers(node)
        if is_long(node):
            return self.listing(node, self.symbols.vectors == "columns")
        return [self.matrix(self.rows_of(node))]

    def listing(self, node: Node, upright: bool) -> list[Token]:
        """A vector that may take several lines; an ``upright`` one is a column, written as a row and transposed."""
        first, *others = node.args
        tokens = self.tokens(first)
        for other in others:
            tokens = [*tokens, self.after_an_entry, Break(1), *self.tokens(other)]
        return [*self.fenced("[", tokens, "]"), *([self.transpose_sign] if upright else [])]

    def layers(self, node: Node) -> list[Token]:
        """An array of more than two axes."""
        return self.fenced("[", self.listed(node.args), "]")

    def matrix(self, rows: Rows) -> Token:
        raise NotImplementedError

    def rows_of(self, node: Node) -> Rows:
        """The cells of a matrix, or of a vector as it is written by itself."""
        rows = shown_rows(node, self.print, self.dots)
        return _upright(rows) if rank_of(node) == 1 and self.symbols.vectors == "columns" else rows

    def layer(self, node: Node) -> list[Token]:
        """A part of an array of more axes: a matrix of one row keeps both of its brackets."""
        tokens = self.tokens(node)
        return [Fence("["), *tokens, Fence("]")] if rank_of(node) == 2 and len(node.args) == 1 else tokens

    def vectors_of(self, node: Node) -> tuple[list[Token] | None, list[Token] | None]:
        """The vectors in a matrix product; None for a factor that is written as it is by itself."""
        left, right = node.args
        upright = rank_of(right) == 1 and rank_of(left) != 1 and self.symbols.vectors != "rows"
        return self.vector(left, False) if rank_of(left) == 1 else None, self.vector(right, True) if upright else None

    def vector(self, node: Node, upright: bool) -> list[Token]:
        """A vector as a row or as a column."""
        if is_long(node):
            return self.listing(node, upright)
        rows = shown_rows(node, self.print, self.dots)
        return [self.matrix(_upright(rows) if upright else rows)]

    def show_matrix_product(self, node: Node) -> list[Token]:
        left, right = node.args
        row, column = self.vectors_of(node)
        before = self.left_of_matrices(left) if row is None else row
        after = self.factor(right) if column is None else column
        is_close = isinstance(left, Array) or isinstance(right, Array)
        is_close = is_close or all(needs_no_dot(part, self._is_compound) for part in node.args)
        sign = self.close_sign if is_close else self.product_sign
        if column is None and all(map(self.is_vector, node.args)):
            sign = self.times
        return [*before, Break(1), sign, *after]

    def is_vector(self, factor: Node) -> bool:
        """Whether it is a vector as it is written: a row of numbers, or a name in a small letter."""
        if isinstance(factor, Array):
            return rank_of(factor) == 1 and self.symbols.vectors != "columns"
        return isinstance(factor, Name) and factor.name[0].islower() and "/" not in factor.name

    def left_of_matrices(self, node: Node) -> list[Token]:
        """The left factor of a matrix product, which binds tighter on paper than the product entry by entry."""
        last = node.args[-1] if isinstance(node, Times) else node
        return self.bracketed(self.tokens(node)) if isinstance(last, Entrywise) else self.at_least(Level.PRODUCT, node)

    def show_apply(self, node: Apply) -> list[Token]:
        column = as_column(node)
        if column is not None:
            return self.tokens(column)
        row = _row(node)
        tokens: list[Token] = []
        for literal, name, spec, _ in Formatter().parse(getattr(row, self.form)):
            if literal:
                tokens.append(self.piece(literal))
            if name == "axes":
                tokens += self.axes(node)
            elif name == "sizes":
                tokens.append(self.lowered(self.size_sign.join(map(str, sizes_of(node)))))
            elif name == "all":
                tokens += self.side_by_side(_parts(node))
            elif name is not None:
                operand = node.operands[int(name)]
                tokens += self.at_least(Level[spec.upper()], operand) if spec else self.tokens(operand)
        return tokens

    def side_by_side(self, nodes: Sequence[Node]) -> list[Token]:
        """The parts of a join, between which a long line is broken."""
        first, *others = (inside(self.tokens(node)) for node in nodes)
        return [*first, *(token for other in others for token in (",", Break(1), " ", *other))]

    def piece(self, text: str) -> str:
        """A piece of a template."""
        return text

    def axes(self, node: Apply) -> list[Token]:
        """The index over which an operation runs, as a subscript."""
        axis = node.axis
        return [] if axis is None else [self.lowered(self.index_letters[axis])]

    def lowered(self, text: str) -> str:
        raise NotImplementedError

    def show_item(self, node: Node) -> list[Token]:
        array, *indices = node.args
        place = place_of(indices)
        if place is not None and isinstance(array, Name) and is_name(array.name):
            return self.tokens(Name(entry_name(array.name, place)))
        return super().show_item(node)


def _upright(rows: Rows) -> Rows:
    return tuple((cell,) for cell in rows[0])


def _parts(node: Apply) -> Sequence[Node]:
    """The operands; where arrays are joined, the names in those that are written out: ``[x, h]`` of x and ``[h]``."""
    if node.operation != "concat":
        return node.operands
    found: list[Node] = []
    for operand in node.operands:
        is_written = isinstance(operand, Array) and rank_of(operand) == 1 and not is_numeric(operand)
        found += operand.args if is_written else (operand,)
    return found


def _row(node: Apply) -> Any:
    from deepcalc.notation.operations import OPERATIONS  # which a problem of numbers does without

    return OPERATIONS[node.operation]

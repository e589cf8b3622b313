"""How arrays are printed, as far as all dialects share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deepcalc.notation.array_nodes import (
    MOST_ALONG_AN_AXIS,
    MOST_IN_A_MATRIX,
    MOST_IN_A_VECTOR,
    Apply,
    Array,
    MatrixProduct,
    Prime,
    Transpose,
    moved,
)
from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.printing.tokens import Break, Matrix, Token
from deepcalc.notation.symbols import Symbols

Rows = tuple[tuple[str, ...], ...]
"""The cells of a matrix as they are printed."""

ELLIPSIS = {"row": "⋯", "column": "⋮", "corner": "⋱"}

MOST_IN_A_LINE = 64
"""Characters of a row, with two between entries."""

_KEPT = 3
"""Rows and columns of a large matrix that are shown before the dots."""


def shown_positions(size: int, whole: bool) -> list[int | None]:
    """The positions of an axis that are shown, None for the dots between them."""
    if whole or size <= MOST_ALONG_AN_AXIS:
        return list(range(size))
    return [*range(_KEPT), None, size - 1]


def is_long(node: Node) -> bool:
    """Whether an array is a vector that is shown whole and so long that it may take several lines."""
    return rank_of(node) == 1 and MOST_ALONG_AN_AXIS < len(node.args) <= MOST_IN_A_VECTOR


def sizes_of_shortened(value: Any) -> tuple[int, ...] | None:
    """The sizes of an array of which not all entries are shown; None of anything else."""
    if not isinstance(value, Array) or _is_whole(value):
        return None
    sizes: list[int] = []
    while isinstance(value, Array):
        sizes.append(len(value.args))
        value = value.args[0]
    return tuple(sizes)


def _is_whole(node: Node) -> bool:
    if rank_of(node) > 2:
        return all(map(_is_whole, node.args))
    if rank_of(node) < 2:
        return len(node.args) <= MOST_IN_A_VECTOR
    return max(len(node.args), len(node.args[0].args)) <= MOST_ALONG_AN_AXIS or _is_in_lines(node.args)


def _is_in_lines(rows: Sequence[Any]) -> bool:
    if len(rows) * len(rows[0].args) > MOST_IN_A_MATRIX:
        return False
    return all(sum(_length(cell) + 2 for cell in row.args) - 2 <= MOST_IN_A_LINE for row in rows)


def _length(cell: Node) -> int:
    """The characters of an entry; of one that is no number, as many as a line has."""
    return len(cell.text) if isinstance(cell, Literal) else MOST_IN_A_LINE


def shown_rows(node: Node, printed: Callable[[Any], str], dots: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The cells of a matrix, or of a vector as one row; of a large one the corners and dots."""
    rows = node.args if isinstance(node.args[0], Array) else (node,)
    whole = len(rows) > 1 and _is_in_lines(rows)
    columns = shown_positions(len(rows[0].args), whole)
    found = []
    for row in shown_positions(len(rows), whole):
        if row is None:
            found.append(tuple(dots["corner" if column is None else "column"] for column in columns))
        else:
            cells = rows[row].args
            found.append(tuple(dots["row"] if column is None else printed(cells[column]) for column in columns))
    return tuple(found)


def rank_of(node: Node) -> int:
    """The number of axes of an array as it is written."""
    rank = 0
    while isinstance(node, Array):
        rank, node = rank + 1, node.args[0]
    return rank


class ArrayPrinting:
    """The part of a printer that shows arrays; dialects override what looks different in them."""

    tokens: Callable[[Any], list[Token]]
    print: Callable[[Any], str]
    at_least: Callable[[Any, Any], list[Token]]
    bracketed: Callable[[list[Token]], list[Token]]
    fenced: Callable[[str, list[Token], str], list[Token]]
    listed: Callable[[Any], list[Token]]
    symbols: Symbols
    factor: Callable[[Any], list[Token]]

    closing_products: tuple[type, ...] = ()
    """Products that need no brackets as the last factor of a product of numbers."""

    entrywise_sign = " * "
    product_sign = " @ "
    slice_sign = ":"
    transpose_sign = ".T"

    def takes_in_factors(self, node: Node) -> bool:
        raise NotImplementedError

    def show_array(self, node: Node) -> list[Token]:
        return ["[", *self.listed(node.args), "]"]

    def show_matrix_product(self, node: Node) -> list[Token]:
        left, right = node.args
        return [*self.at_least(Level.PRODUCT, left), Break(1), self.product_sign, *self.factor(right)]

    def show_entrywise(self, node: Node) -> list[Token]:
        first, *others = node.args
        is_open = self.takes_in_factors(first)
        tokens = self.bracketed(self.tokens(first)) if is_open else self.at_least(Level.PRODUCT, first)
        for other in others:
            tokens = [*tokens, Break(1), self.entrywise_sign, *self.factor(other)]
        return tokens

    def show_transpose(self, node: Node) -> list[Token]:
        return [*self.at_least(Level.ATOM, node.args[0]), self.transpose_sign]

    def show_prime(self, node: Prime) -> list[Token]:
        return [self.primed(node.function), *self.bracketed(self.listed(node.arguments))]

    def primed(self, function: str) -> str:
        """The name of a function's derivative."""
        return f"{function}'"

    def show_item(self, node: Node) -> list[Token]:
        array, *indices = node.args
        counted = moved(indices, self.symbols.count_from - 1)
        return [*self.at_least(Level.ATOM, array), *self.place(self.listed(counted))]

    def place(self, tokens: list[Token]) -> list[Token]:
        """The indices of an entry or a slice, behind the array."""
        return ["[", *tokens, "]"]

    def show_slice(self, node: Node) -> list[Token]:
        ends = [self.tokens(end) for end in node.args] or [[], []]
        return [*ends[0], self.slice_sign, *ends[1]]

    def show_apply(self, node: Apply) -> list[Token]:
        settings = [f"{name}={_setting(value)}" for name, value in node.settings.items()]
        tokens = self.listed(node.operands)
        for setting in settings:
            tokens = [*tokens, ", ", setting]
        return [node.operation, *self.bracketed(tokens)]


def as_column(node: Apply) -> Array | None:
    """The column as which an array stands that has a further axis behind its own; None of any other operation."""
    is_behind = node.operation == "expand" and isinstance(node.operands[0], Array) and node.settings["axis"] == 1
    if not is_behind or rank_of(node.operands[0]) != 1:
        return None
    return Array(*(Array(entry) for entry in node.operands[0].args))


def _setting(value: int | tuple[int, ...]) -> str:
    if isinstance(value, int):
        return str(value)
    return f"({', '.join(map(str, value))}{',' if len(value) == 1 else ''})"


def sizes_of(node: Apply) -> tuple[int, ...]:
    """The sizes that an operation is given as its setting."""
    shape = node.settings["shape"]
    return shape if isinstance(shape, tuple) else (shape,)


def needs_no_dot(node: Node, is_quotient: Callable[[str], bool]) -> bool:
    """Whether a factor of a matrix product may stand beside another without a dot between them."""
    if isinstance(node, Name):
        return not is_quotient(node.name)
    if isinstance(node, Transpose):
        return isinstance(node.args[0], Name)
    if isinstance(node, MatrixProduct):
        return all(needs_no_dot(part, is_quotient) for part in node.args)
    return isinstance(node, Apply) and node.operation == "inv" and isinstance(node.operands[0], Name)


def matrices_in(tokens: Sequence[Token]) -> bool:
    """Whether tokens take several lines where there is room."""
    return any(isinstance(token, Matrix) and len(token.rows) > 1 for token in tokens)

"""Equations set side by side in a terminal: numbers in columns, matrices in a row as far as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from rich.cells import cell_len

from deepcalc.notation.printing import Token, text_of
from deepcalc.notation.printing.arrays import matrices_in
from deepcalc.notation.printing.tokens import Matrix
from deepcalc.records import record
from deepcalc.rendering.blocks import Block, beside, blocks_of, stacked

_BETWEEN = 3  # cells between matrices side by side
_GOING_ON = "  "  # before what does not fit on the line above


@record
class Equation:
    """``Z = `` and the tokens of what stands behind it."""

    begin: str
    tokens: Sequence[Token]

    @property
    def has_matrices(self) -> bool:
        return matrices_in(self.tokens)

    @property
    def text(self) -> str:
        return self.begin + text_of(self.tokens)

    def is_drawn(self, room: int, always: bool) -> bool:
        """Whether it takes several lines: a matrix, where it is to be drawn always or is too wide for one."""
        if always and self.has_matrices:
            return True
        return cell_len(self.text) > room and any(isinstance(token, Matrix) for token in self.tokens)


def side_by_side(equations: Sequence[Equation], room: int, drawn: bool) -> list[str]:
    """The equations as lines of at most ``room`` cells, in order.

    Matrices are ``drawn`` over several lines; if not so, only those that are too wide for one.
    """
    lines: list[str] = []
    for is_drawn, group in groupby(equations, key=lambda equation: equation.is_drawn(room, drawn)):
        if is_drawn:
            lines += _matrices(list(group), room)
        else:
            lines += in_columns([equation.text for equation in group], room)
    return lines


def _matrices(equations: Sequence[Equation], room: int) -> Iterator[str]:
    line: list[Block] = []
    for equation in equations:
        symbol = Block((equation.begin,))
        first, *others = blocks_of(equation.tokens, max(room - symbol.width, 1))
        block = beside([symbol, *first])
        if others:
            margin = Block((" " * symbol.width,))
            block = stacked([block, *(beside([margin, *each]) for each in others)])
        if line and beside([*line, block]).width + _BETWEEN > room:
            yield from _rows(line)
            line = []
        line += [Block((" " * _BETWEEN,)), block] if line else [block]
    if line:
        yield from _rows(line)


def _rows(line: Sequence[Block]) -> Iterator[str]:
    return (row.rstrip() for row in beside(line).rows)


def in_columns(items: Sequence[str], width: int) -> list[str]:
    """The items side by side in columns of equal width, as many as fit; one that is too wide goes on, indented."""
    column = max((cell_len(item) for item in items), default=0) + 3
    per_line = max((width + 3) // column, 1)
    lines = []
    for start in range(0, len(items), per_line):
        row = items[start : start + per_line]
        line = "".join(item + " " * (column - cell_len(item)) for item in row).rstrip()
        lines += (
            [line]
            if cell_len(line) <= width
            else wrap(line, width, subsequent_indent=_GOING_ON, break_on_hyphens=False)
        )
    return lines

"""Rows of a derivation in the terminal: broken at operators, aligned behind the relation sign, notes in a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len
from rich.text import Text

from deepcalc.notation.printing import Token, text_of
from deepcalc.notation.printing.arrays import matrices_in
from deepcalc.records import record
from deepcalc.rendering.blocks import Block, blocks_of
from deepcalc.rendering.layout import broken

_NOTES_FROM = 0.58  # of the width: the column in which notes stand

SYMBOL_STYLE = "bold"
NOTE_STYLE = "dim italic"

Styled = list[tuple[str, str]]
"""A line as pieces of text, each with its style."""


@record
class StyledRow:
    """A row of a derivation before it is broken: the relation signs and expressions, and the note beside it."""

    pieces: Sequence[tuple[str, list[Token], str]]  # relation, expression, style
    note: str = ""


def laid_out(row: StyledRow, head: Styled, margin: int, width: int) -> Iterator[Text]:
    """The row as lines of text: long expressions broken at operators, aligned behind the relation sign."""
    room = max(width - margin - 3, 10)
    if any(matrices_in(tokens) for _, tokens, _ in row.pieces):
        yield from _in_blocks(row, head, margin, width)
        return
    lines: list[Styled] = []
    used = 0
    for index, (relation, tokens, style) in enumerate(row.pieces):
        whole = text_of(tokens)
        if index and used + 3 + cell_len(whole) <= width - 1:
            lines[-1] += [(f" {relation} ", ""), (whole, style)]
            used += 3 + cell_len(whole)
            continue
        for position, text in enumerate(broken(tokens, room)):
            before = head if not lines else [(" " * margin, "")]
            sign = f" {relation} " if position == 0 else "   "
            lines.append([*before, (sign, ""), (text, style)])
            used = margin + 3 + cell_len(text)
    yield from _with_note(lines, row.note, margin, width)


def _in_blocks(row: StyledRow, head: Styled, margin: int, width: int) -> Iterator[Text]:
    """The row with matrices drawn over several lines, the relation signs at their middle."""
    room = max(width - margin - 3, 10)
    lines: list[list[tuple[Block, str]]] = []
    used = 0
    for index, (relation, tokens, style) in enumerate(row.pieces):
        for position, blocks in enumerate(blocks_of(tokens, room)):
            taken = sum(block.width for block in blocks)
            sign = Block((f" {relation} " if position == 0 else "   ",))
            styled = [(sign, ""), *((block, style) for block in blocks)]
            if index and position == 0 and used + 3 + taken <= width - 1:
                lines[-1] += styled
                used += 3 + taken
                continue
            begin = Block(("".join(text for text, _ in head) if not lines else " " * margin,))
            lines.append([(begin, SYMBOL_STYLE), *styled])
            used = margin + 3 + taken
    note = row.note
    for line in lines:
        rows = list(_stacked(line))
        middle = max(block.baseline for block, _ in line)
        yield from (Text.assemble(*parts) for parts in rows[:middle])
        beside, *below = _with_note([rows[middle]], note, margin, width)
        yield beside
        yield from (Text.assemble(*parts) for parts in rows[middle + 1 :])
        yield from below
        note = ""


def _with_note(lines: list[Styled], note: str, margin: int, width: int) -> Iterator[Text]:
    column = int(width * _NOTES_FROM)
    placed = not note
    for parts in lines:
        text = Text.assemble(*parts)
        used = cell_len(text.plain)
        at = max(column, used + 2)
        if not placed and at + cell_len(note) > width:
            at = width - cell_len(note)
        if not placed and at >= used + 2:
            text.append(" " * (at - used))
            text.append(note, style=NOTE_STYLE)
            placed = True
        yield text
    if not placed:
        room = max(width - margin - 3, 10)
        for line in wrap(note, room):
            yield Text.assemble(" " * (margin + 3), (line, NOTE_STYLE))


def _stacked(line: Sequence[tuple[Block, str]]) -> Iterator[Styled]:
    """The rows of blocks side by side, each piece of text with its style."""
    above = max(block.baseline for block, _ in line)
    below = max(len(block.rows) - block.baseline for block, _ in line)
    for row in range(above + below):
        parts = []
        for block, style in line:
            at = row - above + block.baseline
            text = block.rows[at] if 0 <= at < len(block.rows) else ""
            parts.append((text + " " * (block.width - cell_len(text)), style))
        yield parts

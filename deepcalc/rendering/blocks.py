"""Text of several rows set side by side: matrices between their brackets, with the rest of a line at mid-height."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from deepcalc.notation.printing.arrays import ELLIPSIS
from deepcalc.notation.printing.tokens import Break, Fence, Matrix, Token
from deepcalc.records import record

_GAP = "  "
_TALL = {"[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦")}
"""The pieces of a bracket over several rows: top, middle, bottom."""

_FEWEST = 3
"""Columns of a matrix that is cut short to fit: the first ones, dots, the last one."""


@record
class Block:
    """Rows of text of one width; ``baseline`` is the row on which neighbours stand.

    One that ``is_fence`` is a bracket that is drawn as tall as its neighbours.
    """

    rows: tuple[str, ...]
    baseline: int = 0
    is_fence: bool = False

    @property
    def width(self) -> int:
        return max(map(cell_len, self.rows))


def beside(blocks: Sequence[Block]) -> Block:
    """The blocks side by side, their baselines in one row."""
    above = max(block.baseline for block in blocks)
    below = max(len(block.rows) - block.baseline for block in blocks)
    drawn = [_tall(block, _neighbour(blocks, at)) if block.is_fence else block for at, block in enumerate(blocks)]
    rows = []
    for row in range(above + below):
        line = ""
        for block in drawn:
            at = row - above + block.baseline
            text = block.rows[at] if 0 <= at < len(block.rows) else ""
            line += text + " " * (block.width - cell_len(text))
        rows.append(line)
    return Block(tuple(rows), above)


def _neighbour(blocks: Sequence[Block], at: int) -> Block:
    """What a bracket stands around: the next block that is none, or the last one before it."""
    beyond = blocks[at:] if blocks[at].rows[0] == "[" else blocks[at::-1]
    return next((block for block in beyond if not block.is_fence), blocks[at])


def _tall(fence: Block, inside: Block) -> Block:
    """A bracket drawn over the rows of what it stands around."""
    height = len(inside.rows)
    if height == 1:
        return fence
    top, middle, bottom = _TALL[fence.rows[0]]
    return Block((top, *[middle] * (height - 2), bottom), inside.baseline)


def stacked(blocks: Sequence[Block]) -> Block:
    """The blocks below each other; neighbours stand on the baseline of the first one."""
    return Block(tuple(row for block in blocks for row in block.rows), blocks[0].baseline)


def matrix_block(matrix: Matrix, room: int) -> Block:
    """A matrix drawn over its rows, columns aligned on the decimal point; shortened where it is wider than the room."""
    rows = matrix.rows
    block = _drawn(rows)
    while block.width > room and len(rows[0]) > _FEWEST:
        rows = tuple(_shortened(row) for row in rows)
        block = _drawn(rows)
    return block


def _shortened(row: tuple[str, ...]) -> tuple[str, ...]:
    """The row with one column less, dots in place of those left out."""
    dots = {*ELLIPSIS.values()}
    at = next((index for index, cell in enumerate(row[1:-1], start=1) if cell == ELLIPSIS["row"]), None)
    if at is None and row[-2] in dots and len(row) > _FEWEST:
        at = len(row) - 2
    if at is None:
        filler = ELLIPSIS["row"] if row[0] not in dots else ELLIPSIS["corner"]
        return (*row[:-2], filler, row[-1]) if len(row) == _FEWEST else (*row[:-3], filler, row[-1])
    return (*row[: at - 1], *row[at:])


def _drawn(rows: Sequence[Sequence[str]]) -> Block:
    if len(rows) == 1:
        return Block((f"[{', '.join(rows[0])}]",))
    columns = [_aligned(column) for column in zip(*rows, strict=True)]
    lines = [_GAP.join(cells) for cells in zip(*columns, strict=True)]
    inside = Block(tuple(lines), (len(lines) - 1) // 2)
    return beside([Block(("[",), is_fence=True), inside, Block(("]",), is_fence=True)])


def _aligned(cells: Sequence[str]) -> list[str]:
    """The cells of one column, the decimal points below each other; what is no number stands in the middle."""
    if not all(_is_plain(cell) or cell in ELLIPSIS.values() for cell in cells):
        width = max(map(cell_len, cells))
        return [cell.center(width) if cell_len(cell) == len(cell) else cell for cell in cells]
    parts = [cell.partition(".") if _is_plain(cell) else (cell, "", "") for cell in cells]
    before = max(cell_len(whole) for whole, _, _ in parts)
    after = max(cell_len(point + rest) for _, point, rest in parts)
    return [
        " " * (before - cell_len(whole)) + whole + point + rest + " " * (after - cell_len(point + rest))
        for whole, point, rest in parts
    ]


def _is_plain(cell: str) -> bool:
    return cell.lstrip("−").replace(".", "", 1).isdigit()


def blocks_of(tokens: Sequence[Token], room: int) -> list[list[Block]]:
    """Printed tokens as lines of blocks, broken before the outermost operators where they are too wide."""
    pieces: list[tuple[int, Block]] = []
    depth = 0
    run: list[str | Matrix] = []
    for token in tokens:
        if isinstance(token, Break):
            if run:
                pieces.append((depth, _unbroken(run, room)))
            depth, run = token.depth, []
        else:
            run.append(token)
    if run:
        pieces.append((depth, _unbroken(run, room)))
    return _lines(pieces, room)


def _unbroken(tokens: Sequence[str | Matrix], room: int) -> Block:
    """Tokens in one block; its matrices share what the rest leaves of the room where all of it is too wide."""
    drawn = _drawn_beside(tokens, room)
    matrices = sum(isinstance(token, Matrix) for token in tokens)
    if drawn.width <= room or not matrices:
        return drawn
    others = sum(cell_len(token) for token in tokens if not isinstance(token, Matrix))
    return _drawn_beside(tokens, max(room - others, 0) // matrices)


def _drawn_beside(tokens: Sequence[str | Matrix], room: int) -> Block:
    """Tokens side by side, each matrix in so much room."""

    def drawn(token: str | Matrix) -> Block:
        if isinstance(token, Matrix):
            return matrix_block(token, room)
        return Block((token,), is_fence=isinstance(token, Fence))

    return beside(list(map(drawn, tokens)))


def _lines(pieces: Sequence[tuple[int, Block]], room: int) -> list[list[Block]]:
    lines: list[list[Block]] = []
    start = 0
    while start < len(pieces):
        end, used = start, 0
        while end < len(pieces) and (end == start or used + pieces[end][1].width <= room):
            used += pieces[end][1].width
            end += 1
        if end < len(pieces):
            outermost = min(pieces[at][0] for at in range(start + 1, end + 1))
            end = max(at for at in range(start + 1, end + 1) if pieces[at][0] == outermost)
        lines.append([block for _, block in pieces[start:end]])
        start = end
    return lines or [[Block(("",))]]

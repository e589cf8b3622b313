"""Long lines of mathematics, broken at operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from deepcalc.notation.printing import Break, Token, text_of


def broken(tokens: Sequence[Token], width: int, measure: Callable[[str], int] = cell_len) -> list[str]:
    """The tokens as lines of at most ``width`` cells where that can be: broken before the outermost operators first.

    ``measure`` says how many cells a piece of text takes.
    """
    pieces = _pieces(tokens)
    lines: list[str] = []
    start = 0
    while start < len(pieces):
        end = _end_of_line(pieces, start, width, measure)
        lines.append("".join(text for _, text in pieces[start:end]).strip())
        start = end
    return lines or [""]


_Piece = tuple[int, str]  # depth of the break before it, text up to the next break


def _pieces(tokens: Sequence[Token]) -> list[_Piece]:
    pieces: list[_Piece] = []
    depth = 0
    run: list[Token] = []
    for token in tokens:
        if isinstance(token, Break):
            pieces.append((depth, text_of(run)))
            depth, run = token.depth, []
        else:
            run.append(token)
    pieces.append((depth, text_of(run)))
    return pieces


def _end_of_line(pieces: Sequence[_Piece], start: int, width: int, measure: Callable[[str], int]) -> int:
    """Where the line that begins at ``start`` ends: at the last of the outermost breaks that fit."""
    used, last_fitting = 0, start + 1
    for index in range(start, len(pieces)):
        used += measure(pieces[index][1].lstrip() if index == start else pieces[index][1])
        if used > width and index > start:
            break
        last_fitting = index + 1
    if last_fitting == len(pieces):
        return last_fitting
    candidates = range(start + 1, last_fitting + 1)
    outermost = min(pieces[index][0] for index in candidates)
    return max(index for index in candidates if pieces[index][0] == outermost)

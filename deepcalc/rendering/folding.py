"""Cells of tables in lines: a width for each column, and text that is broken between words, never inside numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text


def shared(natural: Sequence[int], room: int) -> list[int]:
    """The room shared among columns of these natural widths: what narrow ones leave goes to the wide ones."""
    widths, left = list(natural), room
    order = sorted(range(len(natural)), key=lambda column: natural[column])
    for place, column in enumerate(order):
        widths[column] = min(natural[column], left // (len(order) - place))
        left -= widths[column]
    return widths


def widened(widths: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """The widths with what is left of the room given to columns that want more, first to those that want least."""
    found = list(widths)
    for column in sorted(range(len(found)), key=lambda column: wanted[column] - found[column]):
        left = room - sum(found)
        found[column] += min(max(wanted[column] - found[column], 0), max(left, 0))
    return found


def width_of(text: Text) -> int:
    """How many cells the longest of its lines takes."""
    return max(map(cell_len, text.plain.split("\n")))


def folded(text: Text, room: int) -> Text:
    """The text in lines of at most so many cells, where its words allow; the gaps of a number part no words.

    A line that is indented too far to fit is indented less.
    """
    lines: list[Text] = []
    for line in text.split("\n"):
        if cell_len(line.plain) <= room:
            lines.append(line)
            continue
        if cell_len(line.plain.lstrip(" ")) <= room:
            lines.append(line[cell_len(line.plain) - room :])
            continue
        start = len(lines)
        for word in line.split(" "):
            if len(lines) > start and lines[-1].cell_len + 1 + word.cell_len <= room:
                lines[-1] = Text(" ").join([lines[-1], word])
            elif word.plain or len(lines) == start:
                lines.append(word)
    return Text("\n").join(lines)

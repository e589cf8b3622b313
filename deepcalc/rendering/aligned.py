r"""Derivations as rows of LaTeX's ``aligned``: one relation a row, long rows broken at operators, notes beside them.

What is written here compiles with amsmath and renders in MathJax and KaTeX alike; each ``\\`` ends its line.
"""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.records import record
from deepcalc.rendering.latex_math import broken_math, relation
from deepcalc.rendering.latex_width import RELATION, math_width
from deepcalc.rendering.notes import Note, markdown_note, prose_note, wrapped
from deepcalc.rendering.prose import Words
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Line, Step

ROOM = 38.0
"""The room to the right of a relation sign, in em."""

_WIDEST = 52.0  # em of a whole row, the note beside it among them: about a page of GitHub's or a notebook's
_GAP = 2.0


@record
class AlignedRow:
    """One row: what stands left of the relation, what follows from it on, and a note."""

    left: str
    right: str
    note: Note = ()


def aligned(rows: Sequence[AlignedRow]) -> str:
    """The rows as one ``aligned``: the notes in a column of their own where they fit, else each below its row."""
    body = max((math_width(row.left) + math_width(row.right) for row in rows), default=0.0)
    notes = [wrapped(row.note, _WIDEST - _GAP) for row in rows]
    room = _WIDEST - _GAP - body
    beside = all(len(note) <= 1 and sum(map(math_width, note)) <= room for note in notes)
    lines = []
    for row, note in zip(rows, notes, strict=True):
        lines.append(f"{row.left} &{row.right}".lstrip())
        if beside and note:
            lines[-1] += f" && {note[0]}"
        else:
            lines += [rf"&\qquad {line}" for line in note]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def rows_of(step: Step, printer: LatexPrinter, detail: Detail) -> list[AlignedRow]:
    """The rows of one step: the note beside the first, the reason beside the last. Brief ones are a single row."""
    rights: list[str] = []
    for line in step.lines:
        sign = relation(line)
        first, *others = broken_math(line.expression, printer, ROOM)
        if detail is Detail.BRIEF and rights and math_width(rights[-1]) + RELATION + math_width(first) <= ROOM:
            rights[-1] += f" {sign} {first}"
        else:
            rights.append(f"{sign} {first}")
        rights += [rf"\quad {other}" for other in others]
    notes = step.notes(len(rights), lambda prose: prose_note(prose, printer), markdown_note, _both)
    lefts = [printer.print(step.symbol), *[""] * (len(rights) - 1)]
    return [AlignedRow(*row) for row in zip(lefts, rights, notes, strict=True)]


def _both(note: Note, reason: Note) -> Note:
    return (*note, Words("; "), *reason)


def cell(step: Step, lines: Sequence[Line], printer: LatexPrinter) -> str:
    """Some lines of a step in a single row, as they stand in the cell of a table."""
    shown = (f" {relation(line)} {printer.print(line.expression)}" for line in lines)
    return printer.print(step.symbol) + "".join(shown)

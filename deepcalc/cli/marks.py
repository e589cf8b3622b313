"""Marks in the terminal: for each part a table with verdict, points and message."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from fractions import Fraction

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from deepcalc.checking.as_json import points, prose_text
from deepcalc.checking.document import AnswerMark, Mark, PartMark, Verdict
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter

_LONGEST_SHOWN = 40

LONGEST_HEAD = 30
"""How long the name of an answer may be beside its mark."""

LABELS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.CORRECT: ("✓ correct", "green"),
    Verdict.ROUNDED: ("✓ rounded", "green"),
    Verdict.FOLLOW_THROUGH: ("✓ follow-through", "yellow"),
    Verdict.WRONG: ("✗ wrong", "red"),
    Verdict.UNREADABLE: ("? unreadable", "red"),
    Verdict.MISSING: ("– missing", "dim"),
}
"""How a verdict is shown, and its style."""


def render_mark(mark: Mark, hide_expected: bool = False) -> RenderableType:
    """The marks, part by part, and the score in all."""
    return Group(*_parts(mark, hide_expected))


def of_points(score: Fraction, out_of: Fraction) -> str:
    """``1.5 of 3 points``."""
    return f"{points(score):.4g} of {points(out_of):.4g} point{'' if out_of == 1 else 's'}"


def shown_answer(answer: str) -> str:
    """A student's answer as it may stand in a terminal: short, and without characters that are not seen."""
    seen = "".join("\ufffd" if unicodedata.category(character)[0] == "C" else character for character in answer)
    return seen if len(seen) <= _LONGEST_SHOWN else f"{seen[: _LONGEST_SHOWN - 1]}…"


def author_text(markdown: str) -> str:
    """An author's text as one line of plain text, its mathematics in Unicode."""
    from deepcalc.rendering.terminal_prose import text_line

    return text_line(markdown).plain


def message_of(answer: AnswerMark, printer: UnicodePrinter, hide_expected: bool) -> str:
    """What is said of an answer: the right one where it is not right, then the message."""
    text = prose_text(answer.message, printer, hide_expected, author_text) if answer.message else ""
    said = [text] if text else []
    if not hide_expected and answer.verdict in (Verdict.WRONG, Verdict.UNREADABLE, Verdict.FOLLOW_THROUGH):
        said.insert(0, f"expected {answer.expected}")
    return "; ".join(said)


def _parts(mark: Mark, hide_expected: bool) -> Iterator[RenderableType]:
    printer = UnicodePrinter(mark.symbols)
    for part in mark.parts:
        head = f"Part ({part.id}) · {of_points(part.score, part.out_of)}"
        yield Rule(Text(head, style="bold"), align="left", style="dim", characters="─")
        yield _table(part, printer, hide_expected)
        left = _not_in_the_table(part)
        if left:
            yield Text(f"  {len(left)} more not answered", style="dim")
        yield Text()
    yield Text(of_points(mark.score, mark.out_of), style="bold green" if mark.is_right else "bold")


def _shown_name(name: str, printer: UnicodePrinter) -> str:
    """A name as the sheet has it, or as it is typed where that leaves no room for what is said beside it."""
    printed = printer.print(Name(name))
    return name if cell_len(printed) > max(LONGEST_HEAD, cell_len(name)) else printed


def _not_in_the_table(part: PartMark) -> list[AnswerMark]:
    """What was not answered, where several were left out beside others that were not: one line says so."""
    missing = [answer for answer in part.answers if answer.verdict is Verdict.MISSING]
    return missing if len(missing) > 1 else []


def _table(part: PartMark, printer: UnicodePrinter, hide_expected: bool) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=_LONGEST_SHOWN)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold", ratio=1)
    in_one_line = _not_in_the_table(part)
    for answer in part.answers:
        if answer in in_one_line:
            continue
        label, style = LABELS[answer.verdict]
        score = f"{points(answer.score):.4g}/{points(answer.out_of):.4g}" if answer.asked else ""
        table.add_row(
            Text(f"  {_shown_name(answer.name, printer)}", style="bold"),
            Text("" if answer.given is None else shown_answer(answer.given)),
            Text(label, style=style),
            Text(score),
            Text(message_of(answer, printer, hide_expected)),
        )
    return table

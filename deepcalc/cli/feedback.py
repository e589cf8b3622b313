"""A sheet of feedback for each student of a course: plain text, in a file of its own."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from textwrap import wrap
from typing import TYPE_CHECKING

from deepcalc.checking.as_json import points
from deepcalc.cli.marks import LABELS, message_of, of_points, shown_answer
from deepcalc.cli.output import PLAIN_WIDTH
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing.unicode import UnicodePrinter

if TYPE_CHECKING:
    from deepcalc.checking.course.marksheet import StudentMark
    from deepcalc.checking.document import AnswerMark, PartMark

ENDING = ".txt"

_LONGEST_STEM = 60
_PORTS = (f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))
_RESERVED = frozenset({"con", "prn", "aux", "nul", *_PORTS})
"""Names of devices on Windows, which no file may have."""


def sheet(marked: StudentMark, title: str, hide_expected: bool = False) -> str:
    """What one student is told: the points, and for each answer the verdict and why."""
    return "\n".join(_lines(marked, title, hide_expected)) + "\n"


def _lines(marked: StudentMark, title: str, hide_expected: bool) -> Iterator[str]:
    printer = UnicodePrinter(marked.mark.symbols)
    yield from (title, f"{shown_answer(marked.student)} · {of_points(marked.score, marked.mark.out_of)}")
    for part in marked.mark.parts:
        yield from ("", f"Part ({part.id}) · {of_points(marked.score_of(part), part.out_of)}")
        yield from _override(marked, part)
        width = max((len(printer.print(Name(answer.name))) for answer in part.answers), default=0)
        for answer in part.answers:
            symbol = printer.print(Name(answer.name)).ljust(width)
            yield f"  {symbol}  {_verdict(answer)}"
            message = message_of(answer, printer, hide_expected)
            yield from _wrapped(message, indent=" " * (width + 4))


def _wrapped(message: str, indent: str) -> list[str]:
    return wrap(
        message,
        PLAIN_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _verdict(answer: AnswerMark) -> str:
    label, _style = LABELS[answer.verdict]
    earned = f" ({points(answer.score):.4g}/{points(answer.out_of):.4g})" if answer.asked else ""
    return f"{'' if answer.given is None else f'{shown_answer(answer.given)}  '}{label}{earned}"


def _override(marked: StudentMark, part: PartMark) -> Iterator[str]:
    override = marked.overrides.get(part.id)
    if override is not None:
        reason = f": {override.reason}" if override.reason else ""
        yield f"  set by the marker{reason}"


def file_names(students: Sequence[str]) -> dict[str, str]:
    """A file name for each student, by id; no two of them are one file, whatever the file system's view of letters.

    Letters, digits, ``.``, ``_`` and ``-`` are kept. What would be one name for several ids gets a digest of the id,
    so that a student's name stays the same when others come and go.
    """
    stems = {student: _stem(student) for student in students}
    shared = Counter(stem.casefold() for stem in stems.values())
    names = {student: stem for student, stem in stems.items() if shared[stem.casefold()] == 1}
    taken = {name.casefold() for name in names.values()}
    for student in stems.keys() - names.keys():
        names[student] = _distinct(student, stems[student], taken)
        taken.add(names[student].casefold())
    return {student: f"{names[student]}{ENDING}" for student in students}


def _stem(student: str) -> str:
    kept = "".join(
        character if character.isalnum() or character in "._-" else "_"
        for character in unicodedata.normalize("NFKC", student)
    )
    stem = kept[:_LONGEST_STEM].strip(".") or "_"
    return f"_{stem}" if stem.partition(".")[0].casefold() in _RESERVED else stem


def _distinct(student: str, stem: str, taken: set[str]) -> str:
    digest = sha256(student.encode(errors="surrogateescape")).hexdigest()
    names = (f"{stem}-{digest[:length]}" for length in range(8, len(digest) + 1))
    return next(name for name in names if name.casefold() not in taken)

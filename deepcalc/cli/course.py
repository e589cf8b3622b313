"""The command that marks a whole course: a table of submissions in, a table of marks out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.checking import DecimalComma, HideExpected, ProblemName
from deepcalc.cli.output import complain, print_rendered, write_file
from deepcalc.errors import InvalidProblem, LocatedFault, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deepcalc.checking.course.marksheet import CourseSummary, StudentMark
    from deepcalc.checking.course.overrides import Overrides
    from deepcalc.checking.course.submissions import Submissions
    from deepcalc.problem.problem import Problem

_MOST_SLIPS = 10


def mark(
    problem: ProblemName,
    submissions: Annotated[
        Path,
        typer.Argument(
            help="A table: a column of ids, then one for each answer, by its name.", metavar="SUBMISSIONS.csv"
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Write the marks to this table.", metavar="MARKS.csv", dir_okay=False)
    ],
    feedback: Annotated[
        Path | None, typer.Option("--feedback", help="Write a sheet for each student here.", file_okay=False)
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option("--overrides", help="A marker's last word: a table of student, part, score, reason."),
    ] = None,
    hide_expected: HideExpected = False,
    decimal_comma: DecimalComma = False,
) -> None:
    """Mark a whole course: a table of answers in, a table of marks out, and a summary.

    A row that cannot be read is reported with its line and costs no other row; the exit status is then 1.
    """
    from deepcalc.checking.course.marksheet import marks_table, summary
    from deepcalc.checking.course.overrides import Overrides, overrides_in
    from deepcalc.checking.course.submissions import submissions_in
    from deepcalc.checking.course.tables import read_table
    from deepcalc.checking.questions import questions

    _check_output(output, [submissions, *([overrides] if overrides else [])])
    read = _reader(problem)
    loaded = read()
    asked = questions(loaded.plan, loaded.parts)
    found = submissions_in(read_table(submissions), loaded.plan)
    last_word = Overrides({}, ())
    if overrides is not None:
        out_of = dict.fromkeys((part.id for part in loaded.parts), Fraction(0))
        for question in asked:
            out_of[question.part] += question.out_of
        students = {each.student for each in found.submissions}
        last_word = overrides_in(read_table(overrides), students, out_of, decimal_comma)
    marks, failed = _marked(read, found, last_word, decimal_comma)
    written = loaded.plan.symbols.written
    names = {name: written(name) for name in (*(each.name for each in asked), *found.names)}
    write_file(output, marks_table(marks, [part.id for part in loaded.parts], names, overrides is not None))
    if feedback is not None:
        _write_sheets(feedback, marks, loaded.title or loaded.id, hide_expected)
    print_rendered(lambda width: _rendered(summary(marks)))
    faults = [*sorted((*found.faults, *failed), key=lambda fault: fault.place.line), *last_word.faults]
    if faults:
        complain(InvalidProblem(faults))
        raise typer.Exit(1)


def _check_output(output: Path, inputs: Sequence[Path]) -> None:
    """What would be in vain is told before the marking; and no table that is read may be written over."""
    if not output.parent.is_dir():
        raise UsageError(f"cannot write {output}: there is no directory {output.parent}")
    for path in inputs:
        if path.exists() and output.exists() and path.samefile(output):
            raise UsageError(f"{output} is read; write the marks to another file")


def _reader(name: str) -> Callable[[], Problem]:
    """What reads the problem, in any process; standard input is read once."""
    from deepcalc.cli.solving import read_problem

    if name != "-":
        return partial(read_problem, name)
    if sys.stdin is None:
        raise UsageError("there is no standard input to read")
    from deepcalc.problem.source import LARGEST_FILE

    return partial(_problem_in, sys.stdin.buffer.read(LARGEST_FILE + 1))


def _problem_in(raw: bytes) -> Problem:
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.loader import load_text

    return load_text(raw, "<stdin>", find_kinds())


def _marked(
    read: Callable[[], Problem], found: Submissions, last_word: Overrides, decimal_comma: bool
) -> tuple[list[StudentMark], list[LocatedFault]]:
    """The marks, and faults for what could not be marked."""
    from deepcalc.checking.course.marking import NotMarked, mark_all
    from deepcalc.checking.course.marksheet import StudentMark

    with _progress(len(found.submissions)) as advance:
        outcomes = mark_all(read, [each.answers for each in found.submissions], decimal_comma, advance)
    marks, faults = [], []
    for submission, outcome in zip(found.submissions, outcomes, strict=True):
        if isinstance(outcome, NotMarked):
            faults.append(submission.row.fault(outcome.reason))
        else:
            own = last_word.by_student.get(submission.student, {})
            marks.append(StudentMark(submission.student, outcome, own))
    return marks, faults


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while students are marked; none where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda count: None
        return
    columns = (TextColumn("Marking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.advance(task, count)


def _write_sheets(directory: Path, marks: Sequence[StudentMark], title: str, hide_expected: bool) -> None:
    from deepcalc.cli.feedback import file_names, sheet

    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {directory}: {error.strerror}") from None
    names = file_names([each.student for each in marks])
    for each in marks:
        write_file(directory / names[each.student], sheet(each, title, hide_expected))


def _rendered(course: CourseSummary) -> RenderableType:
    """Each part's success, and the most frequent slips."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from deepcalc.checking.as_json import points

    blocks: list[RenderableType] = [Text(f"{course.students} student{'' if course.students == 1 else 's'} marked")]
    if course.parts:
        parts = Table("part", "mean", "out of", "success", "full marks", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for part in course.parts:
            share = part.mean / part.out_of if part.out_of else part.mean
            parts.add_row(
                f"({part.id})",
                f"{float(part.mean):.2f}",
                f"{points(part.out_of):.4g}",
                f"{float(share):.0%}",
                f"{part.full} ({part.full / course.students:.0%})",
            )
        blocks += [Text(), parts]
    if course.slips:
        slips = Table("slip", "in", "students", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for (answer, slip), count in course.slips[:_MOST_SLIPS]:
            slips.add_row(slip, answer, str(count))
        blocks += [Text(), slips]
    return Group(*blocks)

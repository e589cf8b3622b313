"""The command that marks one student's answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import Format, FormatOption, Parts, assignments, problem_names
from deepcalc.cli.output import print_line, print_rendered
from deepcalc.errors import UsageError

if TYPE_CHECKING:
    from deepcalc.checking.marking import Marker
    from deepcalc.problem.problem import Problem

ProblemName = Annotated[
    str,
    typer.Argument(help="A file, or the name of a shipped problem.", metavar="PROBLEM", autocompletion=problem_names),
]
HideExpected = Annotated[bool, typer.Option("--hide-expected", help="Never show the right answers.")]
DecimalComma = Annotated[bool, typer.Option("--decimal-comma", help="Read 0,65 as 0.65.")]


def check(
    problem: ProblemName,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", "-a", metavar="NAME=VALUE", help="An answer (may be repeated)."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="A YAML file of answers, `name: value`.", dir_okay=False)
    ] = None,
    part: Parts = None,
    format_: FormatOption = Format.TERMINAL,
    hide_expected: HideExpected = False,
    decimal_comma: DecimalComma = False,
) -> None:
    """Mark a student's answers: verdicts, points, follow-through, and the likely slip behind a wrong number.

    Without --answer and --answers it asks, part by part. Exit status 0 when everything asked is right, else 1.
    """
    from deepcalc.checking.as_json import to_json
    from deepcalc.checking.marking import Marker
    from deepcalc.cli.marks import render_mark
    from deepcalc.cli.solving import read_problem

    loaded = read_problem(problem)
    marker = Marker(loaded)
    given = _given(answer or [], answers)
    if not given:
        given = _asked(loaded, marker, part or [])
    mark = marker.mark(given, part or (), decimal_comma)
    if format_ is Format.JSON:
        print_line(to_json(mark, hide_expected))
    else:
        print_rendered(lambda width: render_mark(mark, hide_expected))
    if not mark.is_right:
        raise typer.Exit(1)


def _given(answer: list[str], answers: Path | None) -> dict[str, str]:
    """The answers of the file and of the command line."""
    from deepcalc.checking.submission import read_answers

    given = {} if answers is None else read_answers(answers)
    for name, value in assignments(answer, "--answer"):
        if name in given:
            raise UsageError(f"`{name}` is answered twice")
        given[name] = value
    return given


def _asked(problem: Problem, marker: Marker, parts: list[str]) -> dict[str, str]:
    """The answers that are typed at a terminal, part by part; an empty one is left out."""
    if not sys.stdin.isatty():
        raise UsageError("no answers: give --answer NAME=VALUE or --answers FILE, or ask at a terminal")
    from deepcalc.cli.asking import ask

    given: dict[str, str] = {}
    for question in marker.asked_in(parts):
        typed = ask(problem, question, aside=True)
        if typed:
            given[problem.plan.symbols.written(question.name)] = typed
    return given

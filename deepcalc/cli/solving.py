"""The commands that solve: from a file, and from the command line alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import (
    CarryOption,
    Changes,
    DetailOption,
    Format,
    FormatOption,
    KindName,
    Output,
    Parts,
    Places,
    Problems,
    Significant,
    assignments,
    rounding,
)
from deepcalc.cli.output import complain, exit_code, plain_text, print_line, print_rendered, write_file
from deepcalc.errors import DeepcalcError, UsageError
from deepcalc.solution.detail import Detail

if TYPE_CHECKING:
    from deepcalc.problem.problem import Problem
    from deepcalc.solution.document import Solution


def solve(
    problems: Problems,
    part: Parts = None,
    detail: DetailOption = Detail.STEPS,
    places: Places = None,
    significant: Significant = None,
    carry: CarryOption = None,
    set_: Changes = None,
    format_: FormatOption = Format.TERMINAL,
    output: Output = None,
) -> None:
    """Solve problems and show the full derivation."""
    changes = dict(assignments(set_ or [], "--set"))
    worst = 0
    texts = []
    for name in problems:
        try:
            solution = _solved(read_problem(name, changes), part, detail, places, significant, carry)
        except DeepcalcError as error:
            complain(error)
            worst = max(worst, exit_code(error))
            continue
        if output is None:
            _print(solution, format_)
        else:
            texts.append(_text(solution, format_))
    if output is not None and not worst:
        write_file(output, "".join(texts))
    if worst:
        raise typer.Exit(worst)


def quick(
    kind: KindName,
    fields: Annotated[list[str], typer.Argument(help="The problem's fields.", metavar="NAME=VALUE")],
    save: Annotated[
        Path | None, typer.Option("--save", help="Also write the problem file that this stands for.", dir_okay=False)
    ] = None,
    part: Parts = None,
    detail: DetailOption = Detail.STEPS,
    places: Places = None,
    significant: Significant = None,
    carry: CarryOption = None,
    format_: FormatOption = Format.TERMINAL,
    output: Output = None,
) -> None:
    """Solve a problem given at the command line, without a file."""
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.loader import load_text
    from deepcalc.problem.quick import as_yaml

    kinds = find_kinds()
    text = as_yaml(kinds[kind], assignments(fields, "quick"))
    solution = _solved(load_text(text.encode(), "quick", kinds), part, detail, places, significant, carry)
    if save is not None:
        write_file(save, text)
    if output is None:
        _print(solution, format_)
    else:
        write_file(output, _text(solution, format_))


def read_problem(name: str, changes: dict[str, str] | None = None) -> Problem:
    """The problem of that name: a file, ``-`` for standard input, or one of the library."""
    from deepcalc.kinds import find_kinds
    from deepcalc.problem.library import find
    from deepcalc.problem.loader import load, load_text
    from deepcalc.problem.source import LARGEST_FILE

    if name == "-":
        if sys.stdin is None:
            raise UsageError("there is no standard input to read")
        return load_text(sys.stdin.buffer.read(LARGEST_FILE + 1), "<stdin>", find_kinds(), changes)
    return load(find(name), find_kinds(), changes)


def _solved(
    problem: Problem,
    parts: Parts,
    detail: DetailOption,
    places: Places,
    significant: Significant,
    carry: CarryOption,
) -> Solution:
    from deepcalc.solution.solver import solve as solve_problem

    policy = rounding(problem.rounding, places, significant, carry)
    return solve_problem(problem, parts or (), detail, policy)


def _print(solution: Solution, format_: Format) -> None:
    if format_ is Format.TERMINAL:
        from deepcalc.rendering.terminal import render

        print_rendered(partial(render, solution))
    else:
        print_line(_text(solution, format_).rstrip("\n"))


def _text(solution: Solution, format_: Format) -> str:
    return _TEXTS[format_](solution)


def _terminal_text(solution: Solution) -> str:
    from deepcalc.cli.output import PLAIN_WIDTH
    from deepcalc.rendering.terminal import render

    return plain_text(render(solution, PLAIN_WIDTH))


def _json_text(solution: Solution) -> str:
    from deepcalc.rendering.as_json import to_json

    return f"{to_json(solution)}\n"


_TEXTS: dict[Format, Callable[[Solution], str]] = {Format.TERMINAL: _terminal_text, Format.JSON: _json_text}

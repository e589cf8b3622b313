"""The commands that look into the library."""

from __future__ import annotations

from typing import Annotated

import typer

from deepcalc.cli.options import Changes, Problems, assignments, kind_names
from deepcalc.cli.output import complain, console, exit_code, print_line
from deepcalc.errors import DeepcalcError, UsageError


def list_problems(
    kind: Annotated[str | None, typer.Option("--kind", "-k", help="Only this kind.", autocompletion=kind_names)] = None,
) -> None:
    """List the shipped problems, by kind, with titles and points."""
    from deepcalc.problem.library import entries

    found = [entry for entry in entries() if kind is None or entry.kind == kind]
    if not found:
        raise UsageError(f"the library has no problem of the kind `{kind}`; see `deepcalc kinds`")
    width = max(len(entry.name) for entry in found)
    last = None
    for entry in found:
        if entry.kind != last:
            print_line(entry.kind if last is None else f"\n{entry.kind}")
            last = entry.kind
        points = "" if entry.points is None else f"{entry.points:>3} p"
        print_line(f"  {entry.name:<{width}}  {points:>5}  {entry.title}")


def show(problems: Problems, set_: Changes = None) -> None:
    """Show what problems ask: statement, given values, parts; no answers."""
    from deepcalc.cli.solving import read_problem
    from deepcalc.rendering.terminal import render_statement
    from deepcalc.solution.solver import solve

    changes = dict(assignments(set_ or [], "--set"))
    target = console()
    worst = 0
    for name in problems:
        try:
            target.print(render_statement(solve(read_problem(name, changes)), target.width))
        except DeepcalcError as error:
            complain(error)
            worst = max(worst, exit_code(error))
    if worst:
        raise typer.Exit(worst)

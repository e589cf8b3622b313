"""The commands that look into the library."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from deepcalc.cli.options import Changes, Problems, assignments, kind_names
from deepcalc.cli.output import complain, exit_code, print_line, print_rendered
from deepcalc.errors import DeepcalcError, UsageError, did_you_mean


def list_problems(
    kind: Annotated[str | None, typer.Option("--kind", "-k", help="Only this kind.", autocompletion=kind_names)] = None,
) -> None:
    """List the shipped problems, by kind, with titles and points."""
    from deepcalc.problem.library import entries

    every = list(entries())
    found = [entry for entry in every if kind is None or entry.kind == kind]
    if not found:
        kinds = sorted({entry.kind for entry in every})
        known = did_you_mean(kind or "", kinds) or f"; its kinds are {', '.join(kinds)}"
        raise UsageError(f"the library has no problem of the kind `{kind}`{known}")
    width = max(len(entry.name) for entry in found)
    last = None
    for entry in found:
        if entry.kind != last:
            print_line(entry.kind if last is None else f"\n{entry.kind}")
            last = entry.kind
        points = "" if entry.points is None else f"{entry.points:>3} p"
        print_line(f"  {entry.name:<{width}}  {points:>5}  {entry.title}")


def show(
    problems: Problems,
    set_: Changes = None,
    names: Annotated[
        bool, typer.Option("--names", help="List every name that can be asked for, with what it is.")
    ] = False,
) -> None:
    """Show what problems ask, without the answers."""
    from deepcalc.cli.solving import read_problem
    from deepcalc.rendering.names_listing import names_listing
    from deepcalc.rendering.terminal import render_statement
    from deepcalc.solution.solver import solve

    changes = dict(assignments(set_ or [], "--set"))
    worst = 0
    for name in problems:
        try:
            problem = read_problem(name, changes)
            print_rendered(partial(names_listing, problem) if names else partial(render_statement, solve(problem)))
        except DeepcalcError as error:
            complain(error)
            worst = max(worst, exit_code(error))
    if worst:
        raise typer.Exit(worst)

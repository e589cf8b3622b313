"""The command that exports: problems and their solutions as documents to hand out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import (
    CarryOption,
    Changes,
    DetailOption,
    Output,
    Parts,
    Places,
    Problems,
    Significant,
    assignments,
    rounding,
)
from deepcalc.cli.output import complain, exit_code, write_file
from deepcalc.errors import DeepcalcError, UsageError
from deepcalc.rendering.formats import NAMES, ExportOptions, choose_format
from deepcalc.solution.detail import Detail

if TYPE_CHECKING:
    from deepcalc.solution.document import Solution

FormatOption = Annotated[
    str | None,
    typer.Option("--format", "-f", help=f"{', '.join(NAMES)}; else by the file's ending.", metavar="FORMAT"),
]


def export(
    problems: Problems,
    output: Output = None,
    format_: FormatOption = None,
    title: Annotated[str | None, typer.Option("--title", help="A title over all problems.")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Leave the answers out: the question paper.")] = False,
    fragment: Annotated[
        bool, typer.Option("--fragment/--standalone", help="Only the body, to put into a document of one's own.")
    ] = False,
    part: Parts = None,
    detail: DetailOption = Detail.STEPS,
    places: Places = None,
    significant: Significant = None,
    carry: CarryOption = None,
    set_: Changes = None,
) -> None:
    """Export problems and solutions as one document to hand out."""
    chosen = choose_format(format_, output)
    if chosen.binary and output is None:
        raise UsageError(f"{chosen.name} needs a file to be written to: -o FILE{chosen.endings[0]}")
    changes = dict(assignments(set_ or [], "--set"))
    solutions: list[Solution] = []
    worst = 0
    for name in problems:
        try:
            solutions.append(_solved(name, changes, part, detail, places, significant, carry))
        except DeepcalcError as error:
            complain(error)
            worst = max(worst, exit_code(error))
    if worst:
        raise typer.Exit(worst)
    content = chosen.export(solutions, ExportOptions(title, blank, fragment))
    if output is not None:
        write_file(output, content)
    elif isinstance(content, str):
        sys.stdout.write(content)


def _solved(
    name: str,
    changes: dict[str, str],
    parts: Parts,
    detail: DetailOption,
    places: Places,
    significant: Significant,
    carry: CarryOption,
) -> Solution:
    from deepcalc.cli.solving import read_problem
    from deepcalc.solution.solver import solve

    problem = read_problem(name, changes)
    return solve(problem, parts or (), detail, rounding(problem.rounding, places, significant, carry))

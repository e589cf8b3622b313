"""The commands for authors: checking files, and finding out what a file may hold."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import KindName, OptionalKind, Output
from deepcalc.cli.output import advise, complain, exit_code, print_line, print_rendered, write_file
from deepcalc.errors import DeepcalcError, InvalidProblem, LocatedFault, UsageError

if TYPE_CHECKING:
    from deepcalc.kinds import Kind, Kinds


def validate(
    files: Annotated[list[str], typer.Argument(help="Problem files, or names of shipped problems.", metavar="FILE")],
) -> None:
    """Check that files load, solve, and meet their figures."""
    from deepcalc.checking.distinctness import indistinct_slips
    from deepcalc.cli.solving import read_problem
    from deepcalc.plan.reasons import without_reasons
    from deepcalc.solution.expectations import unmet_expectations
    from deepcalc.solution.idle import idle_fields
    from deepcalc.solution.solver import solve

    worst = 0
    for name in files:
        try:
            problem = read_problem(name)
            solution = solve(problem)
            unmet = unmet_expectations(problem)
            if unmet:
                place = problem.source.place
                raise InvalidProblem([LocatedFault(place(fault.location), fault.message) for fault in unmet])
        except DeepcalcError as error:
            complain(error)
            worst = max(worst, exit_code(error))
        else:
            figures = len(problem.expected)
            compared = f", {figures} expected figure{'' if figures == 1 else 's'} met" if figures else ""
            print_line(f"{name}: valid{compared}")
            for fault in idle_fields(problem, solution):
                advise(f"{fault.place}: {fault.message}")
            for reason in without_reasons(problem.plan.items):
                advise(f"{name}: {reason}")
            for confusion in indistinct_slips(problem):
                advise(f"{name}: {confusion.message}")
    if worst:
        raise typer.Exit(worst)


def kinds(
    kind: OptionalKind = None,
    common: Annotated[bool, typer.Option("--common", help="Explain the fields that every kind has.")] = False,
) -> None:
    """List the kinds of problems, or explain the fields of one."""
    from deepcalc.kinds import find_kinds

    if common:
        from deepcalc.cli.fields import common_fields_table

        print_rendered(common_fields_table)
        if kind is None:
            return
        print_line("")
    known = find_kinds()
    if kind is None:
        working = _working(known)
        width = max(len(each.name) for each in working)
        for each in working:
            print_line(f"{each.name:<{width}}  {each.summary}")
        return
    from deepcalc.cli.fields import fields_table

    print_rendered(partial(fields_table, known[kind]))


def _working(known: Kinds) -> list[Kind]:
    """The kinds that can be used; of the others it is told why not."""
    working = []
    for name in known:
        try:
            working.append(known[name])
        except DeepcalcError as error:
            complain(error)
    return working


def new(
    kind: KindName,
    output: Output = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="<file>", help="A model whose layers it is about: PyTorch or Keras code, or model.onnx."
        ),
    ] = None,
) -> None:
    """Print a commented problem file of a kind, as a beginning."""
    from deepcalc.kinds import find_kinds

    chosen = find_kinds()[kind]
    text = chosen.template if source is None else _draft(chosen, source)
    if output is None:
        print_line(text.rstrip("\n"))
        return
    if Path(output).exists():
        raise UsageError(f"{output} exists already; give another name")
    write_file(output, text)


def _draft(kind: Kind, source: str) -> str:
    if kind.draft is None:
        raise UsageError(f"problems of the kind {kind.name} are not made of a model's file; leave --from out")
    try:
        return kind.draft(source, Path(source).read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {source}: {error.strerror}") from None


def schema(kind: OptionalKind = None) -> None:
    """Print the JSON Schema of problem files, for editors."""
    import json

    from deepcalc.kinds import find_kinds
    from deepcalc.problem.json_schema import json_schema

    chosen = _working(find_kinds()) if kind is None else [find_kinds()[kind]]
    print_line(json.dumps(json_schema(chosen), indent=2, ensure_ascii=False))

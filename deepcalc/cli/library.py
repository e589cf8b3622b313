"""The commands that look into the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import Changes, Problems, assignments, kind_names
from deepcalc.cli.output import complain, exit_code, print_line, print_rendered
from deepcalc.errors import DeepcalcError, UsageError, did_you_mean

if TYPE_CHECKING:
    from deepcalc.problem.library import Entry


class Grouping(StrEnum):
    """What the list has headings for."""

    KIND = "kind"
    TOPIC = "topic"
    LEVEL = "level"


_HEADINGS: Mapping[Grouping, Callable[[Entry], Sequence[str]]] = {
    Grouping.KIND: lambda entry: [entry.kind],
    Grouping.TOPIC: lambda entry: entry.topics,
    Grouping.LEVEL: lambda entry: [f"level {entry.level}"],
}


def list_problems(
    words: Annotated[list[str] | None, typer.Argument(help="Words of names, titles, topics or kinds.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", "-k", help="Only this kind.", autocompletion=kind_names)] = None,
    topic: Annotated[str | None, typer.Option("--topic", "-t", help="Only this topic, such as attention.")] = None,
    level: Annotated[int | None, typer.Option("--level", "-l", min=1, max=3, help="Only this level, 1 to 3.")] = None,
    by: Annotated[Grouping, typer.Option("--by", help="What the problems are grouped by.")] = Grouping.KIND,
) -> None:
    """List the shipped problems, by kind, topic or level, with points, levels and titles."""
    from deepcalc.problem.library import entries

    found = list(entries())
    kinds = sorted({entry.kind for entry in found})
    topics = sorted({each for entry in found for each in entry.topics})
    found = _one_of(found, "kind", kind, kinds, lambda entry: [entry.kind])
    found = _one_of(found, "topic", topic, topics, lambda entry: entry.topics)
    found = [entry for entry in found if (level is None or entry.level == level) and entry.has_words(words or [])]
    if not found:
        told = {"kind": kind, "topic": topic, "level": level}
        asked = [*(words or []), *(f"{name} {value}" for name, value in told.items() if value is not None)]
        message = f"no shipped problem has all of that: {', '.join(asked)}; `deepcalc list --by topic` lists them all"
        raise UsageError(message)
    _print_groups(found, by, only=None if topic is None else _meant(topic, topics))


def _one_of(
    found: list[Entry], what: str, asked: str | None, known: list[str], of: Callable[[Entry], Sequence[str]]
) -> list[Entry]:
    """The entries of a kind or topic; ``UsageError`` for one that the library does not have."""
    if asked is None:
        return found
    meant = _meant(asked, known)
    if not meant:
        near = did_you_mean(asked, known) or f"; its {what}s are {', '.join(known)}"
        raise UsageError(f"the library has no problem of the {what} `{asked}`{near}")
    return [entry for entry in found if meant.intersection(of(entry))]


def _meant(asked: str, known: Sequence[str]) -> set[str]:
    """The kind or topic of that name, or else those with it as one of their words (``recurrent`` networks)."""
    return {asked}.intersection(known) or {each for each in known if asked.casefold() in each.casefold().split()}


def _print_groups(found: list[Entry], by: Grouping, only: set[str] | None) -> None:
    """The entries under their headings, easy ones first; by topic under each of theirs, or under the ``only`` ones."""
    groups: dict[str, list[Entry]] = {}
    for entry in found if by is Grouping.KIND else sorted(found, key=lambda entry: entry.level or 0):
        for heading in _HEADINGS[by](entry):
            if by is not Grouping.TOPIC or only is None or heading in only:
                groups.setdefault(heading, []).append(entry)
    width = max(len(entry.name) for entry in found)
    for index, heading in enumerate(sorted(groups)):
        print_line(f"\n{heading}" if index else heading)
        for entry in groups[heading]:
            points = "" if entry.points is None else f"{entry.points:>3} p"
            print_line(f"  {entry.name:<{width}}  {points:>5}  {_dots(entry.level):<3}  {entry.title}")


def _dots(level: int | None) -> str:
    return "" if level is None else "●" * level + "○" * (3 - level)


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

"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.errors import UsageError
from deepcalc.solution.detail import Detail

if TYPE_CHECKING:
    from deepcalc.notation.rounding import Rounding


class Format(StrEnum):
    TERMINAL = "terminal"
    JSON = "json"


class Carry(StrEnum):
    EXACT = "exact"
    ROUNDED = "rounded"


def problem_names(incomplete: str) -> Iterator[str]:
    """Names of shipped problems, for shell completion."""
    from deepcalc.problem.library import entries

    return (entry.name for entry in entries() if entry.name.startswith(incomplete))


def kind_names(incomplete: str) -> Iterator[str]:
    """Names of kinds, for shell completion."""
    from deepcalc.kinds import find_kinds

    return (name for name in find_kinds() if name.startswith(incomplete))


def _within(least: int, most: int) -> Callable[[int | None], int | None]:
    def check(number: int | None) -> int | None:
        if number is not None and not least <= number <= most:
            raise UsageError(f"expected {least} to {most} digits, found {number}")
        return number

    return check


def _unless_standard_output(path: Path | None) -> Path | None:
    return None if path == Path("-") else path


Problems = Annotated[
    list[str],
    typer.Argument(
        help="A file, `-` for standard input, or the name of a shipped problem.",
        metavar="PROBLEM",
        autocompletion=problem_names,
    ),
]
KindName = Annotated[str, typer.Argument(help="The kind of problem.", metavar="KIND", autocompletion=kind_names)]
OptionalKind = Annotated[
    str | None, typer.Argument(help="The kind of problem.", metavar="[KIND]", autocompletion=kind_names)
]
Parts = Annotated[list[str] | None, typer.Option("--part", "-p", help="Only this part (may be repeated).")]
DetailOption = Annotated[
    Detail,
    typer.Option(
        "--detail", "-d", help="The answers alone; one line a step; its views; every fold on a line of its own."
    ),
]
Places = Annotated[
    int | None, typer.Option("--places", callback=_within(0, 30), help="Show so many decimal places (0 to 30).")
]
Significant = Annotated[
    int | None,
    typer.Option("--significant", callback=_within(1, 30), help="Show so many significant figures (1 to 30)."),
]
CarryOption = Annotated[
    Carry | None, typer.Option("--carry", help="Carry full precision on, or the figures that were written down.")
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="The format of the output.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        callback=_unless_standard_output,
        help="Write to this file (`-`: standard output, as without).",
        dir_okay=False,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="What if: another value of a field (may be repeated)."),
]


def assignments(texts: list[str], what: str) -> list[tuple[str, str]]:
    """``NAME=VALUE`` texts taken apart."""
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{what} takes NAME=VALUE, not `{text[:60]}`")
        pairs.append((name.strip(), value.strip()))
    return pairs


def rounding(own: Rounding, places: int | None, significant: int | None, carry: Carry | None) -> Rounding:
    """The problem's own rounding policy, changed as the options say."""
    if places is None and significant is None and carry is None:
        return own
    from deepcalc.api import changed_rounding

    return changed_rounding(own, places=places, significant=significant, carry=carry)

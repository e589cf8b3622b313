"""The command that draws: one picture of a problem, in a file or on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deepcalc.cli.options import Changes, Output, assignments, problem_names
from deepcalc.cli.output import write_file
from deepcalc.errors import UsageError

if TYPE_CHECKING:
    from deepcalc.notation.symbols import Symbols
    from deepcalc.solution.document import Solution
    from deepcalc.solution.drawings import Figure


class PictureFormat(StrEnum):
    SVG = "svg"
    TEX = "tex"
    DOT = "dot"


def graph(
    problem: Annotated[
        str,
        typer.Argument(
            help="A file, `-` for standard input, or the name of a shipped problem.",
            metavar="PROBLEM",
            autocompletion=problem_names,
        ),
    ],
    output: Output = None,
    format_: Annotated[
        PictureFormat | None,
        typer.Option("--format", "-f", help="svg, tex (TikZ) or dot (Graphviz); by the file's ending, else svg."),
    ] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="As the statement has it, without the values to be found.")
    ] = False,
    number: Annotated[int, typer.Option("--figure", help="Which picture, where a problem has several.")] = 1,
    set_: Changes = None,
) -> None:
    """Draw a problem: its network, layers, curves or expression graph."""
    from deepcalc.cli.solving import read_problem
    from deepcalc.solution.solver import solve

    chosen = _format(format_, output)
    solution = solve(read_problem(problem, dict(assignments(set_ or [], "--set"))))
    text = _DRAW[chosen](_chosen(solution, blank, number), solution.symbols)
    if output is None:
        sys.stdout.write(text)
    else:
        write_file(output, text)


def _format(asked: PictureFormat | None, output: Path | None) -> PictureFormat:
    ending = "" if output is None else output.suffix.removeprefix(".").lower()
    if asked is not None or output is None:
        return asked or PictureFormat.SVG
    if ending not in set(PictureFormat):
        raise UsageError(f"cannot tell the format from `{output.name}`: end it in .svg, .tex or .dot, or give --format")
    return PictureFormat(ending)


def _chosen(solution: Solution, blank: bool, number: int) -> Figure:
    figures = [figure for figure in solution.figures if figure.tells is not blank]
    if not figures:
        raise UsageError(_nothing(solution, blank))
    if not 1 <= number <= len(figures):
        raise UsageError(f"--figure {number}: {_listed(figures)}")
    if len(figures) > 1:
        sys.stderr.write(f"{_listed(figures)}; this is --figure {number}\n")
    return figures[number - 1]


def _nothing(solution: Solution, blank: bool) -> str:
    if not solution.figures:
        return f"{solution.problem}: there is nothing to draw in this {solution.kind} problem"
    here, there = ("statement", "without") if blank else ("solution", "with")
    return f"{solution.problem}: the {here} has no picture; try it {there} --blank"


def _listed(figures: Sequence[Figure]) -> str:
    titles = ", ".join(f"{index} {figure.title}" for index, figure in enumerate(figures, start=1))
    return f"there are {len(figures)} pictures ({titles})" if len(figures) > 1 else f"there is one picture ({titles})"


def _svg(figure: Figure, symbols: Symbols) -> str:
    from deepcalc.rendering.figures import svg

    return svg(figure, symbols, standalone=True)


def _tex(figure: Figure, symbols: Symbols) -> str:
    from deepcalc.rendering.figures import tikz_document

    return tikz_document(figure, symbols)


def _dot(figure: Figure, symbols: Symbols) -> str:
    from deepcalc.rendering.figures import dot

    text = dot(figure, symbols)
    if text is None:
        raise UsageError(f"{figure.title} is a plot, not a graph: draw it as svg or tex")
    return text


_DRAW: Mapping[PictureFormat, Callable[[Figure, Symbols], str]] = {
    PictureFormat.SVG: _svg,
    PictureFormat.TEX: _tex,
    PictureFormat.DOT: _dot,
}

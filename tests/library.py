"""The shipped problems, for the tests that run over all of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from deepcalc.cli.output import plain_text
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.library import entries
from deepcalc.problem.loader import load
from deepcalc.problem.problem import Problem
from deepcalc.rendering.formats import choose_format
from deepcalc.rendering.terminal import render
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Answer, Solution
from deepcalc.solution.solver import solve

PATHS: dict[str, Path] = {entry.name: entry.path for entry in entries()}

ONE_OF_EACH_KIND = list({entry.kind: entry.name for entry in entries()}.values())


@cache
def problem(name: str) -> Problem:
    """A shipped problem by its name."""
    return load(PATHS[name], find_kinds())


@cache
def solved_problem(name: str, detail: Detail = Detail.STEPS) -> Solution:
    """The solution of a shipped problem, which many tests look at."""
    return solve(problem(name), detail=detail)


@cache
def exported(name: str, file_format: str, detail: Detail = Detail.STEPS) -> str:
    """The solution of a shipped problem as a document of a format that is text."""
    return str(choose_format(file_format, None).export([solved_problem(name, detail)]))


@cache
def on_terminal(name: str, width: int, detail: Detail = Detail.STEPS) -> str:
    """The solution of a shipped problem as the command line prints it, without colours."""
    return plain_text(render(solved_problem(name, detail), width), width)


def plain(answer: Answer) -> str:
    """An answer in plain text."""
    assert answer.expression is not None
    return PlainPrinter().print(answer.expression)


VALUED = [name for name in PATHS if not problem(name).plan.graph.has_letters]
"""The problems in which every quantity has a value."""

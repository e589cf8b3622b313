"""The shipped problems, for the tests that run over all of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.library import entries
from deepcalc.problem.loader import load
from deepcalc.problem.problem import Problem
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Answer, Solution
from deepcalc.solution.solver import solve

PATHS: dict[str, Path] = {entry.name: entry.path for entry in entries()}


@cache
def problem(name: str) -> Problem:
    """A shipped problem by its name."""
    return load(PATHS[name], find_kinds())


@cache
def solved_problem(name: str, detail: Detail = Detail.STEPS) -> Solution:
    """The solution of a shipped problem, which many tests look at."""
    return solve(problem(name), detail=detail)


def plain(answer: Answer) -> str:
    """An answer in plain text."""
    assert answer.expression is not None
    return PlainPrinter().print(answer.expression)


VALUED = [name for name in PATHS if not problem(name).plan.graph.has_letters]
"""The problems in which every quantity has a value."""

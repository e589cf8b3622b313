"""The face of the library: load a problem, solve it, export the solution."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal

from deepcalc.errors import UsageError, did_you_mean
from deepcalc.files import write_file
from deepcalc.kinds import find_kinds
from deepcalc.notation.rounding import Rounding
from deepcalc.problem import library, loader
from deepcalc.problem.problem import Problem
from deepcalc.rendering.formats import ExportOptions, choose_format
from deepcalc.solution import document, solver
from deepcalc.solution.detail import Detail

PathOrName = str | os.PathLike[str]


class Solution(document.Solution):
    """A solved problem. In a notebook it shows itself; printed, it is the sheet of the terminal."""

    @property
    def answers(self) -> dict[str, Any]:
        """What was asked for, by name: numbers, lists of them for vectors, the keys of choices.

        >>> import deepcalc
        >>> deepcalc.solve("conv-eight-filters").answers
        {'H1': 15, 'shape1': [15, 15, 8]}
        """
        from deepcalc.rendering.as_json import as_data

        return {answer["name"]: answer["value"] for part in as_data(self)["parts"] for answer in part["answers"]}

    def __str__(self) -> str:
        from rich.console import Console

        from deepcalc.rendering.terminal import render

        width = 100
        console = Console(width=width, color_system=None, highlight=False, markup=False, emoji=False)
        with console.capture() as capture:
            console.print(render(self, width))
        return "\n".join(line.rstrip() for line in capture.get().splitlines())

    def __repr__(self) -> str:
        return f"<Solution of {self.problem}: {len(self.parts)} part{'' if len(self.parts) == 1 else 's'}>"

    def _repr_html_(self) -> str:
        from deepcalc.rendering.html import fragment

        return fragment(self)

    def _repr_latex_(self) -> str:
        from deepcalc.rendering.markdown import derivations

        return derivations(self)

    def _repr_markdown_(self) -> str:
        from deepcalc.rendering.markdown import document as markdown
        from deepcalc.rendering.markdown_text import JUPYTER

        return markdown([self], dialect=JUPYTER)


def load(path_or_name: PathOrName, *, changes: Mapping[str, str] | None = None) -> Problem:
    """The problem in a file, or a shipped one by its name.

    ``changes`` are fields to set otherwise (what if), by name or dotted path: ``{"learning_rate": "0.01"}``.
    ``InvalidProblem`` has every fault of the file, each with its place.

    >>> import deepcalc
    >>> deepcalc.load("relu-2-2-2").title
    'Backpropagation through a ReLU network'
    """
    return loader.load(library.find(os.fspath(path_or_name)), find_kinds(), changes)


def solve(
    problem: Problem | PathOrName,
    *,
    parts: Sequence[str] = (),
    detail: str = "steps",
    places: int | None = None,
    significant: int | None = None,
    carry: Literal["exact", "rounded"] | None = None,
) -> Solution:
    """The solution of a problem: of all its parts, or of those asked for.

    ``detail`` is values, brief, steps or full. ``places``, ``significant`` and ``carry`` stand in place of the
    problem's own rounding.

    >>> import deepcalc
    >>> print(deepcalc.solve("mse-three-samples", detail="brief", places=2))  # doctest: +ELLIPSIS
    Mean squared error of three samples
    ...
    """
    found = problem if isinstance(problem, Problem) else load(problem)
    if detail not in list(Detail):
        meant = did_you_mean(detail, list(Detail)) or "; values, brief, steps or full"
        raise UsageError(f"unknown detail `{detail}`{meant}")
    policy = changed_rounding(found.rounding, places=places, significant=significant, carry=carry)
    solved = solver.solve(found, parts, Detail(detail), policy)
    return Solution(**{each.name: getattr(solved, each.name) for each in fields(solved)})


def export(
    solutions: document.Solution | Sequence[document.Solution],
    path: str | os.PathLike[str] | None = None,
    *,
    format: str | None = None,
    title: str | None = None,
    blank: bool = False,
    fragment: bool = False,
) -> str | bytes:
    """Solutions as one document, which is given back, and written to ``path`` if there is one: all of it or none.

    ``format`` is latex, pdf, html, markdown, notebook or json; by default the path's ending says it. ``title`` stands
    over several problems, ``blank`` leaves the answers out, ``fragment`` is the body alone.

    >>> import deepcalc
    >>> sheet = deepcalc.export(deepcalc.solve("l1-penalty"), format="notebook")
    >>> sheet[:10]
    '{\\n "cells"'
    """
    target = None if path is None else Path(path)
    chosen = choose_format(format, target)
    sheets = [solutions] if isinstance(solutions, document.Solution) else list(solutions)
    content = chosen.export(sheets, ExportOptions(title, blank, fragment))
    if target is not None:
        write_file(target, content)
    return content


def changed_rounding(
    own: Rounding, *, places: int | None = None, significant: int | None = None, carry: str | None = None
) -> Rounding:
    """A problem's own rounding policy with other digits for all groups, or another way of carrying figures on."""
    if places is not None and significant is not None:
        raise UsageError("give `places` or `significant`, not both")
    if carry not in (None, "exact", "rounded"):
        raise UsageError(f"figures are carried on exact or rounded, not `{carry}`")
    policy = own
    if places is not None or significant is not None:
        digits = replace(own.format, significant=significant, places=places)
        policy = replace(policy, format=digits, groups={})
    if carry is not None:
        policy = replace(policy, carry_rounded=carry == "rounded")
    return policy

"""Marking in tests: shipped problems, and problems written in the test."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from deepcalc.checking.as_json import prose_text
from deepcalc.checking.document import AnswerMark, Mark
from deepcalc.checking.marking import Marker
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.problem.loader import load_text
from tests.library import problem


@cache
def marker(name: str) -> Marker:
    """A marker of a shipped problem."""
    return Marker(problem(name))


def written(yaml: str) -> Marker:
    """A marker of the problem in a YAML text."""
    return Marker(load_text(yaml.encode(), "problem.yaml", find_kinds()))


def by_name(mark: Mark) -> dict[str, AnswerMark]:
    return {answer.name: answer for part in mark.parts for answer in part.answers}


def verdicts(marker: Marker, answers: Mapping[str, str]) -> dict[str, str]:
    """The verdict on each answer that was given, by its long name."""
    return {name: each.verdict.value for name, each in by_name(marker.mark(answers)).items() if each.given is not None}


def said(mark: Mark, name: str) -> str:
    """What is said of an answer, in plain text."""
    return prose_text(by_name(mark)[name].message, PlainPrinter(mark.symbols))

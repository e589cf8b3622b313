"""Which case holds and why: cases of arrays that a number decides, and those that masks decide entry by entry."""

from __future__ import annotations

import pytest

from deepcalc.checking.as_json import prose_text
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.problem.loader import load_text
from deepcalc.solution.document import Step, View
from deepcalc.solution.solver import solve

PRINTER = UnicodePrinter()


def step(definition: str) -> Step:
    """The step of G, made of a matrix D and numbers n and c."""
    text = f"kind: formula\ngiven: {{D: [[3, 4], [0, -12]], n: 13, c: 5}}\ndefine: {{G: '{definition}'}}"
    problem = load_text(text.encode(), "problem.yaml", find_kinds())
    return next(each for part in solve(problem).parts for each in part.steps if each.name == "G")


@pytest.mark.parametrize(
    ("definition", "numbers", "why"),
    [
        ("cases(c/n*D if n > c, D otherwise)", "5/13·D", "since n = 13 > c = 5"),
        ("cases(c/n*D if n > 14, D otherwise)", "", "since n = 13 ≤ 14"),
        ("min(1, c/n)*D", "min(1, 5/13)·D", "since c/n ≈ 0.3846 ≤ 1"),
        ("max(-c, min(c, D))", "max(−5, min(5, D))", ""),
        ("max(0, c - sum(D))*D", "max(0, 5 − Σ D)·D", "since c − Σ D = 10 > 0"),
        ("cases(c*D if sum(D @ D) > n, D otherwise)", "5·D", "since Σ D D = 117 > n = 13"),
    ],
)
def test_cases_of_arrays_that_a_number_decides_have_a_reason(definition: str, numbers: str, why: str) -> None:
    found = step(definition)
    shown = next((PRINTER.print(line.expression) for line in found.lines if line.view is View.NUMBERS), "")
    assert shown.replace("[[3, 4], [0, −12]]", "D") == numbers
    assert prose_text(found.reason, PRINTER) == why

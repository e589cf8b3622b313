"""Marking of simulated students, who work in NumPy: counted from a seed, not timed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.simulation import AIMS, NAMED, SLOW, Aim, Tallies, simulate
from benchmarks.worked import PROBLEMS
from benchmarks.worked.work import Work, Worked
from deepcalc.kinds import find_kinds
from deepcalc.problem.library import find
from deepcalc.problem.loader import load

STUDENTS = 3
LEAST_CASES = 150


@pytest.fixture(scope="module")
def tallies() -> Tallies:
    return simulate(PROBLEMS, STUDENTS)


@pytest.mark.parametrize(
    "aim", [aim for aim in AIMS if aim is not SLOW], ids=lambda aim: f"{aim.students}: {aim.counted}"
)
def test_simulated_students_are_marked_as_they_should_be(aim: Aim, tallies: Tallies) -> None:
    tally = tallies[aim]
    assert tally.total >= LEAST_CASES
    assert aim.met_by(tally.share), "\n".join(tally.missed)


@pytest.mark.parametrize("kind", sorted({worked.kind for worked in PROBLEMS}))
def test_mistakes_are_named_in_every_kind(kind: str, tallies: Tallies) -> None:
    assert NAMED.met_by(tallies[NAMED].share_of(kind)), "\n".join(tallies[NAMED].missed)


@pytest.mark.parametrize("worked", [each for each in PROBLEMS if "\n" not in each.problem], ids=lambda each: each.label)
def test_the_students_figures_are_those_from_elsewhere(worked: Worked) -> None:
    """What a shipped problem's author expects is what comes out by hand."""
    work = Work()
    worked.by_hand(work)
    expected = load(find(worked.problem), find_kinds()).expected
    compared = [name for name in work.answers if name in expected]
    assert compared
    for name in compared:
        found = np.asarray(work.answers[name], dtype=float)
        assert np.allclose(found, _figures(expected[name]), rtol=2e-3, atol=max(worked.unit, 6e-4)), name


def _figures(expected: Any) -> Any:
    return [float(each.value) for each in expected] if isinstance(expected, tuple) else float(expected.value)

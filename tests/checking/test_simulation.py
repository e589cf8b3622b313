"""Marking over the whole library, with simulated students: counted from a seed, not timed."""

from __future__ import annotations

import pytest

from benchmarks.simulation import AIMS, Aim, Tallies, library, simulate

STUDENTS = 3
LEAST_CASES = 150


@pytest.fixture(scope="module")
def tallies() -> Tallies:
    return simulate(library(), STUDENTS)


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: f"{aim.students}: {aim.counted}")
def test_simulated_students_are_marked_as_they_should_be(aim: Aim, tallies: Tallies) -> None:
    tally = tallies[aim]
    assert tally.total >= LEAST_CASES
    assert aim.met_by(tally.share), "\n".join(tally.missed)

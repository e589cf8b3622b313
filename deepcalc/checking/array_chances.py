"""How likely an array that is written with few digits is one of those that mistakes lead to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy

from deepcalc.checking.candidates import WrittenNumber
from deepcalc.graph.array_floats import floats_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import Grid

_AROUND = 2 / 3


class WrittenGrid:
    """A student's array, half a unit of the last place of each entry, and the true one.

    Each entry may have been written as any number near it: of those that lie as far around it as two thirds of its own
    size or the true one's. What is 0 in both says nothing.
    """

    def __init__(self, given: Grid, slack: Any, truth: Any) -> None:
        pairs = zip(given.entries, slack.entries, strict=True)
        numbers = [WrittenNumber(to_fraction(value), to_fraction(half_unit)) for value, half_unit in pairs]
        self._cells = numpy.array([number.cell for number in numbers])
        self._values = numpy.array([number.value for number in numbers])
        sizes = numpy.maximum(numpy.abs(self._values), numpy.abs(numpy.ravel(floats_of(truth))))
        self._reach = numpy.maximum(_AROUND * sizes, self._cells / 2)

    @property
    def alike(self) -> float:
        """How many arrays near it may be written with as few digits."""
        return math.exp(min(float(numpy.log(2 * self._reach / self._cells).sum()), 700.0))

    def chance(self, values: Iterable[Any]) -> float:
        """How likely one of those near it, written as shortly, is one of the ``values``."""
        written = set()
        for value in map(numpy.ravel, values):
            if (numpy.abs(value - self._values) <= self._reach).all():
                written.add(tuple(numpy.rint(value / self._cells)))
        return len(written) / self.alike

"""The values that mistakes lead to, and how likely any number would be one of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property

from deepcalc.notation.rounding import decimal_places
from deepcalc.plan import Slip
from deepcalc.records import record

LEAST_DIGITS = 3
"""Significant digits that a number must have for mistakes of more than one sort, or of no kind's own list."""

NEAR_MISS, NEAR_UNITS = Fraction(3, 20), 3
"""A whole number is near the true one up to such a share of it, and up to so many units in any case.

A slip of the pen is then as likely as any mistake, and any such number is soon what some mistake comes to.
"""

_NEAR = (3.0, 1.15)  # a number is compared with the values of the same sign up to so many times as large or small
_AROUND, _FEWEST_AROUND = 2 / 3, 4.5
_FLOAT = 1e-11
_ROUNDED = 0.05


@record
class WrittenNumber:
    """A student's number, half a unit of its last place, and how far the rounding of what it is made of may move it."""

    exact: Fraction
    half_unit: Fraction
    blur: float = 0.0

    @cached_property
    def value(self) -> float:
        return float(self.exact)

    @cached_property
    def slack(self) -> float:
        return float(self.half_unit) * (1 + _FLOAT) + max(abs(self.value), 0.01) * _FLOAT + self.blur

    @cached_property
    def cell(self) -> float:
        """How far numbers that are written as this one lie apart; of a fraction p/q, 1/q²."""
        if self.half_unit:
            return 2 * float(self.half_unit)
        places = decimal_places(self.exact)
        return 10.0**-places if places is not None else 1.0 / self.exact.denominator**2

    @property
    def reach(self) -> float:
        """How far values that it may be lie apart."""
        return self.cell + 2 * self.blur

    @property
    def has_digits(self) -> bool:
        return abs(self.value) >= 10.0 ** (LEAST_DIGITS - 1) * self.cell * (1 - _FLOAT)

    @property
    def least_chance(self) -> float:
        """How likely a random number of that size and precision is one value nearby."""
        near, far = sorted((self.value / min(_NEAR), self.value * min(_NEAR)))
        return self.cell / (far - near) if far > near else 1.0

    @property
    def in_full(self) -> WrittenNumber:
        """The same number, meant exactly."""
        return WrittenNumber(self.exact, Fraction(0))

    def blurred(self, share: float) -> WrittenNumber:
        """The same number, made of figures that rounding may have moved by a share of their size."""
        return WrittenNumber(self.exact, self.half_unit, abs(self.value) * share)

    def is_value(self, value: float) -> bool:
        return abs(value - self.value) <= self.slack


def is_near_miss(number: WrittenNumber, truth: Fraction, units: int = NEAR_UNITS, but_opposite: bool = True) -> bool:
    """Whether a whole number is close to a true one that is whole itself: any such is soon one of the mistakes'.

    The opposite of the true one is no slip of the pen, though it is close to it.
    """
    are_whole = truth.denominator == number.exact.denominator == 1 and 2 * number.half_unit <= 1
    is_opposite = but_opposite and number.exact == -truth
    return are_whole and not is_opposite and abs(number.exact - truth) <= max(NEAR_MISS * abs(truth), Fraction(units))


@record
class Candidate:
    """A value that a mistake leads to; the lower the ``rank``, the likelier the mistake, ``order`` among its equals."""

    value: float
    slip: Slip
    rank: int = 0
    order: int = 0


@record
class Candidates:
    """Candidates by ascending value."""

    ordered: Sequence[Candidate]

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Candidates:
        return cls(sorted(candidates, key=lambda each: each.value))

    @cached_property
    def _values(self) -> Sequence[float]:
        return [each.value for each in self.ordered]

    def _between(self, low: float, high: float) -> Sequence[Candidate]:
        return self.ordered[bisect_left(self._values, low) : bisect_right(self._values, high)]

    def that_are(self, number: WrittenNumber) -> Sequence[Candidate]:
        found = self._between(number.value - number.slack, number.value + number.slack)
        return sorted(found, key=lambda each: (each.rank, each.order))

    def near(self, number: WrittenNumber) -> Sequence[Candidate]:
        """Those that would be a number if what they are made of had not been rounded."""
        reach = abs(number.value) * _ROUNDED + number.slack
        return self._between(number.value - reach, number.value + reach)

    def chance(self, number: WrittenNumber, rank: int | None = None) -> float:
        """How likely a random number of that size and precision is one of the values, of those up to a rank."""
        return max(self._share(number, rank, times) for times in _NEAR)

    def chance_in_full(self, number: WrittenNumber, truth: float, rank: int | None = None) -> float:
        """How likely a number that is written as shortly is exactly one of the values, of those up to a rank.

        Such numbers are counted as far around as the number, or the true one, is large.
        """
        cell = number.in_full.cell
        if not cell:  # written finer than any double
            return 0.0
        reach = max(_AROUND * max(abs(number.value), abs(truth)), _FEWEST_AROUND * cell)
        inside = self._between(number.value - reach, number.value + reach)
        written = (each.value / cell for each in inside if rank is None or each.rank <= rank)
        hit = {round(value) for value in written if abs(value - round(value)) <= _FLOAT * max(abs(value), 1)}
        return len(hit) * cell / (2 * reach)

    def _share(self, number: WrittenNumber, rank: int | None, times: float) -> float:
        """How much of what lies about a number is taken by the values."""
        near, far = sorted((number.value / times, number.value * times))
        inside = (each.value for each in self._between(near, far) if rank is None or each.rank <= rank)
        hit = {round(value / number.reach) for value in inside}
        return len(hit) * number.reach / (far - near) if far > near else 1.0

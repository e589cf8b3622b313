"""A wrong number that is looked at, with what else its student wrote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from deepcalc.checking.candidates import WrittenNumber
from deepcalc.checking.consequences import Values
from deepcalc.checking.reports import Evidence
from deepcalc.records import record

Evident = Mapping[str, Evidence]
"""A student's other numbers, by quantity."""


@record
class Case:
    """A wrong number that is looked at, the student's earlier answers where they are not the true ones, all others."""

    name: str
    earlier: Values
    evident: Evident

    @cached_property
    def all_right(self) -> bool:
        """Whether the earlier answers are right, so that they differ from the true ones by rounding alone."""
        return all(name in self.evident and self.evident[name].is_right for name in self.earlier)

    @cached_property
    def blur(self) -> float:
        """By what share of their size the earlier answers may be off because they are rounded; the largest.

        One with few digits is taken as it is written.
        """
        written = (self.evident[name] for name in self.earlier if name in self.evident)
        rounded = (each for each in written if WrittenNumber(each.value, each.half_unit).has_digits)
        return max((float(each.half_unit / abs(each.value)) for each in rounded if each.value), default=0.0)

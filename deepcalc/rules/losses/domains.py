"""What values a loss takes as targets and as outputs."""

from __future__ import annotations

from collections.abc import Callable

from deepcalc.notation.nodes import Value
from deepcalc.records import record


@record
class Domain:
    """Values that make sense: what is expected, and whether a value is of these.

    ``sums_to_one`` says that those of a sample are shares of a whole.
    """

    expected: str
    holds: Callable[[Value], bool]
    sums_to_one: bool = False


ANY = Domain("a number", lambda value: True)
PROBABILITY = Domain("a probability from 0 to 1", lambda value: 0 <= value <= 1)
DISTRIBUTION = Domain(PROBABILITY.expected, PROBABILITY.holds, sums_to_one=True)
POSITIVE = Domain("a number above 0", lambda value: value > 0)
NOT_NEGATIVE = Domain("a number from 0 up", lambda value: value >= 0)
NOT_ZERO = Domain("a number other than 0, by which the error is divided", lambda value: value != 0)
LABEL = Domain("a label, 1 or −1 (or 1 or 0)", lambda value: value in (-1, 0, 1))
SAME_OR_NOT = Domain("1 for a pair of one class, 0 for a pair of two", lambda value: value in (0, 1))

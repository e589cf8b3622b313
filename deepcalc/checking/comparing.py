"""Whether a number that a student wrote is a value: one comparer, one function.

A number is right when it is the value rounded at the number's own last place, a tie rounded either way, and when
that place is fine enough; and when it says the value at the place that is asked for, whatever digits come after it.
An expression (1/6, √2) has no last place: it is compared at the place that is asked for.
"""

from __future__ import annotations

from enum import Enum, auto
from fractions import Fraction
from functools import lru_cache

from deepcalc.checking.reading import ReadNumber
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.rounding import NumberFormat, decimal_exponent
from deepcalc.plan import Marking

DEFAULT_PRECISION = NumberFormat(significant=3)

_SAME = Fraction(1, 10**12)  # of the value: an expression that says it in full
_OF_THE_CHANGE = Fraction(1, 10)  # how far a parameter may be off, whatever its digits
_MOST_KEPT = 4_096  # last places of values, which are asked for again with every submission
MOST_COARSE = Fraction(1, 20)  # of the value: what is farther off would be wrong with more digits too


class Agreement(Enum):
    """How a number and a value agree."""

    RIGHT = auto()
    TOO_COARSE = auto()
    """Rounded at a place that is coarser than what is asked for."""
    UNCHANGED = auto()
    """An updated parameter that is no other number than before, at the place where it is rounded."""
    NONE = auto()


def is_same(number: ReadNumber, value: Fraction) -> bool:
    """Whether the number says the value in full."""
    given = to_fraction(number.value)
    return given == value or (number.unit is None and abs(given - value) <= _SAME * abs(value))


def is_rounding_of(number: ReadNumber, value: Fraction, unit: Fraction, slack: Fraction = Fraction(0)) -> bool:
    """Whether the number is the value rounded at the ``unit``, give or take ``slack``."""
    return abs(to_fraction(number.value) - value) <= unit / 2 + slack


def is_close(number: ReadNumber, value: Fraction, required: Fraction, before: Fraction | None = None) -> bool:
    """Whether the number says the value at the place ``required``, or lies within half a unit of that place.

    Digits after that place may be off, and zeros may be left out (0.14 for 0.140). A bare 0 says that there is
    nothing at all. Of an updated parameter it is the change that counts, so it is not blurred by more than a tenth.
    """
    given = to_fraction(number.value)
    if given == 0:
        return value == 0
    blurred = before is not None and before != value and abs(value - before) * _OF_THE_CHANGE < required / 2
    if before is not None and blurred:
        return abs(given - value) <= abs(value - before) * _OF_THE_CHANGE
    return abs(given - value) <= required / 2 or abs(given - _rounded(value, required)) <= required / 2


def is_plainly(number: ReadNumber, value: Fraction, required: Fraction) -> bool:
    """Whether the number is the value itself, or rounded at its own last place, or at the one that is asked for."""
    if is_same(number, value) or to_fraction(number.value) == _rounded(value, required):
        return True
    return number.unit is not None and number.unit <= required and is_rounding_of(number, value, number.unit)


def agreement(
    number: ReadNumber,
    value: Fraction,
    required: Fraction,
    before: Fraction | None = None,
    slack: Fraction = Fraction(0),
    carried: bool = False,
    in_full: bool = True,
) -> Agreement:
    """How a number agrees with a value of which the place ``required`` is asked for.

    ``before`` is an updated parameter's value before the update: the change is compared, so a number that the old
    value rounds to as well is never right. A value that is said ``in_full`` may have fewer digits than asked. One
    that was ``carried`` on from rounded figures, or has ``slack``, must agree in every digit of the number.
    """
    if in_full and is_same(number, value):
        return Agreement.RIGHT
    unit = required if number.unit is None else number.unit
    rounded = is_rounding_of(number, value, unit, slack)
    if before is not None and before != value and is_rounding_of(number, before, unit):
        return Agreement.UNCHANGED if rounded else Agreement.NONE
    if rounded and unit <= required:
        return Agreement.RIGHT
    if not carried and not slack and is_close(number, value, required, before):
        return Agreement.RIGHT
    coarse = rounded and abs(to_fraction(number.value) - value) <= MOST_COARSE * abs(value)
    return Agreement.TOO_COARSE if coarse else Agreement.NONE


def within_tolerance(number: ReadNumber, value: Fraction, marking: Marking, before: Fraction | None = None) -> bool:
    """Whether the author's tolerance lets the number pass; a relative one is of the change of an updated parameter."""
    given = to_fraction(number.value)
    size = abs(value if before is None else value - before)
    if before is not None and given == before != value:
        return False
    return abs(given - value) <= max(marking.absolute_tolerance, marking.relative_tolerance * size)


def required_unit(value: Fraction, precision: NumberFormat | None, sheet: NumberFormat) -> Fraction:
    """The last place that an answer must have: as the author asks, else three significant figures.

    Nobody is asked for more than the sheet shows.
    """
    if precision is not None:
        return _last_place(precision, value)
    return max(_last_place(DEFAULT_PRECISION, value), _last_place(sheet, value))


def precision_asked(value: Fraction, precision: NumberFormat | None, sheet: NumberFormat) -> str:
    """``3 significant figures``, for the message that more digits are needed."""
    asked = precision or max(DEFAULT_PRECISION, sheet, key=lambda digits: _last_place(digits, value))
    if asked.places is not None:
        return f"{asked.places} decimal places"
    return f"{asked.significant} significant figures"


@lru_cache(maxsize=_MOST_KEPT)
def _last_place(shown: NumberFormat, value: Fraction) -> Fraction:
    if shown.places is not None:
        return Fraction(1, 10**shown.places)
    rounded = Fraction(shown.write(value).text)
    exponent = decimal_exponent(rounded) if rounded else 0
    return Fraction(10) ** (exponent + 1 - (shown.significant or 1))


def _rounded(value: Fraction, unit: Fraction) -> Fraction:
    """The value at a last place, a tie rounded away from zero."""
    size = (2 * abs(value) / unit + 1) // 2 * unit
    return size if value >= 0 else -size

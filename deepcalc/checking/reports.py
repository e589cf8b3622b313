"""What is said of a wrong number: the mistake behind it; and what else a student wrote, by which it is judged."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from deepcalc.graph.graph import Prose
from deepcalc.records import record


@record
class SlipReport:
    """One explanation of a wrong number.

    ``message`` is to be read after "consistent with"; ``quantity`` is where the mistake was made, ``line`` how it was
    probably written there. ``generic`` ones come from no kind's own list. ``exact`` says that the mistake leads to
    the number without any rounding on the way, ``sure`` that it is a likely one that leads to the very number. The
    ``form`` of what was written tells generic ones apart that are said in the same words; ``alike`` is said of a
    mistake whatever it was made with.
    """

    key: str
    message: str
    quantity: str
    line: Prose
    generic: bool = False
    exact: bool = True
    sure: bool = False
    form: Any = None
    alike: str = ""

    @property
    def mistake(self) -> Hashable:
        """The same for the same mistake, wherever it is made."""
        return self.key, self.alike or self.message, self.form


@record
class Evidence:
    """Another number of the student's, half a unit of its last place, and whether it is right."""

    value: Fraction
    half_unit: Fraction
    is_right: bool

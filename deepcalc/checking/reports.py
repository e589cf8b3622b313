"""What is said of a wrong number: the mistake behind it; and what else a student wrote, by which it is judged."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from deepcalc.graph.quantities import Prose
from deepcalc.records import record

_DONE_TO_A_RESULT = tuple(
    f"{done} "
    for done in ("not", "divided", "multiplied", "counted", "summed", "added", "taken", "flattened", "rounded")
)


@record
class SlipReport:
    """One explanation of a wrong number.

    ``message`` says what was done, to a result or on the way to it; ``quantity`` is where the mistake was made,
    ``line`` how it was probably written there. ``generic`` ones come from no kind's own list. ``exact`` says that the
    mistake leads to the number without any rounding on the way, ``sure`` that it is a likely one that leads to the
    very number. The ``form`` of what was written tells generic ones apart that are said in the same words;
    ``alike`` is said of a mistake whatever it was made with. The lower the ``rank``, the likelier the mistake;
    ``supported`` ones lead to another wrong number of the student's as well.
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
    rank: int = 0
    supported: bool = False

    @property
    def explanation(self) -> str:
        """The message as it is read after "consistent with": what was done to a result is said of one."""
        return f"a result {self.message}" if self.message.startswith(_DONE_TO_A_RESULT) else self.message

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

"""How much may be worked out for one student, so that a long submission is marked in time as well."""

from __future__ import annotations

from dataclasses import dataclass

AT_FIRST, FOR_EACH_ANSWER = 20_000, 500
"""Quantities that may be worked out anew to see what follows from a student's numbers."""

AS_LONG_AS = 200
"""Quantities that are worked out exactly from a student's numbers; of more the float domain's digits are enough."""

FOR_CHANGES, FOR_EACH_CHANGE = 10_000, 4
"""Quantities that may be worked out anew in arrays and letters to see which mistakes lead to wrong answers.

To write a changed formula takes as long as to work out so many.
"""

EXACTLY = 10
"""How many quantities could be worked out in the float domain in the time of an exact one."""


@dataclass
class Effort:
    """What is left of it."""

    left: int

    @classmethod
    def for_answers(cls, count: int) -> Effort:
        return cls(AT_FIRST + FOR_EACH_ANSWER * count)

    @classmethod
    def for_changes(cls) -> Effort:
        return cls(FOR_CHANGES)

    def takes(self, quantities: int) -> bool:
        """Whether so many may still be worked out; they are counted then."""
        if quantities > self.left:
            return False
        self.left -= quantities
        return True

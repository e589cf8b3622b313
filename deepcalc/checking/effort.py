"""How much may be worked out for one student, so that a long submission is marked in time as well."""

from __future__ import annotations

from dataclasses import dataclass

AT_FIRST, FOR_EACH_ANSWER = 20_000, 500
"""Quantities that may be worked out anew to see what follows from a student's numbers."""

AS_LONG_AS = 200
"""Quantities that are worked out exactly from a student's numbers; of more the float domain's digits are enough."""

EXACTLY = 10
"""How many quantities could be worked out in the float domain in the time of an exact one."""


@dataclass
class Effort:
    """What is left of it."""

    left: int

    @classmethod
    def for_answers(cls, count: int) -> Effort:
        return cls(AT_FIRST + FOR_EACH_ANSWER * count)

    def takes(self, quantities: int) -> bool:
        """Whether so many may still be worked out; they are counted then."""
        if quantities > self.left:
            return False
        self.left -= quantities
        return True

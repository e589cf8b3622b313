"""The few kinds of error that deepcalc raises on purpose.

Everything a user can cause ends in one of these, and only ``cli/`` turns them into text and an exit code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from deepcalc.records import record

Location = tuple[str | int, ...]
"""Where a value stands in a problem's fields: ``("layers", 0, "weights", "i1")``."""


class DeepcalcError(Exception):
    """The base of every error that deepcalc raises on purpose; its text is meant for the user."""


class UsageError(DeepcalcError):
    """The call itself is wrong: an unknown problem, part, kind or option."""


class ParseError(DeepcalcError):
    """A formula or number that cannot be read; ``position`` is the offset of the character at fault."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class ValueOutOfReach(DeepcalcError):
    """Arithmetic that has no value: a division by zero, the logarithm of 0, an overflow."""


class MathError(DeepcalcError):
    """A quantity that cannot be evaluated: which one, the line with its numbers, and why."""

    def __init__(self, quantity: str, line: str, reason: str, origin: Location = ()) -> None:
        super().__init__(
            f"{quantity} has no value: {reason}, in {line}" if line else f"{quantity} has no value: {reason}"
        )
        self.quantity = quantity
        self.line = line
        self.reason = reason
        self.origin = origin


@record
class Fault:
    """One thing wrong with what an author wrote: the location of the field, and a message that says what to do.

    ``within`` is the word that is at fault, where that is one of several in the field's text.
    """

    location: Location
    message: str
    within: str = ""


class FieldError(DeepcalcError):
    """Faults found in a problem's fields, all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


@record
class Place:
    """A place in a text: ``line`` and ``column`` count from 1; ``text`` is the line itself."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@record
class LocatedFault:
    """A fault with its place in the file."""

    place: Place
    message: str


class InvalidProblem(DeepcalcError):
    """A problem file that cannot be used: every fault of it, each with its place."""

    def __init__(self, faults: Sequence[LocatedFault]) -> None:
        super().__init__("\n".join(f"{fault.place}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


_MOST_COMPARED = 200
_LONGEST_COMPARED = 100


def did_you_mean(name: str, valid: Sequence[str]) -> str:
    """`` (did you mean `learning_rate`?)`` for the nearest valid name, or nothing.

    Comparing is slow: of very many valid names only those that begin alike are looked at, and not all.
    """
    if len(valid) > _MOST_COMPARED:
        valid = [known for known in valid if known[:2] == name[:2]][:_MOST_COMPARED]
    alike = [known for known in valid if known != name and known.casefold() == name.casefold()]
    near = alike or get_close_matches(name[:_LONGEST_COMPARED], list(valid), n=1, cutoff=0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""


def listed(names: Iterable[str]) -> str:
    """``a, b and c``; of no names ``none``."""
    *most, last = [*names] or ["none"]
    return f"{', '.join(most)} and {last}" if most else last

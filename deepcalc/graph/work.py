"""How much there is to work out in a graph of arrays: from where on it is done in floats, and where it is refused."""

from __future__ import annotations

from deepcalc.notation.shapes import ShapeError

MOST_EXACT_ENTRIES = 4_000
"""Entries of an array that is worked out exactly."""

MOST_EXACT_WORK = 100_000
"""Operations on entries that are worked out exactly."""

MOST_TIME = 10_000_000_000
"""What a problem may take in floats, in units of a product in a matrix product: some seconds."""


class Work:
    """The operations on entries so far, the time that they take in floats, and the entries of the largest array."""

    def __init__(self) -> None:
        self._operations = 0
        self._time = 0
        self._largest = 0

    def add(self, operations: int, time: int = 0) -> None:
        """Further operations; ``ShapeError`` where these are too many for floats."""
        self._operations += operations
        self._time += time
        if self._time > MOST_TIME:
            raise ShapeError(f"this takes more than {MOST_TIME:,} operations on entries; take smaller arrays")

    def see(self, entries: int) -> None:
        """A further array of so many entries."""
        self._largest = max(self._largest, entries)

    @property
    def is_large(self) -> bool:
        """Whether it is more than is worked out exactly."""
        return self._operations > MOST_EXACT_WORK or self._largest > MOST_EXACT_ENTRIES

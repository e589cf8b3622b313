"""Work that has to end at once, on a machine of any speed and beside any other work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from time import process_time
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 2000
"""Times the yardstick, which takes about a millisecond: long for what is refused at sight, nothing for a hang."""


def at_once(work: Callable[[], T], times: int | Callable[[T], int] = AT_ONCE) -> T:
    """What ``work`` gives, in less than ``times`` as long as a fixed sum of fractions takes beside it.

    How many times that may be can depend on what comes of the work.

    A collection of garbage or a neighbour may hold up any one run: the quickest of three counts.

    Raises:
        AssertionError: Each of the three runs took longer.
    """
    for _ in range(3):
        start = process_time()
        result = work()
        taken = process_time() - start
        allowed = times(result) if callable(times) else times
        if taken < allowed * QUICKEST.seconds or taken < allowed * _yardstick():
            return result
    raise AssertionError(f"three runs took longer than {allowed} yardsticks, the last one {taken:.2f} s")


def _yardstick() -> float:
    start = process_time()
    sum(Fraction(1, number) for number in range(1, 500))
    taken = process_time() - start
    QUICKEST.seconds = min(taken, QUICKEST.seconds or taken)
    return taken


@dataclass
class Quickest:
    """The shortest time that the yardstick has taken so far: what is below it needs no new one."""

    seconds: float = 0.0


QUICKEST = Quickest()

"""How tightly a printed expression holds together, which decides where brackets stand."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How tightly an expression holds together."""

    LISTING = 0
    SUM = 1
    NEGATIVE = 2
    PRODUCT = 3
    POWER = 4
    ATOM = 5

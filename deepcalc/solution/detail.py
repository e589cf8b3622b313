"""How much of a derivation is shown. Alone in its file, so that the command line's help needs nothing heavier."""

from __future__ import annotations

from enum import StrEnum


class Detail(StrEnum):
    """The answers alone; one line a step; its views; every fold on a line of its own."""

    VALUES = "values"
    BRIEF = "brief"
    STEPS = "steps"
    FULL = "full"

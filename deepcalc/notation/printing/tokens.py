"""What a printer gives back: pieces of text, places where a long line may be broken, matrices of several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deepcalc.records import record


@record
class Break:
    """A place before an operator where a line may be broken; ``depth`` counts the brackets around it."""

    depth: int


@record
class Matrix:
    """The rows of an array as text, for media that draw it over several lines; ``inline`` is how it stands in one."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def inline(self) -> str:
        rows = [", ".join(row) for row in self.rows]
        return f"[{rows[0]}]" if len(rows) == 1 else "[" + ", ".join(f"[{row}]" for row in rows) + "]"


class Fence(str):
    """A bracket around arrays, as tall as they are where they are drawn over several lines."""

    __slots__ = ()


_WHOLE = re.compile(r"(?<![0-9.])[0-9]{5,}")


def thousands_apart(number: str, gap: str) -> str:
    """A number with gaps between the thousands of its whole part, where that has five digits or more."""
    return _WHOLE.sub(lambda whole: f"{int(whole[0]):,}".replace(",", gap).rjust(len(whole[0]), "0"), number, count=1)


Token = str | Break | Matrix


def inside(tokens: Sequence[Token]) -> list[Token]:
    """The tokens between brackets, in which a line is broken later than outside."""
    return [Break(token.depth + 2) if isinstance(token, Break) else token for token in tokens]


def text_of(tokens: Sequence[Token]) -> str:
    """The tokens as one line."""
    return "".join(
        token if isinstance(token, str) else token.inline for token in tokens if not isinstance(token, Break)
    )

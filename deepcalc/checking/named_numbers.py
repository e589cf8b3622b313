"""Numbers by name, ``w1=1, w2=-2, b=0.5``."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.checking.plain_text import plain_text
from deepcalc.checking.reading import ReadNumber, Vector, read_number, read_vector
from deepcalc.checking.splitting import BRACKETS, SEPARATORS, split, unbracketed
from deepcalc.errors import ParseError, did_you_mean, listed


def read_named(answer: str, names: Sequence[str], decimal_comma: bool = False) -> Vector:
    """The numbers of an answer, ``w1=1, w2=-2, b=0.5`` in any order, or ``(1, -2, 0.5)`` in that of the names."""
    plain = unbracketed(plain_text(answer), {"{": "}", **BRACKETS})
    parts = list(split(plain, SEPARATORS))
    if not any(mark in plain.text for mark in "=:"):
        return read_vector(answer, decimal_comma)
    found: dict[str, ReadNumber] = {}
    for part in parts:
        name, mark, text = part.text.replace(":", "=").partition("=")
        name = name.strip()
        if not mark:
            raise ParseError(f"expected a pair such as {names[0]}=1", part.places[0])
        if name not in names:
            raise ParseError(f"there is no {name[:40]!r} to be chosen{did_you_mean(name, names)}", part.places[0])
        if name in found:
            raise ParseError(f"{name} is given twice", part.places[0])
        found[name] = read_number(text.strip(), decimal_comma)
    missing = [name for name in names if name not in found]
    if missing:
        raise ParseError(f"no number is given for {listed(missing)}")
    return Vector(answer, tuple(found[name] for name in names))

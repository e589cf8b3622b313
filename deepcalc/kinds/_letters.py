"""Letters for sizes: how they are written, and what sizes are called where some have letters of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from deepcalc.fields.types import whole
from deepcalc.notation.nodes import Name
from deepcalc.notation.shapes import counted
from deepcalc.notation.typed import NumberText

LETTER = r"[A-WYZa-wyz](?:_?\d{1,3}|_[A-WYZa-wyz]{1,8})?"

Size = int | str
"""A size, or the letter that stands for it."""


def is_letter(value: Any) -> bool:
    """Whether a text is a letter for a number, with an index or without: ``n``, ``k_1``, ``c_in``; x is a sign here."""
    return isinstance(value, str) and not isinstance(value, NumberText) and re.fullmatch(LETTER, value) is not None


def size_or_letter(least: int) -> Callable[[Any], Size]:
    """A check for whole numbers from a least one up, or a letter."""
    check = whole(least)
    return lambda value: value if is_letter(value) else check(value)


SizeOrLetter = Annotated[
    Size, PlainValidator(size_or_letter(1)), WithJsonSchema({"type": ["integer", "string"], "minimum": 1})
]
"""A size from 1 up, or the letter that stands for it."""


def names_of_sizes(given: Mapping[str, Size | None], made: Mapping[str, str]) -> dict[str, str]:
    """What the sizes that are given are called: a letter by itself, a number by the name ``made`` for its field.

    A made name that an author's letter has is told apart by the field: ``h_heads``.
    """
    letters = {size for size in given.values() if isinstance(size, str)}
    own = {field: f"{name}_{field}" if name in letters else name for field, name in made.items()}
    return {field: size if isinstance(size, str) else own[field] for field, size in given.items() if size is not None}


CountField = Annotated[Any, PlainValidator(size_or_letter(1)), WithJsonSchema({"type": ["integer", "string"]})]
"""How many of something, or a letter for it."""


def how_many(size: Size, one: str) -> str:
    """``1 layer``, ``2 layers``, ``L layers``."""
    return counted(size if isinstance(size, int) else Name(size), one)

"""The one set of names that serves files, answers, the command line and JSON.

``h1``; a gradient ``dL/dw21``, and the gradient of one, ``ddL/dw/dv``; a parameter after t updates ``w21@t``
(``w21+`` is short for ``w21@1``, and ``w21@0`` is where it began); an optimizer's state ``m.w1@2``; a component
``p.2``; the second sample's ``h1:2``; the shape of an array, ``shape(dL/dW1)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from deepcalc.records import record

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_NAME = 64

Known = TypeVar("Known")
HIGHEST_ORDER = 8
"""How many derivatives a name may stand for, one of the other."""

_BASE = re.compile(
    r"(?P<head>[A-Za-z][A-Za-z0-9_]*)(?P<components>(?:\.[A-Za-z0-9_]+)*)(?::(?P<sample>[0-9]{1,9}))?(?:@(?P<time>[0-9]{1,9}))?"
)


@record
class NameParts:
    """A name taken apart: ``m.w1@2`` has head ``m``, components ``("w1",)`` and time 2."""

    head: str
    components: tuple[str, ...] = ()
    sample: int | None = None
    time: int | None = None

    def __str__(self) -> str:
        sample = "" if self.sample is None else f":{self.sample}"
        time = "" if self.time is None else f"@{self.time}"
        return ".".join((self.head, *self.components)) + sample + time


def is_identifier(name: str) -> bool:
    return len(name) <= LONGEST_NAME and IDENTIFIER.fullmatch(name) is not None


def name_parts(name: str) -> NameParts | None:
    """The parts of a name that is not a gradient; None for what is no such name."""
    match = _BASE.fullmatch(name)
    if match is None:
        return None
    components = tuple(match["components"].split(".")[1:])
    sample, time = (None if text is None else int(text) for text in (match["sample"], match["time"]))
    return NameParts(match["head"], components, sample, time)


def stem_of(names: Iterable[str], otherwise: str) -> str:
    """What the names of a vector's components have in common, for its general law: ``o`` of o1 and o2:3."""
    stems = {parts.head.rstrip("0123456789").rstrip("_") for name in names if (parts := name_parts(name))}
    return stems.pop() if len(stems) == 1 else otherwise


def gradient(of: str, wrt: str) -> str:
    """The name of a derivative: ``dL/dw21``."""
    return f"d{of}/d{wrt}"


def gradient_parts(name: str) -> tuple[str, str] | None:
    """``("L", "w21")`` for ``dL/dw21``; None for a name that is no gradient.

    Both may be gradients themselves: ``ddL/dw/dv`` is the derivative of ``dL/dw`` by v, ``dg/ddL/dw`` that of g by it.
    """
    if name.count("/") > HIGHEST_ORDER:
        return None
    for slash in re.finditer("/d", name):
        top, bottom = name[: slash.start()], name[slash.end() :]
        if top.startswith("d") and _is_quantity(top[1:]) and _is_quantity(bottom):
            return top[1:], bottom
    return None


def _is_quantity(name: str) -> bool:
    return name_parts(name) is not None or gradient_parts(name) is not None


def shape_of_what(name: str) -> str | None:
    """``W1`` for ``shape(W1)``; None for a name that is that of no shape."""
    inner = name.removeprefix("shape(").removesuffix(")")
    return inner if name == f"shape({inner})" and _is_quantity(inner) else None


def long_form(name: str) -> str:
    """The name without its abbreviations: ``w21+`` is ``w21@1``, ``w21@0`` is ``w21``."""
    if name.startswith("shape(") and name.endswith(")"):
        return f"shape({long_form(name[6:-1])})"
    if name.endswith("+"):
        return f"{name[:-1]}@1"
    return name.removesuffix("@0") if "/" not in name and "." not in name else name


def entry_name(name: str, index: Sequence[int]) -> str:
    """The name of an entry, its place counted from 0: ``Y.1.2`` of ``Y``, ``dL/dW.1.2``, ``W.1.2@1`` of ``W@1``."""
    places = tuple(str(at + 1) for at in index)
    parts = gradient_parts(name)
    if parts is not None:
        of, wrt = parts
        return gradient(of, entry_name(wrt, index))
    base = name_parts(name)
    return name if base is None else str(replace(base, components=(*base.components, *places)))


def entry_parts(name: str) -> tuple[str, tuple[int, ...]]:
    """The array and the place, counted from 0, of the name of an entry; no place where the name has none."""
    parts = gradient_parts(name)
    if parts is not None:
        of, wrt = parts
        inner, place = entry_parts(wrt)
        return gradient(of, inner), place
    base = name_parts(name)
    if base is None:
        return name, ()
    split = len(base.components)
    while split and base.components[split - 1].isdigit():
        split -= 1
    places = tuple(int(component) - 1 for component in base.components[split:])
    return str(replace(base, components=base.components[:split])), places


def recounted(name: str, by: int) -> str:
    """The name of an entry with its place counted otherwise: ``Z.0.1`` for ``Z.1.2``, by -1."""
    if not by:
        return name
    parts = gradient_parts(name)
    if parts is not None:
        of, wrt = parts
        return gradient(recounted(of, by), recounted(wrt, by))
    base = name_parts(name)
    if base is None:
        return name
    moved = (str(int(part) + by) if part.isdigit() else part for part in base.components)
    return str(replace(base, components=tuple(moved)))


def plain_form(name: str) -> str:
    """A name without what does not matter in a word: case, underscores, hyphens and spaces."""
    return "".join(character for character in name.lower() if character.isalnum())


def called(names: Mapping[str, Known], word: str) -> Known | None:
    """What a word stands for among plain forms, whether or not its library is before it: ``torch.nn.MSELoss``."""
    return names.get(plain_form(word)) or names.get(plain_form(word.rpartition(".")[2]))


def is_name(name: str) -> bool:
    """Whether the text has the form of a name."""
    whole = shape_of_what(name) or name
    return len(name) <= 4 * HIGHEST_ORDER * LONGEST_NAME and _is_quantity(whole)

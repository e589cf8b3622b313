"""What an author gives: a number, an array as nested lists, or a letter with its space."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from deepcalc.fields.types import as_number, number_or_name, within, wrong
from deepcalc.graph.quantities import Given as GivenValue
from deepcalc.graph.quantities import Letter
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.names import is_identifier
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.shapes import MOST_ENTRIES, Shape, Size
from deepcalc.notation.typed import NumberText
from deepcalc.records import record

MOST_AXES = 4

_SPACE = re.compile(r"\s*R(?:\s*\^\s*(?:\(([^()]*)\)|([A-Za-z0-9_]+)))?\s*")
_SIZE = re.compile(r"[1-9][0-9]{0,8}|[A-Za-z][A-Za-z0-9_]{0,63}")


def is_space(text: str) -> bool:
    """Whether a text is the space of a letter, ``R^(n x d)``."""
    return _SPACE.fullmatch(text) is not None


def _given(value: Any) -> GivenValue:
    if value is None:
        return Letter()
    if isinstance(value, list):
        return _array(value, "")
    if isinstance(value, str) and not isinstance(value, NumberText):
        space = _SPACE.fullmatch(value)
        if space is not None:
            return Letter(_sizes(space[1] or space[2] or "", value))
    try:
        return as_number(value)
    except PydanticCustomError as error:
        hint = "; an array is a list of numbers, a letter is given nothing or its space, R^(n x d)"
        raise wrong(f"{error.message()}{hint if isinstance(value, str | dict) else ''}") from None


def _array(value: list[Any], place: str, axes: int = 1) -> Array:
    if not value:
        raise wrong(f"an array has no empty list{place})" if place else "an array has no empty list")
    if axes > MOST_AXES:
        raise wrong(f"an array has at most {MOST_AXES} axes")
    parts: list[Array | Literal] = []
    for index, part in enumerate(value, start=1):
        where = f"{place}, {index}" if place else f" (place {index}"
        if isinstance(part, list):
            parts.append(_array(part, where, axes + 1))
        else:
            parts.append(as_number(part, f"a number{where})"))
        if _lengths(parts[-1]) != _lengths(parts[0]):
            found = f"{_said(parts[-1])}{where}) after {_said(parts[0])}"
            raise wrong(f"every row of an array has as many entries as the first one, found {found}")
    array: Array = Array(*parts)
    return array


def _lengths(value: Node) -> tuple[int, ...]:
    """How many parts an array has that is not ragged, axis by axis."""
    return (len(value.args), *_lengths(value.args[0])) if isinstance(value, Array) else ()


def _said(value: Any) -> str:
    lengths = _lengths(value)
    return f"a list of {' x '.join(map(str, lengths))}" if lengths else "a number"


def _sizes(text: str, whole: str) -> Shape:
    if not text.strip():
        return ()
    sizes: list[Size] = []
    for part in _split(text):
        if not _SIZE.fullmatch(part):
            raise wrong(f"expected sizes such as R^3, R^n or R^(n x d), found {whole[:40]!r}")
        sizes.append(int(part) if part.isdigit() else Name(part))
    if len(sizes) > MOST_AXES:
        raise wrong(f"an array has at most {MOST_AXES} axes")
    entries = 1
    for size in sizes:
        entries *= size if isinstance(size, int) else 1
    if entries > MOST_ENTRIES:
        raise wrong(f"an array has at most {MOST_ENTRIES:,} entries, {whole} has {entries:,}")
    return tuple(sizes)


def _split(text: str) -> list[str]:
    """``n x d`` → n, d; a letter x that is a size stands between two signs."""
    return [part for part in re.split(r"\s+x\s+|\s*[×,*]\s*", text.strip()) if part]


Given = Annotated[
    Any,
    PlainValidator(_given),
    WithJsonSchema({"type": ["number", "string", "array", "null"]}),
]
"""A number, nested lists of numbers, nothing (a letter), or a space (``R^(n x d)``)."""


def _several(value: Any) -> Any:
    """A given value; of a list with letters in it the list of what is given."""
    if isinstance(value, list) and any(each is None or (isinstance(each, str) and is_space(each)) for each in value):
        return [_given(each) for each in value]
    return _given(value)


GivenOrSeveral = Annotated[
    Any,
    PlainValidator(_several),
    WithJsonSchema({"type": ["number", "string", "array", "null"]}),
]
"""What an author gives, or a list of such things in which some are letters."""


def or_letter(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A check of numbers that takes nothing as a letter."""

    def checked(value: Any) -> Any:
        try:
            return Letter() if value is None else check(value)
        except PydanticCustomError as error:
            is_letter = isinstance(value, str) and not isinstance(value, NumberText) and is_identifier(value)
            raise wrong(f"{error.message()}; for a letter nothing stands here") if is_letter else error from None

    return checked


NumberOrLetter = Annotated[
    Any, PlainValidator(or_letter(as_number)), WithJsonSchema({"type": ["number", "string", "null"]})
]
"""A number, or nothing: a letter."""

NumberNameOrLetter = Annotated[
    Any, PlainValidator(or_letter(number_or_name)), WithJsonSchema({"type": ["number", "string", "null"]})
]
"""A number, a name, or nothing: a letter."""

Fraction01OrLetter = Annotated[
    Any, PlainValidator(or_letter(within(0, 1, True, False))), WithJsonSchema({"type": ["number", "string", "null"]})
]
"""From 0 up to, but not, 1, or nothing: a letter."""

ProbabilityOrLetter = Annotated[
    Any, PlainValidator(or_letter(within(0, 1, True, True))), WithJsonSchema({"type": ["number", "string", "null"]})
]
"""From 0 to 1, or nothing: a letter."""

ShareKeptOrLetter = Annotated[
    Any, PlainValidator(or_letter(within(0, 1, False, True))), WithJsonSchema({"type": ["number", "string", "null"]})
]
"""A share of which something is left, from above 0 to 1, or nothing: a letter."""

PositiveOrLetter = Annotated[
    Any, PlainValidator(or_letter(within(0, None, False, True))), WithJsonSchema({"type": ["number", "null"]})
]
"""A positive number, or nothing: a letter."""

NotNegativeOrLetter = Annotated[
    Any, PlainValidator(or_letter(within(0, None, True, True))), WithJsonSchema({"type": ["number", "null"]})
]
"""A number from 0 up, or nothing: a letter."""


def letters_of_sizes(given: dict[str, Any]) -> Iterator[str]:
    """The letters that stand as sizes in spaces, each once."""
    seen: dict[str, None] = {}
    for value in given.values():
        if isinstance(value, Letter):
            for size in value.shape:
                if isinstance(size, Name):
                    seen[size.name] = None
    yield from seen


@record
class _Numbered:
    """An annotation of numbers by name: a list of them gets names, a letter and the place in the list."""

    letter: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._named, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "array"}, handler(schema)]}

    def _named(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return {f"{self.letter}{place}": item for place, item in enumerate(value, start=1)}


def numbered(letter: str) -> Any:
    """Numbers by name, ``{w1: 0.5}``, or a list of them, [0.5]; names w1, w2, … are made of the letter then."""
    return _Numbered(letter)

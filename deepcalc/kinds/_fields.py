"""The types of the fields that authors write, and the base that every kind's fields have in common."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from deepcalc.errors import Fault, ParseError
from deepcalc.notation.names import LONGEST_NAME, is_identifier
from deepcalc.notation.nodes import Literal, Node
from deepcalc.notation.parser import parse, parse_number
from deepcalc.notation.typed import NumberText


class Fields(BaseModel):
    """What an author writes for one kind of problem; every field has a description."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, protected_namespaces=())

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the fields taken together; each fault has the location of the field it concerns."""
        yield from ()


def wrong(message: str, position: int | None = None) -> PydanticCustomError:
    """An error of one field; ``position`` is the offset in its text."""
    context = {"message": message} if position is None else {"message": message, "position": position}
    return PydanticCustomError("deepcalc", "{message}", context)


def _described(value: Any) -> str:
    if isinstance(value, NumberText):
        return f"the number {value}"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value if len(str(value)) <= 40 else f"{str(value)[:37]}...")


def _number(value: Any) -> Literal:
    if isinstance(value, Literal):
        return value
    if isinstance(value, NumberText):
        try:
            return parse_number(value)
        except ParseError as error:
            raise wrong(error.message) from None
    if isinstance(value, str) and value.lstrip("+-.").lower() in ("nan", "inf"):
        raise wrong(f"expected a finite number, found {value}")
    raise wrong(f"expected a number, found {_described(value)}")


def _within(low: int | None, high: int | None, low_included: bool, high_included: bool) -> Callable[[Any], Literal]:
    bounds = []
    if low is not None:
        bounds.append(f"at least {low}" if low_included else f"above {low}")
    if high is not None:
        bounds.append(f"at most {high}" if high_included else f"below {high}")

    def check(value: Any) -> Literal:
        number = _number(value)
        too_low = low is not None and (number.value < low or (number.value == low and not low_included))
        too_high = high is not None and (number.value > high or (number.value == high and not high_included))
        if too_low or too_high:
            raise wrong(f"expected a number {' and '.join(bounds)}, found {number.text}")
        return number

    return check


def _whole(minimum: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        number = _number(value)
        if number.value.denominator != 1:
            raise wrong(f"expected a whole number, found {number.text}")
        if number.value < minimum:
            raise wrong(f"expected a whole number from {minimum} up, found {number.text}")
        if number.value > MOST:
            raise wrong(f"expected at most {MOST}, found {number.text}")
        return int(number.value)

    return check


MOST = 10**12
"""The largest whole number that a field takes."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(f"expected text, found {_described(value)}")
    return "".join("\ufffd" if _is_control(character) else character for character in value)


def _is_control(character: str) -> bool:
    """Control and bidirectional formatting characters, which could rewrite what a terminal or a page shows."""
    return character not in "\n\t" and (unicodedata.category(character) == "Cc" or character in _BIDIRECTIONAL)


_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not is_identifier(value):
        raise wrong(
            f"expected a name (a letter, then letters, digits and _, at most {LONGEST_NAME}), found {_described(value)}"
        )
    return value


def _number_or_name(value: Any) -> Any:
    named = isinstance(value, str) and not isinstance(value, NumberText)
    return _identifier(value) if named and is_identifier(value) else _number(value)


def _formula(value: Any) -> Any:
    if not isinstance(value, str):
        raise wrong(f"expected a formula, found {_described(value)}")
    try:
        return parse(value)
    except ParseError as error:
        raise wrong(error.message, error.position) from None


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong(f"expected true or false, found {_described(value)}")
    return value


_NUMBER_SCHEMA = {"type": "number"}

Number = Annotated[Literal, PlainValidator(_number), WithJsonSchema(_NUMBER_SCHEMA)]
"""A number, kept as it was typed."""

Positive = Annotated[
    Literal, PlainValidator(_within(0, None, False, True)), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
NotNegative = Annotated[
    Literal, PlainValidator(_within(0, None, True, True)), WithJsonSchema({"type": "number", "minimum": 0})
]
Probability = Annotated[
    Literal, PlainValidator(_within(0, 1, True, True)), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})
]
Fraction01 = Annotated[
    Literal,
    PlainValidator(_within(0, 1, True, False)),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
]
"""From 0 up to, but not, 1: a decay rate, a drop rate."""

Count = Annotated[int, BeforeValidator(_whole(1)), Field(json_schema_extra={"minimum": 1})]
Whole = Annotated[int, BeforeValidator(_whole(0)), Field(json_schema_extra={"minimum": 0})]
Text = Annotated[str, BeforeValidator(_text)]
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Identifier = Annotated[str, BeforeValidator(_identifier)]
NumberOrName = Annotated[Literal | str, PlainValidator(_number_or_name), WithJsonSchema({"type": ["number", "string"]})]
"""A number, or the name of one of the ``values``."""

Formula = Annotated[Node, PlainValidator(_formula), WithJsonSchema({"type": ["string", "number"]})]
"""A formula in plain notation: ``(w - 2)^2``, ``sigmoid(w*x + b)``."""

"""The types of the fields that authors write, and the base that every kind's fields have in common."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError, core_schema

from deepcalc.errors import Fault, Location, ParseError
from deepcalc.fields.aliases import FieldAlias, add_aliases
from deepcalc.fields.constants import parse_constant
from deepcalc.notation.array_nodes import entries_as_items
from deepcalc.notation.names import LONGEST_NAME, is_identifier, is_name, long_form
from deepcalc.notation.nodes import Literal, Node, Times, nodes_in
from deepcalc.notation.parser import parse, parse_number, parse_relation
from deepcalc.notation.typed import NumberText
from deepcalc.records import record


class Fields(BaseModel):
    """What an author writes for one kind of problem; every field has a description.

    ``most_entries`` is how long a list or mapping in a problem of the kind may be. ``other_names`` are further names
    of fields, as frameworks, papers or other kinds have them.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        protected_namespaces=(),
        defer_build=True,
        json_schema_extra=lambda schema, model: model.amend_schema(schema),
    )

    most_entries: ClassVar[int] = 1000
    other_names: ClassVar[Mapping[str, FieldAlias]] = {}

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        """Other names of fields, as they are meant in these data."""
        return cls.other_names

    @classmethod
    def amend_schema(cls, schema: dict[str, Any]) -> None:
        """Add to the JSON Schema what the fields' types do not say: their other names."""
        add_aliases(schema, cls.other_names)

    @classmethod
    def own_data(cls, data: Any, location: Location) -> tuple[Any, Location]:
        """The data in which the fields stand, and where: the data themselves, but where a key is around them."""
        return data, location

    def model_post_init(self, context: Any) -> None:
        """A field that is given as nothing, ``candidate:``, is not given."""
        fields = type(self).model_fields
        nothing = [name for name in self.model_fields_set if getattr(self, name) is None]
        self.model_fields_set.difference_update(name for name in nothing if fields[name].default is None)

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the fields taken together; each fault has the location of the field it concerns."""
        yield from ()

    def asked_for(self) -> frozenset[str]:
        """The names that parts ask for, or that figures are expected of."""
        return frozenset()


def wrong(message: str, position: int | None = None) -> PydanticCustomError:
    """An error of one field; ``position`` is the offset in its text."""
    context = {"message": message} if position is None else {"message": message, "position": position}
    return PydanticCustomError("deepcalc", "{message}", context)


def by_standard_names(values: Mapping[str, Any], standard: Mapping[str, str], at: Location = ()) -> dict[str, Any]:
    """The values by their names in ``standard``, which has their other names; raises where two have the same one.

    ``at`` is where the values stand in what is validated.
    """
    given: dict[str, str] = {}
    for name in values:
        first = given.setdefault(standard.get(name, name), name)
        if first != name:
            other, known = (first, name) if standard.get(name, name) == name else (name, first)
            error = wrong(f"`{other}` is another name of `{known}`, which is given too")
            details = InitErrorDetails(type=error, loc=(*at, other), input=values[other])
            raise ValidationError.from_exception_data("names", [details])
    return {name: values[own] for name, own in given.items()}


def described(value: Any) -> str:
    """What an author finds there, for an error message."""
    if isinstance(value, NumberText):
        return f"the number {value[:40]}"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return repr(value if len(str(value)) <= 40 else f"{str(value)[:37]}...")


def as_number(value: Any, expected: str = "a number") -> Literal:
    if isinstance(value, Literal):
        return value
    if isinstance(value, NumberText):
        try:
            return parse_number(value)
        except ParseError as error:
            raise wrong(error.message) from None
    if isinstance(value, str) and (constant := parse_constant(value)) is not None:
        return constant
    if isinstance(value, str) and value.lstrip("+-.").lower() in _NOT_FINITE:
        raise wrong(f"expected a finite number, found {value}")
    raise wrong(f"expected {expected}, found {described(value)}")


@record
class _OrIts:
    """An annotation of fields of which one may stand for all: text, or a number, or a list, is read as that one."""

    field: str
    types: tuple[type, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: {self.field: value} if isinstance(value, self.types) else value, handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        alone = ["string", "number", *(["array"] if list in self.types else [])]
        return {"anyOf": [{"type": alone}, handler(schema)]}


def or_its(field: str, *, lists: bool = False) -> _OrIts:
    """Fields of which one says the most may be given as that one alone: ``loss: mse`` for ``{function: mse}``.

    With ``lists`` that one may also be a list: ``pool: [2, 1]``.
    """
    return _OrIts(field, (str, list) if lists else (str,))


_NOT_FINITE = frozenset({"nan", "inf", "infinity"})


def within(low: int | None, high: int | None, low_included: bool, high_included: bool) -> Callable[[Any], Literal]:
    bounds = []
    if low is not None:
        bounds.append(f"at least {low}" if low_included else f"above {low}")
    if high is not None:
        bounds.append(f"at most {high}" if high_included else f"below {high}")

    def check(value: Any) -> Literal:
        number = as_number(value)
        too_low = low is not None and (number.value < low or (number.value == low and not low_included))
        too_high = high is not None and (number.value > high or (number.value == high and not high_included))
        if too_low or too_high:
            raise wrong(f"expected a number {' and '.join(bounds)}, found {number.text}")
        return number

    return check


MOST = 10**12
"""The largest whole number that a field takes."""

MOST_WRITTEN_OUT = 10_000
"""The largest number of things that are written out one by one."""


def whole(minimum: int, maximum: int = MOST) -> Callable[[Any], int]:
    """A check for whole numbers within bounds."""

    def check(value: Any) -> int:
        number = as_number(value)
        if not isinstance(number.value, Fraction) or number.value.denominator != 1:
            raise wrong(f"expected a whole number, found {number.text}")
        if number.value < minimum:
            raise wrong(f"expected a whole number from {minimum} up, found {number.text}")
        if number.value > maximum:
            raise wrong(f"expected at most {maximum:,}, found {number.text}")
        return int(number.value)

    return check


def _text_as_is(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(f"expected text, found {described(value)}")
    return value


def _text(value: Any) -> str:
    return "".join("\ufffd" if _is_control(character) else character for character in _text_as_is(value))


def _is_control(character: str) -> bool:
    """Control and bidirectional formatting characters, which could rewrite what a terminal or a page shows."""
    return character not in "\n\t" and (unicodedata.category(character) == "Cc" or character in _BIDIRECTIONAL)


_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not is_identifier(value):
        raise wrong(
            f"expected a name (a letter, then letters, digits and _, at most {LONGEST_NAME}), found {described(value)}"
        )
    return value


def number_or_name(value: Any) -> Any:
    """A number, or an identifier as it is."""
    named = isinstance(value, str) and not isinstance(value, NumberText)
    return _identifier(value) if named and is_identifier(value) else as_number(value, "a number or a name")


def as_formula(value: Any) -> Node:
    if not isinstance(value, str):
        raise wrong(f"expected a formula, found {described(value)}")
    try:
        formula = parse(value)
    except ParseError as error:
        raise wrong(error.message, error.position) from None
    if any(_factors(part) > MOST_FACTORS for part in nodes_in(formula) if isinstance(part, Times)):
        raise wrong(f"a product in a formula has at most {MOST_FACTORS} factors")
    return formula


def _relation(value: Any) -> Node:
    if not isinstance(value, str):
        raise wrong(f"expected a comparison such as p > 0, found {described(value)}")
    try:
        return parse_relation(value)
    except ParseError as error:
        raise wrong(error.message, error.position) from None


MOST_FACTORS = 100
"""Factors of a product: its derivative has as many terms, of as many factors each."""


def _factors(node: Node) -> int:
    return sum(map(_factors, node.args)) if isinstance(node, Times) else 1


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong(f"expected true or false, found {described(value)}")
    return value


_NUMBER_SCHEMA = {"type": ["number", "string"]}

Number = Annotated[Literal, PlainValidator(as_number), WithJsonSchema(_NUMBER_SCHEMA)]
"""A number, kept as it was typed."""

Positive = Annotated[
    Literal,
    PlainValidator(within(0, None, False, True)),
    WithJsonSchema({**_NUMBER_SCHEMA, "exclusiveMinimum": 0}),
]
NotNegative = Annotated[
    Literal, PlainValidator(within(0, None, True, True)), WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0})
]
Probability = Annotated[
    Literal,
    PlainValidator(within(0, 1, True, True)),
    WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0, "maximum": 1}),
]
Fraction01 = Annotated[
    Literal,
    PlainValidator(within(0, 1, True, False)),
    WithJsonSchema({**_NUMBER_SCHEMA, "minimum": 0, "exclusiveMaximum": 1}),
]
"""From 0 up to, but not, 1: a decay rate, a drop rate."""
ShareKept = Annotated[
    Literal,
    PlainValidator(within(0, 1, False, True)),
    WithJsonSchema({**_NUMBER_SCHEMA, "exclusiveMinimum": 0, "maximum": 1}),
]
"""Above 0, up to 1: the probability that something is kept."""

Count = Annotated[int, BeforeValidator(whole(1)), Field(json_schema_extra={"minimum": 1})]
ZeroOrOne = Annotated[int, BeforeValidator(whole(0, 1)), Field(json_schema_extra={"minimum": 0, "maximum": 1})]
Whole = Annotated[int, BeforeValidator(whole(0)), Field(json_schema_extra={"minimum": 0})]
SmallCount = Annotated[
    int,
    BeforeValidator(whole(1, MOST_WRITTEN_OUT)),
    Field(json_schema_extra={"minimum": 1, "maximum": MOST_WRITTEN_OUT}),
]
"""How many of something that is written out one by one: units of a layer, say."""

Text = Annotated[str, BeforeValidator(_text)]
TextAsIs = Annotated[str, BeforeValidator(_text_as_is)]
"""Text whose control characters are not replaced, but judged by whoever takes it."""

Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Identifier = Annotated[str, BeforeValidator(_identifier)]
NumberOrName = Annotated[Literal | str, PlainValidator(number_or_name), WithJsonSchema({"type": ["number", "string"]})]
"""A number, or the name of one of the ``values``."""

Relation = Annotated[Node, PlainValidator(_relation), WithJsonSchema({"type": "string"})]
"""A comparison of expressions."""

Formula = Annotated[Node, PlainValidator(as_formula), WithJsonSchema({"type": ["string", "number"]})]
"""A formula in plain notation: ``(w - 2)^2``, ``sigmoid(w*x + b)``."""

ArrayFormula = Annotated[Formula, AfterValidator(entries_as_items)]
"""A formula in which entries of arrays may go by their names: ``2*{Z.1.2}``."""


def _quantity_name(value: Any) -> str:
    if not isinstance(value, str) or not is_name(long_form(value)):
        raise wrong(f"expected the name of a quantity such as h1, dL/dw21 or w21+, found {described(value)}")
    return value


QuantityName = Annotated[str, PlainValidator(_quantity_name), WithJsonSchema({"type": "string"})]


class StepFields(Fields):
    """The author's last word on one step of the derivation; numbers and marks are untouched by it."""

    note: Text | None = Field(None, description="a note beside the step, in place of the generated one")
    hide: Flag = Field(False, description="leave the step out of the sheet")
    text: Text | None = Field(None, description="a sentence in place of the step's lines (Markdown with $math$)")

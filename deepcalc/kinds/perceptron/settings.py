"""Single settings of a perceptron: a sample, weights, what it gives at the net input 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.types import Fields, Identifier, Number, as_number, wrong
from deepcalc.notation.nodes import Literal


def plus_or_minus_one(value: Any) -> Literal:
    """1 or -1."""
    number = as_number(value)
    if number.value not in (1, -1):
        raise wrong(f"expected 1 or -1, found {number.text}")
    return number


def _value_at_zero(value: Any) -> int:
    number = as_number(value)
    if number.value not in (1, 0, -1):
        raise wrong(f"expected 1, 0 or -1, found {number.text}")
    return int(number.value)


AtZero = Annotated[int, PlainValidator(_value_at_zero), WithJsonSchema({"enum": [1, 0, -1]})]

SampleInputs = Annotated[
    Annotated[list[Number], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, Number], Field(min_length=1), Tag("named")],
    Discriminator(lambda value: "named" if isinstance(value, dict) else "several"),
]

Weights = Annotated[
    Annotated[list[Number], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, Number], Field(min_length=1), Tag("named")],
    Discriminator(lambda value: "named" if isinstance(value, dict) else "several"),
]

Points = Annotated[
    Annotated[list[Number], Tag("single")] | Annotated[list[list[Number]], Tag("several")],
    Discriminator(lambda value: "single" if isinstance(value, list) and value[:1] and not isinstance(value[0], list)
                  else "several"),
]  # fmt: skip


class SampleFields(Fields):
    """One sample, as those of a network are written."""

    inputs: SampleInputs = Field(description="its inputs: a list, [0, 1], or by name, {x1: 0, x2: 1}")
    target: Number | None = Field(
        None, description="its target, also `targets`; only without learning may it be missing"
    )

    other_names: ClassVar[Mapping[str, FieldAlias]] = {"targets": "target"}

    @property
    def numbers(self) -> list[Literal]:
        return list(self.inputs.values()) if isinstance(self.inputs, dict) else self.inputs

"""What a layer takes up, as it is given: the inputs, layers, units by their names or numbers, constant inputs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from deepcalc.fields.types import Number, as_number, described, wrong
from deepcalc.notation.names import is_identifier
from deepcalc.records import record

INPUTS = "inputs"
"""What the inputs are called among the senders of a layer."""


@record
class UnitsOf:
    """Units of a layer, or of the inputs, by their numbers, counted from 1."""

    of: str
    units: tuple[int, ...]


Sender = str | tuple[str, ...] | dict[str, Number] | UnitsOf
"""The inputs, a layer, a unit; units by their names or numbers; or constant inputs with their values."""


def _sender(value: Any) -> Sender:
    if isinstance(value, str) and is_identifier(value):
        return value
    if isinstance(value, list) and value and all(isinstance(each, str) and is_identifier(each) for each in value):
        return tuple(value)
    if isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), list):
        ((name, numbers),) = value.items()
        if isinstance(name, str) and is_identifier(name):
            return UnitsOf(name, _units(numbers))
    if isinstance(value, dict) and value and all(isinstance(name, str) and is_identifier(name) for name in value):
        return {name: as_number(number) for name, number in value.items()}
    wanted = "inputs, the name of a layer or a unit, a list of units, {layer1: [1, 2]}, or constants such as {x0: 1}"
    raise wrong(f"expected {wanted}, found {described(value)}")


def _units(values: list[Any]) -> tuple[int, ...]:
    """The numbers of units, each once."""
    found = []
    for value in values:
        number = as_number(value, "the number of a unit, from 1")
        if number.value < 1 or number.value != int(number.value):
            raise wrong(f"expected the number of a unit, from 1, found {number.text}")
        if int(number.value) in found:
            raise wrong(f"expected each unit once, found {number.text} twice")
        found.append(int(number.value))
    if not found:
        raise wrong("expected the numbers of units, {layer1: [1, 2]}, found an empty list")
    return tuple(found)


def _senders(value: Any) -> list[Sender]:
    return [_sender(each) for each in value] if isinstance(value, list) and value else [_sender(value)]


Senders = Annotated[list[Any], PlainValidator(_senders), WithJsonSchema({"type": ["string", "array", "object"]})]

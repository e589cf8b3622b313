"""Names by which authors call fields and rows of a table: as they stand there, in any usual way of writing, or others.

Case, underscores, hyphens and spaces do not matter, nor does the library before a row's name: ``MeanSquaredError`` and
``keras.losses.MeanSquaredError`` are ``mean_squared_error``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic import BeforeValidator

from deepcalc.notation.names import called, plain_form

FieldAlias = str | tuple[str, ...]
"""The field that another name stands for, ``clip.norm`` one in the mapping of a field; or several as a list."""


def add_aliases(schema: dict[str, Any], *aliases: Mapping[str, FieldAlias]) -> None:
    """Add other names of fields to a JSON Schema; what is needed may then have any of its names."""
    properties = schema["properties"]
    names: dict[str, list[str]] = {}
    for alias, target in (pair for each in aliases for pair in each.items()):
        fields = [target] if isinstance(target, str) else list(target)
        if alias not in properties and all(field.partition(".")[0] in properties for field in fields):
            said = " and ".join(f"`{field}`" for field in fields)
            properties[alias] = {"description": f"another name of {said}"}
            names.setdefault(fields[0], [fields[0]]).append(alias)
    needed = [field for field in schema.get("required", ()) if field in names]
    if needed:
        schema["required"] = [field for field in schema["required"] if field not in needed]
        any_name = [{"anyOf": [{"required": [name]} for name in names[field]]} for field in needed]
        schema["allOf"] = [*schema.get("allOf", ()), *any_name]


def also_as(names: type[Enum], aliases: Mapping[str, str]) -> BeforeValidator:
    """Takes the names in any usual way of writing them, and the other names for them."""
    known = {plain_form(str(member.value)): str(member.value) for member in names}
    known |= {plain_form(alias): name for alias, name in aliases.items() if name in known.values()}

    def settle(value: object) -> object:
        return called(known, value) or value if isinstance(value, str) else value

    return BeforeValidator(settle)

"""The JSON Schema: it takes every shipped problem, and not a misspelt one."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from deepcalc.kinds import find_kinds
from deepcalc.notation.typed import NumberText
from deepcalc.problem.json_schema import json_schema
from deepcalc.problem.source import read_source
from tests.library import PATHS

KINDS = find_kinds()
EVERY = json_schema([KINDS[name] for name in KINDS])
OF_KIND = {name: json_schema([KINDS[name]]) for name in KINDS}
TEXTS = {name: path.read_bytes() for name, path in PATHS.items()}
TEMPLATES = {f"template of {name}": KINDS[name].template.encode() for name in KINDS}


def as_json(data: Any) -> Any:
    """The data with its numbers as numbers, as an editor reads them."""
    if isinstance(data, dict):
        return {key: as_json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_json(value) for value in data]
    if isinstance(data, NumberText):
        number = float(data)
        return int(number) if number.is_integer() else number
    return data


def errors(schema: dict[str, Any], data: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]


def test_the_schemas_are_schemas() -> None:
    for schema in (EVERY, *OF_KIND.values()):
        jsonschema.Draft202012Validator.check_schema(schema)
        json.dumps(schema)


@pytest.mark.parametrize("raw", [*TEXTS.values(), *TEMPLATES.values()], ids=[*TEXTS, *TEMPLATES])
def test_every_problem_is_taken_and_a_misspelt_one_is_not(raw: bytes) -> None:
    data = as_json(read_source("exam.yaml", raw).data)
    schema = OF_KIND[data["kind"]]
    assert errors(schema, data) == []
    assert errors(EVERY, data) == []
    assert errors(schema, {**data, "titel": "x"})
    assert errors(schema, {**data, "kind": "nothing"})
    assert errors(EVERY, {**data, "titel": "x"})


def test_every_field_is_described() -> None:
    for name, schema in OF_KIND.items():
        for model in schema["$defs"].values():
            for field, described in model.get("properties", {}).items():
                text = json.dumps(described)
                assert '"description"' in text, f"{name}: {field} has no description"

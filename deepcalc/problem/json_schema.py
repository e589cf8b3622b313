"""The JSON Schema of problem files, for editors that complete and check YAML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from deepcalc.kinds import Kind
from deepcalc.notation.nodes import Literal
from deepcalc.problem.loader import fields_model


class _Schema(GenerateJsonSchema):
    """Defaults that are numbers as typed are written as JSON numbers."""

    def encode_default(self, default: Any) -> Any:
        return float(default.text) if isinstance(default, Literal) else super().encode_default(default)


def json_schema(kinds: Sequence[Kind]) -> dict[str, Any]:
    """The schema of a problem of one of the kinds (draft 2020-12)."""
    models = [fields_model(kind) for kind in kinds]
    references, definitions = models_json_schema([(model, "validation") for model in models], schema_generator=_Schema)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deepcalc problem",
        **definitions,
    }
    choices = []
    for kind, model in zip(kinds, models, strict=True):
        reference = references[model, "validation"]
        name = reference["$ref"].rsplit("/", 1)[-1]
        schema["$defs"][name]["properties"]["kind"] = {"const": kind.name, "description": kind.summary}
        choices.append(reference)
    schema.update(choices[0] if len(choices) == 1 else {"oneOf": choices})
    return schema

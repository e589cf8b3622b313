"""What pydantic finds wrong → faults in our words, with the location of the field in the data."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from deepcalc.errors import Fault, Location, did_you_mean
from deepcalc.notation.typed import NumberText


def faults_of(error: ValidationError, model: type[BaseModel], data: Any) -> list[tuple[Fault, bool, int]]:
    """Each fault, whether it concerns the key at its location (else the value), and the offset in its text."""
    found = []
    for detail in error.errors(include_url=False):
        kind = detail["type"]
        location, value = _located(detail["loc"], data)
        owners = _owners(model, detail["loc"][:-1])
        last = str(detail["loc"][-1]) if detail["loc"] else ""
        context = detail.get("ctx", {})
        if kind == "missing":
            found.append((Fault(location, f"missing `{last}`{_needs(owners, last)}"), True, 0))
        elif kind == "extra_forbidden":
            names = [name for owner in owners for name in owner.model_fields]
            known = did_you_mean(last, names) or f"; the fields here are {', '.join(names)}"
            found.append((Fault((*location[:-1], last), f"unknown field `{last[:60]}`{known}"), True, 0))
        elif last == "[key]":
            found.append((Fault(location, detail["msg"]), True, 0))
        else:
            found.append(
                (Fault(location, _message(kind, context, value, detail["msg"])), False, context.get("position", 0))
            )
    return found


def _message(kind: str, context: dict[str, Any], value: Any, fallback: str) -> str:
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        text = str(value)
        known = did_you_mean(text, choices) if isinstance(value, str) else ""
        return f"expected {' or '.join(choices)}, found {_shown(value)}{known}"
    expected = {
        "list_type": "a list",
        "tuple_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping of fields",
        "model_attributes_type": "a mapping of fields",
        "too_short": f"at least {context.get('min_length')} of them",
        "too_long": f"at most {context.get('max_length')} of them",
    }.get(kind)
    return f"expected {expected}, found {_shown(value)}" if expected else fallback


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None:
        return "nothing"
    if isinstance(value, NumberText):
        return f"the number {value[:40]}"
    return repr(value if len(str(value)) <= 40 else f"{str(value)[:37]}...")


def _located(path: Sequence[str | int], data: Any) -> tuple[Location, Any]:
    """The location in the data (pydantic's path holds the tags of unions too), and the value there."""
    location: list[str | int] = []
    for item in path:
        if (isinstance(data, dict) and item in data) or (
            isinstance(data, list) and isinstance(item, int) and item < len(data)
        ):
            data = data[item]
            location.append(item)
    return tuple(location), data


def _needs(owners: Iterable[type[BaseModel]], missing: str) -> str:
    for owner in owners:
        field = owner.model_fields.get(missing)
        if field is None:
            continue
        required = [name for name, known in owner.model_fields.items() if known.is_required() and name != "kind"]
        meaning = f" ({field.description})" if field.description else ""
        if len(required) < 2:
            return meaning
        return f"{meaning}; needed here are {', '.join(required[:-1])} and {required[-1]}"
    return ""


def _owners(model: type[BaseModel], path: Sequence[str | int]) -> list[type[BaseModel]]:
    """The models that the path may lead to; the tag of a union in the path selects among its members."""
    owners = [model]
    for item in path:
        tagged = [owner for owner in owners if getattr(owner, "tag", None) == item]
        fields = [owner.model_fields[item] for owner in owners if isinstance(item, str) and item in owner.model_fields]
        if fields:
            owners = [inner for field in fields for inner in _models_in(field.annotation)]
        elif tagged:
            owners = tagged
    return owners


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for argument in typing.get_args(annotation) for model in _models_in(argument)]

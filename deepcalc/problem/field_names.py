"""Fields by other names: ``lr`` is read as ``learning_rate``, wherever a model says so.

The names are settled in the data, before anything is checked, so that every error speaks of the field at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.errors import Fault, Location
from deepcalc.fields.types import Fields
from deepcalc.problem.faults import models_in
from deepcalc.problem.source import Source

Place = tuple[int, int]


def settle_field_names(source: Source, model: type[Any]) -> list[Fault]:
    """Give every field of the data its own name; what is given by two names is a fault."""
    return list(_settled(source, model, source.data, ()))


def own_name(model: type[Any], field: str, data: Any) -> str:
    """The field that a name stands for among those of a problem itself."""
    target = model.aliases_in(data if isinstance(data, dict) else {}).get(field, field)
    return target if isinstance(target, str) else field


def _settled(source: Source, model: type[Any], data: Any, location: Location) -> Iterator[Fault]:
    if not issubclass(model, Fields):
        return
    data, location = model.own_data(data, location)
    if not isinstance(data, dict):
        return
    aliases = model.aliases_in(data)
    for alias in [key for key in data if key in aliases and key not in model.model_fields]:
        target = aliases[alias]
        targets = (target,) if isinstance(target, str) else target
        given = [name for name in targets if name in data]
        if given:
            yield Fault((*location, alias), f"`{alias}` is another name of `{given[0]}`, which is given too")
        elif isinstance(target, str):
            _rename(source, data, location, alias, {target: (alias,)})
        elif isinstance(data[alias], list) and len(data[alias]) == len(targets):
            _rename(source, data, location, alias, {name: (alias, place) for place, name in enumerate(targets)})
    for name, info in model.model_fields.items():
        value = data.get(info.alias or name)
        items = enumerate(value) if isinstance(value, list) else [(None, value)] if isinstance(value, dict) else []
        for place, item in items:
            for inner in models_in(info.annotation):
                at = (*location, info.alias or name) if place is None else (*location, info.alias or name, place)
                yield from _settled(source, inner, item, at)


def _rename(source: Source, data: dict[str, Any], at: Location, alias: str, parts: dict[str, Location]) -> None:
    """Put the parts of a value, each found at its place, under names of their own; where they stand goes with them."""
    renamed: dict[str, Any] = {}
    for key, value in data.items():
        if key != alias:
            renamed[key] = value
            continue
        for name, path in parts.items():
            renamed[name] = value[path[1]] if len(path) > 1 else value
    data.clear()
    data.update(renamed)
    for name, path in parts.items():
        old, new = (*at, *path), (*at, name)
        for marks in (source.values, source.keys):
            for location in [each for each in marks if each[: len(old)] == old]:
                marks[(*new, *location[len(old) :])] = marks[location]
        source.keys.setdefault(new, source.keys[*at, alias])
    for marks in (source.values, source.keys):
        for location in [each for each in marks if each[: len(at) + 1] == (*at, alias)]:
            del marks[location]

"""Fields by other names: ``lr`` is read as ``learning_rate``, wherever a model says so.

The names are settled in the data, before anything is checked, so that every error speaks of the field at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.errors import Fault, Location
from deepcalc.fields.types import Fields
from deepcalc.problem.faults import models_in, named_models_in
from deepcalc.problem.source import Source

Place = tuple[int, int]


def settle_field_names(source: Source, model: type[Any]) -> list[Fault]:
    """Give every field of the data its own name; what is given by two names is a fault."""
    return list(_settled(source, model, source.data, ()))


def own_name(model: type[Any], field: str, data: Any) -> str:
    """The field that a name stands for among those of a problem: ``lr``, ``optimizer.lr``, ``lr`` of its optimizer."""
    given = data if isinstance(data, dict) else {}
    head, _, rest = field.partition(".")
    target = model.aliases_in(given).get(head, head)
    own = target if isinstance(target, str) else head
    if not rest:
        further = [] if own != head or own in model.model_fields else list(_aliased_within(model, head, given))
        return further[0] if len(further) == 1 else own
    value = given.get(own)
    for inner in _inner(model, own):
        name = own_name(inner, rest, value)
        if name.partition(".")[0] in inner.model_fields:
            return f"{own}.{name}"
    return field


def _aliased_within(model: type[Any], alias: str, data: dict[str, Any]) -> Iterator[str]:
    """The fields that an alias stands for in the mappings of a problem."""
    for name, value in data.items():
        for inner in _inner(model, name) if isinstance(value, dict) else ():
            target = inner.aliases_in(value).get(alias)
            if isinstance(target, str):
                yield f"{name}.{target}"


def names_within(model: type[Any], data: dict[str, Any]) -> Iterator[str]:
    """The fields of the mappings of a problem, by their paths."""
    for name, value in data.items():
        for inner in _inner(model, name) if isinstance(value, dict) else ():
            yield from (f"{name}.{field}" for field in inner.model_fields)


def has_field(model: type[Any], field: str, data: Any) -> bool:
    """Whether a field may be set where it is not given: one of the problem itself, or of a mapping that is given."""
    head, _, rest = field.partition(".")
    if not rest:
        return head in model.model_fields
    value = data.get(head) if isinstance(data, dict) else None
    return isinstance(value, dict) and any(has_field(inner, rest, value) for inner in _inner(model, head))


def _inner(model: type[Any], field: str) -> list[type[Any]]:
    """The models of which a field of a model is made."""
    info = model.model_fields.get(field)
    return [] if info is None else [each for each in models_in(info.annotation) if issubclass(each, Fields)]


def _settled(source: Source, model: type[Any], data: Any, location: Location) -> Iterator[Fault]:
    if not issubclass(model, Fields):
        return
    data, location = model.own_data(data, location)
    if not isinstance(data, dict):
        return
    aliases = model.aliases_in(data)
    for alias in [key for key in data if key in aliases]:
        target = aliases[alias]
        targets = (target.partition(".")[0],) if isinstance(target, str) else target
        given = [name for name in targets if name in data]
        if given:
            yield Fault((*location, alias), f"`{alias}` is another name of `{given[0]}`, which is given too")
        elif isinstance(target, str):
            _rename(source, data, location, alias, {targets[0]: (alias,)})
            _put_inside(source, data, location, *target.split("."))
        elif isinstance(data[alias], list) and len(data[alias]) == len(targets):
            _rename(source, data, location, alias, {name: (alias, place) for place, name in enumerate(targets)})
    for name, info in model.model_fields.items():
        own = info.alias or name
        for path, inner in _parts(info.annotation, data.get(own)):
            yield from _settled(source, inner, _at(data[own], path), (*location, own, *path))


def _parts(annotation: Any, value: Any) -> Iterator[tuple[Location, type[Any]]]:
    """Where in a value fields may stand, and the models that these are of: itself, its items, what a mapping names."""
    if isinstance(value, list):
        yield from (((place,), inner) for place in range(len(value)) for inner in models_in(annotation))
    elif isinstance(value, dict):
        by_name = list(named_models_in(annotation))
        if by_name:
            yield from (((key,), inner) for key in value for inner in by_name)
        else:
            yield from (((), inner) for inner in models_in(annotation))


def _at(value: Any, path: Location) -> Any:
    return value[path[0]] if path else value


def _put_inside(source: Source, data: dict[str, Any], at: Location, field: str, *path: str) -> None:
    """Make of a value a mapping that has it under a name; what stands in it is found there. Nothing stays nothing."""
    for name in path if data[field] is not None else ():
        data[field] = {name: data[field]}
        for marks in (source.values, source.keys):
            for location in [each for each in marks if each[: len(at) + 1] == (*at, field)]:
                marks[(*at, field, name, *location[len(at) + 1 :])] = marks[location]


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

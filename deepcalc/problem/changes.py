"""What if: fields of a problem set otherwise, by name, by dotted path, or by the name of a layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.errors import InvalidProblem, Location, Place, UsageError, did_you_mean
from deepcalc.problem.field_names import has_field, names_within
from deepcalc.problem.source import Source, read_source


def change(source: Source, field: str, value: str, model: type[Any]) -> None:
    """Set a field of the data: by its dotted path, by a name that occurs once, or by a layer (``conv2.padding``).

    A layer is an item of a list that has its sort as its only key, ``{conv: {…}}``; its number counts those of its
    sort, and may be left out where there is one. A field of a layer, or of another mapping that the file has, may be
    one that it leaves to its default. ``UsageError`` where none or several are meant.
    """
    text = f"--set {field}={value}"
    paths = _meant(source, field, model)
    if not paths:
        names = [*(str(location[-1]) for location in source.keys), *model.model_fields]
        names += names_within(model, source.data) if "." in field else ()
        near = did_you_mean(field, names) or f"; the fields are {', '.join(map(str, source.data))}"
        raise UsageError(f"--set {field}: there is no such field{near}")
    if len(paths) > 1:
        choices = ", ".join(_shortest(source, path) for path in paths)
        raise UsageError(f"--set {field}: there are several such fields, {choices}; give the whole path")
    try:
        new = read_source("--set", f"value: {value}".encode()).data["value"]
    except InvalidProblem as error:
        raise UsageError(f"{text}: {error.faults[0].message}") from None
    owner: Any = source.data
    for item in paths[0][:-1]:
        owner = owner[item]
    owner[paths[0][-1]] = new
    start = len(text) - len(value)
    source.elsewhere[paths[0]] = Place("--set", 1, start - len("--set ") + 1, text.removeprefix("--set "))


def _meant(source: Source, field: str, model: type[Any]) -> Sequence[Location]:
    """The fields that a name may mean, under the first reading that any field fits."""
    known = [location for location in _standing(source) if location]
    prefix, _, inner = field.partition(".")
    readings = (
        [location for location in known if ".".join(map(str, location)) == field],
        [location for location in known if location[-1] == field],
        [tuple(field.split("."))] if has_field(model, field, source.data) else [],
        [(*layer, *inner.split(".")) for layer in _layers(source) if inner and prefix in _names(source, layer)],
    )
    return next((paths for paths in readings if paths), [])


def _standing(source: Source) -> list[Location]:
    """The places of the file without those inside what has been set otherwise."""
    replaced = source.elsewhere
    return [each for each in source.values if not any(each[:length] in replaced for length in range(len(each)))]


def _layers(source: Source) -> Iterator[Location]:
    """Where the layers stand: single mappings by the name of their sort, in a list."""
    for location in _standing(source):
        if len(location) > 1 and isinstance(location[-2], int) and isinstance(location[-1], str):
            owner: Any = source.data
            for item in location[:-1]:
                owner = owner[item]
            if len(owner) == 1 and isinstance(owner[location[-1]], dict):
                yield location


def _names(source: Source, layer: Location) -> tuple[str, ...]:
    """What a layer is called: its sort, its sort with its number among those of its sort, and the name that it has."""
    sort = str(layer[-1])
    fields: Any = source.data
    for item in layer:
        fields = fields[item]
    named = (str(fields["name"]),) if isinstance(fields.get("name"), str) else ()
    same = [other for other in _layers(source) if other[:-2] == layer[:-2] and other[-1] == sort]
    return (sort, f"{sort}{same.index(layer) + 1}", *named)


def _shortest(source: Source, path: Location) -> str:
    """The path by the name of its layer, where it lies in one."""
    for layer in _layers(source):
        if path[: len(layer)] == layer and len(path) > len(layer):
            return ".".join(map(str, (_names(source, layer)[1], *path[len(layer) :])))
    return ".".join(map(str, path))

"""How a course writes the fields of `recurrent`: weights and states by its own names, inputs as letters."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from pydantic import BeforeValidator

from deepcalc.errors import Location
from deepcalc.fields.types import by_standard_names
from deepcalc.rules.recurrent import Cell


def _standard(values: Any, own: Mapping[str, str], names: Container[str], at: Location) -> Any:
    """Weights or states by their standard names, where any of them goes by the course's own."""
    if not isinstance(values, dict) or not any(name in own and name not in names for name in values):
        return values
    return by_standard_names(values, own, at)


def in_standard_names(cell: Any, own: Mapping[str, str], names: Container[str], at: Location = ()) -> Any:
    """A cell, or the fields of a problem, with the weights and states of all its layers by their standard names."""
    if not isinstance(cell, dict):
        return cell
    found = {**cell}
    for field in ("weights", "initial"):
        if field in found:
            found[field] = _standard(found[field], own, names, (*at, field))
    if "backward" in found:
        found["backward"] = in_standard_names(found["backward"], own, names, (*at, "backward"))
    if isinstance(found.get("above"), list):
        layers = enumerate(found["above"])
        found["above"] = [in_standard_names(layer, own, names, (*at, "above", place)) for place, layer in layers]
    return found


def with_names_of(data: Any, cell: Cell | None) -> Any:
    """The fields of a problem with ``names`` for the weights that are given by another name that they have."""
    names = data.get("names") or {} if isinstance(data, dict) else None
    if cell is None or not isinstance(names, dict):
        return data
    own, otherwise = [*names.values()], cell.otherwise
    usual = {otherwise[name]: name for name in _weights_in(data) if name in otherwise and name not in own}
    return {**data, "names": {**usual, **names}} if usual else data


def _weights_in(cell: Any) -> Iterator[str]:
    """The names of the weights that are given, in all layers and directions."""
    if not isinstance(cell, dict):
        return
    if isinstance(cell.get("weights"), dict):
        yield from map(str, cell["weights"])
    yield from _weights_in(cell.get("backward"))
    for layer in cell["above"] if isinstance(cell.get("above"), list) else ():
        yield from _weights_in(layer)


def letters(letter: str) -> BeforeValidator:
    """Takes ``[x1, x2]`` for letters, which these are called anyway."""

    def settle(values: Any) -> Any:
        if not isinstance(values, list):
            return values
        return [
            None if each in (f"{letter}{step}", f"{letter}_{step}") else each
            for step, each in enumerate(values, start=1)
        ]

    return BeforeValidator(settle)

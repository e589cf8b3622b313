"""The weights and biases of a network as they are given: by sender, as matrices, by name or by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Location, did_you_mean
from deepcalc.kinds.network.made import MadeNames
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.structure import Parameter, Role
from deepcalc.notation.nodes import Literal

if TYPE_CHECKING:
    from deepcalc.kinds.network.layers import LayerFields

Cell = tuple[Any, Location]

_LETTERS = {Role.SCALE: "gamma", Role.SHIFT: "beta"}


@dataclass
class ParameterReader:
    """Reads them layer by layer; ``found`` are all, by name. ``before_dropout`` are outputs by what is left of them."""

    names: Namespace
    made: MadeNames
    before_dropout: dict[str, str] = field(default_factory=dict)
    found: dict[str, Parameter] = field(default_factory=dict)

    def weights(
        self, index: int, layer: LayerFields, senders: tuple[str, ...], units: int
    ) -> tuple[tuple[str, ...], ...]:
        """The names of a layer's weights, a row for each sender."""
        at: Location = ("layers", index, "weights")
        if isinstance(layer.weights, dict):
            rows = self._named_rows(layer.weights, senders, units, at)
        else:
            rows = self._matrix_rows(layer.weights, senders, units, (*at, "matrix"))
        return tuple(
            tuple(self._weight(entry, location, (index + 1, i, j)) for j, (entry, location) in enumerate(row, start=1))
            for i, row in enumerate(rows, start=1)
        )

    def biases(self, index: int, layer: LayerFields, units: int) -> tuple[str, ...] | None:
        """The names of a layer's biases."""
        if layer.biases is None:
            return None
        at: Location = ("layers", index, "biases")
        if len(layer.biases) != units:
            expected = f"expected {_count(units, 'bias', 'biases')}, one for each unit"
            self.names.fault(at, f"{expected}, found {len(layer.biases)}")
        return tuple(self._bias(entry, (*at, j), index + 1, j + 1) for j, entry in enumerate(layer.biases))

    def scales(self, entries: list[Any] | None, role: Role, index: int, units: int) -> tuple[str, ...] | None:
        """The names of the scales γ or the shifts β of a normalisation."""
        if entries is None:
            return None
        letter = _LETTERS[role]
        at: Location = ("layers", index, "norm", letter)
        if len(entries) != units:
            self.names.fault(at, f"expected {_count(units, role)}, one for each unit, found {len(entries)}")
        found = []
        for j, entry in enumerate(entries):
            made = self.made.unit(letter, index + 1, j + 1) if isinstance(entry, Literal) else ""
            found.append(self._parameter(entry, (*at, j), made, role))
        return tuple(found)

    def _named_rows(
        self, weights: dict[str, list[Any]], senders: tuple[str, ...], units: int, at: Location
    ) -> list[list[Cell]]:
        units_before = [self.before_dropout.get(sender, sender) for sender in senders]
        for name in weights:
            if name not in units_before:
                known = did_you_mean(name, units_before) or f"; the senders are {', '.join(units_before)}"
                self.names.fault((*at, name), f"`{name}` is no unit of the layer before{known}")
        rows = []
        for sender in units_before:
            row = weights.get(sender)
            if row is None:
                self.names.fault(at, f"the weights of `{sender}` are missing: one row for each sender")
                continue
            if len(row) != units:
                expected = f"expected {_count(units, 'weight')}, one for each receiver"
                self.names.fault((*at, sender), f"{expected}, found {len(row)}")
            rows.append([(entry, (*at, sender, j)) for j, entry in enumerate(row)])
        return rows

    def _matrix_rows(self, weights: Any, senders: tuple[str, ...], units: int, at: Location) -> list[list[Cell]]:
        matrix = weights.matrix
        owner = weights.rows or self._owner_of_rows(matrix, len(senders), units, at)
        if owner is None:
            return []
        by_senders = owner == "senders"
        height, width = (len(senders), units) if by_senders else (units, len(senders))
        shape = f"{_count(height, 'row')} (one for each of the {owner}) of {width}"
        if len(matrix) != height:
            self.names.fault(at, f"expected {shape}, found {len(matrix)} rows")
            return []
        for r, row in enumerate(matrix):
            if len(row) != width:
                self.names.fault((*at, r), f"expected {shape}, found a row of {len(row)}")
                return []
        cells = [[(entry, (*at, r, c)) for c, entry in enumerate(row)] for r, row in enumerate(matrix)]
        return cells if by_senders else [list(column) for column in zip(*cells, strict=True)]

    def _owner_of_rows(self, matrix: Sequence[Sequence[Any]], senders: int, units: int, at: Location) -> str | None:
        """What a row of a matrix belongs to, by its shape."""
        shape = (len(matrix), len(matrix[0]))
        fitting = [
            owner for owner, fits in (("senders", (senders, units)), ("receivers", (units, senders))) if shape == fits
        ]
        if len(fitting) == 1 or shape == (1, 1) == (senders, units):
            return fitting[0]
        if fitting:
            message = (
                "a square matrix says what a row belongs to: {rows: senders, matrix: [[…]]}, or {rows: receivers, …}"
            )
        else:
            message = (
                f"expected {senders} x {units} (a row for each sender) or {units} x {senders} (a row for each "
                f"receiver), found {shape[0]} x {shape[1]}"
            )
        self.names.fault(at, message)
        return None

    def _bias(self, entry: Any, location: Location, layer: int, unit: int) -> str:
        made = self.made.unit("b", layer, unit) if isinstance(entry, Literal) else ""
        return self._parameter(entry, location, made, Role.BIAS)

    def _weight(self, entry: Any, location: Location, numbers: tuple[int, int, int]) -> str:
        made = self.made.weight(*numbers) if isinstance(entry, Literal) else ""
        return self._parameter(entry, location, made, Role.WEIGHT)

    def _parameter(self, entry: Any, location: Location, made: str, role: Role) -> str:
        if isinstance(entry, Literal):
            self.names.add(made, location)
            self.found[made] = Parameter(made, entry, location, role)
            return made
        name = str(entry)
        if name in self.names.units:
            self.names.used.add(name)
            self.names.fault(location, f"`{name}` is the name of a unit, not of a {role}")
            return name
        value = self.names.value(name, location)
        if value is not None and name not in self.found:
            self.found[name] = Parameter(name, value, ("values", name), role)
        return name


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"

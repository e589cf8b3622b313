"""The values of arrays with rounded intermediate results carried on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from deepcalc.checking.rounded_ways import is_tie
from deepcalc.checking.ways import CARRIED
from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import Grid
from deepcalc.notation.rounding import NumberFormat, Rounding


class CarriedArrays:
    """The values of the ``names`` of one graph in each way of rounding, worked out together."""

    def __init__(self, graph: Graph, names: Sequence[str]) -> None:
        self._graph = graph
        self._names = names
        self._found: dict[NumberFormat, dict[str, Any]] = {}
        self._ties: dict[NumberFormat, bool] = {}

    def ways(self, name: str) -> Iterator[tuple[NumberFormat, Any]]:
        """The ways of rounding what a quantity is made of, and what it comes to, where it has a value.

        Rounding ties to even is one of its own only where there are some.
        """
        for digits in CARRIED:
            if not digits.half_even or self._has_ties(replace(digits, half_even=False)):
                value = self.value(name, digits)
                if value is not None:
                    yield digits, value

    def value(self, name: str, digits: NumberFormat) -> Any:
        """The value of a quantity where what it is made of is rounded; None where it has none."""
        values = self._values(digits)
        if name not in values:
            try:
                values[name] = self._worked_out([name], digits)[name]
            except MathError:
                values[name] = None
        return values[name]

    def _values(self, digits: NumberFormat) -> dict[str, Any]:
        if digits not in self._found:
            self._found[digits] = {}
            with suppress(MathError):
                self._found[digits] = self._worked_out(self._names, digits)
        return self._found[digits]

    def _worked_out(self, names: Sequence[str], digits: NumberFormat) -> dict[str, Any]:
        return dict(evaluate(self._graph, names, rounding=Rounding(digits, carry_rounded=True)).computed)

    def _has_ties(self, digits: NumberFormat) -> bool:
        """Whether something lies in the middle, so that rounding it to even makes a difference; so if it is unknown."""
        if digits not in self._ties:
            values = self._values(digits)
            entries = (entry for each in values.values() for entry in _entries(each))
            is_known = all(values.get(name) is not None for name in self._names)
            self._ties[digits] = not is_known or any(is_tie(to_fraction(entry), digits) for entry in entries)
        return self._ties[digits]


def _entries(value: Any) -> Sequence[Any]:
    return value.entries if isinstance(value, Grid) else () if value is None else (value,)

"""Many changes of one graph at once, in the float domain: a place of an axis for each of them.

A change leaves all but a few formulas as they are, so most of the work is the same for every change; here each formula
is worked out once, on arrays. NumPy is imported only where there is much to do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from deepcalc.checking.consequences import Changed
from deepcalc.graph.floats import CompiledFormula, Writer
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Node

Floats = NDArray[numpy.float64]


class _Values(Changed):
    """Arrays of the quantities that a change reaches; all others are numbers, as they were before."""

    def at(self, index: int) -> _At:
        return _At(self, index)


class _At(dict[str, float]):
    """The numbers after one of the changes."""

    def __init__(self, values: _Values, index: int) -> None:
        super().__init__()
        self._values, self._index = values, index

    def __missing__(self, name: str) -> float:
        value = self._values[name]
        return float(value[self._index]) if name in self._values else value


class ManyChanges:
    """The values of one graph after changes, each worked out for all of them together."""

    def __init__(self, graph: Graph, compiled: Callable[[Any], CompiledFormula]) -> None:
        """``compiled`` gives the program of a formula for single floats."""
        self._graph = graph
        self._compiled = compiled
        self._formulas: dict[int, tuple[Any, CompiledFormula]] = {}

    def values(
        self,
        steps: Iterable[str],
        changes: Sequence[Mapping[str, Any]],
        before: Mapping[str, float],
        replaced: Mapping[str, object],
    ) -> Mapping[str, Floats]:
        """The values of the ``steps``, in definition order, after each change of formulas; NaN where there is none.

        What a change does not reach keeps its value, so that nothing is decided otherwise because floats are not exact.
        ``before`` are the values without a change, in which the ``replaced`` ones are not ours.
        """
        sites: dict[str, list[int]] = {}
        for index, formulas in enumerate(changes):
            for name in formulas:
                sites.setdefault(name, []).append(index)
        values = _Values(before)
        reached: dict[str, NDArray[numpy.bool_]] = {}
        with numpy.errstate(all="ignore"):
            for name in steps:
                behind = [used for used in self._graph.uses(name) if used in reached]
                if name in sites or behind:
                    is_reached = numpy.zeros(len(changes), dtype=bool)
                    is_reached[sites.get(name, [])] = True
                    for used in behind:
                        is_reached |= reached[used]
                    found = numpy.where(is_reached, self._after_all(name, changes, values, replaced), before[name])
                    for index in sites.get(name, ()):
                        found[index] = self._alone(changes[index][name], values.at(index))
                    values[name], reached[name] = found, is_reached
        for name in steps:
            if name not in values:
                values[name] = numpy.full(len(changes), before[name])
        return values

    def _after_all(
        self, name: str, changes: Sequence[Mapping[str, Any]], values: _Values, replaced: Mapping[str, object]
    ) -> Floats:
        """A quantity by its own formula: by its stable form, where no change is passed by."""
        form = self._graph.evaluated_form(name, replaced)
        found = self._of(form, values, len(changes))
        if form is self._graph[name].stable:
            plain = self._of(self._graph[name].definition, values, len(changes))
            for index, formulas in enumerate(changes):
                if self._graph.evaluated_form(name, formulas) is not form:
                    found[index] = plain[index]
        return found

    def _of(self, form: Node, values: _Values, count: int) -> Floats:
        if id(form) not in self._formulas:
            self._formulas[id(form)] = (form, CompiledFormula(form, Writer(numpy)))
        return numpy.array(numpy.broadcast_to(self._formulas[id(form)][1].value(values), count), dtype=float)

    def _alone(self, form: Node, values: Mapping[str, float]) -> float:
        try:
            return float(self._compiled(form).value(values))
        except (OverflowError, ValueError):
            return math.nan

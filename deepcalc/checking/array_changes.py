"""What a change of formulas makes of an array, in the float domain: quick, to see which are worth a closer look.

What the float domain cannot work out is unknown, so that nothing is lost but time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from deepcalc.errors import DeepcalcError
from deepcalc.graph.array_floats import ArrayWriter, floats_of
from deepcalc.graph.floats import Formula, Scalars, Writer
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point
from deepcalc.notation.nodes import Node

_CLOSE = 1e-6
MOST_POINTS = 64
"""At so many points the values are kept."""


class ArrayChanges:
    """The values of one graph's quantities near a point, when some formulas are changed."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._formulas: dict[int, tuple[Any, Formula | None]] = {}
        self._points: dict[int, tuple[Point, dict[str, Any]]] = {}
        self._changed: dict[tuple[int, int, frozenset[str]], tuple[Mapping[str, Any], dict[str, Any]]] = {}
        self._ways: dict[str, Sequence[str]] = {}

    def could_be(
        self, name: str, formulas: Mapping[str, Node], point: Point, given: Any, slack: Any, fixed: frozenset[str]
    ) -> bool:
        """Whether a quantity may be what is given, up to the ``slack`` of each entry, after the change.

        The ``fixed`` quantities stay as they are at the point.
        """
        found = self._value(name, formulas, point, fixed)
        if found is None:
            return True
        wanted, allowed = floats_of(given), floats_of(slack)
        if numpy.shape(found) != numpy.shape(wanted):
            return True
        reach = allowed * (1 + _CLOSE) + _CLOSE * numpy.maximum(numpy.abs(wanted), numpy.abs(found))
        with numpy.errstate(all="ignore"):
            return not bool(numpy.any(numpy.abs(found - wanted) > reach + _CLOSE * _CLOSE))

    def number(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> float:
        """The value of a number after the change; NaN where it is unknown."""
        found = self._value(name, formulas, point, fixed)
        return math.nan if found is None else float(found)

    def _value(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> Any:
        """The value after a change, None where it is unknown; what the change has reached is kept for others."""
        graph, known = self._graph, self._floats(point)
        key = (id(formulas), id(point), fixed)
        if key not in self._changed:
            self._changed[key] = (formulas, {})
        changed = self._changed[key][1]
        for each in self._steps(name):
            if each in changed or each in fixed:
                continue
            if each in formulas or any(used in changed for used in graph.uses(each)):
                form = formulas[each] if each in formulas else graph.evaluated_form(each, formulas)
                compiled = self._compiled(form)
                if compiled is None:
                    return None
                try:
                    with numpy.errstate(all="ignore"):
                        changed[each] = compiled.value(_Values(changed, known, point))
                except (DeepcalcError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                    return None
        return changed.get(name)

    def _steps(self, name: str) -> Sequence[str]:
        """The computed quantities on the way to one, in the order of the work."""
        if name not in self._ways:
            made = (each for each in self._graph.ancestors([name]) if self._graph[each].given is None)
            self._ways[name] = tuple(made)
        return self._ways[name]

    def _floats(self, point: Point) -> dict[str, Any]:
        if id(point) not in self._points:
            if len(self._points) >= MOST_POINTS:
                self._points.clear()
                self._changed.clear()
            self._points[id(point)] = (point, {})
        return self._points[id(point)][1]

    def _compiled(self, form: Node) -> Formula | None:
        """The program of a formula; None where the float domain has no rule for it."""
        if id(form) not in self._formulas:
            arrays = self._graph.has_arrays
            try:
                made = Formula(form, ArrayWriter(numpy, self._graph) if arrays else Writer(Scalars))
            except (DeepcalcError, KeyError, TypeError, ValueError):
                made = None
            self._formulas[id(form)] = (form, made)
        return self._formulas[id(form)][1]


class _Values(dict[str, Any]):
    """The changed values, and those of a point where nothing has changed."""

    def __init__(self, changed: dict[str, Any], known: dict[str, Any], point: Point) -> None:
        super().__init__(changed)
        self._known, self._point = known, point

    def __missing__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = floats_of(self._point.values[name])
        return self._known[name]

"""What a change of formulas makes of an array, in the float domain: quick, to see which are worth a closer look.

What the float domain cannot work out is unknown, so that nothing is lost but time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from deepcalc.errors import DeepcalcError
from deepcalc.graph.array_floats import ArrayWriter, floats_of
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import CompiledFormula, Scalars, Writer
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point
from deepcalc.notation.nodes import Node, names_in

_CLOSE = 1e-6
_SAME = 1e-12
MOST_POINTS = 64
"""At so many points the values are kept."""


class Near:
    """What is given, an array or a number, and how far each entry of it may be off; in floats."""

    def __init__(self, given: Any, slack: Any) -> None:
        self._wanted, allowed = numpy.asarray(floats_of(given)), numpy.asarray(floats_of(slack))
        self._reach = allowed * (1 + _CLOSE) + _CLOSE * (numpy.abs(self._wanted) + _CLOSE)
        self._first = [float(each.flat[0]) for each in (self._wanted, self._reach)] if allowed.size else []
        self._can_tell = bool(numpy.isfinite(self._wanted).all())

    def may_be(self, found: Any) -> bool:
        """Whether a value may be that, as far as floats can tell: what is undefined is not.

        None of another shape can be told, nor what is beyond all floats.
        """
        found = numpy.asarray(found)
        if found.shape != self._wanted.shape or not self._can_tell:
            return True
        if self._first:
            wanted, reach = self._first
            if not abs(float(found.flat[0]) - wanted) <= reach:
                return False
        with numpy.errstate(all="ignore"):
            return bool((numpy.abs(found - self._wanted) <= self._reach).all())


class ArrayChanges:
    """The values of one graph's quantities near a point, when some formulas are changed."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._formulas: dict[int, tuple[Any, CompiledFormula | None]] = {}
        self._points: dict[int, tuple[Point, dict[str, Any]]] = {}
        self._changed: dict[tuple[int, int, frozenset[str]], tuple[Mapping[str, Any], _Changed]] = {}
        self._routes: dict[tuple[str, int], tuple[Mapping[str, Node], Sequence[str]]] = {}

    @staticmethod
    def near(given: Any, slack: Any) -> Near:
        """What values after a change are compared with, up to the ``slack`` of each entry."""
        return Near(given, slack)

    def reach(self, name: str, formulas: Mapping[str, Node]) -> int:
        """How many quantities are to be worked out anew on the way to one after the change."""
        return len(self._route(name, formulas))

    def could_be(
        self, name: str, formulas: Mapping[str, Node], point: Point, near: Near, fixed: frozenset[str]
    ) -> bool:
        """Whether a quantity may be near to what is given after the change.

        The ``fixed`` quantities stay as they are at the point.
        """
        undefined = self._after(formulas, point, fixed).undefined
        if undefined and not undefined.isdisjoint(self._graph.ancestors([name], stop=fixed)):
            return False
        found = self.value(name, formulas, point, fixed)
        return found is None or near.may_be(found)

    def note_undefined(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> None:
        """Keep in mind that a quantity has no value after the change, nor has what is made of it."""
        self._after(formulas, point, fixed).undefined.add(name)

    def leaves(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> bool:
        """Whether a quantity certainly has the same value after the change as before it."""
        found = self.value(name, formulas, point, fixed)
        if found is None:
            return False
        before = floats_of(point.values[name])
        size = numpy.maximum(numpy.abs(before), 1)
        return numpy.shape(found) == numpy.shape(before) and bool(numpy.all(numpy.abs(found - before) <= _SAME * size))

    def value(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> Any:
        """The value after a change, None where it is unknown; what the change has reached is kept for others."""
        graph, changed = self._graph, self._after(formulas, point, fixed)
        try:
            with numpy.errstate(all="ignore"):
                for each in self._route(name, formulas):
                    if each in changed or each in fixed:
                        continue
                    if each in formulas or any(used in changed for used in graph.uses(each)):
                        form = formulas[each] if each in formulas else graph.evaluated_form(each, formulas)
                        changed[each] = self._compiled(form).value(changed)
        except (DeepcalcError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return None
        return changed.get(name)

    def _after(self, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> _Changed:
        """What a change has reached so far."""
        known, key = self._floats(point), (id(formulas), id(point), fixed)
        if key not in self._changed:
            self._changed[key] = (formulas, _Changed(known, point))
        return self._changed[key][1]

    def _route(self, name: str, formulas: Mapping[str, Node]) -> Sequence[str]:
        """What is made of the changed quantities on the way to another one, in the order of the work."""
        key = (name, id(formulas))
        if key not in self._routes:
            reached = {*formulas}
            behind = self._graph.ancestors([name, *names_in(*formulas.values())])
            made = [each for each in behind if self._graph[each].given is None]
            for each in made:
                if not reached.isdisjoint(self._graph.uses(each)):
                    reached.add(each)
            self._routes[key] = (formulas, tuple(each for each in made if each in reached))
        return self._routes[key][1]

    def _floats(self, point: Point) -> dict[str, Any]:
        if id(point) not in self._points:
            if len(self._points) >= MOST_POINTS:
                self._points.clear()
                self._changed.clear()
            self._points[id(point)] = (point, {})
        return self._points[id(point)][1]

    def _compiled(self, form: Node) -> CompiledFormula:
        """The program of a formula; ``DeepcalcError`` where the float domain has no rule for it."""
        if id(form) not in self._formulas:
            arrays = self._graph.has_arrays
            try:
                made = CompiledFormula(form, ArrayWriter(numpy, self._graph) if arrays else Writer(Scalars))
            except (DeepcalcError, KeyError, TypeError, ValueError):
                made = None
            self._formulas[id(form)] = (form, made)
        compiled = self._formulas[id(form)][1]
        if compiled is None:
            raise DeepcalcError("no rule of the float domain")
        return compiled


class _Changed(dict[str, Any]):
    """The changed values; those of a point stand for all others, in floats that are ``known`` once they are needed.

    What is ``undefined`` was found to have no value.
    """

    def __init__(self, known: dict[str, Any], point: Point) -> None:
        super().__init__()
        self._known, self._point = known, point
        self.undefined: set[str] = set()

    def __missing__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = floats_of(self._before(name))
        return self._known[name]

    def _before(self, name: str) -> Any:
        """The value at the point; of what it does not know, the one that follows from what it does."""
        graph, values = self._point.graph, self._point.values
        return evaluate(graph, [name], values).values[name] if name in graph and name not in values else values[name]

"""What a change of some formulas leads to: the values of what is made of them, all else being as it is."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deepcalc.errors import MathError, ValueOutOfReach
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.floats import Program
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.notation.nodes import ZERO, Value, names_in
from deepcalc.notation.rounding import Rounding

Values = Mapping[str, Value]
Formulas = Mapping[str, Any]

NOTHING: Mapping[str, Any] = {}

MOST_PROGRAMS = 2_000
"""For so many changes and sets of earlier answers what follows is kept compiled."""


class Consequences:
    """The values of a graph under changes, in one way of carrying intermediate results on.

    ``values`` are those that are known without a change; others are worked out when they are needed. Only what a
    change reaches is evaluated again, and of that only what leads to the quantity that is asked for.
    """

    def __init__(self, graph: Graph, values: Values = NOTHING, rounding: Rounding | None = None) -> None:
        self._graph = graph
        self._rounding = rounding if rounding is not None and rounding.carry_rounded else None
        self._values: dict[str, Value] = dict(values)
        self._results: dict[str, Value] = {}
        self._reached: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._routes: dict[tuple[str, frozenset[str], frozenset[str]], tuple[str, ...]] = {}
        self._made_of: dict[str, tuple[str, ...]] = {}
        self._programs: dict[tuple[str, str, frozenset[str]], Program] = {}

    def value(self, name: str) -> Value | None:
        """The value of a quantity without any change, before it is rounded; None where it has none."""
        if name not in self._results:
            try:
                evaluation = evaluate(self._graph, [name], rounding=self._rounding)
            except MathError:
                return None
            self._values.update(evaluation.values)
            self._results.update(evaluation.computed)
        return self._results[name]

    def leads_to(self, name: str, formulas: Formulas, overrides: Iterable[str] = ()) -> bool:
        """Whether the quantity is made of one with a changed formula, by a way that no override blocks."""
        key = (name, frozenset(overrides))
        if key not in self._reached:
            self._reached[key] = frozenset(self._graph.ancestors([name], stop=key[1])) - key[1]
        return not self._reached[key].isdisjoint(formulas)

    def after(self, name: str, formulas: Formulas, overrides: Values = NOTHING) -> Mapping[str, Value] | None:
        """All values as they are when the formulas are changed and the overrides stand in place of ours.

        None where the quantity has no value then. Its own value is the one before it is rounded.
        """
        replaced = {*overrides, *formulas}
        changed: dict[str, Value] = dict(overrides)
        try:
            route = self._route(name, formulas, overrides)
            values = ChainMap(changed, self._values)
            for each in route:
                if each in overrides:
                    continue
                form = formulas.get(each)
                if form is None:
                    if all(used not in changed for used in self._uses(each)):
                        continue
                    form = self._graph.evaluated_form(each, replaced)
                value = value_of(form, values)
                changed[each] = value if self._rounding is None or each == name else self._carried(each, value)
        except (MathError, ValueOutOfReach):
            return None
        return values

    def of_one(
        self, name: str, changed: str, formulas: Sequence[Any], overrides: Values = NOTHING
    ) -> Iterator[float | None]:
        """What a quantity comes to with each of the formulas in place of another's own: floats, None for no value."""
        values = self._put_in(names_in(*formulas), overrides)
        after = None if changed == name else self._after_one(name, changed, frozenset(overrides))
        own = {} if after is None else {each: float(overrides[each]) for each in overrides.keys() & after.inputs}
        for formula in formulas:
            try:
                value = float(value_of(formula, values))
            except (MathError, ValueOutOfReach, OverflowError):
                yield None
                continue
            if after is not None:
                value = float(after.run({**own, changed: value})[name]) if changed in after.inputs else math.nan
            yield value if math.isfinite(value) else None

    def _put_in(self, names: Sequence[str], overrides: Values) -> Values:
        """The values of names, given the overrides."""
        if overrides:
            return evaluate(self._graph, names, overrides, self._rounding).values
        missing = [each for each in names if each not in self._values]
        if missing:
            self._values.update(evaluate(self._graph, missing, rounding=self._rounding).values)
        return self._values

    def _after_one(self, name: str, changed: str, overrides: frozenset[str]) -> Program:
        key = (name, changed, overrides)
        if key not in self._programs:
            if len(self._programs) >= MOST_PROGRAMS:
                self._programs.clear()
            self._programs[key] = self.compiled(name, NOTHING, overrides | {changed})
        return self._programs[key]

    def compiled(self, name: str, formulas: Formulas, overrides: Iterable[str]) -> Program:
        """The same in floats, for many values of the overrides: those that matter are the program's inputs."""
        graph = self._graph
        used = [each for formula in formulas.values() for each in names_in(formula)]
        small = Graph()
        for each in graph.ancestors([name, *used], stop=overrides):
            if each in overrides:
                small.add(Quantity(each, given=ZERO))
            elif each in formulas:
                small.add(Quantity(each, formulas[each]))
            else:
                form = graph.evaluated_form(each, {*overrides, *formulas})
                small.add(graph[each] if form is None else Quantity(each, form))
        return Program(small, [name])

    def _route(self, name: str, formulas: Formulas, overrides: Values) -> tuple[str, ...]:
        """What leads to a quantity, also by way of the changed formulas, in definition order and without givens."""
        used = frozenset(each for formula in formulas.values() for each in names_in(formula))
        key = (name, used.union(formulas), frozenset(overrides))
        if key not in self._routes:
            graph = self._graph
            route = graph.ancestors([name, *used], stop=overrides)
            missing = [each for each in route if each not in self._values]
            if missing:
                self._values.update(evaluate(graph, missing, rounding=self._rounding).values)
            self._routes[key] = tuple(each for each in route if graph[each].given is None)
        return self._routes[key]

    def _uses(self, name: str) -> tuple[str, ...]:
        if name not in self._made_of:
            stable = self._graph[name].stable
            behind = () if stable is None else names_in(stable)
            self._made_of[name] = (*self._graph.uses(name), *behind)
        return self._made_of[name]

    def _carried(self, name: str, value: Value) -> Value:
        assert self._rounding is not None
        return self._rounding.of(self._graph[name].group).carried(value)

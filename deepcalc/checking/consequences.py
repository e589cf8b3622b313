"""What a change of some formulas leads to: the values of what is made of them, all else being as it is."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from deepcalc.errors import MathError, ValueOutOfReach
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.floats import Formula
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Value, names_in
from deepcalc.notation.rounding import Rounding

Values = Mapping[str, Value]
Formulas = Mapping[str, Any]

NOTHING: Mapping[str, Any] = {}

MOST_FORMULAS = 20_000
"""So many formulas are kept compiled."""


class _Floats(dict[str, float]):
    """Exact values as floats, each taken over when it is first needed."""

    def __init__(self, exact: Values) -> None:
        super().__init__()
        self._exact = exact

    def __missing__(self, name: str) -> float:
        self[name] = float(self._exact[name])
        return self[name]


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
        self._floats = _Floats(self._values)
        self._formulas: dict[int, tuple[Any, Formula]] = {}

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
            used = names_in(*formulas.values())
            route = self._route(name, {*used, *formulas}, overrides)
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

    def in_floats(self, name: str, formulas: Formulas, overrides: Values = NOTHING) -> float | None:
        """The quantity's own value as it is then, in the float domain: quick, for many mistakes."""
        replaced = {*overrides, *formulas}
        used = [each for formula in formulas.values() for each in self._compiled(formula).names]
        route = self._route(name, {*used, *formulas}, overrides)
        changed = {each: float(value) for each, value in overrides.items()}
        values = ChainMap(changed, self._floats)
        for each in route:
            if each in overrides:
                continue
            form = formulas.get(each)
            if form is None:
                if all(used not in changed for used in self._uses(each)):
                    continue
                form = self._graph.evaluated_form(each, replaced)
            try:
                value = self._compiled(form).value(values)
                changed[each] = value if self._rounding is None or each == name else self._carried_float(each, value)
            except (OverflowError, ValueError):
                return None
        found = values[name]
        return found if math.isfinite(found) else None

    def _compiled(self, form: Any) -> Formula:
        if id(form) not in self._formulas:
            if len(self._formulas) >= MOST_FORMULAS:
                self._formulas.clear()
            self._formulas[id(form)] = (form, Formula(form))
        return self._formulas[id(form)][1]

    def _carried_float(self, name: str, value: float) -> float:
        if not math.isfinite(value):
            raise ValueError(name)
        assert self._rounding is not None
        digits = self._rounding.of(self._graph[name].group)
        shown = (
            f"{value:.{digits.places}f}" if digits.places is not None else f"{value:.{(digits.significant or 1) - 1}e}"
        )
        rounded = float(shown)
        return rounded if rounded or not value else float(self._carried(name, Fraction(repr(value))))

    def _route(self, name: str, also: Collection[str], overrides: Values) -> tuple[str, ...]:
        """What leads to a quantity, also by way of others, in definition order and without givens."""
        key = (name, frozenset(also), frozenset(overrides))
        if key not in self._routes:
            graph = self._graph
            route = graph.ancestors([name, *also], stop=overrides)
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

"""What a change of some formulas leads to: the values of what is made of them, all else being as it is."""

from __future__ import annotations

import math
import sys
from collections import ChainMap
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deepcalc.errors import MathError, ValueOutOfReach
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.floats import CompiledFormula
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Node, Value, names_in
from deepcalc.notation.rounding import Rounding

if TYPE_CHECKING:
    from deepcalc.checking.many_changes import ManyChanges

Values = Mapping[str, Value]
Formulas = Mapping[str, Any]

NOTHING: Mapping[str, Any] = {}

MOST_FORMULAS = 20_000
"""So many formulas are kept compiled."""

MANY, MANY_WITH_NUMPY = 3_000, 300
"""Formulas to be worked out, from which they are worked out all at once: importing NumPy for that takes its time."""


class _Floats(dict[str, float]):
    """Exact values as floats, each taken over when it is first needed."""

    def __init__(self, exact: Values) -> None:
        super().__init__()
        self._exact = exact

    def __missing__(self, name: str) -> float:
        self[name] = _as_float(self._exact[name])
        return self[name]


def _as_float(value: Value) -> float:
    """The nearest float; NaN for what is beyond all of them."""
    try:
        return float(value)
    except OverflowError:
        return math.nan


class Changed(dict[str, Any]):
    """Values that differ from those before, which stand for all others."""

    def __init__(self, before: Mapping[str, float]) -> None:
        super().__init__()
        self._before = before

    def __missing__(self, name: str) -> float:
        return self._before[name]


class _Started:
    """Values after some overrides, and what these have moved."""

    def __init__(self, before: Mapping[str, float]) -> None:
        self.values = Changed(before)
        self.overrides: dict[str, Value] = {}
        self.moved: set[str] = set()

    def holds_for(self, overrides: Values, behind: Container[str]) -> bool:
        """Whether nothing that a quantity is made of, ``behind`` it, was overridden otherwise."""
        kept = self.overrides.items()
        return all(overrides[each] == value if each in overrides else each not in behind for each, value in kept)

    def add(self, name: str, value: Value, followers: frozenset[str]) -> None:
        for each in followers & self.values.keys() - self.overrides.keys():
            del self.values[each]
        self.values[name] = _as_float(value)
        self.overrides[name] = value
        self.moved.update(followers)


class Consequences:
    """The values of a graph under changes, in one way of carrying intermediate results on.

    ``values`` are those that are known without a change; others are worked out when they are needed. Only what a
    change reaches is evaluated again, and of that only what leads to the quantity that is asked for.
    """

    def __init__(self, graph: Graph, values: Values = NOTHING, rounding: Rounding | None = None) -> None:
        self.worked_out = 0
        """How many values have been worked out after changes, exactly."""
        self._graph = graph
        self._rounding = rounding if rounding is not None and rounding.carry_rounded else None
        self._values: dict[str, Value] = dict(values)
        self._results: dict[str, Value] = {}
        self._reached: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._routes: dict[tuple[str, frozenset[str], frozenset[str]], tuple[str, ...]] = {}
        self._made_of: dict[str, tuple[str, ...]] = {}
        self._floats = _Floats(self._values)
        self._formulas: dict[int, tuple[Any, CompiledFormula]] = {}
        self._started = _Started(self._floats)
        self._many: ManyChanges | None = None
        self._followed: tuple[int, dict[str, list[str]], dict[str, frozenset[str]]] = (-1, {}, {})

    def value(self, name: str) -> Value | None:
        """The value of a quantity without any change, before it is rounded; None where it has none."""
        if self._rounding is None and name in self._values:
            return self._values[name]
        if name not in self._results:
            known = {each: value for each, value in self._values.items() if each != name}
            try:
                evaluation = evaluate(self._graph, [name], rounding=self._rounding, known=known)
            except MathError:
                return None
            self._values.update(evaluation.values)
            self._results[name] = evaluation.computed[name]
        return self._results[name]

    def leads_to(self, name: str, formulas: Formulas, overrides: Iterable[str] = ()) -> bool:
        """Whether the quantity is made of one with a changed formula, by a way that no override blocks."""
        return not (self._behind(name, overrides) - frozenset(overrides)).isdisjoint(formulas)

    def _behind(self, name: str, overrides: Iterable[str]) -> frozenset[str]:
        """What a quantity is made of, and itself, with the overrides at which the ways end."""
        key = (name, frozenset(overrides))
        if key not in self._reached:
            self._reached[key] = frozenset(self._graph.ancestors([name], stop=key[1]))
        return self._reached[key]

    def _leading(self, name: str, formulas: Formulas, overrides: Collection[str] = ()) -> Formulas:
        """Those of the changed formulas that a quantity is made of, also by what they use anew."""
        behind = self._behind(name, overrides)
        found = {each: form for each, form in formulas.items() if each in behind}
        if len(found) < len(formulas):
            anew = {used for form in found.values() for used in self._compiled(form).names if used not in behind}
            further = self._graph.ancestors(anew, stop=overrides) if anew else ()
            found.update((each, formulas[each]) for each in further if each in formulas)
        return found

    def after(self, name: str, formulas: Formulas, overrides: Values = NOTHING) -> Mapping[str, Value] | None:
        """All values as they are when the formulas are changed and the overrides stand in place of ours.

        None where the quantity has no value then. Its own value is the one before it is rounded.
        """
        return self._after(name, formulas, overrides, dict(overrides))

    def several_after(
        self, names: Iterable[str], formulas: Formulas, overrides: Values = NOTHING
    ) -> Iterator[Value | None]:
        """The quantities' own values as they are then, each None where it has none; what several need, once."""
        changed = dict(overrides)
        for name in names:
            if self._rounding is not None:  # the value of one that was asked for is not the one that is passed on
                changed = dict(overrides)
            values = self._after(name, formulas, overrides, changed)
            yield None if values is None else values[name]

    def _after(
        self, name: str, formulas: Formulas, overrides: Values, changed: dict[str, Value]
    ) -> Mapping[str, Value] | None:
        """All values after a change, as far as a quantity needs them; what has ``changed`` is known, and added to."""
        formulas = self._leading(name, formulas, overrides)
        replaced = self._replaced(overrides, formulas)
        try:
            used = names_in(*formulas.values())
            route = self._route(name, {*used, *formulas}, overrides)
            values = ChainMap(changed, self._values)
            for each in route:
                if each in changed:
                    continue
                form = formulas.get(each)
                if form is None:
                    if all(used not in changed for used in self._uses(each)):
                        continue
                    form = self._graph.evaluated_form(each, replaced)
                value = value_of(form, values)
                self.worked_out += 1
                changed[each] = value if self._rounding is None or each == name else self._carried(each, value)
        except (MathError, ValueOutOfReach):
            return None
        return values

    def in_floats(self, name: str, formulas: Formulas, overrides: Values = NOTHING) -> float | None:
        """The quantity's own value as it is then, in the float domain: quick. None where it has none."""
        formulas = self._leading(name, formulas, overrides)
        try:
            route = self._route(name, self._also([formulas]), overrides)
        except (MathError, ValueOutOfReach):
            return None
        values = Changed(self._start(name, route, overrides))
        reached = frozenset[str]().union(*map(self._followers, formulas))
        self._walk(name, values, (each for each in route if each in reached), formulas, overrides)
        if name not in reached and name in self._started.moved:
            self._walk(name, values, [name], formulas, overrides)
        found = values[name]
        return found if math.isfinite(found) else None

    def several_in_floats(self, names: Collection[str], formulas: Formulas) -> Mapping[str, float]:
        """The values of some quantities as they are then, in one walk; NaN for one without a value."""
        reached = frozenset[str]().union(*map(self._followers, formulas))
        values, found = Changed(self._floats), dict.fromkeys(names, math.nan)
        for name in names:
            leading = self._leading(name, formulas)
            with suppress(MathError, ValueOutOfReach):
                route = self._route(name, self._also([leading]), NOTHING)
                again = (each for each in route if each in reached and each not in values)
                self._walk(name, values, again, leading, NOTHING)
                found[name] = values[name]
        return found

    def _walk(self, name: str, values: Changed, route: Iterable[str], formulas: Formulas, overrides: Values) -> None:
        """Work out again what stands on the route, with the changed formulas."""
        replaced = self._replaced(overrides, formulas)
        for each in route:
            if each not in overrides:
                form = formulas[each] if each in formulas else self._graph.evaluated_form(each, replaced)
                values[each] = self._one_float(each, form, values, each == name)

    def each_in_floats(
        self, name: str, changes: Sequence[Formulas], overrides: Values = NOTHING
    ) -> Sequence[float | None]:
        """The quantity's own value after each of many changes; all at once where there is much to work out.

        What a single change makes use of may have no value as it is rounded here: None for that change alone.
        """
        changes = [self._leading(name, formulas, overrides) for formulas in changes]
        try:
            route = self._route(name, self._also(changes), overrides)
        except (MathError, ValueOutOfReach):
            return [self.in_floats(name, formulas, overrides) for formulas in changes]
        many = MANY_WITH_NUMPY if "numpy" in sys.modules else MANY
        if self._rounding is not None or len(changes) * len(route) < many:
            return [self.in_floats(name, formulas, overrides) for formulas in changes]
        from deepcalc.checking.many_changes import ManyChanges

        if self._many is None:
            self._many = ManyChanges(self._graph, self._compiled)
        steps = [each for each in route if each not in overrides]
        found = self._many.values(steps, changes, self._start(name, route, overrides), overrides)
        return [value if math.isfinite(value) else None for value in found[name]]

    def _also(self, changes: Iterable[Formulas]) -> set[str]:
        """The names that changed formulas use, and theirs."""
        used = {each for formulas in changes for form in formulas.values() for each in self._compiled(form).names}
        return used.union(*changes)

    def after_moves(self, name: str, overrides: Values, moves: Mapping[str, float]) -> Iterator[float]:
        """The quantity's own value in the float domain where one of the overrides is moved, for each of the moves."""
        route = self._route(name, (), overrides)
        start = self._start(name, route, overrides)
        for moved, value in moves.items():
            values, reached = Changed(start), self._followers(moved)
            values[moved] = value
            self._walk(name, values, (each for each in route if each in reached), NOTHING, overrides)
            yield values[name]

    def _start(self, name: str, route: Iterable[str], overrides: Values) -> Changed:
        """The values that changes for a quantity start from: ours, after the overrides; rounded, all but its own.

        They are kept as long as they hold: what follows from an override that comes in addition is worked out again.
        """
        if not self._started.holds_for(overrides, self._graph.behind(name)):
            self._started = _Started(self._floats)
        started = self._started
        for each in (each for each in overrides if each not in started.overrides):
            started.add(each, overrides[each], self._followers(each))
        values = started.values
        on_the_way = (each for each in route if each in started.moved and each not in values)
        itself = frozenset[str]() if self._rounding is None else frozenset([name])
        self._walk(name, values, (each for each in on_the_way if each not in itself), NOTHING, overrides)
        return values

    def _replaced(self, overrides: Iterable[str], formulas: Iterable[str] = ()) -> Container[str]:
        """What no stable form may pass by: whatever is changed, and all that is rounded when it is written down."""
        return {*overrides, *formulas} if self._rounding is None else self._graph

    def _one_float(self, name: str, form: Node, values: Mapping[str, float], is_last: bool) -> float:
        """One quantity's value, rounded as it is written down unless it is the last; NaN where it has none."""
        try:
            value = float(self._compiled(form).value(values))
            return value if self._rounding is None or is_last else self._carried_float(name, value)
        except (OverflowError, ValueError):
            return math.nan

    def _followers(self, name: str) -> frozenset[str]:
        """A quantity and all that are made of it."""
        if self._followed[0] != len(self._graph):
            direct: dict[str, list[str]] = {}
            for each in (quantity.name for quantity in self._graph if quantity.given is None):
                for used in self._uses(each):
                    direct.setdefault(used, []).append(each)
            self._followed = (len(self._graph), direct, {})
        _, direct, found = self._followed
        if name not in found:
            reached, stack = {name}, [name]
            while stack:
                further = [each for each in direct.get(stack.pop(), ()) if each not in reached]
                reached.update(further)
                stack.extend(further)
            found[name] = frozenset(reached)
        return found[name]

    def _compiled(self, form: Node) -> CompiledFormula:
        if id(form) not in self._formulas:
            if len(self._formulas) >= MOST_FORMULAS:
                self._formulas.clear()
            self._formulas[id(form)] = (form, CompiledFormula(form))
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
        behind = self._behind(name, overrides)
        key = (name, frozenset(each for each in also if each not in behind), frozenset(overrides))
        if key not in self._routes:
            graph = self._graph
            route = graph.ancestors([name, *key[1]], stop=overrides)
            missing = [each for each in route if each not in self._values]
            if missing:
                self._values.update(evaluate(graph, missing, rounding=self._rounding, known=self._values).values)
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

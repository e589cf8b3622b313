"""What is right: the values of a problem's quantities, in every way of computing them that an examiner accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from deepcalc.checking.rounded_ways import RoundedWays
from deepcalc.checking.ways import Values, Way, way
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.names import name_parts
from deepcalc.problem.problem import Problem
from deepcalc.rules.updates import SETTING_NAMES

_NEGLIGIBLE = Fraction(1, 1000)


class Truths:
    """The right values of the ``names`` of a problem; what is seldom needed is worked out when it is."""

    def __init__(self, problem: Problem, names: Sequence[str]) -> None:
        self.graph = problem.plan.graph
        self.names = tuple(names)
        self._sheet = problem.rounding
        self._epsilon = [
            name for name in (SETTING_NAMES["epsilon"],) if name in self.graph and self.graph[name].given is not None
        ]

    @cached_property
    def exact(self) -> Way:
        return way(self.graph, self.names)

    @cached_property
    def sheet(self) -> Way:
        """As the sheet has it: with rounded figures carried on where the author says so."""
        if not self._sheet.carry_rounded:
            return self.exact
        return way(self.graph, self.names, rounding=self._sheet)

    @cached_property
    def right(self) -> tuple[Way, ...]:
        """What is ``correct``: the sheet's values, the exact ones, and those with an optimizer's ε left out."""
        ways = [self.sheet] if self.sheet is self.exact else [self.sheet, self.exact]
        if self.without_epsilon:
            ways.append(way(self.graph, self.names, self.without_epsilon))
        return tuple(ways)

    @cached_property
    def carried(self) -> RoundedWays:
        """What is ``rounded``: the values with rounded intermediate results carried on."""
        return RoundedWays(self.graph, self._sheet, self.exact.values)

    @cached_property
    def without_epsilon(self) -> Values:
        """An optimizer's ε as 0; nothing where it has none, or one that is not small beside what it is added to."""
        left_out = dict.fromkeys(self._epsilon, Fraction(0))
        touched = [name for name in self.graph.names if left_out.keys() & set(self.graph.uses(name))]
        without, exact = way(self.graph, touched, left_out), way(self.graph, touched)
        for name in (each for each in touched if each in without.computed and each in exact.computed):
            before = value_before(self.graph, name)
            size = abs(exact.computed[name] - (0 if before is None else to_fraction(exact.values[before])))
            if abs(without.computed[name] - exact.computed[name]) > _NEGLIGIBLE * size:
                return {}
        return left_out


def value_before(graph: Graph, name: str) -> str | None:
    """The name of an updated parameter's value before the update (``w21`` for ``w21@1``); None for other quantities."""
    parts = name_parts(name)
    if parts is None or not parts.time or parts.components:
        return None
    earlier = (str(replace(parts, time=time)) for time in (parts.time - 1, None))
    return next((each for each in earlier if each in graph.uses(name)), None)

"""A course of many steps (a training, an optimizer): its figures as a table, a few of its steps derived."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Mapping

from deepcalc.graph.graph import Graph
from deepcalc.plan.plan import Trajectory
from deepcalc.records import record

LONGEST = 5
"""Steps that are all derived."""


@record
class Course:
    """Which steps of a trajectory the quantities of a part belong to, counted from 1; None for those of none.

    ``tabled`` are the quantities whose figures stand in the tables alone.
    """

    steps: Mapping[str, int | None]
    tabled: frozenset[str]
    graph: Graph

    @classmethod
    def of(cls, trajectory: Trajectory, graph: Graph, names: Iterable[str]) -> Course:
        place = {name: index for index, name in enumerate(graph.names)}
        ends = [place[name] for name in trajectory.ends]

        def step(name: str) -> int | None:
            at = bisect_left(ends, place[name]) + 1 if name in place else len(ends) + 1
            return at if at <= len(ends) else None

        return cls(
            {name: step(name) for name in names},
            frozenset(figures_of(trajectory)).difference(trajectory.examples),
            graph,
        )

    @property
    def is_long(self) -> bool:
        return len(self._numbers) > LONGEST

    @property
    def _numbers(self) -> set[int]:
        return {step for step in self.steps.values() if step is not None}

    def derived(self, asked: Collection[str]) -> list[str]:
        """What is derived: of the steps that are asked for what leads to the answers, the first one as an example.

        What stands in the table is not derived again, and nothing of the steps before. Where no step or too many are
        asked for, these are the first and the last.
        """
        numbers = {step for name in asked if (step := self.steps.get(name)) is not None}
        if 0 < len(numbers) <= LONGEST:
            names = [name for name in asked if name in self.steps]
            wanted = set(self.graph.ancestors(names, stop=self.tabled - set(names)))
            chosen = [name for name in self.steps if name in wanted and name not in self.tabled - set(names)]
            first = self._example() if len(numbers) == 1 and min(self._numbers) not in numbers else set()
            return [name for name in self.steps if name in first or (name in chosen and self._is_of(name, numbers))]
        numbers = {min(self._numbers), max(self._numbers)}
        return [name for name, step in self.steps.items() if step is None or step in numbers]

    def _is_of(self, name: str, numbers: Collection[int]) -> bool:
        step = self.steps[name]
        return step is None or step in numbers

    def _example(self) -> set[str]:
        """What belongs to the first step, where no earlier part has begun with it."""
        number = min(self._numbers)
        return {name for name, step in self.steps.items() if step == number} if number == 1 else set()


def figures_of(trajectory: Trajectory, needed: Container[str] | None = None) -> list[str]:
    """The quantities in the tables of a trajectory, or in those of their columns that have some ``needed`` one."""
    found: list[str] = []
    for table in trajectory.tables:
        for column in zip(*(row.cells for row in table.rows), strict=True):
            if needed is None or any(name in needed for name in column):
                found += [name for name in column if name is not None]
    return found

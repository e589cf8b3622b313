"""A course of many steps (a training, an optimizer): its figures as a table, a few of its steps derived."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping

from deepcalc.graph.graph import Graph
from deepcalc.plan.plan import Trajectory
from deepcalc.records import record

LONGEST = 5
"""Steps that are all derived."""


@record
class Course:
    """Which steps of a trajectory the quantities of a part belong to, counted from 1; None for those of none."""

    steps: Mapping[str, int | None]

    @classmethod
    def of(cls, trajectory: Trajectory, graph: Graph, names: Iterable[str]) -> Course:
        place = {name: index for index, name in enumerate(graph.names)}
        ends = [place[name] for name in trajectory.ends]

        def step(name: str) -> int | None:
            at = bisect_left(ends, place[name]) + 1 if name in place else len(ends) + 1
            return at if at <= len(ends) else None

        return cls({name: step(name) for name in names})

    @property
    def is_long(self) -> bool:
        return len(self._numbers) > LONGEST

    @property
    def _numbers(self) -> set[int]:
        return {step for step in self.steps.values() if step is not None}

    def derived(self, asked: Collection[str]) -> list[str]:
        """What is derived: what belongs to no step, and the steps that are asked for, or the first and the last."""
        numbers = {step for name in asked if (step := self.steps.get(name)) is not None}
        if not 1 < len(numbers) <= LONGEST:
            numbers = {min(self._numbers), max(self._numbers)}
        return [name for name, step in self.steps.items() if step is None or step in numbers]

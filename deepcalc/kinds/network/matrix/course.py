"""The course of a training: batch by batch or all samples at once, and where it stops."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds.network.fields import OptimizerFields
from deepcalc.kinds.network.matrix.batches import Stage, updates_of
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.passes import Passes
from deepcalc.kinds.network.matrix.wiring import Batch, MatrixWiring
from deepcalc.kinds.network.until import add_stop, criterion_at, is_met
from deepcalc.notation.names import gradient


def gradient_stage(optimizer: OptimizerFields, step: int, batch: Batch | None) -> Stage:
    """Where, and over which samples, the gradients of an update are taken."""
    point = optimizer.rule.point
    if point is None:
        return Stage(step - 1, batch)
    return Stage(step, batch, point.head, f"at the {point.meaning} of update", moves_parameters=True)


class Course:
    """Adds the updates of a training, with the passes that each goes by, to a graph that has what is given."""

    def __init__(self, wiring: MatrixWiring, graph: Graph, passes: Passes, optimizer: OptimizerFields) -> None:
        self._wiring = wiring
        self._graph = graph
        self._passes = passes
        self._optimizer = optimizer
        self._updates_of = updates_of(wiring)
        self.steps = len(self._updates_of)

    def gradient_of(self, name: str, step: int) -> str:
        """The name of the gradient by a parameter that an update goes by."""
        stage = gradient_stage(self._optimizer, step, self._updates_of[step - 1][1])
        return gradient(stage.name(str(self._wiring.objective)), stage.parameter(name))

    def run(self, updates: Updates, first: Pass) -> None:
        """All updates, up to the end of an epoch at which the criterion holds; ``first`` is the pass before them."""
        until, criteria, before = self._optimizer.until, [], first
        for step, batch, ends_epoch in self._updates_of:
            stage = gradient_stage(self._optimizer, step, batch)
            updates.look_ahead(step)
            own = before if stage == before.stage else self._passes.add(stage)
            self._passes.add_back(own)
            updates.add(step)
            if (ends_epoch or step == self.steps) and not self._wiring.is_from_upstream:
                before = self._passes.add(Stage(step))
            if ends_epoch and until is not None:
                criteria.append(criterion_at(self._graph, until, step, str(self._wiring.loss_name)))
                if is_met(self._graph, criteria[-1]):
                    self.steps = step
                    break
        if criteria:
            add_stop(self._graph, criteria, self._optimizer.epochs or len(criteria))

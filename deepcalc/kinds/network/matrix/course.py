"""The course of a training: batch by batch or all samples at once, what is evaluated on the way, where it stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.errors import listed
from deepcalc.graph.quantities import Prose
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._changes import changes
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import OptimizerFields
from deepcalc.kinds.network.matrix.batches import Stage, updates_of
from deepcalc.kinds.network.matrix.bounding import settled
from deepcalc.kinds.network.matrix.evaluating import OF_NO_ALL, Evaluation
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.passes import Passes
from deepcalc.kinds.network.matrix.wiring import Batch
from deepcalc.kinds.network.stopping import STOPS, EarlyStop
from deepcalc.kinds.network.test_time import VALIDATION
from deepcalc.kinds.network.until import add_stop, criterion_at, is_met
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Relation
from deepcalc.plan import TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import PlotPlan, SeriesPlan

FEWEST_POINTS = 6
"""Of a learning curve, where training began among them."""


def gradient_stage(optimizer: OptimizerFields, step: int, batch: Batch | None) -> Stage:
    """Where, and over which samples, the gradients of an update are taken."""
    point = optimizer.rule.point
    if point is None:
        return Stage(step - 1, batch)
    return Stage(step, batch, point.head, f"at the {point.meaning} of update", moves_parameters=True)


class Course:
    """Adds the updates of a training, with the passes that each goes by, to a graph that has what is given.

    ``steps`` are the updates that there are, at most those before the training has run.
    """

    def __init__(
        self, passes: Passes, writer: ArrayWriter, optimizer: OptimizerFields, evaluations: Sequence[Evaluation]
    ) -> None:
        self._wiring = passes.wiring
        self._writer = writer
        self._graph = writer.graph
        self._passes = passes
        self._optimizer = optimizer
        self._evaluations = {each.prefix: each for each in evaluations}
        self._updates_of = updates_of(passes.wiring)
        self._updates = Updates(writer, optimizer, passes.wiring.trained, self._gradient_of, settled(passes.wiring))
        self._updates.add_givens()
        for evaluation in evaluations:
            evaluation.add_givens(writer)
        classify = passes.wiring.fields.classify
        self._stop = EarlyStop.of(optimizer, self._graph, None if classify is None else classify.accuracy)
        self._criteria: list[Relation] = []
        self._losses: list[str] = []
        self._ends: list[str] = []
        self.steps = len(self._updates_of)

    @property
    def _per_epoch(self) -> int:
        return len(self._wiring.batches)

    def _gradient_of(self, name: str, step: int) -> str:
        """The name of the gradient by a parameter that an update goes by."""
        stage = gradient_stage(self._optimizer, step, self._updates_of[step - 1][1])
        return gradient(stage.name(str(self._wiring.objective)), stage.parameter(name))

    def run(self, first: Pass) -> None:
        """All updates, up to the end of an epoch at which training stops; ``first`` is the pass before them."""
        before = first
        self._evaluate(0)
        for step, batch, ends_epoch in self._updates_of:
            stage = gradient_stage(self._optimizer, step, batch)
            self._updates.look_ahead(step)
            own = before if stage == before.stage else self._passes.add(stage)
            self._passes.add_back(own)
            self._updates.add(step)
            for quantity in changes(self._graph, self._wiring.fields, self._wiring.trained, step):
                self._writer.add_quantity(quantity)
            self._losses.append(own.at(str(self._wiring.loss_name)))
            self._ends.append(self._graph.names[-1])
            if ends_epoch or step == self.steps:
                before = self._after(step) or before
            if ends_epoch and self._is_over(step):
                self.steps = step
                break
        self._end()

    def _after(self, step: int) -> Pass | None:
        """The pass of all samples after an epoch, where it does not depend on the batches, and those at test time."""
        wiring = self._wiring
        found = None if wiring.batch_by_batch or wiring.is_from_upstream else self._passes.add(Stage(step))
        self._evaluate(step)
        return found

    def _evaluate(self, time: int) -> None:
        for evaluation in self._evaluations.values():
            self._passes.add_evaluation(evaluation, time)

    # ---- the end

    def _is_over(self, time: int) -> bool:
        """Whether the criterion holds, or the patience has run out, after so many updates."""
        until, epoch = self._optimizer.until, time // self._per_epoch
        if self._stop is not None:
            for quantity in self._stop.progress(epoch, self._judged_after(time)):
                self._graph.add(quantity)
            return self._stop.runs_out(self._graph, epoch)
        if until is None:
            return False
        self._criteria.append(criterion_at(self._graph, until, time, self._judged_by))
        return is_met(self._graph, self._criteria[-1])

    @property
    def _judged_by(self) -> str:
        """What a criterion is written in, in words."""
        if not self._wiring.batch_by_batch:
            return f"the loss is {self._wiring.loss_name}"
        written = listed(f'`until: "{{{each.loss(0)}}} < 0.1"`' for each in self._evaluations.values())
        return f"{OF_NO_ALL}: judge by that at test time, {written}, or take `early_stopping`"

    def _end(self) -> None:
        """The epoch after which training stops, and the parameters of the best one."""
        epochs = self._optimizer.epochs
        if self._criteria:
            add_stop(self._graph, self._criteria, epochs or len(self._criteria))
        if self._stop is not None:
            last, trained = self.steps // self._per_epoch, self._wiring.trained
            for quantity in self._stop.end(self._graph, trained, last, epochs or last, self._per_epoch):
                self._graph.add(quantity)

    def _loss_after(self, time: int) -> str:
        """The loss after an epoch by which it is judged: of the validation samples, else of all that are trained on."""
        judged = self._evaluations.get(VALIDATION)
        if judged is None and self._wiring.batch_by_batch:
            judged = next(iter(self._evaluations.values()))
        return timed(str(self._wiring.loss_name), time) if judged is None else judged.loss(time)

    def _judged_after(self, time: int) -> str:
        """What an early stopping judges after an epoch."""
        assert self._stop is not None
        return self._stop.judged(self._graph, self._loss_after, time)

    # ---- its figures

    def trajectory(self) -> Trajectory:
        """The loss that each update goes by, and that after each epoch."""
        steps = range(1, len(self._ends) + 1)
        columns: list[tuple[Prose, list[str | None]]] = [(("loss before",), [*self._losses])]
        if self._evaluations:
            after = [None if step % self._per_epoch else self._loss_after(step) for step in steps]
            columns.append(((Name(self._loss_after(0)),), after))
        rows = (TableRow((f"{step}",), tuple(names[step - 1] for _, names in columns)) for step in steps)
        tables = [TablePlan("The steps", (("Step",), *(heading for heading, _ in columns)), tuple(rows))]
        if self._stop is not None:
            epochs = self.steps // self._per_epoch
            tables.append(self._stop.table(epochs, lambda epoch: self._judged_after(epoch * self._per_epoch)))
        return Trajectory(tuple(tables), tuple(self._ends))

    def curve(self) -> Iterator[PlotPlan]:
        """The loss over the epochs; of short trainings none.

        That of validation samples stands beside it, with the epochs at which an early stopping ends and has its best.
        """
        times = range(0, self.steps + 1, self._per_epoch)
        if (len(times) < FEWEST_POINTS and self._stop is None) or self._wiring.is_from_upstream:
            return
        whole = str(self._wiring.loss_name)
        lines = [[self._loss_after(time) for time in times]]
        if VALIDATION in self._evaluations and whole in self._graph:
            lines.append([timed(whole, time) for time in times])
        series = [SeriesPlan((Name(names[0]),), tuple(enumerate(names))) for names in lines]
        over = "epoch" if self._per_epoch > 1 or self._stop is not None else "step"
        rules = () if self._stop is None else STOPS
        yield PlotPlan("The course of the training", (over,), (Name(whole),), tuple(series), rules)
        if self._stop is not None and self._stop.monitor is not None:
            epochs = range(1, self.steps // self._per_epoch + 1)
            yield self._stop.curve(epochs, lambda epoch: self._judged_after(epoch * self._per_epoch))

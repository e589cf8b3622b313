"""The course of a training: steps or epochs, batches in the order given, and where it stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle, islice

from deepcalc.graph.gradients import BACKWARD
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.evaluating import Evaluation
from deepcalc.kinds.network.layers import AVERAGES
from deepcalc.kinds.network.losses import LOSS
from deepcalc.kinds.network.steps import Stage, Training
from deepcalc.kinds.network.stopping import STOPS, EarlyStop
from deepcalc.kinds.network.structure import of_sample
from deepcalc.kinds.network.test_time import TEST, VALIDATION
from deepcalc.kinds.network.until import add_stop, criterion_at, is_met
from deepcalc.kinds.network.weighting import has_sample_weights, reduced
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient, gradient_parts, name_parts
from deepcalc.notation.nodes import Name, Node, Plus, Relation
from deepcalc.plan import TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import PlotPlan, SeriesPlan
from deepcalc.rules.penalties import PENALTIES

Batch = tuple[int, ...]

MOST_COLUMNS = 6
"""Figures of a step beside each other."""

FEWEST_POINTS = 6
"""Of a learning curve, where training began among them."""


class Course:
    """Adds the updates of a training to a graph that has the passes with the initial parameters."""

    def __init__(
        self,
        wiring: Wiring,
        graph: Graph,
        training: Training,
        of_batches: Mapping[Batch, Sequence[Quantity]],
        evaluations: Sequence[Evaluation],
    ) -> None:
        optimizer = wiring.fields.optimizer
        assert optimizer is not None
        assert wiring.loss_name is not None
        self._wiring = wiring
        self._graph = graph
        self._training = training
        self._optimizer = optimizer
        self._loss = wiring.loss_name
        self._of_batches = of_batches
        self._evaluations = {each.prefix: each for each in evaluations}
        self.losses: list[str] = []
        self.ends: list[str] = []
        self.aliases: dict[str, str] = {}
        self._several = wiring.fields.samples is not None
        self._batches = wiring.batches
        classify = wiring.fields.classify
        self._stop = EarlyStop.of(optimizer, graph, None if classify is None else classify.accuracy)

    def trajectory(self) -> Trajectory:
        """The loss that each update goes by and what the parameters come to, a few columns beside each other."""
        steps, per_epoch = range(1, len(self.ends) + 1), len(self._batches)
        columns: list[tuple[Prose, list[str | None]]] = [(("loss before",), [*self.losses])]
        columns += [((Name(name),), [timed(name, step) for step in steps]) for name in self._wiring.trained]
        if VALIDATION in self._evaluations:
            after = [None if step % per_epoch else self._loss_after(step) for step in steps]
            columns.append(((Name(self._loss_after(0)),), after))
        tables = []
        for start in range(0, len(columns), MOST_COLUMNS):
            beside = columns[start : start + MOST_COLUMNS]
            rows = (TableRow((f"{step}",), tuple(names[step - 1] for _, names in beside)) for step in steps)
            tables.append(TablePlan("The steps", (("Step",), *(heading for heading, _ in beside)), tuple(rows)))
        if self._stop is not None:
            epochs = len(self.ends) // per_epoch
            tables.append(self._stop.table(epochs, lambda epoch: self._judged_after(epoch * per_epoch)))
        around = [
            *self._of_samples("Before the first step", 0),
            *self._of_samples("After the last step", len(self.ends)),
        ]
        examples = [name for name in around[0].rows[0].cells if name is not None] if around else []
        return Trajectory((*tables, *around), tuple(self.ends), examples=tuple(examples))

    def _of_samples(self, title: str, time: int) -> Iterator[TablePlan]:
        """The outputs and losses of all samples after so many updates."""
        wiring = self._wiring
        if not self._several or not wiring.terms:
            return
        columns = [*wiring.outputs, str(wiring.loss_name)]
        stage = Stage(time, TEST if self._of_batches else "")
        rows = [
            TableRow((f"{number}",), tuple(stage.name(of_sample(name, number)) for name in columns))
            for number in range(1, len(wiring.samples) + 1)
        ]
        when = f"{title}, at test time" if self._of_batches else title
        yield TablePlan(when, (("Sample",), *((Name(name),) for name in columns)), tuple(rows))

    def curve(self) -> Iterator[PlotPlan]:
        """The loss over the steps, or over the epochs where each has several; of short trainings none.

        That of validation samples stands beside it, with the epochs at which an early stopping ends and has its best.
        """
        per_epoch, last = len(self._batches), len(self.ends)
        times = range(0, last + 1, per_epoch)
        if len(times) < FEWEST_POINTS and self._stop is None:
            return
        own = Stage(0, TEST if self._of_batches else "")
        named = [own.name(self._loss), *([self._loss_after(0)] if VALIDATION in self._evaluations else [])]
        series = [
            SeriesPlan((Name(name),), tuple((count, timed(name, time)) for count, time in enumerate(times)))
            for name in named
        ]
        over = "epoch" if per_epoch > 1 or self._stop is not None else "step"
        rules = () if self._stop is None else STOPS
        yield PlotPlan("The course of the training", (over,), (Name(self._loss),), tuple(series), rules)
        if self._stop is not None and self._stop.monitor is not None:
            epochs = range(1, last // per_epoch + 1)
            yield self._stop.curve(epochs, lambda epoch: self._judged_after(epoch * per_epoch))

    def run(self) -> int:
        """All updates, with the passes between them; how many there are.

        Of each the loss that it goes by and its last quantity are noted, in ``losses`` and ``ends``; in ``aliases`` the
        losses of batches that are a single sample's.
        """
        most = self._optimizer.updates(len(self._wiring.samples))
        for evaluation in self._evaluations.values():
            self._add_all(evaluation.givens())
        self._evaluate(0)
        for step, batch in enumerate(islice(cycle(self._batches), most), start=1):
            self._add_step(step, batch)
            if step % len(self._batches) == 0:
                if not self._of_batches and (len(self._batches) > 1 or self._training.stage(step).prefix):
                    self._training.repeat(Stage(step), is_forward)
                self._evaluate(step)
                if self._is_over(step):
                    most = step
                    break
        if not self._wiring.fields.given:
            self._at_the_end(most)
        if self._optimizer.until is not None:
            self._add_stop(most)
        if self._stop is not None:
            updates, epochs = len(self._batches), self._optimizer.epochs or 1
            self._add_all(self._stop.end(self._graph, self._wiring.trained, most // updates, epochs, updates))
        return most

    def _add_step(self, step: int, batch: Batch | None) -> None:
        """One update, after the passes by whose gradients it goes."""
        stage, label = self._training.stage(step), self._label(step, batch)
        self._training.look_ahead(step, label)
        own = None if batch is None else self._of_batches.get(batch)
        if stage.time:
            self._training.repeat(stage, partial(_is_of, batch if own is None else None), own)
        whole = str(self._wiring.objective)
        loss = whole if batch is None or own is not None else self._loss_from(batch, stage)
        self._training.add(step, loss, label)
        self.losses.append(stage.name(loss))
        self.ends.append(self._graph.names[-1])

    def _evaluate(self, time: int) -> None:
        """The passes at test time after so many updates, as far as they are not there yet."""
        for evaluation in self._evaluations.values():
            self._add_all(each for each in evaluation.passes(time) if each.name not in self._graph)

    def _add_all(self, quantities: Iterable[Quantity]) -> None:
        for quantity in quantities:
            self._graph.add(quantity)

    def _loss_after(self, time: int) -> str:
        """The loss after an epoch by which it is judged: of the validation samples, else of all that are trained on."""
        prefix = VALIDATION if VALIDATION in self._evaluations else TEST
        if prefix == VALIDATION or self._of_batches:
            return self._evaluations[prefix].name(self._loss, time)
        return timed(self._loss, time)

    def _judged_after(self, time: int) -> str:
        """What an early stopping judges after an epoch."""
        assert self._stop is not None
        return self._stop.judged(self._graph, self._loss_after, time)

    # ---- batches

    def _loss_from(self, batch: Batch, stage: Stage) -> str:
        """The name of a batch's loss, which is added with its gradients after the passes of its samples."""
        loss = self._add_loss_of(batch, stage)
        return loss if self._wiring.fields.penalty is None else self._add_penalty_to(loss, stage)

    def _add_loss_of(self, batch: Batch, stage: Stage) -> str:
        """The name of the batch's loss: that of its only sample, or one of its own, with its gradients."""
        if not self._several or (len(batch) == 1 and not has_sample_weights(self._wiring)):
            alone = of_sample(self._loss, batch[0] if self._several else None)
            if stage.name(of_batch(self._loss)) not in self._graph:
                self.aliases[stage.name(of_batch(self._loss))] = stage.name(alone)
            return alone
        name, note = of_batch(self._loss), (f"{self._wiring.fields.reduction.replace('_', ' ')} over the batch",)
        losses = [Name(stage.name(of_sample(self._loss, each))) for each in batch]
        own = Quantity(
            stage.name(name),
            reduced(self._wiring, losses, batch),
            section=stage.section(LOSS),
            group="losses",
            note=note,
        )
        self._graph.add(own)
        for parameter in self._wiring.trained:
            at = stage.name(parameter)
            each = [Name(gradient(loss.name, at)) for loss in losses]
            self._add_gradient(gradient(own.name, at), reduced(self._wiring, each, batch), parameter, stage, note)
        return name

    def _add_penalty_to(self, loss: str, stage: Stage) -> str:
        """The name of the batch's loss with the penalty, whose gradients are added."""
        fields = self._wiring.fields.penalty
        assert fields is not None
        row, name = PENALTIES[fields.function], of_batch(fields.total)
        for parameter in self._wiring.trained:
            at = stage.name(parameter)
            formula: Node = Name(gradient(stage.name(loss), at))
            if parameter in self._wiring.penalized:
                formula = Plus(formula, row.slope(Name(at), fields.scale))
            self._add_gradient(gradient(stage.name(name), at), formula, parameter, stage, ("with the penalty",))
        return name

    def _add_gradient(self, name: str, formula: Node, parameter: str, stage: Stage, note: tuple[str, ...]) -> None:
        origin, section = self._wiring.parameters[parameter].origin, stage.section(BACKWARD)
        self._graph.add(Quantity(name, formula, section=section, group="gradients", note=note, origin=origin))

    def _label(self, step: int, batch: Batch | None) -> str:
        """The epoch and the samples of an update, where there is more than one batch to tell apart."""
        if batch is None or not self._several:
            return ""
        epoch = (step - 1) // len(self._batches) + 1
        plural = "s" if len(batch) > 1 else ""
        return f" (epoch {epoch}, sample{plural} {', '.join(map(str, batch))})"

    def _at_the_end(self, time: int) -> None:
        """The passes with the last parameters: of batches forward alone, over all samples."""
        if not self._of_batches:
            self._training.repeat(Stage(time), _is_no_average if self._batches == [None] else is_forward)
        self._evaluate(time)

    # ---- the end

    def _is_over(self, time: int) -> bool:
        """Whether the criterion holds, or the patience has run out, after so many updates."""
        if not self._optimizer.may_stop:
            return False
        if not self._of_batches:
            self._training.repeat(Stage(time), is_forward)
        if self._stop is not None:
            epoch = time // len(self._batches)
            self._add_all(self._stop.progress(epoch, self._judged_after(time)))
            return self._stop.runs_out(self._graph, epoch)
        return is_met(self._graph, self._criterion(time))

    def _criterion(self, time: int) -> Relation:
        return criterion_at(self._graph, self._optimizer.until, time, f"the loss is {self._loss}")

    def _add_stop(self, last: int) -> None:
        per_epoch = len(self._batches)
        ends = range(per_epoch, last + 1, per_epoch)
        add_stop(self._graph, [self._criterion(time) for time in ends], self._optimizer.epochs or len(ends))


def of_batch(loss: str) -> str:
    """What the loss of a batch is called."""
    return f"{loss}_b"


def sample_of(name: str) -> int | None:
    """The sample whose quantity it is, or of whose loss it is the derivative."""
    parts = gradient_parts(name)
    if parts is not None:
        return sample_of(parts[0])
    own = name_parts(name)
    return None if own is None else own.sample


def _is_of(batch: Batch | None, quantity: Quantity) -> bool:
    return batch is None or sample_of(quantity.name) in batch


def _is_no_average(quantity: Quantity) -> bool:
    return quantity.group != AVERAGES


def is_forward(quantity: Quantity) -> bool:
    """Whether it is of a forward pass, which a training repeats where no step goes on from there."""
    is_backward = quantity.adjoint is not None or gradient_parts(quantity.name) is not None
    return _is_no_average(quantity) and not is_backward

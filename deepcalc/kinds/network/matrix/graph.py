"""The plan of a network in matrix notation: forward pass, loss, gradients and updates of whole matrices."""

from __future__ import annotations

from typing import Any

from deepcalc.graph.gradients import BACKWARD, Style, differentiate
from deepcalc.graph.graph import Letter, Quantity
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds._arrays import FORWARD, LOSS, WEIGHTS, ArrayWriter, as_array, givens
from deepcalc.kinds._losses import smoothed
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import ClassFields
from deepcalc.kinds.network.matrix.backward import add_penalized_gradients, add_penalty
from deepcalc.kinds.network.matrix.batches import SUFFIX, Batch, count_of, rows_of, updates_of
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.statement import Question
from deepcalc.kinds.network.matrix.weighting import COUNTED, OF_SAMPLES, is_weighted, weight_givens, weights_of
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.objective import penalty_forms, penalty_givens
from deepcalc.kinds.network.until import add_stop, criterion_at, is_met
from deepcalc.notation.array_nodes import Apply, Transpose
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Node, Relation, product
from deepcalc.notation.parser import parse_relation
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan
from deepcalc.plan.figures import GatesPlan
from deepcalc.plan.statement import given_as, joined

PREDICTION, TARGETS = "Prediction", "Targets"


def build(wiring: MatrixWiring) -> Plan:
    """The plan of a network problem in matrix notation."""
    return _Builder(wiring).plan()


class _Builder:
    def __init__(self, wiring: MatrixWiring) -> None:
        fields = wiring.fields
        self._fields = fields
        self._wiring = wiring
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._loss = wiring.loss_name
        self._objective = wiring.objective
        trains = fields.optimizer is not None and self._loss is not None and bool(wiring.trained)
        self._course = updates_of(wiring) if trains else []
        self._steps = len(self._course)
        self._batch: Batch | None = None

    def plan(self) -> Plan:
        self._add_givens()
        given = givens(self._graph)
        updates = self._updates()
        if updates is not None:
            updates.add_givens()
        self._add_pass(0)
        activations = (given_as(name, value) for name, value in self._fields.given.items())
        told = Question(self._wiring, self._graph, self._steps).told(joined((given, *activations), last=", "))
        last = self._objective or self._graph.names[-1]
        picture = GatesPlan("The network", tuple(self._graph.ancestors([last])), last)
        if not self._course or self._course[0][1] is None:
            self._add_gradients(0)
        if updates is not None:
            self._train(updates)
        return Plan(
            self._graph,
            Question(self._wiring, self._graph, self._steps).parts,
            told,
            figures=(picture,),
            symbols=Symbols(penalty_forms(self._fields.penalty), plus=self._steps == 1),
            assumed=self._assumed(),
        )

    def _train(self, updates: Updates) -> None:
        """All updates, with the passes between them, up to the end of an epoch at which the criterion holds."""
        optimizer, criteria = self._fields.optimizer, []
        for step, batch, ends_epoch in self._course:
            if batch is not None:
                self._add_batch(batch, step - 1)
            updates.add(step)
            is_last = step == self._steps
            if (ends_epoch or is_last) and not self._wiring.is_from_upstream:
                self._add_pass(step)
            if ends_epoch and optimizer is not None and optimizer.until is not None:
                criteria.append(criterion_at(self._graph, optimizer.until, step, str(self._loss)))
                if is_met(self._graph, criteria[-1]):
                    self._steps = step
                    break
            if batch is None and not is_last:
                self._add_gradients(step)
        if criteria and optimizer is not None:
            add_stop(self._graph, criteria, optimizer.epochs or len(criteria))

    def _assumed(self) -> tuple[Node, ...]:
        """Targets without values that are compared with a softmax are the classes' probabilities."""
        wiring, loss = self._wiring, self._wiring.loss
        fusion = None if loss is None else loss.fusion(wiring.layers[-1].activation)
        if fusion is None or not fusion.sums_to_one or not isinstance(self._fields.Y, Letter):
            return ()
        axis = wiring.class_axis
        return (parse_relation(f"sum({{{wiring.given_targets}}}{'' if axis is None else f', axis={axis}'}) = 1"),)

    def _updates(self) -> Updates | None:
        optimizer = self._fields.optimizer
        if optimizer is None or self._objective is None:
            return None
        objective = self._objective

        def gradient_of(name: str, step: int) -> str:
            of = objective if self._course[step - 1][1] is None else f"{objective}{SUFFIX}"
            return gradient(timed(of, step - 1), timed(name, step - 1))

        return Updates(self._writer, optimizer, self._wiring.trained, gradient_of)

    def _add_givens(self) -> None:
        fields, wiring, writer = self._fields, self._wiring, self._writer
        writer.given(wiring.inputs, fields.X, ("X",), "Samples")
        if fields.Y is not None:
            writer.given(wiring.given_targets, fields.Y, ("Y",), "Samples")
        for name, origin in wiring.parameters.items():
            writer.given(name, fields.weights[str(origin[-1])], origin, WEIGHTS)
        for name, (value, at) in wiring.settings.items():
            writer.given(name, value, at, "Constants")
        if fields.upstream is not None:
            by_output = gradient(str(wiring.loss_name), wiring.output)
            writer.given(by_output, as_array(fields.upstream), ("upstream",), "Gradient from behind")
        self._add_dropout_givens()
        if fields.loss is not None and wiring.loss is not None:
            for quantity in (*fields.loss.quantities(wiring.loss, ("loss",)), *weight_givens(wiring)):
                writer.add_quantity(quantity)
            self._add_targets()
        for quantity in penalty_givens(fields.penalty):
            writer.add_quantity(quantity)

    def _add_dropout_givens(self) -> None:
        for index, layer in enumerate(self._wiring.layers):
            if layer.dropout is not None:
                at = ("layers", index, "dropout")
                self._writer.given(layer.dropout.rate, layer.dropout.fields.rate, (*at, "rate"), "Dropout")
                if layer.dropout.fields.mask is not None:
                    self._writer.given(
                        layer.dropout.mask, as_array(layer.dropout.fields.mask), (*at, "mask"), "Dropout"
                    )

    def _add_targets(self) -> None:
        """The targets as the loss takes them: one-hot for the numbers of classes, smoothed where they are."""
        wiring, loss, outputs = self._wiring, self._fields.loss, self._wiring.outputs
        assert loss is not None
        if wiring.has_labels and isinstance(outputs, int):
            settings = {"classes": outputs, "from": int(loss.first_class)}
            of_labels: Any = Apply("one_hot", settings, Name(wiring.given_targets))
            turned = of_labels if wiring.as_rows or wiring.samples is None else Transpose(of_labels)
            self._writer.add(wiring.distributions, turned, ("Y",), "1 at the class of each sample", TARGETS, "targets")
        if loss.label_smoothing is not None and isinstance(outputs, int):
            formula = smoothed(Name(wiring.distributions), max(outputs, 2), Name(loss.smoothing_name))
            at = ("loss", "label_smoothing")
            self._writer.add(wiring.targets, formula, at, "smoothed targets", TARGETS, "targets")

    # ---- forward, and the loss

    def _add_batch(self, batch: Batch, time: int) -> None:
        """The pass of a batch forward and backward, with the parameters after so many updates."""
        self._batch = batch
        wiring = self._wiring
        for name in self._of_samples():
            told = f"sample {batch[0]}" if len(batch) == 1 else f"samples {batch[0]} to {batch[-1]}"
            formula, section = rows_of(self._graph, wiring, name, batch), self._after("Batch", time)
            self._writer.add(self._at(name, time), formula, ("optimizer", "batch_size"), told, section)
        self._add_pass(time)
        self._add_gradients(time)
        self._batch = None

    def _of_samples(self) -> list[str]:
        """The arrays of which a batch takes its samples."""
        wiring, fields = self._wiring, self._fields
        masks = [
            layer.dropout.mask for layer in wiring.layers if layer.dropout and layer.dropout.fields.has_mask_for_each
        ]
        weights = [] if fields.sample_weights is None else [OF_SAMPLES]
        targets = dict.fromkeys((wiring.targets, *([wiring.distributions] if fields.class_weights else [])))
        return [wiring.inputs, *targets, *masks, *weights]

    def _at(self, name: str, time: int) -> str:
        """The name of an array of the pass that is being added, after so many updates."""
        return timed(name if self._batch is None else f"{name}{SUFFIX}", time)

    def _after(self, section: str, time: int) -> str:
        of_batch = "" if self._batch is None or section == "Batch" else " of the batch"
        return f"{section}{of_batch} after update {time}" if time else f"{section}{of_batch}"

    def _add_pass(self, time: int) -> None:
        one = Pass(self._wiring, self._writer, time, self._batch, self._after(FORWARD, time))
        one.add()
        if self._fields.classify is not None and self._batch is None:
            self._add_classes(self._fields.classify, time)
        if self._wiring.is_from_upstream:
            self._add_stand_in(one)
        self._add_loss(one, time)

    def _add_stand_in(self, one: Pass) -> None:
        """What stands for the loss: its derivative by the outputs is the one that is given."""
        loss, output = one.at(str(self._wiring.loss_name)), one.at(self._wiring.output)
        by_output = gradient(loss, output)
        formula = product(Name(by_output), Name(output))
        is_array = bool(self._graph.shape(output))
        self._writer.add(
            loss,
            Apply("sum", {}, formula) if is_array else formula,
            ("upstream",),
            "stands for the loss",
            LOSS,
            "losses",
            {output: Name(by_output)},
        )

    def _add_classes(self, fields: ClassFields, time: int) -> None:
        """The class of each sample: its largest output, or whether its only one reaches the threshold."""
        wiring, outputs = self._wiring, Name(timed(self._wiring.output, time))
        if wiring.outputs == 1:
            formula: Any = Cases(ONE, Relation(">=", outputs, fields.threshold), ZERO)
        else:
            axis = wiring.class_axis
            formula = Apply("argmax", {} if axis is None else {"axis": axis}, outputs)
        section = PREDICTION if time == 0 else f"{PREDICTION} after update {time}"
        note = "predicted class of each sample"
        self._writer.add(timed(fields.name, time), formula, ("classify",), note, section, "classes")

    def _add_loss(self, one: Pass, time: int) -> None:
        wiring = self._wiring
        if self._fields.loss is None or wiring.loss is None:
            return
        section, name = self._after(LOSS, time), one.at(self._fields.loss.name)
        last, count = wiring.layers[-1], count_of(wiring, self._batch)
        targets = wiring.targets if self._batch is None else one.at(wiring.targets)
        weights = self._weights(one, section)
        loss = BatchLoss(wiring, wiring.loss, targets, one.at(last.out), count, weights)
        fused = {one.at(net): local for net, local in loss.fused(last).items()}
        over = f", {self._fields.reduction.replace('_', ' ')} over the samples" if count not in (None, 1) else ""
        self._writer.add_quantity(
            Quantity(
                name,
                loss.formula,
                partials=loss.partials,
                fused=fused,
                fused_note=(f"{last.activation} and cross-entropy in one step",) if fused else (),
                section=section,
                group="losses",
                note=(f"{wiring.loss.title}{over}",),
                origin=("loss",),
            )
        )
        if self._batch is None:
            add_penalty(self._writer, wiring, self._fields.loss.name, time)

    def _weights(self, one: Pass, section: str) -> Name | None:
        """The name of what the samples of the pass count, which is added where they have weights."""
        if not is_weighted(self._wiring):
            return None
        whole = self._batch is None
        targets, own = ((name if whole else one.at(name)) for name in (self._wiring.distributions, OF_SAMPLES))
        name = COUNTED if whole else one.at(COUNTED)
        if name not in self._graph:
            formula = weights_of(self._wiring, Name(targets), Name(own))
            self._writer.add(name, formula, ("class_weights",), "what each sample counts", section, "losses")
        return Name(name)

    # ---- backward

    def _add_gradients(self, time: int) -> None:
        if self._loss is None:
            return
        wiring, fields = self._wiring, self._fields.error_terms
        parameters = [wiring.at_time(name, time) for name in wiring.parameters]
        errors = {self._at(net, time): self._at(error, time) for net, error in wiring.error_names.items()}
        style = Style(
            error_term=errors.get,
            sign=1 if fields.convention == "output - target" else -1,
            section=self._after(BACKWARD, time),
            group=lambda name: "gradients" if name in parameters else "errors",
        )
        differentiate(self._graph, self._at(self._loss, time), [*errors, *parameters], style)
        add_penalized_gradients(self._writer, wiring, time, SUFFIX if self._batch is not None else "")

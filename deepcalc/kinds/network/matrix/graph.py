"""The plan of a network in matrix notation: forward pass, loss, gradients and updates of whole matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.graph.gradients import BACKWARD, Style, differentiate
from deepcalc.graph.graph import Letter, Prose, Quantity
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds._arrays import FORWARD, LOSS, WEIGHTS, ArrayWriter, givens
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import ClassFields
from deepcalc.kinds.network.matrix.backward import add_penalized_gradients, add_penalty, at_time
from deepcalc.kinds.network.matrix.batches import SUFFIX, Batch, count_of, rows_of, updates_of
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.wiring import MatrixLayer, MatrixWiring
from deepcalc.kinds.network.objective import penalty_forms, penalty_givens
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Relation
from deepcalc.notation.parser import parse_relation
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.figures import GatesPlan
from deepcalc.plan.statement import Statement, given_as, joined, prose
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX

PREDICTION = "Prediction"


def build(wiring: MatrixWiring) -> Plan:
    """The plan of a network problem in matrix notation."""
    return _Builder(wiring).plan()


def net_input(wiring: MatrixWiring, layer: MatrixLayer, x: str, time: int = 0) -> str:
    """``X @ W + b`` for samples as rows, ``W @ X + b`` for columns, as text."""
    w = f"{{{at_time(wiring, layer.weights, time)}}}"
    product = f"{{{x}}} @ {w}" if wiring.as_rows else f"{w} @ {{{x}}}"
    if layer.biases is None:
        return product
    return f"{product} + {bias_term(wiring, at_time(wiring, layer.biases, time))}"


def bias_term(wiring: MatrixWiring, bias: str) -> str:
    """The bias as it is added: beside each column where the samples are columns and it is a vector."""
    is_vector = wiring.bias_is_vector(bias.partition("@")[0])
    beside_columns = is_vector and not wiring.as_rows and wiring.samples is not None
    return f"expand({{{bias}}}, axis=1)" if beside_columns else f"{{{bias}}}"


class _Builder:
    def __init__(self, wiring: MatrixWiring) -> None:
        fields = wiring.fields
        self._fields = fields
        self._wiring = wiring
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._loss = None if fields.loss is None else fields.loss.name
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
        told = self._told(given)
        last = self._objective or self._graph.names[-1]
        picture = GatesPlan("The network", tuple(self._graph.ancestors([last])), last)
        if not self._course or self._course[0][1] is None:
            self._add_gradients(0)
        for step, batch, ends_epoch in self._course:
            assert updates is not None
            if batch is not None:
                self._add_batch(batch, step - 1)
            updates.add(step)
            if ends_epoch or step == self._steps:
                self._add_pass(step)
            if batch is None and step < self._steps:
                self._add_gradients(step)
        return Plan(
            self._graph,
            self._parts(),
            told,
            figures=(picture,),
            symbols=Symbols(penalty_forms(self._fields.penalty), plus=self._steps == 1),
            assumed=self._assumed(),
        )

    def _assumed(self) -> tuple[Any, ...]:
        """Targets without values that are compared with a softmax are the classes' probabilities."""
        wiring, loss = self._wiring, self._wiring.loss
        fusion = None if loss is None else loss.fusion(wiring.layers[-1].activation)
        if fusion is None or not fusion.sums_to_one or not isinstance(self._fields.Y, Letter):
            return ()
        axis = wiring.class_axis
        return (parse_relation(f"sum({{{wiring.targets}}}{'' if axis is None else f', axis={axis}'}) = 1"),)

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
            writer.given(wiring.targets, fields.Y, ("Y",), "Samples")
        for name, origin in wiring.parameters.items():
            writer.given(name, fields.weights[str(origin[-1])], origin, WEIGHTS)
        if fields.loss is not None and wiring.loss is not None:
            for quantity in fields.loss.quantities(wiring.loss, ("loss",)):
                writer.add_quantity(quantity)
        for quantity in penalty_givens(fields.penalty):
            writer.add_quantity(quantity)

    # ---- forward, and the loss

    def _add_batch(self, batch: Batch, time: int) -> None:
        """The pass of a batch forward and backward, with the parameters after so many updates."""
        self._batch = batch
        wiring = self._wiring
        for name in (wiring.inputs, wiring.targets):
            told = f"sample {batch[0]}" if len(batch) == 1 else f"samples {batch[0]} to {batch[-1]}"
            formula, section = rows_of(wiring, name, batch), self._after("Batch", time)
            self._writer.add(self._at(name, time), formula, ("optimizer", "batch_size"), told, section)
        self._add_pass(time)
        self._add_gradients(time)
        self._batch = None

    def _at(self, name: str, time: int) -> str:
        """The name of an array of the pass that is being added, after so many updates."""
        return timed(name if self._batch is None else f"{name}{SUFFIX}", time)

    def _after(self, section: str, time: int) -> str:
        of_batch = "" if self._batch is None or section == "Batch" else " of the batch"
        return f"{section}{of_batch} after update {time}" if time else f"{section}{of_batch}"

    def _add_pass(self, time: int) -> None:
        wiring = self._wiring
        self._section = self._after(FORWARD, time)
        x = wiring.inputs if self._batch is None else self._at(wiring.inputs, time)
        for index, layer in enumerate(wiring.layers):
            label = "net inputs" if layer.activated else "outputs"
            self._writer.add(
                self._at(layer.net, time),
                net_input(wiring, layer, x, time),
                ("layers", index),
                f"{label} of layer {index + 1}" if len(wiring.layers) > 1 else label,
                self._section,
                "net_inputs" if layer.activated else "outputs",
            )
            if layer.activated:
                self._add_outputs(layer, index, time)
            x = self._at(layer.out, time)
        if self._fields.classify is not None and self._batch is None:
            self._add_classes(self._fields.classify, time)
        self._add_loss(time)

    def _add_outputs(self, layer: MatrixLayer, index: int, time: int) -> None:
        net, out = self._at(layer.net, time), self._at(layer.out, time)
        partials: dict[str, Any] = {}
        if layer.activation == SOFTMAX:
            axis = self._wiring.class_axis
            formula: Any = f"softmax({{{net}}}{'' if axis is None else f', axis={axis}'})"
        else:
            activation = ACTIVATIONS[layer.activation]
            formula = activation.apply(Name(net), layer.number)
            partials = {} if activation.slope is None else {net: activation.derived(net, out, layer.number)}
        self._writer.add(out, formula, ("layers", index, "activation"), "", self._section, partials=partials)

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

    def _add_loss(self, time: int) -> None:
        wiring = self._wiring
        if self._loss is None or wiring.loss is None:
            return
        last = wiring.layers[-1]
        count = count_of(wiring, self._batch)
        targets = wiring.targets if self._batch is None else self._at(wiring.targets, time)
        loss = BatchLoss(wiring, wiring.loss, targets, self._at(last.out, time), count)
        fused = {self._at(net, time): local for net, local in loss.fused(last).items()}
        over = f", {self._fields.reduction} over the samples" if count not in (None, 1) else ""
        self._writer.add_quantity(
            Quantity(
                self._at(self._loss, time),
                loss.formula,
                partials=loss.partials,
                fused=fused,
                fused_note=(f"{last.activation} and cross-entropy in one step",) if fused else (),
                section=self._after(LOSS, time),
                group="losses",
                note=(f"{wiring.loss.title}{over}",),
                origin=("loss",),
            )
        )
        add_penalty(self._writer, wiring, self._loss, time)

    # ---- backward

    def _add_gradients(self, time: int) -> None:
        if self._loss is None:
            return
        parameters = [at_time(self._wiring, name, time) for name in self._wiring.parameters]
        style = Style(
            section=self._after(BACKWARD, time),
            group=lambda name: "gradients" if name in parameters else "errors",
        )
        differentiate(self._graph, self._at(self._loss, time), parameters, style)
        add_penalized_gradients(self._writer, self._wiring, self._loss, time)

    # ---- what is asked

    def _parts(self) -> tuple[PartPlan, ...]:
        wiring = self._wiring
        classes = [] if self._fields.classify is None else [self._fields.classify.name]
        found: list[tuple[str, ...]] = [(wiring.output, *classes)]
        if self._objective is not None:
            found.append((self._objective,))
            found.append(self._results(self._objective))
        return tuple(PartPlan("abc"[index], names) for index, names in enumerate(found))

    def _results(self, loss: str) -> tuple[str, ...]:
        """The parameters after the last update, or the gradients where there is none."""
        if self._steps:
            return tuple(f"{name}@{self._steps}" for name in self._wiring.trained)
        return tuple(gradient(loss, name) for name in self._wiring.parameters)

    def _told(self, given: Prose) -> Statement:
        wiring, fields = self._wiring, self._fields
        lines = [name for layer in wiring.layers for name in dict.fromkeys((layer.net, layer.out))]
        lines += [quantity.name for quantity in self._graph if quantity.group == "losses"]
        written = joined((Relation("=", Name(name), self._graph[name].formula) for name in lines), "; ", "; ")
        samples = "the single sample" if wiring.samples is None else f"the samples as {fields.samples_as} of"
        told = prose(f"A fully connected network takes {samples} ", Name(wiring.inputs), ": ", given)
        return Statement(prose(told, ". It computes ", written, "."), self._question())

    def _question(self) -> Any:
        wanted: list[Any] = [Name(self._wiring.output)]
        if self._fields.classify is not None:
            wanted.append(prose("the predicted classes ", Name(self._fields.classify.name)))
        if self._objective is not None:
            wanted.append(prose("the loss ", Name(self._objective)))
            wanted.append(self._last_wanted(self._objective))
        return prose("Compute ", joined(wanted), ".")

    def _last_wanted(self, loss: str) -> Any:
        optimizer = self._fields.optimizer
        if optimizer is None or not self._steps:
            return joined(self._named(self._results(loss)))
        steps = "one step" if self._steps == 1 else f"{self._steps} steps"
        size = optimizer.batch_size
        batches = "" if size == "all" else f" in batches of {size}"
        after = f" after {steps}{batches} of {optimizer.update.title} with "
        rate = given_as(optimizer.symbol, optimizer.learning_rate)
        return prose(joined(self._named(self._wiring.trained)), after, rate)

    def _named(self, names: Sequence[str]) -> list[Any]:
        return [Name(name) for name in names]

"""The passes of a stage: forward, the predicted classes, the loss and its penalty, and back to the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deepcalc.graph.gradients import BACKWARD, Style, differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import LOSS, ArrayWriter
from deepcalc.kinds.network.classes import PREDICTION
from deepcalc.kinds.network.fields import ClassFields
from deepcalc.kinds.network.matrix.backward import add_penalized_gradients, add_penalty
from deepcalc.kinds.network.matrix.batches import BATCH, SUFFIX, Stage, count_of, rows_of
from deepcalc.kinds.network.matrix.evaluating import Evaluation
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.normalizing import average_lines
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import COUNTED, OF_SAMPLES, is_weighted, weights_of
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply, Transpose
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Name,
    Node,
    Over,
    Relation,
    Times,
    minus,
    names_in,
    product,
    total,
)
from deepcalc.notation.shapes import size_node


class Passes:
    """Adds passes to a graph that has what is given."""

    def __init__(self, wiring: MatrixWiring, writer: ArrayWriter) -> None:
        self.wiring = wiring
        self._writer = writer
        self._graph = writer.graph

    def known(self, stage: Stage) -> dict[str, str]:
        """What samples and trained parameters are called at a stage, by their plain names."""
        found = {name: stage.parameter(name) for name in self.wiring.trained}
        return found if stage.batch is None else found | {name: stage.name(name) for name in self._of_samples()}

    def add(self, stage: Stage) -> Pass:
        """The pass forward, after the samples of a batch, with its loss."""
        one = Pass(self.wiring, self._writer, stage, self.known(stage))
        for name in [] if stage.batch is None else self._of_samples():
            self._add_samples(one, name)
        add_forward(one)
        return one

    def _add_samples(self, one: Pass, name: str) -> None:
        batch = one.stage.batch
        assert batch is not None
        told = f"sample {batch[0]}" if len(batch) == 1 else f"samples {batch[0]} to {batch[-1]}"
        formula = rows_of(self._graph, self.wiring, name, batch)
        at, section = ("optimizer", "batch_size"), one.stage.section(BATCH)
        self._writer.add(one.at(name), formula, at, told, section)

    def add_evaluation(self, evaluation: Evaluation, time: int) -> None:
        """The pass at test time after so many updates."""
        add_forward(evaluation.pass_at(self._writer, time))

    def _of_samples(self) -> list[str]:
        """The arrays of which a batch takes its samples."""
        wiring, fields = self.wiring, self.wiring.fields
        masks = [
            layer.dropout.mask for layer in wiring.layers if layer.dropout and layer.dropout.fields.has_mask_for_each
        ]
        weights = [] if fields.sample_weights is None else [OF_SAMPLES]
        named = [name for term in wiring.terms for name in self._targets_of(term)]
        return [wiring.inputs, *dict.fromkeys(named), *masks, *weights]

    def _targets_of(self, term: Term) -> list[str]:
        return [term.targets, *([term.distributions] if self.wiring.fields.class_weights else [])]

    def add_back(self, one: Pass) -> None:
        """What the batch leaves in running averages, and the derivatives by net inputs and parameters."""
        wiring, stage = self.wiring, one.stage
        for index, layer in enumerate(wiring.layers):
            for line in average_lines(layer, index, count_of(wiring, stage.batch), stage.time, one.at):
                self._writer.add_quantity(replace(line, section=stage.section(line.section)))
        if wiring.loss_name is None:
            return
        fields = wiring.fields.error_terms
        parameters = [one.at(name) for name in wiring.parameters]
        errors = {one.at(net): stage.name(error) for net, error in wiring.error_names.items()}
        style = Style(
            error_term=errors.get,
            sign=1 if fields.convention == "output - target" else -1,
            section=stage.section(BACKWARD),
            group=lambda name: "gradients" if name in parameters else "errors",
        )
        differentiate(self._graph, one.at(wiring.loss_name), [*errors, *parameters], style)
        add_penalized_gradients(self._writer, wiring, one)


def passed_back(graph: Graph, wiring: MatrixWiring, weights: Iterable[Name]) -> list[str]:
    """The derivatives of the loss by what is no parameter that are written in some of these weights."""
    names, losses = {each.name for each in weights}, (wiring.loss_name, f"{wiring.loss_name}{SUFFIX}")
    return [
        each.name
        for each in graph
        if each.adjoint is not None and each.adjoint.of in losses and each.adjoint.wrt not in wiring.parameters
        if names.intersection(names_in(each.definition))
    ]


def add_forward(one: Pass) -> None:
    """The layers of a pass, the predicted classes, the loss."""
    wiring = one.wiring
    one.add_layers()
    if wiring.fields.classify is not None and one.stage.batch is None:
        _add_classes(one, wiring.fields.classify)
    if wiring.is_from_upstream:
        _add_stand_in(one)
    for term in wiring.terms:
        _add_loss(one, term)
    if wiring.fields.losses is not None:
        each = [(term.weight, Name(term.name)) for term in wiring.terms]
        summed = total(*(name if weight == ONE else Times(weight, name) for weight, name in each))
        note = "sum of the losses with their weights"
        one.add(wiring.fields.total_loss, summed, ("losses",), note, "losses", LOSS)
    if wiring.terms and (one.stage.batch is None or wiring.batch_by_batch):
        add_penalty(one)


def _add_classes(one: Pass, fields: ClassFields) -> None:
    """The class of each sample: its largest output, or whether its only one reaches the threshold."""
    wiring = one.wiring
    outputs = Name(wiring.outputs[-1])
    if wiring.units[-1] == 1:
        formula: Node = Cases(ONE, Relation(">=", outputs, fields.threshold), ZERO)
    else:
        axis = wiring.class_axis
        formula = Apply("argmax", {} if axis is None else {"axis": axis}, outputs)
    one.add(fields.name, formula, ("classify",), "predicted class of each sample", "classes", PREDICTION)
    if fields.accuracy is not None:
        _add_accuracy(one, fields.name, fields.accuracy)


def _add_accuracy(one: Pass, classes: str, name: str) -> None:
    """The share of the samples in whose class is that of their targets."""
    wiring = one.wiring
    samples: Any = wiring.samples
    outputs: Any = wiring.units[-1]
    (term,) = wiring.terms
    if outputs == 1:
        wrong = Apply("sum", {}, Call("abs", minus(Name(term.given_targets), Name(classes))))
        formula: Node = minus(ONE, Over(wrong, size_node(samples)))
    else:
        rows = Apply("one_hot", {"classes": outputs, "from": 1}, Name(classes))
        own = rows if wiring.as_rows else Transpose(rows)
        formula = Over(Apply("sum", {}, product(Name(term.distributions), own)), size_node(samples))
    note = "share of the samples in the right class"
    one.add(name, formula, ("classify", "accuracy"), note, "classes", PREDICTION)


def _add_stand_in(one: Pass) -> None:
    """What stands for the loss: its derivative by the outputs is the one that is given."""
    wiring = one.wiring
    loss, output = str(wiring.loss_name), wiring.outputs[-1]
    by_output = Name(gradient(one.stage.name(loss), one.at(output)))
    formula: Node = product(by_output, Name(output))
    is_array = bool(one.writer.graph.shape(one.at(output)))
    one.add_quantity(
        Quantity(
            loss,
            Apply("sum", {}, formula) if is_array else formula,
            partials={output: by_output},
            section=LOSS,
            group="losses",
            note=("stands for the loss",),
            origin=("upstream",),
        )
    )


def _add_loss(one: Pass, term: Term) -> None:
    wiring = one.wiring
    count = count_of(wiring, one.stage.batch)
    loss = BatchLoss(wiring, term, count, _weights(one, term))
    fused = loss.fused
    if term.difference is not None:
        errors, at = minus(Name(term.targets), Name(term.layer.out)), ("error_terms", "difference")
        one.add(term.difference, errors, at, "targets minus outputs", "losses", LOSS)
    for line in loss.lines:
        one.add(line.name, line.formula, term.at, line.meaning, "losses", LOSS)
    over = f", {wiring.fields.reduction.replace('_', ' ')} over the samples" if count not in (None, 1) else ""
    one.add_quantity(
        Quantity(
            term.name,
            loss.in_differences(loss.formula),
            partials={} if term.difference is not None else loss.partials,
            fused=loss.slopes_in_differences if term.difference is not None else fused,
            fused_note=(f"{term.layer.activation} and cross-entropy in one step",) if fused else (),
            section=LOSS,
            group="losses",
            note=(f"{term.loss.title}{over}",),
            origin=term.at,
        )
    )


def _weights(one: Pass, term: Term) -> Name | None:
    """The name of what the samples of the pass count, which is added where they have weights."""
    if not is_weighted(one.wiring):
        return None
    name = one.at(COUNTED) if one.stage.batch is None else one.stage.name(COUNTED)
    if name not in one.writer.graph:
        formula = one.in_names(weights_of(one.wiring, term))
        note = "what each sample counts"
        one.writer.add(name, formula, ("class_weights",), note, one.stage.section(LOSS), "losses")
    one.call(COUNTED, name)
    return Name(COUNTED)

"""The plan of a network in matrix notation: what is given, the passes, the updates of whole matrices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.graph import Letter
from deepcalc.kinds._array_updates import Updates
from deepcalc.kinds._arrays import WEIGHTS, ArrayWriter, as_array, givens
from deepcalc.kinds._losses import smoothed
from deepcalc.kinds.network.matrix.batches import Stage
from deepcalc.kinds.network.matrix.course import Course
from deepcalc.kinds.network.matrix.normalizing import norm_forms, norm_givens
from deepcalc.kinds.network.matrix.passes import Passes
from deepcalc.kinds.network.matrix.statement import Question
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import weight_givens
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.objective import penalty_forms, penalty_givens
from deepcalc.kinds.network.structure import Role
from deepcalc.notation.array_nodes import Apply, Transpose
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node
from deepcalc.notation.parser import parse_relation
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import Plan
from deepcalc.plan.figures import GatesPlan
from deepcalc.plan.statement import given_as, joined

TARGETS = "Targets"

SECTIONS = {Role.WEIGHT: WEIGHTS, Role.BIAS: WEIGHTS, Role.SCALE: "Scales", Role.SHIFT: "Shifts"}
"""Where the parameters of a role stand."""


def build(wiring: MatrixWiring) -> Plan:
    """The plan of a network problem in matrix notation."""
    return _Builder(wiring).plan()


class _Builder:
    def __init__(self, wiring: MatrixWiring) -> None:
        self._fields = wiring.fields
        self._wiring = wiring
        self._writer = ArrayWriter()
        self._graph = self._writer.graph

    def plan(self) -> Plan:
        fields, wiring = self._fields, self._wiring
        self._add_givens()
        given = givens(self._graph)
        passes = Passes(wiring, self._writer)
        training = self._training(passes)
        first = passes.add(Stage(batch=wiring.batches[0] if wiring.batch_by_batch else None))
        activations = (given_as(name, value) for name, value in fields.given.items())
        steps = 0 if training is None else training[0].steps
        told = Question(first, steps).told(joined((given, *activations), last=", "))
        last = self._graph.names[-1] if wiring.objective is None else first.at(wiring.objective)
        picture = GatesPlan("The network", tuple(self._graph.ancestors([last])), last)
        if training is None:
            passes.add_back(first)
        else:
            course, updates = training
            course.run(updates, first)
            steps = course.steps
        return Plan(
            self._graph,
            Question(first, steps).parts,
            told,
            figures=(picture,),
            symbols=Symbols({**penalty_forms(fields.penalty), **norm_forms(wiring)}, plus=steps == 1),
            assumed=tuple(node for term in wiring.terms for node in self._assumed(term)),
        )

    def _training(self, passes: Passes) -> tuple[Course, Updates] | None:
        """The course of the training and its updates, of what is trained by a loss."""
        wiring, optimizer = self._wiring, self._fields.optimizer
        if optimizer is None or wiring.objective is None:
            return None
        course = Course(wiring, self._graph, passes, optimizer)
        updates = Updates(self._writer, optimizer, wiring.trained, course.gradient_of)
        updates.add_givens()
        return (course, updates) if wiring.trained else None

    def _assumed(self, term: Term) -> Iterator[Node]:
        """Targets without values that are compared with a softmax are the classes' probabilities."""
        fusion = term.loss.fusion(term.layer.activation)
        if fusion is not None and fusion.sums_to_one and isinstance(term.given, Letter):
            axis = self._wiring.class_axis
            along = "" if axis is None else f", axis={axis}"
            yield parse_relation(f"sum({{{term.given_targets}}}{along}) = 1")

    # ---- what is given

    def _add_givens(self) -> None:
        fields, wiring, writer = self._fields, self._wiring, self._writer
        writer.given(wiring.inputs, fields.X, ("X",), "Samples")
        for term in wiring.terms:
            if term.given_targets not in self._graph:
                writer.given(term.given_targets, term.given, term.targets_at, "Samples")
        for name, parameter in wiring.parameters.items():
            writer.given(name, parameter.value, parameter.origin, SECTIONS[parameter.role])
        for name, (value, at) in wiring.settings.items():
            writer.given(name, value, at, "Constants")
        if fields.upstream is not None:
            by_output = gradient(str(wiring.loss_name), wiring.outputs[-1])
            writer.given(by_output, as_array(fields.upstream), ("upstream",), "Gradient from behind")
        for quantity in norm_givens(wiring):
            writer.add_quantity(quantity)
        self._add_dropout_givens()
        for term in wiring.terms:
            for quantity in term.fields.quantities(term.loss, term.at):
                writer.add_quantity(quantity)
        for quantity in (*weight_givens(wiring), *penalty_givens(fields.penalty)):
            writer.add_quantity(quantity)
        for term in wiring.terms:
            self._add_targets(term)

    def _add_dropout_givens(self) -> None:
        for index, layer in enumerate(self._wiring.layers):
            if layer.dropout is not None:
                at, fields = ("layers", index, "dropout"), layer.dropout.fields
                self._writer.given(layer.dropout.rate, fields.rate, (*at, "rate"), "Dropout")
                if fields.mask is not None:
                    self._writer.given(layer.dropout.mask, as_array(fields.mask), (*at, "mask"), "Dropout")

    def _add_targets(self, term: Term) -> None:
        """The targets as a loss takes them: one-hot for the numbers of classes, smoothed where they are."""
        wiring, outputs, add = self._wiring, term.outputs, self._writer.add
        if term.has_labels and isinstance(outputs, int) and term.distributions not in self._graph:
            settings = {"classes": outputs, "from": int(term.fields.first_class)}
            of_labels: Any = Apply("one_hot", settings, Name(term.given_targets))
            turned = of_labels if wiring.as_rows or wiring.samples is None else Transpose(of_labels)
            note = "1 at the class of each sample"
            add(term.distributions, turned, term.targets_at, note, TARGETS, "targets")
        if term.fields.label_smoothing is not None and isinstance(outputs, int):
            formula = smoothed(Name(term.distributions), max(outputs, 2), Name(term.fields.smoothing_name))
            at = (*term.at, "label_smoothing")
            add(term.targets, formula, at, "smoothed targets", TARGETS, "targets")

"""The plan of `recurrent`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from deepcalc.graph.gradients import BACKWARD, add_gradient
from deepcalc.graph.graph import Adjoint, Prose, Quantity
from deepcalc.kinds._arrays import (
    LOSS,
    WEIGHTS,
    ArrayWriter,
    add_entry_counts,
    add_loss,
    add_loss_of,
    givens,
    loss_name,
)
from deepcalc.kinds.recurrent.backward import Unrolled, add_clipped, add_sums, add_truncated
from deepcalc.kinds.recurrent.fields import OUTPUT_WEIGHTS, RecurrentFields, RecurrentLossFields
from deepcalc.kinds.recurrent.made import INITIAL, OF_GATES, add_weights, initial_state
from deepcalc.kinds.recurrent.naming import at_step, end_of, named
from deepcalc.kinds.recurrent.plans import plan_of_sizes
from deepcalc.kinds.recurrent.steps import StepFormulas
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.notation.parser import parse
from deepcalc.plan import PartPlan, Plan, TablePlan, TableRow
from deepcalc.plan.statement import Statement, joined, prose


def build(fields: RecurrentFields) -> Plan:
    return plan_of_sizes(fields, fields.sizes) if fields.sizes is not None else _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: RecurrentFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._formulas = StepFormulas(fields, self._graph)
        self._steps: dict[str, int] = {}

    def plan(self) -> Plan:
        fields = self._fields
        self._add_given()
        for step in range(1, fields.count + 1):
            self._add_step(step)
        found = self._found()
        add_entry_counts(self._writer, WEIGHTS)
        losses = self._add_losses()
        parts = [PartPlan("a", tuple(found))]
        loss = loss_name(fields)
        gradients: list[str] = []
        if loss is not None:
            parts.append(PartPlan("b", (loss,)))
            gradients = self._add_gradients(loss, losses)
            parts.append(PartPlan("c", tuple(gradients)))
            if fields.clip is not None:
                clipped = add_clipped(self._graph, loss, self._weights, fields.clip)
                parts.append(PartPlan("d", tuple(clipped)))
                gradients = [*gradients, *clipped]
        asked = [*found, *([loss] if loss else []), *gradients]
        return Plan(self._graph, tuple(parts), self._statement(asked), tables=(self._table(),))

    # ---- forward

    def _add_given(self) -> None:
        fields, writer = self._fields, self._writer
        for step, value in enumerate(fields.inputs or (), start=1):
            writer.given(at_step(fields, "x", step), value, ("inputs", step - 1), "Inputs")
        self._stacked = add_weights(writer, fields)
        for state, title in fields.row.states.items():
            name, value = at_step(fields, state, 0), initial_state(fields, writer, state)
            at = ("initial", state)
            if isinstance(value, str):
                writer.add(name, value, at, f"{title} before the first step", INITIAL)
            else:
                writer.given(name, value, at, INITIAL)

    def _add_step(self, step: int) -> None:
        fields = self._fields
        section = f"Step {step}"
        for line in fields.row.lines:
            name = at_step(fields, line.stem, step)
            origin = ("weights", line.weights.input) if line.weights is not None else ("cell",)
            self._add(name, self._formulas.formula(line, step), origin, line.note, section, step)
        if "W_y" not in fields.weights or (fields.output_at == "last" and step < fields.count):
            return
        net, output = self._formulas.output(step), at_step(fields, "y", step)
        origin = ("weights", "W_y")
        if fields.output == "softmax":
            scores = at_step(fields, "s", step)
            self._add(scores, net, origin, "scores", section, step)
            self._add(output, f"softmax({scores})", ("output",), "output", section, step)
            return
        text = net if fields.output == "identity" else f"{fields.output}({net})"
        self._add(output, text, origin, "output", section, step)

    def _add(self, name: str, text: str, origin: Any, note: str, section: str, step: int) -> None:
        self._writer.add(name, text, origin, note, section)
        self._steps[name] = step

    def _found(self) -> list[str]:
        """What is asked for where the author asks nothing: the states of every step, and the outputs."""
        fields = self._fields
        stems = [*dict.fromkeys(["h", *fields.row.states, "y"])]
        names = [at_step(fields, stem, step) for step in range(1, fields.count + 1) for stem in stems]
        return [name for name in names if name in self._graph]

    # ---- the loss, and back

    def _add_losses(self) -> list[tuple[int, str]]:
        """Add the loss; the losses by the steps that they are of."""
        fields = self._fields
        if fields.loss is not None and fields.loss.at == "each":
            return self._add_loss_of_each(fields.loss)
        add_loss(self._writer, fields, end_of(fields, fields.count))
        name = loss_name(fields)
        return [] if name is None else [(fields.count, name)]

    def _add_loss_of_each(self, loss: RecurrentLossFields) -> list[tuple[int, str]]:
        writer, fields = self._writer, self._fields
        losses = []
        for step, target in enumerate(loss.of_steps, start=1):
            output, at = end_of(fields, step), ("loss", "targets", step - 1)
            writer.given(f"t{step}", target, at, "Targets")
            name = f"{loss.name}{step}"
            add_loss_of(writer, loss, name, output, f"t{step}", at)
            losses.append((step, name))
        summed = " + ".join(name for _, name in losses)
        whole = f"({summed})/{len(losses)}" if loss.reduction == "mean" else summed
        writer.add(loss.name, whole, ("loss",), f"{loss.reduction} over the steps", LOSS, "losses")
        return losses

    @property
    def _weights(self) -> list[str]:
        """The weights of the cell, those of stacked ones gate by gate, and of the output."""
        section = OF_GATES if self._fields.stack is not None else WEIGHTS
        outputs = {named(self._fields, name) for name in OUTPUT_WEIGHTS}
        return [each.name for each in self._graph if each.section == section or each.name in outputs]

    def _add_gradients(self, loss: str, losses: Sequence[tuple[int, str]]) -> list[str]:
        """Add the gradients by all weights, each the sum of its steps' shares; the names of those by the gates' own."""
        fields, graph, weights = self._fields, self._graph, self._weights
        unrolled = Unrolled(graph, self._steps)
        add_sums(unrolled, loss, weights)
        gradients = [gradient(loss, weight) for weight in weights]
        for name in gradients:
            add_gradient(graph, name)
        for whole, stacked in self._stacked.items():
            formula = stacked.joined(lambda part: f"{{{gradient(loss, part)}}}", len(graph.shape(whole)))
            note, adjoint = ("the gates' own, stacked",), Adjoint(loss, whole)
            graph.add(Quantity(gradient(loss, whole), parse(formula), section=BACKWARD, note=note, adjoint=adjoint))
        if fields.truncate is not None:
            is_mean = fields.loss is not None and fields.loss.at == "each" and fields.loss.reduction == "mean"
            over = len(losses) if is_mean else 1
            add_truncated(unrolled, losses, weights, fields.truncate, over)
        return gradients

    # ---- in words, and as a table

    def _statement(self, asked: Sequence[str]) -> Statement:
        given = prose(
            f"{self._fields.row.title[0].upper()}{self._fields.row.title[1:]} with ", givens(self._graph), ":"
        )
        return Statement(given, prose("Compute ", joined(map(Name, asked)), "."))

    def _table(self) -> TablePlan:
        """Steps and their quantities; what there are more of has the rows."""
        fields = self._fields
        stems = {line.stem: line.note for line in fields.row.lines}
        if "W_y" in fields.weights:
            stems["y"] = "output"
        steps = range(1, fields.count + 1)

        def row(label: str, cells: Iterable[tuple[str, int]]) -> TableRow:
            names = (at_step(fields, stem, step) for stem, step in cells)
            return TableRow((label,), tuple(name if name in self._graph else None for name in names))

        if len(stems) > fields.count:
            headings: tuple[Prose, ...] = (("",), *((f"Step {step}",) for step in steps))
            rows = [row(note, ((stem, step) for step in steps)) for stem, note in stems.items()]
        else:
            headings = (("Step",), *((Name(named(fields, stem)),) for stem in stems))
            rows = [row(str(step), ((stem, step) for stem in stems)) for step in steps]
        return TablePlan("Step by step", headings, tuple(rows))

"""The plan of `recurrent`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.gradients import BACKWARD, add_gradient
from deepcalc.graph.quantities import Adjoint, Prose, Quantity
from deepcalc.kinds._arrays import (
    LOSS,
    NO_LOSS,
    WEIGHTS,
    ArrayWriter,
    add_entry_counts,
    add_loss,
    add_loss_of,
    loss_name,
)
from deepcalc.kinds.recurrent.backward import Unrolled, add_clipped, add_sums, add_truncated
from deepcalc.kinds.recurrent.fields import OUTPUT_WEIGHTS, RecurrentFields, RecurrentLossFields
from deepcalc.kinds.recurrent.naming import (
    MERGED,
    Strand,
    at_step,
    end_of,
    hidden_at,
    merged_at,
    merged_steps,
    named,
    strands_of,
    symbols_of,
)
from deepcalc.kinds.recurrent.plans import plan_of_sizes
from deepcalc.kinds.recurrent.statement import statement
from deepcalc.kinds.recurrent.steps import StepFormulas, merged, net_of_output
from deepcalc.kinds.recurrent.weights import INITIAL, OF_GATES, add_weights, initial_state
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.notation.parser import parse
from deepcalc.plan import PartPlan, Plan, TablePlan, TableRow
from deepcalc.rules.recurrent import MERGES


def build(fields: RecurrentFields) -> Plan:
    return plan_of_sizes(fields, fields.sizes) if fields.sizes is not None else _Builder(fields).plan()


class _Builder:
    def __init__(self, fields: RecurrentFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph
        self._strands = strands_of(fields)
        self._steps: dict[str, int] = {}

    def plan(self) -> Plan:
        fields = self._fields
        self._add_given()
        self._add_states()
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
        told, symbols = statement(fields, self._strands, self._graph, asked), symbols_of(self._strands)
        missing = {} if loss is not None else NO_LOSS
        return Plan(self._graph, tuple(parts), told, tables=(self._table(),), symbols=symbols, without_value=missing)

    # ---- forward

    def _add_given(self) -> None:
        fields, writer = self._fields, self._writer
        for step, value in enumerate(fields.inputs or (), start=1):
            writer.given(at_step(fields, "x", step), value, ("inputs", step - 1), "Inputs")
        self._stacked = {name: made for each in self._strands for name, made in add_weights(writer, each).items()}
        for strand in self._strands:
            for state, title in fields.row.states.items():
                name, value = strand.state(state, strand.start), initial_state(strand, writer, state)
                at = (*strand.origin, "initial", state)
                if isinstance(value, str):
                    writer.add(name, value, at, f"{title} before the first step", INITIAL)
                else:
                    writer.given(name, value, at, INITIAL)

    def _add_states(self) -> None:
        """Add the states of all steps and the outputs: those of a single cell step by step, else layer by layer."""
        fields = self._fields
        if len(self._strands) == 1:
            for step in self._strands[0].steps:
                self._add_step(self._strands[0], step)
                self._add_output(step, f"Step {step}")
            return
        for below, strand in zip((None, *self._strands), self._strands, strict=False):
            for step in strand.steps:
                self._add_step(strand, step)
            if below is not None and strand.is_backward:
                self._add_merged(below, strand)
        for step in range(1, fields.count + 1):
            self._add_output(step, "Outputs")

    def _add_step(self, strand: Strand, step: int) -> None:
        formulas = StepFormulas(strand, self._graph)
        for line in self._fields.row.lines:
            origin: Location = (
                (*strand.origin, "weights", line.weights.input) if line.weights is not None else ("cell",)
            )
            formula = formulas.formula(line, step)
            self._add(strand.at(line.stem, step), formula, origin, line.note, strand.section(step), step)

    def _add_merged(self, forward: Strand, backward: Strand) -> None:
        """Add what both directions make together: of each step, or of the steps in which they end."""
        fields, layer = self._fields, backward.layer
        for step, back in merged_steps(backward):
            names = forward.at("h", step), backward.at("h", back)
            formula, note = merged(fields, self._graph, *names), MERGES[fields.merge].note
            self._add(merged_at(fields, layer, step), formula, ("merge",), note, "Both directions", step)

    def _add_output(self, step: int, section: str) -> None:
        fields = self._fields
        if "W_y" not in fields.weights or (fields.output_at == "last" and step < fields.count):
            return
        net, output = net_of_output(fields, self._graph, step), at_step(fields, "y", step)
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
        found = []
        for step in range(1, fields.count + 1):
            for strand in self._strands:
                found += [strand.state(stem, step) for stem in dict.fromkeys(["h", *fields.row.states])]
            found += [hidden_at(fields, step), at_step(fields, "y", step)]
        return [name for name in dict.fromkeys(found) if name in self._graph]

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

    # ---- as a table

    def _table(self) -> TablePlan:
        """Steps and their quantities; what there are more of has the rows, and the cells where there are several."""
        steps = range(1, self._fields.count + 1)
        lines = list(self._lines(steps))

        def row(label: str, cells: Iterable[str]) -> TableRow:
            return TableRow((label,), tuple(name if name in self._graph else None for name in cells))

        if len(lines) > len(steps) or len(self._strands) > 1:
            headings: tuple[Prose, ...] = (("",), *((f"Step {step}",) for step in steps))
            rows = [row(note, names) for note, _, names in lines]
        else:
            headings = (("Step",), *((Name(stem),) for _, stem, _ in lines))
            rows = [row(str(step), (names[step - 1] for _, _, names in lines)) for step in steps]
        return TablePlan("Step by step", headings, tuple(rows))

    def _lines(self, steps: Sequence[int]) -> Iterator[tuple[str, str, list[str]]]:
        """What each step has: in words, its name without a number, and the names of all steps."""
        fields = self._fields
        for strand in self._strands:
            where = f" ({strand.place})" if strand.place else ""
            for line in fields.row.lines:
                note = f"{line.note}{where}"
                yield note, named(fields, line.stem), [strand.at(line.stem, step) for step in steps]
            if strand.is_backward:
                note = f"both directions (layer {strand.layer})" if strand.layer else "both directions"
                yield note, named(fields, MERGED), [merged_at(fields, strand.layer, step) for step in steps]
        if "W_y" in fields.weights:
            yield "output", named(fields, "y"), [at_step(fields, "y", step) for step in steps]

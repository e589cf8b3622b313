"""The plan of `normalization`: its graph, its parts, its statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.graph.gradients import BACKWARD, add_gradient
from deepcalc.graph.quantities import Adjoint, Quantity
from deepcalc.kinds._arrays import NO_LOSS, ArrayWriter, add_loss, check_shape, laws, loss_name, with_laws, written
from deepcalc.kinds._normalizing import SYMBOLS
from deepcalc.kinds.normalization.fields import NormalizationFields, RunningFields
from deepcalc.kinds.normalization.steps import NormFormulas
from deepcalc.kinds.normalization.wiring import arrangement
from deepcalc.notation.array_nodes import array
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Name
from deepcalc.notation.shapes import Shape, is_concrete, size_text
from deepcalc.notation.symbols import Symbols
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement, joined, prose

STATISTICS, RUNNING, TESTING = "Statistics", "Running averages", "At test time"
BATCH_FOR_RUNNING = "var_batch"
"""The variance that the running one takes in, where it is not the one that the batch is normalised by."""

_LAWS = ("M", "var", "std", "ms", "rms", BATCH_FOR_RUNNING, "mu_run@1", "var_run@1", "Xhat_test")
"""What the statement writes out: where conventions differ."""


def build(fields: NormalizationFields) -> Plan:
    return _Builder(fields).plan()


def formulas(fields: NormalizationFields, graph: Any) -> NormFormulas:
    """The formulas of a problem, once X is in its graph."""
    return NormFormulas(fields, arrangement(fields, graph.shape("X")), graph)


class _Builder:
    def __init__(self, fields: NormalizationFields) -> None:
        self._fields = fields
        self._writer = ArrayWriter()
        self._graph = self._writer.graph

    def plan(self) -> Plan:
        fields, writer = self._fields, self._writer
        for name, value in (("X", fields.X), ("gamma", fields.gamma), ("beta", fields.beta)):
            if value is not None:
                writer.given(name, value, (name,))
        writer.given("eps", fields.epsilon, ("epsilon",))
        self._formulas = formulas(fields, self._graph)
        found = self._add_test_of_x() if fields.mode == "test" else self._add_training()
        add_loss(writer, fields, "Y")
        parts = [PartPlan("a", tuple(found))]
        gradients = self._gradients()
        if gradients:
            parts.append(PartPlan("b", gradients))
        return Plan(
            self._graph,
            tuple(parts),
            self._statement([*found, *gradients]),
            symbols=Symbols(SYMBOLS.overrides, plus=True),
            without_value={} if loss_name(fields) is not None else NO_LOSS,
        )

    # ---- in training

    def _add_training(self) -> list[str]:
        formulas, writer, row = self._formulas, self._writer, self._fields.row
        placed, moments, at = formulas.placed, formulas.moments, ("method",)
        if placed.matrix:
            writer.add("M", placed.matrix, ("X",), "one row for each mean", STATISTICS)
        if row.centred:
            writer.add("mu", moments.mean, at, "mean", STATISTICS)
            note = "variance, over n − 1" if self._fields.unbiased else "variance"
            writer.add("var", moments.variance(self._fields.unbiased), at, note, STATISTICS)
            writer.add("std", formulas.deviation("var"), at, "standard deviation", STATISTICS)
            values, found = moments.centred, ["mu", "var"]
        else:
            writer.add("ms", moments.mean_square, at, "mean square", STATISTICS)
            writer.add("rms", formulas.deviation("ms"), at, "root mean square", STATISTICS)
            values, found = moments.values, ["rms"]
        writer.add(formulas.normalised, moments.divided(values, "std" if row.centred else "rms"), at, "normalised")
        if placed.back:
            writer.add("Xhat", placed.back, ("X",), "placed as X is")
        writer.add("Y", formulas.scaled("Xhat"), ("gamma",), self._scaling)
        found += ["Xhat", "Y"]
        if self._fields.running is not None:
            found += self._add_running(self._fields.running)
        return found

    @property
    def _scaling(self) -> str:
        done = [word for name, word in (("gamma", "scaled"), ("beta", "shifted")) if name in self._graph]
        return " and ".join(done) if done else "neither scaled nor shifted"

    # ---- running averages

    def _add_running(self, running: RunningFields) -> list[str]:
        writer, formulas = self._writer, self._formulas
        self._give_averages(running, self._graph.shape("mu"))
        writer.given("m", running.momentum, ("running", "momentum"), RUNNING)
        taken = "var"
        if running.unbiased != self._fields.unbiased:
            taken = BATCH_FOR_RUNNING
            note = "over n − 1, for the running variance" if running.unbiased else "over n, for the running variance"
            writer.add(taken, formulas.moments.variance(running.unbiased), ("running", "unbiased"), note, RUNNING)
        for old, new in (("mu_run", "mu"), ("var_run", taken)):
            text = formulas.average(old, new)
            writer.add(f"{old}@1", text, ("running",), "after this batch", RUNNING, "averages")
        found = ["mu_run@1", "var_run@1"]
        if self._fields.test is not None:
            writer.given("X_test", self._fields.test, ("test",), "Test")
            text = formulas.by_running("X_test", "mu_run@1", "var_run@1")
            writer.add("Xhat_test", text, ("test",), "normalised by the running averages", TESTING)
            writer.add("Y_test", formulas.scaled("Xhat_test"), ("test",), self._scaling, TESTING)
            found.append("Y_test")
        return found

    def _give_averages(self, running: RunningFields, shape: Shape) -> None:
        """Add the averages before: as given, or 0 and 1 for every feature."""
        for name, value, start, field in (
            ("mu_run", running.mean, ZERO, "mean"),
            ("var_run", running.variance, ONE, "variance"),
        ):
            at = ("running", field)
            if value is not None:
                self._writer.given(name, value, at, RUNNING)
            elif is_concrete(shape):
                self._writer.given(name, array([start] * (shape[0] if shape else 1), shape), at, RUNNING)
            else:
                filled = "zeros" if start == ZERO else "ones"
                self._writer.add(name, f"{filled}({size_text(shape[0])})", at, "before this batch", RUNNING)
            if "mu" in self._graph:
                check_shape(self._writer, name, "mu", at)

    # ---- at test time

    def _add_test_of_x(self) -> list[str]:
        fields, writer, formulas = self._fields, self._writer, self._formulas
        assert fields.running is not None
        self._give_averages(fields.running, self._feature_shape())
        text = formulas.by_running("X", "mu_run", "var_run")
        writer.add("Xhat", text, ("mode",), "normalised by the running averages", TESTING)
        writer.add("Y", formulas.scaled("Xhat"), ("gamma",), self._scaling, TESTING)
        return ["Xhat", "Y"]

    def _feature_shape(self) -> Shape:
        """The shape of one mean for each feature or channel."""
        shape = self._graph.shape("X")
        if len(shape) == 1:
            return ()
        if len(shape) == 2:
            return shape[:1] if self._fields.samples == "columns" else shape[1:]
        return shape[-3:-2]

    # ---- the way back, and in words

    def _gradients(self) -> tuple[str, ...]:
        """The gradients that are asked for where the author asks nothing."""
        loss = loss_name(self._fields)
        if loss is None:
            return ()
        gradients = tuple(gradient(loss, name) for name in ("gamma", "beta", "X") if name in self._graph)
        if self._fields.backward == "short":
            self._add_short_form(loss)
        for name in gradients:
            add_gradient(self._graph, name)
        return gradients

    def _add_short_form(self, loss: str) -> None:
        """Add the derivative by the values that are normalised as one formula."""
        formulas, moments, graph = self._formulas, self._formulas.moments, self._graph
        upstream, centred = gradient(loss, formulas.normalised), self._fields.row.centred
        add_gradient(graph, upstream)
        text = moments.passed_back(f"{{{upstream}}}", formulas.normalised, "std" if centred else "rms", centred)
        name, adjoint = gradient(loss, moments.values), Adjoint(loss, moments.values)
        note = ("through mean and variance, in one formula" if centred else "through the root, in one formula",)
        at = ("backward",)
        self._writer.add_quantity(
            Quantity(name, written(text), section=BACKWARD, note=note, origin=at, adjoint=adjoint)
        )

    def _statement(self, asked: Sequence[str]) -> Statement:
        row, groups = self._fields.row, self._fields.groups
        when = " at test time" if self._fields.mode == "test" else ""
        count = f"; {groups} groups" if groups else ""
        title = f"{row.title[0].upper()}{row.title[1:]}{when} ({row.over}{count})"
        loss = loss_name(self._fields)
        names = [*_LAWS, *(["Xhat"] if self._fields.mode == "test" else []), *([loss] if loss else [])]
        told = with_laws(title, laws(self._graph, names), self._graph)
        return Statement(prose(told, "."), prose("Compute ", joined(map(Name, asked)), "."))

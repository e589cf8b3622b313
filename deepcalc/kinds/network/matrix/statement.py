"""The question of a network in matrix notation: its statement, and what its parts ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.kinds._stopping import BEST_EPOCH, RESTORED, STOP
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.initial import ranges
from deepcalc.kinds.network.matrix.notation import BatchFields
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.stopping import stops_when
from deepcalc.kinds.network.test_time import VALIDATION
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Relation
from deepcalc.plan import PartPlan
from deepcalc.plan.statement import Statement, given_as, joined, prose
from deepcalc.records import record

_TOLD = ("net_inputs", "statistics", "outputs"), ("targets", "losses")
"""The groups of what a statement writes out, one after the other."""


@record
class Question:
    """What is asked of a network whose first pass is in the graph, after so many steps of training."""

    first: Pass
    steps: int

    @property
    def wiring(self) -> MatrixWiring:
        return self.first.wiring

    @property
    def graph(self) -> Graph:
        return self.first.writer.graph

    @property
    def parts(self) -> tuple[PartPlan, ...]:
        wiring = self.wiring
        found: list[tuple[str, ...]] = [(*map(self.first.at, wiring.outputs), *self._classes)]
        if wiring.objective is not None:
            found += [] if wiring.is_from_upstream else [(self.first.at(wiring.objective),)]
            stop = (
                () if STOP not in self.graph else (STOP, BEST_EPOCH, RESTORED) if BEST_EPOCH in self.graph else (STOP,)
            )
            found.append((*self._results(wiring.objective), *stop))
        found += [ranges(wiring)] if wiring.fields.initialization is not None else []
        return tuple(PartPlan("abcd"[index], names) for index, names in enumerate(found))

    @property
    def _classes(self) -> list[str]:
        """The predicted classes, where the first pass has them."""
        fields = self.wiring.fields.classify
        return [fields.name] if fields is not None and fields.name in self.graph else []

    def _results(self, loss: str) -> tuple[str, ...]:
        """The parameters after the last update, or the gradients where there is none."""
        if self.steps:
            return tuple(f"{name}@{self.steps}" for name in self.wiring.trained)
        return tuple(gradient(loss, name) for name in self.wiring.parameters)

    def told(self, given: Prose) -> Statement:
        """The statement; ``given`` is how it tells what is given."""
        wiring, fields = self.wiring, self.wiring.fields
        lines = [each for groups in _TOLD for each in self.graph if each.group in groups and each.formula is not None]
        relations = (Relation("=", Name(each.name), each.definition) for each in lines)
        samples = "the single sample" if wiring.samples is None else f"the samples as {fields.samples_as} of"
        told = prose(f"A fully connected network takes {samples} ", Name(wiring.inputs), ": ", given)
        computed = prose(". It computes ", joined(relations, "; ", "; "), ".")
        return Statement(prose(told, computed, *self._stopping()), self._question())

    def _stopping(self) -> Iterator[Any]:
        """The validation samples, and when the training stops early."""
        fields = self.wiring.fields
        if isinstance(fields.validation, BatchFields):
            targets = fields.validation.Y
            named = {self.wiring.inputs: fields.validation.X}
            named |= {
                term.given_targets: targets[term.layer.name] if isinstance(targets, dict) else targets
                for term in self.wiring.terms
            }
            given = (given_as(f"{VALIDATION}.{name}", value) for name, value in named.items())
            yield prose(" The validation samples are ", joined(given), ".")
        if fields.optimizer is not None and fields.optimizer.early_stopping is not None:
            stopping = fields.optimizer.early_stopping
            yield prose(" Training stops ", stops_when(stopping, fields.validation is not None), ".")

    def _question(self) -> Any:
        wiring = self.wiring
        wanted: list[Any] = [Name(self.first.at(name)) for name in wiring.outputs]
        wanted += [prose("the predicted classes ", Name(name)) for name in self._classes]
        if wiring.objective is not None:
            wanted += [] if wiring.is_from_upstream else [prose("the loss ", Name(self.first.at(wiring.objective)))]
            wanted.append(self._last_wanted(wiring.objective))
        if wiring.fields.initialization is not None:
            wanted.append("the range of the initial weights of each layer")
        return prose("Compute ", joined(wanted), ".")

    def _last_wanted(self, loss: str) -> Any:
        optimizer = self.wiring.fields.optimizer
        if optimizer is None or not self.steps:
            return joined(_named(self._results(loss)))
        size = optimizer.batch_size
        batches = "" if size == "all" else f" in batches of {size}"
        after = f" after {optimizer.duration}{batches} of {optimizer.rule.title} with "
        rate = given_as(optimizer.symbol, optimizer.learning_rate)
        told = prose(joined(_named(self.wiring.trained)), after, rate)
        if not optimizer.may_stop:
            return told
        if optimizer.until is not None:
            told = prose(told, ", stopping after the first epoch at whose end ", optimizer.until)
        return prose(told, ", and the epoch ", Name(STOP), " after which it stops")


def _named(names: Sequence[str]) -> list[Any]:
    return [Name(name) for name in names]

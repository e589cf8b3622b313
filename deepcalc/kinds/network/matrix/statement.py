"""The question of a network in matrix notation: its statement, and what its parts ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.graph.graph import Graph, Prose
from deepcalc.kinds._stopping import STOP
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Relation
from deepcalc.plan import PartPlan
from deepcalc.plan.statement import Statement, given_as, joined, prose
from deepcalc.records import record


@record
class Question:
    """What is asked of a network whose graph has its quantities, after so many steps of training."""

    wiring: MatrixWiring
    graph: Graph
    steps: int

    @property
    def parts(self) -> tuple[PartPlan, ...]:
        wiring, classify = self.wiring, self.wiring.fields.classify
        found: list[tuple[str, ...]] = [(wiring.output, *([] if classify is None else [classify.name]))]
        if wiring.objective is not None:
            found += [] if wiring.is_from_upstream else [(wiring.objective,)]
            stop = (STOP,) if STOP in self.graph else ()
            found.append((*self._results(wiring.objective), *stop))
        return tuple(PartPlan("abc"[index], names) for index, names in enumerate(found))

    def _results(self, loss: str) -> tuple[str, ...]:
        """The parameters after the last update, or the gradients where there is none."""
        if self.steps:
            return tuple(f"{name}@{self.steps}" for name in self.wiring.trained)
        return tuple(gradient(loss, name) for name in self.wiring.parameters)

    def told(self, given: Prose) -> Statement:
        """The statement; ``given`` is how it tells what is given."""
        wiring, fields = self.wiring, self.wiring.fields
        lines = [name for layer in wiring.layers for name in dict.fromkeys((layer.net, layer.out, layer.passed_on))]
        lines += [each.name for each in self.graph if each.group in ("targets", "losses")]
        formulas = {name: self.graph[name].formula for name in lines}
        relations = (Relation("=", Name(name), node) for name, node in formulas.items() if node is not None)
        samples = "the single sample" if wiring.samples is None else f"the samples as {fields.samples_as} of"
        told = prose(f"A fully connected network takes {samples} ", Name(wiring.inputs), ": ", given)
        return Statement(prose(told, ". It computes ", joined(relations, "; ", "; "), "."), self._question())

    def _question(self) -> Any:
        wiring, classify = self.wiring, self.wiring.fields.classify
        wanted: list[Any] = [Name(wiring.output)]
        if classify is not None:
            wanted.append(prose("the predicted classes ", Name(classify.name)))
        if wiring.objective is not None:
            wanted += [] if wiring.is_from_upstream else [prose("the loss ", Name(wiring.objective))]
            wanted.append(self._last_wanted(wiring.objective))
        return prose("Compute ", joined(wanted), ".")

    def _last_wanted(self, loss: str) -> Any:
        optimizer = self.wiring.fields.optimizer
        if optimizer is None or not self.steps:
            return joined(_named(self._results(loss)))
        size = optimizer.batch_size
        batches = "" if size == "all" else f" in batches of {size}"
        after = f" after {optimizer.duration}{batches} of {optimizer.update.title} with "
        rate = given_as(optimizer.symbol, optimizer.learning_rate)
        told = prose(joined(_named(self.wiring.trained)), after, rate)
        if optimizer.until is None:
            return told
        stopping = prose(", stopping after the first epoch at whose end ", optimizer.until)
        return prose(told, stopping, ", and the epoch ", Name(STOP), " after which it stops")


def _named(names: Sequence[str]) -> list[Any]:
    return [Name(name) for name in names]

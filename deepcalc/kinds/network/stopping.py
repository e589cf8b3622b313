"""Early stopping of a network's training by its own losses: when it stops, and the parameters of the best epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph, Prose, Quantity
from deepcalc.kinds._stopping import BEST, LIMIT, RESTORED, WAIT, Stopping
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import OptimizerFields
from deepcalc.notation.nodes import Name, number
from deepcalc.plan import TablePlan, TableRow
from deepcalc.records import record

PATIENCE, DELTA = "patience", "min_delta"

AT = ("optimizer", "early_stopping")


@record
class EarlyStop:
    """The early stopping of a training, whose numbers are in the graph."""

    stopping: Stopping

    @classmethod
    def of(cls, optimizer: OptimizerFields, graph: Graph) -> EarlyStop | None:
        """That of an optimizer, with its numbers added to the graph; None where there is none."""
        fields = optimizer.early_stopping
        if fields is None:
            return None
        given, section = number(fields.patience), "Early stopping"
        graph.add(Quantity(PATIENCE, given=given, section=section, origin=(*AT, "patience")))
        needs_more = fields.min_delta is not None and fields.min_delta.value > 0
        if needs_more:
            graph.add(Quantity(DELTA, given=fields.min_delta, section=section, origin=(*AT, "min_delta")))
        return cls(Stopping(fields.patience, PATIENCE, DELTA if needs_more else None))

    def progress(self, epoch: int, loss: str) -> Iterator[Quantity]:
        """What the loss after an epoch makes of the best one so far."""
        yield from self.stopping.progress(epoch, loss, AT)

    def runs_out(self, graph: Graph, epoch: int) -> bool:
        """Whether the patience runs out with an epoch."""
        return bool(self._waited(graph, epoch) >= self.stopping.epochs)

    def _waited(self, graph: Graph, epoch: int) -> int:
        name = f"{WAIT}.{epoch}"
        return int(evaluate(graph, [name]).values[name])

    def end(self, graph: Graph, trained: Sequence[str], last: int, most: int, updates: int) -> Iterator[Quantity]:
        """The last and the best epoch, and the parameters of the best; an epoch has so many updates."""
        yield from self.stopping.end(last, most, self.runs_out(graph, last), AT)
        best = last - self._waited(graph, last)
        for name in trained:
            formula, note = Name(timed(name, best * updates)), (f"as after epoch {best}",)
            plain: dict[str, Any] = {"section": "Restored parameters", "group": RESTORED, "origin": AT}
            yield Quantity(f"{RESTORED}.{name}", formula, note=note, **plain)

    def table(self, last: int, loss: Callable[[int], str]) -> TablePlan:
        """The losses after the epochs, the best one so far and the epochs since then."""
        heads = (*([LIMIT] if self.stopping.delta is not None else []), BEST, WAIT)
        titles = {LIMIT: "to be below", BEST: "best so far", WAIT: "epochs without improvement"}
        first = {LIMIT: 2}
        rows = tuple(
            TableRow(
                (f"{epoch}",),
                (loss(epoch), *(f"{head}.{epoch}" if epoch >= first.get(head, 1) else None for head in heads)),
            )
            for epoch in range(1, last + 1)
        )
        columns: tuple[Prose, ...] = (("Epoch",), (Name(loss(0)),), *((titles[head],) for head in heads))
        return TablePlan("Early stopping", columns, rows)

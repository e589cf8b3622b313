"""Early stopping of a network's training by its own losses: when it stops, and the parameters of the best epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from deepcalc.errors import Fault, FieldError, did_you_mean
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._stopping import BEST, BEST_EPOCH, LIMIT, RESTORED, STOP, WAIT, Stopping
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import EarlyStoppingFields, OptimizerFields
from deepcalc.kinds.network.test_time import VALIDATION
from deepcalc.notation.nodes import Name, number
from deepcalc.plan import TablePlan, TableRow
from deepcalc.plan.picture_plans import PlotPlan, RulePlan, SeriesPlan
from deepcalc.plan.statement import prose
from deepcalc.records import record

PATIENCE, DELTA = "patience", "min_delta"

AT = ("optimizer", "early_stopping")

STOPS = (RulePlan("best epoch", BEST_EPOCH), RulePlan("stop", STOP))
"""Where a curve has the best epoch and the end of the training."""


def stops_when(fields: EarlyStoppingFields, of_validation: bool) -> Prose:
    """When a training stops early, in words."""
    loss = "the loss of the validation samples" if of_validation else "the loss"
    which: Any = loss if fields.monitor is None else Name(fields.monitor)
    epochs = "an epoch" if fields.patience == 1 else f"{fields.patience} epochs in a row"
    least = "" if fields.min_delta is None else f" by more than {fields.min_delta.text}"
    return prose("when ", which, f" has not improved{least} for {epochs}")


@record
class EarlyStop:
    """The early stopping of a training, whose numbers are in the graph; ``monitor`` is judged, the loss by default."""

    stopping: Stopping
    monitor: str | None = None

    @classmethod
    def of(cls, optimizer: OptimizerFields, graph: Graph, accuracy: str | None) -> EarlyStop | None:
        """That of an optimizer, with its numbers added to the graph; None where there is none.

        ``accuracy`` is the name of the share of right classes.
        """
        fields = optimizer.early_stopping
        if fields is None:
            return None
        given, section = number(fields.patience), "Early stopping"
        graph.add(Quantity(PATIENCE, given=given, section=section, origin=(*AT, "patience")))
        needs_more = fields.min_delta is not None and fields.min_delta.value > 0
        if needs_more:
            graph.add(Quantity(DELTA, given=fields.min_delta, section=section, origin=(*AT, "min_delta")))
        is_share = fields.monitor is not None and fields.monitor.removeprefix(f"{VALIDATION}.") == accuracy
        rises = is_share if fields.mode is None else fields.mode == "max"
        return cls(Stopping(fields.patience, PATIENCE, DELTA if needs_more else None, rises), fields.monitor)

    def judged(self, graph: Graph, loss: Callable[[int], str], time: int) -> str:
        """What is judged after so many updates: the loss, or a number of another name."""
        if self.monitor is None:
            return loss(time)
        name = timed(self.monitor, time)
        if name not in graph or graph.shape(name):
            what = "is no single number" if name in graph else "has no value after an epoch"
            known = did_you_mean(self.monitor, graph.names)
            raise FieldError([Fault((*AT, "monitor"), f"`{self.monitor}` {what}{known}")])
        return name

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

    def curve(self, epochs: Sequence[int], judged: Callable[[int], str]) -> PlotPlan:
        """What is judged after each epoch, the best so far, and where training stops."""
        label: Prose = (Name(str(self.monitor)),)
        series = SeriesPlan(label, tuple((epoch, judged(epoch)) for epoch in epochs))
        best = SeriesPlan(("best so far",), tuple((epoch, f"{BEST}.{epoch}") for epoch in epochs), stepped=True)
        return PlotPlan("What is judged", ("epoch",), label, (series, best), STOPS)

    def table(self, last: int, loss: Callable[[int], str]) -> TablePlan:
        """The losses after the epochs, the best one so far and the epochs since then."""
        heads = (*([LIMIT] if self.stopping.delta is not None else []), BEST, WAIT)
        bar = "to be above" if self.stopping.rises else "to be below"
        titles = {LIMIT: bar, BEST: "best so far", WAIT: "epochs without improvement"}
        first = {LIMIT: 2}
        rows = tuple(
            TableRow(
                (f"{epoch}",),
                (loss(epoch), *(f"{head}.{epoch}" if epoch >= first.get(head, 1) else None for head in heads)),
            )
            for epoch in range(1, last + 1)
        )
        judged = Name(self.monitor or loss(0))
        columns: tuple[Prose, ...] = (("Epoch",), (judged,), *((titles[head],) for head in heads))
        return TablePlan("Early stopping", columns, rows)

"""Early stopping: the best loss so far, how long there was no better one, when training stops, which epoch is best.

Goodfellow, Bengio and Courville, *Deep Learning*, algorithm 7.1, with an evaluation after every epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import ONE, ZERO, Cases, Name, Node, Plus, Relation, minus, number
from deepcalc.plan import Slip
from deepcalc.records import record

BEST, WAIT, LIMIT = "best", "wait", "limit"
STOP, BEST_EPOCH, RESTORED = "stop_epoch", "best_epoch", "restored"


@record
class Stopping:
    """An early stopping: ``patience`` and ``delta`` are the names of its numbers, the latter None where it is 0.

    ``epochs`` are the epochs without an improvement after which it stops; ``rises`` says that larger is better, as
    of an accuracy.
    """

    epochs: int
    patience: str
    delta: str | None
    rises: bool = False

    def progress(self, epoch: int, loss: str, at: Location) -> Iterator[Quantity]:
        """What an epoch's loss makes of the best one so far, and of the epochs without an improvement."""

        def own(head: str, formula: Node, group: str) -> Quantity:
            return Quantity(f"{head}.{epoch}", formula, section=f"Epoch {epoch}", group=group, origin=at)

        if epoch == 1:
            yield own(BEST, Name(loss), "losses")
            yield own(WAIT, ZERO, "epochs")
            return
        bar = best = Name(f"{BEST}.{epoch - 1}")
        if self.delta is not None:
            least = Name(self.delta)
            yield own(LIMIT, Plus(best, least) if self.rises else minus(best, least), "losses")
            bar = Name(f"{LIMIT}.{epoch}")
        improved = Relation(">" if self.rises else "<", Name(loss), bar)
        yield own(BEST, Cases(Name(loss), improved, best), "losses")
        yield own(WAIT, Cases(ZERO, improved, Plus(Name(f"{WAIT}.{epoch - 1}"), ONE)), "epochs")

    def end(self, last: int, most: int, runs_out: bool, at: Location) -> Iterator[Quantity]:
        """The epoch after which training stops, and the best one.

        ``last`` is the last epoch that is run, ``most`` the number of epochs that there would be.
        """
        # the patience cannot run out before the epoch after it
        tried = [
            (number(t), Relation(">=", Name(f"{WAIT}.{t}"), Name(self.patience)))
            for t in range(self.epochs + 1, last + 1)
        ]
        stop = Cases(*(part for pair in tried for part in pair), number(most)) if runs_out else number(most)
        note = "the patience runs out" if runs_out else "the last epoch; the patience does not run out"
        yield Quantity(STOP, stop, section="Stop", group="epochs", note=(note,), origin=at)
        best, note = minus(Name(STOP), Name(f"{WAIT}.{last}")), "the epoch of the last improvement"
        yield Quantity(BEST_EPOCH, best, section="Stop", group="epochs", note=(note,), origin=at)


def stopping_slips(graph: Graph) -> Iterator[Slip]:
    """The last epoch taken for the best one, the patience for one epoch more or less."""
    best, stop = graph[BEST_EPOCH].definition, graph[STOP].definition
    yield Slip("best-is-last", "the last epoch taken for the best one", {BEST_EPOCH: Name(STOP)})
    later = {STOP: Plus(stop, ONE), BEST_EPOCH: changed(best, _one_earlier)}
    yield Slip("patience", "the patience taken as one epoch more", later)
    sooner = {STOP: minus(stop, ONE), BEST_EPOCH: Plus(best, ONE)}
    yield Slip("patience", "the patience taken as one epoch less", sooner)


def _one_earlier(node: Node) -> Any:
    """The stop in a formula, where that is one epoch too late."""
    return minus(node, ONE) if node == Name(STOP) else None

"""Typical mistakes in counting batches and updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import Call, Name, Node, Times
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.batching.fields import BatchingFields

_OTHER = {"floor": "ceil", "ceil": "floor"}


def slips(fields: BatchingFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a batching problem."""
    iterations = plan.graph["iterations"].definition
    full, batch = ("incomplete", "counted") if fields.drop_last else ("last", "left out")
    message = f"the {full} batch {batch}"
    yield Slip("rounded-otherwise", message, {"iterations": changed(iterations, _rounded_otherwise)})
    yield Slip("full-last-batch", "the last batch taken as a full one", {"last_batch": Name("batch_size")})
    yield Slip("one-epoch", "the updates of one epoch only", {"updates": Name("iterations")})
    every = Times(Name("epochs"), Name("samples"))
    yield Slip("update-per-sample", "an update for each sample, not for each batch", {"updates": every})
    if fields.samples % fields.size:
        at_once = changed(iterations, lambda node: every if node == Name("samples") else None)
        yield Slip("rounded-at-the-end", "rounded once for all epochs, not in each of them", {"updates": at_once})
    yield Slip("update-per-epoch", "an update for each epoch, not for each batch", {"updates": Name("epochs")})


def _rounded_otherwise(node: Node) -> Node | None:
    return Call(_OTHER[node.function], *node.arguments) if isinstance(node, Call) and node.function in _OTHER else None

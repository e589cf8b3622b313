"""The batches of a training in matrix notation: rows or columns of X and Y, and the course of the updates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph
from deepcalc.kinds.network.fields import OptimizerFields
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Item, Slice
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.notation.shapes import Size

Batch = tuple[int, ...]
"""The numbers of consecutive samples, counted from 1."""

SUFFIX = "_b"
"""What the names of a batch's arrays end in: ``X_b``, ``L_b``."""


def batches_of(wiring: MatrixWiring) -> list[Batch | None]:
    """The batches of an epoch; None for all samples at once."""
    optimizer, samples = wiring.fields.optimizer, wiring.samples
    return optimizer.batches(samples) if optimizer is not None and isinstance(samples, int) else [None]


def updates_of(wiring: MatrixWiring) -> list[tuple[int, Batch | None, bool]]:
    """The updates with their numbers, the batch of each, and whether it is the last one of an epoch."""
    optimizer, batches = wiring.fields.optimizer, batches_of(wiring)
    most = 1 if optimizer is None else _most(optimizer, len(batches))
    course = islice(cycle(batches), most)
    return [(step, batch, step % len(batches) == 0) for step, batch in enumerate(course, start=1)]


def _most(optimizer: OptimizerFields, batches: int) -> int:
    return optimizer.steps if optimizer.steps is not None else (optimizer.epochs or 1) * batches


def rows_of(graph: Graph, wiring: MatrixWiring, name: str, batch: Batch) -> Node:
    """The samples of a batch: ``X[1:2, :]`` as rows, ``X[:, 1:2]`` as columns, ``y[1:2]`` of one number for each."""
    span = Slice(number(batch[0]), number(batch[-1]))
    if len(graph.shape(name)) == 1:
        return Item(Name(name), span)
    return Item(Name(name), span, Slice()) if wiring.as_rows else Item(Name(name), Slice(), span)


def count_of(wiring: MatrixWiring, batch: Batch | None) -> Size | None:
    """How many samples a pass has; None for a single one that is a vector."""
    return wiring.samples if batch is None else len(batch)


def batch_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is wrong with the course of a training; batches are of samples whose number is known."""
    fields = wiring.fields
    optimizer = fields.optimizer
    if optimizer is None:
        return
    if optimizer.early_stopping is not None:
        yield Fault(("optimizer", "early_stopping"), "in matrix notation a training stops by `until`, or at its end")
    is_known = isinstance(wiring.samples, int)
    if optimizer.batch_size != "all" and not is_known:
        message = "batches need samples whose number is known, as the rows or columns of X"
        yield Fault(("optimizer", "batch_size"), message)
    else:
        yield from optimizer.course_faults(wiring.samples if isinstance(wiring.samples, int) else 1)
    if wiring.loss is not None and wiring.loss.root and optimizer.batch_size != "all":
        yield Fault(("optimizer", "batch_size"), f"{wiring.loss.name} is the root of a mean over all samples")
    for field in ("given", "upstream"):
        if getattr(fields, field) and len(updates_of(wiring)) > 1:
            yield Fault((field,), f"`{field}` holds at the first values alone, so there is one update")

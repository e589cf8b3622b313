"""The batches of a training in matrix notation: rows or columns of X and Y, and the course of the updates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import OptimizerFields
from deepcalc.kinds.network.matrix.wiring import Batch, MatrixWiring
from deepcalc.notation.array_nodes import Item, Slice
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.notation.shapes import Size
from deepcalc.records import record

SUFFIX = "_b"
"""What the names of a batch's arrays end in: ``X_b``, ``L_b``."""

BATCH = "Batch"
"""The heading of the samples of a batch."""


def updates_of(wiring: MatrixWiring) -> list[tuple[int, Batch | None, bool]]:
    """The updates with their numbers, the batch of each, and whether it is the last one of an epoch."""
    optimizer, batches = wiring.fields.optimizer, wiring.batches
    most = 1 if optimizer is None else _most(optimizer, len(batches))
    course = islice(cycle(batches), most)
    return [(step, batch, step % len(batches) == 0) for step, batch in enumerate(course, start=1)]


def _most(optimizer: OptimizerFields, batches: int) -> int:
    return optimizer.steps if optimizer.steps is not None else (optimizer.epochs or 1) * batches


@record
class Stage:
    """Which samples a pass is of, all where ``batch`` is None, and with which parameters it is made.

    ``prefix`` is that of passes beside those at the parameters, as at the point of a look-ahead, to which the
    parameters are moved; ``title`` says what they are in the headings of a sheet.
    """

    time: int = 0
    batch: Batch | None = None
    prefix: str = ""
    when: str = "after update"
    moves_parameters: bool = False
    title: str = ""

    def name(self, name: str) -> str:
        """What an array is called in the pass."""
        own = name if self.batch is None else f"{name}{SUFFIX}"
        return timed(f"{self.prefix}.{own}" if self.prefix else own, self.time)

    def parameter(self, name: str) -> str:
        """What a parameter that is trained is called."""
        return timed(f"{self.prefix}.{name}" if self.moves_parameters else name, self.time)

    def section(self, section: str) -> str:
        own = f"{section} ({self.title})" if self.title else section
        of_batch = "" if self.batch is None or section == BATCH else " of the batch"
        return f"{own}{of_batch} {self.when} {self.time}" if self.time else f"{own}{of_batch}"


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
    is_known = isinstance(wiring.samples, int)
    if optimizer.batch_size != "all" and not is_known:
        message = "batches need samples whose number is known, as the rows or columns of X"
        yield Fault(("optimizer", "batch_size"), message)
    else:
        yield from optimizer.course_faults(wiring.samples if isinstance(wiring.samples, int) else 1)
    for term in wiring.terms:
        if term.loss.root and optimizer.batch_size != "all":
            yield Fault(("optimizer", "batch_size"), f"{term.loss.name} is the root of a mean over all samples")
    is_one_update = len(updates_of(wiring)) == 1
    is_split = {"given": len(wiring.batches) > 1 and is_one_update, "upstream": optimizer.batch_size != "all"}
    for field, splits in is_split.items():
        if getattr(fields, field) and splits:
            message = f"`{field}` is of all samples, so they are one batch: leave out `batch_size`"
            yield Fault(("optimizer", "batch_size"), message)
        if getattr(fields, field) and not is_one_update:
            yield Fault((field,), f"`{field}` holds at the first values alone, so there is one update")

"""Mini-batches: iterations in an epoch, parameter updates in all, and the size of the last batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.kinds._batching.slips import slips
from deepcalc.kinds._fields import Count, Fields, Flag
from deepcalc.kinds._registry import Kind
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Over, Times, minus
from deepcalc.plan import PartPlan, Plan

SAMPLES, BATCH_SIZE, EPOCHS = Name("samples"), Name("batch_size"), Name("epochs")
ITERATIONS, LAST_BATCH, DROPPED, UPDATES = Name("iterations"), Name("last_batch"), Name("dropped"), Name("updates")

EPOCH = "One epoch"


class Method(StrEnum):
    """How many samples go into one update."""

    MINI_BATCH = "mini-batch"
    BATCH = "batch"
    STOCHASTIC = "stochastic"


@dataclass(frozen=True)
class FixedBatchSize:
    """The batch size of a method that settles it: as a formula, as a number, and in words."""

    formula: Any
    size: Callable[[int], int]
    note: str


FIXED = {
    Method.BATCH: FixedBatchSize(SAMPLES, lambda samples: samples, "batch gradient descent: all samples at once"),
    Method.STOCHASTIC: FixedBatchSize(ONE, lambda samples: 1, "stochastic gradient descent: one sample at a time"),
}


class BatchingFields(Fields):
    """A training set, cut into batches; each batch gives one update of the parameters (one iteration)."""

    samples: Count = Field(description="how many training samples there are")
    batch_size: Count | None = Field(None, description="samples in a mini-batch; batch and stochastic need none")
    epochs: Count = Field(1, description="how many times the whole training set is gone through")
    method: Method = Field(
        Method.MINI_BATCH,
        description="mini-batch; batch for all samples in each update; stochastic for one sample in each update",
    )
    drop_last: Flag = Field(
        False, description="whether an incomplete last batch is left out (as with PyTorch's drop_last) or used"
    )

    @property
    def size(self) -> int:
        """The batch size, given or settled by the method."""
        fixed = FIXED.get(self.method)
        return fixed.size(self.samples) if fixed is not None else self.batch_size or self.samples

    def faults(self) -> Iterator[Fault]:
        fixed = FIXED.get(self.method)
        if fixed is None and self.batch_size is None:
            yield Fault(("batch_size",), "missing `batch_size`; or say `method: batch` or `method: stochastic`")
        if fixed is not None and self.batch_size not in (None, self.size):
            message = f"with `method: {self.method}` the batch size is {self.size}; leave `batch_size` out"
            yield Fault(("batch_size",), message)
        if self.drop_last and self.size > self.samples:
            message = (
                f"{self.samples} samples never fill a batch of {self.size}: with `drop_last: true` nothing is trained"
            )
            yield Fault(("batch_size",), message)


def build(fields: BatchingFields) -> Plan:
    graph = Graph()

    def given(name: Name, size: int) -> None:
        graph.add(Quantity(name.name, given=Literal(str(size)), section="Given", origin=(name.name,)))

    def add(name: Name, formula: Any, section: str, note: str) -> None:
        graph.add(Quantity(name.name, formula, section=section, note=(note,), origin=("samples",)))

    given(SAMPLES, fields.samples)
    if fields.method in FIXED:
        add(BATCH_SIZE, FIXED[fields.method].formula, EPOCH, FIXED[fields.method].note)
    else:
        given(BATCH_SIZE, fields.size)
    given(EPOCHS, fields.epochs)
    left_over = fields.samples % fields.size
    if fields.drop_last:
        note = "full batches; the rest is left out" if left_over else "batches, all of them full"
        add(ITERATIONS, Call("floor", Over(SAMPLES, BATCH_SIZE)), EPOCH, note)
        add(LAST_BATCH, BATCH_SIZE, EPOCH, "only full batches are used")
        add(DROPPED, minus(SAMPLES, Times(ITERATIONS, BATCH_SIZE)), EPOCH, "samples left out in each epoch")
    else:
        note = "batches; the last one is smaller" if left_over else "batches, all of them full"
        add(ITERATIONS, Call("ceil", Over(SAMPLES, BATCH_SIZE)), EPOCH, note)
        before = Times(minus(ITERATIONS, ONE), BATCH_SIZE)
        add(LAST_BATCH, minus(SAMPLES, before), EPOCH, "what the batches before it leave over")
    add(UPDATES, Times(EPOCHS, ITERATIONS), "All epochs", "one update of the parameters for each batch")
    asked = (ITERATIONS, LAST_BATCH, UPDATES)
    parts = tuple(PartPlan(letter, (name.name,)) for letter, name in zip("abc", asked, strict=True))
    return Plan(graph, parts, _statement(fields))


def _statement(fields: BatchingFields) -> str:
    batches = {
        Method.MINI_BATCH: f"mini-batches of {fields.size}",
        Method.BATCH: "batch gradient descent",
        Method.STOCHASTIC: "stochastic gradient descent, one sample at a time",
    }[fields.method]
    epochs = f"{fields.epochs} epoch{'s' if fields.epochs > 1 else ''}"
    dropped = " An incomplete last batch is left out." if fields.drop_last else ""
    return (
        f"A model is trained on {fields.samples} samples for {epochs} with {batches}.{dropped}\n\n"
        "How many iterations does an epoch have, how large is its last batch, and how many updates are there in all?"
    )


TEMPLATE = """\
title: How many updates?
kind: batching
samples: 1000                # training samples
batch_size: 64               # not needed with method: batch (all samples) or method: stochastic (one)
epochs: 10
method: mini-batch           # mini-batch | batch | stochastic
drop_last: false             # true leaves an incomplete last batch out
parts:
  - {id: a, points: 1, find: iterations}
  - {id: b, points: 1, find: last_batch}      # with drop_last: true also: dropped
  - {id: c, points: 1, find: updates}
expected: {iterations: 16, last_batch: 40, updates: 160}
"""

KIND = Kind(
    name="batching",
    summary="iterations in an epoch, size of the last batch, and updates in all, for batches of any size",
    fields=BatchingFields,
    build=build,
    template=TEMPLATE,
    slips=slips,
)

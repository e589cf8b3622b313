"""The fields of `batching`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from pydantic import Field

from deepcalc.errors import Fault
from deepcalc.fields.types import Count, Fields, Flag
from deepcalc.notation.nodes import ONE, Name, Node
from deepcalc.records import record

SAMPLES, BATCH_SIZE, EPOCHS = Name("samples"), Name("batch_size"), Name("epochs")
ITERATIONS, LAST_BATCH, DROPPED, UPDATES = Name("iterations"), Name("last_batch"), Name("dropped"), Name("updates")

EPOCH = "One epoch"


class Method(StrEnum):
    """How many samples go into one update."""

    MINI_BATCH = "mini-batch"
    BATCH = "batch"
    STOCHASTIC = "stochastic"


@record
class FixedBatchSize:
    """The batch size of a method that settles it: as a formula, as a number, and in words."""

    formula: Node
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

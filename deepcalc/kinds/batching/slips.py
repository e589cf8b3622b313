"""Typical mistakes in counting batches and updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepcalc.kinds.batching.fields import BATCH_SIZE, DROPPED, EPOCHS, ITERATIONS, LAST_BATCH, SAMPLES, UPDATES
from deepcalc.notation.edits import changed
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Node, Over, Times, minus, total
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.batching.fields import BatchingFields

_OTHER = {"floor": "ceil", "ceil": "floor"}
_TO_A_FULL_ONE = "what is missing to a full batch"


def slips(fields: BatchingFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a batching problem."""
    iterations = plan.graph[ITERATIONS.name].definition
    for key, message, name, formula in (
        *_of_iterations(fields, iterations),
        *_of_what_is_left(fields),
        *_of_updates(fields, iterations),
    ):
        yield Slip(key, message, {name.name: formula})


Row = tuple[str, str, Name, Node]


def _of_iterations(fields: BatchingFields, iterations: Node) -> Iterator[Row]:
    full, batch = ("incomplete", "counted") if fields.drop_last else ("last", "left out")
    yield "rounded-otherwise", f"the {full} batch {batch}", ITERATIONS, changed(iterations, _rounded_otherwise)
    quotient = Over(SAMPLES, BATCH_SIZE)
    yield "not-rounded", "not rounded to whole batches", ITERATIONS, quotient
    yield "turned-over", "the division turned over", ITERATIONS, Over(BATCH_SIZE, SAMPLES)
    yield "all-epochs", "the iterations of all epochs, not of one", ITERATIONS, Times(EPOCHS, iterations)
    yield "all-epochs", "the iterations of all epochs, not of one, nor rounded", ITERATIONS, Times(EPOCHS, quotient)
    yield "iteration-per-sample", "an iteration for each sample, not for each batch", ITERATIONS, SAMPLES
    yield "one-more", "one iteration too many counted", ITERATIONS, total(iterations, ONE)
    by_epochs = Call("floor" if fields.drop_last else "ceil", Over(SAMPLES, EPOCHS))
    yield "divided-by-epochs", "divided by the epochs, not by the batch size", ITERATIONS, by_epochs


def _of_what_is_left(fields: BatchingFields) -> Iterator[Row]:
    """Of the last batch, and of the samples that are left out."""
    all_full, quotient = Times(ITERATIONS, BATCH_SIZE), Over(SAMPLES, BATCH_SIZE)
    yield "full-last-batch", "the last batch taken as a full one", LAST_BATCH, BATCH_SIZE
    rest = minus(quotient, Call("floor", quotient))
    if fields.drop_last:
        yield "to-a-full-one", _TO_A_FULL_ONE, DROPPED, minus(BATCH_SIZE, minus(SAMPLES, all_full))
        yield "share-of-a-batch", "the share of a batch, not the number of samples", DROPPED, rest
        yield "used-samples", "the samples that are used, not those that are left out", DROPPED, all_full
        yield "all-epochs", "those of all epochs, not of one", DROPPED, Times(EPOCHS, minus(SAMPLES, all_full))
        yield "whole-batch", "a whole batch, not what is left over", DROPPED, BATCH_SIZE
        yield "none-left-out", "no sample left out", DROPPED, ZERO
        yield "iterations-for-samples", "the iterations in place of the samples left out", DROPPED, ITERATIONS
        left_over = minus(SAMPLES, all_full)
        yield "incomplete-batch", "the incomplete batch, which is left out", LAST_BATCH, left_over
        return
    yield "to-a-full-one", _TO_A_FULL_ONE, LAST_BATCH, minus(all_full, SAMPLES)
    yield "all-full", "the last batch itself counted as a full one before it", LAST_BATCH, minus(SAMPLES, all_full)
    yield "share-of-a-batch", "the share of a batch, not the number of samples", LAST_BATCH, rest
    shared = Over(SAMPLES, ITERATIONS)
    yield "equal-batches", "all batches of the same size", LAST_BATCH, shared
    yield "equal-batches", "all batches of the same size, rounded up", LAST_BATCH, Call("ceil", shared)
    every = Times(EPOCHS, SAMPLES)
    of_all = minus(every, Times(BATCH_SIZE, Call("floor", Over(every, BATCH_SIZE))))
    yield "rounded-at-the-end", "what the samples of all epochs together leave over", LAST_BATCH, of_all


def _of_updates(fields: BatchingFields, iterations: Node) -> Iterator[Row]:
    every = Times(EPOCHS, SAMPLES)
    yield "one-epoch", "the updates of one epoch only", UPDATES, ITERATIONS
    yield "update-per-sample", "an update for each sample, not for each batch", UPDATES, every
    if fields.samples % fields.size:
        at_once = changed(iterations, lambda node: every if node == SAMPLES else None)
        yield "rounded-at-the-end", "rounded once for all epochs, not in each of them", UPDATES, at_once
        yield "not-rounded", "not rounded to whole batches", UPDATES, Times(EPOCHS, Over(SAMPLES, BATCH_SIZE))
        other = total(ITERATIONS, ONE) if fields.drop_last else minus(ITERATIONS, ONE)
        said = "the incomplete batch counted in each" if fields.drop_last else "the last batch left out of each"
        yield "rounded-otherwise-there", f"{said} epoch", UPDATES, Times(EPOCHS, other)
    yield "update-per-epoch", "an update for each epoch, not for each batch", UPDATES, EPOCHS
    yield "samples-counted", "the samples gone through, not the updates", UPDATES, Times(EPOCHS, ITERATIONS, BATCH_SIZE)
    yield "one-epoch-less", "one epoch too few", UPDATES, Times(minus(EPOCHS, ONE), ITERATIONS)
    yield "one-epoch-more", "one epoch too many", UPDATES, Times(total(EPOCHS, ONE), ITERATIONS)
    yield "sum-for-product", "epochs and iterations added, not multiplied", UPDATES, total(EPOCHS, ITERATIONS)
    yield "turned-over", "divided by the epochs, not multiplied by them", UPDATES, Over(ITERATIONS, EPOCHS)
    yield "batch-size-for-iterations", "the batch size in place of the iterations", UPDATES, Times(EPOCHS, BATCH_SIZE)
    yield "times-batch-size", "multiplied by the batch size, not by the epochs", UPDATES, Times(ITERATIONS, BATCH_SIZE)


def _rounded_otherwise(node: Node) -> Node | None:
    return Call(_OTHER[node.function], *node.arguments) if isinstance(node, Call) and node.function in _OTHER else None

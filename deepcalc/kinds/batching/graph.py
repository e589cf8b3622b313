"""The plan of `batching`: its graph, its parts, its statement."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.batching.fields import (
    BATCH_SIZE,
    DROPPED,
    EPOCH,
    EPOCHS,
    FIXED,
    ITERATIONS,
    LAST_BATCH,
    SAMPLES,
    UPDATES,
    BatchingFields,
    Method,
)
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, Times, minus
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.statement import Statement


def build(fields: BatchingFields) -> Plan:
    graph = Graph()

    def given(name: Name, size: int) -> None:
        graph.add(Quantity(name.name, given=Literal(str(size)), section="Given", origin=(name.name,)))

    def add(name: Name, formula: Node, section: str, note: str) -> None:
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


def _statement(fields: BatchingFields) -> Statement:
    batches = {
        Method.MINI_BATCH: f"mini-batches of {fields.size}",
        Method.BATCH: "batch gradient descent",
        Method.STOCHASTIC: "stochastic gradient descent, one sample at a time",
    }[fields.method]
    epochs = f"{fields.epochs} epoch{'s' if fields.epochs > 1 else ''}"
    dropped = " An incomplete last batch is left out." if fields.drop_last else ""
    return Statement(
        (f"A model is trained on {fields.samples} samples for {epochs} with {batches}.{dropped}\n\n",),
        ("How many iterations has an epoch, how large is its last batch, and how many updates are there in all?",),
    )

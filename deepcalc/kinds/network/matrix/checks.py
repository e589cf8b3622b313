"""A network in matrix notation read, and what is wrong between its loss, its training and its matrices."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from deepcalc.errors import Fault, FieldError, did_you_mean, listed
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._losses import value_faults
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.matrix.batches import batch_faults, updates_of
from deepcalc.kinds.network.matrix.losses import IN_MATRICES
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.rules.losses import Loss

MOST_WORK = 20_000
"""Entries of parameters and samples, over all steps of a training."""


def read(fields: NetworkFields) -> MatrixWiring:
    """The wiring of a network; ``FieldError`` with everything that is wrong in its fields together."""
    wiring = MatrixWiring(fields)
    faults = [*wiring.faults, *_loss_faults(wiring), *_training_faults(wiring)]
    if faults:
        raise FieldError(faults)
    return wiring


def _loss_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    fields, loss = wiring.fields.loss, wiring.loss
    if fields is None or loss is None:
        return
    at = ("loss", "function")
    if loss.name not in IN_MATRICES:
        yield Fault(at, f"{loss.title} is not written in matrices; there are {listed(IN_MATRICES)}")
    activation = wiring.layers[-1].activation
    if loss.outputs_of not in (None, activation):
        message = f"{loss.title} takes the outputs of {loss.outputs_of}; the last layer has {activation}"
        yield Fault(at, message)
    yield from fields.setting_faults(loss, ("loss",))
    if fields.label_smoothing is not None:
        yield Fault(("loss", "label_smoothing"), "in matrix notation the targets are given as they are: smooth Y")
    yield from _target_faults(wiring, loss)


def _target_faults(wiring: MatrixWiring, loss: Loss) -> Iterator[Fault]:
    for value in wiring.target_entries:
        if loss.outputs_of is None:
            found = [*value_faults(loss, "targets", value, ("Y",))]
        else:
            outside = not 0 <= value.value <= 1
            found = [Fault(("Y",), f"a cross-entropy's targets are from 0 to 1, found {value.text}")] if outside else []
        if found:
            yield found[0]
            return


def _training_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    fields = wiring.fields
    if isinstance(fields.train, list):
        for index, name in enumerate(fields.train):
            if name not in wiring.parameters:
                near = did_you_mean(name, list(wiring.parameters))
                yield Fault(("train", index), f"`{name}` is no weight or bias of the network{near}")
    if fields.penalty is not None:
        if fields.loss is None:
            yield Fault(("penalty",), "a penalty is added to a loss: give `loss: {function: …}`")
        yield from fields.penalty.setting_faults(("penalty",))
    optimizer = fields.optimizer
    if optimizer is None:
        return
    if fields.loss is None:
        yield Fault(("optimizer",), "an optimizer needs a loss: give `loss: {function: …}`")
    yield from optimizer.setting_faults(("optimizer",))
    if optimizer.rule.point is not None:
        yield Fault(
            ("optimizer", "method"), "a network has the gradients at its parameters only: give `look_ahead: false`"
        )
    yield from batch_faults(wiring)
    work = _work(wiring)
    if work > MOST_WORK:
        message = f"expected at most {MOST_WORK:,} entries of parameters and samples over all steps, found {work:,}"
        yield Fault(("optimizer", "steps"), message)


def _work(wiring: MatrixWiring) -> int:
    count = len(updates_of(wiring))
    if count == 1:
        return 0
    given = [wiring.fields.X, *wiring.fields.weights.values()]
    entries = sum(prod(size for size in shape_of_given(value) if isinstance(size, int)) for value in given)
    return entries * count

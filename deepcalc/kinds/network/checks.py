"""What may be wrong between a network's loss, its targets and its last layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, Location
from deepcalc.kinds._losses import one_hot, value_faults
from deepcalc.notation.nodes import Literal
from deepcalc.rules.losses import Loss

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields

_NEEDED = {
    "sigmoid": "needs sigmoid outputs (probabilities)",
    "softmax": "needs a softmax output",
    "identity": "takes logits",
}
"""What a loss says of the outputs that it takes, by their activation."""


def loss_faults(
    fields: NetworkFields, loss: Loss, activation: str, targets: Sequence[Mapping[str, Any]]
) -> Iterator[Fault]:
    """What is wrong with a loss after an activation, ``targets`` being those of each sample by name."""
    assert fields.loss is not None
    if loss.outputs_of not in (None, activation):
        message = f"{loss.title} {_NEEDED[str(loss.outputs_of)]}; the last layer has {activation}"
        yield Fault(("loss", "function"), message)
    yield from fields.loss.setting_faults(loss, ("loss",))
    for index, named in enumerate(targets):
        where: Location = ("targets",) if fields.samples is None else ("samples", index, "targets")
        yield from _target_faults(loss, named, where)


def _target_faults(loss: Loss, named: Mapping[str, Any], where: Location) -> Iterator[Fault]:
    values = list(named.values())
    for name, value in named.items():
        if loss.outputs_of is None:
            yield from value_faults(loss, "targets", value, where)
        elif isinstance(value, Literal) and not 0 <= value.value <= 1:
            yield Fault(where, f"a cross-entropy's targets are from 0 to 1; {name} is {value.text}")
    if loss.of_class and len(values) > 1 and one_hot(values) is None:
        yield Fault(where, "expected the number of the true class, or a one-hot list such as [0, 1, 0]")
    known = [value.value for value in values if isinstance(value, Literal)]
    is_known = len(known) == len(values)
    if loss.outputs_of == "identity" and loss.targets.sums_to_one and is_known and sum(known) != 1:
        yield Fault(where, f"the targets of a sample sum to 1; these sum to {float(sum(known)):g}")

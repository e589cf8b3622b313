"""What a network consists of once its fields are read: layers, connections, parameters, losses."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Location
from deepcalc.notation.nodes import Literal, Node
from deepcalc.records import record
from deepcalc.rules.activations import ACTIVATIONS, IDENTITY, SOFTMAX, Activation
from deepcalc.rules.combinations import Combination
from deepcalc.rules.losses import Loss

if TYPE_CHECKING:
    from deepcalc.kinds._dropout import Chance
    from deepcalc.kinds.network.fields import LossFields
    from deepcalc.kinds.network.layers import DropoutFields, NormFields

MIXED = "mixed"
UPDATED = "updated"
"""Which weights hidden errors are passed back by, where it is not the old ones."""
NO_ONE_UPDATE = "updated weights are those of one update: give an `optimizer` with one step"
"""What is wrong with hidden errors by updated weights where there is not one update."""
NO_DIFFERENCES = "differences are those of squared errors: mse, half_sum or sum"
"""What is wrong with a name of differences where no loss has them."""


def of_sample(name: str, number: int | None) -> str:
    """The name of a quantity of one sample: ``h1:2``; the name itself where there is one sample only."""
    return name if number is None else f"{name}:{number}"


@record
class Dropout:
    """Dropout of a layer's outputs: its probability, the names of its mask's entries and of what is passed on."""

    fields: DropoutFields
    chance: Chance
    mask: tuple[str, ...]
    kept: tuple[str, ...]


@record
class Norm:
    """A normalisation of net inputs: the names of its statistics, of what it makes of them, of γ and β.

    ``means`` and ``variances`` are one for each unit where the samples are joined, else one for the layer; the means of
    one that is not centred are none. ``out`` is ``hat`` where there is neither γ nor β.
    """

    fields: NormFields
    means: tuple[str, ...]
    variances: tuple[str, ...]
    hat: tuple[str, ...]
    out: tuple[str, ...]
    gamma: tuple[str, ...] | None
    beta: tuple[str, ...] | None
    epsilon: str
    momentum: str

    @property
    def joins_samples(self) -> bool:
        """Whether the statistics are those of all samples at hand."""
        return self.fields.row.joins_samples and self.fields.mode == "train"


@record
class Function:
    """The activation of one unit: its row, and its own number (a slope)."""

    row: Activation
    number: Any

    def apply(self, net: Node) -> Node:
        return self.row.apply(net, self.number)

    def derived(self, net: str, output: str) -> Node:
        """The derivative by the net input, in the names of net input and output."""
        return self.row.derived(net, output, self.number)


LINEAR = Function(ACTIVATIONS[IDENTITY], Literal("0"))


@record
class Layer:
    """One layer: the names of its senders, net inputs, outputs (the net inputs without an activation), parameters.

    ``groups`` are the senders, one after the other, each with the names of its units; ``combine`` is what is made of
    them where there are no weights. ``weights[i][j]`` is the weight from sender i to unit j. ``functions`` are the
    units' activations; a softmax, which is of the whole layer, has none.
    """

    name: str
    groups: tuple[tuple[str, ...], ...]
    net: tuple[str, ...]
    out: tuple[str, ...]
    functions: tuple[Function, ...]
    weights: tuple[tuple[str, ...], ...] = ()
    biases: tuple[str, ...] | None = None
    errors: tuple[str, ...] | None = None
    dropout: Dropout | None = None
    norm: Norm | None = None
    combine: Combination | None = None

    @property
    def senders(self) -> tuple[str, ...]:
        return tuple(name for group in self.groups for name in group)

    @property
    def before(self) -> tuple[str, ...]:
        """What the activation is of: the net inputs, or what a normalisation makes of them."""
        return self.net if self.norm is None else self.norm.out

    @property
    def activated(self) -> bool:
        return self.before != self.out

    @property
    def passed_on(self) -> tuple[str, ...]:
        """What other layers take up: the outputs, or what dropout leaves of them."""
        return self.out if self.dropout is None else self.dropout.kept

    @property
    def function_names(self) -> tuple[str, ...]:
        """The names of its activations, each once."""
        return tuple(dict.fromkeys(function.row.name for function in self.functions)) or (SOFTMAX,)

    @property
    def activation(self) -> str:
        """The name of the activation; ``mixed`` where the units have different ones."""
        names = self.function_names
        return names[0] if len(names) == 1 else MIXED

    @property
    def titles(self) -> tuple[str, ...]:
        """What its activations are called, each once."""
        return tuple(dict.fromkeys(function.row.title for function in self.functions)) or (SOFTMAX,)


class Role(StrEnum):
    """What a parameter is."""

    WEIGHT = "weight"
    BIAS = "bias"
    SCALE = "scale"
    SHIFT = "shift"


@record
class Parameter:
    """A weight or a bias: its value, and where that was given."""

    name: str
    value: Literal
    origin: Location
    role: Role

    @property
    def is_bias(self) -> bool:
        return self.role is Role.BIAS


@record
class LossTerm:
    """A loss of a layer's outputs: its row, its name, the targets' names, and what it counts in the sum of several.

    ``weight`` is None of a loss that is the only one.
    """

    fields: LossFields
    loss: Loss
    name: str
    layer: Layer
    targets: tuple[str, ...]
    at: Location
    weight: Any = None


def ends(layers: Sequence[Layer]) -> list[Layer]:
    """The layers whose outputs no later one takes up; so the last one is always among them."""
    found, taken = [], set[str]()
    for layer in reversed(layers):
        if taken.isdisjoint(layer.passed_on):
            found.append(layer)
        taken.update(layer.senders)
    return found[::-1]

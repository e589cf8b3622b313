"""A network in matrix notation: the names of its layers' arrays, their shapes, its loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.connections import Connections
from deepcalc.kinds.network.fields import LossFields, LossNameFields, NetworkFields
from deepcalc.kinds.network.layers import DropoutFields
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.structure import Function
from deepcalc.notation.array_nodes import Array, numbers_in
from deepcalc.notation.nodes import Literal
from deepcalc.notation.shapes import Shape, Size
from deepcalc.records import record
from deepcalc.rules.activations import SOFTMAX
from deepcalc.rules.losses import Loss, settled
from deepcalc.rules.losses.domains import LABEL


@record
class LayerDropout:
    """Dropout of a layer's outputs: the names of its rate, its mask (where there is one) and what is passed on."""

    fields: DropoutFields
    rate: str
    mask: str
    kept: str


@record
class MatrixLayer:
    """One layer: its number in names, the names of its arrays, and its activation; softmax has no function."""

    number: str
    weights: str
    biases: str | None
    net: str
    out: str
    activation: str
    function: Function | None
    dropout: LayerDropout | None = None

    @property
    def activated(self) -> bool:
        return self.net != self.out

    @property
    def passed_on(self) -> str:
        """What the next layer takes up: the outputs, or what dropout leaves of them."""
        return self.out if self.dropout is None else self.dropout.kept


@dataclass
class MatrixWiring:
    """The layers of a network whose samples come as a matrix, and what does not fit together.

    ``known`` are the names of weights and biases, layer by layer.
    """

    fields: NetworkFields
    layers: list[MatrixLayer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        fields = self.fields
        self.known: list[str] = []
        self._names: list[str] = ["X", "Y"]
        self._values = Namespace(fields.values)
        self._functions = Connections(fields, self._values, ())
        for index in range(len(fields.layers)):
            self.layers.append(self._layer(index))
        for name in fields.weights:
            if name not in self.known:
                near = did_you_mean(name, self.known) or f"; the layers have {listed(self.known)}"
                self._fault(("weights", name), f"there are no weights `{name}` here{near}")
        for name in fields.names:
            if name not in self._names:
                near = did_you_mean(name, self._names) or f"; there are {listed(self._names)}"
                self._fault(("names", name), f"`{name}` has no other name{near}")
        self.faults += [*self._values.faults, *self._values.unused(self._values.faults)]

    # ---- names

    def named(self, name: str) -> str:
        """The course's own name of an array."""
        return self.fields.names.get(name, name)

    @property
    def inputs(self) -> str:
        """The name of the samples."""
        return self.named("X")

    @property
    def given_targets(self) -> str:
        """The name of the targets as they are given."""
        return self.named("Y")

    @cached_property
    def has_labels(self) -> bool:
        """Whether the targets are given by the numbers of their classes: one for each sample."""
        loss, targets = self.fields.loss, self.fields.Y
        if loss is None or targets is None or self.outputs == 1:
            return False
        has_one_each = len(shape_of_given(targets)) == (0 if self.samples is None else 1)
        return has_one_each and self._settled(loss).targets.sums_to_one

    @cached_property
    def targets_sum_to_one(self) -> bool:
        """Whether the targets of every sample are known and sum to 1."""
        given = self.fields.Y
        if self.has_labels or not isinstance(given, Array):
            return self.has_labels
        lines = [given] if self.samples is None else given.args
        rows = [[each.value for each in numbers_in(line)] for line in lines]
        columns = rows if self.as_rows or self.samples is None else zip(*rows, strict=True)
        return all(sum(entries) == 1 for entries in columns)

    @property
    def distributions(self) -> str:
        """The name of the targets as rows of classes: one-hot, where the numbers of the classes are given."""
        return self.named("T") if self.has_labels else self.given_targets

    @property
    def targets(self) -> str:
        """The name of the targets as the loss takes them, smoothed where they are."""
        own = self.distributions
        return f"{own}tilde" if self.fields.loss is not None and self.fields.loss.label_smoothing is not None else own

    @property
    def output(self) -> str:
        return self.layers[-1].out

    @property
    def is_from_upstream(self) -> bool:
        """Whether the derivative by the outputs is given, in place of a loss."""
        return self.fields.upstream is not None

    @property
    def loss_name(self) -> str | None:
        """The name of what is derived: the loss, or what stands for it where its derivative is given."""
        if self.fields.loss is not None:
            return self.fields.loss.name
        return LossNameFields.model_fields["name"].default if self.is_from_upstream else None

    @property
    def parameters(self) -> dict[str, Location]:
        """The parameters by name, and where each is given."""
        return {self.named(name): ("weights", name) for name in self.known if name in self.fields.weights}

    @property
    def trained(self) -> list[str]:
        """The parameters that are updated."""
        train = self.fields.train
        biases = {layer.biases for layer in self.layers}
        if isinstance(train, list):
            return [name for name in self.parameters if name in train]
        wanted = {"all": (True, False), "weights": (False,), "biases": (True,)}[train]
        return [name for name in self.parameters if (name in biases) in wanted]

    @property
    def objective(self) -> str | None:
        """The name of what is minimized: the loss, or the loss with the penalty."""
        penalty = self.fields.penalty
        return self.loss_name if penalty is None or self.loss_name is None else penalty.total

    @property
    def penalized(self) -> list[str]:
        """The parameters in the penalty."""
        with_biases = self.fields.penalty is not None and self.fields.penalty.biases
        biases = {layer.biases for layer in self.layers}
        return [name for name in self.parameters if with_biases or name not in biases]

    def _layer(self, index: int) -> MatrixLayer:
        fields, own = self.fields, self.fields.layers[index]
        function = next(iter(self._functions.functions(index, own, 1)), None)
        activation = SOFTMAX if function is None else function.row.name
        is_last = index == len(fields.layers) - 1
        number = "" if len(fields.layers) == 1 and "W" in fields.weights else str(index + 1)
        weights, biases = f"W{number}", f"b{number}"
        self.known += [weights, biases]
        net, out = f"Z{number}", "P" if activation == SOFTMAX else f"A{number}"
        if activation == "identity":
            out = net
        self._names += [*dict.fromkeys((weights, biases, net, out))]
        if activation == SOFTMAX and not is_last:
            self._fault(("layers", index, "activation"), "softmax is for the last layer")
        if own.dropout is not None and is_last:
            self._fault(("layers", index, "dropout"), "dropout is for layers before the last one")
        has_bias = biases in fields.weights
        return MatrixLayer(
            number,
            self.named(weights),
            self.named(biases) if has_bias else None,
            self.named(net),
            self.named(out),
            activation,
            function,
            self._dropout(own.dropout, number, self.named(out)),
        )

    def _dropout(self, fields: DropoutFields | None, number: str, out: str) -> LayerDropout | None:
        """The names around dropout; None where it leaves the outputs as they are."""
        if fields is None or not fields.changes_outputs:
            return None
        only = sum(each.dropout is not None for each in self.fields.layers) == 1
        stem = out.rstrip("0123456789")
        mask, kept = f"M{number}", f"{stem}tilde{out[len(stem) :]}"
        self._names += [mask, kept]
        return LayerDropout(fields, f"p{'' if only else number}", self.named(mask), self.named(kept))

    @property
    def error_names(self) -> Mapping[str, str]:
        """The names of the error terms by the net inputs, where the problem says how they are called: δ₁ of Z₁."""
        stem = self.fields.error_terms.name
        is_said = "error_terms" in self.fields.model_fields_set
        return {each.net: f"{stem}{each.number}" for each in self.layers} if is_said else {}

    @property
    def settings(self) -> Mapping[str, tuple[Any, Location]]:
        """The numbers in formulas of the problem's own activations, and where each is given."""
        return self._functions.settings

    def at_time(self, name: str, time: int) -> str:
        """The name of a parameter after so many updates; one that is not trained keeps its own."""
        return timed(name, time) if name in self.trained else name

    def _fault(self, location: Location, message: str) -> None:
        self.faults.append(Fault(location, message))

    # ---- shapes

    @property
    def as_rows(self) -> bool:
        return self.fields.samples_as == "rows"

    @cached_property
    def samples(self) -> Size | None:
        """How many samples there are; None for a single one that is a vector."""
        shape = shape_of_given(self.fields.X)
        return None if len(shape) < 2 else shape[0 if self.as_rows else 1]

    @property
    def class_axis(self) -> int | None:
        """The axis along which the outputs of a sample stand; None where there is only one."""
        return None if self.samples is None else 1 if self.as_rows else 0

    def bias_is_vector(self, name: str) -> bool:
        """Whether a bias is a vector, not a matrix of one row or column."""
        return len(shape_of_given(self.fields.weights[str(self.parameters[name][-1])])) == 1

    def of_samples(self, features: Size) -> Shape:
        """The shape of what has so many features for each sample."""
        if self.samples is None:
            return (features,)
        return (self.samples, features) if self.as_rows else (features, self.samples)

    def shapes_of_biases(self, units: Size) -> list[Shape]:
        """The shapes that the biases of so many units may have."""
        if self.samples is None:
            return [(units,)]
        return [(units,), (1, units) if self.as_rows else (units, 1)]

    @cached_property
    def units(self) -> list[Size]:
        """How many units each layer has, up to the first one whose weights do not fit what comes in."""
        given, found = self.fields.weights, list[Size]()
        features = self.features
        for name in self.known[::2]:
            shape = shape_of_given(given[name]) if name in given else ()
            if features is None or len(shape) != 2 or shape[0 if self.as_rows else 1] != features:
                break
            features = shape[1 if self.as_rows else 0]
            found.append(features)
        return found

    @property
    def features(self) -> Size | None:
        """How many numbers a sample has; None where X is no matrix or vector."""
        shape = shape_of_given(self.fields.X)
        return shape[-1 if self.as_rows else 0] if len(shape) in (1, 2) else None

    @property
    def outputs(self) -> Size:
        """How many outputs a sample has; 0 where the weights do not fit."""
        return self.units[-1] if len(self.units) == len(self.layers) else 0

    # ---- the loss

    @cached_property
    def loss(self) -> Loss | None:
        """The loss in the conventions chosen; `cross_entropy` is that of the last layer's activation."""
        fields = self.fields.loss
        if fields is None:
            return None
        row = self._settled(fields)
        zero_one = row.targets is LABEL and any(value.value == 0 for value in self.target_entries)
        return row.written_with(replace(fields.at(row), zero_one=zero_one))

    def _settled(self, fields: LossFields) -> Loss:
        return settled(fields.function.value, self.layers[-1].activation == SOFTMAX)

    @property
    def target_entries(self) -> list[Literal]:
        """The targets that are numbers, one by one."""
        return numbers_in(self.fields.Y)

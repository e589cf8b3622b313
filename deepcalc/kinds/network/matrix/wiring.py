"""A network in matrix notation: the names of its layers' arrays, their shapes, its loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.graph.graph import Letter
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Literal
from deepcalc.notation.shapes import Shape, Size, shape_text, size_text
from deepcalc.records import record
from deepcalc.rules.activations import SOFTMAX
from deepcalc.rules.losses import Loss, settled
from deepcalc.rules.losses.domains import LABEL


@record
class MatrixLayer:
    """One layer: the names of weights, biases, net inputs and outputs, and its activation with its own number."""

    weights: str
    biases: str | None
    net: str
    out: str
    activation: str
    number: Any

    @property
    def activated(self) -> bool:
        return self.net != self.out


@dataclass
class MatrixWiring:
    """The layers of a network whose samples come as a matrix, and what does not fit together.

    ``outputs`` is how many outputs a sample has.
    """

    fields: NetworkFields
    layers: list[MatrixLayer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        fields = self.fields
        self._known: list[str] = []
        self._names: list[str] = ["X", "Y"]
        self.outputs: Size = 0
        for index in range(len(fields.layers)):
            self.layers.append(self._layer(index))
        for name in fields.weights:
            if name not in self._known:
                near = did_you_mean(name, self._known) or f"; the layers have {listed(self._known)}"
                self._fault(("weights", name), f"there are no weights `{name}` here{near}")
        for name in fields.names:
            if name not in self._names:
                near = did_you_mean(name, self._names) or f"; there are {listed(self._names)}"
                self._fault(("names", name), f"`{name}` has no other name{near}")
        self._check_shapes()

    # ---- names

    def named(self, name: str) -> str:
        """The course's own name of an array."""
        return self.fields.names.get(name, name)

    @property
    def inputs(self) -> str:
        """The name of the samples."""
        return self.named("X")

    @property
    def targets(self) -> str:
        """The name of the targets."""
        return self.named("Y")

    @property
    def output(self) -> str:
        return self.layers[-1].out

    @property
    def parameters(self) -> dict[str, Location]:
        """The parameters by name, and where each is given."""
        return {self.named(name): ("weights", name) for name in self._known if name in self.fields.weights}

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
        fields = self.fields
        if fields.loss is None:
            return None
        return fields.loss.name if fields.penalty is None else fields.penalty.total

    @property
    def penalized(self) -> list[str]:
        """The parameters in the penalty."""
        with_biases = self.fields.penalty is not None and self.fields.penalty.biases
        biases = {layer.biases for layer in self.layers}
        return [name for name in self.parameters if with_biases or name not in biases]

    def _layer(self, index: int) -> MatrixLayer:
        fields, own = self.fields, self.fields.layers[index]
        activation, is_last = own.known_activation, index == len(fields.layers) - 1
        number = "" if len(fields.layers) == 1 and "W" in fields.weights else str(index + 1)
        weights, biases = f"W{number}", f"b{number}"
        self._known += [weights, biases]
        net, out = f"Z{number}", "P" if activation == SOFTMAX else f"A{number}"
        if activation == "identity":
            out = net
        self._names += [*dict.fromkeys((weights, biases, net, out))]
        if activation == SOFTMAX and not is_last:
            self._fault(("layers", index, "activation"), "softmax is for the last layer")
        self.faults += own.number_faults([activation], ("layers", index))
        has_bias = biases in fields.weights
        return MatrixLayer(
            self.named(weights),
            self.named(biases) if has_bias else None,
            self.named(net),
            self.named(out),
            activation,
            own.number(activation),
        )

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

    def _of_samples(self, features: Size) -> Shape:
        """The shape of what has so many features for each sample."""
        if self.samples is None:
            return (features,)
        return (self.samples, features) if self.as_rows else (features, self.samples)

    def _check_shapes(self) -> None:
        fields = self.fields
        given = {name: getattr(fields, name) for name in ("X", "Y")}
        for name, value in given.items():
            if value is None and (name == "X" or fields.loss is not None):
                what = "the samples" if name == "X" else "the targets, which a loss needs"
                self._fault((name,), f"missing `{name}`: {what}, as a matrix or its sizes, {name}: 4 x 2")
            elif value is not None and len(shape_of_given(value)) not in (1, 2):
                self._fault((name,), f"`{name}` is a matrix, or a vector for a single sample, not {_said(value)}")
        if fields.Y is not None and fields.loss is None:
            self._fault(("Y",), "targets need a loss: `loss: mse`, say")
        if fields.X is None or len(shape_of_given(fields.X)) not in (1, 2):
            return
        x, features = self.inputs, self._features(shape_of_given(fields.X))
        for index in range(len(self.layers)):
            following = self._check_layer(index, x, features)
            if following is None:
                return
            x, features = self.layers[index].out, following
        self.outputs = features
        wanted = self._of_samples(features)
        if fields.Y is not None and shape_of_given(fields.Y) != wanted:
            found = shape_text(shape_of_given(fields.Y))
            self._fault(("Y",), f"expected the shape of {self.output}, {shape_text(wanted)}, not {found}")

    def _features(self, shape: Shape) -> Size:
        return shape[-1 if self.as_rows else 0]

    def _check_layer(self, index: int, x: str, features: Size) -> Size | None:
        """How many units a layer has whose weights fit to what comes in; None where they do not."""
        weights, biases = self._known[2 * index : 2 * index + 2]
        given = self.fields.weights
        if weights not in given:
            self._fault(("weights",), f"missing `{weights}` in `weights`: the weights of layer {index + 1}")
            return None
        shape = shape_of_given(given[weights])
        at, what = ("weights", weights), f"`{weights}` is {_said(given[weights])}"
        if len(shape) != 2:
            self._fault(at, f"{what}, but weights are a matrix: senders x units, or units x senders for columns")
            return None
        taken, units = shape if self.as_rows else shape[::-1]
        if taken != features:
            product = f"{x} {weights}" if self.as_rows else f"{weights} {x}"
            side = "rows" if self.as_rows else "columns"
            shape_of_x = shape_text(self._of_samples(features))
            message = f"{what} and {x} {shape_of_x}, so {product} does not fit: {size_text(features)} {side} are needed"
            self._fault(at, message)
            return None
        if biases in given and shape_of_given(given[biases]) not in self._shapes_of_biases(units):
            expected = f"a vector of {size_text(units)}, one entry for each unit of layer {index + 1}"
            self._fault(("weights", biases), f"`{biases}` is {_said(given[biases])}; expected {expected}")
        return units

    def _shapes_of_biases(self, units: Size) -> list[Shape]:
        if self.samples is None:
            return [(units,)]
        return [(units,), (1, units) if self.as_rows else (units, 1)]

    # ---- the loss

    @cached_property
    def loss(self) -> Loss | None:
        """The loss in the conventions chosen; `cross_entropy` is that of the last layer's activation."""
        fields = self.fields.loss
        if fields is None:
            return None
        row = settled(fields.function.value, self.layers[-1].activation == SOFTMAX)
        zero_one = row.targets is LABEL and any(value.value == 0 for value in self.target_entries)
        return row.written_with(replace(fields.at(row), zero_one=zero_one))

    @property
    def target_entries(self) -> Iterator[Literal]:
        """The targets that are numbers, one by one."""
        yield from _entries(self.fields.Y)


def _entries(value: Any) -> Iterator[Literal]:
    if isinstance(value, Literal):
        yield value
    elif isinstance(value, Array):
        for part in value.args:
            yield from _entries(part)


def _said(value: Any) -> str:
    shape = shape_of_given(value)
    if not shape:
        return "a letter without a size" if isinstance(value, Letter) else "a number"
    return shape_text(shape)

"""A network in matrix notation: its layers, their shapes, its losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.kinds._arrays import as_array, shape_of_given
from deepcalc.kinds.network.fields import LossFields, LossNameFields, NetworkFields
from deepcalc.kinds.network.matrix.arrangement import (
    Arrangement,
    MatrixLayer,
    MatrixParameter,
    Sender,
    ends,
)
from deepcalc.kinds.network.matrix.reading import LayerReader
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.structure import Role
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.shapes import Shape, Size
from deepcalc.rules.combinations import Combination

Batch = tuple[int, ...]
"""The numbers of consecutive samples, counted from 1."""


@dataclass
class MatrixWiring:
    """The layers of a network whose samples come as a matrix, and what does not fit together.

    ``known`` are the names that weights, biases, scales and shifts may have, layer by layer.
    """

    fields: NetworkFields
    layers: list[MatrixLayer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    parameters: dict[str, MatrixParameter] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        fields, values = self.fields, Namespace(self.fields.values)
        self.arrangement = Arrangement(fields.X, fields.samples_as == "rows")
        reader = LayerReader(fields, values)
        for index in range(len(fields.layers)):
            reader.read(index)
        self.layers, self.parameters, self.known = reader.layers, reader.parameters, reader.known
        self._settings = reader.functions.settings
        self.terms = tuple(self._terms(values))
        targets = [f"Y{layer.number}" for layer in self.layers]
        self.faults += [*reader.faults, *self._of_unknown_names(["X", "Y", *targets, *reader.names])]
        self.faults += [*values.faults, *values.unused(values.faults)]

    def _of_unknown_names(self, names: list[str]) -> Iterator[Fault]:
        for name in self.fields.weights:
            if name not in self.known:
                near = did_you_mean(name, self.known) or f"; the layers have {listed(self.known)}"
                yield Fault(("weights", name), f"there are no weights `{name}` here{near}")
        for name in self.fields.names:
            if name not in names:
                near = did_you_mean(name, names) or f"; there are {listed(names)}"
                yield Fault(("names", name), f"`{name}` has no other name{near}")

    # ---- names

    def named(self, name: str) -> str:
        """The course's own name of an array."""
        return self.fields.names.get(name, name)

    @property
    def inputs(self) -> str:
        """The name of the samples."""
        return self.named("X")

    @property
    def output_layers(self) -> list[MatrixLayer]:
        """The layers whose outputs have targets: those of the losses, or those that no other takes up."""
        of = [term.layer for term in self.terms]
        return [layer for layer in self.layers if layer in of] or ends(self.layers)

    @property
    def outputs(self) -> list[str]:
        return [layer.out for layer in self.output_layers]

    @property
    def is_from_upstream(self) -> bool:
        """Whether the derivative by the outputs is given, in place of a loss."""
        return self.fields.upstream is not None

    @property
    def upstream(self) -> Any:
        """The derivative by the outputs; as it is given, where that is beside a name that is not theirs."""
        given = self.fields.upstream
        return as_array(given.get(self.outputs[-1], given) if isinstance(given, dict) else given)

    @property
    def loss_name(self) -> str | None:
        """The name of what is derived: the loss, or what stands for it where its derivative is given."""
        if self.fields.losses is not None:
            return self.fields.total_loss
        if self.fields.loss is not None:
            return self.fields.loss.name
        return LossNameFields.model_fields["name"].default if self.is_from_upstream else None

    @property
    def trained(self) -> list[str]:
        """The parameters that are updated."""
        train = self.fields.train
        if isinstance(train, list):
            return [name for name in self.parameters if name in train]
        wanted = {"all": tuple(Role), "weights": (Role.WEIGHT,), "biases": (Role.BIAS,)}[train]
        return [name for name, parameter in self.parameters.items() if parameter.role in wanted]

    @property
    def objective(self) -> str | None:
        """The name of what is minimized: the loss, or the loss with the penalty."""
        penalty = self.fields.penalty
        return self.loss_name if penalty is None or self.loss_name is None else penalty.total

    @property
    def penalized(self) -> list[str]:
        """The parameters in the penalty."""
        with_biases = self.fields.penalty is not None and self.fields.penalty.biases
        roles = (Role.WEIGHT, Role.BIAS) if with_biases else (Role.WEIGHT,)
        return [name for name, parameter in self.parameters.items() if parameter.role in roles]

    @property
    def error_names(self) -> Mapping[str, str]:
        """The names of the error terms by the net inputs, where the problem says how they are called: δ₁ of Z₁."""
        stem = self.fields.error_terms.name
        is_said = "error_terms" in self.fields.model_fields_set
        return {each.net: f"{stem}{each.number}" for each in self.layers} if is_said else {}

    @property
    def settings(self) -> Mapping[str, tuple[Any, Location]]:
        """The numbers in formulas of the problem's own activations, and where each is given."""
        return self._settings

    # ---- shapes

    @property
    def as_rows(self) -> bool:
        return self.arrangement.as_rows

    @property
    def samples(self) -> Size | None:
        """How many samples there are; None for a single one that is a vector."""
        return self.arrangement.samples

    @property
    def class_axis(self) -> int | None:
        """The axis along which the outputs of a sample stand; None where there is only one."""
        return self.arrangement.class_axis

    @property
    def joins_samples(self) -> bool:
        """Whether a sample's outputs depend on the other samples."""
        return any(layer.norm is not None and layer.norm.joins_samples for layer in self.layers)

    @property
    def batches(self) -> list[Batch | None]:
        """The batches of an epoch; None for all samples at once."""
        optimizer, samples = self.fields.optimizer, self.samples
        return optimizer.batches(samples) if optimizer is not None and isinstance(samples, int) else [None]

    @property
    def batch_by_batch(self) -> bool:
        """Whether a pass is of one batch alone, as its samples depend on each other and not on the other ones."""
        return self.joins_samples and self.batches != [None]

    @property
    def unlike_at_test_time(self) -> bool:
        """Whether the passes at test time are known, and other ones than in training."""
        averages = [bool(layer.norm.averages) for layer in self.layers if layer.norm and layer.norm.joins_samples]
        drops = any(layer.dropout is not None and layer.dropout.fields.is_training for layer in self.layers)
        return False not in averages and (bool(averages) or drops)

    def is_vector(self, name: str) -> bool:
        """Whether a parameter is a vector, not a matrix of one row or column."""
        return len(shape_of_given(self.parameters[name].value)) == 1

    def of_samples(self, features: Size) -> Shape:
        """The shape of what has so many features for each sample."""
        return self.arrangement.of_samples(features)

    @cached_property
    def units(self) -> list[Size | None]:
        """How many units each layer has; None where what comes in is unknown, or does not fit."""
        found: list[Size | None] = []
        for layer in self.layers:
            sizes = [self._size_of(sender, found) for sender in layer.senders]
            found.append(None if None in sizes else self._units_of(layer, [each for each in sizes if each is not None]))
        return found

    def sizes(self, layer: MatrixLayer) -> list[Size | None]:
        """How many numbers of a sample each sender of a layer has."""
        return [self._size_of(sender, self.units) for sender in layer.senders]

    def _size_of(self, sender: Sender, units: list[Size | None]) -> Size | None:
        return len(sender.units) or self.size_of(sender.array, units)

    def size_of(self, array: str, units: list[Size | None]) -> Size | None:
        """How many numbers of a sample an array has that layers take up, by the units of the layers."""
        if array == self.inputs:
            return self.arrangement.features
        place = next(at for at, layer in enumerate(self.layers) if array in (layer.out, layer.passed_on))
        return units[place] if place < len(units) else None

    def _units_of(self, layer: MatrixLayer, sizes: list[Size]) -> Size | None:
        if layer.combine is not None:
            return _combined(layer.combine, sizes)
        parameter = self.parameters.get(str(layer.weights))
        shape = () if parameter is None else shape_of_given(parameter.value)
        wanted = side_by_side(sizes)
        if wanted is None or len(shape) != 2 or shape[0 if self.as_rows else 1] != wanted:
            return None
        return shape[1 if self.as_rows else 0]

    # ---- the losses

    def _terms(self, values: Namespace) -> Iterator[Term]:
        """The loss of the last layer, or several of any layers."""
        fields = self.fields
        if fields.loss is not None:
            yield self._term(fields.loss, fields.loss.name, self.layers[-1], ("loss",))
        by_name = {layer.name: layer for layer in self.layers}
        for index, term in enumerate(fields.losses or ()):
            at: Location = ("losses", index)
            if term.of not in by_name:
                near = did_you_mean(term.of, list(by_name)) or f"; there are {listed(by_name)}"
                self.faults.append(Fault((*at, "of"), f"`{term.of}` is no layer{near}"))
                continue
            weight: Any = term.weight
            if not isinstance(weight, Literal):
                value = values.value(weight, (*at, "weight"))
                self._settings |= {} if value is None else {weight: (value, ("values", weight))}
                weight = Name(weight)
            yield self._term(term, term.name or f"L{index + 1}", by_name[term.of], at, weight)

    def _term(self, fields: LossFields, name: str, layer: MatrixLayer, at: Location, weight: Any = None) -> Term:
        given, own = self.fields.Y, len({term.of for term in self.fields.losses or ()}) < 2
        is_by_layer = isinstance(given, dict)
        number = "" if own else layer.number
        return Term(
            fields,
            name,
            layer,
            self.units[self.layers.index(layer)] or 0,
            self.arrangement,
            given.get(layer.name) if isinstance(given, dict) else given,
            self.named(f"Y{number}"),
            self.named(f"T{number}"),
            at,
            ("Y", layer.name) if is_by_layer else ("Y",),
            weight,
            f"{head}{number}" if (head := self.fields.error_terms.difference) is not None else None,
        )


def _combined(row: Combination, sizes: list[Size]) -> Size | None:
    """How many units are made of senders of these sizes; None where they do not fit."""
    if row.pairs:
        return 1 if len(sizes) == 2 and sizes[0] == sizes[1] else None
    if not row.entrywise:
        return side_by_side(sizes)
    wide = {size for size in sizes if size != 1}
    return None if len(wide) > 1 else next(iter(wide), 1)


def side_by_side(sizes: Sequence[Size]) -> Size | None:
    """The size of what stands side by side; None of several sizes that are letters."""
    if len(sizes) == 1:
        return sizes[0]
    numbers = [size for size in sizes if isinstance(size, int)]
    return sum(numbers) if len(numbers) == len(sizes) else None

"""A network's wiring: names and values of all units, weights, biases and samples, checked.

Fields allow names or numbers, mappings or matrices; here they all become the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, FieldError, Location, did_you_mean, listed
from deepcalc.kinds.network.connections import Connections
from deepcalc.kinds.network.made import made_names
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.reading import LayerReader
from deepcalc.kinds.network.structure import Layer, LossTerm, Parameter, Role, ends, of_sample
from deepcalc.kinds.network.targets import Ends, Sample
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.rules.losses.domains import LABEL

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import LossFields, LossTermFields, NetworkFields


@dataclass
class Wiring:
    """All of a network's names and values, and the faults in them; ``FieldError`` where reading goes no further."""

    fields: NetworkFields
    layers: list[Layer] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    inputs: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    terms: tuple[LossTerm, ...] = ()
    parameters: dict[str, Parameter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made = made_names(self.fields)
        self.names = Namespace(self.fields.values)
        self._read_inputs()
        self._connections = Connections(self.fields, self.names, self.inputs)
        reader = LayerReader(self.fields, self.names, self.made, self._connections)
        for index, layer in enumerate(self.fields.layers):
            self.layers.append(reader.read(index, layer, self.layers, len(self.samples)))
        self.parameters = reader.parameters.found
        self.output_layers = self._output_layers()
        self._check_ends()
        taken = frozenset({*self.names.units, *self.parameters, *self.constants})
        targets = Ends(self.fields, self.outputs, self.samples, taken)
        targets.read()
        self.target_names = targets.names
        self.names.used |= targets.used
        self.names.faults += targets.faults
        self.terms = tuple(self._terms())
        self._keep_what_is_asked_for()

    def _keep_what_is_asked_for(self) -> None:
        """Values that nothing is made from, but that a part asks for, are given all the same."""
        for name, value in self.fields.values.items():
            if name in self.fields.asked_for() - self.names.used:
                self.names.used.add(name)
                self._connections.settings[name] = (value, ("values", name))

    @property
    def faults(self) -> list[Fault]:
        return self.names.faults

    @property
    def constants(self) -> dict[str, tuple[Any, Location]]:
        """What is given beside inputs and parameters, each with its value and where that stands.

        These are constant inputs, numbers in formulas of activations, weights of losses, values that are asked for.
        """
        return {**self._connections.constants, **self._connections.settings}

    def at(self, name: str, number: int | None) -> str:
        """The name of a unit's quantity of one sample: ``h1:2``; that of a constant input is the same in all."""
        return name if number is None or name in self._connections.constants else f"{name}:{number}"

    @property
    def unit_names(self) -> tuple[str, ...]:
        """The names of inputs, units, masks and rates of dropout."""
        return tuple(self.names.units)

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(name for layer in self.output_layers for name in layer.out)

    @property
    def trained(self) -> tuple[str, ...]:
        """The parameters that are updated, in the order of the layers."""
        train = self.fields.train
        if isinstance(train, list):
            return tuple(name for name in self.parameters if name in train)
        wanted = {"all": tuple(Role), "weights": (Role.WEIGHT,), "biases": (Role.BIAS,)}[train]
        return tuple(name for name, parameter in self.parameters.items() if parameter.role in wanted)

    @property
    def loss_name(self) -> str | None:
        """The name of what is derived; None where nothing is."""
        if self.fields.losses is not None:
            return self.fields.total_loss
        if self.fields.loss is not None:
            return self.fields.loss.name
        return "L" if self.is_from_upstream else None

    @property
    def is_rooted(self) -> bool:
        """Whether the loss is the root of the mean over all samples."""
        return self.fields.samples is not None and any(term.loss.root for term in self.terms)

    @property
    def is_from_upstream(self) -> bool:
        """Whether the derivatives by the outputs are given, in place of a loss."""
        has_loss = self.fields.loss is not None or self.fields.losses is not None
        return not has_loss and any(sample.upstream for sample in self.samples)

    @property
    def joins_samples(self) -> bool:
        """Whether a sample's outputs depend on the other samples, so that all are derived together."""
        return any(layer.norm is not None and layer.norm.joins_samples for layer in self.layers)

    @property
    def batches(self) -> list[tuple[int, ...] | None]:
        """The batches of an epoch as numbers of samples; None for all of them at once."""
        optimizer = self.fields.optimizer
        if optimizer is None or self.fields.samples is None:
            return [None]
        return optimizer.batches(len(self.samples))

    @property
    def batch_by_batch(self) -> bool:
        """Whether a pass is of one batch alone, as its samples depend on each other and not on the other ones."""
        return self.joins_samples and self.batches != [None]

    @property
    def numbers(self) -> tuple[int | None, ...]:
        """The samples of the first passes: all, or the first batch alone; None for the only one."""
        if self.fields.samples is None:
            return (None,)
        first = self.batches[0] if self.batch_by_batch else None
        return tuple(range(1, len(self.samples) + 1)) if first is None else first

    @property
    def unlike_at_test_time(self) -> bool:
        """Whether the passes at test time are known, and other ones than in training."""
        averages = [layer.norm.fields.momentum for layer in self.layers if layer.norm and layer.norm.joins_samples]
        drops = any(layer.dropout is not None and layer.dropout.fields.is_training for layer in self.layers)
        return None not in averages and (bool(averages) or drops)

    def derived(self, number: int | None) -> str:
        """The loss by whose derivatives a sample's error terms are: its own, or that of all samples together."""
        return str(self.loss_name) if self.joins_samples else of_sample(str(self.loss_name), number)

    @property
    def objective(self) -> str | None:
        """The name of what is minimized: the loss, or the loss with the penalty."""
        return self.loss_name if self.fields.penalty is None else self.fields.penalty.total

    @property
    def penalized(self) -> tuple[str, ...]:
        """The parameters in the penalty."""
        of_biases = self.fields.penalty is not None and self.fields.penalty.biases
        roles = (Role.WEIGHT, Role.BIAS) if of_biases else (Role.WEIGHT,)
        return tuple(name for name, parameter in self.parameters.items() if parameter.role in roles)

    # ---- inputs and layers

    def _fault(self, location: Location, message: str) -> None:
        self.names.fault(location, message)

    def _read_inputs(self) -> None:
        fields = self.fields
        begins = fields.begins_in_the_middle
        if (fields.inputs is None) == (fields.samples is None) and not begins:
            raise FieldError([Fault((), "give either `inputs` (one sample) or `samples` (a list of them)")])
        if fields.samples is None:
            given: list[tuple[Location, Any]] = [(("inputs",), fields.inputs or {})]
        else:
            if fields.targets is not None:
                self._fault(("targets",), "with `samples`, each sample has its own targets")
            given = [(("samples", index, "inputs"), sample.inputs) for index, sample in enumerate(fields.samples)]
        for location, inputs in given:
            named = inputs if isinstance(inputs, dict) else {f"x{i}": x for i, x in enumerate(inputs, start=1)}
            if not named and not begins:
                raise FieldError([Fault(location, "expected at least one input")])
            if not self.inputs:
                self.inputs = tuple(named)
                for name in named:
                    self.names.add(name, (*location, name))
            elif tuple(named) != self.inputs:
                self._fault(location, f"every sample has the same inputs, in the same order: {', '.join(self.inputs)}")
            self.samples.append(Sample(named, {}))

    # ---- ends

    def _output_layers(self) -> list[Layer]:
        """The layers whose outputs have targets: those of the losses, or those that no other takes up."""
        of = {term.of for term in self.fields.losses or ()}
        return [layer for layer in self.layers if layer.name in of] or ends(self.layers)

    def _check_ends(self) -> None:
        loose = ends(self.layers)
        for index, layer in enumerate(self.layers):
            at = ("layers", index)
            if layer.dropout is not None and layer in loose:
                message = "the outputs of the network are not dropped; dropout is for hidden layers"
                self._fault((*at, "dropout"), message)
            if self.fields.losses is not None and layer in loose and layer not in self.output_layers:
                self._fault(at, f"no loss is of `{layer.name}`, and no other layer takes it up")
        if self.fields.loss is not None and len(loose) > 1:
            several = listed(f"`{layer.name}`" for layer in loose)
            message = f"nothing takes up {several}: give `losses`, each `of` one of them, or `combine` them in a layer"
            self._fault(("loss",), message)

    def _terms(self) -> Iterator[LossTerm]:
        """The losses, of whose weighted sum there may be several."""
        fields = self.fields
        if fields.loss is not None:
            name = fields.loss.name
            yield self._term(fields.loss, name, self.output_layers[-1], self.target_names, ("loss",))
        by_name = {layer.name: layer for layer in self.layers}
        targets = dict(zip(self.outputs, self.target_names, strict=False))
        for index, term in enumerate(fields.losses or ()):
            at = ("losses", index)
            if term.of not in by_name:
                near = did_you_mean(term.of, list(by_name)) or f"; there are {listed(by_name)}"
                self._fault((*at, "of"), f"`{term.of}` is no layer{near}")
                continue
            layer = by_name[term.of]
            own = tuple(targets[name] for name in layer.out if name in targets)
            yield replace(
                self._term(term, term.name or f"L{index + 1}", layer, own, at), weight=self._loss_weight(term, at)
            )

    def _term(self, fields: LossFields, name: str, layer: Layer, targets: tuple[str, ...], at: Location) -> LossTerm:
        """A loss in the conventions chosen; `cross_entropy` is that of its layer's activation."""
        row = fields.row(layer.activation, len(layer.out))
        values = [sample.targets[name] for sample in self.samples for name in targets if name in sample.targets]
        zero_one = row.targets is LABEL and any(isinstance(value, Literal) and value.value == 0 for value in values)
        return LossTerm(fields, row.written_with(replace(fields.at(row), zero_one=zero_one)), name, layer, targets, at)

    def _loss_weight(self, term: LossTermFields, at: Location) -> Node:
        if isinstance(term.weight, Literal):
            return term.weight
        value = self.names.value(term.weight, (*at, "weight"))
        if value is not None:
            self._connections.settings[term.weight] = (value, ("values", term.weight))
        return Name(term.weight)

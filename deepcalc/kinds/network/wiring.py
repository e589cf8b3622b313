"""A network's wiring: names and values of all units, weights, biases and samples, checked.

Fields allow names or numbers, mappings or matrices; here they all become the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, FieldError, Location, did_you_mean
from deepcalc.kinds.network.made import made_names
from deepcalc.kinds.network.targets import Ends, Sample
from deepcalc.notation.nodes import Literal
from deepcalc.records import record
from deepcalc.rules.activations import SOFTMAX
from deepcalc.rules.losses import Loss, settled
from deepcalc.rules.losses.domains import LABEL

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import DropoutFields, LayerFields, NetworkFields


@record
class Dropout:
    """Dropout of a layer's outputs: the names of its rate, of its mask's entries and of what is passed on."""

    fields: DropoutFields
    rate: str
    mask: tuple[str, ...]
    kept: tuple[str, ...]


@record
class Layer:
    """One layer: the names of its senders, net inputs, outputs (the net inputs without an activation), parameters.

    ``weights[i][j]`` is the weight from sender i to unit j; ``number`` is the activation's own (a slope).
    """

    senders: tuple[str, ...]
    net: tuple[str, ...]
    out: tuple[str, ...]
    activation: str
    number: Literal
    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...] | None
    errors: tuple[str, ...] | None
    dropout: Dropout | None = None

    @property
    def activated(self) -> bool:
        return self.net != self.out


@record
class Parameter:
    """A weight or a bias: its value, and where that was given."""

    name: str
    value: Literal
    origin: Location
    is_bias: bool


@dataclass
class Wiring:
    """All of a network's names and values, and the faults in them; ``FieldError`` where reading goes no further."""

    fields: NetworkFields
    layers: list[Layer] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    inputs: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._used: set[str] = set()
        self.made = made_names(self.fields)
        self._names: dict[str, Location] = {}
        self._before_dropout: dict[str, str] = {}
        self._read_inputs()
        senders = self.inputs
        for index, layer in enumerate(self.fields.layers):
            senders = self._read_layer(index, layer, senders)
        ends = Ends(self.fields, senders, self.samples, frozenset({*self._names, *self.parameters}))
        ends.read()
        self.target_names = ends.names
        self._used |= ends.used
        self.faults += ends.faults

    def unused_values(self, faults: Sequence[Fault]) -> Iterator[Fault]:
        """Values whose names stand nowhere, not even in another fault."""
        for name in self.fields.values:
            if name not in self._used and not any(f"`{name}`" in fault.message for fault in faults):
                message = f"`{name}` is used nowhere{did_you_mean(name, sorted(self._used))}"
                yield Fault(("values", name), message)

    @property
    def unit_names(self) -> tuple[str, ...]:
        """The names of inputs, units, masks and rates of dropout."""
        return tuple(self._names)

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.layers[-1].out

    @property
    def trained(self) -> tuple[str, ...]:
        """The parameters that are updated, in the order of the layers."""
        train = self.fields.train
        if isinstance(train, list):
            return tuple(name for name in self.parameters if name in train)
        wanted = {"all": (True, False), "weights": (False,), "biases": (True,)}[train]
        return tuple(name for name, parameter in self.parameters.items() if parameter.is_bias in wanted)

    @property
    def loss(self) -> Loss | None:
        """The loss in the conventions chosen; `cross_entropy` is that of the last layer's activation."""
        if self.fields.loss is None:
            return None
        row = settled(self.fields.loss.function.value, self.layers[-1].activation == SOFTMAX)
        targets = [value for sample in self.samples for value in sample.targets.values()]
        zero_one = row.targets is LABEL and any(isinstance(value, Literal) and value.value == 0 for value in targets)
        return row.written_with(replace(self.fields.loss.at(row), zero_one=zero_one))

    @property
    def loss_name(self) -> str | None:
        """The name of what is derived; None where nothing is."""
        if self.fields.loss is not None:
            return self.fields.loss.name
        return "L" if self.is_from_upstream else None

    @property
    def is_from_upstream(self) -> bool:
        """Whether the derivatives by the outputs are given, in place of a loss."""
        return self.fields.loss is None and any(sample.upstream for sample in self.samples)

    @property
    def objective(self) -> str | None:
        """The name of what is minimized: the loss, or the loss with the penalty."""
        return self.loss_name if self.fields.penalty is None else self.fields.penalty.total

    @property
    def penalized(self) -> tuple[str, ...]:
        """The parameters in the penalty."""
        of_biases = self.fields.penalty is not None and self.fields.penalty.biases
        return tuple(name for name, parameter in self.parameters.items() if of_biases or not parameter.is_bias)

    def _fault(self, location: Location, message: str) -> None:
        self.faults.append(Fault(location, message))

    def _new_name(self, name: str, location: Location) -> None:
        if name in self._names:
            self._fault(location, f"the name `{name}` is given twice")
        elif name in self.fields.values:
            self._fault(location, f"`{name}` is the name of a unit, so it cannot have a value of its own in `values`")
            self._used.add(name)
        self._names.setdefault(name, location)

    def _read_inputs(self) -> None:
        fields = self.fields
        if (fields.inputs is None) == (fields.samples is None):
            raise FieldError([Fault((), "give either `inputs` (one sample) or `samples` (a list of them)")])
        if fields.samples is None:
            given: list[tuple[Location, Any]] = [(("inputs",), fields.inputs)]
        else:
            if fields.targets is not None:
                self._fault(("targets",), "with `samples`, each sample has its own targets")
            given = [(("samples", index, "inputs"), sample.inputs) for index, sample in enumerate(fields.samples)]
        for location, inputs in given:
            named = inputs if isinstance(inputs, dict) else {f"x{i}": x for i, x in enumerate(inputs, start=1)}
            if not named:
                raise FieldError([Fault(location, "expected at least one input")])
            if not self.inputs:
                self.inputs = tuple(named)
                for name in named:
                    self._new_name(name, (*location, name))
            elif tuple(named) != self.inputs:
                self._fault(location, f"every sample has the same inputs, in the same order: {', '.join(self.inputs)}")
            self.samples.append(Sample(named, {}))

    def _read_layer(self, index: int, layer: LayerFields, senders: Sequence[str]) -> tuple[str, ...]:
        at = ("layers", index)
        activation = layer.activation.value
        last = index == len(self.fields.layers) - 1
        net, out = self._unit_names(index, layer)
        for key, names in (("net", net), ("out", out if out != net else ())):
            for position, name in enumerate(names):
                given = getattr(layer, key) is not None
                self._new_name(name, (*at, key, position) if given else (*at, "units"))
        if activation == SOFTMAX and not last:
            self._fault((*at, "activation"), "softmax is for the last layer")
        self.faults += layer.number_faults([activation], at)
        if layer.errors is not None and len(layer.errors) != len(net):
            self._fault((*at, "errors"), f"expected {len(net)} names, one for each unit, found {len(layer.errors)}")
        weights = self._weights(index, layer, tuple(senders), len(net))
        biases = self._biases(index, layer, len(net))
        errors = tuple(layer.errors) if layer.errors else None
        dropout = self._read_dropout(index, layer, out)
        number = layer.number(activation)
        self.layers.append(Layer(tuple(senders), net, out, activation, number, weights, biases, errors, dropout))
        return out if dropout is None else dropout.kept

    def _read_dropout(self, index: int, layer: LayerFields, out: tuple[str, ...]) -> Dropout | None:
        """What dropout does to a layer's outputs; None where it leaves them as they are."""
        fields, at = layer.dropout, ("layers", index, "dropout")
        if fields is None:
            return None
        if index == len(self.fields.layers) - 1:
            self._fault(at, "the outputs of the network are not dropped; dropout is for hidden layers")
        for message, location in fields.mask_faults(len(out), len(self.samples), self.fields.samples is not None):
            self._fault((*at, *location), message)
        if not fields.changes_outputs:
            return None
        only = sum(each.dropout is not None for each in self.fields.layers) == 1
        number = "" if only else str(index + 1)
        kept = tuple(self.made.masked(name, index + 1, j) for j, name in enumerate(out, start=1))
        self._before_dropout.update(zip(kept, out, strict=True))
        penalty = self.fields.penalty
        head = f"{'m' if penalty is None or penalty.samples is None else 'r'}{number}"  # m counts the samples there
        mask = tuple(f"{head}.{j}" for j in range(1, len(out) + 1)) if fields.is_training else ()
        dropout = Dropout(fields, f"p{number}", mask, kept)
        for name in (dropout.rate, *([head] if mask else []), *kept):
            self._new_name(name, at)
        return dropout

    def _unit_names(self, index: int, layer: LayerFields) -> tuple[tuple[str, ...], tuple[str, ...]]:
        at = ("layers", index)
        linear = layer.activation.value == "identity"
        if layer.units is not None:
            if layer.net is not None or layer.out is not None:
                self._fault((*at, "units"), "give either `units` or the names `net` and `out`")
            numbers = range(1, layer.units + 1)
            net, out = (tuple(self.made.unit(letter, index + 1, j) for j in numbers) for letter in "za")
            return (net, net) if linear else (net, out)
        if layer.net is None:
            raise FieldError([*self.faults, Fault(at, "a layer needs `net` (names of its net inputs) or `units`")])
        if layer.out is None:
            if not linear:
                message = f"missing `out`: the outputs after {layer.activation.value} need names of their own"
                self._fault((*at, "activation"), message)
            return tuple(layer.net), tuple(layer.net)
        if len(layer.out) != len(layer.net):
            self._fault((*at, "out"), f"expected {len(layer.net)} names, as many as in `net`, found {len(layer.out)}")
            return tuple(layer.net), tuple(layer.net)
        return tuple(layer.net), tuple(layer.out)

    def _weights(
        self, index: int, layer: LayerFields, senders: tuple[str, ...], units: int
    ) -> tuple[tuple[str, ...], ...]:
        at: Location = ("layers", index, "weights")
        if isinstance(layer.weights, dict):
            rows = self._named_rows(layer.weights, senders, units, at)
        else:
            rows = self._matrix_rows(layer.weights, senders, units, (*at, "matrix"))
        return tuple(
            tuple(self._weight(entry, location, (index + 1, i, j)) for j, (entry, location) in enumerate(row, start=1))
            for i, row in enumerate(rows, start=1)
        )

    def _named_rows(
        self, weights: dict[str, list[Any]], senders: tuple[str, ...], units: int, at: Location
    ) -> list[list[tuple[Any, Location]]]:
        units_before = [self._before_dropout.get(sender, sender) for sender in senders]
        for name in weights:
            if name not in units_before:
                known = did_you_mean(name, units_before) or f"; the senders are {', '.join(units_before)}"
                self._fault((*at, name), f"`{name}` is no unit of the layer before{known}")
        rows = []
        for sender in units_before:
            row = weights.get(sender)
            if row is None:
                self._fault(at, f"the weights of `{sender}` are missing: one row for each sender")
                continue
            if len(row) != units:
                self._fault(
                    (*at, sender), f"expected {_count(units, 'weight')}, one for each receiver, found {len(row)}"
                )
            rows.append([(entry, (*at, sender, j)) for j, entry in enumerate(row)])
        return rows

    def _matrix_rows(
        self, weights: Any, senders: tuple[str, ...], units: int, at: Location
    ) -> list[list[tuple[Any, Location]]]:
        by_senders = weights.rows == "senders"
        height, width = (len(senders), units) if by_senders else (units, len(senders))
        shape = f"{height} rows (one for each of the {'senders' if by_senders else 'receivers'}) of {width}"
        matrix = weights.matrix
        if len(matrix) != height:
            self._fault(at, f"expected {shape}, found {len(matrix)} rows")
            return []
        for r, row in enumerate(matrix):
            if len(row) != width:
                self._fault((*at, r), f"expected {shape}, found a row of {len(row)}")
                return []
        cells = [[(entry, (*at, r, c)) for c, entry in enumerate(row)] for r, row in enumerate(matrix)]
        return cells if by_senders else [list(column) for column in zip(*cells, strict=True)]

    def _biases(self, index: int, layer: LayerFields, units: int) -> tuple[str, ...] | None:
        if layer.biases is None:
            return None
        at: Location = ("layers", index, "biases")
        if len(layer.biases) != units:
            self._fault(at, f"expected {_count(units, 'bias', 'biases')}, one for each unit, found {len(layer.biases)}")
        return tuple(self._bias(entry, (*at, j), index + 1, j + 1) for j, entry in enumerate(layer.biases))

    def _bias(self, entry: Any, location: Location, layer: int, unit: int) -> str:
        made = self.made.unit("b", layer, unit) if isinstance(entry, Literal) else ""
        return self._parameter(entry, location, made, is_bias=True)

    def _weight(self, entry: Any, location: Location, numbers: tuple[int, int, int]) -> str:
        made = self.made.weight(*numbers) if isinstance(entry, Literal) else ""
        return self._parameter(entry, location, made, is_bias=False)

    def _parameter(self, entry: Any, location: Location, made: str, is_bias: bool) -> str:
        if isinstance(entry, Literal):
            self._new_name(made, location)
            self.parameters[made] = Parameter(made, entry, location, is_bias)
            return made
        name = str(entry)
        self._used.add(name)
        if name in self._names:
            self._fault(location, f"`{name}` is the name of a unit, not of a {'bias' if is_bias else 'weight'}")
        elif name not in self.fields.values:
            known = did_you_mean(name, list(self.fields.values))
            self._fault(location, f"`{name}` has no value: give it under `values`{known}")
        elif name not in self.parameters:
            self.parameters[name] = Parameter(name, self.fields.values[name], ("values", name), is_bias)
        return name


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"

"""One layer after the other as it is given in matrix notation: its names, what it takes up, its normalisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.kinds.network.connections import Connections, layer_name
from deepcalc.kinds.network.matrix.arrangement import (
    LayerDropout,
    MatrixLayer,
    MatrixNorm,
    MatrixParameter,
    Sender,
    joins,
    marked,
)
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.senders import INPUTS, UnitsOf
from deepcalc.kinds.network.structure import MIXED, Role
from deepcalc.notation.array_nodes import Array
from deepcalc.notation.nodes import Literal
from deepcalc.rules.activations import IDENTITY, SOFTMAX
from deepcalc.rules.combinations import COMBINATIONS, Combination

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields
    from deepcalc.kinds.network.layers import DropoutFields, LayerFields, NormFields

HEADS = {Role.WEIGHT: "W", Role.BIAS: "b", Role.SCALE: "gamma", Role.SHIFT: "beta"}
"""What the parameters of a role are called, before the number of their layer."""


_NO_ARRAY = (
    "in matrix notation a layer takes up whole layers, or units by their numbers, {layer1: [1, 2]}; a constant is a "
    "column of X, or the bias b of a layer"
)


@dataclass
class LayerReader:
    """Reads the layers; ``known`` are the names that parameters may have, ``names`` those that may be chosen."""

    fields: NetworkFields
    values: Namespace
    layers: list[MatrixLayer] = field(default_factory=list)
    parameters: dict[str, MatrixParameter] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.functions = Connections(self.fields, self.values, ())

    def named(self, name: str) -> str:
        """The course's own name of an array."""
        return self.fields.names.get(name, name)

    def array(self, name: str) -> str:
        """The course's own name of an array of a layer, which may be chosen."""
        self.names += [name] if name not in self.names else []
        return self.named(name)

    def fault(self, location: Location, message: str) -> None:
        self.faults.append(Fault(location, message))

    def read(self, index: int) -> None:
        """The layer of that number."""
        own, at = self.fields.layers[index], ("layers", index)
        units = len(own.activation) if isinstance(own.activation, list) else 1
        functions = self.functions.functions(index, own, units)
        functions = functions[:1] if len(set(functions)) == 1 else functions
        activation = functions[0].row.name if len(functions) == 1 else MIXED if functions else SOFTMAX
        number = "" if len(self.fields.layers) == 1 and "W" in self.fields.weights else str(index + 1)
        name = layer_name(own, index)
        if name in {layer.name for layer in self.layers} or name == INPUTS:
            self.fault((*at, "name"), f"the name `{name}` is that of another layer, or of the inputs")
        senders = tuple(self._senders(index, own))
        combine = self._combination(index, own, number)
        weights = None if combine is not None else self.array(f"W{number}")
        if weights is not None:
            self._parameter(Role.WEIGHT, number, None, at)
        biases = self._parameter(Role.BIAS, number, None, at)
        net = self.array(f"Z{number}")
        norm = self._norm(own.norm, index, number, net)
        before = net if norm is None else norm.out
        out = before if activation == IDENTITY else self.array(self._output(index, activation, number))
        joined = combine is None and joins(senders)
        self.layers.append(
            MatrixLayer(
                name,
                number,
                senders,
                self.array(f"C{number}") if joined else senders[0].array,
                weights,
                biases,
                net,
                out,
                functions,
                self._dropout(own.dropout, number, out),
                norm,
                combine,
            )
        )

    def _output(self, index: int, activation: str, number: str) -> str:
        """What a layer's outputs are called: P of the only softmax among the last ones, P3 where there are others."""
        if activation != SOFTMAX or not self._is_output(index):
            return f"A{number}"
        layers = enumerate(self.fields.layers)
        others = [at for at, each in layers if at != index and each.activation == SOFTMAX and self._is_output(at)]
        return f"P{number}" if others else "P"

    def _is_output(self, index: int) -> bool:
        """Whether a layer's outputs are those of the network: of the last one, or of one that a loss is of."""
        of = {term.of for term in self.fields.losses or ()}
        return index == len(self.fields.layers) - 1 or layer_name(self.fields.layers[index], index) in of

    # ---- what it takes up

    def _senders(self, index: int, layer: LayerFields) -> Iterator[Sender]:
        """What a layer takes up, by default the array of the layer before."""
        inputs, at = self.named("X"), ("layers", index, "from")
        if layer.senders is None:
            yield Sender(self.layers[-1].passed_on if self.layers else inputs)
            return
        arrays = {INPUTS: inputs, inputs: inputs} | {each.name: each.passed_on for each in self.layers}
        arrays |= {name: name for each in self.layers for name in (each.out, each.passed_on)}
        for position, sender in enumerate(layer.senders):
            where = (*at, position) if len(layer.senders) > 1 else at
            name = sender.of if isinstance(sender, UnitsOf) else sender
            if not isinstance(name, str):
                self.fault(where, _NO_ARRAY)
            elif name not in arrays:
                near = did_you_mean(name, list(arrays)) or f"; there are {listed(arrays)}"
                self.fault(where, f"`{name}` is no layer before this one{near}")
            array = arrays.get(name, inputs) if isinstance(name, str) else inputs
            yield Sender(array, sender.units if isinstance(sender, UnitsOf) else ())

    def _combination(self, index: int, layer: LayerFields, number: str) -> Combination | None:
        """What a layer without weights makes of its senders; None of one that has weights."""
        if layer.combine is None:
            return None
        row = COMBINATIONS[layer.combine]
        if f"W{number}" not in self.fields.weights:
            return row
        if row.entrywise:
            self.known.append(f"W{number}")
            message = f"a layer has either `W{number}` or `combine: {row.name}`; take the {row.title} in a layer before"
            self.fault(("layers", index, "combine"), message)
        return None

    # ---- its parameters

    def _parameter(self, role: Role, number: str, listed_: Any, at: Location) -> str | None:
        """The name of a layer's parameters of a role; None where there are none."""
        plain = f"{HEADS[role]}{number}"
        self.known.append(plain)
        name = self.array(plain)
        origin: Location = ("weights", plain)
        value = self.fields.weights.get(plain)
        if listed_ is not None:
            if value is not None:
                self.fault(at, f"give either this, or `{plain}` in `weights`")
            origin, value = at, self._vector(listed_, at)
        if value is None:
            return None
        self.parameters[name] = MatrixParameter(value, origin, role)
        return name

    def _vector(self, entries: list[Any], at: Location) -> Any:
        """A list of numbers and of names from `values` as a vector."""
        found = []
        for index, entry in enumerate(entries):
            value = entry if isinstance(entry, Literal) else self.values.value(entry, (*at, index))
            if value is not None and not isinstance(value, Literal):
                self.fault((*at, index), f"`{entry}` is a letter; a vector of letters stands in `weights`, gamma1: 3")
            found.append(value if isinstance(value, Literal) else Literal("1"))
        return Array(*found)

    # ---- its normalisation and dropout

    def _norm(self, fields: NormFields | None, index: int, number: str, net: str) -> MatrixNorm | None:
        if fields is None:
            return None
        at = ("layers", index, "norm")
        for key, message in fields.setting_faults():
            self.fault((*at, key), message)
        only = sum(each.norm is not None for each in self.fields.layers) == 1
        own, centred = "" if only else number, fields.row.centred
        gamma = self._parameter(Role.SCALE, number, fields.gamma, (*at, "gamma"))
        beta = self._parameter(Role.SHIFT, number, fields.beta, (*at, "beta"))
        hat = self.array(marked(net, "hat"))
        out = hat if gamma is None and beta is None else self.array(marked(net, "tilde"))
        return MatrixNorm(
            fields,
            f"mu{number}" if centred else None,
            f"var{number}" if centred else f"ms{number}",
            f"std{number}" if centred else f"rms{number}",
            hat,
            out,
            gamma,
            beta,
            f"eps{own}",
            f"m_run{own}",
        )

    def _dropout(self, fields: DropoutFields | None, number: str, out: str) -> LayerDropout | None:
        """The names around dropout; None where it leaves the outputs as they are."""
        if fields is None or not fields.changes_outputs:
            return None
        only = sum(each.dropout is not None for each in self.fields.layers) == 1
        mask, kept = self.array(f"M{number}"), self.array(marked(out, "tilde"))
        return LayerDropout(fields, fields.chance("" if only else number), mask, kept)

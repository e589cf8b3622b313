"""One layer after the other as it is given: its names, its normalisation, its dropout, what it takes up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, FieldError
from deepcalc.kinds.network.connections import Connections, layer_name
from deepcalc.kinds.network.made import MadeNames
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.parameters import ParameterReader
from deepcalc.kinds.network.senders import INPUTS
from deepcalc.kinds.network.structure import Dropout, Layer, Norm, Role
from deepcalc.rules.activations import IDENTITY

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields
    from deepcalc.kinds.network.layers import LayerFields


@dataclass
class LayerReader:
    """Reads the layers; ``parameters`` has all weights and biases that were found."""

    fields: NetworkFields
    names: Namespace
    made: MadeNames
    connections: Connections
    parameters: ParameterReader = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = ParameterReader(self.names, self.made)

    def read(self, index: int, layer: LayerFields, before: Sequence[Layer], samples: int) -> Layer:
        """The layer of that number; ``before`` are those before it, ``samples`` how many samples there are."""
        at = ("layers", index)
        groups = self.connections.groups(index, layer, before)
        net, out = self._unit_names(index, layer)
        for key, names in (("net", net), ("out", out if out != net else ())):
            for position, name in enumerate(names):
                given = getattr(layer, key) is not None
                self.names.add(name, (*at, key, position) if given else (*at, "units"))
        norm = self._norm(index, layer, net, samples)
        if norm is not None and layer.activation == IDENTITY and layer.out is None:
            out = norm.out
        functions = self.connections.functions(index, layer, len(net))
        if layer.errors is not None and len(layer.errors) != len(net):
            self.names.fault(
                (*at, "errors"), f"expected {len(net)} names, one for each unit, found {len(layer.errors)}"
            )
        senders = tuple(name for group in groups for name in group)
        name = layer_name(layer, index)
        if name in {other.name for other in before} or name == INPUTS:
            self.names.fault((*at, "name"), f"the name `{name}` is that of another layer, or of the inputs")
        weighted = layer.weights is not None
        return Layer(
            name,
            groups,
            net,
            out,
            functions,
            self.parameters.weights(index, layer, senders, len(net)) if weighted else (),
            self.parameters.biases(index, layer, len(net)),
            tuple(layer.errors) if layer.errors else None,
            self._dropout(index, layer, out, samples),
            norm,
            self.connections.combination(index, layer, groups, len(net)),
        )

    def _dropout(self, index: int, layer: LayerFields, out: tuple[str, ...], samples: int) -> Dropout | None:
        """What dropout does to a layer's outputs; None where it leaves them as they are."""
        fields, at = layer.dropout, ("layers", index, "dropout")
        if fields is None:
            return None
        for message, location in fields.mask_faults(len(out), samples, self.fields.samples is not None):
            self.names.fault((*at, *location), message)
        if not fields.changes_outputs:
            return None
        only = sum(each.dropout is not None for each in self.fields.layers) == 1
        number = "" if only else str(index + 1)
        kept = tuple(self.made.marked(name, "tilde", index + 1, j) for j, name in enumerate(out, start=1))
        self.parameters.before_dropout.update(zip(kept, out, strict=True))
        penalty = self.fields.penalty
        head = f"{'m' if penalty is None or penalty.samples is None else 'r'}{number}"  # m counts the samples there
        mask = tuple(f"{head}.{j}" for j in range(1, len(out) + 1)) if fields.is_training else ()
        dropout = Dropout(fields, fields.chance(number), mask, kept)
        for name in (dropout.chance.name, *([head] if mask else []), *kept):
            self.names.add(name, at)
        return dropout

    def _norm(self, index: int, layer: LayerFields, net: tuple[str, ...], samples: int) -> Norm | None:
        """What normalises a layer's net inputs."""
        fields, at = layer.norm, ("layers", index, "norm")
        if fields is None:
            return None
        for key, message in fields.setting_faults():
            self.names.fault((*at, key), message)
        for key in ("running_mean", "running_var"):
            given = getattr(fields, key)
            if given is not None and len(given) != len(net):
                self.names.fault((*at, key), f"expected {len(net)}, one for each unit, found {len(given)}")
        if fields.row.joins_samples and fields.mode == "train" and samples < 2:
            self.names.fault(at, "the statistics of a batch need `samples`, two of them or more; or `mode: test`")
        only = sum(each.norm is not None for each in self.fields.layers) == 1
        own = "" if only else str(index + 1)
        of_each = fields.row.joins_samples
        means, variances = (
            tuple(f"{head}.{name}" for name in net) if of_each else (f"{head}{own}",) for head in ("mu", "var")
        )
        gamma = self.parameters.scales(fields.gamma, Role.SCALE, index, len(net))
        beta = self.parameters.scales(fields.beta, Role.SHIFT, index, len(net))
        hat, scaled = (
            tuple(self.made.marked(name, mark, index + 1, j) for j, name in enumerate(net, start=1))
            for mark in ("hat", "tilde")
        )
        out = hat if gamma is None and beta is None else scaled
        norm = Norm(
            fields,
            means if fields.row.centred else (),
            variances if fields.row.centred else (f"ms{own}",),
            hat,
            out,
            gamma,
            beta,
            f"eps{own}",
            f"m_run{own}",
        )
        for name in dict.fromkeys((norm.epsilon, *hat, *out, *(() if of_each else (*norm.means, *norm.variances)))):
            self.names.add(name, at)
        return norm

    def _unit_names(self, index: int, layer: LayerFields) -> tuple[tuple[str, ...], tuple[str, ...]]:
        at = ("layers", index)
        linear = layer.activation == IDENTITY
        if layer.units is not None:
            if layer.net is not None or layer.out is not None:
                self.names.fault((*at, "units"), "give either `units` or the names `net` and `out`")
            numbers = range(1, layer.units + 1)
            net, out = (tuple(self.made.unit(letter, index + 1, j) for j in numbers) for letter in "za")
            return (net, net) if linear else (net, out)
        if layer.net is None:
            raise FieldError(
                [*self.names.faults, Fault(at, "a layer needs `net` (names of its net inputs) or `units`")]
            )
        if layer.out is None:
            if not linear:
                message = f"missing `out`: the outputs after {_said(layer.activation)} need names of their own"
                self.names.fault((*at, "activation"), message)
            return tuple(layer.net), tuple(layer.net)
        if len(layer.out) != len(layer.net):
            self.names.fault(
                (*at, "out"), f"expected {len(layer.net)} names, as many as in `net`, found {len(layer.out)}"
            )
            return tuple(layer.net), tuple(layer.net)
        return tuple(layer.net), tuple(layer.out)


def _said(activation: Any) -> str:
    return str(activation) if isinstance(activation, str) else "an activation"

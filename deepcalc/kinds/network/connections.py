"""What the layers of a network take up, and what their units make of it: senders, combinations, activations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Location, did_you_mean, listed
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds.network.namespace import Namespace
from deepcalc.kinds.network.senders import INPUTS, UnitsOf
from deepcalc.kinds.network.structure import Function, Layer
from deepcalc.notation.array_nodes import ARRAY_NODES
from deepcalc.notation.nodes import Name, Node, SumOver, names_in, nodes_in
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS, SOFTMAX, by_formula
from deepcalc.rules.combinations import COMBINATIONS, Combination

if TYPE_CHECKING:
    from deepcalc.kinds.network.fields import NetworkFields
    from deepcalc.kinds.network.layers import LayerFields

Groups = tuple[tuple[str, ...], ...]

VARIABLE = "z"
"""What a formula of an activation is written in."""


def layer_name(layer: LayerFields, index: int) -> str:
    """What the others call a layer."""
    return layer.name or f"layer{index + 1}"


def no_unit(number: int, of: str, units: Any) -> str:
    """That a layer has no unit of that number."""
    return f"there is no unit {number} of `{of}`: it has {units}"


@dataclass
class Connections:
    """Reads the senders of the layers, which are read one after the other; ``constants`` are constant inputs.

    ``settings`` are names in formulas of activations, each with where its value stands.
    """

    fields: NetworkFields
    names: Namespace
    inputs: tuple[str, ...]
    constants: dict[str, tuple[Any, Location]] = field(default_factory=dict)
    settings: dict[str, tuple[Any, Location]] = field(default_factory=dict)

    def groups(self, index: int, layer: LayerFields, before: Sequence[Layer]) -> Groups:
        """The names of the units of each sender; by default those of the layer before."""
        if layer.senders is None:
            return (before[-1].passed_on if before else self.inputs,)
        at: Location = ("layers", index, "from")
        found = []
        for position, sender in enumerate(layer.senders):
            location = (*at, position) if len(layer.senders) > 1 else at
            found.append(tuple(self._units(sender, before, location)))
        return tuple(found)

    def _units(self, sender: Any, before: Sequence[Layer], at: Location) -> Iterator[str]:
        if isinstance(sender, dict):
            for name, value in sender.items():
                self.names.add(name, at)
                self.constants[name] = (value, at)
                yield name
            return
        if isinstance(sender, UnitsOf):
            yield from self._numbered(sender, before, at)
            return
        of_layers = {layer.name: layer.passed_on for layer in before} | {INPUTS: self.inputs}
        if isinstance(sender, str) and sender in of_layers:
            yield from of_layers[sender]
            return
        units = {*self.inputs, *self.constants, *(name for each in before for name in (*each.out, *each.passed_on))}
        for name in [sender] if isinstance(sender, str) else sender:
            if name in units:
                yield name
                continue
            known = [*of_layers, *sorted(units)]
            near = did_you_mean(name, known) or f"; there are {listed(known)}"
            self.names.fault(at, f"`{name}` is neither a layer before nor one of its units{near}")

    def _numbered(self, sender: UnitsOf, before: Sequence[Layer], at: Location) -> Iterator[str]:
        """The units of a layer that have these numbers."""
        of_layers = {layer.name: layer.passed_on for layer in before} | {INPUTS: self.inputs}
        if sender.of not in of_layers:
            near = did_you_mean(sender.of, list(of_layers)) or f"; there are {listed(of_layers)}"
            self.names.fault(at, f"`{sender.of}` is no layer before this one{near}")
            return
        units = of_layers[sender.of]
        for number in sender.units:
            if number > len(units):
                self.names.fault(at, no_unit(number, sender.of, len(units)))
            else:
                yield units[number - 1]

    def combination(self, index: int, layer: LayerFields, groups: Groups, units: int) -> Combination | None:
        """What a layer without weights makes of its senders; None of one that has weights."""
        at: Location = ("layers", index)
        if layer.combine is None:
            return None
        row = COMBINATIONS[layer.combine]
        if layer.weights is not None:
            if row.entrywise:
                message = (
                    f"a layer has either `weights` or `combine: {row.name}`; take the {row.title} in a layer before"
                )
                self.names.fault((*at, "combine"), message)
            return None
        sizes = [len(group) for group in groups]
        if all(sizes) and not row.fits(sizes, units):
            found = f"the senders have {listed(map(str, sizes))} entries, the layer has {units} units"
            self.names.fault((*at, "combine"), f"{row.name} {row.meaning}, but {found}")
        return row

    def functions(self, index: int, layer: LayerFields, units: int) -> tuple[Function, ...]:
        """The activation of each unit; none where the whole layer has a softmax."""
        at: Location = ("layers", index, "activation")
        given = layer.activation
        each = given if isinstance(given, list) else [given] * units
        if isinstance(given, list) and len(given) != units:
            self.names.fault(at, f"expected {units} activations, one for each unit, found {len(given)}")
            each = [given[0]] * units
        if given == SOFTMAX:
            self.names.faults += layer.number_faults([SOFTMAX], ("layers", index))
            return ()
        if SOFTMAX in each:
            self.names.fault(at, "softmax is of a whole layer, not of one of its units")
        known = [str(name.value) for name in each if isinstance(name, ActivationName)]
        self.names.faults += layer.number_faults(dict.fromkeys(known or ["identity"]), ("layers", index))
        made = {name: self._function(name, layer, at) for name in dict.fromkeys(each)}
        return tuple(made[name] for name in each)

    def _function(self, activation: Any, layer: LayerFields, at: Location) -> Function:
        if isinstance(activation, ActivationName):
            name = activation.value if activation != SOFTMAX else "identity"
            return Function(ACTIVATIONS[name], self._number(name, layer))
        if isinstance(activation, Node):
            return self._own("own", "its own", activation, at)
        name = str(activation)
        own = self.fields.activations
        if name not in own:
            from deepcalc.rules.sorts import sort_of  # all tables of the field, which only what is wrong needs

            known = [*ACTIVATIONS, SOFTMAX, *own]
            near = did_you_mean(name, [*known, *ACTIVATION_ALIASES]) or f"; there are {listed(known)}"
            sort = sort_of(name)
            message = f"`{name}` is {sort}, no activation function" if sort else f"`{name}` is no activation{near}"
            message += "; one of your own stands under `activations`"
            self.names.fault(at, message)
            return Function(ACTIVATIONS["identity"], layer.number("identity"))
        return self._own(name, name, own[name], ("activations", name))

    def _number(self, function: str, layer: LayerFields) -> Node:
        """The number of an activation; a letter is among the settings, numbered where other layers have one too."""
        layers = self.fields.layers
        index = layers.index(layer)
        several = sum(bool(each.letters) for each in layers) > 1
        number = layer.number(function, str(index + 1) if several else "")
        if isinstance(number, Name):
            field = str(ACTIVATIONS[function].parameter)
            if number.name in self.fields.values:
                message = f"the name `{number.name}` is taken by the letter of a layer; another name has its value"
                self.names.fault(("values", number.name), message)
            self.settings[number.name] = (getattr(layer, field), ("layers", index, field))
        return number

    def _own(self, name: str, title: str, formula: Node, at: Location) -> Function:
        row = by_formula(name, title, formula, VARIABLE)
        if VARIABLE not in names_in(formula):
            self.names.fault(at, f"an activation is a formula in {VARIABLE}, such as {VARIABLE}*sigmoid({VARIABLE})")
        if any(type(node) in {*ARRAY_NODES, SumOver} for node in nodes_in(formula)):
            self.names.fault(at, "an activation is a formula of one number, without arrays and sums over them")
        for other in names_in(formula):
            if other != VARIABLE:
                value = self.names.value(other, at)
                if value is not None:
                    self.settings[other] = (value, ("values", other))
        return Function(row, None)

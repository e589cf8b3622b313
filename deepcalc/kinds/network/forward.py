"""The forward pass of a network: net inputs, what normalises them, outputs, what dropout leaves of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds.network.dropout import add_kept
from deepcalc.kinds.network.normalizing import add_normalised, add_statistics
from deepcalc.kinds.network.structure import Layer
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.nodes import ONE, Name, Node, Times, names_in, total
from deepcalc.records import record
from deepcalc.rules.activations import softmax

FORWARD = "Forward pass"


@record
class Forward:
    """Adds the forward passes of samples to a graph that has what is given."""

    wiring: Wiring
    graph: Graph

    def add(self, index: int, numbers: Sequence[int | None]) -> None:
        """One layer, for each of the samples."""
        layer = self.wiring.layers[index]
        for number in numbers:
            self._add_net_inputs(layer, index, number)
        if layer.norm is not None and layer.norm.joins_samples:
            add_statistics(self.graph, layer, index, numbers, FORWARD)
        for number in numbers:
            section = _section(number)
            if layer.norm is not None:
                add_normalised(self.graph, layer, index, number, section)
            self._add_outputs(layer, index, number, section)
            add_kept(self.graph, layer, number, section)

    def _add_net_inputs(self, layer: Layer, index: int, number: int | None) -> None:
        label = self._label(layer, index)
        for j, net in enumerate(layer.net):
            if net in self.wiring.fields.given:
                self._add_given_net_input(layer, j)
                continue
            is_output = not layer.activated and layer.norm is None
            self.graph.add(
                Quantity(
                    self.wiring.at(net, number),
                    self._net_input(layer, j, number),
                    section=_section(number),
                    group="outputs" if is_output else "net_inputs",
                    note=_unit_note(label, j, layer),
                    origin=("layers", index),
                )
            )

    def _label(self, layer: Layer, index: int) -> str:
        if layer in self.wiring.output_layers:
            several = len(self.wiring.output_layers) > 1
            return layer.name if several else "output"
        return "hidden" if len(self.wiring.layers) == 2 else f"layer {index + 1}"

    def _add_given_net_input(self, layer: Layer, j: int) -> None:
        """A net input that is given, with its derivatives by what it would be the sum of."""
        if not layer.weights:
            formula = self._net_input(layer, j, None)
            self._add_given_activation(layer.net[j], {name: derivative(formula, name) for name in names_in(formula)})
            return
        pairs = [(sender, layer.weights[i][j]) for i, sender in enumerate(layer.senders)]
        partials: dict[str, Any] = {sender: Name(weight) for sender, weight in pairs}
        partials |= {weight: Name(sender) for sender, weight in pairs}
        partials |= {} if layer.biases is None else {layer.biases[j]: ONE}
        self._add_given_activation(layer.net[j], partials)

    def _add_given_activation(self, name: str, partials: Mapping[str, Node]) -> None:
        value, origin = self.wiring.fields.given[name], ("given", name)
        given = Quantity(name, given=value, partials=partials, section="Given activations", origin=origin)
        self.graph.add(given)

    def _net_input(self, layer: Layer, j: int, number: int | None) -> Node:
        """What a unit gets: the weighted sum of its senders, or what is made of them without weights."""
        order = self.wiring.fields.net_input
        if layer.combine is not None:
            entries = layer.combine.terms(layer.groups, j)
            terms = [layer.combine.unit([Name(self.wiring.at(name, number)) for name in entries])]
        else:
            terms = []
            for i, sender in enumerate(layer.senders):
                x, w = Name(self.wiring.at(sender, number)), Name(layer.weights[i][j])
                terms.append(Times(w, x) if "w*x" in order else Times(x, w))
        if layer.biases is not None:
            bias = Name(layer.biases[j])
            terms = [bias, *terms] if order.startswith("b") else [*terms, bias]
        return total(*terms)

    def _add_outputs(self, layer: Layer, index: int, number: int | None, section: str) -> None:
        if not layer.activated:
            return
        net, out = ([self.wiring.at(name, number) for name in names] for names in (layer.before, layer.out))
        at = ("layers", index, "activation")
        if not layer.functions:
            self._add_softmax(layer, net, out, section)
            return
        for z, name, function in zip(net, out, layer.functions, strict=True):
            slope = {z: function.derived(z, name)}
            if name in self.wiring.fields.given:
                self._add_given_activation(name, slope)
                continue
            formula, partials = function.apply(Name(z)), {} if function.row.slope is None else slope
            quantity = Quantity(name, formula, partials=partials, section=section, group="outputs", origin=at)
            self.graph.add(quantity)

    def _add_softmax(self, layer: Layer, net: Sequence[str], out: Sequence[str], section: str) -> None:
        at = ("layers", self.wiring.layers.index(layer), "activation")
        for name, row in zip(out, softmax(out, net), strict=True):
            if name in self.wiring.fields.given:
                self._add_given_activation(name, row.partials)
                continue
            self.graph.add(row.quantity(name, section, at, ("softmax",)))


def _section(number: int | None) -> str:
    return FORWARD if number is None else f"{FORWARD}, sample {number}"


def _unit_note(label: str, j: int, layer: Layer) -> Prose:
    alone = label == "output" and len(layer.net) == 1
    unit = "the output unit" if alone else f"{label} unit {j + 1}" if " " not in label else f"unit {j + 1} of {label}"
    return (f"net input of {unit}" if layer.activated else unit.replace("the output unit", "output"),)

"""The forward pass of a batch: net inputs, what normalises them, outputs, what dropout leaves of them; some given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.errors import Location
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._arrays import FORWARD, ArrayWriter, written
from deepcalc.kinds.network.matrix.arrangement import LayerDropout, MatrixLayer, Sender
from deepcalc.kinds.network.matrix.batches import Stage, count_of
from deepcalc.kinds.network.matrix.mixed import mixed_outputs, mixed_slope
from deepcalc.kinds.network.matrix.normalizing import norm_lines, of_unit
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Name, Node, Over, names_in, negative, product, total
from deepcalc.notation.parser import parse
from deepcalc.rules.combinations import COMBINATIONS

GIVEN = "Given activations"


def weighted(wiring: MatrixWiring, layer: MatrixLayer) -> str:
    """``X @ W`` for samples as rows, ``W @ X`` for columns, as text."""
    return f"{layer.taken} @ {layer.weights}" if wiring.as_rows else f"{layer.weights} @ {layer.taken}"


def taken_up(wiring: MatrixWiring, senders: Sequence[Sender]) -> list[Node]:
    """What senders are, as a layer takes them up."""
    return [sender.written(wiring.arrangement) for sender in senders]


def net_input(wiring: MatrixWiring, layer: MatrixLayer, minus_bias: bool = False) -> Node:
    """``X @ W + b`` for samples as rows, ``W @ X + b`` for columns; the bias first where the course has it so.

    Of a layer without weights what it makes of its senders stands in place of the product.
    """
    if layer.combine is None:
        first = parse(weighted(wiring, layer))
    else:
        first = layer.combine.arrays(taken_up(wiring, layer.senders), wiring.class_axis or 0)
    if layer.biases is None:
        return first
    bias = of_unit(wiring, layer.biases)
    own = negative(bias) if minus_bias else bias
    return total(own, first) if wiring.fields.net_input.startswith("b") else total(first, own)


def _beside_columns(wiring: MatrixWiring, is_vector: bool) -> bool:
    return is_vector and not wiring.as_rows and wiring.samples is not None


def dropped_out(wiring: MatrixWiring, dropout: LayerDropout, outputs: str) -> Node:
    """What dropout leaves of outputs: M ⊙ A/(1 - p) or M ⊙ A in training, (1 - p)·A at test time."""
    fields, kept = dropout.fields, dropout.chance.kept
    if not fields.is_training:
        return product(kept, Name(outputs))
    is_beside = _beside_columns(wiring, not fields.has_mask_for_each)
    own = Apply("expand", {"axis": 1}, Name(dropout.mask)) if is_beside else Name(dropout.mask)
    masked = product(own, Name(outputs))
    return Over(masked, kept) if fields.scaling == "inverted" else masked


class Pass:
    """One pass forward, in the names that its arrays have at a stage.

    ``known`` are the names, by the plain ones, that samples and parameters have there. Formulas are written in plain
    names: ``Z1``, ``W1``.
    """

    def __init__(self, wiring: MatrixWiring, writer: ArrayWriter, stage: Stage, known: Mapping[str, str]) -> None:
        self.wiring = wiring
        self.writer = writer
        self.stage = stage
        self._names = dict(known)

    def at(self, name: str) -> str:
        """What an array is called in this pass."""
        return self._names.get(name, name)

    def call(self, name: str, own: str) -> None:
        """Say what an array is called in this pass."""
        self._names[name] = own

    def in_names(self, formula: Node | str) -> Node:
        """A formula, or text, in the names of this pass."""
        node = written(formula)
        return node.xreplace({Name(name): Name(self.at(name)) for name in names_in(node)})

    def add_quantity(self, quantity: Quantity) -> None:
        """Add a quantity that is written in plain names, with the section of the stage.

        What is given in its place has its value, and derivatives pass through it.
        """
        plain, given = quantity.name, self.wiring.fields.given
        name = self._names[plain] = self.stage.name(plain)
        partials = {self.at(each): self.in_names(slope) for each, slope in quantity.partials.items()}
        fused = {self.at(each): self.in_names(slope) for each, slope in quantity.fused.items()}
        changed = replace(
            quantity, name=name, formula=self.in_names(quantity.definition), partials=partials, fused=fused
        )
        if plain in given:
            changed = Quantity(
                name,
                given=given[plain],
                in_place_of=changed.formula,
                partials=partials,
                section=GIVEN,
                origin=("given", plain),
            )
        else:
            changed = replace(changed, section=self.stage.section(quantity.section))
        self.writer.add_quantity(changed)

    def add(
        self, name: str, formula: Node, at: Location, note: str = "", group: str = "net_inputs", section: str = FORWARD
    ) -> None:
        """Add what is defined by a formula in plain names."""
        said = (note,) if note else ()
        self.add_quantity(Quantity(name, written(formula), section=section, group=group, note=said, origin=at))

    def add_layers(self) -> None:
        """All layers, from the first one on."""
        for index, layer in enumerate(self.wiring.layers):
            self._add_net_inputs(layer, index)
            if layer.norm is not None:
                for line in norm_lines(self.wiring, layer, layer.norm, index, count_of(self.wiring, self.stage.batch)):
                    self.add_quantity(line)
            if layer.activated:
                self._add_outputs(layer, index)
            if layer.dropout is not None:
                note = f"after dropout, layer {index + 1}"
                kept = dropped_out(self.wiring, layer.dropout, layer.out)
                self.add(layer.dropout.kept, kept, ("layers", index, "dropout"), note, "outputs")

    def _add_net_inputs(self, layer: MatrixLayer, index: int) -> None:
        several = len(self.wiring.layers) > 1
        at: Location = ("layers", index)
        if layer.joins:
            parts = taken_up(self.wiring, layer.senders)
            joined = COMBINATIONS["concat"].arrays(parts, self.wiring.class_axis or 0) if len(parts) > 1 else parts[0]
            self.add(layer.taken, joined, (*at, "from"), f"what layer {index + 1} takes up")
        is_output = layer.net == layer.out
        label = "outputs" if is_output else "net inputs"
        note = f"{label} of layer {index + 1}" if several else label
        self.add(layer.net, net_input(self.wiring, layer), at, note, "outputs" if is_output else "net_inputs")

    def _add_outputs(self, layer: MatrixLayer, index: int) -> None:
        net, out = layer.before, layer.out
        partials: dict[str, Any] = {}
        if not layer.functions:
            axis = self.wiring.class_axis
            formula: Node = Apply("softmax", {} if axis is None else {"axis": axis}, Name(net))
        elif len(layer.functions) > 1:
            formula, partials = mixed_outputs(self.wiring, layer), {net: mixed_slope(self.wiring, layer)}
        else:
            (function,) = layer.functions
            formula = function.apply(Name(net))
            partials = {} if function.row.slope is None else {net: function.derived(net, out)}
        at = ("layers", index, "activation")
        self.add_quantity(Quantity(out, formula, partials=partials, section=FORWARD, group="outputs", origin=at))

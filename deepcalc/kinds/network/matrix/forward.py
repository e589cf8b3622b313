"""The forward pass of a batch: net inputs, outputs, what dropout leaves of them; some of them given."""

from __future__ import annotations

from typing import Any

from deepcalc.graph.graph import Quantity
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.matrix.batches import SUFFIX, Batch
from deepcalc.kinds.network.matrix.wiring import LayerDropout, MatrixLayer, MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import ONE, Name, Over, minus, product
from deepcalc.notation.parser import parse

GIVEN = "Given activations"


def weighted(wiring: MatrixWiring, layer: MatrixLayer, x: str, time: int = 0) -> str:
    """``X @ W`` for samples as rows, ``W @ X`` for columns, as text."""
    w = f"{{{wiring.at_time(layer.weights, time)}}}"
    return f"{{{x}}} @ {w}" if wiring.as_rows else f"{w} @ {{{x}}}"


def net_input(wiring: MatrixWiring, layer: MatrixLayer, x: str, time: int = 0, operator: str = "+") -> str:
    """``X @ W + b`` for samples as rows, ``W @ X + b`` for columns, as text; the bias first where the course has it so.

    ``operator`` stands between the product and the bias.
    """
    if layer.biases is None:
        return weighted(wiring, layer, x, time)
    ends = [weighted(wiring, layer, x, time), bias_term(wiring, layer.biases, time)]
    return f" {operator} ".join(ends[::-1] if wiring.fields.net_input.startswith("b") else ends)


def bias_term(wiring: MatrixWiring, bias: str, time: int = 0) -> str:
    """The bias as it is added: beside each column where the samples are columns and it is a vector."""
    own = f"{{{wiring.at_time(bias, time)}}}"
    return f"expand({own}, axis=1)" if _beside_columns(wiring, wiring.bias_is_vector(bias)) else own


def _beside_columns(wiring: MatrixWiring, is_vector: bool) -> bool:
    return is_vector and not wiring.as_rows and wiring.samples is not None


def dropped_out(wiring: MatrixWiring, dropout: LayerDropout, mask: str, outputs: str) -> Any:
    """What dropout leaves of outputs: M ⊙ A/(1 - p) or M ⊙ A in training, (1 - p)·A at test time."""
    fields, kept = dropout.fields, minus(ONE, Name(dropout.rate))
    if not fields.is_training:
        return product(kept, Name(outputs))
    is_vector = not fields.has_mask_for_each
    own = Apply("expand", {"axis": 1}, Name(mask)) if _beside_columns(wiring, is_vector) else Name(mask)
    masked = product(own, Name(outputs))
    return Over(masked, kept) if fields.scaling == "inverted" else masked


class Pass:
    """One pass forward, of all samples or of a batch, with the parameters after so many updates."""

    def __init__(self, wiring: MatrixWiring, writer: ArrayWriter, time: int, batch: Batch | None, section: str) -> None:
        self._wiring = wiring
        self._writer = writer
        self._time = time
        self._batch = batch
        self._section = section

    def at(self, name: str) -> str:
        """The name of an array of this pass."""
        return timed(name if self._batch is None else f"{name}{SUFFIX}", self._time)

    def add(self) -> None:
        """All layers, from the first one on."""
        wiring = self._wiring
        x = wiring.inputs if self._batch is None else self.at(wiring.inputs)
        for index, layer in enumerate(wiring.layers):
            self._add_net_inputs(layer, index, x)
            if layer.activated:
                self._add_outputs(layer, index)
            if layer.dropout is not None:
                self._add_kept(layer.dropout, layer, index)
            x = self.at(layer.passed_on)

    def _add_net_inputs(self, layer: MatrixLayer, index: int, x: str) -> None:
        several = len(self._wiring.layers) > 1
        label = "net inputs" if layer.activated else "outputs"
        quantity = Quantity(
            self.at(layer.net),
            parse(net_input(self._wiring, layer, x, self._time)),
            section=self._section,
            group="net_inputs" if layer.activated else "outputs",
            note=(f"{label} of layer {index + 1}" if several else label,),
            origin=("layers", index),
        )
        self._add(layer.net, quantity)

    def _add_outputs(self, layer: MatrixLayer, index: int) -> None:
        net, out = self.at(layer.net), self.at(layer.out)
        partials: dict[str, Any] = {}
        if layer.function is None:
            axis = self._wiring.class_axis
            formula: Any = Apply("softmax", {} if axis is None else {"axis": axis}, Name(net))
        else:
            formula = layer.function.apply(Name(net))
            partials = {} if layer.function.row.slope is None else {net: layer.function.derived(net, out)}
        at = ("layers", index, "activation")
        quantity = Quantity(out, formula, partials=partials, section=self._section, group="outputs", origin=at)
        self._add(layer.out, quantity)

    def _add(self, name: str, quantity: Quantity) -> None:
        """Add what is worked out; what is given in its place has its value, and derivatives pass through it."""
        given = self._wiring.fields.given
        if name in given:
            quantity = Quantity(
                quantity.name,
                given=given[name],
                in_place_of=quantity.formula,
                partials=quantity.partials,
                section=GIVEN,
                origin=("given", name),
            )
        self._writer.add_quantity(quantity)

    def _add_kept(self, dropout: LayerDropout, layer: MatrixLayer, index: int) -> None:
        has_rows = self._batch is not None and dropout.fields.has_mask_for_each
        formula = dropped_out(
            self._wiring, dropout, self.at(dropout.mask) if has_rows else dropout.mask, self.at(layer.out)
        )
        at, note = ("layers", index, "dropout"), f"after dropout, layer {index + 1}"
        self._writer.add(self.at(dropout.kept), formula, at, note, self._section)

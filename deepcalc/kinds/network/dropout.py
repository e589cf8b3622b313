"""Dropout in the graph of a network: rates, masks, and what is left of a layer's outputs.

Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, JMLR 15 (2014), sections 4 and 10.
"""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.structure import Layer, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Name, Node, Over, Times


def add_masks(graph: Graph, wiring: Wiring, numbers: Sequence[int | None]) -> None:
    """Add the probability of each dropout, and its mask: one, or one for each sample."""
    for index, layer in enumerate(wiring.layers):
        if layer.dropout is None:
            continue
        dropout, at = layer.dropout, ("layers", index, "dropout")
        chance, given = dropout.chance, dropout.fields.chance_given
        graph.add(Quantity(chance.name, given=given, section="Dropout", origin=(*at, chance.field)))
        for position, number in enumerate(numbers if dropout.fields.has_mask_for_each else (None,)):
            for name, entry in zip(dropout.mask, dropout.fields.mask_of(position), strict=True):
                origin = (*at, "mask")
                graph.add(Quantity(of_sample(name, number), given=entry, section="Dropout", origin=origin))


def add_kept(graph: Graph, layer: Layer, number: int | None, section: str) -> None:
    """Add what dropout leaves of the outputs: m·h/(1 - p) or m·h in training, (1 - p)·h at test time."""
    dropout = layer.dropout
    if dropout is None:
        return
    fields, kept = dropout.fields, dropout.chance.kept
    masks = [Name(of_sample(mask, number if fields.has_mask_for_each else None)) for mask in dropout.mask]
    for j, (out, name) in enumerate(zip(layer.out, dropout.kept, strict=True)):
        h = Name(of_sample(out, number))
        formula: Node = Times(masks[j] if fields.is_training else kept, h)
        if fields.is_training and fields.scaling == "inverted":
            formula = Over(formula, kept)
        note, origin = (f"after dropout, unit {j + 1}",), graph[h.name].origin
        named = of_sample(name, number)
        graph.add(Quantity(named, formula, section=section, group="outputs", note=note, origin=origin))

"""Typical mistakes where arrays branch and join: a sender left out, one way back of several, the other factor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.kinds._arrays import SlipRow
from deepcalc.kinds.network.matrix.arrangement import MatrixLayer, Sender
from deepcalc.kinds.network.matrix.forward import taken_up
from deepcalc.kinds.network.matrix.normalizing import of_unit
from deepcalc.kinds.network.matrix.views import View
from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import Name, Node, total
from deepcalc.rules.combinations import COMBINATIONS, Combination


def branching_mistakes(view: View) -> Iterator[SlipRow]:
    """Senders forgotten or joined the other way, ways back left out, the factor of a gate forgotten."""
    for layer in view.wiring.layers:
        if layer.combine is not None and layer.combine.entrywise and len(layer.senders) > 1:
            yield from _forward(view, layer, layer.combine)
    yield from _ways_back(view)
    yield from _other_factors(view)


def _forward(view: View, layer: MatrixLayer, combine: Combination) -> Iterator[SlipRow]:
    """A sender left out, or the senders added that are to be multiplied, or the other way round."""

    def written(of: Combination, senders: Sequence[Sender]) -> Node:
        biases = [] if layer.biases is None else [of_unit(view.wiring, layer.biases)]
        return total(of.arrays(taken_up(view.wiring, senders), view.wiring.class_axis or 0), *biases)

    sizes = view.wiring.sizes(layer)
    for k, sender in enumerate(layer.senders):
        others = [*layer.senders[:k], *layer.senders[k + 1 :]]
        if any(size == view.wiring.units[view.wiring.layers.index(layer)] for size in (*sizes[:k], *sizes[k + 1 :])):
            yield (
                combine.forgotten,
                f"{sender.said} left out of the {combine.title}",
                {layer.net: written(combine, others)},
            )
    other = COMBINATIONS[combine.confused_with]
    message = f"the {other.title} of the senders in place of their {combine.title}"
    yield combine.forgotten, message, {layer.net: written(other, layer.senders)}


def _ways_back(view: View) -> Iterator[SlipRow]:
    """What comes back to an array that several layers take up, by all ways but one."""
    for name in [view.wiring.inputs, *(layer.passed_on for layer in view.wiring.layers)]:
        takers = [layer for layer in view.wiring.layers if name in layer.arrays]
        adjoint = view.adjoint(name)
        ways = [] if adjoint is None else terms(view.graph[adjoint].formula)
        if adjoint is None or len(takers) < 2 or len(ways) != len(takers):
            continue
        for k in range(len(ways)):
            message = f"one of the ways by which {name} acts on the loss left out on the way back"
            yield "way-back-forgotten", message, {adjoint: total(*ways[:k], *ways[k + 1 :])}


def _other_factors(view: View) -> Iterator[SlipRow]:
    """What comes back through a product not multiplied by the other factors."""
    formulas = {}
    for layer in view.wiring.layers:
        if layer.combine is None or layer.combine.name != "multiply":
            continue
        behind = view.adjoint(layer.net)
        for sender in (each.array for each in layer.senders if not each.units):
            own = view.adjoint(sender)
            if own is None or behind is None or view.graph.shape(own) != view.graph.shape(behind):
                continue
            if len(terms(view.graph[own].formula)) == 1:
                formulas[own] = Name(behind)
    yield "other-factor-forgotten", "the other factor of a product forgotten on the way back", formulas

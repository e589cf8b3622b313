"""Hidden errors that are passed back by weights which the same step has updated already, as some courses have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.structure import ends, of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Name, names_in


def hidden_errors(wiring: Wiring, errors: Mapping[str, str]) -> set[str]:
    """The names of the errors of hidden units."""
    loose = ends(wiring.layers)
    nets = [net for layer in wiring.layers if layer not in loose for net in layer.net]
    return {of_sample(errors[net], number) for net in nets for number in wiring.numbers}


def by_updated_weights(graph: Graph, hidden: Collection[str], trained: Iterable[str]) -> Graph:
    """The graph with the hidden errors written in the updated weights, everything after what it is made of."""
    renamed = {Name(name): Name(f"{name}@1") for name in trained}
    changed = {
        quantity.name: replace(
            quantity,
            formula=quantity.definition.xreplace(renamed),
            laws=(),
            note=(*quantity.note, ", by the updated weights" if quantity.note else "by the updated weights"),
        )
        if quantity.name in hidden
        else quantity
        for quantity in graph
    }
    return Graph(_in_order(changed))


def _in_order(quantities: Mapping[str, Quantity]) -> list[Quantity]:
    """The quantities in their order, each after those that it is made of."""
    found: dict[str, Quantity] = {}
    for first in quantities:
        stack = [first]
        while stack:
            name = stack[-1]
            quantity = quantities[name]
            formulas = [
                *quantity.fused.values(),
                *(each for each in (quantity.formula, quantity.stable) if each is not None),
            ]
            used = [*names_in(*formulas), *quantity.partials, *quantity.fused]
            missing = [other for other in used if other not in found and other != name]
            if missing:
                stack += missing
            else:
                found.setdefault(name, quantity)
                stack.pop()
    return list(found.values())

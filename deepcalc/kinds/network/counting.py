"""How many parameters a network has: of each layer, and in all; a shared one counts once."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.structure import Layer
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Name, Node, Times, number, total
from deepcalc.plan import Slip

PARAMS, SECTION, GROUP = "params", "Parameters", "counts"


def add_counts(graph: Graph, wiring: Wiring) -> None:
    """Add the number of parameters of each layer that has some, and of all of them."""
    if any(name in graph for name in count_names(wiring)):
        return
    counted: set[str] = set()
    names = []
    for index, layer in enumerate(wiring.layers, start=1):
        own = [*(name for row in layer.weights for name in row), *_others(layer)]
        if not own:
            continue
        fresh = [name for name in dict.fromkeys(own) if name not in counted]
        counted.update(fresh)
        is_plain = len(fresh) == len(own)
        formula = _as_product(layer) if is_plain else number(len(fresh))
        note = () if is_plain else ("those that no layer before shares",)
        names.append(f"{PARAMS}{index}")
        graph.add(Quantity(names[-1], formula, section=SECTION, group=GROUP, note=note, origin=("layers", index - 1)))
    formula = total(*map(Name, names)) if names else number(0)
    graph.add(Quantity(PARAMS, formula, section=SECTION, group=GROUP, note=("of all layers",)))


def count_names(wiring: Wiring) -> list[str]:
    """The names of the counts."""
    return [PARAMS, *(f"{PARAMS}{number}" for number in range(1, len(wiring.layers) + 1))]


def _others(layer: Layer) -> Iterator[str]:
    """Biases, scales and shifts."""
    yield from layer.biases or ()
    if layer.norm is not None:
        yield from (*(layer.norm.gamma or ()), *(layer.norm.beta or ()))


def _as_product(layer: Layer) -> Node:
    """Senders times units, and one for each unit of every vector."""
    units = number(len(layer.net))
    norm = layer.norm
    vectors = [layer.biases, *((norm.gamma, norm.beta) if norm is not None else ())]
    each = [units for vector in vectors if vector is not None]
    return total(*([Times(number(len(layer.senders)), units)] if layer.weights else []), *each)


def count_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """Biases and scales not counted; a shared parameter counted wherever it stands."""
    plain, twice = {}, {}
    for index, layer in enumerate(wiring.layers, start=1):
        name = f"{PARAMS}{index}"
        if name not in graph or graph[name].group != GROUP:
            continue
        if layer.weights and any(True for _ in _others(layer)):
            plain[name] = Times(number(len(layer.senders)), number(len(layer.net)))
        if graph[name].formula != _as_product(layer):
            twice[name] = _as_product(layer)
    if plain:
        yield Slip("biases-forgotten", "weights alone counted, without biases and scales", plain)
    if twice:
        yield Slip("counted-twice", "shared parameters counted wherever they stand", twice)

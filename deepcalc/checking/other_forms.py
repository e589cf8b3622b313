"""Other ways of writing a quantity that come to the same: ŷ − y of a cross-entropy that the sheet multiplies out.

Two shares of one whole that leave nothing of it are 1 minus each other, whatever they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from deepcalc.checking.chain_links import repeated
from deepcalc.checking.invited.derivatives import shortcut
from deepcalc.checking.invited.place import Place, Surroundings
from deepcalc.checking.symbolic import Formulas
from deepcalc.checking.ways import Values
from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.graph.graph import Graph
from deepcalc.notation.edits import terms
from deepcalc.notation.nodes import Node, Over, Plus

_SAME = 1e-9


class OtherForms:
    """The other forms of the quantities of one graph; ``values`` are the true ones of its quantities."""

    def __init__(self, graph: Graph, values: Values) -> None:
        self._graph = graph
        self._values = values
        self._formulas = Formulas(graph, {})
        self._surroundings = Surroundings(graph)
        self._found: dict[str, Sequence[Node]] = {}

    def __getitem__(self, name: str) -> Sequence[Node]:
        if name not in self._found:
            place = Place(self._graph, self._graph[repeated(self._graph, name)], True, self._surroundings)
            written = (formula for formula, *_ in shortcut(place)) if place.is_derivative else ()
            self._found[name] = [each for each in dict.fromkeys(written) if self._is_same(name, each)]
        return self._found[name]

    def complements(self, name: str) -> Sequence[str]:
        """The quantities of which one is 1 minus the quantity: the accuracy for the error rate."""
        share = _share(self._graph[name].formula)
        if share is None:
            return ()
        part, whole = share
        others = self._shares.get(whole, {})
        return [each for each, other in others.items() if part.isdisjoint(other) and part | other == whole]

    @cached_property
    def _shares(self) -> Mapping[frozenset[Node], Mapping[str, frozenset[Node]]]:
        """The shares of each whole, by quantity, as the terms above and below the line."""
        found: dict[frozenset[Node], dict[str, frozenset[Node]]] = {}
        for each in self._graph:
            share = _share(each.formula)
            if share is not None:
                found.setdefault(share[1], {})[each.name] = share[0]
        return found

    def _is_same(self, name: str, formula: Node) -> bool:
        """Whether a formula comes to the quantity, for its own values and for others around them."""
        try:
            difference = float(value_of(formula, self._values)) - float(self._values[name])
        except (KeyError, ValueOutOfReach):
            return False
        return abs(difference) <= _SAME and self._formulas.same(name, formula)


def _share(formula: Node | None) -> tuple[frozenset[Node], frozenset[Node]] | None:
    """The terms above and below the line of a/(a + b), all of them different; None for any other formula."""
    if not isinstance(formula, Over) or not isinstance(formula.args[1], Plus):
        return None
    part, whole = (terms(side) for side in formula.args)
    found = frozenset(part), frozenset(whole)
    return found if found[0] < found[1] and len(whole) == len(found[1]) and len(part) == len(found[0]) else None

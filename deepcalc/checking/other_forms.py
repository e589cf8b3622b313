"""Other ways of writing a derivative that come to the same: ŷ − y of a cross-entropy that the sheet multiplies out."""

from __future__ import annotations

from collections.abc import Sequence

from deepcalc.checking.chain_links import repeated
from deepcalc.checking.invited.derivatives import shortcut
from deepcalc.checking.invited.place import Place, Surroundings
from deepcalc.checking.symbolic import Formulas
from deepcalc.checking.ways import Values
from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Node

_SAME = 1e-9


class OtherForms:
    """The other forms of the derivatives of one graph; ``values`` are the true ones of its quantities."""

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

    def _is_same(self, name: str, formula: Node) -> bool:
        """Whether a formula comes to the quantity, for its own values and for others around them."""
        try:
            difference = float(value_of(formula, self._values)) - float(self._values[name])
        except (KeyError, ValueOutOfReach):
            return False
        return abs(difference) <= _SAME and self._formulas.same(name, formula)

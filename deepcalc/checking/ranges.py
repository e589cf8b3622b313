"""What values a quantity can have at all, whatever the given values are: a probability, a square, a count.

Interval arithmetic over the formulas, in which every name may be any number in its own range; an array's range holds
all its entries. It errs on the wide side, so what lies outside is impossible.
"""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import ZERO, Name, Node, names_in
from deepcalc.notation.ranges import ANY, Range
from deepcalc.notation.scalars.table import SCALARS


class Ranges:
    """The ranges of a graph's quantities, each worked out when it is asked for; a given or constant one has any."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, Range] = {}

    def __getitem__(self, name: str) -> Range:
        if name not in self._known:
            for behind in self._graph.ancestors([name], stop=self._known):
                if behind not in self._known:
                    formula = self._graph[behind].formula or ZERO
                    self._known[behind] = self._of(formula) if names_in(formula) else ANY
        return self._known[name]

    def _of(self, node: Node) -> Range:
        if isinstance(node, Name):
            return self._known[node.name]
        row = SCALARS.get(type(node))
        if row is not None:
            return ANY if row.range is None else row.range(node, self._of)
        from deepcalc.notation.operations import operands_of, row_of  # which a problem of numbers does without

        return row_of(node).range([self._of(operand) for operand in operands_of(node)])

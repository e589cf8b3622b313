"""The derivatives by which the chain rule leads to another one that is written without them.

A network's error term is written in one line, ``delta3 = p*(1 - p)*2*(p - t)``; a student may have ``dL/dp`` first.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.graph.gradients import opposite, partial
from deepcalc.graph.graph import Graph
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ZERO, Name, Node, product, total

Links = Mapping[str, str]
"""Derivatives, each with what it is by."""


class ChainLinks:
    """The links of the derivatives of one graph, each worked out once for what the graph holds."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[str, int], Links] = {}

    def __getitem__(self, name: str) -> Links:
        """The links of a derivative; none where one is not in the graph, or the derivative is written in them."""
        key = (name, len(self._graph))
        if key not in self._found:
            self._found[key] = self._links(name)
        return self._found[key]

    def _links(self, name: str) -> Links:
        graph, name = self._graph, repeated(self._graph, name)
        adjoint = graph[name].adjoint
        if adjoint is None:
            return {}
        between = [each.name for each in graph if each.adjoint is None and adjoint.wrt in graph.uses(each.name)]
        behind = graph.behind(adjoint.of)
        links = {gradient(adjoint.of, each): each for each in between if each in behind}
        is_written = not links.keys().isdisjoint(graph.uses(name))
        return links if not is_written and all(each in graph for each in links) else {}

    def chain_rule(self, name: str) -> Node:
        """A derivative in its links: the sum of each times the partial derivative of what it is by."""
        adjoint = self._graph[repeated(self._graph, name)].adjoint
        assert adjoint is not None
        local = {link: partial(self._graph, each, adjoint.wrt, fused=False) for link, each in self[name].items()}
        whole = total(*(product(Name(link), each) for link, each in local.items() if each != ZERO))
        return whole if adjoint.sign > 0 else opposite(whole)


def repeated(graph: Graph, name: str) -> str:
    """The computed quantity whose value a quantity only repeats (``dL/dz3 = delta3``); itself where it is no other."""
    formula = graph[name].formula
    while isinstance(formula, Name) and graph[formula.name].given is None:
        name, formula = formula.name, graph[formula.name].formula
    return name

"""The derivatives by which the chain rule leads to another one that is written without them.

A network's error term is written in one line, ``delta3 = p*(1 - p)*2*(p - t)``; a student may have ``dL/dp`` first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from deepcalc.graph.gradients import opposite
from deepcalc.graph.graph import Graph
from deepcalc.graph.ways import partial
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ZERO, Name, Node, product, total

Links = Mapping[str, str]
"""Derivatives, each with what it is by."""


class ChainLinks:
    """The links of the derivatives of one graph, each worked out once for what the graph holds."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known = _Known(graph)

    def __getitem__(self, name: str) -> Links:
        """The links of a derivative; none where one is not in the graph, or the derivative is written in them."""
        return self._up_to_date.links(name)

    def linked_to(self, link: str) -> Sequence[str]:
        """The derivatives that one is a link of, in the order of the graph."""
        return self._up_to_date.linked.get(link, ())

    @property
    def _up_to_date(self) -> _Known:
        if self._known.size != len(self._graph):
            self._known = _Known(self._graph)
        return self._known

    def chain_rule(self, name: str) -> Node:
        """A derivative in its links: the sum of each times the partial derivative of what it is by."""
        adjoint = self._graph[repeated(self._graph, name)].adjoint
        assert adjoint is not None
        local = {link: partial(self._graph, each, adjoint.wrt, fused=False) for link, each in self[name].items()}
        whole = total(*(product(Name(link), each) for link, each in local.items() if each != ZERO))
        return whole if adjoint.sign > 0 else opposite(whole)


class _Known:
    """What is known of the links of a graph of its ``size``."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.size = len(graph)
        self._links: dict[str, Links] = {}

    def links(self, name: str) -> Links:
        if name not in self._links:
            self._links[name] = self._worked_out(name)
        return self._links[name]

    @cached_property
    def linked(self) -> Mapping[str, Sequence[str]]:
        """The derivatives by each of their links."""
        found: dict[str, list[str]] = {}
        for name in self._graph.names:
            for link in self.links(name):
                found.setdefault(link, []).append(name)
        return found

    @cached_property
    def _users(self) -> Mapping[str, Sequence[str]]:
        """What each quantity is used for, other than derivatives."""
        found: dict[str, list[str]] = {}
        for each in (quantity.name for quantity in self._graph if quantity.adjoint is None):
            for used in self._graph.uses(each):
                found.setdefault(used, []).append(each)
        return found

    def _worked_out(self, name: str) -> Links:
        graph, name = self._graph, repeated(self._graph, name)
        adjoint = graph[name].adjoint
        if adjoint is None:
            return {}
        behind = graph.behind(adjoint.of)
        between = (each for each in self._users.get(adjoint.wrt, ()) if each in behind)
        links = {gradient(adjoint.of, each): each for each in between}
        is_written = not links.keys().isdisjoint(graph.uses(name))
        return links if not is_written and all(each in graph for each in links) else {}


def repeated(graph: Graph, name: str) -> str:
    """The computed quantity whose value a quantity only repeats (``dL/dz3 = delta3``); itself where it is no other."""
    formula = graph[name].formula
    while isinstance(formula, Name) and graph[formula.name].given is None:
        name, formula = formula.name, graph[formula.name].formula
    return name

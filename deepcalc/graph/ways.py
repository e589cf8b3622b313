"""The ways from a quantity back to what it is made of, and the partial derivatives along them."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.nodes import Name, Node


def partial(graph: Graph, of: str, wrt: str, fused: bool = True) -> Node:
    """The partial derivative of a quantity by one that it is made of, as a written expression."""
    quantity = graph[of]
    if fused and wrt in quantity.fused:
        return quantity.fused[wrt]
    if wrt in quantity.partials:
        return quantity.partials[wrt]
    terms = graph.terms_using(of, wrt)
    return derivative(terms, wrt, Name(of) if terms is quantity.formula else None)


class Ways:
    """The ways from a quantity back to what it is made of, ``behind`` it.

    A fused derivative passes by what lies between; it is not used where that is reached in another way too, as
    the derivative by it would lack a term. Without ``fused`` the ways are those of the formulas alone.
    """

    def __init__(self, graph: Graph, of: str, fused: bool = True) -> None:
        self.graph = graph
        self.of = of
        self._fused = fused
        self._written_out: set[str] = set()
        self.behind = self._all_behind()
        while met := [name for name in self.behind if graph[name].fused and self._meets_what_it_passes_by(name)]:
            self._written_out.update(met)
            self.behind = self._all_behind()

    def parents(self, name: str) -> tuple[str, ...]:
        """The quantities to which the derivative of this one is passed back."""
        return self.graph.parents(name) if self.is_fused(name) else self.graph.uses(name)

    def partial(self, of: str, wrt: str) -> Node:
        return partial(self.graph, of, wrt, self.is_fused(of))

    def leading_to(self, wanted: list[str]) -> list[str]:
        """The quantities from the wanted ones up to the end, in definition order."""
        reached = self.behind.intersection(wanted)
        path = []
        for name in self.graph.names:
            if name in self.behind and (name in reached or any(parent in reached for parent in self.parents(name))):
                reached.add(name)
                path.append(name)
            if name == self.of:
                break
        return path

    def _all_behind(self) -> set[str]:
        behind: set[str] = set()
        stack = [self.of]
        while stack:
            name = stack.pop()
            if name not in behind:
                behind.add(name)
                stack.extend(self.parents(name))
        return behind

    def is_fused(self, name: str) -> bool:
        return self._fused and name not in self._written_out

    def _meets_what_it_passes_by(self, name: str) -> bool:
        parents = self.parents(name)
        return any(used in self.behind for used in self.graph.uses(name) if used not in parents)

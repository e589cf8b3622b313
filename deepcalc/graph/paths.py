"""A gradient written out as one product of partial derivatives for each path that leads to the loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.graph.ways import partial
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Node, Plus, Times

MOST_PATHS = 12

Parents = Callable[[str], tuple[str, ...]]


def count_paths(graph: Graph, of: str, wrt: str, parents: Parents | None = None) -> int:
    """How many paths lead from ``wrt`` to ``of``; counted, not listed, as they may be very many."""
    counts = {wrt: 1}
    for name in graph.names[graph.names.index(wrt) :]:
        if name != wrt:
            counts[name] = sum(counts.get(parent, 0) for parent in (parents or graph.parents)(name))
        if name == of:
            break
    return counts.get(of, 0)


def by_paths(graph: Graph, of: str, wrt: str) -> Quantity | None:
    """The gradient of ``of`` by ``wrt`` with the sum over its paths as formula, the chain rule in symbols as law.

    None where there is no path, or more than :data:`MOST_PATHS`.
    """
    parents = graph.parents
    if not count_paths(graph, of, wrt, parents):
        parents = graph.uses  # a fused derivative passes by
    if not 0 < count_paths(graph, of, wrt, parents) <= MOST_PATHS:
        return None
    links: list[Node] = []
    products: list[Node] = []
    for path in _paths(graph, of, wrt, parents):
        steps = list(pairwise(path))
        links.append(_product([Name(gradient(upper, lower)) for upper, lower in steps]))
        products.append(_product([partial(graph, upper, lower) for upper, lower in steps]))
    law, formula = (terms[0] if len(terms) == 1 else Plus(*terms) for terms in (links, products))
    name = gradient(of, wrt)
    known = graph[name] if name in graph else Quantity(name, formula)
    return replace(known, formula=formula, laws=(law,) if law != Name(name) else ())


def _product(factors: Sequence[Node]) -> Node:
    """The factors in order, ones kept: every factor of the chain is to be seen."""
    flat = [part for factor in factors for part in (factor.args if isinstance(factor, Times) else (factor,))]
    return flat[0] if len(flat) == 1 else Times(*flat)


def _paths(graph: Graph, of: str, wrt: str, parents: Parents) -> list[list[str]]:
    """Every path from ``of`` back to ``wrt``, in the order in which the formulas name them."""
    leads = {wrt}
    for name in graph.names[graph.names.index(wrt) :]:
        if any(parent in leads for parent in parents(name)):
            leads.add(name)
        if name == of:
            break
    found: list[list[str]] = []
    stack = [[of]]
    while stack:
        path = stack.pop()
        if path[-1] == wrt:
            found.append(path)
            continue
        stack.extend([*path, parent] for parent in reversed(parents(path[-1])) if parent in leads)
    return found

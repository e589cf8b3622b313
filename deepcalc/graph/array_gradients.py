"""What the adjoints of arrays need beside those of numbers: pull-backs, Jacobians, their textbook form."""

from __future__ import annotations

from deepcalc.graph.graph import Graph
from deepcalc.graph.jacobians import jacobian, jacobian_product
from deepcalc.graph.pull_backs import local_product, pulled_back
from deepcalc.notation.nodes import Node
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.tidy import tidy


def passed_back(graph: Graph, of: str, consumer: str, name: str, adjoint: Node, written: Node | None) -> Node:
    """What a quantity gets of the adjoint of a consumer: a pull-back, or of an array a product of Jacobians.

    ``written`` is the consumer's derivative by the quantity, where one is written by hand: fused, or entry by entry.
    """
    if graph.shape(of):
        local = jacobian(graph, consumer, name)
        shapes = graph.shape(of), graph.shape(consumer), graph.shape(name)
        return local if consumer == of else jacobian_product(adjoint, local, shapes)
    if written is not None:
        return local_product(graph, adjoint, written)
    return pulled_back(graph, consumer, name, adjoint)


def tidied(graph: Graph, formula: Node) -> Node:
    """The formula as a textbook writes it."""
    return tidy(formula, lambda node: shape_of(node, graph.shape)).expression

"""Sizes that are quantities of the graph: where they are known, their numbers stand in shapes."""

from __future__ import annotations

from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import Values, evaluate, number_of
from deepcalc.graph.graph import Graph
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Literal, Node, names_in, nodes_in
from deepcalc.notation.operations.expressions import BY_SIZES, checked
from deepcalc.notation.shapes import ShapeError


def with_known_sizes(graph: Graph, formula: Node) -> Node:
    """The formula with the number in place of each size that is known: ``zeros(3, 2)`` for ``zeros(n, 2)``."""
    new = {
        node: Apply(node.operation, node.settings, *(_known(graph, size) for size in node.operands))
        for node in nodes_in(formula)
        if isinstance(node, Apply) and node.operation in BY_SIZES and names_in(node)
    }
    return formula.xreplace(new) if new else formula


def keeps_shape(graph: Graph, name: str, formula: Node) -> bool:
    """Whether a quantity has the shape that it has with another formula as well, in what stands before it."""
    if not all(graph.is_before(used, name) for used in names_in(formula)):
        return False
    try:
        return checked(with_known_sizes(graph, formula), graph.shape)[1] == graph.shape(name)
    except ShapeError:
        return False


def _known(graph: Graph, size: Node) -> Node:
    """The number of a size; the size itself where there is a letter behind it, or no number."""
    used = names_in(size)
    if not used or any(not graph.has_value(name) or graph.shape(name) for name in used):
        return size
    try:
        return size_in_numbers(size, evaluate(graph, used).values)
    except DeepcalcError:
        return size


def size_in_numbers(size: Node, values: Values) -> Node:
    """The number that a size comes to; the size itself where it comes to an array."""
    value = number_of(size, values)
    return size if isinstance(value, Grid) else Literal(str(value), value)

"""What an answer in letters says once the shapes of its arrays are known: its products, sums, identity."""

from __future__ import annotations

from contextlib import suppress
from functools import reduce
from typing import Any

from deepcalc.checking.by_hand import products_by_shapes
from deepcalc.checking.expression_reading import IDENTITY
from deepcalc.checking.index_sums import first_terms, indices_of, over_all_entries, sums_written_out
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point, value_shape
from deepcalc.notation.array_nodes import Apply, MatrixProduct
from deepcalc.notation.nodes import (
    MINUS_ONE,
    ONE,
    Leaf,
    Literal,
    Name,
    Negative,
    Node,
    Power,
    Times,
    names_in,
    nodes_in,
)
from deepcalc.notation.operations.expressions import arranged, shape_of
from deepcalc.notation.shapes import Shape, ShapeError, Size, size_node


class WrittenForms:
    """Settles answers that are written in the quantities of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def over_all_entries(self, expression: Node, count_from: int) -> Node:
        """The expression with its sums over all entries; ``ParseError`` where one is over others."""
        if not indices_of(expression):
            return expression

        shapes = [self._graph.shape(name) for name in self._graph.names]
        letters = names_in(*(size_node(size) for shape in shapes for size in shape))

        def count(array: str, axis: int) -> Size:
            return self._graph.shape(array)[axis]

        def number(size: Node) -> object:
            if not isinstance(size, Name):
                return size.value if isinstance(size, Literal) else size
            if size.name not in self._graph:
                return size if size.name in letters else None
            return evaluate(self._graph, [size.name]).values[size.name] if self._graph.has_value(size.name) else size

        return over_all_entries(expression, count_from, count, number)

    def value(self, point: Point, expression: Node) -> Any:
        """The value of an expression at a point, its sums over an index written out."""
        if not indices_of(expression):
            return point.value(expression)
        written = sums_written_out(expression, lambda array, axis: value_shape(point.values[array])[axis])
        return point.value(self.settled(written)[0])

    def with_identity(self, name: str, expression: Node) -> Node:
        """The expression with the identity matrix of the size that fits, where no quantity is called I."""
        if Name(IDENTITY) not in nodes_in(expression) or IDENTITY in self._graph:
            return expression
        sizes = {size: None for each in self._graph.names for size in self._graph.shape(each)}
        for size in sizes:
            written = expression.xreplace({Name(IDENTITY): Apply("identity", {}, size_node(size))})
            with suppress(ShapeError, KeyError):
                if self.settled(first_terms(written))[1] == self._graph.shape(name):
                    return written
        return expression

    def _with_inverses(self, node: Any) -> Any:
        """The expression with A⁻¹ of a square matrix as its inverse, as it is on paper."""
        if isinstance(node, Leaf) or not any(map(_is_reciprocal, nodes_in(node))):
            return node
        parts = [self._with_inverses(part) if isinstance(part, Node) else part for part in node.args]
        node = node.func(*parts)
        if not _is_reciprocal(node):
            return products_by_shapes(node, self._graph.shape)
        try:
            rows, columns = shape_of(arranged(node.args[0], self._graph.shape), self._graph.shape)
        except (ShapeError, ValueError):
            return node
        return Apply("inv", {}, node.args[0]) if rows == columns else node

    def fits(self, name: str, expression: Node) -> bool:
        """Whether an expression has the shape of a quantity, or a product of two matrices in it fits."""
        expression = first_terms(expression)
        if self._shape(expression) == self._graph.shape(name):
            return True
        products = (part for part in nodes_in(expression) if isinstance(part, MatrixProduct))
        return any(
            all(len(self._shape(each) or ()) == 2 for each in part.args) and self._shape(part) for part in products
        )

    def _shape(self, expression: Node) -> Shape | None:
        try:
            return self.settled(expression)[1]
        except (DeepcalcError, KeyError):
            return None

    def settled(self, expression: Node) -> tuple[Any, Any]:
        """The expression with what depends on shapes decided; a ``·`` between matrices may be their product."""
        expression = self._with_inverses(products_by_shapes(expression, self._graph.shape))
        try:
            settled = arranged(expression, self._graph.shape)
            return settled, shape_of(settled, self._graph.shape)
        except ShapeError:
            with_products = self._with_matrix_products(expression)
            if with_products == expression:
                raise
            settled = arranged(with_products, self._graph.shape)
            return settled, shape_of(settled, self._graph.shape)

    def _with_matrix_products(self, node: Any) -> Any:
        """The expression with the matrix product wherever two arrays stand side by side and only it fits."""
        if isinstance(node, Leaf):
            return node
        parts = [self._with_matrix_products(part) if isinstance(part, Node) else part for part in node.args]
        node = node.func(*parts)
        if not isinstance(node, Times):
            return node
        try:
            shape_of(arranged(node, self._graph.shape), self._graph.shape)
        except ShapeError:
            return reduce(MatrixProduct, node.args)
        return node


def _is_reciprocal(node: Any) -> bool:
    return isinstance(node, Power) and node.args[1] in (MINUS_ONE, Negative(ONE))

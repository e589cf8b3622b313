"""What an answer in letters says once the shapes of its arrays are known: its products, sums, identity."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property, reduce
from itertools import chain, islice, product
from typing import Any, TypeGuard

from deepcalc.checking.by_hand import products_by_shapes
from deepcalc.checking.expression_reading import IDENTITY
from deepcalc.checking.index_sums import first_terms, indices_of, over_all_entries, sums_written_out
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point, value_shape
from deepcalc.graph.sizes import size_in_numbers
from deepcalc.graph.work import MOST_EXACT_WORK
from deepcalc.notation.array_nodes import Apply, MatrixProduct, Prime
from deepcalc.notation.functions import slope
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
from deepcalc.notation.operations.expressions import BY_SIZES, arranged, shape_of, work_of
from deepcalc.notation.shapes import Shape, ShapeError, Size, size_node

MOST_TRIED = 256
"""Ways of choosing the sizes of identity matrices that are tried."""

_SQUARE = (Name("size of the identity"),) * 2


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
        if indices_of(expression):
            written = sums_written_out(expression, lambda array, axis: value_shape(point.values[array])[axis])
            expression = self.settled(written)[0]
        self._check_work(point, expression)
        return point.value(expression)

    def _check_work(self, point: Point, expression: Node) -> None:
        """``ShapeError`` for an expression that takes far more operations than all that is asked for."""
        if not self._graph.has_arrays:
            return
        by_sizes = (part for part in nodes_in(expression) if isinstance(part, Apply) and part.operation in BY_SIZES)
        sized = {
            part: Apply(part.operation, part.settings, *(size_in_numbers(size, point.values) for size in part.operands))
            for part in by_sizes
            if names_in(part)
        }

        def shape(name: str) -> Shape:
            return value_shape(point.values[name])

        if work_of(arranged(expression.xreplace(sized), shape), shape)[0] > self._most_work:
            raise ShapeError("this takes too many operations on entries to be compared; write it with smaller arrays")

    @cached_property
    def _most_work(self) -> int:
        formulas = (quantity.formula for quantity in self._graph if self._graph.is_of_arrays(quantity.name))
        return MOST_EXACT_WORK + sum(work_of(each, self._graph.shape)[0] for each in formulas if each is not None)

    def with_identity(self, name: str, expression: Node) -> Node:
        """The expression with the identity matrix for each I, of the size that fits, where no quantity is called so.

        I is left where none fits.
        """
        if IDENTITY in self._graph or Name(IDENTITY) not in nodes_in(expression):
            return expression
        sizes = list({size: None for each in self._graph.names for size in self._graph.shape(each)})
        expression, own = _apart(expression)
        same = ([size] * len(own) for size in sizes)
        found = None
        for chosen in islice(chain(same, product(sizes, repeat=len(own))), MOST_TRIED):
            matrices = {each: Apply("identity", {}, size_node(size)) for each, size in zip(own, chosen, strict=True)}
            written = expression.xreplace(matrices)
            with suppress(ShapeError, KeyError):
                shape = self.settled(first_terms(written))[1]
                found = found or written
                if shape == self._graph.shape(name):
                    return written
        return found or expression.xreplace(dict.fromkeys(own, Name(IDENTITY)))

    def products_by_shapes(self, expression: Node) -> Node:
        """The expression in which a matrix product with a number is one by that number; I is no number."""
        is_matrix = IDENTITY not in self._graph
        return products_by_shapes(
            expression, lambda name: _SQUARE if is_matrix and name == IDENTITY else self._graph.shape(name)
        )

    def _with_inverses(self, node: Node) -> Any:
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

    def _with_axes(self, node: Node) -> Any:
        """The expression with each softmax of a matrix along the axis of the problem's own, where none is written."""
        axis = self._softmax_axis
        if axis is None or isinstance(node, Leaf) or not any(map(_is_softmax, nodes_in(node))):
            return node
        node = node.func(*(self._with_axes(part) if isinstance(part, Node) else part for part in node.args))
        if not _is_softmax(node) or node.axis is not None or len(self._shape(node.operands[0]) or ()) != 2:
            return node
        return Apply(node.operation, {**node.settings, "axis": axis}, *node.operands)

    @cached_property
    def _softmax_axis(self) -> int | None:
        """The axis along which the problem's softmaxes of matrices run; None where they differ, or there is none."""
        formulas = (quantity.formula for quantity in self._graph if quantity.formula is not None)
        axes = {each.axis for formula in formulas for each in nodes_in(formula) if _is_softmax(each)} - {None}
        return axes.pop() if len(axes) == 1 else None

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
            shape: Shape = self.settled(expression)[1]
        except (DeepcalcError, KeyError):
            return None
        return shape

    def settled(self, expression: Node) -> tuple[Any, Any]:
        """The expression with what depends on shapes decided; a ``·`` between matrices may be their product."""
        expression = self._with_axes(self._with_inverses(products_by_shapes(expression, self._graph.shape)))
        try:
            settled = arranged(expression, self._graph.shape)
            return settled, shape_of(settled, self._graph.shape)
        except ShapeError:
            with_products = self._with_matrix_products(expression)
            if with_products == expression:
                raise
            settled = arranged(with_products, self._graph.shape)
            return settled, shape_of(settled, self._graph.shape)

    def _with_matrix_products(self, node: Node) -> Any:
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


def slopes_written_out(node: Node) -> Node:
    """The expression of numbers with each derivative of a function, ``sigmoid'(z)``, as that is at its argument."""
    if isinstance(node, Leaf):
        return node
    node = node.func(*(slopes_written_out(part) if isinstance(part, Node) else part for part in node.args))
    return slope(node.function, *node.arguments) if isinstance(node, Prime) else node


def _apart(node: Node, before: int = 0) -> tuple[Node, list[Node]]:
    """The expression with a name of its own for each I in it, and these names; ``before`` are counted already."""
    if node == Name(IDENTITY):
        own = Name(f"{IDENTITY} {before + 1}")
        return own, [own]
    if isinstance(node, Leaf):
        return node, []
    parts, found = [], list[Node]()
    for part in node.args:
        new, names = _apart(part, before + len(found)) if isinstance(part, Node) else (part, [])
        parts.append(new)
        found += names
    return node.func(*parts), found


def _is_softmax(node: Node) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and node.operation in ("softmax", "log_softmax")


def _is_reciprocal(node: Node) -> bool:
    return isinstance(node, Power) and node.args[1] in (MINUS_ONE, Negative(ONE))

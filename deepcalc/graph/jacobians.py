"""The Jacobian of an array by a quantity that its formula names: rows for outputs, columns for inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.graph.case_slopes import slopes_of_cases
from deepcalc.graph.graph import Graph
from deepcalc.graph.pull_backs import MOST_WRITTEN_ENTRIES, pulled_back
from deepcalc.notation.array_nodes import Apply, Item, MatrixProduct, array, is_identity
from deepcalc.notation.grids import places
from deepcalc.notation.nodes import ONE, ZERO, Cases, Literal, Name, Negative, Node, names_in, product, total
from deepcalc.notation.operations import operands_of, row_of
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.operations.row import Surroundings
from deepcalc.notation.shapes import Shape, ShapeError, is_concrete, size_node


def jacobian(graph: Graph, consumer: str, name: str) -> Node:
    """The Jacobian of an array (or number) by a quantity that its formula names: rows for outputs, columns for inputs.

    By a number it is a vector of the consumer's entries; of a number by an array, of the array's shape.
    """
    formula = graph[consumer].definition
    of, wrt = graph.shape(consumer), graph.shape(name)
    if not of:
        return pulled_back(graph, consumer, name, ONE)
    written = _JacobianOf(graph, name).of(formula, Name(consumer))
    return written if written is not None else _by_entries(graph, formula, name, of, wrt)


class _JacobianOf:
    """The Jacobian of a vector by a vector as rows of the operations write it; None where only entries tell."""

    def __init__(self, graph: Graph, name: str) -> None:
        self._graph = graph
        self._name = name

    def _shape(self, node: Node) -> Shape:
        return shape_of(node, self._graph.shape)

    def of(self, node: Node, output: Node) -> Node | None:
        if node == Name(self._name):
            return Apply("identity", {}, size_node(self._shape(node)[0])) if len(self._shape(node)) == 1 else None
        rule = _JACOBIANS.get(_rule_name(node))
        if rule is None or len(self._shape(node)) != 1:
            return None
        return rule(self, node, output)

    def terms(self, node: Node) -> list[tuple[Node, Node]] | None:
        """The operands that hold the name, each with its Jacobian."""
        found = []
        for operand in operands_of(node):
            if self._name in names_in(operand):
                inner = self.of(operand, operand)
                if inner is None:
                    return None
                found.append((operand, inner))
        return found

    def outer_by(self, node: Node, output: Node, index: int) -> Node | None:
        """The derivative of a node that works entry by entry by one operand, as a vector or a number."""
        around = Surroundings(self._shape, output)
        return row_of(node).pull_back(node, index, ONE, around)


def _rule_name(node: Node) -> str:
    if isinstance(node, Apply):
        return node.operation
    return row_of(node).name if isinstance(node, Node) and node.args else ""


def _entrywise_jacobian(walk: _JacobianOf, node: Node, output: Node) -> Node | None:
    own = walk._shape(node)
    terms = []
    joined = slopes_of_cases(node, walk._name, walk._graph.shape) if isinstance(node, Cases) else None
    if joined is not None:
        for part, slope in joined:
            jacobian = walk.of(part, part)
            if jacobian is None:
                return None
            terms.append(times_jacobian(slope, own, jacobian))
        return total(*terms)
    for index, operand in enumerate(operands_of(node)):
        if walk._name not in names_in(operand):
            continue
        inner = walk.of(operand, operand)
        if inner is None or walk._shape(operand) != own:
            return None
        local = walk.outer_by(node, output, index)
        if local is None or local == ZERO:
            continue
        terms.append(times_jacobian(local, walk._shape(local), inner))
    return total(*terms)


def times_jacobian(local: Node, shape: Shape, inner: Node) -> Node:
    """A derivative entry by entry before a Jacobian: a number scales it, a vector stands on a diagonal."""
    if not shape:
        return product(local, inner)
    sign = isinstance(local, Negative)
    diagonal = Apply("diag", {}, local.args[0] if sign else local)
    written = diagonal if is_identity(inner) else _matrix_product(diagonal, inner)
    return Negative(written) if sign else written


def _matrix_product(left: Node, right: Node) -> Node:
    from deepcalc.notation.operations.products import matrix_product

    if is_identity(right):
        return left
    if is_identity(left):
        return right
    if isinstance(right, MatrixProduct):  # from left to right, as a product of several is written
        return matrix_product(matrix_product(left, right.args[0]), right.args[1])
    return matrix_product(left, right)


def _product_jacobian(walk: _JacobianOf, node: Node, output: Node) -> Node | None:
    from deepcalc.notation.operations.products import transpose

    left, right = node.args
    in_left, in_right = (walk._name in names_in(part) for part in (left, right))
    if in_left and in_right:
        return None
    inner = walk.of(left if in_left else right, left if in_left else right)
    if inner is None:
        return None
    return _matrix_product(transpose(right) if in_left else left, inner)


def _softmax_jacobian(walk: _JacobianOf, node: Apply, output: Node) -> Node | None:
    inner = walk.of(node.operands[0], node.operands[0])
    if inner is None:
        return None
    written = total(Apply("diag", {}, output), Negative(Apply("outer", {}, output, output)))
    return written if is_identity(inner) else _matrix_product(written, inner)


_JACOBIANS: Mapping[str, Callable[[_JacobianOf, Any, Node], Node | None]] = {
    "entrywise": _entrywise_jacobian,
    "entrywise product": _entrywise_jacobian,
    "matrix product": _product_jacobian,
    "softmax": _softmax_jacobian,
}


def _by_entries(graph: Graph, formula: Node, name: str, of: Shape, wrt: Shape) -> Node:
    """The Jacobian with each entry as the derivative of an entry by an entry."""
    from deepcalc.notation.derivatives import derivative
    from deepcalc.notation.names import entry_name
    from deepcalc.notation.operations.expressions import entry_of

    if not (is_concrete(of) and is_concrete(wrt)):
        raise ShapeError("this Jacobian is written entry by entry, which needs sizes that are numbers", formula)
    rows, columns = list(places(of)), list(places(wrt))
    if len(rows) * len(columns) > MOST_WRITTEN_ENTRIES:
        raise ShapeError(f"a Jacobian of {len(rows)} × {len(columns)} entries is too large to be written", formula)
    names = {entry_name(name, place): place for place in columns}

    def shape(of_name: str) -> Shape:
        return graph.shape(of_name)

    def in_items(node: Node) -> Node:
        used = {each: _item_of(graph, each) for each in names_in(node) if each not in graph}
        return node.xreplace({Name(each): item for each, item in used.items()})

    entries = []
    for row in rows:
        entry = entry_of(formula, row, shape)
        entries += [in_items(derivative(entry, wanted)) for wanted in names]
    return array(entries, (len(rows), len(columns)) if wrt else (len(rows),))


def _item_of(graph: Graph, entry: str) -> Node:
    """The entry ``x.1`` of a quantity as ``x[1]``."""
    from deepcalc.notation.names import entry_parts

    name, place = entry_parts(entry)
    return Item(Name(name), *(Literal(str(at + 1)) for at in place))


def jacobian_product(left: Node, right: Node, shapes: tuple[Shape, Shape, Shape]) -> Node:
    """The product of two Jacobians; the shapes are those of the outer, the middle and the inner quantity."""
    outer, middle, inner = shapes
    if not middle:
        return product(left, right) if not (outer and inner) else Apply("outer", {}, left, right)
    return _matrix_product(left, right)

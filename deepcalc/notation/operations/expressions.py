"""What the rows of the operations say of whole expressions: their shape, their entries, their exact value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from deepcalc.notation.array_nodes import ARRAY_NODES, Apply, Array, Entrywise, Slice, is_numeric
from deepcalc.notation.grids import Grid, grid_of, places
from deepcalc.notation.names import entry_name
from deepcalc.notation.nodes import (
    ZERO,
    Call,
    Cases,
    Leaf,
    Literal,
    Name,
    Node,
    Plus,
    Relation,
    SumOver,
    Times,
    Value,
    nodes_in,
    total,
)
from deepcalc.notation.operations.entrywise import entry_at
from deepcalc.notation.operations.row import Index
from deepcalc.notation.operations.table import OPERATIONS, operands_of, row_of
from deepcalc.notation.shapes import SCALAR, Shape, ShapeError, broadcast, concrete, count, is_concrete
from deepcalc.records import record

ShapeOf = Callable[[str], Shape]
"""The shape of a quantity, by its name."""


def shape_of(node: Node, of_name: ShapeOf) -> Shape:
    """The shape of a written expression; ``ShapeError`` where its parts do not fit."""
    if isinstance(node, Name):
        return of_name(node.name)
    if isinstance(node, Leaf | SumOver):
        return SCALAR
    return _shape_from(node, [shape_of(operand, of_name) for operand in operands_of(node)])


def _shape_from(node: Node, shapes: Sequence[Shape]) -> Shape:
    if type(node) not in ARRAY_NODES and not any(shapes):
        return SCALAR
    shape = row_of(node).shape(node, shapes)
    count(shape, node)
    return shape


class Shapes:
    """The shapes of expressions in the same quantities, each worked out once."""

    def __init__(self, of_name: ShapeOf) -> None:
        self._of_name = of_name
        self._known: dict[Node, Shape] = {}

    def __call__(self, node: Node) -> Shape:
        """As :func:`shape_of`."""
        if isinstance(node, Leaf | SumOver):
            return shape_of(node, self._of_name)
        if node not in self._known:
            self._known[node] = _shape_from(node, [self(operand) for operand in operands_of(node)])
        return self._known[node]


def arranged(node: Node, of_name: ShapeOf) -> Node:
    """The expression with what depends on shapes decided.

    A product of two arrays by ``*`` is the one entry by entry; ``max(X)`` of one array is its largest entry.
    """
    if isinstance(node, Leaf):
        return node
    parts = [arranged(part, of_name) if isinstance(part, Node) else part for part in node.args]
    unchanged = all(new is old for new, old in zip(parts, node.args, strict=True))
    node = node if unchanged else node.func(*parts)
    if isinstance(node, Times):
        arrays = [factor for factor in node.args if shape_of(factor, of_name)]
        if len(arrays) < 2:
            return node
        numbers = [factor for factor in node.args if not shape_of(factor, of_name)]
        return Times(*numbers, Entrywise(*arrays)) if numbers else Entrywise(*arrays)
    if isinstance(node, Call) and len(node.arguments) == 1 and node.function in OPERATIONS:
        return Apply(node.function, {}, *node.arguments) if shape_of(node.arguments[0], of_name) else node
    return node


@record
class _Written:
    """An operand as a written expression."""

    node: Node
    of_name: ShapeOf

    @property
    def shape(self) -> Shape:
        return shape_of(self.node, self.of_name)

    def entry(self, index: Index) -> Node:
        return entry_of(self.node, index, self.of_name)


def entry_of(node: Node, index: Index, of_name: ShapeOf) -> Node:
    """One entry of an expression, as a scalar expression in entries of the quantities that it names."""
    if isinstance(node, Name):
        return Name(entry_name(node.name, index)) if index else node
    if isinstance(node, Leaf):
        return node
    return row_of(node).entry(node, [_Written(operand, of_name) for operand in operands_of(node)], index)


def written_entry(node: Node, index: Index, of_name: ShapeOf) -> Node:
    """One entry of an expression as it is written down, without the terms that are nothing."""
    return _without_nothing(entry_of(node, index, of_name))


def _without_nothing(node: Node) -> Node:
    if not isinstance(node, Plus):
        return node
    terms: list[Node] = []
    for part in map(_without_nothing, node.args):
        terms += part.args if isinstance(part, Plus) else [] if part == ZERO else [part]
    return total(*terms)


@record
class _Known:
    """An operand whose value is known: a number or a grid."""

    value: Value | Grid

    @property
    def shape(self) -> Shape:
        return self.value.shape if isinstance(self.value, Grid) else SCALAR

    def entry(self, index: Index) -> Node:
        return Literal("0", self.value[index] if isinstance(self.value, Grid) else self.value)


@record
class _Compared:
    """The condition of a case, its sides known: an entry is the comparison of theirs."""

    operators: str
    sides: Sequence[_Known]

    @property
    def shape(self) -> Shape:
        return broadcast([side.shape for side in self.sides], None)

    def entry(self, index: Index) -> Node:
        return Relation(self.operators, *(entry_at(side, index) for side in self.sides))


def exact_value(node: Node, values: Mapping[str, Any], scalar: Callable[[Any, Mapping[str, Any]], Value]) -> Any:
    """The exact value of an expression with arrays: a number or a :class:`Grid`; ``scalar`` evaluates entries."""
    if isinstance(node, Name):
        return values[node.name]
    if isinstance(node, Literal):
        return node.value
    if is_numeric(node):
        return grid_of(node)
    if isinstance(node, Cases):
        return _exact_cases(node, values, scalar)
    operands = [exact_value(part, values, scalar) for part in operands_of(node)]
    row = row_of(node)
    grids = [operand for operand in operands if isinstance(operand, Grid)]
    if row.exact is not None and len(grids) == len(operands):
        return row.exact(node, operands)
    known = [_Known(operand) for operand in operands]
    if isinstance(node, Apply) and node.operation in BY_SIZES:
        sizes_given = [_whole(operand, node) for operand in operands]
        known = [_Known(size) for size in sizes_given]
        shape = row.shape(_sized(node, sizes_given), [SCALAR] * len(operands))
    elif not grids and not isinstance(node, Array | Apply):
        shape = SCALAR
    else:
        shape = row.shape(node, [each.shape for each in known])
    if not shape:
        return scalar(row.entry(node, known, ()), {})
    sizes = concrete(shape, node)
    return Grid(sizes, [scalar(row.entry(node, known, index), {}) for index in places(sizes)])


def _exact_cases(
    node: Node, values: Mapping[str, Any], scalar: Callable[[Any, Mapping[str, Any]], Value]
) -> Value | Grid:
    """The exact value of cases, decided entry by entry."""

    def known(part: Node) -> _Known:
        return _Known(exact_value(part, values, scalar))

    operands = [
        _Compared(" ".join(part.operators), [known(side) for side in part.operands])
        if isinstance(part, Relation)
        else known(part)
        for part in node.args
    ]
    row = row_of(node)
    shape = row.shape(node, [each.shape for each in operands])
    if not shape:
        return scalar(row.entry(node, operands, ()), {})
    sizes = concrete(shape, node)
    return Grid(sizes, [scalar(row.entry(node, operands, index), {}) for index in places(sizes)])


BY_SIZES = frozenset({"ones", "zeros", "identity"})
"""Operations whose operands are sizes."""


def _whole(size: Any, node: Apply) -> Fraction:
    """A size as a whole number; ``ShapeError`` where it is none."""
    try:
        whole = Fraction(size)
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or whole.denominator != 1:
        raise ShapeError(f"the sizes of {node.operation} are whole numbers", node)
    return whole


def _sized(node: Apply, sizes: Sequence[Fraction]) -> Node:
    return Apply(node.operation, node.settings, *(Literal(str(size)) for size in sizes))


def checked(node: Node, of_name: ShapeOf) -> tuple[Any, Shape]:
    """The expression arranged, and its shape; ``ShapeError`` where it has none."""
    try:
        node = arranged(node, of_name)
        return node, shape_of(node, of_name)
    except KeyError as error:
        raise ShapeError(f"{error.args[0]!s} is not an operation of arrays", node) from None


def work_of(node: Node, of_name: ShapeOf) -> tuple[int, int]:
    """About how many operations on entries an expression takes, and how long they take in floats.

    Their time is in units of that of a product in a matrix product. Where sizes are letters both are 0.
    """
    work = time = 0
    for part in nodes_in(node):
        if isinstance(part, Leaf) or not isinstance(part, Node) or isinstance(part, SumOver | Slice):
            continue
        own, *others = (shape_of(each, of_name) for each in (part, *operands_of(part)))
        operands = list(filter(is_concrete, others))
        if not is_concrete(own) or len(operands) < len(others):
            return 0, 0
        operations = prod(own) * max(1, _inner(part, own, operands))
        work += operations
        time += operations * row_of(part).slowness
    return work, time


def _inner(node: Node, own: Sequence[int], operands: Sequence[tuple[int, ...]]) -> int:
    """How many operations an entry of the result takes."""
    row = row_of(node)
    if row.inner is not None:
        return row.inner(node, operands)
    return max(map(prod, operands), default=1) // max(prod(own), 1) if isinstance(node, Apply) else 1

"""What a quantity passes back to one that it is made of, where arrays are among them.

A pull-back walks through the formula from the outside in: at each node the row of its operation writes what each
operand gets of the adjoint. What was repeated on the way forward (a bias added to every row) is summed on the way
back, here and nowhere else. See Giles, *Collected matrix derivative results for forward and reverse mode algorithmic
differentiation*, and Griewank and Walther, *Evaluating Derivatives*, 2nd ed., chapter 3.
"""

from __future__ import annotations

from math import prod

from deepcalc.graph.case_slopes import slopes_of_cases
from deepcalc.graph.graph import Graph
from deepcalc.notation.array_nodes import Apply, Item, array, place_of
from deepcalc.notation.grids import Index, places
from deepcalc.notation.nodes import ZERO, Cases, Name, Negative, Node, names_in, total
from deepcalc.notation.operations import operands_of, row_of
from deepcalc.notation.operations.blocks import Block, block_of, side_by_side
from deepcalc.notation.operations.entrywise import scaled
from deepcalc.notation.operations.expressions import shape_of
from deepcalc.notation.operations.reductions import entries_of_sizes
from deepcalc.notation.operations.row import Surroundings
from deepcalc.notation.shapes import Shape, ShapeError, concrete, is_concrete, size_node

MOST_WRITTEN_ENTRIES = 400
"""Entries of an array of which each is written as an expression of its own."""


def pulled_back(graph: Graph, consumer: str, name: str, adjoint: Node) -> Node:
    """What the consumer's formula passes back to a quantity of the adjoint of the consumer; 0 where that is all."""
    return _Walk(graph, name, Name(consumer)).through(graph[consumer].definition, adjoint)


def local_product(graph: Graph, adjoint: Node, local: Node) -> Node:
    """An adjoint times a derivative that is written by hand (a fused one): a number scales, arrays entry by entry."""
    return scaled(adjoint, local, Surroundings(lambda node: shape_of(node, graph.shape), local))


def of_shape(node: Node, shape: Shape, around: Surroundings) -> Node:
    """An expression that is repeated to a shape, written in that shape."""
    own = around.shape(node)
    if own == shape:
        return node
    if node == ZERO:
        return Apply("zeros", {}, *map(size_node, shape))
    return scaled(node, Apply("ones", {}, *map(size_node, shape)), around)


class _Walk:
    """One walk through a formula, from what it comes to back to one name in it."""

    def __init__(self, graph: Graph, name: str, output: Name) -> None:
        self._graph = graph
        self._name = name
        self._output = output
        self._terms: list[Node] = []
        self._entries: dict[Index, list[Node]] = {}
        self._blocks: list[tuple[Block, Node]] = []

    def through(self, formula: Node, adjoint: Node) -> Node:
        self._back(formula, adjoint, self._output)
        shape = self._graph.shape(self._name)
        terms = [term for term in self._terms if term != ZERO]
        if self._entries:
            sizes = concrete(shape, formula)
            terms.append(array([total(*self._entries.get(place, [])) for place in places(sizes)], sizes))
        terms += side_by_side(self._blocks, shape)
        if not terms:
            return ZERO
        return total(*(of_shape(term, shape, self._around(term)) for term in terms))

    def _around(self, output: Node) -> Surroundings:
        return Surroundings(self._shape, output)

    def _shape(self, node: Node) -> Shape:
        return shape_of(node, self._graph.shape)

    def _back(self, node: Node, adjoint: Node, output: Node) -> None:
        """Pass the adjoint of a node (of its shape, or repeated to it) on to its operands."""
        around = self._around(output)
        if self._has_arrived(node, adjoint, around):
            return
        joined = slopes_of_cases(node, self._name, self._graph.shape) if isinstance(node, Cases) else None
        if joined is not None:
            for part, slope in joined:
                self._back(part, scaled(adjoint, slope, around), part)
            return
        shape = self._shape(node)
        for index, operand in enumerate(operands_of(node)):
            if self._name in names_in(operand):
                passed = self._passed(node, index, adjoint, shape, around)
                if passed is not None and passed != ZERO:
                    self._back(operand, passed, operand)

    def _has_arrived(self, node: Node, adjoint: Node, around: Surroundings) -> bool:
        """Whether the node is a name, or a piece of the quantity itself, whose adjoint is kept then."""
        if isinstance(node, Name):
            if node.name == self._name:
                self._terms.append(adjoint)
            return True
        if not (isinstance(node, Item) and node.args[0] == Name(self._name)):
            return False
        place = self._entry_place(node)
        if place is not None:
            self._entries.setdefault(place, []).append(adjoint)
            return True
        block = block_of(node, self._shape)
        if block is not None and adjoint != ZERO:
            self._blocks.append((block, of_shape(adjoint, self._shape(node), around)))
        return block is not None

    def _passed(self, node: Node, index: int, adjoint: Node, shape: Shape, around: Surroundings) -> Node | None:
        """What a node of a shape passes on to one of its operands; None or 0 where that does not matter."""
        row = row_of(node)
        takes_whole = row.name not in _REPEATING | _REDUCING
        passed = row.pull_back(node, index, of_shape(adjoint, shape, around) if takes_whole else adjoint, around)
        if passed is not None and not self._fits(passed):
            passed = row.pull_back(node, index, of_shape(adjoint, shape, around), around)
        if passed is None or passed == ZERO or row.name not in _REPEATING:
            return passed
        return self._summed(passed, shape, self._shape(operands_of(node)[index]), around)

    def _fits(self, node: Node) -> bool:
        """Whether what stands for an array by being repeated goes with the shapes beside it."""
        try:
            self._shape(node)
        except ShapeError:
            return False
        return True

    def _entry_place(self, node: Item) -> Index | None:
        """The place of a single entry of the quantity itself, ``x[1]``: such entries are put together in one array."""
        shape = self._graph.shape(self._name)
        place = place_of(node.args[1:])
        is_entry = place is not None and len(place) == len(shape)
        return place if is_entry and is_concrete(shape) and _is_short(shape) else None

    def _summed(self, passed: Node, shape: Shape, wanted: Shape, around: Surroundings) -> Node:
        """What was repeated to a shape, summed back to the shape of the operand."""
        if wanted == shape:
            return passed
        before = len(shape) - len(wanted)
        if not self._shape(passed):
            repeated = (size for size, kept in zip(shape[before:], wanted, strict=True) if kept == 1 != size)
            return scaled(entries_of_sizes((*shape[:before], *repeated)), passed, around)
        passed = of_shape(passed, shape, around)
        if not wanted:
            return _sum(passed, None)
        for _ in range(before):
            passed = _sum(passed, 0)
        own = self._shape(passed)
        repeated_axes = [axis for axis, size in enumerate(wanted) if size == 1 != own[axis]]
        for axis in reversed(repeated_axes):
            passed = _sum(passed, axis)
        for axis in repeated_axes:
            passed = Apply("expand", {"axis": axis}, passed)
        return passed


_REPEATING = frozenset({"entrywise", "entrywise product", "prime"})
"""Operations that repeat an operand to their own shape; what they pass back is summed to that of the operand."""

_REDUCING = frozenset({"sum", "mean", "max", "min", "norm"})
"""Operations that come to less than their operand; what they pass back may stand for an array by being repeated."""


def _is_short(shape: Shape) -> bool:
    return prod(concrete(shape)) <= MOST_WRITTEN_ENTRIES


def _sum(node: Node, axis: int | None) -> Node:
    """The sum along an axis as a person writes it, the sign before it."""
    negative = isinstance(node, Negative)
    inner = node.args[0] if negative else node
    summed = Apply("sum", {} if axis is None else {"axis": axis}, inner)
    return Negative(summed) if negative else summed

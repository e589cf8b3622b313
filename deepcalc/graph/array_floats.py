"""The float domain of arrays: instructions from the rows of the operations, NumPy arrays as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.floats import Writer
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import nearest
from deepcalc.notation.array_nodes import ARRAY_NODES, Entrywise, Prime
from deepcalc.notation.functions import slope
from deepcalc.notation.grids import AnyValue, FloatGrid, Grid
from deepcalc.notation.nodes import Cases, Leaf, Name, Node, Relation, Times
from deepcalc.notation.operations import operands_of, row_of
from deepcalc.notation.operations.entrywise import lifted
from deepcalc.notation.operations.expressions import Shapes
from deepcalc.notation.shapes import Shape

_ENTRY_BY_ENTRY = frozenset({Entrywise, Prime})


def floats_of(value: AnyValue | float) -> Any:
    """A grid as a NumPy array; a number as a float; what is out of reach infinite."""
    import numpy

    if isinstance(value, FloatGrid):
        return value.floats
    return numpy.array(value.nested(nearest), dtype=float) if isinstance(value, Grid) else nearest(value)


class ArrayWriter(Writer):
    """Turns expressions with arrays into instructions; numbers among them are written as everywhere."""

    def __init__(self, xp: Any, graph: Graph) -> None:
        super().__init__(xp)
        self._shape = Shapes(graph.shape)

    def write(self, node: Node) -> int:
        if isinstance(node, Leaf | Relation):  # the sides of a condition have the axes of its cases
            return super().write(node)
        operands = _in_cases(node) if isinstance(node, Cases) else operands_of(node)
        shapes = [self._shape(operand) for operand in operands]
        if type(node) not in ARRAY_NODES:
            return self._entry_by_entry(node, operands, shapes) if any(shapes) else super().write(node)
        if type(node) in _ENTRY_BY_ENTRY:
            return self._entry_by_entry(node, operands, shapes)
        function = row_of(node).floats(node, shapes)
        sources = [self.write(operand) for operand in operands]
        return self.unary(function, sources[0]) if len(sources) == 1 else self.many(function, sources)

    def _entry_by_entry(self, node: Node, operands: tuple[Node, ...], shapes: list[Shape]) -> int:
        """The node as it is written for numbers, its operands brought to the axes of the result."""
        rank = max(map(len, shapes))
        stand_ins = []
        for operand, shape, lift in zip(operands, shapes, lifted(shapes), strict=True):
            source = self.write(operand)
            stand_in = f"operand {len(self.places)}"
            self.places[stand_in] = self.unary(lift, source) if len(shape) < rank else source
            stand_ins.append(Name(stand_in))
        if isinstance(node, Prime):
            return super().write(slope(node.function, stand_ins[0]))
        if isinstance(node, Entrywise):
            return super().write(Times(*stand_ins))
        if isinstance(node, Cases):
            return super().write(_cases_of(node, iter(stand_ins)))
        kept = [part for part in node.args if not isinstance(part, Node)]
        return super().write(node.func(*kept, *stand_ins))


def _in_cases(node: Node) -> tuple[Node, ...]:
    """What has a value in cases: their values, and the sides of their conditions."""
    return tuple(part for arg in node.args for part in (arg.operands if isinstance(arg, Relation) else (arg,)))


def _cases_of(node: Node, parts: Iterator[Node]) -> Node:
    """The cases with other parts in the places of their values and the sides of their conditions."""
    return Cases(
        *(
            Relation(arg.args[0], *(next(parts) for _ in arg.operands)) if isinstance(arg, Relation) else next(parts)
            for arg in node.args
        )
    )

"""Formulas as answers: compared by their form, then by their values at many random points.

The points lie close around the problem's given values, so that no unit changes its side of a kink; zeros and ones
stay (labels, indicators) where the formulas differ only if those move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deepcalc.errors import ParseError, did_you_mean
from deepcalc.graph.floats import Program
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.names import gradient_parts, long_form
from deepcalc.notation.nodes import Name, Node, names_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS = 64
_SEED = 2718
_AROUND = 0.01
_SAME = 1e-9
_ANSWER = "answer"


class Formulas:
    """Compares formulas in the quantities of one graph; ``meant`` gives the name that a written one stands for."""

    def __init__(self, graph: Graph, aliases: Mapping[str, str], meant: Callable[[str], str] = str) -> None:
        self._graph = graph
        self._aliases = aliases
        self._meant = meant

    def takes(self, name: str) -> bool:
        """Whether a formula is an answer: to what a derivative is, it is."""
        return self._graph[name].adjoint is not None or gradient_parts(name) is not None

    def same(self, name: str, formula: Node) -> bool:
        """Whether the formula is the quantity; ``ParseError`` where it uses what is none, or the quantity itself."""
        written = self.in_long_names(formula)
        for used in names_in(written):
            if used not in self._graph:
                raise ParseError(f"no quantity {used[:40]!r} here{did_you_mean(used, self._graph.names)}")
            if name in self._graph.ancestors([used]):
                raise ParseError(f"{used} is made of {name} itself")
        if written == self._graph[name].formula:
            return True
        return any(self._agrees(name, written, points) for points in self._clouds)

    def in_long_names(self, formula: Node) -> Node:
        """The formula in the graph's names."""
        renamed: dict[Node, Node] = {}
        for used in names_in(formula):
            meant = self._meant(used)
            long = self._aliases.get(meant, long_form(meant))
            renamed[Name(used)] = Name(self._aliases.get(long, long))
        return formula.xreplace(renamed)

    def _agrees(self, name: str, formula: Node, points: Mapping[str, NDArray[Any]]) -> bool:
        import numpy

        extended = Graph((*self._graph, Quantity(_free_name(self._graph), formula)))
        answer = extended.names[-1]
        program = Program(extended, [name, answer])
        found = program.run({given: points[given] for given in program.inputs})
        ours, theirs = (numpy.broadcast_to(found[each], POINTS) for each in (name, answer))
        defined = numpy.isfinite(ours)
        scale = numpy.maximum(numpy.abs(ours), 1.0) * _SAME
        with numpy.errstate(invalid="ignore"):
            same = numpy.abs(ours - theirs) <= scale
        return bool(defined.any() and same[defined].all())

    @cached_property
    def _clouds(self) -> tuple[dict[str, NDArray[Any]], ...]:
        """Random points near the given values: once with everything moved, once with zeros and ones kept."""
        import numpy

        random = numpy.random.default_rng(_SEED)
        free, kept = {}, {}
        for name, value in self._given():
            moved = value + _AROUND * (abs(value) or 1.0) * random.uniform(-1, 1, POINTS)
            free[name] = moved
            kept[name] = numpy.full(POINTS, value) if value in (0.0, 1.0) else moved
        return free, kept

    def _given(self) -> Iterator[tuple[str, float]]:
        for quantity in self._graph:
            if quantity.given_number is not None:
                yield quantity.name, float(quantity.given_number.value)


def _free_name(graph: Graph) -> str:
    name = _ANSWER
    while name in graph:
        name += "_"
    return name

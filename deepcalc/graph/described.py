"""Quantities described before they are made: gradients, entries of arrays and shapes that a graph may come to hold.

A description tells its name and its shape, and leaves the graph as it is; :func:`make` adds what it describes.
"""

from __future__ import annotations

from deepcalc.graph.gradients import derivative_shape, differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.grids import Index
from deepcalc.notation.names import entry_name, entry_parts, gradient
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.shapes import SCALAR, Shape, size_node
from deepcalc.records import record


@record
class Present:
    """What is there already."""

    name: str


@record
class GradientOf:
    """The derivative of one quantity by another."""

    of: Described
    wrt: Described

    @property
    def name(self) -> str:
        return gradient(self.of.name, self.wrt.name)


@record
class EntryOf:
    """The entry of an array at a place, counted from 0."""

    array: Described
    place: Index

    @property
    def name(self) -> str:
        return entry_name(self.array.name, self.place)

    @property
    def formula(self) -> Item:
        return Item(Name(self.array.name), *(Literal(str(at + 1)) for at in self.place))


@record
class SizesOf:
    """The shape of an array: a vector of its sizes, in numbers or letters."""

    array: Described

    @property
    def name(self) -> str:
        return f"shape({self.array.name})"


Described = Present | GradientOf | EntryOf | SizesOf


def described_shape(graph: Graph, described: Described) -> Shape:
    """The shape that a quantity has, or will have once it is made.

    ``GraphError`` for a derivative of more than two axes, ``ShapeError`` for an entry that there is not.
    """
    match described:
        case Present(name):
            return graph.shape(name)
        case GradientOf(of, wrt):
            shapes = {each.name: described_shape(graph, each) for each in (of, wrt)}
            return derivative_shape(of.name, wrt.name, shapes.__getitem__)
        case EntryOf(whole):
            from deepcalc.notation.operations.expressions import shape_of

            sizes = described_shape(graph, whole)
            return shape_of(described.formula, lambda _: sizes)
        case SizesOf(whole):
            return (len(described_shape(graph, whole)),)
    return SCALAR


def parts_in(graph: Graph, described: Described) -> list[str]:
    """The quantities of the graph that the description is made of."""
    match described:
        case GradientOf(of, wrt):
            return [*parts_in(graph, of), *parts_in(graph, wrt)]
        case EntryOf(whole) | SizesOf(whole):
            return parts_in(graph, whole)
    return [described.name] if described.name in graph else []


def make(graph: Graph, described: Described) -> str:
    """Add to the graph what is described and not there yet; its name.

    ``GraphError`` or ``ShapeError`` where a derivative on the way to it cannot be written.
    """
    if isinstance(described, Present) or described.name in graph:
        return described.name
    match described:
        case GradientOf(of, wrt):
            differentiate(graph, make(graph, of), [make(graph, wrt)])
        case EntryOf(array):
            whole = graph[make(graph, array)]
            graph.add(
                Quantity(
                    described.name, described.formula, section=whole.section, group=whole.group, origin=whole.origin
                )
            )
        case SizesOf(array):
            graph.add(_shape(graph, described.name, make(graph, array)))
    return described.name


def _shape(graph: Graph, name: str, of: str) -> Quantity:
    """The quantity that holds the shape of an array: its sizes, in numbers or letters."""
    adjoint = graph[of].adjoint
    sizes = list(map(size_node, graph.shape(of)))
    note = () if adjoint is None else ("the shape of ", Name(adjoint.wrt))
    return Quantity(name, array(sizes, (len(sizes),)), section="Shapes", note=note)


def is_entry(quantity: Quantity) -> bool:
    """Whether a quantity is an entry of an array, made when it was asked for by its name, ``Z.1.2``."""
    formula = quantity.formula
    return isinstance(formula, Item) and formula.args[0] == Name(entry_parts(quantity.name)[0])

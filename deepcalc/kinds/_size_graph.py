"""A graph whose sizes may be letters, which are an author's own and no names that it makes itself."""

from __future__ import annotations

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Letter, Quantity
from deepcalc.kinds._letters import Size
from deepcalc.notation.nodes import Literal


class SizeGraph(Graph):
    """Holds sizes, and what is made of them.

    A letter may stand for several sizes; ``FieldError`` at its place where something else is called like it.
    """

    def add(self, quantity: Quantity) -> None:
        same = [quantity, *([self[quantity.name]] if quantity.name in self else [])]
        letters = [each for each in same if isinstance(each.given, Letter)]
        if len(letters) == 2:
            return
        if letters and len(same) == 2:
            raise FieldError([taken(quantity.name, letters[0].origin)])
        super().add(quantity)


def add_size(graph: Graph, name: str, size: Size, origin: Location, section: str) -> None:
    """Add a size that is given, a number or a letter."""
    given = Letter() if isinstance(size, str) else Literal(str(size))
    graph.add(Quantity(name, given=given, section=section, origin=origin))


def taken(letter: str, origin: Location) -> Fault:
    """An author's letter that something else is called by."""
    return Fault(origin, f"`{letter}` stands for something else here; take another letter")

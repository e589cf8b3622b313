"""What deepcalc knows of a node of numbers: one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from deepcalc.notation.levels import Level
from deepcalc.notation.nodes import Node, Value
from deepcalc.notation.ranges import Range
from deepcalc.records import record

Values = Mapping[str, Value]
"""The exact values of names."""

ValueOf = Callable[[Node, Values], Value]
RangeOf = Callable[[Node], Range]

Differentiate = Callable[[Node, str], Node]
"""What differentiates a part by a name."""


class Instructions(Protocol):
    """What writes expressions as instructions of the float domain; a value is the number of its slot."""

    xp: Any
    """The module of functions, NumPy or its scalar twin."""
    places: dict[str, int]
    """The slots of names."""

    def write(self, node: Node) -> int: ...
    def constant(self, value: float) -> int: ...
    def unary(self, function: Callable[..., Any], source: int) -> int: ...
    def binary(self, function: Callable[..., Any], first: int, second: int) -> int: ...
    def many(self, function: Callable[..., Any], sources: list[int]) -> int: ...


@record
class Scalar:
    """One node.

    ``shown`` is what it is called in the names of the printers' methods, ``level`` how tightly its printed form holds
    together, ``on_paper`` the same there, where it differs from plain text. ``oracle`` gives the SymPy expression,
    from the node and what turns a part into one.

    ``exact`` gives the value from the node, the values of names, and what gives a part's value; ``floats`` writes its
    instructions and gives the slot of the result; ``derivative`` writes the derivative from the node, the name to
    differentiate by, the node that stands for the whole value, and what differentiates a part; ``range`` gives the
    range from the node and what gives a part's range. They are None for what has no value, as a law.

    ``by_entries`` says that arrays are put in its place of numbers entry by entry.
    """

    node: type
    shown: str
    oracle: Callable[[Any, Callable[[Node], Any]], Any]
    exact: Callable[[Any, Values, ValueOf], Any] | None = None
    floats: Callable[[Instructions, Any], int] | None = None
    derivative: Callable[[Any, str, Node, Differentiate], Node] | None = None
    range: Callable[[Any, RangeOf], Range] | None = None
    level: Level = Level.ATOM
    on_paper: Level | None = None
    by_entries: bool = True

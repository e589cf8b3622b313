"""What deepcalc knows of an operation on arrays: one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol

from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Node
from deepcalc.notation.ranges import RangeRule, anything
from deepcalc.notation.shapes import Shape, UnwrittenGradient
from deepcalc.records import record

Index = tuple[int, ...]

REQUIRED = "required"
"""In place of the default of a setting that has to be given."""

SEVERAL = frozenset({"axes", "by", "dilation", "kernel", "padding", "shape", "size", "stride"})
"""The settings that may be several numbers, one for each axis; any other one is one whole number."""


class Operand(Protocol):
    """What an operation is applied to, entry by entry: values, or written expressions."""

    @property
    def shape(self) -> Shape: ...

    def entry(self, index: Index) -> Node:
        """The entry at a place that is counted from 0, as an expression."""
        ...


@record
class Surroundings:
    """What a pull-back may ask about the node that it passes: shapes of expressions, and how its value is known."""

    shape: Callable[[Node], Shape]
    output: Node

    def is_array(self, node: Node) -> bool:
        return self.shape(node) != ()


PullBack = Callable[[Any, int, Node, Surroundings], Node | None]
"""What is passed back to one operand: the node, the operand's index, the adjoint of the whole, the surroundings."""


def unwritten(node: Apply, index: int, adjoint: Node, around: Surroundings) -> Node:
    """The default: a gradient through the operation is refused, not left out."""
    raise UnwrittenGradient(f"a gradient through {node.operation} is not written", node)


def constant(node: Node, index: int, adjoint: Node, around: Surroundings) -> Node | None:
    """The derivative is 0 wherever there is one: nothing is passed back."""
    return None


@record
class Operation:
    """One operation.

    ``shape`` gives the shape of the result from the node and the shapes of its operands, or raises ``ShapeError``.
    ``entry`` writes one entry of the result as a scalar expression in entries of the operands; it is what the
    operation means. ``floats`` gives the function that computes it from NumPy arrays, whose own axes are the
    last ones. ``pull_back`` writes what an operand gets of the adjoint (of its shape, or one that is repeated to it),
    None where the derivative is 0. ``exact`` is a shorter way to the exact value than entry by entry.

    ``settings`` are the names of its settings with their defaults (``REQUIRED``, or None: without one); ``unicode``
    and ``latex`` how it
    is printed, with ``{0}`` for the operands in order; ``arity`` how many operands it takes.
    ``inner`` is how many operations an entry of the result takes (by default as many as the largest operand has
    entries for each), ``slowness`` how many times longer one takes in floats than a product in a matrix product.
    ``level`` is how tightly the printed form holds together; ``{0:atom}`` asks as much of an operand. ``range`` says
    what its entries can be, from what those of the operands can be.
    """

    name: str
    shape: Callable[[Any, Sequence[Shape]], Shape]
    entry: Callable[[Any, Sequence[Operand], Index], Node]
    floats: Callable[[Any, Sequence[Shape]], Callable[..., Any]]
    pull_back: PullBack = unwritten
    exact: Callable[[Any, Sequence[Any]], Any] | None = None
    arity: int | None = 1
    settings: Mapping[str, Any] = field(default_factory=dict)
    unicode: str = ""
    latex: str = ""
    level: str = "atom"
    inner: Callable[[Any, Sequence[Shape]], int] | None = None
    slowness: int = 1
    summary: str = ""
    range: RangeRule = anything

    @property
    def required(self) -> tuple[str, ...]:
        """The settings without a default that it cannot do without."""
        return tuple(name for name, default in self.settings.items() if default is REQUIRED)

"""Functions that an author writes out: ``1/(1 + exp(-z))`` is the sigmoid, whatever z is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deepcalc.notation.derivatives import derivative
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import ZERO, Call, Cases, Leaf, Name, Node, Plus, nodes_in
from deepcalc.rules.activations import ACTIVATIONS


def _definitions() -> Iterator[tuple[str, Callable[[Node], Node]]]:
    for name, row in ACTIVATIONS.items():
        write = row.definition or (FUNCTIONS[name].definition if name in FUNCTIONS else None)
        if write is None or row.parameter is not None:
            continue
        slope = derivative(write(Name("z")), "z")
        if slope != ZERO and not any(isinstance(part, Cases) for part in nodes_in(slope)):
            yield name, write


_DEFINITIONS = dict(_definitions())
"""Functions whose derivative a textbook writes in their value or in another function, and how they are written out."""


def defined_by(formula: Node) -> Call | None:
    """The function that a formula writes out, of what it is of; None for any other formula."""
    sought = _in_one_order(formula)
    for name, definition in _DEFINITIONS.items():
        for part in dict.fromkeys(nodes_in(formula)):
            if part != formula and _in_one_order(definition(part)) == sought:
                return Call(name, part)
    return None


def _in_one_order(node: Node) -> Node:
    """The expression with the terms of its sums in one order, so that ``exp(-z) + 1`` is ``1 + exp(-z)``."""
    if isinstance(node, Leaf) or not node.args:
        return node
    parts = [_in_one_order(part) if isinstance(part, Node) else part for part in node.args]
    return node.func(*(sorted(parts, key=str) if isinstance(node, Plus) else parts))

"""Clipping of gradients: entry by entry at a value, or all together at their norm.

See Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks* (2013).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deepcalc.notation.nodes import Call, Cases, Node, Over, Relation, Times, negative, total


def clipped_by_value(gradient: Any, bound: Any) -> Node:
    """``max(−c, min(c, g))``, of an array entry by entry."""
    return Call("max", negative(bound), Call("min", bound, gradient))


def clipped_by_norm(gradient: Node, norm: Node, bound: Node) -> Node:
    """``c/norm·g`` where the norm of all gradients together is larger than the bound, else ``g``."""
    return Cases(Times(Over(bound, norm), gradient), Relation(">", norm, bound), gradient)


def global_norm(squares: Iterable[Node]) -> Node:
    """``√(Σ g²)`` over all gradients, from the square of each (of an array summed over its entries)."""
    return Call("sqrt", total(*squares))

"""Values as they are shown: an array entry by entry, a number in one form or in two."""

from __future__ import annotations

from deepcalc.graph.evaluation import written_value
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Listing, Literal, Node, Value, nodes_in
from deepcalc.notation.rounding import NumberFormat


def shown_value(number_format: NumberFormat, value: Value | Grid) -> Node:
    """A value as it stands alone: an array entry by entry; a number in one form, or in two side by side."""
    if isinstance(value, Grid):
        return written_value(number_format, value)
    forms = number_format.shown(value)
    return forms[0] if len(forms) == 1 else Listing(*forms)


def is_exact(node: Node) -> bool:
    """Whether every number in an expression is written in full."""
    return all(part.exact for part in nodes_in(node) if isinstance(part, Literal))


def written_number(node: Node) -> Literal:
    """What is known to be a number, as one."""
    assert isinstance(node, Literal)
    return node

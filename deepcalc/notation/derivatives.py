"""Derivatives as rules: one row per node, each giving back a written expression.

Nothing is merged or re-sorted: the derivative of ``(t - o)^2`` by ``o`` is ``-2*(t - o)``, in the order written.
``sympy.diff`` is the oracle of the tests, not the engine.
"""

from __future__ import annotations

from deepcalc.notation.nodes import Node
from deepcalc.notation.scalars.table import SCALARS

_RULES = {node: row.derivative for node, row in SCALARS.items() if row.derivative is not None}


def derivative(node: Node, name: str, output: Node | None = None) -> Node:
    """The partial derivative of a written expression by a name, written as an exam writes it.

    ``output`` is the name under which the value of the whole expression is known (the unit's output), so that
    the derivative of a sigmoid can be said in it. Other quantities count as constants.
    """
    return _RULES[type(node)](node, name, node if output is None else output, derivative)

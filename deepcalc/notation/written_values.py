"""The numbers that are written in an expression."""

from __future__ import annotations

from fractions import Fraction

from deepcalc.notation.nodes import Literal, Negative, Node, Over, Power


def rational_of(node: Node) -> Fraction | None:
    """The number that is written, as ``2``, ``-2`` or ``2/3``; None for anything else."""
    if isinstance(node, Literal):
        return node.value if node.exact and isinstance(node.value, Fraction) else None
    if isinstance(node, Negative):
        inner = rational_of(node.args[0])
        return None if inner is None else -inner
    if isinstance(node, Over):
        top, bottom = map(rational_of, node.args)
        return top / bottom if top is not None and bottom else None
    return None


def divides_by_zero(node: Node) -> bool:
    """Whether a quotient or a power has no value, whatever stands above."""
    if isinstance(node, Over):
        return rational_of(node.args[1]) == 0
    if not isinstance(node, Power):
        return False
    base, exponent = map(rational_of, node.args)
    return base == 0 and exponent is not None and exponent < 0

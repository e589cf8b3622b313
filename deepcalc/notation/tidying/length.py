"""How long an expression is on paper: what is to be written, and the brackets around it."""

from __future__ import annotations

from deepcalc.notation.array_nodes import Entrywise, MatrixProduct, Transpose
from deepcalc.notation.nodes import Leaf, Literal, Negative, Node, Over, Plus, Power, Times

_BRACKET = 0.3
_SIGN = 0.25
_BINDS = (Times, Entrywise, MatrixProduct, Power, Transpose, Negative)


def length(node: Node, depth: int = 1, bound: bool = False) -> float:
    """One for each symbol and number; a little for a pair of brackets (more inside others) and for a leading minus."""
    if isinstance(node, Leaf):
        return 1.0 + (_SIGN if isinstance(node, Literal) and node.negative else 0.0)
    if not hasattr(node, "args") or not node.args:
        return 0.0
    if isinstance(node, Plus):
        brackets = depth * _BRACKET if bound else 0.0
        inner = depth + 1 if bound else depth
        taken = [term.args[0] if isinstance(term, Negative) else term for term in node.args]
        leading = _SIGN if isinstance(node.args[0], Negative) else 0.0
        return brackets + leading + sum(length(term, inner) for term in taken)
    if isinstance(node, Negative):
        return _SIGN + length(node.args[0], depth, bound=True)
    bound = isinstance(node, _BINDS)
    if isinstance(node, Over):
        return sum(length(part, depth, isinstance(part, Plus) and depth > 1) for part in node.args)
    return sum(length(part, depth, bound) for part in node.args)

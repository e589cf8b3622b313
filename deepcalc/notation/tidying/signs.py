"""Signs: sums with what is taken away, and a minus that a difference takes on by being turned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import TypeGuard

from deepcalc.notation.array_nodes import Apply, Entrywise, MatrixProduct, Transpose
from deepcalc.notation.nodes import ZERO, Literal, Negative, Node, Over, Plus, Times
from deepcalc.notation.written_values import rational_of


def signed_sum(terms: Iterable[tuple[bool, Node]]) -> Node:
    """The sum of terms with their signs (whether each is taken away), a positive one first where there is any."""
    kept = list(terms)
    if not kept:
        return ZERO
    first = next((at for at, (taken, _) in enumerate(kept) if not taken), 0)
    kept.insert(0, kept.pop(first))
    written = [negated(term) if taken and not at else Negative(term) if taken else term
               for at, (taken, term) in enumerate(kept)]  # fmt: skip
    return written[0] if len(written) == 1 else Plus(*written)


LINEAR: frozenset[str] = frozenset({"sum", "mean", "expand", "trace", "diag", "reshape", "flatten", "outer"})
"""Operations on arrays before which the numbers of their operands may stand."""


def turned(factors: Mapping[Node, Fraction]) -> tuple[Node, Node] | None:
    """A factor that takes on a minus, and the factor with it: a difference, or what is linear in one.

    Not a sum; and the 1 - a of a·(1 - a) last of all.
    """
    odd = [factor for factor, power in factors.items() if power.denominator == 1 and power % 2]
    for starts_with_number in (False, True):
        for factor in odd:
            found = _opposite(factor, factors, starts_with_number)
            if found is not None:
                return factor, found
    return None


def _opposite(node: Node, beside: Collection[Node], starts_with_number: bool) -> Node | None:
    """The negative of a node, by a difference in it that is turned; None where there is none."""
    if isinstance(node, Plus):
        if not any(map(_is_taken, node.args)) or (rational_of(node.args[0]) is None) == starts_with_number:
            return None
        if starts_with_number and any(_size(term) in beside for term in node.args):
            return None
        return signed_sum([(not _is_taken(term), _size(term)) for term in node.args])
    if isinstance(node, Over):
        top = _opposite(node.args[0], (), starts_with_number)
        return None if top is None else Over(top, node.args[1])
    if not isinstance(node, _LINEAR_NODES) and not (isinstance(node, Apply) and node.operation in LINEAR):
        return None
    for at, part in enumerate(node.args):
        found = _opposite(part, node.args, starts_with_number)
        if found is not None:
            return node.func(*node.args[:at], found, *node.args[at + 1 :])
    return None


_LINEAR_NODES = (Times, Entrywise, MatrixProduct, Transpose)


def _is_taken(term: Node) -> bool:
    return isinstance(term, Negative) or _isnegated(term)


def _isnegated(term: Node) -> TypeGuard[Literal]:
    return isinstance(term, Literal) and term.negative


def _size(term: Node) -> Node:
    if isinstance(term, Negative):
        return term.args[0]
    return Literal(term.text[1:], -term.value) if _isnegated(term) else term


def negated(node: Node) -> Node:
    """The node with a minus, that of a number in the number itself."""
    return Literal(f"-{node.text}", -node.value) if isinstance(node, Literal) and node != ZERO else Negative(node)

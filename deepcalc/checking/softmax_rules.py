"""Typical mistakes at a softmax of an array, and in its Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from deepcalc.checking.array_rules import Rule, applies
from deepcalc.notation.array_nodes import Apply, Entrywise
from deepcalc.notation.edits import Change
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Literal, Negative, Node, Over, Plus, minus, negative, product, total


def _exponentials(node: Node) -> Node | None:
    """e^z, not divided by the sum."""
    return Call("exp", node.operands[0]) if _is_softmax(node) else None


def _shifted_exponentials(node: Node) -> Node | None:
    """e^(z − max z), not divided by the sum."""
    if not applies(node, "softmax"):
        return None
    scores, axis = node.operands[0], node.settings
    largest = Apply("max", axis, scores)
    return Call("exp", minus(scores, Apply("expand", axis, largest) if "axis" in axis else largest))


def _shares_of_scores(node: Node) -> Node | None:
    """z/Σz along the axis of the softmax."""
    if not _is_softmax(node):
        return None
    scores, axis = node.operands[0], node.settings
    whole = Apply("sum", axis, scores)
    return Over(scores, Apply("expand", axis, whole) if "axis" in axis else whole)


def _of_powers_of_two(node: Node) -> Node | None:
    if not _is_softmax(node):
        return None
    scores, *mask = node.operands
    return Apply(node.operation, node.settings, product(Call("log", Literal("2")), scores), *mask)


def _largest_alone(node: Node) -> Node | None:
    """1 for the largest score, 0 for all others."""
    return Apply("is_max", node.settings, node.operands[0]) if applies(node, "softmax") else None


def _exponents_turned(node: Node) -> Node | None:
    if not _is_softmax(node):
        return None
    scores, *mask = node.operands
    return Apply(node.operation, node.settings, negative(scores), *mask)


def _scores_without_signs(node: Node) -> Node | None:
    if not _is_softmax(node):
        return None
    scores, *mask = node.operands
    return Apply(node.operation, node.settings, Call("abs", scores), *mask)


def _sigmoids(node: Node) -> Node | None:
    return Call("sigmoid", node.operands[0]) if _is_softmax(node) else None


def _is_softmax(node: Node) -> TypeGuard[Apply]:
    return applies(node, "softmax") or applies(node, "masked_softmax")


def _jacobian_of_softmax(node: Node) -> Node | None:
    """The p of diag(p) − p pᵀ; None for another node."""
    if not isinstance(node, Plus) or len(node.args) != 2:
        return None
    first, second = node.args
    outer = second.args[0] if isinstance(second, Negative) else None
    if not applies(first, "diag") or not isinstance(outer, Apply) or outer.operation != "outer":
        return None
    p = first.operands[0]
    return p if tuple(outer.operands) == (p, p) else None


def _of_jacobian(change: Callable[[Node], Node]) -> Change:
    """A mistake in the Jacobian of a softmax, made from its p."""

    def changed(node: Node) -> Node | None:
        p = _jacobian_of_softmax(node)
        return None if p is None else change(p)

    return changed


def _diagonal(*factors: Node) -> Node:
    return Apply("diag", {}, factors[0] if len(factors) == 1 else Entrywise(*factors))


def _with_plus_beside(p: Node) -> Node:
    """p_i·p_j off the diagonal, p_i − p_i² on it."""
    return total(_diagonal(p), Apply("outer", {}, p, p), Negative(_diagonal(product(TWO, p), p)))


AT_SOFTMAX = (
    Rule("not-normalised", "the exponentials not divided by their sum", _exponentials),
    Rule("not-normalised", "the exponentials of the scores less the largest, not divided by their sum",
         _shifted_exponentials),
    Rule("no-exponential", "no exponential taken in the softmax", _shares_of_scores),
    Rule("largest-alone", "1 for the largest score, 0 for all others", _largest_alone),
    Rule("exponent-sign", "the sign of the exponent turned", _exponents_turned),
    Rule("signs-lost", "the signs of the scores lost in the softmax", _scores_without_signs),
    Rule("sigmoid-for-softmax", "the sigmoid in place of the softmax", _sigmoids),
    Rule("diagonal-alone", "the diagonal alone, as if each value were of its own score alone",
         _of_jacobian(lambda p: _diagonal(p, minus(ONE, p)))),
    Rule("off-diagonal", "the minus of −p_i·p_j off the diagonal forgotten", _of_jacobian(_with_plus_beside)),
    Rule("off-diagonal", "p_i·(1 − p_j) off the diagonal, where −p_i·p_j is meant",
         _of_jacobian(lambda p: Apply("outer", {}, p, minus(ONE, p)))),
    Rule("off-diagonal", "p_i·p_j everywhere, also on the diagonal, where p_i·(1 − p_i) is meant",
         _of_jacobian(lambda p: Apply("outer", {}, p, p))),
    Rule("off-diagonal", "−p_i·p_j everywhere, also on the diagonal, where p_i·(1 − p_i) is meant",
         _of_jacobian(lambda p: Negative(Apply("outer", {}, p, p)))),
    Rule("diagonal", "p_i on the diagonal and 0 beside it: −p_i·p_j forgotten", _of_jacobian(_diagonal)),
    Rule("diagonal", "1 in place of p_i in the diagonal", _of_jacobian(
        lambda p: minus(_diagonal(Over(p, p)), Apply("outer", {}, p, p)))),
    Rule("powers-of-2", "powers of 2 in place of those of e", _of_powers_of_two),
)  # fmt: skip

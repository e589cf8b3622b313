"""Typical mistakes at one node of a formula with arrays: products, axes, a softmax, an activation, its derivative."""

from __future__ import annotations

from typing import TypeGuard

from deepcalc.checking.invited.forms import is_call
from deepcalc.notation.array_nodes import Apply, Entrywise, Item, MatrixProduct, Prime, Transpose
from deepcalc.notation.edits import Change
from deepcalc.notation.nodes import Call, Literal, Node, Over, minus, product
from deepcalc.records import record


@record
class Rule:
    """A mistake at one node: its key, how it is said, and what stands in place of the node (None: not made there)."""

    key: str
    message: str
    change: Change


def _swapped(node: Node) -> Node | None:
    return MatrixProduct(*reversed(node.args)) if isinstance(node, MatrixProduct) else None


def _entrywise(node: Node) -> Node | None:
    return Entrywise(*node.args) if isinstance(node, MatrixProduct) else None


def _as_matrices(node: Node) -> Node | None:
    return MatrixProduct(*node.args) if isinstance(node, Entrywise) and len(node.args) == 2 else None


def _not_transposed(node: Node) -> Node | None:
    return node.args[0] if isinstance(node, Transpose) else None


def _transposed_factor(node: Node) -> Node | None:
    if not isinstance(node, MatrixProduct):
        return None
    left, right = node.args
    return MatrixProduct(Transpose(left), right)


def _transposed_second(node: Node) -> Node | None:
    if not isinstance(node, MatrixProduct):
        return None
    left, right = node.args
    return MatrixProduct(left, Transpose(right))


def _outer_swapped(node: Node) -> Node | None:
    return Apply("outer", {}, *reversed(node.operands)) if _applies(node, "outer") else None


def _other_axis(node: Node) -> Node | None:
    if not isinstance(node, Apply) or node.axis not in (0, 1):
        return None
    return Apply(node.operation, {**node.settings, "axis": 1 - node.axis}, *node.operands)


def _sum_for_mean(node: Node) -> Node | None:
    return Apply("sum", node.settings, *node.operands) if _applies(node, "mean") else None


def _mean_for_sum(node: Node) -> Node | None:
    return Apply("mean", node.settings, *node.operands) if _applies(node, "sum") else None


def _exchanged(node: Node) -> Node | None:
    """Row and column of an entry the other way round."""
    if not isinstance(node, Item):
        return None
    array, *indices = node.args
    return Item(array, *reversed(indices)) if len(indices) == 2 else None


def _exponentials(node: Node) -> Node | None:
    """e^z, not divided by the sum."""
    return Call("exp", node.operands[0]) if _is_softmax(node) else None


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


def _sigmoids(node: Node) -> Node | None:
    return Call("sigmoid", node.operands[0]) if _is_softmax(node) else None


def _is_softmax(node: Node) -> TypeGuard[Apply]:
    return _applies(node, "softmax") or _applies(node, "masked_softmax")


def _absolute_for_relu(node: Node) -> Node | None:
    return Call("abs", node.arguments[0]) if is_call(node, "relu") else None


def _negative_part(node: Node) -> Node | None:
    """min(z, 0)."""
    return minus(node.arguments[0], node) if is_call(node, "relu") else None


def _value_for_derivative(node: Node) -> Node | None:
    return Call(node.function, *node.arguments) if isinstance(node, Prime) and node.function in _CURVES else None


def _applies(node: Node, operation: str) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and node.operation == operation


def _other_curve(node: Node) -> Node | None:
    if not isinstance(node, Call) or len(node.arguments) != 1 or node.function not in _SWAPPED:
        return None
    return Call(_SWAPPED[node.function], *node.arguments)


_SWAPPED = {"sigmoid": "tanh", "tanh": "sigmoid"}
_CURVES = ("relu", "sigmoid", "tanh")

AT_NODES = (
    Rule("product-order", "the product in the other order", _swapped),
    Rule("entrywise-for-matrix", "the product entry by entry in place of the matrix product", _entrywise),
    Rule("matrix-for-entrywise", "the matrix product in place of the one entry by entry", _as_matrices),
    Rule("not-transposed", "a matrix not transposed", _not_transposed),
    Rule("transposed-factor", "a matrix transposed where it is not", _transposed_factor),
    Rule("transposed-factor", "a matrix transposed where it is not", _transposed_second),
    Rule("outer-order", "the outer product the other way round", _outer_swapped),
    Rule("indices-exchanged", "row and column of the entry exchanged", _exchanged),
    Rule("wrong-axis", "the other axis", _other_axis),
    Rule("mean-for-sum", "the mean in place of the sum", _mean_for_sum),
    Rule("sum-for-mean", "the sum in place of the mean", _sum_for_mean),
    Rule("other-activation", "tanh and the sigmoid mixed up", _other_curve),
    Rule("absolute-for-relu", "the absolute value in place of ReLU", _absolute_for_relu),
    Rule("negative-part", "the negative values kept in place of the positive ones", _negative_part),
    Rule("value-for-slope", "the activated value in place of the derivative", _value_for_derivative),
    Rule("not-normalised", "the exponentials not divided by their sum", _exponentials),
    Rule("no-exponential", "no exponential taken in the softmax", _shares_of_scores),
    Rule("sigmoid-for-softmax", "the sigmoid in place of the softmax", _sigmoids),
    Rule("powers-of-2", "powers of 2 in place of those of e", _of_powers_of_two),
)

"""Typical mistakes at one node of a formula with arrays: products, axes, an activation, its derivative."""

from __future__ import annotations

from typing import TypeGuard

from deepcalc.checking.invited.forms import is_call
from deepcalc.notation.array_nodes import Apply, Entrywise, Item, MatrixProduct, Prime, Slice, Transpose
from deepcalc.notation.edits import Change
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    Call,
    Literal,
    Node,
    Over,
    Power,
    Times,
    minus,
    product,
)
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


def _entrywise_untransposed(node: Node) -> Node | None:
    """Q ⊙ K for Q Kᵀ."""
    is_of_two = isinstance(node, MatrixProduct) and isinstance(node.args[1], Transpose)
    return Entrywise(node.args[0], node.args[1].args[0]) if is_of_two else None


def _sum_beside(node: Node) -> Apply | None:
    """The sum along an axis that stands beside an array along it."""
    inner = node.operands[0] if applies(node, "expand") else None
    return inner if isinstance(inner, Apply) and inner.operation == "sum" else None


def _over_both_axes(node: Node) -> Node | None:
    """A sum over the other axis, put beside the array along that."""
    inner = _sum_beside(node)
    if inner is None or not isinstance(node, Apply) or node.axis != inner.axis or inner.axis not in (0, 1):
        return None
    other = {"axis": 1 - inner.axis}
    return Apply("expand", other, Apply("sum", other, *inner.operands))


def _over_all(node: Node) -> Node | None:
    """The sum over all entries for that over each row."""
    inner = _sum_beside(node)
    return None if inner is None else Apply("sum", {}, *inner.operands)


def _without_factor(place: int) -> Change:
    """Σ a ⊙ b without one of the two."""

    def changed(node: Node) -> Node | None:
        if not applies(node, "sum"):
            return None
        inner = node.operands[0]
        is_of_two = isinstance(inner, Entrywise) and len(inner.args) == 2
        return Apply("sum", node.settings, inner.args[1 - place]) if is_of_two else None

    return changed


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
    return Apply("outer", {}, *reversed(node.operands)) if applies(node, "outer") else None


def _other_axis(node: Node) -> Node | None:
    if not isinstance(node, Apply) or node.axis not in (0, 1):
        return None
    return Apply(node.operation, {**node.settings, "axis": 1 - node.axis}, *node.operands)


def _sum_for_mean(node: Node) -> Node | None:
    return Apply("sum", node.settings, *node.operands) if applies(node, "mean") else None


def _mean_for_sum(node: Node) -> Node | None:
    return Apply("mean", node.settings, *node.operands) if applies(node, "sum") else None


def _exchanged(node: Node) -> Node | None:
    """Row and column of an entry the other way round."""
    if not isinstance(node, Item):
        return None
    array, *indices = node.args
    return Item(array, *reversed(indices)) if len(indices) == 2 else None


def _squares(node: Node) -> Node | None:
    """The x of Σx², of all entries."""
    if not applies(node, "sum") or "axis" in node.settings or not isinstance(node.operands[0], Power):
        return None
    base, exponent = node.operands[0].args
    return base if exponent == TWO else None


def _norm_for_squares(node: Node) -> Node | None:
    x = _squares(node)
    return None if x is None else Apply("norm", {}, x)


def _squares_for_norm(node: Node) -> Node | None:
    return Power(node, TWO) if applies(node, "norm") else None


def _absolutes(node: Node) -> Node | None:
    """Σ|x| for Σx² and for the norm of x."""
    x = node.operands[0] if applies(node, "norm") else _squares(node)
    return None if x is None else Apply("sum", {}, Call("abs", x))


def _largest_for_norm(node: Node) -> Node | None:
    """max|x| for the norm of x."""
    return Apply("max", {}, Call("abs", node.operands[0])) if applies(node, "norm") else None


def _root_of_mean(node: Node) -> Node | None:
    """√ of the mean of x² for the norm of x."""
    return Call("sqrt", Apply("mean", {}, Power(node.operands[0], TWO))) if applies(node, "norm") else None


def _without_signs(place: int) -> Change:
    """|A| B, or A |B|, for A B."""

    def changed(node: Node) -> Node | None:
        if not isinstance(node, MatrixProduct) or isinstance(node.args[place], Transpose):
            return None
        return MatrixProduct(*(Call("abs", arg) if at == place else arg for at, arg in enumerate(node.args)))

    return changed


def _first_alone(node: Node) -> Node | None:
    """The first row or column of what is summed up, or averaged, along an axis."""
    if not (applies(node, "sum") or applies(node, "mean")) or node.axis not in (0, 1):
        return None
    return Item(node.operands[0], *[Slice()] * node.axis, Literal("1"))


def _last_alone(node: Node) -> Node | None:
    """The last one, which is the first from behind."""
    if not isinstance(node, Apply) or node.axis not in (0, 1):
        return None
    turned = Apply("flip", {"axes": (node.axis,)}, *node.operands)
    return _first_alone(Apply(node.operation, node.settings, turned))


def _not_divided_by(is_half: bool) -> Change:
    """One over a product, without its 2 or without the number that a mean divides by."""

    def changed(node: Node) -> Node | None:
        if not isinstance(node, Over) or not isinstance(node.args[1], Times) or TWO not in node.args[1].args:
            return None
        kept = [factor for factor in node.args[1].args if (factor == TWO) != is_half]
        return Over(node.args[0], product(*kept)) if kept else None

    return changed


def _not_halved(node: Node) -> Node | None:
    return node.args[0] if isinstance(node, Over) and node.args[1] == TWO else None


def _absolute_for_relu(node: Node) -> Node | None:
    return Call("abs", node.arguments[0]) if is_call(node, "relu") else None


def _negative_part(node: Node) -> Node | None:
    """min(z, 0)."""
    return minus(node.arguments[0], node) if is_call(node, "relu") else None


def _steps(node: Node) -> Node | None:
    """1 above 0, else 0."""
    return Prime("relu", node.arguments[0]) if is_call(node, "relu") else None


def _value_for_derivative(node: Node) -> Node | None:
    return Call(node.function, *node.arguments) if isinstance(node, Prime) and node.function in _CURVES else None


def applies(node: Node, operation: str) -> TypeGuard[Apply]:
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
    Rule("entrywise-for-matrix", "the product entry by entry in place of the matrix product", _entrywise_untransposed),
    Rule("wrong-axis", "the sum over the other axis", _over_both_axes),
    Rule("sum-over-all", "the sum over all entries in place of each row's or column's own", _over_all),
    Rule("factor-dropped", "a factor within the sum left out", _without_factor(0)),
    Rule("factor-dropped", "a factor within the sum left out", _without_factor(1)),
    Rule("matrix-for-entrywise", "the matrix product in place of the one entry by entry", _as_matrices),
    Rule("not-transposed", "a matrix not transposed", _not_transposed),
    Rule("transposed-factor", "a matrix transposed where it is not", _transposed_factor),
    Rule("transposed-factor", "a matrix transposed where it is not", _transposed_second),
    Rule("outer-order", "the outer product the other way round", _outer_swapped),
    Rule("indices-exchanged", "row and column of the entry exchanged", _exchanged),
    Rule("wrong-axis", "the other axis taken", _other_axis),
    Rule("one-alone", "the first one alone taken, not summed up with the others", _first_alone),
    Rule("one-alone", "the last one alone taken, not summed up with the others", _last_alone),
    Rule("signs-lost", "the signs of the entries of a factor lost", _without_signs(0)),
    Rule("signs-lost", "the signs of the entries of a factor lost", _without_signs(1)),
    Rule("mean-for-sum", "the mean in place of the sum", _mean_for_sum),
    Rule("sum-for-mean", "the sum in place of the mean", _sum_for_mean),
    Rule("other-activation", "tanh and the sigmoid mixed up", _other_curve),
    Rule("absolute-for-relu", "the absolute value in place of ReLU", _absolute_for_relu),
    Rule("negative-part", "the negative values kept in place of the positive ones", _negative_part),
    Rule("thresholded", "1 where it is above 0 and 0 elsewhere in place of ReLU", _steps),
    Rule("value-for-slope", "the activated value in place of the derivative", _value_for_derivative),
    Rule("norm-for-square", "the norm in place of its square", _norm_for_squares),
    Rule("no-root", "the root of the norm left out", _squares_for_norm),
    Rule("largest-for-norm", "the largest entry in place of the norm", _largest_for_norm),
    Rule("root-of-mean", "the root of the mean of the squares in place of that of their sum", _root_of_mean),
    Rule("absolute-for-squares", "the absolute values in place of the squares", _absolutes),
    Rule("sum-for-mean", "the sum in place of the mean", _not_divided_by(is_half=False)),
    Rule("no-half", "the factor 1/2 left out", _not_divided_by(is_half=True)),
    Rule("no-half", "the factor 1/2 left out", _not_halved),
)  # fmt: skip

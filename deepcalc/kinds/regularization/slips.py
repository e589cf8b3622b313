"""Typical mistakes in regularizers: the other norm, λ or ½ forgotten, dropout's scale, the epoch that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._stopping import RESTORED, WAIT, stopping_slips
from deepcalc.kinds.regularization.fields import PENALTY, TOTAL
from deepcalc.kinds.regularization.plans import scale_of
from deepcalc.notation.edits import argument, changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Call, Name, Node, Over, Plus, Times, minus, nodes_in, total
from deepcalc.plan import Plan, Slip
from deepcalc.rules.penalties import ABSOLUTE, PENALTIES, SQUARES, STRENGTHS

if TYPE_CHECKING:
    from deepcalc.kinds.regularization.fields import RegularizationFields


def slips(fields: RegularizationFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a regularization problem."""
    yield from _LISTS[fields.chosen](fields, plan.graph)


def _of_penalty(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    row, scale = PENALTIES[fields.chosen], scale_of(fields)
    weights = list(fields.weights or {})
    sums = [each.name for each in row.sums]
    if ABSOLUTE in row.sums:
        squares = {ABSOLUTE.name: SQUARES.over(weights)}
        yield Slip("other-norm", "the squares taken where the absolute values are meant", squares)
        signed = {ABSOLUTE.name: total(*map(Name, weights))}
        yield Slip("sign-kept", "the signs kept where the absolute values are meant", signed)
    if SQUARES in row.sums:
        absolute = {SQUARES.name: ABSOLUTE.over(weights)}
        yield Slip("other-norm", "the absolute values taken where the squares are meant", absolute)
        root = {SQUARES.name: Call("sqrt", graph[SQUARES.name].definition)}
        yield Slip("other-norm", "the root taken of the sum of squares", root)
    without = graph[PENALTY].definition.xreplace({Name(name): ONE for name in STRENGTHS})
    yield Slip("strength-forgotten", "λ forgotten", {PENALTY: without})
    named = [Name(name) for name in sums]
    other = row.formula(named, scale.otherwise_halved)
    message = "the ½ of the penalty forgotten" if scale.half else "a ½ in the penalty where there is none"
    yield Slip("half", message, {PENALTY: other})
    if scale.per_sample:
        undivided = row.formula(named, replace(scale, per_sample=False))
        yield Slip("samples-forgotten", "not divided by the number of samples", {PENALTY: undivided})
    if len(named) > 1:
        swapped = graph[PENALTY].definition.xreplace(dict(zip(named, reversed(named), strict=True)))
        exchanged = "λ₁ and λ₂" if scale.apart else "ρ and 1 − ρ"
        yield Slip("ratio-swapped", f"{exchanged} exchanged", {PENALTY: swapped})
    yield from _in_derivatives(graph)
    yield from _in_step(fields, graph)


def _in_step(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    """The penalty left out of the gradient, its 2 forgotten, taken away; the step the wrong way."""
    if fields.gradients is None:
        return
    row, scale = PENALTIES[fields.chosen], scale_of(fields)
    gradients = {gradient(TOTAL, name): name for name in fields.gradients}
    alone = {name: graph[name].definition.args[0] for name in gradients}
    yield Slip("penalty-left-out", "the penalty left out of the gradient", alone)
    taken = {name: minus(*graph[name].definition.args) for name in gradients}
    yield Slip("penalty-sign", "the penalty's derivative taken away, not added", taken)
    if row.sums == (SQUARES,):
        other = scale.otherwise_halved
        formulas = {name: Plus(alone[name], row.slope(Name(weight), other)) for name, weight in gradients.items()}
        message = "the 2 of the square kept where the ½ cancels it" if scale.half else "the 2 of the square forgotten"
        yield Slip("derivative-factor", f"{message} in the derivative", formulas)
    if len(row.sums) == 1:
        other_row, message = _OTHER_SLOPES[row.name]
        for half in (True, False):
            scale_of_other = replace(scale, half=half)
            slopes = {weight: other_row.slope(Name(weight), scale_of_other) for weight in gradients.values()}
            taken_for = {name: Plus(alone[name], slopes[weight]) for name, weight in gradients.items()}
            yield Slip("other-norm", message, taken_for)
    if ABSOLUTE in row.sums:
        kept = {name: changed(graph[name].definition, _absolute_for_sign) for name in gradients}
        yield Slip("absolute-kept", "the absolute value itself in place of its derivative, the sign", kept)
        signless = {name: changed(graph[name].definition, _without_sign) for name in gradients}
        yield Slip("sign-of-weight", "the sign of the weight left out of the derivative", signless)
    if fields.learning_rate is not None:
        updates = [f"{name}@1" for name in fields.gradients]
        added = {name: Plus(graph[name].definition.args[0], graph[name].definition.args[1].args[0]) for name in updates}
        yield Slip("gradient-added", "the gradient added instead of subtracted", added)


_OTHER_SLOPES = {
    "l1": (PENALTIES["l2"], "the derivative of the squares in place of that of the absolute values"),
    "l2": (PENALTIES["l1"], "the sign of the weight in place of the weight itself in the derivative"),
}


def _absolute_for_sign(node: Node) -> Node | None:
    return Call("abs", *node.arguments) if isinstance(node, Call) and node.function == "sign" else None


def _without_sign(node: Node) -> Node | None:
    return ONE if isinstance(node, Call) and node.function == "sign" else None


def _in_derivatives(graph: Graph) -> Iterator[Slip]:
    """The 2 of the square forgotten in the penalty's derivatives, where these are asked for."""
    derived = [quantity for quantity in graph if quantity.adjoint is not None and quantity.group != "gradients"]
    by_sum = {quantity.name: quantity.definition for quantity in derived}
    formulas = {name: changed(formula, _without_two) for name, formula in by_sum.items()}
    yield Slip("derivative-factor", "the 2 of the square forgotten in the derivative", formulas)


def _without_two(node: Node) -> Node | None:
    if isinstance(node, Times) and TWO in node.args:
        kept = [factor for factor in node.args if factor != TWO]
        return kept[0] if len(kept) == 1 else Times(*kept)
    return None


def _of_dropout(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    chance = fields.chance
    kept = chance.kept
    formulas = {quantity.name: quantity.formula for quantity in graph if quantity.formula is not None}
    swapped = {name: formula.xreplace({kept: chance.dropped}) for name, formula in formulas.items()}
    yield Slip("rate-for-kept", chance.swapped, swapped)
    scaled = {name: changed(formula, _unscaled(kept)) for name, formula in formulas.items()}
    yield Slip("scale-forgotten", f"the factor of {chance.kept_text} left out", scaled)
    turned = {name: changed(formula, _turned(kept)) for name, formula in formulas.items()}
    is_divided = any(isinstance(node, Over) for formula in formulas.values() for node in nodes_in(formula))
    done, other = ("multiplied", "divided") if is_divided else ("divided", "multiplied")
    said = f"{done} by {chance.kept_text} instead of {other}"
    yield Slip("scale-turned", said, turned)
    unmasked = {name: changed(formula, _unmasked(graph)) for name, formula in formulas.items()}
    yield Slip("mask-forgotten", "the mask forgotten", unmasked)


def _unscaled(kept: Node) -> Callable[[Any], Any]:
    def change(node: Node) -> Node | None:
        if isinstance(node, Over) and node.args[1] == kept:
            return node.args[0]
        return node.args[1] if isinstance(node, Times) and node.args[0] == kept else None

    return change


def _turned(kept: Node) -> Callable[[Any], Any]:
    def change(node: Node) -> Node | None:
        if isinstance(node, Over) and node.args[1] == kept:
            return Times(node.args[0], kept)
        return Over(node.args[1], kept) if isinstance(node, Times) and node.args[0] == kept else None

    return change


def _unmasked(graph: Graph) -> Callable[[Any], Any]:
    mask = {Name(quantity.name) for quantity in graph if quantity.section == "Mask"}

    def change(node: Node) -> Node | None:
        return node.args[1] if isinstance(node, Times) and node.args[0] in mask else None

    return change


def _of_max_norm(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    norm, bound = Name("norm"), Name("c")
    squares = argument(graph["norm"].definition)
    yield Slip("no-root", "no root taken of the sum of squares", {"norm": squares})
    absolute = total(*(Call("abs", Name(weight)) for weight in fields.weights or {}))
    yield Slip("other-norm", "the sum of the absolute values in place of the norm", {"norm": absolute})
    yield Slip("scale-turned", "the scale factor turned over", {"scale": Over(norm, bound)})
    cut = {f"{weight}@1": Call("min", Name(weight), bound) for weight in fields.weights or {}}
    yield Slip("each-weight-cut", "each weight cut off at the bound, not the norm", cut)


def _of_early_stopping(fields: RegularizationFields, graph: Graph) -> Iterator[Slip]:
    yield from stopping_slips(graph)
    last = sum(quantity.name.startswith(f"{WAIT}.") for quantity in graph)
    not_restored = {f"{RESTORED}.{name}": Name(f"{name}@{last}") for name in fields.parameters or ()}
    yield Slip("not-restored", "the parameters of the last epoch, not of the best one", not_restored)


_LISTS: Mapping[str, Callable[[Any, Graph], Iterator[Slip]]] = {
    **dict.fromkeys(PENALTIES, _of_penalty),
    "dropout": _of_dropout,
    "max_norm": _of_max_norm,
    "early_stopping": _of_early_stopping,
}

"""Typical mistakes in regularizers: the other norm, λ or ½ forgotten, dropout's scale, the epoch that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds.regularization.fields import ETA, LOSS, PENALTY, TOTAL
from deepcalc.kinds.regularization.plans import scale_of
from deepcalc.kinds.regularization.stopping_mistakes import stopping_mistakes
from deepcalc.notation.edits import argument, changed
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Name,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    negative,
    nodes_in,
    number,
    product,
    total,
)
from deepcalc.plan import Plan, Slip
from deepcalc.rules.penalties import ABSOLUTE, PENALTIES, SQUARES, STRENGTHS, Penalty, Scale

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
        root = {ABSOLUTE.name: Call("sqrt", SQUARES.over(weights))}
        yield Slip("other-norm", "the root of the sum of the squares in place of the absolute values", root)
    if SQUARES in row.sums:
        absolute = {SQUARES.name: ABSOLUTE.over(weights)}
        yield Slip("other-norm", "the absolute values taken where the squares are meant", absolute)
        root = {SQUARES.name: Call("sqrt", graph[SQUARES.name].definition)}
        yield Slip("other-norm", "the root taken of the sum of squares", root)
        whole = {SQUARES.name: Power(total(*map(Name, weights)), TWO)}
        yield Slip("square-of-sum", "the square of the sum in place of the sum of the squares", whole)
    for each in row.sums if len(weights) > 2 else ():
        largest = Call("max", *(each.term(Name(name)) for name in weights))
        yield Slip("other-norm", "the largest term alone in place of their sum", {each.name: largest})
    without = graph[PENALTY].definition.xreplace({Name(name): ONE for name in STRENGTHS})
    yield Slip("strength-forgotten", "λ forgotten", {PENALTY: without})
    named = [Name(name) for name in sums]
    other = row.formula(named, scale.otherwise_halved)
    message = "the ½ of the penalty forgotten" if scale.half else "a ½ in the penalty where there is none"
    yield Slip("half", message, {PENALTY: other})
    if len(weights) > 1 and not scale.per_sample:
        mean = Over(graph[PENALTY].definition, number(len(weights)))
        yield Slip("mean-for-sum", "divided by the number of weights: the mean in place of the sum", {PENALTY: mean})
    if scale.per_sample:
        undivided = row.formula(named, replace(scale, per_sample=False))
        yield Slip("samples-forgotten", "not divided by the number of samples", {PENALTY: undivided})
    if len(named) > 1:
        swapped = graph[PENALTY].definition.xreplace(dict(zip(named, reversed(named), strict=True)))
        exchanged = "λ₁ and λ₂" if scale.apart else "ρ and 1 − ρ"
        yield Slip("ratio-swapped", f"{exchanged} exchanged", {PENALTY: swapped})
        rooted = graph[PENALTY].definition.xreplace({Name(SQUARES.name): Call("sqrt", Name(SQUARES.name))})
        yield Slip("other-norm", "the root taken of the sum of squares", {PENALTY: rooted})
        if not scale.apart:
            plain = Times(scale.whole.node(), total(*named))
            yield Slip("ratio-forgotten", "ρ and 1 − ρ left out", {PENALTY: plain})
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
    itself = {name: Plus(alone[name], Name(PENALTY)) for name in gradients}
    yield Slip("penalty-for-derivative", "the penalty itself added, not its derivative", itself)
    taken = {name: minus(*graph[name].definition.args) for name in gradients}
    yield Slip("penalty-sign", "the penalty's derivative taken away, not added", taken)
    if row.sums == (SQUARES,):
        other = scale.otherwise_halved
        formulas = {name: Plus(alone[name], row.slope(Name(weight), other)) for name, weight in gradients.items()}
        message = "the 2 of the square kept where the ½ cancels it" if scale.half else "the 2 of the square forgotten"
        yield Slip("derivative-factor", f"{message} in the derivative", formulas)
        if scale.half:
            halved = {
                name: Plus(alone[name], product(scale.node(), Name(weight))) for name, weight in gradients.items()
            }
            yield Slip("half-kept", "the ½ of the penalty kept in the derivative", halved)
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
    yield from _in_slopes(row, scale, {name: Name(weight) for name, weight in gradients.items()}, alone)
    if fields.learning_rate is not None:
        yield from _in_new_weights(fields, row, scale, graph)


def _in_slopes(row: Penalty, scale: Scale, gradients: Mapping[str, Node], alone: Mapping[str, Node]) -> Iterator[Slip]:
    """Another derivative of the penalty: at another number, without the weight, with its square."""

    def plus(slope: Callable[[Node], Node]) -> Mapping[str, Node]:
        return {name: Plus(alone[name], slope(weight)) for name, weight in gradients.items()}

    if scale.per_sample:
        undivided = replace(scale, per_sample=False)
        yield Slip("samples-forgotten", "the derivative of the penalty not divided by the number of samples",
                   plus(lambda w: row.slope(w, undivided)))  # fmt: skip
    if row.sums == (SQUARES,):
        kept = plus(lambda w: product(scale.doubled(), Power(w, TWO)))
        yield Slip("power-kept", "the square of the weight kept in the derivative", kept)
        yield Slip("power-kept", "the term of the penalty itself, not its derivative",
                   plus(lambda w: product(scale.node(), Power(w, TWO))))  # fmt: skip
        yield Slip("weight-forgotten", "the weight left out of the derivative", plus(lambda w: scale.doubled()))


def _in_new_weights(fields: RegularizationFields, row: Penalty, scale: Scale, graph: Graph) -> Iterator[Slip]:
    """The step added, by another gradient, with the penalty beside the learning rate."""
    weights = {f"{name}@1": Name(name) for name in fields.gradients or {}}
    eta = Name(ETA)
    plain = {name: Name(gradient(LOSS, weight.name)) for name, weight in weights.items()}
    whole = {name: Name(gradient(TOTAL, weight.name)) for name, weight in weights.items()}
    slopes = {name: row.slope(weight, scale) for name, weight in weights.items()}
    ways: Mapping[tuple[str, str], Callable[[str, Name], Node]] = {
        ("gradient-added", "the gradient added instead of subtracted"): lambda at, w: Plus(w, Times(eta, whole[at])),
        ("penalty-left-out", "the penalty left out of the step, which goes by the loss alone"):
            lambda at, w: minus(w, Times(eta, plain[at])),
        ("learning-rate-forgotten", "the learning rate forgotten"): lambda at, w: minus(w, whole[at]),
        ("decoupled", "the penalty's derivative taken off without the learning rate"):
            lambda at, w: total(w, negative(Times(eta, plain[at])), negative(slopes[at])),
        ("loss-left-out", "the penalty's derivative alone, the gradient of the loss left out"):
            lambda at, w: minus(w, Times(eta, slopes[at])),
        ("step-alone", "the step alone, not taken off the weight"): lambda at, w: negative(Times(eta, whole[at])),
    }  # fmt: skip
    for (key, message), way in ways.items():
        yield Slip(key, message, {at: way(at, weight) for at, weight in weights.items()})


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
    yield from _of_masks(fields, graph, kept)


def _of_masks(fields: RegularizationFields, graph: Graph, kept: Node) -> Iterator[Slip]:
    """Another mask, another share of units that are kept, the training's rule at test time and the other way round."""
    units = list(fields.outputs or {})
    masks = [Name(f"m.{index}") for index in range(1, len(units) + 1)]
    training = [quantity.name for quantity in graph if quantity.section == "Training"]
    at_test = [quantity.name for quantity in graph if quantity.section == "Test time"]
    turned = {mask: minus(ONE, mask) for mask in masks}
    exchanged = {name: graph[name].definition.xreplace(turned) for name in training}
    yield Slip("mask-turned", "kept and dropped units exchanged", exchanged)
    counted = Over(total(*masks), number(len(units)))
    by_count = {name: graph[name].definition.xreplace({kept: counted}) for name in (*training, *at_test)}
    yield Slip("share-of-mask", "the share that this mask keeps in place of the probability", by_count)
    pairs = list(zip(training, masks, units, strict=True))
    if at_test:
        divided = {name: Over(Times(mask, Name(unit)), kept) for name, mask, unit in pairs}
        yield Slip("inverted-for-plain", "divided in training already, as inverted dropout does", divided)
        for factor, said in ((kept, fields.chance.kept_text), (fields.chance.dropped, fields.chance.dropped_text)):
            scaled = {name: Times(factor, mask, Name(unit)) for name, mask, unit in pairs}
            yield Slip("scaled-in-training", f"multiplied by {said} in training already", scaled)
        masked = {name: Times(mask, Name(unit)) for name, (_, mask, unit) in zip(at_test, pairs, strict=True)}
        yield Slip("mask-at-test-time", "the mask taken at test time", masked)


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
    weights = list(fields.weights or {})
    largest = Call("max", *(Call("abs", Name(weight)) for weight in weights))
    yield Slip("other-norm", "the largest absolute value in place of the norm", {"norm": largest})
    mean = Call("sqrt", Over(squares, number(len(weights))))
    yield Slip("mean-for-sum", "the root of the mean of the squares, not of their sum", {"norm": mean})
    scales: Mapping[tuple[str, str], Node] = {
        ("not-scaled", "not scaled: a factor of 1"): ONE,
        ("bound-forgotten", "one over the norm, which scales to a norm of 1"): Over(ONE, norm),
        ("scaled-below", "scaled up to the bound though the norm is below it"): Over(bound, norm),
        ("root-forgotten", "the bound divided by the square of the norm"): Over(bound, Power(norm, TWO)),
        ("difference-for-quotient", "the norm less the bound in place of their quotient"): minus(norm, bound),
        ("root-taken", "the root of the quotient of bound and norm"): Call("sqrt", Over(bound, norm)),
    }
    for (key, message), scale in scales.items():
        yield Slip(key, message, {"scale": scale})
    ways: Mapping[tuple[str, str], Callable[[Node], Node]] = {
        ("each-weight-cut", "each weight cut off at the bound, not the norm"): lambda w: Call("min", w, bound),
        ("each-weight-cut", "each weight cut off at the bound on both sides, not the norm"):
            lambda w: Call("max", negative(bound), Call("min", w, bound)),
        ("bound-forgotten", "divided by the norm, the bound left out"): lambda w: Over(w, norm),
        ("norm-forgotten", "multiplied by the bound, not divided by the norm"): lambda w: Times(bound, w),
        ("norm-forgotten", "divided by the bound"): lambda w: Over(w, bound),
        ("difference-for-quotient", "the norm less the bound taken off each weight"):
            lambda w: minus(w, minus(norm, bound)),
    }  # fmt: skip
    for (key, message), way in ways.items():
        yield Slip(key, message, {f"{weight}@1": way(Name(weight)) for weight in weights})


_LISTS: Mapping[str, Callable[[Any, Graph], Iterator[Slip]]] = {
    **dict.fromkeys(PENALTIES, _of_penalty),
    "dropout": _of_dropout,
    "max_norm": _of_max_norm,
    "early_stopping": stopping_mistakes,
}

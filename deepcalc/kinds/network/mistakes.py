"""Typical mistakes around a network's passes: in dropout, in the penalty, in the updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.kinds._changes import first_changes
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.constraining import FREE, constraints, update_name
from deepcalc.kinds.network.losses import hard_targets, target_names
from deepcalc.kinds.network.objective import PENALTY
from deepcalc.kinds.network.structure import of_sample
from deepcalc.kinds.network.weighting import divisor, weight_givens
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.edits import argument, changed, factors, terms, unsigned, with_term, without_factor
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import ONE, Call, Name, Node, Over, Plus, Power, Times, minus, negative, total
from deepcalc.plan import Slip
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN
from deepcalc.rules.penalties import ABSOLUTE, PENALTIES, SQUARES, STRENGTHS


def dropout_mistakes(wiring: Wiring, graph: Graph, numbers: Sequence[int | None]) -> Iterator[Slip]:
    """The mask forgotten, the factor of 1 − p left out, p in its place."""
    kept: dict[str, Any] = {}
    for layer in wiring.layers:
        if layer.dropout is not None:
            names = [of_sample(name, number) for number in numbers for name in layer.dropout.kept]
            kept |= {name: (graph[name].formula, layer.dropout) for name in names}
    if not kept:
        return
    chance = next(dropout.chance for _, dropout in kept.values())
    swapped = {name: formula.xreplace({own.chance.kept: own.chance.dropped}) for name, (formula, own) in kept.items()}
    yield Slip("rate-for-kept", chance.swapped, swapped)
    unscaled = {name: _unscaled(formula, own.chance.kept) for name, (formula, own) in kept.items()}
    yield Slip("scale-forgotten", f"the factor of {chance.kept_text} left out", unscaled)
    masked = {name: formula for name, (formula, own) in kept.items() if own.fields.is_training}
    unmasked = {name: changed(formula, _without_mask) for name, formula in masked.items()}
    yield Slip("mask-forgotten", "the mask forgotten", unmasked)


def _unscaled(formula: Node, kept: Node) -> Node:
    if isinstance(formula, Over):
        return formula.args[0]
    return formula.args[1] if formula.args[0] == kept else formula


def _without_mask(node: Node) -> Node | None:
    return node.args[1] if isinstance(node, Times) and len(node.args) == 2 else None


def weighting_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The weights of samples or classes left out; divided by their number in place of the sum of the weights."""
    weights = {Name(quantity.name): ONE for quantity in weight_givens(wiring)}
    if not weights:
        return
    loss = str(wiring.loss_name)
    own = [of_sample(loss, number) for number in wiring.numbers]
    of_all = [loss, *(gradient(loss, name) for name in wiring.parameters)] if wiring.fields.samples is not None else []
    weighed = [name for name in (*own, *of_all) if name in graph]
    plain = {name: graph[name].definition.xreplace(weights) for name in weighed}
    yield Slip("weights-forgotten", "the weights in the loss left out", plain)
    if (
        wiring.fields.samples is not None
        and wiring.fields.reduction in (MEAN, WEIGHTED_MEAN)
        and not wiring.joins_samples
    ):
        numbers = range(1, len(wiring.samples) + 1)
        other = WEIGHTED_MEAN if wiring.fields.reduction == MEAN else MEAN
        formulas = {name: Over(graph[name].definition.args[0], divisor(wiring, numbers, other)) for name in of_all}
        by = {MEAN: "the number of samples", WEIGHTED_MEAN: "the sum of the weights"}
        message = f"divided by {by[other]} in place of {by[wiring.fields.reduction]}"
        yield Slip("mean-for-weighted", message, formulas)


def noise_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The noise of the targets forgotten, or taken away."""
    clean, turned = {}, {}
    for term in wiring.terms:
        for number in wiring.numbers:
            for target, noisy in zip(hard_targets(term, number), target_names(wiring, term, number), strict=True):
                if noisy != target and term.fields.label_smoothing is None:
                    clean[noisy.name] = target
                    turned[noisy.name] = minus(*graph[noisy.name].definition.args)
    if clean:
        yield Slip("noise-forgotten", "the noise of the targets forgotten", clean)
        yield Slip("noise-sign", "the noise taken from the targets, not added", turned)


def upstream_mistakes(wiring: Wiring, graph: Graph, numbers: Sequence[int | None]) -> Iterator[Slip]:
    """The gradient that is given left out of the error terms, or added to the local derivative."""
    if not wiring.is_from_upstream:
        return
    without, added = {}, {}
    for number in numbers:
        loss = of_sample(str(wiring.loss_name), number)
        pairs = [pair for layer in wiring.output_layers for pair in zip(layer.net, layer.out, strict=True)]
        for net, out in pairs:
            error = graph.adjoint(loss, of_sample(net, number))
            upstream = Name(gradient(loss, of_sample(out, number)))
            if error is not None and upstream in factors(error.formula):
                local = without_factor(error.definition, upstream)
                without[error.name], added[error.name] = local, Plus(upstream, local)
    yield Slip("upstream-left-out", "the gradient from behind left out", without)
    yield Slip("upstream-added", "the gradient from behind added, not multiplied", added)


def penalty_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The penalty or its derivative left out, its factors mistaken, the biases in it or not."""
    fields = wiring.fields.penalty
    if fields is None:
        return
    row, scale, total = PENALTIES[fields.function], fields.scale, fields.total
    names = [Name(each.name) for each in row.sums]
    yield Slip("penalty-left-out", "the penalty left out", {total: graph[total].definition.args[0]})
    without = graph[PENALTY].definition.xreplace({Name(name): ONE for name in STRENGTHS})
    yield Slip("strength-forgotten", "λ forgotten", {PENALTY: without})
    other = scale.otherwise_halved
    message = "the ½ of the penalty forgotten" if scale.half else "a ½ in the penalty where there is none"
    yield Slip("half", message, {PENALTY: row.formula(names, other)})
    if scale.per_sample:
        undivided = row.formula(names, replace(scale, per_sample=False))
        yield Slip("samples-forgotten", "not divided by the number of samples", {PENALTY: undivided})
    elsewhere = list(wiring.parameters) if not fields.biases else [
        name for name, parameter in wiring.parameters.items() if not parameter.is_bias
    ]  # fmt: skip
    message = "the biases left out of the penalty" if fields.biases else "the biases penalized too"
    yield Slip("biases", message, {each.name: each.over(elsewhere) for each in row.sums})
    gradients = {gradient(total, name): name for name in wiring.penalized}
    alone = {name: graph[name].definition.args[0] for name in gradients}
    yield Slip("penalty-left-out", "the penalty left out of the gradient", alone)
    taken = {name: minus(*graph[name].definition.args) for name in gradients}
    yield Slip("penalty-sign", "the penalty's derivative taken away, not added", taken)
    if row.sums == (SQUARES,):
        formulas = {name: Plus(alone[name], row.slope(Name(weight), other)) for name, weight in gradients.items()}
        message = "the 2 of the square kept where the ½ cancels it" if scale.half else "the 2 of the square forgotten"
        yield Slip("derivative-factor", f"{message} in the derivative", formulas)
    if ABSOLUTE in row.sums:
        signless = {
            name: graph[name].definition.xreplace({ABSOLUTE.slope(Name(weight)): ONE})
            for name, weight in gradients.items()
        }
        yield Slip("sign-of-weight", "the sign of the weight left out of the derivative", signless)


def update_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The gradient added, the learning rate forgotten."""
    fields = wiring.fields
    if fields.optimizer is None:
        return
    rate = Name(fields.optimizer.symbol)
    names = [update_name(graph, name, 1) for name in wiring.trained]
    formulas = {name: graph[name].definition for name in names}
    moves = first_changes(graph, wiring.trained)
    taken = {move: graph[move].definition for move in moves}
    as_textbook = fields.error_terms.convention == "target - output"
    yield Slip(
        "gradient-added",
        "the change subtracted instead of added" if as_textbook else "the gradient added instead of subtracted",
        {
            **{name: with_term(formula, 1, negative(formula.args[1])) for name, formula in formulas.items()},
            **{move: negative(formula) for move, formula in taken.items()},
        },
    )
    if moves:
        values = {move: Name(timed(name, 1)) for move, name in moves.items()}
        yield Slip("new-for-change", "the new value given in place of the change", values)
    yield from _batch_mistakes(wiring, graph)
    yield from _look_ahead_mistakes(wiring, graph)
    if not all(rate in factors(unsigned(formula.args[1])) for formula in formulas.values()):
        return
    yield Slip(
        "learning-rate-forgotten",
        "the learning rate forgotten",
        {
            **{
                name: with_term(formula, 1, without_factor(formula.args[1], rate)) for name, formula in formulas.items()
            },
            **{move: without_factor(formula, rate) for move, formula in taken.items()},
        },
    )


def _batch_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The gradient over all samples in place of that of a batch; no update between batches."""
    if wiring.batches == [None] or wiring.batch_by_batch:
        return
    whole = {}
    for name in wiring.trained:
        own = update_name(graph, name, 1)
        whole[own] = changed(
            graph[own].definition, partial(_in_place_of_batch, gradient(str(wiring.objective), name), name)
        )
    yield Slip("whole-batch", "the gradient over all samples in place of that of the batch", whole)
    updates = {quantity.name for quantity in graph if quantity.group == "updates"}
    initial = {Name(name): Name(_at_first(name)) for name in updates}
    stale = {
        quantity.name: quantity.definition.xreplace(initial)
        for quantity in graph
        if quantity.group in ("net_inputs", "outputs") and quantity.name not in updates and "@" in quantity.name
    }
    yield Slip("no-update-between", "the parameters not updated between the batches", stale)


def _look_ahead_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The gradient taken at the parameters, or at a point on the other side of them."""
    optimizer = wiring.fields.optimizer
    point = None if optimizer is None else optimizer.rule.point
    if point is None:
        return
    points = [(f"{point.head}.{name}@{step}", name, step) for name in wiring.trained for step in _steps(graph, name)]
    at_parameters = {ahead: Name(timed(name, step - 1)) for ahead, name, step in points}
    yield Slip(
        "look-ahead-forgotten", "the gradient taken at the parameters, not at the look-ahead point", at_parameters
    )
    turned = {
        ahead: with_term(graph[ahead].definition, 1, negative(terms(graph[ahead].definition)[1]))
        for ahead, _, _ in points
    }
    yield Slip("look-ahead-sign", "the look-ahead point on the wrong side: the velocity with the other sign", turned)


def _steps(graph: Graph, parameter: str) -> Iterator[int]:
    """The numbers of the updates of a parameter."""
    step = 1
    while timed(parameter, step) in graph:
        yield step
        step += 1


def constraint_mistakes(wiring: Wiring, graph: Graph) -> Iterator[Slip]:
    """The bound on the norm forgotten, the norm of other weights, each weight cut off."""
    limits = constraints(wiring)
    if not limits:
        return
    rows = [(limit, step) for limit in limits for step in _steps(graph, limit.weights[0])]
    bounded = [
        (timed(name, step), Name(f"{FREE}.{name}@{step}"), limit) for limit, step in rows for name in limit.weights
    ]
    yield Slip("constraint-forgotten", "the bound on the norm forgotten", {new: free for new, free, _ in bounded})
    norms = {limit.norm(step): graph[limit.norm(step)].definition for limit, step in rows}
    squares = {name: argument(formula) for name, formula in norms.items()}
    yield Slip("no-root", "no root taken of the sum of squares", squares)
    cut = {
        new: Call("max", negative(Name(limit.bound)), Call("min", Name(limit.bound), free))
        for new, free, limit in bounded
    }
    yield Slip("each-weight-cut", "each weight cut off at the bound, not the norm", cut)
    of_layer = {
        limit.norm(step): Call("sqrt", total(*(square for other in limits if other.bound == limit.bound
                                               for square in terms(squares[other.norm(step)]))))
        for limit, step in rows
    }  # fmt: skip
    yield Slip("norm-of-layer", "the norm of all weights of the layer in place of those into each unit", of_layer)
    biases = {net: bias for layer in wiring.layers for net, bias in zip(layer.net, layer.biases or (), strict=False)}
    with_bias, without = {}, {}
    for limit, step in rows:
        bias = biases.get(limit.unit)
        if bias in limit.weights:
            without[limit.norm(step)] = Call("sqrt", total(*terms(squares[limit.norm(step)])[:-1]))
        elif bias is not None:
            square = Power(Name(timed(bias, step) if bias in wiring.trained else bias), TWO)
            with_bias[limit.norm(step)] = Call("sqrt", Plus(*terms(squares[limit.norm(step)]), square))
    yield Slip("bias-in-norm", "the bias taken into the norm of the weights", with_bias)
    yield Slip("bias-out-of-norm", "the bias left out of the norm", without)


def _in_place_of_batch(whole: str, parameter: str, node: Node) -> Node | None:
    parts = gradient_parts(node.name) if isinstance(node, Name) else None
    return Name(whole) if parts is not None and parts[1] == parameter else None


def _at_first(name: str) -> str:
    """The parameter before the first update."""
    return name.partition("@")[0]

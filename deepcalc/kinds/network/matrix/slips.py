"""Typical mistakes with whole matrices, each made in every layer: a mean forgotten, a derivative left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, slips_of
from deepcalc.kinds._changes import first_changes
from deepcalc.kinds._stopping import BEST_EPOCH
from deepcalc.kinds._training_slips import slips_in_training
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.constraining import update_name
from deepcalc.kinds.network.course_mistakes import average_mistakes, judged, stopping_mistakes
from deepcalc.kinds.network.matrix.batches import SUFFIX
from deepcalc.kinds.network.matrix.bounding import constraint_mistakes
from deepcalc.kinds.network.matrix.branching import branching_mistakes
from deepcalc.kinds.network.matrix.evaluating import prefixes
from deepcalc.kinds.network.matrix.forward import net_input
from deepcalc.kinds.network.matrix.initial import initial_mistakes
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.mistakes import dropout_mistakes, upstream_mistakes, weighting_mistakes
from deepcalc.kinds.network.matrix.norm_mistakes import normalising_mistakes
from deepcalc.kinds.network.matrix.passes import passed_back
from deepcalc.kinds.network.matrix.views import View, merged, views
from deepcalc.kinds.network.matrix.weighting import COUNTED, is_weighted
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.structure import UPDATED
from deepcalc.notation.array_nodes import Apply, Entrywise
from deepcalc.notation.edits import factors, unsigned, with_term, without_factor
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, Name, Node, minus, negative, product, total
from deepcalc.notation.shapes import size_node
from deepcalc.plan import Plan, Slip
from deepcalc.rules.activations import IDENTITY, SOFTMAX


def _of_shares(value: Node) -> Node:
    return Entrywise(value, minus(ONE, value))


_SLOPES = {"sigmoid": _of_shares, SOFTMAX: _of_shares}
"""Derivatives of activations that losses are derived together with, in their values."""


def slips(wiring: MatrixWiring, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a network in matrix notation."""
    rows: list[SlipRow] = []
    for view in views(wiring, plan.graph):
        own = [*_in_net_inputs(view), *_in_outputs(view), *_in_the_loss(view), *_in_the_sum(view)]
        own += [*normalising_mistakes(view), *dropout_mistakes(view), *weighting_mistakes(view)]
        if wiring.loss_name is not None:
            own += [*_on_the_way_back(view), *upstream_mistakes(view)]
        own += [*branching_mistakes(view)]
        rows += view.rows(own)
    rows += [*_in_updates(wiring, plan.graph), *_in_the_penalty(wiring, plan.graph)]
    rows += [*constraint_mistakes(wiring, plan.graph)]
    yield from slips_of(plan.graph, merged(rows))
    optimizer, updated = wiring.fields.optimizer, partial(update_name, plan.graph)
    yield from slips_in_training(optimizer, wiring.trained, plan.graph, plan.symbols, updated)
    yield from _in_the_course(wiring, plan.graph)
    yield from initial_mistakes(wiring, plan.graph)


def _in_the_course(wiring: MatrixWiring, graph: Graph) -> Iterator[Slip]:
    """The mistakes in stopping early and in passes at test time."""
    optimizer = wiring.fields.optimizer
    if optimizer is not None and optimizer.early_stopping is not None and BEST_EPOCH in graph:
        own = judged(optimizer.early_stopping, str(wiring.loss_name))
        yield from stopping_mistakes(graph, wiring.trained, len(wiring.batches), own)
    if prefixes(wiring):
        averages = {key: value for layer in wiring.layers if layer.norm for key, value in layer.norm.averages.items()}
        end = SUFFIX if wiring.batches != [None] else ""
        yield from average_mistakes(graph, averages, lambda statistic: f"{statistic}{end}")


def _in_net_inputs(view: View) -> Iterator[SlipRow]:
    wiring, forgotten, taken = view.wiring, {}, {}
    for layer in wiring.layers:
        if layer.biases is not None:
            forgotten[layer.net] = net_input(wiring, replace(layer, biases=None))
            taken[layer.net] = net_input(wiring, layer, minus_bias=True)
    yield "bias-forgotten", "the bias forgotten", forgotten
    yield "bias-sign", "the bias taken away, not added", taken


def _in_outputs(view: View) -> Iterator[SlipRow]:
    last = view.wiring.output_layers
    hidden = [layer for layer in view.wiring.layers if layer.activated and layer not in last]
    message = "the activation of the {} forgotten"
    for which, layers in (("hidden layers", hidden), ("outputs", [layer for layer in last if layer.activated])):
        if layers:
            yield "activation-forgotten", message.format(which), {layer.out: Name(layer.before) for layer in layers}
    axis = view.wiring.class_axis
    for layer in view.wiring.layers:
        if layer.activation == SOFTMAX and axis is not None:
            other = Apply("softmax", {"axis": 1 - axis}, Name(layer.before))
            yield "wrong-axis", "the softmax over the samples in place of the classes", {layer.out: other}
        for function in dict.fromkeys(layer.functions) if len(layer.functions) > 1 else ():
            if function.row.name != IDENTITY:
                message = f"{function.row.title} for all units of a layer, of which only some have it"
                yield "one-activation", message, {layer.out: function.apply(Name(layer.before))}


def _in_the_loss(view: View) -> Iterator[SlipRow]:
    wiring = view.wiring
    for term in wiring.terms:
        loss = BatchLoss(wiring, term, view.samples, Name(COUNTED) if is_weighted(wiring) else None)
        yield from loss.mistakes
        if view.samples not in (None, 1):
            meant, taken = ("mean", "sum") if loss.is_mean else ("sum", "mean")
            message = f"the {taken} over the samples in place of their {meant}"
            yield f"{taken}-for-{meant}", message, {term.name: loss.reduced(loss.terms, not loss.is_mean)}


def _in_the_sum(view: View) -> Iterator[SlipRow]:
    """The losses added without their weights."""
    if view.wiring.fields.losses is not None:
        plain = total(*(Name(term.name) for term in view.wiring.terms))
        message = "the losses added without their weights"
        yield "loss-weights-forgotten", message, {view.wiring.fields.total_loss: plain}


def _on_the_way_back(view: View) -> Iterator[SlipRow]:
    wiring, graph = view.wiring, view.graph
    is_mean = wiring.fields.reduction == "mean" and view.samples not in (None, 1) and not wiring.is_from_upstream
    undivided = {
        own: product(size_node(view.samples), graph[own].definition)
        for layer in wiring.output_layers
        if is_mean and view.samples is not None and (own := view.adjoint(layer.before)) is not None
    }
    yield "mean-factor", "the 1/N of the mean left out on the way back", undivided
    passed_on = {}
    for layer in wiring.layers:
        errors, own = view.gradient(layer.out), view.adjoint(layer.before)
        if layer.activated and errors in graph and own is not None:
            passed_on[own] = view.signed(layer.before, Name(errors))
    if wiring.fields.error_terms.weights == UPDATED:
        old = {Name(f"{name}@1"): Name(name) for name in wiring.trained}
        by_old = {name: graph[name].definition.xreplace(old) for name in passed_back(graph, wiring, old)}
        yield "old-weights", "the old weights used where the updated ones are meant", by_old
    yield "derivative-left-out", "the derivatives of the activations left out", passed_on
    on_top = {}
    for layer in wiring.output_layers:
        own = view.adjoint(layer.before)
        if own is not None and layer.activation in _SLOPES and view.gradient(layer.out) not in graph:
            on_top[own] = Entrywise(graph[own].definition, _SLOPES[layer.activation](Name(view.at(layer.out))))
    yield "slope-on-top", "the derivative of the activation on top, which is in it already", on_top
    by_net_inputs = {}
    for layer in wiring.layers:
        by_weights = view.gradient(str(layer.weights))
        senders = [each for each in wiring.layers if each.passed_on == layer.taken and each.activated]
        if senders and by_weights in graph:
            taken = {Name(view.at(each.passed_on)): Name(view.at(each.before)) for each in senders}
            by_net_inputs[by_weights] = graph[by_weights].definition.xreplace(taken)
    message = "the net inputs of the layer before in place of its outputs, in the gradients of the weights"
    yield "net-input-for-output", message, by_net_inputs
    axis = wiring.class_axis
    if axis is not None:
        means = {
            view.gradient(layer.biases): view.signed(layer.net, Apply("mean", {"axis": 1 - axis}, Name(own)))
            for layer in wiring.layers
            if layer.biases is not None and wiring.is_vector(layer.biases) and (own := view.adjoint(layer.net))
        }
        yield "mean-for-sum", "the mean over the samples in place of the sum, in the gradients of the biases", means


def _in_the_penalty(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    fields = wiring.fields.penalty
    if fields is None:
        return
    totals = [f"{fields.total}{end}" for end in ("", SUFFIX)]
    slopes = [gradient(each, name) for each in totals for name in wiring.penalized]
    both = {name: graph[name].definition for name in (*totals, *slopes) if name in graph}
    yield "penalty-left-out", "the penalty left out", {name: formula.args[0] for name, formula in both.items()}
    taken = {name: minus(*formula.args) for name, formula in both.items()}
    yield "penalty-sign", "the penalty taken away, not added", taken


def _in_updates(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    optimizer = wiring.fields.optimizer
    if optimizer is None or f"{next(iter(wiring.trained), '')}@1" not in graph:
        return
    rate, updates = Name(optimizer.symbol), [update_name(graph, name, 1) for name in wiring.trained]
    formulas = {name: graph[name].definition for name in updates}
    steps = {name: formula.args[1] for name, formula in formulas.items()}
    moves = first_changes(graph, wiring.trained)
    taken = {move: graph[move].definition for move in moves}
    added = {name: with_term(formulas[name], 1, negative(step)) for name, step in steps.items()}
    added |= {move: negative(formula) for move, formula in taken.items()}
    yield "gradient-added", "the gradient added instead of subtracted", added
    if moves:
        values = {move: Name(timed(name, 1)) for move, name in moves.items()}
        yield "new-for-change", "the new value given in place of the change", values
    if all(rate in factors(unsigned(step)) for step in steps.values()):
        unscaled = {name: with_term(formulas[name], 1, without_factor(step, rate)) for name, step in steps.items()}
        unscaled |= {move: without_factor(formula, rate) for move, formula in taken.items()}
        yield "learning-rate-forgotten", "the learning rate forgotten", unscaled

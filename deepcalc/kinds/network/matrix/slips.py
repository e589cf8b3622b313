"""Typical mistakes with whole matrices, each made in every layer: a mean forgotten, a derivative left out."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.graph.graph import Graph
from deepcalc.kinds._arrays import SlipRow, slips_of
from deepcalc.kinds.network.matrix.forward import net_input, weighted
from deepcalc.kinds.network.matrix.losses import BatchLoss
from deepcalc.kinds.network.matrix.mistakes import (
    adjoint_of,
    dropout_mistakes,
    upstream_mistakes,
    weighting_mistakes,
)
from deepcalc.kinds.network.matrix.weighting import COUNTED, is_weighted
from deepcalc.kinds.network.matrix.wiring import MatrixLayer, MatrixWiring
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.edits import factors, unsigned, with_term, without_factor
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, minus, negative, product
from deepcalc.notation.shapes import size_node
from deepcalc.plan import Plan, Slip
from deepcalc.rules.activations import SOFTMAX


def slips(wiring: MatrixWiring, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of a network in matrix notation."""
    rows = [*_in_net_inputs(wiring), *_in_outputs(wiring), *_in_the_loss(wiring)]
    rows += [*dropout_mistakes(wiring, plan.graph), *weighting_mistakes(wiring, plan.graph)]
    if wiring.loss_name is not None:
        rows += [*_on_the_way_back(wiring, plan.graph, wiring.loss_name), *_in_updates(wiring, plan.graph)]
        rows += upstream_mistakes(wiring, plan.graph)
    return slips_of(plan.graph, [*rows, *_in_the_penalty(wiring, plan.graph)])


def _senders(wiring: MatrixWiring) -> list[tuple[str, MatrixLayer]]:
    """Each layer, and before it what comes in."""
    senders = [wiring.inputs, *(layer.passed_on for layer in wiring.layers)]
    return list(zip(senders, wiring.layers, strict=False))


def _in_net_inputs(wiring: MatrixWiring) -> Iterator[SlipRow]:
    forgotten, taken = {}, {}
    for x, layer in _senders(wiring):
        if layer.biases is not None:
            forgotten[layer.net] = weighted(wiring, layer, x)
            taken[layer.net] = net_input(wiring, layer, x, operator="-")
    yield "bias-forgotten", "the bias forgotten", forgotten
    yield "bias-sign", "the bias taken away, not added", taken


def _in_outputs(wiring: MatrixWiring) -> Iterator[SlipRow]:
    hidden = {layer.out: Name(layer.net) for layer in wiring.layers[:-1] if layer.activated}
    yield "activation-forgotten", "the activation of the hidden layers forgotten", hidden
    last = wiring.layers[-1]
    if last.activated:
        yield "activation-forgotten", "the activation of the outputs forgotten", {last.out: Name(last.net)}
    axis = wiring.class_axis
    if last.activation == SOFTMAX and axis is not None:
        other = Apply("softmax", {"axis": 1 - axis}, Name(last.net))
        yield "wrong-axis", "the softmax over the samples in place of the classes", {last.out: other}


def _in_the_loss(wiring: MatrixWiring) -> Iterator[SlipRow]:
    fields, row = wiring.fields.loss, wiring.loss
    if fields is None or row is None:
        return
    weights = Name(COUNTED) if is_weighted(wiring) else None
    loss = BatchLoss(wiring, row, wiring.targets, wiring.output, wiring.samples, weights)
    for mistake in row.mistakes:
        formula = loss.mistaken(mistake)
        if formula is not None:
            yield mistake.key, mistake.message, {fields.name: formula}
    if wiring.samples not in (None, 1):
        meant, taken = ("mean", "sum") if loss.is_mean else ("sum", "mean")
        message = f"the {taken} over the samples in place of their {meant}"
        yield f"{taken}-for-{meant}", message, {fields.name: loss.reduced(loss.terms, not loss.is_mean)}


def _on_the_way_back(wiring: MatrixWiring, graph: Graph, loss: str) -> Iterator[SlipRow]:
    by_net = {layer.net: adjoint_of(graph, loss, layer.net) for layer in wiring.layers}
    last = by_net[wiring.layers[-1].net]
    is_mean = wiring.fields.reduction == "mean" and wiring.samples not in (None, 1) and not wiring.is_from_upstream
    if is_mean and wiring.samples is not None and last is not None:
        undivided = product(size_node(wiring.samples), graph[last].formula)
        yield "mean-factor", "the 1/N of the mean left out on the way back", {last: undivided}
    passed_on = {}
    for layer in wiring.layers:
        errors, own = gradient(loss, layer.out), by_net[layer.net]
        if layer.activated and errors in graph and own is not None:
            passed_on[own] = Name(errors)
    yield "derivative-left-out", "the derivatives of the activations left out", passed_on
    by_net_inputs = {}
    for before, layer in zip(wiring.layers, wiring.layers[1:], strict=False):
        by_weights = gradient(loss, layer.weights)
        if before.activated and by_weights in graph:
            taken = {Name(before.passed_on): Name(before.net)}
            by_net_inputs[by_weights] = graph[by_weights].formula.xreplace(taken)
    message = "the net inputs of the layer before in place of its outputs, in the gradients of the weights"
    yield "net-input-for-output", message, by_net_inputs
    axis = wiring.class_axis
    if axis is not None:
        means = {
            gradient(loss, layer.biases): Apply("mean", {"axis": 1 - axis}, Name(own))
            for layer in wiring.layers
            if layer.biases is not None and wiring.bias_is_vector(layer.biases) and (own := by_net[layer.net])
        }
        yield "mean-for-sum", "the mean over the samples in place of the sum, in the gradients of the biases", means


def _in_the_penalty(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    fields = wiring.fields.penalty
    if fields is None:
        return
    both = {fields.total: graph[fields.total].formula}
    both |= {name: graph[name].formula for name in (gradient(fields.total, each) for each in wiring.penalized)}
    yield "penalty-left-out", "the penalty left out", {name: formula.args[0] for name, formula in both.items()}
    taken = {name: minus(*formula.args) for name, formula in both.items()}
    yield "penalty-sign", "the penalty taken away, not added", taken


def _in_updates(wiring: MatrixWiring, graph: Graph) -> Iterator[SlipRow]:
    optimizer = wiring.fields.optimizer
    if optimizer is None or f"{next(iter(wiring.trained), '')}@1" not in graph:
        return
    rate, updates = Name(optimizer.symbol), [f"{name}@1" for name in wiring.trained]
    formulas = {name: graph[name].formula for name in updates}
    steps = {name: formula.args[1] for name, formula in formulas.items()}
    added = {name: with_term(formulas[name], 1, negative(step)) for name, step in steps.items()}
    yield "gradient-added", "the gradient added instead of subtracted", added
    if all(rate in factors(unsigned(step)) for step in steps.values()):
        unscaled = {name: with_term(formulas[name], 1, without_factor(step, rate)) for name, step in steps.items()}
        yield "learning-rate-forgotten", "the learning rate forgotten", unscaled

"""A network problem in words, where the author has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deepcalc.graph.quantities import Prose
from deepcalc.kinds._stopping import STOP
from deepcalc.kinds.network.connections import VARIABLE
from deepcalc.kinds.network.constraining import constraints
from deepcalc.kinds.network.stopping import stops_when
from deepcalc.kinds.network.structure import MIXED, Function, Layer
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import ONE, Literal, Name, Node, Times, total
from deepcalc.plan.statement import Statement, given_as, joined, prose, with_article
from deepcalc.rules.initialization import SCHEMES
from deepcalc.rules.penalties import PENALTIES

MOST_LISTED = 6
"""Inputs or outputs that a statement calls by their names."""


def _has_values(wiring: Wiring) -> bool:
    """Whether something is given as a number."""
    given = [*(parameter.value for parameter in wiring.parameters.values()), *wiring.samples[0].inputs.values()]
    return any(isinstance(value, Literal) for value in given)


def statement(wiring: Wiring) -> Statement:
    """The problem in words, where the author has none."""
    fields = wiring.fields
    kind = "A network" if _is_branched(wiring) else "A fully connected network"
    kind = kind if wiring.inputs else "A part of a network"
    below = ", with the values below" if _has_values(wiring) else ""
    told = prose(f"{kind} has ", *_inputs(wiring), *_layers(wiring), f"{below}.")
    if fields.losses is not None:
        told = prose(told, *_losses(wiring), *_penalty(wiring))
    elif wiring.terms:
        name, title = Name(str(wiring.loss_name)), wiring.terms[0].loss.title
        if fields.samples is None:
            loss = prose(" The loss ", name, f" is {with_article(title)}.")
        else:
            loss = prose(
                f" The loss of a sample is {with_article(title)}; the loss ",
                name,
                f" is their {fields.reduction.replace('_', ' ')}.",
            )
        told = prose(told, loss, *_penalty(wiring))
    elif wiring.is_from_upstream:
        told = prose(told, " The derivative of a loss ", Name(str(wiring.loss_name)), " by each output is given.")
    if any(sample.noise for sample in wiring.samples):
        told = prose(told, " To the targets the noise below is added.")
    if fields.initialization is not None:
        scheme, how = SCHEMES[fields.initialization.scheme], fields.initialization.distribution
        told = prose(told, f" In such a network weights are drawn by {scheme.title}, from a {how} distribution.")
    told = prose(told, *_constraints(wiring))
    return Statement(told, _question(wiring))


def _losses(wiring: Wiring) -> Iterator[Prose]:
    """Several losses and how they are put together."""
    each = [
        prose(Name(term.name), f", {with_article(term.loss.title)} of ", joined(map(Name, term.layer.out)))
        for term in wiring.terms
    ]
    yield prose(" The losses are ", joined(each), ".")
    formula = total(*(name if weight == ONE else Times(weight, name) for weight, name in _weighted(wiring)))
    whose = "the loss" if wiring.fields.samples is None else "the loss of a sample"
    reduced = (
        ""
        if wiring.fields.samples is None
        else f", and the loss of all their {wiring.fields.reduction.replace('_', ' ')}"
    )
    yield prose(f" In all, {whose} is ", formula, f"{reduced}.")


def _weighted(wiring: Wiring) -> list[tuple[Any, Name]]:
    return [(term.weight, Name(term.name)) for term in wiring.terms]


def _penalty(wiring: Wiring) -> Iterator[Prose]:
    """What is added to the loss."""
    fields = wiring.fields.penalty
    if fields is None:
        return
    row = PENALTIES[fields.function]
    formula = row.formula([each.term(Name("w")) for each in row.sums], fields.scale)
    of = "weights and biases" if fields.biases else "weights"
    with_it = " is added; with it the loss is "
    yield prose(f" Of all {of} the {row.title} ", formula, with_it, Name(fields.total), ".")


def _constraints(wiring: Wiring) -> Iterator[Prose]:
    """The bounds on the norms of the weights into units."""
    for layer in wiring.layers:
        own = [limit for limit in constraints(wiring) if limit.unit in layer.net]
        if own:
            each = "" if len(own) == 1 else "each of "
            into = joined(Name(limit.unit) for limit in own)
            bound = Name(own[0].bound)
            yield prose(f" After an update the norm of the weights into {each}", into, " is at most ", bound, ".")


def _inputs(wiring: Wiring) -> Iterator[Prose | str]:
    """The inputs in words; nothing where the network begins in the middle."""
    count = len(wiring.inputs)
    if count > MOST_LISTED:
        yield f"{count} inputs, "
    elif count:
        yield prose("the input " if count == 1 else "the inputs ", joined(map(Name, wiring.inputs)), ", ")


def _is_branched(wiring: Wiring) -> bool:
    """Whether a layer takes up something else than the one before it, or is without weights."""
    return any(_has_own_senders(wiring, layer) or layer.combine is not None for layer in wiring.layers)


def _has_own_senders(wiring: Wiring, layer: Layer) -> bool:
    index = wiring.layers.index(layer)
    return layer.groups != (wiring.layers[index - 1].passed_on if index else wiring.inputs,)


def _layers(wiring: Wiring) -> Iterator[Prose]:
    """The layers in words: ``a hidden layer of 2 units with sigmoid activation and the linear output o``."""
    last = wiring.layers[-1]
    for layer in wiring.layers:
        before, after = ("and ", "") if layer is last else ("", ", ")
        yield prose(before, *_layer(wiring, layer), after)


def _layer(wiring: Wiring, layer: Layer) -> Iterator[Prose | str]:
    count, is_output = len(layer.net), layer in wiring.output_layers
    if layer.combine is not None:
        yield prose(f"the {layer.combine.title} ", _listed(layer.out), " of ", _senders(layer))
    elif is_output:
        outputs = joined(map(Name, layer.out)) if count <= MOST_LISTED else (f"{count} outputs",)
        yield prose("" if count > MOST_LISTED else "the output " if count == 1 else "the outputs ", outputs)
    else:
        yield f"a hidden layer of {count} unit{'s' if count > 1 else ''}"
    if layer.combine is None and _has_own_senders(wiring, layer):
        yield prose(" that takes up ", _senders(layer))
    if layer.combine is None or layer.activated:
        yield prose(" with ", *_normalised(layer), _activation(layer))
    if layer.dropout is not None:
        yield " and dropout"


def _normalised(layer: Layer) -> Iterator[str]:
    if layer.norm is not None:
        yield f"{layer.norm.fields.row.title} and "


def _senders(layer: Layer) -> Prose:
    return joined(_listed(group) for group in layer.groups)


def _listed(names: Sequence[str]) -> Prose:
    """A few names as a vector of them."""
    if len(names) == 1:
        return (Name(names[0]),)
    shown: list[str | Node] = list(map(Name, names))
    if len(names) > MOST_LISTED:
        shown[1:-1] = ["…"]
    return prose("(", joined(shown, last=", "), ")")


def _activation(layer: Layer) -> Prose:
    if not layer.activated:
        return ("no activation",)
    if layer.activation == MIXED:
        return prose("the activations ", joined(_function(function) for function in layer.functions), " of its units")
    if layer.functions and layer.functions[0].row.is_own:
        return prose("the activation ", _function(layer.functions[0]))
    return (f"{layer.titles[0]} activation",)


def _function(function: Function) -> Prose:
    """The title of an activation; the formula of one of the problem's own."""
    return (function.row.apply(Name(VARIABLE), None),) if function.row.is_own else (function.row.title,)


def _question(wiring: Wiring) -> Prose:
    fields = wiring.fields
    several = len(wiring.outputs) > 1 or fields.samples is not None
    wanted: list[Any] = ["the outputs" if several else "the output"]
    if fields.classify is not None:
        wanted.append("the predicted class")
    if wiring.terms:
        wanted.append(prose("the loss ", Name(str(wiring.objective))))
    if wiring.objective is not None:
        if fields.optimizer is not None and wiring.trained:
            rate = given_as(fields.optimizer.symbol, fields.optimizer.learning_rate)
            what = {"weights": "weights", "biases": "biases"}.get(str(fields.train), "parameters")
            after = f"{fields.optimizer.duration} of {fields.optimizer.rule.title}"
            wanted.append(prose(f"the {what} after {after} with ", *rate, *_batches(wiring)))
        else:
            whose = "its" if wiring.terms else "the loss's"
            wanted.append(f"{whose} partial derivative by every parameter")
    if fields.initialization is not None:
        wanted.append("the range of the initial weights of each layer")
    return prose("Compute ", joined(wanted), *_stop(wiring), ".")


def _stop(wiring: Wiring) -> Iterator[Prose]:
    """What is asked of a training that may end early."""
    optimizer = wiring.fields.optimizer
    if optimizer is not None and optimizer.may_stop:
        yield prose(", and the epoch ", Name(STOP), " after which training stops")


def _batches(wiring: Wiring) -> Iterator[Prose | str]:
    """The batches, and the criterion by which training stops."""
    optimizer = wiring.fields.optimizer
    assert optimizer is not None
    if optimizer.batch_size != "all":
        size = "single samples" if optimizer.batch_size == 1 else f"batches of {optimizer.batch_size} samples"
        yield prose(f" and updates from {size}, in the order given")
    if optimizer.until is not None:
        yield prose(", stopping after the first epoch at whose end ", optimizer.until)
    if optimizer.early_stopping is not None:
        yield prose(", stopping ", stops_when(optimizer.early_stopping, wiring.fields.validation is not None))

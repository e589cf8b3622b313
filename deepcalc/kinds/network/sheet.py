"""How a network problem is asked and laid out: its own parts, its statement, a textbook's tables, its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepcalc.graph.graph import Prose
from deepcalc.kinds.network.naming import STOP, label_of_sample, labels, of_sample
from deepcalc.kinds.network.wiring import Layer, Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Relation
from deepcalc.plan import PartPlan, TablePlan, TableRow
from deepcalc.plan.figures import LayerPlan, NetworkPlan, UnitPlan
from deepcalc.plan.statement import Statement, joined, prose
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.rules.penalties import PENALTIES

MOST_LISTED = 6
"""Inputs or outputs that a statement calls by their names."""

Numbers = Sequence[int | None]
"""The numbers of the samples; one None where there is one sample only."""


def parts(wiring: Wiring, numbers: Numbers, updates: int) -> tuple[PartPlan, ...]:
    """What is asked where the author gives no parts: outputs, loss, then updates or gradients."""
    fields = wiring.fields
    outputs = [name for name in wiring.outputs if name not in fields.given]
    found = [tuple(of_sample(name, number) for number in numbers for name in outputs)]
    if fields.classify is not None:
        found[0] += tuple(of_sample(fields.classify.name, number) for number in numbers)
    if wiring.objective is not None:
        if not wiring.is_from_upstream:
            found.append((wiring.objective,))
        if fields.optimizer is not None and wiring.trained:
            last = tuple(f"{name}@{updates}" for name in wiring.trained)
            found.append(("updates",) if updates == 1 else (*last, f"{wiring.objective}@{updates}"))
            if fields.optimizer.until is not None:
                found.append((STOP,))
        else:
            found.append(tuple(gradient(wiring.objective, parameter) for parameter in wiring.parameters))
    return tuple(PartPlan("abcd"[index], names) for index, names in enumerate(filter(None, found)))


def tables(wiring: Wiring, errors: Mapping[str, str], numbers: Numbers) -> tuple[TablePlan, ...]:
    """A textbook's three tables: net inputs and outputs with the loss, errors, new weights and biases."""
    labelled = labels([net for layer in wiring.layers for net in layer.net])
    forward: list[TableRow] = []
    backward: list[TableRow] = []
    for number in numbers:
        for layer in wiring.layers:
            for net, out in zip(layer.net, layer.out, strict=True):
                label = label_of_sample(labelled[net], number)
                output = of_sample(out, number) if layer.activated else None
                is_last = wiring.loss_name is not None and out == wiring.outputs[-1]
                loss = of_sample(str(wiring.loss_name), number) if is_last else None
                forward.append(TableRow(label, (of_sample(net, number), output, loss)))
                error = of_sample(errors[net], number)
                backward.insert(0, TableRow(label, (error,)))
    if wiring.loss_name is not None and numbers[0] is not None:
        forward.append(TableRow(("all samples",), (None, None, wiring.loss_name)))
    updated = [
        TableRow((Name(name),), (f"{name}@1",)) for layer in reversed(wiring.layers) for name in _parameters_of(layer)
    ]
    return (
        TablePlan("Net inputs and outputs", (("Unit",), ("Net input",), ("Output",), ("Loss",)), tuple(forward)),
        TablePlan("Errors", (("Unit",), ("Error",)), tuple(backward)),
        TablePlan("New weights and biases", (("Weight or bias",), ("New value",)), _each_once(updated)),
    )


def figure(wiring: Wiring, errors: Mapping[str, str], numbers: Numbers) -> NetworkPlan:
    """The network as a picture."""
    fields = wiring.fields
    last = wiring.layers[-1]
    layers = tuple(
        LayerPlan(
            "output" if layer is last else "hidden",
            layer.activation.replace("_", " ") if layer.activated else "",
            tuple(_unit_plans(layer, errors)),
            layer.weights,
        )
        for layer in wiring.layers
    )
    loss = None if fields.loss is None else fields.loss.name
    return NetworkPlan("The network", tuple(wiring.inputs), layers, loss, tuple(numbers))


def _unit_plans(layer: Layer, errors: Mapping[str, str]) -> Iterator[UnitPlan]:
    biases = layer.biases or (None,) * len(layer.net)
    for net, out, bias in zip(layer.net, layer.out, biases, strict=True):
        yield UnitPlan(out, net if layer.activated else None, bias, errors[net])


def _parameters_of(layer: Layer) -> list[str]:
    return [*(name for row in layer.weights for name in row), *(layer.biases or ())]


def _each_once(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    return tuple({row.cells: row for row in rows}.values())


def _has_values(wiring: Wiring) -> bool:
    """Whether something is given as a number."""
    given = [*(parameter.value for parameter in wiring.parameters.values()), *wiring.samples[0].inputs.values()]
    return any(isinstance(value, Literal) for value in given)


def statement(wiring: Wiring) -> Statement:
    """The problem in words, where the author has none."""
    fields = wiring.fields
    below = ", with the values below" if _has_values(wiring) else ""
    told = prose("A fully connected network has ", _inputs(wiring), ", ", *_layers(wiring), f"{below}.")
    if wiring.loss is not None and fields.loss is not None:
        name, title = Name(fields.loss.name), wiring.loss.title
        if fields.samples is None:
            loss = prose(" The loss ", name, f" is {_with_article(title)}.")
        else:
            loss = prose(
                f" The loss of a sample is {_with_article(title)}; the loss ", name, f" is their {fields.reduction}."
            )
        told = prose(told, loss, *_penalty(wiring))
    elif wiring.is_from_upstream:
        told = prose(told, " The derivative of a loss ", Name(str(wiring.loss_name)), " by each output is given.")
    return Statement(told, _question(wiring))


def _with_article(title: str) -> str:
    return title if title.startswith("half") else f"the {title}"


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


def _inputs(wiring: Wiring) -> Prose:
    count = len(wiring.inputs)
    if count > MOST_LISTED:
        return (f"{count} inputs",)
    return prose("the input " if count == 1 else "the inputs ", joined(map(Name, wiring.inputs)))


def _layers(wiring: Wiring) -> Iterator[Prose]:
    """The layers in words: ``a hidden layer of 2 units with sigmoid activation and the linear output o``."""
    *hidden, last = wiring.layers
    for layer in hidden:
        count = len(layer.net)
        dropped = " and dropout" if layer.dropout is not None else ""
        units = f"a hidden layer of {count} unit{'s' if count > 1 else ''} with "
        yield prose(units, _activation(layer), dropped, ", ")
    count = len(last.net)
    outputs = joined(map(Name, last.out)) if count <= MOST_LISTED else (f"{count} outputs",)
    which = "" if count > MOST_LISTED else "the output " if count == 1 else "the outputs "
    yield prose("and ", which, outputs, " with ", _activation(last))


def _activation(layer: Layer) -> Prose:
    title = ACTIVATIONS[layer.activation].title if layer.activation in ACTIVATIONS else layer.activation
    return (f"{title} activation" if layer.activated else "no activation",)


def _question(wiring: Wiring) -> Prose:
    fields = wiring.fields
    several = len(wiring.outputs) > 1 or fields.samples is not None
    wanted: list[Any] = ["the outputs" if several else "the output"]
    if fields.classify is not None:
        wanted.append("the predicted class")
    if fields.loss is not None:
        wanted.append(prose("the loss ", Name(str(wiring.objective))))
    if wiring.objective is not None:
        if fields.optimizer is not None and wiring.trained:
            rate = Relation("=", Name(fields.optimizer.symbol), fields.optimizer.learning_rate)
            what = {"weights": "weights", "biases": "biases"}.get(str(fields.train), "parameters")
            after = f"{_duration(wiring)} of {fields.optimizer.update.title}"
            wanted.append(prose(f"the {what} after {after} with ", rate, *_batches(wiring)))
        else:
            whose = "its" if fields.loss is not None else "the loss's"
            wanted.append(f"{whose} partial derivative by every parameter")
    return prose("Compute ", joined(wanted), ".")


def _duration(wiring: Wiring) -> str:
    """How long training lasts: ``one step``, ``2 epochs``."""
    optimizer = wiring.fields.optimizer
    assert optimizer is not None
    in_epochs = optimizer.epochs is not None or (optimizer.batch_size != "all" and optimizer.steps is None)
    count, what = (optimizer.epochs or 1, "epoch") if in_epochs else (optimizer.steps or 1, "step")
    at_most = "at most " if optimizer.until is not None else ""
    return f"{at_most}one {what}" if count == 1 else f"{at_most}{count} {what}s"


def _batches(wiring: Wiring) -> Iterator[Prose]:
    """The batches, and the criterion by which training stops."""
    optimizer = wiring.fields.optimizer
    assert optimizer is not None
    if optimizer.batch_size != "all":
        size = "single samples" if optimizer.batch_size == 1 else f"batches of {optimizer.batch_size} samples"
        yield prose(f" and updates from {size}, in the order given")
    if optimizer.until is not None:
        yield prose(", stopping after the first epoch at whose end ", optimizer.until)

"""How a network problem is asked and laid out: its own parts, its statement, a textbook's tables, its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deepcalc.kinds.network.naming import label_of_sample, labels, of_sample
from deepcalc.kinds.network.wiring import Layer, Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.plan import PartPlan, TablePlan, TableRow
from deepcalc.plan.figures import LayerPlan, NetworkPlan, UnitPlan

if TYPE_CHECKING:
    pass

Numbers = Sequence[int | None]
"""The numbers of the samples; one None where there is one sample only."""


def parts(wiring: Wiring, numbers: Numbers) -> tuple[PartPlan, ...]:
    """What is asked where the author gives no parts: outputs, loss, then updates or gradients."""
    fields = wiring.fields
    found = [tuple(of_sample(name, number) for number in numbers for name in wiring.outputs)]
    if fields.classify is not None:
        found[0] += tuple(of_sample(fields.classify.name, number) for number in numbers)
    if fields.loss is not None:
        found.append((fields.loss.name,))
        if fields.optimizer is not None and wiring.trained:
            found.append(("updates",))
        else:
            found.append(tuple(gradient(fields.loss.name, parameter) for parameter in wiring.parameters))
    return tuple(PartPlan("abcd"[index], names) for index, names in enumerate(found))


def tables(wiring: Wiring, errors: Mapping[str, str], numbers: Numbers) -> tuple[TablePlan, ...]:
    """A textbook's three tables: net inputs and outputs, errors, new weights and biases."""
    labelled = labels([net for layer in wiring.layers for net in layer.net])
    forward: list[TableRow] = []
    backward: list[TableRow] = []
    for number in numbers:
        for layer in wiring.layers:
            for net, out in zip(layer.net, layer.out, strict=True):
                label = label_of_sample(labelled[net], number)
                names = (of_sample(net, number), of_sample(out, number) if layer.activated else None)
                forward.append(TableRow(label, names))
                error = of_sample(errors[net], number)
                backward.insert(0, TableRow(label, (error,)))
    updated = [
        TableRow((Name(name),), (f"{name}@1",)) for layer in reversed(wiring.layers) for name in _parameters_of(layer)
    ]
    return (
        TablePlan("Net inputs and outputs", (("Unit",), ("Net input",), ("Output",)), tuple(forward)),
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


def statement(wiring: Wiring) -> str:
    """The problem in words, where the author has none."""
    fields = wiring.fields
    sizes = "-".join(str(len(names)) for names in (wiring.inputs, *(layer.net for layer in wiring.layers)))
    activations = ", ".join(layer.activation for layer in wiring.layers)
    text = f"A fully connected {sizes} network (activations: {activations}) with the values below."
    if wiring.loss is not None:
        text += f" The loss ${_plain_name(fields.loss.name)}$: {wiring.loss.title}." if fields.loss else ""
    if fields.optimizer is not None:
        text += f" One step of gradient descent has learning rate {fields.optimizer.learning_rate.text}."
    return text


def _plain_name(name: str) -> str:
    return name if len(name) == 1 else rf"\mathrm{{{name}}}".replace("_", r"\_")

"""How a network problem is asked and laid out: its own parts, its statement, a textbook's tables, its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deepcalc.kinds._stopping import BEST_EPOCH, RESTORED, STOP
from deepcalc.kinds.network.initial import ranges
from deepcalc.kinds.network.naming import label_of_sample, labels
from deepcalc.kinds.network.steps import Stage
from deepcalc.kinds.network.structure import Layer, of_sample
from deepcalc.kinds.network.test_time import TEST
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name
from deepcalc.plan import PartPlan, TablePlan, TableRow
from deepcalc.plan.picture_plans import LayerPlan, NetworkPlan, UnitPlan

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
            loss = (
                Stage(updates, TEST).name(str(wiring.loss_name))
                if wiring.batch_by_batch
                else f"{wiring.objective}@{updates}"
            )
            found.append(("updates",) if updates == 1 else (*last, loss))
            if fields.optimizer.may_stop:
                found.append((STOP,) if fields.optimizer.until is not None else (STOP, BEST_EPOCH, RESTORED))
        else:
            found.append(tuple(gradient(wiring.objective, parameter) for parameter in wiring.parameters))
    if fields.initialization is not None:
        found.append(ranges(wiring))
    return tuple(PartPlan("abcde"[index], names) for index, names in enumerate(filter(None, found)))


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
    """The network as a picture; one that begins in the middle has the given net inputs in the place of its inputs."""
    first = wiring.layers[0]
    drawn = wiring.layers if wiring.inputs or first.activated else wiring.layers[1:]
    layers = tuple(_layer_plan(wiring, layer, errors) for layer in drawn)
    loss = wiring.loss_name if wiring.terms else None
    places = tuple(index for index, layer in enumerate(drawn) if layer in wiring.output_layers)
    return NetworkPlan("The network", tuple(wiring.inputs) or first.net, layers, loss, tuple(numbers), places)


def _layer_plan(wiring: Wiring, layer: Layer, errors: Mapping[str, str]) -> LayerPlan:
    outputs = {kept: out for each in wiring.layers for kept, out in zip(each.passed_on, each.out, strict=True)}
    joined: list[tuple[str, int]] = []
    if not layer.senders:
        joined = [(net, j) for j, net in enumerate(layer.net)]
    if layer.combine is not None:
        pairs = ((name, j) for j in range(len(layer.net)) for name in layer.combine.terms(layer.groups, j))
        joined = [(outputs.get(name, name), j) for name, j in pairs]
    title = "output" if layer in wiring.output_layers else "hidden" if layer.combine is None else layer.combine.title
    normalised = [] if layer.norm is None else [layer.norm.fields.row.title]
    return LayerPlan(
        title,
        ", ".join([*normalised, *(name.replace("_", " ") for name in layer.function_names if layer.activated)]),
        tuple(_unit_plans(layer, errors)),
        layer.weights,
        tuple(outputs.get(name, name) for name in layer.senders),
        tuple(joined),
        tuple(name for name in layer.senders if name in wiring.constants),
    )


def _unit_plans(layer: Layer, errors: Mapping[str, str]) -> Iterator[UnitPlan]:
    biases = layer.biases or (None,) * len(layer.net)
    for net, out, bias in zip(layer.net, layer.out, biases, strict=True):
        yield UnitPlan(out, net if layer.activated and layer.senders else None, bias, errors[net])


def _parameters_of(layer: Layer) -> list[str]:
    return [*(name for row in layer.weights for name in row), *(layer.biases or ())]


def _each_once(rows: Sequence[TableRow]) -> tuple[TableRow, ...]:
    return tuple({row.cells: row for row in rows}.values())

"""A network in matrix notation read, and what is wrong between its loss, its training and its matrices."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from deepcalc.errors import Fault, FieldError, Location, did_you_mean, listed
from deepcalc.graph.graph import Letter
from deepcalc.kinds._arrays import as_array, shape_of_given
from deepcalc.kinds._losses import class_of, value_faults
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.layers import DropoutFields
from deepcalc.kinds.network.matrix.batches import batch_faults, updates_of
from deepcalc.kinds.network.matrix.losses import IN_MATRICES
from deepcalc.kinds.network.matrix.weighting import weight_faults
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.notation.array_nodes import numbers_in
from deepcalc.notation.shapes import Size, shape_text, size_text
from deepcalc.rules.losses import Loss

MOST_WORK = 20_000
"""Entries of parameters and samples, over all steps of a training."""


def read(fields: NetworkFields) -> MatrixWiring:
    """The wiring of a network; ``FieldError`` with everything that is wrong in its fields together."""
    wiring = MatrixWiring(fields)
    faults = [*wiring.faults, *_shape_faults(wiring), *_loss_faults(wiring), *_given_faults(wiring)]
    faults += [*_convention_faults(wiring), *_training_faults(wiring), *weight_faults(wiring, wiring.loss)]
    if faults:
        raise FieldError(faults)
    return wiring


def _shape_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is missing, and what does not fit from one layer to the next."""
    fields = wiring.fields
    for name, value in {"X": fields.X, "Y": fields.Y}.items():
        if value is None and (name == "X" or fields.loss is not None):
            what = "the samples" if name == "X" else "the targets, which a loss needs"
            yield Fault((name,), f"missing `{name}`: {what}, as a matrix or its sizes, {name}: 4 x 2")
        elif value is not None and len(shape_of_given(value)) not in (1, 2) and not (name == "Y" and wiring.has_labels):
            yield Fault((name,), f"`{name}` is a matrix, or a vector for a single sample, not {_said(value)}")
    if fields.Y is not None and fields.loss is None and not wiring.is_from_upstream:
        yield Fault(("Y",), "targets need a loss: `loss: mse`, say")
    if wiring.features is None:
        return
    for index, units in enumerate(wiring.units):
        biases = wiring.known[2 * index + 1]
        if biases in fields.weights and shape_of_given(fields.weights[biases]) not in wiring.shapes_of_biases(units):
            expected = f"a vector of {size_text(units)}, one entry for each unit of layer {index + 1}"
            yield Fault(("weights", biases), f"`{biases}` is {_said(fields.weights[biases])}; expected {expected}")
    if len(wiring.units) < len(wiring.layers):
        yield _unfit(wiring, len(wiring.units))


def _unfit(wiring: MatrixWiring, index: int) -> Fault:
    """Why the weights of a layer do not fit to what comes in."""
    weights, given = wiring.known[2 * index], wiring.fields.weights
    if weights not in given:
        return Fault(("weights",), f"missing `{weights}` in `weights`: the weights of layer {index + 1}")
    at, what = ("weights", weights), f"`{weights}` is {_said(given[weights])}"
    if len(shape_of_given(given[weights])) != 2:
        return Fault(at, f"{what}, but weights are a matrix: senders x units, or units x senders for columns")
    x = wiring.layers[index - 1].passed_on if index else wiring.inputs
    features = wiring.units[index - 1] if index else wiring.features
    assert features is not None
    product, side = (f"{x} {weights}", "rows") if wiring.as_rows else (f"{weights} {x}", "columns")
    found = shape_text(wiring.of_samples(features))
    return Fault(at, f"{what} and {x} {found}, so {product} does not fit: {size_text(features)} {side} are needed")


def _loss_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    fields, loss = wiring.fields.loss, wiring.loss
    if fields is None or loss is None:
        return
    at = ("loss", "function")
    if loss.name not in IN_MATRICES:
        yield Fault(at, f"{loss.title} is not written in matrices; there are {listed(IN_MATRICES)}")
    activation = wiring.layers[-1].activation
    if loss.outputs_of not in (None, activation):
        message = f"{loss.title} takes the outputs of {loss.outputs_of}; the last layer has {activation}"
        yield Fault(at, message)
    yield from fields.setting_faults(loss, ("loss",))
    if wiring.is_from_upstream:
        yield Fault(("upstream",), "give either a loss with its targets, or `upstream`, its derivative")
    yield from _target_faults(wiring, loss)


def _target_faults(wiring: MatrixWiring, loss: Loss) -> Iterator[Fault]:
    if wiring.has_labels:
        yield from _label_faults(wiring)
        return
    for value in wiring.target_entries:
        if loss.outputs_of is None:
            found = [*value_faults(loss, "targets", value, ("Y",))]
        else:
            outside = not 0 <= value.value <= 1
            found = [Fault(("Y",), f"a cross-entropy's targets are from 0 to 1, found {value.text}")] if outside else []
        if found:
            yield found[0]
            return


def _label_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is wrong with the numbers of the classes."""
    loss, outputs = wiring.fields.loss, wiring.outputs
    if loss is None:
        return
    if isinstance(wiring.fields.Y, Letter) or not isinstance(outputs, int):
        shape = shape_text(wiring.of_samples(outputs))
        yield Fault(("Y",), f"expected the shape of {wiring.output}, {shape}; numbers of classes are given as numbers")
        return
    entries = wiring.target_entries
    if wiring.samples is not None and len(entries) != wiring.samples:
        yield Fault(("Y",), f"expected the class of each of the {wiring.samples} samples, found {len(entries)}")
    for value in entries:
        if class_of(value, loss.first_class, outputs) is None:
            last = outputs - 1 + int(loss.first_class)
            message = f"expected the number of a class, from {loss.first_class} to {last}, found {value.text}"
            yield Fault(("Y",), message)
            return


def _given_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What does not fit the shapes of the layers: targets, what is given in their middle and from behind, masks."""
    fields = wiring.fields
    places = {name: index for index, layer in enumerate(wiring.layers) for name in (layer.net, layer.out)}
    for name in fields.given:
        if name not in places:
            near = did_you_mean(name, list(places)) or f"; there are {listed(places)}"
            yield Fault(("given", name), f"`{name}` is neither net inputs nor outputs of a layer{near}")
        elif places[name] < len(wiring.units):
            yield from _unlike(wiring, fields.given[name], name, wiring.units[places[name]], ("given", name))
    if len(wiring.units) == len(wiring.layers):
        for field, value in (("Y", None if wiring.has_labels else fields.Y), ("upstream", as_array(fields.upstream))):
            if value is not None:
                yield from _unlike(wiring, value, wiring.output, wiring.outputs, (field,))
    for index, units in enumerate(wiring.units):
        dropout = fields.layers[index].dropout
        if dropout is not None:
            yield from _mask_faults(wiring, dropout, units, ("layers", index, "dropout"))


def _unlike(wiring: MatrixWiring, value: Any, name: str, units: Size, at: Location) -> Iterator[Fault]:
    found, wanted = shape_of_given(value), wiring.of_samples(units)
    if found != wanted:
        yield Fault(at, f"expected the shape of {name}, {shape_text(wanted)}, not {shape_text(found)}")


def _mask_faults(wiring: MatrixWiring, dropout: DropoutFields, units: Size, at: Location) -> Iterator[Fault]:
    """A mask is one for all samples, or of the shape of the outputs."""
    if dropout.is_training == (dropout.mask is None):
        yield Fault(at, "training needs a `mask`" if dropout.is_training else "there is no mask at test time")
    if dropout.mask is None:
        return
    mask = as_array(dropout.mask)
    wanted = [(units,), wiring.of_samples(units)]
    if shape_of_given(mask) not in wanted:
        shapes = " or ".join(dict.fromkeys(map(shape_text, wanted)))
        yield Fault((*at, "mask"), f"expected a mask of {shapes}, not {shape_text(shape_of_given(mask))}")
    wrong = [entry.text for entry in numbers_in(mask) if entry.value not in (0, 1)]
    if wrong:
        yield Fault((*at, "mask"), f"expected 1 (kept) or 0 (dropped), found {wrong[0]}")


def _convention_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """Ways of writing that matrices have not."""
    fields = wiring.fields
    order = "x*w" if wiring.as_rows else "w*x"
    if "net_input" in fields.model_fields_set and order not in fields.net_input:
        other = "columns" if wiring.as_rows else "rows"
        written = "X W" if wiring.as_rows else "W X"
        message = (
            f"with samples as {fields.samples_as} a net input is {written}; `samples_as: {other}` has the other order"
        )
        yield Fault(("net_input",), message)
    for field, plain in (("weights", "old"), ("difference", None)):
        if getattr(fields.error_terms, field) != plain:
            yield Fault(("error_terms", field), "this is written in scalars: leave out `notation: matrix`")
    for name in wiring.error_names.values():
        if name in wiring.parameters or name in (wiring.inputs, wiring.given_targets):
            yield Fault(("error_terms", "name"), f"the name `{name}` is taken already; choose another one here")


def _training_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    fields = wiring.fields
    if isinstance(fields.train, list):
        for index, name in enumerate(fields.train):
            if name not in wiring.parameters:
                near = did_you_mean(name, list(wiring.parameters))
                yield Fault(("train", index), f"`{name}` is no weight or bias of the network{near}")
    if fields.penalty is not None:
        if fields.loss is None:
            yield Fault(("penalty",), "a penalty is added to a loss: give `loss: {function: …}`")
        yield from fields.penalty.setting_faults(("penalty",))
    optimizer = fields.optimizer
    if optimizer is None:
        return
    if wiring.loss_name is None:
        yield Fault(("optimizer",), "an optimizer needs a loss: give `loss: {function: …}`")
    yield from optimizer.setting_faults(("optimizer",))
    if optimizer.rule.point is not None:
        yield Fault(
            ("optimizer", "method"),
            "in matrix notation gradients are those at the parameters: give `look_ahead: false`",
        )
    yield from batch_faults(wiring)
    work = _work(wiring)
    if work > MOST_WORK:
        message = f"expected at most {MOST_WORK:,} entries of parameters and samples over all steps, found {work:,}"
        yield Fault(("optimizer", "steps"), message)


def _work(wiring: MatrixWiring) -> int:
    count = len(updates_of(wiring))
    if count == 1:
        return 0
    given = [wiring.fields.X, *wiring.fields.weights.values()]
    entries = sum(prod(size for size in shape_of_given(value) if isinstance(size, int)) for value in given)
    return entries * count


def _said(value: Any) -> str:
    shape = shape_of_given(value)
    if not shape:
        return "a letter without a size" if isinstance(value, Letter) else "a number"
    return shape_text(shape)

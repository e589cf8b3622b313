"""A network in matrix notation read, and what is wrong between its loss, its training and its matrices."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from deepcalc.errors import Fault, FieldError, Location, did_you_mean, listed
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._arrays import as_array, shape_of_given
from deepcalc.kinds._initial import drawn_faults
from deepcalc.kinds._losses import class_of, value_faults
from deepcalc.kinds._penalties import OTHERWISE_CALLED
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.layers import DropoutFields
from deepcalc.kinds.network.matrix.arrangement import MatrixLayer, ends
from deepcalc.kinds.network.matrix.batches import batch_faults, updates_of
from deepcalc.kinds.network.matrix.bounding import constraint_faults
from deepcalc.kinds.network.matrix.evaluating import stopping_faults, validation_faults
from deepcalc.kinds.network.matrix.initial import AT
from deepcalc.kinds.network.matrix.losses import DIVERGENCE, is_in_matrices
from deepcalc.kinds.network.matrix.mixed import unit_faults
from deepcalc.kinds.network.matrix.normalizing import norm_faults
from deepcalc.kinds.network.matrix.targets import Term
from deepcalc.kinds.network.matrix.weighting import weight_faults
from deepcalc.kinds.network.matrix.wiring import MatrixWiring, side_by_side
from deepcalc.kinds.network.structure import NO_DIFFERENCES, NO_ONE_UPDATE, UPDATED
from deepcalc.notation.array_nodes import numbers_in
from deepcalc.notation.shapes import Size, shape_text, size_text
from deepcalc.rules.updates import SETTING_NAMES

MOST_WORK = 20_000
"""Entries of parameters and samples, over all steps of a training."""


def read(fields: NetworkFields) -> MatrixWiring:
    """The wiring of a network; ``FieldError`` with everything that is wrong in its fields together."""
    wiring = MatrixWiring(fields)
    faults = [*wiring.faults, *_shape_faults(wiring), *unit_faults(wiring), *_end_faults(wiring)]
    faults += [*_loss_faults(wiring)]
    faults += [*_given_faults(wiring), *_class_faults(wiring)]
    faults += [*_convention_faults(wiring), *_training_faults(wiring), *weight_faults(wiring), *norm_faults(wiring)]
    faults += [*constraint_faults(wiring)]
    faults += [*validation_faults(wiring, _sample_faults), *drawn_faults(fields.initialization, AT)]
    if faults:
        raise FieldError(faults)
    return wiring


def _sample_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is wrong with samples, their targets and their weights."""
    yield from _shape_faults(wiring)
    yield from _loss_faults(wiring)
    yield from _given_faults(wiring)
    yield from weight_faults(wiring)


def _shape_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What is missing, and what does not fit from one layer to the next."""
    fields = wiring.fields
    if fields.X is None or len(shape_of_given(fields.X)) not in (1, 2):
        yield _no_matrix("X", "the samples", fields.X, ("X",))
    for term in {each.targets_at: each for each in wiring.terms}.values():
        if term.given is None or (len(shape_of_given(term.given)) not in (1, 2) and not term.has_labels):
            yield _no_matrix(str(term.targets_at[-1]), "the targets, which a loss needs", term.given, term.targets_at)
    yield from _owners_of_targets(wiring)
    if fields.Y is not None and not wiring.terms and not wiring.is_from_upstream:
        yield Fault(("Y",), "targets need a loss: `loss: mse`, say")
    if wiring.arrangement.features is None:
        return
    for index, (layer, units) in enumerate(zip(wiring.layers, wiring.units, strict=True)):
        sizes = wiring.sizes(layer)
        if units is None:
            if None not in sizes:
                yield _unfit(wiring, layer, index, [size for size in sizes if size is not None])
            return
        if layer.biases is not None and shape_of_given(wiring.parameters[layer.biases].value) not in (
            wiring.arrangement.of_units(units)
        ):
            parameter = wiring.parameters[layer.biases]
            expected = f"a vector of {size_text(units)}, one entry for each unit of layer {index + 1}"
            yield Fault(parameter.origin, f"`{parameter.origin[-1]}` is {_said(parameter.value)}; expected {expected}")


def _no_matrix(name: str, what: str, value: Any, at: Location) -> Fault:
    if value is None:
        return Fault(at[:1], f"missing `{name}`: {what}, as a matrix or its sizes, {name}: 4 x 2")
    return Fault(at, f"`{name}` is a matrix, or a vector for a single sample, not {_said(value)}")


def _owners_of_targets(wiring: MatrixWiring) -> Iterator[Fault]:
    """Targets by the names of layers, or not."""
    given, layers = wiring.fields.Y, {term.layer.name for term in wiring.terms}
    if isinstance(given, dict):
        for name in given if wiring.terms else ():
            if name not in layers:
                near = did_you_mean(name, list(layers)) or f"; losses are of {listed(sorted(layers))}"
                yield Fault(("Y", name), f"no loss is of `{name}`{near}")
    elif given is not None and len(layers) > 1:
        example = ", ".join(f"{name}: [[…]]" for name in sorted(layers))
        yield Fault(("Y",), f"each layer that a loss is of has targets of its own: Y: {{{example}}}")


def _unfit(wiring: MatrixWiring, layer: MatrixLayer, index: int, sizes: list[Size]) -> Fault:
    """Why the weights of a layer do not fit to what comes in, or what it takes up to each other."""
    arrays = listed(
        f"{name} {shape_text(wiring.of_samples(size))}" for name, size in zip(layer.arrays, sizes, strict=True)
    )
    if layer.combine is not None:
        message = f"{layer.combine.name} {layer.combine.meaning}, which does not fit {arrays}"
        return Fault(("layers", index, "combine"), message)
    features = side_by_side(sizes)
    if features is None:
        return Fault(("layers", index, "from"), f"what stands side by side has sizes that are numbers, unlike {arrays}")
    plain = f"W{layer.number}"
    if layer.weights not in wiring.parameters:
        hint = ", or `combine` in the layer" if len(sizes) > 1 else ""
        return Fault(("weights",), f"missing `{plain}` in `weights`: the weights of layer {index + 1}{hint}")
    value = wiring.parameters[str(layer.weights)].value
    at, what = ("weights", plain), f"`{plain}` is {_said(value)}"
    if len(shape_of_given(value)) != 2:
        return Fault(at, f"{what}, but weights are a matrix: senders x units, or units x senders for columns")
    x = layer.taken
    product, side = (f"{x} {plain}", "rows") if wiring.as_rows else (f"{plain} {x}", "columns")
    found = shape_text(wiring.of_samples(features))
    return Fault(at, f"{what} and {x} {found}, so {product} does not fit: {size_text(features)} {side} are needed")


def _end_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """Outputs that nothing takes up, and dropout of outputs of the network."""
    loose = ends(wiring.layers)
    for index, layer in enumerate(wiring.layers):
        if wiring.fields.layers[index].dropout is not None and layer in loose:
            yield Fault(
                ("layers", index, "dropout"),
                "the outputs of the network are not dropped; dropout is for layers before the last one",
            )
        if wiring.fields.losses is not None and layer in loose and layer not in wiring.output_layers:
            yield Fault(("layers", index), f"no loss is of `{layer.name}`, and no other layer takes it up")
    if wiring.is_from_upstream and len(loose) > 1:
        several = listed(f"`{layer.name}`" for layer in loose)
        yield Fault(
            ("upstream",), f"nothing takes up {several}: `upstream` is of one array, so `combine` them in a layer"
        )
    if wiring.fields.loss is not None and len(loose) > 1:
        several = listed(f"`{layer.name}`" for layer in loose)
        message = f"nothing takes up {several}: give `losses`, each `of` one of them, or `combine` them in a layer"
        yield Fault(("loss",), message)


def _loss_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    if wiring.fields.loss is not None and wiring.fields.losses is not None:
        yield Fault(("losses",), "give either `loss` or `losses`")
    for term in wiring.terms:
        loss, at = term.loss, (*term.at, "function")
        if loss.root and wiring.fields.losses is not None and wiring.samples is not None:
            yield Fault(at, f"{loss.name} is the root of a mean over all samples, so it is no loss beside others")
        if not is_in_matrices(loss):
            yield Fault(at, f"{loss.title} is written in scalars, sample by sample: leave out `notation` for it")
        if loss.name == DIVERGENCE and (term.has_labels or any(value.value <= 0 for value in term.entries)):
            message = (
                "a divergence is written of targets above 0; with zeros among them take the `cross_entropy`, which "
            )
            yield Fault(term.targets_at, f"{message}is greater by their entropy (0 of one-hot targets)")
        if loss.of_class and term.outputs == 1:
            yield Fault(at, f"{loss.title} needs an output for each class, so two or more")
        elif loss.of_class and not term.has_labels and not isinstance(term.given, Letter) and not term.is_one_hot:
            message = "expected the number of each sample's true class, or rows of 0 and a 1 at the class"
            yield Fault(term.targets_at, message)
        activation = term.layer.activation
        if loss.outputs_of not in (None, activation):
            where = "the last layer" if wiring.fields.losses is None else f"layer `{term.layer.name}`"
            yield Fault(at, f"{loss.title} takes the outputs of {loss.outputs_of}; {where} has {activation}")
        yield from term.fields.setting_faults(loss, term.at)
        if wiring.is_from_upstream:
            yield Fault(("upstream",), "give either a loss with its targets, or `upstream`, its derivative")
        yield from _label_faults(wiring, term) if term.has_labels else _target_faults(term)


def _target_faults(term: Term) -> Iterator[Fault]:
    at = term.targets_at
    for value in term.entries:
        if term.loss.outputs_of is None:
            found = [*value_faults(term.loss, "targets", value, at)]
        else:
            outside = not 0 <= value.value <= 1
            found = [Fault(at, f"a cross-entropy's targets are from 0 to 1, found {value.text}")] if outside else []
        if found:
            yield found[0]
            return


def _label_faults(wiring: MatrixWiring, term: Term) -> Iterator[Fault]:
    """What is wrong with the numbers of the classes."""
    outputs, at, first = term.outputs, term.targets_at, term.fields.first_class
    if isinstance(term.given, Letter) or not isinstance(outputs, int):
        shape = shape_text(wiring.of_samples(outputs))
        yield Fault(at, f"expected the shape of {term.layer.out}, {shape}; numbers of classes are given as numbers")
        return
    if wiring.samples is not None and len(term.entries) != wiring.samples:
        yield Fault(at, f"expected the class of each of the {wiring.samples} samples, found {len(term.entries)}")
    for value in term.entries:
        if class_of(value, first, outputs) is None:
            last = outputs - 1 + int(first)
            yield Fault(at, f"expected the number of a class, from {first} to {last}, found {value.text}")
            return


def _given_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """What does not fit the shapes of the layers: targets, what is given in their middle and from behind, masks."""
    fields = wiring.fields
    places = {name: index for index, layer in enumerate(wiring.layers) for name in (layer.net, layer.out)}
    for name in fields.given:
        units = wiring.units[places[name]] if name in places else None
        if name not in places:
            near = did_you_mean(name, list(places)) or f"; there are {listed(places)}"
            yield Fault(("given", name), f"`{name}` is neither net inputs nor outputs of a layer{near}")
        elif units is not None:
            yield from _unlike(wiring, fields.given[name], name, units, ("given", name))
    for term in wiring.terms:
        if term.given is not None and not term.has_labels and term.outputs != 0:
            yield from _unlike(wiring, term.given, term.layer.out, term.outputs, term.targets_at)
    last = wiring.units[-1]
    if isinstance(wiring.upstream, dict):
        yield Fault(("upstream",), f"expected the derivative by the outputs, {{{wiring.outputs[-1]}: [[0.1, -0.3]]}}")
    elif wiring.is_from_upstream and last is not None:
        yield from _unlike(wiring, wiring.upstream, wiring.outputs[-1], last, ("upstream",))
    for index, units in enumerate(wiring.units):
        dropout = fields.layers[index].dropout
        if dropout is not None and units is not None:
            yield from _mask_faults(wiring, dropout, units, ("layers", index, "dropout"))


def _unlike(wiring: MatrixWiring, value: Any, name: str, units: Size, at: Location) -> Iterator[Fault]:
    found, wanted = shape_of_given(value), wiring.of_samples(units)
    if found != wanted:
        yield Fault(at, f"expected the shape of {name}, {shape_text(wanted)}, not {shape_text(found)}")


def _mask_faults(wiring: MatrixWiring, dropout: DropoutFields, units: Size, at: Location) -> Iterator[Fault]:
    """A mask is one for all samples, or of the shape of the outputs."""
    yield from (Fault(at, message) for message in dropout.setting_faults())
    if dropout.mask is None:
        return
    if dropout.has_mask_for_each and len({shape_of_given(as_array(row)) for row in dropout.mask or ()}) > 1:
        yield Fault((*at, "mask"), "the rows of a mask are of equal length")
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
    is_of_updated = fields.error_terms.weights == UPDATED
    if is_of_updated and (fields.optimizer is None or fields.optimizer.may_stop or len(updates_of(wiring)) > 1):
        yield Fault(("error_terms", "weights"), NO_ONE_UPDATE)
    if fields.error_terms.difference is not None and not any(term.difference for term in wiring.terms):
        yield Fault(("error_terms", "difference"), NO_DIFFERENCES)
    for name in wiring.error_names.values():
        if name in (*wiring.parameters, wiring.inputs, *(term.given_targets for term in wiring.terms)):
            yield Fault(("error_terms", "name"), f"the name `{name}` is taken already; choose another one here")


def _class_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """An accuracy of other than one loss's targets, of one sample, or of targets that are no classes."""
    fields, at = wiring.fields.classify, ("classify", "accuracy")
    if fields is None or fields.accuracy is None:
        return
    if len(wiring.terms) != 1:
        yield Fault(at, "an accuracy needs the targets of a `loss`")
        return
    (term,) = wiring.terms
    if not isinstance(wiring.samples, int):
        yield Fault(at, "an accuracy is the share of several samples, whose number is known")
    elif not (term.is_zero_one if wiring.units[-1] == 1 else term.has_labels or term.is_one_hot):
        yield Fault(at, "the class is held against the targets, which have to be 0 and 1")


def _training_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    fields = wiring.fields
    if isinstance(fields.train, list):
        for index, name in enumerate(fields.train):
            if name not in wiring.parameters:
                near = did_you_mean(name, list(wiring.parameters))
                yield Fault(("train", index), f"`{name}` is no weight or bias of the network{near}")
    if fields.penalty is not None:
        if not wiring.terms:
            yield Fault(("penalty",), "a penalty is added to a loss: give `loss: {function: …}`")
        yield from fields.penalty.setting_faults(("penalty",))
    optimizer = fields.optimizer
    if optimizer is None:
        return
    if wiring.loss_name is None:
        yield Fault(("optimizer",), "an optimizer needs a loss: give `loss: {function: …}`")
    yield from optimizer.setting_faults(("optimizer",))
    of_penalty = set() if fields.penalty is None else {*fields.penalty.names()}
    for name in sorted(of_penalty.intersection(SETTING_NAMES[field] for field in optimizer.settings())):
        yield Fault(("optimizer",), f"the name `{name}` is taken already; {OTHERWISE_CALLED}")
    averages = any(layer.norm is not None and layer.norm.averages for layer in wiring.layers)
    if optimizer.rule.point is not None and averages:
        message = "running averages go with gradients at the parameters: give `look_ahead: false`"
        yield Fault(("optimizer", "method"), message)
    yield from batch_faults(wiring)
    yield from stopping_faults(wiring)
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

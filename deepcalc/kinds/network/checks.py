"""A network read: its wiring, and what is wrong between its parts, all of it together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deepcalc.errors import Fault, FieldError, Location, did_you_mean
from deepcalc.kinds._initial import drawn_faults
from deepcalc.kinds._losses import one_hot, value_faults
from deepcalc.kinds._penalties import OTHERWISE_CALLED
from deepcalc.kinds._stopping import BEST, LIMIT, RESTORED, WAIT
from deepcalc.kinds.network.classes import accuracy_names, class_faults
from deepcalc.kinds.network.constraining import bounds, constraint_faults
from deepcalc.kinds.network.evaluating import validation_faults
from deepcalc.kinds.network.fields import NetworkFields, OptimizerFields
from deepcalc.kinds.network.initial import AT, initial_names
from deepcalc.kinds.network.losses import difference_names
from deepcalc.kinds.network.naming import error_names
from deepcalc.kinds.network.normalizing import running_statistics
from deepcalc.kinds.network.stopping import DELTA, PATIENCE
from deepcalc.kinds.network.structure import NO_DIFFERENCES, NO_ONE_UPDATE, LossTerm
from deepcalc.kinds.network.weighting import weight_faults, weight_givens
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import Literal
from deepcalc.plan.plan import Chain
from deepcalc.rules.losses import Loss
from deepcalc.rules.updates import SETTING_NAMES

MOST_WORK = 20_000
"""Gradients of single parameters by single samples, over all steps of a training."""

_NEEDED = {
    "sigmoid": "needs sigmoid outputs (probabilities)",
    "softmax": "needs a softmax output",
    "identity": "takes logits",
}
"""What a loss says of the outputs that it takes, by their activation."""


def read(fields: NetworkFields) -> Wiring:
    """The wiring of a network; ``FieldError`` with everything that is wrong in its fields together."""
    missing = [
        index
        for index, layer in enumerate(fields.layers)
        if layer.weights is None and layer.combine is None and not (index == 0 and fields.begins_in_the_middle)
    ]
    if missing:
        message = (
            "missing `weights`: those of the layer's units; a layer without weights has `combine`, or is the first "
            "one, without `inputs`, and has all of its net inputs in `given`"
        )
        raise FieldError([Fault(("layers", index), message) for index in missing])
    wiring = Wiring(fields)
    faults = [*wiring.faults, *_loss_faults(wiring), *_name_faults(wiring)]
    faults += [*wiring.names.unused(faults), *_training_faults(wiring), *_penalty_faults(wiring)]
    faults += [*_upstream_faults(wiring), *_given_faults(wiring), *_class_faults(wiring), *class_faults(wiring)]
    faults += [
        *weight_faults(wiring),
        *_convention_faults(wiring),
        *constraint_faults(wiring),
        *drawn_faults(fields.initialization, AT),
        *validation_faults(wiring, _loss_faults),
    ]
    if faults:
        raise FieldError(faults)
    return wiring


def _loss_faults(wiring: Wiring) -> Iterator[Fault]:
    """What is wrong with losses after the activations of their layers, and with their targets."""
    fields = wiring.fields
    if fields.loss is not None and fields.losses is not None:
        yield Fault(("losses",), "give either `loss` or `losses`")
    for term in wiring.terms:
        loss, activation = term.loss, term.layer.activation
        if loss.outputs_of not in (None, activation):
            message = f"{loss.title} {_NEEDED[str(loss.outputs_of)]}; {_which(wiring, term)} has {activation}"
            yield Fault((*term.at, "function"), message)
        yield from term.fields.setting_faults(loss, term.at)
        if loss.root and fields.losses is not None and fields.samples is not None:
            message = f"{loss.name} is the root of a mean over all samples, so it is no loss beside others"
            yield Fault((*term.at, "function"), message)
        if term.fields.label_smoothing is not None and any(sample.noise for sample in wiring.samples):
            yield Fault((*term.at, "label_smoothing"), "targets are smoothed or have noise, not both")
        if loss.of_class and len(term.targets) < 2:
            yield Fault((*term.at, "function"), f"{loss.title} needs an output for each class, so two or more")
            continue
        for index, sample in enumerate(wiring.samples):
            where: Location = ("targets",) if fields.samples is None else ("samples", index, "targets")
            own = {name: sample.meant(name) for name in term.targets if name in sample.targets}
            yield from _target_faults(loss, own, where)


def _convention_faults(wiring: Wiring) -> Iterator[Fault]:
    """What the conventions of error terms need."""
    fields, at = wiring.fields, ("error_terms",)
    if fields.error_terms.weights == "updated":
        if fields.optimizer is None or fields.optimizer.updates(len(wiring.samples)) > 1 or fields.optimizer.may_stop:
            yield Fault((*at, "weights"), NO_ONE_UPDATE)
        if fields.chain is Chain.PATHS:
            yield Fault((*at, "weights"), "errors by updated weights are no derivatives: give `chain: errors`")
    if fields.error_terms.difference is not None and not any(difference_names(wiring, term) for term in wiring.terms):
        yield Fault((*at, "difference"), NO_DIFFERENCES)


def _class_faults(wiring: Wiring) -> Iterator[Fault]:
    if wiring.fields.classify is not None and len(wiring.output_layers) > 1:
        yield Fault(("classify",), "there is a class of the outputs of one layer, not of several layers")


def _which(wiring: Wiring, term: LossTerm) -> str:
    return "the last layer" if wiring.fields.losses is None else f"layer `{term.layer.name}`"


def _target_faults(loss: Loss, named: Mapping[str, Any], where: Location) -> Iterator[Fault]:
    values = list(named.values())
    for name, value in named.items():
        if loss.outputs_of is None:
            yield from value_faults(loss, "targets", value, where)
        elif isinstance(value, Literal) and not 0 <= value.value <= 1:
            yield Fault(where, f"a cross-entropy's targets are from 0 to 1; {name} is {value.text}")
    if loss.of_class and one_hot(values) is None:
        yield Fault(where, "expected the number of the true class, or a one-hot list such as [0, 1, 0]")
    known = [value.value for value in values if isinstance(value, Literal)]
    is_known = len(known) == len(values)
    if loss.outputs_of == "identity" and loss.targets.sums_to_one and is_known and sum(known) != 1:
        yield Fault(where, f"the targets of a sample sum to 1; these sum to {float(sum(known)):g}")


def _name_faults(wiring: Wiring) -> Iterator[Fault]:
    """The names of the loss, the learning rate, the class and the error terms are names of their own."""
    taken = {*wiring.unit_names, *wiring.parameters, *wiring.target_names, *wiring.constants}
    for name, location in _other_names(wiring):
        if name in taken:
            yield Fault(location, f"the name `{name}` is taken already; {_way_out(wiring, name, location)}")
        taken.add(name)


def _way_out(wiring: Wiring, name: str, location: Location) -> str:
    """What to do about a name that is taken: the numbers of a penalty and of a method cannot be called otherwise."""
    penalty = wiring.fields.penalty
    if location == ("optimizer",) and penalty is not None and name in penalty.names():
        return OTHERWISE_CALLED
    is_fixed = location[0] in ("optimizer", "penalty") and location[-1] not in ("symbol", "total")
    return "it is fixed here, so rename what else has it" if is_fixed else "choose another one here"


def _other_names(wiring: Wiring) -> Iterator[tuple[str, Location]]:
    fields = wiring.fields
    yield from _names_of_losses(wiring)
    if fields.losses is not None:
        yield fields.total_loss, ("total_loss",)
    for quantity in (*weight_givens(wiring), *bounds(wiring.fields)):
        yield quantity.name, quantity.origin
    for term in wiring.terms:
        for name in difference_names(wiring, term):
            yield name, ("error_terms", "difference")
    if wiring.is_from_upstream:
        yield str(wiring.loss_name), ("upstream",)
    for name in initial_names(wiring):
        yield name, AT
    yield from _names_of_penalty(fields)
    yield from _names_of_training(fields)
    yield from _names_of_classes(fields)
    for index, layer in enumerate(fields.layers):
        for j, name in enumerate(layer.errors or ()):
            yield name, ("layers", index, "errors", j)


def _names_of_penalty(fields: NetworkFields) -> Iterator[tuple[str, Location]]:
    if fields.penalty is not None:
        yield fields.penalty.total, ("penalty", "total")
        for name in fields.penalty.names():
            yield name, ("penalty",)


def _names_of_classes(fields: NetworkFields) -> Iterator[tuple[str, Location]]:
    if fields.classify is not None:
        yield fields.classify.name, ("classify", "name")
        yield from ((name, ("classify", "accuracy")) for name in accuracy_names(fields.classify))


def _names_of_losses(wiring: Wiring) -> Iterator[tuple[str, Location]]:
    for term in wiring.terms:
        yield term.name, (*term.at, "name")
        for quantity in term.fields.quantities(term.loss, term.at):
            yield quantity.name, quantity.origin
        for line in term.loss.lines:
            yield line.head, term.at


def _names_of_training(fields: NetworkFields) -> Iterator[tuple[str, Location]]:
    optimizer = fields.optimizer
    if optimizer is None:
        return
    yield optimizer.symbol, ("optimizer", "symbol")
    for field in optimizer.settings():
        if field != "learning_rate":
            yield SETTING_NAMES[field], ("optimizer",)
    if optimizer.early_stopping is not None:
        yield from ((name, ("optimizer", "early_stopping")) for name in (PATIENCE, DELTA, BEST, WAIT, LIMIT, RESTORED))


def _training_faults(wiring: Wiring) -> Iterator[Fault]:
    fields = wiring.fields
    if fields.optimizer:
        if wiring.loss_name is None:
            yield Fault(("optimizer",), "an optimizer needs a loss: give `loss: {function: …}`")
        if wiring.is_from_upstream and fields.optimizer.updates(len(wiring.samples)) > 1:
            yield Fault(("optimizer",), "`upstream` holds at the first values alone, so there is one update")
        yield from fields.optimizer.setting_faults(("optimizer",))
        yield from _course_faults(wiring, fields.optimizer)
    if isinstance(fields.train, list):
        for index, name in enumerate(fields.train):
            if name not in wiring.parameters:
                known = did_you_mean(name, list(wiring.parameters))
                yield Fault(("train", index), f"`{name}` is no weight or bias of the network{known}")


def _course_faults(wiring: Wiring, optimizer: OptimizerFields) -> Iterator[Fault]:
    samples = len(wiring.samples)
    yield from optimizer.course_faults(samples)
    if optimizer.rule.point is not None and any(True for _ in running_statistics(wiring)):
        message = "running averages go with gradients at the parameters: give `look_ahead: false`"
        yield Fault(("optimizer", "method"), message)
    if optimizer.batch_size != "all":
        for term in wiring.terms:
            if term.loss.root:
                yield Fault(("optimizer", "batch_size"), f"{term.loss.name} is the root of a mean over all samples")
        yield from _batch_faults(wiring)
    updates = optimizer.updates(samples)
    each = samples if optimizer.batch_size == "all" else min(optimizer.batch_size, samples)
    work = updates * each * len(wiring.parameters)
    if updates > 1 and work > MOST_WORK:
        found = f"{work:,} for {updates} steps"
        message = f"expected at most {MOST_WORK:,} gradients of parameters by samples, found {found}"
        yield Fault(("optimizer", "epochs" if optimizer.epochs else "steps"), message)


def _batch_faults(wiring: Wiring) -> Iterator[Fault]:
    """What mini-batches need whose samples are normalised together."""
    if not wiring.batch_by_batch:
        return
    if not wiring.unlike_at_test_time:
        message = (
            "mini-batches have statistics of their own, so that the outputs of all samples are known at test time "
            "alone: give `momentum` and what the running averages begin with, or `batch_size: all`"
        )
        yield Fault(("optimizer", "batch_size"), message)
    if any(batch is not None and len(batch) < 2 for batch in wiring.batches):
        yield Fault(("optimizer", "batch_size"), "the statistics of a batch need two samples or more in each batch")


def _upstream_faults(wiring: Wiring) -> Iterator[Fault]:
    fields = wiring.fields
    owners = [(("upstream",), fields.upstream)] if fields.samples is None else [
        (("samples", index, "upstream"), sample.upstream) for index, sample in enumerate(fields.samples)
    ]  # fmt: skip
    for location, upstream in owners:
        has_loss = fields.loss is not None or fields.losses is not None or fields.targets is not None
        if upstream is not None and has_loss:
            yield Fault(location, "give either a loss with its targets, or `upstream`, which stands for its derivative")
    if fields.samples is not None and fields.upstream is not None:
        yield Fault(("upstream",), "with `samples`, each sample has its own upstream gradient")


def _given_faults(wiring: Wiring) -> Iterator[Fault]:
    fields = wiring.fields
    units = [name for layer in wiring.layers for name in dict.fromkeys((*layer.net, *layer.out))]
    errors = {error: net for net, error in error_names(wiring, fields.error_terms.name).items()}
    for name in fields.given:
        if name in errors:
            message = (
                f"an error term is the derivative by a net input: give `upstream: {{{errors[name]}: …}}` to a network "
                "that ends there, with a last layer without `out`"
            )
            yield Fault(("given", name), message)
        elif name not in units:
            known = did_you_mean(name, units) or f"; the units have {', '.join(units)}"
            yield Fault(("given", name), f"`{name}` is neither net input nor output of a unit{known}")
    for index, layer in enumerate(wiring.layers):
        if layer.norm is not None and any(name in fields.given for name in (*layer.net, *layer.out)):
            yield Fault(("layers", index, "norm"), "the units of a normalised layer are not given")
    if fields.given and fields.samples is not None:
        yield Fault(("given",), "activations are given of one sample; leave out `samples`")
    if fields.given and fields.optimizer is not None and fields.optimizer.updates(1) > 1:
        yield Fault(("given",), "given activations hold at the first values alone, so there is one update")


def _penalty_faults(wiring: Wiring) -> Iterator[Fault]:
    penalty = wiring.fields.penalty
    if penalty is None:
        return
    if not wiring.terms:
        yield Fault(("penalty",), "a penalty is added to a loss: give `loss: {function: …}`")
    yield from penalty.setting_faults(("penalty",))

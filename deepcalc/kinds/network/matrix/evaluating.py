"""Passes at test time, of validation samples or of the training's own: ``val.L@3``, ``test.P@3``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from deepcalc.errors import Fault
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.matrix.batches import Stage
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.notation import BatchFields
from deepcalc.kinds.network.matrix.samples import sample_givens, target_lines
from deepcalc.kinds.network.matrix.weighting import COUNTED, OF_SAMPLES, weight_givens
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.test_time import TEST, TITLES, VALIDATION, at_test_time
from deepcalc.notation.nodes import Name, names_in
from deepcalc.rules.losses.row import MEAN, WEIGHTED_MEAN

OF_NO_ALL = "batches that are normalised by themselves have no loss of all samples"


@dataclass(frozen=True)
class Evaluation:
    """Forward passes at test time in the course of a training; ``wiring`` is that of the training."""

    prefix: str
    wiring: MatrixWiring

    @cached_property
    def own(self) -> MatrixWiring:
        """The network at test time, of the samples that it is evaluated with."""
        return wiring_of(self.prefix, self.wiring.fields)

    def loss(self, time: int) -> str:
        """The loss of all its samples after so many updates."""
        return self._stage(time).name(str(self.own.loss_name))

    def _stage(self, time: int) -> Stage:
        return Stage(time, prefix=self.prefix, title=TITLES[self.prefix])

    def named(self, name: str) -> str:
        """What an array of the samples is called, whatever the parameters are."""
        return f"{self.prefix}.{name}" if self.prefix == VALIDATION else name

    def add_givens(self, writer: ArrayWriter) -> None:
        """The samples that are not trained on, their targets and weights, in names of their own."""
        if self.prefix != VALIDATION:
            return
        weights = (each for each in weight_givens(self.own) if each.name == OF_SAMPLES)
        for given in (*sample_givens(self.own), *weights):
            at, section = ("validation", *given.origin), f"Validation {given.section.lower()}"
            writer.given(self.named(given.name), given.given, at, section)
        for line in target_lines(self.own):
            own = {Name(name): Name(self.named(name)) for name in names_in(line.definition)}
            own = {name: new for name, new in own.items() if new.name in writer.graph}
            formula, section = line.definition.xreplace(own), f"Validation {line.section.lower()}"
            writer.add_quantity(replace(line, name=self.named(line.name), formula=formula, section=section))

    def pass_at(self, writer: ArrayWriter, time: int) -> Pass:
        """The pass with the parameters after so many updates, to which nothing is added yet."""
        targets = [name for term in self.own.terms for name in term.names_of_targets]
        known = {name: timed(name, time) for name in self.wiring.trained}
        known |= {name: self.named(name) for name in (self.own.inputs, *targets, OF_SAMPLES, COUNTED)}
        for layer in self.wiring.layers:
            averages = {} if layer.norm is None else layer.norm.averages
            known |= {statistic: timed(average, time) for statistic, average in averages.items()}
        return Pass(self.own, writer, self._stage(time), known)


def prefixes(wiring: MatrixWiring) -> tuple[str, ...]:
    """What there is to evaluate in a training."""
    fields = wiring.fields
    tests = fields.optimizer is not None and wiring.unlike_at_test_time and bool(wiring.terms) and not fields.given
    return ((VALIDATION,) if fields.validation is not None else ()) + ((TEST,) if tests else ())


def stopping_faults(wiring: MatrixWiring) -> Iterator[Fault]:
    """A training that may stop early without a loss to judge by."""
    optimizer = wiring.fields.optimizer
    if optimizer is None or not optimizer.may_stop or prefixes(wiring):
        return
    at = ("optimizer", "until" if optimizer.until is not None else "early_stopping")
    if wiring.is_from_upstream:
        yield Fault(at, f"a derivative alone tells no loss to judge by: leave out `{at[-1]}`")
    elif wiring.batch_by_batch:
        yield Fault(at, f"{OF_NO_ALL} to judge by: leave out `{at[-1]}`, or say `batch_size: all`")


def wiring_of(prefix: str, fields: NetworkFields) -> MatrixWiring:
    """The wiring of the passes at test time."""
    own, further = at_test_time(fields), fields.validation
    if prefix == VALIDATION and isinstance(further, BatchFields):
        changed: dict[str, Any] = {"X": further.X, "Y": further.Y, "sample_weights": further.sample_weights}
        if further.sample_weights is None and fields.class_weights is None and fields.reduction == WEIGHTED_MEAN:
            changed["reduction"] = MEAN  # of weights of 1 each
        own = own.model_copy(update=changed)
    return MatrixWiring(own)


def validation_faults(wiring: MatrixWiring, in_samples: Callable[[MatrixWiring], Iterable[Fault]]) -> Iterator[Fault]:
    """What is wrong with the validation samples; ``in_samples`` tells what is with samples, targets and weights."""
    fields, at = wiring.fields, ("validation",)
    if fields.validation is None:
        return
    if fields.optimizer is None or not wiring.terms:
        yield Fault(at, "validation samples go with a training: give a `loss` and an `optimizer`")
        return
    if fields.given:
        yield Fault(at, "given activations are those of the training samples; leave out `given`")
        return
    for index, layer in enumerate(wiring.layers):
        if layer.norm is not None and layer.norm.joins_samples and not layer.norm.averages:
            message = "validation samples are normalised by running averages: give `momentum` and what they begin with"
            yield Fault(("layers", index, "norm"), message)
            return
    found = wiring_of(VALIDATION, fields)
    if found.arrangement.features != wiring.arrangement.features or (found.samples is None) != (wiring.samples is None):
        yield Fault((*at, "X"), "expected as many numbers for each sample as in X of the training, in the same order")
        return
    known = [*wiring.faults, *in_samples(wiring)]
    for fault in (*found.faults, *in_samples(found)):
        if fault not in known:
            where = fault.location if fault.location[:1] in (("X",), ("Y",), ("sample_weights",)) else ()
            yield replace(fault, location=(*at, *where))

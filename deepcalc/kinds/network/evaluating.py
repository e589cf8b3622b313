"""Passes at test time, of validation samples or of the training's own: without masks, by running averages.

Their quantities go by names of their own: ``val.L@3`` is the loss of the validation samples after three updates,
``test.o:1@3`` the output of the first training sample then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import Fault
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.network.normalizing import running, running_statistics
from deepcalc.kinds.network.steps import Stage, repeated
from deepcalc.kinds.network.test_time import TEST, TITLES, VALIDATION, at_test_time
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import name_parts
from deepcalc.records import record


@record
class Evaluation:
    """Forward passes at test time: those with the initial parameters, by whose names the later ones go.

    ``kept`` are the names of running averages by those of the statistics for which they stand.
    """

    prefix: str
    wiring: Wiring
    graph: Graph
    kept: tuple[tuple[str, str], ...]
    trained: Sequence[str]

    def stage(self, time: int) -> Stage:
        return Stage(time, self.prefix)

    def name(self, name: str, time: int) -> str:
        """What a quantity is called after so many updates."""
        return self.stage(time).name(name)

    @property
    def loss(self) -> str:
        """The loss of all its samples before the first update."""
        return str(self.wiring.loss_name)

    def givens(self) -> Iterator[Quantity]:
        """The inputs and targets of samples that are not trained on."""
        for quantity in self.graph:
            if self._is_own(quantity) and quantity.given is not None:
                at = quantity.origin
                origin = ("validation", *at[1:]) if at[:1] == ("samples",) else ("validation",)
                named, section = f"{self.prefix}.{quantity.name}", f"Validation {quantity.section.lower()}"
                yield replace(quantity, name=named, section=section, origin=origin)

    def passes(self, time: int) -> Iterator[Quantity]:
        """The passes with the parameters after so many updates."""
        renamed = {name: timed(name, time) for name in self.trained}
        renamed |= {statistic: timed(average, time) for statistic, average in self.kept}
        for quantity in self.graph:
            if quantity.formula is not None:
                renamed[quantity.name] = self.name(quantity.name, time)
            elif self._is_own(quantity):
                renamed[quantity.name] = f"{self.prefix}.{quantity.name}"
        formulas = (quantity for quantity in self.graph if quantity.formula is not None)
        when = f" after update {time}" if time else ""
        yield from repeated(formulas, renamed, lambda section: f"{section} ({TITLES[self.prefix]}){when}")

    def _is_own(self, quantity: Quantity) -> bool:
        """Whether it is given of a sample that is not trained on."""
        own = name_parts(quantity.name)
        return self.prefix == VALIDATION and own is not None and own.sample is not None


def kept_averages(wiring: Wiring) -> tuple[tuple[str, str], ...]:
    """The running averages of a training by the statistics for which they stand at test time."""
    return tuple((statistic, running(statistic)) for statistic in running_statistics(wiring))


def prefixes(wiring: Wiring) -> tuple[str, ...]:
    """What there is to evaluate in a training."""
    fields = wiring.fields
    tests = fields.optimizer is not None and wiring.unlike_at_test_time and bool(wiring.terms) and not fields.given
    return ((VALIDATION,) if fields.validation_samples is not None else ()) + ((TEST,) if tests else ())


def wiring_of(prefix: str, fields: NetworkFields) -> Wiring:
    """The wiring of the passes at test time."""
    if prefix == TEST:
        return Wiring(at_test_time(fields))
    own = {"samples": fields.validation_samples, "inputs": None, "targets": None}
    return Wiring(at_test_time(fields).model_copy(update=own))


def validation_faults(wiring: Wiring, in_losses: Callable[[Wiring], Iterable[Fault]]) -> Iterator[Fault]:
    """What is wrong with the validation samples; ``in_losses`` tells what is with their targets."""
    fields, at = wiring.fields, ("validation",)
    samples = fields.validation_samples
    if samples is None:
        return
    if fields.optimizer is None or not wiring.terms:
        yield Fault(at, "validation samples go with a training: give a `loss` and an `optimizer`")
        return
    if fields.given:
        yield Fault(at, "given activations are those of one sample; leave out `given`")
        return
    for index, layer in enumerate(fields.layers):
        norm = layer.norm
        if norm is not None and norm.row.has_running and norm.mode == "train" and norm.momentum is None:
            message = "validation samples are normalised by running averages: give `momentum` and what they begin with"
            yield Fault(("layers", index, "norm"), message)
            return
    for index, sample in enumerate(samples):
        if sample.target_noise is not None:
            yield Fault((*at, index, "target_noise"), "noise is added to the targets of training samples alone")
    first = samples[0].inputs
    names = tuple(first) if isinstance(first, dict) else tuple(f"x{place}" for place in range(1, len(first) + 1))
    if names != wiring.inputs:
        yield Fault((*at, 0, "inputs"), f"expected the inputs of the training: {', '.join(wiring.inputs)}")
        return
    found = wiring_of(VALIDATION, fields)
    known = [*wiring.faults, *in_losses(wiring)]
    for fault in (*found.faults, *in_losses(found)):
        if fault not in known:
            where = fault.location[1:] if fault.location[:1] == ("samples",) else ()
            yield replace(fault, location=(*at, *where))

"""The predicted class of each sample, and the share of the samples in whose class is that of their target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepcalc.errors import Fault
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds.network.fields import ClassFields
from deepcalc.kinds.network.structure import of_sample
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.nodes import ONE, ZERO, Call, Cases, Literal, Name, Node, Over, Relation, number, total

PREDICTION = "Prediction"
CORRECT = "correct"
"""1 for a sample whose class is that of its target, 0 for the others."""

Numbers = Sequence[int | None]


def predicted_class(wiring: Wiring, sample: int | None) -> Quantity:
    """Class 1 from the threshold up where there is one output; of several that of the largest, counted from 1."""
    fields = wiring.fields.classify
    assert fields is not None
    outputs = [Name(of_sample(output, sample)) for output in wiring.outputs]
    formula: Node = Call("argmax", *outputs)
    if len(outputs) == 1:
        formula = Cases(ONE, Relation(">=", outputs[0], fields.threshold), ZERO)
    return _told(of_sample(fields.name, sample), formula, "predicted class")


def accuracy(wiring: Wiring, numbers: Numbers) -> Iterator[Quantity]:
    """Which samples are in the class of their target, and their share, where that is asked for."""
    fields = wiring.fields.classify
    if fields is None or fields.accuracy is None:
        return
    for sample in numbers:
        targets = [Name(of_sample(name, sample)) for name in wiring.samples[(sample or 1) - 1].targets]
        own = targets[0] if len(targets) == 1 else Call("argmax", *targets)
        is_right = Relation("=", Name(of_sample(fields.name, sample)), own)
        yield _told(of_sample(CORRECT, sample), Cases(ONE, is_right, ZERO), "whether the class is right")
    right = total(*(Name(of_sample(CORRECT, sample)) for sample in numbers))
    yield _told(fields.accuracy, Over(right, number(len(numbers))), "share of the samples in the right class")


def _told(name: str, formula: Node, note: str) -> Quantity:
    return Quantity(name, formula, section=PREDICTION, group="classes", note=(note,), origin=("classify",))


def accuracy_names(fields: ClassFields) -> tuple[str, ...]:
    """The names that an accuracy gives to quantities of its own."""
    return () if fields.accuracy is None else (fields.accuracy, CORRECT)


def class_faults(wiring: Wiring) -> Iterator[Fault]:
    """An accuracy without samples, or of targets that are no classes."""
    fields, at = wiring.fields.classify, ("classify", "accuracy")
    if fields is None or fields.accuracy is None:
        return
    if wiring.fields.samples is None:
        yield Fault(at, "an accuracy is the share of several `samples`; of one there is the class alone")
        return
    for sample in wiring.samples:
        values = [*sample.targets.values()]
        if not values:
            yield Fault(at, "an accuracy needs the `targets` of every sample")
            return
        known = [each.value for each in values if isinstance(each, Literal)]
        if len(known) < len(values) or (len(values) == 1 and known[0] not in (0, 1)):
            yield Fault(at, "the class is held against the targets, which have to be 0 and 1")
            return

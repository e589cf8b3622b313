"""A loss problem read: the samples with their targets and predictions, by name, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._losses import beside, class_of, one_hot, value_faults
from deepcalc.kinds.loss.fields import LossFields, Reduction
from deepcalc.notation.names import NameParts, stem_of
from deepcalc.notation.nodes import Literal
from deepcalc.records import record
from deepcalc.rules.losses import SHORT_FOR, Loss
from deepcalc.rules.losses.domains import LABEL, PROBABILITY

ROUNDED_TO_ONE = Fraction(1, 20)
"""How far a sum of probabilities may be from 1: what a prediction shows is often rounded to a few places."""

HEADS: Mapping[str, str] = {
    "targets": "y", "predictions": "yhat", "first": "x", "second": "v", "anchor": "a", "positive": "p", "negative": "n",
}  # fmt: skip
"""The letters of names that are made, by field."""


@record
class Entry:
    """One target or prediction: its name, its value, and where it stands in the fields."""

    name: str
    value: Literal | Letter
    origin: Location


@record
class Sample:
    """One sample: its entries by field, and the place of its true class from 0, where there is one.

    ``is_numbered`` says that the target is the number of a class.
    """

    entries: Mapping[str, list[Entry]]
    true_class: int | None = None
    is_numbered: bool = False

    @property
    def outputs(self) -> list[Entry]:
        """The last of its sides: the predictions."""
        return list(self.entries.values())[-1]

    @property
    def all(self) -> list[Entry]:
        return [entry for entries in self.entries.values() for entry in entries]


@record
class Wiring:
    """The fields, the loss function in their conventions, and the samples."""

    fields: LossFields
    loss: Loss
    samples: list[Sample]

    @property
    def is_scalar(self) -> bool:
        """Whether every sample has one output, with a name of its own."""
        return all("." not in entry.name for sample in self.samples for entry in sample.all)

    @property
    def reduced_by(self) -> Reduction:
        return self.fields.reduction or (Reduction.SUM if self.loss.is_summed else Reduction.MEAN)

    @property
    def names(self) -> list[str]:
        """The name of each sample's loss: ``L1`` beside y1, ``L:1`` beside y.1:1, ``L`` where there is one sample."""
        name, count = self.fields.name, len(self.samples)
        if count == 1:
            return [name]
        return [f"{name}{number}" if self.is_scalar else f"{name}:{number}" for number in range(1, count + 1)]

    def class_weight(self, sample: Sample) -> str | None:
        """The name of the weight of a sample's class."""
        if self.fields.class_weights is None or sample.true_class is None:
            return None
        start = int(self.fields.first_class) if self.is_categorical else 0
        return f"w{sample.true_class + start}"

    @property
    def weights_of_classes(self) -> list[str]:
        """The names of the weights of all classes, in the order of the classes."""
        start = int(self.fields.first_class) if self.is_categorical else 0
        return [f"w{index}" for index, _ in enumerate(self.fields.class_weights or (), start=start)]

    def sample_weight(self, index: int) -> str | None:
        """The name of a sample's weight."""
        return None if self.fields.sample_weights is None else f"s{index + 1}"

    def weights(self) -> dict[str, tuple[Literal, Location]]:
        """The weights of classes that occur and of samples, by name: the value, and where it stands."""
        found: dict[str, tuple[Literal, Location]] = {}
        by_class = zip(self.weights_of_classes, self.fields.class_weights or (), strict=True)
        for index, (name, weight) in enumerate(by_class):
            found[name] = (weight, ("class_weights", index))
        for index, weight in enumerate(self.fields.sample_weights or ()):
            found[f"s{index + 1}"] = (weight, ("sample_weights", index))
        return found

    @property
    def is_merged(self) -> bool:
        """Whether squared errors of single outputs are put together in one sum."""
        is_weighted = self.fields.class_weights is not None or self.fields.sample_weights is not None
        return self.loss.factor is not None and self.is_scalar and not is_weighted

    def probabilities(self, sample: Sample) -> list[str]:
        """The names of what is made of a sample's logits, ``p.2:1`` of ``z.2:1``."""
        return self._beside("p", sample, lambda each: each.outputs)

    def smoothed_names(self, sample: Sample) -> list[str]:
        """The names of the smoothed targets, ``ytilde.2:1`` of ``y.2:1``."""
        head = f"{stem_of((entry.name for each in self.samples for entry in each.entries['targets']), 'y')}tilde"
        return self._beside(head, sample, lambda each: each.outputs if each.is_numbered else each.entries["targets"])

    def _beside(self, head: str, sample: Sample, entries: Callable[[Sample], list[Entry]]) -> list[str]:
        """Names with another head; with the whole name behind it where numbers do not tell them apart."""
        every = [beside(entry.name, head) for each in self.samples for entry in entries(each)]
        is_distinct = len(set(every)) == len(every)
        names = [entry.name for entry in entries(sample)]
        return [beside(name, head) if is_distinct else f"{head}_{name}" for name in names]

    def made_names(self) -> Iterator[str]:
        """The names of what is made of targets and predictions."""
        for sample in self.samples:
            yield from self.probabilities(sample) if self.fields.from_logits else ()
            yield from self.smoothed_names(sample) if self.fields.label_smoothing is not None else ()

    @property
    def is_categorical(self) -> bool:
        return self.loss.of_class or self.loss.targets.sums_to_one


def read(fields: LossFields) -> Wiring:
    """The samples; ``FieldError`` with everything that is wrong in the fields together."""
    is_categorical = any(_has_lists(side) for side in (fields.targets, fields.predictions))
    numbered = _is_number(fields.targets) and isinstance(fields.predictions, list)
    row = fields.row(is_categorical or (numbered and fields.function in SHORT_FOR))
    faults = list(fields.own_faults(row))
    if faults:
        raise FieldError(faults)
    samples = _samples(fields, row)
    zero_one = row.targets is LABEL and any(
        isinstance(entry.value, Literal) and entry.value.value == 0
        for sample in samples
        for entry in sample.entries["targets"]
    )
    loss = row.written_with(replace(fields.at(row), zero_one=zero_one))
    wiring = Wiring(fields, loss, samples)
    faults = list(_value_faults(wiring)) or list(_name_faults(wiring))
    if faults:
        raise FieldError(faults)
    return wiring


def _has_lists(value: Any) -> bool:
    items = list(value.values()) if isinstance(value, dict) else value
    return isinstance(items, list) and any(isinstance(item, list) for item in items)


def _is_number(value: Any) -> bool:
    return isinstance(value, Literal | Letter)


def _samples(fields: LossFields, row: Loss) -> list[Sample]:
    numbered = _is_numbered(fields, row)
    sides = {}
    for side in row.sides:
        one_sample = row.is_of_vectors and not (side == "targets" and (numbered or row.sides != sides_of_outputs))
        head = "z" if side == "predictions" and _are_logits(fields, row) else HEADS[side]
        sides[side] = _entries(side, getattr(fields, side), head, one_sample)
    counts = {side: len(found) for side, found in sides.items()}
    first = next(iter(counts))
    for side, count in counts.items():
        if count != counts[first]:
            raise FieldError([Fault((side,), f"expected {counts[first]} samples as in the {first}, found {count}")])
    rows = [dict(zip(sides, found, strict=True)) for found in zip(*sides.values(), strict=True)]
    return [_sample(fields, row, entries, numbered) for entries in rows]


sides_of_outputs = ("targets", "predictions")


def _are_logits(fields: LossFields, row: Loss) -> bool:
    return fields.from_logits or row.outputs_of == "identity"


def _is_numbered(fields: LossFields, row: Loss) -> bool:
    """Whether the targets are numbers of classes: each a number beside a list of predictions."""
    if not (row.of_class or row.targets.sums_to_one) or row.sides != sides_of_outputs:
        return False
    if _is_number(fields.targets):
        return isinstance(fields.predictions, list | dict)
    return _has_lists(fields.predictions) and not _has_lists(fields.targets)


def _sample(fields: LossFields, row: Loss, entries: dict[str, list[Entry]], numbered: bool) -> Sample:
    lengths = {side: len(found) for side, found in entries.items()}
    single = {"targets"} if numbered or row.sides[1:] == ("first", "second") else set()
    compared = [side for side in row.sides if side not in single]
    for side in single:
        if lengths[side] != 1:
            raise FieldError([Fault(_around(entries[side]), f"expected one number, found {lengths[side]}")])
    for side in compared[1:]:
        if lengths[side] != lengths[compared[0]]:
            message = f"expected one for each of the {lengths[compared[0]]} {compared[0]}, found {lengths[side]}"
            raise FieldError([Fault(_around(entries[side]), message)])
    if not numbered:
        targets = [entry.value for entry in entries.get("targets", ())]
        place = one_hot(targets) if len(targets) > 1 else _binary_class(targets)
        return Sample(entries, place)
    (target,) = entries["targets"]
    classes, first = lengths["predictions"], fields.first_class
    place = class_of(target.value, first, classes)
    if place is None:
        found = target.value.text if isinstance(target.value, Literal) else "a letter"
        message = f"expected the number of a class, from {first} to {classes - 1 + int(first)}, found {found}"
        raise FieldError([Fault(target.origin, message)])
    return Sample(entries, place, is_numbered=True)


def _binary_class(values: Sequence[Literal | Letter]) -> int | None:
    known = [value.value for value in values if isinstance(value, Literal)]
    return {1: 1, 0: 0, -1: 0}.get(int(known[0])) if known and known[0].denominator == 1 else None


def _entries(field: str, value: Any, head: str, one_sample: bool) -> list[list[Entry]]:
    """The entries of each sample; ``one_sample`` says that numbers alone are the outputs of one sample."""
    if isinstance(value, Literal | Letter):
        return [[Entry(head, value, (field,))]]
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    lists = [isinstance(item, list) for _, item in items]
    if any(lists) and not all(lists):
        at = items[lists.index(not lists[0])][0]
        raise FieldError([Fault((field, at), "give either a number for each sample, or a list for each")])
    if all(lists):
        return [
            [Entry(_component(at, head, k, len(items)), number, (field, at, k)) for k, number in enumerate(item)]
            for at, item in items
        ]
    if one_sample:
        return [[Entry(at if isinstance(at, str) else f"{head}.{at + 1}", item, (field, at)) for at, item in items]]
    made = [head] if len(items) == 1 else [f"{head}{number}" for number in range(1, len(items) + 1)]
    return [[Entry(at if isinstance(at, str) else made[at], item, (field, at))] for at, item in items]


def _component(sample: str | int, head: str, index: int, samples: int) -> str:
    """``y.2`` of one sample, ``y.2:3`` of the third of several, ``p.2`` of a sample that is named p."""
    if isinstance(sample, str):
        return f"{sample}.{index + 1}"
    return str(NameParts(head, (str(index + 1),), sample + 1 if samples > 1 else None))


def _around(entries: Sequence[Entry]) -> Location:
    first = entries[0].origin
    return first[:-1] if len(first) > 1 else first


def _value_faults(wiring: Wiring) -> Iterator[Fault]:
    fields, row = wiring.fields, wiring.loss
    for sample in wiring.samples:
        for side, entries in sample.entries.items():
            if side == "targets" and sample.is_numbered:
                continue
            if side == "predictions" and fields.from_logits:
                continue
            for entry in entries:
                yield from value_faults(row, side, entry.value, entry.origin)
    for sample in wiring.samples:
        yield from _sum_faults(wiring, sample)
        if row.of_class and sample.true_class is None:
            message = "expected the number of the true class, or a one-hot list such as [0, 1, 0]"
            yield Fault(_around(sample.entries["targets"]), message)
    yield from _weight_faults(wiring)


def _sum_faults(wiring: Wiring, sample: Sample) -> Iterator[Fault]:
    row = wiring.loss
    checked = []
    if row.targets.sums_to_one and "targets" in sample.entries and not sample.is_numbered:
        checked.append(("targets", Fraction(0) if row.outputs_of == "softmax" else ROUNDED_TO_ONE))
    if row.outputs.sums_to_one and not wiring.fields.from_logits:
        checked.append(("predictions", ROUNDED_TO_ONE))
    for side, tolerance in checked:
        yield from _not_a_distribution(sample.entries[side], side, tolerance)


def _not_a_distribution(entries: Sequence[Entry], what: str, tolerance: Fraction) -> Iterator[Fault]:
    if len(entries) < 2:
        yield Fault(_around(entries), f"expected a list of {what} for each sample, one for each class")
        return
    numbers = [entry.value.value for entry in entries if isinstance(entry.value, Literal)]
    if len(numbers) < len(entries):
        return  # what is known of letters is assumed
    summed = sum(numbers)
    if abs(summed - 1) > tolerance:
        yield Fault(_around(entries), f"the {what} of a sample sum to 1; these sum to {float(summed):g}")


def _weight_faults(wiring: Wiring) -> Iterator[Fault]:
    fields, samples = wiring.fields, wiring.samples
    if fields.sample_weights is not None and len(fields.sample_weights) != len(samples):
        found = len(fields.sample_weights)
        yield Fault(("sample_weights",), f"expected {len(samples)} weights, one for each sample, found {found}")
    if fields.class_weights is None:
        return
    if not (wiring.is_categorical or wiring.loss.targets in (LABEL, PROBABILITY)):
        yield Fault(("class_weights",), f"{wiring.loss.name} is of no classes, so they have no weights")
        return
    classes = len(samples[0].outputs) if wiring.is_categorical else 2
    if len(fields.class_weights) != classes:
        found = len(fields.class_weights)
        yield Fault(("class_weights",), f"expected {classes} weights, one for each class, found {found}")
    for sample in samples:
        if sample.true_class is None:
            message = "class weights need targets that are of one class (one-hot, or its number)"
            yield Fault(_around(sample.entries["targets"]), message)


def _name_faults(wiring: Wiring) -> Iterator[Fault]:
    fields = wiring.fields
    numbers = (symbol for symbol, _ in fields.numbers(wiring.loss).values())
    taken = {fields.name, *wiring.names, *wiring.weights(), *numbers, *(line.head for line in wiring.loss.lines)}
    taken |= {*wiring.made_names(), *([] if fields.label_smoothing is None else [fields.smoothing_name])}
    for sample in wiring.samples:
        for entry in sample.all:
            if entry.name in taken:
                yield Fault(entry.origin, f"the name `{entry.name}` is taken; choose another")
            taken.add(entry.name)

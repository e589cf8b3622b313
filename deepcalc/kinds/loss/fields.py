"""The fields of `loss`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.fields.aliases import LOSS_ALIASES, also_as
from deepcalc.fields.given import NumberOrLetter
from deepcalc.fields.types import Fields, Identifier
from deepcalc.graph.graph import Letter
from deepcalc.notation.names import NameParts
from deepcalc.notation.nodes import (
    Literal,
)
from deepcalc.rules.losses import CROSS_ENTROPY, LOSSES, Loss

TARGETS, PREDICTIONS = "Targets", "Predictions"
PER_SAMPLE = "Loss of each sample"

LossName = StrEnum("LossName", [*LOSSES, CROSS_ENTROPY])  # type: ignore[misc]
BINARY, CATEGORICAL = "binary_cross_entropy", "categorical_cross_entropy"
SUMMED_BY_DEFAULT = frozenset({"half_sum", "sum"})

ROUNDED_TO_ONE = Fraction(1, 20)
"""How far a sum of probabilities may be from 1: what a prediction shows is often rounded to a few places."""


class Reduction(StrEnum):
    """How the samples' losses make the loss."""

    MEAN = "mean"
    SUM = "sum"


def _shape(value: Any) -> str:
    """What an author wrote where one number, several or named ones may stand."""
    return "named" if isinstance(value, dict) else "several" if isinstance(value, list) else "one"


Outputs = Annotated[
    Annotated[NumberOrLetter, Tag("one")] | Annotated[list[NumberOrLetter], Field(min_length=1), Tag("several")],
    Discriminator(lambda value: "several" if isinstance(value, list) else "one"),
]
"""What belongs to one sample: a number, or one for each output."""

Samples = Annotated[
    Annotated[NumberOrLetter, Tag("one")]
    | Annotated[list[Outputs], Field(min_length=1), Tag("several")]
    | Annotated[dict[Identifier, Outputs], Field(min_length=1), Tag("named")],
    Discriminator(_shape),
]


@dataclass(frozen=True)
class Entry:
    """One target or prediction: its name, its value, and where it stands in the fields."""

    name: str
    value: Literal | Letter
    origin: Location


class LossFields(Fields):
    """A loss function, the targets and the predictions."""

    function: Annotated[LossName, also_as(LossName, LOSS_ALIASES)] = Field(
        description=f"{', '.join(LossName)}; {CROSS_ENTROPY} is the binary one for numbers, the categorical for lists"
    )
    targets: Samples = Field(
        description="the target of each sample: a list of numbers (names y1, y2, … are made), numbers by name, "
        "{y1: 1, y2: 0} ({y1: } is a letter), or a list for each sample, one-hot or soft: [[0, 1, 0], [0.5, 0.5, 0]]"
    )
    predictions: Samples = Field(description="the predictions, as the targets (names yhat1, yhat2, … are made)")
    reduction: Reduction | None = Field(
        None, description="the samples' losses make a mean or a sum; by default a mean, for half_sum and sum a sum"
    )
    name: Identifier = Field("L", description="the name of the loss; L1, L2, … are then those of the samples")

    @property
    def loss(self) -> Loss:
        if self.function == CROSS_ENTROPY:
            return LOSSES[CATEGORICAL if _has_lists(self.targets) else BINARY]
        return LOSSES[self.function]

    @property
    def reduced_by(self) -> Reduction:
        return self.reduction or (Reduction.SUM if self.loss.name in SUMMED_BY_DEFAULT else Reduction.MEAN)

    def samples(self) -> list[tuple[list[Entry], list[Entry]]]:
        """Targets and predictions of each sample."""
        return list(zip(*self._sides(), strict=True))

    def _sides(self) -> tuple[list[list[Entry]], list[list[Entry]]]:
        one_sample = self.loss.name == CATEGORICAL
        return (
            _entries("targets", self.targets, "y", one_sample),
            _entries("predictions", self.predictions, "yhat", one_sample),
        )

    def faults(self) -> Iterator[Fault]:
        try:
            expected, found = self._sides()
        except FieldError as error:
            yield from error.faults
            return
        if len(expected) != len(found):
            yield Fault(("predictions",), f"expected {len(expected)} samples as in the targets, found {len(found)}")
            return
        samples = self.samples()
        for targets, predictions in samples:
            if len(targets) != len(predictions):
                message = f"expected one for each of the {len(targets)} targets, found {len(predictions)}"
                yield Fault(_around(predictions), message)
        if self.loss.is_log_loss:
            for targets, predictions in samples:
                yield from _improbable([*targets, *predictions])
        if self.loss.name == CATEGORICAL:
            for targets, predictions in samples:
                yield from _not_a_distribution(targets, "targets", Fraction(0))
                yield from _not_a_distribution(predictions, "predictions", ROUNDED_TO_ONE)
        taken = {self.name, *(sample_name(self.name, number, samples) for number in range(1, len(samples) + 1))}
        for targets, predictions in samples:
            for entry in (*targets, *predictions):
                if entry.name in taken:
                    yield Fault(entry.origin, f"the name `{entry.name}` is taken; choose another")
                taken.add(entry.name)


def _has_lists(value: Any) -> bool:
    items = list(value.values()) if isinstance(value, dict) else value
    return isinstance(items, list) and any(isinstance(item, list) for item in items)


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


def sample_name(loss: str, number: int, samples: Sequence[Any]) -> str:
    """The name of a sample's loss: ``L1`` beside y1, ``L:1`` beside y.1:1, ``L`` where there is one sample."""
    if len(samples) == 1:
        return loss
    return f"{loss}{number}" if is_scalar(samples) else f"{loss}:{number}"


def is_scalar(samples: Sequence[Any]) -> bool:
    return all("." not in entry.name for targets, predictions in samples for entry in (*targets, *predictions))


def _around(entries: Sequence[Entry]) -> Location:
    first = entries[0].origin
    return first[:-1] if len(first) > 1 else first


def _improbable(entries: Sequence[Entry]) -> Iterator[Fault]:
    for entry in entries:
        if isinstance(entry.value, Literal) and not 0 <= entry.value.value <= 1:
            yield Fault(entry.origin, f"expected a probability from 0 to 1, found {entry.value.text}")


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

"""The fields of a training: how parameters are updated, how often, and from which samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar
from typing import Literal as OneOf

from pydantic import Field, PlainValidator, WithJsonSchema

from deepcalc.errors import Fault, Location
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.given import PositiveOrLetter
from deepcalc.fields.types import Count, Identifier, as_number, wrong
from deepcalc.kinds._updates import MethodField, MethodName, UpdateFields

_BATCH_SCHEMA = {"anyOf": [{"const": "all"}, {"type": "integer", "minimum": 1}]}


def _batch_size(value: Any) -> Any:
    if value == "all":
        return value
    number = as_number(value, "all, or a number of samples")
    if number.value < 1 or number.value.denominator != 1:
        raise wrong(f"expected all, or a number of samples from 1 up, found {number.text}")
    return int(number.value)


BatchSize = Annotated[int | OneOf["all"], PlainValidator(_batch_size), WithJsonSchema(_BATCH_SCHEMA)]
"""How many samples at once: a number, or all."""


class TrainingFields(UpdateFields):
    """How parameters are updated: the method, how often, and from which samples."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {**UpdateFields.other_names, "type": "method", "name": "method"}

    method: MethodField = Field(MethodName("sgd"), description="the optimizer's update rule")
    learning_rate: PositiveOrLetter = Field(description="the learning rate; nothing for a letter")
    symbol: Identifier = Field("eta", description="the learning rate's name")
    steps: Count | None = Field(
        None,
        description="how many updates, 1 by default, each from the gradients at the values before it: L@2, w@2",
    )
    epochs: Count | None = Field(
        None, description="in place of steps: how often all samples are gone through, an update for each batch"
    )
    batch_size: BatchSize = Field(
        "all",
        description="how many samples an update is made from, in the order given: all, or a number, 1 for stochastic "
        "gradient descent; one epoch by default",
    )

    def setting_faults(self, at: Location = ()) -> Iterator[Fault]:
        yield from super().setting_faults(at)
        if self.update.needs_curvature:
            message = f"{self.method} needs second derivatives; the kind `optimizer` takes its steps down an objective"
            yield Fault((*at, "method"), message)

    def batches(self, samples: int) -> list[tuple[int, ...] | None]:
        """The batches of an epoch as numbers of samples; None for all of them at once."""
        if self.batch_size == "all":
            return [None]
        numbers = range(1, samples + 1)
        return [tuple(numbers[start : start + self.batch_size]) for start in range(0, samples, self.batch_size)]

    def updates(self, samples: int) -> int:
        """How many updates there are at most."""
        if self.steps is not None:
            return self.steps
        return (self.epochs or 1) * len(self.batches(samples))

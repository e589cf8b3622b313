"""The learning-rate schedule of kinds that take steps."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.types import Count, Fields, NotNegative, Positive
from deepcalc.rules.schedules import SCHEDULES, Schedule

ScheduleName = StrEnum("ScheduleName", [*SCHEDULES])  # type: ignore[misc]


class ScheduleFields(Fields):
    """How the learning rate changes with the step t; k = t − 1 steps were taken before it."""

    kind: ScheduleName = Field(
        description="η·factor^⌊k/every⌋ (step), η·factor^k (exponential), η·e^(−decay·k) (natural_exponential), "
        "η/(1 + decay·k) (inverse_time), half a cosine down to `end` in `steps` (cosine), "
        "(1 − k/steps)^power (polynomial), η·t/steps at first (linear_warmup), or `rates` (list)"
    )
    factor: Positive | None = Field(None, description="what the rate is multiplied by (step, exponential)")
    every: Count | None = Field(None, description="after how many steps (step)")
    decay: NotNegative | None = Field(None, description="how fast it falls (natural_exponential, inverse_time)")
    steps: Count | None = Field(None, description="how many steps it lasts (cosine, polynomial, linear_warmup)")
    end: NotNegative | None = Field(None, description="the rate at the end, 0 by default (cosine, polynomial)")
    power: Positive | None = Field(None, description="the exponent, 1 by default (polynomial)")
    rates: list[NotNegative] | None = Field(None, min_length=1, description="the rate of each step (list)")
    steps_per_epoch: Count | None = Field(
        None, description="the schedule goes by epochs of so many steps: t and k are those of the epoch"
    )

    @property
    def row(self) -> Schedule:
        return SCHEDULES[self.kind]

    def rate(self, learning_rate: Any, step: int) -> Any:
        """The written rate of a step."""
        named = {name: getattr(self, name) for name in (*self.row.needs, *self.row.defaults)}
        settings = {name: self.row.defaults.get(name) if value is None else value for name, value in named.items()}
        time = step if self.steps_per_epoch is None else (step - 1) // self.steps_per_epoch + 1
        return self.row.formula(learning_rate, time, settings)

    def setting_faults(self, at: Location) -> Iterator[Fault]:
        own = (*self.row.needs, *self.row.defaults)
        for name in type(self).model_fields:
            if name not in ("kind", "steps_per_epoch") and name in self.model_fields_set and name not in own:
                yield Fault((*at, name), f"`{name}` has no effect here; {self.kind} takes {listed(own)}")
        missing = [name for name in self.row.needs if getattr(self, name) is None]
        if missing:
            yield Fault(at, f"missing {listed(f'`{name}`' for name in missing)}; {self.kind} takes {listed(own)}")


class RatesAsList:
    """An annotation of a schedule that may be given as the rates alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: {"kind": "list", "rates": value} if isinstance(value, list) else value, handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "array", "items": {"type": ["number", "string"]}}, handler(schema)]}

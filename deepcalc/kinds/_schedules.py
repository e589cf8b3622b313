"""The learning-rate schedule of kinds that take steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar
from typing import Literal as OneOf

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import core_schema

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import FieldAlias, add_aliases, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.types import Count, Fields, Flag, NotNegative, Positive, Whole
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.names import called, plain_form
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.plan import Slip
from deepcalc.rules.schedules import SCHEDULE_ALIASES, SCHEDULES, Schedule, Time, warming


class ScheduleName(Choice, names=SCHEDULES): ...


_ROWS = {plain_form(name): row for row in SCHEDULES.values() for name in (row.name, *row.aliases)}
"""The schedules by every name that they go by."""

_OWN = tuple(dict.fromkeys(name for row in SCHEDULES.values() for name in (*row.needs, *row.defaults)))
"""The fields that belong to single schedules."""


def _takers(name: str) -> str:
    """The schedules that take a field."""
    return ", ".join(row.name for row in SCHEDULES.values() if name in (*row.needs, *row.defaults))


class ScheduleFields(Fields):
    """How the learning rate changes with the step t, counted from 1."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {"type": "kind", "name": "kind", "warmup_steps": "warmup"}

    kind: Annotated[ScheduleName, also_as(ScheduleName, SCHEDULE_ALIASES)] = Field(
        description="the schedule; `deepcalc kinds optimizer` has each one's formula"
    )
    factor: Positive | None = Field(None, description=f"what the rate is multiplied by ({_takers('factor')})")
    every: Count | None = Field(None, description=f"after how many steps it falls ({_takers('every')})")
    milestones: list[Whole] | None = Field(
        None, min_length=1, description=f"after how many steps the rate falls, each time ({_takers('milestones')})"
    )
    decay: NotNegative | None = Field(None, description=f"how fast it falls ({_takers('decay')})")
    steps: Count | None = Field(None, description=f"how many steps it lasts, or rises ({_takers('steps')})")
    end: NotNegative | None = Field(None, description=f"the rate at the end, 0 by default ({_takers('end')})")
    power: Positive | None = Field(None, description=f"the exponent, 1 by default ({_takers('power')})")
    rates: list[NotNegative] | None = Field(
        None, min_length=1, description=f"the rate of each step ({_takers('rates')})"
    )
    warmup: Count | None = Field(
        None,
        description="before the schedule, which begins anew after it, the rate rises over so many steps, or "
        "epochs: η·t/warmup",
    )
    warmup_from_zero: Flag = Field(
        False, description="warm-up η·(t − 1)/warmup, from 0 on, as in Keras and Hugging Face's transformers"
    )
    count_from: Annotated[OneOf["0", "1"], WithJsonSchema({"enum": [0, 1]})] = Field(
        "0",
        description="what the first step, or epoch, counts as: 0 by default, with the full rate, as in PyTorch "
        "and Keras; 1 in Ng's course: η/(1 + decay·1)",
    )
    steps_per_epoch: Count | None = Field(
        None, description="the schedule goes by epochs of so many steps: t is that of the epoch"
    )

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        """The names where the schedule is from before the usual ones."""
        usual = super().aliases_in(data)
        name = next((data[each] for each in data if usual.get(each, each) == "kind"), None)
        row = called(_ROWS, name) if isinstance(name, str) else None
        return usual if row is None else {**usual, **row.field_aliases}

    @classmethod
    def amend_schema(cls, schema: dict[str, Any]) -> None:
        add_aliases(schema, cls.other_names, *(row.field_aliases for row in SCHEDULES.values()))

    @property
    def row(self) -> Schedule:
        return SCHEDULES[self.kind]

    @property
    def own(self) -> dict[str, Any]:
        """What is set besides the kind, by field, that of the schedule's law first."""
        names = dict.fromkeys((*self.row.needs, *self.row.defaults, *type(self).model_fields))
        given = {name: getattr(self, name) for name in names if name in self.model_fields_set and name != "kind"}
        return {name: value for name, value in given.items() if value is not None}

    def rate(self, learning_rate: Node, step: int) -> Node:
        """The written rate of a step."""
        time = step if self.steps_per_epoch is None else (step - 1) // self.steps_per_epoch + 1
        if self.warmup is not None:
            if time <= self.warmup:
                rising = {"steps": number(self.warmup), "from_zero": self.warmup_from_zero}
                return warming(learning_rate, Time(time), rising)
            time -= self.warmup
        time += int(self.count_from)
        named = {name: getattr(self, name) for name in (*self.row.needs, *self.row.defaults)}
        settings = {
            name: self.row.defaults.get(name) if value is None else number(value) if isinstance(value, int) else value
            for name, value in named.items()
        }
        return self.row.formula(learning_rate, Time(time), settings)

    def setting_faults(self, at: Location) -> Iterator[Fault]:
        own = (*self.row.needs, *self.row.defaults)
        for name in (each for each in _OWN if each in self.model_fields_set and each not in own):
            yield Fault((*at, name), f"`{name}` has no effect here; {self.kind} takes {listed(own)}")
        missing = [name for name in self.row.needs if getattr(self, name) is None]
        if missing:
            yield Fault(at, f"missing {listed(f'`{name}`' for name in missing)}; {self.kind} takes {listed(own)}")
        if self.count_from == "1" and (self.row.rises or "rates" in self.row.needs):
            message = f"{self.kind} begins with the rate of its first step; leave out `count_from`"
            yield Fault((*at, "count_from"), message)
        if self.warmup is not None and self.row.rises:
            yield Fault((*at, "warmup"), f"{self.kind} has a warm-up of its own, over `steps`")
        if self.warmup_from_zero and self.row.rises:
            message = f"{self.kind} has a warm-up of its own, over `steps`, which does not begin at 0"
            yield Fault((*at, "warmup_from_zero"), message)
        elif self.warmup_from_zero and self.warmup is None:
            yield Fault((*at, "warmup_from_zero"), "`warmup_from_zero` goes with `warmup`, which is not given")


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


_LEFT_OUT = (
    ("steps_per_epoch", "schedule-by-step", "the schedule by steps in place of epochs"),
    ("count_from", "schedule-from-zero", "the first step counted as 0 in the schedule"),
    ("warmup", "warm-up-forgotten", "the schedule counted from the first step on, without its warm-up"),
)
"""What may be left out of a schedule, with the mistake that it is."""


def schedule_mistakes(schedule: ScheduleFields, learning_rate: Name, steps: Sequence[int]) -> Iterator[Slip]:
    """Rates of other steps, made of one another, by the step where the epoch counts; those without a warm-up."""
    by, head = schedule.steps_per_epoch or 1, learning_rate.name
    next_ones = {f"{head}@{step}": schedule.rate(learning_rate, step + by) for step in steps}
    yield Slip("schedule-too-early", "the schedule one step ahead", next_ones)
    behind = {f"{head}@{step}": schedule.rate(learning_rate, step - by) for step in steps if step > by}
    yield Slip("schedule-too-late", "the schedule one step behind", behind)
    again = {f"{head}@{step}": schedule.rate(Name(f"{head}@{step - 1}"), step) for step in steps[1:]}
    yield Slip("schedule-on-top", "the schedule applied to the rate of the step before", again)
    if schedule.warmup is None and schedule.count_from == "0":
        kept = dict.fromkeys(next_ones, learning_rate)
        yield Slip("schedule-forgotten", "the learning rate of the first step kept", kept)
    if schedule.factor is not None and schedule.factor.value < 1:
        rest = schedule.model_copy(update={"factor": number(1 - to_fraction(schedule.factor.value))})
        message = "1 minus the factor in place of the factor by which the rate falls"
        yield Slip("factor-complement", message, {f"{head}@{step}": rest.rate(learning_rate, step) for step in steps})
    for field, key, message in _LEFT_OUT:
        without = type(schedule).model_fields[field].default
        if getattr(schedule, field) != without:
            other = schedule.model_copy(update={field: without})
            yield Slip(key, message, {f"{head}@{step}": other.rate(learning_rate, step) for step in steps})

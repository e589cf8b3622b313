"""The fields of `optimizer`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.fields.aliases import FieldAlias
from deepcalc.fields.given import Given
from deepcalc.fields.types import (
    Count,
    Identifier,
    QuantityName,
    StepFields,
    Whole,
)
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._stepping import Stepping
from deepcalc.kinds._updates import MethodField, UpdateFields
from deepcalc.kinds.optimizer.running import BacktrackingFields, RunFields, completed, label_of
from deepcalc.kinds.optimizer.sources import ObjectiveFields
from deepcalc.notation.shapes import shape_text
from deepcalc.rules.updates import ETA, SETTING_NAMES, UPDATES, Line

MOST_STEPS = 1000
MOST_UPDATES = 10_000

OneStep = dict[Identifier, Given]
SAME = "same"
_OF_AN_OBJECTIVE = ("constants", "samples", "model", "batch_size", "reduction", "minimum", "until", "objective_name")
_ONE, _SEVERAL = "one step", "several steps"


def _with_repeated(value: Any) -> Any:
    """``[{w: 1}, same]``: the gradients of the step before once more."""
    if not isinstance(value, list):
        return value
    steps: list[Any] = []
    for step in value:
        steps.append(steps[-1] if step == SAME and steps else step)
    return steps


_NUMBERS_SCHEMA = {"type": "object", "additionalProperties": {"type": ["number", "string", "array", "null"]}}
OneOfSeveral = Annotated[OneStep, WithJsonSchema({"anyOf": [{"const": SAME}, _NUMBERS_SCHEMA]})]
Gradients = Annotated[
    Annotated[OneStep, Tag(_ONE)] | Annotated[list[OneOfSeveral], Field(min_length=1), Tag(_SEVERAL)],
    Discriminator(lambda value: _SEVERAL if isinstance(value, list) else _ONE),
    BeforeValidator(_with_repeated),
]


class OptimizerFields(ObjectiveFields, UpdateFields):
    """One or more steps of an optimizer, from given gradients or from an objective."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {
        **UpdateFields.other_names,
        "optimizer": "method",
        "params": "parameters",
        "theta": "parameters",
        "function": "objective",
        "grads": "gradients",
    }

    methods: list[MethodField] | None = Field(
        None,
        min_length=2,
        description="several methods on the same data, side by side: [sgd, adam]; adam.w@2 is w of adam",
    )
    runs: list[RunFields] | None = Field(
        None,
        min_length=2,
        description="several runs of the problem side by side, each with what it sets itself: [{learning_rate: 0.1}, "
        "{learning_rate: 0.5, name: fast}]; run1.w@2, fast.w@2",
    )

    steps_before: Whole = Field(
        0, description="how many steps were taken before: the first step here is the next one, in names and in βᵗ"
    )
    gradients: Gradients | None = Field(
        None,
        description="the gradient by each parameter, {w1: 0.2, b: 0.1}, that of an array in its shape; a list of such "
        "mappings for several steps, `same` for those of the step before; nothing or a space (R^n) for a letter",
    )
    steps: Annotated[
        Annotated[Count, Tag("number")] | Annotated[dict[QuantityName, StepFields], Tag("last word")],
        Discriminator(lambda value: "last word" if isinstance(value, dict) else "number"),
    ] = Field(
        1,
        description="how many steps are taken down the objective, with several objectives or samples one for each by "
        "default; with gradients, the last word on single ones",
    )

    line_search: (
        Annotated[
            Annotated[Literal["exact"], Tag("exact")] | Annotated[BacktrackingFields, Tag("backtracking")],
            Discriminator(lambda value: "exact" if isinstance(value, str) else "backtracking"),
        ]
        | None
    ) = Field(
        None,
        description="the rate of each step by a search: exact, where a quadratic is least along the gradient (sgd); or "
        "{factor: 0.5, slope: 1e-4}, backtracking from `learning_rate` (sgd, newton)",
    )

    @classmethod
    def amend_schema(cls, schema: dict[str, Any]) -> None:
        """A method and a learning rate are needed where no run has its own."""
        schema["required"] = [name for name in schema["required"] if name not in ("method", "learning_rate")]
        names = [alias for alias, field in cls.other_names.items() if field == "method"]
        schema["anyOf"] = [{"required": [name]} for name in ("method", *names, "methods", "runs")]
        super().amend_schema(schema)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        return completed(data)

    @property
    def all_runs(self) -> dict[str, OptimizerFields]:
        """The fields of each run by its name; none where there is one alone.

        What a method of another run needs is no option of a run's own: sgd beside momentum is plain.
        """
        named = {str(method): {"method": method} for method in self.methods or ()}
        for number, run in enumerate(self.runs or (), start=1):
            named[run.name or f"run{number}"] = run.own
        alone = {name: self.model_copy(update={**own, "methods": None, "runs": None}) for name, own in named.items()}
        needed = {name for run in alone.values() for name in run.update.coefficients}
        for name, own in alone.items():
            own.model_fields_set.difference_update(needed & {*own.update.options} - {*named[name]})
        return alone

    @property
    def labels(self) -> dict[str, str]:
        """What tells each run from the others, in words."""
        named = {str(method): UPDATES[method].title for method in self.methods or ()}
        for number, run in enumerate(self.runs or (), start=1):
            name = run.name or f"run{number}"
            said = [label_of(field, value) for field, value in run.own.items()]
            named[name] = ", ".join(said) or name
        return {name: f"{label[:1].upper()}{label[1:]}" for name, label in named.items()}

    @property
    def lines(self) -> tuple[Line, ...]:
        """The method's quantities in the conventions that were chosen."""
        return self.rule.lines

    @property
    def is_plain_descent(self) -> bool:
        """Whether every step is θ - η·g with the same learning rate."""
        return self.has_plain_rule and self.line_search is None

    def finds(self, field: str) -> bool:
        """Whether a setting is not given but found by each step."""
        return field == "learning_rate" and self.line_search == "exact"

    @property
    def step_count(self) -> int:
        if isinstance(self.gradients, list):
            return len(self.gradients)
        if self.variants is not None and "steps" not in self.model_fields_set:
            return ceil(self.variants / self.batch)
        return self.steps if isinstance(self.steps, int) else 1

    def gradient_steps(self) -> list[tuple[OneStep, Location]]:
        """The given gradients of each step, with the location that they are given at."""
        if isinstance(self.gradients, list):
            return [(step, ("gradients", index)) for index, step in enumerate(self.gradients)]
        return [] if self.gradients is None else [(self.gradients, ("gradients",))]

    @property
    def stepping(self) -> Stepping:
        """What every step adds to the graph."""
        shapes = {name: shape_of_given(value) for name, value in self.parameters.items()}
        return Stepping(self, ETA, shapes, searches=self.line_search is not None)

    def faults(self) -> Iterator[Fault]:
        if self.methods is None and self.runs is None:
            yield from self._own_faults()
        else:
            yield from self._run_faults()

    def _run_faults(self) -> Iterator[Fault]:
        """What is wrong with single runs, and what is wrong with all of them."""
        if self.methods is not None and self.runs is not None:
            yield Fault(("methods",), "give either `methods` or `runs`, each with its `method`")
            return
        names = [run.name or f"run{number}" for number, run in enumerate(self.runs or (), start=1)]
        names += map(str, self.methods or ())
        field = "methods" if self.runs is None else "runs"
        for index, name in enumerate(names):
            if name in names[:index] or name in self.parameters or name in self.constants:
                yield Fault((field, index), f"`{name}` is taken already; give the run another `name`")
        found = [list(run._own_faults()) for run in self.all_runs.values()]
        everywhere = set.intersection(*({fault.location for fault in faults} for faults in found))
        for index, faults in enumerate(found):
            own = frozenset() if self.runs is None else self.runs[index].model_fields_set
            for fault in faults:
                if fault.location[0] in own:
                    yield Fault(("runs", index, *fault.location), fault.message)
                elif fault.location in everywhere and not index:
                    yield fault

    def _own_faults(self) -> Iterator[Fault]:
        yield from self.setting_faults()
        taken = {SETTING_NAMES[field]: field for field in self.settings()}
        if self.schedule is not None and self.schedule.row.uses_pi:
            taken["pi"] = "schedule"
        if self.rule.needs_norm:
            taken["norm"] = "clip"
        for name in self.parameters:
            if name in taken:
                yield Fault(("parameters", name), f"`{name}` stands for `{taken[name]}` in formulas; choose another")
        for state, values in self.initial.items():
            yield from self._unknown(values, ("initial", state))
            yield from self._shape_faults(values, ("initial", state))
        sources = [name for name in ("gradients", "objective", "objectives") if getattr(self, name) is not None]
        if len(sources) != 1:
            at = (sources[-1],) if sources else ("method",)
            yield Fault(at, "give either `gradients` or an `objective`, from which they are derived")
        yield from self._gradient_faults()
        yield from self._search_faults()
        if self.has_objective:
            yield from self.objective_faults({*taken, "t"})
        else:
            for name in _OF_AN_OBJECTIVE:
                if name in self.model_fields_set:
                    verb = "go" if name in ("constants", "samples") else "goes"
                    yield Fault((name,), f"`{name}` {verb} with `objective`, which is not given")
        yield from self._length_faults()

    def _search_faults(self) -> Iterator[Fault]:
        """What a search, or a method with second derivatives, does not find here."""
        curved = self.update.needs_curvature
        at = ("method",) if curved else ("line_search",)
        what = str(self.method) if curved else "a line search"
        if not curved and self.line_search is None:
            return
        if not self.has_objective or self.variants is not None or self.model:
            yield Fault(at, f"{what} goes down one `objective`, a formula in the parameters")
        several = len(self.parameters) > 1
        is_vector = any(shape_of_given(value) for value in self.parameters.values())
        if any(len(shape_of_given(value)) > 1 for value in self.parameters.values()) or (several and is_vector):
            yield Fault(("parameters",), f"{what} takes numbers, or one vector, here; put the parameters in a vector")
        if self.line_search is None:
            return
        if str(self.method) not in ("sgd", "newton") or (curved and self.line_search == "exact"):
            yield Fault(("line_search",), "an exact search goes with sgd, backtracking with sgd and newton")
        for name in ("schedule", "clip", "weight_decay"):
            if getattr(self, name) is not None:
                yield Fault((name,), f"`{name}` does not go with a line search, which finds the rate of the objective")

    def _gradient_faults(self) -> Iterator[Fault]:
        if self.steps_before and any(line.is_carried_on and line.is_of_step for line in self.lines):
            message = "with `momentum_decay` the first step is that of a new optimizer; leave `steps_before` out"
            yield Fault(("steps_before",), message)
        if self.gradients is not None and isinstance(self.steps, int) and "steps" in self.model_fields_set:
            yield Fault(("steps",), "`steps` goes with `objective`; gradients have one mapping for each step")
        if self.has_objective and not isinstance(self.steps, int):
            yield Fault(
                ("steps",), "with an objective, `steps` is their number; to reword single ones, give `gradients`"
            )
        for number, (step, location) in enumerate(self.gradient_steps(), start=self.steps_before + 1):
            yield from self._unknown(step, location)
            yield from self._shape_faults(step, location, is_of_step=True)
            missing = [name for name in self.parameters if name not in step]
            if missing:
                yield Fault(location, f"no gradient by {listed(missing)} in step {number}")

    def _unknown(self, values: Iterable[str], location: Location) -> Iterator[Fault]:
        for name in values:
            if name not in self.parameters:
                near = did_you_mean(name, list(self.parameters)) or f"; there are {listed(self.parameters)}"
                yield Fault((*location, name), f"`{name}` is not among the parameters{near}")

    def _shape_faults(self, values: Mapping[str, Any], location: Location, is_of_step: bool = False) -> Iterator[Fault]:
        """What has not the shape of its parameter; a list in its place may have been meant as one for each step."""
        for name, value in values.items():
            found = shape_of_given(value)
            if name in self.parameters and found != (wanted := shape_of_given(self.parameters[name])):
                message = f"expected the shape of {name}, {shape_text(wanted)}, not {shape_text(found)}"
                if is_of_step and found[1:] == wanted:
                    message += f"; several steps are a list of mappings, [{{{name}: …}}, {{{name}: …}}]"
                yield Fault((*location, name), message)

    def _length_faults(self) -> Iterator[Fault]:
        steps, last = self.step_count, self.steps_before + self.step_count
        at = ("gradients",) if self.gradients is not None else ("steps",)
        if last > MOST_STEPS:
            at = ("steps_before",) if self.steps_before >= steps else at
            yield Fault(at, f"expected at most {MOST_STEPS} steps, found {last}")
        elif steps * len(self.parameters) * (self.variants or 1) > MOST_UPDATES:
            samples = "" if self.variants is None else f" and {self.variants} objectives"
            found = f"{steps} steps of {len(self.parameters)} parameters{samples}"
            yield Fault(at, f"expected at most {MOST_UPDATES} updates in all, found {found}")

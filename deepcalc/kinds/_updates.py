"""The fields of an update rule, for every kind that takes steps: its method, its numbers, its conventions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from deepcalc.errors import Fault, Location, listed
from deepcalc.fields.aliases import FieldAlias, add_aliases, also_as
from deepcalc.fields.choices import Choice
from deepcalc.fields.given import Fraction01OrLetter, Given, NotNegativeOrLetter
from deepcalc.fields.types import Fields, Flag, Identifier, NotNegative, Positive, wrong
from deepcalc.graph.quantities import Letter
from deepcalc.kinds._clipping import ClipFields
from deepcalc.kinds._schedules import RatesAsList, ScheduleFields
from deepcalc.notation.array_nodes import numbers_in
from deepcalc.notation.names import called, plain_form
from deepcalc.notation.nodes import Literal, Times, minus
from deepcalc.notation.parser import parse_number
from deepcalc.rules.updates import (
    COMMON_OPTIONS,
    FIELD_ALIASES,
    GENERAL,
    METHOD_ALIASES,
    OTHER_METHODS,
    SETTING_NAMES,
    UPDATES,
    Conventions,
    Line,
    Rule,
    Update,
)

UPDATE = "Update"
"""The heading of updates."""


class MethodName(Choice, names=UPDATES): ...


def timed(name: str, time: int) -> str:
    """The name of a quantity after so many updates."""
    return f"{name}@{time}" if time else name


_METHODS = {plain_form(name): row for row in UPDATES.values() for name in (row.name, *row.aliases)}


def update_called(name: object) -> Update | None:
    """The method of that name, however it is written; None for what is no name of one."""
    return called(_METHODS, name) if isinstance(name, str) else None


_OTHERS = {plain_form(name): name for name in OTHER_METHODS}


def _no_other_method(value: Any) -> Any:
    """A method that is none of these is not taken for one with a name like it."""
    if isinstance(value, str) and called(_OTHERS, value) is not None:
        raise wrong(f"`{value}` is a method of its own, which there is not; there are {listed(UPDATES)}")
    return value


MethodField = Annotated[MethodName, also_as(MethodName, METHOD_ALIASES), BeforeValidator(_no_other_method)]


_OF_A_VELOCITY = ("nesterov", "velocity_is_step", "learning_rate_inside_velocity")


class UpdateClipFields(ClipFields):
    """A bound of the gradients, before anything else is made of them."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = {**ClipFields.other_names, "clipnorm": "norm_of_each"}

    norm_of_each: Positive | None = Field(
        None,
        description="the gradient by each parameter is scaled to this norm where its own is larger (Keras's clipnorm)",
    )


def _methods_with(name: str) -> str:
    """The methods that a field belongs to, with the values that are their own, then those that take it where given."""
    rows = [row for row in UPDATES.values() if name in row.coefficients]
    taken = ", ".join(f"{row.name}: {row.defaults[name]}" if name in row.defaults else row.name for row in rows)
    where_given = ", ".join(row.name for row in UPDATES.values() if name in row.options)
    return f"{taken}; {where_given} only where it is given" if where_given else taken


def _methods_by_default(convention: str, chosen: bool) -> str:
    """The methods that have a convention, or have it not, where nothing is said."""
    return listed(row.name for row in UPDATES.values() if row.conventions.get(convention) is chosen)


class UpdateFields(Fields):
    """An update rule."""

    other_names: ClassVar[Mapping[str, FieldAlias]] = FIELD_ALIASES

    method: MethodField = Field(description="the optimizer's update rule")
    learning_rate: NotNegativeOrLetter = Field(
        description="the learning rate η; nothing for a letter, as for γ, ρ, β₁, β₂ and ε"
    )
    momentum: Fraction01OrLetter = Field(
        parse_number("0.9"),
        description=f"the coefficient γ of the velocity, also called beta ({_methods_with('momentum')})",
    )
    dampening: Fraction01OrLetter = Field(
        None,
        description="τ: the gradient counts 1 − τ in the velocity, in the first step too (momentum) or not (sgd, as in "
        "PyTorch); 0 by default",
    )
    decay: Fraction01OrLetter = Field(
        parse_number("0.9"),
        description=f"the decay rate ρ of the average squared gradient ({_methods_with('decay')})",
    )
    beta1: Fraction01OrLetter = Field(
        parse_number("0.9"),
        description=f"the decay rate β₁ of the first moment ({_methods_with('beta1')}); betas: [0.9, 0.999] gives both",
    )
    beta2: Fraction01OrLetter = Field(
        parse_number("0.999"), description=f"the decay rate β₂ of the second moment ({_methods_with('beta2')})"
    )
    momentum_decay: NotNegative | None = Field(
        None,
        description="ψ of the schedule μₜ = β₁(1 − 0.5·0.96^(ψ·t)) of the momentum (nadam; 0.004 in PyTorch, Keras); "
        "no schedule without it",
    )
    initial_accumulator: NotNegative | None = Field(
        None, description="what squared gradients are added to (adagrad): 0 by default, as in PyTorch; 0.1 in Keras"
    )
    epsilon: NotNegativeOrLetter = Field(
        parse_number("1e-8"),
        description=f"ε, against a division by zero ({_methods_with('epsilon')})",
    )
    epsilon_inside_root: Flag | None = Field(
        None,
        description=f"√(v + ε) if true, the default of {_methods_by_default('epsilon_inside_root', True)}; √v + ε if "
        f"false, that of {_methods_by_default('epsilon_inside_root', False)}, PyTorch's form of most",
    )
    bias_correction: Flag | None = Field(
        None,
        description="divide the moments by 1 − β₁ᵗ and 1 − β₂ᵗ (adam, adamw: true by default, as in the paper; "
        "amsgrad: false, as in its paper, true in PyTorch)",
    )
    bias_correction_in_rate: Flag | None = Field(
        None,
        description="the moments are not corrected but the rate, η·√(1 − β₂ᵗ)/(1 − β₁ᵗ), with ε beside √v, not √v̂ "
        "(adam, adamw, amsgrad), as in TensorFlow and Keras; false by default",
    )
    learning_rate_inside_velocity: Flag | None = Field(
        None,
        description="v = γ·v + η·g and θ = θ − v if true (default); v = γ·v + g and θ = θ − η·v, PyTorch's form, if "
        "false (momentum, nesterov, and rmsprop with momentum)",
    )
    velocity_is_step: Flag | None = Field(
        None,
        description="v = γ·v − η·g and θ = θ + v if true, Keras's form; false by default (momentum, nesterov)",
    )
    velocity_is_average: Flag | None = Field(
        None,
        description="v = γ·v + (1 − γ)·g and θ = θ − η·v if true, as in Ng's course; false by default (momentum)",
    )
    look_ahead: Flag | None = Field(
        None,
        description="the gradient is taken at θ − γ·v if true (default, Sutskever 2013; given gradients are those "
        "there); θ − γ·v − η·g with the new v if false, as PyTorch and Keras have it (nesterov)",
    )
    nesterov: Flag | None = Field(
        None,
        description="θ − η·(g + γ·v) with the new v, as torch.optim.SGD has it (sgd with momentum); false by default",
    )
    centered: Flag | None = Field(
        None, description="v − m² in place of v, m the average gradient (rmsprop, Graves 2013); false by default"
    )
    weight_decay: NotNegativeOrLetter = Field(
        None, description="λ, for any method: added to the gradient as λ·θ, or decoupled; adamw: 0.01 by default"
    )
    decoupled: Flag | None = Field(
        None,
        description="η·λ·θ is taken from the new value if true (adamw and lion by default); λ·θ is added to the "
        "gradient if false (the others by default)",
    )
    decay_times_rate: Flag | None = Field(
        None,
        description="a decoupled decay takes away η·λ·θ if true (default, as PyTorch and Keras), λ·θ if false, as the "
        "paper on AdamW has it",
    )
    maximize: Flag = Field(
        False, description="the objective is made larger, for any method: −g in place of g, before a weight decay"
    )
    clip: UpdateClipFields | None = Field(
        None, description="clip the gradients, for any method: {value: 1}, {norm: 1} or {norm_of_each: 1}"
    )
    schedule: Annotated[ScheduleFields | None, RatesAsList()] = Field(
        None, description="the learning rate of each step: {kind: step, every: 2, factor: 0.5}, or a list of rates"
    )

    initial: dict[str, dict[Identifier, Given]] = Field(
        {},
        description="what the optimizer keeps, before the first step: {m: {w1: 0.1}, v: {w1: 0.01}}; 0 where not given",
    )

    @classmethod
    def aliases_in(cls, data: Mapping[str, Any]) -> Mapping[str, FieldAlias]:
        """The names of Keras, PyTorch and the papers; those of the method's own literature before the usual ones."""
        usual = super().aliases_in(data)
        method = next((data[name] for name in data if usual.get(name, name) == "method"), None)
        update = update_called(method)
        return usual if update is None else {**usual, **update.field_aliases}

    @classmethod
    def amend_schema(cls, schema: dict[str, Any]) -> None:
        add_aliases(schema, cls.other_names, *(row.field_aliases for row in UPDATES.values()))

    @property
    def update(self) -> Update:
        return UPDATES[self.method]

    @property
    def conventions(self) -> Conventions:
        chosen = {name: getattr(self, name) for name in self.update.conventions}
        flags = {name: self.update.conventions[name] if flag is None else flag for name, flag in chosen.items()}
        options = {*self.update.options, *COMMON_OPTIONS}
        given = frozenset(
            name
            for name in options
            if name in self.update.defaults or (name in self.model_fields_set and self._acts(name))
        )
        return Conventions(
            **flags,
            decoupled=self.update.decouples if self.decoupled is None else self.decoupled,
            decay_times_rate=self.decay_times_rate is not False,
            maximize=self.maximize,
            given=given,
            clip_value=None if self.clip is None else self.clip.value,
            clip_norm=None if self.clip is None else self.clip.norm,
            clip_each=None if self.clip is None else self.clip.norm_of_each,
            initial_accumulator=self.initial_accumulator,
        )

    def _acts(self, name: str) -> bool:
        """Whether an option is given, and not as nothing."""
        value = getattr(self, name)
        is_zero = isinstance(value, Literal) and value.value == 0
        return value is not None and not (is_zero and name in self.update.idle_at_zero)

    @property
    def rule(self) -> Rule:
        return Rule(self.update, self.conventions)

    @property
    def states(self) -> dict[str, Line]:
        """What the method carries of each parameter from step to step, by its head: initial values may be given."""
        return {line.head: line for line in self.rule.lines if line.is_carried_on and not line.is_of_step}

    def initial_value(self, line: Line, name: str) -> Any:
        """What is kept of a parameter before the first step, by any name of that; None where nothing is said."""
        given = (self.initial[head] for head in (line.head, *line.aliases) if head in self.initial)
        return next(given, {}).get(name)

    @property
    def has_plain_rule(self) -> bool:
        """Whether θ becomes θ - η·g, with the same learning rate in every step."""
        plain = minus(GENERAL.parameter, Times(GENERAL.rate, GENERAL.gradient))
        return self.schedule is None and not self.rule.lines and bool(self.rule.new_value(GENERAL) == plain)

    @property
    def _decays_apart(self) -> bool:
        return self.conventions.decoupled and "weight_decay" in self.conventions.given

    def settings(self) -> dict[str, Literal]:
        """The method's numbers, by field."""
        given = self.conventions.given
        names = ("learning_rate", *dict.fromkeys((*self.update.coefficients, *sorted(given))))
        return {name: self._setting(name) for name in names if name in SETTING_NAMES}

    def _setting(self, name: str) -> Literal:
        own = self.update.defaults.get(name)
        if own is not None and (name not in self.model_fields_set or getattr(self, name) is None):
            return parse_number(own)
        value: Literal = getattr(self, name)
        return value

    def setting_faults(self, at: Location = ()) -> Iterator[Fault]:
        """Settings of another method, which would have no effect here, and those that contradict each other."""
        yield from self._foreign_faults(at)
        yield from self._velocity_faults(at)
        yield from self._momentum_faults(at)
        if self.bias_correction_in_rate and not self.conventions.bias_correction:
            yield Fault((*at, "bias_correction_in_rate"), "there is no bias correction; give `bias_correction: true`")
        if self.decoupled is not None and "weight_decay" not in self.conventions.given:
            yield Fault((*at, "decoupled"), "`decoupled` goes with `weight_decay`, which is not given")
        if self.decay_times_rate is not None and not self._decays_apart:
            message = "`decay_times_rate` goes with a decoupled `weight_decay` (`decoupled: true`)"
            yield Fault((*at, "decay_times_rate"), message)
        if self.clip is not None:
            yield from self.clip.faults_at((*at, "clip"))
        if self.schedule is not None:
            yield from self.schedule.setting_faults((*at, "schedule"))
        yield from self._state_faults((*at, "initial"))

    def _foreign_faults(self, at: Location) -> Iterator[Fault]:
        own = self.update.settings
        for name in type(self).model_fields:
            users = [row.name for row in UPDATES.values() if name in row.settings]
            is_common = name in COMMON_OPTIONS
            if name in self.model_fields_set and users and name not in own and not is_common:
                message = f"`{name}` belongs to {listed(users)}; {self.method} takes {listed(own)}"
                yield Fault((*at, name), message)

    def _velocity_faults(self, at: Location) -> Iterator[Fault]:
        """Conventions of a velocity that contradict each other."""
        if self.velocity_is_step and self.learning_rate_inside_velocity is False:
            message = "v = γ·v − η·g has the learning rate inside; leave out `learning_rate_inside_velocity`"
            yield Fault((*at, "velocity_is_step"), message)
        if self.velocity_is_average:
            for name in ("velocity_is_step", "dampening", "learning_rate_inside_velocity"):
                if getattr(self, name):
                    message = f"v = γ·v + (1 − γ)·g and θ = θ − η·v leave nothing to `{name}`; leave it out"
                    yield Fault((*at, name), message)

    def _momentum_faults(self, at: Location) -> Iterator[Fault]:
        """What needs a momentum that acts only where it is given."""
        given, options = self.conventions.given, self.update.options
        flags = [name for name in _OF_A_VELOCITY if name in self.update.conventions and getattr(self, name)]
        if "momentum" in self.update.idle_at_zero and "momentum" not in given:
            for name in (*flags, *(each for each in options if each == "dampening" and each in given)):
                yield Fault((*at, name), f"`{name}` goes with `momentum`, which is not given")
        if self.nesterov and "dampening" in given:
            yield Fault((*at, "nesterov"), "`nesterov` goes without `dampening`, as in PyTorch; leave out one of them")

    def _state_faults(self, at: Location) -> Iterator[Fault]:
        """Initial states that the method does not keep, and squares below 0."""
        states = {head: line for line in self.states.values() for head in (line.head, *line.aliases)}
        given: dict[str, str] = {}
        for state, values in self.initial.items():
            if state in states and (first := given.setdefault(states[state].head, state)) != state:
                yield Fault((*at, state), f"`{state}` is another name of `{first}`, which is given too")
            if state not in states:
                known = f"keeps {listed(self.states)}" if states else "keeps nothing from step to step"
                yield Fault((*at, state), f"no state `{state}`: {self.method} {known}")
                continue
            for name, value in values.items():
                entries = () if isinstance(value, Letter) else numbers_in(value)
                negative = [entry.text for entry in entries if entry.value < 0]
                if negative and states[state].is_square:
                    message = f"expected a number at least 0, found {negative[0]}: `{state}` is of squared gradients"
                    yield Fault((*at, state, name), message)

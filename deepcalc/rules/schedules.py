"""Learning-rate schedules: one row each, the rate of step t as a written formula.

Steps are counted from 1; k = t - 1 is how many were taken before, so that the first step is at the full rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from deepcalc.notation.arithmetic import carried, context
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    negative,
    number,
)
from deepcalc.records import record

PI = Name("pi")
PI_VALUE = Literal("3.14159", carried(+context.pi))

Settings = Mapping[str, Any]


@record
class Time:
    """The step that a rate is of, by its number; without one, any step t of the general law."""

    number: int | None = None

    @property
    def step(self) -> Node:
        """t."""
        return Name("t") if self.number is None else number(self.number)

    @property
    def before(self) -> Node:
        """k = t - 1, the steps taken before it."""
        return minus(Name("t"), ONE) if self.number is None else number(self.number - 1)

    def at_most(self, count: Any, bound: Any) -> Any:
        """``count``, a number of steps, or the bound where that is less."""
        if self.number is None:
            return Call("min", count, bound)
        return count if count.value < bound.value else bound


@record
class Schedule:
    """One schedule: the fields that it needs, those with a default, and η at a step from η, the step and the fields."""

    name: str
    title: str
    needs: tuple[str, ...]
    formula: Callable[[Node, Time, Settings], Node]
    source: str
    defaults: Mapping[str, Literal] = field(default_factory=dict)
    uses_pi: bool = False
    rises: bool = False
    """Whether it has a warm-up of its own."""
    aliases: tuple[str, ...] = ()
    """Other names of it."""
    field_aliases: Mapping[str, str] = field(default_factory=dict)
    """Names of its fields where the schedule is from."""

    @property
    def law(self) -> Node:
        """The rate of any step t, in the names of the fields."""
        return self.formula(Name("eta"), Time(), {name: Name(name) for name in (*self.needs, *self.defaults)})


def warming(rate: Node, time: Time, settings: Settings) -> Node:
    """A rate that rises in equal steps: η·t/T up to step T, or η·(t - 1)/T where it begins at 0."""
    last = settings["steps"]
    done = time.at_most(time.before if settings.get("from_zero") else time.step, last)
    return rate if done == last else Times(rate, Over(done, last))


def _progress(time: Time, settings: Settings) -> Node:
    """How much of the schedule is behind: (t - 1)/T, at most 1."""
    return Over(time.at_most(time.before, settings["steps"]), settings["steps"])


def _at_end(settings: Settings, rate: Node, share: Node) -> Node:
    """end + (η - end)·share; η·share where the end is 0."""
    end = settings["end"]
    if _is(end, 0):
        return Times(rate, *factors(share))
    return Plus(end, Times(minus(rate, end), *factors(share)))


def _is(setting: Node, value: int) -> bool:
    """Whether a setting is the number, however it is written: 0, 0.0."""
    return isinstance(setting, Literal) and bool(setting.value == value)


def _decays_done(time: Time, settings: Settings) -> Node:
    """(t - 1)/every: how many times the rate has fallen, parts of it among them."""
    every = settings["every"]
    done: Node = time.before
    return done if _is(every, 1) else Over(done, every)


def _stairs_at(rate: Node, time: Time, settings: Settings) -> Node:
    reached: Node = Name("n_t")
    if time.number is not None:
        reached = number(sum(int(milestone) < time.number for milestone in settings["milestones"]))
    return Times(rate, Power(settings["factor"], reached))


def _staircase(rate: Node, time: Time, settings: Settings) -> Node:
    return Times(rate, Power(settings["factor"], Call("floor", Over(time.before, settings["every"]))))


def _inverse_time(rate: Node, time: Time, settings: Settings) -> Node:
    return Over(rate, Plus(ONE, Times(settings["decay"], _decays_done(time, settings))))


def _half_cosine(rate: Node, time: Time, settings: Settings) -> Node:
    done = time.at_most(time.before, settings["steps"])
    wave = Plus(ONE, Call("cos", Over(Times(PI, done), settings["steps"])))
    return _at_end(settings, rate, Times(Over(ONE, TWO), wave))


def _polynomial(rate: Node, time: Time, settings: Settings) -> Node:
    left = minus(ONE, _progress(time, settings))
    power = settings["power"]
    return _at_end(settings, rate, left if _is(power, 1) else Power(left, power))


def _inverse_root(rate: Node, time: Time, settings: Settings) -> Node:
    falling = Over(ONE, Call("sqrt", time.step))
    last = settings["steps"]
    if last == ONE:
        return Over(rate, Call("sqrt", time.step))
    return Times(rate, Call("min", falling, Over(time.step, Times(last, Call("sqrt", last)))))


def _listed(rate: Node, time: Time, settings: Settings) -> Node:
    rates = settings["rates"]
    return Name("rates_t") if time.number is None else rates[min(time.number, len(rates)) - 1]


_ROWS = (
    Schedule(
        "step",
        "step decay",
        ("every", "factor"),
        _staircase,
        "PyTorch's StepLR, every its step_size, factor its gamma; Keras's ExponentialDecay with staircase",
        aliases=("step_lr", "step_decay", "staircase"),
        field_aliases={
            "step_size": "every",
            "decay_steps": "every",
            "epochs_drop": "every",
            "gamma": "factor",
            "decay_rate": "factor",
            "drop": "factor",
        },
    ),
    Schedule(
        "multi_step",
        "decay at milestones",
        ("milestones", "factor"),
        _stairs_at,
        "PyTorch's MultiStepLR; nₜ milestones are at or below t − 1, so that after so many steps the rate has fallen",
        aliases=("multi_step_lr",),
        field_aliases={"gamma": "factor"},
    ),
    Schedule(
        "exponential",
        "exponential decay",
        ("factor",),
        lambda rate, time, settings: Times(rate, Power(settings["factor"], _decays_done(time, settings))),
        "PyTorch's ExponentialLR, factor its gamma; Keras's ExponentialDecay, every its decay_steps (1 by default)",
        {"every": ONE},
        aliases=("exponential_lr", "exponential_decay"),
        field_aliases={"gamma": "factor", "decay_rate": "factor", "decay_steps": "every"},
    ),
    Schedule(
        "natural_exponential",
        "natural exponential decay",
        ("decay",),
        lambda rate, time, settings: Times(rate, Call("exp", negative(Times(settings["decay"], time.before)))),
        "CS231n, annealing the learning rate",
        aliases=("natural_exponential_decay",),
        field_aliases={"k": "decay", "decay_rate": "decay"},
    ),
    Schedule(
        "inverse_time",
        "inverse-time decay",
        ("decay",),
        _inverse_time,
        "CS231n's 1/t decay; Keras's InverseTimeDecay, every its decay_steps (1 by default); lr_decay in PyTorch",
        {"every": ONE},
        aliases=("inverse_time_decay", "time", "time_based", "time_based_decay", "1/t", "hyperbolic"),
        field_aliases={"k": "decay", "decay_rate": "decay", "lr_decay": "decay", "decay_steps": "every"},
    ),
    Schedule(
        "inverse_root",
        "inverse square-root decay",
        (),
        _inverse_root,
        "Vaswani et al. 2017, equation 3, with η = 1/√d_model; without a warm-up where steps is 1, as by default",
        {"steps": ONE},
        rises=True,
        aliases=("noam", "inverse_sqrt", "inverse_square_root"),
        field_aliases={"warmup_steps": "steps"},
    ),
    Schedule(
        "cosine",
        "cosine annealing",
        ("steps",),
        _half_cosine,
        "Loshchilov and Hutter 2017, equation 5, without restarts; PyTorch's CosineAnnealingLR",
        {"end": ZERO},
        uses_pi=True,
        aliases=("cosine_annealing", "cosine_annealing_lr", "cosine_decay"),
        field_aliases={"T_max": "steps", "decay_steps": "steps", "eta_min": "end"},
    ),
    Schedule(
        "polynomial",
        "polynomial decay",
        ("steps",),
        _polynomial,
        "Keras's PolynomialDecay; PyTorch's PolynomialLR",
        {"end": ZERO, "power": ONE},
        aliases=("polynomial_decay", "polynomial_lr", "linear", "linear_decay"),
        field_aliases={"decay_steps": "steps", "total_iters": "steps", "end_learning_rate": "end"},
    ),
    Schedule(
        "linear_warmup",
        "linear warm-up",
        ("steps",),
        warming,
        "Goyal et al. 2017, section 2.2",
        rises=True,
        aliases=("warmup", "linear_warm_up", "gradual_warmup"),
        field_aliases={"warmup_steps": "steps", "total_iters": "steps"},
    ),
    Schedule(
        "list",
        "given rates",
        ("rates",),
        _listed,
        "the last one holds on",
        aliases=("given",),
        field_aliases={"values": "rates", "learning_rates": "rates"},
    ),
)

SCHEDULES: Mapping[str, Schedule] = {row.name: row for row in _ROWS}

SCHEDULE_ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}
"""Other names of the schedules."""

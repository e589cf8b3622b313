"""Learning-rate schedules: one row each, the rate of step t as a written formula.

Steps are counted from 1; k = t - 1 is how many were taken before, so that the first step is at the full rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from deepcalc.notation.arithmetic import context, settled
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
PI_VALUE = Literal("3.14159", settled(+context.pi))

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
    def before(self) -> Any:
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

    @property
    def law(self) -> Any:
        """The rate of any step t, in the names of the fields."""
        return self.formula(Name("eta"), Time(), {name: Name(name) for name in (*self.needs, *self.defaults)})


def warming(rate: Node, time: Time, settings: Settings) -> Node:
    """A rate that rises in equal steps: η·t/T up to step T, or η·(t - 1)/T where it begins at 0."""
    last = settings["steps"]
    done = time.at_most(time.before if settings.get("from_zero") else time.step, last)
    return rate if done == last else Times(rate, Over(done, last))


def _progress(time: Time, settings: Settings) -> Any:
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


def _staircase(rate: Node, time: Time, settings: Settings) -> Node:
    return Times(rate, Power(settings["factor"], Call("floor", Over(time.before, settings["every"]))))


def _half_cosine(rate: Node, time: Time, settings: Settings) -> Node:
    done = time.at_most(time.before, settings["steps"])
    wave = Plus(ONE, Call("cos", Over(Times(PI, done), settings["steps"])))
    return _at_end(settings, rate, Times(Over(ONE, TWO), wave))


def _polynomial(rate: Any, time: Time, settings: Settings) -> Any:
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
    Schedule("step", "step decay", ("every", "factor"), _staircase, "PyTorch's StepLR, factor its gamma"),
    Schedule(
        "exponential",
        "exponential decay",
        ("factor",),
        lambda rate, time, settings: Times(rate, Power(settings["factor"], time.before)),
        "PyTorch's ExponentialLR, factor its gamma",
    ),
    Schedule(
        "natural_exponential",
        "natural exponential decay",
        ("decay",),
        lambda rate, time, settings: Times(rate, Call("exp", negative(Times(settings["decay"], time.before)))),
        "CS231n, annealing the learning rate",
    ),
    Schedule(
        "inverse_time",
        "inverse-time decay",
        ("decay",),
        lambda rate, time, settings: Over(rate, Plus(ONE, Times(settings["decay"], time.before))),
        "CS231n's 1/t decay; Keras's InverseTimeDecay; lr_decay of PyTorch's Adagrad",
    ),
    Schedule(
        "inverse_root",
        "inverse square-root decay",
        (),
        _inverse_root,
        "Vaswani et al. 2017, equation 3, with η = 1/√d_model; without a warm-up where steps is 1, as by default",
        {"steps": ONE},
        rises=True,
    ),
    Schedule(
        "cosine",
        "cosine annealing",
        ("steps",),
        _half_cosine,
        "Loshchilov and Hutter 2017, equation 5, without restarts; PyTorch's CosineAnnealingLR",
        {"end": ZERO},
        uses_pi=True,
    ),
    Schedule(
        "polynomial",
        "polynomial decay",
        ("steps",),
        _polynomial,
        "Keras's PolynomialDecay; PyTorch's PolynomialLR",
        {"end": ZERO, "power": ONE},
    ),
    Schedule(
        "linear_warmup",
        "linear warm-up",
        ("steps",),
        warming,
        "Goyal et al. 2017, section 2.2",
        rises=True,
    ),
    Schedule("list", "given rates", ("rates",), _listed, "the last one holds on"),
)

SCHEDULES: Mapping[str, Schedule] = {row.name: row for row in _ROWS}

"""Learning-rate schedules: one row each, the rate of step t as a written formula.

Steps are counted from 1; k = t - 1 is how many were taken before, so that the first step is at the full rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from deepcalc.notation.arithmetic import context, settled
from deepcalc.notation.edits import factors
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Name, Over, Plus, Power, Times, minus, negative
from deepcalc.records import record

PI = Name("pi")
PI_VALUE = Literal("3.14159", settled(+context.pi))

Settings = Mapping[str, Any]


@record
class Schedule:
    """One schedule: the fields that it needs, those with a default, and η at step t from η, t and the fields."""

    name: str
    title: str
    needs: tuple[str, ...]
    formula: Callable[[Any, int, Settings], Any]
    defaults: Mapping[str, Literal]
    uses_pi: bool = False


def _before(step: int) -> Literal:
    return Literal(str(step - 1))


def _progress(step: int, settings: Settings) -> Any:
    """How much of the schedule is behind: (t - 1)/T, at most 1."""
    last = settings["steps"]
    return Over(Literal(str(min(step - 1, last))), Literal(str(last)))


def _at_end(settings: Settings, rate: Any, share: Any) -> Any:
    """end + (η - end)·share; η·share where the end is 0."""
    end = settings["end"]
    if end.value == 0:
        return Times(rate, *factors(share))
    return Plus(end, Times(minus(rate, end), *factors(share)))


def _staircase(rate: Any, step: int, settings: Settings) -> Any:
    exponent = Call("floor", Over(_before(step), Literal(str(settings["every"]))))
    return Times(rate, Power(settings["factor"], exponent))


def _half_cosine(rate: Any, step: int, settings: Settings) -> Any:
    last = settings["steps"]
    angle = Over(Times(PI, Literal(str(min(step - 1, last)))), Literal(str(last)))
    wave = Plus(ONE, Call("cos", angle))
    return _at_end(settings, rate, Times(Over(ONE, TWO), wave))


def _polynomial(rate: Any, step: int, settings: Settings) -> Any:
    left = minus(ONE, _progress(step, settings))
    power = settings["power"]
    return _at_end(settings, rate, left if power.value == 1 else Power(left, power))


_ROWS = (
    # PyTorch's StepLR: η·γ^⌊k/every⌋.
    Schedule("step", "step decay", ("every", "factor"), _staircase, {}),
    # PyTorch's ExponentialLR: η·γ^k.
    Schedule(
        "exponential",
        "exponential decay",
        ("factor",),
        lambda rate, step, settings: Times(rate, Power(settings["factor"], _before(step))),
        {},
    ),
    # η·e^(-decay·k), as in lecture notes (CS231n, "Annealing the learning rate").
    Schedule(
        "natural_exponential",
        "exponential decay",
        ("decay",),
        lambda rate, step, settings: Times(rate, Call("exp", negative(Times(settings["decay"], _before(step))))),
        {},
    ),
    # η/(1 + decay·k), CS231n's 1/t decay and the lr_decay of PyTorch's Adagrad.
    Schedule(
        "inverse_time",
        "inverse-time decay",
        ("decay",),
        lambda rate, step, settings: Over(rate, Plus(ONE, Times(settings["decay"], _before(step)))),
        {},
    ),
    # Loshchilov and Hutter 2017, equation 5, without restarts; PyTorch's CosineAnnealingLR.
    Schedule("cosine", "cosine annealing", ("steps",), _half_cosine, {"end": ZERO}, uses_pi=True),
    # PyTorch's PolynomialLR; Keras's PolynomialDecay.
    Schedule("polynomial", "polynomial decay", ("steps",), _polynomial, {"end": ZERO, "power": ONE}),
    # Goyal et al. 2017, section 2.2: η·t/T up to step T, η from then on.
    Schedule(
        "linear_warmup",
        "linear warm-up",
        ("steps",),
        lambda rate, step, settings: (
            Times(rate, Over(Literal(str(step)), Literal(str(settings["steps"])))) if step < settings["steps"] else rate
        ),
        {},
    ),
    # Given step by step; the last one holds on.
    Schedule(
        "list",
        "given rates",
        ("rates",),
        lambda rate, step, settings: settings["rates"][min(step, len(settings["rates"])) - 1],
        {},
    ),
)

SCHEDULES: Mapping[str, Schedule] = {row.name: row for row in _ROWS}

"""Update rules of the optimizers: one row each, written once for the general law and for every step of it.

A rule is a list of lines, each of them one quantity of one parameter, and the parameter's new value. What a line
is written of comes from a :class:`Moment`: the names of one parameter at one step, or the general ones
(θ, g and each state with the index t).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Name, Over, Plus, Power, Times, minus, names_in

SETTING_NAMES: Mapping[str, str] = {
    "learning_rate": "eta",
    "momentum": "gamma",
    "decay": "rho",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
}
"""The name in formulas of each numeric setting, by its field."""

ETA, GAMMA, RHO, BETA1, BETA2, EPSILON = map(Name, SETTING_NAMES.values())

STATES = "states"
RATES = "rates"


@dataclass(frozen=True)
class Moment:
    """One parameter at one step: the nodes of which its update is written.

    ``parameter`` is its value before the step, ``step`` the number t of the step; ``now`` and ``before`` give a
    line's quantity at this step and at the one before it.
    """

    parameter: Any
    gradient: Any
    step: Any
    now: Callable[[str], Name]
    before: Callable[[str], Name]


Formula = Callable[[Moment], Any]

PARAMETER = "theta"


def now(head: str) -> Name:
    """A line's quantity at step t, in general."""
    return Name(f"{head}_t")


def before(head: str) -> Name:
    """A line's quantity at step t - 1, in general."""
    return Name(f"{head}_previous")


GENERAL = Moment(before(PARAMETER), now("g"), Name("t"), now, before)
"""The moment of the general law."""


@dataclass(frozen=True)
class Line:
    """One quantity on the way to the new value: the head of its name, what it is, its group, its formula.

    ``is_square`` says that it is made of squared gradients, so that it cannot be negative.
    """

    head: str
    meaning: str
    group: str
    formula: Formula
    is_square: bool = False

    @property
    def law(self) -> Any:
        """The formula in general names."""
        return self.formula(GENERAL)

    @property
    def is_carried_on(self) -> bool:
        """Whether a step needs the value of the step before, and the first step an initial one."""
        return before(self.head).name in names_in(self.law)


@dataclass(frozen=True)
class Conventions:
    """The points in which courses write the same method differently."""

    epsilon_inside_root: bool = True
    bias_correction: bool = True
    learning_rate_inside_velocity: bool = True

    def root(self, squares: Any) -> Any:
        """√(v + ε), or √v + ε."""
        if self.epsilon_inside_root:
            return Call("sqrt", Plus(squares, EPSILON))
        return Plus(Call("sqrt", squares), EPSILON)


@dataclass(frozen=True)
class Update:
    """One method.

    ``lines`` are its quantities in the order in which they are computed, ``new_value`` the parameter's formula.
    ``coefficients`` and ``conventions`` name the fields that belong to it beside the learning rate;
    ``conventions`` with their defaults.
    """

    name: str
    title: str
    lines: Callable[[Conventions], tuple[Line, ...]]
    new_value: Callable[[Conventions], Formula]
    coefficients: tuple[str, ...] = ()
    conventions: Mapping[str, bool] = field(default_factory=dict)

    @property
    def settings(self) -> tuple[str, ...]:
        """Every field that belongs to the method."""
        return ("learning_rate", *self.coefficients, *self.conventions)


def _squared(node: Any) -> Any:
    return Power(node, TWO)


def _average(head: str, coefficient: Name, of: Formula) -> Formula:
    """The exponentially decaying average: coefficient·(before) + (1 - coefficient)·(new)."""
    return lambda at: Plus(Times(coefficient, at.before(head)), Times(minus(ONE, coefficient), of(at)))


def _gradient(at: Moment) -> Any:
    return at.gradient


def _squared_gradient(at: Moment) -> Any:
    return _squared(at.gradient)


def _corrected(head: str, coefficient: Name) -> Formula:
    return lambda at: Over(at.now(head), minus(ONE, Power(coefficient, at.step)))


def _rate(squares: str, conventions: Conventions) -> Line:
    return Line("rate", "effective learning rate", RATES, lambda at: Over(ETA, conventions.root(at.now(squares))))


def _step_at_rate(conventions: Conventions) -> Formula:
    return lambda at: minus(at.parameter, Times(at.now("rate"), at.gradient))


def _velocity(conventions: Conventions) -> tuple[Line, ...]:
    inside = conventions.learning_rate_inside_velocity

    def formula(at: Moment) -> Any:
        return Plus(Times(GAMMA, at.before("v")), Times(ETA, at.gradient) if inside else at.gradient)

    return (Line("v", "velocity", STATES, formula),)


def _step_by_velocity(conventions: Conventions) -> Formula:
    if conventions.learning_rate_inside_velocity:
        return lambda at: minus(at.parameter, at.now("v"))
    return lambda at: minus(at.parameter, Times(ETA, at.now("v")))


def _accumulator(conventions: Conventions) -> tuple[Line, ...]:
    def formula(at: Moment) -> Any:
        return Plus(at.before("G"), _squared_gradient(at))

    return (Line("G", "accumulated squared gradient", STATES, formula, is_square=True), _rate("G", conventions))


def _decaying_average(conventions: Conventions) -> tuple[Line, ...]:
    average = Line("v", "average squared gradient", STATES, _average("v", RHO, _squared_gradient), is_square=True)
    return (average, _rate("v", conventions))


def _moments(conventions: Conventions) -> tuple[Line, ...]:
    moments = (
        Line("m", "first moment", STATES, _average("m", BETA1, _gradient)),
        Line("v", "second moment", STATES, _average("v", BETA2, _squared_gradient), is_square=True),
    )
    if not conventions.bias_correction:
        return moments
    return (
        *moments,
        Line("mhat", "bias-corrected first moment", STATES, _corrected("m", BETA1)),
        Line("vhat", "bias-corrected second moment", STATES, _corrected("v", BETA2)),
    )


def _step_by_moments(conventions: Conventions) -> Formula:
    m, v = ("mhat", "vhat") if conventions.bias_correction else ("m", "v")
    return lambda at: minus(at.parameter, Times(Over(ETA, conventions.root(at.now(v))), at.now(m)))


_ROWS = (
    # Robbins and Monro 1951, "A Stochastic Approximation Method"; Goodfellow et al., Deep Learning, algorithm 8.1.
    Update(
        "sgd",
        "gradient descent",
        lambda conventions: (),
        lambda conventions: lambda at: minus(at.parameter, Times(ETA, at.gradient)),
    ),
    # Polyak 1964, with the learning rate inside the velocity (Qian 1999; Ruder 2016, section 4.1);
    # outside of it as in PyTorch's SGD.
    Update(
        "momentum",
        "gradient descent with momentum",
        _velocity,
        _step_by_velocity,
        ("momentum",),
        {"learning_rate_inside_velocity": True},
    ),
    # Duchi, Hazan and Singer 2011, diagonal form; ε inside the root as in Ruder 2016, equation 17.
    Update(
        "adagrad",
        "AdaGrad",
        _accumulator,
        _step_at_rate,
        ("epsilon",),
        {"epsilon_inside_root": True},
    ),
    # Tieleman and Hinton 2012, lecture 6.5; ε inside the root as in Goodfellow et al., algorithm 8.5.
    Update(
        "rmsprop",
        "RMSProp",
        _decaying_average,
        _step_at_rate,
        ("decay", "epsilon"),
        {"epsilon_inside_root": True},
    ),
    # Kingma and Ba 2015, algorithm 1: with bias correction, ε outside the root.
    Update(
        "adam",
        "Adam",
        _moments,
        _step_by_moments,
        ("beta1", "beta2", "epsilon"),
        {"bias_correction": True, "epsilon_inside_root": False},
    ),
)

UPDATES: Mapping[str, Update] = {row.name: row for row in _ROWS}

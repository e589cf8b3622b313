"""Update rules of the optimizers: one row each, written once for the general law and for every step of it.

A rule is a list of lines, each of them one quantity of one parameter, and the parameter's new value. What a line
is written of comes from a :class:`Moment`: the names of one parameter at one step, or the general ones
(θ, g and each state with the index t).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deepcalc.notation.edits import terms
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Cases,
    Name,
    Negative,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    minus,
    names_in,
    negative,
    total,
)

SETTING_NAMES: Mapping[str, str] = {
    "learning_rate": "eta",
    "momentum": "gamma",
    "decay": "rho",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "weight_decay": "lambda",
    "dampening": "tau",
}
"""The name in formulas of each numeric setting, by its field."""

ETA, GAMMA, RHO, BETA1, BETA2, EPSILON, LAMBDA, TAU = map(Name, SETTING_NAMES.values())

GRADIENTS = "gradients"
NORM = Name("norm_t")
STATES = "states"
RATES = "rates"


@dataclass(frozen=True)
class Moment:
    """One parameter at one step: the nodes of which its update is written.

    ``parameter`` is its value before the step, ``step`` the number t of the step; ``now`` and ``before`` give a
    line's quantity at this step and at the one before it; ``rate`` is the learning rate of the step, ``norm`` that of
    all its gradients together.
    """

    parameter: Any
    gradient: Any
    step: Any
    now: Callable[[str], Name]
    before: Callable[[str], Name]
    rate: Any = ETA
    norm: Any = NORM


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
    """The points in which courses write the same method differently.

    ``given`` are the options that were asked for; ``clip_value`` and ``clip_norm`` the bounds of the gradients.
    """

    epsilon_inside_root: bool = True
    bias_correction: bool = True
    learning_rate_inside_velocity: bool = True
    velocity_is_step: bool = False
    look_ahead: bool = True
    centered: bool = False
    decoupled: bool = False
    given: frozenset[str] = frozenset()
    clip_value: Any = None
    clip_norm: Any = None

    def root(self, squares: Any) -> Any:
        """√(v + ε), or √v + ε."""
        if self.epsilon_inside_root:
            return Call("sqrt", total(*terms(squares), EPSILON))
        return Plus(Call("sqrt", squares), EPSILON)


@dataclass(frozen=True)
class Update:
    """One method.

    ``lines`` are its quantities in the order in which they are computed, ``new_value`` the parameter's formula.
    ``coefficients`` and ``conventions`` name the fields that belong to it beside the learning rate;
    ``conventions`` with their defaults. ``options`` are coefficients that act only where they are given, ``defaults``
    the method's own values of fields that others share. ``point`` is where the gradient is taken, if not at the
    parameter.
    """

    name: str
    title: str
    lines: Callable[[Conventions], tuple[Line, ...]]
    new_value: Callable[[Conventions], Formula]
    coefficients: tuple[str, ...] = ()
    conventions: Mapping[str, bool] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    point: Callable[[Conventions], Line | None] = lambda conventions: None
    decouples: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """Every field that belongs to the method."""
        return ("learning_rate", *self.coefficients, *self.options, *self.conventions)


COMMON_OPTIONS = ("weight_decay",)
"""Options that every method takes."""


@dataclass(frozen=True)
class Rule:
    """A method in the conventions chosen: what an update is made of, whoever asks for it.

    The gradient is first clipped, then joined by a coupled weight decay (the order of PyTorch, where clipping comes
    before the optimizer's step); a decoupled one is taken from the new value (Loshchilov and Hutter 2019, algorithm 2).
    """

    update: Update
    conventions: Conventions

    @property
    def needs_norm(self) -> bool:
        return self.conventions.clip_norm is not None

    @property
    def point(self) -> Line | None:
        """Where the gradient is taken; None where that is the parameter itself."""
        return self.update.point(self.conventions)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The quantities of one parameter in their order."""
        own = self.update.lines(self.conventions)
        return (*self._gradient_lines(), *(replace(line, formula=self._fed(line.formula)) for line in own))

    @property
    def new_value(self) -> Formula:
        formula = self._fed(self.update.new_value(self.conventions))
        if not (self._decays and self.conventions.decoupled):
            return formula
        return lambda at: Plus(*terms(formula(at)), Negative(Times(at.rate, LAMBDA, at.parameter)))

    @property
    def _decays(self) -> bool:
        return "weight_decay" in self.conventions.given

    def _gradient_lines(self) -> Iterator[Line]:
        clip_value, clip_norm = self.conventions.clip_value, self.conventions.clip_norm
        if clip_value is not None:

            def by_value(at: Moment) -> Any:
                return Call("max", negative(clip_value), Call("min", clip_value, at.gradient))

            yield Line("clipped", "clipped gradient", GRADIENTS, by_value)
        elif clip_norm is not None:

            def by_norm(at: Moment) -> Any:
                scaled = Times(Over(clip_norm, at.norm), at.gradient)
                return Cases(scaled, Relation(">", at.norm, clip_norm), at.gradient)

            yield Line("clipped", "clipped gradient", GRADIENTS, by_norm)
        if self._decays and not self.conventions.decoupled:

            def decayed(at: Moment) -> Any:
                return Plus(self._clipped(at).gradient, Times(LAMBDA, at.parameter))

            yield Line("decayed", "gradient with weight decay", GRADIENTS, decayed)

    def _clipped(self, at: Moment) -> Moment:
        is_clipped = self.conventions.clip_value is not None or self.needs_norm
        return replace(at, gradient=at.now("clipped")) if is_clipped else at

    def _fed(self, formula: Formula) -> Formula:
        """The formula with the gradient that the method sees."""
        if self._decays and not self.conventions.decoupled:
            return lambda at: formula(replace(at, gradient=at.now("decayed")))
        return lambda at: formula(self._clipped(at))


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


def _squares_seen(squares: str, conventions: Conventions) -> Formula:
    """v, or v - m² where the average of the gradients is taken away."""
    if conventions.centered:
        return lambda at: minus(at.now(squares), _squared(at.now("m")))
    return lambda at: at.now(squares)


def _rate(squares: str, conventions: Conventions) -> Line:
    seen = _squares_seen(squares, conventions)
    return Line("rate", "effective learning rate", RATES, lambda at: Over(at.rate, conventions.root(seen(at))))


def _step_at_rate(conventions: Conventions) -> Formula:
    return lambda at: minus(at.parameter, Times(at.now("rate"), at.gradient))


def _velocity(conventions: Conventions) -> tuple[Line, ...]:
    inside = conventions.learning_rate_inside_velocity or conventions.velocity_is_step

    def formula(at: Moment) -> Any:
        kept = (minus(ONE, TAU),) if "dampening" in conventions.given else ()
        factors = (*kept, *((at.rate,) if inside else ()), at.gradient)
        step = Times(*factors) if len(factors) > 1 else at.gradient
        return Plus(Times(GAMMA, at.before("v")), Negative(step) if conventions.velocity_is_step else step)

    return (Line("v", "velocity", STATES, formula),)


def _step_by_velocity(conventions: Conventions) -> Formula:
    if conventions.velocity_is_step:
        return lambda at: Plus(at.parameter, at.now("v"))
    if conventions.learning_rate_inside_velocity:
        return lambda at: minus(at.parameter, at.now("v"))
    return lambda at: minus(at.parameter, Times(at.rate, at.now("v")))


def _look_ahead(conventions: Conventions) -> Line | None:
    """θ - γ·v, where the velocity of the step before would lead."""
    if not conventions.look_ahead:
        return None

    def formula(at: Moment) -> Any:
        step = Times(GAMMA, at.before("v"))
        if conventions.velocity_is_step:
            return Plus(at.parameter, step)
        inside = conventions.learning_rate_inside_velocity
        return minus(at.parameter, step if inside else Times(at.rate, *step.args))

    return Line("ahead", "look-ahead point", GRADIENTS, formula)


def _step_by_nesterov(conventions: Conventions) -> Formula:
    """The step by the velocity, or, in the re-parametrised form, by γ·v + η·g with the new velocity."""
    if conventions.look_ahead:
        return _step_by_velocity(conventions)

    def formula(at: Moment) -> Any:
        ahead = Times(GAMMA, at.now("v"))
        if conventions.velocity_is_step:
            return Plus(at.parameter, ahead, Negative(Times(at.rate, at.gradient)))
        if conventions.learning_rate_inside_velocity:
            return Plus(at.parameter, Negative(ahead), Negative(Times(at.rate, at.gradient)))
        return minus(at.parameter, Times(at.rate, Plus(at.gradient, ahead)))

    return formula


def _accumulator(conventions: Conventions) -> tuple[Line, ...]:
    def formula(at: Moment) -> Any:
        return Plus(at.before("G"), _squared_gradient(at))

    return (Line("G", "accumulated squared gradient", STATES, formula, is_square=True), _rate("G", conventions))


_MEAN_SQUARE = Line("v", "average squared gradient", STATES, _average("v", RHO, _squared_gradient), is_square=True)


def _decaying_average(conventions: Conventions) -> tuple[Line, ...]:
    mean = (Line("m", "average gradient", STATES, _average("m", RHO, _gradient)),) if conventions.centered else ()
    lines = (_MEAN_SQUARE, *mean)
    if "momentum" not in conventions.given:
        return (*lines, _rate("v", conventions))
    if conventions.learning_rate_inside_velocity:

        def inside(at: Moment) -> Any:
            return Plus(Times(GAMMA, at.before("u")), Times(at.now("rate"), at.gradient))

        return (*lines, _rate("v", conventions), Line("u", "velocity", STATES, inside))
    seen = _squares_seen("v", conventions)

    def outside(at: Moment) -> Any:
        return Plus(Times(GAMMA, at.before("u")), Over(at.gradient, conventions.root(seen(at))))

    return (*lines, Line("u", "velocity", STATES, outside))


def _step_of_rmsprop(conventions: Conventions) -> Formula:
    if "momentum" not in conventions.given:
        return _step_at_rate(conventions)
    if conventions.learning_rate_inside_velocity:
        return lambda at: minus(at.parameter, at.now("u"))
    return lambda at: minus(at.parameter, Times(at.rate, at.now("u")))


def _adadelta(conventions: Conventions) -> tuple[Line, ...]:
    def step(at: Moment) -> Any:
        quotient = Over(conventions.root(at.before("u")), conventions.root(at.now("v")))
        return Times(quotient, at.gradient)

    def squared_step(at: Moment) -> Any:
        return _squared(at.now("step"))

    return (
        _MEAN_SQUARE,
        Line("step", "step", RATES, step),
        Line("u", "average squared step", STATES, _average("u", RHO, squared_step), is_square=True),
    )


_FIRST_MOMENT = Line("m", "first moment", STATES, _average("m", BETA1, _gradient))
_SECOND_MOMENT = Line("v", "second moment", STATES, _average("v", BETA2, _squared_gradient), is_square=True)
_FIRST_CORRECTED = Line("mhat", "bias-corrected first moment", STATES, _corrected("m", BETA1))


def _moments(conventions: Conventions) -> tuple[Line, ...]:
    moments = (_FIRST_MOMENT, _SECOND_MOMENT)
    if not conventions.bias_correction:
        return moments
    second = Line("vhat", "bias-corrected second moment", STATES, _corrected("v", BETA2))
    return (*moments, _FIRST_CORRECTED, second)


def _step_by_moments(conventions: Conventions) -> Formula:
    m, v = ("mhat", "vhat") if conventions.bias_correction else ("m", "v")
    return lambda at: minus(at.parameter, Times(Over(at.rate, conventions.root(at.now(v))), at.now(m)))


def _step_of_nadam(conventions: Conventions) -> Formula:
    def formula(at: Moment) -> Any:
        fresh = Over(Times(minus(ONE, BETA1), at.gradient), minus(ONE, Power(BETA1, at.step)))
        mixed = Plus(Times(BETA1, at.now("mhat")), fresh)
        return minus(at.parameter, Times(Over(at.rate, conventions.root(at.now("vhat"))), mixed))

    return formula


def _moment_and_largest(conventions: Conventions) -> tuple[Line, ...]:
    def largest(at: Moment) -> Any:
        size = Call("abs", at.gradient)
        if "epsilon" in conventions.given:
            size = Plus(size, EPSILON)
        return Call("max", Times(BETA2, at.before("u")), size)

    bound = Line("u", "decaying largest gradient", STATES, largest, is_square=True)
    return (_FIRST_MOMENT, bound, _FIRST_CORRECTED)


def _largest_moments(conventions: Conventions) -> tuple[Line, ...]:
    def largest(at: Moment) -> Any:
        return Call("max", at.before("vmax"), at.now("v"))

    lines = (
        _FIRST_MOMENT,
        _SECOND_MOMENT,
        Line("vmax", "largest second moment so far", STATES, largest, is_square=True),
    )
    if not conventions.bias_correction:
        return lines
    second = Line("vhat", "bias-corrected second moment", STATES, _corrected("vmax", BETA2))
    return (*lines, _FIRST_CORRECTED, second)


def _step_of_amsgrad(conventions: Conventions) -> Formula:
    m, v = ("mhat", "vhat") if conventions.bias_correction else ("m", "vmax")
    return lambda at: minus(at.parameter, Times(Over(at.rate, conventions.root(at.now(v))), at.now(m)))


def _lion(conventions: Conventions) -> tuple[Line, ...]:
    def mixed(at: Moment) -> Any:
        return Plus(Times(BETA1, at.before("m")), Times(minus(ONE, BETA1), at.gradient))

    return (
        Line("c", "direction", RATES, mixed),
        Line("m", "momentum", STATES, _average("m", BETA2, _gradient)),
    )


_ROWS = (
    # Robbins and Monro 1951, "A Stochastic Approximation Method"; Goodfellow et al., Deep Learning, algorithm 8.1.
    Update(
        "sgd",
        "gradient descent",
        lambda conventions: (),
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, at.gradient)),
        aliases=("gd", "gradient_descent"),
    ),
    # Bernstein et al. 2018, algorithm 1.
    Update(
        "sign_sgd",
        "sign gradient descent",
        lambda conventions: (),
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, Call("sign", at.gradient))),
        aliases=("signsgd", "signum"),
    ),
    # Polyak 1964, with the learning rate inside the velocity (Qian 1999; Ruder 2016, section 4.1);
    # outside of it as in PyTorch's SGD.
    Update(
        "momentum",
        "gradient descent with momentum",
        _velocity,
        _step_by_velocity,
        ("momentum",),
        {"learning_rate_inside_velocity": True, "velocity_is_step": False},
        ("dampening",),
        aliases=("sgd_momentum", "heavy_ball"),
    ),
    # Nesterov 1983 as in Sutskever et al. 2013 (the gradient at the look-ahead point; given gradients are those there);
    # look_ahead: false is the re-parametrised form of Bengio et al. 2013, PyTorch and Keras.
    Update(
        "nesterov",
        "Nesterov's accelerated gradient",
        _velocity,
        _step_by_nesterov,
        ("momentum",),
        {"look_ahead": True, "learning_rate_inside_velocity": True, "velocity_is_step": False},
        aliases=("nag",),
        point=_look_ahead,
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
        _step_of_rmsprop,
        ("decay", "epsilon"),
        {"epsilon_inside_root": True, "centered": False, "learning_rate_inside_velocity": True},
        ("momentum",),
    ),
    # Zeiler 2012, algorithm 1, with a learning rate before the step as in PyTorch and Keras (1 in the paper).
    Update(
        "adadelta",
        "Adadelta",
        _adadelta,
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, at.now("step"))),
        ("decay", "epsilon"),
        {"epsilon_inside_root": True},
        defaults={"epsilon": "1e-6"},
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
    # Loshchilov and Hutter 2019, algorithm 2: Adam with decoupled weight decay; λ = 0.01 as in PyTorch.
    Update(
        "adamw",
        "AdamW",
        _moments,
        _step_by_moments,
        ("beta1", "beta2", "epsilon", "weight_decay"),
        {"bias_correction": True, "epsilon_inside_root": False},
        defaults={"weight_decay": "0.01"},
        decouples=True,
    ),
    # Kingma and Ba 2015, algorithm 2; ε inside the maximum, as in PyTorch, only where it is given.
    Update(
        "adamax",
        "AdaMax",
        _moment_and_largest,
        lambda conventions: lambda at: minus(at.parameter, Times(Over(at.rate, at.now("u")), at.now("mhat"))),
        ("beta1", "beta2"),
        options=("epsilon",),
    ),
    # Dozat 2016 without the schedule of the momentum, as in Ruder 2016, equation 39.
    Update(
        "nadam",
        "Nadam",
        _moments,
        _step_of_nadam,
        ("beta1", "beta2", "epsilon"),
        {"epsilon_inside_root": False},
    ),
    # Reddi, Kale and Kumar 2018, algorithm 2, without bias correction; with it as in PyTorch.
    Update(
        "amsgrad",
        "AMSGrad",
        _largest_moments,
        _step_of_amsgrad,
        ("beta1", "beta2", "epsilon"),
        {"bias_correction": False, "epsilon_inside_root": False},
    ),
    # Chen et al. 2023, algorithm 2: the sign of a mixture; β₁ = 0.9, β₂ = 0.99, decoupled weight decay.
    Update(
        "lion",
        "Lion",
        _lion,
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, Call("sign", at.now("c")))),
        ("beta1", "beta2"),
        defaults={"beta2": "0.99"},
        decouples=True,
    ),
)

UPDATES: Mapping[str, Update] = {row.name: row for row in _ROWS}

METHOD_ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}
"""Other names of the methods."""

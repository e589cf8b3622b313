"""Gradient descent, Newton's method, and descents with a velocity: momentum and Nesterov's."""

from __future__ import annotations

from dataclasses import replace

from deepcalc.notation.array_nodes import Apply, MatrixProduct
from deepcalc.notation.nodes import ONE, Call, Negative, Node, Over, Plus, Times, minus
from deepcalc.rules.updates.moment import GAMMA, GRADIENTS, RATES, STATES, TAU, Conventions, FormulaAt, Line, Moment
from deepcalc.rules.updates.rule import Mistake, Update


def _has_rate(conventions: Conventions) -> bool:
    """Whether the learning rate is in the velocity; never in an average of gradients."""
    inside = conventions.learning_rate_inside_velocity or conventions.velocity_is_step
    return inside and not conventions.velocity_is_average


def _velocity(conventions: Conventions, *, from_first_step: bool = True) -> tuple[Line, ...]:
    """The velocity; where dampening is not from the first step on, that begins with the whole gradient."""
    inside = _has_rate(conventions)
    share = GAMMA if conventions.velocity_is_average else TAU if "dampening" in conventions.given else None

    def formula(at: Moment) -> Node:
        kept = () if share is None or (at.step == ONE and not from_first_step) else (minus(ONE, share),)
        factors = (*kept, *((at.rate,) if inside else ()), at.gradient)
        step = Times(*factors) if len(factors) > 1 else at.gradient
        return Plus(Times(GAMMA, at.before("v")), Negative(step) if conventions.velocity_is_step else step)

    at_first = "" if from_first_step or "dampening" not in conventions.given else "in step 1 without 1 − τ"
    return (Line("v", "velocity", STATES, formula, aliases=("velocity", "momentum_buffer"), at_first=at_first),)


def _step_by_velocity(conventions: Conventions) -> FormulaAt:
    if conventions.velocity_is_step:
        return lambda at: Plus(at.parameter, at.now("v"))
    if _has_rate(conventions):
        return lambda at: minus(at.parameter, at.now("v"))
    return lambda at: minus(at.parameter, Times(at.rate, at.now("v")))


def _look_ahead(conventions: Conventions) -> Line | None:
    """θ - γ·v, where the velocity of the step before would lead."""
    if not conventions.look_ahead:
        return None

    def formula(at: Moment) -> Node:
        step = Times(GAMMA, at.before("v"))
        if conventions.velocity_is_step:
            return Plus(at.parameter, step)
        inside = conventions.learning_rate_inside_velocity
        return minus(at.parameter, step if inside else Times(at.rate, *step.args))

    return Line("ahead", "look-ahead point", GRADIENTS, formula)


def _step_by_nesterov(conventions: Conventions) -> FormulaAt:
    """The step by the velocity, or, in the re-parametrised form, by γ·v + η·g with the new velocity."""
    if conventions.look_ahead:
        return _step_by_velocity(conventions)

    def formula(at: Moment) -> Node:
        ahead = Times(GAMMA, at.now("v"))
        if conventions.velocity_is_step:
            return Plus(at.parameter, ahead, Negative(Times(at.rate, at.gradient)))
        if conventions.learning_rate_inside_velocity:
            return Plus(at.parameter, Negative(ahead), Negative(Times(at.rate, at.gradient)))
        return minus(at.parameter, Times(at.rate, Plus(at.gradient, ahead)))

    return formula


def _other_nesterov(conventions: Conventions) -> tuple[Mistake, ...]:
    """The other form of the step; plain momentum where that is another one."""
    if conventions.look_ahead:
        step = _step_by_velocity(conventions)
        other = _step_by_nesterov(replace(conventions, look_ahead=False))
        message = "the step of the form without a look-ahead point, γ·v + η·g"
        return (
            Mistake("nesterov-form", message, new_value=other),
            Mistake("rate-twice", "the learning rate in both velocity and step",
                    new_value=lambda at: minus(at.parameter, Times(at.rate, at.now("v")))),
            Mistake("from-the-point", "the step taken from the look-ahead point, not from the parameter",
                    new_value=lambda at: step(replace(at, parameter=at.now("ahead")))),
        )  # fmt: skip
    plain = _step_by_velocity(conventions)
    return (Mistake("nesterov-forgotten", "plain momentum: the step by the velocity alone", new_value=plain),)


def _other_sgd(conventions: Conventions) -> tuple[Mistake, ...]:
    if not _has_velocity(conventions):
        return (
            Mistake("sign-alone", "the sign of the gradient in place of the gradient",
                    new_value=lambda at: minus(at.parameter, Times(at.rate, Call("sign", at.gradient)))),
            Mistake("divided", "the gradient divided by the learning rate",
                    new_value=lambda at: minus(at.parameter, Over(at.gradient, at.rate))),
        )  # fmt: skip
    if conventions.nesterov:
        return _other_nesterov(replace(conventions, look_ahead=False))
    step = _step_of_sgd(replace(conventions, nesterov=True))
    return (Mistake("nesterov-for-momentum", "Nesterov's step in place of that by the velocity", new_value=step),)


def _has_velocity(conventions: Conventions) -> bool:
    return "momentum" in conventions.given


def _velocity_of_sgd(conventions: Conventions) -> tuple[Line, ...]:
    return _velocity(conventions, from_first_step=False) if _has_velocity(conventions) else ()


def _step_of_sgd(conventions: Conventions) -> FormulaAt:
    if not _has_velocity(conventions):
        return lambda at: minus(at.parameter, Times(at.rate, at.gradient))
    step = _step_by_nesterov if conventions.nesterov else _step_by_velocity
    return step(replace(conventions, look_ahead=False))


def _newton(conventions: Conventions) -> tuple[Line, ...]:
    """H⁻¹g, the way to where the gradient is 0 to first order."""

    def formula(at: Moment) -> Node:
        if at.newton is not None:
            return at.newton
        if at.is_array:
            return MatrixProduct(Apply("inv", {}, at.hessian), at.gradient)
        return Over(at.gradient, at.hessian)

    return (Line("step", "Newton step", RATES, formula),)


ROWS = (
    Update(
        "sgd",
        "gradient descent",
        (
            "Robbins and Monro 1951; Goodfellow et al., algorithm 8.1; with momentum as in PyTorch's SGD, where "
            "dampening is not in the first step (velocity_is_step: true is Keras's SGD)"
        ),
        _velocity_of_sgd,
        _step_of_sgd,
        conventions={"nesterov": False, "learning_rate_inside_velocity": False, "velocity_is_step": False},
        options=("momentum", "dampening"),
        mistakes=_other_sgd,
        idle_at_zero=("momentum", "dampening", "weight_decay"),
        titles={
            "nesterov": "gradient descent with Nesterov's momentum",
            "momentum": "gradient descent with momentum",
        },
        aliases=(
            "gd",
            "gradient_descent",
            "stochastic_gradient_descent",
            "batch_gradient_descent",
            "mini_batch_gradient_descent",
            "steepest_descent",
        ),
        field_aliases={"beta": "momentum"},
    ),
    Update(
        "newton",
        "Newton's method",
        "Goodfellow et al., algorithm 8.8, with a learning rate before the step",
        _newton,
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, at.now("step"))),
        defaults={"learning_rate": "1"},
        aliases=("newton_raphson", "newtons_method", "newton_method"),
        needs_curvature=True,
    ),
    Update(
        "sign_sgd",
        "sign gradient descent",
        "Bernstein et al. 2018, algorithm 1",
        lambda conventions: (),
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, Call("sign", at.gradient))),
        aliases=("signsgd", "signum", "sign_descent", "sign_gradient_descent"),
    ),
    Update(
        "momentum",
        "gradient descent with momentum",
        (
            "Polyak 1964; η inside the velocity as in Qian 1999 and Ruder 2016, outside of it as in PyTorch; the "
            "average as in Ng's course (Deep Learning Specialization 2)"
        ),
        _velocity,
        _step_by_velocity,
        ("momentum",),
        {"learning_rate_inside_velocity": True, "velocity_is_step": False, "velocity_is_average": False},
        ("dampening",),
        aliases=(
            "sgd_momentum",
            "sgd_with_momentum",
            "gradient_descent_with_momentum",
            "heavy_ball",
            "classical_momentum",
            "polyak_momentum",
        ),
        field_aliases={"beta": "momentum", "rho": "momentum"},
    ),
    Update(
        "nesterov",
        "Nesterov's accelerated gradient",
        (
            "Nesterov 1983 as in Sutskever et al. 2013: given gradients are those at the look-ahead point; "
            "look_ahead: false is the form of Bengio et al. 2013, PyTorch and Keras"
        ),
        _velocity,
        _step_by_nesterov,
        ("momentum",),
        {"look_ahead": True, "learning_rate_inside_velocity": True, "velocity_is_step": False},
        aliases=("nag", "nesterov_momentum", "nesterov_accelerated_gradient", "sgd_nesterov"),
        field_aliases={"beta": "momentum", "rho": "momentum"},
        point=_look_ahead,
        mistakes=_other_nesterov,
    ),
)

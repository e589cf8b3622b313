"""Methods with two moments of the gradient, Adam and its like; Lion with one."""

from __future__ import annotations

from deepcalc.notation.nodes import ONE, Call, Literal, Node, Over, Plus, Power, Times, minus
from deepcalc.rules.updates.averages import average, corrected, own_gradient, squared_gradient
from deepcalc.rules.updates.moment import (
    BETA1,
    BETA2,
    EPSILON,
    PSI,
    RATES,
    STATES,
    Conventions,
    FormulaAt,
    Line,
    Moment,
)
from deepcalc.rules.updates.moment_mistakes import other_adamax, other_largest, other_lion, other_moments, other_nadam
from deepcalc.rules.updates.moment_steps import step_by_moments
from deepcalc.rules.updates.rule import Update

_FIRST_MOMENT = Line(
    "m", "first moment", STATES, average("m", BETA1, own_gradient), aliases=("exp_avg", "momentum", "first_moment")
)
_SECOND_MOMENT = Line(
    "v",
    "second moment",
    STATES,
    average("v", BETA2, squared_gradient),
    is_square=True,
    aliases=("exp_avg_sq", "velocity", "second_moment", "s", "r"),
)
_FIRST_CORRECTED = Line("mhat", "bias-corrected first moment", STATES, corrected("m", BETA1))


def _corrected_rate(at: Moment) -> Node:
    """η·√(1 - β₂ᵗ)/(1 - β₁ᵗ), with which the moments need no correction of their own."""
    first, second = (minus(ONE, Power(beta, at.step)) for beta in (BETA1, BETA2))
    return Over(Times(at.rate, Call("sqrt", second)), first)


_CORRECTED_RATE = Line("rate", "learning rate with the bias corrections", RATES, _corrected_rate, is_of_step=True)


def _moments(conventions: Conventions) -> tuple[Line, ...]:
    moments = (_FIRST_MOMENT, _SECOND_MOMENT)
    if not conventions.bias_correction:
        return moments
    if conventions.bias_correction_in_rate:
        return (*moments, _CORRECTED_RATE)
    second = Line("vhat", "bias-corrected second moment", STATES, corrected("v", BETA2))
    return (*moments, _FIRST_CORRECTED, second)


def _moments_of_nadam(conventions: Conventions) -> tuple[Line, ...]:
    """The moments; with a decay of the momentum its coefficients of this step and the next, and their product."""
    if "momentum_decay" not in conventions.given:
        return _moments(conventions)

    def product(at: Moment) -> Node:
        return Times(at.before("P"), at.now("mu"))

    return (
        Line("mu", "momentum of the step", RATES, lambda at: _decayed_momentum(at.step), is_of_step=True),
        Line(
            "mu_next", "momentum of the next step", RATES, lambda at: _decayed_momentum(at.next_step), is_of_step=True
        ),
        Line("P", "product of the momenta so far", STATES, product, is_of_step=True, start=ONE),
        _FIRST_MOMENT,
        _SECOND_MOMENT,
        Line("vhat", "bias-corrected second moment", STATES, corrected("v", BETA2)),
    )


def _decayed_momentum(step: Node) -> Node:
    """β₁(1 - ½·0.96^(ψt))."""
    return Times(BETA1, minus(ONE, Times(Literal("0.5"), Power(Literal("0.96"), Times(PSI, step)))))


def _step_of_nadam(conventions: Conventions) -> FormulaAt:
    if "momentum_decay" in conventions.given:
        return _scheduled_step_of_nadam(conventions)

    def formula(at: Moment) -> Node:
        fresh = Over(Times(minus(ONE, BETA1), at.gradient), minus(ONE, Power(BETA1, at.step)))
        mixed = Plus(Times(BETA1, at.now("mhat")), fresh)
        return minus(at.parameter, Times(Over(at.rate, conventions.root(at.now("vhat"))), mixed))

    return formula


def _scheduled_step_of_nadam(conventions: Conventions) -> FormulaAt:
    def formula(at: Moment) -> Node:
        mu, following, product = at.now("mu"), at.now("mu_next"), at.now("P")
        moment = Over(Times(following, at.now("m")), minus(ONE, Times(product, following)))
        fresh = Over(Times(minus(ONE, mu), at.gradient), minus(ONE, product))
        return minus(at.parameter, Times(Over(at.rate, conventions.root(at.now("vhat"))), Plus(moment, fresh)))

    return formula


def _moment_and_largest(conventions: Conventions) -> tuple[Line, ...]:
    def largest(at: Moment) -> Node:
        size: Node = Call("abs", at.gradient)
        if "epsilon" in conventions.given:
            size = Plus(size, EPSILON)
        return Call("max", Times(BETA2, at.before("u")), size)

    bound = Line("u", "decaying largest gradient", STATES, largest, is_square=True, aliases=("exp_inf",))
    return (_FIRST_MOMENT, bound, _FIRST_CORRECTED)


def _largest_moments(conventions: Conventions) -> tuple[Line, ...]:
    def largest(at: Moment) -> Node:
        return Call("max", at.before("vmax"), at.now("v"))

    lines = (
        _FIRST_MOMENT,
        _SECOND_MOMENT,
        Line("vmax", "largest second moment so far", STATES, largest, is_square=True, aliases=("max_exp_avg_sq",)),
    )
    if not conventions.bias_correction:
        return lines
    if conventions.bias_correction_in_rate:
        return (*lines, _CORRECTED_RATE)
    second = Line("vhat", "bias-corrected second moment", STATES, corrected("vmax", BETA2))
    return (*lines, _FIRST_CORRECTED, second)


def _step_of_amsgrad(conventions: Conventions) -> FormulaAt:
    return step_by_moments(conventions, "vmax")


def _lion(conventions: Conventions) -> tuple[Line, ...]:
    def mixed(at: Moment) -> Node:
        return Plus(Times(BETA1, at.before("m")), Times(minus(ONE, BETA1), at.gradient))

    return (
        Line("c", "direction", RATES, mixed),
        Line("m", "momentum", STATES, average("m", BETA2, own_gradient), aliases=("exp_avg", "momentum")),
    )


_DECAYS = {"rho1": "beta1", "rho2": "beta2"}
"""The coefficients in Goodfellow, Bengio and Courville, *Deep Learning*, algorithm 8.7."""

ROWS = (
    Update(
        "adam",
        "Adam",
        (
            "Kingma and Ba 2015, algorithm 1; with both corrections in the rate as at the end of its section 2, in "
            "TensorFlow and in Keras"
        ),
        _moments,
        step_by_moments,
        ("beta1", "beta2", "epsilon"),
        {"bias_correction": True, "bias_correction_in_rate": False, "epsilon_inside_root": False},
        aliases=("adaptive_moment_estimation",),
        field_aliases=_DECAYS,
        mistakes=other_moments,
    ),
    Update(
        "adamw",
        "AdamW",
        (
            "Loshchilov and Hutter 2019, algorithm 2: weight decay decoupled; λ as in PyTorch and Keras times the "
            "rate, which it is not in the paper (decay_times_rate: false)"
        ),
        _moments,
        step_by_moments,
        ("beta1", "beta2", "epsilon", "weight_decay"),
        {"bias_correction": True, "bias_correction_in_rate": False, "epsilon_inside_root": False},
        defaults={"weight_decay": "0.01"},
        aliases=("adam_with_decoupled_weight_decay",),
        decouples=True,
        field_aliases=_DECAYS,
        mistakes=other_moments,
    ),
    Update(
        "adamax",
        "AdaMax",
        "Kingma and Ba 2015, algorithm 2; ε inside the maximum as in PyTorch, only where it is given",
        _moment_and_largest,
        lambda conventions: lambda at: minus(at.parameter, Times(Over(at.rate, at.now("u")), at.now("mhat"))),
        ("beta1", "beta2"),
        options=("epsilon",),
        field_aliases=_DECAYS,
        mistakes=other_adamax,
    ),
    Update(
        "nadam",
        "Nadam",
        (
            "Dozat 2016 without the schedule of the momentum, as in Ruder 2016, equation 39; with momentum_decay with "
            "it, as in algorithm 8, PyTorch and Keras"
        ),
        _moments_of_nadam,
        _step_of_nadam,
        ("beta1", "beta2", "epsilon"),
        {"epsilon_inside_root": False},
        ("momentum_decay",),
        field_aliases={**_DECAYS, "schedule_decay": "momentum_decay"},
        mistakes=other_nadam,
    ),
    Update(
        "amsgrad",
        "AMSGrad",
        "Reddi, Kale and Kumar 2018, algorithm 2; with bias correction as in PyTorch, that in the rate as in Keras",
        _largest_moments,
        _step_of_amsgrad,
        ("beta1", "beta2", "epsilon"),
        {"bias_correction": False, "bias_correction_in_rate": False, "epsilon_inside_root": False},
        field_aliases=_DECAYS,
        mistakes=other_largest,
    ),
    Update(
        "lion",
        "Lion",
        "Chen et al. 2023, algorithm 2; weight decay is decoupled",
        _lion,
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, Call("sign", at.now("c")))),
        ("beta1", "beta2"),
        defaults={"beta2": "0.99"},
        decouples=True,
        mistakes=other_lion,
    ),
)

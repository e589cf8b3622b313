"""Methods with two moments of the gradient, Adam and its like; Lion with one."""

from __future__ import annotations

from deepcalc.notation.nodes import ONE, Call, Literal, Node, Over, Plus, Power, Times, minus
from deepcalc.rules.updates.averages import average, corrected, own_gradient, squared, squared_gradient
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
from deepcalc.rules.updates.rule import Mistake, Update

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


def _corrects_rate(conventions: Conventions) -> bool:
    return conventions.bias_correction and conventions.bias_correction_in_rate


def _moments(conventions: Conventions) -> tuple[Line, ...]:
    moments = (_FIRST_MOMENT, _SECOND_MOMENT)
    if not conventions.bias_correction:
        return moments
    if conventions.bias_correction_in_rate:
        return (*moments, _CORRECTED_RATE)
    second = Line("vhat", "bias-corrected second moment", STATES, corrected("v", BETA2))
    return (*moments, _FIRST_CORRECTED, second)


def _step_by_moments(conventions: Conventions, uncorrected: str = "v") -> FormulaAt:
    in_rate = _corrects_rate(conventions)
    m, v = ("mhat", "vhat") if conventions.bias_correction and not in_rate else ("m", uncorrected)

    def formula(at: Moment) -> Node:
        rate = at.now("rate") if in_rate else at.rate
        return minus(at.parameter, Times(Over(rate, conventions.root(at.now(v))), at.now(m)))

    return formula


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
    return _step_by_moments(conventions, "vmax")


def _lion(conventions: Conventions) -> tuple[Line, ...]:
    def mixed(at: Moment) -> Node:
        return Plus(Times(BETA1, at.before("m")), Times(minus(ONE, BETA1), at.gradient))

    return (
        Line("c", "direction", RATES, mixed),
        Line("m", "momentum", STATES, average("m", BETA2, own_gradient), aliases=("exp_avg", "momentum")),
    )


def _other_moments(conventions: Conventions) -> tuple[Mistake, ...]:
    """The gradient in place of its average; a correction where there is none."""
    scale = conventions.root

    def without_first(at: Moment) -> Node:
        second = "vhat" if conventions.bias_correction else "v"
        return minus(at.parameter, Times(Over(at.rate, scale(at.now(second))), at.gradient))

    def squared_moment(at: Moment) -> Node:
        return squared(at.now("m"))

    message = "the first moment squared in v, not the gradient"
    found = [Mistake("moment-squared", message, {"v": average("v", BETA2, squared_moment)})]
    if not _corrects_rate(conventions):
        message = "the gradient itself in place of the first moment"
        found.append(Mistake("gradient-for-moment", message, new_value=without_first))
    return (*found, *_corrected_in_vain(conventions, "v"))


def _corrected_in_vain(conventions: Conventions, head: str) -> tuple[Mistake, ...]:
    def formula(at: Moment) -> Node:
        first, second = corrected("m", BETA1)(at), corrected(head, BETA2)(at)
        return minus(at.parameter, Times(Over(at.rate, conventions.root(second)), first))

    if conventions.bias_correction:
        return ()
    return (Mistake("bias-corrected", "a bias correction, which the rule does not have here", new_value=formula),)


def _other_largest(conventions: Conventions) -> tuple[Mistake, ...]:
    """The moment itself in place of the largest so far."""
    if conventions.bias_correction and not conventions.bias_correction_in_rate:
        plain = Mistake("maximum-forgotten", _NO_MAXIMUM, {"vhat": corrected("v", BETA2)})
    else:
        plain = Mistake("maximum-forgotten", _NO_MAXIMUM, new_value=_step_by_moments(conventions))
    return (plain, *_corrected_in_vain(conventions, "vmax"))


_NO_MAXIMUM = "v itself in place of its largest value so far"


def _other_adamax(conventions: Conventions) -> tuple[Mistake, ...]:
    def formula(at: Moment) -> Node:
        return minus(at.parameter, Times(Over(at.rate, corrected("u", BETA2)(at)), at.now("mhat")))

    return (Mistake("bias-corrected", "the largest gradient corrected too", new_value=formula),)


def _other_nadam(conventions: Conventions) -> tuple[Mistake, ...]:
    """Adam's step; the gradient in it without its correction."""
    if "momentum_decay" in conventions.given:
        return ()

    def mixed(moment: FormulaAt, fresh: FormulaAt) -> FormulaAt:
        def step(at: Moment) -> Node:
            return Times(Over(at.rate, conventions.root(at.now("vhat"))), Plus(moment(at), fresh(at)))

        return lambda at: minus(at.parameter, step(at))

    def by_next(at: Moment) -> Node:
        return Over(Times(BETA1, at.now("m")), minus(ONE, Power(BETA1, at.next_step)))

    def fresh(at: Moment) -> Node:
        return Over(Times(rest, at.gradient), minus(ONE, Power(BETA1, at.step)))

    def weighted(at: Moment) -> Node:
        return Times(BETA1, at.now("mhat"))

    def plain(at: Moment) -> Node:
        return Times(rest, at.gradient)

    def unweighted(at: Moment) -> Node:
        return Over(at.gradient, minus(ONE, Power(BETA1, at.step)))

    rest, first, second = minus(ONE, BETA1), "the first moment", "the gradient"
    swapped = mixed(lambda at: Times(rest, at.now("mhat")), lambda at: Times(BETA1, unweighted(at)))
    without = mixed(lambda at: Times(BETA1, at.now("m")), plain)
    alone = mixed(lambda at: at.now("mhat"), fresh)
    return (
        Mistake(
            "nesterov-forgotten", "Adam's step, by the first moment alone", new_value=_step_by_moments(conventions)
        ),
        Mistake("no-bias-correction", f"no bias correction of {second} in the step", new_value=mixed(weighted, plain)),
        Mistake("no-bias-correction", "no bias correction of first moment and gradient", new_value=without),
        Mistake("t-off-by-one", f"t + 1 in place of t below {first}", new_value=mixed(by_next, fresh)),
        Mistake("weights-swapped", f"the weights of {first} and of {second} exchanged", new_value=swapped),
        Mistake("weight-left-out", f"{first} not multiplied by its weight", new_value=alone),
        Mistake("weight-left-out", f"{second} not multiplied by its weight", new_value=mixed(weighted, unweighted)),
    )


def _other_lion(conventions: Conventions) -> tuple[Mistake, ...]:
    def by_momentum(at: Moment) -> Node:
        return minus(at.parameter, Times(at.rate, Call("sign", at.now("m"))))

    return (Mistake("momentum-for-direction", "the sign of the new momentum, not of c", new_value=by_momentum),)


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
        _step_by_moments,
        ("beta1", "beta2", "epsilon"),
        {"bias_correction": True, "bias_correction_in_rate": False, "epsilon_inside_root": False},
        aliases=("adaptive_moment_estimation",),
        field_aliases=_DECAYS,
        mistakes=_other_moments,
    ),
    Update(
        "adamw",
        "AdamW",
        (
            "Loshchilov and Hutter 2019, algorithm 2: weight decay decoupled; λ as in PyTorch and Keras times the "
            "rate, which it is not in the paper (decay_times_rate: false)"
        ),
        _moments,
        _step_by_moments,
        ("beta1", "beta2", "epsilon", "weight_decay"),
        {"bias_correction": True, "bias_correction_in_rate": False, "epsilon_inside_root": False},
        defaults={"weight_decay": "0.01"},
        aliases=("adam_with_decoupled_weight_decay",),
        decouples=True,
        field_aliases=_DECAYS,
        mistakes=_other_moments,
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
        mistakes=_other_adamax,
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
        mistakes=_other_nadam,
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
        mistakes=_other_largest,
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
        mistakes=_other_lion,
    ),
)

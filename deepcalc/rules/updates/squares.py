"""Methods that divide by the root of squared gradients: AdaGrad, RMSProp, Adadelta."""

from __future__ import annotations

from collections.abc import Iterator

from deepcalc.notation.nodes import ONE, ZERO, Call, Literal, Node, Over, Plus, Times, minus
from deepcalc.rules.updates.averages import average, corrected, own_gradient, squared, squared_gradient
from deepcalc.rules.updates.moment import GAMMA, RATES, RHO, STATES, Conventions, FormulaAt, Line, Moment
from deepcalc.rules.updates.rule import Mistake, Update


def _squares_seen(squares: str, conventions: Conventions) -> FormulaAt:
    """v, or v - m² where the average of the gradients is taken away."""
    if conventions.centered:
        return lambda at: minus(at.now(squares), squared(at.now("m")))
    return lambda at: at.now(squares)


def _rate(squares: str, conventions: Conventions) -> Line:
    seen = _squares_seen(squares, conventions)
    return Line("rate", "effective learning rate", RATES, lambda at: Over(at.rate, conventions.root(seen(at))))


def _step_at_rate(conventions: Conventions) -> FormulaAt:
    return lambda at: minus(at.parameter, Times(at.now("rate"), at.gradient))


def _accumulator(conventions: Conventions) -> tuple[Line, ...]:
    def formula(at: Moment) -> Node:
        return Plus(at.before("G"), squared_gradient(at))

    start = conventions.initial_accumulator or ZERO
    aliases = ("cache", "accumulator", "sum", "r", "v", "s", "state_sum")
    squares = Line("G", "accumulated squared gradient", STATES, formula, is_square=True, start=start, aliases=aliases)
    return (squares, _rate("G", conventions))


_MEAN_SQUARE = Line(
    "v",
    "average squared gradient",
    STATES,
    average("v", RHO, squared_gradient),
    is_square=True,
    aliases=("cache", "s", "r", "square_avg", "mean_square"),
)


_MEAN = Line("m", "average gradient", STATES, average("m", RHO, own_gradient), aliases=("grad_avg",))
_VELOCITY = ("velocity", "momentum_buffer")


def _other_adagrad(conventions: Conventions) -> tuple[Mistake, ...]:
    """Averages in place of the sum of squares; other ways to divide by its root."""

    def decaying(at: Moment) -> Node:
        kept, new = Literal("0.9"), Literal("0.1")
        return Plus(Times(kept, at.before("G")), Times(new, squared_gradient(at)))

    def mean(at: Moment) -> Node:
        return Over(Plus(Times(minus(at.step, ONE), at.before("G")), squared_gradient(at)), at.step)

    return (
        _sign_alone(),
        Mistake("decaying-average", "an average with 0.9 and 0.1, as RMSProp keeps it, in place of the sum",
                {"G": decaying}),
        Mistake("mean-of-squares", "the mean of the squares so far in place of their sum", {"G": mean}),
        *_other_rates("G", conventions),
    )  # fmt: skip


def _sign_alone() -> Mistake:
    """A gradient that is divided by its own size alone."""
    message = "the gradient divided by its own size: the learning rate times its sign"

    def signed(at: Moment) -> Node:
        return minus(at.parameter, Times(at.rate, Call("sign", at.gradient)))

    return Mistake("sign-alone", message, new_value=signed)


def _other_rates(squares: str, conventions: Conventions) -> Iterator[Mistake]:
    """The rate not divided, multiplied, or under the root as well."""
    seen = _squares_seen(squares, conventions)

    def multiplied(at: Moment) -> Node:
        return Times(at.rate, conventions.root(seen(at)))

    def under_the_root(at: Moment) -> Node:
        return Call("sqrt", Over(at.rate, seen(at)))

    yield Mistake("not-divided", "plain gradient descent, not divided by the root", {"rate": lambda at: at.rate})
    yield Mistake("multiplied", "multiplied by the root in place of divided by it", {"rate": multiplied})
    yield Mistake("rate-under-root", "the learning rate under the root as well", {"rate": under_the_root})


def _decaying_average(conventions: Conventions) -> tuple[Line, ...]:
    lines = (_MEAN_SQUARE, *((_MEAN,) if conventions.centered else ()))
    if "momentum" not in conventions.given:
        return (*lines, _rate("v", conventions))
    if conventions.learning_rate_inside_velocity:

        def inside(at: Moment) -> Node:
            return Plus(Times(GAMMA, at.before("u")), Times(at.now("rate"), at.gradient))

        return (*lines, _rate("v", conventions), Line("u", "velocity", STATES, inside, aliases=_VELOCITY))
    seen = _squares_seen("v", conventions)

    def outside(at: Moment) -> Node:
        return Plus(Times(GAMMA, at.before("u")), Over(at.gradient, conventions.root(seen(at))))

    return (*lines, Line("u", "velocity", STATES, outside, aliases=_VELOCITY))


def _step_of_rmsprop(conventions: Conventions) -> FormulaAt:
    if "momentum" not in conventions.given:
        return _step_at_rate(conventions)
    if conventions.learning_rate_inside_velocity:
        return lambda at: minus(at.parameter, at.now("u"))
    return lambda at: minus(at.parameter, Times(at.rate, at.now("u")))


def _other_rmsprop(conventions: Conventions) -> tuple[Mistake, ...]:
    if conventions.centered:
        return ()

    def rate(at: Moment) -> Node:
        return Over(at.rate, conventions.root(corrected("v", RHO)(at)))

    found = (Mistake("bias-corrected", "a bias correction, which the rule does not have", {"rate": rate}),)
    return found if "momentum" in conventions.given else (*found, _sign_alone(), *_other_rates("v", conventions))


def _adadelta(conventions: Conventions) -> tuple[Line, ...]:
    def step(at: Moment) -> Node:
        quotient = Over(conventions.root(at.before("u")), conventions.root(at.now("v")))
        return Times(quotient, at.gradient)

    def squared_step(at: Moment) -> Node:
        return squared(at.now("step"))

    return (
        _MEAN_SQUARE,
        Line("step", "step", RATES, step),
        Line(
            "u",
            "average squared step",
            STATES,
            average("u", RHO, squared_step),
            is_square=True,
            aliases=("acc_delta",),
        ),
    )


def _other_adadelta(conventions: Conventions) -> tuple[Mistake, ...]:
    def by_gradients(at: Moment) -> Node:
        return minus(at.parameter, Times(Over(at.rate, conventions.root(at.now("v"))), at.gradient))

    return (
        Mistake("squares-of-gradients", "squared gradients averaged in u, not steps",
                {"u": average("u", RHO, squared_gradient)}),
        Mistake("steps-forgotten", "RMSProp's step, without the average of the steps", new_value=by_gradients),
        Mistake("steps-forgotten", "the gradient divided by its root mean square alone, without that of the steps",
                {"step": lambda at: Over(at.gradient, conventions.root(at.now("v")))}),
    )  # fmt: skip


ROWS = (
    Update(
        "adagrad",
        "AdaGrad",
        (
            "Duchi, Hazan and Singer 2011, diagonal form; ε inside the root as in Ruder 2016, equation 17; PyTorch's "
            "lr_decay is `schedule: {kind: inverse_time, decay: 0.1}`"
        ),
        _accumulator,
        _step_at_rate,
        ("epsilon",),
        {"epsilon_inside_root": True},
        further=("initial_accumulator",),
        aliases=("adaptive_gradient",),
        field_aliases={"delta": "epsilon"},
        mistakes=_other_adagrad,
    ),
    Update(
        "rmsprop",
        "RMSProp",
        (
            "Tieleman and Hinton 2012, lecture 6.5; ε inside the root as in Goodfellow et al., algorithm 8.5; centred "
            "and with momentum as in Graves 2013"
        ),
        _decaying_average,
        _step_of_rmsprop,
        ("decay", "epsilon"),
        {"epsilon_inside_root": True, "centered": False, "learning_rate_inside_velocity": True},
        ("momentum",),
        aliases=("root_mean_square_propagation",),
        field_aliases={"alpha": "decay", "beta": "decay", "delta": "epsilon"},
        mistakes=_other_rmsprop,
    ),
    Update(
        "adadelta",
        "Adadelta",
        "Zeiler 2012, algorithm 1, with a learning rate before the step as in PyTorch and Keras (1 in the paper)",
        _adadelta,
        lambda conventions: lambda at: minus(at.parameter, Times(at.rate, at.now("step"))),
        ("decay", "epsilon"),
        {"epsilon_inside_root": True},
        defaults={"epsilon": "1e-6"},
        field_aliases={"beta": "decay"},
        mistakes=_other_adadelta,
    ),
)

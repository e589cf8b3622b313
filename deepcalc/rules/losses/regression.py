"""Losses of numbers: squared, absolute, relative errors, and what lies between them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Cases,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Power,
    Relation,
    SumOver,
    Times,
    minus,
    negative,
    number,
    product,
    total,
)
from deepcalc.rules.losses.domains import NOT_NEGATIVE, NOT_ZERO, POSITIVE
from deepcalc.rules.losses.row import MEAN, SUM, At, Loss, Mistake, Pairs, Setting, elementwise

HALF = Over(ONE, TWO)
HUNDRED = Literal("100")


def _square(t: Node, o: Node, at: At) -> Node:
    return Power(minus(t, o), TWO)


def _square_slope(t: Node, o: Node, at: At) -> Node:
    return Times(TWO, minus(o, t))


def _squared_error(
    name: str,
    title: str,
    source: str,
    factor: Callable[[int], Fraction],
    scale: Callable[[int], Node | None],
    *aliases: str,
    is_mean: bool = False,
) -> Loss:
    halves = factor(1) != 1

    def each(t: Node, o: Node, at: At) -> Node:
        return _half_square(t, o, at) if halves and at.over is not None else _square(t, o, at)

    def slope(t: Node, o: Node, at: At) -> Node:
        return minus(o, t) if halves and at.over is not None else _square_slope(t, o, at)

    def law(target: str, output: str, n: int, at: At) -> Node:
        summed = SumOver(each(Name(f"{target}_i"), Name(f"{output}_i"), at), Name("i"), ONE, Literal(str(n)))
        written = {MEAN: Over(ONE, Literal(str(n))), SUM: None}[at.over] if at.over else scale(n)
        return summed if written is None else Times(written, summed)

    return elementwise(
        name, title, each, slope=slope, general=law, factor=factor, aliases=aliases, is_joined=True,
        source=source, over=MEAN if is_mean else SUM, is_summed=not is_mean,
    )  # fmt: skip


def _absolute(t: Node, o: Node, at: At) -> Node:
    return Call("abs", minus(t, o))


def _towards(t: Node, o: Node) -> Node:
    """The sign of the error o - t."""
    return Call("sign", minus(o, t))


def _share(t: Node, o: Node, at: At) -> Node:
    return Times(HUNDRED, Call("abs", Over(minus(t, o), t)))


def _share_slope(t: Node, o: Node, at: At) -> Node:
    return Times(HUNDRED, Over(_towards(t, o), Call("abs", t)))


def _half_square(t: Node, o: Node, at: At) -> Node:
    return Times(HALF, _square(t, o, at))


def _beyond(t: Node, o: Node, at: At) -> Node:
    delta = at.settings["delta"]
    return product(delta, minus(_absolute(t, o, at), Times(HALF, delta)))


def _huber(t: Node, o: Node, at: At) -> Cases:
    near = Relation("<=", _absolute(t, o, at), at.settings["delta"])
    return Cases(_half_square(t, o, at), near, _beyond(t, o, at))


def _huber_by_delta(t: Node, o: Node, at: At) -> Cases:
    """The smooth L1 loss with δ for β."""
    bowl, near, _ = _huber(t, o, at).args
    delta = at.settings["delta"]
    return Cases(Over(bowl, delta), near, minus(_absolute(t, o, at), Times(HALF, delta)))


def _huber_slope(t: Node, o: Node, at: At) -> Node:
    near = Relation("<=", _absolute(t, o, at), at.settings["delta"])
    return Cases(minus(o, t), near, product(at.settings["delta"], _towards(t, o)))


def _smooth(t: Node, o: Node, at: At) -> Cases:
    beta = at.settings["beta"]
    near = Relation("<", _absolute(t, o, at), beta)
    bowl = _half_square(t, o, at) if beta == ONE else Over(_half_square(t, o, at), beta)
    return Cases(bowl, near, minus(_absolute(t, o, at), product(HALF, beta)))


def _smooth_slope(t: Node, o: Node, at: At) -> Node:
    beta = at.settings["beta"]
    near = Relation("<", _absolute(t, o, at), beta)
    return Cases(minus(o, t) if beta == ONE else Over(minus(o, t), beta), near, _towards(t, o))


def _log_cosh(t: Node, o: Node, at: At) -> Node:
    return Call("log", Call("cosh", minus(o, t)))


def _log_cosh_stable(pairs: Pairs, at: At) -> Node:
    """u + log(1 + e^(-2u)) - log 2 for each error u, the mean or sum of it."""
    terms = []
    for t, o in pairs:
        error = minus(o, t)
        tail = Call("softplus", Negative(Times(TWO, error)))
        terms.append(total(error, tail, Negative(Call("log", TWO))))
    summed = total(*terms)
    return summed if at.over == SUM or len(terms) == 1 else Over(summed, number(len(terms)))


def _quantile(t: Node, o: Node, at: At) -> Node:
    tau = at.settings["tau"]
    return Call("max", Times(tau, minus(t, o)), Times(minus(tau, ONE), minus(t, o)))


def _quantile_slope(t: Node, o: Node, at: At) -> Node:
    tau = at.settings["tau"]
    return Cases(negative(tau), Relation(">", minus(t, o), Literal("0")), minus(ONE, tau))


def _other_side(t: Node, o: Node, at: At) -> Node:
    tau = at.settings["tau"]
    return Call("max", Times(minus(ONE, tau), minus(t, o)), Times(negative(tau), minus(t, o)))


def _poisson(t: Node, o: Node, at: At) -> Node:
    return minus(o, product(t, at.logarithm(o)))


def _poisson_of_logarithm(t: Node, o: Node, at: At) -> Node:
    return minus(Call("exp", o), Times(t, o))


_ABSOLUTE_ALONE = Mistake("absolute-alone", "the absolute error alone", _absolute)
_SQUARE_FOR_ABSOLUTE = Mistake("square-for-absolute", "the square in place of the absolute value", _square)
_SIGN_KEPT = Mistake("sign-kept", "the sign of the error kept", lambda t, o, at: minus(t, o))
_BOWL = Mistake("wrong-case", "the square taken where the error is large", _half_square)

ROWS = (
    _squared_error(
        "mse", "mean squared error", "mean over the outputs as in PyTorch's MSELoss and Keras",
        lambda n: Fraction(1, n), lambda n: Over(ONE, Literal(str(n))),
        "mean_squared_error", "mean_square_error", "mse_loss", "l2_loss", "squared_error",
        is_mean=True,
    ),
    _squared_error(
        "half_mse", "half the mean squared error",
        "1/(2n) as in Ng's course; of one output a sample, 1/(2m) over the m samples",
        lambda n: Fraction(1, 2 * n), lambda n: HALF if n == 1 else Over(ONE, Times(TWO, Literal(str(n)))),
        "half_mean_squared_error", "half_squared_error",
        is_mean=True,
    ),
    _squared_error(
        "half_sum", "half the sum of squared errors",
        "as most lectures on backpropagation have it (Bishop, equation 5.11)",
        lambda n: Fraction(1, 2), lambda n: HALF,
        "half_sse", "half_sum_of_squares", "half_sum_of_squared_errors",
    ),
    _squared_error(
        "sum", "sum of squared errors", "the sum, as in least squares; PyTorch's MSELoss with reduction sum",
        lambda n: Fraction(1), lambda n: None,
        "sse", "sum_of_squares", "sum_of_squared_errors", "sum_squared_error", "rss",
        "residual_sum_of_squares",
    ),
    elementwise(
        "mae", "mean absolute error", _absolute, slope=lambda t, o, at: _towards(t, o),
        source="PyTorch's L1Loss; the derivative at an error of 0 is 0",
        aliases=("mean_absolute_error", "l1_loss", "absolute_error"),
        mistakes=(
            _SQUARE_FOR_ABSOLUTE,
            _SIGN_KEPT,
            Mistake("relative", "the error divided by the target", lambda t, o, at: Call("abs", Over(minus(t, o), t))),
        ),
    ),
    elementwise(
        "mape", "mean absolute percentage error", _share, slope=_share_slope, targets=NOT_ZERO,
        source="in percent, as in Keras",
        aliases=("mean_absolute_percentage_error",),
        mistakes=(
            Mistake("divided-by-the-prediction", "divided by the prediction, not by the target",
                    lambda t, o, at: Times(HUNDRED, Call("abs", Over(minus(t, o), o)))),
            Mistake("percent-forgotten", "the factor 100 left out",
                    lambda t, o, at: Call("abs", Over(minus(t, o), t))),
            Mistake("sign-kept", "the sign of the error kept", lambda t, o, at: Times(HUNDRED, Over(minus(t, o), t))),
            Mistake("not-relative", "the error not divided by the target",
                    lambda t, o, at: Times(HUNDRED, _absolute(t, o, at))),
        ),
    ),
    elementwise(
        "rmse", "root mean squared error", _square, slope=_square_slope, root=True,
        source="scikit-learn's root_mean_squared_error",
        aliases=("root_mean_squared_error",),
    ),
    elementwise(
        "huber", "Huber loss", _huber, slope=_huber_slope, settings={"delta": Setting("delta", "1")},
        source="Huber 1964, Robust Estimation of a Location Parameter; Keras's Huber, PyTorch's HuberLoss",
        aliases=("huber_loss",), field_aliases={"epsilon": "delta", "threshold": "delta"},
        mistakes=(
            _BOWL,
            Mistake("wrong-case", "the straight line taken where the error is small", _beyond),
            Mistake("loss-factor", "the ½ of the square left out",
                    lambda t, o, at: Cases(_square(t, o, at), *_huber(t, o, at).args[1:])),
            Mistake("half-delta", "the ½·δ of the straight line left out",
                    lambda t, o, at: Cases(*_huber(t, o, at).args[:-1],
                                           product(at.settings["delta"], _absolute(t, o, at)))),
            Mistake("square-for-absolute", "the whole square, without ½ and without a straight line", _square),
            Mistake("half-delta", "the sign of ½·δ turned in the straight line",
                    lambda t, o, at: Cases(*_huber(t, o, at).args[:-1], product(
                        at.settings["delta"], total(_absolute(t, o, at), Times(HALF, at.settings["delta"]))))),
            Mistake("sign-kept", "the sign of the error kept in the straight line",
                    lambda t, o, at: Cases(*_huber(t, o, at).args[:-1], product(
                        at.settings["delta"], minus(minus(t, o), Times(HALF, at.settings["delta"]))))),
            Mistake("smooth-l1-for-huber", "the smooth L1 loss, in which all is divided by δ", _huber_by_delta),
            Mistake("slope-forgotten", "the factor δ of the straight line left out",
                    lambda t, o, at: Cases(*_huber(t, o, at).args[:-1], _huber_by_delta(t, o, at).otherwise)),
            _ABSOLUTE_ALONE,
        ),
    ),
    elementwise(
        "smooth_l1", "smooth L1 loss", _smooth, slope=_smooth_slope, settings={"beta": Setting("beta", "1")},
        source="Girshick 2015, Fast R-CNN, equation 3, for β = 1; PyTorch's SmoothL1Loss",
        aliases=("smooth_l1_loss",),
        mistakes=(
            _BOWL,
            Mistake("wrong-case", "the straight line taken where the error is small",
                    lambda t, o, at: _smooth(t, o, at).otherwise),
            _SQUARE_FOR_ABSOLUTE,
            _ABSOLUTE_ALONE,
            Mistake("huber-for-smooth-l1", "the Huber loss with β as its δ, β times as large",
                    lambda t, o, at: Cases(_half_square(t, o, at), _smooth(t, o, at).args[1],
                                           product(at.settings["beta"], _smooth(t, o, at).otherwise))),
            Mistake("beta-forgotten", "the square not divided by β",
                    lambda t, o, at: Cases(_half_square(t, o, at), *_smooth(t, o, at).args[1:])),
        ),
    ),
    elementwise(
        "log_cosh", "log-cosh loss", _log_cosh, slope=lambda t, o, at: Call("tanh", minus(o, t)),
        stable=_log_cosh_stable,
        source="Keras's LogCosh",
        aliases=("logcosh",),
        mistakes=(
            _ABSOLUTE_ALONE,
            Mistake("half-square", "half the squared error, close to log cosh for small errors only", _half_square),
            Mistake("straight-line", "|o − t| − log 2, close to log cosh for large errors only",
                    lambda t, o, at: minus(_absolute(t, o, at), Call("log", TWO))),
            Mistake("square-for-log-cosh", "the squared error alone", _square),
        ),
    ),
    elementwise(
        "quantile", "quantile loss", _quantile, slope=_quantile_slope, settings={"tau": Setting("tau", None)},
        source="Koenker and Bassett 1978, Regression Quantiles",
        aliases=("pinball", "pinball_loss", "quantile_loss"), field_aliases={"q": "tau", "quantile": "tau"},
        mistakes=(
            Mistake("other-side", "τ and 1 − τ the other way round", _other_side),
            Mistake("tau-forgotten", "the absolute error, without τ and 1 − τ", _absolute),
            Mistake("one-side", "τ on both sides", lambda t, o, at: Times(at.settings["tau"], _absolute(t, o, at))),
            Mistake("square-for-absolute", "τ times the square of the error",
                    lambda t, o, at: Times(at.settings["tau"], _square(t, o, at))),
            Mistake("square-for-absolute", "the square of the error in place of the error",
                    lambda t, o, at: Cases(Times(at.settings["tau"], _square(t, o, at)),
                                           Relation(">", minus(t, o), Literal("0")),
                                           Times(minus(ONE, at.settings["tau"]), _square(t, o, at)))),
        ),
    ),
    elementwise(
        "poisson", "Poisson loss", _poisson, slope=lambda t, o, at: minus(ONE, Over(t, o)),
        targets=NOT_NEGATIVE, outputs=POSITIVE,
        source="Keras's Poisson; PyTorch's PoissonNLLLoss with log_input=False",
        aliases=("poisson_loss",),
        mistakes=(Mistake("loss-sign", "the logarithm added, not taken away",
                          lambda t, o, at: total(o, product(t, at.logarithm(o)))),
                  Mistake("logarithm-for-rate", "the output taken for the logarithm of the rate",
                          lambda t, o, at: _poisson_of_logarithm(t, o, at))),
    ),
    elementwise(
        "poisson_of_logarithm", "Poisson loss of the logarithm of the rate", _poisson_of_logarithm,
        slope=lambda t, o, at: minus(Call("exp", o), t), targets=NOT_NEGATIVE,
        source="PyTorch's PoissonNLLLoss as it is by default (log_input=True): the output is the logarithm of the rate",
        aliases=("poisson_nll", "poisson_nll_loss", "log_poisson"),
        mistakes=(
            Mistake("loss-sign", "t·o added, not taken away", lambda t, o, at: total(Call("exp", o), Times(t, o))),
            Mistake("rate-for-logarithm", "the output taken for the rate, not for its logarithm", _poisson),
        ),
    ),
)  # fmt: skip

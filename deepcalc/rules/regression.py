"""Linear and logistic regression: the models, how their losses are scaled, how features are scaled.

Bishop, *Pattern Recognition and Machine Learning*, sections 3.1 and 4.3; Hastie, Tibshirani and Friedman, *The Elements
of Statistical Learning*, sections 3.2, 3.4 and 4.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deepcalc.records import record
from deepcalc.rules.array_losses import SQUARE, SQUARE_SLOPE


@record
class RegressionModel:
    """One model: what a sample costs, with ``{y}`` for its target, ``{z}`` for its score, ``{p}`` for the prediction.

    ``link`` makes the prediction of the score, if there is one, of targets that are ``classes``. The cost is ``sign``
    times ``cost``; ``slope`` is its derivative by the score, ``why`` says where that comes from; its second derivative
    is ``bend``, times ``curvature`` where that is no constant. ``factor`` is what the sum of the costs is multiplied by
    where nothing else is said. With ``is_multiclass`` a target is a one-hot row over any number of classes, scores and
    predictions are rows as well, and there is a vector of parameters for each class.
    """

    name: str
    title: str
    meaning: str
    cost: str
    slope: str
    factor: str
    sign: str = ""
    bend: int = 1
    link: str = ""
    curvature: str = ""
    why: str = ""
    classes: tuple[int, ...] = ()
    is_multiclass: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def is_linear(self) -> bool:
        return not self.link


_MODELS = (
    RegressionModel(
        "linear", "linear regression", "ŷ = Xθ", SQUARE.format(y="{p}", t="{y}"),
        SQUARE_SLOPE.format(y="{p}", t="{y}"), "1/2m", bend=2,
    ),
    RegressionModel(
        "logistic", "logistic regression", "ŷ = σ(Xθ) for targets 0 and 1, with the cross-entropy",
        "{y}*log({p}) + (1 - {y})*log(1 - {p})", "{p} - {y}", "1/m", sign="-", link="sigmoid",
        curvature="{p}*(1 - {p})", why="sigmoid and cross-entropy in one step", classes=(0, 1),
    ),
    RegressionModel(
        "signed_logistic", "logistic regression", "the same for targets -1 and 1, with the losses log(1 + e^(−y·z))",
        "log(1 + exp(-{y}*{z}))", "-{y}*sigmoid(-{y}*{z})", "1/m", link="sigmoid",
        curvature="{p}*(1 - {p})", why="since e^(−u)/(1 + e^(−u)) = σ(−u)", classes=(-1, 1),
    ),
    RegressionModel(
        "softmax", "softmax regression", "ŷ = softmax(Xθ) in each row, θ with a column for each class, for targets "
        "that are the numbers of classes or one-hot rows, with the cross-entropy",
        "{y}*log({p})", "{p} - {y}", "1/m", sign="-", link="softmax",
        why="softmax and cross-entropy in one step, since the targets of a sample sum up to 1",
        is_multiclass=True, aliases=("multinomial", "multinomial_logistic", "softmax_regression", "maximum_entropy"),
    ),
)  # fmt: skip
REGRESSIONS: Mapping[str, RegressionModel] = {row.name: row for row in _MODELS}

REGRESSION_ALIASES: Mapping[str, str] = {alias: row.name for row in _MODELS for alias in row.aliases}

FACTORS: Mapping[str, tuple[int, bool]] = {"1/2m": (2, True), "1/m": (1, True), "1/2": (2, False), "1": (1, False)}
"""What a sum is divided by: a number, and whether by the number of samples as well."""


def scaled(factor: str, samples: str, what: str = "1", times: int = 1) -> str:
    """What stands before a sum that is scaled by ``times`` a factor: ``1/(2*3)*``, ``lambda/3*``; nothing for 1."""
    divisor, by_samples = FACTORS[factor]
    share = Fraction(times, divisor)
    above = [] if share.numerator == 1 else [str(share.numerator)]
    above += [] if what == "1" and above else [what]
    below = [str(share.denominator)] if share.denominator > 1 else []
    below += [samples] if by_samples and samples != "1" else []
    top, bottom = "*".join(above), "*".join(below)
    if not below:
        return "" if top == "1" else f"{top}*"
    return f"{top}/({bottom})*" if len(below) > 1 else f"{top}/{bottom}*"


@record
class Scaling:
    """How features are scaled, as formulas in ``{x}``: the shift and the divisor of each feature, by their names."""

    name: str
    meaning: str
    statistics: Mapping[str, tuple[str, str]]
    """By name: the formula of a statistic and what it is."""
    shift: str
    divisor: str

    def text(self, x: str) -> str:
        """The scaled features."""
        return f"({x} - {self.shift}) / {self.divisor}" if self.divisor else f"{x} - {self.shift}"


_MEAN = ("mean({x}{along})", "mean of each feature")
_SCALINGS = (
    Scaling("standardize", "(x − μ)/σ", {
        "mu": _MEAN,
        "sigma": ("sqrt(sum(({x} - mu)^2{along}) / {over})", "standard deviation of each feature"),
    }, "mu", "sigma"),
    Scaling("min_max", "(x − min)/(max − min)", {
        "low": ("min({x}{along})", "least value of each feature"),
        "high": ("max({x}{along})", "largest value of each feature"),
    }, "low", "(high - low)"),
    Scaling("mean_normalize", "(x − μ)/(max − min)", {
        "mu": _MEAN,
        "range": ("max({x}{along}) - min({x}{along})", "range of each feature"),
    }, "mu", "range"),
    Scaling("center", "x − μ", {"mu": _MEAN}, "mu", ""),
)  # fmt: skip
SCALINGS: Mapping[str, Scaling] = {row.name: row for row in _SCALINGS}

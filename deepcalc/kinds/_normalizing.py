"""Layer normalisation as a part of something larger: of each token over its features.

See Ba, Kiros and Hinton, *Layer Normalization* (2016), eq. 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deepcalc.errors import Location
from deepcalc.kinds._arrays import ArrayWriter, SlipRow
from deepcalc.notation.shapes import Size, size_text
from deepcalc.notation.symbols import Forms, Symbols
from deepcalc.records import record

LAYER_NORM = "Layer normalisation"

SYMBOLS = Symbols(
    {
        "var": Forms("σ²", r"\sigma^{2}", compound=True),
        "var2": Forms("σ₂²", r"\sigma_{2}^{2}", compound=True),
        "var_run": Forms("σ²_run", r"\sigma^{2}_{\mathrm{run}}", compound=True),
        "var_batch": Forms("σ²_batch", r"\sigma^{2}_{\mathrm{batch}}", compound=True),
        "eps": Forms("ε", r"\varepsilon"),
    }
)
"""How the names of statistics are printed."""


@record
class Moments:
    """Mean and variance of values along an axis (None: of a whole vector), each over ``count`` of them, as text.

    The mean is the quantity ``mu``, with a ``mark`` behind it where there are several.
    """

    values: str
    axis: int | None
    count: Size
    mark: str = ""

    @property
    def along(self) -> str:
        return "" if self.axis is None else f", axis={self.axis}"

    def beside(self, statistic: str) -> str:
        """A statistic so that it stands beside the values that it is of."""
        return f"expand({statistic}, axis=1)" if self.axis == 1 else statistic

    @property
    def mean(self) -> str:
        return f"mean({self.values}{self.along})"

    @property
    def centred(self) -> str:
        return f"{self.values} - {self.beside(f'mu{self.mark}')}"

    def variance(self, unbiased: bool = False) -> str:
        """The variance; over n − 1 if ``unbiased``."""
        squares = f"({self.centred})^2{self.along}"
        return f"sum({squares}) / ({size_text(self.count)} - 1)" if unbiased else f"mean({squares})"

    @property
    def mean_square(self) -> str:
        return f"mean({self.values}^2{self.along})"

    def divided(self, values: str, by: str) -> str:
        return f"({values}) / {self.beside(by)}"

    def passed_back(self, gradient: str, normalised: str, by: str, centred: bool = True) -> str:
        """What comes back to the values, in one formula, from the gradient by the normalised ones.

        ``by`` is the root that they were divided by: that of the variance (of the mean square, if not ``centred``) over
        n, ε inside it.
        """
        shares = [f"sum({gradient}{self.along})"] if centred else []
        shares.append(f"sum({gradient} * {normalised}{self.along})")
        *mean, slope = map(self.beside, shares)
        count = size_text(self.count)
        taken = "".join(f" - {each}" for each in mean)
        return f"({count} * {gradient}{taken} - {normalised} * {slope}) / ({count} * {self.beside(by)})"


@record
class TokenNorm:
    """The layer normalisation to ``out``, the variance over n, not n − 1; ``is_scaled`` and ``is_shifted`` by γ and β.

    The variance is ``var``, the root of it and ε ``std``.
    """

    moments: Moments
    out: str
    is_scaled: bool
    is_shifted: bool

    @property
    def normalised(self) -> str:
        """The name of what is normalised, neither scaled nor shifted."""
        return f"{self.out}_hat" if self.is_scaled or self.is_shifted else self.out

    def own(self, statistic: str) -> str:
        """The name of a statistic, of γ or β."""
        return f"{statistic}{self.moments.mark}"

    def of_feature(self, name: str) -> str:
        """What each feature has one of, beside the tokens."""
        return f"expand({self.own(name)}, axis=1)" if self.moments.axis == 0 else self.own(name)


def add_layer_norm(
    writer: ArrayWriter, norm: TokenNorm, settings: Mapping[str, Any], at: Location = ("layer_norm",)
) -> None:
    """Add the steps of a normalisation; ``settings`` are gamma, beta and epsilon, which stand ``at`` a field."""
    if "eps" not in writer.graph:
        writer.given("eps", settings["epsilon"], (*at, "epsilon"), LAYER_NORM)
    for name in ("gamma", "beta"):
        if settings[name] is not None:
            writer.given(norm.own(name), settings[name], (*at, name), LAYER_NORM)
    std = norm.own("std")
    writer.add(norm.own("mu"), norm.moments.mean, at, "mean of the features", LAYER_NORM)
    writer.add(norm.own("var"), norm.moments.variance(), at, "variance", LAYER_NORM)
    writer.add(std, f"sqrt({norm.own('var')} + eps)", at, "standard deviation", LAYER_NORM)
    writer.add(norm.normalised, norm.moments.divided(norm.moments.centred, std), at, "normalised", LAYER_NORM)
    if norm.normalised != norm.out:
        scale = f"{norm.of_feature('gamma')} * " if norm.is_scaled else ""
        shift = f" + {norm.of_feature('beta')}" if norm.is_shifted else ""
        writer.add(norm.out, f"{scale}{norm.normalised}{shift}", at, "scaled and shifted", LAYER_NORM)


def layer_norm_slips(norms: Sequence[TokenNorm]) -> Iterator[SlipRow]:
    """Typical mistakes in layer normalisations, made in each of them."""
    std = {norm: norm.own("std") for norm in norms}
    yield "epsilon-forgotten", "ε forgotten", {std[norm]: f"sqrt({norm.own('var')})" for norm in norms}
    outside = {std[norm]: f"sqrt({norm.own('var')}) + eps" for norm in norms}
    yield "epsilon-outside", "ε added behind the root, not under it", outside
    uncentred = {norm.normalised: norm.moments.divided(norm.moments.values, std[norm]) for norm in norms}
    yield "mean-forgotten", "the mean not taken off", uncentred
    message = "the variance in place of the standard deviation"
    yield "root-forgotten", message, {std[norm]: f"{norm.own('var')} + eps" for norm in norms}
    unbiased = {norm.own("var"): norm.moments.variance(unbiased=True) for norm in norms}
    yield "unbiased-variance", "n − 1 in place of n in the variance", unbiased
    scaled = {norm.out: norm.normalised for norm in norms if norm.normalised != norm.out}
    yield "scale-forgotten", "γ and β forgotten", scaled

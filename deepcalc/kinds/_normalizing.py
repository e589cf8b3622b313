"""Layer normalisation as a part of something larger: of each token over its features.

See Ba, Kiros and Hinton, *Layer Normalization* (2016), eq. 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deepcalc.kinds._arrays import ArrayWriter, SlipRow
from deepcalc.notation.shapes import Size, size_text

LAYER_NORM = "Layer normalisation"


@dataclass(frozen=True)
class TokenNorm:
    """The normalisation of ``x`` to ``out``; ``axis`` is that of the features, None where x is a single token.

    The mean is ``mu``, the variance (over n, not n − 1) ``var``, the root of it and ε ``sigma``; ``is_scaled`` and
    ``is_shifted`` say whether there are gamma and beta.
    """

    x: str
    out: str
    axis: int | None
    features: Size
    is_scaled: bool
    is_shifted: bool

    @property
    def normalised(self) -> str:
        """The name of what is normalised, neither scaled nor shifted."""
        return f"{self.out}_hat" if self.is_scaled or self.is_shifted else self.out

    @property
    def along(self) -> str:
        return "" if self.axis is None else f", axis={self.axis}"

    def of_token(self, text: str) -> str:
        """What each token has one of, beside the tokens."""
        return f"expand({text}, axis=1)" if self.axis == 1 else text

    def of_feature(self, text: str) -> str:
        """What each feature has one of, beside the tokens."""
        return f"expand({text}, axis=1)" if self.axis == 0 else text

    @property
    def centred(self) -> str:
        return f"{self.x} - {self.of_token('mu')}"


def add_layer_norm(writer: ArrayWriter, norm: TokenNorm, settings: Mapping[str, Any]) -> None:
    """Add the steps of a normalisation; ``settings`` are gamma, beta and epsilon."""
    at = ("layer_norm",)
    writer.given("eps", settings["epsilon"], (*at, "epsilon"), LAYER_NORM)
    for name in ("gamma", "beta"):
        if settings[name] is not None:
            writer.given(name, settings[name], (*at, name), LAYER_NORM)
    writer.add("mu", f"mean({norm.x}{norm.along})", at, "mean of the features", LAYER_NORM)
    writer.add("var", f"mean(({norm.centred})^2{norm.along})", at, "variance", LAYER_NORM)
    writer.add("sigma", "sqrt(var + eps)", at, "standard deviation", LAYER_NORM)
    writer.add(norm.normalised, f"({norm.centred}) / {norm.of_token('sigma')}", at, "normalised", LAYER_NORM)
    if norm.normalised != norm.out:
        scale = f"{norm.of_feature('gamma')} * " if norm.is_scaled else ""
        shift = f" + {norm.of_feature('beta')}" if norm.is_shifted else ""
        writer.add(norm.out, f"{scale}{norm.normalised}{shift}", at, "scaled and shifted", LAYER_NORM)


def layer_norm_slips(norm: TokenNorm) -> Iterator[SlipRow]:
    """Typical mistakes in a layer normalisation."""
    yield "epsilon-forgotten", "ε forgotten", {"sigma": "sqrt(var)"}
    yield "root-forgotten", "the variance in place of the standard deviation", {"sigma": "var + eps"}
    unbiased = f"sum(({norm.centred})^2{norm.along}) / ({size_text(norm.features)} - 1)"
    yield "unbiased-variance", "n − 1 in place of n in the variance", {"var": unbiased}
    if norm.normalised != norm.out:
        yield "scale-forgotten", "γ and β forgotten", {norm.out: norm.normalised}

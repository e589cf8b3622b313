"""Random initial weights, one row a scheme: their variance, from how many values come in and go out.

LeCun and others 1998, "Efficient BackProp", section 4.6; Glorot and Bengio 2010, "Understanding the difficulty of
training deep feedforward neural networks", equations 12 and 16; He and others 2015, "Delving Deep into Rectifiers",
equations 10 and 14.
"""

from __future__ import annotations

from collections.abc import Mapping

from deepcalc.records import record


@record
class Scheme:
    """One scheme; ``variance`` is a law in {fan_in}, {fan_out} and {fan}, the one of both that a problem chooses.

    ``mistakes`` are other laws that are taken for it, each with how that is said.
    """

    name: str
    title: str
    variance: str
    meaning: str
    aliases: tuple[str, ...] = ()
    mistakes: tuple[tuple[str, str], ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether fan in or fan out is to be chosen."""
        return "{fan}" in self.variance


_ROWS = (
    Scheme(
        "xavier", "Xavier (Glorot)", "2/({fan_in} + {fan_out})", "variance 2/(fan in + fan out)",
        ("glorot",),
        (
            ("the 2 of the variance forgotten", "1/({fan_in} + {fan_out})"),
            ("fan in alone in place of the mean of both", "1/{fan_in}"),
        ),
    ),
    Scheme(
        "he", "He (Kaiming)", "2/{fan}", "variance 2/fan in, for ReLUs", ("kaiming",),
        (
            ("the 2 of the variance forgotten", "1/{fan}"),
            ("fan in and fan out exchanged", "2/{other}"),
        ),
    ),
    Scheme(
        "lecun", "LeCun", "1/{fan}", "variance 1/fan in", (),
        (
            ("a 2 in the variance where there is none", "2/{fan}"),
            ("fan in and fan out exchanged", "1/{other}"),
        ),
    ),
)  # fmt: skip

SCHEMES: Mapping[str, Scheme] = {row.name: row for row in _ROWS}
SCHEME_ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}


@record
class Distribution:
    """What the weights are drawn from: the name and the law of its width, from the variance ``{v}``.

    ``mistakes`` are other laws that are taken for it, each with how that is said.
    """

    name: str
    quantity: str
    law: str
    meaning: str
    mistakes: tuple[tuple[str, str], ...] = ()


_DISTRIBUTIONS = (
    Distribution(
        "uniform", "limit", "sqrt(3*{v})", "between −limit and limit, the root of 3 times the variance",
        (
            ("the standard deviation in place of the limit", "sqrt({v})"),
            ("the root forgotten", "3*{v}"),
            ("the variance of a uniform distribution taken as limit²/12", "sqrt(12*{v})"),
        ),
    ),
    Distribution(
        "normal", "std", "sqrt({v})", "around 0 with the standard deviation std, the root of the variance",
        (("the variance in place of the standard deviation", "{v}"),),
    ),
)  # fmt: skip

DISTRIBUTIONS: Mapping[str, Distribution] = {row.name: row for row in _DISTRIBUTIONS}

MEAN_SQUARES: Mapping[str, str] = {"linear": "", "relu": "/2"}
"""What becomes of the mean square of symmetric values, and of the variance of their gradient, by the activation."""

"""Penalties on weights: one row each, with the sums that they are made of, their law and their derivative.

Ω = λ·Σ|w| (L1, lasso), λ·Σw² (L2, ridge), and the elastic net λ·(ρ·Σ|w| + (1 - ρ)·Σw²), each also with λ/2 and divided
by a number m of samples. Goodfellow, Bengio and Courville, *Deep Learning*, section 7.1; Zou and Hastie 2005,
"Regularization and Variable Selection via the Elastic Net".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from deepcalc.errors import listed
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Over, Power, SumOver, Times, minus, product, total
from deepcalc.notation.symbols import Forms
from deepcalc.records import record

LAMBDA, RATIO, COUNT = "lambda", "rho", "m"
LAMBDA1, LAMBDA2 = "lambda1", "lambda2"

NUMBERS: Mapping[str, str] = {"strength": LAMBDA, "ratio": RATIO, "l1": LAMBDA1, "l2": LAMBDA2}
"""The names in formulas of a penalty's numbers, by their fields."""

STRENGTHS = (LAMBDA, LAMBDA1, LAMBDA2)
"""Those that are factors of whole sums."""


@record
class WeightSum:
    """A sum over the weights: its name, how that is printed, a weight's term in it and the term's derivative."""

    name: str
    forms: Forms
    meaning: str
    term: Callable[[Node], Node]
    slope: Callable[[Node], Node]

    def over(self, weights: Sequence[str]) -> Node:
        """The sum of the terms of these weights."""
        return total(*(self.term(Name(name)) for name in weights))

    def law(self, count: int) -> Node:
        """The general law of so many weights."""
        return SumOver(self.term(Name("w_i")), Name("i"), ONE, Literal(str(count)))


ABSOLUTE = WeightSum(
    "sum_abs", Forms("‖w‖₁", r"\lVert w \rVert_1"), "sum of the absolute weights",
    lambda w: Call("abs", w), lambda w: Call("sign", w),
)  # fmt: skip
SQUARES = WeightSum(
    "sum_squares", Forms("‖w‖₂²", r"\lVert w \rVert_2^2", compound=True), "sum of the squared weights",
    lambda w: Power(w, TWO), lambda w: Times(TWO, w),
)  # fmt: skip


@record
class Scale:
    """What stands before the sums: λ, λ/2, λ/m or λ/(2m); ``apart`` says that each of two sums has a λ of its own."""

    half: bool = False
    per_sample: bool = False
    apart: bool = False

    def node(self, strength: str = LAMBDA) -> Node:
        divisor = product(*([TWO] if self.half else []), *([Name(COUNT)] if self.per_sample else []))
        return Name(strength) if divisor == ONE else Over(Name(strength), divisor)

    def doubled(self, strength: str = LAMBDA) -> Node:
        """Twice that, as the derivative of a square has it: the 2 goes into the half."""
        return self.whole.node(strength) if self.half else product(TWO, self.node(strength))

    @property
    def whole(self) -> Scale:
        """The same without the half."""
        return replace(self, half=False)

    @property
    def otherwise_halved(self) -> Scale:
        """The same with the half where it has none, and without it where it has one."""
        return replace(self, half=not self.half)


@record
class Penalty:
    """A penalty: its sums, its formula from their values, its derivative by a weight; where it is from.

    ``numbers`` are the fields that make its factors: one of these groups is given.
    """

    name: str
    title: str
    sums: tuple[WeightSum, ...]
    formula: Callable[[Sequence[Node], Scale], Node]
    slope: Callable[[Node, Scale], Node]
    numbers: tuple[tuple[str, ...], ...] = (("strength",),)
    aliases: tuple[str, ...] = ()
    source: str = ""

    def foreign(self, given: Collection[str]) -> list[str]:
        """The numbers given that it has not."""
        return [name for name in given if not any(name in group for group in self.numbers)]

    def missing(self, given: Collection[str]) -> str | None:
        """What it needs, where that is not given: ```strength` and `ratio`, or `l1` and `l2```."""
        if set(given) - set(self.foreign(given)) in map(set, self.numbers):
            return None
        return ", or ".join(listed(f"`{name}`" for name in group) for group in self.numbers)


def _mixed(sums: Sequence[Node], scale: Scale) -> Node:
    """ρ·Σ|w| + (1 - ρ)·Σw²; with the half only the squares have it, as in scikit-learn."""
    absolute, squares = sums
    if scale.apart:
        return total(Times(scale.whole.node(LAMBDA1), absolute), Times(scale.node(LAMBDA2), squares))
    share = minus(ONE, Name(RATIO))
    share = Over(share, TWO) if scale.half else share
    return Times(scale.whole.node(), total(Times(Name(RATIO), absolute), Times(share, squares)))


def _mixed_slope(w: Node, scale: Scale) -> Node:
    if scale.apart:
        return total(product(scale.whole.node(LAMBDA1), Call("sign", w)), product(scale.doubled(LAMBDA2), w))
    share = minus(ONE, Name(RATIO))
    squares = Times(share, w) if scale.half else Times(TWO, share, w)
    return Times(scale.whole.node(), total(Times(Name(RATIO), Call("sign", w)), squares))


_ROWS = (
    Penalty(
        "l1", "L1 penalty", (ABSOLUTE,), lambda sums, scale: Times(scale.node(), sums[0]),
        lambda w, scale: product(scale.node(), Call("sign", w)), aliases=("lasso",),
        source="Tibshirani 1996; the derivative at 0 is 0",
    ),
    Penalty(
        "l2", "L2 penalty", (SQUARES,), lambda sums, scale: Times(scale.node(), sums[0]),
        lambda w, scale: product(scale.doubled(), w), aliases=("ridge", "weight_decay"),
        source="Hoerl and Kennard 1970; with half as in Goodfellow et al., section 7.1.1, and CS231n",
    ),
    Penalty(
        "elastic_net", "elastic net", (ABSOLUTE, SQUARES), _mixed, _mixed_slope,
        numbers=(("strength", "ratio"), ("l1", "l2")),
        aliases=("elasticnet", "l1_l2"),
        source="Zou and Hastie 2005, with l1 and l2 as there and in Keras's L1L2; half as in scikit-learn's "
        "ElasticNet, strength its alpha and ratio its l1_ratio",
    ),
)  # fmt: skip

PENALTIES: Mapping[str, Penalty] = {row.name: row for row in _ROWS}

PENALTY_ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in row.aliases}
"""Other names of the penalties."""

"""The step by two moments, which Adam and its like take."""

from __future__ import annotations

from deepcalc.notation.nodes import Node, Over, Times, minus
from deepcalc.rules.updates.moment import Conventions, FormulaAt, Moment


def corrects_rate(conventions: Conventions) -> bool:
    """Whether the bias is corrected in the rate, not in the moments."""
    return conventions.bias_correction and conventions.bias_correction_in_rate


def step_by_moments(conventions: Conventions, uncorrected: str = "v") -> FormulaAt:
    """θ − η·m̂/(√v̂ + ε); without a bias correction by m and what is kept in place of v."""
    in_rate = corrects_rate(conventions)
    m, v = ("mhat", "vhat") if conventions.bias_correction and not in_rate else ("m", uncorrected)

    def formula(at: Moment) -> Node:
        rate = at.now("rate") if in_rate else at.rate
        return minus(at.parameter, Times(Over(rate, conventions.root(at.now(v))), at.now(m)))

    return formula

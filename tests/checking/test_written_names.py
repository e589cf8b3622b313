"""Names as the sheet prints them, and with or without their subscripts."""

from __future__ import annotations

import pytest

from deepcalc.checking.marking import Marker
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text

GAUSSIANS = r"""
kind: formula
given: {mu1: , mu2: , s1: , s2: , vc: }
symbols: {s1: {latex: '\sigma_1', unicode: σ₁}, s2: {latex: '\sigma_2', unicode: σ₂}}
assume: [s1 > 0, s2 > 0]
define: {D: vc*log(s2/s1) + (s1^2 + (mu1 - mu2)^2)/(2*s2^2)}
parts: [{find: [dD/dmu1, dD/ds1]}]
"""


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("dD/dmu1", "(μ₁ − μ₂)/σ₂²"),
        ("dD/dmu1", r"\frac{\mu_1 - \mu_2}{\sigma_2^2}"),
        ("dD/dmu1", r"\frac{\mu_{1} - \mu_{2}}{\sigma_{2}^{2}}"),
        ("∂D/∂μ₁", "(mu1 - mu2)/s2^2"),
        ("dD/dμ1", "(mu_1 - mu_2)/s_2^2"),
        ("∂D/∂σ₁", "σ₁/σ₂² − v_c/σ₁"),
        ("dD/ds1", "s1/s2^2 - vc/s1"),
    ],
)
def test_a_quantity_is_found_by_what_is_printed_of_it(name: str, answer: str) -> None:
    marker = Marker(load_text(GAUSSIANS.encode(), "exam.yaml", find_kinds()))
    mark = marker.mark({name: answer})
    verdicts = [each.verdict for part in mark.parts for each in part.answers if each.given is not None]
    assert [verdict.is_right for verdict in verdicts] == [True]


MOMENTUM = """
kind: optimizer
method: momentum
learning_rate:
momentum:
parameters: {w: }
gradients: [{w: }, {w: }]
parts: [{find: w@2, in: [w, eta, gamma, g.w@1, g.w@2]}]
"""


@pytest.mark.parametrize("answer", ["w − η(1 + γ)g₁ − η g₂", "w - eta*g1 - eta*(gamma*g1 + g2)"])
def test_a_label_is_left_out_where_there_is_but_one(answer: str) -> None:
    marker = Marker(load_text(MOMENTUM.encode(), "exam.yaml", find_kinds()))
    (mark,) = (each for part in marker.mark({"w@2": answer}).parts for each in part.answers)
    assert mark.verdict.is_right


def test_what_is_no_name_at_all_is_told() -> None:
    marker = Marker(load_text(GAUSSIANS.encode(), "exam.yaml", find_kinds()))
    mark = marker.mark({"dD/dmu1": "(μ₁ − μ₂)/σ₃²"})
    (answer,) = (each for part in mark.parts for each in part.answers if each.given is not None)
    assert not answer.verdict.is_right
    assert "sigma3" in "".join(map(str, answer.message))

"""The estimate of widths, against what TeX measures (pdfTeX, Latin Modern, 10.95 pt; in em)."""

from __future__ import annotations

import pytest

from deepcalc.rendering.latex_width import math_width, text_width

MEASURED = [  # \settowidth of $\displaystyle …$, divided by 10.95 pt
    (r"2.0 \cdot 1.0 + (-1.0) \cdot 0.5 + 0.5", 11.83),
    (r"i_{1} \cdot w_{11} + i_{2} \cdot w_{21} + b_{1}", 9.38),
    (r"\frac{\partial L}{\partial o_{1}} \cdot \frac{\partial o_{1}}{\partial h_{3}}", 4.26),
    (r"\frac{1}{1 + e^{-z_{1}}}", 3.80),
    (r"\sqrt{1.5^{2} + 2.0^{2}}", 5.56),
    (r"\max(0, h_{1})", 4.61),
    (r"\begin{cases} z_{1} & \text{if } z_{1} > 0 \\ 0.1 \cdot z_{1} & \text{otherwise} \end{cases}", 8.86),
    (r"-\sum_{i=1}^{3} t_{i} \cdot \log(p_{i})", 6.70),
    (r"\mathrm{params}_{1} + \mathrm{params}_{2}", 8.44),
    (r"4.996 \cdot 10^{-5} \approx 1", 6.87),
]


@pytest.mark.parametrize(("latex", "measured"), MEASURED)
def test_a_width_is_about_right_and_rather_too_large(latex: str, measured: float) -> None:
    assert 0.92 * measured <= math_width(latex) <= 1.25 * measured


def test_scripts_above_one_another_count_once() -> None:
    assert math_width("w_{21}^{(1)}") == math_width("w_{21}^{(1)}".replace("_{21}^", "^"))


@pytest.mark.parametrize("latex", [r"\left(a + ", r"b\right)", "}", "{", "_", r"\frac{1", r"\begin{cases} a", "\\", ""])
def test_pieces_of_formulas_have_a_width_too(latex: str) -> None:
    assert math_width(latex) >= 0


def test_text_with_mathematics_counts_both() -> None:
    assert text_width("since $x$") == pytest.approx(text_width("since ") + math_width("x"))

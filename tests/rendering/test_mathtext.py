"""Mathematics of statements on one line: what stands in braces, and what stands without them, as TeX reads it."""

from __future__ import annotations

import pytest

from deepcalc.notation.printing.tokens import text_of
from deepcalc.rendering.mathml_statement import tokens_of
from deepcalc.rendering.mathtext import read_math, safe_latex
from deepcalc.rendering.mathtext_unicode import unicode_of


@pytest.mark.parametrize(
    ("latex", "unicode"),
    [
        (r"\frac12 m", "1/2m"),
        (r"\frac{10}{12}", "10/12"),
        (r"\frac{a+b}2", "(a + b)/2"),
        (r"1/\sqrt{2\pi}", "1/√(2π)"),
        (r"\sqrt{x+1}", "√(x + 1)"),
        (r"\sqrt{d_k}", "√dₖ"),
        (r"\sqrt 2", "√2"),
        (r"\sqrt{10}", "√10"),
        (r"x^{10}", "x¹⁰"),
        (r"x = 1", "x = 1"),
        (r"\in \mathbb{R}^{3}", "∈ ℝ³"),
        (r"= 1", "= 1"),
        (r"y \in \{-1, 1\}", "y ∈ {−1, 1}"),
        (r"x - 1", "x − 1"),
        (r"(\neg A \wedge \lnot B) \vee (A\land B)", "(¬A ∧ ¬B) ∨ (A ∧ B)"),
        (r"A\subseteq B\cup C \Rightarrow x\notin\emptyset", "A ⊆ B ∪ C ⇒ x ∉ ∅"),
    ],
)
def test_arguments_with_and_without_braces(latex: str, unicode: str) -> None:
    assert unicode_of(read_math(latex)) == unicode


def test_a_number_without_braces_gives_its_first_digit_in_latex_too() -> None:
    assert safe_latex(read_math(r"\frac12 m")) == r"\frac{1}{2}m"
    assert safe_latex(read_math(r"\sqrt12")) == r"\sqrt{1}2"


def test_brackets_are_as_tall_as_the_matrices_between_them() -> None:
    matrix = r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}"
    assert safe_latex(read_math(f"[{matrix},{matrix}]")) == rf"\left[{matrix},{matrix}\right]"
    assert safe_latex(read_math(f"f(a)({matrix}")) == f"f(a)({matrix}"


@pytest.mark.parametrize(
    ("latex", "unicode", "written"),
    [
        (r"\sqrt[3]{8}", "³√8", r"\sqrt[{3}]{8}"),
        (r"\sqrt[n]{x+1}y", "ⁿ√(x + 1)y", r"\sqrt[{n}]{x+1}y"),
        (r"\sqrt[n+1]x", "ⁿ⁺¹√x", r"\sqrt[{n+1}]{x}"),
        (r"\sqrt x", "√x", r"\sqrt{x}"),
        (r"\sqrt[3", "√[3", r"\sqrt{[}3"),
        (r"{\sqrt[3}8", "√[38", r"\sqrt{[}38"),
    ],
)
def test_a_root_has_its_degree(latex: str, unicode: str, written: str) -> None:
    tree = read_math(latex)
    assert unicode_of(tree) == unicode
    assert safe_latex(tree) == written
    assert text_of(tokens_of(tree)).count("<mroot>") == ("]" in latex)

"""Mathematics in LaTeX: what stands in braces, and what stands without them, as TeX reads it."""

from __future__ import annotations

import pytest

from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.tokens import command_at, latex_tokens
from deepcalc.notation.mathtext.unicode import unicode_of


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
        (r"\lvert y-\hat{y}\rvert + \lVert w\rVert_2", "|y − ŷ| + ‖w‖₂"),
        (r"\mathcal{L} = \bigl(a\bigr)\tfrac{1}{2}", "ℒ = (a)1/2"),
        (r"\text{true positives} + \textbf{cross-entropy}", "true positives + cross-entropy"),
        (r"\text{a\_b, 5\,\% of {\beta}}c", "a_b, 5 % of βc"),
        (r"\left. f \right|_{x=0} \gets \lbrace 1 \rbrace", "f|ₓ₌₀ ← {1}"),
        (r"\operatorname*{argmin}_w \det A", "argmin_w det A"),
        (r"3\log_2 x + \log_2(x)", "3 log₂ x + log₂(x)"),
        (r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", "{x, x > 0; 0, otherwise}"),
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


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"\mathcal{L}", r"\mathcal{L}"),
        (r"\mathit{acc}+\overline{x}", r"\mathit{acc}+\bar{x}"),
        (r"\text{log loss}", r"\mathrm{log\ loss}"),
        (r"\text{cross-entropy}", r"\mathrm{cross\text{-}entropy}"),
        (r"\lvert x\rvert", r"\lvert x\rvert "),
        (
            r"\begin{cases}1 & \text{if } x\\0 & \text{else}\end{cases}",
            r"\begin{cases} 1 & \mathrm{if\ }x \\ 0 & \mathrm{else} \end{cases}",
        ),
    ],
)
def test_fonts_words_and_cases_are_written_as_they_are_read(latex: str, written: str) -> None:
    assert safe_latex(read_math(latex)) == written


def test_the_first_token_is_read_off_the_end() -> None:
    assert latex_tokens(r"\frac12.5\,x_{ab} " + "\\") == [" ", "}", "b", "a", "{", "_", "x", r"\,", "12.5", r"\frac"]


@pytest.mark.parametrize(
    ("text", "position", "command"), [(r"a\frac1", 1, r"\frac"), (r"\, 1", 0, r"\,"), ("x", 0, None), ("\\", 0, None)]
)
def test_a_command_ends_where_its_letters_do(text: str, position: int, command: str | None) -> None:
    assert command_at(text, position) == command

"""The mathematics of statements as MathML."""

from __future__ import annotations

from random import Random
from xml.etree import ElementTree

import pytest

from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.signs import FONTS, MATRICES, OPERATORS, SPACES, WORDS
from deepcalc.notation.mathtext.unicode import unicode_of
from deepcalc.notation.printing.tokens import text_of
from deepcalc.rendering.mathml_statement import tokens_of


def markup(latex: str) -> str:
    return text_of(tokens_of(read_math(latex)))


@pytest.mark.parametrize(
    ("latex", "roots"), [(r"\sqrt[3]{8}", 1), (r"\sqrt[n+1]x", 1), (r"\sqrt x", 0), (r"\sqrt[3", 0)]
)
def test_a_root_has_its_degree(latex: str, roots: int) -> None:
    assert markup(latex).count("<mroot>") == roots


def test_cases_stand_behind_a_brace_in_two_columns() -> None:
    written = markup(r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}")
    assert written.count("<mtr>") == 2
    assert written.count("<mtd ") == 4
    assert written.startswith('<mrow><mo form="prefix" stretchy="true">{</mo><mtable')


@pytest.mark.parametrize(
    ("latex", "applied"),
    [
        (r"\log x", '<mi mathvariant="normal">log</mi><mo>&#x2061;</mo><mi>x</mi>'),
        (r"\log_2 x", '<msub><mi mathvariant="normal">log</mi><mn>2</mn></msub><mo>&#x2061;</mo><mi>x</mi>'),
    ],
)
def test_a_function_is_applied_after_its_scripts(latex: str, applied: str) -> None:
    assert markup(latex) == applied


PIECES = [
    *OPERATORS, *FONTS, *WORDS, *SPACES, *"{}_^&[].*'-+()12xy \\é\u202e",
    *(r"\\", r"\frac", r"\sqrt", r"\mathbb", r"\left", r"\hat"),
    *(rf"\{edge}{{{name}}}" for edge in ("begin", "end") for name in MATRICES),
]  # fmt: skip


def test_whatever_is_typed_is_whole_in_every_format() -> None:
    draw = Random(7)
    for _ in range(400):
        latex = "".join(draw.choices(PIECES, k=draw.randint(1, 14)))
        written = safe_latex(read_math(latex))
        braces = written.replace(r"\{", "").replace(r"\}", "")
        assert braces.count("{") == braces.count("}"), latex
        assert unicode_of(read_math(latex)).isprintable(), latex
        ElementTree.fromstring(f"<math>{markup(latex)}</math>")

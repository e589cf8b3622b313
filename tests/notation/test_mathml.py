"""How written mathematics looks in MathML."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given

from deepcalc.notation.nodes import Literal, Name, Negative, Plus, Times
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import Break
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.mathml_elements import visible
from deepcalc.notation.printing.mathml_symbols import symbol
from deepcalc.notation.symbols import Forms, Symbols
from tests.strategies import many, points, smooth, written

mathml = MathMLPrinter()


def bare(markup: str) -> str:
    """The markup without attributes and without the invisible sign of a function's application."""
    return re.sub(r"(<\w+) [^>]*>", r"\1>", markup).replace("<mo>&#x2061;</mo>", "")


SHAPES = [
    ("5 - (-4)", "<mn>5</mn><mo>−</mo><mrow><mo>(</mo><mn>−4</mn><mo>)</mo></mrow>"),
    ("-2^2", "<mo>−</mo><msup><mn>2</mn><mn>2</mn></msup>"),
    ("(-2)^2", "<msup><mrow><mo>(</mo><mn>−2</mn><mo>)</mo></mrow><mn>2</mn></msup>"),
    ("1e-8", "<mrow><mn>1</mn><mo>·</mo><msup><mn>10</mn><mn>−8</mn></msup></mrow>"),
    ("a/(b + c)", "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>"),
    ("a/b*c", "<mfrac><mi>a</mi><mi>b</mi></mfrac><mo>·</mo><mi>c</mi>"),
    ("(a/b)^2", "<msup><mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow><mn>2</mn></msup>"),
    ("exp(-x)", "<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>"),
    ("sqrt(x + 1)", "<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>"),
    ("abs(x)", "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
    ("floor(n)", "<mrow><mo>⌊</mo><mi>n</mi><mo>⌋</mo></mrow>"),
    ("sigmoid(x)", "<mi>σ</mi><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"),
    ("log2(x)", "<msub><mi>log</mi><mn>2</mn></msub><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"),
    ("max(0, x)", "<mi>max</mi><mrow><mo>(</mo><mn>0</mn><mo>,</mo><mi>x</mi><mo>)</mo></mrow>"),
    (
        "cases(x if x > 0, 0 otherwise)",
        "<mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mtext>&#xa0;if&#xa0;</mtext><mi>x</mi><mo>&gt;</mo>"
        "<mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mtext>&#xa0;otherwise</mtext></mtd></mtr></mtable></mrow>",
    ),
    (
        "sum(x_i, i, 1, n)",
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
        "<msub><mi>x</mi><mi>i</mi></msub>",
    ),
    (
        "{dL/dw21}",
        "<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo><msub><mi>w</mi><mn>21</mn></msub></mrow></mfrac>",
    ),
]


@pytest.mark.parametrize(("text", "markup"), SHAPES, ids=[row[0] for row in SHAPES])
def test_a_formula_in_mathml(text: str, markup: str) -> None:
    assert bare(mathml.print(parse(text))) == markup


SYMBOLS = [
    (r"w_{21}^{+}", "<msubsup><mi>w</mi><mn>21</mn><mo>+</mo></msubsup>"),
    (r"\theta_4", "<msub><mi>θ</mi><mn>4</mn></msub>"),
    (r"\hat{y}_{3}", "<msub><mover><mi>y</mi><mo>^</mo></mover><mn>3</mn></msub>"),
    (r"\hat y", "<mover><mi>y</mi><mo>^</mo></mover>"),
    (r"\mathrm{Err}_{6}", "<msub><mi>Err</mi><mn>6</mn></msub>"),
    (r"\mathcal{L}", "<mi>ℒ</mi>"),
    (r"\mathbf{x}", "<mi>x</mi>"),
    (r"{w^+}^{(2)}", "<msup><msup><mi>w</mi><mo>+</mo></msup><mrow><mo>(</mo><mn>2</mn><mo>)</mo></mrow></msup>"),
    (r"Y_{1,12}", "<msub><mi>Y</mi><mrow><mn>1</mn><mo>,</mo><mn>12</mn></mrow></msub>"),
    (r"\lVert w \rVert_1", "<mrow><mo>‖</mo><mi>w</mi><msub><mo>‖</mo><mn>1</mn></msub></mrow>"),
    (r"w^{\prime}", "<msup><mi>w</mi><mo>′</mo></msup>"),
    (r"\text{log loss}", "<mtext>log&#xa0;loss</mtext>"),
    (r"\text{macro}\,F_{1}", "<mrow><mi>macro</mi><mspace></mspace><msub><mi>F</mi><mn>1</mn></msub></mrow>"),
]


@pytest.mark.parametrize(("latex", "markup"), SYMBOLS, ids=[row[0] for row in SYMBOLS])
def test_a_symbols_latex_form_in_mathml(latex: str, markup: str) -> None:
    assert bare(symbol(latex)) == markup


def test_an_authors_form_is_used_with_brackets_where_it_is_compound() -> None:
    printer = MathMLPrinter(Symbols({"v": Forms("v⁺", "v^+", compound=True)}))
    assert bare(printer.print(parse("v^2"))) == (
        "<msup><mrow><mo>(</mo><msup><mi>v</mi><mo>+</mo></msup><mo>)</mo></mrow><mn>2</mn></msup>"
    )


def test_brackets_grow_with_fractions_only() -> None:
    assert 'stretchy="true">(' in mathml.print(parse("(1/x)^2"))
    assert 'stretchy="false">(' in mathml.print(parse("2*(-a)"))


WIDE = "aaaaaaaa + bbbbbbbb + cccccccc + dddddddd"


@pytest.mark.parametrize(
    ("text", "element"),
    [("({})/x", "mfrac"), ("x/({})", "mfrac"), ("sqrt({})", "msqrt"), ("cases({} if x > 0, 0 otherwise)", "mtable")],
)
def test_what_is_wide_is_written_so_that_a_line_can_be_broken_in_it(text: str, element: str) -> None:
    narrow, wide = (mathml.tokens(parse(text.format(inner))) for inner in ("a + b", WIDE))
    assert f"<{element}" in mathml.print(parse(text.format("a + b")))
    assert f"<{element}" not in "".join(map(str, wide))
    assert sum(isinstance(token, Break) for token in wide) >= 3
    assert not any(isinstance(token, Break) for token in narrow)


def test_a_wide_base_has_its_power_at_the_closing_bracket() -> None:
    assert bare(mathml.print(parse(f"({WIDE})^2"))).endswith("<msup><mo>)</mo><mn>2</mn></msup>")


@many
@given(written())
def test_each_token_is_whole_markup(node: Any) -> None:
    for token in mathml.tokens(node):
        if not isinstance(token, Break):
            ElementTree.fromstring(f"<math>{token}</math>")


# MathML read back: what a reader of the page sees, as a formula that the parser knows.


def _read(element: ElementTree.Element) -> str:
    parts = list(element)
    match element.tag:
        case "mfrac":
            return f"(({_read(parts[0])})/({_read(parts[1])}))"
        case "msqrt":
            return f"sqrt({_inside(element)})"
        case "msup" if _read(parts[0]) == "e":
            return f"exp({_read(parts[1])})"
        case "msup":
            return f"{_read(parts[0])}^({_read(parts[1])})"
        case "msub":
            return f"{_read(parts[0])}{_read(parts[1])}"
        case _:
            return (element.text or "") + _inside(element)


def _inside(element: ElementTree.Element) -> str:
    return "".join(map(_read, element))


_PLAIN = str.maketrans({"−": "-", "·": "*", "\u2061": "", "σ": "sigmoid", "√": "sqrt"})


def _as_plain(markup: str) -> str:
    return _read(ElementTree.fromstring(f"<math>{markup}</math>")).translate(_PLAIN)


@many
@given(smooth(), points())
def test_the_markup_means_what_the_expression_means(node: Any, point: dict[str, Fraction]) -> None:
    read = parse(_as_plain(mathml.print(node)))
    numbers = {to_sympy(Name(name)): float(value) for name, value in point.items()}
    expected, found = (complex(to_sympy(each).evalf(20, subs=numbers)) for each in (node, read))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_long_sum_is_broken_at_its_terms() -> None:
    tokens = mathml.tokens(Plus(*(Name(f"x{k}") for k in range(5000))))
    assert sum(token == Break(0) for token in tokens) == 4999


def test_no_negative_zero_is_shown() -> None:
    assert visible(mathml.print(Negative(Times(Literal("0"), Name("x"))))) == "−(0·x)"

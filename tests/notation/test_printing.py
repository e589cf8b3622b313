"""How written mathematics looks in the three dialects."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy
import pytest
from hypothesis import given

from deepcalc.notation.array_nodes import Array, MatrixProduct, Transpose, array
from deepcalc.notation.grids import FloatGrid
from deepcalc.notation.nodes import Joined, Literal, Name, Negative, Node, Over, Plus, Power, Times
from deepcalc.notation.operations.expressions import arranged
from deepcalc.notation.oracle import to_sympy
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import Break, PlainPrinter, Printer
from deepcalc.notation.printing.arrays import ELLIPSIS, sizes_of_shortened
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import SUPERSCRIPTS, Forms, Symbols
from deepcalc.rendering.layout import broken
from tests.strategies import many, points, smooth

plain, unicode, latex = PlainPrinter(), UnicodePrinter(), LatexPrinter()

SHAPES = [
    # text, Unicode, LaTeX; the text is also what the plain dialect prints
    ("5 - (-4)", "5 − (−4)", r"5 - \left(-4\right)"),
    ("-(-0.3)", "−(−0.3)", r"-\left(-0.3\right)"),
    ("(-2)^2", "(−2)²", r"\left(-2\right)^{2}"),
    ("-2^2", "−2²", r"-2^{2}"),
    ("1e-8", "1·10⁻⁸", r"1 \cdot 10^{-8}"),
    ("-1e-8", "−1·10⁻⁸", r"-1 \cdot 10^{-8}"),
    ("(1e-8)^2", "(1·10⁻⁸)²", r"\left(1 \cdot 10^{-8}\right)^{2}"),
    ("a*1e-8", "a·(1·10⁻⁸)", r"a \cdot \left(1 \cdot 10^{-8}\right)"),
    ("1e-8*a", "(1·10⁻⁸)·a", r"\left(1 \cdot 10^{-8}\right) \cdot a"),
    ("sqrt(v) + 1e-8", "√v + 1·10⁻⁸", r"\sqrt{v} + 1 \cdot 10^{-8}"),
    ("a - (b + c)", "a − (b + c)", r"a - \left(b + c\right)"),
    ("a - b + c", "a − b + c", "a - b + c"),
    ("(a + b) + c", "(a + b) + c", r"\left(a + b\right) + c"),
    ("a + (-4)", "a + (−4)", r"a + \left(-4\right)"),
    ("-4 + a", "−4 + a", "-4 + a"),
    ("-a + b", "−a + b", "-a + b"),
    ("-(a + b)", "−(a + b)", r"-\left(a + b\right)"),
    ("-(-a)", "−(−a)", r"-\left(-a\right)"),
    ("a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
    ("a/b/c", "a/b/c", r"\frac{\frac{a}{b}}{c}"),
    ("a*(b/c)", "a·(b/c)", r"a \cdot \frac{b}{c}"),
    ("a*b/c", "a·b/c", r"\frac{a \cdot b}{c}"),
    ("a/(b*c)", "a/(b·c)", r"\frac{a}{b \cdot c}"),
    ("(a + b)*c", "(a + b)·c", r"\left(a + b\right) \cdot c"),
    ("(a*b)*c", "(a·b)·c", r"\left(a \cdot b\right) \cdot c"),
    ("a*(-4)", "a·(−4)", r"a \cdot \left(-4\right)"),
    ("(-a)*b", "(−a)·b", r"\left(-a\right) \cdot b"),
    ("-a*b", "−a·b", r"-a \cdot b"),
    ("1/2*(t - o)^2", "1/2·(t − o)²", r"\frac{1}{2} \cdot \left(t - o\right)^{2}"),
    ("log((x/c)^2)", "log((x/c)²)", r"\log\left(\left(\frac{x}{c}\right)^{2}\right)"),
    ("a^b^c", "a^(b^c)", "a^{b^{c}}"),
    ("(a^b)^c", "(a^b)^c", r"\left(a^{b}\right)^{c}"),
    ("x^(-2)", "x⁻²", "x^{-2}"),
    ("x^(1/2)", "x^(1/2)", r"x^{\frac{1}{2}}"),
    ("x^0.5", "x^0.5", "x^{0.5}"),
    ("(a/b)^2", "(a/b)²", r"\left(\frac{a}{b}\right)^{2}"),
    ("exp(x)", "e^x", "e^{x}"),
    ("exp(-x)^2", "(e^(−x))²", r"\left(e^{-x}\right)^{2}"),
    ("exp(-3)", "e⁻³", "e^{-3}"),
    ("exp(0.5)", "e^0.5", "e^{0.5}"),
    ("exp(x)/(exp(x) + exp(y))", "e^x/(e^x + e^y)", r"\frac{e^{x}}{e^{x} + e^{y}}"),
    ("sqrt(x^2 + 1)", "√(x² + 1)", r"\sqrt{x^{2} + 1}"),
    ("sqrt(x)^2", "(√x)²", r"\sqrt{x}^{2}"),
    ("abs(x - 1)^2", "|x − 1|²", r"\left|x - 1\right|^{2}"),
    ("floor((n - 1)/2) + 1", "⌊(n − 1)/2⌋ + 1", r"\left\lfloor \frac{n - 1}{2} \right\rfloor + 1"),
    ("ceil(n/m)", "⌈n/m⌉", r"\left\lceil \frac{n}{m} \right\rceil"),
    ("1 - sigmoid(x)", "1 − σ(x)", r"1 - \sigma\left(x\right)"),
    ("log2(x) + log10(x)", "log₂(x) + log₁₀(x)", r"\log_2\left(x\right) + \log_{10}\left(x\right)"),
    ("max(0, x)", "max(0, x)", r"\max\left(0, x\right)"),
    (
        "cases(x if x > 0, 0.1*x otherwise)",
        "{ x if x > 0; 0.1·x otherwise }",
        r"\begin{cases} x & \text{if } x > 0 \\ 0.1 \cdot x & \text{otherwise} \end{cases}",
    ),
    (
        "1/n*sum((t_i - o_i)^2, i, 1, n)",
        "1/n·Σᵢ₌₁ⁿ (tᵢ − oᵢ)²",
        r"\frac{1}{n} \cdot \sum_{i=1}^{n} \left(t_{i} - o_{i}\right)^{2}",
    ),
    ("-sum(x_i, i, 1, 3)", "−Σᵢ₌₁³ xᵢ", r"-\sum_{i=1}^{3} x_{i}"),
    ("a + sum(x_i, i, 1, n)", "a + Σᵢ₌₁ⁿ xᵢ", r"a + \sum_{i=1}^{n} x_{i}"),
    ("sum(a + x_i, i, 1, n)", "Σᵢ₌₁ⁿ (a + xᵢ)", r"\sum_{i=1}^{n} \left(a + x_{i}\right)"),
    ("X.T.T", "(Xᵀ)ᵀ", r"\left(X^{\top}\right)^{\top}"),
    ("X.T^2", "(Xᵀ)²", r"\left(X^{\top}\right)^{2}"),
    ("X.T @ w", "Xᵀ w", r"X^{\top} \, w"),
    ("sum(x)*a", "(Σ x)·a", r"\left(\sum x\right) \cdot a"),
    ("sum(x)/n*a", "(Σ x/n)·a", r"\frac{\sum x}{n} \cdot a"),
    ("a*sum(x)", "a·(Σ x)", r"a \cdot \left(\sum x\right)"),
    ("sum(x_i, i, 1, n)*a", "(Σᵢ₌₁ⁿ xᵢ)·a", r"\left(\sum_{i=1}^{n} x_{i}\right) \cdot a"),
    ("2*sum(x_i, i, 1, n)/m", "(2·Σᵢ₌₁ⁿ xᵢ)/m", r"\frac{2 \cdot \sum_{i=1}^{n} x_{i}}{m}"),
    ("{dL/dw21}^2", "(∂L/∂w₂₁)²", r"\left(\frac{\partial L}{\partial w_{21}}\right)^{2}"),
    ("w21 - eta*{dL/dw21}", "w₂₁ − η·∂L/∂w₂₁", r"w_{21} - \eta \cdot \frac{\partial L}{\partial w_{21}}"),
    ("a/{dL/dw21}", "a/(∂L/∂w₂₁)", r"\frac{a}{\frac{\partial L}{\partial w_{21}}}"),
    ("{w21@2}^2", "(w₂₁⁽²⁾)²", r"\left(w_{21}^{(2)}\right)^{2}"),
]


@pytest.mark.parametrize(("text", "in_unicode", "in_latex"), SHAPES, ids=[row[0] for row in SHAPES])
def test_a_formula_in_each_dialect(text: str, in_unicode: str, in_latex: str) -> None:
    node = parse(text)
    assert (plain.print(node), unicode.print(node), latex.print(node)) == (text, in_unicode, in_latex)


def test_no_negative_zero_is_shown() -> None:
    assert plain.print(parse("-0")) == "0"
    assert unicode.print(Negative(Times(Literal("0"), Name("x")))) == "−(0·x)"


def test_a_base_that_is_compound_by_the_authors_form_gets_brackets() -> None:
    symbols = Symbols({"v": Forms("v′⁺", "v^+", compound=True)})
    assert UnicodePrinter(symbols).print(parse("v^2")) == "(v′⁺)²"
    assert LatexPrinter(symbols).print(parse("v^2")) == r"\left(v^+\right)^{2}"


def test_lines_may_be_broken_before_operators_deeper_ones_last() -> None:
    breaks = [token.depth for token in unicode.tokens(parse("a*b + (c - d)")) if isinstance(token, Break)]
    assert breaks == [1, 0, 2]


# The Unicode dialect read back: every character has one meaning, so the text can be turned into formulas again.

_UP = {small: character for character, small in SUPERSCRIPTS.items()}


def _unicode_to_plain(text: str) -> str:
    """``e^x`` and ``√x`` apply to the next name, number or bracket; raised digits are a power."""
    text = text.replace("−", "-").replace("·", "*").replace("log₂", "LD").replace("σ", "sigmoid")
    text = re.sub(r"e([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"exp({''.join(_UP[c] for c in m[1])})", text)
    text = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"^({''.join(_UP[c] for c in m[0])})", text)
    text = re.sub(r"(?<![a-z])e\^", "√exp", text)
    while (sign := text.find("√")) >= 0:
        name = "exp" if text[sign + 1 :].startswith("exp") else "sqrt"
        start = sign + 1 + (3 if name == "exp" else 0)
        end = _end_of_atom(text, start)
        text = f"{text[:sign]}{name}({text[start:end]}){text[end:]}"
    return text.replace("LD", "log2")


def _end_of_atom(text: str, start: int) -> int:
    match = re.compile(r"√?(?:exp)?[A-Za-z]*[0-9.]*").match(text, start)
    end = match.end() if match else start
    if text[end : end + 1] != "(" or not (end == start or text[end - 1].isalpha()):
        return end
    depth = 0
    for position, character in enumerate(text[end:], start=end):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position + 1
    raise AssertionError(f"unbalanced: {text}")


@many
@given(smooth(), points())
def test_the_unicode_text_means_what_the_expression_means(node: Any, point: dict[str, Fraction]) -> None:
    read = parse(_unicode_to_plain(unicode.print(node)))
    numbers = {to_sympy(Name(name)): float(value) for name, value in point.items()}
    expected, found = (complex(to_sympy(each).evalf(20, subs=numbers)) for each in (node, read))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_deep_sums_print_without_recursion() -> None:
    terms = [Name(f"x{k}") for k in range(5000)]
    assert plain.print(Plus(*terms)).count("+") == 4999


def test_printing_does_not_depend_on_how_the_expression_was_made() -> None:
    made = Over(Plus(Name("a"), Negative(Literal("-1"))), Power(Literal("-2"), Literal("2")))
    assert unicode.print(made) == unicode.print(parse("(a - -1)/(-2)^2")) == "(a − (−1))/(−2)²"


def test_a_product_entry_by_entry_is_bracketed_before_a_matrix() -> None:
    for text in ("(A*B) @ X.T", "(2*A*B) @ X.T"):
        product = arranged(parse(text), {"A": (2, 3), "B": (2, 3), "X": (4, 3)}.__getitem__)
        assert UnicodePrinter().print(product).endswith("A ⊙ B)·Xᵀ")
        assert LatexPrinter().print(product).endswith(r"A \odot B\right) \, X^{\top}")
        assert (
            arranged(parse(PlainPrinter().print(product)), {"A": (2, 3), "B": (2, 3), "X": (4, 3)}.__getitem__)
            == product
        )


def test_parts_of_an_answer_stand_by_the_sign_between_them() -> None:
    vector = Joined(",", Literal("0.2"), Literal("0.8"))
    assert plain.print(vector) == "0.2, 0.8"
    assert unicode.print(vector) == "(0.2, 0.8)"
    assert latex.print(vector) == r"\left(0.2, 0.8\right)"
    shape = Joined("×", *map(Literal, ("15", "15", "8")))
    assert plain.print(shape) == unicode.print(shape) == "15 × 15 × 8"
    assert latex.print(shape) == r"15 \times 15 \times 8"
    assert latex.print(Joined("…", Literal("-3"), Literal("7"))) == r"-3 \dots 7"


def written(rows: int | None, columns: int, entry: str = "7") -> Node:
    """A vector of so many entries, or a matrix of so many rows of them."""
    row = array([Literal(entry)] * columns, (columns,))
    return row if rows is None else Array(*(row for _ in range(rows)))


@pytest.mark.parametrize(
    ("rows", "columns", "entry", "whole"),
    [
        (None, 60, "-0.25", True), (None, 61, "7", False), (10, 10, "7", True), (11, 10, "7", False),
        (9, 9, "-0.123456", True), (4, 25, "7", False), (4, 21, "7", True), (6, 12, "-0.25", False), (50, 2, "7", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("printer", [UnicodePrinter(), LatexPrinter(), MathMLPrinter()])
def test_arrays_are_shown_whole_up_to_a_size(
    rows: int | None, columns: int, entry: str, whole: bool, printer: Any
) -> None:
    node = written(rows, columns, entry)
    dots = {each for place in ("row", "column", "corner") for each in (ELLIPSIS[place], printer.dots[place])}
    assert any(sign in printer.print(node) for sign in dots) is not whole
    sizes = (columns,) if rows is None else (rows, columns)
    assert sizes_of_shortened(node) == (None if whole else sizes)


def test_a_long_vector_may_be_broken_behind_its_commas() -> None:
    tokens = UnicodePrinter().tokens(written(None, 12))
    assert sum(isinstance(token, Break) for token in tokens) == 11
    assert broken(tokens, 20) == ["[7, 7, 7, 7, 7, 7,", "7, 7, 7, 7, 7, 7]"]


def test_a_long_column_is_written_as_a_row_and_transposed() -> None:
    columns, numbers = Symbols(vectors="columns"), "[7, 7, 7, 7, 7, 7, 7, 7, 7, 7]"
    vector = written(None, 10)
    assert UnicodePrinter(columns).print(vector) == f"{numbers}ᵀ"
    assert UnicodePrinter(columns).print(Transpose(vector)) == f"({numbers}ᵀ)ᵀ"
    assert UnicodePrinter(columns).print(MatrixProduct(vector, vector)) == f"{numbers} {numbers}ᵀ"
    assert UnicodePrinter().print(MatrixProduct(written(2, 10), vector)).endswith(f"{numbers}ᵀ")


@pytest.mark.parametrize("shape", [(61,), (5000,), (90, 90), (101, 1), (2, 300), (9, 12), (34, 3), (3, 34), (300, 9)])
def test_of_a_large_array_so_much_is_written_that_it_is_seen_to_be_large(shape: tuple[int, ...]) -> None:
    floats = numpy.arange(numpy.prod(shape), dtype=float).reshape(shape)
    node = FloatGrid(floats).node(lambda value: Literal(str(int(value))))
    assert sizes_of_shortened(node) is not None
    shown = UnicodePrinter().print(node)
    assert shown.startswith("[" * len(shape) + "0, 1" if shape[-1] > 1 else "[[0], [1]")
    assert shown.endswith(f"{floats.size - 1}{']' * len(shape)}")


@pytest.mark.parametrize("printer", [unicode, latex], ids=["unicode", "latex"])
def test_a_line_may_be_broken_between_parts_that_are_joined(printer: Printer) -> None:
    parts = [printer.print(parse(name)) for name in "ABC"]
    tokens = printer.tokens(parse("concat(A, B, C)"))
    places = [tokens.index(part) for part in parts]
    assert all(any(isinstance(token, Break) for token in tokens[a:b]) for a, b in pairwise(places))

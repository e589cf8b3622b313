"""Authors' texts in LaTeX: every character is shown or dropped, and none is a command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepcalc.rendering.latex_text import BOX, cut, escape, heading, paragraph, text_blocks, text_line

SHOWN = [
    ("plain words, and (brackets)", "plain words, and (brackets)"),
    ("50% of $5 & #1", r"50\% of \$5 \& \#1"),
    ("a_b^c~d", r"a\_b\textasciicircum{}c\textasciitilde{}d"),
    (r"\input{x}", r"\textbackslash{}input\{x\}"),
    ("[1] *", "{[}1{]} {*}"),
    ("<b> | `", r"\textless{}b\textgreater{} \textbar{} \textasciigrave{}"),
    ("--x, ''", "-{}-x, '{}'"),
    ("é ß Ł — “q” €", "é ß Ł — “q” €"),
    ("x ≤ α", r"x $\leq$ $\alpha$"),
    ("x₁²", "x${}_{1}$²"),
    ("ọ ℝ Ⅷ ｆｕｌｌ", "o R VIII full"),
    ("日😀가", BOX * 3),
    ("a\u202eb\u200bc\x07d\u0301", "abcd"),
    ("two\u00a0words\tand", "two words and"),
]


@pytest.mark.parametrize(("text", "latex"), SHOWN)
def test_a_character_is_shown_by_itself_or_by_what_comes_nearest(text: str, latex: str) -> None:
    assert escape(text).replace(r"$\le$", r"$\leq$") == latex


@given(st.text(max_size=80))
def test_no_text_holds_a_command_of_its_own(text: str) -> None:
    latex = escape(text)
    known = r"\\text(?:backslash|asciicircum|asciitilde|less|greater|bar|asciigrave)\{\}|\\[{}$&#%_]|\\allowbreak "
    rest = re.sub(known, "", latex)
    rest = re.sub(r"\$(?:\{\}[_^]\{[^{}$]\}|\\[A-Za-z]+|-|[^\\{}$])\$", "", rest)
    rest = re.sub(r"\{.\}|\{\}", "", rest)
    assert not set(rest) & set("\\${}&#%_^~[]*")
    assert "\n" not in latex


def test_a_long_run_without_a_space_can_be_broken() -> None:
    runs = escape("a" * 1000).split(r"\allowbreak ")
    assert "".join(runs) == "a" * 1000
    assert max(map(len, runs)) <= 40


def test_a_title_is_cut_after_a_word() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("short", 9) == "short"
    assert len(heading("word " * 200_000)) < 300
    assert len(heading("x" * 1_000_000)) < 500


def test_source_lines_stay_short_however_long_the_text() -> None:
    assert max(map(len, paragraph(escape("w" * 100_000 + " word" * 1000)).splitlines())) < 200


BLOCKS = [
    ("One.\n\nTwo.", ["One.", "Two."]),
    ("with $h_1$ and **bold** `x_1`", [r"with $h_{1}$ and \textbf{bold} \texttt{x\_1}"]),
    ("so\n\n$$x = 1$$\n\nend", ["so", r"\[ x=1 \]", "end"]),
    ("$a$ % comment", [r"$a$ \% comment"]),
    ("empty $ $", ["empty"]),
    ("$x^2'$", [r"$x^{2}{}^{\prime}$"]),
    (r"$\write18{touch x}$", [r"$\mathrm{write}18touchx$"]),
    ("1. a\n2. b", ["\\begin{enumerate}\n  \\item a\n  \\item b\n\\end{enumerate}"]),
]


@pytest.mark.parametrize(("markdown", "latex"), BLOCKS)
def test_markdown_becomes_paragraphs(markdown: str, latex: list[str]) -> None:
    assert text_blocks(markdown) == latex


def test_lists_are_no_deeper_than_latex_allows() -> None:
    deep = "".join(f"{'  ' * depth}- item\n" for depth in range(8))
    written = "\n".join(text_blocks(deep))
    assert written.count(r"\begin{itemize}") == 2
    assert written.count(r"$\bullet$ item") == 6


def test_a_formula_too_wide_for_a_line_can_be_broken_or_is_left_out() -> None:
    assert r"\allowbreak" in text_line("$" + "x" * 400 + "$")
    assert r"\dots" in text_line("$a_{" + "x" * 400 + "}$ and $" + "y" * 100 + "$")

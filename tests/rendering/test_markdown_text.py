"""Words, mathematics and authors' texts in Markdown: they come out as they are, whatever stands in them."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deepcalc.rendering.markdown_text import GITHUB, JUPYTER, at_the_start

GITHUB_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HAIR = "\u200a"


def shown_by(markdown: str) -> str:
    """The text that a reader of plain Markdown sees; fails where there is more than text."""
    tokens = GITHUB_MARKDOWN.parse(markdown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    children = [child for token in tokens for child in token.children or []]
    assert {child.type for child in children} <= {"text"}
    return "".join(child.content for child in children)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"])))
def test_words_are_shown_as_they_are(text: str) -> None:
    shown = shown_by(at_the_start(JUPYTER.words(text)))
    assert shown == text
    assert shown_by(at_the_start(GITHUB.words(text))).replace("\u200b$", "$") == text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "[a](javascript:alert(1))", "![a](b)", "&lt;b&gt;", "&#36;", "# a", "- a", "+ a",
        "1. a", "2024) a", "=== a", "> a", "| a | b |", "~~a~~", "**a** __b__ *c* _d_", "`a`", "\\", "a\\", "<http://a.b>",
    ],
)  # fmt: skip
def test_markup_in_words_is_words(text: str) -> None:
    assert shown_by(at_the_start(GITHUB.words(text))) == text


def test_what_steers_the_order_of_reading_is_left_out() -> None:
    assert GITHUB.words("a\u202eb\u2066c\ufeffd\x00e\x1bf") == "abcdef"
    assert GITHUB.words("a\nb\u2028c") == "a b c"
    assert GITHUB.words("👩\u200d🔬") == "👩\u200d🔬"


def test_a_dollar_in_words_opens_no_formula() -> None:
    assert JUPYTER.words("$5 and $6") == r"\$5 and \$6"
    assert GITHUB.words("$5") == "\u200b\\$5", "GitHub takes no backslash for it, but no dollar within a word either"


@pytest.mark.parametrize(
    ("latex", "markdown"),
    [
        (r"w_{21}", "$w_{21}$"),
        (r"|x|", r"$\vert x\vert$"),
        (r"a^{*}", r"$a^{\ast }$"),
        (r"a<b", "$a < b$"),
        (r"\{a\,b\}", r"$\lbrace a\thinspace b\rbrace$"),
        (r"\|x\|", r"$\Vert x\Vert$"),
        (r"\operatorname{ReLU}\left(x\right)", r"$\mathrm{ReLU}\left(x\right)$"),
        (r"\operatorname{tanh}x", r"$\tanh x$"),
        (r"", ""),
    ],
)
def test_a_formula_uses_nothing_that_markdown_reads(latex: str, markdown: str) -> None:
    assert GITHUB.math(latex) == JUPYTER.math(latex) == markdown


@pytest.mark.parametrize("latex", [r"\hat{y}_{1}", r"\mathrm{Err}_{6}", r"50\%", r"a\_b", r"\text{https://a.b}"])
def test_what_github_would_spoil_gets_its_own_delimiters(latex: str) -> None:
    assert GITHUB.math(latex) == f"$`{latex}`$"
    assert GITHUB.display(latex) == f"```math\n{latex}\n```"
    assert JUPYTER.math(latex) == f"${latex}$"
    assert JUPYTER.display(latex) == f"$$\n{latex}\n$$"


def test_a_line_break_of_tex_ends_its_line() -> None:
    cases = r"\begin{cases} 1 & a \\ 2 & b \end{cases}"
    assert GITHUB.display(cases) == "$$\n\\begin{cases} 1 & a \\\\\n2 & b \\end{cases}\n$$"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Compute $x$.", ["Compute $x$."]),
        ("one\nline\n\nanother", ["one line", "another"]),
        ("**$p$ is small**", ["$p$ **is small**"]),
        ("*so $x$*, then", ["*so* $x$, then"]),
        ("a $$x = 1$$ b", ["a", "$$\nx=1\n$$", "b"]),
        ("- a $$x$$\n- b", ["- a $x$\n- b"]),
        ("1. a\n2. b\n   - c", ["1. a\n2. b\n\n   - c"]),
        ("# Hint", ["**Hint**"]),
        ("```\na ``` b\n```", ["````\na ``` b\n````"]),
        ("`a|b` and ``c`d``", ["`a|b` and ``c`d``"]),
        ("non-$x$ and $n$th and $a$$b$", [f"non-{HAIR}$x$ and $n${HAIR}th and $a${HAIR}$b$"]),
        ("<b onclick='x'>a</b>", [r"\<b onclick='x'\>a\</b\>"]),
        ("[here](https://evil.example)", ["here"]),
        (r"$\write18{rm}\input{/etc/passwd}$", [r"$\mathrm{write}18rm\mathrm{input}/etc/passwd$"]),
    ],
)
def test_an_authors_text_is_written_anew(text: str, markdown: list[str]) -> None:
    assert list(GITHUB.blocks(text)) == markdown


@given(st.lists(st.sampled_from(["$x_1$", "a", "<b>", "*", "_", "`", "\\", "$", "|", "[", "](", "\n", " ", "&", "# "])))
def test_no_authors_text_becomes_html_or_a_link(pieces: list[str]) -> None:
    for dialect, text in product((GITHUB, JUPYTER), ("".join(pieces),)):
        tokens = GITHUB_MARKDOWN.parse("\n\n".join(dialect.blocks(text)))
        found = {each.type for token in tokens for each in [token, *(token.children or [])]}
        assert not found & {"html_block", "html_inline", "link_open", "image", "table_open", "s_open"}


def test_a_million_characters_are_no_trouble() -> None:
    words = GITHUB.words("a*" * 500_000)
    assert len(words) == 1_500_000
    assert unicodedata.is_normalized("NFC", words)

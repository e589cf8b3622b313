"""Notes in mathematics: words as words, whatever signs stand in them."""

from __future__ import annotations

import pytest

from deepcalc.rendering.notes import markdown_note, words_latex, wrapped


@pytest.mark.parametrize(
    ("words", "latex"),
    [
        ("net input of hidden unit 1", r"\text{net input of hidden unit 1}"),
        ("50 % of x_1", r"\text{50 }\%\text{ of x}\_\text{1}"),
        ("{a} & $b$ #1", r"\lbrace \text{a}\rbrace \text{ }\&\text{ }\$\text{b}\$\text{ }\#\text{1}"),
        (r"\write18", r"\backslash \text{write18}"),
        ("size 2 × 3", r"\text{size 2 }\times \text{ 3}"),
        ("δ is small", r"\delta \text{ is small}"),
        ("a\u202eb", r"\text{a b}"),
        ("", ""),
    ],
)
def test_words_hold_no_command(words: str, latex: str) -> None:
    assert words_latex(words) == latex


def test_an_authors_note_has_mathematics_in_it() -> None:
    (line,) = wrapped(markdown_note("the **error** $\\delta_1$, by `relu`"), 50)
    assert line == r"\text{the error }\delta_{1}\text{, by relu}"


def test_a_note_is_broken_where_there_is_no_room() -> None:
    assert wrapped(markdown_note("one two $x$ three"), 5) == [r"\text{one two }x", r"\text{three}"]

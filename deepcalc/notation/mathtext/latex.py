"""The tree of mathematics in LaTeX: only signs and commands that are known."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from deepcalc.notation.mathtext.signs import OPERATORS
from deepcalc.notation.mathtext.tree import (
    FUNCTION_NAMES,
    Accent,
    Fraction,
    MathTree,
    Matrix,
    Root,
    Row,
    Script,
    Space,
    Symbol,
    Word,
)
from deepcalc.notation.symbols import GREEK

_FRACTION = r"\frac"
_HYPHEN = r"\text{-}"  # between letters, where - would be a minus
_CLOSED_BY = {"(": ")", "[": "]"}


def safe_latex(tree: MathTree) -> str:
    """LaTeX that says the tree: only signs and commands of :mod:`.signs`."""
    return _WRITERS[type(tree)](tree)


def _symbol(symbol: Symbol) -> str:
    latex = symbol.latex
    if latex == "'":
        return r"{}^{\prime}"
    return f"{latex} " if latex.startswith("\\") and latex[-1].isalpha() else latex


def _space(space: Space) -> str:
    return r"\," if space.unicode else r"\!"


def _word(word: Word) -> str:
    if word.text in FUNCTION_NAMES:
        return rf"\operatorname{{{word.text}}}"
    return rf"\{word.font.value}{{{_HYPHEN.join(map(latex_letters, word.text.split('-')))}}}"


def _row(row: Row) -> str:
    tall = _around_matrices(row.parts)
    return "".join(tall.get(at, "") + safe_latex(part) for at, part in enumerate(row.parts))


def _script(script: Script) -> str:
    below = "" if script.sub is None else f"_{{{safe_latex(script.sub)}}}"
    above = "" if script.sup is None else f"^{{{safe_latex(script.sup)}}}"
    inner = safe_latex(script.base)
    return f"{inner.strip() if isinstance(script.base, Symbol) else f'{{{inner}}}'}{below}{above}"


def _fraction(fraction: Fraction) -> str:
    return rf"\frac{{{safe_latex(fraction.top)}}}{{{safe_latex(fraction.bottom)}}}"


def _root(root: Root) -> str:
    degree = "" if root.degree is None else f"[{{{safe_latex(root.degree)}}}]"
    return rf"\sqrt{degree}{{{safe_latex(root.inside)}}}"


def _accent(accent: Accent) -> str:
    return rf"\{accent.name}{{{safe_latex(accent.inside)}}}"


def row_end(has_fractions: bool) -> str:
    """What stands between two rows of a matrix: fractions, which TeX would let touch each other, are kept apart."""
    return r"\\[3pt]" if has_fractions else r"\\"


def _matrix(matrix: Matrix) -> str:
    rows = [" & ".join(map(safe_latex, row)) for row in matrix.rows]
    body = f" {row_end(any(_FRACTION in row for row in rows))} ".join(rows)
    return rf"\begin{{{matrix.environment}}} {body} \end{{{matrix.environment}}}"


_WRITERS: Mapping[type, Callable[..., str]] = {
    Symbol: _symbol,
    Space: _space,
    Word: _word,
    Row: _row,
    Script: _script,
    Fraction: _fraction,
    Root: _root,
    Accent: _accent,
    Matrix: _matrix,
}


def _around_matrices(parts: Sequence[MathTree]) -> dict[int, str]:
    """What stands before the brackets between which there is a matrix, by their places: they are as tall as it is."""
    found: dict[int, str] = {}
    opened: list[tuple[int, str]] = []
    for at, part in enumerate(parts):
        if isinstance(part, Symbol) and part.latex in _CLOSED_BY:
            opened.append((at, _CLOSED_BY[part.latex]))
        elif isinstance(part, Symbol) and opened and part.latex == opened[-1][1]:
            start, _ = opened.pop()
            if any(isinstance(inner, Matrix) for inner in parts[start:at]):
                found |= {start: r"\left", at: r"\right"}
    return found


_LATEX_SPECIAL = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\wedge ", "~": r"\sim ", " ": r"\ ",
}  # fmt: skip
_LATEX_OF = {
    **{character: latex for latex, character in OPERATORS.items() if latex[1:2].isalpha()},
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    "−": "-",
}


def latex_letters(text: str) -> str:
    """The text inside LaTeX mathematics: ASCII as it is, known signs as commands, anything else as a box."""
    return "".join(
        _LATEX_SPECIAL.get(c, c) if c.isascii() else f"{_LATEX_OF[c]} " if c in _LATEX_OF else r"\square "
        for c in unicodedata.normalize("NFC", text)
        if c.isprintable()
    )

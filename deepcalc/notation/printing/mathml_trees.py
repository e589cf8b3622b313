r"""The parts of mathematics that was read from LaTeX, as MathML: symbols (``w_{21}^{+}``) and what statements hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.notation.mathtext.signs import CASES, MATRICES
from deepcalc.notation.mathtext.tree import (
    Accent,
    Font,
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
from deepcalc.notation.mathtext.unicode import script_letters
from deepcalc.notation.printing import mathml_elements as mathml

Inside = Callable[[MathTree], str]
"""Writes what stands in a fraction, a root or a script: any number of elements."""

_ACCENT_MARKS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "overrightarrow": "→", "overleftarrow": "←"}
_LARGE = {r"\sum": "∑", r"\prod": "∏"}
_SPACES = {1: "0.17em", 2: "1em", 4: "2em"}  # by how many blanks it is in text


def element(tree: MathTree, inside: Inside) -> str:
    """The tree as an element; a row as its elements side by side."""
    return _ELEMENTS[type(tree)](tree, inside)


def scripted(base: str, script: Script, inside: Inside) -> str:
    """The base with the scripts of another one."""
    sub, sup = (None if part is None else inside(part) for part in (script.sub, script.sup))
    return mathml.scripts(base, sub, sup)


def _symbol(symbol: Symbol, _: Inside) -> str:
    if symbol.latex in _LARGE:
        return f"<mo>{_LARGE[symbol.latex]}</mo>"
    text = symbol.unicode
    if text[:1].isdigit():
        return mathml.number(text)
    return mathml.identifier(text) if text.isalpha() else mathml.small(text)


def _space(space: Space, _: Inside) -> str:
    width = _SPACES.get(len(space.unicode))
    return f'<mspace width="{width}"></mspace>' if width else ""


def _word(word: Word, _: Inside) -> str:
    if word.font is Font.ITALIC:
        return mathml.identifier(word.text)
    if word.font is Font.SCRIPT:
        return mathml.identifier(script_letters(word.text))
    return mathml.words(word.text) if " " in word.text else mathml.upright(word.text, word.font is Font.BOLD)


def _row(row: Row, inside: Inside) -> str:
    return inside(row)


def _script(script: Script, inside: Inside) -> str:
    return scripted(element(script.base, inside), script, inside)


def _fraction(fraction: Fraction, inside: Inside) -> str:
    return mathml.fraction(inside(fraction.top), inside(fraction.bottom))


def _root(root: Root, inside: Inside) -> str:
    return mathml.root(inside(root.inside), None if root.degree is None else inside(root.degree))


def _accent(accent: Accent, inside: Inside) -> str:
    return mathml.accented(inside(accent.inside), _ACCENT_MARKS[accent.name])


def _matrix(matrix: Matrix, inside: Inside) -> str:
    left, right = MATRICES[matrix.environment]
    rows = [[inside(cell) for cell in row] for row in matrix.rows]
    if matrix.environment == CASES:
        return mathml.cases(rows)
    table = mathml.table(rows)
    if not left:
        return table
    opening, closing = mathml.brackets(left, table, right)
    return mathml.row(opening, table, closing)


_ELEMENTS: Mapping[type, Callable[..., str]] = {
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

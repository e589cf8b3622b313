"""The mathematics of statements as MathML: from the trees of :mod:`deepcalc.rendering.mathtext`.

A row comes as tokens, so that a long formula can be broken at its relations, sums and commas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.printing.mathml import UNBROKEN
from deepcalc.notation.printing.mathml_symbols import ACCENT_MARKS
from deepcalc.notation.printing.tokens import Break, Token, inside, text_of
from deepcalc.rendering.html_text import harmless
from deepcalc.rendering.mathtext import MATRICES
from deepcalc.rendering.mathtree import (
    BETWEEN,
    FUNCTION_NAMES,
    RELATIONS,
    Accent,
    Fraction,
    MathTree,
    Matrix,
    Roman,
    Root,
    Row,
    Script,
    Space,
    Symbol,
)

_CLOSING_OF = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_DEEPEST = 16  # brackets inside brackets; deeper ones are mere signs
_BREAKS = {**dict.fromkeys(RELATIONS, Break(0)), **dict.fromkeys("+−±", Break(1))}
_OPERATORS = frozenset("·×⊙∗⋆" + BETWEEN) | frozenset(_BREAKS)
_LARGE = {r"\sum": "∑", r"\prod": "∏"}
_SPACES = {1: "0.17em", 2: "1em", 4: "2em"}  # by how many blanks it is in text


def tokens_of(tree: MathTree) -> list[Token]:
    """The tree as MathML with the places where a line may be broken."""
    return _row(tree.parts if isinstance(tree, Row) else (tree,))


@dataclass
class _Level:
    """What stands after an opening bracket; ``operand`` tells whether a sign that comes next stands between two."""

    opening: str = ""
    tokens: list[Token] = field(default_factory=list)
    operand: bool = False

    def add(self, *tokens: Token, operand: bool = True) -> None:
        self.tokens += tokens
        self.operand = operand


def _row(parts: Iterable[MathTree]) -> list[Token]:
    """Elements side by side: each pair of brackets is a row of its own."""
    levels = [_Level()]
    for part in parts:
        current = levels[-1]
        sign = _sign(part.base if isinstance(part, Script) else part)
        if sign in _CLOSING_OF and isinstance(part, Symbol) and len(levels) <= _DEEPEST:
            levels.append(_Level(sign))
        elif current.opening and sign == _CLOSING_OF[current.opening]:
            levels.pop()
            levels[-1].add(*_closed(current, part))
        elif sign in _OPERATORS and isinstance(part, Symbol):
            breaks = [_BREAKS[sign]] if sign in _BREAKS and current.operand else []
            current.add(*breaks, (mathml.infix if current.operand else mathml.prefix)(sign), operand=False)
        elif isinstance(part, Space):
            current.add(_space(part), operand=current.operand)
        elif sign in (",", ";"):
            current.add(f'<mo separator="true">{sign}</mo>', Break(2), operand=False)
        else:
            current.add(_element(part))
    for unclosed in levels[1:]:
        levels[0].add(mathml.small(unclosed.opening), *unclosed.tokens)
    return levels[0].tokens


def _sign(tree: MathTree) -> str:
    return tree.unicode if isinstance(tree, Symbol) else ""


def _closed(level: _Level, closing: MathTree) -> list[Token]:
    """What stood in brackets, with the scripts of the closing one; a line may be broken in what is wide."""
    within = text_of(level.tokens)
    broken = mathml.width(within) > UNBROKEN and Break in map(type, level.tokens)
    left, right = mathml.brackets(level.opening, within, _CLOSING_OF[level.opening], broken)
    if broken:
        return [left, *inside(level.tokens), _scripted(right, closing) if isinstance(closing, Script) else right]
    row = mathml.row(left, within, right)
    return [_scripted(row, closing) if isinstance(closing, Script) else row]


def _scripted(base: str, script: Script) -> str:
    sub, sup = (None if part is None else _markup(part) for part in (script.sub, script.sup))
    return mathml.scripts(base, sub, sup)


def _markup(tree: MathTree) -> str:
    return text_of(tokens_of(tree))


def _space(space: Space) -> str:
    width = _SPACES.get(len(space.unicode))
    return f'<mspace width="{width}"></mspace>' if width else ""


def _symbol(symbol: Symbol) -> str:
    if symbol.latex in _LARGE:
        return f"<mo>{_LARGE[symbol.latex]}</mo>"
    text = harmless(symbol.unicode)
    if text[:1].isdigit():
        return mathml.number(text)
    return mathml.identifier(text) if text.isalpha() else mathml.small(text)


def _roman(roman: Roman) -> str:
    text = harmless(roman.text)
    if text in FUNCTION_NAMES:
        return mathml.upright(text) + mathml.FUNCTION_APPLICATION
    return mathml.words(text) if " " in text else mathml.upright(text, roman.bold)


def _matrix(matrix: Matrix) -> str:
    left, right = MATRICES[matrix.environment]
    table = mathml.table([[_markup(cell) for cell in row] for row in matrix.rows])
    if not left:
        return table
    opening, closing = mathml.brackets(left, table, right)
    return mathml.row(opening, table, closing)


_ELEMENTS: dict[type, Callable[..., str]] = {
    Symbol: _symbol,
    Roman: _roman,
    Row: _markup,
    Script: lambda tree: _scripted(_element(tree.base), tree),
    Fraction: lambda tree: mathml.fraction(_markup(tree.top), _markup(tree.bottom)),
    Root: lambda tree: mathml.root(_markup(tree.inside), None if tree.degree is None else _markup(tree.degree)),
    Matrix: lambda tree: _matrix(tree),
    Accent: lambda tree: mathml.accented(_markup(tree.inside), ACCENT_MARKS[tree.name]),
}


def _element(tree: MathTree) -> str:
    return _ELEMENTS[type(tree)](tree)

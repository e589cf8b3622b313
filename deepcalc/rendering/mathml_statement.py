"""The mathematics of statements as MathML: from the trees of :mod:`deepcalc.notation.mathtext`.

A row comes as tokens, so that a long formula can be broken at its relations, sums and commas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from deepcalc.notation.mathtext.tree import (
    BETWEEN,
    FUNCTION_NAMES,
    RELATIONS,
    MathTree,
    Row,
    Script,
    Space,
    Symbol,
    Word,
)
from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.printing.mathml import UNBROKEN
from deepcalc.notation.printing.mathml_trees import element, scripted
from deepcalc.notation.printing.tokens import Break, Token, inside, text_of

_CLOSING_OF = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_DEEPEST = 16  # brackets inside brackets; deeper ones are mere signs
_BREAKS = {**dict.fromkeys(RELATIONS, Break(0)), **dict.fromkeys("+−±", Break(1))}
_OPERATORS = frozenset("·×⊙∗⋆" + BETWEEN) | frozenset(_BREAKS)


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
            current.add(_element(part), operand=current.operand)
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
        return [left, *inside(level.tokens), _scripted(right, closing)]
    return [_scripted(mathml.row(left, within, right), closing)]


def _scripted(base: str, closing: MathTree) -> str:
    return scripted(base, closing, _markup) if isinstance(closing, Script) else base


def _markup(tree: MathTree) -> str:
    return text_of(tokens_of(tree))


def _element(tree: MathTree) -> str:
    name = tree.base if isinstance(tree, Script) else tree
    applied = isinstance(name, Word) and name.text in FUNCTION_NAMES
    return element(tree, _markup) + (mathml.FUNCTION_APPLICATION if applied else "")

"""Formulas as MathML that the browser can break: at operators, the outermost first, at whatever width it has.

MathML Core breaks no lines. A long formula therefore becomes several ``<math>`` elements side by side, and what
stands between two outer operators is held together by an inline block, which is broken only if it is too wide itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deepcalc.notation.printing import Break, Token, text_of
from deepcalc.notation.printing.mathml import UNBROKEN
from deepcalc.notation.printing.mathml_elements import width

_WITH_PUNCTUATION = re.compile(r"(<math\b(?:(?!</math>).)*</math>)([,.;:!?)\]’”]+)", re.DOTALL)


def formula(tokens: Sequence[Token], display: bool = False) -> str:
    """The tokens as HTML; ``display`` for full-size fractions and limits above and below."""
    pieces = _groups(tokens)
    if len(pieces) == 1 or width(_text(tokens)) <= UNBROKEN:
        style = ' displaystyle="true"' if display else ""
        return f"<math{style}>{_text(tokens)}</math>"
    return "<wbr>".join(_held_together(formula(piece, display)) for piece in pieces)


def sentence(markup: str) -> str:
    """The markup of a sentence; punctuation after a formula stays on its line."""
    return _WITH_PUNCTUATION.sub(r'<span class="kept">\1\2</span>', markup)


def _held_together(markup: str) -> str:
    return f'<span class="group">{markup}</span>' if "<wbr>" in markup else markup


def _text(tokens: Sequence[Token]) -> str:
    return text_of(list(tokens))


def _groups(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The tokens between the outermost breaks."""
    outermost = min((token.depth for token in tokens if isinstance(token, Break)), default=0)
    return [group for group in _split(tokens, Break(outermost)) if group]


def _split(tokens: Sequence[Token], at: Break) -> Iterator[Sequence[Token]]:
    start = 0
    for index, token in enumerate(tokens):
        if token == at:
            yield tokens[start:index]
            start = index + 1
    yield tokens[start:]

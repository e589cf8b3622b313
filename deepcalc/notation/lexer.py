"""Text → the tokens of the parser, with the caps that make hostile text cost nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deepcalc.errors import ParseError
from deepcalc.notation.symbols import GREEK, SUPERSCRIPTS
from deepcalc.records import record

LONGEST_TEXT = 10_000
MOST_DIGITS = 60
LARGEST_EXPONENT = 1000

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|\{(?P<braced>[^{}]*)\}"
    r"|(?P<operator>\*\*|<=|>=|!=|==|\.T(?![A-Za-z0-9_])|[-+*/^(),<>=−·×÷@\[\]:'])"
    r"|(?P<end>$))"
)
_OTHERWISE = {
    **dict.fromkeys("|‖∥∣", "an absolute value is abs(x), the norm of a vector norm(u)"),
    ".": "a product is x*y, of vectors or matrices u @ t; a name with a point stands in braces, {p.1}",
    **dict.fromkeys("•∙⋅", "a product is x*y, of vectors or matrices u @ t"),
    **dict.fromkeys("∘⊙⊗", "a product entry by entry is u * t, an outer product outer(u, t)"),
    "√": "a square root is sqrt(x)",
    **dict.fromkeys("Σ∑", "a sum is sum(x)"),
    "≤": "less or equal is <=",
    "≥": "greater or equal is >=",
    "≠": "unequal is !=",
    **{letter: f"the letter is written {word}" for word, letter in GREEK.items() if word != "Sigma"},
    **{raised: f"a power is x^{plain}" for plain, raised in SUPERSCRIPTS.items() if plain.isdigit()},
    "ᵀ": "a transposed matrix is X.T",
}
"""How what stands on paper, or elsewhere, is written in a formula."""

_SAME_OPERATOR = {"**": "^", "−": "-", "·": "*", "×": "*", "÷": "/", "==": "="}


@record
class Token:
    """A number, a name, an operator or the end: its kind, its text, and where it begins."""

    kind: str
    text: str
    position: int


def check_number(text: str, position: int) -> None:
    """``ParseError`` for a number of too many digits or with too large an exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    if sum(character.isdigit() for character in mantissa) > MOST_DIGITS:
        raise ParseError(f"a number has at most {MOST_DIGITS} digits", position)
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT):
        raise ParseError(f"the exponent of a number is at most {LARGEST_EXPONENT}", position)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of the text, the end last; ``ParseError`` for what begins none."""
    if len(text) > LONGEST_TEXT:
        raise ParseError(f"a formula has at most {LONGEST_TEXT} characters; this one has {len(text)}")
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            instead = f"; {_OTHERWISE[text[start]]}" if text[start] in _OTHERWISE else ""
            raise ParseError(f"unexpected character {text[start]!r}{instead}", start)
        kind = str(match.lastgroup)
        yield Token(kind, _SAME_OPERATOR.get(match[kind], match[kind]), match.start(kind))
        if kind == "end":
            return
        position = match.end()


def shortened(text: str) -> str:
    """The text as it is quoted in an error."""
    return repr(text if len(text) <= 40 else f"{text[:37]}...")

r"""A symbol's LaTeX form as MathML: ``w_{21}^{+}``, ``\hat{y}``, ``\frac{\partial L}{\partial w_{21}}``.

What is read is made by the rules of :mod:`deepcalc.notation.symbols`, has passed its whitelist, or is a kind's own,
so that braces are balanced and commands have their arguments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from deepcalc.notation.printing import mathml_elements as mathml
from deepcalc.notation.symbols import GREEK

_TOKEN = re.compile(r"\\[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|[^ ]")

_SIGNS = {
    **{rf"\{name}": letter for name, letter in GREEK.items()},
    r"\varepsilon": "ε", r"\vartheta": "ϑ", r"\varphi": "φ", r"\varrho": "ϱ", r"\nabla": "∇", r"\partial": "∂",
    r"\ell": "ℓ", r"\infty": "∞", r"\prime": "′", r"\star": "⋆", r"\ast": "∗", r"\dagger": "†",
    r"\lVert": "‖", r"\rVert": "‖",
}  # fmt: skip
_UPRIGHT = frozenset("∇∂∞′⋆∗†‖")
_CHARACTERS = {"-": "−", "*": "∗", "'": "′"}
ACCENT_MARKS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "overrightarrow": "→", "overleftarrow": "←"}


def _script_letters(text: str) -> str:
    """Calligraphic capitals: ``L`` is ℒ."""
    return "".join(_script_letter(character) for character in text)


def _script_letter(character: str) -> str:
    for block in ("SCRIPT CAPITAL", "MATHEMATICAL SCRIPT CAPITAL"):
        try:
            return unicodedata.lookup(f"{block} {character}")
        except KeyError:
            continue
    return character


_FONTS: dict[str, Callable[[str], str]] = {
    r"\mathrm": mathml.upright,
    r"\text": mathml.upright,
    r"\operatorname": mathml.upright,
    r"\mathit": mathml.identifier,
    r"\mathbf": lambda text: mathml.upright(text, bold=True),
    r"\mathcal": lambda text: mathml.identifier(_script_letters(text)),
}


@lru_cache(maxsize=4096)
def symbol(latex: str) -> str:
    """The MathML of a symbol, as one element."""
    tokens = _TOKEN.findall(latex)
    tokens.reverse()
    return mathml.row(*_items(tokens))


def _items(tokens: list[str]) -> list[str]:
    """Items side by side, up to the end of their group."""
    items: list[str] = []
    while tokens and tokens[-1] != "}":
        base = _item(tokens)
        below: str | None = None
        above: str | None = None
        while tokens and tokens[-1] in "_^":
            if tokens.pop() == "_":
                below = _item(tokens)
            else:
                above = _item(tokens)
        items.append(mathml.scripts(base, below, above))
    if tokens:
        tokens.pop()
    return items


def _item(tokens: list[str]) -> str:
    token = tokens.pop()
    if token == "{":
        return mathml.row(*_items(tokens))
    if token == r"\frac":
        return mathml.fraction(_item(tokens), _item(tokens))
    if token in _FONTS:
        return _FONTS[token](mathml.visible(_item(tokens)))
    if token[1:] in ACCENT_MARKS:
        return mathml.accented(_item(tokens), ACCENT_MARKS[token[1:]])
    if token in _SIGNS:
        sign = _SIGNS[token]
        return mathml.small(sign) if sign in _UPRIGHT else mathml.identifier(sign)
    if token.startswith("\\"):
        return mathml.upright(token[1:])
    if token[0].isdigit():
        return mathml.number(token)
    return mathml.identifier(token) if token.isalpha() else mathml.small(_CHARACTERS.get(token, token))

r"""Statements for the terminal: Markdown in which ``$math$`` is turned from LaTeX into Unicode.

A small reader of the LaTeX that statements use (``h_1``, ``\theta_j``, ``\frac{1}{2}``, ``\sum_k``); what it does
not know it leaves as it is written, without the backslash.
"""

from __future__ import annotations

import re
import unicodedata

from deepcalc.notation.symbols import ACCENTS, GREEK, subscript, superscript

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)*?)\$", re.DOTALL)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^]|[^\\{}_^]", re.DOTALL)
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>])")
_COMMANDS = {
    **{f"\\{name}": letter for name, letter in GREEK.items()},
    r"\cdot": "·", r"\times": "×", r"\pm": "±", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\ne": "≠",
    r"\neq": "≠", r"\approx": "≈", r"\to": "→", r"\rightarrow": "→", r"\in": "∈", r"\sum": "Σ", r"\prod": "Π",
    r"\partial": "∂", r"\nabla": "∇", r"\infty": "∞", r"\ldots": "…", r"\dots": "…", r"\cdots": "⋯", r"\quad": " ",
    r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\left": "", r"\right": "", r"\,": " ",
    r"\;": " ", r"\!": "", r"\%": "%", r"\{": "{", r"\}": "}", r"\_": "_", r"\varepsilon": "ε", r"\ell": "ℓ",
}  # fmt: skip
_MARKUP = re.compile(r"[*_`#<>\[\]\\|~]|^\s*(?:[-+]|\d+[.)])\s|^( {4}|\t)|  $|^\s*[-=]{3,}\s*$", re.MULTILINE)
_DEEPEST = 16


def unicode_statement(markdown: str) -> str:
    """The statement as Markdown, its mathematics in Unicode."""
    return _MATH.sub(lambda match: _MARKDOWN_SIGNS.sub(r"\\\1", unicode_math(match[1] or match[2])), markdown)


def unicode_math_in(text: str) -> str:
    """A line of text, its mathematics in Unicode."""
    return _MATH.sub(lambda match: unicode_math(match[1] or match[2]), text)


def paragraphs(markdown: str) -> list[str] | None:
    """The paragraphs of a text that is nothing but paragraphs and mathematics; None where it has any markup."""
    if _MARKUP.search(_MATH.sub("", markdown)):
        return None
    text = unicode_math_in(markdown)
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip())]


def unicode_math(latex: str) -> str:
    """A piece of LaTeX mathematics in Unicode."""
    tokens = _TOKEN.findall(" ".join(latex.split()))
    tokens.reverse()
    return _sequence(tokens, 0).replace("-", "−")


def _sequence(tokens: list[str], depth: int) -> str:
    parts: list[str] = []
    while tokens and tokens[-1] != "}":
        parts.append(_atom(tokens, depth))
    if tokens:
        tokens.pop()
    return "".join(parts)


def _atom(tokens: list[str], depth: int) -> str:
    token = tokens.pop()
    if depth > _DEEPEST:
        return token
    if token == "{":
        return _sequence(tokens, depth + 1)
    if token in "_^" and tokens:
        text = _argument(tokens, depth).strip()
        small = (subscript if token == "_" else superscript)(text.replace("−", "-"))
        return small or (f"{token}{text}" if len(text) == 1 else f"{token}({text})")
    if token == r"\frac":
        top, bottom = _argument(tokens, depth), _argument(tokens, depth)
        return f"{_bracketed(top)}/{_bracketed(bottom)}"
    if token == r"\sqrt":
        return f"√{_bracketed(_argument(tokens, depth))}"
    if token[1:] in ACCENTS:
        return unicodedata.normalize("NFC", _argument(tokens, depth) + ACCENTS[token[1:]])
    if token in _COMMANDS:
        return _COMMANDS[token]
    if token in (r"\mathrm", r"\text", r"\mathbf", r"\mathit", r"\operatorname"):
        return _argument(tokens, depth)
    return token.removeprefix("\\")


def _argument(tokens: list[str], depth: int) -> str:
    while tokens and tokens[-1] == " ":
        tokens.pop()
    return _atom(tokens, depth + 1) if tokens else ""


def _bracketed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in " +-−·/") else text

"""The notes beside a derivation, as words and mathematics inside LaTeX mathematics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deepcalc.graph.quantities import Prose
from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.notation.mathtext.signs import OPERATORS
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.symbols import GREEK
from deepcalc.records import record
from deepcalc.rendering.latex_width import math_width, text_width
from deepcalc.rendering.prose import Code, Emphasis, Inline, Math, Words, inlines


@record
class Latex:
    """A piece of a note that is mathematics already."""

    latex: str


Note = tuple[Words | Latex, ...]


def markdown_note(markdown: str) -> Note:
    """An author's text as a note."""
    return tuple(_pieces(inlines(markdown) or (Words(markdown),)))


def prose_note(prose: Prose, printer: LatexPrinter) -> Note:
    """Words and symbols as a note."""
    return tuple(Words(part) if isinstance(part, str) else Latex(printer.print(part)) for part in prose)


def _pieces(parts: Sequence[Inline]) -> Iterator[Words | Latex]:
    for part in parts:
        match part:
            case Math(tree=tree):
                yield Latex(safe_latex(tree))
            case Words(text=text) | Code(text=text):
                yield Words(text)
            case Emphasis(inlines=inner):
                yield from _pieces(inner)


def wrapped(note: Note, room: float) -> list[str]:
    """The note in mathematics, in lines of at most so many em, broken between words."""
    lines: list[str] = []
    words, done, used = "", "", 0.0
    for piece in note:
        for atom in [piece] if isinstance(piece, Latex) else map(Words, _ATOM.findall(piece.text)):
            size = math_width(atom.latex) if isinstance(atom, Latex) else text_width(atom.text)
            if used and used + size > room:
                lines.append(done + words_latex(words.rstrip()))
                words, done, used = "", "", 0.0
            if isinstance(atom, Latex):
                done, words = done + words_latex(words) + atom.latex, ""
            else:
                words += atom.text
            used += size
    if used:
        lines.append(done + words_latex(words))
    return lines


_ATOM = re.compile(r"\S+\s*|\s+")
_SIGNS = {
    **{sign: f"{latex} " for latex, sign in OPERATORS.items() if not sign.isascii()},
    **{letter: rf"\{name} " for name, letter in GREEK.items()},
    "−": "-",
    "\\": r"\backslash ", "{": r"\lbrace ", "}": r"\rbrace ", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\wedge ", "~": r"\sim ", "*": r"\ast ", "<": " < ", ">": " > ", "|": r"\vert ", "`": "'",
}  # fmt: skip
_RUN = re.compile("[" + re.escape("".join(_SIGNS)) + "]")


def words_latex(words: str) -> str:
    r"""Words inside mathematics: as ``\text``, the signs that mean something to TeX as commands between."""
    text = "".join(character if character.isprintable() else " " for character in words)
    parts: list[str] = []
    position = 0
    for sign in _RUN.finditer(text):
        parts += [_text(text[position : sign.start()]), _SIGNS[sign[0]]]
        position = sign.end()
    return "".join([*parts, _text(text[position:])])


def _text(words: str) -> str:
    return rf"\text{{{words}}}" if words else ""

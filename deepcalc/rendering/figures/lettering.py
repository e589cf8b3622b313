"""What is written in a picture: words and mathematics, in LaTeX and in runs of Unicode, with an estimated width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from deepcalc.graph.quantities import Prose
from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.unicode import unicode_of
from deepcalc.notation.nodes import Literal, Name, Node, Relation
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import SUBSCRIPTS, SUPERSCRIPTS, Symbols
from deepcalc.records import record
from deepcalc.solution.drawings import Mark

SMALL = 0.7
"""The size of a subscript or superscript beside that of its base."""

SMALL_WIDTH = 0.8
"""Its width, as TeX's small sizes are cut wider."""


@record
class Run:
    """Characters set alike: ``level`` is -1 in a subscript, 1 in a superscript."""

    text: str
    italic: bool = False
    level: int = 0


@record
class Label:
    """A piece of writing. ``latex`` is for the inside of a paragraph; ``width`` is in units of the text's size."""

    latex: str
    runs: tuple[Run, ...]
    width: float

    @property
    def plain(self) -> str:
        """The text without its setting, subscripts as Unicode has them."""
        return "".join(_as_small(run) for run in self.runs)

    def __add__(self, other: Label) -> Label:
        return Label(self.latex + other.latex, self.runs + other.runs, self.width + other.width)


@record
class Lettering:
    """Makes labels, with a problem's own symbols."""

    symbols: Symbols

    def words(self, text: str) -> Label:
        return Label(_escaped(text), (Run(text),), _width(text))

    def math(self, node: Node) -> Label:
        latex, unicode = LatexPrinter(self.symbols).print(node), UnicodePrinter(self.symbols).print(node)
        runs = tuple(_runs(unicode))
        return Label(f"${latex}$", runs, max(sum(map(_run_width, runs)), _width(unicode_of(read_math(latex)))))

    def sign(self, unicode: str, latex: str) -> Label:
        return Label(f"${latex}$", (Run(unicode),), _width(unicode))

    def prose(self, prose: Prose) -> Label:
        label = self.words("")
        for part in prose:
            label += self.words(part) if isinstance(part, str) else self.math(part)
        return label

    def equation(self, symbol: Name, value: Literal) -> Label:
        return self.math(Relation("=" if value.exact else "≈", symbol, value))


def shape_label(sides: Sequence[Mark], lettering: Lettering) -> Label:
    """``28 × 28 × 6``, or the names of what is not known."""
    label = lettering.words("")
    for index, mark in enumerate(sides):
        if index:
            label += lettering.words(" ") + lettering.sign("×", r"\times") + lettering.words(" ")
        label += lettering.math(mark.symbol if mark.value is None else mark.value)
    return label


_NORMAL = {
    **{small: (character, -1) for character, small in SUBSCRIPTS.items()},
    **{small: (character, 1) for character, small in SUPERSCRIPTS.items()},
}
_SMALL = {(character, level): small for small, (character, level) in _NORMAL.items()}
_RAISED = re.compile(r"\^(\([^()]*\)|\w)")
_PIECE = re.compile(r"_(?P<label>\w+)|(?P<letters>(?:[^\W\d_][\u0300-\u036f]*)+)|(?P<other>.)", re.DOTALL)


def _runs(unicode: str) -> list[Run]:
    """A line of Unicode mathematics as runs: single letters italic, words upright, small characters as scripts."""
    found: list[Run] = []
    for position, piece in enumerate(_RAISED.split(unicode)):
        if position % 2:
            raised = "".join(text for _, text in _by_level(piece)).strip("()")
            found.append(Run(raised, len(raised) == 1 and raised.isalpha(), 1))
        else:
            _add_runs(piece, found)
    return found


def _add_runs(unicode: str, found: list[Run]) -> None:
    for level, text in _by_level(unicode):
        if level:
            found.append(Run(text.replace("-", "−"), len(text) == 1 and text.isalpha(), level))
            continue
        for piece in _PIECE.finditer(text):
            letters = piece["letters"]
            if piece["label"]:
                found.append(Run(piece["label"].replace("_", ","), level=-1))
            elif letters:
                found.append(Run(letters, italic=len(unicodedata.normalize("NFC", letters)) == 1))
            elif found and not found[-1].italic and found[-1].level == 0:
                found[-1] = Run(found[-1].text + piece["other"])
            else:
                found.append(Run(piece["other"]))


def _by_level(unicode: str) -> list[tuple[int, str]]:
    """The text in pieces of one level, with ordinary characters in place of small ones."""
    pieces: list[tuple[int, str]] = []
    for each in unicode:
        character, level = _NORMAL.get(each, (each, 0))
        if pieces and pieces[-1][0] == level:
            pieces[-1] = (level, pieces[-1][1] + character)
        else:
            pieces.append((level, character))
    return pieces


def _as_small(run: Run) -> str:
    if run.level == 0:
        return run.text
    small = [_SMALL.get((character, run.level)) for character in run.text.replace("−", "-")]
    return "".join(filter(None, small)) if all(small) else f"{'_' if run.level < 0 else '^'}{run.text}"


_WIDTHS = {
    **dict.fromkeys("ijl.,:;|'!()[]/ ", 0.36),
    **dict.fromkeys("frtI°", 0.44),
    **dict.fromkeys("mMwWΩ…", 0.92),
    **dict.fromkeys("+−=≈<>≤≥·×→∂", 0.7),
}


def _width(text: str) -> float:
    """The width of upright text in a serif face, rather too wide than too narrow."""
    return sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if character in _NORMAL:
        return 0.42
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.2
    return _WIDTHS.get(character) or (0.76 if character.isupper() else 0.58)


def _run_width(run: Run) -> float:
    return _width(run.text) * (SMALL_WIDTH if run.level else 1.0)


_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "×": r"$\times$", "·": r"$\cdot$", "−": "$-$",
}  # fmt: skip


def _escaped(text: str) -> str:
    """The words in LaTeX: what LaTeX would read otherwise is written out, what it may not know is a box."""
    return "".join(
        _SPECIAL.get(character, character if character.isascii() and character.isprintable() else r"$\square$")
        for character in text
    )

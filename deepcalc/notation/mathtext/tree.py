"""Mathematics once it is read: a tree, from which every format is written."""

from __future__ import annotations

from enum import Enum

from deepcalc.records import record

RELATIONS = "=≈≤≥≠<>→←∈±∼≡∝∉⊂⊆≪≫⇒⇔↔↦⊥"
"""Signs that stand between two things, with space around them, as those of ``BETWEEN`` do."""

BETWEEN = "∧∨⊕⊗∘∪∩∖"

FUNCTION_NAMES = (
    *("exp", "log", "ln", "tanh", "sin", "cos", "softmax", "det"),
    *("max", "min", "argmax", "argmin", "lim", "sup", "inf"),
)


@record
class Symbol:
    """One sign: its Unicode character and the LaTeX that writes it."""

    unicode: str
    latex: str


@record
class Space:
    unicode: str


class Font(Enum):
    """How letters are set, by the command of LaTeX for it."""

    ROMAN = "mathrm"
    BOLD = "mathbf"
    ITALIC = "mathit"
    SCRIPT = "mathcal"


@record
class Word:
    """Letters inside a formula that belong together: ``\\mathrm{ReLU}``, ``\\log``, ``\\mathbf{w}``."""

    text: str
    font: Font = Font.ROMAN


@record
class Row:
    parts: tuple[MathTree, ...]


@record
class Script:
    """A base with a subscript, a superscript, or both."""

    base: MathTree
    sub: MathTree | None = None
    sup: MathTree | None = None


@record
class Fraction:
    top: MathTree
    bottom: MathTree


@record
class Root:
    """A square root, or one of another ``degree``."""

    inside: MathTree
    degree: MathTree | None = None


@record
class Accent:
    name: str
    inside: MathTree


@record
class Matrix:
    """Rows of cells between brackets; ``environment`` is the LaTeX one (``bmatrix``, ``pmatrix`` …)."""

    environment: str
    rows: tuple[tuple[MathTree, ...], ...]


MathTree = Symbol | Space | Word | Row | Script | Fraction | Root | Accent | Matrix

"""The mathematics of a statement once it is read: a tree, from which every format is written."""

from __future__ import annotations

from deepcalc.records import record

RELATIONS = "=≈≤≥≠<>→←∈±∼≡∝∉⊂⊆≪≫⇒⇔↔↦⊥"
"""Signs that stand between two things, with space around them, as those of ``BETWEEN`` do."""

BETWEEN = "∧∨⊕⊗∘∪∩∖"

FUNCTION_NAMES = ("exp", "log", "ln", "max", "min", "tanh", "sin", "cos", "softmax", "argmax", "argmin")


@record
class Symbol:
    """One sign: its Unicode character and the LaTeX that writes it."""

    unicode: str
    latex: str


@record
class Space:
    unicode: str


@record
class Roman:
    """Upright text inside a formula: ``\\mathrm{ReLU}``, ``\\log``; ``bold`` for ``\\mathbf{w}``."""

    text: str
    bold: bool = False


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


MathTree = Symbol | Space | Roman | Row | Script | Fraction | Root | Accent | Matrix

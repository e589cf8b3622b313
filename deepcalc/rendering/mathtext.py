r"""The mathematics of statements: a small, safe reader of LaTeX (``h_1``, ``\theta_j``, ``\frac{1}{2}``, ``\sum_k``).

What is read becomes a tree, and every format is written from the tree, so that nothing of the author's text
reaches LaTeX, HTML or a terminal unread. A command that is not on the list stands as its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from deepcalc.notation.symbols import ACCENTS, ARROWS, GREEK
from deepcalc.rendering.mathtext_unicode import unicode_of
from deepcalc.rendering.mathtree import (
    FUNCTION_NAMES,
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

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^]|\d+(?:\.\d+)?|[^\\{}_^]", re.DOTALL)
_DEEPEST = 16

OPERATORS = {
    r"\cdot": "·", r"\times": "×", r"\pm": "±", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\ne": "≠",
    r"\neq": "≠", r"\approx": "≈", r"\to": "→", r"\rightarrow": "→", r"\leftarrow": "←", r"\in": "∈",
    r"\sum": "Σ", r"\prod": "Π", r"\partial": "∂", r"\nabla": "∇", r"\infty": "∞", r"\ldots": "…", r"\dots": "…",
    r"\cdots": "⋯", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉", r"\ell": "ℓ", r"\odot": "⊙",
    r"\ast": "∗", r"\star": "⋆", r"\prime": "′", r"\mid": "|", r"\propto": "∝", r"\sim": "∼", r"\equiv": "≡",
    r"\varepsilon": "ε", r"\vartheta": "ϑ", r"\varphi": "φ", r"\{": "{", r"\}": "}", r"\%": "%", r"\_": "_",
    r"\&": "&", r"\#": "#", r"\$": "$", r"\|": "‖", r"\lVert": "‖", r"\rVert": "‖", r"\Vert": "‖",
    r"\top": "⊤", "'": "′", r"\neg": "¬", r"\lnot": "¬", r"\wedge": "∧", r"\land": "∧", r"\vee": "∨", r"\lor": "∨",
    r"\oplus": "⊕", r"\otimes": "⊗", r"\circ": "∘", r"\cup": "∪", r"\cap": "∩", r"\setminus": "∖", r"\subset": "⊂",
    r"\subseteq": "⊆", r"\notin": "∉", r"\emptyset": "∅", r"\forall": "∀", r"\exists": "∃", r"\ll": "≪", r"\gg": "≫",
    r"\Rightarrow": "⇒", r"\Leftrightarrow": "⇔", r"\leftrightarrow": "↔", r"\mapsto": "↦", r"\langle": "⟨",
    r"\rangle": "⟩", r"\perp": "⊥",
}  # fmt: skip
MATRICES = {"matrix": ("", ""), "bmatrix": ("[", "]"), "pmatrix": ("(", ")"), "vmatrix": ("|", "|")}
"""The environments of matrices, each with its brackets."""

_CLOSED_BY = {"(": ")", "[": "]"}
_BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼", "P": "ℙ", "1": "𝟙"}
SPACES = {r"\,": " ", r"\;": " ", r"\:": " ", r"\ ": " ", r"\quad": "  ", r"\qquad": "    ", r"\!": "", "~": " "}
_NAMED = {f"\\{name}": name for name in FUNCTION_NAMES}
_ROMAN = frozenset({r"\mathrm", r"\text", r"\operatorname", r"\mathit", r"\textit", r"\textrm"})
_BOLD = frozenset({r"\mathbf", r"\textbf", r"\boldsymbol", r"\vec"})
_IGNORED = frozenset({r"\left", r"\right", r"\displaystyle", r"\limits", r"\big", r"\Big"})


def read_math(latex: str) -> MathTree:
    """The tree of a piece of LaTeX mathematics; whatever is in it, a tree comes out."""
    tokens = _TOKEN.findall(" ".join(latex.split()))
    tokens.reverse()
    parts: list[MathTree] = []
    while tokens:
        parts += _sequence(tokens, 0)
    return Row(tuple(parts))


def safe_latex(tree: MathTree) -> str:
    """LaTeX that says the tree: only signs and commands of this module's lists."""
    match tree:
        case Symbol(latex="'"):
            return r"{}^{\prime}"
        case Symbol(latex=latex):
            return f"{latex} " if latex.startswith("\\") and latex[-1].isalpha() else latex
        case Space(unicode=text):
            return r"\," if text else r"\!"
        case Roman(text=text) if text in FUNCTION_NAMES:
            return rf"\operatorname{{{text}}}"
        case Roman(text=text, bold=bold):
            return rf"\{'mathbf' if bold else 'mathrm'}{{{_latex_letters(text)}}}"
        case Row(parts=parts):
            tall = _around_matrices(parts)
            return "".join(tall.get(at, "") + safe_latex(part) for at, part in enumerate(parts))
        case Script(base=base, sub=sub, sup=sup):
            below = "" if sub is None else f"_{{{safe_latex(sub)}}}"
            above = "" if sup is None else f"^{{{safe_latex(sup)}}}"
            inner = safe_latex(base)
            return f"{inner.strip() if isinstance(base, Symbol) else f'{{{inner}}}'}{below}{above}"
        case Fraction(top=top, bottom=bottom):
            return rf"\frac{{{safe_latex(top)}}}{{{safe_latex(bottom)}}}"
        case Root(inside=inside, degree=degree):
            return rf"\sqrt{'' if degree is None else f'[{{{safe_latex(degree)}}}]'}{{{safe_latex(inside)}}}"
        case Accent(name=name, inside=inside):
            return rf"\{name}{{{safe_latex(inside)}}}"
        case Matrix(environment=environment, rows=rows):
            body = r" \\ ".join(" & ".join(map(safe_latex, row)) for row in rows)
            return rf"\begin{{{environment}}} {body} \end{{{environment}}}"


def _around_matrices(parts: Sequence[MathTree]) -> dict[int, str]:
    """What stands before the brackets between which there is a matrix, by their places: they are as tall as it is."""
    found: dict[int, str] = {}
    opened: list[tuple[int, str]] = []
    for at, part in enumerate(parts):
        if isinstance(part, Symbol) and part.latex in _CLOSED_BY:
            opened.append((at, _CLOSED_BY[part.latex]))
        elif isinstance(part, Symbol) and opened and part.latex == opened[-1][1]:
            start, _ = opened.pop()
            if any(isinstance(inner, Matrix) for inner in parts[start:at]):
                found |= {start: r"\left", at: r"\right"}
    return found


def _sequence(tokens: list[str], depth: int) -> list[MathTree]:
    parts: list[MathTree] = []
    while tokens and tokens[-1] != "}":
        part = _atom(tokens, depth)
        if part is not None:
            parts.append(_with_scripts(part, tokens, depth))
    if tokens:
        tokens.pop()
    return parts


def _with_scripts(base: MathTree, tokens: list[str], depth: int) -> MathTree:
    sub: MathTree | None = None
    sup: MathTree | None = None
    while tokens and tokens[-1] in "_^":
        sign = tokens.pop()
        script = _argument(tokens, depth)
        if sign == "_":
            sub = script
        else:
            sup = script
    return base if sub is None and sup is None else Script(base, sub, sup)


def _atom(tokens: list[str], depth: int) -> MathTree | None:
    token = tokens.pop()
    if token == "{":
        return Row(tuple(_sequence(tokens, depth + 1))) if depth < _DEEPEST else None
    if token in ("_", "^"):
        return _with_scripts(Row(()), [*tokens, token], depth) if not tokens else _script_alone(tokens, token, depth)
    if token == r"\frac":
        top, bottom = _argument(tokens, depth, one_digit=True), _argument(tokens, depth, one_digit=True)
        return Fraction(top, bottom)
    if token == r"\sqrt":
        degree = _degree(tokens, depth)
        return Root(_argument(tokens, depth, one_digit=True), degree)
    if token[1:] in (*ACCENTS, *ARROWS):
        return Accent(token[1:], _argument(tokens, depth))
    if token == r"\mathbb":
        letter = unicode_of(_argument(tokens, depth))
        return (
            Symbol(_BLACKBOARD[letter], rf"\mathbb{{{letter}}}") if letter in _BLACKBOARD else Roman(letter, bold=True)
        )
    if token == r"\begin":
        return _matrix(tokens, depth)
    if token in _ROMAN or token in _BOLD:
        return Roman(unicode_of(_argument(tokens, depth)), bold=token in _BOLD)
    return _sign(token)


def _sign(token: str) -> MathTree | None:
    """A token that takes nothing behind it."""
    if token in SPACES:
        return Space(SPACES[token])
    if token in _IGNORED:
        return None
    if token in OPERATORS:
        return Symbol(OPERATORS[token], token)
    if token in _NAMED:
        return Roman(_NAMED[token])
    if token[1:] in GREEK:
        return Symbol(GREEK[token[1:]], token)
    if token.startswith("\\"):
        return Roman(token[1:])
    if token == " ":
        return None
    return Symbol("−" if token == "-" else token, _latex_letters(token))


def _degree(tokens: list[str], depth: int) -> MathTree | None:
    """What stands in the square brackets behind ``\\sqrt``; None where there are none, or they are not closed."""
    if depth > _DEEPEST or not tokens or tokens[-1] != "[" or "]" not in tokens:
        return None
    end = len(tokens) - 1 - tokens[::-1].index("]")
    inside = tokens[end + 1 : -1]
    if inside.count("{") != inside.count("}"):
        return None
    del tokens[end:]
    return Row(tuple(_sequence(inside, depth + 1)))


def _matrix(tokens: list[str], depth: int) -> MathTree | None:
    """A matrix, from after its ``\\begin``; of another environment what stands in it."""
    environment = unicode_of(_argument(tokens, depth))
    if environment not in MATRICES or depth > _DEEPEST:
        return None
    rows: list[list[MathTree]] = []
    cells: list[MathTree] = []
    parts: list[MathTree] = []
    while tokens:
        token = tokens[-1]
        if token in ("&", r"\\", r"\end"):
            tokens.pop()
            cells.append(Row(tuple(parts)))
            parts = []
            if token != "&":
                rows.append(cells)
                cells = []
            if token == r"\end":
                _argument(tokens, depth)
                break
            continue
        if token == "}":
            break
        part = _atom(tokens, depth + 1)
        if part is not None:
            parts.append(_with_scripts(part, tokens, depth))
    if parts or cells:
        rows.append([*cells, Row(tuple(parts))])
    return Matrix(environment, tuple(map(tuple, rows)))


def _script_alone(tokens: list[str], sign: str, depth: int) -> MathTree:
    tokens.append(sign)
    return _with_scripts(Row(()), tokens, depth)


def _argument(tokens: list[str], depth: int, one_digit: bool = False) -> MathTree:
    """What a command applies to; of a number without braces ``one_digit`` alone, ``\\frac12`` being a half."""
    while tokens and tokens[-1] == " ":
        tokens.pop()
    if one_digit and tokens and len(tokens[-1]) > 1 and tokens[-1].isdigit():
        digits = tokens.pop()
        tokens += [digits[1:], digits[0]]
    if not tokens or depth > _DEEPEST or tokens[-1] == "}":
        return Row(())
    return _atom(tokens, depth + 1) or Row(())


_LATEX_SPECIAL = {
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\wedge ", "~": r"\sim ", " ": r"\ ",
}  # fmt: skip
_LATEX_OF = {
    **{character: latex for latex, character in OPERATORS.items() if latex[1:2].isalpha()},
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    "−": "-",
}


def _latex_letters(text: str) -> str:
    """The text inside LaTeX mathematics: ASCII as it is, known signs as commands, anything else as a box."""
    return "".join(
        _LATEX_SPECIAL.get(c, c) if c.isascii() else f"{_LATEX_OF[c]} " if c in _LATEX_OF else r"\square "
        for c in unicodedata.normalize("NFC", text)
        if c.isprintable()
    )

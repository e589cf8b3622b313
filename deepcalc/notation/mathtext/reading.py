r"""A small, safe reader of mathematics in LaTeX (``h_1``, ``\theta_j``, ``\frac{1}{2}``, ``\sum_k``).

What is read becomes a tree, and every format is written from the tree, so that nothing of the author's text
reaches LaTeX, HTML or a terminal unread. A command that is not on the list stands as its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deepcalc.notation.mathtext.latex import latex_letters
from deepcalc.notation.mathtext.signs import (
    BLACKBOARD,
    FONTS,
    IGNORED,
    MATRICES,
    NAMED,
    OPERATORS,
    SAME,
    SPACES,
    WORDS,
)
from deepcalc.notation.mathtext.tokens import latex_tokens
from deepcalc.notation.mathtext.tree import (
    Accent,
    Font,
    Fraction,
    MathTree,
    Matrix,
    Root,
    Row,
    Script,
    Space,
    Symbol,
    Word,
)
from deepcalc.notation.mathtext.unicode import unicode_of
from deepcalc.notation.symbols import ACCENTS, ARROWS, GREEK

_DEEPEST = 16


def read_math(latex: str) -> MathTree:
    """The tree of a piece of LaTeX mathematics; whatever is in it, a tree comes out."""
    tokens = latex_tokens("".join(filter(str.isprintable, " ".join(latex.split()))))
    parts: list[MathTree] = []
    while tokens:
        parts += _sequence(tokens, 0)
    return Row(tuple(parts))


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
    token = SAME.get(tokens[-1], tokens[-1])
    tokens.pop()
    if token == "{":
        return Row(tuple(_sequence(tokens, depth + 1))) if depth < _DEEPEST else None
    if token in ("_", "^"):
        tokens.append(token)
        return _with_scripts(Row(()), tokens, depth)
    if token[1:] in (*ACCENTS, *ARROWS):
        return Accent(token[1:], _argument(tokens, depth))
    if token in FONTS:
        _leave_out("*", tokens)  # of an operator that has its limits below
        return Word(unicode_of(_argument(tokens, depth)), FONTS[token])
    if token in WORDS:
        return Word(_words(tokens), WORDS[token])
    reader = _READERS.get(token)
    return _sign(token) if reader is None else reader(tokens, depth)


def _leave_out(sign: str, tokens: list[str]) -> None:
    if tokens and tokens[-1] == sign:
        tokens.pop()


def _bracket(tokens: list[str], _: int) -> None:
    """A bracket as high as its content stands as such; where it is left out, so is the point that says it."""
    _leave_out(".", tokens)


def _fraction(tokens: list[str], depth: int) -> MathTree:
    return Fraction(_argument(tokens, depth, one_digit=True), _argument(tokens, depth, one_digit=True))


def _root(tokens: list[str], depth: int) -> MathTree:
    degree = _degree(tokens, depth)
    return Root(_argument(tokens, depth, one_digit=True), degree)


def _blackboard(tokens: list[str], depth: int) -> MathTree:
    letter = unicode_of(_argument(tokens, depth))
    return Symbol(BLACKBOARD[letter], rf"\mathbb{{{letter}}}") if letter in BLACKBOARD else Word(letter, Font.BOLD)


def _words(tokens: list[str]) -> str:
    """The text in the braces that follow, with its spaces; of text without braces one token."""
    found: list[str] = []
    depth = 0
    while tokens:
        token = tokens.pop()
        depth += (token == "{") - (token == "}")
        if token not in ("{", "}"):
            found.append(_in_words(token))
        if depth <= 0:
            break
    return "".join(found)


def _in_words(token: str) -> str:
    if token in SPACES:
        return SPACES[token]
    if not token.startswith("\\"):
        return token
    return OPERATORS.get(token) or GREEK.get(token[1:], token[1:])


def _sign(token: str) -> MathTree | None:
    """A token that takes nothing behind it."""
    if token in SPACES:
        return Space(SPACES[token])
    if token in OPERATORS:
        return Symbol(OPERATORS[token], token)
    if token in NAMED:
        return Word(NAMED[token])
    if token[1:] in GREEK:
        return Symbol(GREEK[token[1:]], token)
    if token in IGNORED or token == " ":
        return None
    if token.startswith("\\"):
        return Word(token[1:])
    return Symbol("−" if token == "-" else token, latex_letters(token))


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


_READERS: Mapping[str, Callable[[list[str], int], MathTree | None]] = {
    r"\frac": _fraction,
    r"\sqrt": _root,
    r"\mathbb": _blackboard,
    r"\begin": _matrix,
    **dict.fromkeys((r"\left", r"\right"), _bracket),
}

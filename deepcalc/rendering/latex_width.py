r"""How wide a piece of LaTeX mathematics will be: an estimate, good enough to decide where lines are broken.

All widths are in em of the text font, rounded up: Computer Modern's digits are half an em wide.
"""

from __future__ import annotations

from functools import lru_cache

from deepcalc.notation.mathtext.tokens import latex_tokens

LINE = 37.6
"""The room for a line of a derivation: inside the solution of a part, on A4 at 11 points (exactly 38.6 em)."""

QUESTION_LINE = 41.6
"""The room for what stands in a question itself (exactly 42.4 em)."""

RELATION = 1.35
NOTE_SCALE = 0.82  # \footnotesize beside \normalsize
SCRIPT_SCALE = 0.73

_NARROW = dict.fromkeys(".!|:;'", 0.3) | dict.fromkeys("()[]", 0.4) | dict.fromkeys("ijlfrt", 0.4) | {",": 0.46}
_WIDE = dict.fromkeys("mwMW", 0.95) | dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ", 0.76)
_CHARACTERS = _NARROW | _WIDE | dict.fromkeys("=<>", RELATION) | {"/": 0.5, "-": 0.78, "+": 0.78, " ": 0.0}
_SIGN_BETWEEN = 1.23  # + and − with a term on either side
_COMMANDS = {
    r"\cdot": 0.73, r"\times": 1.23, r"\pm": 1.23, r"\odot": 1.23, r"\left": 0.42, r"\right": 0.42,
    r"\top": 0.9, r"\,": 0.17,
    r"\;": 0.28, r"\:": 0.23, r"\!": -0.17, r"\ ": 0.34, r"\quad": 1.0, r"\qquad": 2.0, r"\{": 0.5, r"\}": 0.5,
    r"\lfloor": 0.45, r"\rfloor": 0.45, r"\lceil": 0.45, r"\rceil": 0.45, r"\ldots": 1.2, r"\dots": 1.2, r"\cdots": 1.2,
    r"\%": 0.84, r"\allowbreak": 0.0, r"\displaystyle": 0.0, r"\bigl": 0.1, r"\bigr": 0.1,
    r"\Bigl": 0.2, r"\Bigr": 0.2, r"\lVert": 0.5, r"\rVert": 0.5, r"\lvert": 0.3, r"\rvert": 0.3, r"\|": 0.5,
    r"\square": 0.8,
} | dict.fromkeys((r"\approx", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\in", r"\sim"), RELATION) | (
    dict.fromkeys((r"\to", r"\rightarrow", r"\leftarrow"), 1.6)
)  # fmt: skip
_LARGE = frozenset({r"\sum", r"\prod"})  # with limits above and below
_COLUMN_GAP = 1.0  # of a matrix
_OTHER_COMMAND = 0.62  # Greek letters and the like
_TEXT_COMMANDS = frozenset(
    {r"\mathrm", r"\mathbf", r"\text", r"\operatorname", r"\mathit", r"\textbf", r"\emph", r"\texttt"}
)
_TEXT_NAMES = frozenset({r"\log", r"\exp", r"\max", r"\min", r"\tanh", r"\ln", r"\sin", r"\cos"})


@lru_cache(maxsize=16384)
def math_width(latex: str) -> float:
    """The width of LaTeX mathematics in display style; brackets need not be balanced."""
    tokens = latex_tokens(latex)
    width = 0.0
    while tokens:
        width += _run(tokens)
    return width


def text_width(text: str) -> float:
    """The width of plain text, or of text with short pieces of mathematics in it."""
    return sum(math_width(part) if index % 2 else 0.46 * len(part) for index, part in enumerate(text.split("$")))


def _run(tokens: list[str]) -> float:
    """The width up to a closing brace or the end."""
    width = 0.0
    before = ""
    while tokens:
        token = tokens.pop()
        if token == "}":
            break
        if token in "_^":
            width += SCRIPT_SCALE * _scripts(tokens)
        elif token in "+-" and before == " ":
            width += _SIGN_BETWEEN
        else:
            width += _token(token, tokens)
        before = token
    return width


def _scripts(tokens: list[str]) -> float:
    """A subscript and a superscript stand above one another."""
    width = _argument(tokens)
    if tokens and tokens[-1] in "_^":
        tokens.pop()
        width = max(width, _argument(tokens))
    return width


def _limits(tokens: list[str]) -> float:
    if not tokens or tokens[-1] not in "_^":
        return 0.0
    tokens.pop()
    return _scripts(tokens)


def _argument(tokens: list[str]) -> float:
    return _token(tokens.pop(), tokens) if tokens else 0.0


def _token(token: str, tokens: list[str]) -> float:
    if token == "{":
        return _run(tokens)
    if not token.startswith("\\"):
        return sum(_CHARACTERS.get(character, 0.58 if character.isalpha() else 0.5) for character in token)
    if token in _LARGE:
        return max(1.45, SCRIPT_SCALE * _limits(tokens))
    if token == r"\frac":
        return max(_argument(tokens), _argument(tokens)) + 0.25
    if token == r"\sqrt":
        return _argument(tokens) + 0.9
    if token in _TEXT_COMMANDS:
        return sum(0.76 if letter.isupper() else 0.52 for letter in _letters(tokens)) + 0.17
    if token == r"\begin":
        return _cases(tokens)
    if token in _TEXT_NAMES:
        return 0.5 * len(token) + 0.17
    return _COMMANDS.get(token, _OTHER_COMMAND)


def _letters(tokens: list[str]) -> list[str]:
    """The tokens of a command's argument, which is text."""
    if not tokens or tokens[-1] != "{":
        return [tokens.pop()] if tokens else []
    found: list[str] = []
    depth = 0
    while tokens:
        token = tokens.pop()
        depth += (token == "{") - (token == "}")
        if not depth:
            break
        found += [token] if token.startswith("\\") else token
    return found[1:]


def _cases(tokens: list[str]) -> float:
    """The columns of ``cases`` or a matrix, whose ``\\begin`` has been read, each as wide as its widest cell."""
    _letters(tokens)
    columns = [0.0]
    column, cell = 0, 0.0
    while tokens:
        token = tokens.pop()
        if token in (r"\end", r"\\", "&"):
            columns[column] = max(columns[column], cell)
            column, cell = (column + 1 if token == "&" else 0), 0.0
            if column == len(columns):
                columns.append(0.0)
            if token == r"\end":
                _letters(tokens)
                break
            if token == r"\\" and tokens[-1:] == ["["]:
                while tokens and tokens.pop() != "]":  # the room below the row
                    pass
        elif token in "_^":
            cell += SCRIPT_SCALE * _scripts(tokens)
        else:
            cell += _token(token, tokens)
    return sum(columns) + _COLUMN_GAP * (len(columns) - 1) + 1.05

"""Cases as they are written by hand → those that the parser reads.

An indicator (``1[y f < 1]``, ``I(f > 0)``) is a comparison in brackets; values under conditions (``a if c else b``,
``a if c, b otherwise``, ``where(c, a, b)``, a LaTeX ``cases``) are ``cases(a if c, b otherwise)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import closing, split, unbracketed
from deepcalc.errors import ParseError

_COMPARED = re.compile(r"[<>]=?|!=|==")
_INDICATOR = re.compile(r"(?:(?<![A-Za-z0-9_.])(?:1|I|ind|indicator)|𝕀|𝟙)\s*_?\s*$")
_TYPED = re.compile(r"(?<![A-Za-z0-9_])cases\s*$")
_WHERE = re.compile(r"(?<![A-Za-z0-9_])(?:np\.|numpy\.|torch\.)?where\s*$")
LATEX_CASES = re.compile(r"(?:\\left\s*\\\{\s*)?\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
_LATEX_WORD = re.compile(r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*,?\s*([A-Za-z ]*?)\s*\}")
_CONDITION = re.compile(r"\s(?:if|when|for)\s")
_OTHERWISE = re.compile(r"^\s*(?:otherwise|else)\s+|\s*(?:otherwise|else)\s*$")
_ELSE = re.compile(r"\s(?:otherwise|else)\s")
_BETWEEN = re.compile(r"[,;\n]")
_TURNED = {"<": {">=", ">"}, "<=": {">"}, ">": {"<=", "<"}, ">=": {"<"}, "!=": {"=="}, "==": {"!="}}
"""What holds where a comparison does not, however the border is counted."""


def latex_cases(match: re.Match[str]) -> str:
    r"""``\begin{cases} a & c \\ b & \text{otherwise} \end{cases}`` as ``(a if c, b otherwise)``."""
    rows = []
    for row in match[1].split(r"\\"):
        value, _, said = row.partition("&")
        said = _LATEX_WORD.sub(r" \1 ", said).strip().strip(",.").strip()
        if value.strip():
            is_last = said in ("otherwise", "else", "")
            rows.append(f"{value.strip().rstrip(',')} {'otherwise' if is_last else f'if {_bare_condition(said)}'}")
    return f"({', '.join(rows)})"


def _bare_condition(said: str) -> str:
    return re.sub(r"^(?:if|when|for)\s+", "", said)


def with_cases(plain: PlainText) -> PlainText:
    """The answer with its indicators and cases as the parser reads them; ``ParseError`` for cases that leave a gap."""
    found, at = PlainText("", plain.places[:1]), 0
    text = plain.text
    while at < len(text):
        end = closing(text[at:]) if text[at] in "([" else -1
        if end < 0:
            found, at = found.then(plain.part(at, at + 1)), at + 1
            continue
        inner = with_cases(plain.part(at + 1, at + end))
        called = _WHERE.search(found.text)
        if called is not None:
            found = found.part(0, called.start()).then(_where(inner))
        elif next(_outside(_COMPARED, inner), None) is not None and "," not in inner.text:
            found = found.part(0, before.start()) if (before := _INDICATOR.search(found.text)) else found
            found = found.then(inner.within("(", ")"))
        elif _are_cases(inner.text) and (typed := _TYPED.search(found.text)) is not None:
            found = found.part(0, typed.start()).then(inner)
        else:
            found = found.then(inner.within(text[at], text[at + end]))
        at += end + 1
    return _by_conditions(found.then(plain.part(len(text), len(text))))


def _are_cases(text: str) -> bool:
    return text.startswith("cases(") and closing(text[5:]) == len(text) - 6


def _outside(pattern: re.Pattern[str], plain: PlainText) -> Iterator[re.Match[str]]:
    """What the pattern finds that stands in no bracket."""
    at, text = 0, plain.text
    while at < len(text):
        end = closing(text[at:]) if text[at] in "([" else -1
        match = pattern.match(text, at)
        if match is not None:
            yield match
        at = at + end + 1 if end > 0 else match.end() if match is not None else at + 1


def _where(inner: PlainText) -> PlainText:
    parts = list(split(inner, _BETWEEN))
    if len(parts) != 3:
        raise ParseError("where takes a condition and two values", inner.places[0])
    condition, value, otherwise = parts
    return _cases([(value, condition)], otherwise)


def _by_conditions(plain: PlainText) -> PlainText:
    """``a if c else b``, and values with their conditions side by side; anything else as it is."""
    if next(_outside(_CONDITION, plain), None) is None:
        return plain
    branches: list[tuple[PlainText, PlainText]] = []
    pieces = [piece for part in split(plain, _BETWEEN) for piece in _around_else(part)]
    for piece in pieces[:-1]:
        branch = _branch(piece)
        if branch is None:
            return plain
        branches.append(branch)
    last = _branch(pieces[-1])
    if branches and last is None:
        return _cases(branches, pieces[-1].replaced(_OTHERWISE, lambda _: ""))
    if branches and last is not None and _turns(branches[-1][1], last[1]):
        return _cases(branches, last[0])
    if last is None:
        return plain
    raise ParseError("say what holds otherwise, as in a if c, b otherwise", plain.places[-1])


def _branch(piece: PlainText) -> tuple[PlainText, PlainText] | None:
    """A value and its condition."""
    said = next(_outside(_CONDITION, piece), None)
    if said is None:
        return None
    condition = unbracketed(piece.part(said.end(), len(piece.text)))
    is_one = next(_outside(_COMPARED, condition), None) is not None
    return (piece.part(0, said.start()), condition) if is_one else None


def _around_else(piece: PlainText) -> Iterator[PlainText]:
    between = next(_outside(_ELSE, piece), None)
    if between is None or next(_outside(_CONDITION, piece), None) is None:
        yield piece
    else:
        yield piece.part(0, between.start())
        yield piece.part(between.end(), len(piece.text))


def _turns(one: PlainText, other: PlainText) -> bool:
    """Whether a condition holds where another one does not: y f ≥ 1 and y f < 1."""
    first, second = (next(_outside(_COMPARED, each)) for each in (one, other))
    sides = zip(_sides(one, first), _sides(other, second), strict=True)
    return second[0] in _TURNED[first[0]] and all(left == right for left, right in sides)


def _sides(condition: PlainText, compared: re.Match[str]) -> tuple[str, str]:
    text = "".join
    return text(condition.text[: compared.start()].split()), text(condition.text[compared.end() :].split())


def _cases(branches: list[tuple[PlainText, PlainText]], otherwise: PlainText) -> PlainText:
    found = PlainText("", branches[0][0].places[:1])
    for value, condition in branches:
        found = found.then(value.within("", " if ")).then(condition.within("", ", "))
    return found.then(otherwise.within("", " otherwise")).within("cases(", ")")

"""The tree of mathematics in Unicode, on one line: for the terminal, and for the width of what is drawn."""

from __future__ import annotations

import unicodedata

from deepcalc.notation.mathtext.signs import CASES
from deepcalc.notation.mathtext.tree import (
    BETWEEN,
    FUNCTION_NAMES,
    RELATIONS,
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
from deepcalc.notation.symbols import ACCENTS, ARROWS, below, subscript, superscript

_BIG_OPERATORS = (Symbol("Σ", r"\sum"), Symbol("Π", r"\prod"))


def unicode_of(tree: MathTree) -> str:
    """The tree in Unicode, on one line."""
    match tree:
        case Symbol(unicode=text):
            return f" {text} " if text in RELATIONS + BETWEEN else text
        case Space(unicode=text):
            return text
        case Word(text=text, font=font):
            return script_letters(text) if font is Font.SCRIPT else text
        case Row(parts=parts):
            return _spaced(parts)
        case Script(base=base, sub=sub, sup=sup):
            return unicode_of(base) + _script(sub, "_") + _script(sup, "^")
        case Fraction(top=top, bottom=bottom):
            return f"{_bracketed(unicode_of(top))}/{_bracketed(unicode_of(bottom))}"
        case Root(inside=inside, degree=degree):
            is_long = isinstance(inside, Row) and len(inside.parts) > 1
            sign = f"{_script(degree, '^').lstrip('^')}√"
            return f"{sign}({unicode_of(inside)})" if is_long else f"{sign}{_bracketed(unicode_of(inside))}"
        case Accent(name=name, inside=inside):
            return unicodedata.normalize("NFC", unicode_of(inside) + (ACCENTS | ARROWS)[name])
        case Matrix(environment=environment, rows=rows) if environment == CASES:
            return f"{{{'; '.join(', '.join(map(unicode_of, row)) for row in rows)}}}"
        case Matrix(rows=rows):
            lists = [f"[{', '.join(map(unicode_of, row))}]" for row in rows]
            return lists[0] if len(lists) == 1 else f"[{', '.join(lists)}]"


def _spaced(parts: tuple[MathTree, ...]) -> str:
    """The parts with spaces around relations, and around + and − where they stand between two things."""
    text = ""
    for index, part in enumerate(parts):
        said = unicode_of(part)
        if said in ("+", "−") and text and not text.endswith((" ", "(", ",", "[", "{")):
            text += f" {said} "
        elif said == ",":
            text += ", "
        elif isinstance(part, Script) and part.base in _BIG_OPERATORS:
            text += f"{said} "
        elif _is_function(part):
            before = " " if text and (text[-1].isalnum() or text[-1] == ")") else ""
            after = " " if index + 1 < len(parts) and not _opens(parts[index + 1]) else ""
            text += before + said + after
        elif not (isinstance(part, Space) and text.endswith(" ")):
            text += said if text else said.lstrip()
    return text


def script_letters(text: str) -> str:
    """Calligraphic capitals: ``L`` is ℒ."""
    return "".join(map(_script_letter, text))


def _script_letter(character: str) -> str:
    for block in ("SCRIPT CAPITAL", "MATHEMATICAL SCRIPT CAPITAL"):
        try:
            return unicodedata.lookup(f"{block} {character}")
        except KeyError:
            continue
    return character


def _is_function(tree: MathTree) -> bool:
    """Whether it is the name of a function, with scripts or without."""
    name = tree.base if isinstance(tree, Script) else tree
    return isinstance(name, Word) and name.text in FUNCTION_NAMES


def _opens(tree: MathTree) -> bool:
    return isinstance(tree, Symbol) and tree.unicode in "([{"


def _script(tree: MathTree | None, sign: str) -> str:
    if tree is None:
        return ""
    text = unicode_of(tree).replace(" ", "")
    if text == "⊤" and sign == "^":
        return "ᵀ"
    if sign == "_" and _has_word(tree) and all(label.isalnum() for label in text.split(",")):
        return below("", text.split(","))
    small = (subscript if sign == "_" else superscript)(text.replace("−", "-"))
    return small or (f"{sign}{text}" if len(text) == 1 else f"{sign}({text})")


def _has_word(tree: MathTree) -> bool:
    """Whether a word in upright letters stands in a subscript: ``q_{4,\\mathrm{side}}``, not ``w_{ij}``."""
    parts = tree.parts if isinstance(tree, Row) else (tree,)
    return any(isinstance(part, Word) and len(part.text) > 1 for part in parts)


def _bracketed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in " +−·/") else text

"""Formulas as they are written by hand: factors beside each other, Greek letters, accents, subscripts.

``2 Xᵀ(Xw − y)/n + λ w`` is ``2*X.T @ (X @ w - y)/n + lambda*w``: what stands beside each other is multiplied, arrays
as matrices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import reduce
from itertools import pairwise

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import closing
from deepcalc.errors import DeepcalcError
from deepcalc.notation.array_nodes import MatrixProduct
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.lexer import Token, tokens
from deepcalc.notation.nodes import Leaf, Node, product
from deepcalc.notation.operations import OPERATIONS
from deepcalc.notation.operations.expressions import ShapeOf, shape_of
from deepcalc.notation.shorthands import function_named
from deepcalc.notation.symbols import ACCENTS, GREEK, SUBSCRIPTS

AS_MATRICES, BY_ENTRIES = " @ ", " * "
"""What is written between factors that stand beside each other."""

_LAST_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\s*$")
_ENDS_TERM = "+-−,;\n"
_OF_CASES = frozenset({"cases", "if", "otherwise"})
_WORDS = {letter: word for word, letter in GREEK.items()} | {"µ": "mu", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta"}
_DIGITS = {lowered: digit for digit, lowered in SUBSCRIPTS.items() if digit.isdigit()}
_SMALL = {lowered: letter for letter, lowered in SUBSCRIPTS.items() if letter.isalpha()}
_SAID = {accent: word for word, accent in ACCENTS.items()}
_WORD = re.compile(r"(?<![A-Za-z0-9_.{/])[A-Za-z]{2,}(?![A-Za-z0-9_(:@}/]|\.(?!T(?![A-Za-z0-9_])))")
_LETTER = re.compile(
    rf"(?P<letter>[A-Za-z]|[{''.join(_WORDS)}])(?P<accent>[{''.join(_SAID)}]?)(?P<digits>[{''.join(_DIGITS)}]*)"
    rf"(?P<typed>[0-9]*)(?P<small>[{''.join(_SMALL)}]*)(?P<call>(?=\s*\())?(?P<beside>(?=[A-Za-z{''.join(_WORDS)}]))?"
)


def in_words(plain: PlainText, names: Container[str] = ()) -> PlainText:
    """The answer with its Greek letters, accents and subscripts in the names of quantities: ``ŷ₁`` is yhat1.

    ``σ(z)`` is the sigmoid, unless sigma is one of the ``names``.
    """
    apart = plain.replaced(re.compile(r"[À-ž]"), lambda found: unicodedata.normalize("NFD", found[0]))
    return apart.replaced(_LETTER, lambda found: _in_words(found, names))


def _in_words(found: re.Match[str], names: Container[str]) -> str:
    letter, digits = found["letter"], "".join(_DIGITS[each] for each in found["digits"]) + found["typed"]
    word = f"{_WORDS.get(letter, letter)}{_SAID.get(found['accent'], '')}{digits}"
    if found["small"]:
        word += "_" + "".join(_SMALL[each] for each in found["small"])
    if word == "sigma" and letter == "σ" and found["call"] is not None and word not in names:
        return " sigmoid"
    if letter not in _WORDS:
        return word if found["beside"] is None or not found["digits"] or found["typed"] else f"{word} "
    return f" {word}" if found["beside"] is None else f" {word} "


def with_products(plain: PlainText, names: Container[str], sign: str = AS_MATRICES) -> PlainText:
    """The answer with a sign between factors that stand beside each other, as far as these are known ``names``."""
    kept = _OF_CASES if "cases(" in plain.text else frozenset[str]()
    plain = plain.replaced(_WORD, lambda found: _apart(found[0], names, kept))
    found = list(tokens(plain.text))
    cuts = [
        after.position - (1 if after.kind == "braced" else 0)
        for at, (before, after) in enumerate(pairwise(found))
        if _are_factors(before, after, names) and not _is_unclear(plain.text, found, at)
    ]
    text, places, start = "", list[int](), 0
    for cut in cuts:
        own = BY_ENTRIES if _is_slope(plain.text, cut) else sign
        text += plain.text[start:cut] + own
        places += [*plain.places[start:cut], *[plain.places[cut]] * len(own)]
        start = cut
    return PlainText(text + plain.text[start:], (*places, *plain.places[start:]))


def _is_slope(text: str, cut: int) -> bool:
    """Whether it is the slope of a sigmoid, h(1 − h), which is meant entry by entry."""
    before = _LAST_NAME.search(text[:cut])
    return before is not None and re.match(rf"\(\s*1\s*-\s*{before[1]}\s*\)", text[cut:]) is not None


def _apart(word: str, names: Container[str], kept: Container[str]) -> str:
    """``X w`` of ``Xw``, where that is no name and its letters are some."""
    is_known = word in names or word in kept or _names_function(word)
    return word if is_known or not all(letter in names for letter in word) else " ".join(word)


def with_loose_products(plain: PlainText, sign: re.Pattern[str]) -> PlainText:
    """The answer with brackets around what stands on either side of a sign, as far as the term goes."""
    found, term, at = PlainText("", plain.places[:1]), [PlainText("", plain.places[:1])], 0
    text = plain.text

    def ended() -> PlainText:
        if len(term) == 1:
            return found.then(term[0])
        pieces = [piece.stripped().within("(", ")") for piece in term]
        return reduce(lambda before, piece: before.then(piece.within(" ⊙ ", "")), pieces[1:], found.then(pieces[0]))

    while at < len(text):
        end = closing(text[at:]) if text[at] in "([{" else -1
        match = sign.match(text, at)
        if end > 0:
            inner = with_loose_products(plain.part(at + 1, at + end), sign)
            term[-1] = term[-1].then(inner.within(text[at], text[at + end]))
            at += end + 1
        elif match is not None:
            term.append(PlainText("", plain.places[match.end() :][:1]))
            at = match.end()
        elif text[at] in _ENDS_TERM:
            found = ended().then(plain.part(at, at + 1))
            term, at = [PlainText("", plain.places[at + 1 :][:1])], at + 1
        else:
            term[-1], at = term[-1].then(plain.part(at, at + 1)), at + 1
    return ended().then(plain.part(len(text), len(text)))


def _are_factors(before: Token, after: Token, names: Container[str]) -> bool:
    ends = before.kind in ("number", "braced") or before.text in (")", "]", ".T") or _is_of(before, names)
    begins = after.kind == "braced" or after.text == "(" or _is_of(after, names) or _is_function(after)
    return ends and begins


def _is_of(token: Token, names: Container[str]) -> bool:
    return token.kind == "name" and token.text in names


def _is_function(token: Token) -> bool:
    return token.kind == "name" and _names_function(token.text)


def _names_function(word: str) -> bool:
    return function_named(word) in FUNCTIONS or word in OPERATIONS or word == "cases"


def _is_unclear(text: str, found: list[Token], at: int) -> bool:
    """Whether it is ``1/2x``, which may be a half of x or one over 2x."""
    before, after = found[at], found[at + 1]
    is_close = not text[before.position : after.position].endswith(" ")
    return is_close and before.kind == "number" and at > 0 and found[at - 1].text == "/"


def products_by_shapes(node: Node, of_name: ShapeOf) -> Node:
    """The expression in which a matrix product with a number is one by that number."""
    if isinstance(node, Leaf) or not node.args:
        return node
    parts = [products_by_shapes(part, of_name) if isinstance(part, Node) else part for part in node.args]
    node = node.func(*parts)
    if not isinstance(node, MatrixProduct):
        return node
    try:
        is_scaled = not all(shape_of(part, of_name) for part in node.args)
    except DeepcalcError:
        return node
    return product(*node.args) if is_scaled else node

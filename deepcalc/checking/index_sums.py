"""Sums over an index as they are written by hand, ``Σᵢ (ŷᵢ − yᵢ) xᵢ``: their terms are entries, or rows, of arrays.

Without an index, ``Σ g x̂``, the sum is over all entries. ``xᵢ`` is a row of ``X`` where no vector x is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import closing
from deepcalc.errors import ParseError
from deepcalc.notation.array_nodes import Item
from deepcalc.notation.nodes import ONE, ZERO, Leaf, Literal, Name, Node, SumOver, names_in, nodes_in, total
from deepcalc.notation.symbols import SUBSCRIPTS

_SMALL = {lowered: letter for letter, lowered in SUBSCRIPTS.items() if letter.isalpha()}
_RANGE = r"(?:\^\s*(?:\{[^{}]*\}|\([^()]*\)|[A-Za-z0-9]+)|[ⁿᵐᴺᴹᴰᵈᴷᵏ]+)"
_SUM = re.compile(
    r"(?:\\sum(?:\\limits|(?![A-Za-z]))|∑|(?P<capital>Σ)|(?<![A-Za-z0-9_.\\])sum(?=_))\s*"
    rf"(?P<range>{_RANGE})?\s*"
    rf"(?:_\s*(?:\{{\s*(?P<braced>[a-z])\b[^{{}}]*\}}|\(\s*(?P<bracketed>[a-z])\b[^()]*\)|(?P<bare>[a-z])(?![a-z]))"
    rf"|(?P<small>[{''.join(_SMALL)}])(?:₌₁)?)?\s*{_RANGE}?"
)
_WRITTEN = re.compile(r"∑\[([a-z]?)\]")
_ENDS_TERM = re.compile(r"[+\-,;\])<>=]|∑")
_ENDS_FACTOR = re.compile(r"[*/^@(\[,]\s*$|^\s*$")
MOST_TERMS = 500


def without_ranges(raw: PlainText, names: Container[str]) -> PlainText:
    """Each sign of a sum as ``∑[i]``, without where the index runs from and to: over all entries."""

    def written(found: re.Match[str]) -> str:
        if found["capital"] and "Sigma" in names:
            return found[0]
        small = _SMALL[found["small"]] if found["small"] else None
        return f" ∑[{found['braced'] or found['bracketed'] or found['bare'] or small or ''}] "

    return raw.replaced(_SUM, written)


def with_sums(plain: PlainText) -> PlainText:
    """Calls in place of the signs of sums, from the last one; each has the product that stands behind it."""
    while signs := list(_WRITTEN.finditer(plain.text)):
        sign = signs[-1]
        end = _end_of_term(plain.text, sign.end())
        body = plain.part(sign.end(), end).stripped()
        if not body.text:
            raise ParseError("what is summed?", plain.places[sign.start()])
        if sign[1]:
            sample = re.compile(rf"\^\s*\(+\s*({sign[1]})\s*\)+")  # x^(i) is sample i
            body = body.replaced(sample, lambda found: f"_{found[1]}")
        call = body.within("sum((", f"), {sign[1]}, 1, 0)") if sign[1] else body.within("sum(", ")")
        plain = plain.part(0, sign.start()).then(call).then(plain.part(end, len(plain.text)))
    return plain


def _end_of_term(text: str, start: int) -> int:
    at = start
    while at < len(text):
        if text[at] in "([":
            end = closing(text[at:])
            at = len(text) if end < 0 else at + end + 1
        elif _ENDS_TERM.match(text, at) and not (text[at] in "+-" and _ENDS_FACTOR.search(text[start:at])):
            return at
        else:
            at += 1
    return at


def indices_of(node: Node) -> frozenset[str]:
    """The names of the indices of the sums in an expression."""
    sums = (part for part in nodes_in(node) if isinstance(part, SumOver))
    return frozenset(index for each in sums for index in names_in(each.args[1]))


def with_entries(node: Node, names: Container[str]) -> Node:
    """The expression with ``x_i`` as an entry, or a row, of an array, where a sum runs over i."""
    indices = indices_of(node)
    if not indices:
        return node
    found = {Name(used): entry for used in names_in(node) if (entry := _entry(used, indices, names)) is not None}
    return node.xreplace(found)


def _entry(used: str, indices: frozenset[str], names: Container[str]) -> Node | None:
    array = None if used in names else indexed_array(used, indices, names)
    return None if array is None else Item(Name(array), *map(Name, used.rpartition("_")[2]))


def indexed_array(word: str, indices: frozenset[str], names: Container[str]) -> str | None:
    """The array of which a word is an entry by the indices of sums, ``x`` of ``x_i``; None where it is none."""
    stem, _, label = word.rpartition("_")
    if not stem or not indices.issuperset(label):
        return None
    return next((each for each in (stem, stem.upper()) if each in names), None)


def indices_in(plain: PlainText) -> Iterator[str]:
    """The indices of the sums in an answer."""
    return (sign[1] for sign in _WRITTEN.finditer(plain.text) if sign[1])


def sums_written_out(node: Node, size: Callable[[str, int], int]) -> Node:
    """The expression with all terms of its sums; ``size`` is that of an array along an axis."""
    if isinstance(node, Leaf):
        return node
    node = node.func(*(sums_written_out(part, size) if isinstance(part, Node) else part for part in node.args))
    if not isinstance(node, SumOver):
        return node
    body, index = node.args[0], node.args[1]
    sizes = {size(array, axis) for array, axis in _indexed(body, index)}
    if len(sizes) != 1:
        raise ParseError("a sum over an index needs entries with that index, all of one number")
    count = sizes.pop()
    if count > MOST_TERMS:
        raise ParseError(f"a sum of more than {MOST_TERMS} terms is not written out; write it with sum(…)")
    return total(*(body.xreplace({index: Literal(str(at + 1))}) for at in range(count))) if count else ZERO


def first_terms(node: Node) -> Node:
    """The expression with the first term in place of each of its sums: it has the same shape."""
    if isinstance(node, Leaf):
        return node
    node = node.func(*(first_terms(part) if isinstance(part, Node) else part for part in node.args))
    return node.args[0].xreplace({node.args[1]: ONE}) if isinstance(node, SumOver) else node


def _indexed(body: Node, index: Node) -> Iterator[tuple[str, int]]:
    for part in nodes_in(body):
        if isinstance(part, Item) and isinstance(part.args[0], Name):
            for axis, at in enumerate(part.args[1:]):
                if at == index:
                    yield part.args[0].name, axis

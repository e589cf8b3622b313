"""Sums over an index as they are written by hand, ``Σᵢ (ŷᵢ − yᵢ) xᵢ``: their terms are entries, or rows, of arrays.

Without an index, ``Σ g x̂``, the sum is over all entries. ``xᵢ`` is a row of ``X`` where no vector x is known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from typing import TypeAlias

from deepcalc.checking.plain_text import PlainText
from deepcalc.checking.splitting import closing, split
from deepcalc.checking.written_functions import ENDS_IN_FUNCTION
from deepcalc.errors import ParseError
from deepcalc.notation.array_nodes import Apply, Item
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Leaf,
    Literal,
    Name,
    Negative,
    Node,
    Plus,
    SumOver,
    names_in,
    nodes_in,
    total,
)
from deepcalc.notation.shapes import Size, size_node
from deepcalc.notation.symbols import SUBSCRIPTS

_SMALL = {lowered: letter for letter, lowered in SUBSCRIPTS.items() if letter.isalpha()}
_RANGE = r"\^\s*(?:\{[^{}]*\}|\([^()]*\)|[A-Za-z0-9]+)|[ⁿᵐᴺᴹᴰᵈᴷᵏ]+"
_SUM = re.compile(
    r"(?:\\sum(?:\\limits|(?![A-Za-z]))|∑|(?P<capital>Σ)|(?<![A-Za-z0-9_.\\])sum(?=_))\s*"
    rf"(?P<above>{_RANGE})?\s*"
    r"(?:_\s*(?:\{(?P<braced>[^{}]*)\}|\((?P<bracketed>[^()]*)\)|(?P<bare>[a-z](?![a-z])(?:\s*=\s*[0-9]+)?))"
    rf"|(?P<small>[{''.join(_SMALL)}](?:₌[₀-₉])?))?\s*(?P<after>{_RANGE})?"
)
_BELOW = re.compile(r"\s*(?P<index>[a-z])\s*(?:=\s*(?P<first>[01])\s*)?")
_ABOVE = re.compile(r"[\^{(\s]*(?P<last>[A-Za-z][A-Za-z0-9_]*(?:\s*[-−]\s*1)?|[0-9]+)[})\s]*")
_WRITTEN = re.compile(r"∑([a-z]?):([^:∑]*):([^:∑]*)∑")
RANGES = "only sums over all entries are read: Σ_i, or Σ_{i=1}^n with n, or 3, the number of the entries"
_ENDS_TERM = re.compile(r"[+\-,;\])<>=]|∑")
_ENDS_FACTOR = re.compile(r"[*/^@(\[,]\s*$|^\s*$")
_COMMA = re.compile(",")
MOST_TERMS = 500

_AXES = "ij"
"""The index under a sum of whole arrays along an axis, Σᵢ along the first, as the sheet prints it."""

NumberOf: TypeAlias = Callable[[Node], object]
"""What a size comes to, itself where it is a letter; None of a name that is none."""


def without_ranges(raw: PlainText, names: Container[str]) -> PlainText:
    """Each sign of a sum as ``∑i:1:n∑``, its index and where that runs from and to.

    ``ParseError`` for a range that is of no form which is read.
    """

    def written(found: re.Match[str]) -> str:
        if found["capital"] and "Sigma" in names:
            return found[0]
        small = unicodedata.normalize("NFKC", found["small"] or "")
        below = next((each for each in (found["braced"], found["bracketed"], found["bare"]) if each is not None), small)
        above = unicodedata.normalize("NFKC", found["above"] or found["after"] or "")
        start, end = _BELOW.fullmatch(below), _ABOVE.fullmatch(above)
        if (found["above"] and found["after"]) or (above and end is None) or ((below or above) and start is None):
            raise ParseError(RANGES, raw.places[found.start()])
        if start is None:
            return " ∑::∑ "
        return f" ∑{start['index']}:{start['first'] or 1}:{end['last'] if end is not None else start['index']}∑ "

    return raw.replaced(_SUM, written)


def with_sums(plain: PlainText) -> PlainText:
    """Calls in place of the signs of sums, from the last one; each has the product that stands behind it."""
    while signs := list(_WRITTEN.finditer(plain.text)):
        sign = signs[-1]
        end = _end_of_term(plain.text, sign.end())
        body = _in_round_brackets(plain.part(sign.end(), end).stripped())
        if not body.text:
            raise ParseError("what is summed?", plain.places[sign.start()])
        if sign[1]:
            sample = re.compile(rf"\^\s*(?:\(\s*({sign[1]})\s*\)|\(\(\s*({sign[1]})\s*\)\))")  # x^(i) is sample i
            body = body.replaced(sample, lambda found: f"_{found[1] or found[2]} ")
        call = body.within("sum((", f"), {sign[1]}, {sign[2]}, {sign[3]})") if sign[1] else body.within("sum(", ")")
        before = plain.part(0, sign.start())
        if ENDS_IN_FUNCTION.search(before.text):
            call = call.within("(", ")")
        plain = before.then(call).then(plain.part(end, len(plain.text)))
    return plain


def _in_round_brackets(body: PlainText) -> PlainText:
    """``(…)`` for the square brackets of one term, ``[…]``, which a body begins with."""
    end = closing(body.text) if body.text.startswith("[") else -1
    if end < 0 or len(list(split(body.part(1, end), _COMMA))) > 1:
        return body
    return body.part(1, end).within("(", ")").then(body.part(end + 1, len(body.text)))


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


def over_all_entries(node: Node, count_from: int, count: Callable[[str, int], Size], number: NumberOf) -> Node:
    """The expression with each sum from 1 to its own index, which is over all entries.

    ``count`` is how many entries an array has along an axis; ``ParseError`` where a sum is over others.
    """
    if isinstance(node, Leaf):
        return node
    parts = [
        over_all_entries(part, count_from, count, number) if isinstance(part, Node) else part for part in node.args
    ]
    node = node.func(*parts)
    if not isinstance(node, SumOver):
        return node
    body, index, first, last = node.args
    counts = {count(array, axis) for array, axis in _indexed(body, index)}
    if first not in (ONE, Literal(str(count_from))):
        raise ParseError(RANGES)
    if not counts and last == index and isinstance(index, Name) and (axis := _AXES.find(index.name)) >= 0:
        return Apply("sum", {"axis": axis}, body)
    if last != index and not all(_is_end(last, each, first, number) for each in counts):
        raise ParseError(RANGES)
    return SumOver(body, index, ONE, index)


def _is_end(last: Node, count: Size, first: Node, number: NumberOf) -> bool:
    """Whether an index that runs from ``first`` to ``last`` takes as many values as there are entries."""
    size = size_node(count)
    if first == ZERO and isinstance(last, Plus) and last.args[1:] == (Negative(ONE),):
        return _is_end(last.args[0], count, ONE, number)
    entries = number(size)
    if isinstance(last, Literal):
        return last.value + (first == ZERO) == entries
    return first == ONE and (last == size or (isinstance(count, int) and number(last) in (entries, None)))


def sums_written_out(node: Node, size: Callable[[str, int], int]) -> Node:
    """The expression with all terms of its sums; ``size`` is that of an array along an axis.

    ``ParseError`` for more than ``MOST_TERMS`` terms, those of sums within sums counted.
    """
    if _terms(node, size) > MOST_TERMS:
        raise ParseError(f"sums of more than {MOST_TERMS} terms are not written out; write them with sum(…)")
    return _written_out(node, size)


def _terms(node: Node, size: Callable[[str, int], int]) -> int:
    """How many terms the sums of an expression have when they are written out."""
    if isinstance(node, Leaf):
        return 0
    parts = node.args[:1] if isinstance(node, SumOver) else node.args
    inner = sum(_terms(part, size) for part in parts if isinstance(part, Node))
    return _count(node, size) * max(inner, 1) if isinstance(node, SumOver) else inner


def _count(node: SumOver, size: Callable[[str, int], int]) -> int:
    sizes = {size(array, axis) for array, axis in _indexed(node.args[0], node.args[1])}
    if len(sizes) != 1:
        raise ParseError("a sum over an index needs entries with that index, all of one number")
    return sizes.pop()


def _written_out(node: Node, size: Callable[[str, int], int]) -> Node:
    if isinstance(node, Leaf):
        return node
    if not isinstance(node, SumOver):
        return node.func(*(_written_out(part, size) if isinstance(part, Node) else part for part in node.args))
    body, index = _written_out(node.args[0], size), node.args[1]
    terms = (body.xreplace({index: Literal(str(at + 1))}) for at in range(_count(node, size)))
    return total(*terms)


def first_terms(node: Node) -> Node:
    """The expression with the first term in place of each of its sums: it has the same shape."""
    if isinstance(node, Leaf):
        return node
    node = node.func(*(first_terms(part) if isinstance(part, Node) else part for part in node.args))
    return node.args[0].xreplace({node.args[1]: ONE}) if isinstance(node, SumOver) else node


def _indexed(body: Node, index: Node) -> Iterator[tuple[str, int]]:
    """The arrays, each with an axis, that have an index in a body; not where a sum within it has the same index."""
    if isinstance(body, Leaf) or (isinstance(body, SumOver) and body.args[1] == index):
        return
    if isinstance(body, Item) and isinstance(body.args[0], Name):
        yield from ((body.args[0].name, axis) for axis, at in enumerate(body.args[1:]) if at == index)
    for part in body.args:
        if isinstance(part, Node):
            yield from _indexed(part, index)

"""Answers as they are written → what they say: numbers with their precision, vectors, formulas.

Nothing that a student writes is run: expressions go through the parser of ``notation`` and its caps. What cannot
be read raises ``ParseError`` with the place in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from deepcalc.checking.asides import bare, count_of, result_of, sides_of
from deepcalc.checking.by_hand import in_words
from deepcalc.checking.plain_text import PlainText, plain_text
from deepcalc.checking.shorthand import ungrouped, written_out
from deepcalc.checking.splitting import SEPARATORS, split, unbracketed
from deepcalc.errors import ParseError, ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import has_array_nodes
from deepcalc.notation.names import is_identifier, is_name
from deepcalc.notation.nodes import Call, Cases, Literal, Name, Negative, Node, Power, SumOver, Times, Value, nodes_in
from deepcalc.notation.parser import parse
from deepcalc.records import record

MOST_KEPT = 4096
"""So many answers are kept as they were read: many students write the same."""

_EULER = Name("e")
_TEN = Literal("10")

_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[+-]?[0-9]{1,3}(?:[ '][0-9]{3})+(?:\.[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*,[0-9]+")
_SIDES = re.compile(r"(?:,\s*)?(?<![A-Za-z])(?:by|and)(?![A-Za-z])|[,;x*X]")
_HEAD = "[A-Za-z][A-Za-z0-9_]*"
_TAIL = r"(?:\.(?!T(?![A-Za-z0-9_]))[A-Za-z0-9_]+)*(?::[0-9]+)?(?:@[0-9]+)?"  # X.T is a transpose
_LONG_NAME = re.compile(rf"(?<![A-Za-z0-9_.{{])(?:d{_HEAD}{_TAIL}/d{_HEAD}{_TAIL}|{_HEAD}(?=[.:@]){_TAIL})")
_SPACE = re.compile(r"\s+")
_AXIS = "rows?|columns?|cols?|height|width|depth|length|pixels?|from|[HWDL]"
_OF_AXES = re.compile(rf"(?<![A-Za-z])(?:{_AXIS})(?![A-Za-z])[:=]?")
_AXIS_OF = {"d": 0, "r": 1, "h": 1, "c": 2, "w": 2}
_END = re.compile(r"[\s(\[]*([-−]?\d{1,9})[\s)\]]*(?:(?:…|\.{2,3}|[-–—,;x×*&]|to(?![a-z])|and(?![a-z]))\s*|$)")


@record
class ReadNumber:
    """A number as it was written: its value, and a unit of its last place (None for an expression: 1/6, √2)."""

    text: str
    value: Value
    unit: Fraction | None = None


@record
class Vector:
    """Several numbers: the components of a vector, or the sides of a shape.

    ``is_told`` is whether words or a library say which of the sides is the depth, wherever it is asked for.
    """

    text: str
    components: tuple[ReadNumber, ...]
    is_told: bool = False

    def turned_to(self, right: Sequence[Any]) -> Vector:
        """The sides of which it is told which they are, with the depth in front or behind: where more are right."""
        if not self.is_told or len(self.components) != len(right):
            return self
        own = self.components
        turns = (own, (own[-1], *own[:-1]), (*own[1:], own[0]))
        best = max(turns, key=lambda sides: sum(side.value == size for side, size in zip(sides, right, strict=True)))
        return replace(self, components=best)

    def arranged_by(self, right: Sequence[Any]) -> Vector:
        """The numbers of a set in the order of the right ones, each where it is nearest, the nearest one first."""
        if len(self.components) != len(right) or None in right:
            return self
        wanted = [to_fraction(value) for value in right]
        given = [to_fraction(each.value) for each in self.components]
        pairs = ((abs(x - y), place, index) for place, x in enumerate(wanted) for index, y in enumerate(given))
        found: dict[int, int] = {}
        for _, place, index in sorted(pairs):
            if place not in found and index not in found.values():
                found[place] = index
        return replace(self, components=tuple(self.components[found[place]] for place in range(len(right))))


@record
class ReadFormula:
    """An expression in names of quantities, and what ``others`` the text may say.

    ``by_entries`` is what it says where arrays beside each other are multiplied entry by entry.
    """

    text: str
    expression: Node
    others: tuple[Node, ...] = ()
    by_entries: Node | None = None


@record
class Expressions:
    """Several expressions side by side: the sides of a shape in letters."""

    text: str
    expressions: tuple[Any, ...]


def read_number(answer: str, decimal_comma: bool = False, count: bool = False) -> ReadNumber:
    """The number that the answer says, ``0.65``, ``1/6``, ``2·10^-5`` or ``50%``; of a ``count`` also ``34,944``."""
    reading = read_number_or_formula(answer, decimal_comma, count)
    if isinstance(reading, ReadFormula):
        raise _not_a_number(reading.expression)
    return reading


@lru_cache(maxsize=MOST_KEPT)
def read_number_or_formula(answer: str, decimal_comma: bool = False, count: bool = False) -> ReadNumber | ReadFormula:
    """A number, or an expression in which names stand."""
    return _number_or_formula(unbracketed(_plain(answer, decimal_comma, count)), answer)


def read_vector(answer: str, decimal_comma: bool = False, shape: bool = False) -> Vector:
    """Numbers side by side: ``[0.1, 0.9]``; of a shape also ``15x15x8``."""
    plain = _plain(answer, decimal_comma and not shape, is_named=not shape, is_number=False)
    is_told = False
    if shape:
        plain, is_told = sides_of(plain)
    plain = unbracketed(plain)
    parts = list(split(plain, _SIDES if shape else SEPARATORS))
    if shape:
        parts = [side for part in parts for side in split(unbracketed(part), _SIDES)]
    if len(parts) == 1:
        parts = list(split(plain, _SPACE))
    return Vector(answer, tuple(_component(part) for part in parts), is_told)


def read_ranges(answer: str, decimal_comma: bool = False) -> Vector:
    """The ends of ranges, along one axis or several: ``5 … 9 × 3 … 8``, ``rows 5-9, columns 3-8``, ``5 to 9``."""
    text, ends, at = _OF_AXES.sub(" ", answer).strip(), [], 0
    while at < len(text):
        found = _END.match(text, at)
        if found is None:
            return read_vector(answer, decimal_comma)
        ends.append(found[1].replace("−", "-"))
        at = found.end()
    return replace(read_vector(", ".join(_by_axis(answer, ends))), text=answer)


def _by_axis(answer: str, ends: list[str]) -> list[str]:
    """The ends of ranges in the order of the axes that the answer names: depth, rows, columns."""
    words = (found[0].strip(":=").casefold()[:1] for found in _OF_AXES.finditer(answer))
    axes = list(dict.fromkeys(_AXIS_OF[word] for word in words if word in _AXIS_OF))
    if axes == sorted(axes):
        return ends
    if 2 * len(axes) != len(ends):
        raise ParseError("each axis that is named needs a first and a last place: rows 5-9, columns 3-8")
    ranges = sorted(zip(axes, ends[::2], ends[1::2], strict=True))
    return [end for _, first, last in ranges for end in (first, last)]


def _plain(
    answer: str, decimal_comma: bool, count: bool = False, is_named: bool = True, is_number: bool = True
) -> PlainText:
    plain = bare(plain_text(answer).stripped(), is_named)
    if is_number:
        plain = ungrouped(result_of(plain))
    if count:
        plain = count_of(plain)
    if not plain.text:
        raise ParseError("there is nothing to read")
    if decimal_comma:
        return PlainText(_DECIMAL_COMMA.sub(".", plain.text), plain.places)
    return plain


def _number_or_formula(plain: PlainText, answer: str) -> ReadNumber | ReadFormula:
    plain = written_out(plain)
    text, places = plain.text, plain.places
    percent = text.endswith("%")
    body = text[:-1] if percent else text
    if _THOUSANDS.fullmatch(body.strip()):
        body = re.sub("[,' ]", "", body)
    elif _COMMA_NUMBER.fullmatch(body.strip()):
        raise ParseError(
            f"is the comma a decimal one? Write {body.strip().replace(',', '.')}, or use --decimal-comma", places[0]
        )
    braced = with_braced_names(in_words(PlainText(body, places)))
    try:
        expression = parse(braced.text)
    except ParseError as error:
        raise ParseError(error.message, braced.places[min(error.position, len(braced.places) - 1)]) from None
    if any(isinstance(node, Cases | SumOver) for node in nodes_in(expression)):
        raise ParseError("a number or a product of names is expected, not cases or a sum over an index", places[0])
    if has_array_nodes(expression):
        raise ParseError("a number or a product of names is expected, not an array", places[0])
    scale = Fraction(1, 100) if percent else Fraction(1)
    written = decimal(expression)
    if written is not None:
        return ReadNumber(answer, written[0] * scale, written[1] * scale)
    expression = with_euler(expression)
    if any(isinstance(node, Name) for node in nodes_in(expression)):
        return ReadFormula(answer, expression)
    try:
        value = value_of(expression, {})
        return ReadNumber(answer, value * scale if percent else value)
    except ValueOutOfReach as error:
        raise ParseError(str(error), places[0]) from None


def with_braced_names(plain: PlainText) -> PlainText:
    """Names that are no identifiers, ``p.2`` or ``dL/dw21``, in the braces in which the parser takes them."""
    text, end = "", 0
    places: list[int] = []
    for match in _LONG_NAME.finditer(plain.text):
        if is_name(match[0]) and not is_identifier(match[0]):
            start, after = match.span()
            text += f"{plain.text[end:start]}{{{match[0]}}}"
            places += [*plain.places[end:start], plain.places[start], *plain.places[start:after], plain.places[after]]
            end = after
    return PlainText(text + plain.text[end:], (*places, *plain.places[end:]))


def _component(plain: PlainText) -> ReadNumber:
    stripped = plain.stripped()
    if not stripped.text:
        raise ParseError("a component is missing", plain.places[0])
    reading = _number_or_formula(stripped, stripped.text)
    if isinstance(reading, ReadFormula):
        raise _not_a_number(reading.expression, stripped.places[0])
    return reading


def _not_a_number(expression: Node, place: int = 0) -> ParseError:
    name = next(node.name for node in nodes_in(expression) if isinstance(node, Name))
    return ParseError(f"a number is expected, and {name[:40]!r} is none", place)


def decimal(node: Node) -> tuple[Fraction, Fraction] | None:
    """The value and the last place of a decimal, ``0.65``, ``-2·10^-5`` or ``10^3``; None for an expression."""
    if isinstance(node, Literal):
        return Fraction(node.value), last_place(node.text)
    if isinstance(node, Negative):
        inner = decimal(node.args[0])
        return inner and (-inner[0], inner[1])
    if isinstance(node, Power):
        base, exponent = node.args
        if base == _TEN and isinstance(exponent, Literal) and exponent.value.denominator == 1:
            power = Fraction(10) ** int(exponent.value)
            return power, power
        return None
    if isinstance(node, Times) and len(node.args) == 2 and isinstance(node.args[1], Power):
        mantissa, power_of_ten = map(decimal, node.args)
        if mantissa and power_of_ten:
            return mantissa[0] * power_of_ten[0], mantissa[1] * power_of_ten[0]
    return None


def last_place(text: str) -> Fraction:
    """A unit of the last place of a number as it is written: 0.01 for ``0.65``, 1e-6 for ``2.0e-5``."""
    mantissa, _, exponent = text.lower().partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def with_euler(expression: Node) -> Node:
    """``e^x`` as the exponential, and a lone ``e`` as its base."""
    powers = {
        node: Call("exp", node.args[1])
        for node in nodes_in(expression)
        if isinstance(node, Power) and node.args[0] == _EULER
    }
    for power, call in sorted(powers.items(), key=lambda pair: -sum(1 for _ in nodes_in(pair[0]))):
        expression = expression.xreplace({power: call})
    return expression.xreplace({_EULER: Call("exp", Literal("1"))})

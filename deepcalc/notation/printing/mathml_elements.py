"""The elements of presentation MathML (the W3C's MathML Core), as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import zip_longest

FUNCTION_APPLICATION = "<mo>&#x2061;</mo>"
_TAG = re.compile(r"<(/?)[^>]*?(/?)>")
_UNSEEN = re.compile(r"<[^>]*>|&#x2061;")
_TALL = re.compile(r"<m(?:frac|table|underover)\b")
_TABLE = re.compile(r"<mtable\b[^>]*>((?:(?!<mtable\b).)*?)</mtable>", re.DOTALL)
_GAP = 2  # characters between two columns of a table
_BROKEN_BRACKET = "2.4em"  # of a bracket whose partner stands on another line, so that it cannot stretch


def number(text: str) -> str:
    return f"<mn>{escape(text)}</mn>"


def identifier(text: str) -> str:
    """A name: italic if it is a single letter, upright if it is a word."""
    return f"<mi>{escape(text)}</mi>"


def upright(text: str, bold: bool = False) -> str:
    """A name in roman letters, however long."""
    weight = ' style="font-weight:bold"' if bold else ""
    return f'<mi mathvariant="normal"{weight}>{escape(text)}</mi>'


def words(text: str) -> str:
    """Words inside a formula, with the spaces at their ends."""
    return f"<mtext>{escape(text).replace(' ', '&#xa0;')}</mtext>"


def infix(sign: str) -> str:
    return f'<mo form="infix">{escape(sign)}</mo>'


def prefix(sign: str) -> str:
    return f'<mo form="prefix">{escape(sign)}</mo>'


def small(sign: str) -> str:
    """A sign that keeps its size and has no space around it, as in a subscript."""
    return f'<mo stretchy="false" lspace="0em" rspace="0em">{escape(sign)}</mo>'


def brackets(opening: str, inside: str, closing: str, broken: bool = False) -> tuple[str, str]:
    """The two signs around a content: as high as it is. ``broken`` ones may stand on two lines."""
    size = ' stretchy="false"'
    if _TALL.search(inside):
        size = f' stretchy="true" symmetric="true" minsize="{_BROKEN_BRACKET}"' if broken else ' stretchy="true"'
    return (
        f'<mo form="prefix"{size}>{escape(opening)}</mo>',
        f'<mo form="postfix"{size}>{escape(closing)}</mo>',
    )


def row(*elements: str) -> str:
    """The elements side by side, as one element."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def _one(markup: str) -> str:
    """Markup of any number of elements, as one element."""
    depth = 0
    for tag in _TAG.finditer(markup):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth == 0:
            return markup if tag.end() == len(markup) else f"<mrow>{markup}</mrow>"
    return "<mrow></mrow>"


def fraction(top: str, bottom: str) -> str:
    return f"<mfrac>{_one(top)}{_one(bottom)}</mfrac>"


def root(inside: str, degree: str | None = None) -> str:
    return f"<msqrt>{inside}</msqrt>" if degree is None else f"<mroot>{row(inside)}{row(degree)}</mroot>"


def scripts(base: str, sub: str | None = None, sup: str | None = None) -> str:
    """A base with a subscript, a superscript, or both."""
    if sub is not None and sup is not None:
        return f"<msubsup>{_one(base)}{_one(sub)}{_one(sup)}</msubsup>"
    if sub is not None:
        return f"<msub>{_one(base)}{_one(sub)}</msub>"
    return f"<msup>{_one(base)}{_one(sup)}</msup>" if sup is not None else base


def limits(sign: str, below: str, above: str) -> str:
    """A large operator with what stands below and above it."""
    return f"<munderover>{sign}{_one(below)}{_one(above)}</munderover>"


def accented(base: str, accent: str) -> str:
    return f'<mover accent="true">{_one(base)}<mo stretchy="false">{accent}</mo></mover>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells under each other: the inside of a matrix."""
    lines = ("".join(f"<mtd>{cell}</mtd>" for cell in line) for line in rows)
    return f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>"


def cases(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells under each other, behind a brace."""
    left = ' style="text-align:left"'
    cells = ("".join(f"<mtd{left}>{cell}</mtd>" for cell in line) for line in rows)
    table = "".join(f"<mtr>{line}</mtr>" for line in cells)
    brace = '<mo form="prefix" stretchy="true">{</mo>'
    return f'<mrow>{brace}<mtable columnalign="left">{table}</mtable></mrow>'


def visible(markup: str) -> str:
    """The characters that a reader of the markup sees."""
    return _UNSEEN.sub("", markup)


def width(markup: str) -> int:
    """About how many characters wide the markup is laid out: a table has the width of its columns."""
    while table := _TABLE.search(markup):
        lines = [[len(visible(cell)) for cell in line.split("</mtd>")[:-1]] for line in table[1].split("</mtr>")[:-1]]
        wide = sum(max(column) + _GAP for column in zip_longest(*lines, fillvalue=0))
        markup = f"{markup[: table.start()]}{'m' * wide}{markup[table.end() :]}"
    return len(visible(markup))

"""Texts taken apart: at separators that stand in no bracket, and out of the brackets around the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from deepcalc.checking.plain_text import PlainText
from deepcalc.errors import ParseError
from deepcalc.notation.parser import DEEPEST

SEPARATORS = re.compile(r"[,;\n]")
BRACKETS: Mapping[str, str] = {"(": ")", "[": "]"}


def unbracketed(plain: PlainText, brackets: Mapping[str, str] = BRACKETS) -> PlainText:
    """What stands in the brackets around the whole, if there are any."""
    plain = plain.stripped()
    text = plain.text
    if len(text) < 2 or brackets.get(text[0]) != text[-1] or closing(text) != len(text) - 1:
        return plain
    return plain.part(1, len(text) - 1)


def closing(text: str) -> int:
    """Where the bracket closes that the text begins with; -1 where it does not."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return place
    return -1


def check_depth(plain: PlainText) -> None:
    """``ParseError`` for brackets in more brackets than the parser takes."""
    depth = 0
    for place, character in enumerate(plain.text):
        depth += (character in "([{") - (character in ")]}")
        if depth > DEEPEST:
            raise ParseError(f"a formula is at most {DEEPEST} levels deep", plain.places[place])


def split(plain: PlainText, separator: re.Pattern[str]) -> Iterator[PlainText]:
    """The parts between the separators that stand in no bracket; one that closes without having been opened is none."""
    depth, start, text = 0, 0, plain.text
    at = 0
    while at < len(text):
        depth = max(depth + (text[at] in "([") - (text[at] in ")]"), 0)
        match = separator.match(text, at) if depth == 0 else None
        if match is not None and match.end() > at:
            yield plain.part(start, at)
            start = at = match.end()
        else:
            at += 1
    if text[start:].strip() or not start:
        yield plain.part(start, len(text))

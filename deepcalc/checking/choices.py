"""Answers to questions without mathematics → the keys they name: choices and matchings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deepcalc.checking.plain_text import PlainText, plain_text
from deepcalc.checking.reading import read_number
from deepcalc.checking.splitting import BRACKETS, SEPARATORS, split, unbracketed
from deepcalc.errors import ParseError
from deepcalc.notation.nodes import Value

_KEYS = re.compile(r"[^\s,;&+()\[\]]+")
_JOINING = frozenset({"and", "und", "or"})
_PAIR = re.compile(r"\s*(?P<left>[^\s=:,;→>-]+)\s*(?:=|:|→|->)\s*(?P<right>[^,;\s](?:[^,;]*[^,;\s])?)\s*")


@dataclass(frozen=True)
class Keys:
    """The options that were chosen."""

    text: str
    keys: frozenset[str]


@dataclass(frozen=True)
class Matching:
    """Which right-hand side belongs to each left-hand one."""

    text: str
    pairs: Mapping[str, str]


def read_keys(answer: str, options: Sequence[str]) -> Keys:
    """The keys that the answer names: ``b, d``, ``b and d`` or ``bd``; capitals do not matter."""
    known = {key.casefold(): key for key in options}
    chosen = []
    for place, word in _words(plain_text(answer)):
        if word in known:
            chosen.append(known[word])
        elif len(word) <= len(known) and all(len(key) == 1 for key in known) and set(word) <= set(known):
            chosen.extend(known[letter] for letter in word)
        else:
            raise ParseError(f"no option {word[:40]!r}; the options are {', '.join(options)}", place)
    if not chosen:
        raise ParseError(f"no option is named; the options are {', '.join(options)}")
    return Keys(answer, frozenset(chosen))


def read_matching(answer: str, lefts: Sequence[str], rights: Mapping[str, str]) -> Matching:
    """The pairs that the answer names: ``A=0.4, B=2e-5``, by the keys of the right-hand sides or by what they say."""
    known = {key.casefold(): key for key in lefts}
    plain = unbracketed(plain_text(answer), {"{": "}", **BRACKETS})
    pairs: dict[str, str] = {}
    for part in split(plain, SEPARATORS):
        match = _PAIR.fullmatch(part.text)
        if match is None:
            raise ParseError(f"expected a pair such as {lefts[0]}={next(iter(rights))}", part.places[0])
        left, right = known.get(match["left"].casefold()), _right_key(match["right"], rights)
        if left is None:
            raise _unknown(match["left"], lefts, part.places[match.start("left")])
        if left in pairs:
            raise ParseError(f"{left} is matched twice", part.places[match.start("left")])
        if right is None:
            raise _unknown(match["right"], rights.values(), part.places[match.start("right")])
        pairs[left] = right
    return Matching(answer, pairs)


def _words(plain: PlainText) -> Iterator[tuple[int, str]]:
    for match in _KEYS.finditer(plain.text):
        word = match[0].strip(".").casefold()
        if word and word not in _JOINING:
            yield plain.places[match.start()], word


def _unknown(word: str, known: Iterable[str], place: int) -> ParseError:
    return ParseError(f"no {word[:40]!r}; there are {', '.join(known)}", place)


def _right_key(text: str, rights: Mapping[str, str]) -> str | None:
    """The key of a right-hand side, named by its key, by its text, or by its number."""
    for key, meaning in rights.items():
        if text.casefold() in (key.casefold(), meaning.strip().casefold()):
            return key
    value = _value_or_none(text)
    if value is None:
        return None
    return next((key for key, meaning in rights.items() if _value_or_none(meaning) == value), None)


def _value_or_none(text: str) -> Value | None:
    try:
        return read_number(text).value
    except ParseError:
        return None

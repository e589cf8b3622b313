"""Answers to questions without mathematics → the keys they name: choices and matchings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from deepcalc.checking.plain_text import PlainText, plain_text
from deepcalc.checking.reading import read_number
from deepcalc.checking.splitting import BRACKETS, SEPARATORS, split, unbracketed
from deepcalc.errors import ParseError
from deepcalc.notation.nodes import Value
from deepcalc.records import record

_KEYS = re.compile(r"[^\s,;&+()\[\]]+")
_SPACES = re.compile(r"\s+")
_JOINING = frozenset({"and", "und", "or"})
_RIGHT = r"\s*(?P<right>[^,;\s](?:[^,;]*[^,;\s])?)\s*"
_PAIR = re.compile(r"\s*(?P<left>[^\s=:,;→>-]+)\s*(?:=|:|→|->)" + _RIGHT)
_MARKED = re.compile(r"\s*(?:\((?P<bracketed>\w+)\)|(?P<closed>\w+)(?:\)|[.](?=\s)|\s[-–](?=\s)))" + _RIGHT)
_BESIDE = re.compile(r"\s*(?P<left>\w+)\s" + _RIGHT)
_TIGHT = re.compile(r"\s*(?P<left>[^\W\d_])(?P<right>\w+)\s*")
_NEXT_MARK = re.compile(r"\s+(?=\(\w+\))|[,;\n]")


@record
class Keys:
    """The options that were chosen."""

    text: str
    keys: frozenset[str]


@record
class Matching:
    """Which right-hand side belongs to each left-hand one."""

    text: str
    pairs: Mapping[str, str]


@record
class Order:
    """The options in the order in which they are put."""

    text: str
    keys: tuple[str, ...]


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
    """The pairs that the answer names: ``A=0.4, B=2e-5``, by the keys of the right-hand sides or by what they say.

    ``(A) 0.4, (B) 2e-5``, ``A 0.4, B 2e-5`` and ``a1 b2`` are read as well.
    """
    known = {key.casefold(): key for key in lefts}
    plain = unbracketed(plain_text(answer), {"{": "}", **BRACKETS})
    pairs: dict[str, str] = {}

    def means(left: str, text: str) -> str | None:
        return _right_key(text, rights)

    for part in _parts(plain, lambda text: _pair(text, known, means)):
        pair = _pair(part.text, known, means)
        if pair is None:
            raise ParseError(f"expected a pair such as {lefts[0]}={next(iter(rights))}", part.places[0])
        left, right = known.get(pair.left.casefold()), _right_key(pair.right, rights)
        if left is None:
            raise _unknown(pair.left, lefts, part.places[pair.start])
        if left in pairs:
            raise ParseError(f"{left} is matched twice", part.places[pair.start])
        if right is None:
            raise _unknown(pair.right, rights.values(), part.places[pair.end])
        pairs[left] = right
    return Matching(answer, pairs)


@record
class _Pair:
    """A key with what is said of it, and where each of them begins."""

    left: str
    right: str
    start: int
    end: int


def _pair(text: str, known: Mapping[str, str], right: Callable[[str, str], str | None] | None = None) -> _Pair | None:
    """A key with what is said of it; without a sign between them, ``a true``, only where ``right`` reads that."""
    for form, needs_both in ((_PAIR, False), (_MARKED, False), (_BESIDE, True), (_TIGHT, True)):
        match = form.fullmatch(text)
        if match is None:
            continue
        group = next(name for name in ("left", "bracketed", "closed") if match.groupdict().get(name))
        left = known.get(match[group].casefold())
        is_read = left is not None and right is not None and right(left, match["right"]) is not None
        if is_read or (not needs_both and (left is not None or form is _PAIR)):
            return _Pair(match[group], match["right"], match.start(group), match.start("right"))
    return None


def _parts(plain: PlainText, is_pair: Callable[[str], object]) -> list[PlainText]:
    """The parts of an answer: between commas, marks such as (1), or the spaces where there is nothing else."""
    marked = plain.text.lstrip().startswith("(")
    parts = [part for part in split(plain, _NEXT_MARK if marked else SEPARATORS) if part.text.strip()]
    return parts if len(parts) > 1 or (parts and is_pair(parts[0].text)) else list(split(plain, _SPACES))


_TRUTHS = {"t": "true", "true": "true", "f": "false", "false": "false", "yes": "true", "no": "false"}


def read_truths(answer: str, statements: Sequence[str]) -> Matching:
    """Which statements are true: ``a=true, b=F`` or ``a true, b false`` by their keys, or ``T, F`` in their order.

    Letters alone may stand close together: ``TF``.
    """
    letters = answer.strip()
    if len(letters) == len(statements) and set(letters.casefold()) <= set("tf"):
        return _pairs_or_all(
            ", ".join(letters), statements, lambda key, text: _TRUTHS[text.casefold()], "true or false"
        )
    return _pairs_or_all(answer, statements, lambda key, text: _TRUTHS.get(text.casefold()), "true or false", True)


def read_blanks(answer: str, accepted: Mapping[str, Sequence[str]]) -> Matching:
    """What stands in each blank, ``1=gradient, 2=rate`` or in order: the first of the words that are accepted there.

    Capitals, spaces and hyphens do not matter; a number may be written in another way. What is accepted in no form is
    kept as it is written.
    """

    def is_accepted(key: str, text: str) -> bool:
        value = _value_or_none(text)
        return any(
            _folded(known) == _folded(text) or (value is not None and _value_or_none(known) == value)
            for known in accepted[key]
        )

    def word(key: str, text: str) -> str:
        return accepted[key][0] if is_accepted(key, text) else text

    return _pairs_or_all(answer, list(accepted), word, "a word", is_whole=is_accepted)


def read_order(answer: str, options: Sequence[str]) -> Order:
    """The options in the order of the answer: ``c, a, b``, ``c > a > b`` or ``cab``; each once."""
    known = {key.casefold(): key for key in options}
    plain = plain_text(answer.replace(">", ",").replace("→", ",").replace("<", ","))
    found: list[str] = []
    for place, word in _words(plain):
        letters = [word] if word in known or any(len(key) > 1 for key in known) else list(word)
        for letter in letters:
            if letter not in known:
                raise ParseError(f"no option {word[:40]!r}; the options are {', '.join(options)}", place)
            if known[letter] in found:
                raise ParseError(f"{known[letter]} stands twice", place)
            found.append(known[letter])
    if len(found) < len(options):
        raise ParseError(f"{', '.join(key for key in options if key not in found)} is missing; all are to be ordered")
    return Order(answer, tuple(found))


def _folded(text: str) -> str:
    return re.sub(r"[\s\-‐–_]+", "", text).strip(".").casefold()


def _pairs_or_all(
    answer: str,
    lefts: Sequence[str],
    right: Callable[[str, str], str | None],
    wanted: str,
    beside: bool = False,
    is_whole: Callable[[str, str], bool] = lambda left, text: False,
) -> Matching:
    """What is said of each key: as pairs (also ``beside`` each other, without a sign), or of all of them in order.

    What ``is_whole`` as it stands in its place is no pair: ``1 - p``.
    """
    known = {key.casefold(): key for key in lefts}
    plain = unbracketed(plain_text(answer), {"{": "}", **BRACKETS})
    reads = right if beside else None
    parts = _parts(plain, lambda text: len(lefts) == 1 or _pair(text, known, reads))
    pairs: dict[str, str] = {}
    for index, part in enumerate(parts):
        stands = index < len(lefts) and is_whole(lefts[index], part.text.strip())
        pair = None if stands else _pair(part.text, known, reads)
        left = known.get(pair.left.casefold()) if pair else None
        text = pair.right if pair and left else part.text.strip()
        if left is None:
            if index >= len(lefts):
                raise ParseError(f"{len(lefts)} are asked for, not {len(parts)}", part.places[0])
            left = lefts[index]
        if left in pairs:
            raise ParseError(f"{left} is answered twice", part.places[0])
        said = right(left, text)
        if said is None:
            raise ParseError(f"expected {wanted} for {left}, found {text[:40]!r}", part.places[0])
        pairs[left] = said
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

"""YAML text → plain data in which every value knows its line and column.

YAML 1.2 core schema: ``1e-8`` is a number, ``no`` is text, duplicate keys are errors; there are no tags and no
merge keys. Size, depth and what aliases unfold to are checked over the event stream before anything is composed,
as PyYAML's C composer overflows the stack on deep nesting.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from deepcalc.errors import InvalidProblem, LocatedFault, Location, Place
from deepcalc.notation.typed import NumberText

LARGEST_FILE = 1_000_000
DEEPEST = 64
MOST_NODES = 100_000

MOST_FAULTS = 100
"""How many faults of one file are told; whoever has more made one mistake many times."""

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every value as text."""

_PLAIN_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NODE_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NO_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_SHOWN_LINE = 160


@dataclass
class Source:
    """A problem's text, the data in it, and where each value and each key of it stands.

    ``elsewhere`` holds the places of values that come from outside the text, and of all that is in them.
    """

    file: str
    text: str
    data: Any = None
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    elsewhere: dict[Location, Place] = field(default_factory=dict)

    def place(self, location: Location, of_key: bool = False) -> Place:
        """The place of the value at the location, or of its key; of the nearest thing around it if there is none."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.elsewhere:
                return self.elsewhere[location[:length]]
            both = (self.keys, self.values) if of_key and length == len(location) else (self.values, self.keys)
            mark = both[0].get(location[:length]) or both[1].get(location[:length])
            if mark is not None:
                return self.place_at(*mark)
        return self.place_at(0, 0)

    def place_at(self, line: int, column: int) -> Place:
        """The place of a line and a column counted from 0."""
        text = self.lines[line] if line < len(self.lines) else ""
        return Place(self.file, line + 1, column + 1, text[: max(_LONGEST_SHOWN_LINE, column + 20)])

    def last_of(self, name: str) -> Location:
        """Where a name stands last, as a key or as a value."""
        found: Location = ()
        for location in self.values:
            if self._value(location) == name or (location and location[-1] == name):
                found = location
        return found

    def offset_of(self, location: Location, word: str) -> int | None:
        """Where in the text at the location a word first stands."""
        if not word or location not in self.values:
            return None
        value = self._value(location)
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", value) if isinstance(value, str) else None
        return found.start() if found else None

    def place_in(self, location: Location, offset: int) -> Place:
        """The place of a character in the text that stands at the location; ``offset`` counts from 0.

        White space does not count, as it is folded where a text goes on in the next line.
        """
        mark = self.values.get(location)
        if mark is None or any(location[:length] in self.elsewhere for length in range(len(location) + 1)):
            return self.place(location)
        value = self._value(location)
        if not isinstance(value, str):
            return self.place(location)
        wanted = len("".join(value[:offset].split()))
        at_end = not value[offset:].strip()
        line, column = mark
        for number, character in enumerate(_written(self.lines[line:], column)):
            if number == wanted - at_end:
                return self.place_at(line + character[0], character[1] + at_end)
        return self.place(location)

    def _value(self, location: Location) -> Any:
        value = self.data
        for item in location:
            value = value[item]
        return value

    @cached_property
    def lines(self) -> list[str]:
        return _LINE_BREAK.split(self.text)

    def invalid(self, message: str, line: int = 0, column: int = 0) -> InvalidProblem:
        return InvalidProblem([LocatedFault(self.place_at(line, column), message)])


def read_source(file: str, raw: bytes) -> Source:
    """The data of a YAML text; ``InvalidProblem`` with every fault found."""
    if len(raw) > LARGEST_FILE:
        raise Source(file, "").invalid(f"the file is too large: a problem file has at most {LARGEST_FILE:,} bytes")
    source = Source(file, _decoded(file, raw))
    try:
        _check_events(source, LOADER)
        root = yaml.compose(source.text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        _check_caps_first(source)
        raise _not_yaml(source, error) from None
    except yaml.YAMLError as error:
        raise source.invalid(f"not valid YAML: {str(error).splitlines()[0]}") from None
    if root is None:
        raise source.invalid("the file is empty; a problem has at least `kind:` and that kind's fields")
    reader = _Reader(source)
    source.data = reader.read(root, ())
    if reader.faults:
        raise InvalidProblem(reader.faults)
    if not isinstance(source.data, dict):
        raise source.invalid("a problem is a mapping of fields, beginning with `kind:`")
    return source


def _not_yaml(source: Source, error: yaml.MarkedYAMLError) -> InvalidProblem:
    """What is wrong in a text that is no YAML: in our words where the mistake is known, else in the parser's."""
    from deepcalc.problem.traps import first_trap  # most files are YAML

    trap = first_trap(source.lines)
    if trap is not None:
        return source.invalid(f"not valid YAML: {trap.message}", trap.line, trap.column)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return source.invalid(f"not valid YAML: {error.problem or error.context or ''}", line, column)


def _decoded(file: str, raw: bytes) -> str:
    """The text of a file; ``InvalidProblem`` at the first byte or character that no YAML text has."""
    advice = "is UTF-16 text; save it as UTF-8" if b"\0" in raw[:4] or raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig")
        readable = Source(file, before + raw[error.start :].decode("utf-8", "replace"))
        message = f"the file {advice or 'is not UTF-8 text; save it as UTF-8'}"
        raise _invalid_at(readable, len(before), message) from None
    unreadable = _NO_YAML.search(text)
    if unreadable is not None:
        character = f"U+{ord(unreadable.group()):04X}"
        message = f"the file {advice}" if advice else f"the character {character} cannot stand in a file; take it out"
        raise _invalid_at(Source(file, text), unreadable.start(), message)
    return text


def _invalid_at(source: Source, offset: int, message: str) -> InvalidProblem:
    *before, last = _LINE_BREAK.split(source.text[:offset])
    return source.invalid(message, len(before), len(last))


_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.|$)")


def _written(lines: list[str], column: int) -> Iterator[tuple[int, int]]:
    """Line and column of each character of the scalar that begins in a column of the first line; no white space."""
    properties = _NODE_PROPERTIES.match(lines[0], column)
    start = properties.end() if properties else column
    style = lines[0][start : start + 1]
    first = 1 if style in ("|", ">") else 0
    start = 0 if first else start + (style in ("'", '"'))
    for number, line in enumerate(lines[first:], start=first):
        at = start if number == first else 0
        while at < len(line):
            escape = _ESCAPE.match(line, at) if style == '"' else None
            if escape is not None:
                if escape.group()[1:] not in ("", " ", "n", "t", "r"):
                    yield number, at
                at = escape.end()
                continue
            if not line[at].isspace():
                yield number, at
            at += 2 if style == "'" and line[at : at + 2] == "''" else 1


def _check_caps_first(source: Source) -> None:
    """What our own caps say of a text that the C parser refuses.

    It reads ahead, and has caps of its own (of the nesting, say), which differ from release to
    release. The parser in Python has none, and reads no further than to the first cap.
    """
    with contextlib.suppress(yaml.YAMLError):
        _check_events(source, yaml.BaseLoader)


def _check_events(source: Source, loader: Any) -> None:
    """Depth, number of documents, and the number of nodes that aliases unfold to."""
    unfolded = _Unfolded()
    events: Iterator[Any] = yaml.parse(source.text, Loader=loader)
    for event in events:
        message = unfolded.take(event)
        if message is not None:
            raise source.invalid(message, event.start_mark.line, event.start_mark.column)


class _Unfolded:
    """Counts the nodes of a text from event to event; what an anchor holds counts again at each alias."""

    def __init__(self) -> None:
        self._documents = self._nodes = 0
        self._sizes: dict[str | None, int] = {}
        self._open: list[tuple[str | None, int]] = []

    def take(self, event: Any) -> str | None:
        """What is wrong with a text that holds the event; None for nothing so far."""
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
            case yaml.CollectionStartEvent(anchor=anchor):
                self._open.append((anchor, self._nodes))
                self._nodes += 1
            case yaml.CollectionEndEvent():
                anchor, before = self._open.pop()
                self._sizes[anchor] = self._nodes - before
            case yaml.ScalarEvent(anchor=anchor):
                self._nodes += 1
                self._sizes[anchor] = 1
            case yaml.AliasEvent(anchor=anchor):
                if anchor not in self._sizes:
                    return f"the alias *{anchor} stands inside or before its anchor"
                self._nodes += self._sizes[anchor]
        return self._beyond_a_cap()

    def _beyond_a_cap(self) -> str | None:
        if self._documents > 1:
            return "one problem a file: a second document begins here"
        if len(self._open) > DEEPEST:
            return f"nested more than {DEEPEST} levels deep"
        if self._nodes > MOST_NODES:
            return f"more than {MOST_NODES:,} values (aliases unfolded)"
        return None


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[LocatedFault] = []

    def read(self, node: Any, location: Location) -> Any:
        self._source.values[location] = (node.start_mark.line, node.start_mark.column)
        if node.tag not in _PLAIN_TAGS:
            shown = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(node, f"the tag {shown[:60]} is not allowed: problem files hold plain values only")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*location, index)) for index, item in enumerate(node.value)]
        return node.value if node.style else _scalar(node.value)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag not in _PLAIN_TAGS:
                self._fault(key, "a key must be plain text")
                continue
            if key.value == "<<" and not key.style:
                self._fault(key, "merge keys (<<) are not part of YAML 1.2; write the fields out")
                continue
            at = (*location, key.value)
            if key.value in data:
                first = self._source.keys[at][0] + 1
                self._fault(key, f"the key `{key.value[:60]}` is given twice (first in line {first})")
                continue
            self._source.keys[at] = (key.start_mark.line, key.start_mark.column)
            data[key.value] = self.read(value, at)
        return data

    def _fault(self, node: yaml.Node, message: str) -> None:
        place = self._source.place_at(node.start_mark.line, node.start_mark.column)
        self.faults.append(LocatedFault(place, message))


def _scalar(text: str) -> Any:
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _DECIMAL.fullmatch(text):
        return NumberText(text)
    if _OTHER_BASE.fullmatch(text):
        return NumberText(int(text, 0)) if len(text) < 40 else text
    return text

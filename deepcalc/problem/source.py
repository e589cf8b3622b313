"""YAML text → plain data in which every value knows its line and column.

YAML 1.2 core schema: ``1e-8`` is a number, ``no`` is text, duplicate keys are errors; there are no tags and no
merge keys. Size, depth and what aliases unfold to are checked over the event stream before anything is composed,
as PyYAML's C composer overflows the stack on deep nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from deepcalc.errors import InvalidProblem, LocatedFault, Location, Place
from deepcalc.notation.typed import NumberText

LARGEST_FILE = 1_000_000
DEEPEST = 64
MOST_NODES = 100_000

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_LONGEST_SHOWN_LINE = 160


@dataclass
class Source:
    """A problem's text, the data in it, and where each value and each key of it stands."""

    file: str
    text: str
    data: Any = None
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)

    def place(self, location: Location, of_key: bool = False) -> Place:
        """The place of the value at the location, or of its key; of the nearest thing around it if there is none."""
        for length in range(len(location), -1, -1):
            marks = self.keys if of_key else self.values
            mark = marks.get(location[:length]) or self.keys.get(location[:length])
            if mark is not None:
                return self.place_at(*mark)
        return self.place_at(0, 0)

    def place_at(self, line: int, column: int) -> Place:
        """The place of a line and a column counted from 0."""
        lines = self.text.split("\n", line + 1)
        text = lines[line].rstrip("\r") if line < len(lines) else ""
        return Place(self.file, line + 1, column + 1, text[: max(_LONGEST_SHOWN_LINE, column + 20)])

    def invalid(self, message: str, line: int = 0, column: int = 0) -> InvalidProblem:
        return InvalidProblem([LocatedFault(self.place_at(line, column), message)])


def read_source(file: str, raw: bytes) -> Source:
    """The data of a YAML text; ``InvalidProblem`` with every fault found."""
    if len(raw) > LARGEST_FILE:
        place = Place(file, 1, 1, "")
        raise InvalidProblem([LocatedFault(place, f"a problem file has at most {LARGEST_FILE} bytes")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start)
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1)
        fault = LocatedFault(Place(file, line + 1, column + 1, ""), "the file is not UTF-8 text")
        raise InvalidProblem([fault]) from None
    source = Source(file, text)
    try:
        _check_events(source)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        raise source.invalid(f"not valid YAML: {error.problem or error.context}", line, column) from None
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


def _check_events(source: Source) -> None:
    """Depth, number of documents, and the number of nodes that aliases unfold to."""
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = documents = 0
    for event in yaml.parse(source.text, Loader=_LOADER):
        line, column = event.start_mark.line, event.start_mark.column
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise source.invalid("one problem a file: a second document begins here", line, column)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, total))
            total += 1
            if len(open_nodes) > DEEPEST:
                raise source.invalid(f"nested more than {DEEPEST} levels deep", line, column)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise source.invalid(f"the alias *{event.anchor} stands inside or before its anchor", line, column)
            total += sizes[event.anchor]
        if total > MOST_NODES:
            raise source.invalid(f"more than {MOST_NODES} values (aliases unfolded)", line, column)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[LocatedFault] = []

    def read(self, node: yaml.Node, location: Location) -> Any:
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

"""What authors stumble over in YAML: found in a text that the parser refuses, told at its place, with the cure.

The parser's own words and places differ from release to release, and often point at the line after the mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from deepcalc.records import record

_KEY = re.compile(r"(?P<indent> *)(?:- +)*(?P<key>'[^']*'|\"[^\"]*\"|[^\s'\"{}\[\]#&*!|>%@`,][^:#]*?)\s*:(?:\s+|$)")
_BLOCK_TEXT = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")
_COLON = re.compile(r":(?=\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#")
_ESCAPED = frozenset('0abtnvfre "/\\N_LPxuU\t')
_CLOSING = {"{": "}", "[": "]"}

TAB = "a tab character: indent with spaces"
INDENTATION = "the fields of one mapping begin in the same column"
COLON = "a text that holds `: ` needs quotes; check the indentation too"
MINUS = "a text that begins with a minus and a space needs quotes"
RESERVED = "a text that begins like this needs quotes"
ESCAPE = "in double quotes a backslash is written twice; or use single quotes"
QUOTE = "this quote is not closed"
BRACKET = "this bracket is not closed: is a bracket {closing} or a comma missing, or a text with a comma not in quotes?"
INSIDE = "a text with a bracket in it needs quotes here, between brackets"
COMMENT = "what follows ` #` is a comment, the bracket {closing} too: a text that holds it needs quotes"
WRONG_BRACKET = "the bracket {opening} of line {line} is closed by another one"


@record
class Trap:
    """A mistake and its cure; line and column count from 0."""

    line: int
    column: int
    message: str


def first_trap(lines: list[str]) -> Trap | None:
    """The first mistake of those that are known, in the lines of a text that is no YAML."""
    scan = _Scan()
    for number, line in enumerate(lines):
        found = scan.line(number, line)
        if found is not None:
            return found
    return scan.end()


@dataclass
class _Opened:
    sign: str
    line: int
    column: int
    comment: tuple[int, int] | None = None


class _Scan:
    """Goes through the lines once; ``_open`` holds the brackets that are open, ``_quote`` the quote."""

    def __init__(self) -> None:
        self._open: list[_Opened] = []
        self._quote: _Opened | None = None
        self._text_indent: int | None = None
        self._indents: list[int] = []
        self._has_value = False

    def line(self, number: int, line: str) -> Trap | None:
        if self._quote is not None:
            return self._values(number, line, 0)
        indent = len(line) - len(line.lstrip(" "))
        if self._text_indent is not None:
            if not line.strip() or indent > self._text_indent:
                return None
            self._text_indent = None
        if not line.strip() or line.lstrip().startswith("#"):
            return None
        key = _KEY.match(line)
        if self._open:
            return self.end() if key is not None and not indent else self._values(number, line, 0)
        if line[indent] == "\t":
            return Trap(number, indent, TAB)
        return self._field(number, line, key) if key is not None else self._values(number, line, indent)

    def end(self) -> Trap | None:
        if self._quote is not None:
            return Trap(self._quote.line, self._quote.column, QUOTE)
        if self._open:
            last = self._open[-1]
            closing = _CLOSING[last.sign]
            if last.comment is not None:
                return Trap(*last.comment, COMMENT.format(closing=closing))
            return Trap(last.line, last.column, BRACKET.format(closing=closing))
        return None

    def _field(self, number: int, line: str, key: re.Match[str]) -> Trap | None:
        start, value, indent = key.end(), line[key.end() :], key.start("key")
        if not self._stands_in_a_column(len(key["indent"]), indent):
            return Trap(number, indent, INDENTATION)
        is_plain = bool(value) and value[0] not in "'\"{[|>&*!#"
        self._has_value = is_plain
        if _BLOCK_TEXT.match(value):
            self._text_indent = len(key["indent"])
            return None
        if not is_plain:
            return self._values(number, line, start)
        comment = _COMMENT.search(value)
        colon = _COLON.search(value[: comment.start()] if comment else value)
        if value.startswith("- "):
            return Trap(number, start, MINUS)
        if value[0] in "@`%":
            return Trap(number, start, RESERVED)
        return Trap(number, start + colon.start(), COLON) if colon is not None else None

    def _stands_in_a_column(self, dash: int, indent: int) -> bool:
        """Whether a field begins where one of its mapping may; ``dash`` is where its line begins."""
        left = False
        while self._indents and self._indents[-1] > dash:
            self._indents.pop()
            left = True
        if dash != indent:  # a list's entry, a mapping of its own
            self._indents.append(indent)
            return True
        if self._indents and self._indents[-1] == indent:
            return True
        self._indents.append(indent)
        return not left and not self._has_value

    def _values(self, number: int, line: str, start: int) -> Trap | None:
        """Quotes and brackets from a column on; a quote or a bracket counts where a value may begin."""
        at, begins = start, True
        while at < len(line):
            sign = line[at]
            if self._quote is not None:
                step = self._quoted(number, line, at)
                if isinstance(step, Trap):
                    return step
                at += step
                continue
            if sign == "#" and (at == 0 or line[at - 1].isspace()):
                self._comment(number, at)
                return None
            trap = self._mark(number, line, at, begins)
            if trap is not None:
                return trap
            begins = sign in "{[,:" or (begins and sign.isspace())
            at += 1
        return None

    def _comment(self, number: int, at: int) -> None:
        for opened in self._open:
            opened.comment = opened.comment or ((number, at) if opened.line == number else None)

    def _mark(self, number: int, line: str, at: int, begins: bool) -> Trap | None:
        """A sign outside quotes, where a value may begin or not: it may open or close something."""
        sign = line[at]
        if begins and sign in "'\"":
            self._quote = _Opened(sign, number, at)
        elif begins and sign in _CLOSING:
            self._open.append(_Opened(sign, number, at))
        elif not self._open:
            return None
        elif sign in _CLOSING:
            return Trap(number, at, INSIDE)
        elif sign in _CLOSING.values():
            return self._closed(number, at, sign)
        elif begins and sign in "@`%":
            return Trap(number, at, RESERVED)
        elif begins and line[at : at + 2] == "- ":
            return Trap(number, at, MINUS)
        return None

    def _closed(self, number: int, at: int, sign: str) -> Trap | None:
        opened = self._open.pop()
        if _CLOSING[opened.sign] == sign:
            return None
        return Trap(number, at, WRONG_BRACKET.format(opening=opened.sign, line=opened.line + 1))

    def _quoted(self, number: int, line: str, at: int) -> int | Trap:
        """How far to go on inside a quote."""
        assert self._quote is not None
        sign = self._quote.sign
        if sign == '"' and line[at] == "\\":
            return Trap(number, at, ESCAPE) if line[at + 1 : at + 2] not in {"", *_ESCAPED} else 2
        if line[at] == sign:
            if sign == "'" and line[at + 1 : at + 2] == "'":
                return 2
            self._quote = None
        return 1

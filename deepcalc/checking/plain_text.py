"""What people write → plain notation that the parser reads: LaTeX, typographic signs, and superscripts replaced.

Every character of the plain text knows the character of the answer that it stands for, so that an error names
the place in what the student wrote. One pass with a stack; nothing recurses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from deepcalc.errors import ParseError
from deepcalc.notation.mathtext.tokens import command_at
from deepcalc.notation.names import is_name
from deepcalc.notation.symbols import GREEK, SUPERSCRIPTS
from deepcalc.records import record

LONGEST_ANSWER = 1_000

_SIGNS: Mapping[str, str] = {
    **dict.fromkeys("−–‒﹣－", "-"),
    **dict.fromkeys("·⋅∙•×✕✖⨯∗", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    "．": ".",
    "＝": "=",
    **dict.fromkeys("′’‘", "'"),
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∣": "|",
    "∥": "‖",
    **{"⌊": " floor(", "⌈": " ceil(", "⌋": ")", "⌉": ")"},
}
"""Typographic signs, each with the plain one that is meant."""

_FRACTIONS: Mapping[str, str] = {"½": "(1/2)", "⅓": "(1/3)", "⅔": "(2/3)", "¼": "(1/4)", "¾": "(3/4)", "⅛": "(1/8)"}

_COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "quad", "qquad"), ""),
    **dict.fromkeys((",", ";", ":", "!", " "), " "),
    **dict.fromkeys(("(", ")", "[", "]"), ""),
    "{": "(",
    "}": ")",
    **dict.fromkeys(("|", "lVert", "rVert", "Vert"), "‖"),
    **dict.fromkeys(("lvert", "rvert", "vert", "mid"), "|"),
    **dict.fromkeys(("leq", "le", "leqslant"), "<="),
    **dict.fromkeys(("geq", "ge", "geqslant"), ">="),
    **{"lt": "<", "gt": ">", "neq": "!=", "ne": "!="},
    **dict.fromkeys(("approx", "simeq", "doteq"), "≈"),
    **{"lfloor": " floor(", "lceil": " ceil(", "rfloor": ")", "rceil": ")"},
    "div": "/",
    "pm": "±",
    "partial": "∂",
    **{"%": "%", "_": "_"},
    **{name: name for name in ("exp", "log", "ln", "sin", "cos", "tanh", "max", "min", "sigmoid")},
    **{word: f" {letter}" for word, letter in GREEK.items()},
    **{"varepsilon": " ε", "vartheta": " θ", "varphi": " φ", "varrho": " ρ"},
}
"""LaTeX commands without groups."""

_FONTS = (
    *("mathrm", "mathbf", "mathit", "mathbb", "mathbbm", "mathds", "mathcal", "boldsymbol", "bm"),
    *("text", "operatorname", "vec"),
)

_GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac"), ("((", ")/(", "))")),
    "sqrt": ("sqrt(", ")"),
    **dict.fromkeys(_FONTS, ("", "")),
    **{accent: ("", accent) for accent in ("hat", "bar", "tilde")},
    "overline": ("(", ")"),
}
"""LaTeX commands with groups: what is written before the first, between them, and after the last."""

_RAISED = {raised: plain for plain, raised in SUPERSCRIPTS.items() if plain in "0123456789+-"}
_BARE = r"[0-9]+(?:\.[0-9]+)?|[^\W\d_²³¹⁰⁴-⁹][^\W²³¹⁰⁴-⁹]*"
_ROOT = re.compile(rf"√\s*({_BARE})?")
_BRACED_NAME = re.compile(r"\{([^{}\\]*)\}")
_OPENS_GROUP = re.compile(r"\s*\{")
_GROUP_OF_ONE = re.compile(r"\s*(?=[A-Za-z0-9])")
_DEGREE = re.compile(r"\s*\[\s*([0-9]+)\s*\]")
_FRACTION_OF_DIGITS = re.compile(r"\s*(?:\{\s*([0-9]+)\s*\}\s*\{\s*([0-9]+)\s*\}|([0-9])\s*([0-9]))")
_WHOLE_ALONE = re.compile(r"(?<![A-Za-z0-9_.^])[0-9]+\s*$")
_BRACED_SIGN = re.compile(r"\{([.,])\}(?=[0-9])")
_THREE_DIGITS = re.compile(r"[0-9]{3}(?![0-9])")
_ALONE_ZERO = re.compile(r"(?<![0-9])0$")
_WHOLE = re.compile(r"[0-9]+\s*$")
_ENDS_FACTOR = re.compile(r"[0-9)]\s*$")


@record
class PlainText:
    """Plain notation, with the place in the answer of each of its characters, and of its end."""

    text: str
    places: tuple[int, ...]

    def part(self, start: int, end: int) -> PlainText:
        return PlainText(self.text[start:end], self.places[start : end + 1])

    def replaced(self, pattern: re.Pattern[str], written: Callable[[re.Match[str]], str]) -> PlainText:
        """The text with what a pattern finds written otherwise, there where it stood."""
        text, end = "", 0
        places: list[int] = []
        for match in pattern.finditer(self.text):
            new = written(match)
            text += self.text[end : match.start()] + new
            places += [*self.places[end : match.start()], *[self.places[match.start()]] * len(new)]
            end = match.end()
        return PlainText(text + self.text[end:], (*places, *self.places[end:]))

    def then(self, other: PlainText) -> PlainText:
        """This text and another one after it."""
        return PlainText(self.text + other.text, (*self.places[: len(self.text)], *other.places))

    def within(self, before: str, after: str) -> PlainText:
        """The text between others, each at the place of what stands beside it."""
        start, end = self.places[0], self.places[-1]
        return PlainText(f"{before}{self.text}{after}", (*[start] * len(before), *self.places, *[end] * len(after)))

    def stripped(self) -> PlainText:
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))


def plain_text(answer: str) -> PlainText:
    """The answer in plain notation; ``ParseError`` for what no answer holds, at its place in the answer."""
    if len(answer) > LONGEST_ANSWER:
        raise ParseError(f"an answer has at most {LONGEST_ANSWER:,} characters; this one has {len(answer):,}")
    for place, character in enumerate(answer):
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Cs") and character not in "\t\n\r":
            raise ParseError(f"the character U+{ord(character):04X} cannot be seen and means nothing here", place)
    return _Writer(answer).whole()


class _Writer:
    """Goes through an answer once; ``open`` holds what closes each LaTeX group that is open."""

    def __init__(self, answer: str) -> None:
        self._answer = answer
        self._at = 0
        self._written: list[str] = []
        self._places: list[int] = []
        self._open: list[tuple[str, ...]] = []

    def whole(self) -> PlainText:
        while self._at < len(self._answer):
            self._next()
        if self._open:
            raise ParseError("a brace { is not closed", len(self._answer))
        return PlainText("".join(self._written), (*self._places, len(self._answer)))

    def _write(self, text: str) -> None:
        self._written.extend(text)
        self._places.extend([self._at] * len(text))

    def _next(self) -> None:
        character = self._answer[self._at]
        sign = _BRACED_SIGN.match(self._answer, self._at)
        name = _BRACED_NAME.match(self._answer, self._at)
        root = _ROOT.match(self._answer, self._at)
        command = command_at(self._answer, self._at)
        if sign is not None and self._written and self._written[-1].isdigit():
            self._braced_sign(sign)
        elif name is not None and not self._after_caret() and is_name(name[1]):
            self._copy(len(name[0]))
        elif root is not None:
            self._root(root)
        elif command is not None:
            self._command(command[1:], self._at + len(command))
        elif character in _RAISED:
            self._superscript()
        else:
            _WRITE.get(character, _Writer._plain)(self)

    def _copy(self, length: int) -> None:
        for _ in range(length):
            self._write(self._answer[self._at])
            self._at += 1

    def _plain(self) -> None:
        character = self._answer[self._at]
        digit = unicodedata.decimal(character, None)
        self._write(_SIGNS.get(character, character) if digit is None else str(digit))
        self._at += 1

    def _fraction(self) -> None:
        """``½``, and the number that it makes with the whole one before it: ``2½``."""
        fraction = _FRACTIONS[self._answer[self._at]]
        whole = _WHOLE.search("".join(self._written))
        if whole is None:
            self._multiplied()
            self._write(fraction)
        else:
            start = whole.start()
            self._written.insert(start, "(")
            self._places.insert(start, self._places[start])
            self._write(f"+{fraction})")
        self._at += 1

    def _braced_sign(self, match: re.Match[str]) -> None:
        """The comma or point that LaTeX sets without a space, ``0{,}65``: between thousands it stays what it is."""
        before = "".join(self._written[-4:])
        is_of_thousands = _THREE_DIGITS.match(self._answer, match.end()) and not _ALONE_ZERO.search(before)
        self._write("," if match[1] == "," and is_of_thousands else ".")
        self._at = match.end()

    def _skip(self) -> None:
        self._at += 1

    def _brace(self) -> None:
        self._write("(")
        self._open.append((")",))
        self._at += 1

    def _closed(self) -> None:
        if not self._open:
            raise ParseError("a brace } that nothing opens", self._at)
        text, *later = self._open.pop()
        self._write(text)
        self._at += 1
        if later:
            self._group(tuple(later))

    def _group(self, closers: tuple[str, ...]) -> None:
        """Into the group that must follow."""
        match = _OPENS_GROUP.match(self._answer, self._at)
        alone = _GROUP_OF_ONE.match(self._answer, self._at)
        if match is None and alone is not None:
            self._at = alone.end()
            self._open.append(closers)
            self._write(self._answer[self._at])
            self._closed()
            return
        if match is None:
            raise ParseError(r"expected a group in braces, as in \frac{1}{3}", self._at)
        self._open.append(closers)
        self._at = match.end()

    def _command(self, command: str, end: int) -> None:
        if command in _GROUPS:
            before, *closers = _GROUPS[command]
            degree = _DEGREE.match(self._answer, end) if command == "sqrt" else None
            if degree is not None:
                before, closers, end = "((", [f")^(1/{degree[1]}))"], degree.end()
            if command.endswith("frac"):
                self._reject_mixed(end)
            if before and command != "overline":
                self._multiplied()
            self._write(before)
            self._at = end
            self._group(tuple(closers))
        elif command in _COMMANDS:
            self._write(_COMMANDS[command])
            self._at = end
        else:
            raise ParseError(f"\\{command[:40].strip()} is not read here", self._at)

    def _reject_mixed(self, end: int) -> None:
        r"""``3\frac{1}{2}`` is three and a half to some, and a product to others."""
        whole, match = _WHOLE_ALONE.search("".join(self._written)), _FRACTION_OF_DIGITS.match(self._answer, end)
        if whole is not None and match is not None:
            number = whole[0].strip()
            above, below = (digits for digits in match.groups() if digits is not None)
            if int(above) < int(below):
                said = f"a sum or a product? Write {number}+{above}/{below} or {number}*{above}/{below}"
                raise ParseError(said, self._at)

    def _root(self, match: re.Match[str]) -> None:
        self._multiplied()
        self._write(f"sqrt({match[1]})" if match[1] else "sqrt")
        self._at = match.end()

    def _superscript(self) -> None:
        self._write("^(")
        while self._at < len(self._answer) and self._answer[self._at] in _RAISED:
            self._write(_RAISED[self._answer[self._at]])
            self._at += 1
        self._write(")")

    def _multiplied(self) -> None:
        """The sign of a product that is left out before a root or a fraction, ``2√3``."""
        if _ENDS_FACTOR.search("".join(self._written[-4:])):
            self._write("*")

    def _after_caret(self) -> bool:
        return "".join(self._written[-4:]).rstrip().endswith("^")


_WRITE: Mapping[str, Callable[[_Writer], None]] = {
    "$": _Writer._skip,
    "{": _Writer._brace,
    "}": _Writer._closed,
    **dict.fromkeys(_FRACTIONS, _Writer._fraction),
}

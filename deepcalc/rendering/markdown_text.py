r"""Words, mathematics and authors' texts as Markdown that says what was meant, and nothing else.

Mathematics is written so that Markdown leaves it alone: no ``\`` before a sign, no ``*`` or ``|``. Jupyter takes
mathematics out before it reads Markdown. GitHub reads Markdown first and protects mathematics from it only in part;
what it would still spoil goes into the delimiters that GitHub has for such formulas (``$`…`$`` and fenced ``math``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.records import record
from deepcalc.rendering.prose import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Math,
    Paragraph,
    Words,
    blocks,
    inlines,
)

_TEX = re.compile(r"\\\\\s*|\\operatorname\{(\w+)\}|\\[,;:!{}|]|[|*<`]|\]\(")
_OPERATORS = frozenset({"cos", "exp", "ln", "log", "max", "min", "sin", "tanh"})
_TEX_IN_MARKDOWN = {
    r"\,": r"\thinspace ", r"\;": r"\thickspace ", r"\:": r"\medspace ",
    r"\!": r"\negthinspace ", r"\{": r"\lbrace ", r"\}": r"\rbrace ", r"\|": r"\Vert ", "|": r"\vert ",
    "*": r"\ast ", "<": " < ", "`": "'", "](": "] (",
}  # fmt: skip
_SPOILT_BY_GITHUB = re.compile(r"(?<![A-Za-z0-9])_|\\\\(?!\n)|\\[^A-Za-z\s\\]|://|www\.")

_MARKUP = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|:(?=[\w+-]+:)")
_BEGINS_A_BLOCK = re.compile(r"^(\d+(?=[.)])|(?=[-+=#]))")
_HAIR_SPACE = "\u200a"
_ZERO_WIDTH_SPACE = "\u200b"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS = "\u200c\u200d"  # the only unseen ones that are part of words, and of emoji


@record
class Markdown:
    """One dialect of Markdown; ``guarded`` for GitHub's, where mathematics is not taken out beforehand."""

    guarded: bool

    def words(self, text: str) -> str:
        """Words that come out as they are, anywhere in a line."""
        escaped = _MARKUP.sub(lambda sign: f"\\{sign[0]}", _visible(text))
        return escaped.replace(r"\$", rf"{_ZERO_WIDTH_SPACE}\$") if self.guarded else escaped

    def math(self, latex: str) -> str:
        """A formula inside a line."""
        tex = " ".join(_left_alone(latex).split())
        if not tex:
            return ""
        return f"$`{tex}`$" if self._is_spoilt(tex) else f"${tex}$"

    def display(self, latex: str) -> str:
        """A formula in lines of its own."""
        tex = _left_alone(latex).strip()
        return f"```math\n{tex}\n```" if self._is_spoilt(tex) else f"$$\n{tex}\n$$"

    def line(self, markdown: str) -> str:
        """An author's text in a single line."""
        return self._inlines(inlines(markdown) or (Words(markdown),))

    def blocks(self, markdown: str) -> Iterator[str]:
        """The blocks of an author's text."""
        return self.written(blocks(markdown))

    def written(self, found: Iterable[Block]) -> Iterator[str]:
        for block in found:
            yield from self._block(block)

    def joined(self, pieces: Sequence[str]) -> str:
        """Pieces of a line; a hair space where a formula would touch a letter, which undoes its delimiter."""
        text = ""
        for piece in pieces:
            opens = piece.startswith("$") and (text[-1:].isalnum() or text.endswith(("-", "$")))
            closes = text.endswith("$") and piece[:1].isalnum()
            text += f"{_HAIR_SPACE}{piece}" if opens or closes else piece
        return text

    def _is_spoilt(self, tex: str) -> bool:
        return self.guarded and _SPOILT_BY_GITHUB.search(tex) is not None

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(inlines=parts):
                yield from self._paragraphs(parts)
            case Heading(inlines=parts):
                yield self._inlines((Emphasis(parts, strong=True),))
            case CodeBlock(text=text):
                fence = "`" * max(3, _longest_run(text) + 1)
                lines = map(_visible, text.rstrip().split("\n"))
                yield "\n".join([fence, *lines, fence])
            case Items(items=items, ordered=ordered):
                yield "\n".join(
                    self._item(item, f"{number}. " if ordered else "- ") for number, item in enumerate(items, start=1)
                )

    def _item(self, item: Sequence[Block], marker: str) -> str:
        """An item of a list. Its formulas stay in their lines: GitHub cannot have both sorts in one item."""
        inner = [
            at_the_start(self._inlines(block.inlines))
            if isinstance(block, Paragraph)
            else "\n\n".join(self._block(block))
            for block in item
        ]
        return marker + indent("\n\n".join(inner), " " * len(marker)).lstrip()

    def _paragraphs(self, parts: Sequence[Inline]) -> Iterator[str]:
        """A paragraph, taken apart at the formulas that stand on lines of their own."""
        run: list[Inline] = []
        for part in [*parts, None]:
            if part is not None and not (isinstance(part, Math) and part.display):
                run.append(part)
                continue
            if text := self._inlines(run).strip():
                yield at_the_start(text)
            run = []
            if part is not None and (tex := safe_latex(part.tree)).strip():
                yield self.display(tex)

    def _inlines(self, parts: Sequence[Inline]) -> str:
        return self.joined([self._inline(part) for part in parts])

    def _inline(self, part: Inline) -> str:
        match part:
            case Words(text=text):
                return self.words(text)
            case Math(tree=tree):
                return self.math(safe_latex(tree))
            case Code(text=text):
                return _code(_visible(text))
            case Emphasis(inlines=inner, strong=strong):
                return self.joined([self._emphasised(each, "**" if strong else "*") for each in inner])

    def _emphasised(self, part: Inline, mark: str) -> str:
        """One piece of emphasised text; the formulas in it stay plain, as GitHub reads none beside a mark."""
        said = self._inline(part)
        inner = said.strip()
        if isinstance(part, Math) or not inner:
            return said
        before, after = said.split(inner, 1)
        return f"{before}{mark}{inner}{mark}{after}"


GITHUB = Markdown(guarded=True)
JUPYTER = Markdown(guarded=False)


def at_the_start(text: str) -> str:
    """The text as the first of its line, where a number or a dash would begin a list."""
    return _BEGINS_A_BLOCK.sub(r"\1\\", text)


def _left_alone(latex: str) -> str:
    r"""The formula in TeX that Markdown has no meaning for; each ``\\`` ends its line, where GitHub keeps it."""

    def written(token: re.Match[str]) -> str:
        if name := token[1]:
            return f"\\{name} " if name in _OPERATORS else rf"\mathrm{{{name}}}"  # GitHub has no \operatorname
        return "\\\\\n" if token[0].startswith("\\\\") else _TEX_IN_MARKDOWN[token[0]]

    return re.sub(" {2,}", " ", _TEX.sub(written, latex))


def _code(text: str) -> str:
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text.strip() else ""


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def _visible(text: str) -> str:
    """The text on one line, without characters that are not seen, but change how the rest is read or ordered."""
    return "".join(
        character
        if character in _JOINERS or unicodedata.category(character) not in _UNSEEN
        else " "
        if character.isspace()
        else ""
        for character in text
    )

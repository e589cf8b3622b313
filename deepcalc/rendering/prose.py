"""Authors' texts: Markdown with ``$math$``, read into blocks and inlines that every format writes in its own way.

markdown-it-py reads the Markdown (HTML in it is text, links keep their words only); ``mathtext`` reads the mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepcalc.graph.quantities import Prose
from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.notation.mathtext.reading import read_math
from deepcalc.notation.mathtext.tree import MathTree
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.symbols import Symbols
from deepcalc.records import record

if TYPE_CHECKING:
    from markdown_it.token import Token

MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)*?)\$", re.DOTALL)
_MARKUP = re.compile(r"[*_`#<>\[\]\\|~&]|^\s*(?:[-+]|\d+[.)])\s|^( {4}|\t)|  $|^\s*[-=]{2,}\s*$|://", re.MULTILINE)
_PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")


@record
class Words:
    """Plain text."""

    text: str


@record
class Math:
    """A piece of mathematics; ``display`` for one on a line of its own.

    ``unicode`` is its form in a terminal, of what is no text of an author's.
    """

    tree: MathTree
    display: bool = False
    unicode: str | None = None


@record
class Code:
    text: str


@record
class Emphasis:
    inlines: tuple[Inline, ...]
    strong: bool = False


Inline = Words | Math | Code | Emphasis


@record
class Paragraph:
    inlines: tuple[Inline, ...]


@record
class Heading:
    inlines: tuple[Inline, ...]


@record
class Items:
    """A list: each item is a sequence of blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@record
class CodeBlock:
    text: str


Block = Paragraph | Heading | Items | CodeBlock


def blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a text."""
    return statement_blocks((markdown,), Symbols())


def statement_blocks(statement: Prose, symbols: Symbols) -> tuple[Block, ...]:
    """The blocks of Markdown with mathematics in it: LaTeX, and nodes, which are written with a problem's symbols."""
    math: list[Math] = []
    latex, unicode = LatexPrinter(symbols), UnicodePrinter(symbols)

    def put_aside(found: Math) -> str:
        math.append(found)
        return f"\ue000{len(math) - 1}\ue001"

    def without_math(markdown: str) -> str:
        plain = markdown.replace("\ue000", "").replace("\ue001", "")
        return MATH.sub(lambda match: put_aside(Math(read_math(match[1] or match[2]), match[1] is not None)), plain)

    text = "".join(
        without_math(piece)
        if isinstance(piece, str)
        else put_aside(Math(read_math(latex.print(piece)), unicode=unicode.print(piece)))
        for piece in statement
    )
    if not _MARKUP.search(text):
        paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))
        return tuple(Paragraph(tuple(_placed(paragraph, math))) for paragraph in paragraphs if paragraph)
    from markdown_it import MarkdownIt  # takes a while to import, and most statements are plain paragraphs

    tokens = MarkdownIt("commonmark", {"html": False}).disable("html_block").disable("html_inline").parse(text)
    return tuple(_blocks(iter(tokens), math))


def inlines(text: str) -> tuple[Inline, ...]:
    """The inlines of a single line of text: an option, an explanation."""
    return tuple(inline for block in blocks(text) if isinstance(block, Paragraph) for inline in block.inlines)


def _blocks(tokens: Iterator[Token], math: list[Math], until: str = "") -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        if token.type in ("bullet_list_open", "ordered_list_open"):
            closing = token.type.replace("open", "close")
            items = []
            for inner in tokens:
                if inner.type == closing:
                    break
                items.append(tuple(_blocks(tokens, math, "list_item_close")))
            yield Items(tuple(items), ordered=token.type.startswith("ordered"))
        elif token.type in ("fence", "code_block"):
            yield CodeBlock(_restored(token.content, math))
        elif token.type == "heading_open":
            yield Heading(_inlines(next(tokens), math))
        elif token.type == "inline":
            yield Paragraph(_inlines(token, math))


def _inlines(token: Token, math: list[Math]) -> tuple[Inline, ...]:
    stack: list[list[Inline]] = [[]]
    for child in token.children or []:
        match child.type:
            case "strong_open" | "em_open":
                stack.append([])
            case "strong_close" | "em_close":
                inner = tuple(stack.pop())
                stack[-1].append(Emphasis(inner, strong=child.type.startswith("strong")))
            case "code_inline":
                stack[-1].append(Code(_restored(child.content, math)))
            case "softbreak" | "hardbreak":
                stack[-1].append(Words(" "))
            case "text":
                stack[-1].extend(_placed(child.content, math))
    return tuple(stack[0])


def _placed(text: str, math: list[Math]) -> Iterator[Inline]:
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > position:
            yield Words(text[position : match.start()])
        yield math[int(match[1])]
        position = match.end()
    if position < len(text):
        yield Words(text[position:])


def _restored(text: str, math: list[Math]) -> str:
    return _PLACEHOLDER.sub(lambda match: safe_latex(math[int(match[1])].tree), text)

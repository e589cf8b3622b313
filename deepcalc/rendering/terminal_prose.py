"""Authors' texts in the terminal: blocks and inlines as Rich renderables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deepcalc.notation.mathtext.unicode import unicode_of
from deepcalc.rendering.prose import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Math,
    Words,
    blocks,
    inlines,
)


def text_blocks(markdown: str, indent: int) -> Iterator[RenderableType]:
    """An author's text, each block with an empty line after it."""
    return spaced(blocks(markdown), indent)


def spaced(found: Iterable[Block], indent: int) -> Iterator[RenderableType]:
    """The blocks, each with an empty line after it."""
    for block in found:
        yield Padding(_block(block), (0, 0, 1, indent))


def _block(block: Block) -> RenderableType:
    match block:
        case CodeBlock(text=text):
            return Padding(Text(text.rstrip()), (0, 0, 0, 2))
        case Items(items=items, ordered=ordered):
            grid = Table.grid(padding=(0, 1, 0, 0))
            for number, item in enumerate(items, start=1):
                grid.add_row(f"{number}." if ordered else "•", Group(*map(_block, item)))
            return grid
        case Heading(inlines=parts):
            return _inlines(parts, "bold")
    return _inlines(block.inlines)


def _inlines(parts: Sequence[Inline], style: str = "") -> Text:
    text = Text(style=style)
    for part in parts:
        match part:
            case Words(text=words) | Code(text=words):
                text.append(words)
            case Math(tree=tree, unicode=unicode):
                text.append(unicode_of(tree) if unicode is None else unicode)
            case Emphasis(inlines=inner, strong=strong):
                text.append_text(_inlines(inner, "bold" if strong else "italic"))
    return text


def text_line(markdown: str, style: str = "") -> Text:
    """An author's text in a single line."""
    return _inlines(inlines(markdown), style)

"""Authors' texts, and sentences with mathematics in them, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deepcalc.rendering import prose
from deepcalc.rendering.html_math import formula, sentence
from deepcalc.rendering.html_text import text
from deepcalc.rendering.mathml_statement import tokens_of
from deepcalc.rendering.prose import Block, Code, CodeBlock, Emphasis, Heading, Inline, Items, Math, Words


def blocks(markdown: str) -> str:
    """An author's text as paragraphs, lists and code."""
    return markup(prose.blocks(markdown))


def markup(found: Iterable[Block]) -> str:
    """Blocks one below the other."""
    return "\n".join(map(_block, found))


def inlines(markdown: str) -> str:
    """An author's text in a single line."""
    return _inlines(prose.inlines(markdown))


def _block(block: Block) -> str:
    match block:
        case CodeBlock(text=code):
            return f"<pre><code>{text(code)}</code></pre>"
        case Items(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            inside = "".join(f"<li>{''.join(map(_block, item))}</li>" for item in items)
            return f"<{tag}>{inside}</{tag}>"
        case Heading(inlines=parts):
            return f"<p><strong>{_inlines(parts)}</strong></p>"
    return f"<p>{_inlines(block.inlines)}</p>"


def _inlines(parts: Sequence[Inline]) -> str:
    return sentence("".join(map(_inline, parts)))


def _inline(inline: Inline) -> str:
    match inline:
        case Words(text=words):
            return text(words)
        case Code(text=code):
            return f"<code>{text(code)}</code>"
        case Emphasis(inlines=inner, strong=strong):
            tag = "strong" if strong else "em"
            return f"<{tag}>{_inlines(inner)}</{tag}>"
        case Math(tree=tree, display=True):
            return f'<span class="display">{formula(tokens_of(tree), display=True)}</span>'
    return formula(tokens_of(inline.tree))

r"""Text in LaTeX: whatever a file says comes out as letters; no command of an author's gets through.

What pdflatex's fonts (T1) can show stands as it is; Greek letters and the signs of mathematics become mathematics;
of other letters the base is kept (``ọ`` is o); what then is left (emoji, CJK) becomes a box.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from textwrap import wrap

from deepcalc.notation.mathtext.latex import safe_latex
from deepcalc.notation.mathtext.signs import OPERATORS
from deepcalc.notation.mathtext.tree import MathTree, Row
from deepcalc.notation.symbols import GREEK, SUBSCRIPTS, SUPERSCRIPTS
from deepcalc.rendering.latex_width import LINE, math_width
from deepcalc.rendering.prose import Block, Code, CodeBlock, Emphasis, Heading, Inline, Items, Math, Paragraph, Words
from deepcalc.rendering.prose import blocks as read_blocks
from deepcalc.rendering.prose import inlines as read_inlines

BOX = r"$\square$"
"""What stands for a character that the fonts do not have."""

SOURCE_WIDTH = 110
LONGEST_TITLE = 200
LONGEST_NOTE = 1000
_LONGEST_WORD = 40  # an unbroken run of more characters may be broken anywhere
_DEEPEST_LIST = 2  # LaTeX allows six lists in one another; questions, parts and choices are three of them

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
"""Brackets and stars stand in braces, so that none is taken for an argument of the command before it."""

_SHOWN = frozenset(
    {chr(code) for code in range(0xA1, 0x17F)} - set("\u00adĦħĸĿŀŉŦŧ") | set("ȘșȚțẞ‐‑–—‘’‚“”„†‡•…‰‹›€℃™←↑→↓")
)
_MATH = {
    **{character: latex for latex, character in OPERATORS.items() if not character.isascii()},
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    **{small: f"{{}}_{{{sign}}}" for sign, small in SUBSCRIPTS.items()},
    **{small: f"{{}}^{{{sign}}}" for sign, small in SUPERSCRIPTS.items()},
    "−": "-", "√": r"\surd", "∆": r"\Delta", "∑": r"\sum", "∏": r"\prod", "✓": r"\checkmark", "✔": r"\checkmark",
    "✗": r"\times", "✘": r"\times", "★": r"\star", "☆": r"\star",
}  # fmt: skip
_LIGATURES = re.compile(r"-(?=-)|,(?=,)|'(?=')|!(?=\\textasciigrave)|\?(?=\\textasciigrave)")
_ASCII_ONLY = re.compile(r"[A-Za-z0-9 .,:;!?()/=+'\"@-]*")


def escape(text: str) -> str:
    """The text as LaTeX that shows it: every character is a letter, a known sign, or a box."""
    plain = _ASCII_ONLY.fullmatch(text)
    escaped = text if plain else "".join(map(_character, unicodedata.normalize("NFC", text)))
    return _LIGATURES.sub(r"\g<0>{}", _with_breaks(escaped))


@cache
def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if (character.isascii() and character.isprintable()) or character in _SHOWN:
        return character
    if character in _MATH:
        return f"${_MATH[character]}$"
    if character.isspace() or unicodedata.category(character)[0] == "Z":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Mn", "Me"):
        return ""
    base = [part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)]
    shown = BOX if not base or character in base else "".join(map(_character, base))
    return BOX if BOX in shown else shown


def _with_breaks(escaped: str) -> str:
    """The text with places to break it in runs that hold no space."""
    if len(escaped) <= _LONGEST_WORD:
        return escaped
    return " ".join(_breakable(word) for word in escaped.split(" "))


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    pieces = re.findall(r"\$[^$]*\$|\\[A-Za-z]+\{\}|\\.|\{.\}|.", word)
    runs = ["".join(pieces[start : start + 12]) for start in range(0, len(pieces), 12)]
    return "\\allowbreak ".join(runs)


def cut(text: str, length: int) -> str:
    """The text in one line, cut after a word where it is longer."""
    text = " ".join(text[: 4 * length].split())
    if len(text) <= length:
        return text
    kept = text[:length]
    return f"{kept[: kept.rfind(' ')] if ' ' in kept[length // 2 :] else kept}…"


def heading(text: str) -> str:
    """A title in one line, cut where it is longer than any line of a title should be."""
    return escape(cut(text, LONGEST_TITLE))


# ---- authors' texts


def text_blocks(markdown: str) -> list[str]:
    """An author's text as paragraphs of LaTeX, lists and displays among them."""
    return blocks_latex(read_blocks(markdown))


def blocks_latex(blocks: Iterable[Block]) -> list[str]:
    return [_block(block, 0) for block in blocks]


def text_line(markdown: str) -> str:
    """An author's text that is one paragraph: an option, an explanation."""
    return paragraph(inlines_latex(read_inlines(markdown)))


def note_line(markdown: str) -> str:
    """An author's text that is to stand beside something, cut where it is longer than a paragraph."""
    return text_line(cut(markdown, LONGEST_NOTE))


def inlines_latex(inlines: Sequence[Inline]) -> str:
    return "".join(map(_inline, inlines))


def paragraph(latex: str) -> str:
    """The text in lines that an editor shows in full."""
    return "\n".join(wrap(latex, SOURCE_WIDTH, break_long_words=False, break_on_hyphens=False))


def itemize(items: Iterable[str], environment: str = "itemize") -> str:
    """A list; each item is LaTeX."""
    return "\n".join([rf"\begin{{{environment}}}", *(rf"  \item {item}" for item in items), rf"\end{{{environment}}}"])


def _block(block: Block, depth: int) -> str:
    match block:
        case Items(items=items, ordered=ordered):
            written = ["\n\n".join(_block(inner, depth + 1) for inner in item) for item in items]
            if depth < _DEEPEST_LIST:
                return itemize(written, "enumerate" if ordered else "itemize")
            return "\n\n".join(rf"$\bullet$ {item}" for item in written)
        case CodeBlock(text=text):
            lines = [_code_line(line) for line in text.rstrip().splitlines()]
            return "\n".join([r"\begin{flushleft}\ttfamily\small", "\\\\\n".join(lines), r"\end{flushleft}"])
        case Heading(inlines=inlines):
            return rf"\textbf{{{paragraph(inlines_latex(inlines))}}}"
        case Paragraph(inlines=inlines):
            return "\n".join(_paragraph_lines(inlines))


def _paragraph_lines(inlines: Sequence[Inline]) -> Iterator[str]:
    run: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Math) and inline.display and math_width(safe_latex(inline.tree)) < LINE:
            yield from filter(None, [paragraph(inlines_latex(run))])
            yield rf"\[ {safe_latex(inline.tree)} \]"
            run = []
        else:
            run.append(inline)
    yield from filter(None, [paragraph(inlines_latex(run))])


def _code_line(line: str) -> str:
    stripped = line.lstrip()
    return "~" * (len(line) - len(stripped)) + paragraph(escape(stripped)) or r"\mbox{}"


def _inline(inline: Inline) -> str:
    match inline:
        case Words(text=text):
            return escape(text)
        case Code(text=text):
            return rf"\texttt{{{escape(text)}}}"
        case Emphasis(inlines=inner, strong=strong):
            return rf"\{'textbf' if strong else 'emph'}{{{inlines_latex(inner)}}}"
        case Math(tree=tree):
            return _inline_math(tree)


def _inline_math(tree: MathTree) -> str:
    latex = safe_latex(tree)
    if math_width(latex) > LINE / 2 and isinstance(tree, Row):
        parts = (safe_latex(part) for part in tree.parts)
        latex = "\\allowbreak\n".join(part if math_width(part) < LINE else r"\dots " for part in parts)
    return f"${latex}$" if latex.strip() else ""

"""Text that is safe inside HTML: escaped, and without characters that would change how other text reads."""

from __future__ import annotations

import re
from html import escape

# C0 and C1 controls, marks and overrides of direction, noncharacters and lone surrogates (which no encoding can write)
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
    "|[\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """The text without control characters."""
    return _HARMFUL.sub("", text)


def text(words: str) -> str:
    """The words as HTML, in an element or in an attribute."""
    return escape(harmless(words))

"""LaTeX → its tokens: commands, numbers and single characters."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_TOKEN = re.compile(rf"{_COMMAND.pattern}|\d+(?:\.\d+)?|[^\\]", re.DOTALL)


def latex_tokens(latex: str) -> list[str]:
    """The tokens of the text in the order in which they are read off its end: the first one is the last."""
    return _TOKEN.findall(latex)[::-1]


def command_at(text: str, position: int) -> str | None:
    r"""The command that begins at a place of the text: ``\frac``, ``\,``; None where none does."""
    match = _COMMAND.match(text, position)
    return None if match is None else match[0]

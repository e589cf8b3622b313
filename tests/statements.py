"""Statements as a terminal shows them, on one line."""

from __future__ import annotations

from deepcalc.cli.output import plain_text
from deepcalc.rendering.terminal_prose import text_line


def printed(markdown: str) -> str:
    """The text with its mathematics in Unicode."""
    paragraphs = (plain_text(text_line(paragraph), 2000).strip() for paragraph in markdown.strip().split("\n\n"))
    return "\n".join(paragraphs)

"""Templates of kinds whose comments list the rows of a table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 110


def with_choices(template: str, **choices: Iterable[str]) -> str:
    """The template with each line ``# {name}`` written out as a comment that lists the choices of that name."""
    for name, rows in choices.items():
        listed = textwrap.wrap(" | ".join(rows), WIDTH, initial_indent="#   ", subsequent_indent="#   ")
        template = template.replace(f"# {{{name}}}", "\n".join(listed))
    return template

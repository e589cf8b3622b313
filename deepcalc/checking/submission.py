"""A student's answers in a file: YAML, ``name: value``; lists are vectors or choices, mappings are matchings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deepcalc.errors import UsageError
from deepcalc.problem.source import LARGEST_FILE, read_source


def read_answers(path: Path) -> dict[str, str]:
    """The answers in the file by name, as text.

    ``UsageError`` where the file cannot be read, ``InvalidProblem`` where it is no YAML mapping.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    return {str(name): _text(value) for name, value in read_source(str(path), raw).data.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        return "; ".join(f"{left}={_text(right)}" for left, right in value.items())
    return str(value)

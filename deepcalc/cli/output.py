"""What the commands print, and where: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deepcalc.errors import DeepcalcError, InvalidProblem, LocatedFault, UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PLAIN_WIDTH = 100
"""Columns where there is no terminal to ask."""

NARROWEST, WIDEST = 40, 120


def console() -> Console:
    """The console of standard output: as wide as the terminal, up to 120 columns; plain text without one."""
    from rich.console import Console

    made = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    asked = os.environ.get("COLUMNS", "")
    width = made.width if made.is_terminal or asked.isdigit() else PLAIN_WIDTH
    made.width = min(max(width, NARROWEST), WIDEST)
    return made


def plain_text(renderable: RenderableType, width: int = PLAIN_WIDTH) -> str:
    """The renderable as text without colours."""
    from io import StringIO

    from rich.console import Console

    made = Console(file=StringIO(), width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with made.capture() as capture:
        made.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def print_line(text: str) -> None:
    """A line of a result."""
    sys.stdout.write(f"{text}\n")


def complain(error: DeepcalcError) -> None:
    """An error, with the line and a caret for each fault of a file."""
    if isinstance(error, InvalidProblem):
        for fault in error.faults:
            sys.stderr.write(f"{_located(fault)}\n")
    else:
        sys.stderr.write(f"error: {error}\n")


def exit_code(error: DeepcalcError) -> int:
    """2 for wrong usage, 1 for something wrong with what was given."""
    return 2 if isinstance(error, UsageError) else 1


def _located(fault: LocatedFault) -> str:
    place = fault.place
    head = f"error: {place}: {fault.message}"
    if not place.text.strip():
        return head
    number = str(place.line)
    line = "".join(" " if ord(character) < 32 else character for character in place.text)
    start = max(0, place.column - 60)
    shown = line[start : start + 100]
    caret = " " * (place.column - 1 - start) + "^"
    return f"{head}\n  {number} | {shown}\n  {' ' * len(number)} | {caret}"


def write_file(path: Path, text: str) -> None:
    """The text in the file, all of it or none: written beside it first, then moved."""
    import tempfile

    folder = path.parent
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current

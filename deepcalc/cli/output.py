"""What the commands print, and where: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from deepcalc.errors import DeepcalcError, InvalidProblem, LocatedFault, UsageError
from deepcalc.files import write_file as write_file

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PLAIN_WIDTH = 100
"""Columns where there is no terminal to ask."""

NARROWEST, WIDEST = 40, 120

_LONGEST_MESSAGE = 800


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

    made = Console(
        file=StringIO(),
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        color_system=None,
        force_terminal=False,
    )
    with made.capture() as capture:
        made.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def print_rendered(render: Callable[[int], RenderableType]) -> None:
    """What is rendered for a width: in colour at a terminal, else as plain text."""
    target = console()
    if target.is_terminal:
        target.print(render(target.width))
    else:
        sys.stdout.write(plain_text(render(target.width), target.width))


def print_line(text: str) -> None:
    """A line of a result."""
    sys.stdout.write(f"{text}\n")


def complain(error: DeepcalcError) -> None:
    """An error, with the line and a caret for each fault of a file."""
    if isinstance(error, InvalidProblem):
        for fault in error.faults:
            sys.stderr.write(f"{_located(fault)}\n")
    else:
        sys.stderr.write(f"error: {_harmless(str(error))}\n")


def advise(message: str) -> None:
    """A piece of advice, on standard error: nothing is wrong."""
    sys.stderr.write(f"advice: {message}\n")


def exit_code(error: DeepcalcError) -> int:
    """2 for wrong usage, 1 for something wrong with what was given."""
    return 2 if isinstance(error, UsageError) else 1


def _located(fault: LocatedFault) -> str:
    place = fault.place
    head = f"error: {_harmless(f'{place}: {fault.message}')}"
    if not place.text.strip():
        return head
    number = str(place.line)
    line = "".join(" " if character == "\t" else character for character in place.text)
    start = max(0, place.column - 60)
    shown = _harmless(line[start : start + 100])
    caret = " " * _columns(line[start : place.column - 1]) + "^"
    return f"{head}\n  {number} | {shown}\n  {' ' * len(number)} | {caret}"


def _harmless(text: str) -> str:
    """The text, of bounded length, without characters that steer a terminal."""
    kept = "".join("\ufffd" if _is_steering(character) else character for character in text)
    return kept if len(kept) <= _LONGEST_MESSAGE else f"{kept[: _LONGEST_MESSAGE - 1]}…"


def _is_steering(character: str) -> bool:
    return category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character != "\u200d"


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if east_asian_width(each) in "WF" else 0 if category(each) in ("Mn", "Me") else 1 for each in text)

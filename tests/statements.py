"""Statements as a terminal shows them."""

from __future__ import annotations

from rich.console import Group

from deepcalc.cli.output import plain_text
from deepcalc.problem.problem import Problem
from deepcalc.rendering.prose import statement_blocks
from deepcalc.rendering.terminal_prose import spaced
from deepcalc.solution.document import Solution


def printed(found: Problem | Solution) -> str:
    """The statement with its mathematics in Unicode, each block on a line."""
    symbols = found.symbols if isinstance(found, Solution) else found.plan.symbols
    text = plain_text(Group(*spaced(statement_blocks(found.statement, symbols), 0)), 2000)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())

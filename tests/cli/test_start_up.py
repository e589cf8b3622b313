"""What a command leaves alone: importing it would take longer than the command itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deepcalc.kinds import find_kinds

RUN = """\
import sys, typer
already = {*sys.modules}
from deepcalc.cli.app import run
run()
print(*(name for name in sys.modules if name not in already), file=sys.stderr)
"""
"""A command, and what it has imported; old versions of Typer import Rich themselves."""

SOLVERS = ("deepcalc.notation", "deepcalc.graph", "deepcalc.rules", "deepcalc.plan")
OTHER_KINDS = tuple(f"deepcalc.kinds.{name}" for name in find_kinds().builtin if name != "network")
MARKING = ("deepcalc.checking", "deepcalc.kinds.network.slips", "deepcalc.graph.points")
ARRAYS = (
    "numpy",
    "deepcalc.graph.floats",
    "deepcalc.graph.pull_backs",
    "deepcalc.graph.sizes",
    "deepcalc.kinds.network.matrix.graph",
    "deepcalc.notation.operations",
)
DOCUMENTS = ("markdown_it", "rich.markdown", "pygments", "deepcalc.rendering.latex", "deepcalc.rendering.html")
HEAVY = ("sympy", "mpmath", "numpy", "pydantic", "rich", "importlib.metadata", "asyncio")
SOLVING = (*OTHER_KINDS, *MARKING, *ARRAYS, *DOCUMENTS, "asyncio")

LEFT_ALONE = {
    "--help": (*HEAVY, *SOLVERS, "yaml"),
    "--version": (*HEAVY, *SOLVERS, "yaml"),
    "solve --help": ("sympy", "mpmath", "numpy", "pydantic", "deepcalc.graph", "deepcalc.cli.course"),
    "list": (*HEAVY, "deepcalc.graph", "deepcalc.kinds", "deepcalc.cli.solving"),
    "solve relu-2-2-2": (*SOLVING, "deepcalc.cli.course"),
    "solve relu-2-2-2 --format json": (*SOLVING, "rich"),
}


@pytest.mark.parametrize("command", LEFT_ALONE)
def test_what_is_not_imported(command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", RUN, *command.split()], capture_output=True, text=True, timeout=300, check=True
    )
    assert run.stdout
    imported = run.stderr.split()
    assert "deepcalc.cli.app" in imported
    assert [name for name in imported if name.startswith(LEFT_ALONE[command])] == []

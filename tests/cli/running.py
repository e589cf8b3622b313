"""The command line, run inside the test's process: what it writes, and its exit code."""

from __future__ import annotations

import gc
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from deepcalc.cli.app import run

SCRIPT = str(Path(sys.executable).with_name("deepcalc"))


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def deepcalc(*arguments: object, stdin: str = "", columns: int | None = None, **variables: str) -> Outcome:
    """One run with standard streams of its own, none of them a terminal."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    environment = {
        name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    }
    if columns is not None:
        environment["COLUMNS"] = str(columns)
    environment.update(variables)
    with (
        patch.object(sys, "argv", ["deepcalc", *map(str, arguments)]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")),
        patch.object(sys, "stdout", out),
        patch.object(sys, "stderr", err),
        patch.dict(os.environ, environment, clear=True),
    ):
        try:
            code = run()
        finally:
            gc.enable()
    return Outcome(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def done(*arguments: object, stdin: str = "", columns: int | None = None, **variables: str) -> str:
    """What a run prints that goes well: nothing but advice to standard error."""
    outcome = deepcalc(*arguments, stdin=stdin, columns=columns, **variables)
    complaints = [line for line in outcome.err.splitlines() if not line.startswith("advice: ")]
    assert (outcome.code, complaints) == (0, [])
    return outcome.out


def refused(code: int, *arguments: object, stdin: str = "") -> str:
    """What a run complains of: nothing goes to standard output."""
    outcome = deepcalc(*arguments, stdin=stdin)
    assert (outcome.code, outcome.out) == (code, ""), outcome
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err
    return outcome.err

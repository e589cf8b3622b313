"""Broken files give every error at once, each at its place, in no time; and never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.solver import solve
from tests.problem.broken_files import BROKEN, Broken
from tests.quick import at_once

KINDS = find_kinds()
DEEPCALC = Path(sys.executable).with_name("deepcalc")
LONGEST = 10.0  # seconds: a hang, not a slow machine
NOT_OUR_WORDS = re.compile(r"Input should|valid (dictionary|list|string)|validation error|[Tt]raceback|dict\[|list\[")


def names(cases: list[Broken]) -> list[str]:
    return [case.name for case in cases]


def test_the_table_is_one_of_different_files() -> None:
    assert len(BROKEN) >= 150
    assert len(set(names(BROKEN))) == len(BROKEN)
    assert len(IN_A_PROCESS) == len(NAMES_IN_A_PROCESS)
    assert {case.raw.partition(b"\n")[0] for case in BROKEN} >= {f"kind: {kind}".encode() for kind in KINDS}


@pytest.mark.parametrize("broken", BROKEN, ids=names(BROKEN))
def test_every_error_is_told_at_its_place(broken: Broken) -> None:
    def refused() -> InvalidProblem:
        with pytest.raises(InvalidProblem) as caught:
            solve(load_text(broken.raw, "exam.yaml", KINDS))
        return caught.value

    told = at_once(refused)
    faults = told.faults
    assert [(fault.place.line, fault.place.column) for fault in faults] == broken.expected, str(told)
    assert len(faults) == len(broken.said)
    for fault, said in zip(faults, broken.said, strict=True):
        assert said in fault.message
        assert not NOT_OUR_WORDS.search(fault.message)
        assert fault.place.file == "exam.yaml"


def at_the_command_line(path: Path, raw: bytes) -> subprocess.CompletedProcess[str]:
    path.write_bytes(raw)
    return subprocess.run([DEEPCALC, "solve", str(path)], capture_output=True, text=True, timeout=300, check=False)


NAMES_IN_A_PROCESS = {
    "a tab", "a Python object", "an alias bomb", "10 MB", "100 KB of [", "UTF-16", "several errors", "code", "9**9**9",
    "logarithm of 0", "a thousand million units", "a kernel larger than its input",
}  # fmt: skip
IN_A_PROCESS = [case for case in BROKEN if case.name in NAMES_IN_A_PROCESS]


@pytest.mark.parametrize("broken", IN_A_PROCESS, ids=names(IN_A_PROCESS))
def test_the_command_points_at_the_place(broken: Broken, tmp_path: Path) -> None:
    path = tmp_path / "my exam.yaml"
    start = os.times()
    done = at_the_command_line(path, broken.raw)
    end = os.times()
    assert end.children_user + end.children_system - start.children_user - start.children_system < LONGEST
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    errors = re.findall(rf"^error: {re.escape(str(path))}:(\d+):(\d+): ", done.stderr, re.MULTILINE)
    assert [(int(line), int(column)) for line, column in errors] == broken.expected


def test_the_caret_stands_under_the_character(tmp_path: Path) -> None:
    path = tmp_path / "exam.yaml"
    done = at_the_command_line(path, "kind: formula\ngiven: {x: 1}\ndefine: {日本: 2, f: x + $}".encode())
    lines = done.stderr.splitlines()
    assert lines[3:] == [
        f"error: {path}:3:24: unexpected character '$'",
        "  3 | define: {日本: 2, f: x + $}",
        "    |" + " " * 26 + "^",  # 日 and 本 take two columns each
    ]


def test_text_that_steers_a_terminal_is_not_printed(tmp_path: Path) -> None:
    done = at_the_command_line(tmp_path / "exam.yaml", b'kind: formula\n"\\e[31m\\u202e": 1\ngiven: {}\ndefine: {f: 1}')
    assert "unknown field" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr

"""README.md is true: its commands are run, and print what it says.

``UPDATE_GOLDEN=1`` writes the outputs into README.md instead; read the difference before you commit it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deepcalc.cli.commands import COMMANDS
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.expectations import unmet_expectations
from deepcalc.solution.solver import solve

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXAMPLE = re.compile(r"```console\n\$ (?P<command>.+)\n(?P<output>(?:.*\n)*?)```")
FENCED = re.compile(r"```(?P<language>\w+)\n(?P<text>(?:.*\n)*?)```")


def run(command: str) -> str:
    """What a command prints, as in a shell without colours."""
    python = f"{sys.executable} -c 'from deepcalc.cli.app import main; main()'"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", f'deepcalc() {{ {python} "$@"; }}; {command} 2>&1'],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n") + "\n"


def examples() -> list[re.Match[str]]:
    return list(EXAMPLE.finditer(README.read_text(encoding="utf-8")))


@pytest.mark.parametrize("command", [match["command"] for match in examples()])
def test_an_example_prints_what_the_readme_says(command: str) -> None:
    output = run(command)
    text = README.read_text(encoding="utf-8")
    match = next(match for match in examples() if match["command"] == command)
    if os.environ.get("UPDATE_GOLDEN"):
        README.write_text(text[: match.start("output")] + output + text[match.end("output") :], encoding="utf-8")
    else:
        assert match["output"] == output


def test_the_problem_file_of_the_readme_solves_and_meets_its_figures() -> None:
    text = next(
        match["text"] for match in FENCED.finditer(README.read_text(encoding="utf-8")) if match["language"] == "yaml"
    )
    problem = load_text(text.encode(), "readme.yaml", find_kinds())
    assert solve(problem).points == 9
    assert unmet_expectations(problem) == []


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`deepcalc {command}" in text


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    commands = [line for match in FENCED.finditer(README.read_text("utf-8")) for line in match["text"].splitlines()]
    (test_command,) = [line for line in commands if "pytest" in line]
    assert test_command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_installed_command_solves_from_any_folder(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("deepcalc")
    assert script.exists(), "the package is installed beside the interpreter that runs the tests"
    done = subprocess.run([script, "solve", "relu-2-2-2"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "w₂₁⁺ = 0.65" in done.stdout

"""Commands are made when they are called: help, mistyped names, completion and defaults are as if they stood there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from deepcalc.cli.commands import COMMANDS
from tests.cli.running import done, refused


def test_the_help_lists_every_command_with_the_first_sentence_of_its_own() -> None:
    listed = done("--help").partition("Commands:\n")[2]
    for name in COMMANDS:
        own = " ".join(done(name, "--help").partition("\n\n")[2].partition(".")[0].split())
        (line,) = (line for line in listed.splitlines() if line.startswith(f"  {name} "))
        assert line.split(maxsplit=1)[1].rstrip(".") in own


@pytest.mark.parametrize(("typed", "meant"), [("slove", "solve"), ("exprot", "export"), ("kind", "kinds")])
def test_a_mistyped_command_is_answered_by_the_nearest(typed: str, meant: str) -> None:
    assert f"'{meant}'" in refused(2, typed)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("deepcalc s", ["solve", "show", "schema"]),
        ("deepcalc solve --ca", ["--carry"]),
        ("deepcalc solve relu-2-2", ["relu-2-2-2"]),
        ("deepcalc kinds netw", ["network"]),
    ],
)
def test_completion(words: str, found: list[str]) -> None:
    asked = {"_DEEPCALC_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    run = subprocess.run(
        [sys.executable, "-c", "from deepcalc.cli.app import main; main()"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.stdout.split() == found


def test_what_is_given_is_converted_and_what_is_not_is_the_default() -> None:
    parts = json.loads(done("solve", "relu-2-2-2", "--format", "json", "--places", "3", "--part", "b"))["parts"]
    assert [part["id"] for part in parts] == ["b"]
    assert len(json.loads(done("solve", "relu-2-2-2", "--format", "json"))["parts"]) == 3
    assert done("list", "--level", "1", "--by", "level").startswith("level 1\n")
    assert "'--level'" in refused(2, "list", "--level", "4")
    assert "unexpected" in refused(2, "kinds", "network", "loss")

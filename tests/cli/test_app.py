"""What holds for every command: help, exit codes, streams, light starts, plug-ins."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import time
from importlib.metadata import EntryPoint, version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deepcalc.kinds.registry import GROUP
from tests.cli.running import SCRIPT, deepcalc, done, refused

MINE = """\
from deepcalc.kinds import Kind, find_kinds
formula = find_kinds()["formula"]
KIND = Kind("mine", "a kind of mine", formula.fields, formula.build, formula.template.replace("formula", "mine"))
"""


def commands_in_help() -> list[str]:
    _, _, listed = done("--help").partition("Commands:\n")
    return re.findall(r"^  (\w+) {2,}\S", listed, re.MULTILINE)


def test_the_commands() -> None:
    assert {"solve", "quick", "list", "show", "validate", "kinds", "new", "schema"} <= {*commands_in_help()}


@pytest.mark.parametrize("command", commands_in_help())
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help_with_an_example(command: str, option: str) -> None:
    text = done(command, option)
    usage, _, rest = text.partition("\n\n")
    assert usage.startswith(f"Usage: deepcalc {command} ")
    assert re.match(r"  [A-Z][^.]{10,}\.\n", rest), "a sentence on what the command does"
    assert f"Example:  deepcalc {command} " in text
    options = re.findall(r"^  (?:-\w, )?--[\w-]+(?: <?[^ ]+>?)?(.*)", text, re.MULTILINE)
    assert options


@pytest.mark.parametrize("command", ["list", "kinds", "solve", "quick"])
def test_the_examples_of_the_help_run(command: str) -> None:
    (example,) = re.findall(rf"Example:  deepcalc ({command} .*)", done(command, "--help"))
    assert done(*shlex.split(example))


def test_version() -> None:
    assert done("--version") == f"deepcalc {version('deepcalc')}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], "nope"),
        (["solve"], "PROBLEM"),
        (["quick"], "KIND"),
        (["quick", "loss"], "NAME=VALUE"),
        (["new"], "KIND"),
        (["solve", "relu-2-2-2", "--nope"], "--nope"),
        (["solve", "relu-2-2-2", "--format", "xml"], "xml"),
        (["solve", "relu-2-2-2", "--detail", "more"], "more"),
        (["solve", "relu-2-2-2", "--carry", "half"], "half"),
        (["solve", "relu-2-2-2", "--places", "-1"], "expected 0 to 30 digits, found -1"),
        (["solve", "relu-2-2-2", "--places", "31"], "expected 0 to 30 digits, found 31"),
        (["solve", "relu-2-2-2", "--significant", "0"], "expected 1 to 30 digits, found 0"),
        (["solve", "relu-2-2-2", "--places", "2", "--significant", "2"], "not both"),
        (["solve", "relu-2-2-2", "--part", "z"], "no part `z`; the parts are a, b, c"),
        (["solve", "relu-2-2-2", "--set", "learning_rate"], "--set takes NAME=VALUE, not `learning_rate`"),
        (["solve", "relu-2-2-3"], "did you mean `relu-2-2-2`?"),
        (["solve", "none.yaml"], "cannot read none.yaml: No such file or directory"),
        (["solve", "."], "cannot read .: Is a directory"),
        (["solve", "relu-2-2-2", "-o", "nowhere/x.txt"], "cannot write nowhere/x.txt: No such file or directory"),
        (["show", "relu-2-2-3"], "did you mean `relu-2-2-2`?"),
        (["validate", "none.yaml"], "cannot read none.yaml"),
        (["quick", "los", "x=1"], "unknown kind `los` (did you mean `loss`?)"),
        (["quick", "loss", "function"], "quick takes NAME=VALUE, not `function`"),
        (["new", "netwrok"], "(did you mean `network`?)"),
        (["kinds", "netwrok"], "(did you mean `network`?)"),
        (["schema", "netwrok"], "(did you mean `network`?)"),
        (["list", "--kind", "netwrok"], "(did you mean `network`?)"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], message: str) -> None:
    assert message in refused(2, *arguments)


@pytest.mark.parametrize("command", ["solve", "show", "validate"])
def test_an_invalid_file_exits_with_1(command: str) -> None:
    assert "<stdin>:1:7: unknown kind `netwrok`" in refused(1, command, "-", stdin="kind: netwrok")


def test_no_arguments_give_the_help() -> None:
    outcome = deepcalc()
    assert "Usage: deepcalc" in outcome.out + outcome.err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["list"], ["list", "--kind", "network"]], ids=str)
def test_light_commands_import_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    code = (
        "import sys; from deepcalc.cli.app import run; sys.argv[1:] = sys.argv[2:]\n"
        "run()\n"
        "print(*{'sympy', 'numpy'} & {*sys.modules}, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "", *arguments], capture_output=True, text=True, timeout=300, check=True
    )
    assert run.stdout
    assert run.stderr.strip() == ""


class TestProcesses:
    """What only a process of its own can show."""

    def test_a_reader_that_has_seen_enough(self) -> None:
        with subprocess.Popen([SCRIPT, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            assert run.stdout is not None
            assert run.stderr is not None
            run.stdout.close()
            assert run.stderr.read() == b""

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
    def test_a_full_disk(self) -> None:
        with open("/dev/full", "w") as full:
            run = subprocess.run([SCRIPT, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert run.returncode == 1
        assert run.stderr == "error: cannot write the output: No space left on device\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="no signals")
    def test_an_interrupt(self) -> None:
        def heed_interrupts() -> None:  # which a shell's background jobs are started without
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        with subprocess.Popen(
            [SCRIPT, "solve", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_interrupts
        ) as run:
            time.sleep(3)
            run.send_signal(signal.SIGINT)
            assert run.wait(timeout=20) == 130
            assert run.stderr is not None
            assert b"Traceback" not in run.stderr.read()


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that works, and some that do not."""
    mine = ModuleType("plugin_of_mine")
    exec(MINE, mine.__dict__)
    mine.__dict__["NO_KIND"] = 3
    monkeypatch.setitem(sys.modules, "plugin_of_mine", mine)
    found = [
        EntryPoint("mine", "plugin_of_mine:KIND", GROUP),
        EntryPoint("absent", "plugin_that_is_not_there:KIND", GROUP),
        EntryPoint("empty", "plugin_of_mine:NOTHING", GROUP),
        EntryPoint("number", "plugin_of_mine:NO_KIND", GROUP),
    ]

    def entry_points(**wanted: Any) -> list[EntryPoint]:
        return [entry for entry in found if entry.group == wanted.get("group")]

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)


@pytest.mark.usefixtures("plug_ins")
class TestPlugIns:
    def test_a_plug_in_adds_a_kind(self) -> None:
        assert "mine            a kind of mine" in deepcalc("kinds").out
        assert '"const": "mine"' in done("schema", "mine")
        template = done("new", "mine")
        assert "f = q·z" in done("solve", "-", stdin=template)
        assert "f = x + y" in done("quick", "mine", "given.x=1", "given.y=2", "define.f=x + y")

    def test_broken_plug_ins_are_told_by_their_names_and_break_nothing(self) -> None:
        outcome = deepcalc("kinds")
        assert outcome.code == 0
        assert "network" in outcome.out
        assert outcome.err.splitlines() == [
            "error: the plug-in plugin_that_is_not_there (kind `absent`) fails to load: "
            "No module named 'plugin_that_is_not_there'",
            "error: the plug-in plugin_of_mine (kind `empty`) fails to load: "
            "module 'plugin_of_mine' has no attribute 'NOTHING'",
            "error: the plug-in plugin_of_mine (kind `number`) is a int, not a Kind",
        ]
        assert "fails to load" in refused(1, "new", "absent")
        assert "<stdin>:1:7: the plug-in" in refused(1, "solve", "-", stdin="kind: absent")
        assert done("list")
        assert done("solve", "relu-2-2-2")

    def test_the_schema_of_all_kinds_leaves_broken_plug_ins_out(self) -> None:
        outcome = deepcalc("schema")
        assert outcome.code == 0
        assert '"const": "mine"' in outcome.out
        assert outcome.err.count("error: the plug-in") == 3

"""solve and quick: problems, parts, options, formats, files."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from rich.cells import cell_len

from deepcalc.kinds import find_kinds
from tests.cli.running import deepcalc, done, refused
from tests.library import ONE_OF_EACH_KIND, PATHS, exported, on_terminal

FORMULA = "kind: formula\ngiven: {x: 1, y: 3}\ndefine: {f: x/y}\n"
BROKEN = "kind: formula\ngiven: {x: 1}\ndefine: {f: x $ 2}\n"


def test_a_problem_is_a_name_a_path_or_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "my problem.yaml"
    path.write_bytes(PATHS["relu-2-2-2"].read_bytes())
    by_name = done("solve", "relu-2-2-2")
    assert done("solve", "network/relu-2-2-2") == by_name
    assert done("solve", path) == by_name
    assert done("solve", "-", stdin=path.read_text(encoding="utf-8")) == by_name
    assert "w₂₁⁺" in by_name


def test_several_problems_are_solved_as_far_as_they_can_be() -> None:
    outcome = deepcalc("solve", "three-gates", "-", "l1-penalty", stdin=BROKEN)
    assert outcome.code == 1
    assert outcome.out == done("solve", "three-gates") + done("solve", "l1-penalty")
    assert outcome.err.startswith("error: <stdin>:3:15: unexpected character '$'\n  3 | ")
    assert deepcalc("solve", "three-gates", "nothing").code == 2


def test_a_part_alone() -> None:
    text = done("solve", "relu-2-2-2", "--part", "a", "-p", "c")
    assert "Part (a)" in text
    assert "Part (b)" not in text
    assert "Part (c)" in text


def test_detail() -> None:
    values, brief, steps, full = (
        len(done("solve", "relu-2-2-2", "--detail", each).splitlines()) for each in ("values", "brief", "steps", "full")
    )
    assert values < brief < steps <= full


def test_answers_alone_as_json() -> None:
    whole = json.loads(done("solve", "relu-2-2-2", "--format", "json"))
    alone = json.loads(done("solve", "relu-2-2-2", "--format", "json", "--detail", "values"))
    assert [part["answers"] for part in alone["parts"]] == [part["answers"] for part in whole["parts"]]
    assert not any(part["steps"] for part in alone["parts"])


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], "0.3333"),
        (["--places", "2"], "0.33"),
        (["--significant", "6"], "0.333333"),
        (["--places", "0"], "0, 3"),
        (["--carry", "rounded"], "0.3333"),
    ],
)
def test_rounding(options: list[str], shown: str) -> None:
    solution = json.loads(done("solve", "-", "--format", "json", *options, stdin=FORMULA))
    assert solution["parts"][0]["answers"][0]["shown"].startswith(shown)


def test_what_if() -> None:
    options = ["--format", "json", "--set", "x=2", "--set", "given.y=4"]
    assert json.loads(done("solve", "-", *options, stdin=FORMULA))["parts"][0]["answers"][0]["value"] == 0.5
    assert "--set:1:3: expected a number" in refused(1, "solve", "-", "--set", "x=a", stdin=FORMULA)
    assert "did you mean `given`?" in refused(2, "solve", "-", "--set", "givn=1", stdin=FORMULA)
    assert "give the whole path" in refused(2, "solve", "relu-2-2-2", "--set", "find=o1")


class TestJson:
    """The contract of `solve --format json`."""

    def test_every_problem_has_a_line(self) -> None:
        sheets = [exported(name, "json") for name in ONE_OF_EACH_KIND]
        assert done("solve", *ONE_OF_EACH_KIND, "--format", "json") == "".join(sheets)
        assert all(sheet.count("\n") == 1 for sheet in sheets)

    @pytest.mark.parametrize("name", PATHS)
    def test_the_keys_are_those_of_the_contract(self, name: str) -> None:
        solution = json.loads(exported(name, "json"))
        assert list(solution) == ["problem", "title", "kind", "points", "parts"]
        for part in solution["parts"]:
            assert list(part) == ["id", "points", "answers", "steps"]
            for answer in part["answers"]:
                in_letters = answer["value"] is None and answer["exact"] is not None
                more = ["shape"] if in_letters else []
                assert list(answer) == ["name", "asked", "value", "exact", "shown", *more]
                assert isinstance(answer["value"], int | float | list | str | dict | None)
            for step in part["steps"]:
                assert list(step) == [
                    "name", "section", "formula", "substituted", "terms", "value", "exact", "shown", "note",
                ]  # fmt: skip
                assert isinstance(step["value"], int | float | list | None)

    def test_names_are_long_ones(self) -> None:
        solution = json.loads(done("solve", "relu-2-2-2", "-f", "json"))
        assert [answer["name"] for part in solution["parts"] for answer in part["answers"]] == [
            "o1",
            "o2",
            "L",
            "w21@1",
        ]
        assert solution["points"] == 9


class TestOutput:
    def test_a_file_holds_what_would_be_printed(self, tmp_path: Path) -> None:
        path = tmp_path / "out.txt"
        assert done("solve", "relu-2-2-2", "three-gates", "-o", path) == ""
        assert path.read_text(encoding="utf-8") == done("solve", "relu-2-2-2", "three-gates")
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600

    def test_a_file_stays_as_it_is_when_something_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "out.json"
        path.write_text("before", encoding="utf-8")
        refused(1, "solve", "three-gates", "-", "-f", "json", "-o", path, stdin=BROKEN)
        assert path.read_text(encoding="utf-8") == "before"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_place_that_cannot_be_written_to(self, tmp_path: Path) -> None:
        assert "is a directory" in refused(2, "solve", "three-gates", "-o", tmp_path)
        assert "cannot write" in refused(2, "solve", "three-gates", "-o", tmp_path / "none" / "out.txt")


@pytest.mark.parametrize("name", PATHS)
def test_a_page_narrower_than_sheets_are_made_for_breaks_what_may_break(name: str) -> None:
    width = 40
    for line in on_terminal(name, width).splitlines():
        assert line == line.rstrip()
        assert cell_len(line) <= width or not re.search(r"\S [+·=≈−] \S", line[width // 2 :]), line


def test_the_command_prints_the_sheets_of_the_whole_library() -> None:
    sheets = done("solve", *PATHS, columns=40)
    for name in PATHS:
        assert on_terminal(name, 40).strip() in sheets, name


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_the_command_prints_the_sheet_for_the_width_of_the_terminal(name: str) -> None:
    for width in (40, 100):
        assert done("solve", name, columns=width) == on_terminal(name, width)


@pytest.mark.parametrize(
    "command", [["solve", "relu-2-2-2"], ["show", "relu-2-2-2"], ["kinds", "loss"], ["list"]], ids=str
)
def test_without_a_terminal_there_are_no_codes(command: list[str]) -> None:
    text = done(*command)
    assert "\x1b" not in text
    assert not re.search(r" $", text, re.MULTILINE)
    assert done(*command, NO_COLOR="1") == text


class TestQuick:
    def test_a_formula(self) -> None:
        text = done("quick", "formula", "f=(x+y)*z", "x=-2", "y=5", "z=-4")
        assert "f = (x + y)·z" in text
        assert "= −12" in text

    def test_a_saved_problem_solves_to_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "quick.yaml"
        for kind, pairs in {
            "formula": ["f=(x+y)*z", "x=-2", "y=5", "z=-4", "rounding.places=2"],
            "convolution": ["input=32x32x32", "conv.filters=8", "conv.kernel=6", "conv.stride=2", "conv.padding=1"],
            "loss": ["function=mse", "targets=[3, -0.5]", "predictions=[2.5, 0.0]", "title=a: b"],
            "batching": ["samples=100", "batch_size=30"],
            "activation": ["function=tanh", "at={z1: 0.5}"],
        }.items():
            path.unlink(missing_ok=True)
            printed = json.loads(done("quick", kind, *pairs, "-f", "json", "--save", path))
            again = json.loads(done("solve", path, "-f", "json"))
            assert {**again, "problem": printed["problem"]} == printed
            assert f"{path}: valid" in done("validate", path)

    def test_nothing_is_saved_when_something_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "quick.yaml"
        assert "f has no value: division by zero" in refused(1, "quick", "formula", "f=1/x", "x=0", "--save", path)
        assert not path.exists()

    def test_errors_point_into_the_yaml_that_the_pairs_stand_for(self) -> None:
        error = refused(1, "quick", "loss", "function=msee", "targets=1", "predictions=1")
        assert re.search(r"error: quick:\d:11: expected mse, .*\(did you mean `mse`\?\)", error)


@pytest.mark.parametrize("kind", list(find_kinds()))
def test_every_shipped_kind_is_solved_by_its_template(kind: str) -> None:
    assert done("solve", "-", stdin=done("new", kind))

"""Errors as they are shown: the place, the line, a caret, and nothing that steers a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepcalc.cli.output import complain, write_file
from deepcalc.errors import InvalidProblem, LocatedFault, Place, UsageError


def shown(place: Place, message: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    complain(InvalidProblem([LocatedFault(place, message)]))
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_the_line_and_a_caret(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(Place("a.yaml", 12, 5, "f: (x"), "expected ')'", capsys) == [
        "error: a.yaml:12:5: expected ')'",
        "  12 | f: (x",
        "     |     ^",
    ]


def test_a_line_that_is_empty_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(Place("a.yaml", 1, 1, ""), "the file is empty", capsys) == ["error: a.yaml:1:1: the file is empty"]


def test_of_a_long_line_the_part_around_the_place_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    _, line, caret = shown(Place("a.yaml", 1, 5000, "x" * 4999 + "$"), "unexpected character", capsys)
    assert len(line) < 120
    assert line[caret.index("^")] == "$"


@pytest.mark.parametrize(("before", "columns"), [("日本", 4), ("e\u0301", 1), ("\t", 1), ("é", 1)])
def test_the_caret_stands_under_the_character(before: str, columns: int, capsys: pytest.CaptureFixture[str]) -> None:
    caret = shown(Place("a.yaml", 1, len(before) + 1, f"{before}$"), "wrong", capsys)[2]
    assert caret == "    | " + " " * columns + "^"


@pytest.mark.parametrize("steering", ["\x1b[31m", "\r", "\x07", "\x9b", "\u202e", "\u2066", "\x7f"])
def test_what_steers_a_terminal_is_replaced(steering: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(shown(Place(f"a{steering}.yaml", 1, 1, f"x{steering}"), f"unknown `{steering}`", capsys))
    complain(UsageError(f"no file `{steering}`"))
    assert not {*steering} - {*"[31m"} & {*text, *capsys.readouterr().err}


def test_a_message_is_of_bounded_length(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = shown(Place("a.yaml", 1, 1, ""), "x" * 100_000, capsys)
    assert len(line) < 1000


def test_a_file_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    path.chmod(0o640)
    write_file(path, "after é")
    assert path.read_text(encoding="utf-8") == "after é"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_file(tmp_path / "none" / "out.txt", "text")
    assert list(tmp_path.iterdir()) == []

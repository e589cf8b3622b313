"""Answers in a YAML file, as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepcalc.checking.submission import read_answers
from deepcalc.errors import InvalidProblem, UsageError


def test_every_value_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("o1: 0.650\nw21+: 1/6\nshape: 15x15x8\np: [0.1, .9]\ncurves: {A: 0.4, B: 2e-5}\nL:\n'no': yes\n")
    assert read_answers(path) == {
        "o1": "0.650", "w21+": "1/6", "shape": "15x15x8", "p": "0.1; .9", "curves": "A=0.4; B=2e-5", "L": "",
        "no": "yes",
    }  # fmt: skip


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_answers(tmp_path / "none.yaml")


@pytest.mark.parametrize("text", ["- 1\n- 2\n", "{", "a: 1\na: 2\n"])
def test_what_is_no_mapping_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(text)
    with pytest.raises(InvalidProblem, match=r"answers\.yaml"):
        read_answers(path)

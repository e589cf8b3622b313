"""``deepcalc export``: a document to hand out, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deepcalc.cli import exporting
from deepcalc.errors import DeepcalcError, UsageError
from deepcalc.rendering.formats import FORMATS, ExportFormat, ExportOptions
from tests.cli.running import done, refused


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.md", "# Backpropagation"),
        ("a.ipynb", '{\n "cells"'),
        ("a.json", '{"problem"'),
        ("a.html", "<!DOCTYPE html>"),
        ("a.tex", r"\documentclass"),
    ],
)
def test_the_ending_says_the_format(tmp_path: Path, name: str, begins: str) -> None:
    assert done("export", "relu-2-2-2", "-o", tmp_path / name) == ""
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_text_goes_to_standard_output_without_a_file() -> None:
    sheet = done("export", "relu-2-2-2", "--format", "markdown")
    assert sheet.startswith("# Backpropagation through a ReLU network\n")


def test_a_dash_is_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert done("export", "l1-penalty", "-f", "md", "-o", "-") == done("export", "l1-penalty", "-f", "md")
    assert done("solve", "l1-penalty", "-f", "json", "-o", "-") == done("solve", "l1-penalty", "-f", "json")
    assert "needs a file" in refused(2, "export", "l1-penalty", "-f", "pdf", "-o", "-")
    assert "`-` stands for standard output" in refused(2, "quick", "formula", "y=2*x", "x=3", "--save", "-")
    assert not list(tmp_path.iterdir())


def test_several_problems_make_one_document(tmp_path: Path) -> None:
    done("export", "l1-penalty", "l2-penalty", "--title", "Penalties", "-o", tmp_path / "a.ipynb")
    cells = json.loads((tmp_path / "a.ipynb").read_text(encoding="utf-8"))["cells"]
    assert cells[0]["source"] == ["# Penalties"]
    lines = done("export", "l1-penalty", "l2-penalty", "-f", "json").splitlines()
    assert [json.loads(line)["problem"] for line in lines] == ["l1-penalty", "l2-penalty"]


def test_a_problem_is_read_from_standard_input() -> None:
    problem = "{kind: formula, title: Sum, given: {x: 1, y: 2}, define: {s: x + y}, parts: [{find: s}]}"
    assert "**Answer:** $s = 3$" in done("export", "-", "-f", "md", stdin=problem)


def test_the_options_of_solve_hold() -> None:
    what_if = done("export", "relu-2-2-2", "-f", "json", "--part", "c", "--set", "optimizer.learning_rate=0.5")
    (part,) = json.loads(what_if)["parts"]
    assert part["answers"][0]["value"] == 1.25
    rounded = done("export", "softmax-classifier", "-f", "md", "--places", "2", "--detail", "brief")
    assert r"$p_{1} \approx 0.59$" in rounded


def test_a_question_paper_has_no_answers() -> None:
    paper = done("export", "dropout-statements", "-f", "md", "--blank")
    assert "- [ ] **a**" in paper
    assert "[x]" not in paper


class _Refused(DeepcalcError):
    pass


def _failing(error: DeepcalcError) -> ExportFormat:
    def write(solutions: object, options: ExportOptions) -> bytes:
        raise error

    return ExportFormat("pdf", (".pdf",), write, frozenset(), binary=True)


@pytest.mark.parametrize(("error", "code"), [(_Refused("! Undefined control sequence"), 1), (UsageError("no TeX"), 2)])
def test_a_failed_export_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: DeepcalcError, code: int
) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(exporting, "choose_format", lambda name, path: _failing(error))
    assert str(error) in refused(code, "export", "l1-penalty", "-o", path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_one_problem_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "sheet.md"
    path.write_text("old")
    complaint = refused(2, "export", "l1-penalty", "no-such-problem", "l2-penalty", "also-none", "-o", path)
    assert "no-such-problem" in complaint
    assert "also-none" in complaint
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "pdf"], "pdf needs a file to be written to: -o FILE.pdf"),
        ([], "say in which format"),
        (["-f", "markdwon"], "did you mean `markdown`?"),
        (["-o", "sheet.doc"], "the ending `.doc` of sheet.doc says no format"),
        (["-f", "json", "--blank"], "`blank` means nothing for json"),
        (["-f", "tex", "--fragment", "--title", "Exam"], "a fragment has no title"),
        (["-f", "md", "--fragment"], "`fragment` means nothing for markdown"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], message: str) -> None:
    assert message in refused(2, "export", "l1-penalty", *arguments)


def test_the_help_names_every_format_and_has_an_example() -> None:
    text = " ".join(done("export", "--help").split())
    assert all(each.name in text for each in FORMATS)
    assert "Example: deepcalc export relu-2-2-2" in text

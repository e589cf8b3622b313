"""``deepcalc mark``: a table of submissions in, marks, sheets and a summary out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from deepcalc.cli.feedback import file_names
from tests.cli.running import deepcalc, done, refused

HEAD = "student,o1,o2,L,w21+\n"
ANN = "ann,0,-1.5,2.5,0.65\n"
BOB = "bob,0,-1.5,2.5,0.35\n"  # the gradient added: 0.5 + 0.1*(-1.5)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    path = tmp_path / "submissions.csv"
    path.write_text(HEAD + ANN + BOB)
    return path


def marks_in(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_marks_go_to_the_file_and_a_summary_to_standard_output(course: Path, tmp_path: Path) -> None:
    out = done("mark", "relu-2-2-2", course, "-o", tmp_path / "marks.csv")
    marks = marks_in(tmp_path / "marks.csv")
    assert [(row["score"], row["out_of"], row["w21@1 verdict"]) for row in marks.values()] == [
        ("9", "9", "correct"), ("4", "9", "wrong"),
    ]  # fmt: skip
    assert "2 students marked" in out
    assert ["(c)", "2.50", "5", "50%", "1", "(50%)"] in [line.split() for line in out.splitlines()]
    assert ["gradient-added", "w21@1", "1"] in [line.split() for line in out.splitlines()]


def test_entries_are_named_as_the_problem_counts(tmp_path: Path) -> None:
    problem, table = tmp_path / "entries.yaml", tmp_path / "submissions.csv"
    problem.write_text(
        "kind: formula\ncount_from: 0\ngiven: {X: [[1, 2], [3, 4]], W: [[1, 0.5], [-1, 2]]}\n"
        "define: {Z: X @ W}\nparts: [{find: [Z.0.1, Z.1.1]}]\n"
    )
    table.write_text("student,Z.0.1,Z.1.1,Z.1.0\nann,4.5,9.5,-1\nbob,-1,9.5,3\n")
    done("mark", problem, table, "-o", tmp_path / "marks.csv")
    verdicts = [
        [row[f"{name} verdict"] for name in ("Z.0.1", "Z.1.1", "Z.1.0")]
        for row in marks_in(tmp_path / "marks.csv").values()
    ]
    assert verdicts == [["correct"] * 3, ["wrong", "correct", "wrong"]]
    assert "2 of 2 points in all" in done("practice", problem, "--part", "a", stdin="4.5\n9.5\n")


def test_rows_that_cannot_be_read_cost_no_other(course: Path, tmp_path: Path) -> None:
    course.write_text(HEAD + "eve,0\n" + ANN + ANN + ",1,1,1,1\n" + BOB)
    outcome = deepcalc("mark", "relu-2-2-2", course, "-o", tmp_path / "marks.csv")
    assert (outcome.code, list(marks_in(tmp_path / "marks.csv"))) == (1, ["ann", "bob"])
    for complaint in (":2:1: the row has 2 cells", ":4:1: the student `ann` is in line 3", ":5:1: the row says no"):
        assert f"error: {course}{complaint}" in outcome.err
    assert "2 students marked" in outcome.out


def test_an_unknown_column_is_named_with_the_nearest_and_nothing_is_written(course: Path, tmp_path: Path) -> None:
    course.write_text("student,o1,h33\nann,0,2\n")
    assert "did you mean `h3`?" in refused(1, "mark", "relu-2-2-2", course, "-o", tmp_path / "marks.csv")
    assert list(tmp_path.iterdir()) == [course]


def test_each_student_gets_a_sheet(course: Path, tmp_path: Path) -> None:
    done("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv", "--feedback", tmp_path / "new" / "sheets")
    sheets = tmp_path / "new" / "sheets"
    assert sorted(path.name for path in sheets.iterdir()) == ["ann.txt", "bob.txt"]
    bob = (sheets / "bob.txt").read_text(encoding="utf-8")
    assert bob.startswith("Backpropagation through a ReLU network\nbob · 4 of 9 points\n\nPart (a) · 3 of 3 points\n")
    assert "  w₂₁⁺  0.35  ✗ wrong (0/5)\n        expected 0.65; consistent with" in bob
    assert max(map(len, bob.splitlines())) <= 100


def test_sheets_can_keep_the_right_answers_back(course: Path, tmp_path: Path) -> None:
    done("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv", "--feedback", tmp_path, "--hide-expected")
    assert "expected" not in (tmp_path / "bob.txt").read_text(encoding="utf-8")


def test_an_override_wins_in_marks_and_sheet_and_its_file_is_left_alone(course: Path, tmp_path: Path) -> None:
    overrides = tmp_path / "overrides.csv"
    overrides.write_text("student,part,score,reason\nbob,c,2.5,sign only\n")
    options = ("-o", tmp_path / "m.csv", "--feedback", tmp_path, "--overrides", overrides)
    assert "3.75" in done("mark", "relu-2-2-2", course, *options)
    bob = marks_in(tmp_path / "m.csv")["bob"]
    assert (bob["score"], bob["c score"], bob["c override"], bob["c reason"]) == ("6.5", "0", "2.5", "sign only")
    sheet = (tmp_path / "bob.txt").read_text(encoding="utf-8")
    assert "bob · 6.5 of 9 points" in sheet
    assert "Part (c) · 2.5 of 5 points\n  set by the marker: sign only\n" in sheet
    assert overrides.read_text() == "student,part,score,reason\nbob,c,2.5,sign only\n"


def test_an_override_of_nobody_is_told_and_the_marks_are_written(course: Path, tmp_path: Path) -> None:
    overrides = tmp_path / "overrides.csv"
    overrides.write_text("student,part,score,reason\nbab,c,2.5,\n")
    outcome = deepcalc("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv", "--overrides", overrides)
    assert outcome.code == 1
    assert f"{overrides}:2:1: no student `bab` (did you mean `bob`?)" in outcome.err
    assert marks_in(tmp_path / "m.csv")["bob"]["score"] == "4"


@pytest.mark.parametrize("table", ["submissions.csv", "overrides.csv"])
def test_what_is_read_is_not_written_over(course: Path, tmp_path: Path, table: str) -> None:
    overrides = tmp_path / "overrides.csv"
    overrides.write_text("student,part,score,reason\n")
    before = (tmp_path / table).read_bytes()
    complaint = refused(2, "mark", "relu-2-2-2", course, "-o", tmp_path / table, "--overrides", overrides)
    assert "write the marks to another file" in complaint
    assert (tmp_path / table).read_bytes() == before


def test_a_decimal_comma_goes_with_semicolons(course: Path, tmp_path: Path) -> None:
    course.write_text((HEAD + ANN).replace(",", ";").replace(".", ","), encoding="utf-8-sig")
    done("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv", "--decimal-comma")
    assert marks_in(tmp_path / "m.csv")["ann"]["score"] == "9"


def test_an_id_is_never_a_formula_in_the_table(course: Path, tmp_path: Path) -> None:
    course.write_text(HEAD + ANN.replace("ann", "=cmd()"))
    done("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv")
    assert list(marks_in(tmp_path / "m.csv")) == ["'=cmd()"]


def test_the_problem_may_come_from_standard_input(course: Path, tmp_path: Path) -> None:
    problem = "{kind: formula, title: Sum, given: {x: 1, y: 2}, define: {s: x + y}, parts: [{find: s}]}"
    course.write_text("id,s\nann,3\n")
    done("mark", "-", course, "-o", tmp_path / "m.csv", stdin=problem)
    assert marks_in(tmp_path / "m.csv")["ann"]["score"] == "1"


def test_a_shape_with_commas_stands_in_quotes(course: Path, tmp_path: Path) -> None:
    course.write_text('id,shape1\nann,15x15x8\nbob,"(15, 15, 8)"\n')
    done("mark", "conv-eight-filters", course, "-o", tmp_path / "m.csv")
    assert {row["shape1 verdict"] for row in marks_in(tmp_path / "m.csv").values()} == {"correct"}


def test_a_bar_is_shown_on_standard_error_at_a_terminal_only(course: Path, tmp_path: Path) -> None:
    outcome = deepcalc("mark", "relu-2-2-2", course, "-o", tmp_path / "m.csv", FORCE_COLOR="1")
    assert "Marking" in outcome.err
    assert "Marking" not in outcome.out


def test_a_directory_that_is_not_there_is_told_first(course: Path, tmp_path: Path) -> None:
    assert "there is no directory" in refused(2, "mark", "relu-2-2-2", course, "-o", tmp_path / "none" / "m.csv")


def test_a_table_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert "cannot read" in refused(2, "mark", "relu-2-2-2", tmp_path / "none.csv", "-o", tmp_path / "m.csv")


# ---- file names


@pytest.mark.parametrize("student", ["../../etc/passwd", "/root", "..", ".", "a/b", "a\\b", "C:x", ".hidden", "a\x00b"])
def test_no_id_leads_out_of_the_directory(student: str) -> None:
    name = file_names([student])[student]
    assert not set(name) & set("/\\:\x00")
    assert not name.startswith(".")


@pytest.mark.parametrize(
    "students",
    [
        ["a/b", "a_b", "a:b"],
        ["Ann", "ann", "ANN"],
        ["é", "e\u0301"],
        ["x" * 100, "x" * 101],
        ["nul", "_nul"],
        ["...", ".", "_"],
    ],
)
def test_no_two_students_share_a_file(students: list[str]) -> None:
    names = file_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)


def test_plain_ids_are_the_names() -> None:
    assert file_names(["s0123", "Zoë.K-2"]) == {"s0123": "s0123.txt", "Zoë.K-2": "Zoë.K-2.txt"}


def test_a_name_does_not_depend_on_the_order() -> None:
    one, other = file_names(["a/b", "a:b", "c"]), file_names(["c", "a:b", "a/b"])
    assert one == other


def test_a_made_name_takes_no_students_own() -> None:
    made = file_names(["a/b", "a:b"])["a/b"].removesuffix(".txt")
    names = file_names(["a/b", "a:b", made])
    assert len(set(names.values())) == 3
    assert names[made] == f"{made}.txt"


@pytest.mark.parametrize("student", ["con", "NUL", "Com1", "lpt9", "aux.x"])
def test_no_file_is_called_as_a_device(student: str) -> None:
    assert file_names([student])[student].startswith("_")

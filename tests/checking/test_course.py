"""A whole course: tables read and written, submissions, overrides, and marks for all of them in order."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from fractions import Fraction
from functools import partial

import pytest

from deepcalc.checking.course import marking
from deepcalc.checking.course.marking import NotMarked, mark_all
from deepcalc.checking.course.marksheet import StudentMark, marks_table, summary
from deepcalc.checking.course.overrides import Override, overrides_in
from deepcalc.checking.course.submissions import Submissions, submissions_in
from deepcalc.checking.course.tables import escaped, table_of, table_text
from deepcalc.checking.document import Mark
from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.problem.library import find
from deepcalc.problem.loader import load
from deepcalc.problem.problem import Problem
from tests.checking.marking import marker
from tests.library import problem

F = Fraction
POINTS = {"a": F(3), "b": F(1), "c": F(5)}  # as relu-2-2-2 says


def relu() -> Problem:
    return load(find("relu-2-2-2"), find_kinds())


def submitted(text: str) -> Submissions:
    return submissions_in(table_of(text.encode(), "s.csv"), problem("relu-2-2-2").plan)


def messages(faults: object) -> list[str]:
    return [f"{fault.place.line}: {fault.message}" for fault in faults]  # type: ignore[attr-defined]


# ---- tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_read_however_a_spreadsheet_wrote_it(delimiter: str, ending: str, mark: str) -> None:
    lines = [("student", "o1"), ("Åsa", '" 1 "')]
    text = mark + ending.join(delimiter.join(cells) for cells in lines)
    table = table_of(text.encode(), "s.csv")
    assert (table.head.cells, [row.cells for row in table.rows]) == (("student", "o1"), [("Åsa", "1")])


def test_a_decimal_comma_stands_in_a_cell_of_its_own() -> None:
    assert table_of(b"id;o1;L\nx;0,65;2,5\n", "s.csv").rows[0].cells == ("x", "0,65", "2,5")


def test_a_cell_may_have_several_lines_and_the_rows_after_it_keep_theirs() -> None:
    table = table_of(b'id,o1\na,"1\n2"\n\nb\n', "s.csv")
    assert [row.cells for row in table.rows] == [("a", "1\n2")]
    assert messages(table.faults) == ["5: the row has 1 cells, and the table 2 columns"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b'b,"1', "a quotation mark is never closed"),
        (b"b,1,2", "the row has 3 cells, and the table 2 columns"),
        (b"b,\xff", "not in UTF-8"),
        (b"b," + b"1" * 200_000, "a cell is too long"),
    ],
)
@pytest.mark.parametrize("after", [b"c,3\n", b'c,3\nd,"4"\n'])
def test_a_row_that_cannot_be_read_costs_no_other(row: bytes, message: str, after: bytes) -> None:
    table = table_of(b"id,o1\na,1\n" + row + b"\n" + after, "s.csv")
    assert [fault.place.line for fault in table.faults] == [3]
    assert message in table.faults[0].message
    assert [read.cells[0] for read in table.rows] == ["a", *(["c", "d"] if b"d" in after else ["c"])]


@pytest.mark.parametrize("text", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_table_is_told_so(text: bytes) -> None:
    with pytest.raises(InvalidProblem, match="the table is empty"):
        table_of(text, "s.csv")


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-A1", "@x", "\tx", "\rx", "=HYPERLINK(1)", "-1-2", "+"])
def test_a_formula_is_written_as_text(cell: str) -> None:
    assert escaped(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1.5", "+2", "-.5", "1e-8", "-2E+5", "", "s1", "a=b", "−1.5"])
def test_numbers_and_words_are_written_as_they_are(cell: str) -> None:
    assert escaped(cell) == cell


def test_the_head_of_a_table_is_escaped_too() -> None:
    assert table_text(["=x", "y"], [["-1", 'a "b", c']]) == '\'=x,y\n-1,"a ""b"", c"\n'


# ---- submissions


def test_columns_are_answers_in_any_form_of_their_names() -> None:
    found = submitted("id,o1,w21+,dL/dw21\nann,0,0.65,-1.5\nbob,,1,\n")
    assert found.names == ("o1", "w21@1", "dL/dw21")
    answers = [(each.student, dict(each.answers)) for each in found.submissions]
    assert answers == [("ann", {"o1": "0", "w21@1": "0.65", "dL/dw21": "-1.5"}), ("bob", {"w21@1": "1"})]


@pytest.mark.parametrize("head", ["number,o1,L", "o1,ID,L", "o1,L,Student"])
def test_the_ids_are_in_the_first_column_or_in_one_that_says_so(head: str) -> None:
    cells = ["7" if name in ("number", "ID", "Student") else "0" for name in head.split(",")]
    (only,) = submitted(f"{head}\n{','.join(cells)}\n").submissions
    assert (only.student, set(only.answers)) == ("7", {"o1", "L"})


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("id,o1,h11", "did you mean `h1@1`?"),
        ("id,o1,o1", "`o1` has a column already"),
        ("id,w21+,w21@1", "`w21@1` has a column already"),
        ("id,o1,", "column 3 has no name"),
        ("id,w21", "is given in the problem"),
        ("o1,L", "no column says the student: `o1` is an answer"),
    ],
)
def test_a_column_that_is_no_answers_is_an_error(head: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        submitted(f"{head}\n")
    assert message in str(caught.value)


def test_all_such_columns_are_told_at_once_each_with_its_place() -> None:
    with pytest.raises(InvalidProblem) as caught:
        submitted("id,email,o1,group\n")
    assert [fault.place.column for fault in caught.value.faults] == [4, 13]


def test_a_student_is_needed_and_counts_once() -> None:
    found = submitted("id,o1\nann,0\n,1\nann,2\n,\nbob,3\n")
    assert [(each.student, each.answers["o1"]) for each in found.submissions] == [("ann", "0"), ("bob", "3")]
    assert messages(found.faults) == ["3: the row says no student", "4: the student `ann` is in line 2 already"]


# ---- overrides


def overridden(text: str, decimal_comma: bool = False) -> tuple[object, list[str]]:
    found = overrides_in(table_of(text.encode(), "o.csv"), ["ann", "bob"], POINTS, decimal_comma)
    return found.by_student, messages(found.faults)


def test_an_override_says_student_part_score_and_reason_in_any_order() -> None:
    text = "reason,part,score,student\nneat,c,4.5,ann\n,a,0,ann\n"
    assert overridden(text) == ({"ann": {"c": Override(F(9, 2), "neat"), "a": Override(F(0), "")}}, [])


def test_its_score_may_have_a_decimal_comma() -> None:
    found, _faults = overridden("student;part;score;reason\nann;c;4,5;\n", decimal_comma=True)
    assert found == {"ann": {"c": Override(F(9, 2), "")}}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("anne,a,1,", "no student `anne` (did you mean `ann`?)"),
        ("ann,d,1,", "no part `d`; the parts are a, b, c"),
        ("ann,a,3.5,", "3.5 points are more than the part has, 3"),
        ("ann,a,-1,", "`-1` is no number of points"),
        ("ann,a,1e999999999,", "`1e999999999` is no number of points"),
        ("bob,a,1,", "part a of `bob` has an override already"),
    ],
)
def test_an_override_that_cannot_be_counts_for_nothing(row: str, message: str) -> None:
    found, faults = overridden(f"student,part,score,reason\nbob,a,2,\n{row}\n")
    assert (found, faults) == ({"bob": {"a": Override(F(2), "")}}, [f"3: {message}"])


def test_overrides_need_their_columns() -> None:
    with pytest.raises(InvalidProblem, match="no column `reason`; there are to be student, part, score, reason"):
        overridden("student,part,score\n")


# ---- marking

RIGHT = {"o1": "0", "o2": "-1.5", "L": "2.5", "w21@1": "0.65"}


def scores(outcomes: list[Mark | NotMarked]) -> list[object]:
    return [outcome.score if isinstance(outcome, Mark) else outcome.reason for outcome in outcomes]


def test_marks_come_in_the_order_of_the_students() -> None:
    told: list[int] = []
    course = [RIGHT, {}, {"L": "2.5"}, RIGHT, {"o1": "0"}]
    assert scores(mark_all(relu, course, advance=told.append)) == [9, 0, 1, 9, F(3, 2)]
    assert sum(told) == 5


def test_the_same_answers_are_marked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    marked: list[Mapping[str, str]] = []
    real = Marker.mark

    def counted(self: Marker, answers: Mapping[str, str], *, decimal_comma: bool) -> Mark:
        marked.append(answers)
        return real(self, answers, decimal_comma=decimal_comma)

    monkeypatch.setattr(Marker, "mark", counted)
    mark_all(relu, [RIGHT] * 50 + [{"L": "2"}])
    assert marked == [RIGHT, {"L": "2"}]


def test_what_goes_wrong_with_one_students_answers_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Marker.mark

    def failing(self: Marker, answers: Mapping[str, str], *, decimal_comma: bool) -> Mark:
        if answers.get("o1") == "boom":
            raise RecursionError("too deep")
        return real(self, answers, decimal_comma=decimal_comma)

    monkeypatch.setattr(Marker, "mark", failing)
    outcomes = mark_all(relu, [{"o1": "boom"}, {"no": "name"}, RIGHT])
    assert scores(outcomes) == [
        "internal error, a bug in deepcalc: RecursionError: too deep",
        "no answer has the name `no`; there are h1, h2, h3, h4, o1, o2, L, delta_o1 and 61 more",
        9,
    ]


def test_several_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    course = [{"o1": "0", "L": f"2.{digits}"} for digits in range(10, 50)]
    alone = mark_all(relu, course, cores=1)
    monkeypatch.setattr(marking, "FEW", 0)
    assert mark_all(partial(load, find("relu-2-2-2"), find_kinds()), course, cores=2) == alone


def test_a_decimal_comma_is_read_where_it_is_said() -> None:
    assert scores(mark_all(relu, [{"L": "2,5"}], decimal_comma=True)) == [1]
    assert scores(mark_all(relu, [{"L": "2,5"}])) == [0]


# ---- what comes of it


def student(name: str, answers: Mapping[str, str], **overrides: Override) -> StudentMark:
    return StudentMark(name, marker("relu-2-2-2").mark(answers), overrides)


def rows(marks: list[StudentMark], answers: list[str], overridden: bool) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(marks_table(marks, list(POINTS), {name: name for name in answers}, overridden)))
    )


def test_a_row_has_scores_verdicts_and_messages() -> None:
    (row,) = rows([student("ann", {"o1": "0.7", "o2": "-1.5", "L": "2.045", "h1": "2"})], [*RIGHT, "h1"], False)
    message = row.pop("o1 message")
    assert row == {
        "student": "ann", "score": "2.5", "out_of": "9", "a score": "1.5", "b score": "1", "c score": "0",
        "o1 verdict": "wrong", "o2 verdict": "correct", "o2 message": "",
        "L verdict": "follow_through", "L message": "right with your o1",
        "w21@1 verdict": "missing", "w21@1 message": "", "h1 verdict": "correct", "h1 message": "",
    }  # fmt: skip
    assert "expected" not in message


def test_an_override_wins_and_is_kept_apart() -> None:
    marks = [student("ann", RIGHT, c=Override(F(1, 2), "=copied")), student("bob", {})]
    ann, bob = rows(marks, [*RIGHT], True)
    assert (ann["c score"], ann["c override"], ann["c reason"], ann["score"]) == ("5", "0.5", "'=copied", "4.5")
    assert (bob["c score"], bob["c override"], bob["c reason"], bob["score"]) == ("0", "", "", "0")


def test_an_intermediate_result_that_a_student_left_out_is_missing() -> None:
    (row,) = rows([student("ann", {})], ["h1"], False)
    assert row["h1 verdict"] == "missing"


def test_the_summary_counts_parts_and_slips() -> None:
    # w21+ = 0.5 + 0.1*(-1.5): the gradient added
    wrong = {**RIGHT, "w21@1": "0.35"}
    course = summary([student("a", RIGHT), student("b", wrong), student("c", wrong, c=Override(F(5), ""))])
    assert [(part.id, part.mean, part.out_of, part.full) for part in course.parts] == [
        ("a", F(3), F(3), 3), ("b", F(1), F(1), 3), ("c", F(10, 3), F(5), 2),
    ]  # fmt: skip
    assert (("w21@1", "gradient-added"), 2) in course.slips
    assert course.students == 3


def test_the_summary_of_nobody_is_empty() -> None:
    assert (summary([]).students, summary([]).parts) == (0, ())

"""What if: fields set otherwise, and what a loaded problem holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load, load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve

KINDS = find_kinds()
TEXT = b"kind: formula\ngiven: {x: 2, y: 3}\ndefine: {f: x*y, g: f + x}\nparts: [{id: a, find: f}, {id: b, find: g}]"


def changed(**changes: str) -> Problem:
    return load_text(TEXT, "exam.yaml", KINDS, {name.replace("__", "."): value for name, value in changes.items()})


def first_value(problem: Problem) -> int:
    return int(solve(problem).parts[0].answers[0].values[0])


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, 6),
        ({"x": "5"}, 15),
        ({"given__x": "5"}, 15),
        ({"given__x": "5", "y": "-1"}, -5),
        ({"f": "x + y"}, 5),
        ({"given": "{x: 1, y: 1}"}, 1),
        ({"parts__0__find": "g"}, 8),
    ],
)
def test_a_field_is_set_by_its_path_or_by_a_name_that_occurs_once(changes: dict[str, str], value: int) -> None:
    assert first_value(changed(**changes)) == value


def test_a_field_that_the_file_leaves_out_can_be_set() -> None:
    assert changed(title="What if").title == "What if"
    assert changed(rounding="{places: 2}").rounding.format.places == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("find", "there are several such fields, parts.0.find, parts.1.find; give the whole path"),
        ("gven", "there is no such field (did you mean `given`?)"),
        ("learning_rate", "there is no such field; the fields are kind, given, define, parts"),
        ("given__q", "there is no such field"),
    ],
)
def test_a_field_that_is_not_meant_clearly(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        changed(**{name: "1"})
    assert message in str(caught.value)


def test_a_wrong_change_is_told_at_the_change() -> None:
    with pytest.raises(InvalidProblem) as caught:
        changed(given__x="one")
    (fault,) = caught.value.faults
    assert str(fault.place) == "--set:1:9"
    assert fault.place.text == "given.x=one"
    with pytest.raises(UsageError, match="not valid YAML"):
        changed(given="{x: 1")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "none.yaml", "No such file or directory")):
        with pytest.raises(UsageError, match=reason):
            load(path, KINDS)


def test_a_problem_without_a_title_has_the_name_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "two-gates.yaml"
    path.write_bytes(TEXT)
    problem = load(path, KINDS)
    assert (problem.id, problem.title) == ("two-gates", "Two gates")


def test_every_error_of_the_names_is_told_at_once() -> None:
    text = TEXT.replace(b"find: f", b"find: h").replace(b"find: g", b"find: [g, dg/dh]") + b"\nexpected: {k: 1}"
    with pytest.raises(InvalidProblem) as caught:
        load_text(text, "exam.yaml", KINDS)
    assert [fault.place.line for fault in caught.value.faults] == [4, 4, 5]

"""YAML 1.2 with places: what is a number, what is text, and where each value stands."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from deepcalc.errors import InvalidProblem
from deepcalc.notation.typed import NumberText
from deepcalc.problem.source import LOADER, Source, read_source
from tests.library import PATHS


def value_of(text: str) -> Any:
    return read_source("exam.yaml", f"value: {text}".encode()).data["value"]


@pytest.mark.parametrize("text", ["0", "-1", "+1", "1.5", ".5", "5.", "1e-8", "1E5", "-1.5e+3", "007"])
def test_numbers_keep_their_text(text: str) -> None:
    value = value_of(text)
    assert isinstance(value, NumberText)
    assert value == text


@pytest.mark.parametrize(("text", "number"), [("0xff", "255"), ("0o17", "15")])
def test_other_bases_are_made_decimal(text: str, number: str) -> None:
    assert value_of(text) == number
    assert isinstance(value_of(text), NumberText)


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "y", "1_000", "1:30", "2024-01-01", "'1'", '"1"', "1e", "e5", "w21+"]
)
def test_what_is_no_number_under_yaml_1_2_is_text(text: str) -> None:
    value = value_of(text)
    assert isinstance(value, str)
    assert not isinstance(value, NumberText)
    assert value == text.strip("'\"")


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("False", False), ("", None), ("~", None), ("null", None), ("[]", []), ("{}", {})],
)
def test_other_values(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["\ufeffkind: x", "kind: x\r\n", "---\nkind: x\n...\n", "%YAML 1.2\n---\nkind: x\n"])
def test_what_editors_put_around_a_file(text: str) -> None:
    assert read_source("exam.yaml", text.encode()).data == {"kind": "x"}


def test_aliases_stand_for_their_values() -> None:
    source = read_source("exam.yaml", b"a: &row [1, 2]\nb: *row")
    assert source.data["b"] == source.data["a"] == ["1", "2"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_lines_end_as_yaml_says(end: str) -> None:
    place = read_source("exam.yaml", f"a: 1{end}b: [1, x]{end}".encode()).place(("b", 1))
    assert (place.line, place.column, place.text) == (2, 8, "b: [1, x]")


class TestPlaces:
    source: Source = read_source("exam.yaml", b"a: 1\nb:\n  - c: x\n    d: {e: 2}\n")

    def test_of_a_value_and_of_its_key(self) -> None:
        assert str(self.source.place(("b", 0, "d", "e"))) == "exam.yaml:4:12"
        assert str(self.source.place(("b", 0, "d", "e"), of_key=True)) == "exam.yaml:4:9"

    def test_of_what_is_not_there_are_those_of_what_is_around_it(self) -> None:
        assert str(self.source.place(("b", 0, "nothing", "here"))) == "exam.yaml:3:5"
        assert str(self.source.place(("nothing",))) == "exam.yaml:1:1"


@pytest.mark.parametrize(
    "written",
    [
        "x + §y",
        "'x + §y'",
        '"x + §y"',
        '"x \\x2b §y"',
        "'''a'' + §y'",
        "x +\n  §y",
        "|\n  x +\n  §y",
        ">-\n  x\n\n  + §y",
        "&f x + §y",
    ],
)
def test_a_character_is_found_in_every_style_of_text(written: str) -> None:
    text = f"f: {written}"
    source = read_source("exam.yaml", text.replace("§", "").encode())
    place = source.place_in(("f",), source.data["f"].index("y"))
    before = text[: text.index("§")]
    assert (place.line, place.column) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def test_the_end_of_a_text_is_behind_its_last_character() -> None:
    source = read_source("exam.yaml", b"f: 'x +  '\n")
    assert source.place_in(("f",), len("x +  ")).column == 8


def test_every_fault_of_the_reading_is_told_at_once() -> None:
    with pytest.raises(InvalidProblem) as caught:
        read_source("exam.yaml", b"a: !x 1\nb: {c: 1, c: 2}\n<<: {}\n")
    assert [str(fault.place) for fault in caught.value.faults] == ["exam.yaml:1:4", "exam.yaml:2:11", "exam.yaml:3:1"]


def test_shipped_problems_need_no_compiled_yaml() -> None:
    for path in PATHS.values():
        text = path.read_text(encoding="utf-8")
        assert yaml.load(text, yaml.BaseLoader) == yaml.load(text, LOADER), path.name

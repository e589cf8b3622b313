"""The table of export formats: every problem in every format, chosen by name or by a file's ending."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest

from deepcalc.errors import UsageError
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.rendering.as_json import as_data
from deepcalc.rendering.formats import FORMATS, NAMES, ExportFormat, ExportOptions, choose_format
from deepcalc.solution.solver import solve
from tests.library import PATHS, exported, solved_problem

TEXT_FORMATS = [each for each in FORMATS if not each.binary]


def by_name(name: str) -> ExportFormat:
    return choose_format(name, None)


@pytest.mark.parametrize("name", PATHS)
def test_every_problem_exports_in_every_format(name: str) -> None:
    for each in TEXT_FORMATS:
        content = exported(name, each.name)
        assert len(content) > 200, each.name
        assert content.endswith("\n"), each.name


@pytest.mark.parametrize("each", TEXT_FORMATS, ids=lambda each: each.name)
def test_several_problems_make_one_document(each: ExportFormat) -> None:
    solutions = [solved_problem("relu-2-2-2"), solved_problem("l1-penalty")]
    content = each.export(solutions)
    assert isinstance(content, str)
    for solution in solutions:
        assert solution.title in content


@pytest.mark.needs("pdflatex")
def test_a_pdf_is_bytes() -> None:
    content = by_name("pdf").export([solved_problem("l1-penalty")], ExportOptions(title="Homework", blank=True))
    assert isinstance(content, bytes)
    assert content.startswith(b"%PDF-")


def test_json_is_one_object_per_line() -> None:
    solutions = [solved_problem("relu-2-2-2"), solved_problem("l1-penalty")]
    lines = str(by_name("json").export(solutions)).splitlines()
    assert [json.loads(line) for line in lines] == [as_data(solution) for solution in solutions]


def test_numbers_that_no_double_is_near_to_are_null_in_json_beside_their_exact_text() -> None:
    text = "kind: formula\ngiven: {a: 2000}\ndefine: {Z: exp(a), Y: '[1, exp(-a)]', W: exp(0.1*a)}\n"
    (line,) = str(by_name("json").export([solve(load_text(text.encode(), "far.yaml", find_kinds()))])).splitlines()
    answers = {answer["name"]: answer for part in json.loads(line)["parts"] for answer in part["answers"]}
    assert [answers["Z"]["value"], answers["Y"]["value"]] == [None, [1, None]]
    assert abs(Decimal(answers["Z"]["exact"]) / Decimal(2000).exp() - 1) < Decimal("1e-26")
    assert answers["W"]["value"] == pytest.approx(math.exp(200), rel=1e-15)


def test_a_notebook_of_the_table_is_a_notebook() -> None:
    nbformat.validate(json.loads(by_name("notebook").export([solved_problem("l1-penalty")])))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.tex", "latex"), ("a.pdf", "pdf"), ("a.html", "html"), ("a.htm", "html"), ("a.md", "markdown"),
        ("a.ipynb", "notebook"), ("a.json", "json"), ("a.b.MD", "markdown"),
    ],
)  # fmt: skip
def test_the_ending_says_the_format(path: str, name: str) -> None:
    assert choose_format(None, Path(path)).name == name


def test_a_name_goes_before_the_ending() -> None:
    assert choose_format("json", Path("a.md")).name == "json"
    assert choose_format("tex", Path("a.md")).name == "latex"
    assert choose_format(".ipynb", None).name == "notebook"


@pytest.mark.parametrize(
    ("name", "path", "message"),
    [
        (None, None, "say in which format"),
        (None, "a.mdd", "did you mean `.md`?"),
        (None, "a.xyz", "the endings are .tex .pdf"),
        (None, "a", "a has no ending"),
        ("markdwon", None, "did you mean `markdown`?"),
        ("word", None, "the formats are latex, pdf"),
    ],
)
def test_an_unknown_format_is_wrong_usage(name: str | None, path: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        choose_format(name, None if path is None else Path(path))


def test_names_and_endings_are_unique() -> None:
    endings = [ending for each in FORMATS for ending in each.endings]
    assert len(set(endings)) == len(endings)
    assert len(set(NAMES)) == len(NAMES) == len(FORMATS)


def test_a_fragment_has_no_title() -> None:
    with pytest.raises(UsageError, match="a fragment has no title"):
        by_name("latex").export([], ExportOptions(title="Exam", fragment=True))


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
@pytest.mark.parametrize("option", ["title", "blank", "fragment"])
def test_an_option_that_means_nothing_for_a_format_is_wrong_usage(each: ExportFormat, option: str) -> None:
    options = {"title": ExportOptions(title="x"), "blank": ExportOptions(blank=True)}
    asked = options.get(option, ExportOptions(fragment=True))
    if option in each.options:
        if not each.binary:
            assert each.export([solved_problem("l1-penalty")], asked) != each.export([solved_problem("l1-penalty")])
    else:
        with pytest.raises(UsageError, match=f"`{option}` means nothing for {each.name}"):
            each.export([], asked)

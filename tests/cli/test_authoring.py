"""validate, kinds, new and schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

from deepcalc.cli.fields import _models_in
from deepcalc.kinds import find_kinds
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.operations import OPERATIONS
from deepcalc.problem.fields import CommonFields
from deepcalc.problem.library import entries
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.rules.losses import LOSSES
from deepcalc.rules.schedules import SCHEDULES
from deepcalc.rules.updates import UPDATES
from tests.cli.running import deepcalc, done, refused

KINDS = list(find_kinds())


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_problem_is_valid(kind: str) -> None:
    names = [entry.name for entry in entries() if entry.kind == kind]
    lines = done("validate", *names).splitlines()
    assert [line.partition(":")[0] for line in lines] == names
    assert all(re.fullmatch(r"[\w-]+: valid(, \d+ expected figures? met)?", line) for line in lines)


def test_validate_compares_with_the_expected_figures() -> None:
    text = "kind: formula\ngiven: {x: 1}\ndefine: {f: x + 1}\nexpected: {f: 3, df/dx: 1}"
    assert "<stdin>:4:15: `f`: expected 3, but it is 2" in refused(1, "validate", "-", stdin=text)
    assert done("validate", "-", stdin=text.replace("f: 3", "f: 2")) == "-: valid, 2 expected figures met\n"


def test_validate_tells_of_every_file() -> None:
    outcome = deepcalc("validate", "-", "three-gates", "nothing.yaml", stdin="kind: x")
    assert outcome.code == 2
    assert outcome.out.startswith("three-gates: valid")
    assert outcome.err.count("error: ") == 2


def test_kinds_lists_every_kind_with_a_summary() -> None:
    assert [line.split()[0] for line in done("kinds").splitlines()] == KINDS
    assert all(len(line.split()) > 3 for line in done("kinds").splitlines())


def field_names(model: type[BaseModel]) -> set[str]:
    inner = [each for field in model.model_fields.values() for each in _models_in(field.annotation)]
    own = {field.alias or name for name, field in model.model_fields.items()}
    return {*own, *(name for each in inner for name in field_names(each))}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [60, 100])
def test_kinds_explains_every_field(kind: str, width: int) -> None:
    text = done("kinds", kind, columns=width)
    for name in field_names(find_kinds()[kind].fields):
        assert re.search(rf"^ +{name}  +\S", text, re.MULTILINE), name
    for line in text.splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [60, 100])
def test_the_fields_of_every_kind_are_explained_once(width: int) -> None:
    text = done("kinds", "--common", columns=width)
    for name in field_names(CommonFields):
        assert re.search(rf"^ +{name}  +\S", text, re.MULTILINE), name
    assert "deepcalc kinds --common" in done("kinds", "batching", columns=width).splitlines()[-1]
    assert done("kinds", "batching", "--common", columns=width).startswith(text)


def test_formula_tells_every_function_and_operation() -> None:
    text = done("kinds", "formula")
    for name in [*FUNCTIONS, *OPERATIONS]:
        assert re.search(rf"^ +{name}  +\S", text, re.MULTILINE), name
    assert re.search(r"^ +log2  +log₂\(x\); derivative 1/\(x·log\(2\)\)$", text, re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_problem_is_commented_valid_and_solves_as_it_is(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    assert done("new", kind, "-o", path) == ""
    text = path.read_text(encoding="utf-8")
    assert text == done("new", kind)
    assert f"kind: {kind}" in text
    assert "#" in text
    assert done("validate", path)
    assert done("solve", path)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("activation", ACTIVATIONS),
        ("loss", LOSSES),
        ("network", ACTIVATIONS),
        ("network", [row.name for row in UPDATES.values() if not row.needs_curvature]),
        ("optimizer", UPDATES),
        ("optimizer", SCHEDULES),
    ],
)
def test_the_comments_of_a_new_problem_list_every_row_of_a_table(kind: str, rows: Iterable[str]) -> None:
    listed = set(re.findall(r"\w+", " ".join(re.findall(r"^#   (.+)$", done("new", kind), re.MULTILINE))))
    assert set(rows) <= listed


def test_new_writes_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("before", encoding="utf-8")
    assert f"{path} exists already; give another name" in refused(2, "new", "loss", "-o", path)
    assert path.read_text(encoding="utf-8") == "before"


def test_schema_of_one_kind_and_of_all() -> None:
    for arguments in ([], *([kind] for kind in KINDS)):
        schema = json.loads(done("schema", *arguments))
        jsonschema.Draft202012Validator.check_schema(schema)
    assert len(json.loads(done("schema"))["oneOf"]) == len(KINDS)


def test_the_choices_of_a_field_are_told_once_and_where_all_names_are_found() -> None:
    lines = " ".join(done("kinds", "activation").split())
    assert lines.count("identity, sigmoid, tanh, relu") == 1
    assert "| relu |" not in lines
    assert "deepcalc show PROBLEM --names" in lines
    assert "(step | sign)" in done("kinds", "perceptron")

"""The face of the library: ``deepcalc.load``, ``.solve``, ``.export``, and a solution that shows itself."""

from __future__ import annotations

import doctest
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

import deepcalc
from deepcalc import api
from deepcalc.problem.problem import Problem
from deepcalc.rendering.as_json import as_data
from tests.library import ONE_OF_EACH_KIND, PATHS, problem, solved_problem


@pytest.mark.parametrize("module", [deepcalc, api])
def test_the_examples_of_the_documentation_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed


def test_every_name_of_the_face_is_documented() -> None:
    for name in set(deepcalc.__all__) - {"__version__"}:
        assert getattr(deepcalc, name).__doc__, name
    assert dir(deepcalc) == deepcalc.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        deepcalc.nothing  # noqa: B018


def test_importing_the_package_is_light() -> None:
    code = "import sys, deepcalc; print(sorted({'sympy', 'numpy', 'rich', 'pydantic', 'yaml'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_problem_is_loaded_by_name_path_or_text_of_a_path() -> None:
    path = PATHS["l1-penalty"]
    for asked in ("l1-penalty", "regularization/l1-penalty", path, str(path)):
        found = deepcalc.load(asked)
        assert isinstance(found, Problem)
        assert found.id == "l1-penalty"


def test_a_problem_is_solved_from_its_name_its_path_or_itself() -> None:
    expected = {"penalty": 0.08, "total": 0.48}
    for asked in ("l1-penalty", PATHS["l1-penalty"], deepcalc.load("l1-penalty")):
        assert set(expected.values()) <= set(deepcalc.solve(asked).answers.values())


def test_parts_detail_and_rounding_are_chosen() -> None:
    solution = deepcalc.solve("softmax-classifier", parts=["b"], detail="brief", places=2, carry="rounded")
    assert [part.id for part in solution.parts] == ["b"]
    (answer,) = as_data(solution)["parts"][0]["answers"]
    assert answer["shown"] == "1.35", "log 0.26 is -1.347: the rounded probability was carried on"
    (exact,) = as_data(deepcalc.solve("softmax-classifier", parts=["b"], significant=6))["parts"][0]["answers"]
    assert exact["shown"] == f"{math.log(math.exp(1.3) + math.exp(0.5) + math.exp(-0.1)) - 0.5:.5f}"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"detail": "ful"}, "did you mean `full`"),
        ({"parts": ["z"]}, "no part `z`"),
        ({"places": 2, "significant": 2}, "not both"),
        ({"carry": "loosely"}, "exact or rounded"),
    ],
)
def test_wrong_usage_is_said(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(deepcalc.DeepcalcError, match=message):
        deepcalc.solve("l1-penalty", **wrong)  # type: ignore[arg-type]


def test_an_unknown_problem_is_said() -> None:
    with pytest.raises(deepcalc.DeepcalcError, match="did you mean `l1-penalty`"):
        deepcalc.load("l1-penalti")


def test_a_solution_shows_itself() -> None:
    solution = deepcalc.solve("sigmoid-3-2-1")
    assert repr(solution) == "<Solution of sigmoid-3-2-1: 3 parts>"
    assert "Part (a) · 3 points" in str(solution)
    assert solution._repr_markdown_().startswith("# One step of backpropagation")
    assert "```math" not in solution._repr_markdown_()
    assert solution._repr_latex_().startswith("(a)\n$$\n\\begin{aligned}\n")
    html = solution._repr_html_()
    assert "<math" in html
    assert "<html" not in html


@pytest.mark.parametrize("name", ONE_OF_EACH_KIND)
def test_a_problem_of_every_kind_is_solved_by_its_name(name: str) -> None:
    assert as_data(deepcalc.solve(name)) == as_data(solved_problem(name))


@pytest.mark.parametrize("name", PATHS)
def test_every_problem_shows_itself_in_a_notebook(name: str) -> None:
    solution = deepcalc.solve(problem(name))
    assert solution._repr_html_()
    assert solution._repr_markdown_()
    assert bool(solution._repr_latex_()) == any(part.blocks for part in solution.parts)


def test_an_export_is_given_back_and_written(tmp_path: Path) -> None:
    solutions = [deepcalc.solve("l1-penalty"), deepcalc.solve("l2-penalty")]
    path = tmp_path / "sheets.md"
    content = deepcalc.export(solutions, path, title="Penalties")
    assert path.read_text(encoding="utf-8") == content
    assert str(content).startswith("# Penalties\n")
    assert deepcalc.export(solutions[0], str(path), format="json") == path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["problem"] == "l1-penalty"


def test_an_export_without_path_and_format_is_wrong_usage() -> None:
    with pytest.raises(deepcalc.DeepcalcError, match="say in which format"):
        deepcalc.export(deepcalc.solve("l1-penalty"))

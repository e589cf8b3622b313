"""list and show."""

from __future__ import annotations

import re

import pytest

from deepcalc.kinds import find_kinds
from tests.cli.running import deepcalc, done, refused
from tests.library import PATHS, problem


def test_list_has_every_problem_under_its_kind_with_points_and_title() -> None:
    text = done("list")
    assert re.findall(r"^\w+$", text, re.MULTILINE) == sorted(find_kinds())
    for name in PATHS:
        title = re.escape(problem(name).title)
        assert re.search(rf"^  {re.escape(name)} +(\d+ p)? +{title}$", text, re.MULTILINE)


def test_list_of_a_kind() -> None:
    text = done("list", "--kind", "network")
    assert text.splitlines()[0] == "network"
    assert "relu-2-2-2" in text
    assert "l1-penalty" not in text


@pytest.mark.parametrize("name", PATHS)
def test_show_asks_and_does_not_answer(name: str) -> None:
    text = done("show", name)
    assert text.startswith(problem(name).title)
    assert "Summary" not in text
    assert "→" not in text
    for item in problem(name).plan.items:
        for said in (item.explanation, item.model_answer):
            assert not said or said.split("\n")[0][:40] not in text


def test_show_with_other_values() -> None:
    assert "i₁ = 7" in done("show", "relu-2-2-2", "--set", "inputs.i1=7")
    assert "expected a number" in refused(1, "show", "relu-2-2-2", "--set", "inputs.i1=x")


def test_show_goes_on_after_an_error() -> None:
    outcome = deepcalc("show", "-", "three-gates", stdin="kind: formula")
    assert outcome.code == 1
    assert outcome.out == done("show", "three-gates")

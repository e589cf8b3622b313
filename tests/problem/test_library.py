"""The shipped problems, found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepcalc.errors import UsageError
from deepcalc.kinds import find_kinds
from deepcalc.problem.library import Entry, entries, find
from deepcalc.solution.expectations import unmet_expectations
from tests.library import problem, solved_problem


def test_every_kind_has_a_problem_and_no_name_occurs_twice() -> None:
    found = list(entries())
    assert len(found) >= 20
    assert {entry.kind for entry in found} == set(find_kinds())
    assert len({entry.name for entry in found}) == len(found)


@pytest.mark.parametrize("entry", list(entries()), ids=lambda entry: entry.name)
def test_every_problem_solves_and_meets_its_figures(entry: Entry) -> None:
    assert find(entry.name) == entry.path
    assert not unmet_expectations(problem(entry.name))
    assert solved_problem(entry.name).points == entry.points
    assert problem(entry.name).title == entry.title


def test_a_problem_is_found_by_name_folder_and_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = find("relu-2-2-2")
    assert find("network/relu-2-2-2") == path
    assert find(str(path)) == path
    monkeypatch.chdir(tmp_path)
    own = Path("relu-2-2-2")
    own.write_text("kind: formula", encoding="utf-8")
    assert find("relu-2-2-2") == own  # a file that is there comes first


def test_an_unknown_name_gives_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r"did you mean `relu-2-2-2`\?"):
        find("relu-2-2")
    assert find("nothing.yaml") == Path("nothing.yaml")


FORMS = [
    "title: A sum\nkind: formula\ntopic: [sums, numbers]\nlevel: 2\ngiven: {x: 1}\nparts:\n- {points: 2}\n"
    "- {points: 3}\n",
    "{title: A sum, kind: formula, topic: [sums, numbers], level: 2, parts: [{points: 2}, {points: 3}]}",
    "given: {x: &two 2}\nlevel: *two\ntitle: A sum\nkind: formula\ntopic:\n  - sums\n\n  - numbers\n"
    "parts: [{points: *two}, {points: 3}]\n",
    "statement: |\n  kind: network\n  level: 3\n# title: none\ntitle: >-\n  A\n  sum\nkind: formula\n"
    "topic: [sums, numbers]\nlevel: 2\nparts: [{points: 5}]",
]


@pytest.mark.parametrize("text", FORMS)
def test_the_index_reads_a_problem_in_any_form_of_yaml(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "formula" / "sum.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("deepcalc.problem.library.library_folder", lambda: tmp_path)
    assert list(entries()) == [Entry("sum", "formula", "A sum", 5, path, ("sums", "numbers"), 2)]

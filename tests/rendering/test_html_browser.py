"""Pages as headless Chromium lays them out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from deepcalc.rendering.html import page
from deepcalc.solution.document import Solution
from tests.library import PATHS, solved_problem
from tests.rendering.browser import measured

pytestmark = pytest.mark.needs("chromium")


@cache
def library() -> tuple[Solution, ...]:
    return tuple(solved_problem(name) for name in PATHS)


@pytest.mark.parametrize("blank", [False, True], ids=["solved", "blank"])
def test_the_library_is_laid_out_without_a_scroll_bar_or_a_complaint(blank: bool, tmp_path: Path) -> None:
    for found in measured(page(library(), blank=blank), [360, 400, 660, 1200], tmp_path):
        assert found["formulas"] > 500
        assert found["raw"] == []
        assert found["outside"] == []
        assert found["scrolled"] == []
        assert found["content"] <= found["width"]
        assert found["console"] == []


def test_what_can_not_be_broken_scrolls_by_itself(tmp_path: Path) -> None:
    long = replace(library()[0], title="x" * 500, statement=(f"$\\text{{{'wide' * 100}}}$ {'y' * 500}",))
    (found,) = measured(page([long]), [400], tmp_path)
    assert found["scrolled"] == ["article"]
    assert found["content"] <= found["width"]


def test_hostile_text_runs_nothing(tmp_path: Path) -> None:
    attack = "</title><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
    hostile = replace(library()[0], title=attack, statement=(attack,), reference=attack)
    (found,) = measured(page([hostile]), [400], tmp_path)
    assert found["title"] == attack
    assert found["console"] == []

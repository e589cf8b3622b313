r"""Derivations as rows of ``aligned``."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.rendering.aligned import AlignedRow, aligned, rows_of
from deepcalc.rendering.prose import Words
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Solution, Step
from tests.library import PATHS, solved_problem


def step_of(solution: Solution, name: str) -> Step:
    return next(step for part in solution.parts for step in part.steps if step.name == name)


def test_a_step_has_one_relation_a_row_with_the_note_first_and_the_reason_last() -> None:
    solution = solved_problem("relu-2-2-2")
    rows = rows_of(step_of(solution, "h3"), LatexPrinter(solution.symbols), Detail.STEPS)
    assert aligned(rows) == "\n".join(
        [
            r"\begin{aligned}",
            r"h_{3} &= \operatorname{ReLU}\left(h_{1}\right) \\",
            r"&= \max\left(0, h_{1}\right) \\",
            r"&= \max\left(0, 2\right) \\",
            r"&= 2 && \text{since }h_{1} = 2 > 0",
            r"\end{aligned}",
        ]
    )


def test_a_brief_step_is_a_single_row() -> None:
    solution = solved_problem("relu-2-2-2", Detail.BRIEF)
    (row,) = rows_of(step_of(solution, "h1"), LatexPrinter(solution.symbols), Detail.BRIEF)
    assert row.left == "h_{1}"
    assert row.right.count("=") == 3
    assert row.right.endswith(" = 2")


def test_a_note_without_room_beside_stands_below_its_row() -> None:
    wide = AlignedRow("x", "= " + " + ".join("abcdefgh" * 3), (Words("what this is, at some length"),))
    assert aligned([wide]).splitlines()[2] == r"&\qquad \text{what this is, at some length}"


def test_a_very_long_note_is_broken_between_words() -> None:
    lines = aligned([AlignedRow("x", "= 1", (Words("word " * 60),))]).splitlines()[2:-1]
    assert len(lines) > 1
    assert all(re.fullmatch(r"&\\qquad \\text\{(word )+(word)?\s*\}( \\\\)?", line) for line in lines)


@pytest.mark.parametrize("name", PATHS)
def test_every_step_of_the_library_is_whole(name: str) -> None:
    for detail in Detail:
        solution = solved_problem(name, detail)
        printer = LatexPrinter(solution.symbols)
        for step in (step for part in solution.parts for step in part.steps):
            rows = rows_of(step, printer, detail)
            at = f"{step.name} with the detail {detail}"
            assert rows[0].left, at
            assert not any(row.left for row in rows[1:]), at
            for row in rows:
                assert row.right.count("{") == row.right.count("}"), at
                opened, closed = (re.findall(rf"\\{side}(?![a-z])", row.right) for side in ("left", "right"))
                assert len(opened) == len(closed), at


@pytest.mark.needs("pdflatex")
def test_the_derivations_of_the_library_compile(tmp_path: Path) -> None:
    blocks = []
    for name in PATHS:
        solution = solved_problem(name)
        printer = LatexPrinter(solution.symbols)
        steps = [step for part in solution.parts for step in part.steps]
        blocks += [rf"\[{aligned(rows_of(step, printer, Detail.STEPS))}\]" for step in steps]
    preamble = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern,amsmath}\begin{document}"
    (tmp_path / "all.tex").write_text("\n".join([preamble, *blocks, r"\end{document}"]), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=300)
    assert run.returncode == 0, run.stdout[-1500:]

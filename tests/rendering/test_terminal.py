"""The sheet in the terminal: golden files, compared byte for byte, and what holds of every sheet.

``UPDATE_GOLDEN=1`` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.rendering.terminal import render, render_statement
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Solution
from deepcalc.solution.solver import solve
from tests.goldens import assert_golden
from tests.library import problem, solved_problem

GOLDEN = Path(__file__).parent / "golden"

SHEETS = [
    ("relu-2-2-2", Detail.STEPS, 100),
    ("relu-2-2-2", Detail.STEPS, 50),
    ("relu-2-2-2", Detail.BRIEF, 80),
    ("relu-2-2-2", Detail.FULL, 100),
    ("relu-2-2-2", Detail.VALUES, 80),
    ("sigmoid-3-2-1", Detail.STEPS, 80),
    ("adagrad-one-step", Detail.STEPS, 80),
    ("cross-entropy-spam", Detail.STEPS, 100),
    ("learning-rate-curves", Detail.STEPS, 80),
    ("two-filters-on-two-channels", Detail.STEPS, 80),  # arrays of three and four axes
]


def plain(solution: Solution, width: int, statement: bool = False) -> str:
    """The sheet as it looks in a terminal without colours."""
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(render_statement(solution, width) if statement else render(solution, width))
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


@pytest.mark.parametrize(("name", "detail", "width"), SHEETS)
def test_a_sheet_looks_as_it_did_when_it_was_last_looked_at(name: str, detail: Detail, width: int) -> None:
    assert_golden(GOLDEN / f"{name}-{detail}-{width}.txt", plain(solved_problem(name, detail), width))


def test_equals_signs_of_a_step_stand_in_one_column() -> None:
    lines = plain(solve(problem("relu-2-2-2"), ["c"]), 100).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("  ∂L/∂w₂₁ ="))
    columns = {line.index(" = ") for line in lines[start : start + 5]}
    assert len(columns) == 1


def test_a_long_line_is_broken_before_an_operator_and_stays_behind_the_equals_sign() -> None:
    lines = plain(solve(problem("relu-2-2-2"), ["c"]), 60).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("  ∂L/∂w₂₁ ="))
    column = lines[start].index("= ") + 2
    assert lines[start + 1].startswith(" " * column + "+ ∂L/∂o₂")


def test_values_that_are_not_derived_stand_side_by_side() -> None:
    sheet = plain(solved_problem("xor-threshold-units"), 60)
    assert "  A construction\n  w₁₁ = 1     w₂₁ = 1     b₁ = −0.5   w₁₂ = 1     w₂₂ = 1\n  b₂ = −1.5" in sheet


def test_an_answer_of_many_numbers_goes_on_indented() -> None:
    lines = plain(solved_problem("triangle-region"), 80).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("  → (a₁, a₂"))
    assert lines[start].endswith("0, 0, 0, 1, 0,")
    assert lines[start + 1] == "      −1, −1, 4, 1, 1, 1, −3)"


def test_every_part_is_ruled_and_the_summary_adds_the_points_up() -> None:
    text = plain(solved_problem("relu-2-2-2"), 100)
    assert next(line for line in text.splitlines() if line.startswith("Part (")).startswith(
        "Part (a) · 3 points · find o₁, o₂ ──"
    )
    assert "9 points in all" in text.split("Summary")[1]


def test_what_a_part_asks_is_read_as_markdown() -> None:
    given = "kind: convolution\ninput: 9\nlayers: [{max_pool: 2}]\nparts: [{find: N1, text: 'The *size* $N_1$?'}]"
    text = plain(solve(load_text(given.encode(), "test.yaml", find_kinds())), 80)
    assert "Part (a) · The size N₁? ──" in text


def test_an_answer_is_emphasised_in_a_terminal() -> None:
    console = Console(width=100, force_terminal=True, color_system="standard", highlight=False)
    with console.capture() as capture:
        console.print(render(solve(problem("relu-2-2-2"), ["b"]), 100))
    assert "\x1b[1;32m2.5\x1b[0m" in capture.get()


HOSTILE = """
title: "\\x1b[31mred [bold]markup[/bold] \\u202egnp.exe"
kind: formula
statement: "[link=http://x]click[/link] <script>alert(1)</script> $\\\\input{/etc/passwd}$ `code`"
given: {x: 1}
define: {f: x + 1}
"""


def test_hostile_text_is_shown_as_text() -> None:
    solution = solve(load_text(HOSTILE.encode(), "hostile.yaml", find_kinds()))
    for text in (plain(solution, 80), plain(solution, 80, statement=True)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[bold]markup[/bold]" in text
        assert "<script>" in text


ARRAYS = """
kind: formula
given: {X: [[1, 2], [3, 4]], v: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}
define: {Z: X @ X, Q: 'outer(v, v)/7', L: sum(Q), R: 'reshape(v, shape=(2, 3, 2))'}
parts: [{find: [Z, L], points: 2}, {find: [Q, R]}]
"""


def test_answers_alone_are_drawn_as_arrays_without_what_leads_to_them() -> None:
    solution = solve(load_text(ARRAYS.encode(), "arrays.yaml", find_kinds()), detail=Detail.VALUES)
    assert not any(part.steps for part in solution.parts)
    text = plain(solution, 60)
    assert "  (a)  Z = ⎡ 7  10⎤                            2 points\n           ⎣15  22⎦\n       L ≈ 869.1\n" in text
    assert "Σ" not in text
    assert "Given" not in text


def test_an_answer_that_is_too_wide_for_a_line_is_drawn_within_the_width() -> None:
    text = plain(solve(load_text(ARRAYS.encode(), "arrays.yaml", find_kinds())), 60)
    assert "Z = [[7, 10], [15, 22]]" in text.split("Summary")[1], "what fits stays in its line"
    assert "\n    Q ≈ ⎢0.4286  0.8571  1.286   ⋯   5.143⎥\n" in text
    assert max(map(len, text.splitlines())) <= 60


INSIDE = """
kind: formula
given: {X: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3], [3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1]]}
define: {P: X/7, M: 'permute(reshape(P, shape=(2, 5, 3)), axes=(1, 0, 2))'}
parts: [{find: M}]
"""


def test_a_wide_matrix_inside_of_functions_is_shortened_to_what_they_leave() -> None:
    text = plain(solve(load_text(INSIDE.encode(), "inside.yaml", find_kinds())), 60)
    (drawn,) = (line for line in text.splitlines() if "permute(reshape₂ₓ₅ₓ₃(⎡" in line)
    assert drawn.endswith("⋯  0.4286⎤))")
    assert max(map(cell_len, text.splitlines())) <= 60


LAST_WORD = """
statement: Compute f.
kind: formula
given: {x: 2}
define: {a: x + 1, b: 2*a, f: b - x}
parts:
  - {find: f, before: "First **look**, at $x = 2$:", after: "*Done.*"}
steps:
  a: {hide: true}
  b: {text: "Twice $a$ is 6."}
  f: {note: "the *difference*"}
wording: {Forward pass: Step by step}
"""


def test_the_author_has_the_last_word() -> None:
    solution = solve(load_text(LAST_WORD.encode(), "last.yaml", find_kinds()))
    text = plain(solution, 80)
    assert "First look, at x = 2:" in text
    assert "Step by step" in text
    assert "Forward pass" not in text
    assert "a = x + 1" not in text
    assert "Twice a is 6." in text
    assert "b = 2·a" not in text
    assert "the difference" in text
    assert "Done." in text
    assert [step.name for step in solution.parts[0].steps] == ["a", "b", "f"], "numbers are untouched by it"

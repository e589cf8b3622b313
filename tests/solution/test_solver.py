"""The solver: what each part shows, in which order, and what it says of what cannot be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from deepcalc.errors import InvalidProblem, UsageError
from deepcalc.kinds import find_kinds
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Part, Step, Table
from deepcalc.solution.solver import solve
from tests.library import plain, solved_problem

CHAIN = """
kind: formula
given: {x: 2, y: -3}
define: {a: x*y, b: a + x, c: b^2, unused: y^2}
parts:
  - {id: one, points: 1, find: b}
  - {id: two, points: 2, find: c}
  - {id: three, find: [c, a]}
"""


def loaded(text: str = CHAIN) -> Problem:
    return load_text(text.encode(), "chain.yaml", find_kinds())


def steps(part: Part) -> list[str]:
    return [step.name for step in part.steps]


def test_a_part_shows_what_it_needs_and_no_earlier_part_has_shown() -> None:
    one, two, three = solve(loaded()).parts
    assert steps(one) == ["a", "b"]
    assert steps(two) == ["c"]
    assert steps(three) == []


def test_answers_stand_in_the_order_in_which_they_are_asked_for() -> None:
    solution = solve(loaded())
    three = solution.parts[-1]
    assert [(answer.name, answer.values) for answer in three.answers] == [
        ("c", (Fraction(16),)),
        ("a", (Fraction(-6),)),
    ]
    assert solution.points == 3
    assert [part.points for part in solution.parts] == [1, 2, None]


def test_the_steps_of_the_answers_are_marked_as_such() -> None:
    one, two, _ = solve(loaded()).parts
    assert [step.name for part in (one, two) for step in part.steps if step.is_answer] == ["b", "c"]


def test_a_part_alone_shows_what_the_parts_before_it_would_have() -> None:
    (part,) = solve(loaded(), ["two"]).parts
    assert part.id == "two"
    assert part.answers[0].values == (Fraction(16),)
    assert "c" in steps(part)


def test_only_what_is_shown_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    step = Derivation.step

    def noted(self: Derivation, name: str, *others: Any) -> Step:
        written.append(name)
        return step(self, name, *others)

    monkeypatch.setattr(Derivation, "step", noted)
    solve(loaded(), parts=["two"])
    assert written == ["a", "b", "c"]
    del written[:]
    solve(loaded(), detail=Detail.VALUES)
    assert not written


def test_a_part_that_is_none_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no part `tow` \(did you mean `two`\?\)"):
        solve(loaded(), ["tow"])
    with pytest.raises(UsageError, match="the parts are one, two, three"):
        solve(loaded(), ["99"])


def test_a_quantity_without_a_value_is_an_error_that_shows_its_line() -> None:
    text = "kind: formula\ngiven: {x: 2}\ndefine: {d: x - 2, f: 1/d}\nparts: [{find: f}]\n"
    with pytest.raises(InvalidProblem, match="f = 1/0"):
        solve(loaded(text))


def test_what_no_part_needs_is_not_worked_out() -> None:
    text = "kind: formula\ngiven: {x: 2}\ndefine: {f: x + 1, g: 1/(x - 2)}\nparts: [{find: f}]\n"
    assert solve(loaded(text)).parts[0].answers[0].values == (Fraction(3),)


def test_another_rounding_stands_in_place_of_the_problems_own() -> None:
    text = "kind: formula\ngiven: {x: 2}\ndefine: {f: x/3}\nparts: [{find: f}]\n"
    answer = solve(loaded(text), rounding=Rounding(NumberFormat(places=2))).parts[0].answers[0]
    assert plain(answer) == "0.67"
    assert answer.values == (Fraction(2, 3),)


def test_rounded_figures_are_carried_on_where_the_policy_says_so() -> None:
    text = "kind: formula\ngiven: {x: 2}\ndefine: {a: x/3, b: 3*a}\nparts: [{find: b}]\n"
    policy = Rounding(NumberFormat(places=2), carry_rounded=True)
    solution = solve(loaded(text), rounding=policy)
    assert solution.parts[0].answers[0].values == (Fraction(201, 100),)  # 3 * 0.67
    assert solution.carry_rounded


def test_values_alone_have_no_steps() -> None:
    solution = solve(loaded(), detail=Detail.VALUES)
    assert all(not part.steps for part in solution.parts)
    assert [answer.values for part in solution.parts for answer in part.answers] == [
        answer.values for part in solve(loaded()).parts for answer in part.answers
    ]


def test_a_declared_table_stands_in_place_of_its_steps() -> None:
    blocks = [block for part in solved_problem("sigmoid-3-2-1").parts for block in part.blocks]
    assert any(isinstance(block, Table) for block in blocks)
    table = next(block for block in blocks if isinstance(block, Table))
    assert all(len(row.cells) + 1 == len(table.headings) for row in table.rows)


@pytest.mark.parametrize("entries", ["", ", entries: all", ", entries: [Y.1.2]"])
@pytest.mark.parametrize("find", ["Y.1.2", "[Y, Y.1.2]", "[s, Y.1.2]"])
def test_an_entry_that_is_asked_for_is_derived_whatever_entries_are_written_out(find: str, entries: str) -> None:
    text = "kind: formula\ngiven: {Z: [[1, 2], [3, 4]]}\ndefine: {Y: 3*Z, s: sum(Y)}\n"
    (part,) = solve(loaded(f"{text}parts: [{{find: {find}{entries}}}]")).parts
    (entry,) = (step for block in part.blocks for step in block.all_steps if step.name == "Y.1.2")
    assert [PlainPrinter().print(line.expression) for line in entry.lines] == ["3*{Z.1.2}", "3*2", "6"]
    assert entry.is_answer

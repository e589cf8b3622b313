"""The ``marking:`` fields: of a problem, and of a part in place of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan import Marking
from deepcalc.problem.loader import load_text

F = Fraction


def markings(marking: str, part: str = "{}") -> list[Marking]:
    text = f"""
kind: formula
given: {{x: 1}}
define: {{y: 2*x, z: 3*y}}
marking: {marking}
parts: [{{find: y}}, {{find: z, marking: {part}}}]
"""
    return [each.marking for each in load_text(text.encode(), "p.yaml", find_kinds()).parts]


def test_by_default_three_figures_no_tolerance_and_full_follow_through() -> None:
    assert markings("{}") == [Marking(), Marking()]
    assert Marking() == Marking(None, F(0), F(0), F(1), False)


def test_what_a_part_says_stands_in_place_of_what_the_problem_says() -> None:
    first, second = markings(
        "{places: 2, follow_through: 0.5, tolerance: {relative: 0.01, absolute: 1e-3}}",
        "{significant: 5, exact_only: true, tolerance: {relative: 0}}",
    )
    assert first == Marking(NumberFormat(significant=None, places=2), F(1, 100), F(1, 1000), F(1, 2))
    assert second == Marking(NumberFormat(significant=5), F(0), F(0), F(1, 2), exact_only=True)


def test_a_kind_s_own_parts_are_marked_as_the_problem_says() -> None:
    text = "kind: formula\ngiven: {x: 1}\ndefine: {y: 2*x}\nmarking: {exact_only: true}\n"
    parts = load_text(text.encode(), "p.yaml", find_kinds()).parts
    assert parts
    assert all(part.marking.exact_only for part in parts)


@pytest.mark.parametrize(
    ("marking", "part", "message"),
    [
        ("{places: 2, significant: 3}", "{}", "`places`, not both"),
        ("{significant: 0}", "{}", "at least 1"),
        ("{}", "{places: 1, significant: 2}", "`places`, not both"),
        ("{follow_through: 1.5}", "{}", "at most 1"),
        ("{tolerance: {relative: -1}}", "{}", "at least 0"),
        ("{tolerence: 1}", "{}", "did you mean `tolerance`"),
        ("{exact_only: 3}", "{}", "true or false"),
    ],
)
def test_what_is_wrong_is_told(marking: str, part: str, message: str) -> None:
    with pytest.raises(InvalidProblem, match=message):
        markings(marking, part)

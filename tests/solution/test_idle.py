"""Fields that change nothing are told, with the reason; those that do are not."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.idle import idle_fields
from deepcalc.solution.solver import solve
from tests.library import PATHS, problem, solved_problem

FORMULA = """\
kind: formula
given: {a: 2, b: 0.3}
define: {c: a*b, n: a + 4}
"""


def told(more: str) -> list[tuple[int, str]]:
    """The lines of the fields that are told, each with what is said."""
    found = load_text(f"{FORMULA}{more}".encode(), "idle.yaml", find_kinds())
    return [(fault.place.line, fault.message) for fault in idle_fields(found, solve(found))]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("layout: table", "this `formula` has no table"),
        ("parts: [{find: c, layout: table}]", "this `formula` has no table"),
        ("parts: [{find: c, chain: paths}]", "no gradient is asked for here"),
        ("parts: [{find: c, entries: all}]", "there is no array among the steps"),
        ("parts: [{find: c, in: [a, b]}]", "the answers are numbers"),
        ("marking: {significant: 3}\nparts: [{find: n}]", "the answers are whole numbers"),
        ("parts: [{find: n, marking: {places: 2}}]", "the answers are whole numbers"),
        ("symbols: {cc: {unicode: C}}", "did you mean `c`?"),
        ("wording: {Forwrd pass: There}", "did you mean `Forward pass`?"),
    ],
)
def test_a_field_without_effect_is_told(field: str, said: str) -> None:
    ((line, message),) = told(field)
    assert line == 4
    assert "has no effect" in message
    assert said in message


@pytest.mark.parametrize(
    "field",
    [
        "layout: steps",
        "parts: [{find: dc/da, chain: paths}]",
        "marking: {significant: 3}\nparts: [{find: [c, n]}]",
        "symbols: {c: {unicode: C}, a: {unicode: A}}",
        "wording: {Forward pass: There}",
    ],
)
def test_a_field_with_an_effect_is_not(field: str) -> None:
    assert told(field) == []


@pytest.mark.parametrize("name", PATHS)
def test_no_shipped_problem_has_a_field_for_nothing(name: str) -> None:
    assert idle_fields(problem(name), solved_problem(name)) == ()

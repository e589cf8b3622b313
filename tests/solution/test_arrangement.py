"""What a part shows and in which order: the author's order, all that a part alone needs, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.rendering.as_json import to_json
from deepcalc.solution.document import Part, Solution
from deepcalc.solution.solver import solve
from tests.library import PATHS, problem, solved_problem

CHAIN = """
kind: formula
given: {w1: 1, w5: 3, x: 2}
define: {h: w1*x, E: (h*w5 - 4)^2}
parts: [{find: [dE/dw5, dE/dw1]}, {find: [E, h]}, {find: dE/dw5}]
"""


def solved(text: str, parts: Sequence[str] = ()) -> Solution:
    return solve(load_text(text.encode(), "order.yaml", find_kinds()), parts)


@cache
def solved_alone(name: str) -> Mapping[str, Part]:
    """Each part of a shipped problem as it is solved without the others."""
    found = problem(name)
    return {part.id: solve(found, [part.id]).parts[0] for part in found.parts}


def test_answers_come_in_the_order_in_which_they_are_asked_for() -> None:
    first, second, _ = solved(CHAIN).parts
    assert [answer.name for answer in first.answers] == ["dE/dw5", "dE/dw1"]
    assert [step.name for step in first.steps] == ["h", "dE/dh", "dE/dw5", "dE/dw1"]
    assert [answer.name for answer in second.answers] == ["E", "h"], "though h is derived first"


def test_where_one_answer_needs_the_other_the_derivation_keeps_its_own_order() -> None:
    text = CHAIN.replace("[dE/dw5, dE/dw1]", "[dE/dw1, dE/dh, dE/dw5]")
    part = solved(text).parts[0]
    assert [step.name for step in part.steps] == ["h", "dE/dh", "dE/dw1", "dE/dw5"]
    assert [answer.name for answer in part.answers] == ["dE/dw1", "dE/dh", "dE/dw5"]


def test_a_part_alone_shows_all_that_it_needs() -> None:
    (whole,) = (part for part in solved(CHAIN).parts if part.id == "c")
    (alone,) = solved(CHAIN, ["c"]).parts
    assert whole.steps == (), "part (a) has shown it"
    assert [step.name for step in alone.steps] == ["h", "dE/dw5"]


@pytest.mark.parametrize("name", PATHS)
def test_every_answer_of_a_part_alone_is_derived(name: str) -> None:
    found = problem(name)
    composites = {composite.name: composite.components for composite in found.plan.composites}
    for part in solved_alone(name).values():
        derived = {step.name for step in part.steps}
        for answer in part.answers:
            for quantity in composites.get(answer.name, (answer.name,)):
                is_computed = quantity in found.plan.graph and found.plan.graph[quantity].given is None
                assert not is_computed or quantity in derived


@pytest.mark.parametrize("name", PATHS)
def test_the_numbers_of_a_part_do_not_depend_on_what_else_is_shown(name: str) -> None:
    for part in solved_problem(name).parts:
        assert solved_alone(name)[part.id].answers == part.answers


def test_parts_that_are_shown_together_show_nothing_twice() -> None:
    parts = solve(problem("relu-2-2-2"), ["a", "c"]).parts
    names = [step.name for part in parts for step in part.steps]
    assert len(names) == len(set(names))
    assert {"o1", "dL/dw21", "w21@1"} <= set(names)


def test_json_says_the_long_name_and_what_was_asked() -> None:
    text = """
kind: optimizer
method: sgd
learning_rate: 0.1
parameters: {w: 1, b: 2}
gradients: {w: 3, b: 4}
parts: [{find: [w+, b@1]}, {find: updates}]
"""
    parts = json.loads(to_json(solved(text)))["parts"]
    asked = [[(answer["name"], answer["asked"]) for answer in part["answers"]] for part in parts]
    assert asked == [[("w@1", "w+"), ("b@1", "b@1")], [("w@1", "updates"), ("b@1", "updates")]]

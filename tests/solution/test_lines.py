"""Every printed line is true: parsed back, it comes to the step's value, exactly or within what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import iv

from deepcalc.errors import InvalidProblem
from deepcalc.kinds import find_kinds
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.nodes import Call, Cases, Listing, Literal, Relation, SumOver, names_in, nodes_in
from deepcalc.notation.parser import parse, parse_listing
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Line, Step, View
from deepcalc.solution.solver import solve
from tests.library import VALUED, problem, solved_problem
from tests.networks import Case, cases
from tests.solution.intervals import Unbounded, exact, interval

POLICIES = {
    "its own": None,
    "4 significant": Rounding(),
    "2 places": Rounding(NumberFormat(significant=None, places=2)),
    "3 significant, carried": Rounding(NumberFormat(significant=3), carry_rounded=True),
}


RELATIVELY, ABSOLUTELY = iv.mpf("1e-40"), iv.mpf("1e-60")
"""How far a value of 50 digits may be from the true one."""

DETAILS = [detail for detail in Detail if detail is not Detail.VALUES]


def check_solution(problem: Problem, details: Iterable[Detail], roundings: Iterable[Rounding | None]) -> int:
    """Check every line of a solution in several details and roundings, the same line once; how many were checked."""
    checked = 0
    signs: set[tuple[str, tuple[Line, ...]]] = set()
    lines: set[tuple[int | None, str, Line]] = set()
    for detail, (number, rounding) in product(details, enumerate(roundings)):
        solution = solve(problem, detail=detail, rounding=rounding)
        carried = number if solution.carry_rounded else None  # whose figures are those of this rounding alone
        for step in (step for part in solution.parts for step in part.steps):
            if (step.name, step.lines) not in signs:
                signs.add((step.name, step.lines))
                check_signs(step)
            for line in step.lines:
                if carried is not None and line.view is View.LAW:
                    continue  # a law is true of the exact values, not of those that were written down
                if (carried, step.name, line) not in lines:
                    lines.add((carried, step.name, line))
                    checked += check_line(step, line, solution.values)
    return checked


@lru_cache(maxsize=4096)
def reading(expression: Any) -> tuple[str, Any]:
    """A line as it is printed, and what is read back."""
    text = PlainPrinter().print(expression)
    return text, parse_listing(text)


@lru_cache(maxsize=4096)
def interval_of_numbers(read: Any) -> Any:
    """What a line without names comes to."""
    return interval(read, {}, set())


def check_line(step: Step, line: Line, values: Mapping[str, Any]) -> int:
    text, read = reading(line.expression)
    assert read == line.expression or _closed_up(PlainPrinter().print(read)) == _closed_up(text), text
    if any(isinstance(part, SumOver | Relation | Cases) for part in nodes_in(read)) or _is_argmax(read):
        return 0  # general laws and undecided cases are not sums that a reader adds up
    if line.view is View.LAW and not set(names_in(read)) <= set(values):
        return 0  # partial derivatives and general names in symbols
    rounded = {
        part.text.lstrip("-") for part in nodes_in(line.expression) if isinstance(part, Literal) and not part.exact
    }
    for shown in read.args if isinstance(read, Listing) else (read,):
        try:
            span = interval(shown, values, rounded)
        except Unbounded:
            continue
        values_shown, values_true = np.broadcast_arrays(span, exact(step.value))
        for found, value in zip(values_shown.ravel(), values_true.ravel(), strict=True):
            slack = abs(value) * RELATIVELY + ABSOLUTELY
            assert (value - slack).a <= found.b, f"{step.name}: {text} does not come to {step.value}"
            assert found.a <= (value + slack).b, f"{step.name}: {text} does not come to {step.value}"
            if line.exact:
                assert not rounded, text
                carried = abs(found - found)  # names have the digits that are carried, of which differences lose some
                assert abs(found - value).b <= (slack + carried).b, f"{step.name} = {text} is not exact"
    return 1


def check_signs(step: Step) -> None:
    """Each ``=`` between two lines of numbers is true of the numbers as they are printed."""
    for before, after in pairwise(step.lines):
        texts = [reading(line.expression)[1] for line in (before, after)]
        if not after.exact or any(
            names_in(text) or isinstance(text, Listing | Cases) or _is_argmax(text) for text in texts
        ):
            continue
        sides = np.broadcast_arrays(*map(interval_of_numbers, texts))
        for left, right in zip(*map(np.ravel, sides), strict=True):
            allowed = abs(right).b * RELATIVELY + ABSOLUTELY
            assert abs(left - right).b <= allowed, f"{step.name}: {texts[0]} = {texts[1]}"


def _closed_up(text: str) -> str:
    """A formula without spaces, which alone tell a product of arrays, entry by entry, from one of numbers."""
    return text.replace(" ", "")


def _is_argmax(node: Any) -> bool:
    return any(isinstance(part, Call | Apply) and part.args[0].name == "argmax" for part in nodes_in(node))


@pytest.mark.parametrize("name", VALUED)
def test_every_line_of_the_library_is_true(name: str) -> None:
    found = problem(name)
    others = [policy for policy in POLICIES.values() if policy not in (None, found.rounding)]
    checked = check_solution(found, DETAILS, [None, *others])
    assert checked or not len(found.plan.graph)


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from(sorted(POLICIES)), st.sampled_from([Detail.STEPS, Detail.FULL]))
def test_every_line_of_random_networks_is_true(case: Case, policy: str, detail: Detail) -> None:
    found = load_text(case.yaml().encode(), "random.yaml", find_kinds())
    rounded_to_one = suppress(InvalidProblem) if "carried" in policy else nullcontext()
    with rounded_to_one:  # a probability that was written down as 1.00 has no logarithm of the rest
        assert check_solution(found, [detail], [POLICIES[policy]])


def test_a_wrong_line_is_found() -> None:
    step = solved_problem("relu-2-2-2").parts[0].steps[0]
    false = Line(View.NUMBERS, parse("2.0*1.0 + (-1.0)*0.5 + 0.6"))
    with pytest.raises(AssertionError, match="does not come to"):
        check_line(step, false, {})
    exactly = Line(View.RESULT, Literal("2.001"), exact=True)
    with pytest.raises(AssertionError):
        check_line(step, exactly, {})

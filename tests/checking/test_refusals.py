"""Why nothing may follow from a student's wrong number."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.checking.as_json import prose_text
from deepcalc.checking.consequences import Consequences
from deepcalc.checking.refusals import Refusals
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter


@pytest.fixture
def graph() -> Graph:
    """With x = 2: a = 1/2, b = 2, c = relu(1/2), d = a·(b − 1)·c."""
    graph = Graph([Quantity("x", given=Literal("2"))])
    for name, formula in {"a": "x/4", "b": "x", "c": "relu(x - 3/2)", "d": "a*(b - x/2)*c", "e": "b + 1"}.items():
        graph.add(Quantity(name, parse(formula)))
    return graph


def reasons(graph: Graph, own: dict[str, Fraction], answer: str = "d", is_count: bool = False) -> list[str]:
    ours = evaluate(graph, graph.names).values
    between = graph.ancestors([answer], stop=own)
    found = Refusals(graph, ours, Consequences(graph, ours)).of(own, own, between, is_count)
    return [prose_text(each, PlainPrinter()) for each in found]


def test_a_number_that_leaves_out_a_step_is_refused(graph: Graph) -> None:
    assert reasons(graph, {"a": Fraction(1)}) == ["a = 1 makes this step trivial"]
    assert reasons(graph, {"a": Fraction(3)}) == []
    assert reasons(graph, {"b": Fraction(1)}) == ["b = 1 makes this step trivial"]  # b − x/2 = 0
    assert reasons(graph, {"b": Fraction(0)}) == []
    assert reasons(graph, {"b": Fraction(0)}, "e") == []


def test_a_count_of_1_is_no_trivial_factor(graph: Graph) -> None:
    assert reasons(graph, {"a": Fraction(1)}, is_count=True) == []
    assert reasons(graph, {"a": Fraction(0)}, is_count=True) == ["a = 0 makes this step trivial"]


@pytest.mark.parametrize(("off", "count"), [(Fraction(0), 1), (Fraction(1, 10**9), 0), (Fraction(1, 10**30), 0)])
def test_a_factor_vanishes_exactly_or_not_at_all(graph: Graph, off: Fraction, count: int) -> None:
    """b − x/2 with b = 1 and x a little more than 2, where floats see 0 as well."""
    assert len(reasons(graph, {"b": Fraction(1), "x": 2 + 2 * off})) == count


def test_impossible_numbers_and_dead_units_are_refused(graph: Graph) -> None:
    assert reasons(graph, {"c": Fraction(-1)}) == ["c cannot be -1: it is at least 0"]
    assert reasons(graph, {"x": Fraction(6, 5)}) == ["c is 0 with your numbers: the unit is dead"]

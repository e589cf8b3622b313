"""What values quantities can have at all."""

from __future__ import annotations

import math

import pytest

from deepcalc.checking.ranges import Ranges
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from tests.library import VALUED, problem

INFINITY = math.inf


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("sigmoid(x)", 0, 1),
        ("exp(x)/(exp(x) + exp(y))", 0, 1),
        ("tanh(x)", -1, 1),
        ("1 - tanh(x)^2", -INFINITY, 1),
        ("(x - y)^2/2", 0, INFINITY),
        ("relu(x)", 0, INFINITY),
        ("-log(sigmoid(x))", 0, INFINITY),
        ("x*y", -INFINITY, INFINITY),
        ("x^3", -INFINITY, INFINITY),
        ("x^4", 0, INFINITY),
        ("exp(x)^3", 0, INFINITY),
        ("step(x) + sign(y)", -1, 2),
        ("-log2(sigmoid(x))", 0, INFINITY),
        ("sigmoid(x)*(1 - sigmoid(y))", 0, 1),
        ("cases(1 if x > 0, 0 otherwise)", 0, 1),
        ("argmax(x, y, x)", 1, 3),
        ("2/3", -INFINITY, INFINITY),  # a constant says nothing of what a student may have made of it
    ],
)
def test_the_range_of_a_formula(formula: str, low: float, high: float) -> None:
    given = [Quantity(name, given=Literal("0.5")) for name in "xy"]
    found = Ranges(Graph([*given, Quantity("z", parse(formula))]))["z"]
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("name", VALUED)
def test_every_true_value_of_the_library_is_in_its_range(name: str) -> None:
    graph = problem(name).plan.graph
    ranges = Ranges(graph)
    for quantity, value in evaluate(graph, graph.names).values.items():
        entries = value.entries if isinstance(value, Grid) else (value,)
        assert all(to_fraction(entry) in ranges[quantity] for entry in entries), quantity

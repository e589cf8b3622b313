"""The table of the nodes of numbers: it is complete, and what it says of ranges is true."""

from __future__ import annotations

import random

import pytest

from deepcalc.graph.floats import Scalars
from deepcalc.notation import nodes
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.nodes import Cases, Headed, Joined, Leaf, Listing, Node, Relation, SumOver
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.ranges import Range
from deepcalc.notation.scalars.row import Scalar
from deepcalc.notation.scalars.table import SCALARS

ROWS = list(SCALARS.values())
PRINTERS = (PlainPrinter, UnicodePrinter, LatexPrinter, MathMLPrinter)
INFINITY = float("inf")


def test_every_node_of_numbers_has_a_row() -> None:
    classes = [each for each in vars(nodes).values() if isinstance(each, type) and issubclass(each, Node)]
    assert {each for each in classes if each not in (Node, Leaf, Headed)} == set(SCALARS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.shown)
def test_every_dialect_shows_every_node(row: Scalar) -> None:
    for printer in PRINTERS:
        assert callable(getattr(printer, f"show_{row.shown}"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.shown)
def test_a_row_says_all_of_what_has_a_value(row: Scalar) -> None:
    said = (row.exact, row.floats, row.derivative, row.range)
    if row.node in (SumOver, Listing, Joined):  # of a law alone, and of what stands side by side
        assert said == (None, None, None, None)
    elif row.node is Relation:  # true or false: it has no derivative, and its range is no interval
        assert row.exact is not None
        assert row.floats is not None
        assert row.derivative is None
        assert row.range is None
    else:
        assert None not in said


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_values_of_a_function_lie_in_its_range(name: str) -> None:
    row = FUNCTIONS[name]
    generator = random.Random(name)
    for _ in range(200):
        arguments = [generator.uniform(-4, 4) for _ in range(row.arity or 3)]
        value = float(row.floats(Scalars, *arguments))
        if value == value and abs(value) != INFINITY:
            around = [Range(x - generator.random(), x + generator.random()) for x in arguments]
            assert value in row.range([Range()] * len(arguments))
            assert value in row.range([Range(x, x) for x in arguments])
            assert value in row.range(around)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "exp", "sqrt", "relu", "softplus", "log2", "argmax", "step"])
def test_a_range_says_what_is_impossible(name: str) -> None:
    row = FUNCTIONS[name]
    found = row.range([Range(0, 1)] * (row.arity or 3))
    assert (found.low, found.high) != (-INFINITY, INFINITY)


def test_cases_lie_between_their_values() -> None:
    node = Cases(nodes.Literal("2"), Relation(">", nodes.Name("x"), nodes.ZERO), nodes.Literal("-3"))
    row = SCALARS[Cases]
    ranges: dict[nodes.Node, Range] = {nodes.Literal("2"): Range(2, 2), nodes.Literal("-3"): Range(-3, -3)}
    assert row.range is not None
    found = row.range(node, ranges.__getitem__)
    assert (found.low, found.high) == (-3, 2)

"""Eigenvalues of symmetric matrices against NumPy, and what they come to exactly."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy
import pytest

from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Letter, Quantity
from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.nodes import Name, number
from deepcalc.notation.operations.expressions import entry_of
from deepcalc.notation.parser import parse


def graph(rows: Any) -> Graph:
    entries = [number(int(value)) for row in rows for value in row]
    found = Graph([Quantity("A", given=array(entries, numpy.shape(rows)))])
    found.add(Quantity("l", parse("eigvals(A)")))
    return found


def symmetric(random: Random, side: int) -> Any:
    rows = numpy.array([[random.randint(-9, 9) for _ in range(side)] for _ in range(side)])
    return rows + rows.T


SIDES = range(1, 4)


def value(of: Graph, name: str) -> Any:
    return evaluate(of, [name]).values[name]


@pytest.mark.parametrize("side", [1, 2, 3, 4, 6])
def test_both_domains_have_those_of_numpy(side: int) -> None:
    random = Random(side)
    for _ in range(10):
        rows = symmetric(random, side)
        of = graph(rows)
        wanted = numpy.linalg.eigvalsh(rows)
        assert numpy.allclose(value(of, "l").nested(float), wanted, atol=1e-9)
        assert numpy.allclose(Program(of, ["l"]).run()["l"], wanted)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_an_entry_is_worth_the_same(side: int) -> None:
    rows = symmetric(Random(side), side)
    of = graph(rows)
    places = {Name(f"A.{i}.{j}"): Item(Name("A"), number(i), number(j)) for i in SIDES for j in SIDES}
    for place in range(side):
        entry = entry_of(of["l"].definition, (place,), of.shape).xreplace(places)
        of.add(Quantity(f"e{place}", entry))
        assert float(value(of, f"e{place}")) == pytest.approx(numpy.linalg.eigvalsh(rows)[place])


def test_many_points_are_worked_out_at_once() -> None:
    points = numpy.array([symmetric(Random(seed), 3) for seed in range(5)], dtype=float)
    found = Program(graph(points[0]), ["l"], ["A"]).run({"A": points})["l"]
    assert numpy.allclose(found, numpy.linalg.eigvalsh(points))


def test_of_two_rows_they_are_exact() -> None:
    """1 and 6 of [[2, 2], [2, 5]]; 0 of a singular matrix."""
    assert value(graph([[2, 2], [2, 5]]), "l").nested(Fraction) == [1, 6]
    smallest = value(graph([[1, 1, 1], [1, 1, 1], [1, 1, 1]]), "l").nested(float)
    assert smallest[0] == 0


def test_what_is_not_symmetric_has_none_here() -> None:
    of = graph([[1, 2], [3, 4]])
    with pytest.raises(DeepcalcError, match="the matrix is not symmetric"):
        evaluate(of, ["l"])
    assert numpy.isnan(Program(of, ["l"]).run()["l"]).all()


def test_shapes_and_gradients_that_are_not_there_are_told() -> None:
    letters = Graph([Quantity("n", given=Letter()), Quantity("A", given=Letter((Name("n"), Name("n"))))])
    letters.add(Quantity("l", parse("eigvals(A)")))
    assert letters.shape("l") == (Name("n"),)
    with pytest.raises(GraphError, match="takes a square matrix"):
        graph([[1, 2, 3], [4, 5, 6]])
    of = graph([[2, 1], [1, 2]])
    of.add(Quantity("s", parse("sum(l)")))
    with pytest.raises(DeepcalcError, match="a gradient through eigvals is not written"):
        add_gradient(of, "ds/dA")

"""Random points of letters: sizes fit, and what is assumed holds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deepcalc.errors import DeepcalcError
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import POINTS, assumptions, points, same_value
from deepcalc.graph.quantities import Letter, Quantity
from deepcalc.notation.grids import Grid
from deepcalc.notation.nodes import Name, Relation
from deepcalc.notation.operations.expressions import arranged
from deepcalc.notation.parser import parse, parse_relation


def graph() -> Graph:
    n, k = Name("n"), Name("k")
    return Graph(
        [
            Quantity("n", given=Letter()),
            Quantity("k", given=Letter()),
            Quantity("a", given=Letter()),
            Quantity("X", given=Letter((n, k))),
            Quantity("w", given=Letter((k,))),
            Quantity("r", parse("X @ w")),
            Quantity("s", parse("log(a)")),
        ]
    )


def assumed(*texts: str) -> list[Relation]:
    found = []
    for text in texts:
        relation = parse_relation(text)
        operands = [arranged(operand, graph().shape) for operand in relation.operands]
        found.append(Relation(" ".join(relation.operators), *operands))
    return found


def test_one_letter_is_one_size() -> None:
    found = list(points(graph(), ["r"]))
    assert len(found) == POINTS
    for point in found:
        samples, w, r = (point.values[name] for name in "Xwr")
        assert samples.shape == (r.shape[0], w.shape[0])
        by_hand = [sum(samples[i, j] * w[j,] for j in range(w.shape[0])) for i in range(r.shape[0])]
        assert same_value(r, Grid(r.shape, by_hand))
    assert len({point.values["X"].shape for point in found}) > 1


def test_points_have_values() -> None:
    assert all(point.values["a"] > 0 for point in points(graph(), ["s"]))


def test_assumptions_hold() -> None:
    known = assumptions(graph(), assumed("sum(X, axis=1) = 2", "0 < a < 1", "w > 0"))
    for point in points(graph(), ["X", "a", "w"], known):
        rows = point.values["X"]
        assert all(sum(rows[i, j] for j in range(rows.shape[1])) == 2 for i in range(rows.shape[0]))
        assert 0 < point.values["a"] < 1
        assert all(entry > 0 for entry in point.values["w"].entries)


def test_a_letter_may_equal_an_expression() -> None:
    known = assumptions(graph(), assumed("a = 2*n + 1"))
    for point in points(graph(), ["a", "r"], known):
        assert point.values["a"] == 2 * point.values["r"].shape[0] + 1


def test_what_no_point_can_obey_is_told() -> None:
    with pytest.raises(DeepcalcError, match="an assumption is"):
        assumptions(graph(), assumed("r > 0"))


def test_values_are_the_same_in_one_shape_alone() -> None:
    one = Fraction(1)
    assert same_value(one, one + Fraction(1, 10**12))
    assert not same_value(one, one + Fraction(1, 10**6))
    assert not same_value(Grid((1,), [one]), one)
    assert not same_value(Grid((1, 2), [one, one]), Grid((2,), [one, one]))

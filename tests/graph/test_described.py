"""What is described against what is made of it: names, shapes, and graphs that stay as they are."""

from __future__ import annotations

import numpy
import pytest

from deepcalc.errors import DeepcalcError
from deepcalc.graph.array_floats import floats_of
from deepcalc.graph.described import (
    Described,
    EntryOf,
    GradientOf,
    Present,
    SizesOf,
    described_shape,
    is_entry,
    make,
    parts_in,
)
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Quantity
from deepcalc.notation.grids import Grid
from deepcalc.notation.parser import parse
from deepcalc.notation.shapes import ShapeError
from tests.array_graphs import random_graph

L, W, X = Present("L"), Present("W"), Present("X")


def graph() -> Graph:
    found = Graph()
    for name, text in {"X": "[[1, 2], [3, 4], [5, 6]]", "W": "[[1, 0], [2, 1]]"}.items():
        found.add(Quantity(name, given=parse(text), section="Given"))
    for name, text in {"Z": "X @ W", "L": "sum(Z^2)"}.items():
        found.add(Quantity(name, parse(text), section="Forward pass", group="outputs"))
    return found


@pytest.mark.parametrize("start", range(0, 30, 10))
def test_a_gradient_has_the_shape_that_is_described(start: int) -> None:
    for seed in range(start, start + 10):
        made = random_graph(seed)
        ends = [name for name in made.graph.names if len(made.graph.shape(name)) < 2][-2:]
        for described in (GradientOf(Present(of), Present(by)) for of in ends for by in made.given if of != by):
            try:
                told = described_shape(made.graph, described)
            except GraphError:
                assert made.graph.shape(described.of.name)
                assert len(made.graph.shape(described.wrt.name)) > 1
                continue
            name = make(made.graph, described)
            value = evaluate(made.graph, [name]).values[name]
            assert told == (value.shape if isinstance(value, Grid) else ())


@pytest.mark.parametrize(
    ("described", "name", "expected"),
    [
        (GradientOf(L, W), "dL/dW", numpy.array([[246, 88], [312, 112]])),  # 2 XᵀXW
        (EntryOf(GradientOf(L, W), (1, 0)), "dL/dW.2.1", numpy.array(312)),
        (SizesOf(X), "shape(X)", numpy.array([3, 2])),
        (SizesOf(GradientOf(L, X)), "shape(dL/dX)", numpy.array([3, 2])),
        (EntryOf(GradientOf(EntryOf(Present("Z"), (2, 0)), W), (1, 0)), "dZ.3.1/dW.2.1", numpy.array(6)),
        (GradientOf(EntryOf(GradientOf(L, W), (0, 1)), W), "ddL/dW.1.2/dW", numpy.array([[0, 70], [0, 88]])),  # 2 XᵀX
    ],
)
def test_what_is_described_stays_out_of_the_graph_until_it_is_made(
    described: Described, name: str, expected: numpy.ndarray
) -> None:
    found = graph()
    assert described.name == name
    assert described_shape(found, described) == expected.shape
    assert found.names == ("X", "W", "Z", "L")
    assert make(found, described) == name
    value = evaluate(found, [name]).values[name]
    assert numpy.array_equal(floats_of(value), expected)
    size = len(found)
    assert make(found, described) == name
    assert len(found) == size


def test_an_entry_stands_beside_its_array() -> None:
    found = graph()
    entry = found[make(found, EntryOf(Present("Z"), (0, 1)))]
    assert (entry.section, entry.group, is_entry(entry)) == ("Forward pass", "outputs", True)
    assert not any(is_entry(found[name]) for name in "XWZL")


def test_what_a_description_is_made_of() -> None:
    described = GradientOf(EntryOf(Present("Z"), (0, 0)), SizesOf(W))
    assert parts_in(graph(), described) == ["Z", "W"]
    assert parts_in(graph(), Present("q")) == []


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (
            GradientOf(Present("Z"), W),
            "dZ/dW has more than two axes (Z is 3 × 2, W 2 × 2); ask for the derivative of an",
        ),
        (
            GradientOf(Present("Z"), L),
            "dZ/dL is the derivative of what has more than one axis (Z is 3 × 2, L a number)",
        ),
        (EntryOf(GradientOf(L, W), (2, 0)), "there is no row 3: rows count from 1 to 2"),
    ],
)
def test_what_cannot_be_is_told_from_its_description(described: Described, message: str) -> None:
    found = graph()
    with pytest.raises((GraphError, ShapeError)) as told:
        described_shape(found, described)
    assert str(told.value).startswith(message)
    with pytest.raises(DeepcalcError):
        make(graph(), described)


def test_a_copy_grows_by_itself() -> None:
    found = graph()
    own = found.copy()
    make(own, GradientOf(L, W))
    assert found.names == ("X", "W", "Z", "L")
    assert found.adjoint("L", "W") is None
    assert own.shape("dL/dW") == (2, 2)
    assert not found.shape("dL/dW")

"""The axes of an array in another order, and backwards, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Quantity
from deepcalc.notation.operations.expressions import arranged
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.printing.latex import LatexPrinter
from deepcalc.notation.printing.mathml import MathMLPrinter
from deepcalc.notation.printing.unicode import UnicodePrinter

X = numpy.arange(24.0).reshape(2, 3, 4)


def graph_of(axes: tuple[int, ...]) -> Graph:
    graph = Graph([Quantity("X", given=parse(str(X.tolist())))])
    graph.add(Quantity("P", parse(f"permute(X, axes={axes})")))
    weights = numpy.arange(1.0, 25.0).reshape(numpy.transpose(X, axes).shape)
    graph.add(Quantity("G", given=parse(str(weights.tolist()))))
    graph.add(Quantity("L", arranged(parse("sum(G * P)"), graph.shape)))
    add_gradient(graph, "dL/dX")
    return graph


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 0, 2), (2, 0, 1), (1, 2, 0)])
def test_values_and_gradients(axes: tuple[int, ...]) -> None:
    graph = graph_of(axes)
    values: Any = evaluate(graph, ["P", "G", "dL/dX"]).values
    exact = {name: numpy.array(value.nested(float)) for name, value in values.items()}
    assert (exact["P"] == numpy.transpose(X, axes)).all()
    assert (exact["dL/dX"] == numpy.transpose(exact["G"], numpy.argsort(axes))).all()
    floats = Program(graph, ["P", "dL/dX"]).run()
    assert (floats["P"] == exact["P"]).all()
    assert (floats["dL/dX"] == exact["dL/dX"]).all()


def test_it_is_printed_as_it_is_read() -> None:
    text = "permute(X, axes=(1, 0, 2, 3))"
    assert PlainPrinter().print(parse(text)) == text


@pytest.mark.parametrize("axes", [(0, 1), (0, 1, 1), (0, 1, 3)])
def test_axes_that_are_none_are_refused(axes: tuple[int, ...]) -> None:
    graph = Graph([Quantity("X", given=parse(str(X.tolist())))])
    with pytest.raises(GraphError, match="each of the axes 0 to 2 of 2 × 3 × 4 once"):
        graph.add(Quantity("P", parse(f"permute(X, axes={axes})")))


@pytest.mark.parametrize("axes", [None, (0,), (1, 2), (2, 0)])
def test_an_array_backwards(axes: tuple[int, ...] | None) -> None:
    said = "" if axes is None else f", axes={axes if len(axes) > 1 else axes[0]}"
    weights = numpy.sin(numpy.arange(24.0)).round(2).reshape(X.shape)
    graph = Graph([Quantity("X", given=parse(str(X.tolist()))), Quantity("G", given=parse(str(weights.tolist())))])
    graph.add(Quantity("R", parse(f"flip(X{said})")))
    graph.add(Quantity("L", arranged(parse("sum(G * R)"), graph.shape)))
    add_gradient(graph, "dL/dX")
    values: Any = evaluate(graph, ["R", "dL/dX"]).values
    floats = Program(graph, ["R", "dL/dX"]).run()
    for name, expected in (("R", numpy.flip(X, axes)), ("dL/dX", numpy.flip(weights, axes))):
        assert (numpy.array(values[name].nested(float)) == expected).all()
        assert (floats[name] == expected).all()


@pytest.mark.parametrize("axes", ["(0, 0)", "3", "(0, 5)"])
def test_an_axis_that_is_none_is_not_turned(axes: str) -> None:
    graph = Graph([Quantity("X", given=parse(str(X.tolist())))])
    with pytest.raises(GraphError, match="flip turns axes among the axes 0 to 2 of 2 × 3 × 4, each once"):
        graph.add(Quantity("R", parse(f"flip(X, axes={axes})")))


@pytest.mark.parametrize(("by", "around"), [("1", [1, 1, 1]), ("(0, 2, 1)", [0, 2, 1])])
def test_zeros_around_an_array(by: str, around: list[int]) -> None:
    expected = numpy.pad(X, [(each, each) for each in around])
    weights = numpy.sin(numpy.arange(expected.size)).round(2).reshape(expected.shape)
    graph = Graph([Quantity("X", given=parse(str(X.tolist()))), Quantity("G", given=parse(str(weights.tolist())))])
    graph.add(Quantity("R", parse(f"pad(X, by={by})")))
    graph.add(Quantity("L", arranged(parse("sum(G * R)"), graph.shape)))
    add_gradient(graph, "dL/dX")
    values: Any = evaluate(graph, ["R", "dL/dX"]).values
    floats = Program(graph, ["R", "dL/dX"]).run()
    inside = weights[tuple(slice(each, each + size) for each, size in zip(around, X.shape, strict=True))]
    for name, wanted in (("R", expected), ("dL/dX", inside)):
        assert numpy.allclose(numpy.array(values[name].nested(float)), wanted)
        assert numpy.allclose(floats[name], wanted)


def test_zeros_around_axes_that_there_are_not_are_refused() -> None:
    graph = Graph([Quantity("X", given=parse("[[1, 2], [3, 4]]"))])
    with pytest.raises(GraphError, match="`by` has 3, and this is 2 × 2"):
        graph.add(Quantity("R", parse("pad(X, by=(1, 1, 1))")))


@pytest.mark.parametrize("axes", [None, (0,), (1, 2)])
def test_many_arrays_at_once_are_each_turned_alone(axes: tuple[int, ...] | None) -> None:
    said = "" if axes is None else f", axes={axes if len(axes) > 1 else axes[0]}"
    graph = Graph([Quantity("X", given=parse(str(X.tolist())))])
    graph.add(Quantity("R", parse(f"flip(X{said})")))
    points = numpy.stack([X, 2 * X, X - 5])
    found = Program(graph, ["R"], ["X"]).run({"X": points})["R"]
    assert (found == numpy.stack([numpy.flip(each, axes) for each in points])).all()


def test_another_shape_is_written_with_its_sizes() -> None:
    node = parse("reshape(X, shape=(2, 3, 4))")
    assert PlainPrinter().print(node) == "reshape(X, shape=(2, 3, 4))"
    assert UnicodePrinter().print(node) == "reshape₂ₓ₃ₓ₄(X)"
    assert LatexPrinter().print(node) == r"\operatorname{reshape}_{2 \times 3 \times 4}(X)"
    assert "<msub>" in MathMLPrinter().print(node)
    assert MathMLPrinter().print(node).count("×") == 2

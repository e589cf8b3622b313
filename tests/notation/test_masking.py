"""The masked softmax against NumPy and an autodiff library, and by its own entries."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as anp
import numpy
import pytest

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import WithEntries, evaluate, value_of
from deepcalc.graph.floats import Program
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Quantity
from deepcalc.notation.grids import places
from deepcalc.notation.operations.expressions import arranged, entry_of
from deepcalc.notation.parser import parse

SCORES = numpy.array([[1.0, -2.0, 0.5], [300.0, 301.0, -300.0]])
MASKS = [[[1, 1, 0], [0, 1, 1]], [[1, 0, 0], [1, 1, 1]]]
UP = numpy.array([[1.0, 2.0, -1.0], [0.5, 3.0, 1.0]])


def graph_of(mask: Any, axis: int = 1) -> Graph:
    given = {"S": SCORES.tolist(), "M": mask, "G": UP.tolist()}
    graph = Graph(Quantity(name, given=parse(str(value))) for name, value in given.items())
    graph.add(Quantity("A", parse(f"masked_softmax(S, M, axis={axis})")))
    graph.add(Quantity("L", arranged(parse("sum(G * A)"), graph.shape)))
    add_gradient(graph, "dL/dS")
    add_gradient(graph, "dL/dM")
    return graph


def by_hand(scores: Any, mask: Any) -> Any:
    """Minus infinity put in for what is masked, then the softmax of each row."""
    kept = anp.where(numpy.array(mask) == 1, scores, -numpy.inf)
    grown = anp.exp(kept - anp.max(kept, axis=1, keepdims=True))
    return grown / anp.sum(grown, axis=1, keepdims=True)


@pytest.mark.parametrize("mask", MASKS)
def test_values_entries_and_gradients(mask: Any) -> None:
    graph = graph_of(mask)
    values = WithEntries(evaluate(graph, graph.names).values)
    floats = Program(graph, ["A", "dL/dS"]).run()
    whole = numpy.array(values["A"].nested(float))
    assert numpy.allclose(whole, by_hand(SCORES, mask), rtol=1e-12, atol=1e-12)
    assert numpy.allclose(floats["A"], whole, rtol=1e-12, atol=1e-12)
    wanted = autograd.grad(lambda scores: anp.sum(UP * by_hand(scores, mask)))(SCORES)
    assert numpy.allclose(numpy.array(values["dL/dS"].nested(float)), wanted, rtol=1e-9, atol=1e-12)
    assert numpy.allclose(floats["dL/dS"], wanted, rtol=1e-9, atol=1e-12)
    for place in places((2, 3)):
        entry = entry_of(graph["A"].definition, place, graph.shape)
        assert abs(float(value_of(entry, values)) - whole[place]) < 1e-12


def test_down_the_columns_it_is_that_of_the_transposed() -> None:
    graph = graph_of([[1, 1, 0], [1, 0, 1]], axis=0)
    value: Any = evaluate(graph, ["A"]).values["A"]
    mask = numpy.array([[1, 1, 0], [1, 0, 1]])
    assert numpy.allclose(numpy.array(value.nested(float)), by_hand(SCORES.T, mask.T).T, rtol=1e-12, atol=1e-12)


def test_a_row_that_is_masked_as_a_whole_has_no_softmax() -> None:
    with pytest.raises(MathError, match="leaves no score"):
        evaluate(graph_of([[0, 0, 0], [1, 1, 1]]), ["A"])


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(GraphError, match="the mask has the shape of the scores, 2 × 3, not 2 × 2"):
        graph_of([[1, 0], [0, 1]])

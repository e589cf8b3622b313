"""Cross-entropy of a softmax of arrays: one step back where the targets are known to sum to 1, the chain else."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.fusion import with_fusion
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.operations.expressions import arranged
from deepcalc.notation.parser import parse
from deepcalc.notation.printing import PlainPrinter

Z = numpy.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]])


def gradient(targets: list[list[float]], axis: int) -> tuple[bool, Any, Any]:
    """Whether dL/dZ is one step, its value, and that of NumPy."""
    graph = Graph([Quantity("Z", given=parse(str(Z.tolist()))), Quantity("Y", given=parse(str(targets)))])
    graph.add(Quantity("P", parse(f"softmax(Z, axis={axis})")))
    graph.add(with_fusion(graph, Quantity("L", arranged(parse("-sum(Y * log(P))"), graph.shape))))
    add_gradient(graph, "dL/dZ")
    y = numpy.array(targets)
    p = numpy.exp(Z) / numpy.exp(Z).sum(axis=axis, keepdims=True)
    value: Any = evaluate(graph, ["dL/dZ"]).values["dL/dZ"]
    is_fused = PlainPrinter().print(graph["dL/dZ"].definition) == "P - Y"
    return is_fused, numpy.array(value.nested(float)), p * y.sum(axis=axis, keepdims=True) - y


@pytest.mark.parametrize(
    ("targets", "axis", "fused"),
    [
        ([[1, 0], [0, 1], [0, 1]], 1, True),
        ([[0.25, 0.75], [0.5, 0.5], [0, 1]], 1, True),
        ([[0.25, 0.5], [0.5, 0.25], [0.25, 0.25]], 0, True),
        ([[0.25, 0.5], [0.5, 0.25], [0.25, 0.25]], 1, False),  # the columns sum to 1, not the rows
        ([[1, 0], [0, 1], [0, 1]], 0, False),
        ([[0.5, 0.25], [0, 1], [0, 1]], 1, False),
    ],
)
def test_it_is_one_step_where_the_targets_sum_to_1_along_the_axis(
    targets: list[list[float]], axis: int, fused: bool
) -> None:
    is_fused, found, expected = gradient(targets, axis)
    assert is_fused is fused
    assert found == pytest.approx(expected)

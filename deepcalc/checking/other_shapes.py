"""What is said of an answer whose shape is another one than that of the quantity asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deepcalc.checking.document import Verdict
from deepcalc.checking.findings import Finding
from deepcalc.checking.reports import SlipReport
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import value_shape
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import places
from deepcalc.notation.nodes import Name
from deepcalc.notation.shapes import shape_text


def of_another_shape(graph: Graph, name: str, shape: Any, value: Any, truth: Any) -> Finding:
    """The shape of an answer beside that of the quantity; the ``value`` may be the ``truth`` transposed."""
    wanted = graph.shape(name)
    adjoint = graph[name].adjoint
    said: Prose = (f"yours is {shape_text(shape)}; ", Name(name), f" is {shape_text(wanted)}")
    if adjoint is not None and wanted == graph.shape(adjoint.wrt):
        said = (f"yours is {shape_text(shape)}; ", Name(name), " has the shape of ", Name(adjoint.wrt),
                f", {shape_text(wanted)}")  # fmt: skip
    reports: tuple[SlipReport, ...] = ()
    if _is_transposed(value, truth):
        said = (*said, ": it is the transposed matrix")
        reports = (SlipReport("transposed", "the transposed matrix", name, ()),)
    return Finding(Verdict.WRONG, Fraction(0), said, reports)


def _is_transposed(value: Any, truth: Any) -> bool:
    if len(value_shape(value)) != 2 or value_shape(value)[::-1] != value_shape(truth):
        return False
    return all(
        abs(to_fraction(value[place]) - to_fraction(truth[place[::-1]])) <= abs(to_fraction(truth[place[::-1]])) / 100
        for place in places(value.shape)
    )

"""The values of what is given."""

from __future__ import annotations

from deepcalc.graph.quantities import Given, GraphError, Letter
from deepcalc.notation.grids import AnyValue, Grid, grid_of
from deepcalc.notation.nodes import Literal
from deepcalc.notation.shapes import shape_text


def value_of_given(given: Given) -> AnyValue:
    """The value of what is given with one."""
    if isinstance(given, Literal):
        return given.value
    if isinstance(given, Grid):
        return given
    if isinstance(given, Letter):
        raise GraphError(f"a letter ({shape_text(given.shape)}) has no value", "")
    return grid_of(given)

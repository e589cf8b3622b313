"""The values of what is given."""

from __future__ import annotations

from typing import Any

from deepcalc.graph.graph import Given, GraphError, Letter
from deepcalc.notation.grids import Grid, grid_of
from deepcalc.notation.nodes import Literal
from deepcalc.notation.shapes import shape_text


def value_of_given(given: Given) -> Any:
    """The value of what is given with one."""
    if isinstance(given, Literal):
        return given.value
    if isinstance(given, Grid):
        return given
    if isinstance(given, Letter):
        raise GraphError(f"a letter ({shape_text(given.shape)}) has no value", "")
    return grid_of(given)

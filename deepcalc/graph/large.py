"""Evaluation of what is too large for exact entries: in floats, as values that later floors read like any others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deepcalc.errors import MathError
from deepcalc.graph.floats import Program
from deepcalc.graph.givens import value_of_given
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import context
from deepcalc.notation.grids import AnyValue, FloatGrid, Grid


def evaluate_in_floats(
    graph: Graph, names: Iterable[str], overrides: Mapping[str, AnyValue]
) -> tuple[dict[str, AnyValue], dict[str, AnyValue]]:
    """The values of the named quantities and of all that they are made of, twice: as passed on and as computed."""
    wanted = graph.ancestors(names, stop=overrides)
    program = Program(graph, wanted, overrides)
    found = program.run({name: _as_floats(value) for name, value in overrides.items() if name in program.inputs})
    values = {}
    for name in wanted:
        given = graph[name].given
        values[name] = overrides[name] if name in overrides else (
            value_of_given(given) if given is not None else _as_value(name, found[name])
        )  # fmt: skip
    return values, dict(values)


def _as_floats(value: AnyValue) -> Any:
    import numpy

    if isinstance(value, FloatGrid):
        return value.floats
    if isinstance(value, Grid):
        return numpy.array(value.nested(float))
    return float(value)


def _as_value(name: str, found: Any) -> AnyValue:
    import numpy

    array = numpy.asarray(found)
    if not numpy.isfinite(array).all():
        raise MathError(name, "", "the result is not finite")
    return FloatGrid(array) if array.ndim else context.mpf(float(array))

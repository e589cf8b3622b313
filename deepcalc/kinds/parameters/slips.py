"""Typical mistakes in counting parameters, multiply-adds and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepcalc.kinds._arrays import slips_of
from deepcalc.kinds.parameters.graph import written
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.parameters.fields import ParametersFields


def slips(fields: ParametersFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes: those of each layer, and biases forgotten in all of them."""
    writer = written(fields)
    yield from slips_of(plan.graph, writer.mistakes)
    names = [name for key, _, formulas in writer.mistakes if key == "biases-forgotten" for name in formulas]
    if len(names) > 1:
        yield from slips_of(plan.graph, [("biases-forgotten", "the biases forgotten", dict.fromkeys(names, "0"))])

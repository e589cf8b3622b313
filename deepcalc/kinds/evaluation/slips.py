"""Typical mistakes in measures: those of the rows, and those of counting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepcalc.kinds._arrays import slips_of
from deepcalc.plan import Plan, Slip

if TYPE_CHECKING:
    from deepcalc.kinds.evaluation.graph import Measured


def slips(measured: Measured, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an evaluation problem."""
    return slips_of(plan.graph, measured.writer.mistakes)

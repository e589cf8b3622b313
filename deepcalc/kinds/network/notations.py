"""The notations of a network, one row each: how its fields are read, its plan is built, its mistakes are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from deepcalc.kinds.network.fields import NetworkFields
from deepcalc.kinds.registry import later
from deepcalc.plan import Plan, Slip
from deepcalc.records import record


@record
class Notation:
    """A notation: what a kind of problem needs, for networks that are written in it."""

    read: Callable[[NetworkFields], Any]
    build: Callable[[Any], Plan]
    slips: Callable[[Any, Plan], Iterable[Slip]]


NOTATIONS: Mapping[str, Notation] = {
    "scalars": Notation(
        later("deepcalc.kinds.network.checks", "read"),
        later("deepcalc.kinds.network.graph", "build"),
        later("deepcalc.kinds.network.slips", "slips"),
    ),
    "matrix": Notation(
        later("deepcalc.kinds.network.matrix.checks", "read"),
        later("deepcalc.kinds.network.matrix.graph", "build"),
        later("deepcalc.kinds.network.matrix.slips", "slips"),
    ),
}


def read(fields: NetworkFields) -> Any:
    """The model of a network in its notation; ``FieldError`` with everything that is wrong in its fields together."""
    return NOTATIONS[fields.notation].read(fields)


def build(model: Any) -> Plan:
    """The plan of a network problem."""
    return NOTATIONS[model.fields.notation].build(model)


def slips(model: Any, plan: Plan) -> Iterable[Slip]:
    """The typical mistakes of a network problem."""
    return NOTATIONS[model.fields.notation].slips(model, plan)

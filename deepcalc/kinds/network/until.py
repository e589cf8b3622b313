"""Where a training stops: a criterion that is held against the values after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deepcalc.errors import DeepcalcError, Fault, FieldError, did_you_mean
from deepcalc.graph.evaluation import evaluate, holds
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._stopping import STOP
from deepcalc.kinds._updates import timed
from deepcalc.notation.nodes import Cases, Name, Relation, names_in, number

_AT = ("optimizer", "until")


def criterion_at(graph: Graph, until: Any, time: int, instead: str) -> Relation:
    """The criterion with the values after so many updates.

    ``FieldError`` where it has a name without one; ``instead`` says what there is.
    """
    names = {name: timed(name, time) for name in names_in(until)}
    unknown = [name for name, at in names.items() if at not in graph]
    if unknown:
        known = did_you_mean(unknown[0], graph.names)
        message = f"`{unknown[0]}` has no value after an update; {instead}{known}"
        raise FieldError([Fault(_AT, message)])
    renamed: Relation = until.xreplace({Name(name): Name(at) for name, at in names.items()})
    return renamed


def is_met(graph: Graph, criterion: Relation) -> bool:
    """Whether the criterion holds; ``FieldError`` where that cannot be decided."""
    try:
        return holds(criterion, evaluate(graph, names_in(criterion)).values)
    except DeepcalcError as error:
        raise FieldError([Fault(_AT, f"cannot be decided: {error}")]) from None


def add_stop(graph: Graph, criteria: Sequence[Relation], most: int) -> None:
    """Add the epoch after which training stops: the first at whose end the criterion holds, or the last one."""
    branches = [part for epoch, each in enumerate(criteria, start=1) for part in (number(epoch), each)]
    met = is_met(graph, criteria[-1])
    note = "the first epoch at whose end it holds" if met else "the last epoch; it does not hold at any end"
    formula = Cases(*branches, number(most))
    graph.add(Quantity(STOP, formula, section="Stop", group="epochs", note=(note,), origin=_AT))

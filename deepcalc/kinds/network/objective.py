"""The penalty on a network's weights: its sums, the loss with it, and what it adds to the gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deepcalc.graph.gradients import BACKWARD
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Adjoint, Quantity
from deepcalc.kinds._penalties import PenaltyFields
from deepcalc.kinds.network.wiring import Wiring
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Literal, Name, Plus
from deepcalc.notation.symbols import Forms
from deepcalc.rules.penalties import COUNT, NUMBERS, PENALTIES

PENALTY = "penalty"


def penalty_givens(fields: PenaltyFields | None) -> Iterator[Quantity]:
    """The numbers of the penalty."""
    if fields is None:
        return
    samples = None if fields.samples is None else Literal(str(fields.samples))
    numbers = [(name, field, getattr(fields, field)) for field, name in NUMBERS.items()]
    for name, field, value in (*numbers, (COUNT, "samples", samples)):
        if value is not None:
            yield Quantity(name, given=value, section="Penalty", origin=("penalty", field))


def penalty_forms(fields: PenaltyFields | None) -> dict[str, Forms]:
    """How the sums over the weights are printed."""
    return {} if fields is None else {each.name: each.forms for each in PENALTIES[fields.function].sums}


def add_penalty(graph: Graph, wiring: Wiring) -> None:
    """Add the sums over the weights, the penalty, and the loss with it."""
    fields, weights = wiring.fields.penalty, wiring.penalized
    if fields is None:
        return
    row, scale = PENALTIES[fields.function], fields.scale
    plain: dict[str, Any] = {"section": "Penalty", "group": "losses", "origin": ("penalty",)}
    for each in row.sums:
        laws, note = (each.law(len(weights)),), (each.meaning,)
        graph.add(Quantity(each.name, each.over(weights), laws=laws, note=note, **plain))
    formula = row.formula([Name(each.name) for each in row.sums], scale)
    graph.add(Quantity(PENALTY, formula, note=(row.title,), **plain))
    both, note = Plus(Name(str(wiring.loss_name)), Name(PENALTY)), ("loss with the penalty",)
    graph.add(Quantity(fields.total, both, note=note, **plain))


def add_penalized_gradients(graph: Graph, wiring: Wiring) -> None:
    """Add the derivative of the loss with the penalty by every parameter."""
    fields = wiring.fields.penalty
    if fields is None:
        return
    row, scale = PENALTIES[fields.function], fields.scale
    penalized = set(wiring.penalized)
    for name, parameter in wiring.parameters.items():
        alone = Name(gradient(str(wiring.loss_name), name))
        formula = Plus(alone, row.slope(Name(name), scale)) if name in penalized else alone
        graph.add(
            Quantity(
                gradient(fields.total, name),
                formula,
                section=f"{BACKWARD}, with the penalty",
                group="gradients",
                note=() if name in penalized else ("not penalized",),
                origin=parameter.origin,
                adjoint=Adjoint(fields.total, name),
            )
        )

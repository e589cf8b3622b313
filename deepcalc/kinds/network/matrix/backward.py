"""The penalty on a network's matrices of weights, and what it adds to the gradients: ``dJ/dW1 = dL/dW1 + 2λ W1``."""

from __future__ import annotations

from deepcalc.graph.gradients import BACKWARD
from deepcalc.graph.graph import Adjoint, Quantity
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds._updates import timed
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.objective import PENALTY
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Plus, total
from deepcalc.rules.penalties import PENALTIES


def add_penalty(writer: ArrayWriter, wiring: MatrixWiring, loss: str, time: int) -> None:
    """Add the sums over the entries of the weights, the penalty, and the loss with it."""
    fields, at = wiring.fields.penalty, ("penalty",)
    if fields is None:
        return
    row = PENALTIES[fields.function]
    section = "Penalty" if time == 0 else f"Penalty after update {time}"
    weights = [Name(wiring.at_time(name, time)) for name in wiring.penalized]
    for each in row.sums:
        summed = total(*(Apply("sum", {}, each.term(name)) for name in weights))
        writer.add(timed(each.name, time), summed, at, each.meaning, section, "losses")
    formula = row.formula([Name(timed(each.name, time)) for each in row.sums], fields.scale)
    writer.add(timed(PENALTY, time), formula, at, row.title, section, "losses")
    both = Plus(Name(timed(loss, time)), Name(timed(PENALTY, time)))
    writer.add(timed(fields.total, time), both, at, "loss with the penalty", section, "losses")


def add_penalized_gradients(writer: ArrayWriter, wiring: MatrixWiring, time: int, suffix: str) -> None:
    """Add the derivative of the loss with the penalty by every parameter; ``suffix`` is what a batch's names end in."""
    fields = wiring.fields.penalty
    if fields is None:
        return
    row, of, loss = PENALTIES[fields.function], f"{fields.total}{suffix}", f"{wiring.loss_name}{suffix}"
    section = f"{BACKWARD}, with the penalty{f', after update {time}' if time else ''}"
    for own, origin in wiring.parameters.items():
        name, is_penalized = wiring.at_time(own, time), own in wiring.penalized
        alone = Name(gradient(timed(loss, time), name))
        formula = Plus(alone, row.slope(Name(name), fields.scale)) if is_penalized else alone
        note = () if is_penalized else ("not penalized",)
        total_name = timed(of, time)
        writer.add_quantity(
            Quantity(
                gradient(total_name, name),
                formula,
                section=section,
                group="gradients",
                note=note,
                origin=origin,
                adjoint=Adjoint(total_name, name),
            )
        )

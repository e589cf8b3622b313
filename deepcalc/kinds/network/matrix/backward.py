"""The penalty on a network's matrices of weights, and what it adds to the gradients: ``dJ/dW1 = dL/dW1 + 2λ W1``."""

from __future__ import annotations

from dataclasses import replace

from deepcalc.graph.gradients import BACKWARD
from deepcalc.graph.quantities import Adjoint, Quantity
from deepcalc.kinds._arrays import ArrayWriter
from deepcalc.kinds.network.matrix.forward import Pass
from deepcalc.kinds.network.matrix.wiring import MatrixWiring
from deepcalc.kinds.network.objective import PENALTY
from deepcalc.notation.array_nodes import Apply
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, Plus, total
from deepcalc.rules.penalties import PENALTIES

SECTION = "Penalty"


def add_penalty(one: Pass) -> None:
    """Add the sums over the entries of the weights, the penalty, and the loss with it.

    Sums and penalty are of no batch; the loss with the penalty is that of the pass.
    """
    wiring = one.wiring
    fields, at, penalized = wiring.fields.penalty, ("penalty",), wiring.penalized
    if fields is None:
        return
    row = PENALTIES[fields.function]
    of_weights = Pass(wiring, one.writer, replace(one.stage, batch=None), {each: one.at(each) for each in penalized})
    for each in row.sums:
        summed = total(*(Apply("sum", {}, each.term(Name(name))) for name in penalized))
        of_weights.add(each.name, summed, at, each.meaning, "losses", SECTION)
    formula = row.formula([Name(each.name) for each in row.sums], fields.scale)
    of_weights.add(PENALTY, formula, at, row.title, "losses", SECTION)
    one.call(PENALTY, of_weights.at(PENALTY))
    both = Plus(Name(str(wiring.loss_name)), Name(PENALTY))
    one.add(fields.total, both, at, "loss with the penalty", "losses", SECTION)


def add_penalized_gradients(writer: ArrayWriter, wiring: MatrixWiring, one: Pass) -> None:
    """Add the derivative of the loss with the penalty by every parameter."""
    fields = wiring.fields.penalty
    if fields is None:
        return
    row, of, loss = PENALTIES[fields.function], one.stage.name(fields.total), one.at(str(wiring.loss_name))
    for own, parameter in wiring.parameters.items():
        name, is_penalized = one.at(own), own in wiring.penalized
        alone = Name(gradient(loss, name))
        writer.add_quantity(
            Quantity(
                gradient(of, name),
                Plus(alone, row.slope(Name(name), fields.scale)) if is_penalized else alone,
                section=one.stage.section(f"{BACKWARD}, with the penalty"),
                group="gradients",
                note=() if is_penalized else ("not penalized",),
                origin=parameter.origin,
                adjoint=Adjoint(of, name),
            )
        )

"""The learning rate of a step found by a search along its direction, exactly or by trying ever smaller ones.

See Nocedal and Wright, *Numerical Optimization*, 2nd ed., algorithm 3.1 and equation 3.26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deepcalc.errors import DeepcalcError, Fault, FieldError, Location
from deepcalc.graph.evaluation import evaluate, holds
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.array_nodes import MatrixProduct, Transpose
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ZERO, Cases, Name, Node, Over, Power, Relation, Times, minus, names_in, total
from deepcalc.rules.updates import ETA, RATES, Moment

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields
    from deepcalc.kinds.optimizer.objective import Objective

MOST_TRIALS = 30
AT: Location = ("line_search",)


class Search:
    """The search for the rates of an optimizer's steps, written into the graph of the steps."""

    def __init__(self, fields: OptimizerFields, objective: Objective, graph: Graph) -> None:
        self._fields = fields
        self._objective = objective
        self._graph = graph

    def rate(self, step: int, moments: Mapping[str, Moment]) -> Iterator[Quantity]:
        """The rate of a step, with what is tried on the way; ``FieldError`` where none is found."""
        if self._fields.line_search == "exact":
            yield self._exact(step, moments)
        else:
            yield from self._backtracked(step, moments)

    def _exact(self, step: int, moments: Mapping[str, Moment]) -> Quantity:
        """Where a quadratic is least along the gradient: gᵀg / gᵀHg."""
        hessian = self._objective.hessian()
        if hessian is None:
            message = "an exact search needs a quadratic, whose second derivatives are numbers; give {factor: 0.5}"
            raise FieldError([Fault(AT, message)])
        gradients = {name: moment.gradient for name, moment in moments.items()}
        names = list(gradients)
        if any(moment.is_array for moment in moments.values()):
            (name,) = names
            g, curvature = gradients[name], hessian[name, name]
            over: Node = MatrixProduct(Transpose(g), g)
            under: Node = MatrixProduct(MatrixProduct(Transpose(g), curvature), g)
        else:
            over = total(*(Power(each, TWO) for each in gradients.values()))
            under = total(
                *(
                    Times(*((TWO,) if row != column else ()), hessian[row, column], *_both(gradients, row, column))
                    for index, row in enumerate(names)
                    for column in names[index:]
                    if hessian[row, column] != ZERO
                )
            )
        note = ("where the objective is least along the gradient",)
        return Quantity(f"{ETA.name}@{step}", Over(over, under), group=RATES, note=note, origin=AT)

    def _backtracked(self, step: int, moments: Mapping[str, Moment]) -> Iterator[Quantity]:
        """η, η·β, η·β² … until the objective falls by c·(rate)·gᵀp or more."""
        search: Any = self._fields.line_search
        objective: Any = self._fields.objective
        before = self._objective.name(None, step - 1)
        slope = total(*(self._slope(moment) for moment in moments.values()))
        branches: list[Any] = []
        for trial in range(1, MOST_TRIALS + 1):
            heads = (ETA.name, self._fields.objective_name, "bound")
            rate, there, bound = (f"{head}.try{trial}@{step}" for head in heads)
            tried = ETA if trial == 1 else Times(search.factor, Name(f"{ETA.name}.try{trial - 1}@{step}"))
            found = [Quantity(rate, tried, group=RATES, note=(f"rate {trial} that is tried",), origin=AT)]
            points = {name: f"{name}.try{trial}@{step}" for name in moments}
            for name, moment in moments.items():
                reached = minus(moment.parameter, Times(Name(rate), self._direction(moment)))
                found.append(Quantity(points[name], reached, group=RATES, note=("where it leads",), origin=AT))
            value = objective.xreplace({Name(name): Name(point) for name, point in points.items()})
            allowed = minus(Name(before), Times(search.slope, Name(rate), slope))
            found.append(Quantity(there, value, group=RATES, note=("objective there",), origin=AT))
            found.append(Quantity(bound, allowed, group=RATES, note=("what that may be at most",), origin=AT))
            yield from found
            relation = Relation("<=", Name(there), Name(bound))
            branches += [Name(rate), relation]
            if self._is_small_enough(relation):
                chosen = Cases(*branches, Name(rate))
                note = ("the first that is small enough",)
                yield Quantity(f"{ETA.name}@{step}", chosen, group=RATES, note=note, origin=AT)
                return
        message = (
            f"after {MOST_TRIALS} trials in step {step} no rate is small enough; take a smaller `slope` or `factor`"
        )
        raise FieldError([Fault(AT, message)])

    def _direction(self, moment: Moment) -> Node:
        return moment.now("step") if self._fields.update.needs_curvature else moment.gradient

    def _slope(self, moment: Moment) -> Node:
        """gᵀp, how fast the objective falls at first."""
        direction = self._direction(moment)
        if moment.is_array:
            return MatrixProduct(Transpose(moment.gradient), direction)
        is_gradient = direction == moment.gradient
        return Power(moment.gradient, TWO) if is_gradient else Times(moment.gradient, direction)

    def _is_small_enough(self, relation: Node) -> bool:
        try:
            return holds(relation, evaluate(self._graph, names_in(relation)).values)
        except DeepcalcError as error:
            raise FieldError([Fault(AT, f"cannot be decided: {error}")]) from None


def _both(gradients: Mapping[str, Node], row: str, column: str) -> tuple[Node, ...]:
    return (Power(gradients[row], TWO),) if row == column else (gradients[row], gradients[column])

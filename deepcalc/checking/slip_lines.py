"""A mistake as the student probably wrote it: the line of the quantity where it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.graph.evaluation import Evaluation
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import Name, Node, Relation, Value, names_in
from deepcalc.notation.rounding import Rounding
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import View


def own_slips(problem: Problem) -> Iterator[Slip]:
    """The mistakes of the kind's own list, without the formulas that are as they should be."""
    if problem.kind.slips is None:
        return
    graph = problem.plan.graph
    for slip in problem.kind.slips(problem.model, problem.plan):
        formulas = {name: formula for name, formula in slip.formulas.items() if formula != graph[name].formula}
        if formulas:
            yield Slip(slip.key, slip.message, formulas, is_rare=slip.is_rare)


def written_line(problem: Problem, name: str, formula: Node, values: Mapping[str, Value]) -> Node:
    """A quantity's line with another formula: the formula, the numbers put in, the result, in one relation."""
    graph, rounding = problem.plan.graph, problem.rounding
    put_in = [_as_given(graph[used], values[used], rounding) for used in names_in(formula)]
    small = Graph([*put_in, Quantity(name, formula, group=graph[name].group)])
    evaluation = Evaluation(values, values)
    step = Derivation(small, evaluation, rounding, Detail.BRIEF).step(name)
    shown = [line for line in step.lines if line.view is not View.LAW]
    operators = " ".join("=" if line.exact else "≈" for line in shown)
    return Relation(operators, Name(name), *(line.expression for line in shown))


def _as_given(quantity: Quantity, value: Value, rounding: Rounding) -> Quantity:
    written = quantity.given if quantity.given is not None else rounding.of(quantity.group).write(value)
    return Quantity(quantity.name, given=written)

"""The objective as a graph of its own, in which its gradient is derived before the steps are known."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, FieldError
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph, GraphError, Letter, Quantity
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.notation.array_nodes import MatrixProduct, Transpose
from deepcalc.notation.edits import changed, rescaled, terms
from deepcalc.notation.grids import grid_of
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import Name, total
from deepcalc.notation.shapes import shape_text

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields


def derived_gradients(fields: OptimizerFields) -> Mapping[str, tuple[Any, ...]]:
    """The derivative of the objective by each parameter, in the names of parameters and constants.

    Each as it is derived and, where a constant is a symmetric matrix, in the shorter form that it has then.
    ``FieldError`` where the objective is an array, or the shapes in it do not fit.
    """
    graph = Graph()
    for name, value in (*fields.parameters.items(), *fields.constants.items()):
        graph.add(Quantity(name, given=Letter(shape_of_given(value))))
    name = fields.objective_name
    try:
        graph.add(Quantity(name, fields.objective))
        if graph.shape(name):
            raise GraphError(f"{name} is {shape_text(graph.shape(name))}; sum its entries up", name)
        differentiate(graph, name, fields.parameters)
    except GraphError as error:
        raise FieldError([Fault(("objective",), str(error))]) from None
    symmetric = frozenset(Name(each) for each, value in fields.constants.items() if _is_symmetric(value))
    derived = {each: graph[gradient(name, each)].formula for each in fields.parameters}
    return {
        each: tuple(dict.fromkeys((formula, _with_symmetric(formula, symmetric)))) for each, formula in derived.items()
    }


def _is_symmetric(value: Any) -> bool:
    if len(shape_of_given(value)) != 2:
        return False
    grid = grid_of(value)
    rows, columns = grid.shape
    return rows == columns and all(grid[i, j] == grid[j, i] for i in range(rows) for j in range(i))


def _with_symmetric(formula: Any, symmetric: frozenset[Any]) -> Any:
    """``wᵀ A`` as ``A w`` where A is symmetric, and two equal terms as twice the one."""

    def turned(node: Any) -> Any:
        if isinstance(node, MatrixProduct) and node.args[1] in symmetric and isinstance(node.args[0], Transpose):
            return MatrixProduct(node.args[1], node.args[0].args[0])
        return None

    found: list[Any] = []
    for term in terms(changed(formula, turned)):
        if found and found[-1] == term:
            found[-1] = rescaled(term, Fraction(2))
        else:
            found.append(term)
    return total(*found)

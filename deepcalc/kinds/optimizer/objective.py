"""The objective that steps go down: one for all, or another for each step; its values and its gradients.

Derivatives are taken in a graph of the objective alone, before the steps are known; each step renames them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, FieldError, Location
from deepcalc.graph.gradients import differentiate
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import GraphError, Letter, Prose, Quantity
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.notation.array_nodes import Apply, Array, MatrixProduct, Transpose
from deepcalc.notation.edits import changed, rescaled, terms
from deepcalc.notation.grids import grid_of
from deepcalc.notation.names import gradient, gradient_parts
from deepcalc.notation.nodes import Name, Node, Over, names_in, number, total
from deepcalc.notation.shapes import shape_text
from deepcalc.records import record
from deepcalc.rules.updates import GRADIENTS, RATES, Line

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields

OBJECTIVE = "objective"


@record
class Alone:
    """An objective in a graph of its own: what it is made of, itself last, and its derivatives by all of that.

    ``gradients`` are by each parameter, each as it is derived and, where a constant is a symmetric matrix, in the
    shorter form that it has then.
    """

    forward: tuple[Quantity, ...]
    backward: tuple[Quantity, ...]
    gradients: Mapping[str, tuple[Node, ...]]
    hessian: Mapping[tuple[str, str], Any]


def alone(fields: OptimizerFields, formula: Node, at: Location) -> Alone:
    """The objective in the names of its fields; ``FieldError`` where it is an array, or shapes in it do not fit."""
    graph, name = Graph(), fields.objective_name
    given = {**fields.parameters, **fields.constants, **(fields.samples[0] if fields.samples else {})}
    for each, value in given.items():
        graph.add(Quantity(each, given=Letter(shape_of_given(value))))
    for each, defined in {**fields.model, name: formula}.items():
        where = at if each == name else ("model", each)
        try:
            graph.add(Quantity(each, defined, origin=where))
        except GraphError as error:
            raise FieldError([Fault(where, str(error))]) from None
    if graph.shape(name):
        raise FieldError([Fault(at, f"{name} is {shape_text(graph.shape(name))}; sum its entries up")])
    differentiate(graph, name, fields.parameters)
    forward = tuple(each for each in graph if each.given is None and gradient_parts(each.name) is None)
    derived = {gradient(name, each): each for each in fields.parameters}
    backward = tuple(each for each in graph if gradient_parts(each.name) is not None and each.name not in derived)
    symmetric = frozenset(Name(each) for each, value in fields.constants.items() if _is_symmetric(value))
    forms = {parameter: _forms(graph[each].definition, symmetric) for each, parameter in derived.items()}
    return Alone(forward, backward, forms, _hessian(fields, graph))


def _hessian(fields: OptimizerFields, graph: Graph) -> Mapping[tuple[str, str], Any]:
    """The second derivatives, where they are formulas in parameters and constants: of numbers, or of one vector."""
    found: dict[tuple[str, str], Any] = {}
    if fields.model or any(len(graph.shape(name)) > 1 for name in fields.parameters):
        return found
    for row in fields.parameters:
        first = gradient(fields.objective_name, row)
        differentiate(graph, first, fields.parameters)
        for column in fields.parameters:
            formula = graph[gradient(first, column)].definition
            if any(gradient_parts(name) is not None for name in names_in(formula)):
                return {}
            found[row, column] = formula
    return found


class Objective:
    """What the steps of an optimizer go down; ``value`` names a quantity after so many steps."""

    def __init__(self, fields: OptimizerFields, value: Callable[[str, int], str]) -> None:
        self._fields = fields
        self._value = value
        self._point = fields.rule.point
        self._of_sample = frozenset(fields.samples[0] if fields.samples else ())
        self._variants: Sequence[Alone]
        if fields.objective is not None:
            self._variants = [alone(fields, fields.objective, ("objective",))] * len(fields.samples or [None])
        else:
            several = enumerate(fields.objectives or ())
            self._variants = [alone(fields, each, ("objectives", index)) for index, each in several]

    @property
    def origin(self) -> Location:
        return ("objective",) if self._fields.objectives is None else ("objectives",)

    def name(self, variant: int | None, step: int) -> str:
        """The name of an objective, or of the mean of all of them, after a step."""
        name = self._fields.objective_name
        return self._value(name if variant is None else f"{name}:{variant}", step)

    def batch(self, step: int) -> tuple[int | None, ...]:
        """The objectives that a step goes down, by their numbers; None for the only one."""
        count, size = self._fields.variants, self._fields.batch
        if count is None:
            return (None,)
        batches = [range(start, min(start + size, count + 1)) for start in range(1, count + 1, size)]
        return tuple(batches[(step - 1) % len(batches)])

    def values(self, step: int, when: str) -> Iterator[Quantity]:
        """What the objectives come to after a step, and their mean or sum."""
        count = self._fields.variants
        numbers: tuple[int | None, ...] = (None,) if count is None else tuple(range(1, count + 1))
        for variant in numbers:
            names = self._names(variant, step)
            for each in self._of(variant).forward:
                is_last = each.name == self._fields.objective_name
                said: Prose = (f"objective {when}",) if is_last else ()
                said = said if variant is None or not is_last else (f"objective {variant} {when}",)
                yield self._renamed(each, names, said, OBJECTIVE)
        if count is not None:
            reduced = self._reduced([self.name(each, step) for each in numbers])
            said = (f"{self._fields.reduction} of the objectives {when}",)
            yield Quantity(self.name(None, step), reduced, group=OBJECTIVE, note=said, origin=self.origin)

    def gradients(self, step: int) -> Iterator[Quantity]:
        """The gradients that a step goes by: of its objective, or from those of each of its batch."""
        batch = self.batch(step)
        names = {variant: self._names(variant, step - 1, None if self._point is None else step) for variant in batch}
        for variant in batch:
            ahead = () if self._point is None else self._of(variant).forward[:-1]
            for each in (*ahead, *self._of(variant).backward):
                yield self._renamed(each, names[variant], (), GRADIENTS)
        for parameter in self._fields.parameters:
            note: Prose = ("gradient by ", Name(parameter))
            if len(batch) == 1:
                yield self._gradient(f"g.{parameter}@{step}", batch[0], parameter, names[batch[0]], note)
                continue
            each_by = {variant: names[variant][self._by(parameter)] for variant in batch}
            for variant, own in each_by.items():
                yield self._gradient(own, variant, parameter, names[variant], note)
            reduced = self._reduced(list(each_by.values()))
            said: Prose = (f"{self._fields.reduction} of the gradients by ", Name(parameter))
            yield Quantity(f"g.{parameter}@{step}", reduced, group=GRADIENTS, note=said, origin=self.origin)

    def by(self, parameter: str, step: int) -> str | None:
        """Another name of the gradient that a step goes by: that of a derivative by the parameter before it."""
        batch = self.batch(step)
        if self._point is not None:
            return None
        is_whole = len(batch) == (self._fields.variants or 1)
        of = self.name(batch[0] if len(batch) == 1 else None, step - 1)
        return gradient(of, self._value(parameter, step - 1)) if is_whole or len(batch) == 1 else None

    def hessian(self) -> Mapping[tuple[str, str], Any] | None:
        """The second derivatives of a quadratic, which no parameter is in; None of any other objective."""
        found = self._variants[0].hessian
        is_constant = found and not any(name in self._fields.parameters for name in names_in(*found.values()))
        return found if is_constant else None

    def second_derivatives(self) -> Mapping[tuple[str, str], Any]:
        """Those of the first objective, as formulas in parameters and constants; empty where they are none."""
        return self._variants[0].hessian

    def curvature(self, step: int) -> Iterator[Quantity]:
        """The second derivatives where a step begins; of several numbers their matrix, and the Newton step of all."""
        symbols = {Name(old): Name(new) for old, new in self._names(None, step - 1).items()}
        names, hessian = list(self._fields.parameters), self._variants[0].hessian
        if len(names) == 1:
            (name,) = names
            several = "s" if shape_of_given(self._fields.parameters[name]) else ""
            note: Prose = (f"second derivative{several}",)
            formula = hessian[name, name].xreplace(symbols)
            yield Quantity(f"H.{name}@{step}", formula, group=GRADIENTS, note=note, origin=self.origin)
            return
        matrix = Array(*(Array(*(hessian[row, column].xreplace(symbols) for column in names)) for row in names))
        yield Quantity(f"H@{step}", matrix, group=GRADIENTS, note=("second derivatives",), origin=self.origin)
        gradients = Array(*(Name(f"g.{name}@{step}") for name in names))
        formula = MatrixProduct(Apply("inv", {}, Name(f"H@{step}")), gradients)
        yield Quantity(f"newton@{step}", formula, group=RATES, note=("Newton step",), origin=self.origin)

    def first_gradient(self, parameter: str) -> Node:
        """The gradient at the start, as a formula."""
        return self._variants[0].gradients[parameter][-1]

    # ---- names

    def _of(self, variant: int | None) -> Alone:
        return self._variants[(variant or 1) - 1]

    def _by(self, parameter: str) -> str:
        return gradient(self._fields.objective_name, parameter)

    def _names(self, variant: int | None, time: int, point: int | None = None) -> Mapping[str, str]:
        """What every name of the objective's own graph is called after so many steps, or at the point of one."""
        line: Line | None = self._point
        head = "" if point is None or line is None else f"{line.head}."
        names = {}
        for each in self._fields.parameters:
            names[each] = self._value(each, time) if not head else f"{head}{each}@{point}"
        alone = self._of(variant)
        own = [each.name for each in alone.forward]
        for each in (*own, *self._of_sample):
            numbered = each if variant is None else f"{each}:{variant}"
            names[each] = numbered if each in self._of_sample else self._value(numbered, time)
        if head:
            for each in own:
                names[each] = f"{head}{each if variant is None else f'{each}:{variant}'}@{point}"
        of = self._fields.objective_name
        for each in (*own, *self._fields.parameters):
            names[gradient(of, each)] = gradient(names[of], names[each])
        return names

    # ---- quantities

    def _renamed(self, quantity: Quantity, names: Mapping[str, str], note: Prose, group: str) -> Quantity:
        formula = quantity.definition.xreplace({Name(old): Name(new) for old, new in names.items()})
        origin = quantity.origin or self.origin
        return Quantity(names[quantity.name], formula, group=group, note=note, origin=origin)

    def _gradient(
        self, name: str, variant: int | None, parameter: str, names: Mapping[str, str], note: Prose
    ) -> Quantity:
        symbols = {Name(old): Name(new) for old, new in names.items()}
        *derived, formula = (form.xreplace(symbols) for form in self._of(variant).gradients[parameter])
        by = names[self._by(parameter)]
        laws = (Name(by),) if self._point is None and name != by else ()
        return Quantity(name, formula, laws=(*laws, *derived), group=GRADIENTS, note=note, origin=self.origin)

    def _reduced(self, names: Sequence[str]) -> Node:
        summed = total(*map(Name, names))
        return Over(summed, number(len(names))) if self._fields.reduction == "mean" else summed


def _forms(formula: Node, symmetric: frozenset[Node]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys((formula, _with_symmetric(formula, symmetric))))


def _is_symmetric(value: Any) -> bool:
    if isinstance(value, Letter) or len(shape_of_given(value)) != 2:
        return False
    grid = grid_of(value)
    rows, columns = grid.shape
    return rows == columns and all(grid[i, j] == grid[j, i] for i in range(rows) for j in range(i))


def _with_symmetric(formula: Node, symmetric: frozenset[Node]) -> Node:
    """``wᵀ A`` as ``A w`` where A is symmetric, and two equal terms as twice the one."""

    def turned(node: Node) -> Node | None:
        if isinstance(node, MatrixProduct) and node.args[1] in symmetric and isinstance(node.args[0], Transpose):
            return MatrixProduct(node.args[1], node.args[0].args[0])
        return None

    found: list[Node] = []
    for term in terms(changed(formula, turned)):
        if found and found[-1] == term:
            found[-1] = rescaled(term, Fraction(2))
        else:
            found.append(term)
    return total(*found)

"""What follows from an objective beside its steps: its minimum and the distance to it, rates that converge, an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deepcalc.errors import DeepcalcError, Fault, FieldError, Location, did_you_mean
from deepcalc.graph.evaluation import evaluate, holds
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._arrays import written
from deepcalc.kinds.optimizer.naming import MINIMUM
from deepcalc.kinds.optimizer.objective import Objective
from deepcalc.kinds.optimizer.stationary import Stationary
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Apply, Array, Item, MatrixProduct
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    Call,
    Cases,
    Literal,
    Name,
    Node,
    Over,
    Power,
    minus,
    names_in,
    number,
    total,
)
from deepcalc.notation.operations.squares import LARGEST_INVERSE
from deepcalc.notation.shapes import is_concrete
from deepcalc.notation.symbols import Forms, forms_of_identifier
from deepcalc.plan import Composite
from deepcalc.rules.curvature import CURVATURE_FORMS, CURVATURE_NAMES, of_matrix, of_one, of_rate

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.steps import Steps

DISTANCE, STOP = "distance", "stop_step"
CURVATURE, AT_MINIMUM, END = "Curvature", "Minimum", "Stop"


class Conclusions:
    """Adds to the graph of the steps what follows from their objective."""

    def __init__(self, steps: Steps, objective: Objective) -> None:
        self._steps = steps
        self._fields = steps.fields
        self._graph: Graph = steps.graph
        self._objective = objective
        self._stationary: Stationary | None = None

    def add(self) -> None:
        if self._fields.minimum:
            for name, value in self._fields.minimum.items():
                given = Quantity(f"{MINIMUM}.{name}", given=value, section=AT_MINIMUM, origin=("minimum", name))
                self._graph.add(given)
        has_sizes = all(is_concrete(self._graph.shape(name)) for name in self._fields.parameters)
        hessian = self._objective.hessian() if self._fields.variants is None and has_sizes else None
        if hessian is not None and not any(name in self._graph for name in CURVATURE_NAMES):
            self._add_curvature(hessian)
            if not self._fields.minimum:
                self._add_minimum()
        self._add_stationary()
        if all(f"{MINIMUM}.{name}" in self._graph for name in self._fields.parameters):
            self._add_distances()
        if self._fields.until is not None:
            self._add_stop()

    def _add_stationary(self) -> None:
        """The points where the derivative of a polynomial in one number is 0."""
        fields, names = self._fields, {**self._fields.parameters, **self._fields.constants}
        numbers = {name: to_fraction(value.value) for name, value in names.items() if isinstance(value, Literal)}
        is_of_one = len(fields.parameters) == 1 and len(numbers) == len(names)
        if not is_of_one or fields.objective is None or fields.samples or fields.minimum:
            return
        (name,) = fields.parameters
        second = self._objective.second_derivatives().get((name, name))
        if second is None:
            return
        known = {each: value for each, value in numbers.items() if each != name}
        taken = {*names, fields.objective_name}
        found = Stationary(name, fields.objective_name, fields.objective, second, known, numbers[name], taken)
        if found.is_found_by_hand:
            self._stationary = found
            for quantity in found.quantities():
                self._graph.add(quantity)

    @property
    def composites(self) -> tuple[Composite, ...]:
        """What is asked for as one answer."""
        return () if self._stationary is None else tuple(self._stationary.composites(self._graph))

    @property
    def symbols(self) -> Mapping[str, Forms]:
        """How what is found is written: ``min.w`` as w*."""
        found = dict(CURVATURE_FORMS) if "lambda_max" in self._graph else {}
        found |= {} if self._stationary is None else self._stationary.forms(self._graph)
        for name in self._fields.parameters:
            plain = forms_of_identifier(name)
            found[f"{MINIMUM}.{name}"] = Forms(f"{plain.unicode}*", f"{plain.latex}^{{*}}", compound=True)
        return found

    def _add(self, name: str, formula: Node, section: str, note: Prose, at: Location = ("objective",)) -> None:
        group = "conclusions"
        self._graph.add(Quantity(name, formula, section=section, group=group, note=note, origin=at))

    # ---- second derivatives

    def _add_curvature(self, hessian: Mapping[tuple[str, str], Any]) -> None:
        """The second derivatives, their eigenvalues, and the rates that follow."""
        numbers = list(self._steps.numbers_updated())
        of_arrays = any(place for _, place in numbers)
        if of_arrays and len(self._fields.parameters) > 1:
            return
        names = [name for name, _ in numbers]
        if of_arrays:
            (name,) = self._fields.parameters
            if len(self._graph.shape(name)) != 1:
                return
            matrix = hessian[name, name]
        else:
            matrix = Array(*(Array(*(hessian[row, column] for column in names)) for row in names))
        count = len(numbers)
        is_number = count == 1 and not of_arrays
        said = "second derivative" if is_number else "second derivatives"
        self._add("H", hessian[names[0], names[0]] if is_number else matrix, CURVATURE, (said,))
        if count > LARGEST_INVERSE:
            return
        rows = of_one("H") if is_number else of_matrix(count)
        plain = self._fields.is_plain_descent
        for name, formula, note in (*rows, *(of_rate(count) if plain else ())):
            self._add(name, written(formula), CURVATURE, (note,))

    def _add_minimum(self) -> None:
        """Where the gradient of a quadratic is 0: one step of Newton's method from anywhere."""
        numbers = list(self._steps.numbers_updated())
        names = list(self._fields.parameters)
        gradients = {name: self._objective.first_gradient(name) for name in names}
        at = {name: Name(name) for name in names}
        if len(numbers) == 1 and not numbers[0][1]:
            (name,) = names
            self._add_minimum_of(name, minus(at[name], Over(gradients[name], Name("H"))))
        elif len(names) == 1 and any(place for _, place in numbers):
            (name,) = names
            step = MatrixProduct(Apply("inv", {}, Name("H")), gradients[name])
            self._add_minimum_of(name, minus(at[name], step))
        elif not any(place for _, place in numbers):
            step = MatrixProduct(Apply("inv", {}, Name("H")), Array(*(gradients[name] for name in names)))
            self._add("newton", step, AT_MINIMUM, ("from the minimum to the start",))
            for index, name in enumerate(names, start=1):
                self._add_minimum_of(name, minus(at[name], Item(Name("newton"), number(index))))

    def _add_minimum_of(self, name: str, formula: Node) -> None:
        self._add(f"{MINIMUM}.{name}", formula, AT_MINIMUM, ("where the gradient is 0",))

    def _add_distances(self) -> None:
        """How far the parameters are from the minimum after each step."""
        numbers = list(self._steps.numbers_updated())
        for step in (self._steps.numbers[0] - 1, *self._steps.numbers):
            errors = [
                minus(Name(self._steps.value(name, step)), Name(f"{MINIMUM}.{name}"))
                for name in self._fields.parameters
            ]
            if len(numbers) == 1 and not numbers[0][1]:
                formula = Call("abs", errors[0])
            else:
                shapes = [self._graph.shape(name) for name in self._fields.parameters]
                squares = [Power(error, TWO) for error in errors]
                sums = [Apply("sum", {}, each) if shape else each for each, shape in zip(squares, shapes, strict=True)]
                formula = Call("sqrt", total(*sums))
            when = f"after step {step}" if step in self._steps.numbers else "at the start"
            self._add(self._steps.value(DISTANCE, step), formula, "Distance", (f"distance to the minimum {when}",))

    # ---- the end

    def _relation(self, step: int) -> Node:
        """The criterion with the values after a step."""
        until = self._fields.until
        assert until is not None
        names = {name: self._steps.value(name, step) for name in names_in(until)}
        unknown = [name for name, at in names.items() if at not in self._graph]
        if unknown:
            known = did_you_mean(unknown[0], self._graph.names)
            message = f"`{unknown[0]}` is neither a parameter nor the objective nor the `distance` to a known minimum"
            raise FieldError([Fault(("until",), f"{message}{known}")])
        return until.xreplace({Name(name): Name(at) for name, at in names.items()})

    def _add_stop(self) -> None:
        """The first step after which the criterion holds, or the last one."""
        relations = {step: self._relation(step) for step in self._steps.numbers}
        branches = [part for step, relation in relations.items() for part in (number(step), relation)]
        last = self._steps.numbers[-1]
        try:
            met = any(holds(each, evaluate(self._graph, names_in(each)).values) for each in relations.values())
        except DeepcalcError as error:
            raise FieldError([Fault(("until",), f"cannot be decided: {error}")]) from None
        note = "the first step after which it holds" if met else "the last step; it holds after none"
        self._add(STOP, Cases(*branches, Literal(str(last))), END, (note,), ("until",))

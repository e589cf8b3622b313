"""The graph of an optimizer's steps: gradients, what is kept of them, and each parameter's new values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Location
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Letter, Prose, Quantity
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.kinds._stepping import UPDATES
from deepcalc.kinds.optimizer.naming import MINIMUM
from deepcalc.kinds.optimizer.objective import OBJECTIVE, Objective
from deepcalc.kinds.optimizer.searching import Search
from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.grids import places
from deepcalc.notation.names import entry_name
from deepcalc.notation.nodes import Name, Node, number
from deepcalc.notation.shapes import concrete
from deepcalc.plan import PartPlan, TablePlan, TableRow, Trajectory
from deepcalc.plan.picture_plans import PathPlan, PlanePlan, PlotPlan, SeriesPlan
from deepcalc.rules.updates import ETA, GRADIENTS, RATES, STATES, Moment, now

if TYPE_CHECKING:
    from deepcalc.kinds.optimizer.fields import OptimizerFields

SECTIONS = {
    GRADIENTS: "Gradient",
    STATES: "Optimizer state",
    RATES: "Effective learning rates",
    UPDATES: "Update",
    OBJECTIVE: "Objective",
}
"""The heading of each group where there is only one step; the objective's in any case."""

MOST_PARTS = 6
"""With more steps than this, the default part asks for the last values only."""


class Steps:
    """The quantities of every step; a step is known by its number, counted from the optimizer's first."""

    def __init__(self, fields: OptimizerFields) -> None:
        self.graph = Graph()
        self.numbers = range(fields.steps_before + 1, fields.steps_before + fields.step_count + 1)
        self.fields = fields
        self.stepping = fields.stepping
        self.objective = Objective(fields, self.value) if fields.has_objective else None
        self._point = fields.rule.point if fields.has_objective else None

    def value(self, name: str, step: int) -> str:
        """The name of a parameter, or of the objective, after a step: as it was typed before the first one."""
        return f"{name}@{step}" if step in self.numbers else name

    def add_given(self) -> None:
        fields = self.fields
        for name, value in fields.parameters.items():
            self._give(name, value, "Parameters", ("parameters", name))
        if fields.line_search != "exact":
            self._give(ETA.name, fields.learning_rate, "Settings", ("learning_rate",))
        for constant in self.stepping.constants():
            self.graph.add(replace(constant, section="Settings"))
        for name, value in fields.constants.items():
            self._give(name, value, "Constants", ("constants", name))
        for before, line, name in self.stepping.states(fields.steps_before):
            start = self.stepping.start(line, name)
            self._give(before, start, "Initial state", ("initial", line.head, name))
        for step, (gradients, location) in zip(self.numbers, fields.gradient_steps(), strict=False):
            for name in fields.parameters:
                self._give(f"g.{name}@{step}", gradients[name], "Gradients", (*location, name))
        for index, sample in enumerate(fields.samples or ()):
            for name, value in sample.items():
                self._give(f"{name}:{index + 1}", value, "Samples", ("samples", index, name))
        self._add_objective(fields.steps_before)

    def _give(self, name: str, value: Any, section: str, origin: Location) -> None:
        for size in value.shape if isinstance(value, Letter) else ():
            if isinstance(size, Name) and size.name not in self.graph:
                self.graph.add(Quantity(size.name, given=Letter(), section="Sizes", origin=origin))
        self.graph.add(Quantity(name, given=value, section=section, origin=origin))

    def add(self, step: int) -> None:
        """One step: the gradients, then each line for every parameter, then every new value."""
        fields, stepping, first = self.fields, self.stepping, step == self.numbers[0]
        moments = {name: self.moment(name, step) for name in fields.parameters}
        self._add_all(stepping.rate_of(step), step)
        if self._point is not None:
            self._add_all(stepping.ahead(moments, step, first), step)
        if self.objective is not None:
            self._add_all(self.objective.gradients(step), step)
            if fields.update.needs_curvature:
                self._add_all(self.objective.curvature(step), step)
        self._add_all(stepping.before_update(moments, step, first), step)
        if self.objective is not None and fields.line_search is not None:
            self._add_all(Search(fields, self.objective, self.graph).rate(step, moments), step)
        for name, moment in moments.items():
            note = ("new value of ", Name(name))
            self._add(self.value(name, step), stepping.new_value(moment), step, UPDATES, note)
        self._add_objective(step)

    def moment(self, name: str, step: int) -> Moment:
        found = self.stepping.moment(name, step, self.value(name, step - 1), f"g.{name}@{step}")
        names = list(self.fields.parameters)
        if not self.fields.update.needs_curvature or len(names) == 1:
            return found
        return replace(found, newton=Item(Name(f"newton@{step}"), number(names.index(name) + 1)))

    def _add_objective(self, step: int) -> None:
        when = f"after step {step}" if step in self.numbers else "before the first step"
        if self.objective is not None:
            self._add_all(self.objective.values(step, when), step)

    def _add_all(self, quantities: Iterable[Quantity], step: int) -> None:
        for each in quantities:
            self._add(each.name, each.definition, step, each.group or "", each.note, each.laws, each.origin)

    def _add(
        self,
        name: str,
        formula: Node,
        step: int,
        group: str,
        note: Prose,
        laws: tuple[Node, ...] = (),
        origin: Location = (),
    ) -> None:
        if not origin:  # what can go wrong: a division by zero without ε, divergence
            origin = ("epsilon" if "epsilon" in self.fields.update.coefficients else "learning_rate",)
        in_groups = len(self.numbers) == 1 or group == OBJECTIVE
        section = SECTIONS[group] if in_groups else f"Step {step}"
        self.graph.add(Quantity(name, formula, laws=laws, section=section, group=group, note=note, origin=origin))

    def parts(self) -> Iterator[PartPlan]:
        """The new values (and the objective) after each step, or only the last ones where the steps are many.

        Of objectives that take turns, what all come to is asked for in the end.
        """
        is_one = self.fields.variants is None
        asked = self.numbers if len(self.numbers) <= MOST_PARTS else self.numbers[-1:]
        for index, step in enumerate(asked):
            results = self.results if step == self.numbers[-1] or is_one else tuple(self.fields.parameters)
            yield PartPlan(chr(ord("a") + index), tuple(self.value(name, step) for name in results))

    @property
    def results(self) -> tuple[str, ...]:
        fields = self.fields
        return (*fields.parameters, *((fields.objective_name,) if fields.has_objective else ()))

    def tables(self) -> Iterator[TablePlan]:
        """One table a step with a row for each parameter; of a single parameter one table with a row for each step."""
        fields = self.fields
        ahead = () if self._point is None else (self._point.head,)
        heads = (*ahead, *(("g",) if self.objective is not None else ()))
        columns: tuple[Prose, ...] = (*((now(head),) for head in self._heads(heads)), ("new value",))

        def row(name: str, step: int, label: Prose) -> TableRow:
            return TableRow(label, (*self._cells(heads, name, step), self.value(name, step)))

        if len(fields.parameters) == 1:
            (only,), title = fields.parameters, fields.rule.title
            rows = tuple(row(only, step, (f"{step}",)) for step in self.numbers)
            yield TablePlan(title[:1].upper() + title[1:], (("Step",), *columns), rows)
        else:
            for step in self.numbers:
                rows = tuple(row(name, step, (Name(name),)) for name in fields.parameters)
                yield TablePlan(f"Step {step}", (("Parameter",), *columns), rows)

    def _heads(self, first: Iterable[str]) -> tuple[str, ...]:
        """The heads of columns: the rate where it changes, some that stand first, those of the rule's lines."""
        rate = (ETA.name,) if self.stepping.changes else ()
        return (*rate, *first, *(line.head for line in self.stepping.lines))

    def _cells(self, first: Iterable[str], name: str, step: int) -> tuple[str, ...]:
        lines = (self.stepping.name(line, name, step) for line in self.stepping.lines)
        rate = (f"{ETA.name}@{step}",) if self.stepping.changes else ()
        return (*rate, *(f"{head}.{name}@{step}" for head in first), *lines)

    def trajectory(self) -> Trajectory:
        """What each step comes to: each parameter with its gradients and what is kept of them; the objective."""
        fields = self.fields
        ahead = () if self._point is None else (self._point.head,)
        heads = (*ahead, "g")
        columns: tuple[Prose, ...] = tuple((now(head),) for head in self._heads(heads))

        def table(title: str, headings: Iterable[Prose], cells: Callable[[int], tuple[str, ...]]) -> TablePlan:
            rows = tuple(TableRow((f"{step}",), cells(step)) for step in self.numbers)
            return TablePlan(title, (("Step",), *headings), rows)

        def of(name: str) -> Callable[[int], tuple[str, ...]]:
            return lambda step: (*self._cells(heads, name, step), self.value(name, step))

        several = len(fields.parameters) > 1
        tables = [
            table(f"The steps of {name}" if several else "The steps", (*columns, (Name(name),)), of(name))
            for name in fields.parameters
        ]
        if fields.has_objective:
            own = fields.objective_name
            tables.append(table("The objective", ((Name(own),),), lambda step: (self.value(own, step),)))
        last = list(fields.parameters)[-1]
        return Trajectory(tuple(tables), tuple(self.value(last, step) for step in self.numbers))

    def figures(self) -> Iterator[PlotPlan | PlanePlan]:
        """The parameters over the steps, and the objective; of one step, or of letters, there is no path to draw."""
        if len(self.numbers) < 2 or self.graph.has_letters:
            return
        fields = self.fields
        path = tuple(self._curve(*number) for number in self.numbers_updated())
        label: Prose = path[0].label if len(path) == 1 else ("value",)
        title = "Path of the parameter" if len(path) == 1 else "Path of the parameters"
        yield PlotPlan(title, ("step",), label, path)
        if fields.has_objective:
            label = (Name(fields.objective_name),)
            yield PlotPlan("The objective", ("step",), label, (self._curve(fields.objective_name),), whole=True)
            yield from self._contours()

    def _contours(self) -> Iterator[PlanePlan]:
        """The way of two numbers over the contour lines of their objective."""
        updated, formula = list(self.numbers_updated()), self.fields.objective
        if formula is None or len(updated) != 2 or self.fields.variants is not None or self.fields.model:
            return
        axes = tuple(entry_name(name, place) for name, place in updated)
        if any(place for _, place in updated):
            (vector,) = self.fields.parameters
            formula = formula.xreplace({Name(vector): array(list(map(Name, axes)), concrete(self.graph.shape(vector)))})
        places = [
            tuple(entry_name(self.value(name, step), place) for name, place in updated)
            for step in (self.numbers[0] - 1, *self.numbers)
        ]
        path = PathPlan(("path",), tuple((x, y) for x, y in places))
        lowest = tuple(entry_name(f"{MINIMUM}.{name}", place) for name, place in updated)
        is_known = all(f"{MINIMUM}.{name}" in self.graph for name, _ in updated)
        marks = (PathPlan(("minimum",), ((lowest[0], lowest[1]),)),) if is_known else ()
        title = "The way down the objective"
        yield PlanePlan(title, (axes[0], axes[1]), (), height=formula, paths=(path,), marks=marks)

    def numbers_updated(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The numbers that are updated: every parameter that is one, every entry of the others with its place."""
        for name, value in self.fields.parameters.items():
            for place in places(concrete(shape_of_given(value))):
                yield name, place

    def _curve(self, name: str, place: tuple[int, ...] = ()) -> SeriesPlan:
        first = self.numbers[0] - 1
        points = ((step, entry_name(self.value(name, step), place)) for step in (first, *self.numbers))
        return SeriesPlan((Name(entry_name(name, place)),), tuple(points))

    def aliases(self) -> dict[str, str]:
        """``w1+`` for the first new value whatever its number is; ``dJ/dw1`` for a gradient of the objective."""
        fields, first = self.fields, self.numbers[0]
        known = {}
        for name in self.results:
            known[f"{name}+"] = self.value(name, first)
            known[f"{name}@{first - 1}"] = name
        if self.objective is not None:
            for step, name in product(self.numbers, fields.parameters):
                by = self.objective.by(name, step)
                known |= {by: f"g.{name}@{step}"} if by is not None else {}
        for line in self.stepping.lines:
            for step in (first - 1, *self.numbers):
                for own, name in self.stepping.names(line, step).items():
                    known |= {f"{alias}.{name}@{step}": own for alias in line.aliases}
        return known

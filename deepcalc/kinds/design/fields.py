"""The fields of `design`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import Annotated

from pydantic import Field

from deepcalc.errors import Fault, did_you_mean, listed
from deepcalc.fields.types import Fields, Formula, Identifier, NotNegative, Number, Relation
from deepcalc.notation.nodes import Literal, names_in
from deepcalc.notation.parser import parse_number
from deepcalc.notation.rounding import NumberFormat

Coordinates = Annotated[list[Number], Field(min_length=1)]
Span = Annotated[list[Number], Field(min_length=3, max_length=3)]

MOST_PLACES = 400
"""How many points a grid may have."""


class Accept(StrEnum):
    """When an output is as wanted."""

    EQUAL = "equal"
    SIDE = "side"


class DesignFields(Fields):
    """Numbers to be chosen so that a network does what is wanted at every point; any that do so are right."""

    inputs: list[Identifier] = Field(min_length=1, description="the names of the inputs: [x1, x2]")
    define: dict[Identifier, Formula] = Field(
        min_length=1,
        description="the network in formulas, in order: {h: relu(w1*x1 + w2*x2 + b), y: v*h + c}; every name in them "
        "that is no input and not defined is to be chosen. Thresholds: step(z) is 1 for z ≥ 0, else 0",
    )
    output: Identifier | None = Field(None, description="what is looked at; the last definition by default")
    points: list[Coordinates] = Field(
        [],
        description="the points: a list of the inputs, and at its end what is wanted there: [0, 1, 1]; without the "
        "last one where `target` says it for all",
    )
    target: Formula | None = Field(
        None, description="what is wanted, as a formula in the inputs: max(x1, x2), or cases(1 if x1 > x2, 0 otherwise)"
    )
    grid: dict[Identifier, Span] = Field(
        {},
        description="a region of the inputs, in which the network is tried as well: {x1: [-1, 5, 0.5], x2: [-1, 5, "
        "0.5]}, from, to and step of each; `target` says what is wanted there",
    )
    accept: Accept = Field(
        Accept.EQUAL,
        description="equal: the output is what is wanted; side: it is above 0 where more than 0 is wanted, else below",
    )
    tolerance: NotNegative = Field(
        parse_number("1e-6"), description="how far an equal output may be from what is wanted"
    )
    require: list[Relation] = Field([], description="what the numbers must obey as well: [w1 > 0, b <= 1]")
    solution: dict[Identifier, Number] = Field(
        min_length=1, description="one construction, which is shown on the sheet and tried when the file is loaded"
    )
    name: Identifier = Field(
        "weights",
        description="what the answer is called as a whole; what the formulas come to with a student's own numbers may "
        "be asked for as well: z:2 at the second point",
    )

    @property
    def shown(self) -> str:
        """The output that is looked at."""
        return self.output or list(self.define)[-1]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names that are to be chosen, in the order in which the formulas use them."""
        return tuple(name for name in names_in(*self.define.values()) if name not in {*self.inputs, *self.define})

    @cached_property
    def places(self) -> list[Coordinates]:
        """All points at which the network is tried: those that are given, then those of the grid."""
        axes = [list(_steps(*self.grid[name])) for name in self.inputs] if self.grid else []
        return [*self.points, *(list(place) for place in product(*axes) if axes)]

    def faults(self) -> Iterator[Fault]:
        yield from self._grid_faults()
        yield from self._name_faults()
        yield from self._point_faults()
        yield from self._solution_faults()

    def _name_faults(self) -> Iterator[Fault]:
        """Formulas in names that nothing has, and names that are given twice."""
        known = {*self.inputs, *self.chosen}
        for name, formula in self.define.items():
            if name in self.inputs or name in self.solution:
                yield Fault(("define", name), f"`{name}` is an input or to be chosen; define another name")
            for used in names_in(formula):
                if used not in known:
                    yield Fault(("define", name), f"`{used}` is used before it is defined", used)
            known.add(name)
        for index, name in enumerate(self.inputs):
            if name in self.inputs[:index]:
                yield Fault(("inputs", index), f"the input `{name}` is named twice")
        if self.name in known:
            yield Fault(("name",), f"`{self.name}` is in the formulas; call the answer otherwise")
        if self.output is not None and self.output not in self.define:
            yield Fault(("output",), f"`{self.output}` is not defined{did_you_mean(self.output, list(self.define))}")

    def _point_faults(self) -> Iterator[Fault]:
        wanted = len(self.inputs) + (self.target is None)
        for index, point in enumerate(self.points):
            if len(point) != wanted:
                what = "the inputs and what is wanted" if self.target is None else "the inputs alone"
                yield Fault(("points", index), f"expected {wanted} numbers, {what}; found {len(point)}")
        for used in names_in(self.target) if self.target is not None else ():
            if used not in self.inputs:
                yield Fault(("target",), f"`{used}` is no input; the inputs are {listed(self.inputs)}", used)

    def _solution_faults(self) -> Iterator[Fault]:
        """Conditions on what is not to be chosen, and numbers that are missing or of something else."""
        for index, relation in enumerate(self.require):
            for used in names_in(relation):
                if used not in self.chosen:
                    yield Fault(("require", index), f"`{used}` is not to be chosen{did_you_mean(used, self.chosen)}")
        missing = [name for name in self.chosen if name not in self.solution]
        if missing:
            yield Fault(("solution",), f"no number for {listed(missing)}, which the formulas use")
        for name in self.solution:
            if name not in self.chosen:
                known_names = did_you_mean(name, self.chosen)
                yield Fault(("solution", name), f"`{name}` is in none of the formulas{known_names}")

    def _grid_faults(self) -> Iterator[Fault]:
        if not self.points and not self.grid:
            at = ("points",) if "points" in self.model_fields_set else ()
            yield Fault(at, "nothing to try: give `points`, or a `grid` of the inputs")
        if not self.grid:
            return
        if self.target is None:
            yield Fault(("grid",), "`grid` goes with `target`, which says what is wanted at its points")
        missing = [name for name in self.inputs if name not in self.grid]
        if missing:
            yield Fault(("grid",), f"missing {listed(missing)}: a grid has all inputs")
        for name in self.grid:
            if name not in self.inputs:
                yield Fault(("grid", name), f"`{name}` is no input; the inputs are {listed(self.inputs)}")
        count = 1
        for name, (first, last, step) in self.grid.items():
            if step.value <= 0 or last.value < first.value:
                yield Fault(("grid", name), "expected from, to and a step above 0: [-1, 5, 0.5]")
                return
            count *= (last.value - first.value) // step.value + 1
        if count > MOST_PLACES:
            yield Fault(("grid",), f"a grid has at most {MOST_PLACES} points, this one {count}; take a larger step")


def _steps(first: Literal, last: Literal, step: Literal) -> Iterator[Literal]:
    value = first.value
    while value <= last.value:
        yield NumberFormat(significant=12).write(value)
        value += step.value

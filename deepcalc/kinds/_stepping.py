"""What one update adds to a graph, for every kind that takes steps: the rate, the lines of the rule, new values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from deepcalc.errors import Fault, Location, did_you_mean, listed
from deepcalc.graph.quantities import Prose, Quantity
from deepcalc.kinds._arrays import shape_of_given
from deepcalc.notation.array_nodes import Apply, array
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.shapes import Shape, is_concrete, shape_text, size_node
from deepcalc.records import record
from deepcalc.rules.clipping import global_norm
from deepcalc.rules.schedules import PI, PI_VALUE
from deepcalc.rules.updates import GENERAL, GRADIENTS, RATES, SETTING_NAMES, Line, Moment, now

if TYPE_CHECKING:
    from deepcalc.kinds._updates import UpdateFields

UPDATES = "updates"


def in_place_of_many(value: Literal, shape: Shape) -> Node:
    """The number, or an array of it alone; ``zeros(n, d)`` where sizes are letters, of which the number is 0."""
    if is_concrete(shape):
        return array([value] * prod(int(size) for size in shape), [int(size) for size in shape])
    return Apply("zeros", {}, *map(size_node, shape))


@record
class Stepping:
    """The updates of a rule, whose learning rate is called ``rate``, of parameters of these shapes.

    ``searches`` says that each step finds a rate of its own. The quantities that it gives have no section; their
    ``origin`` is a field of the rule's own fields, or nothing.
    """

    fields: UpdateFields
    rate: Name
    shapes: Mapping[str, Shape]
    searches: bool = False

    @property
    def changes(self) -> bool:
        """Whether every step has a learning rate of its own."""
        return self.searches or self.fields.schedule is not None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return self.fields.rule.lines

    @property
    def general(self) -> Moment:
        """The moment of the general law."""
        rate = now(self.rate.name) if self.changes else self.rate
        several = self.fields.update.needs_curvature and len(self.shapes) > 1
        return replace(GENERAL, rate=rate, is_array=several or any(self.shapes.values()))

    def name(self, line: Line, parameter: str, step: int) -> str:
        """The name of a line's quantity: of a parameter, or of the step alone."""
        return f"{line.head}@{step}" if line.is_of_step else f"{line.head}.{parameter}@{step}"

    def names(self, line: Line, step: int) -> Mapping[str, str]:
        """The names of a line's quantities at a step, by a parameter that each is made for."""
        found: dict[str, str] = {}
        for parameter in self.shapes:
            found.setdefault(self.name(line, parameter, step), parameter)
        return found

    def constants(self) -> Iterator[Quantity]:
        """The numbers of the rule that are given, the learning rate apart."""
        for field, value in self.fields.settings().items():
            if field != "learning_rate":
                yield Quantity(SETTING_NAMES[field], given=value, origin=(field,))
        if self.fields.schedule is not None and self.fields.schedule.row.uses_pi:
            yield Quantity(PI.name, given=PI_VALUE, origin=("schedule",))

    def states(self, step: int) -> Iterator[tuple[str, Line, str]]:
        """What is kept before the first step: the name, the line and the parameter."""
        for line in self.lines:
            if line.is_carried_on:
                for name, parameter in self.names(line, step).items():
                    yield name, line, parameter

    def start(self, line: Line, parameter: str) -> Any:
        """What is kept of a parameter before the first step, in its shape: as it is given, or as the rule has it."""
        given = self.fields.initial_value(line, parameter)
        own = () if line.is_of_step else self.shapes[parameter]
        return in_place_of_many(line.start, own) if given is None else given

    def initial_faults(self, at: Location) -> Iterator[Fault]:
        """Initial states of what is not updated, and those that have not the shape of their parameter."""
        for state, values in self.fields.initial.items():
            for name, value in values.items():
                if name not in self.shapes:
                    known = did_you_mean(name, list(self.shapes)) or f"; there are {listed(self.shapes)}"
                    yield Fault((*at, state, name), f"`{name}` is not among the parameters that are updated{known}")
                elif (found := shape_of_given(value)) != (wanted := self.shapes[name]):
                    message = f"expected the shape of {name}, {shape_text(wanted)}, not {shape_text(found)}"
                    yield Fault((*at, state, name), message)

    def moment(self, parameter: str, step: int, before: str, gradient: str) -> Moment:
        """One parameter at one step, from the names of its value before it and of its gradient."""
        of_step = {line.head for line in self.lines if line.is_of_step}

        def named(head: str, at: int) -> Name:
            return Name(f"{head}@{at}" if head in of_step else f"{head}.{parameter}@{at}")

        return Moment(
            parameter=Name(before),
            gradient=Name(gradient),
            step=Literal(str(step)),
            now=lambda head: named(head, step),
            before=lambda head: named(head, step - 1),
            rate=Name(f"{self.rate.name}@{step}") if self.changes else self.rate,
            norm=Name(f"norm@{step}"),
            is_array=bool(self.shapes[parameter]),
            hessian=Name(f"H.{parameter}@{step}"),
        )

    def rate_of(self, step: int) -> Iterator[Quantity]:
        """The learning rate of a step, where it changes."""
        if self.fields.schedule is not None:
            told = (f"learning rate of step {step}",)
            formula = self.fields.schedule.rate(self.rate, step)
            yield Quantity(f"{self.rate.name}@{step}", formula, group=RATES, note=told, origin=("schedule",))

    def ahead(self, moments: Mapping[str, Moment], step: int, first: bool) -> Iterator[Quantity]:
        """The points at which the gradients are taken, where those are not the parameters."""
        point = self.fields.rule.point
        if point is not None:
            yield from self._of_line(point, moments, step, first)

    def before_update(self, moments: Mapping[str, Moment], step: int, first: bool) -> Iterator[Quantity]:
        """From the gradients on: their norm where they are clipped by it, then each line for every parameter."""
        if self.fields.rule.needs_norm and moments:
            norm, told = global_norm(moment.squares for moment in moments.values()), ("norm of all gradients",)
            yield Quantity(f"norm@{step}", norm, group=GRADIENTS, note=told, origin=("clip",))
        for line in self.lines:
            yield from self._of_line(line, moments, step, first)

    def _of_line(self, line: Line, moments: Mapping[str, Moment], step: int, first: bool) -> Iterator[Quantity]:
        """One line of the rule for every parameter, the law before the first of them."""
        laws: tuple[Node, ...] = (line.formula(self.general),) if first else ()
        for name, parameter in self.names(line, step).items():
            own: Prose = (line.meaning,) if line.is_of_step else (f"{line.meaning} of ", Name(parameter))
            note = (*own, f", {line.at_first}") if line.at_first and step == 1 else own
            yield Quantity(name, line.formula(moments[parameter]), laws=laws, group=line.group, note=note)
            laws = ()

    def new_value(self, moment: Moment) -> Node:
        return self.fields.rule.new_value(moment)

"""A student's arrays: as they are written, and what follows from those that the student has had before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from deepcalc.checking.comparing import MOST_COARSE
from deepcalc.checking.effort import Effort
from deepcalc.checking.reading import ReadNumber, decimal
from deepcalc.errors import DeepcalcError
from deepcalc.graph.evaluation import evaluate, value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point, value_shape
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Array, has_array_nodes
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.nodes import Node, names_in
from deepcalc.records import record

SMALLEST_UNIT = Fraction(1, 10**9)

MOST_MOVED = 100
"""Entries whose rounding is followed; of more, each is looked at as it is written."""

_MOST_SLACK = 1 / 20  # of the largest entry


@record
class WrittenArray:
    """A numeric answer: its shape, and its entries with the precision of each."""

    shape: tuple[int, ...]
    entries: tuple[ReadNumber, ...]

    @property
    def value(self) -> Any:
        return self._of([entry.value for entry in self.entries])

    @property
    def slack(self) -> Any:
        """Half a unit of each entry's last place."""
        return self._of([(entry.unit or SMALLEST_UNIT) / 2 for entry in self.entries])

    def meant(self, asked: Callable[[tuple[int, ...]], Fraction] = lambda place: Fraction(0)) -> WrittenArray:
        """The same with whole numbers meant exactly, unless no place behind the point is ``asked`` for there."""
        pairs = zip(places(self.shape), self.entries, strict=True)
        is_whole = ((number.unit or SMALLEST_UNIT) >= 1 > asked(place) for place, number in pairs)
        entries = zip(self.entries, is_whole, strict=True)
        return replace(self, entries=tuple(replace(each, unit=None) if whole else each for each, whole in entries))

    def as_one_of(self, shape: tuple[int, ...]) -> WrittenArray:
        """A single entry in the shape that is asked for: a number for a vector of one."""
        return replace(self, shape=shape) if len(self.entries) == 1 == len(list(places(shape))) else self

    def as_vector(self, shape: tuple[int, ...]) -> WrittenArray:
        """A column or a row, as ``keepdims`` gives it, as the vector that is asked for."""
        is_line = len(shape) == 1 and self.shape in ((*shape, 1), (1, *shape))
        return replace(self, shape=shape) if is_line else self

    def slack_with(self, more: Any) -> Any:
        """The same, and what comes of the rounding of earlier figures."""
        if not self.shape:
            return self.slack + more
        return Grid(self.shape, [a + b for a, b in zip(self.slack.entries, more.entries, strict=True)])

    def _of(self, entries: Sequence[Any]) -> Any:
        return Grid(self.shape, entries) if self.shape else entries[0]

    def is_near(self, value: Any) -> bool:
        """Whether the value, rounded where each entry was, is what was written."""
        if value_shape(value) != self.shape:
            return False
        for place, number in zip(places(self.shape), self.entries, strict=True):
            entry = to_fraction(value[place] if self.shape else value)
            if abs(to_fraction(number.value) - entry) > (number.unit or SMALLEST_UNIT) / 2:
                return False
        return True

    def size_behind(self, value: Any) -> Fraction | None:
        """The largest entry of the value that was rounded to this; None where too few digits are left to say so."""
        pairs = [
            (to_fraction(number.value), to_fraction(value[place] if self.shape else value))
            for place, number in zip(places(self.shape), self.entries, strict=True)
        ]
        largest = max((abs(entry) for _, entry in pairs), default=Fraction(0))
        is_said = all(
            abs(given - entry) <= MOST_COARSE * largest and bool(given) == bool(entry) for given, entry in pairs
        )
        return largest if is_said else None


@record
class OwnArray:
    """A student's own array, and whether it is right."""

    written: WrittenArray
    is_right: bool


@dataclass
class OwnArrays:
    """A student's arrays so far, by quantity: what comes later may follow from them.

    The ``effort`` is what may be worked out to see which mistakes lead to the wrong ones.
    """

    arrays: dict[str, OwnArray] = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort.for_changes)

    def behind(self, graph: Graph, name: str) -> dict[str, OwnArray]:
        """Those that a quantity is made of."""
        made_of = set(graph.ancestors([name])) - {name}
        return {each: array for each, array in self.arrays.items() if each in made_of}


@record
class FromOwn:
    """A quantity's value from some of a student's own arrays, how far their rounding may move it, and all values."""

    value: Any
    slack: Any
    point: Point
    own: frozenset[str]


def from_own(graph: Graph, name: str, own: Mapping[str, OwnArray], known: Mapping[str, Any]) -> FromOwn | None:
    """What a quantity comes to from a student's own arrays; None where it has no value then.

    All else that its point knows has the values that are ``known``.
    """
    overrides = {each: array.written.value for each, array in own.items()}
    try:
        values = evaluate(graph, [name], overrides).values
    except DeepcalcError:
        return None
    return FromOwn(
        values[name], _slack(graph, name, own, values[name], known), Point(graph, {**known, **values}), frozenset(own)
    )


def _slack(graph: Graph, name: str, own: Mapping[str, OwnArray], value: Any, known: Mapping[str, Any]) -> Any:
    """How far the value may be off because the student's entries are rounded: to first order, one by one.

    What an array that is right was before is ``known``. An entry of another one may have been anything within half a
    unit, unless it is what it should be in full: then it is not rounded.
    """
    import numpy

    from deepcalc.graph.array_floats import floats_of
    from deepcalc.graph.floats import Program

    program = Program(graph, [name], own)
    base = {each: floats_of(array.written.value) for each, array in own.items() if each in program.inputs}
    found = numpy.asarray(program.run(base)[name], dtype=float)
    slack = numpy.zeros_like(found)
    few = sum(numpy.size(value) for value in base.values()) <= MOST_MOVED
    for each in base if few else ():
        half_units = numpy.asarray(floats_of(own[each].written.slack), dtype=float)
        before = base[each] + half_units
        if each in known and value_shape(known[each]) == own[each].written.shape:
            truth = floats_of(known[each])
            before = truth if own[each].is_right else numpy.where(base[each] == truth, truth, before)
        for place in numpy.ndindex(half_units.shape):
            moved = numpy.array(base[each], dtype=float)
            moved[place] = numpy.asarray(before)[place]
            slack = slack + numpy.abs(numpy.asarray(program.run({**base, each: moved})[name]) - found)
    most = _MOST_SLACK * float(numpy.max(numpy.abs(found), initial=0.0))
    limited = numpy.minimum(numpy.nan_to_num(slack, nan=most, posinf=most), most)
    entries = [Fraction(float(each)) for each in limited.flatten()]
    return Grid(value.shape, entries) if isinstance(value, Grid) else entries[0]


def _number(node: Node) -> ReadNumber | None:
    """A decimal, or an expression of numbers alone, ``1/6`` or ``√2``, which is meant exactly."""
    found = decimal(node)
    if found is not None:
        return ReadNumber("", *found)
    if names_in(node) or has_array_nodes(node):
        return None
    try:
        return ReadNumber("", value_of(node, {}))
    except (DeepcalcError, KeyError):
        return None


def written_array(expression: Node) -> WrittenArray | None:
    """A number or an array of numbers as it is written; None for anything else."""
    shape: list[int] = []
    node = expression
    while isinstance(node, Array):
        shape.append(len(node.args))
        node = node.args[0]
    entries: list[ReadNumber] = []

    def collect(node: Node, depth: int) -> bool:
        if isinstance(node, Array):
            whole = depth < len(shape) and len(node.args) == shape[depth]
            return whole and all(collect(part, depth + 1) for part in node.args)
        found = _number(node)
        if found is None or depth != len(shape):
            return False
        entries.append(found)
        return True

    return WrittenArray(tuple(shape), tuple(entries)) if collect(expression, 0) else None

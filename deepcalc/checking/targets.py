"""What a number is compared with: for each quantity the digits asked for, and how it is to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from fractions import Fraction

from deepcalc.checking.comparing import (
    Agreement,
    agreement,
    is_plainly,
    is_rounding_of,
    is_same,
    precision_asked,
    required_unit,
    within_tolerance,
)
from deepcalc.checking.reading import ReadNumber
from deepcalc.checking.truths import Truths, value_before
from deepcalc.checking.ways import Way
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import DIGITS, to_fraction
from deepcalc.notation.nodes import Value
from deepcalc.notation.rounding import NumberFormat
from deepcalc.plan import Marking
from deepcalc.problem.problem import Problem
from deepcalc.records import record

MOST_UNITS = 1_000


@record
class Target:
    """One quantity that an answer may be given to.

    ``before`` names an updated parameter's value before the update. A ``count`` is made of whole numbers alone, so
    it is right in full or not at all.
    """

    name: str
    marking: Marking
    sheet: NumberFormat
    before: str | None
    count: bool
    _units: dict[Fraction, Fraction] = field(default_factory=dict, compare=False, repr=False)

    def _required(self, value: Fraction) -> Fraction:
        """The last place that is asked for of a value, worked out once for each."""
        if value not in self._units:
            if len(self._units) >= MOST_UNITS:
                self._units.clear()
            self._units[value] = required_unit(value, self.marking.precision, self.sheet)
        return self._units[value]

    def agreement(self, number: ReadNumber, way: Way, slack: Fraction = Fraction(0)) -> Agreement:
        """How a number agrees with the quantity's value in a way of computing it."""
        value = way.computed.get(self.name)
        if value is None:
            return Agreement.NONE
        if self.count:
            return Agreement.RIGHT if is_same(number, value) else Agreement.NONE
        required = self._required(value)
        carried = way.carried is not None
        return agreement(number, value, required, self.value_before(way), slack, carried, way.in_full)

    def is_as_coarse(self, number: ReadNumber, way: Way, carried: NumberFormat | None = None) -> bool:
        """Whether a number is a way's value, rounded to the places to which intermediate results were; two figures."""
        value, digits = way.computed.get(self.name), carried or way.carried
        if value is None or digits is None or digits.places is None or self.count or self.before is not None:
            return False
        unit = Fraction(1, 10**digits.places)
        has_figures = number.unit == unit and abs(to_fraction(number.value)) >= 10 * unit
        return has_figures and is_rounding_of(number, value, unit)

    def is_plainly(self, number: ReadNumber, way: Way) -> bool:
        """Whether nothing but the quantity's value can be meant by the number."""
        value = way.computed.get(self.name)
        if value is None or self.count:
            return value is not None
        return is_plainly(number, value, self._required(value))

    def within_tolerance(self, number: ReadNumber, way: Way) -> bool:
        value = way.computed.get(self.name)
        return value is not None and within_tolerance(number, value, self.marking, self.value_before(way))

    def value_before(self, way: Way) -> Fraction | None:
        return None if self.before is None else to_fraction(way.values[self.before])

    def is_asked_whole(self, way: Way) -> bool:
        """Whether no place behind the point is asked for, so that a whole number may be a rounded one."""
        value = way.computed.get(self.name)
        return value is not None and self._required(value) >= 1

    def last_place(self, value: float) -> float:
        """The last place that is asked for of a value that is not the true one."""
        return float(required_unit(Fraction(value), self.marking.precision, self.sheet))

    def precision_asked(self, value: Fraction) -> str:
        """``3 significant figures``, for the message that more digits are needed."""
        return precision_asked(value, self.marking.precision, self.sheet)


def targets(problem: Problem, truths: Truths, markings: Mapping[str, Marking]) -> dict[str, Target]:
    """The target of each quantity, marked as ``markings`` say."""
    graph = truths.graph
    counted = counts(graph, markings, truths.exact.values.get)
    return {
        name: Target(name, marking, problem.rounding.of(graph[name].group), value_before(graph, name), name in counted)
        for name, marking in markings.items()
    }


def counts(graph: Graph, names: Iterable[str], value: Callable[[str], Value | None]) -> frozenset[str]:
    """Those of the names that are whole numbers made of whole numbers alone: counts, which nobody rounds.

    One beyond the digits that are carried is none: any float of that size is whole.
    """
    whole: dict[str, bool] = {}
    for name in graph.ancestors(names):
        given = graph[name].given_number
        known = value(name) if given is None else given.value
        exact = None if known is None else to_fraction(known)
        is_whole = exact is not None and exact.denominator == 1 and abs(exact) < 10**DIGITS
        whole[name] = is_whole and all(whole.get(used, False) for used in graph.uses(name))
    return frozenset(name for name, is_count in whole.items() if is_count)

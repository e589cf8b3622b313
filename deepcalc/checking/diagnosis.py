"""What went wrong: the typical mistakes that lead to a student's number.

A mistake explains a number when its value, rounded at the number's own last place, is the number. The kind's own
mistakes are looked at first, alone and on top of the student's earlier answers. What comes after them, intermediate
results that were rounded, two mistakes at once, and those that any formula invites, has so many values that some
would hit any number: it counts only where a hit is no accident (:data:`MOST_ACCIDENTAL`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.generic_slips import generic_slips, has_digits_transposed, has_point_shifted
from deepcalc.graph.evaluation import Evaluation
from deepcalc.graph.floats import Program
from deepcalc.graph.graph import Graph, Prose, Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Name, Relation, Value, names_in
from deepcalc.notation.rounding import NumberFormat, Rounding, decimal_places
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem
from deepcalc.solution.derivation import Derivation
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import View

MOST_ACCIDENTAL = 0.005
"""How likely it may be that a random number as large as the student's is explained, for an explanation to count."""

LEAST_DIGITS = 3
"""Significant digits that a number must have for mistakes of more than one sort, or of no kind's own list."""

MOST_PAIRS = 400

MOST_PROGRAMS = 500
"""For so many sets of earlier answers the mistakes are kept compiled."""

CARRIED = tuple(
    Rounding(digits, carry_rounded=True)
    for digits in (
        NumberFormat(significant=4),
        NumberFormat(significant=3),
        NumberFormat(significant=None, places=4),
        NumberFormat(significant=None, places=3),
        NumberFormat(significant=None, places=2),
    )
)
"""How a student may have rounded intermediate results."""

_NEAR = 3.0  # a number is compared with the values of the same sign from a third to three times as large
_FLOAT = 1e-11


@dataclass(frozen=True)
class SlipReport:
    """One explanation of a wrong number.

    ``message`` is to be read after "consistent with"; ``quantity`` is where the mistake was made, ``line`` how it was
    probably written there. ``generic`` ones come from no kind's own list. ``exact`` says that the mistake leads to
    the number without any rounding on the way. ``made`` is what it makes of the quantities where it is made.
    """

    key: str
    message: str
    quantity: str
    line: Prose
    generic: bool = False
    exact: bool = True
    made: tuple[tuple[str, Fraction], ...] = ()


_Line = tuple[str, Prose, tuple[tuple[str, Fraction], ...]]


@dataclass(frozen=True)
class _Number:
    """A student's number, and half a unit of its last place."""

    exact: Fraction
    half_unit: Fraction

    @cached_property
    def value(self) -> float:
        return float(self.exact)

    @cached_property
    def slack(self) -> float:
        return float(self.half_unit) * (1 + _FLOAT) + max(abs(self.value), 0.01) * _FLOAT

    @cached_property
    def cell(self) -> float:
        """How far numbers that are written as this one lie apart; of a fraction p/q, 1/q²."""
        if self.half_unit:
            return 2 * float(self.half_unit)
        places = decimal_places(self.exact)
        return 10.0**-places if places is not None else 1.0 / self.exact.denominator**2

    @property
    def has_digits(self) -> bool:
        return abs(self.value) >= 10.0 ** (LEAST_DIGITS - 1) * self.cell * (1 - _FLOAT)

    def is_value(self, value: float) -> bool:
        return abs(value - self.value) <= self.slack


@dataclass(frozen=True)
class _Candidates:
    """The values that mistakes lead to, in ascending order, each with its mistake."""

    values: Sequence[float]
    slips: Sequence[Slip]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, Slip]]) -> _Candidates:
        ordered = sorted(pairs, key=lambda pair: pair[0])
        return cls([value for value, _ in ordered], [slip for _, slip in ordered])

    def that_are(self, number: _Number) -> Sequence[Slip]:
        first = bisect_left(self.values, number.value - number.slack)
        return self.slips[first : bisect_right(self.values, number.value + number.slack)]

    def chance(self, number: _Number) -> float:
        """How likely a random number of that size and precision is one of the values."""
        near, far = sorted((number.value / _NEAR, number.value * _NEAR))
        inside = self.values[bisect_left(self.values, near) : bisect_right(self.values, far)]
        hit = {round(value / number.cell) for value in inside}
        return len(hit) * number.cell / (far - near) if far > near else 1.0


class Diagnoser:
    """The typical mistakes of a problem, prepared once for any number of students.

    ``values`` are the true values of the problem's quantities, as far as they are known; the values of the mistakes
    are worked out for a quantity when a number is first given for it.
    """

    def __init__(self, problem: Problem, values: Values = NOTHING) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._exact = Consequences(self._graph, values)
        self._candidates: dict[tuple[str, str], _Candidates] = {}
        self._lines: dict[tuple[int, str, int], _Line] = {}
        self._programs: dict[tuple[str, frozenset[str]], Sequence[tuple[Slip, Program]]] = {}

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """The mistakes of the kind's own list, each with the formulas that it does change."""
        return tuple(own_slips(self._problem))

    @cached_property
    def _ways(self) -> tuple[Consequences, ...]:
        """Those that every student may have gone: with exact values, and as the author says."""
        sheet = self._problem.rounding
        return (Consequences(self._graph, rounding=sheet), self._exact) if sheet.carry_rounded else (self._exact,)

    @cached_property
    def _carried(self) -> tuple[Consequences, ...]:
        return tuple(Consequences(self._graph, rounding=rounding) for rounding in CARRIED)

    def explain(
        self,
        name: str,
        given: Fraction,
        half_unit: Fraction,
        student_values: Mapping[str, Value] = NOTHING,
        sure: bool = False,
        admits: Callable[[SlipReport], bool] = lambda report: True,
    ) -> tuple[SlipReport, ...]:
        """The mistakes that lead to a number that was given for a quantity; none where it is the true value.

        ``half_unit`` is half a unit of the number's last place (0 for a number that is meant exactly),
        ``student_values`` the student's earlier answers, by which ours may have been replaced. A number to which the
        true value can be rounded is explained only by mistakes that lead to it in full. ``sure`` ones alone are those
        of the kind's own list, one at a time and without any rounding on the way. What is not admitted (``admits``) is
        no explanation.
        """
        if name not in self._graph:
            return ()
        number, in_full = _Number(given, half_unit), _Number(given, Fraction(0))
        if any(_is(number, way.value(name)) for way in self._ways):
            is_true = any(_is(in_full, way.value(name)) for way in self._ways)
            return () if is_true else _each_once(filter(admits, self._own(name, in_full, student_values)))
        in_so_many_digits = _each_once(filter(admits, self._own(name, in_full, student_values))) if half_unit else ()
        if in_so_many_digits:
            return in_so_many_digits
        tiers = (self._own, self._rounded, self._two_at_once, self._generic)
        for explanations in tiers[:1] if sure else tiers:
            reports = _each_once(filter(admits, explanations(name, number, student_values)))
            if reports:
                return reports
        return ()

    # ---- the kind's own mistakes

    def _own(self, name: str, number: _Number, student_values: Mapping[str, Value]) -> Iterator[SlipReport]:
        for index, way in enumerate(self._ways):
            for slip in self._of_kind(name, way, f"way {index}").that_are(number):
                yield self._report(slip, name, way)
        overrides = self._earlier(name, student_values)
        if overrides:
            floats = {each: float(value) for each, value in overrides.items()}
            for slip, program in self._given(name, frozenset(overrides)):
                own = {each: floats[each] for each in floats.keys() & program.inputs}
                if number.is_value(program.run(own)[name]):
                    values = self._exact.after(name, slip.formulas, overrides)
                    if (
                        values is not None
                        and _is(number, values[name])
                        and self._matters(name, values[name], overrides)
                    ):
                        yield self._report(slip, name, self._exact, overrides)

    def _matters(self, name: str, value: Value, overrides: Values) -> bool:
        """Whether a mistake changes what the student's earlier answers lead to."""
        without = self._exact.after(name, NOTHING, overrides)
        return without is None or without[name] != value

    def _given(self, name: str, overrides: frozenset[str]) -> Sequence[tuple[Slip, Program]]:
        """The mistakes that can be made when these quantities are a student's own, compiled once."""
        if (name, overrides) not in self._programs:
            if len(self._programs) >= MOST_PROGRAMS:
                self._programs.clear()
            self._programs[name, overrides] = [
                (slip, self._exact.compiled(name, slip.formulas, overrides))
                for slip in self.slips
                if self._exact.leads_to(name, slip.formulas, overrides)
            ]
        return self._programs[name, overrides]

    def _rounded(self, name: str, number: _Number, student_values: Mapping[str, Value]) -> Iterator[SlipReport]:
        for index, way in enumerate(self._carried):
            candidates = self._of_kind(name, way, f"carried {index}")
            found = candidates.that_are(number)
            if found and number.has_digits and candidates.chance(number) <= MOST_ACCIDENTAL:
                for slip in found:
                    yield self._report(slip, name, way, exact=False)

    def _two_at_once(self, name: str, number: _Number, student_values: Mapping[str, Value]) -> Iterator[SlipReport]:
        if number.has_digits:
            candidates = self._of(name, "pairs", self._exact, self._pairs)
            if candidates.chance(number) <= MOST_ACCIDENTAL:
                for slip in candidates.that_are(number):
                    yield self._report(slip, name, self._exact)

    def _pairs(self, name: str) -> Iterator[Slip]:
        relevant = [slip for slip in self.slips if self._exact.leads_to(name, slip.formulas)]
        pairs = sorted(combinations(range(len(relevant)), 2), key=sum)
        joined = (_both(relevant[first], relevant[second]) for first, second in pairs[:MOST_PAIRS])
        return (slip for slip in joined if slip is not None)

    def _of_kind(self, name: str, way: Consequences, label: str) -> _Candidates:
        return self._of(name, label, way, lambda name: self.slips)

    def _earlier(self, name: str, student_values: Mapping[str, Value]) -> Values:
        """The student's answers that the quantity is made of, where they are not the true ones."""
        made_of = {each: value for each, value in student_values.items() if each != name and each in self._graph}
        if not self._exact.leads_to(name, made_of) or all(self._exact.value(each) == made_of[each] for each in made_of):
            return {}
        return made_of

    # ---- the mistakes that any formula invites

    def _generic(self, name: str, number: _Number, student_values: Mapping[str, Value]) -> Iterator[SlipReport]:
        """The one generic mistake that explains the number; none where several do."""
        if not number.has_digits:
            return
        found: list[SlipReport] = []
        truth = self._exact.value(name)
        if truth is not None:
            for key, message, is_so in _OF_THE_ANSWER:
                if is_so(number.exact, number.half_unit, to_fraction(truth)):
                    found.append(SlipReport(key, message, name, (), generic=True))
        candidates = self._of(name, "generic", self._exact, lambda name: generic_slips(self._graph, name))
        if candidates.chance(number) <= MOST_ACCIDENTAL:
            slips = candidates.that_are(number)
            found.extend(self._report(slip, name, self._exact, generic=True) for slip in slips)
        if len({(report.key, report.quantity) for report in found}) == 1:
            yield found[0]

    # ---- values and reports

    def _of(self, name: str, label: str, way: Consequences, slips: Callable[[str], Iterable[Slip]]) -> _Candidates:
        """What the mistakes make of a quantity in one way of computing, worked out once."""
        if (name, label) not in self._candidates:
            self._candidates[name, label] = _Candidates.of(_values_of(name, way, slips(name)))
        return self._candidates[name, label]

    def _report(
        self,
        slip: Slip,
        name: str,
        way: Consequences,
        overrides: Values = NOTHING,
        generic: bool = False,
        exact: bool = True,
    ) -> SlipReport:
        if overrides:
            quantity, line, made = self._line(slip, name, way, overrides)
        else:
            key = (id(slip), name, id(way))
            if key not in self._lines:
                self._lines[key] = self._line(slip, name, way, overrides)
            quantity, line, made = self._lines[key]
        return SlipReport(slip.key, slip.message, quantity, line, generic, exact, made)

    def _line(self, slip: Slip, name: str, way: Consequences, overrides: Values) -> _Line:
        """Where the mistake was made, and the line there: of several quantities the last before the answer."""
        values = way.after(name, slip.formulas, overrides)
        assert values is not None
        where = [each for each in slip.formulas if way.leads_to(name, {each: None}, overrides)]
        quantity = name if name in where else max(where, key=self._graph.names.index)
        line = written_line(self._problem, quantity, slip.formulas[quantity], values)
        return quantity, (line,), tuple((each, to_fraction(values[each])) for each in where)


def own_slips(problem: Problem) -> Iterator[Slip]:
    """The mistakes of the kind's own list, without the formulas that are as they should be."""
    if problem.kind.slips is None:
        return
    graph = problem.plan.graph
    for slip in problem.kind.slips(problem.model, problem.plan):
        formulas = {name: formula for name, formula in slip.formulas.items() if formula != graph[name].formula}
        if formulas:
            yield Slip(slip.key, slip.message, formulas)


def written_line(problem: Problem, name: str, formula: Any, values: Values) -> Any:
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


def _values_of(name: str, way: Consequences, slips: Iterable[Slip]) -> Iterator[tuple[float, Slip]]:
    truth = way.value(name)
    for slip in slips:
        if way.leads_to(name, slip.formulas):
            values = way.after(name, slip.formulas)
            if values is not None and values[name] != truth:
                try:
                    yield float(values[name]), slip
                except OverflowError:
                    continue


def _both(first: Slip, second: Slip) -> Slip | None:
    """Two mistakes of different families as one, where each changes formulas of its own."""
    if first.key == second.key or not first.formulas.keys().isdisjoint(second.formulas):
        return None
    formulas = {**first.formulas, **second.formulas}
    return Slip(f"{first.key}+{second.key}", f"{first.message}, and {second.message}", formulas)


def _is(number: _Number, value: Value | None) -> bool:
    return value is not None and number.is_value(float(value))


def _each_once(reports: Iterable[SlipReport]) -> tuple[SlipReport, ...]:
    found: dict[tuple[str, str, str], SlipReport] = {}
    for report in reports:
        found.setdefault((report.key, report.message, report.quantity), report)
    return tuple(found.values())


_OF_THE_ANSWER = (
    ("digits-transposed", "two digits of the answer transposed", has_digits_transposed),
    ("power-of-ten", "a wrong power of ten", has_point_shifted),
)

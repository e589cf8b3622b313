"""Marking arrays and expressions in letters: entry by entry, at random points, with the student's own arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from deepcalc.checking.carried_arrays import CarriedArrays
from deepcalc.checking.comparing import (
    Agreement,
    agreement,
    precision_asked,
    required_unit,
    within_tolerance,
)
from deepcalc.checking.document import Verdict
from deepcalc.checking.effort import Effort
from deepcalc.checking.expression_mistakes import ExpressionMistakes, Wanted
from deepcalc.checking.expression_reading import IDENTITY
from deepcalc.checking.findings import Finding, not_allowed, right, wrong_entries
from deepcalc.checking.index_sums import first_terms, indices_of
from deepcalc.checking.last_lines import SAID_IN_GENERAL, LastLines, no_slack
from deepcalc.checking.other_shapes import of_another_shape
from deepcalc.checking.own_arrays import FromOwn, OwnArray, OwnArrays, WrittenArray, from_own, written_array
from deepcalc.checking.reports import SlipReport
from deepcalc.checking.written_forms import WrittenForms, slopes_written_out
from deepcalc.checking.written_names import WrittenNames
from deepcalc.errors import DeepcalcError, MathError, ParseError, did_you_mean
from deepcalc.graph.evaluation import WithEntries, evaluate
from deepcalc.graph.points import Point, assumptions, points, points_around, same_value, value_shape
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Item, counted_from_one, has_array_nodes
from deepcalc.notation.grids import Grid, places
from deepcalc.notation.names import entry_parts, long_form, recounted, shape_of_what
from deepcalc.notation.nodes import Literal, Name, Node, names_in
from deepcalc.notation.rounding import NumberFormat
from deepcalc.notation.shapes import ShapeError
from deepcalc.plan import Marking
from deepcalc.problem.problem import Problem
from deepcalc.records import record

Terms: TypeAlias = Sequence[str] | None
"""The names in which an answer is to be written, where they are given."""


@record
class _Other:
    """The values of an expression at points, other than the true ones at one of them."""

    at: Sequence[tuple[Point, Any]]


class ExpressionMarker:
    """Marks answers to the quantities of one problem that has arrays or letters in it."""

    def __init__(self, problem: Problem, names: Iterable[str], written_names: WrittenNames) -> None:
        self._problem = problem
        self._written_names = written_names
        self._forms = WrittenForms(problem.plan.graph)
        self._graph = problem.plan.graph
        self._names = [name for name in names if name in self._graph]
        valued = [name for name in self._names if self._graph.has_value(name)]
        try:
            self.sheet = evaluate(self._graph, valued, rounding=problem.rounding).computed
            self._exact = evaluate(self._graph, valued).values
        except MathError as error:
            raise problem.without_value(error) from None
        self._carried = CarriedArrays(self._graph)
        self.last_lines = LastLines(problem, self.sheet, self._forms)

    @cached_property
    def _points(self) -> Sequence[Point]:
        """Where expressions are compared: random points for letters, points close around the given values else."""
        graph = self._graph
        names = list(dict.fromkeys([*self._names, *graph.names]))
        if not graph.has_letters:
            return tuple(points_around(graph, names)) or (self._at_truth,)
        found = tuple(points(graph, names, assumptions(graph, self._problem.assumed)))
        if not found:
            raise self._problem.invalid(
                ("given",), "no values of the letters were found for which all has a value; bound them by `assume`"
            )
        return found

    def mark(self, name: str, readings: Sequence[Node], marking: Marking, terms: Terms, own: OwnArrays) -> Finding:
        """The finding of one answer, given what the student had before it.

        It is right where one of its ``readings`` is; mistakes are looked for in one of them alone, the first of those
        that have the shape that is asked for.
        """
        found: list[Finding | _Other] = []
        for reading in readings:
            found.append(self._compared(name, reading, marking, terms, own))
            if isinstance(found[-1], Finding) and found[-1].verdict.is_right:
                return found[-1]
        explained = next(
            (self._explained(name, each, terms, own.effort) for each in found if isinstance(each, _Other)), None
        )
        first = found[0]
        if isinstance(first, Finding) and (first.reports or explained is None or not explained.reports):
            return first
        assert explained is not None
        return explained

    def _compared(
        self, name: str, expression: Node, marking: Marking, terms: Terms, own: OwnArrays
    ) -> Finding | _Other:
        """The finding of one reading; its values where a mistake in letters may have led to them."""
        expression = self._in_long_names(expression)
        try:
            expression = self._forms.over_all_entries(expression, self._counted_from)
        except ParseError as error:
            return Finding(Verdict.UNREADABLE, Fraction(0), (error.message,))
        written = written_array(expression)
        if self._graph.has_value(name) and written is not None:
            shape = value_shape(self._exact[name])
            written = written.as_one_of(shape) if shape_of_what(name) else written.as_one_of(shape).as_vector(shape)
            finding = self._of_numbers(name, written, marking, own)
            if written.shape == shape:
                own.arrays.setdefault(name, OwnArray(written, finding.verdict.is_right))
            return finding
        return self._of_expression(name, expression, terms)

    def fits(self, name: str, expression: Node) -> bool:
        """Whether an expression has the shape of the quantity, or multiplies matrices that fit."""
        return self._forms.fits(name, self._in_long_names(expression))

    def _in_long_names(self, expression: Node) -> Node:
        if self._counted_from == 0:
            expression = counted_from_one(expression)
        bound = indices_of(expression)
        used = (each for each in names_in(expression) if each not in bound)
        named = expression.xreplace({Name(each): self._in_long_form(each) for each in used})
        return named if bound else self._forms.products_by_shapes(named)

    def _in_long_form(self, used: str) -> Node:
        """The quantity of a name, or the entry of an array that it names: ``X[1, 2]`` for ``{X.1.2}``."""
        name = recounted(self._written_names.meant(used), 1 - self._counted_from)
        long = self._problem.plan.aliases.get(name, long_form(name))
        array, place = entry_parts(long)
        if not place or array not in self._graph or not self._graph.shape(array):
            return Name(long)
        return Item(Name(array), *(Literal(str(at + 1)) for at in place))

    @property
    def _counted_from(self) -> int:
        return self._problem.plan.symbols.count_from

    # ---- numbers

    def _of_numbers(self, name: str, written: WrittenArray, marking: Marking, own: OwnArrays) -> Finding:
        truth = self._exact[name]
        if written.shape != value_shape(truth):
            finding = of_another_shape(self._graph, name, written.shape, written.value, truth)
            report = self._mistakes.of_another_size(
                name, self._at_truth, written.meant(lambda place: Fraction(0)).is_near
            )
            if report is None:
                return finding
            said = (*finding.message, "; consistent with ", report.explanation)
            return replace(finding, message=said, reports=(report,))
        for value in (self.sheet[name], truth):
            if self._agrees(name, written, value, marking):
                return right()
        earlier = own.behind(self._graph, name)
        rounded = self._rounded(name, written, marking, earlier)
        if rounded is not None:
            return rounded
        mistaken = {each: array for each, array in earlier.items() if not array.is_right}
        sets = (earlier, mistaken) if 0 < len(mistaken) < len(earlier) else (earlier,)
        looked_up = (from_own(self._graph, name, arrays, self._exact) for arrays in sets if arrays)
        from_own_arrays = [found for found in looked_up if found is not None]
        follows = self._follows(name, written, marking, from_own_arrays, list(mistaken))
        if follows is not None:
            return follows
        agreements = list(self._agreements(name, written, truth, marking))
        wrong = [place for place, agreed in agreements if agreed is not Agreement.RIGHT]
        is_rounded = written.is_near(truth)
        if is_rounded:
            in_full = Wanted(name, [written.value], [no_slack(written.value)], [self._at_truth], frozenset(earlier))
            report = self._mistakes.behind(in_full, own.effort)
        else:
            meant = self._as_meant(name, written, marking)
            from_truth = Wanted(name, [meant.value], [meant.slack], [self._at_truth], frozenset(earlier))
            report = self._report(from_truth, meant, from_own_arrays if mistaken else (), own.effort)
        if report is not None:
            return Finding(Verdict.WRONG, Fraction(0), ("consistent with ", report.explanation), (report,))
        coarse = self._too_coarse(name, written, marking) if is_rounded else ()
        share = Fraction(len(agreements) - len(wrong), len(agreements))
        said = coarse or wrong_entries(written.shape, wrong, len(agreements), self._counted_from)
        return Finding(Verdict.WRONG, share, said)

    def _too_coarse(self, name: str, written: WrittenArray, marking: Marking) -> Prose:
        """What is said of too few digits; nothing of so few that they say nothing."""
        largest = written.size_behind(self._exact[name])
        if largest is None:
            return ()
        asked = precision_asked(largest, marking.precision, self._problem.rounding.of(self._graph[name].group))
        return (f"give more digits: at least {asked}",)

    def _agreements(
        self, name: str, written: WrittenArray, value: Any, marking: Marking, slack: Any = None
    ) -> Iterator[tuple[tuple[int, ...], Agreement]]:
        """How each entry agrees with a value, of which that much of it, the ``slack``, may come of rounding before."""
        for place, number in zip(places(written.shape), written.entries, strict=True):
            entry = to_fraction(value[place] if written.shape else value)
            off = Fraction(0) if slack is None else to_fraction(slack[place] if written.shape else slack)
            agreed = agreement(number, entry, self._required(name, entry, marking), slack=off)
            is_right = within_tolerance(number, entry, marking) or abs(to_fraction(number.value) - entry) <= off
            yield place, Agreement.RIGHT if is_right else agreed

    def _required(self, name: str, entry: Fraction, marking: Marking) -> Fraction:
        return required_unit(entry, marking.precision, self._problem.rounding.of(self._graph[name].group))

    def _as_meant(self, name: str, written: WrittenArray, marking: Marking) -> WrittenArray:
        """An array in which whole numbers are no rounded ones, as far as more than that is asked for."""
        truth = self._exact[name]
        if not isinstance(truth, Grid):
            return written
        return written.meant(lambda place: self._required(name, to_fraction(truth[place]), marking))

    def _agrees(self, name: str, written: WrittenArray, value: Any, marking: Marking, slack: Any = None) -> bool:
        if value_shape(value) != written.shape:
            return False
        return all(agreed is Agreement.RIGHT for _, agreed in self._agreements(name, written, value, marking, slack))

    def _rounded(
        self, name: str, written: WrittenArray, marking: Marking, earlier: Mapping[str, OwnArray]
    ) -> Finding | None:
        def is_carried(digits: NumberFormat) -> bool:
            return all(self._is_carried(each, array, digits) for each, array in earlier.items())

        for digits, value in self._carried.ways(name, is_carried):
            if self._agrees(name, written, value, marking):
                said = f"{digits.places} places" if digits.places is not None else f"{digits.significant} figures"
                return Finding(Verdict.ROUNDED, Fraction(1), (f"right with intermediate results rounded to {said}",))
        return None

    def _is_carried(self, name: str, array: OwnArray, digits: NumberFormat) -> bool:
        """Whether a student's array on the way is what would have been carried on."""
        value = self._carried.value(name, digits)
        if isinstance(value, Grid):
            rounded: Any = Grid(value.shape, [digits.carried(to_fraction(entry)) for entry in value.entries])
        else:
            rounded = None if value is None else digits.carried(to_fraction(value))
        return rounded is not None and array.written.is_near(rounded)

    def _follows(
        self, name: str, written: WrittenArray, marking: Marking, found: Sequence[FromOwn], mistaken: Sequence[str]
    ) -> Finding | None:
        """Credit for what follows from earlier arrays: all points where those are right but for their rounding."""
        share = Fraction(0) if marking.exact_only else marking.follow_through
        ways = ((each.value, marking, slack) for each in found for slack in (each.slack, None))
        if (mistaken and not share) or not any(self._agrees(name, written, *way) for way in ways):
            return None
        if not mistaken:
            return Finding(Verdict.ROUNDED, Fraction(1), ("right with your own rounded figures",))
        said = [part for each in mistaken for part in (", ", Name(each))][1:]
        return Finding(Verdict.FOLLOW_THROUGH, share, ("right with your ", *said))

    def _report(
        self, from_truth: Wanted, written: WrittenArray, found: Sequence[FromOwn], effort: Effort
    ) -> SlipReport | None:
        """The mistake that leads to an array, from true values or from the student's own.

        It was made after the student's earlier answers, which are fixed: one before them would show in them.
        """
        from_own_ones = (
            replace(from_truth, slacks=[written.slack_with(each.slack)], at=[each.point], fixed=each.own)
            for each in found
        )
        reports = (self._mistakes.behind(wanted, effort) for wanted in (from_truth, *from_own_ones))
        return next((report for report in reports if report is not None), None)

    # ---- expressions

    def _of_expression(self, name: str, expression: Node, terms: Terms) -> Finding | _Other:
        graph = self._graph
        bound = indices_of(expression)
        own = {*bound, *([IDENTITY] if graph.has_arrays and IDENTITY not in graph else [])}
        used_names = [used for used in names_in(expression) if used not in own]
        for used in used_names:
            if used not in graph:
                message = f"no quantity {used[:40]!r} here{did_you_mean(used, graph.names)}"
                return Finding(Verdict.UNREADABLE, Fraction(0), (message,))
            if name in graph.ancestors([used]):
                return Finding(Verdict.UNREADABLE, Fraction(0), (Name(used), " is made of ", Name(name), " itself"))
        expression = expression if graph.has_arrays else slopes_written_out(expression)
        if not graph.has_arrays and has_array_nodes(expression):
            return Finding(Verdict.WRONG, Fraction(0), ("one expression is expected, not several or an array",))
        foreign = [used for used in used_names if terms is not None and used not in terms]
        if foreign and not self.last_lines.has(foreign, name, terms):
            return Finding(Verdict.WRONG, Fraction(0), not_allowed(foreign, terms or ()))
        expression = self._forms.with_identity(name, expression)
        if IDENTITY not in graph and IDENTITY in names_in(expression):
            return Finding(Verdict.UNREADABLE, Fraction(0), (f"no quantity {IDENTITY!r} here",))
        try:
            settled, shape = self._forms.settled(first_terms(expression))
        except ShapeError as error:
            return Finding(Verdict.WRONG, Fraction(0), (f"the shapes do not fit: {error.message}",))
        try:
            at = self._values_of(expression if bound else settled)
        except DeepcalcError as error:
            return Finding(Verdict.UNREADABLE, Fraction(0), (str(error),))
        values = [value for _, value in at]
        if shape != graph.shape(name):
            return of_another_shape(self._graph, name, shape, values[0], at[0][0].values[name])
        truths = [point.values[name] for point, _ in at]
        if len(at) == len(self._points) and all(map(same_value, values, truths)):
            return right()
        return _Other(at)

    def _explained(self, name: str, other: _Other, terms: Terms, effort: Effort) -> Finding:
        """The mistake in letters that leads to other values than the true ones."""
        points, values = zip(*other.at, strict=True)
        wanted = Wanted(name, values, [no_slack(value) for value in values], points)
        report = self._mistakes.behind(wanted, effort)
        if report is None or report.key in SAID_IN_GENERAL:
            report = self.last_lines.mistake(name, other.at, terms, self._mistakes.changes) or report
        if report is not None:
            return Finding(Verdict.WRONG, Fraction(0), ("consistent with ", report.explanation), (report,))
        return Finding(Verdict.WRONG, Fraction(0), ("the formula has another value",))

    def _values_of(self, expression: Node) -> list[tuple[Point, Any]]:
        """The values at the points where there is one; ``DeepcalcError`` where it has none anywhere."""
        found: list[tuple[Point, Any]] = []
        failed: DeepcalcError | None = None
        for point in self._points:
            try:
                found.append((point, self._forms.value(point, expression)))
            except DeepcalcError as error:
                failed = error
        if failed is not None and not found:
            raise failed
        return found

    # ---- what both share

    @cached_property
    def _at_truth(self) -> Point:
        return Point(self._graph, WithEntries(self._exact))

    @cached_property
    def _mistakes(self) -> ExpressionMistakes:
        return ExpressionMistakes(self._problem)

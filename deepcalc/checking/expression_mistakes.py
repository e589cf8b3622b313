"""Which mistake leads to a wrong array or expression: the kind's own first, then those that any formula invites."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deepcalc.checking.array_chances import WrittenGrid
from deepcalc.checking.array_slips import ArraySlips, settled
from deepcalc.checking.candidates import Candidate, Candidates, WrittenNumber
from deepcalc.checking.diagnosis import MOST_ACCIDENTAL_ALONE, MOST_ACCIDENTAL_IN_FULL, MOST_ACCIDENTAL_LIKELY
from deepcalc.checking.effort import FOR_EACH_CHANGE, Effort
from deepcalc.checking.invited.slips import COMMONEST, InvitedSlips
from deepcalc.checking.reports import SlipReport
from deepcalc.checking.slip_lines import own_slips
from deepcalc.errors import DeepcalcError, MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.graph.points import Point, same_value, value_shape
from deepcalc.graph.quantities import GraphError, Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.nodes import Node, names_in
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.shapes import ShapeError
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem
from deepcalc.records import record

if TYPE_CHECKING:
    from deepcalc.checking.array_changes import ArrayChanges, Near

LEAST_LIKELY = 2 * COMMONEST
"""Mistakes of a higher rank are not looked for in letters: a plausible one in the answer's own formula is the last."""


@record
class Wanted:
    """What a mistake is to lead to: the values ``given`` for a quantity ``at`` points, each up to a slack.

    The ``fixed`` quantities are the student's own at the points: no mistake behind them leads to the values.
    """

    name: str
    given: Sequence[AnyValue]
    slacks: Sequence[AnyValue]
    at: Sequence[Point]
    fixed: frozenset[str] = frozenset()

    def is_changed_by(self, found: Sequence[AnyValue]) -> bool:
        """Whether the quantity has another value than the true one at a point."""
        return not all(same_value(point.values[self.name], after) for point, after in zip(self.at, found, strict=True))


class ExpressionMistakes:
    """The mistakes of one problem that has arrays or letters in it."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._graph = problem.plan.graph

    @cached_property
    def _invited(self) -> InvitedSlips:
        return InvitedSlips(self._graph, UnicodePrinter(self._problem.plan.symbols))

    @cached_property
    def _of_arrays(self) -> ArraySlips:
        return ArraySlips(self._graph, UnicodePrinter(self._problem.plan.symbols))

    @cached_property
    def _of_kind(self) -> Sequence[Slip]:
        """The mistakes of the kind's own list whose arrays keep their shapes."""
        found = []
        for slip in own_slips(self._problem):
            formulas = {each: settled(self._graph, each, formula) for each, formula in slip.formulas.items()}
            if None not in formulas.values():
                found.append(Slip(slip.key, slip.message, formulas))
        return found

    @cached_property
    def _resizing(self) -> Sequence[tuple[Slip, Graph]]:
        """The kind's own mistakes that give arrays another size, each with the graph in which all follows from it."""
        found = []
        for slip in own_slips(self._problem):
            if all(settled(self._graph, each, formula) is not None for each, formula in slip.formulas.items()):
                continue
            changed = {each: Quantity(each, formula) for each, formula in slip.formulas.items()}
            try:
                found.append((slip, self._graph.with_formulas(changed)))
            except (GraphError, ShapeError):
                continue
        return found

    def _slips_of(self, name: str, reached: Sequence[str]) -> Iterator[Slip]:
        """What may have gone wrong on the way to a quantity: the kind's own mistakes, then those of any formula.

        What is ``reached``, in the order of the work, is what may have been done wrong there.
        """
        may_be = frozenset(reached)
        yield from (slip for slip in self._of_kind if not may_be.isdisjoint(slip.formulas))
        yield from self._of_arrays.of(name, reached)
        if not self._graph.has_arrays:
            invited = (each.slip for each in self._invited.of(name) if each.rank <= LEAST_LIKELY)
            yield from (slip for slip in invited if not may_be.isdisjoint(slip.formulas))

    def behind(self, wanted: Wanted, effort: Effort) -> SlipReport | None:
        """The mistake that leads to what is wanted at every point; the truth itself is none.

        One that leads to the very number comes before those that lead to another one that is rounded to it. As many
        are tried as the ``effort`` takes.
        """
        if not isinstance(wanted.given[0], Grid) and any(wanted.slacks):
            in_full = self.behind(replace(wanted, slacks=[Fraction(0)] * len(wanted.at)), effort)
            if in_full is not None:
                return in_full
        name, fixed = wanted.name, wanted.fixed
        reached = [each for each in self._graph.ancestors([name], stop=fixed) if each not in fixed]
        aims = [self.changes.near(*aim) for aim in zip(wanted.given, wanted.slacks, strict=True)]
        looked_at: list[Slip] = []
        for slip in self._slips_of(name, reached):
            if not effort.takes(FOR_EACH_CHANGE + len(wanted.at) * self.changes.reach(name, slip.formulas)):
                return None
            looked_at.append(slip)
            led_to = self._led_to(wanted, slip, aims)
            if led_to and wanted.is_changed_by(led_to):
                return None if self._is_accident(wanted, looked_at, led_to[0]) else self._report(name, slip)
        return self._behind_by_size(wanted, frozenset(reached))

    def _led_to(self, wanted: Wanted, slip: Slip, aims: Sequence[Near]) -> list[AnyValue]:
        """What a mistake comes to at every point; nothing where that is not what is given at one of them.

        Nor does it lead anywhere if it changes nothing at any point.
        """
        changed, fixed = (wanted.name, slip.formulas), wanted.fixed
        could_be = (self.changes.could_be(*changed, *each, fixed) for each in zip(wanted.at, aims, strict=True))
        if not all(could_be) or all(self.changes.leaves(*changed, point, fixed) for point in wanted.at):
            return []
        found: list[AnyValue] = []
        for point, value, slack in zip(wanted.at, wanted.given, wanted.slacks, strict=True):
            after = self._after(*changed, point, fixed)
            if after is None or not _is(value, after, slack):
                return []
            found.append(after)
        return found

    def _behind_by_size(self, wanted: Wanted, reached: Set[str]) -> SlipReport | None:
        """The mistake that leads to the values given and changes the size of what it is made in."""
        for slip, graph in self._resizing_behind(reached):
            found = [_in_changed(graph, wanted.name, point) for point in wanted.at]
            pairs = zip(wanted.given, found, wanted.slacks, strict=True)
            fits = all(after is not None and _is(value, after, slack) for value, after, slack in pairs)
            if fits and wanted.is_changed_by(found):
                return self._report(wanted.name, slip)
        return None

    def _is_accident(self, wanted: Wanted, looked_at: Sequence[Slip], found: Any) -> bool:
        """Whether any number would be as likely to be explained by one of the mistakes: one with few digits, say.

        The last that was ``looked_at`` led to the value ``found``; where that is the very number, it may be likelier,
        and one of the kind's own list is none. No array is so by accident.
        """
        if len(wanted.at) > 1:
            return False
        given, slack = wanted.given[0], wanted.slacks[0]
        is_in_full = same_value(given, found)
        is_of_kind = any(slip is looked_at[-1] for slip in self._of_kind)
        if is_in_full and (is_of_kind or isinstance(given, Grid)):
            return False
        likely = MOST_ACCIDENTAL_LIKELY if is_of_kind else MOST_ACCIDENTAL_ALONE
        values = (self.changes.value(wanted.name, slip.formulas, wanted.at[0], wanted.fixed) for slip in looked_at)
        if isinstance(given, Grid):
            written = WrittenGrid(given, slack, wanted.at[0].values[wanted.name])
            return written.chance(value for value in values if value is not None) > likely
        number = WrittenNumber(to_fraction(given), to_fraction(slack))
        numbers = (math.nan if value is None else float(value) for value in values)
        candidates = Candidates.of(
            Candidate(value, slip) for value, slip in zip(numbers, looked_at, strict=True) if math.isfinite(value)
        )
        return candidates.chance(number) > (MOST_ACCIDENTAL_IN_FULL if is_in_full else likely)

    @cached_property
    def changes(self) -> ArrayChanges:
        """What changes of formulas come to, quickly."""
        from deepcalc.checking.array_changes import ArrayChanges

        return ArrayChanges(self._graph)

    def _resizing_behind(self, reached: Set[str]) -> Iterator[tuple[Slip, Graph]]:
        return ((slip, graph) for slip, graph in self._resizing if not reached.isdisjoint(slip.formulas))

    def _report(self, name: str, slip: Slip) -> SlipReport:
        where = [each for each in self._graph.ancestors([name]) if each in slip.formulas]
        return SlipReport(slip.key, slip.message, where[-1], ())

    def of_another_size(self, name: str, at: Point, fits: Callable[[Any], bool]) -> SlipReport | None:
        """The mistake of the kind's own list that gives a value of another shape: a stride, a column forgotten."""
        for slip in own_slips(self._problem):
            formula = slip.formulas.get(name)
            if formula is None or settled(self._graph, name, formula) is not None:
                continue
            try:
                put_in = evaluate(self._graph, names_in(formula), at.values).values
                value = Point(self._graph, put_in).value(formula)
            except DeepcalcError:
                continue
            if fits(value):
                return SlipReport(slip.key, slip.message, name, ())
        for slip, graph in self._resizing_behind(frozenset(self._graph.ancestors([name]))):
            after = _in_changed(graph, name, at)
            if after is not None and fits(after):
                return self._report(name, slip)
        return None

    def _after(self, name: str, formulas: Mapping[str, Node], point: Point, fixed: frozenset[str]) -> Any:
        """The value of a quantity at a point where some have changed formulas."""
        graph = self._graph
        reached: set[str] = set()
        for each in graph.ancestors([name, *names_in(*formulas.values())]):
            if each not in fixed and (each in formulas or not reached.isdisjoint(graph.uses(each))):
                reached.add(each)
        known = {each: value for each, value in point.values.items() if each not in reached}
        last = name
        try:
            for each in graph.ancestors([name]):
                if each in formulas and each not in fixed:
                    last = each
                    put_in = evaluate(graph, names_in(formulas[each]), known).values
                    known[each] = Point(graph, put_in).value(formulas[each])
            last = name
            return evaluate(graph, [name], known).values[name]
        except MathError as error:
            self.changes.note_undefined(error.quantity, formulas, point, fixed)
        except DeepcalcError:
            self.changes.note_undefined(last, formulas, point, fixed)
        except (KeyError, ZeroDivisionError):
            pass
        return None


def _is(given: Any, value: Any, slack: Any) -> bool:
    """Whether a value is what is given: the same number, or one within the slack of each entry."""
    if value_shape(given) != value_shape(value):
        return False
    if not isinstance(given, Grid):
        return same_value(given, value) or abs(to_fraction(given) - to_fraction(value)) <= slack
    return all(map(_is, given.entries, value.entries, slack.entries))


def _in_changed(graph: Graph, name: str, point: Point) -> Any:
    """The value of a quantity in a changed graph, with what is given at a point."""
    given = {
        each.name: point.values[each.name] for each in graph if each.given is not None and each.name in point.values
    }
    try:
        return evaluate(graph, [name], given).values[name]
    except DeepcalcError:
        return None

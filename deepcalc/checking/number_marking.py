"""Marking one number: against the truth, against the student's own earlier numbers, against the typical mistakes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from deepcalc.checking.chain_links import ChainLinks
from deepcalc.checking.comparing import Agreement, is_same
from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.checking.document import Verdict, Worked
from deepcalc.checking.effort import Effort
from deepcalc.checking.findings import Finding, right
from deepcalc.checking.follow_through import Following, FollowThrough, Own, OwnNumbers
from deepcalc.checking.likeliest import likeliest
from deepcalc.checking.reading import ReadNumber
from deepcalc.checking.reports import Evidence, SlipReport
from deepcalc.checking.targets import Target, targets
from deepcalc.checking.truths import Truths
from deepcalc.checking.ways import Way
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Name
from deepcalc.notation.rounding import decimal_exponent
from deepcalc.plan import Marking
from deepcalc.problem.problem import Problem

MOST_ROUNDED = Fraction(1, 2)
"""By how much of its size a number may be off because intermediate results were rounded."""

FOR_EACH, FOR_EACH_OF_LARGE = 15, Fraction(1, 10)
MOST_LOOKED_INTO = 600
"""Quantities behind wrong numbers and so many for each, the more the larger the graph: the rest is not explained.

The first of them is, however many there are behind it.
"""

_LARGEST_EXPONENT = 100


@dataclass
class OwnWork:
    """A student's numbers so far, by quantity, each with its verdict; ``given`` are all that there will be.

    ``mistakes`` are the slips found so far, each with the answer in which it was found first and the quantity where it
    was made: a mistake costs once, and what follows from it is follow-through. ``evident`` is what they say of others.
    So many quantities were ``looked_into`` for the mistakes behind the wrong ones.
    """

    given: Mapping[str, ReadNumber] = field(default_factory=dict)
    numbers: dict[str, Own] = field(default_factory=dict)
    mistakes: dict[Hashable, tuple[str, str]] = field(default_factory=dict)
    evident: dict[str, Evidence] = field(default_factory=dict)
    looked_into: int = 0

    @cached_property
    def effort(self) -> Effort:
        """What may be worked out to see what follows from these numbers."""
        return Effort.for_answers(len(self.given))

    def may_look_into(self, size: int, for_each: int, sure: bool) -> bool:
        """Whether the mistakes behind one more wrong number are looked for; it is counted then.

        For what explains it for ``sure`` there are twice as many, and nothing ``for_each``.
        """
        most, size = (2 * MOST_LOOKED_INTO, size) if sure else (MOST_LOOKED_INTO, size + for_each)
        if self.looked_into and self.looked_into + size > most:
            return False
        self.looked_into += size
        return True

    def add(self, quantity: str, number: ReadNumber, finding: Finding) -> None:
        self.numbers.setdefault(quantity, Own(number, finding.verdict))
        for report in finding.told or finding.reports:
            self.mistakes.setdefault(report.mistake, (quantity, report.quantity))

    @property
    def right(self) -> frozenset[str]:
        return frozenset(quantity for quantity, own in self.numbers.items() if own.verdict.is_right)


class NumberMarker:
    """Marks numbers that are given for quantities of one problem, each as its ``marking`` says."""

    def __init__(self, problem: Problem, markings: Mapping[str, Marking]) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self.markings = markings
        self.truths = Truths(problem, list(markings))
        self.links = ChainLinks(self._graph)
        self._targets = targets(problem, self.truths, markings)
        self._follow_through = FollowThrough(self.truths, self.links)
        self._for_each = FOR_EACH + int(FOR_EACH_OF_LARGE * len(self._graph))

    @cached_property
    def _diagnoser(self) -> Diagnoser:
        return Diagnoser(self._problem, self.truths.exact.values, self.truths.without_epsilon)

    def is_count(self, quantity: str) -> bool:
        """Whether the quantity is a whole number made of whole numbers."""
        return self._targets[quantity].count

    def mark(self, quantity: str, number: ReadNumber, work: OwnWork) -> Finding:
        """The finding of one number, given the student's ``work`` before it, to which it is added."""
        finding = self._once_more(quantity, number, work) or self._finding(self._targets[quantity], number, work)
        work.add(quantity, number, finding)
        return finding

    def _once_more(self, quantity: str, number: ReadNumber, work: OwnWork) -> Finding | None:
        """The finding of a wrong number that was given before, now as a side of a shape, say."""
        before, marking = work.numbers.get(quantity), self.markings[quantity]
        if before is None or before.verdict.is_right or not is_same(number, before.value):
            return None
        if marking.exact_only or not marking.follow_through:
            return None
        return Finding(Verdict.FOLLOW_THROUGH, marking.follow_through, ("the same as your ", Name(quantity)))

    def _finding(self, target: Target, number: ReadNumber, work: OwnWork) -> Finding:
        agreements = [target.agreement(number, way) for way in self.truths.right]
        agreeing = [way for way, each in zip(self.truths.right, agreements, strict=True) if each is Agreement.RIGHT]
        if any(target.is_plainly(number, way) for way in agreeing):
            return right()
        close = right() if agreeing else self._tolerated(target, number)
        nearly = self._rounded(target, number, work) or close
        if nearly is not None and not self._explained(target, number, work, sure=True):
            return nearly
        following = self._follow_through.look(target, number, work.numbers, work.effort)
        if following.verdict is Verdict.ROUNDED:
            return Finding(Verdict.ROUNDED, Fraction(1), ("right with your own rounded figures",))
        if following.verdict is Verdict.FOLLOW_THROUGH:
            named = [part for name in following.given for part in (", ", Name(name))][1:]
            share = Fraction(0) if target.marking.exact_only else target.marking.follow_through
            only = following.given[0] if len(following.given) == 1 else ""
            return Finding(Verdict.FOLLOW_THROUGH, share, ("right with your ", *named), same_as=only)
        agreements += [target.agreement(number, way) for way in self._carried(target, number)]
        coarse = _too_coarse(target, agreements, self.truths, work.numbers)
        reports = self._explained(target, number, work, in_full=bool(coarse))
        if any(report.sure for report in reports):
            coarse = ()
        again = self._made_again(target, following, reports, work)
        if again is not None:
            return again
        known = tuple(report for report in reports if report.mistake in work.mistakes)[:1]
        first = next((work.mistakes[report.mistake][0] for report in known), "")
        told = known or likeliest(reports, target.name)
        diagnosis = _the_same(first, *known) if known else _consistent_with(told)
        before = self._wrong_already(target, work) if not (coarse or told) else ()
        said = [part for part in (coarse, diagnosis or before, _refused(following)) if part]
        return Finding(Verdict.WRONG, Fraction(0), _joined(said), reports, first, told)

    def _rounded(self, target: Target, number: ReadNumber, work: OwnWork) -> Finding | None:
        for way in self._carried(target, number):
            is_right = target.agreement(number, way) is Agreement.RIGHT
            is_right = is_right or (target.is_as_coarse(number, way) and self._is_seen(way, work))
            if is_right and self._is_carried_so(way, target, work):
                message = f"right with intermediate results rounded to {way.description}"
                return Finding(Verdict.ROUNDED, Fraction(1), (message,))
        return None

    def _is_seen(self, way: Way, work: OwnWork) -> bool:
        """Whether one of the student's numbers shows that everything was rounded so: it is another one than else."""
        given = ((self._targets[name], number) for name, number in work.given.items() if name in self._targets)
        return any(
            target.is_as_coarse(number, each) and not target.is_as_coarse(number, self.truths.exact, way.carried)
            for target, number in given
            for each in self.truths.carried.of(target.name)
            if each.carried == way.carried
        )

    def _is_carried_so(self, way: Way, target: Target, work: OwnWork) -> bool:
        """Whether the student's numbers on the way are those that would have been carried on."""
        behind = self._graph.behind(target.name)
        written = ((name, own) for name, own in work.numbers.items() if name in behind and name in way.values)
        return all(
            abs(own.value - to_fraction(way.values[name])) <= (own.number.unit or Fraction(0)) / 2
            for name, own in written
        )

    def _carried(self, target: Target, number: ReadNumber) -> Iterator[Way]:
        """The ways of rounding intermediate results that leave those of a quantity their figures.

        None of them leads to a number that is far from the exact value.
        """
        exact, given = self.truths.exact.computed.get(target.name), to_fraction(number.value)
        is_far = exact is not None and abs(given - exact) > MOST_ROUNDED * max(abs(given), abs(exact))
        return iter(()) if target.count or is_far else self.truths.carried.of(target.name)

    def _tolerated(self, target: Target, number: ReadNumber) -> Finding | None:
        if any(target.within_tolerance(number, way) for way in self.truths.right):
            return Finding(Verdict.CORRECT, Fraction(1), ("within the tolerance",))
        return None

    def _explained(
        self, target: Target, number: ReadNumber, work: OwnWork, in_full: bool = False, sure: bool = False
    ) -> tuple[SlipReport, ...]:
        """The mistakes that lead to the number, none that the student's other numbers speak against.

        A number with too few digits to be the true one rounded may be another one ``in_full``.
        """
        value = to_fraction(number.value)
        if not _is_ordinary(value) or not work.may_look_into(self._size(target.name), self._for_each, sure):
            return ()
        own = {name: each.value for name, each in work.numbers.items() if _is_ordinary(each.value)}
        half_unit = Fraction(0) if in_full else self._half_unit(target, number)
        reports = self._diagnoser.explain(target.name, value, half_unit, own, sure, self._evident(work))
        return tuple(report for report in reports if report.sure) if in_full else reports

    def _half_unit(self, target: Target, number: ReadNumber) -> Fraction:
        """Half a unit of a number's last place; 0 of one that is meant exactly, a whole one but where that is asked."""
        is_whole = number.unit is not None and number.unit >= 1
        is_exact = number.unit is None or (is_whole and not target.is_asked_whole(self.truths.exact))
        return Fraction(0) if is_exact or number.unit is None else number.unit / 2

    def _size(self, name: str) -> int:
        """How much there is to be looked into: what a quantity is made of, and the names in the nearest formulas."""
        nearest = (name, *self._graph.uses(name))
        return len(self._graph.behind(name)) + sum(len(self._graph.uses(each)) for each in nearest)

    def _evident(self, work: OwnWork) -> Mapping[str, Evidence]:
        """What else the student wrote, each number with whether it is right."""
        if not work.evident:
            known = ((name, number) for name, number in work.given.items() if name in self._targets)
            work.evident.update((name, self._evidence(name, number)) for name, number in known)
        return work.evident

    def _evidence(self, name: str, number: ReadNumber) -> Evidence:
        target = self._targets[name]
        is_right = any(target.agreement(number, way) is Agreement.RIGHT for way in self.truths.right)
        return Evidence(to_fraction(number.value), self._half_unit(target, number), is_right)

    def _made_again(
        self, target: Target, following: Following, reports: Sequence[SlipReport], work: OwnWork
    ) -> Finding | None:
        """Credit for what comes of a mistake that was found in an earlier number."""
        share = Fraction(0) if target.marking.exact_only else target.marking.follow_through
        for report in reports:
            first, where = work.mistakes.get(report.mistake, ("", ""))
            is_one = where == report.quantity and where not in work.numbers
            is_made_again = first in self._graph.behind(target.name)
            if first and share and not following.refused and (is_one or is_made_again):
                line = () if where == report.quantity or not report.line else (Worked((": ", *report.line)),)
                return Finding(Verdict.FOLLOW_THROUGH, share, (*_the_same(first, report), *line), (report,))
        return None

    def _wrong_already(self, target: Target, work: OwnWork) -> Prose:
        """The first of the student's numbers behind one that is wrong."""
        behind = self._graph.behind(target.name)
        for name, own in work.numbers.items():
            if own.verdict is Verdict.WRONG and name in behind:
                return ("your ", Name(name), ", which it is made of, is wrong already")
        return ()


def _the_same(first: str, report: SlipReport) -> Prose:
    return ("the same mistake as in your ", Name(first), f": {report.message}")


def _consistent_with(told: Sequence[SlipReport]) -> Prose:
    """What a number is consistent with; nothing where that is not known."""
    message: list[Any] = ["consistent with "] if told else []
    for index, report in enumerate(told):
        message += [
            "; or " if index else "",
            report.explanation,
            *([Worked((": ", *report.line))] if report.line else []),
        ]
    return tuple(message)


def _is_ordinary(value: Fraction) -> bool:
    """Whether a value has a size that the float domain can tell from 0 and from infinity."""
    return not value or abs(decimal_exponent(value)) < _LARGEST_EXPONENT


def _too_coarse(target: Target, agreements: Sequence[Agreement], truths: Truths, numbers: OwnNumbers) -> Prose:
    """What is said of too few digits; that nothing has changed with them only beside a value before that is right."""
    before = None if target.before is None else numbers.get(target.before)
    if Agreement.UNCHANGED in agreements and (before is None or before.verdict.is_right):
        return ("give more digits: with so few, nothing has changed",)
    if Agreement.TOO_COARSE in agreements or Agreement.UNCHANGED in agreements:
        return (f"give more digits: at least {target.precision_asked(truths.sheet.computed[target.name])}",)
    return ()


def _refused(following: Following) -> Prose:
    return ("no follow-through: ", *following.refused) if following.refused else ()


def _joined(messages: Sequence[Prose]) -> Prose:
    return tuple(part for index, message in enumerate(messages) for part in (*(("; ",) if index else ()), *message))

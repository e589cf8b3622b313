"""What went wrong: the typical mistakes that lead to a student's number.

A mistake explains a number when its value, rounded at the number's own last place, is the number, and when nothing
else that the student wrote speaks against it. The kind's own mistakes are looked at first, alone and on top of the
student's earlier answers; then the commonest that the answer's own formula invites. What comes after them, mistakes
farther off, intermediate results that were rounded, and two mistakes at once, has so many values that some would hit
any number: it counts only where a hit is no accident (:data:`MOST_ACCIDENTAL`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from deepcalc.checking.answer_slips import LEAST_TRANSPOSED, mistakes_of_the_answer
from deepcalc.checking.candidates import NEAR_UNITS, Candidate, Candidates, WrittenNumber, is_near_miss
from deepcalc.checking.cases import Case, Evident
from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.invited.forms import form_of, is_decided
from deepcalc.checking.invited.slips import COMMONEST, COMMONEST_TO
from deepcalc.checking.reports import SlipReport
from deepcalc.checking.siblings import Siblings
from deepcalc.checking.slip_lines import written_line
from deepcalc.checking.slip_values import SlipValues
from deepcalc.checking.witnesses import Witnesses
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import to_float, to_fraction
from deepcalc.notation.nodes import Value
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem

MOST_ACCIDENTAL = 0.005
"""How likely it may be that a random number as large as the student's is explained, for an explanation to count."""

MOST_ACCIDENTAL_ALONE = 0.03
"""The same for one mistake alone, where it does not come to the very number that was written."""

MOST_ACCIDENTAL_LIKELY = 0.055
"""The same for one of the likeliest: of few variants in the kind's own list, or the commonest in the formula itself."""

MOST_ACCIDENTAL_IN_FULL = 0.07
"""The same for one of those that any formula invites, where it comes to the very number that was written."""

MOST_ACCIDENTAL_SHORT, MOST_ACCIDENTAL_SHORT_FAR = 0.45, 0.12
"""How many of the numbers that are written as shortly as the student's mistakes may lead to, for one of them to count:
for one of the likeliest, and for the next."""

FEWEST_VARIANTS, FEW_VARIANTS = 2, 3


class Diagnoser:
    """The typical mistakes of a problem, prepared once for any number of students.

    ``values`` are the true values of the problem's quantities, as far as they are known; ``left_out`` are givens that
    a student may take for 0 (an optimizer's ε).
    """

    def __init__(self, problem: Problem, values: Values = NOTHING, left_out: Values = NOTHING) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._values = SlipValues(problem, values, left_out)
        self._exact = self._values.exact
        self._others = Witnesses(self._graph)
        self._siblings = Siblings(self._graph, self._values)
        self._lines: dict[tuple[int, str, int], tuple[Value, str, Prose] | None] = {}

    def explain(
        self,
        name: str,
        given: Fraction,
        half_unit: Fraction,
        student_values: Mapping[str, Value] = NOTHING,
        sure: bool = False,
        evident: Evident = NOTHING,
    ) -> tuple[SlipReport, ...]:
        """The mistakes that lead to a number that was given for a quantity; none where it is the true value.

        ``half_unit`` is half a unit of the number's last place (0 for a number that is meant exactly),
        ``student_values`` the student's earlier answers, by which ours may have been replaced, ``evident`` all the
        others that a mistake may not contradict. A number to which the true value can be rounded is explained only by
        mistakes that lead to it in full. ``sure`` ones alone are the likely ones that lead to the very number.
        """
        if name not in self._graph:
            return ()
        number, case = WrittenNumber(given, half_unit), Case(name, self._earlier(name, student_values), evident)
        ways = self._values.ways
        if any(_is(number, way.value(name)) for way in ways):
            is_true = any(_is(number.in_full, way.value(name)) for way in ways)
            return () if is_true else _each_once(self._own(case, number.in_full))
        in_so_many_digits = _each_once(self._own(case, number.in_full)) if half_unit else ()
        if in_so_many_digits:
            return in_so_many_digits
        tiers = (self._own, self._invited, self._rounded, self._two_at_once, self._of_the_answer)
        for explanations in (self._own, self._likely) if sure else tiers:
            reports = _each_once(each for each in explanations(case, number) if each.sure or not sure)
            if reports:
                return reports
        return ()

    # ---- the kind's own mistakes

    def _own(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        """Those after the student's earlier answers first, where these are wrong."""
        name, values = case.name, self._values
        for earlier in () if case.all_right else values.with_own(case.earlier):
            candidates, blurred = values.own_on_top(name, earlier), number.blurred(case.blur)
            for each in self._no_accidents(case, blurred, candidates, candidates, earlier, self._exact):
                yield from self._report(each, case, blurred, self._exact, earlier, sure=True)
        for index, way in enumerate(values.ways):
            candidates = values.own(name, way, f"way {index}")
            for each in self._no_accidents(case, number, candidates, candidates, NOTHING, way):
                yield from self._report(each, case, number, way, sure=True)
            if case.earlier and case.all_right:
                found = values.on_top(name, candidates.near(number), case.earlier)
                for each in self._no_accidents(case, number, found, candidates, case.earlier, self._exact):
                    yield from self._report(each, case, number, self._exact, case.earlier, sure=True)

    def _no_accidents(
        self,
        case: Case,
        number: WrittenNumber,
        found: Candidates,
        among: Candidates,
        overrides: Values,
        way: Consequences,
    ) -> Iterator[Candidate]:
        """The mistakes that lead to a number in full, or to one that few others of as few variants would lead to."""
        for each in found.that_are(number):
            is_exact = number.in_full.is_value(each.value) and self._tells(each, case, number, among)
            counts = is_exact or among.chance(number, each.rank) <= self._most_accidental(each, case)
            is_likely = counts or self._others.support(each.slip, case, way)
            if is_likely and self._stands(each.slip, case, overrides, way) and not self._is_denied(each, case, among):
                yield each

    def _is_denied(self, candidate: Candidate, case: Case, among: Candidates) -> bool:
        """Whether a mistake with many variants, such as any neighbour's weight, does not fit what is made alike."""
        alike = (each.slip.formulas for each in among.ordered if each.slip.key == candidate.slip.key)
        variants = {formulas[case.name] for formulas in alike if case.name in formulas}
        return len(variants) > FEWEST_VARIANTS and self._siblings.agree(candidate.slip, case) is False

    def _tells(self, candidate: Candidate, case: Case, number: WrittenNumber, among: Candidates) -> bool:
        """Whether it tells anything that a mistake comes to the very number.

        Of whole numbers near the true one that tells little, as of any with few digits; of small ones, of which any is
        near, a mistake in the formula itself, one of a few, still tells something.
        """
        is_of_few, is_near = candidate.rank <= FEWEST_VARIANTS, case.name in candidate.slip.formulas
        if self._is_near_miss(case, number, 0 if is_of_few and is_near else NEAR_UNITS, is_near):
            return False
        most = MOST_ACCIDENTAL_SHORT_FAR if candidate.rank <= FEW_VARIANTS else MOST_ACCIDENTAL_IN_FULL
        return self._is_rarely_written(case, number, among, candidate.rank, is_of_few or is_near, most)

    def _is_rarely_written(
        self, case: Case, number: WrittenNumber, among: Candidates, rank: int, is_likely: bool, most: float
    ) -> bool:
        """Whether few numbers written as shortly are exactly what a mistake of such a rank leads to, ``most`` of them.

        More may be for a likely one, any where the student has given more of what the number is made of, or it is
        decided on. Of a number that is looked at by itself nothing is known of the others.
        """
        truth, is_told = self._exact.value(case.name), is_decided(self._graph[case.name].formula)
        if not case.evident or truth is None or is_told or (is_likely and self._is_seen(case)):
            return True
        chance = among.chance_in_full(number, to_float(truth), rank)
        is_opposite = is_likely and number.exact == -to_fraction(truth)
        return is_opposite or chance <= (MOST_ACCIDENTAL_SHORT if is_likely else most)

    def _stands(self, slip: Slip, case: Case, overrides: Values, way: Consequences) -> bool:
        """Whether nothing else that the student wrote speaks against a mistake."""
        return self._others.can_tell(slip, case) if overrides else self._others.allow(slip, case, way)

    def _is_near_miss(
        self, case: Case, number: WrittenNumber, units: int = NEAR_UNITS, but_opposite: bool = True
    ) -> bool:
        """Whether a slip of the pen in a whole number is as likely as any mistake.

        Of numbers that are looked at by themselves, nothing being known of the others, none is called so, nor of
        numbers that are decided on, of which their own definition alone can be mistaken.
        """
        value = self._exact.value(case.name)
        if not case.evident or value is None or is_decided(self._graph[case.name].formula):
            return False
        return is_near_miss(number, to_fraction(value), units, but_opposite)

    def _most_accidental(self, candidate: Candidate, case: Case) -> float:
        """How likely an accident may be: less for a mistake that was made farther off, and not seen there."""
        if candidate.slip.formulas.keys().isdisjoint(self._nearest(case)):
            return MOST_ACCIDENTAL_ALONE / 2
        is_likely = candidate.rank <= FEW_VARIANTS and (case.name in candidate.slip.formulas or self._is_seen(case))
        return MOST_ACCIDENTAL_LIKELY if is_likely else MOST_ACCIDENTAL_ALONE

    def _is_seen(self, case: Case) -> bool:
        """Whether the student has given more of what a quantity is made of."""
        return not case.evident.keys().isdisjoint(self._graph.behind(case.name) - {case.name})

    def _nearest(self, case: Case) -> frozenset[str]:
        """A quantity and what its formula uses; all behind it where the student has given more than that."""
        if self._is_seen(case):
            return self._graph.behind(case.name)
        return frozenset((case.name, *self._graph.uses(case.name)))

    def _rounded(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        among = self._values.own(case.name, self._exact, "exact")
        if _tells_many(number) and among.chance(number) <= MOST_ACCIDENTAL:
            for way, found in self._values.carried(case.name, among.near(number)):
                for each in found.that_are(number):
                    if self._others.allow(each.slip, case, way):
                        yield from self._report(each, case, number, way, exact=False)

    def _two_at_once(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        if _tells_many(number):
            candidates = self._values.pairs(case.name)
            if candidates.chance(number) <= MOST_ACCIDENTAL:
                for each in candidates.that_are(number):
                    if self._others.allow(each.slip, case, self._exact):
                        yield from self._report(each, case, number, self._exact)

    def _earlier(self, name: str, student_values: Mapping[str, Value]) -> Values:
        """The student's answers that the quantity is made of, where they are not the true ones."""
        made_of = {each: value for each, value in student_values.items() if each != name and each in self._graph}
        if not self._exact.leads_to(name, made_of) or all(self._exact.value(each) == made_of[each] for each in made_of):
            return {}
        return made_of

    # ---- the mistakes that any formula invites

    def _invited(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        yield from self._of_those(case, number, self._values.invited(case.name))

    def _likely(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        yield from self._of_those(case, number, self._values.likely(case.name))

    def _of_those(self, case: Case, number: WrittenNumber, alone: Candidates) -> Iterator[SlipReport]:
        """The likeliest that lead to the number, from true values or from the student's earlier answers."""
        if case.earlier and not case.all_right:
            found = self._values.on_top(case.name, alone.ordered, case.earlier)
            yield from self._likeliest(case, number.blurred(case.blur), found, found, case.earlier)
        yield from self._likeliest(case, number, alone, alone, NOTHING)
        if case.earlier and case.all_right:
            found = self._values.on_top(case.name, alone.near(number), case.earlier)
            yield from self._likeliest(case, number, found, alone, case.earlier)

    def _likeliest(
        self, case: Case, number: WrittenNumber, candidates: Candidates, among: Candidates, overrides: Values
    ) -> Iterator[SlipReport]:
        found = [
            each
            for each in candidates.that_are(number)
            if self._others.can_tell(each.slip, case)
            and (overrides or self._others.allow(each.slip, case, self._exact))
            and self._siblings.agree(each.slip, case) is not False
        ]
        if not found:
            return
        rank = min(each.rank for each in found)
        is_near = self._is_near_miss(case, number, but_opposite=False)
        if is_near and among.chance(number, rank) > MOST_ACCIDENTAL_ALONE / 2:
            found = [each for each in found if self._is_turned(each, case) or self._is_confirmed(each.slip, case)]
        most = MOST_ACCIDENTAL_LIKELY if rank <= COMMONEST else MOST_ACCIDENTAL_ALONE
        if not number.has_digits or among.chance(number, rank) > most:
            counts = rank <= COMMONEST_TO and self._counts_in_full(case, number, among, rank)
            in_full = (each for each in found if rank <= COMMONEST_TO and number.in_full.is_value(each.value))
            found = [each for each in in_full if counts or self._is_confirmed(each.slip, case)]
        for each in found:
            if each.rank == rank:
                sure = rank <= COMMONEST_TO and number.in_full.is_value(each.value)
                yield from self._report(each, case, number, self._exact, overrides, generic=True, sure=sure)

    def _counts_in_full(self, case: Case, number: WrittenNumber, among: Candidates, rank: int) -> bool:
        """Whether it counts that one of the commonest mistakes of a rank comes to the very number."""
        if number.has_digits:
            return among.chance(number, rank) <= MOST_ACCIDENTAL_IN_FULL
        is_likely = rank <= COMMONEST or self._is_seen(case)
        return self._is_rarely_written(case, number, among, rank, is_likely, MOST_ACCIDENTAL_IN_FULL)

    def _is_turned(self, candidate: Candidate, case: Case) -> bool:
        """Whether a sign was turned, and with it the sign of the number."""
        truth = self._exact.value(case.name)
        return candidate.slip.key == "sign" and truth is not None and candidate.value == -to_float(truth)

    def _is_confirmed(self, slip: Slip, case: Case) -> bool:
        """Whether another wrong number comes of the same mistake, none that only says the same."""
        return self._others.support(slip, case, self._exact, again=False) or self._siblings.agree(slip, case) is True

    def _of_the_answer(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        """What went wrong in writing the answer down: one such mistake, not one of several."""
        truth = self._exact.value(case.name)
        is_soon_hit = number.value < LEAST_TRANSPOSED and self._is_near_miss(case, number)
        if truth is None or not number.has_digits or is_soon_hit or not self._others.go_on(case, number, self._exact):
            return
        said = mistakes_of_the_answer(number.exact, number.half_unit, to_fraction(truth))
        if len(said) == 1:
            ((key, message),) = said
            yield SlipReport(key, message, case.name, (), generic=True)

    # ---- reports

    def _report(
        self,
        candidate: Candidate,
        case: Case,
        number: WrittenNumber,
        way: Consequences,
        overrides: Values = NOTHING,
        generic: bool = False,
        exact: bool = True,
        sure: bool = False,
    ) -> Iterator[SlipReport]:
        """The report of a mistake; none where its exact value is another number than that in floats."""
        slip = candidate.slip
        key = (id(slip), case.name, id(way))
        if overrides or key not in self._lines:
            made = self._line(slip, case.name, way, overrides)
            if not overrides:
                self._lines[key] = made
        else:
            made = self._lines[key]
        if made is not None and _is(number, made[0]):
            _, where, line = made
            form, rank = form_of(slip.formulas[where]) if generic else None, candidate.rank
            report = SlipReport(slip.key, slip.message, where, line, generic, exact, sure, form, slip.alike, rank)
            yield replace(report, supported=self._others.fits(slip, case, way) and self._is_confirmed(slip, case))

    def _line(self, slip: Slip, name: str, way: Consequences, overrides: Values) -> tuple[Value, str, Prose] | None:
        """The value, where the mistake was made (of several quantities the last before the answer), and the line."""
        values = way.after(name, slip.formulas, overrides)
        if values is None:
            return None
        where = [each for each in slip.formulas if way.leads_to(name, {each: None}, overrides)]
        quantity = name if name in where else max(where, key=self._graph.names.index)
        line = written_line(self._problem, quantity, slip.formulas[quantity], values)
        return values[name], quantity, (line,)


def _tells_many(number: WrittenNumber) -> bool:
    """Whether a number has so many digits that it can tell one of many values from the others."""
    return number.has_digits and number.least_chance <= MOST_ACCIDENTAL


def _is(number: WrittenNumber, value: Value | None) -> bool:
    return value is not None and number.is_value(to_float(value))


def _each_once(reports: Iterable[SlipReport]) -> tuple[SlipReport, ...]:
    found: dict[tuple[str, str, str], SlipReport] = {}
    for report in reports:
        found.setdefault((report.key, "" if report.generic else report.message, report.quantity), report)
    return tuple(found.values())

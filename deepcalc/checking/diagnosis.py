"""What went wrong: the typical mistakes that lead to a student's number.

A mistake explains a number when its value, rounded at the number's own last place, is the number, and when nothing
else that the student wrote speaks against it. The kind's own mistakes are looked at first, alone and on top of the
student's earlier answers; then the commonest that the answer's own formula invites. What comes after them, mistakes
farther off, intermediate results that were rounded, and two mistakes at once, has so many values that some would hit
any number: it counts only where a hit is no accident (:data:`MOST_ACCIDENTAL`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from deepcalc.checking.answer_slips import LEAST_TRANSPOSED, has_digits_transposed, has_point_shifted
from deepcalc.checking.candidates import Candidate, Candidates, WrittenNumber
from deepcalc.checking.cases import Case, Evident
from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.invited.forms import form_of, is_decided
from deepcalc.checking.invited.slips import COMMONEST, COMMONEST_TO
from deepcalc.checking.reports import SlipReport
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

FEWEST_VARIANTS, FEW_VARIANTS = 2, 3

NEAR_MISS, NEAR_UNITS = Fraction(3, 20), 3
"""A whole number is near the true one up to such a share of it, and up to so many units in any case.

A slip of the pen is then as likely as any mistake, and any such number is soon what some mistake comes to.
"""


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
        name, values = case.name, self._values
        for index, way in enumerate(values.ways):
            candidates = values.own(name, way, f"way {index}")
            for slip in self._no_accidents(case, number, candidates, candidates, NOTHING, way):
                yield from self._report(slip, case.name, number, way, sure=True)
            if case.earlier and case.all_right:
                found = values.on_top(name, candidates.near(number), case.earlier)
                for slip in self._no_accidents(case, number, found, candidates, case.earlier, self._exact):
                    yield from self._report(slip, name, number, self._exact, case.earlier, sure=True)
        for earlier in () if case.all_right else values.with_own(case.earlier):
            candidates = values.own_on_top(name, earlier)
            blurred = number.blurred(case.blur)
            for slip in self._no_accidents(case, blurred, candidates, candidates, earlier, self._exact):
                yield from self._report(slip, name, blurred, self._exact, earlier, sure=True)

    def _no_accidents(
        self,
        case: Case,
        number: WrittenNumber,
        found: Candidates,
        among: Candidates,
        overrides: Values,
        way: Consequences,
    ) -> Iterator[Slip]:
        """The mistakes that lead to a number in full, or to one that few others of as few variants would lead to."""
        for each in found.that_are(number):
            is_exact = number.in_full.is_value(each.value) and self._tells(each, case, number)
            counts = is_exact or among.chance(number, each.rank) <= self._most_accidental(each, case)
            is_likely = counts or self._others.support(each.slip, case, way)
            if is_likely and self._stands(each.slip, case, overrides, way):
                yield each.slip

    def _tells(self, candidate: Candidate, case: Case, number: WrittenNumber) -> bool:
        """Whether it tells anything that a mistake comes to the very number.

        Of whole numbers near the true one that tells little; of small ones, of which any is near, a mistake in the
        formula itself, one of a few, still tells something.
        """
        is_of_few = candidate.rank <= FEWEST_VARIANTS and case.name in candidate.slip.formulas
        return not self._is_near_miss(case, number, 0 if is_of_few else NEAR_UNITS)

    def _stands(self, slip: Slip, case: Case, overrides: Values, way: Consequences) -> bool:
        """Whether nothing else that the student wrote speaks against a mistake."""
        return self._others.can_tell(slip, case) if overrides else self._others.allow(slip, case, way)

    def _is_near_miss(self, case: Case, number: WrittenNumber, units: int = NEAR_UNITS) -> bool:
        """Whether a whole number is close to a true one that is whole itself: any such is soon one of the mistakes'.

        Of numbers that are looked at by themselves, nothing being known of the others, none is called so.
        """
        value = self._exact.value(case.name)
        if not case.evident or value is None or 2 * number.half_unit > 1 or self._is_decided(case.name):
            return False
        truth = to_fraction(value)
        are_whole = truth.denominator == number.exact.denominator == 1
        is_opposite = number.exact == -truth
        return (
            are_whole and not is_opposite and abs(number.exact - truth) <= max(NEAR_MISS * abs(truth), Fraction(units))
        )

    def _is_decided(self, name: str) -> bool:
        """Whether a number is decided on, of which its own definition alone can be mistaken."""
        return is_decided(self._graph[name].formula)

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
                        yield from self._report(each.slip, case.name, number, way, exact=False)

    def _two_at_once(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        if _tells_many(number):
            candidates = self._values.pairs(case.name)
            if candidates.chance(number) <= MOST_ACCIDENTAL:
                for each in candidates.that_are(number):
                    if self._others.allow(each.slip, case, self._exact):
                        yield from self._report(each.slip, case.name, number, self._exact)

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
        yield from self._likeliest(case, number, alone, alone, NOTHING)
        if case.earlier and case.all_right:
            found = self._values.on_top(case.name, alone.near(number), case.earlier)
            yield from self._likeliest(case, number, found, alone, case.earlier)
        elif case.earlier:
            found = self._values.on_top(case.name, alone.ordered, case.earlier)
            yield from self._likeliest(case, number.blurred(case.blur), found, found, case.earlier)

    def _likeliest(
        self, case: Case, number: WrittenNumber, candidates: Candidates, among: Candidates, overrides: Values
    ) -> Iterator[SlipReport]:
        found = [
            each
            for each in candidates.that_are(number)
            if self._others.can_tell(each.slip, case)
            and (overrides or self._others.allow(each.slip, case, self._exact))
        ]
        if not found:
            return
        rank = min(each.rank for each in found)
        if self._is_near_miss(case, number) and among.chance(number, rank) > MOST_ACCIDENTAL_ALONE / 2:
            found = [each for each in found if self._others.support(each.slip, case, self._exact, again=False)]
        most = MOST_ACCIDENTAL_LIKELY if rank <= COMMONEST else MOST_ACCIDENTAL_ALONE
        chance = among.chance(number, rank) if number.has_digits else 0.0
        if not number.has_digits or chance > most:
            counts = rank <= COMMONEST_TO and chance <= MOST_ACCIDENTAL_IN_FULL
            found = [each for each in found if counts and number.in_full.is_value(each.value)]
        for each in found:
            if each.rank == rank:
                sure = rank <= COMMONEST_TO and number.in_full.is_value(each.value)
                yield from self._report(each.slip, case.name, number, self._exact, overrides, generic=True, sure=sure)

    def _of_the_answer(self, case: Case, number: WrittenNumber) -> Iterator[SlipReport]:
        """What went wrong in writing the answer down: one such mistake, not one of several."""
        truth = self._exact.value(case.name)
        is_soon_hit = number.value < LEAST_TRANSPOSED and self._is_near_miss(case, number)
        if truth is None or not number.has_digits or is_soon_hit:
            return
        found = [
            SlipReport(key, message, case.name, (), generic=True)
            for key, message, is_so in _OF_THE_ANSWER
            if is_so(number.exact, number.half_unit, to_fraction(truth))
        ]
        if len(found) == 1:
            yield found[0]

    # ---- reports

    def _report(
        self,
        slip: Slip,
        name: str,
        number: WrittenNumber,
        way: Consequences,
        overrides: Values = NOTHING,
        generic: bool = False,
        exact: bool = True,
        sure: bool = False,
    ) -> Iterator[SlipReport]:
        """The report of a mistake; none where its exact value is another number than that in floats."""
        key = (id(slip), name, id(way))
        if overrides or key not in self._lines:
            made = self._line(slip, name, way, overrides)
            if not overrides:
                self._lines[key] = made
        else:
            made = self._lines[key]
        if made is not None and _is(number, made[0]):
            _, where, line = made
            form = form_of(slip.formulas[where]) if generic else None
            yield SlipReport(slip.key, slip.message, where, line, generic, exact, sure, form, slip.alike)

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


_OF_THE_ANSWER = (
    ("digits-transposed", "two digits of the answer transposed", has_digits_transposed),
    ("power-of-ten", "a wrong power of ten", has_point_shifted),
)

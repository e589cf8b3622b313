"""What the typical mistakes of a problem come to, worked out for a quantity when a number is first given for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from deepcalc.checking.candidates import Candidate, Candidates
from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.invited.forms import form_of
from deepcalc.checking.invited.slips import MOST_WORK, Invited, InvitedSlips
from deepcalc.checking.slip_lines import own_slips
from deepcalc.checking.ways import CARRIED
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import ZERO
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.notation.rounding import NumberFormat, Rounding
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem

MOST_PAIRS = 400

ROUNDED = tuple(
    Rounding(digits, carry_rounded=True) for digits in CARRIED if not digits.half_even and digits.significant != 2
)
"""How a student may have rounded intermediate results."""

EVERYWHERE = 2
"""The most variants that a mistake counts as one of, where it is made in every place at which its family makes one."""

RARE = 100
"""So many ranks later come the mistakes that are seldom made."""

_SAME = 1e-9


class SlipValues:
    """The values of the mistakes, alone and on top of a student's earlier answers.

    ``left_out`` are givens that may be taken for 0 (an optimizer's ε).
    """

    def __init__(self, problem: Problem, values: Values, left_out: Values) -> None:
        self._problem = problem
        self._graph = problem.plan.graph
        self._left_out = left_out
        self._invited = InvitedSlips(self._graph, UnicodePrinter(problem.plan.symbols))
        self.exact = Consequences(self._graph, values)
        self._candidates: dict[tuple[str, str], Candidates] = {}
        self._alones: dict[tuple[str, int], Slip | None] = {}

    @cached_property
    def of_kind(self) -> tuple[Slip, ...]:
        """The mistakes of the kind's own list, each with the formulas that it does change."""
        return tuple(own_slips(self._problem))

    @cached_property
    def ways(self) -> tuple[Consequences, ...]:
        """Those that every student may have gone: with exact values, as the author says, with an ε left out."""
        sheet = self._problem.rounding
        found = [self.exact]
        if sheet.carry_rounded:
            found.insert(0, Consequences(self._graph, rounding=sheet))
        if self._left_out:
            without = {name: Quantity(name, given=ZERO) for name in self._left_out}
            found.append(Consequences(self._graph.with_formulas(without)))
        return tuple(found)

    def with_own(self, earlier: Values) -> Iterator[Values]:
        """A student's earlier answers, if there are any, alone and with an ε left out."""
        if earlier:
            yield earlier
            if self._left_out:
                yield {**earlier, **self._left_out}

    @cached_property
    def _carried(self) -> tuple[Consequences, ...]:
        return tuple(Consequences(self._graph, rounding=rounding) for rounding in ROUNDED)

    def carried(self, name: str, candidates: Sequence[Candidate]) -> Iterator[tuple[Consequences, Candidates]]:
        """Some mistakes in each way of rounding that leaves intermediate results their figures."""
        for rounding, way in zip(ROUNDED, self._carried, strict=True) if candidates else ():
            if self.keeps_figures(name, rounding.format):
                yield way, self._again(name, way, candidates, NOTHING)

    def keeps_figures(self, name: str, digits: NumberFormat) -> bool:
        """Whether what a quantity is made of keeps two significant figures when rounded to places."""
        if digits.places is None:
            return True
        unit = Fraction(1, 10**digits.places)
        found = (self.exact.value(each) for each in self._graph.behind(name) if each != name and self._is_made(each))
        values = [to_fraction(value) for value in found if value is not None]
        return all(abs(value) >= 10 * unit or (value / unit).denominator == 1 for value in values)

    def _is_made(self, name: str) -> bool:
        return self._graph[name].given is None

    def own(self, name: str, way: Consequences, label: str) -> Candidates:
        """Those of the kind's own list, in one way of computing."""
        return self._kept(name, label, lambda: self._own(name, way))

    def _own(self, name: str, way: Consequences) -> Iterator[Candidate]:
        """The mistakes as they are listed, and those of several quantities made in this one alone."""
        found = list(_values_of(name, way, self.of_kind))
        ranks = {id(each.slip): each for each in found}
        several = [(slip, alone) for slip in self.of_kind if (alone := self._alone(name, slip)) is not None]
        for index, value in _changed(name, way, [alone for _, alone in several], NOTHING):
            whole, alone = several[index]
            everywhere = ranks.get(id(whole))
            if everywhere is None or _differs(value, everywhere.value):
                rank = EVERYWHERE if everywhere is None else everywhere.rank
                found.append(Candidate(value, alone, rank + 1, len(found)))
        yield from found

    def _alone(self, name: str, slip: Slip) -> Slip | None:
        """A mistake made in one quantity, or in what it uses, where it is made in what is written alike before that."""
        if (name, id(slip)) not in self._alones:
            behind = self._graph.behind(name)
            near = (name,) if name in slip.formulas else self._graph.uses(name)
            formulas = {each: formula for each, formula in slip.formulas.items() if each in near}
            forms = {form_of(formula) for formula in formulas.values()}
            others = [formula for each, formula in slip.formulas.items() if each in behind and each not in near]
            is_made_again = bool(forms and others) and all(form_of(formula) in forms for formula in others)
            alone = Slip(slip.key, slip.message, formulas, slip.alike) if is_made_again else None
            self._alones[name, id(slip)] = alone
        return self._alones[name, id(slip)]

    def pairs(self, name: str) -> Candidates:
        """Two of the kind's own list at once."""
        return self._kept(name, "pairs", lambda: _values_of(name, self.exact, self._pairs(name)))

    def invited(self, name: str) -> Candidates:
        """Those that any formula invites."""
        return self._kept(name, "invited", lambda: self._of_invited(name, list(self._invited.of(name))))

    def likely(self, name: str) -> Candidates:
        """The commonest of those, made in or right before the answer."""
        return self._kept(name, "likely", lambda: self._of_invited(name, list(self._invited.likely(name))))

    def own_on_top(self, name: str, overrides: Values) -> Candidates:
        """Those of the kind's own list, made after the student's earlier answers."""
        return Candidates.of(_values_of(name, self.exact, self.of_kind, overrides))

    def on_top(self, name: str, candidates: Sequence[Candidate], overrides: Values) -> Candidates:
        """Some mistakes, made after the student's earlier answers."""
        return self._again(name, self.exact, candidates, overrides)

    @staticmethod
    def _again(name: str, way: Consequences, candidates: Sequence[Candidate], overrides: Values) -> Candidates:
        found = dict(_changed(name, way, [each.slip for each in candidates], overrides))
        return Candidates.of(
            replace(each, value=found[index]) for index, each in enumerate(candidates) if index in found
        )

    def _kept(self, name: str, label: str, candidates: Callable[[], Iterable[Candidate]]) -> Candidates:
        if (name, label) not in self._candidates:
            self._candidates[name, label] = Candidates.of(candidates())
        return self._candidates[name, label]

    def _pairs(self, name: str) -> Iterator[Slip]:
        own = [slip for slip in self.of_kind if not slip.is_rare and self.exact.leads_to(name, slip.formulas)]
        for count, (first, second) in enumerate(combinations(own, 2)):
            if count == min(MOST_PAIRS, MOST_WORK // len(self._graph.behind(name))):
                return
            both = _both(first, second)
            if both is not None:
                yield both

    def _of_invited(self, name: str, invited: Sequence[Invited]) -> Iterator[Candidate]:
        for order, value in _changed(name, self.exact, [each.slip for each in invited], NOTHING):
            yield Candidate(value, invited[order].slip, invited[order].rank, order)


def _differs(value: float, truth: float | None) -> bool:
    return truth is None or abs(value - truth) > _SAME * max(abs(truth), abs(value))


def _values_of(name: str, way: Consequences, slips: Iterable[Slip], overrides: Values = NOTHING) -> Iterator[Candidate]:
    all_of_them = list(slips)
    return _ranked([(value, all_of_them[index]) for index, value in _changed(name, way, all_of_them, overrides)])


def _changed(name: str, way: Consequences, slips: Sequence[Slip], overrides: Values) -> Iterator[tuple[int, float]]:
    """The values that slips change a quantity to, each with the slip's index; of those that do change it."""
    leading = [index for index, slip in enumerate(slips) if way.leads_to(name, slip.formulas, overrides)]
    truth = way.in_floats(name, NOTHING, overrides)
    found = way.each_in_floats(name, [slips[index].formulas for index in leading], overrides)
    for index, value in zip(leading, found, strict=True):
        if value is not None and _differs(value, truth):
            yield index, value


def _ranked(found: Sequence[tuple[float, Slip]]) -> Iterator[Candidate]:
    """The candidates, those of families with few variants as the likelier ones.

    A mistake made wherever its family makes one is as likely as one of two variants: who makes it in one layer makes it
    in all of them.
    """
    families: defaultdict[tuple[str, bool], list[Slip]] = defaultdict(list)
    for _, slip in found:
        families[slip.key, slip.is_rare].append(slip)
    places = {key: len({name for slip in family for name in slip.formulas}) for key, family in families.items()}
    for order, (value, slip) in enumerate(found):
        family = slip.key, slip.is_rare
        is_everywhere = len(slip.formulas) == places[family]
        variants = len(families[family])
        rank = min(variants, EVERYWHERE) if is_everywhere else variants
        yield Candidate(value, slip, rank + RARE * slip.is_rare, order)


def _both(first: Slip, second: Slip) -> Slip | None:
    """Two mistakes of different families as one, where each changes formulas of its own."""
    if first.key == second.key or not first.formulas.keys().isdisjoint(second.formulas):
        return None
    formulas: Mapping[str, object] = {**first.formulas, **second.formulas}
    return Slip(f"{first.key}+{second.key}", f"{first.message}, and {second.message}", formulas)

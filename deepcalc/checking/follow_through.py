"""Follow-through: whether a number is right given the student's own earlier ones, in place of ours."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from deepcalc.checking.chain_links import ChainLinks
from deepcalc.checking.comparing import Agreement
from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.document import Verdict
from deepcalc.checking.effort import AS_LONG_AS, EXACTLY, Effort
from deepcalc.checking.other_forms import OtherForms
from deepcalc.checking.reading import ReadNumber
from deepcalc.checking.refusals import TRIVIAL, Refusals
from deepcalc.checking.targets import Target
from deepcalc.checking.truths import Truths
from deepcalc.checking.ways import Way
from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import ONE, Name, Negative, Node, minus, names_in
from deepcalc.notation.rounding import NumberFormat, Rounding, decimal_exponent
from deepcalc.records import record

_FEWEST_ROUNDED = 3  # significant figures from which a number is taken for a rounded one
_MOST_SLACK = Fraction(1, 20)  # of the value
_CERTAIN = 1e-6


@record
class Own:
    """A student's own number for a quantity, and the verdict on it."""

    number: ReadNumber
    verdict: Verdict

    @property
    def value(self) -> Fraction:
        return to_fraction(self.number.value)

    @property
    def uncertainty(self) -> Fraction:
        """How far the number may be from what the student had before rounding it; 0 for what looks exact."""
        unit = self.number.unit
        if unit is None or not self.value:
            return Fraction(0)
        figures = decimal_exponent(self.value) - decimal_exponent(unit) + 1
        return unit / 2 if figures >= _FEWEST_ROUNDED else Fraction(0)


OwnNumbers = Mapping[str, Own]


@record
class Following:
    """What came of looking: right given the quantities ``given``, or not looked at, for the reason ``refused``."""

    verdict: Verdict | None = None
    given: tuple[str, ...] = ()
    refused: Prose = ()


class FollowThrough:
    """Looks for follow-through in one problem."""

    def __init__(self, truths: Truths, links: ChainLinks) -> None:
        self._truths = truths
        self._links = links
        self._graph = truths.graph
        self._forms = OtherForms(truths.graph, truths.exact.values)
        self._consequences: dict[NumberFormat | None, Consequences] = {}
        self._of_all, self._of_roots = (Consequences(self._graph, truths.exact.values) for _ in range(2))
        self._refusals = Refusals(self._graph, truths.exact.values, self._of_all)

    def look(self, target: Target, number: ReadNumber, numbers: OwnNumbers, effort: Effort) -> Following:
        """Whether the number is right given the student's other ``numbers``, those that it is made of.

        Where all of them are right themselves, it is ``rounded``: the student went on with what was written down.
        """
        ways = (self._from_links, self._from_complements, self._from_given)
        at_once = next((found for way in ways if (found := way(target, number, numbers)) is not None), None)
        if at_once is not None:
            return at_once
        linked = self._linked(target.name, numbers)
        own = {**linked, **self._on_the_way(target.name, numbers)}
        mistaken = {name: each for name, each in own.items() if not each.verdict.is_right}
        if not own:
            return Following()
        if mistaken and (target.marking.exact_only or not target.marking.follow_through):
            return Following()
        if not mistaken:
            return Following(Verdict.ROUNDED if self._follows(target, number, [own], effort) else None)
        between = self._graph.ancestors([target.name], stop=own)
        used = [name for name in mistaken if name in between]
        own_values = {name: each.value for name, each in own.items()}
        refused = next(self._refusals.of(used, own_values, between, target.count), ())
        if refused:
            return Following(refused=refused)
        roots = {name: each for name, each in mistaken.items() if each.verdict is Verdict.WRONG}
        sets = [own] if roots == own or not roots else [own, roots]
        if self._follows(target, number, sets, effort) or self._by_other_forms(target, number, own):
            given = (each for name in used or mistaken for each in (self._links[name] if name in linked else (name,)))
            return Following(Verdict.FOLLOW_THROUGH, self._as_given(given, numbers))
        return Following()

    def _from_links(self, target: Target, number: ReadNumber, numbers: OwnNumbers) -> Following | None:
        """Whether a derivative follows by the chain rule from own ones that the sheet writes it without."""
        links = self._links[target.name]
        given = [name for name in links if name in numbers]
        if target.marking.exact_only or not target.marking.follow_through or not given:
            return None
        if all(numbers[name].verdict.is_right for name in given) or number.value in TRIVIAL:
            return None
        own = {name: each.value for name, each in numbers.items() if name in given or name not in links}
        uncertain = {name: numbers[name].uncertainty for name in given}
        is_right = self._is_value_of(self._links.chain_rule(target.name), target, number, own, uncertain)
        return Following(Verdict.FOLLOW_THROUGH, tuple(given)) if is_right else None

    def _linked(self, name: str, numbers: OwnNumbers) -> dict[str, Own]:
        """What a quantity is made of that follows by the chain rule from own derivatives it is written without."""
        graph, behind = self._graph, self._graph.behind(name)
        wrong = [each for each, own in numbers.items() if not own.verdict.is_right and graph[each].adjoint is not None]
        linked = dict.fromkeys(each for link in wrong for each in self._links.linked_to(link))
        found: dict[str, Own] = {}
        for each in (each for each in linked if each in behind and each != name and each not in numbers):
            own = {given: number.value for given, number in numbers.items()}
            uncertain = {link: numbers[link].uncertainty for link in self._links[each] if link in numbers}
            value, slack = self._with_slack(self._links.chain_rule(each), own, uncertain)
            if value is not None:
                found[each] = Own(ReadNumber("", value, 2 * slack or None), Verdict.FOLLOW_THROUGH)
        return found

    def _from_complements(self, target: Target, number: ReadNumber, numbers: OwnNumbers) -> Following | None:
        """Whether a share is 1 minus an own wrong one, of which the sheet does not make it."""
        if target.marking.exact_only or not target.marking.follow_through:
            return None
        for name in self._forms.complements(target.name):
            if name in numbers and not numbers[name].verdict.is_right and 0 < numbers[name].value < 1:
                form, own = minus(ONE, Name(name)), {name: numbers[name].value}
                if self._is_value_of(form, target, number, own, {name: numbers[name].uncertainty}):
                    return Following(Verdict.FOLLOW_THROUGH, (name,))
        return None

    def _from_given(self, target: Target, number: ReadNumber, numbers: OwnNumbers) -> Following | None:
        """Whether an own wrong number was put in place of the given one that it is: the channels for the filters."""
        if target.marking.exact_only or not target.marking.follow_through or number.value in TRIVIAL:
            return None
        behind, own = self._graph.behind(target.name), {name: each.value for name, each in numbers.items()}
        meant = {
            formula.name: name
            for name, each in numbers.items()
            if not each.verdict.is_right and isinstance(formula := self._graph[name].formula, Name)
            if formula.name in behind and self._graph[formula.name].given is not None
        }
        own |= {given: own[name] for given, name in meant.items()}
        made_of = self._graph[target.name].formula
        if not meant or made_of is None or not self._is_value_of(made_of, target, number, own, {}):
            return None
        return Following(Verdict.FOLLOW_THROUGH, tuple(meant.values()))

    def _by_other_forms(self, target: Target, number: ReadNumber, numbers: OwnNumbers) -> bool:
        """Whether a derivative follows from own numbers when it is written otherwise than on the sheet."""
        own = {name: each.value for name, each in numbers.items()}
        uncertain = {name: each.uncertainty for name, each in numbers.items()}
        forms = self._forms[target.name]
        return any(self._is_value_of(formula, target, number, own, uncertain) for formula in forms)

    def _is_value_of(
        self,
        formula: Node,
        target: Target,
        number: ReadNumber,
        own: Mapping[str, Fraction],
        uncertain: Mapping[str, Fraction],
    ) -> bool:
        """Whether the number is what a formula comes to with own numbers, as far as those are certain."""
        value, slack = self._with_slack(formula, own, uncertain)
        if value is None:
            return False
        found = Way({target.name: value}, self._truths.exact.values)
        return target.agreement(number, found, min(slack, _MOST_SLACK * abs(value))) is Agreement.RIGHT

    def _with_slack(
        self, formula: Node, own: Values, uncertain: Mapping[str, Fraction]
    ) -> tuple[Fraction | None, Fraction]:
        """What a formula comes to with own numbers, and how far their rounding may move it: to first order."""
        value = self._value(formula, own)
        if value is None:
            return None, Fraction(0)
        moves = ({**own, name: own[name] + each} for name, each in uncertain.items() if each)
        return value, sum((abs((self._value(formula, moved) or value) - value) for moved in moves), Fraction(0))

    def _value(self, formula: Node, own: Mapping[str, Fraction]) -> Fraction | None:
        """What an expression comes to with the student's numbers."""
        try:
            values = {name: self._given(name, own).values[name] for name in names_in(formula)}
            return to_fraction(value_of(formula, values))
        except (KeyError, ValueOutOfReach):
            return None

    def _given(self, name: str, own: Values, digits: NumberFormat | None = None) -> Way:
        """The value of one quantity given own numbers, from exact values or from rounded ones; without it, if none."""
        values = self._from(name, digits).after(name, NOTHING, own)
        return Way({}, {}, digits) if values is None else Way({name: to_fraction(values[name])}, values, digits)

    def _from(self, name: str, digits: NumberFormat | None) -> Consequences:
        """What changes from there, exact or rounded."""
        known = self._truths.exact if digits is None else self._truths.carried.way(name, digits)
        if digits not in self._consequences:
            rounding = None if digits is None else Rounding(digits, carry_rounded=True)
            self._consequences[digits] = Consequences(self._graph, known.values, rounding)
        return self._consequences[digits]

    def _on_the_way(self, name: str, numbers: OwnNumbers) -> dict[str, Own]:
        """The student's numbers that the quantity is made of, under every name that its formulas use."""
        behind = self._graph.behind(name) - {name}
        own = {each: numbers[each] for each in numbers if each in behind}
        for each, other_name, sign in _same_quantities(self._graph, numbers):
            if other_name in behind and other_name not in own and each != name:
                number = numbers[each].number
                value = number.value if sign > 0 else -number.value
                own[other_name] = Own(ReadNumber(number.text, value, number.unit), numbers[each].verdict)
        return own

    def _as_given(self, names: Iterable[str], numbers: OwnNumbers) -> tuple[str, ...]:
        """The names under which the student gave these numbers, in the student's order."""
        others = {other: each for each, other, _ in _same_quantities(self._graph, numbers)}
        given = {name if name in numbers else others.get(name, name) for name in names}
        return tuple(name for name in numbers if name in given)

    def _with_own(self, target: Target, own: OwnNumbers) -> Way:
        return self._given(target.name, {name: each.value for name, each in own.items()})

    def _from_far(self, target: Target, own: OwnNumbers, value: float) -> Way:
        """What a long way leads to, with the digits that floats are sure of; exactly, if it is a count or may be 0."""
        if target.count or abs(value) < _CERTAIN:
            return self._with_own(target, own)
        values = ChainMap({name: each.value for name, each in own.items()}, dict(self._truths.exact.values))
        return Way({target.name: Fraction(f"{value:.15g}")}, values)

    def _follows(self, target: Target, number: ReadNumber, sets: list[dict[str, Own]], effort: Effort) -> bool:
        """Whether the number is right given one of the sets of the student's numbers."""
        return any(
            target.agreement(number, found, slack) is Agreement.RIGHT
            for found, slack in self._ways(target, number, sets, effort)
        )

    def _ways(
        self, target: Target, number: ReadNumber, sets: list[dict[str, Own]], effort: Effort
    ) -> Iterator[tuple[Way, Fraction]]:
        """The value given the student's numbers: as written, give or take what rounding hides, rounded on the way."""
        near: list[tuple[Consequences, dict[str, Own], list[str], Way]] = []
        for own, floats in zip(sets, (self._of_all, self._of_roots), strict=False):
            value = self._in_floats(floats, target.name, own)
            if value is None or not _is_near(target, number, value):
                continue
            between = self._graph.ancestors([target.name], stop=own)
            found = self._from_far(target, own, value) if len(between) > AS_LONG_AS else self._with_own(target, own)
            near.append((floats, own, between, found))
            yield found, Fraction(0)
            if self._truths.without_epsilon:
                overrides = {name: each.value for name, each in own.items()}
                yield self._given(target.name, {**overrides, **self._truths.without_epsilon}), Fraction(0)
        if target.count:
            return
        for floats, own, between, found in near:
            if effort.takes(len(between) * sum(1 for each in between if each in own)):
                yield found, self._slack(floats, target.name, own, between)
        for _, own, between, _ in near[:1]:
            overrides = {name: each.value for name, each in own.items()}
            for digits in self._truths.carried.formats(target.name):
                if not digits.half_even and effort.takes(EXACTLY * len(between)):
                    yield self._given(target.name, overrides, digits), Fraction(0)

    def _in_floats(self, floats: Consequences, name: str, own: OwnNumbers) -> float | None:
        return floats.in_floats(name, NOTHING, {each: number.value for each, number in own.items()})

    def _slack(self, floats: Consequences, name: str, own: OwnNumbers, between: Iterable[str]) -> Fraction:
        """How far the value may be off because the student's numbers are rounded: to first order, one by one."""
        value = self._in_floats(floats, name, own)
        if value is None:
            return Fraction(0)
        values = {each: number.value for each, number in own.items()}
        moves = {each: self._before_rounding(each, own[each]) for each in between if each in own}
        moved = floats.after_moves(name, values, moves)
        slack = sum(abs(each - value) for each in moved if math.isfinite(each))
        return Fraction(min(slack, float(_MOST_SLACK) * abs(value)))

    def _before_rounding(self, name: str, own: Own) -> float:
        """What the student may have had before rounding it: the true value, or any within half a unit."""
        is_known = own.verdict is Verdict.CORRECT and name in self._truths.exact.values
        return float(self._truths.exact.values[name] if is_known else own.value + own.uncertainty)


def _is_near(target: Target, number: ReadNumber, value: float) -> bool:
    """Whether a number is so close to a value that rounding may part them."""
    given = float(to_fraction(number.value))
    return abs(given - value) <= float(_MOST_SLACK) * max(abs(value), abs(given)) + target.last_place(value)


def _same_quantities(graph: Graph, names: Mapping[str, Own]) -> Iterator[tuple[str, str, int]]:
    """Computed quantities that are the named ones by another name, ``dL/do1 = delta_o1``, up to the sign."""
    for name in names:
        sign, formula = 1, graph[name].formula
        while isinstance(formula, Name | Negative):
            if isinstance(formula, Negative):
                sign, formula = -sign, formula.args[0]
            elif graph[formula.name].given is not None:
                break
            else:
                yield name, formula.name, sign
                formula = graph[formula.name].formula

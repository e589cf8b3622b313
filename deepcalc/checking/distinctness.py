"""Whether a problem's numbers tell the typical mistakes from the right answer, and from each other.

Mistakes that no number could tell apart (a gradient with the wrong sign, and a step in the wrong direction) are no
fault of the problem: a lint is given only with a number nearby that would do better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from deepcalc.checking.comparing import required_unit
from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.questions import questions
from deepcalc.checking.slip_lines import own_slips
from deepcalc.checking.targets import counts
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Literal, Node, Value
from deepcalc.notation.rounding import decimal_places, fixed
from deepcalc.plan import Slip
from deepcalc.problem.problem import Problem
from deepcalc.records import record

MOST_EVALUATIONS, MOST_QUANTITIES = 5_000, 100_000
"""How many answers, and quantities behind them, are worked out before the search for better numbers is given up."""

LARGEST = 20_000
"""So many pairs of a mistake and an answer are looked at; of a larger problem nothing is said."""

STEPS = (1, -1, 2, -2, 3, -3)
"""How far nearby numbers are, in units of the last place that was typed."""

_TELLING_NOTHING = (0, 1)
_OF_A_COUNT = Fraction(1, 1000)  # it is right in full or not at all

Outcome = tuple[int | None, ...]
"""All answers in units of the last place that is asked for; None for what has no value."""


@record
class Indistinct:
    """Mistakes that lead to the right answers, or (``alike``) to the same wrong ones.

    ``given`` with the number ``instead`` in place of its own would tell them apart.
    """

    mistakes: tuple[str, ...]
    alike: bool
    given: str
    instead: str

    @property
    def message(self) -> str:
        listed = "; ".join(self.mistakes)
        said = "lead to the same answers" if self.alike else "do not show in the answers"
        return f"with {self.given} = {self.instead}, mistakes could be told that now {said}: {listed}"


def indistinct_slips(problem: Problem) -> tuple[Indistinct, ...]:
    """The mistakes that the answers do not show, then those that they do not tell from others."""
    if problem.plan.graph.has_arrays or problem.plan.graph.has_letters:
        return ()  # what is told of numbers here is not told of arrays and letters
    lens = _Lens(problem)
    if lens.size > LARGEST:
        return ()
    hidden, groups = lens.confused(lens.slips)
    by_remedy: dict[tuple[str, str], list[Slip]] = {}
    for slip in hidden:
        remedy = lens.remedy([slip])
        if remedy is not None:
            by_remedy.setdefault(remedy, []).append(slip)
    found = [Indistinct(described(slips), False, *remedy) for remedy, slips in by_remedy.items()]
    for group in groups:
        remedy = lens.remedy(group)
        if remedy is not None:
            found.append(Indistinct(described(group), True, *remedy))
    return tuple(found)


def described(slips: Sequence[Slip]) -> tuple[str, ...]:
    """Each mistake, with the quantity where it is made if that is one alone."""
    said = (
        f"{slip.message} (in {next(iter(slip.formulas))})" if len(slip.formulas) == 1 else slip.message
        for slip in slips
    )
    return tuple(dict.fromkeys(said))


class _Lens:
    """A problem's answers at the precision that is asked for."""

    def __init__(self, problem: Problem) -> None:
        self._graph = problem.plan.graph
        self._values = Consequences(self._graph)
        self._units = _units(problem, self._values)
        self._behind = frozenset(self._graph.ancestors(self._units))
        self._left = MOST_EVALUATIONS
        self._right: dict[tuple[tuple[str, Value], ...], Outcome] = {}
        shown = (self._showing(slip) for slip in own_slips(problem) if not slip.is_rare)
        self.slips = [slip for slip in shown if slip.formulas]

    @property
    def size(self) -> int:
        """How many pairs of a mistake and an answer there are."""
        return len(self.slips) * len(self._units)

    def _showing(self, slip: Slip) -> Slip:
        """The slip with those of its formulas alone that an answer may show."""
        shown = {name: formula for name, formula in slip.formulas.items() if name in self._behind}
        return Slip(slip.key, slip.message, shown)

    def confused(self, slips: Iterable[Slip], overrides: Values = NOTHING) -> tuple[list[Slip], list[list[Slip]]]:
        """The slips that lead to the right answers, and groups of different families that lead to the same ones."""
        right = self._right_outcome(overrides)
        groups: dict[Outcome, list[Slip]] = {}
        for slip in slips:
            groups.setdefault(self._outcome(slip.formulas, overrides), []).append(slip)
        hidden = groups.pop(right, [])
        return hidden, [group for group in groups.values() if len({slip.key for slip in group}) > 1]

    def remedy(self, group: Sequence[Slip]) -> tuple[str, str] | None:
        """A given quantity and a number near its own with which the slips of a group show, each another way."""
        for name, nearby, text in self._nearby():
            if self._left <= 0 or self._values.worked_out > MOST_QUANTITIES:
                return None
            if None not in self._right_outcome({name: nearby}) and self.confused(group, {name: nearby}) == ([], []):
                return name, text
        return None

    def _nearby(self) -> Iterator[tuple[str, Fraction, str]]:
        """The given quantities, each with numbers near its own; the nearest of all first."""
        for step in STEPS:
            for name in self._graph.ancestors(self._units):
                literal = self._graph[name].given_number
                if literal is not None and literal.value not in _TELLING_NOTHING:
                    nearby, text = _stepped(literal, step)
                    if all(_same_side(nearby, to_fraction(literal.value), mark) for mark in _TELLING_NOTHING):
                        yield name, nearby, text

    def _right_outcome(self, overrides: Values) -> Outcome:
        """The right answers, worked out once for all mistakes that are compared with them."""
        key = tuple(overrides.items())
        if key in self._right:
            self._left -= len(self._units)
        else:
            self._right[key] = self._outcome({}, overrides)
        return self._right[key]

    def _outcome(self, formulas: Mapping[str, Node], overrides: Values) -> Outcome:
        self._left -= len(self._units)
        found = self._values.several_after(self._units, formulas, overrides)
        return tuple(
            None if value is None else round(to_fraction(value) / unit)
            for value, unit in zip(found, self._units.values(), strict=True)
        )


def _units(problem: Problem, values: Consequences) -> dict[str, Fraction]:
    """The last place that is asked for of each answer that has a value; of a count a small part of one."""
    units = {}
    asked = questions(problem.plan, problem.parts)
    counted = counts(problem.plan.graph, [name for each in asked for name in each.quantities], values.value)
    for each in asked:
        for name in each.quantities:
            value = values.value(name)
            if value is not None:
                sheet = problem.rounding.of(problem.plan.graph[name].group)
                asked_for = required_unit(to_fraction(value), each.marking.precision, sheet)
                units[name] = _OF_A_COUNT if name in counted else asked_for
    return units


def _same_side(one: Fraction, other: Fraction, mark: int) -> bool:
    return (one > mark) == (other > mark) and one != mark


def _stepped(literal: Literal, step: int) -> tuple[Fraction, str]:
    """A number some units of its last place away, and how it is written."""
    value = to_fraction(literal.value)
    typed = len(literal.text.lower().partition("e")[0].partition(".")[2])
    places = max(typed, decimal_places(value) or 0)
    nearby = value + Fraction(step, 10**places)
    return nearby, fixed(nearby, places)

"""What is right: the values of a problem's quantities, in every way of computing them that an examiner accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import Evaluation, evaluate
from deepcalc.graph.graph import Graph, Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import Call, Name, Value, nodes_in
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat, Rounding, decimal_exponent
from deepcalc.problem.problem import Problem
from deepcalc.records import record
from deepcalc.rules.updates import SETTING_NAMES

Values = Mapping[str, Fraction]

CARRIED: tuple[NumberFormat, ...] = tuple(
    replace(digits, half_even=half_even)
    for digits in (
        *(NumberFormat(significant=count) for count in (4, 3)),
        *(NumberFormat(significant=None, places=count) for count in (4, 3, 2)),
        NumberFormat(significant=2),
    )
    for half_even in (False, True)
)
"""The ways of rounding intermediate results that an examiner accepts, the finest first."""

CARRIED_ALL_ALONG = tuple(
    each for each in CARRIED if not each.half_even and max(each.significant or 0, each.places or 0) > 2
)
"""Those that somebody keeps to all along a graph of many quantities."""

MOST_BY_FEW = 500
"""Quantities of a graph, up to which anything may have been rounded to as few as two figures."""

_FINE = 3
_NEGLIGIBLE = Fraction(1, 1000)


@record
class Way:
    """One way of computing everything: what each quantity comes to, and the values before it that it was made of.

    ``carried`` is how intermediate results were rounded, None for exact ones; ``by_powers`` those inside a formula too.
    """

    computed: Values
    values: Values
    carried: NumberFormat | None = None
    by_powers: bool = False

    @property
    def in_full(self) -> bool:
        """Whether a result that needs fewer digits than asked may be written with fewer."""
        return self.carried is None or (self.carried.significant or 0) >= _FINE

    @property
    def description(self) -> str:
        """``3 significant figures``, of rounded intermediate results."""
        if self.carried is None:
            return "no rounding"
        if self.carried.places is not None:
            return f"{self.carried.places} places"
        return f"{self.carried.significant} significant figures"


class Truths:
    """The right values of the ``names`` of a problem; what is seldom needed is worked out when it is."""

    def __init__(self, problem: Problem, names: Sequence[str]) -> None:
        self.graph = problem.plan.graph
        self.names = tuple(names)
        self._sheet = problem.rounding
        self._kept: dict[tuple[str, NumberFormat, bool], bool] = {}
        self._epsilon = [
            name for name in (SETTING_NAMES["epsilon"],) if name in self.graph and self.graph[name].given is not None
        ]

    @cached_property
    def exact(self) -> Way:
        return way(self.graph, self.names)

    @cached_property
    def sheet(self) -> Way:
        """As the sheet has it: with rounded figures carried on where the author says so."""
        if not self._sheet.carry_rounded:
            return self.exact
        return way(self.graph, self.names, rounding=self._sheet)

    @cached_property
    def right(self) -> tuple[Way, ...]:
        """What is ``correct``: the sheet's values, the exact ones, and those with an optimizer's ε left out."""
        ways = [self.sheet] if self.sheet is self.exact else [self.sheet, self.exact]
        if self.without_epsilon:
            ways.append(way(self.graph, self.names, self.without_epsilon))
        return tuple(ways)

    @cached_property
    def carried(self) -> tuple[Way, ...]:
        """What is ``rounded``: the values with rounded intermediate results carried on, each way once."""
        ways: list[Way] = []
        for by_powers in (False, True) if len(self._with_powers) > len(self.graph) else (False,):
            graph = self._with_powers if by_powers else self.graph
            ties = True
            for digits in CARRIED if len(graph) <= MOST_BY_FEW else CARRIED_ALL_ALONG:
                if digits.half_even and not ties:
                    continue
                found = way(graph, self.names, rounding=Rounding(digits, carry_rounded=True), carried=digits)
                ties = any(_is_tie(value, digits) for value in found.computed.values())
                if all(found.computed != other.computed for other in ways):
                    ways.append(replace(found, by_powers=by_powers))
        return tuple(ways)

    @cached_property
    def _with_powers(self) -> Graph:
        """The graph with every exponential inside a formula written down by itself."""
        graph = Graph()
        for quantity in self.graph:
            inner = {} if quantity.formula is None else _powers_inside(quantity.formula)
            for power, name in inner.items():
                if name not in graph:
                    graph.add(Quantity(name, power, group=quantity.group))
            formula = quantity.formula.xreplace({power: Name(name) for power, name in inner.items()}) if inner else None
            graph.add(quantity if formula is None else Quantity(quantity.name, formula, group=quantity.group))
        return graph

    def keeps_figures(self, name: str, carried: Way) -> bool:
        """Whether each intermediate result that a quantity is made of keeps two significant figures when rounded.

        Places that the sheet itself is set to may be too few.
        """
        digits = carried.carried
        if digits is None or digits.places is None:
            return True
        key = (name, digits, carried.by_powers)
        if key not in self._kept:
            graph, exact = (
                (self._with_powers, self._exact_powers) if carried.by_powers else (self.graph, self.exact.values)
            )
            least = Fraction(10, 10**digits.places)
            behind = (each for each in graph.ancestors([name]) if each != name and graph[each].given is None)
            self._kept[key] = all(
                (self._sheet.of(graph[each].group).places or 0) == digits.places
                or _is_kept(exact.get(each, Fraction(0)), digits.places, least)
                for each in behind
            )
        return self._kept[key]

    @cached_property
    def _exact_powers(self) -> Values:
        return way(self._with_powers, self.names).values

    @cached_property
    def without_epsilon(self) -> Values:
        """An optimizer's ε as 0; nothing where it has none, or one that is not small beside what it is added to."""
        left_out = dict.fromkeys(self._epsilon, Fraction(0))
        touched = [name for name in self.graph.names if left_out.keys() & set(self.graph.uses(name))]
        without, exact = way(self.graph, touched, left_out), way(self.graph, touched)
        for name in (each for each in touched if each in without.computed and each in exact.computed):
            before = value_before(self.graph, name)
            size = abs(exact.computed[name] - (0 if before is None else exact.values[before]))
            if abs(without.computed[name] - exact.computed[name]) > _NEGLIGIBLE * size:
                return {}
        return left_out


def _powers_inside(formula: Any) -> dict[Any, str]:
    """The exponentials inside a formula, not at its head, each with a name."""
    powers = (node for node in nodes_in(formula) if isinstance(node, Call) and node.function == "exp")
    return {power: f"power {PlainPrinter().print(power)}" for power in powers if power != formula}


def _is_tie(value: Fraction, digits: NumberFormat) -> bool:
    """Whether a value lies in the middle of two that it may be rounded to."""
    if not value:
        return False
    places = digits.places
    exponent = -places if places is not None else decimal_exponent(value) + 1 - (digits.significant or 1)
    halves = 2 * value / Fraction(10) ** exponent
    return halves.denominator == 1 and halves.numerator % 2 == 1


def _is_kept(value: Fraction, places: int, least: Fraction) -> bool:
    return abs(value) >= least or (value * 10**places).denominator == 1


def way(
    graph: Graph,
    names: Iterable[str],
    overrides: Mapping[str, Value] | None = None,
    rounding: Rounding | None = None,
    carried: NumberFormat | None = None,
) -> Way:
    """The values of the names that have one, with the ``overrides`` in place of others' own."""
    wanted = list(names)
    while True:
        try:
            evaluation = evaluate(graph, wanted, overrides, rounding)
        except MathError as error:
            wanted = [name for name in wanted if error.quantity not in graph.ancestors([name], stop=overrides or ())]
        else:
            return Way(*_rational(evaluation), carried)


def _rational(evaluation: Evaluation) -> tuple[Values, Values]:
    values = {name: to_fraction(value) for name, value in evaluation.values.items()}
    if evaluation.values == evaluation.computed:
        return values, values
    return {name: to_fraction(value) for name, value in evaluation.computed.items()}, values


def value_before(graph: Graph, name: str) -> str | None:
    """The name of an updated parameter's value before the update (``w21`` for ``w21@1``); None for other quantities."""
    parts = name_parts(name)
    if parts is None or not parts.time or parts.components:
        return None
    earlier = (str(replace(parts, time=time)) for time in (parts.time - 1, None))
    return next((each for each in earlier if each in graph.uses(name)), None)

"""The right values with rounded intermediate results carried on, in every way of rounding that an examiner accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from deepcalc.checking.ways import CARRIED, Way, way
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.nodes import Call, Name, Node, Value, nodes_in
from deepcalc.notation.printing import PlainPrinter
from deepcalc.notation.rounding import NumberFormat, Rounding, decimal_exponent

CARRIED_ALL_ALONG = tuple(
    each for each in CARRIED if not each.half_even and max(each.significant or 0, each.places or 0) > 2
)
"""Those that somebody keeps to all along a graph of many quantities."""

MOST_BY_FEW = 500
"""Quantities of a graph, up to which anything may have been rounded to as few as two figures."""


@dataclass
class _Growing:
    """One way as far as it has been worked out."""

    computed: dict[str, Fraction] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    worked_out: set[str] = field(default_factory=set)

    def add(self, name: str, found: Way) -> None:
        for each, value in found.computed.items():
            self.computed.setdefault(each, value)
        self.values.update(found.values)
        self.worked_out.add(name)


class RoundedWays:
    """The ways of one graph, each worked out as far as it is needed.

    ``sheet`` is the author's rounding, ``exact`` are the values without any.
    """

    def __init__(self, graph: Graph, sheet: Rounding, exact: Mapping[str, Value]) -> None:
        self._graph = graph
        self._sheet = sheet
        self._exact = exact
        self._ways: dict[tuple[NumberFormat, bool], _Growing] = {}
        self._ties: dict[tuple[str, NumberFormat, bool], bool] = {}
        self._lost: dict[tuple[int, bool], frozenset[str]] = {}

    def of(self, name: str) -> Iterator[Way]:
        """Those that leave what a quantity is made of its figures, the finest first."""
        for by_powers in (False, True) if self._has_powers else (False,):
            for digits in self.formats(name, by_powers):
                if not digits.half_even or self._has_ties(name, digits, by_powers):
                    yield self.way(name, digits, by_powers)

    def formats(self, name: str, by_powers: bool = False) -> Iterator[NumberFormat]:
        """The ways of rounding that do so, whatever there is to be rounded."""
        family = CARRIED if len(self._graph) <= MOST_BY_FEW else CARRIED_ALL_ALONG
        return (each for each in family if self._keeps_figures(name, each, by_powers))

    def way(self, name: str, digits: NumberFormat, by_powers: bool = False) -> Way:
        """What leads to a quantity, every intermediate result rounded, every exponential inside a formula too."""
        found = self._ways.setdefault((digits, by_powers), _Growing())
        if name not in found.worked_out:
            graph, rounding = self._written(by_powers), Rounding(digits, carry_rounded=True)
            found.add(name, way(graph, [name], None, rounding, digits, found.values))
        return Way(found.computed, found.values, digits)

    def _has_ties(self, name: str, digits: NumberFormat, by_powers: bool) -> bool:
        """Whether something lies in the middle, so that rounding it to even makes a difference."""
        key = (name, digits, by_powers)
        if key not in self._ties:
            half_up = self.way(name, replace(digits, half_even=False), by_powers).computed
            behind = (each for each in self._written(by_powers).behind(name) if each != name and each in half_up)
            self._ties[key] = any(is_tie(half_up[each], digits) for each in behind)
        return self._ties[key]

    def _keeps_figures(self, name: str, digits: NumberFormat, by_powers: bool) -> bool:
        """Whether each intermediate result that a quantity is made of keeps two significant figures when rounded."""
        if digits.places is None:
            return True
        return self._losing(digits.places, by_powers) & self._written(by_powers).behind(name) <= {name}

    def _written(self, by_powers: bool) -> Graph:
        return self._with_powers if by_powers else self._graph

    def _losing(self, places: int, by_powers: bool) -> frozenset[str]:
        """What does not keep two figures at so many places; they may be too few where the sheet is set to them."""
        key = (places, by_powers)
        if key not in self._lost:
            graph, exact = (self._with_powers, self._exact_powers) if by_powers else (self._graph, self._exact)
            made = (each for each in graph if each.given is None and each.name in exact)
            self._lost[key] = frozenset(
                each.name
                for each in made
                if self._sheet.of(each.group).places != places and not _is_kept(to_fraction(exact[each.name]), places)
            )
        return self._lost[key]

    @cached_property
    def _has_powers(self) -> bool:
        return any(each.formula is not None and _powers_inside(each.formula) for each in self._graph)

    @cached_property
    def _with_powers(self) -> Graph:
        """The graph with every exponential inside a formula written down by itself."""
        graph = Graph()
        for quantity in self._graph:
            inner = {} if quantity.formula is None else _powers_inside(quantity.formula)
            for power, name in inner.items():
                if name not in graph:
                    graph.add(Quantity(name, power, group=quantity.group))
            if inner:
                formula = quantity.definition.xreplace({power: Name(name) for power, name in inner.items()})
                quantity = Quantity(quantity.name, formula, group=quantity.group)
            graph.add(quantity)
        return graph

    @cached_property
    def _exact_powers(self) -> Mapping[str, Value]:
        return way(self._with_powers, self._with_powers.names).values


def _powers_inside(formula: Node) -> dict[Any, str]:
    """The exponentials inside a formula, not at its head, each with a name."""
    powers = (node for node in nodes_in(formula) if isinstance(node, Call) and node.function == "exp")
    return {power: f"power {PlainPrinter().print(power)}" for power in powers if power != formula}


def is_tie(value: Fraction, digits: NumberFormat) -> bool:
    """Whether a value lies in the middle of two that it may be rounded to."""
    if not value:
        return False
    places = digits.places
    exponent = -places if places is not None else decimal_exponent(value) + 1 - (digits.significant or 1)
    halves = 2 * value / Fraction(10) ** exponent
    return halves.denominator == 1 and halves.numerator % 2 == 1


def _is_kept(value: Fraction, places: int) -> bool:
    return abs(value) >= Fraction(10, 10**places) or (value * 10**places).denominator == 1

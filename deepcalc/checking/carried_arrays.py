"""The values of arrays with rounded intermediate results carried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deepcalc.checking.rounded_ways import is_tie
from deepcalc.checking.ways import CARRIED
from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.grids import Grid
from deepcalc.notation.rounding import NumberFormat, Rounding


@dataclass
class _Growing:
    """One way of rounding, as far as it was needed: what is carried on, and the values before that, None for none."""

    carried: dict[str, Any] = field(default_factory=dict)
    computed: dict[str, Any] = field(default_factory=dict)


class CarriedArrays:
    """The values of one graph's quantities in each way of rounding, worked out as far as they are needed."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ways: dict[NumberFormat, _Growing] = {}
        self._ties: dict[tuple[str, NumberFormat], bool] = {}

    def ways(self, name: str, is_carried: Callable[[NumberFormat], bool]) -> Iterator[tuple[NumberFormat, Any]]:
        """The ways of rounding what a quantity is made of, and what it comes to, where it has a value.

        Only those that may have been carried on are looked at; rounding ties to even is one of its own only where
        there are some.
        """
        for digits in CARRIED:
            if is_carried(digits) and (not digits.half_even or self._has_ties(name, replace(digits, half_even=False))):
                value = self.value(name, digits)
                if value is not None:
                    yield digits, value

    def value(self, name: str, digits: NumberFormat) -> Any:
        """The value of a quantity where what it is made of is rounded; None where it has none."""
        way = self._ways.setdefault(digits, _Growing())
        if name not in way.computed:
            rounding = Rounding(digits, carry_rounded=True)
            try:
                found = evaluate(self._graph, [name], rounding=rounding, known=way.carried)
            except MathError:
                way.computed[name] = None
            else:
                way.carried.update(found.values)
                way.computed = {**found.computed, **way.computed}
        return way.computed[name]

    def _has_ties(self, name: str, digits: NumberFormat) -> bool:
        """Whether something lies in the middle, so that rounding it to even makes a difference; so if it is unknown."""
        key = (name, digits)
        if key not in self._ties:
            if self.value(name, digits) is None:
                return True
            computed = self._ways[digits].computed
            entries = (entry for each in self._graph.ancestors([name]) for entry in _entries(computed.get(each)))
            self._ties[key] = any(is_tie(to_fraction(entry), digits) for entry in entries)
        return self._ties[key]


def _entries(value: Any) -> Sequence[Any]:
    return value.entries if isinstance(value, Grid) else () if value is None else (value,)

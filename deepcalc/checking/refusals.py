"""Why nothing may follow from a student's wrong number, though what comes after it is consistent with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from deepcalc.checking.consequences import NOTHING, Consequences, Values
from deepcalc.checking.ranges import Ranges
from deepcalc.checking.trivial_steps import has_kink, multiplied_in, vanishes
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Prose
from deepcalc.notation.nodes import Name, Node, names_in
from deepcalc.notation.rounding import NumberFormat

TRIVIAL = (Fraction(0), Fraction(1))
"""Numbers by which a step that multiplies with them is left out."""

_VANISHING = 1e-6
_SHORT = NumberFormat(significant=6)

OwnValues = Mapping[str, Fraction]


class Refusals:
    """What speaks against follow-through in one problem: impossible numbers, trivial steps, dead units.

    ``ours`` are the true values, ``consequences`` what follows from others in place of them.
    """

    def __init__(self, graph: Graph, ours: Values, consequences: Consequences) -> None:
        self._graph = graph
        self._ours = ours
        self._consequences = consequences
        self._ranges = Ranges(graph)
        self._kinks: dict[str, bool] = {}

    def of(self, used: Iterable[str], own: OwnValues, between: Sequence[str], is_count: bool) -> Iterator[Prose]:
        """The reasons: of each wrong number that is ``used``, then of the steps ``between`` own ones and the answer.

        A count may well be one of another thing: a 1 makes nothing of it trivial.
        """
        for name in used:
            value, possible = own[name], self._ranges[name]
            if value not in possible:
                yield (Name(name), f" cannot be {_short(value)}: it is {possible}")
            elif value in TRIVIAL and not (is_count and value) and self._has_trivial_step(name, own, between):
                yield (Name(name), f" = {_short(value)} makes this step trivial")
        yield from self._dead_units(own, between)

    def _has_trivial_step(self, name: str, own: OwnValues, between: Iterable[str]) -> bool:
        """Whether a factor in a step vanishes, or is left out, because of a name whose value is 0 or 1."""
        steps = (step for step in between if step not in own and name in self._graph.uses(step))
        formulas = (self._graph[step].formula for step in steps)
        factors = (factor for formula in formulas if formula is not None for factor in multiplied_in(formula))
        return any(
            factor == Name(name) or (self._vanishes(factor, own) and not vanishes(factor, self._ours))
            for factor in factors
            if name in names_in(factor)
        )

    def _vanishes(self, factor: Node, own: OwnValues) -> bool:
        """Whether a factor is 0 with the student's numbers: worked out exactly only where it is close to that."""
        used, consequences = names_in(factor), self._consequences
        floats = {each: consequences.in_floats(each, NOTHING, own) for each in used}
        near = {each: Fraction(value) for each, value in floats.items() if value is not None}
        if len(near) < len(used) or not vanishes(factor, near, up_to=_VANISHING):
            return False
        exact = {each: consequences.after(each, NOTHING, own) for each in used}
        return vanishes(factor, {each: values[each] for each, values in exact.items() if values is not None})

    def _dead_units(self, own: OwnValues, between: Iterable[str]) -> Iterator[Prose]:
        """The units at a kink (ReLU) that give 0 with the student's numbers, but not with ours."""
        for name in (each for each in between if each not in own and self._has_kink(each) and self._ours.get(each)):
            if self._consequences.in_floats(name, NOTHING, own) == 0:
                yield (Name(name), " is 0 with your numbers: the unit is dead")

    def _has_kink(self, name: str) -> bool:
        if name not in self._kinks:
            formula = self._graph[name].formula
            self._kinks[name] = formula is not None and has_kink(formula)
        return self._kinks[name]


def _short(value: Fraction) -> str:
    return _SHORT.write(value).text

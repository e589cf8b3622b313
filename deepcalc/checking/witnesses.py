"""What a student's other numbers say of a mistake: those that it leads to as well speak for it, others against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from heapq import nsmallest

from deepcalc.checking.candidates import WrittenNumber
from deepcalc.checking.cases import Case
from deepcalc.checking.chain_links import repeated
from deepcalc.checking.consequences import NOTHING, Consequences
from deepcalc.checking.invited.forms import is_decided
from deepcalc.checking.reports import Evidence
from deepcalc.graph.graph import Graph
from deepcalc.plan import Slip

MOST_HEARD = 12
"""So many of a student's other numbers are asked, those that stand nearest to the one that is looked at."""

_AGREES, _EXACT = 1e-3, 1e-6  # of the value


class Witnesses:
    """Asks the other numbers of a case, in one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def support(self, slip: Slip, case: Case, way: Consequences, again: bool = True) -> bool:
        """Whether another wrong answer is what the mistake makes of it; one that says the same ``again`` as well.

        It is said again by what only repeats the number, and by what is made of it with nothing else mistaken.
        """
        wrong = (name for name, written in case.evident.items() if name != case.name and not written.is_right)
        if not again:
            wrong = (name for name in wrong if not self._is_said_again(name, slip, case))
        heard = [name for name in self._heard(case, wrong) if way.leads_to(name, slip.formulas)]
        values = way.several_in_floats(heard, slip.formulas)
        return any(_is_said(case.evident[name], values[name]) for name in heard)

    def fits(self, slip: Slip, case: Case, way: Consequences) -> bool:
        """Whether every other wrong answer in whose own formula the mistake was made is what it makes of it."""
        wrong = {name for name, written in case.evident.items() if not written.is_right and name != case.name}
        first = (name for name in wrong & slip.formulas.keys() if self._graph.behind(name).isdisjoint(wrong - {name}))
        heard = self._heard(case, first)
        values = way.several_in_floats(heard, slip.formulas)
        return all(_is_said(case.evident[name], values[name]) for name in heard)

    def _is_said_again(self, name: str, slip: Slip, case: Case) -> bool:
        follows = case.name in self._graph.behind(name) and name not in slip.formulas
        return follows or repeated(self._graph, name) == repeated(self._graph, case.name)

    def allow(self, slip: Slip, case: Case, way: Consequences) -> bool:
        """Whether a mistake, as far as it leads to the number, agrees with everything else that the student wrote.

        What was written for a quantity on the way must be what the mistake makes of it; right answers elsewhere must
        be so with the mistake, too.
        """
        if not self.can_tell(slip, case):
            return False
        behind = self._graph.behind(case.name)
        formulas = {each: formula for each, formula in slip.formulas.items() if each in behind}
        asked = (
            name
            for name, written in case.evident.items()
            if name != case.name and way.leads_to(name, formulas)
            if name in behind or (written.is_right and case.name not in self._graph.behind(name))
        )
        heard = self._heard(case, asked)
        values = way.several_in_floats(heard, formulas)
        return all(_agrees(case.evident[name], values[name]) for name in heard)

    def go_on(self, case: Case, number: WrittenNumber, way: Consequences) -> bool:
        """Whether whatever is wrong of what is made of the number follows from it."""
        wrong = (name for name, written in case.evident.items() if not written.is_right and name != case.name)
        for name in self._heard(case, (each for each in wrong if case.name in self._graph.behind(each))):
            value = way.in_floats(name, NOTHING, {case.name: number.exact})
            if value is None or not _agrees(case.evident[name], value):
                return False
        return True

    def can_tell(self, slip: Slip, case: Case) -> bool:
        """Whether a mistake can be told from others: a number that is decided on hides how it came to that."""
        return case.name in slip.formulas or not is_decided(self._graph[case.name].formula)

    def _heard(self, case: Case, names: Iterable[str]) -> Sequence[str]:
        here = self._graph.position(case.name)
        return nsmallest(MOST_HEARD, names, key=lambda name: abs(self._graph.position(name) - here))


def _agrees(written: Evidence, value: float) -> bool:
    """Whether a value may be what was written; of a number that is meant exactly, the very one."""
    close = _AGREES if written.half_unit else _EXACT
    return abs(float(written.value) - value) <= max(float(written.half_unit), abs(value) * close)


def _is_said(written: Evidence, value: float) -> bool:
    """Whether a value is what was written; a whole number is no rounded one."""
    is_whole = 2 * written.half_unit >= 1
    return _agrees(replace(written, half_unit=Fraction(0)) if is_whole else written, value)

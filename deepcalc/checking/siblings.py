"""What a student's wrong numbers say that are made like the one that is looked at: of another sample, another unit.

Who has made a mistake in one formula makes it in those that are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import TypeAlias

from deepcalc.checking.candidates import WrittenNumber
from deepcalc.checking.cases import Case
from deepcalc.checking.invited.forms import form_of
from deepcalc.checking.reports import Evidence
from deepcalc.checking.slip_values import SlipValues
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Name, Node
from deepcalc.plan import Slip

_DIGITS = re.compile(r"[0-9]+")

MOST_ASKED = 3
"""So many of them are asked, the nearest ones."""

MOST_KEPT = 1000
"""For so many numbers it is kept in mind which mistakes lead to them."""

_Mistake: TypeAlias = tuple[str, frozenset[Node]]


class Siblings:
    """Asks the siblings of a wrong number, in one graph."""

    def __init__(self, graph: Graph, values: SlipValues) -> None:
        self._graph = graph
        self._values = values
        self._forms: dict[str, Node | None] = {}
        self._mistakes: dict[int, tuple[Slip, _Mistake]] = {}
        self._found: dict[tuple[str, Evidence, bool], frozenset[_Mistake]] = {}

    def agree(self, slip: Slip, case: Case) -> bool | None:
        """Whether a sibling can come of the same mistake.

        None where there is none that must do so: one whose name differs in digits alone, with the mistake in its own
        formula.
        """
        same = self._mistake(slip)
        asked = self._of(case)
        if any(same in found for name in asked for found in self._explaining(name, case)):
            return True
        must = case.name in slip.formulas and any(_stem(name) == _stem(case.name) for name in asked)
        return False if must else None

    def _explaining(self, name: str, case: Case) -> Iterator[frozenset[_Mistake]]:
        """The mistakes that lead to what was written for a sibling: those of any formula, then the kind's own."""
        for is_own in (False, True):
            key = (name, case.evident[name], is_own)
            if key not in self._found:
                if len(self._found) >= MOST_KEPT:
                    self._found.clear()
                values = self._values.own(name, self._values.exact, "exact") if is_own else self._values.invited(name)
                found = values.that_are(WrittenNumber(key[1].value, key[1].half_unit))
                self._found[key] = frozenset(self._mistake(each.slip) for each in found)
            yield self._found[key]

    def _mistake(self, slip: Slip) -> _Mistake:
        """The same for the same mistake in formulas that are written alike."""
        if id(slip) not in self._mistakes:
            self._mistakes[id(slip)] = (slip, (slip.key, frozenset(map(form_of, slip.formulas.values()))))
        return self._mistakes[id(slip)][1]

    def _of(self, case: Case) -> Sequence[str]:
        """The siblings that are wrong, though nothing that they are made of is, nor what the number is made of."""
        wrong = {name for name, written in case.evident.items() if not written.is_right} - {case.name}
        form, here = self._form(case.name) if wrong else None, self._graph.position(case.name)
        if form is None or not self._graph.behind(case.name).isdisjoint(wrong):
            return ()
        alike = (name for name in wrong if self._form(name) == form)
        found = (name for name in alike if self._graph.behind(name).isdisjoint((wrong | {case.name}) - {name}))
        stem = _stem(case.name)
        return nsmallest(
            MOST_ASKED, found, key=lambda name: (_stem(name) != stem, abs(self._graph.position(name) - here))
        )

    def _form(self, name: str) -> Node | None:
        """A formula whatever its names; None of what is given or only repeats another quantity."""
        if name not in self._forms:
            formula = self._graph[name].formula
            made = formula is not None and not isinstance(formula, Name)
            self._forms[name] = form_of(self._graph[name].definition) if made else None
        return self._forms[name]


def _stem(name: str) -> str:
    return _DIGITS.sub("", name)

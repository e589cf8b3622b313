"""What a student's wrong numbers say that are made like the one that is looked at: of another sample, another unit.

Who has made a mistake in one formula makes it in those that are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import chain
from typing import Any

from deepcalc.checking.candidates import Candidates, WrittenNumber
from deepcalc.checking.cases import Case
from deepcalc.checking.invited.forms import form_of
from deepcalc.checking.slip_values import SlipValues
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import Name, Node
from deepcalc.plan import Slip

_DIGITS = re.compile(r"[0-9]+")

MOST_ASKED = 3
"""So many of them are asked, the nearest ones."""


class Siblings:
    """Asks the siblings of a wrong number, in one graph."""

    def __init__(self, graph: Graph, values: SlipValues) -> None:
        self._graph = graph
        self._values = values
        self._forms: dict[str, Node | None] = {}

    def agree(self, slip: Slip, case: Case) -> bool | None:
        """Whether a sibling can come of the same mistake.

        None where there is none that must do so: one whose name differs in digits alone, with the mistake in its own
        formula.
        """
        same = _mistake(slip)
        asked = self._of(case)
        for name in asked:
            found = (values.that_are(_number(case, name)) for values in self._explaining(name))
            if any(same == _mistake(each.slip) for each in chain.from_iterable(found)):
                return True
        must = case.name in slip.formulas and any(_stem(name) == _stem(case.name) for name in asked)
        return False if must else None

    def _explaining(self, name: str) -> Iterator[Candidates]:
        yield self._values.invited(name)
        yield self._values.own(name, self._values.exact, "exact")

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


def _mistake(slip: Slip) -> Any:
    """The same for the same mistake in formulas that are written alike."""
    return slip.key, frozenset(map(form_of, slip.formulas.values()))


def _number(case: Case, name: str) -> WrittenNumber:
    written = case.evident[name]
    return WrittenNumber(written.value, written.half_unit)

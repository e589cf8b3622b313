"""Mistakes that any formula invites, made from the graph alone, for problems of every kind; the likelier first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from deepcalc.checking.invited.forms import form_of
from deepcalc.checking.invited.place import Place, Surroundings
from deepcalc.checking.invited.rows import ROWS, Row
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import ZERO, Name, Node
from deepcalc.notation.printing import Printer
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan import Slip
from deepcalc.records import record

MOST_STEPS = 12
"""A slip is looked for in the answer's own formula and in those so many steps before it."""

MOST_SITES, MOST_NAMES = 60, 240
"""The nearest formulas that are looked at, so many at most with so many names in them; the answer's own always."""

MOST_SLIPS = 500

MOST_WORK = 8_000
"""So many formulas are worked out for the slips of one quantity: of a long graph fewer slips are looked at."""

COMMONEST = 2
"""The rank of the commonest mistakes in the answer's own formula."""

COMMONEST_TO = COMMONEST + 1
"""The rank of the commonest mistakes one step before the answer."""

_DISTANT = 3


@record
class Invited:
    """A slip and how unlikely it is: 2 for the commonest in the answer's own formula, more for others farther off."""

    slip: Slip
    rank: int


@record
class _Made:
    """A slip in one formula, the row that makes it, and whether it could be made at other nodes of it as well."""

    slip: Slip
    row: Row
    one_of_several: bool


@record
class _Site:
    """A place, and how many steps it lies before the answer."""

    place: Place
    steps: int

    @property
    def name(self) -> str:
        return self.place.quantity.name

    def rank(self, row: Row) -> int:
        return 2 * row.likelihood + min(self.steps, _DISTANT)


def _steps(graph: Graph, name: str) -> dict[str, int]:
    """The computed quantities before a quantity, each with the steps between, those that only repeat a value apart."""
    found = {name: 0}
    last = [name]
    while last:
        following = []
        for each in last:
            steps = found[each] + (not isinstance(graph[each].formula, Name))
            for used in graph.uses(each):
                if graph[used].given is None and steps < found.get(used, MOST_STEPS + 1):
                    found[used] = steps
                    following.append(used)
        last = following
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


class InvitedSlips:
    """The slips that the formulas of one graph invite, said in a printer's dialect."""

    def __init__(self, graph: Graph, printer: Printer | None = None) -> None:
        self._graph = graph
        self._printer = printer or UnicodePrinter()
        self._surroundings = Surroundings(graph)
        self._places: dict[tuple[str, bool], Place] = {}
        self._made: dict[tuple[str, bool], Sequence[_Made]] = {}
        self._forms: dict[str, Any] = {}

    def of(self, name: str) -> Iterator[Invited]:
        """The slips in the formulas on the way to a quantity, the nearest first; then those made in several of them."""
        steps = _steps(self._graph, name)
        most = min(MOST_SLIPS, MOST_WORK // len(steps))
        sites = [_Site(self._place(each, each == name), count) for each, count in self._nearest(steps)]
        yield from islice(chain.from_iterable(map(self._at_one, sites)), most)
        yield from islice(self._everywhere(sites), most)
        yield from islice(self._in_all_alike(sites), most)

    def _nearest(self, steps: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        names = 0
        for each, count in islice(steps.items(), MOST_SITES):
            names += len(self._graph.uses(each))
            if names > MOST_NAMES and count:
                return
            yield each, count

    def likely(self, name: str) -> Iterator[Invited]:
        """The commonest ones in the quantity's own formula and in those that it uses, each made in one formula."""
        near = [(each, count) for each, count in _steps(self._graph, name).items() if count <= COMMONEST_TO - COMMONEST]
        for each, count in near[:MOST_SITES]:
            found = self._at_one(_Site(self._place(each, each == name), count))
            yield from (invited for invited in found if invited.rank <= COMMONEST_TO)

    def _at_one(self, site: _Site) -> Iterator[Invited]:
        """The slips in one formula, each once."""
        seen = {ZERO}
        for made in self._at(site.place):
            formula = made.slip.formulas[site.name]
            if formula not in seen:
                seen.add(formula)
                yield Invited(made.slip, site.rank(made.row) + made.one_of_several)

    def _everywhere(self, sites: Sequence[_Site]) -> Iterator[Invited]:
        """The same mistake at every node where it can be made, in more formulas than one: less likely than in one."""
        for row in (row for row in ROWS if row.at is not None):
            changed = [(site, formula) for site in sites if (formula := _at_all(row, site.place)) is not None]
            if len(changed) > 1:
                formulas = {site.name: formula for site, formula in changed}
                yield Invited(self._slip(row, (), formulas), changed[0][0].rank(row) + 1)

    def _in_all_alike(self, sites: Sequence[_Site]) -> Iterator[Invited]:
        """The same mistake in every formula that is written alike: of each sample, each unit, each step in time."""
        alike: dict[Any, list[_Site]] = {}
        for site in sites:
            if site.name not in self._forms:
                self._forms[site.name] = form_of(site.place.formula)
            alike.setdefault(self._forms[site.name], []).append(site)
        for group in (group for group in alike.values() if len(group) > 1):
            by_row = [self._by_row(site.place) for site in group]
            for row in ROWS:
                changes = [made.get(row, ()) for made in by_row]
                if len(set(map(len, changes))) == 1:
                    for together in zip(*changes, strict=True):
                        formulas = {name: form for each in together for name, form in each.slip.formulas.items()}
                        yield Invited(Slip(row.key, together[0].slip.message, formulas), group[0].rank(row))

    def _place(self, name: str, is_answer: bool) -> Place:
        key = (name, is_answer)
        if key not in self._places:
            self._places[key] = Place(self._graph, self._graph[name], is_answer, self._surroundings)
        return self._places[key]

    def _at(self, place: Place) -> Sequence[_Made]:
        """The slips in one formula, worked out once."""
        key = (place.quantity.name, place.is_answer)
        if key not in self._made:
            unchanged = (place.formula, place.quantity.formula)
            places = (place, replace(place, as_written=True)) if unchanged[0] != unchanged[1] else (place,)
            self._made[key] = [
                _Made(self._slip(row, names, {place.quantity.name: formula}), row, one_of_several)
                for each in places
                for row in ROWS
                for (formula, *names), one_of_several in changes(row, each)
                if formula not in unchanged
            ]
        return self._made[key]

    def _by_row(self, place: Place) -> Mapping[Row, Sequence[_Made]]:
        found: dict[Row, list[_Made]] = {}
        for made in self._at(place):
            found.setdefault(made.row, []).append(made)
        return found

    def _slip(self, row: Row, names: Sequence[str | Node], formulas: Mapping[str, Node]) -> Slip:
        return Slip(row.key, row.said(names, self._printer), formulas, row.message if row.named else "")


def changes(row: Row, place: Place) -> Iterator[tuple[tuple[Node, ...], bool]]:
    """The changed formulas, with whether the mistake was made at one of several nodes only."""
    if row.of is not None:
        yield from ((written, False) for written in row.of(place))
    if row.at is not None:
        made = {node: other for node in place.nodes if (other := row.at(place, node)) is not None}
        if len(made) > 1:
            yield (place.formula.xreplace(made),), False
        for node, other in made.items():
            yield (place.formula.xreplace({node: other}),), len(made) > 1


def _at_all(row: Row, place: Place) -> Node | None:
    """The formula with the mistake at every node; None where it is made at none."""
    made = {node: other for node in place.nodes if row.at and (other := row.at(place, node)) is not None}
    return place.formula.xreplace(made) if made else None

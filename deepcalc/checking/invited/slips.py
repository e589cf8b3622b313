"""Mistakes that any formula invites, made from the graph alone, for problems of every kind; the likelier first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from deepcalc.checking.invited.place import Place
from deepcalc.checking.invited.rows import ROWS, Row
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import ZERO, Name
from deepcalc.notation.printing import Printer, UnicodePrinter
from deepcalc.plan import Slip

MOST_STEPS = 12
"""A slip is looked for in the answer's own formula and in those so many steps before it."""

MOST_SITES = 60

MOST_SLIPS = 500

MOST_WORK = 10_000
"""So many formulas are worked out for the slips of one quantity: of a long graph fewer slips are looked at."""

COMMONEST = 2
"""The rank of the commonest mistakes in the answer's own formula."""

_DISTANT = 3
_SAMPLE_OR_TIME = re.compile(r"(?<=[:@])[0-9]+")


@dataclass(frozen=True)
class Invited:
    """A slip and how unlikely it is: 2 for the commonest in the answer's own formula, more for others farther off."""

    slip: Slip
    rank: int


@dataclass(frozen=True)
class _Site:
    """A place, and how many steps it lies before the answer."""

    place: Place
    steps: int

    @property
    def name(self) -> str:
        return self.place.quantity.name

    def rank(self, row: Row) -> int:
        return 2 * row.likelihood + min(self.steps, _DISTANT)


def invited_slips(graph: Graph, name: str, printer: Printer | None = None) -> Iterator[Invited]:
    """The slips in the formulas on the way to a quantity, the nearest first; then those made in several of them."""
    writer = _Writer(printer or UnicodePrinter())
    steps = _steps(graph, name)
    most = min(MOST_SLIPS, MOST_WORK // len(steps))
    nearest = islice(steps.items(), MOST_SITES)
    sites = [_Site(Place(graph, graph[each], each == name), count) for each, count in nearest]
    yield from islice(chain.from_iterable(map(writer.at_one, sites)), most)
    yield from islice(writer.everywhere(sites), most)
    yield from islice(writer.in_each_sample(sites), most)


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


class _Writer:
    """Makes slips of rows, and says them in a printer's dialect."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def at_one(self, site: _Site) -> Iterator[Invited]:
        """The slips in one formula, each once."""
        seen = {site.place.formula, ZERO}
        for row in ROWS:
            for (formula, *names), one_of_several in self._changes(row, site.place):
                if formula not in seen:
                    seen.add(formula)
                    yield Invited(self._slip(row, names, {site.name: formula}), site.rank(row) + one_of_several)

    def everywhere(self, sites: Sequence[_Site]) -> Iterator[Invited]:
        """The same mistake at every node where it can be made, in more formulas than one."""
        for row in (row for row in ROWS if row.at is not None):
            changed = [(site, formula) for site in sites if (formula := _at_all(row, site.place)) is not None]
            if len(changed) > 1:
                formulas = {site.name: formula for site, formula in changed}
                yield Invited(self._slip(row, (), formulas), changed[0][0].rank(row))

    def in_each_sample(self, sites: Sequence[_Site]) -> Iterator[Invited]:
        """The same mistake in the formula of each sample, or of each step in time."""
        alike: dict[str, list[_Site]] = {}
        for site in sites:
            alike.setdefault(_SAMPLE_OR_TIME.sub("", site.name), []).append(site)
        for group in (group for group in alike.values() if len(group) > 1):
            for row in ROWS:
                changes = [[written for written, _ in self._changes(row, site.place)] for site in group]
                if len(set(map(len, changes))) == 1:
                    for made in zip(*changes, strict=True):
                        formulas = {site.name: formula for site, (formula, *_) in zip(group, made, strict=True)}
                        yield Invited(self._slip(row, made[0][1:], formulas), group[0].rank(row))

    def _changes(self, row: Row, place: Place) -> Iterator[tuple[tuple[Any, ...], bool]]:
        """The changed formulas, with whether the mistake was made at one of several nodes only."""
        if row.of is not None:
            yield from ((written, False) for written in row.of(place))
        if row.at is not None:
            made = {node: other for node in place.nodes if (other := row.at(place, node)) is not None}
            if len(made) > 1:
                yield (place.formula.xreplace(made),), False
            for node, other in made.items():
                yield (place.formula.xreplace({node: other}),), len(made) > 1

    def _slip(self, row: Row, names: Iterable[str], formulas: Mapping[str, Any]) -> Slip:
        message = row.message.format(*(self._printer.print(Name(each)) for each in names))
        return Slip(row.key, message, formulas)


def _at_all(row: Row, place: Place) -> Any:
    """The formula with the mistake at every node; None where it is made at none."""
    made = {node: other for node in place.nodes if row.at and (other := row.at(place, node)) is not None}
    return place.formula.xreplace(made) if made else None

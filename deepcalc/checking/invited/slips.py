"""Mistakes that any formula invites, made from the graph alone, for problems of every kind; the likelier first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from deepcalc.checking.invited.place import Place
from deepcalc.checking.invited.rows import ROWS, Row
from deepcalc.graph.graph import Graph
from deepcalc.notation.nodes import ZERO, Name
from deepcalc.notation.printing import Printer, UnicodePrinter
from deepcalc.plan import Slip

MOST_STEPS = 12
"""A slip is looked for in the answer's own formula and in those so many steps before it."""

MOST_SLIPS = 600


@dataclass(frozen=True)
class Invited:
    """A slip and how unlikely it is: 1 for the commonest in the answer's own formula, more for others farther off."""

    slip: Slip
    rank: int


def invited_slips(graph: Graph, name: str, printer: Printer | None = None) -> Iterator[Invited]:
    """The slips in the formulas on the way to a quantity, the nearest first; then those made in several of them."""
    printer = printer or UnicodePrinter()
    steps = _steps(graph, name)
    places = [(Place(graph, graph[each], each == name), count) for each, count in steps.items()]
    yield from islice(_one_by_one(places, printer), MOST_SLIPS)
    yield from _everywhere(places)


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


def _one_by_one(places: list[tuple[Place, int]], printer: Printer) -> Iterator[Invited]:
    for place, steps in places:
        seen = {place.formula, ZERO}
        for row in ROWS:
            for formula, *names in _changes(row, place):
                if formula not in seen:
                    seen.add(formula)
                    message = row.message.format(*(printer.print(Name(each)) for each in names))
                    yield Invited(Slip(row.key, message, {place.quantity.name: formula}), row.likelihood + _far(steps))


def _far(steps: int) -> int:
    return 0 if steps == 0 else 1 if steps < 3 else 2


def _changes(row: Row, place: Place) -> Iterator[tuple[Any, ...]]:
    if row.of is not None:
        yield from row.of(place)
    if row.at is not None:
        for node in place.nodes:
            other = row.at(place, node)
            if other is not None:
                yield (place.formula.xreplace({node: other}),)


def _everywhere(places: list[tuple[Place, int]]) -> Iterator[Invited]:
    """The same mistake at every node where it can be made, where that is more than one."""
    for row in ROWS:
        if row.at is None:
            continue
        formulas, nodes, nearest = {}, 0, MOST_STEPS
        for place, steps in places:
            replaced = {node: other for node in place.nodes if (other := row.at(place, node)) is not None}
            if replaced:
                formulas[place.quantity.name] = place.formula.xreplace(replaced)
                nodes += len(replaced)
                nearest = min(nearest, steps)
        if nodes > 1:
            yield Invited(Slip(row.key, row.message, formulas), row.likelihood + _far(nearest))

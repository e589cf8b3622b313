"""Fields that change nothing: what an author has written for nothing, and most likely meant otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from deepcalc.errors import LocatedFault, Location, did_you_mean, listed
from deepcalc.graph.graph import Graph
from deepcalc.notation.names import gradient_parts, name_parts, shape_of_what
from deepcalc.notation.nodes import names_in
from deepcalc.plan.plan import Layout
from deepcalc.problem.problem import Problem
from deepcalc.records import record
from deepcalc.solution.arrangement import ArrangedPart, arrangement_of
from deepcalc.solution.document import Part, Solution

Idle = Iterator[tuple[Location, str]]
"""Where a field stands that has no effect, and why it has none."""

PRECISIONS = ("significant", "places")


@record
class _Sheet:
    """A problem beside its solution: its parts as they are written in the file, arranged and solved."""

    problem: Problem
    solution: Solution
    arranged: tuple[ArrangedPart, ...]

    @property
    def graph(self) -> Graph:
        return self.problem.plan.graph

    def written(self, field: str) -> Iterator[tuple[Location, Any, list[int]]]:
        """A field of the problem or of single parts: where, its value, and the parts for which it is said."""
        data = self.problem.source.data
        every = list(range(len(self.solution.parts)))
        if field in data:
            yield (field,), data[field], every
        for index, part in enumerate(data.get("parts") or []):
            if isinstance(part, dict) and field in part:
                yield ("parts", index, field), part[field], [index]


def idle_fields(problem: Problem, solution: Solution) -> tuple[LocatedFault, ...]:
    """The fields of a problem that have no effect on its solution, nor on how its answers are marked."""
    sheet = _Sheet(problem, solution, arrangement_of(problem).parts)
    place = problem.source.place
    found = (each for rule in _RULES for each in rule(sheet))
    return tuple(LocatedFault(place(location, of_key=True), message) for location, message in found)


def _layout(sheet: _Sheet) -> Idle:
    if sheet.problem.plan.tables:
        return
    for location, layout, _ in sheet.written("layout"):
        if layout == Layout.TABLE:
            yield location, f"`layout: table` has no effect: this `{sheet.problem.kind.name}` has no table"


def _chain(sheet: _Sheet) -> Idle:
    for location, _, parts in sheet.written("chain"):
        needed = (name for index in parts for name in sheet.arranged[index].needed)
        if all(sheet.graph[name].adjoint is None for name in needed if name in sheet.graph):
            yield location, "`chain` has no effect: no gradient is asked for here"


def _entries(sheet: _Sheet) -> Idle:
    for location, _, parts in sheet.written("entries"):
        if not any(sheet.graph.shape(name) for index in parts for name in sheet.arranged[index].steps):
            yield location, "`entries` has no effect: there is no array among the steps"


def _terms(sheet: _Sheet) -> Idle:
    for field in ("in", "terms"):
        for location, _, parts in sheet.written(field):
            if all(None not in answer.values for index in parts for answer in sheet.solution.parts[index].answers):
                yield location, f"`{field}` has no effect: the answers are numbers"


def _precision(sheet: _Sheet) -> Idle:
    for location, marking, parts in sheet.written("marking"):
        for name in PRECISIONS:
            if name in marking and all(_is_of_whole_numbers(sheet.solution.parts[index]) for index in parts):
                yield (*location, name), f"`{name}` has no effect: the answers are whole numbers, which count in full"


def _is_of_whole_numbers(part: Part) -> bool:
    values = [value for answer in part.answers for value in answer.values]
    return bool(values) and all(isinstance(value, Fraction) and value.denominator == 1 for value in values)


def _symbols(sheet: _Sheet) -> Idle:
    written = sheet.problem.source.data.get("symbols") or {}
    if not written:
        return
    shown = set(_names_shown(sheet))
    for name in written:
        if name not in shown:
            near = did_you_mean(name, sorted(shown))
            yield ("symbols", name), f"`{name}` has no effect: nothing on the sheet has the name{near}"


def _names_shown(sheet: _Sheet) -> Iterator[str]:
    """Every name of which the symbols of a sheet are made: ``dL/dm.w@1``, ``m.w@1``, ``m``, ``w`` …"""
    plan = sheet.problem.plan
    written = sheet.problem.source.data["symbols"]
    stack = [*plan.graph.names, *(name for name in plan.symbols.overrides if name not in written)]
    stack += [composite.name for composite in plan.composites]
    for quantity in plan.graph:
        stack += names_in(*filter(None, (quantity.formula, *quantity.laws)), *_nodes(quantity.note))
    statement = plan.statement
    if not isinstance(statement, str):
        stack += names_in(*_nodes(statement.given), *_nodes(statement.asks))
    while stack:
        name = stack.pop()
        yield name
        stack += gradient_parts(name) or ()
        inside, base = shape_of_what(name), name_parts(name)
        if inside is not None:
            stack.append(inside)
        if base is not None and name != base.head:
            stack += [base.head, *(each for each in base.components if not each.isdigit())]


def _nodes(prose: tuple[Any, ...]) -> list[Any]:
    return [part for part in prose if not isinstance(part, str)]


def _wording(sheet: _Sheet) -> Idle:
    sections = list(dict.fromkeys(sheet.graph[name].section for part in sheet.arranged for name in part.steps))
    for title in sheet.problem.wording:
        if title not in sections:
            known = did_you_mean(title, sections) or (f"; the sections are {listed(sections)}" if sections else "")
            yield ("wording", title), f"`{title}` has no effect: no section has the title{known}"


_RULES: tuple[Callable[[_Sheet], Idle], ...] = (
    _layout, _chain, _entries, _terms, _precision, _symbols, _wording,
)  # fmt: skip

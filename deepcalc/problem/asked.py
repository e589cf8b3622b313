"""The names that a problem file asks for or speaks of, and the figures that it expects: what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deepcalc.errors import DeepcalcError, Fault, Location, ParseError, did_you_mean
from deepcalc.graph.described import Described, EntryOf, Present, is_entry
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import EVERYTHING, groups_of, resolve
from deepcalc.problem.expected import Near
from deepcalc.problem.letters import added
from deepcalc.problem.source import MOST_FAULTS, Source


def added_to(plan: Plan, names: Iterable[tuple[str, Location]]) -> list[Fault]:
    """Add what is asked for to the plan's graph; a fault for each name of which there is nothing."""
    faults: list[Fault] = []
    for name, location in names:
        faults += added(plan, name, location)
        if len(faults) > MOST_FAULTS:
            break
    return faults


def unknown_groups(plan: Plan, asked: Iterable[str]) -> Iterator[Fault]:
    """Groups that a rounding is given for, and that no quantity has."""
    groups = groups_of(plan)
    for group in asked:
        if group not in groups:
            known = did_you_mean(group, list(groups)) or f"; the groups here are {', '.join(groups)}"
            yield Fault(("rounding", "groups", group), f"no group `{group}`{known}")


def names_asked_for(
    source: Source, parts: Sequence[PartPlan], expected: Iterable[str], steps: Iterable[str]
) -> Iterator[tuple[str, Location]]:
    """The names that a file asks for or speaks of, each with its place."""
    for index, part in enumerate(parts):
        for at, name in enumerate(part.find):
            location: Location = ("parts", index, "find")
            yield name, (*location, at) if (*location, at) in source.values else location
    for name in expected:
        yield name, ("expected", name)
    for name in steps:
        yield name, ("steps", name)


def wrong_expectations(plan: Plan, expected: Mapping[str, Any]) -> Iterator[Fault]:
    """Expected figures that are none; only the key of a question may be text."""
    items = {item.name for item in plan.items}
    for name, value in expected.items():
        if name in items or all(isinstance(figure, Literal | Near) for figure in _figures(value)):
            continue
        if not isinstance(value, str) or _has_value(plan, name):
            yield Fault(("expected", name), "expected a number, or a list of numbers for several")
            continue
        try:
            parse(value)
        except ParseError as error:
            yield Fault(("expected", name), error.message)


def wrong_entries(plan: Plan, parts: Sequence[PartPlan]) -> Iterator[Fault]:
    """What is to be written out entry by entry, and is no entry of an array."""
    for index, part in enumerate(parts):
        for at, name in enumerate(part.entries):
            location: Location = ("parts", index, "entries", at)
            if name == EVERYTHING:
                continue
            try:
                is_none = not all(_is_entry(plan, each) for each in resolve(plan, name))
            except DeepcalcError as error:
                yield Fault(location, str(error))
                continue
            if is_none:
                yield Fault(location, f"`{name}` is no entry of an array, such as Z.1.2; `all` writes all of them out")


def _is_entry(plan: Plan, described: Described) -> bool:
    if isinstance(described, Present):
        return described.name in plan.graph and is_entry(plan.graph[described.name])
    return isinstance(described, EntryOf)


def _has_value(plan: Plan, name: str) -> bool:
    """Whether a name asks for numbers alone; what is unknown is told elsewhere."""
    try:
        return all(isinstance(each, Present) and plan.graph.has_value(each.name) for each in resolve(plan, name))
    except DeepcalcError:
        return False


def _figures(value: Any) -> Iterator[Any]:
    """The figures of an expectation, those in lists of lists among them."""
    if isinstance(value, tuple):
        for part in value:
            yield from _figures(part)
    else:
        yield value

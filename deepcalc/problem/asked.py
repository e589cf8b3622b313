"""The names that a problem file asks for or speaks of, and the figures that it expects: what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deepcalc.errors import DeepcalcError, Fault, Location, ParseError, did_you_mean
from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import EVERYTHING, groups_of, is_entry, resolve
from deepcalc.problem.expected import Near
from deepcalc.problem.letters import unresolved
from deepcalc.problem.source import MOST_FAULTS, Source


def wrong_names(
    source: Source,
    plan: Plan,
    parts: Sequence[PartPlan],
    expected: Mapping[str, Any],
    steps: Iterable[str],
) -> Iterator[Fault]:
    """What is asked for, or spoken of, and is not there; figures expected that are none; entries that are none."""
    faults: list[Fault] = []
    for name, location in _names_asked_for(source, parts, expected, steps):
        faults += unresolved(plan, name, location)
        if len(faults) > MOST_FAULTS:
            break
    yield from faults
    yield from _wrong_expectations(plan, expected)
    yield from _wrong_entries(plan, parts)


def unknown_groups(plan: Plan, asked: Iterable[str]) -> Iterator[Fault]:
    """Groups that a rounding is given for, and that no quantity has."""
    groups = groups_of(plan)
    for group in asked:
        if group not in groups:
            known = did_you_mean(group, list(groups)) or f"; the groups here are {', '.join(groups)}"
            yield Fault(("rounding", "groups", group), f"no group `{group}`{known}")


def _names_asked_for(
    source: Source, parts: Sequence[PartPlan], expected: Iterable[str], steps: Iterable[str]
) -> Iterator[tuple[str, Location]]:
    for index, part in enumerate(parts):
        for at, name in enumerate(part.find):
            location: Location = ("parts", index, "find")
            yield name, (*location, at) if (*location, at) in source.values else location
    for name in expected:
        yield name, ("expected", name)
    for name in steps:
        yield name, ("steps", name)


def _wrong_expectations(plan: Plan, expected: Mapping[str, Any]) -> Iterator[Fault]:
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


def _wrong_entries(plan: Plan, parts: Sequence[PartPlan]) -> Iterator[Fault]:
    """What is to be written out entry by entry, and is no entry of an array."""
    for index, part in enumerate(parts):
        for at, name in enumerate(part.entries):
            location: Location = ("parts", index, "entries", at)
            if name == EVERYTHING:
                continue
            unknown = unresolved(plan, name, location)
            yield from unknown
            if not unknown and not all(map(is_entry, map(plan.graph.__getitem__, resolve(plan, name)))):
                yield Fault(location, f"`{name}` is no entry of an array, such as Z.1.2; `all` writes all of them out")


def _has_value(plan: Plan, name: str) -> bool:
    """Whether a name asks for numbers alone; what is unknown is told elsewhere."""
    try:
        return all(each not in plan.graph or plan.graph.has_value(each) for each in resolve(plan, name))
    except DeepcalcError:
        return False


def _figures(value: Any) -> Iterator[Any]:
    """The figures of an expectation, those in lists of lists among them."""
    if isinstance(value, tuple):
        for part in value:
            yield from _figures(part)
    else:
        yield value

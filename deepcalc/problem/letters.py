"""What a problem says of its letters: the names in which answers are written, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from deepcalc.errors import DeepcalcError, Fault, Location, did_you_mean
from deepcalc.notation.nodes import Relation, names_in
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import add_asked, long_names


def with_terms(plan: Plan, parts: Sequence[PartPlan]) -> tuple[tuple[PartPlan, ...], list[Fault]]:
    """The parts with the long names of the terms in which their answers are to be written."""
    faults: list[Fault] = []
    settled = []
    for index, part in enumerate(parts):
        terms: list[str] = []
        for at, name in enumerate(part.terms or ()):
            unknown = added(plan, name, ("parts", index, "in", at))
            faults += unknown
            terms += () if unknown else _quantities(plan, long_names(plan, name))
        settled.append(part if part.terms is None else replace(part, terms=tuple(terms)))
    return tuple(settled), faults


def _quantities(plan: Plan, names: Iterable[str]) -> Iterator[str]:
    """The names themselves; the components of one that stands for several quantities."""
    composites = {each.name: each.components for each in plan.composites}
    for name in names:
        yield from composites.get(name, (name,))


def assumptions_of(plan: Plan, relations: Sequence[Relation]) -> tuple[tuple[Any, ...], list[Fault]]:
    """The assumptions with what depends on shapes decided, and what is wrong in them."""
    if not relations:
        return (), []
    from deepcalc.graph.points import assumptions
    from deepcalc.notation.operations.expressions import arranged

    faults: list[Fault] = []
    settled: list[Relation] = []
    for index, relation in enumerate(relations):
        location = ("assume", index)
        unknown = [used for used in names_in(relation) if used not in plan.graph]
        if unknown:
            near = did_you_mean(unknown[0], plan.graph.names)
            faults.append(Fault(location, f"`{unknown[0]}` is neither given nor defined{near}", unknown[0]))
            continue
        try:
            operands = (arranged(operand, plan.graph.shape) for operand in relation.operands)
            assumed = Relation(" ".join(relation.operators), *operands)
            assumptions(plan.graph, [*settled, assumed])
        except DeepcalcError as error:
            faults.append(Fault(location, str(error)))
        else:
            settled.append(assumed)
    return tuple(settled), faults


def added(plan: Plan, name: str, location: Location) -> list[Fault]:
    """Add what a name asks for to the plan's graph; the fault of one that stands for nothing."""
    try:
        add_asked(plan, name)
    except DeepcalcError as error:
        return [Fault(location, str(error))]
    return []

"""What each part of a problem needs, in which order, with nothing shown twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from deepcalc.graph.described import is_entry
from deepcalc.graph.graph import Graph
from deepcalc.graph.paths import MOST_PATHS, by_paths
from deepcalc.graph.quantities import Quantity
from deepcalc.notation.nodes import names_in
from deepcalc.plan import PartPlan, Plan
from deepcalc.plan.lookup import long_names
from deepcalc.plan.plan import Chain
from deepcalc.problem.problem import Problem
from deepcalc.records import record


@record
class ArrangedPart:
    """A part with what it asks for, all that this needs, and what of it no earlier part has shown.

    ``asked`` are the long names of what is asked for, each with the name by which the author asks for it.
    """

    plan: PartPlan
    asked: Mapping[str, str]
    needed: tuple[str, ...]
    steps: tuple[str, ...]


@record
class Arrangement:
    graph: Graph
    parts: tuple[ArrangedPart, ...]


def arrangement_of(problem: Problem, chosen: Collection[str] = ()) -> Arrangement:
    """Each part's steps, and the graph with its gradients written as the parts want them.

    Of ``chosen`` parts (none: all) each shows what no chosen part before it has shown.
    """
    plan = problem.plan
    asked = [_asked(plan, part) for part in problem.parts]
    rewritten: dict[str, Quantity] = {}
    settled: set[str] = set()
    for part, names in zip(problem.parts, asked, strict=True):
        by_path = (part.chain or plan.chain) is Chain.PATHS
        settled.update(_settle_gradients(plan.graph, quantities_of(plan, names), by_path, settled, rewritten))
    graph = plan.graph.with_formulas(rewritten) if rewritten else plan.graph
    seen: set[str] = set()
    found = []
    for part, names in zip(problem.parts, asked, strict=True):
        answers = quantities_of(plan, names)
        needed = graph.ancestors([*answers, *_checked(plan, names)])
        written = _written(graph, needed, {*answers})
        steps = [name for name in written if name not in seen and graph[name].given is None]
        if not chosen or part.id in chosen:
            seen.update(steps)
        found.append(ArrangedPart(part, names, tuple(needed), tuple(_in_the_authors_order(graph, steps, answers))))
    return Arrangement(graph, tuple(found))


def _written(graph: Graph, needed: Sequence[str], answers: Collection[str]) -> list[str]:
    """Those of the needed quantities that are derived, an entry of an array where the array is.

    An entry that is asked for is written in entries of what its array is made of, so the array itself is none of them,
    unless something else needs it.
    """
    if not any(is_entry(graph[name]) for name in answers):
        return list(needed)
    wanted: set[str] = set()
    stack = [*answers]
    while stack:
        name = stack.pop()
        if name in wanted:
            continue
        wanted.add(name)
        of = graph.uses(name)
        stack.extend(graph.uses(of[0]) if is_entry(graph[name]) and graph[of[0]].given is None else of)
    at = {name: index for index, name in enumerate(graph.names)}
    return sorted(wanted, key=lambda name: (at[graph.uses(name)[0]] if is_entry(graph[name]) else at[name], at[name]))


def _asked(plan: Plan, part: PartPlan) -> dict[str, str]:
    """What a part asks for, by long names, each once, with the name by which it asks."""
    found: dict[str, str] = {}
    for find in part.find:
        for name in long_names(plan, find):
            found.setdefault(name, find)
    return found


def _in_the_authors_order(graph: Graph, steps: Sequence[str], answers: Sequence[str]) -> list[str]:
    """The steps with the answers of each section as they are asked for, where one does not need the other."""
    found: list[str] = []
    place = {name: index for index, name in enumerate(answers)}
    for _, group in groupby(steps, key=lambda name: graph[name].section):
        section = list(group)
        wanted = iter(sorted((name for name in section if name in place), key=place.__getitem__))
        ordered = [next(wanted) if name in place else name for name in section]
        found += ordered if _is_possible(graph, ordered) else section
    return found


def _is_possible(graph: Graph, order: Sequence[str]) -> bool:
    """Whether nothing is used before it is derived."""
    later = set(order)
    for name in order:
        later.discard(name)
        if any(used in later for used in graph.uses(name)):
            return False
    return True


def quantities_of(plan: Plan, names: Iterable[str]) -> list[str]:
    """The quantities behind the names: a composite's components; nothing behind an item."""
    composites = {composite.name: composite for composite in plan.composites}
    found: list[str] = []
    for name in names:
        if name in composites:
            found.extend(composites[name].components)
        elif name in plan.graph:
            found.append(name)
    return found


def _checked(plan: Plan, names: Iterable[str]) -> list[str]:
    """The quantities that show that answers are right by what they do."""
    checks = (check for composite in plan.composites if composite.name in names for check in composite.checks)
    return [check.shown for check in checks if not check.tacit]


def _settle_gradients(
    graph: Graph, names: list[str], by_path: bool, settled: set[str], rewritten: dict[str, Quantity]
) -> set[str]:
    """Decide how the gradients that the names need are written, unless an earlier part has; gives back all needed."""
    needed: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name in needed:
            continue
        needed.add(name)
        adjoint = graph[name].adjoint
        if by_path and adjoint is not None and name not in settled:
            quantity = by_paths(graph, adjoint.of, adjoint.wrt)
            if quantity is not None and quantity.name == name:
                rewritten[name] = quantity
            elif quantity is None:
                note = f"more than {MOST_PATHS} paths: written by the errors of the units instead"
                rewritten[name] = replace(graph[name], note=(note,))
        stack.extend(_uses(rewritten.get(name), graph, name))
    return needed


def _uses(rewritten: Quantity | None, graph: Graph, name: str) -> Iterable[str]:
    return graph.uses(name) if rewritten is None else sorted(names_in(rewritten.definition))

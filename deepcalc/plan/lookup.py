"""The names that can be asked for: quantities, gradients, composites, items and groups of one plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import UsageError, did_you_mean, listed
from deepcalc.graph.gradients import add_gradient
from deepcalc.graph.graph import Graph, GraphError, Quantity
from deepcalc.notation.array_nodes import Item, array
from deepcalc.notation.names import (
    entry_name,
    entry_parts,
    gradient,
    gradient_parts,
    long_form,
    name_parts,
    recounted,
    shape_of_what,
)
from deepcalc.notation.nodes import Literal, Name
from deepcalc.notation.shapes import shape_text, size_node
from deepcalc.plan.plan import Plan

EVERYTHING = "all"

MOST_TOLD = 8
"""How many names of a form an error tells."""


class NoSuchEntry(UsageError):
    """An entry of an array that there is, at a place that there is not."""


def groups_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The groups that quantities declare, each with them in order; ``all`` is whatever is not given."""
    groups: dict[str, list[str]] = {EVERYTHING: []}
    for quantity in plan.graph:
        if quantity.given is None and not is_entry(quantity):
            groups[EVERYTHING].append(quantity.name)
            if quantity.group:
                groups.setdefault(quantity.group, []).append(quantity.name)
    return {name: tuple(members) for name, members in groups.items()}


def askable_groups(plan: Plan) -> dict[str, tuple[str, ...]]:
    """All groups that can be asked for: those of quantities, and the plan's further ones."""
    return {**groups_of(plan), **plan.groups}


def resolve(plan: Plan, name: str) -> tuple[str, ...]:
    """The long names of what a name asks for: several for a group, one for everything else.

    A gradient that the graph does not hold yet is added to it. ``UsageError`` names the nearest valid name.
    """
    return _resolved(plan, recounted(name, 1 - plan.symbols.count_from))


def _resolved(plan: Plan, name: str) -> tuple[str, ...]:
    """The long names of what a name asks for that counts entries from 1."""
    long = plan.aliases.get(name, long_form(name))
    long = plan.aliases.get(long, long)
    others = {composite.name for composite in plan.composites} | {item.name for item in plan.items}
    if long in plan.graph or long in others:
        return (long,)
    groups = askable_groups(plan)
    if long in groups:
        if groups[long]:
            return groups[long]
        raise UsageError(f"`{name}` is empty here: nothing is to be computed")
    inside = shape_of_what(long)
    if inside is not None:
        return (_shape(plan, inside),)
    entry = _entry(plan, long)
    if entry is not None:
        return (entry,)
    if gradient_parts(long) is not None:
        return (_derived(plan, long),)
    if long in plan.without_value:
        raise UsageError(f"`{name}` has no value here: {plan.without_value[long]}")
    raise UsageError(f"no quantity, group or item `{name}`{nearest(long, list(names_of(plan)))}")


def _shape(plan: Plan, name: str) -> str:
    """The quantity that holds the shape of an array: its sizes, in numbers or letters."""
    (of,) = _resolved(plan, name)
    if of not in plan.graph or not plan.graph.shape(of):
        raise UsageError(f"{name} is a number; only an array has a shape")
    own = f"shape({of})"
    adjoint = plan.graph[of].adjoint
    sizes = array(list(map(size_node, plan.graph.shape(of))), (len(plan.graph.shape(of)),))
    note = () if adjoint is None else ("the shape of ", Name(adjoint.wrt))
    if own not in plan.graph:
        plan.graph.add(Quantity(own, sizes, section="Shapes", note=note))
    return own


def _entry(plan: Plan, name: str) -> str | None:
    """The quantity that holds an entry of an array, which is in the graph from then on; None for another name."""
    array_name, place = entry_parts(name)
    try:
        arrays = _resolved(plan, array_name) if place else ()
    except UsageError:
        return None
    if len(arrays) != 1 or arrays[0] not in plan.graph or not plan.graph.shape(arrays[0]):
        return None
    whole = plan.graph[arrays[0]]
    own = entry_name(whole.name, place)
    if own not in plan.graph:
        sizes, typed = plan.graph.shape(whole.name), plan.symbols.written(name)
        if len(place) != len(sizes):
            numbers = "one number" if len(sizes) == 1 else f"{len(sizes)} numbers"
            raise NoSuchEntry(f"`{typed}`: an entry of {whole.name}, which is {shape_text(sizes)}, has {numbers}")
        if min(place) < 0:
            raise NoSuchEntry(f"`{typed}`: entries count from {plan.symbols.count_from}")
        formula = Item(Name(whole.name), *(Literal(str(at + 1)) for at in place))
        try:
            plan.graph.add(Quantity(own, formula, section=whole.section, group=whole.group, origin=whole.origin))
        except GraphError as error:
            reason = str(error).removeprefix(f"{own}: ")
            counted = "" if plan.symbols.count_from else "; here they count from 0"
            raise NoSuchEntry(f"`{typed}`: {reason}{counted}") from None
    return own


def is_entry(quantity: Quantity) -> bool:
    """Whether a quantity is an entry of an array, made when it was asked for by its name, ``Z.1.2``."""
    formula = quantity.formula
    return isinstance(formula, Item) and formula.args[0] == Name(entry_parts(quantity.name)[0])


def names_of(plan: Plan) -> Iterator[str]:
    """Every name that can be asked for, gradients that are still to be made apart."""
    yield from plan.graph.names
    yield from (composite.name for composite in plan.composites)
    yield from (item.name for item in plan.items)
    yield from askable_groups(plan)
    yield from plan.aliases


def nearest(name: str, known: Sequence[str]) -> str:
    """What a name may have meant: of a name with a time, a sample or components those of its form that there are.

    Where none is near to it, the names that there are at all.
    """
    form = _form(name)
    alike = [each for each in known if _form(each) == form] if form is not None else []
    if alike:
        return f"{did_you_mean(name, alike)}; of that form there {_are(alike)}"
    return did_you_mean(name, known) or (f"; there {_are(known)}" if known else "")


def _are(names: Sequence[str]) -> str:
    told = listed(names)
    if len(names) > MOST_TOLD:
        told = f"{', '.join(names[:MOST_TOLD])} and {len(names) - MOST_TOLD} more"
    return f"{'is' if len(names) == 1 else 'are'} {told}"


def _form(name: str) -> tuple[int, bool, bool] | None:
    """What stands beside the head of a name; None for one that is a head alone, or no name."""
    parts = name_parts(name)
    form = None if parts is None else (len(parts.components), parts.sample is not None, parts.time is not None)
    return None if form == (0, False, False) else form


def _at_the_time(graph: Graph, of: str, wrt: str) -> str | None:
    """The parameter at the time of a quantity that is to be derived by the parameter of another time, if it uses it."""
    above, below = name_parts(of), name_parts(wrt)
    if above is None or below is None or above.time == below.time or above.head == below.head:
        return None
    there = str(replace(below, time=above.time))
    return there if there in graph.ancestors([of]) else None


def _derived(plan: Plan, name: str) -> str:
    """The long name of a gradient, which is in the graph from then on; of a quantity its long name."""
    parts = gradient_parts(name)
    long = plan.aliases.get(name, long_form(name))
    if long in plan.graph:
        return long
    entry = _entry(plan, long)
    if entry is not None:
        return entry
    if parts is None:
        raise UsageError(f"no quantity `{name}`{nearest(long, plan.graph.names)}")
    of, wrt = (_derived(plan, part) for part in parts)
    if plan.graph[of].given is not None:
        raise UsageError(f"`{name}`: {of} is given, so it has no derivative by {wrt}")
    there = _at_the_time(plan.graph, of, wrt)
    if there is not None:
        meant = plan.aliases.get(gradient(of, there), gradient(of, there))
        raise UsageError(f"`{name}` would be taken through the updates; the gradient at that point is `{meant}`")
    add_gradient(plan.graph, gradient(of, wrt))
    return gradient(of, wrt)

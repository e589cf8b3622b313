"""The names that can be asked for: quantities, gradients, composites, items and groups of one plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deepcalc.errors import UsageError, did_you_mean, listed
from deepcalc.graph.described import (
    Described,
    EntryOf,
    GradientOf,
    Present,
    SizesOf,
    described_shape,
    is_entry,
    make,
    parts_in,
)
from deepcalc.graph.graph import Graph
from deepcalc.notation.names import (
    entry_parts,
    gradient,
    gradient_parts,
    is_identifier,
    long_form,
    name_parts,
    plain_form,
    recounted,
    shape_of_what,
)
from deepcalc.notation.shapes import Shape, ShapeError, shape_text
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


def resolve(plan: Plan, name: str) -> tuple[Described, ...]:
    """What a name asks for: several quantities for a group, one for everything else. The plan stays as it is.

    A gradient, an entry or a shape that the graph does not hold is described, to be made by :func:`add_asked`.
    ``UsageError`` names the nearest valid name; ``GraphError`` for a derivative of more than two axes.
    """
    return _resolved(plan, recounted(name, 1 - plan.symbols.count_from))


def long_names(plan: Plan, name: str) -> tuple[str, ...]:
    """The long names of what a name asks for."""
    return tuple(described.name for described in resolve(plan, name))


def add_asked(plan: Plan, name: str) -> tuple[str, ...]:
    """The long names of what a name asks for, all of which is in the plan's graph from then on.

    The errors are those of :func:`resolve`, and of :func:`deepcalc.graph.described.make`.
    """
    return tuple(make(plan.graph, described) for described in resolve(plan, name))


def _resolved(plan: Plan, name: str) -> tuple[Described, ...]:
    """What a name that counts entries from 1 asks for."""
    long = plan.aliases.get(name, long_form(name))
    long = plan.aliases.get(long, long)
    others = {composite.name for composite in plan.composites} | {item.name for item in plan.items}
    if long in plan.graph or long in others:
        return (Present(long),)
    groups = askable_groups(plan)
    if long in groups:
        if groups[long]:
            return tuple(map(Present, groups[long]))
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


def _shape(plan: Plan, name: str) -> Described:
    """The shape of an array."""
    (of,) = _resolved(plan, name)
    if not described_shape(plan.graph, of):
        raise UsageError(f"{name} is a number; only an array has a shape")
    return _if_made(plan, SizesOf(of))


def _entry(plan: Plan, name: str) -> Described | None:
    """The entry of an array; None for another name."""
    array_name, place = entry_parts(name)
    try:
        arrays = _resolved(plan, array_name) if place else ()
    except UsageError:
        return None
    sizes = described_shape(plan.graph, arrays[0]) if len(arrays) == 1 else ()
    if not sizes:
        return None
    entry = EntryOf(arrays[0], place)
    if entry.name not in plan.graph:
        _check_place(plan, name, entry, sizes)
    return _if_made(plan, entry)


def _check_place(plan: Plan, name: str, entry: EntryOf, sizes: Shape) -> None:
    """``NoSuchEntry`` where an array of such sizes has no such entry."""
    typed = plan.symbols.written(name)
    if len(entry.place) != len(sizes):
        numbers = "one number" if len(sizes) == 1 else f"{len(sizes)} numbers"
        raise NoSuchEntry(f"`{typed}`: an entry of {entry.array.name}, which is {shape_text(sizes)}, has {numbers}")
    if min(entry.place) < 0:
        raise NoSuchEntry(f"`{typed}`: entries count from {plan.symbols.count_from}")
    try:
        described_shape(plan.graph, entry)
    except ShapeError as error:
        counted = "" if plan.symbols.count_from else "; here they count from 0"
        raise NoSuchEntry(f"`{typed}`: {error.message}{counted}") from None


def _if_made(plan: Plan, described: Described) -> Described:
    """What is described; what is in the graph by now as that."""
    return Present(described.name) if described.name in plan.graph else described


def names_of(plan: Plan) -> Iterator[str]:
    """Every name that can be asked for, gradients that are still to be made apart."""
    yield from plan.graph.names
    yield from (composite.name for composite in plan.composites)
    yield from (item.name for item in plan.items)
    yield from askable_groups(plan)
    yield from plan.aliases


def nearest(name: str, known: Sequence[str]) -> str:
    """What a name may have meant: of a name with a time, a sample or components those of its form that there are.

    A name may have the number of a sample or a step beside it, ``o2`` for ``o:2`` and ``m1`` for ``m.w@1``; of one with
    a number at its end there are those with other numbers. Where none is near to it, the names that there are at all.
    """
    together = [each for each in known if _written_together(each) == plain_form(name)]
    if together:
        return f" (did you mean {' or '.join(f'`{each}`' for each in together[:MOST_TOLD])}?)"
    numbered = _numbered(name, known)
    if numbered:
        return f"{did_you_mean(name, known)}; there {_are(numbered)}"
    form = _form(name)
    alike = [each for each in known if _form(each) == form] if form is not None else []
    if alike:
        return f"{did_you_mean(name, alike)}; of that form there {_are(alike)}"
    return did_you_mean(name, known) or (f"; there {_are(known)}" if known else "")


def _numbered(name: str, known: Sequence[str]) -> list[str]:
    """The names that there are with another number at the end: ``params1``, ``params2`` for ``params9``."""
    stem = name.rstrip("0123456789")
    if stem == name or not is_identifier(name):
        return []
    return [each for each in known if each.startswith(stem) and each[len(stem) :].isdigit()]


def _written_together(name: str) -> str | None:
    """A name with sample and step beside its head: ``o2`` of ``o:2``, ``m1`` of ``m.w@1``; None without either."""
    parts = name_parts(name)
    if parts is None or (parts.sample is None and parts.time is None):
        return None
    numbers = (each for each in (parts.sample, parts.time) if each is not None)
    return plain_form(f"{parts.head}{''.join(map(str, numbers))}")


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


def _at_the_time(graph: Graph, of: Described, wrt: str) -> str | None:
    """The parameter at the time of a quantity that is to be derived by the parameter of another time, if it uses it."""
    above, below = name_parts(of.name), name_parts(wrt)
    if above is None or below is None or above.time == below.time or above.head == below.head:
        return None
    there = str(replace(below, time=above.time))
    return there if there in graph.ancestors(parts_in(graph, of)) else None


def _later(plan: Plan, of: str, wrt: str) -> list[str]:
    """The gradients at a later time of the parameter than that of the quantity: of it then, and of what is derived."""
    above, below = name_parts(of), name_parts(wrt)
    if above is None or below is None or (below.time or 0) <= (above.time or 0):
        return []
    then = str(replace(above, time=below.time))
    then = plan.aliases.get(then, then)
    found = [gradient(then, wrt)] if then in plan.graph else []
    return list(dict.fromkeys(plan.aliases.get(name, name) for name in (*found, *_last_by(plan, wrt))))


def _last_by(plan: Plan, wrt: str) -> list[str]:
    """The gradient by a parameter after updates that is made last, by which the next one goes; none of another one."""
    parts = name_parts(wrt)
    if parts is None or not parts.time:
        return []
    return [name for name in plan.graph.names if (gradient_parts(name) or ("", ""))[1] == wrt][-1:]


def _derived(plan: Plan, name: str, by: str = "") -> Described:
    """A gradient; of what it is the derivative of (``by`` something else) or by that, or an entry, or a quantity."""
    parts = gradient_parts(name)
    long = plan.aliases.get(name, long_form(name))
    if long in plan.graph:
        return Present(long)
    entry = _entry(plan, long)
    if entry is not None:
        return entry
    if parts is None:
        if long in plan.without_value:
            raise UsageError(f"`{name}` has no value here: {plan.without_value[long]}")
        there_is = [f"; the gradient by {by} is `{each}`" for each in _last_by(plan, by)]
        raise UsageError(f"no quantity `{name}`{''.join(there_is) or nearest(long, plan.graph.names)}")
    wrt = _derived(plan, parts[1])
    of = _derived(plan, parts[0], by=wrt.name)
    if of.name in plan.graph and plan.graph[of.name].given is not None:
        raise UsageError(f"`{name}`: {of.name} is given, so it has no derivative by {wrt.name}")
    _check_times(plan, name, of, wrt.name)
    found = GradientOf(of, wrt)
    described_shape(plan.graph, found)
    return _if_made(plan, found)


def _check_times(plan: Plan, name: str, of: Described, wrt: str) -> None:
    """``UsageError`` where a quantity is to be derived by a parameter of another time, with what was meant."""
    there = _at_the_time(plan.graph, of, wrt)
    if there is None:
        return
    meant = plan.aliases.get(gradient(of.name, there), gradient(of.name, there))
    later = _later(plan, of.name, wrt)
    if later:
        either = " or ".join(f"`{each}`" for each in later)
        message = f"{of.name} is computed before {wrt}; the gradient at {wrt} is {either}, at {there} `{meant}`"
        raise UsageError(f"`{name}`: {message}")
    raise UsageError(f"`{name}` would be taken through the updates; the gradient at that point is `{meant}`")

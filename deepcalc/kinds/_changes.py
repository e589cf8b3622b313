"""The changes of parameters as figures of their own, Δw, where a problem asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deepcalc.fields.types import Fields
from deepcalc.graph.graph import Graph
from deepcalc.graph.quantities import Quantity
from deepcalc.kinds._updates import timed
from deepcalc.notation.edits import terms
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import Name, minus, total
from deepcalc.notation.symbols import Forms, Symbols, superscript

CHANGE, CHANGES = "Delta", "changes"
"""The head of a change's name, and the group of all of them."""


def are_asked_for(fields: Fields) -> bool:
    """Whether a part asks for a change."""
    return any(name == CHANGES or name.startswith(f"{CHANGE}.") for name in fields.asked_for())


def change_name(parameter: str, step: int) -> str:
    return f"{CHANGE}.{parameter}@{step}"


def changes(graph: Graph, fields: Fields, parameters: Iterable[str], step: int) -> Iterator[Quantity]:
    """What an update, which is in the graph, adds to each parameter: -η·∂L/∂w, or the new value minus the old one."""
    for name in parameters if are_asked_for(fields) else ():
        new, old = graph[timed(name, step)], Name(timed(name, step - 1))
        first, *rest = terms(new.definition)
        formula = total(*rest) if first == old and rest else minus(Name(new.name), old)
        note = ("change of ", Name(name))
        at = new.origin
        yield Quantity(change_name(name, step), formula, section=new.section, group=CHANGES, note=note, origin=at)


def first_changes(graph: Graph, parameters: Iterable[str]) -> dict[str, str]:
    """The changes by the first update that a problem has, each with its parameter."""
    return {change_name(name, 1): name for name in parameters if change_name(name, 1) in graph}


def change_forms(graph: Graph, symbols: Symbols, updates: int) -> dict[str, Forms]:
    """How the changes are printed: Δw, or Δw⁽²⁾ of the second of several updates."""
    found = {}
    for name in graph.names:
        own = name_parts(name)
        if own is not None and own.head == CHANGE and own.time:
            of = symbols.forms(".".join(own.components))
            mark = "" if updates == 1 else f"({own.time})"
            latex = of.latex if not mark else f"{{{of.latex}}}^{{{mark}}}"
            found[name] = Forms(f"Δ{of.unicode}{superscript(mark)}", rf"\Delta {latex}", compound=True)
    return found


def change_aliases(fields: Fields, parameters: Iterable[str]) -> dict[str, str]:
    """The changes of the first update by their names without a time."""
    return {f"{CHANGE}.{name}": change_name(name, 1) for name in parameters} if are_asked_for(fields) else {}

"""Names taken for each other, brackets ignored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from string import ascii_letters

from deepcalc.checking.invited.forms import complement_of
from deepcalc.checking.invited.place import Place, Written
from deepcalc.notation.edits import terms
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import ONE, Call, Literal, Name, Node, Plus, Times, minus, product, total


def complement_exchanged(place: Place) -> Iterator[Written]:
    """z·a + (1 − z)·b → (1 − z)·a + z·b."""
    for inner in _complements(place):
        other = minus(ONE, inner)
        yield place.formula.xreplace({other: inner, inner: other}), inner.name


def complement_left_out(place: Place) -> Iterator[Written]:
    for inner in _complements(place):
        yield place.formula.xreplace({minus(ONE, inner): inner}), inner.name


def _complements(place: Place) -> Iterator[Name]:
    for node in place.nodes:
        inner = complement_of(node)
        if isinstance(inner, Name):
            yield inner


def neighbour_taken(place: Place) -> Iterator[Written]:
    for used in place.names:
        for other in place.neighbours(used):
            yield place.formula.xreplace({Name(used): Name(other)}), other, used


def counterpart_taken(place: Place) -> Iterator[Written]:
    for used in place.names:
        for other in place.counterparts(used):
            yield place.formula.xreplace({Name(used): Name(other)}), other, used


def step_before_taken(place: Place) -> Iterator[Written]:
    """Every value of a step in time replaced by that of the step before."""
    earlier = {Name(used): Name(before) for used in place.names if (before := _step_before(place, used)) is not None}
    if earlier:
        yield (place.formula.xreplace(earlier),)


def _step_before(place: Place, name: str) -> str | None:
    parts = name_parts(name)
    if parts is None or not parts.time:
        return None
    earlier = (str(replace(parts, time=time)) for time in (parts.time - 1, None))
    return next((each for each in earlier if place.comes_after(each)), None)


def within_brackets(place: Place) -> Iterator[Written]:
    """a·b + c → a·(b + c)."""
    for node in place.nodes:
        if isinstance(node, Plus) and len(node.args) == 2 and isinstance(node.args[0], Times):
            *front, last = node.args[0].args
            yield (place.formula.xreplace({node: product(*front, Plus(last, node.args[1]))}),)


def without_brackets(place: Place) -> Iterator[Written]:
    """(a + b)·c → a + b·c, and c·(a + b) → c·a + b."""
    for node in place.nodes:
        if isinstance(node, Times):
            first, last = node.args[0], node.args[-1]
            if isinstance(first, Plus) and first.args[0] != ONE:
                written = total(*first.args[:-1], product(first.args[-1], *node.args[1:]))
                yield (place.formula.xreplace({node: written}),)
            if isinstance(last, Plus) and last.args[0] != ONE:
                written = total(product(*node.args[:-1], last.args[0]), *last.args[1:])
                yield (place.formula.xreplace({node: written}),)


def names_swapped(place: Place) -> Iterator[Written]:
    known = [used for used in place.forward_names if not _is_zero(place, used)]
    for one, other in combinations(known, 2):
        yield place.formula.xreplace({Name(one): Name(other), Name(other): Name(one)}), one, other


def _is_zero(place: Place, name: str) -> bool:
    """Whether 0 is given, as for a state at the beginning, which is mistaken for nothing."""
    given = place.graph[name].given
    return isinstance(given, Literal) and given.value == 0


def stage_skipped(place: Place) -> Iterator[Written]:
    """z taken where h = f(z) is meant, x where x + y is."""
    for used in (each for each in place.forward_names if place.graph[each].given is None):
        formula = place.graph[used].formula
        before = (
            formula.arguments[0] if isinstance(formula, Call) else terms(formula)[0] if formula is not None else None
        )
        if isinstance(before, Name) and before != formula:
            yield place.formula.xreplace({Name(used): before}), before.name, used


def other_letter_taken(place: Place) -> Iterator[Written]:
    """wz for wr: given names that differ in their last letter."""
    for used in place.forward_names:
        if len(used) > 1 and place.graph[used].given is not None:
            for other in (used[:-1] + letter for letter in ascii_letters if letter != used[-1]):
                if place.comes_after(other) and place.graph[other].given is not None:
                    yield place.formula.xreplace({Name(used): Name(other)}), other, used


def product_for_sum(place: Place, node: Node) -> Node | None:
    are_names = isinstance(node, Plus) and all(isinstance(term, Name) for term in node.args)
    return product(*node.args) if are_names else None


def sum_for_product(place: Place, node: Node) -> Node | None:
    are_names = isinstance(node, Times) and not place.is_derivative and all(isinstance(f, Name) for f in node.args)
    return total(*node.args) if are_names else None

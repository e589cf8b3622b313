"""Names taken for each other, brackets ignored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from string import ascii_letters, digits

from deepcalc.checking.invited.forms import complement_of, is_square, net_input_of
from deepcalc.checking.invited.place import Place, Written
from deepcalc.notation.edits import terms, unsigned
from deepcalc.notation.names import name_parts
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    minus,
    names_in,
    negative,
    product,
    total,
)


def complement_exchanged(place: Place) -> Iterator[Written]:
    """z·a + (1 − z)·b → (1 − z)·a + z·b."""
    for inner in _complements(place):
        other = minus(ONE, inner)
        exchanged = place.formula.xreplace({other: inner, inner: other})
        if exchanged != place.formula.xreplace({other: inner}):
            yield exchanged, inner


def complement_left_out(place: Place) -> Iterator[Written]:
    for inner in _complements(place):
        yield place.formula.xreplace({minus(ONE, inner): inner}), inner


def _complements(place: Place) -> Iterator[Name | Power]:
    for node in place.nodes:
        inner = complement_of(node)
        if isinstance(inner, Name) or (isinstance(inner, Power) and not is_square(inner)):
            yield inner


def neighbour_taken(place: Place) -> Iterator[Written]:
    for used in place.names:
        for other in place.neighbours(used):
            yield place.formula.xreplace({Name(used): Name(other)}), other, used


def counterpart_taken(place: Place) -> Iterator[Written]:
    for used in place.names:
        for other in place.counterparts(used):
            yield place.formula.xreplace({Name(used): Name(other)}), other, used


def of_another_taken(place: Place) -> Iterator[Written]:
    """The gradient of one parameter in place of another's."""
    for used in place.names:
        for other in place.of_another(used):
            yield place.formula.xreplace({Name(used): Name(other)}), other, used


def neighbours_weights_taken(place: Place) -> Iterator[Written]:
    """x1·a3 + x2·b3 + c2 for x1·a2 + x2·b2 + c2: in every product the factor of the unit beside."""
    net = net_input_of(place.formula)
    products = [unsigned(term) for term in terms(net) if isinstance(unsigned(term), Times)]
    if len(products) < 2:
        return
    given = [each for each in names_in(*products) if place.graph[each].given is not None]
    for exchanged in _shifted_together(place, given):
        if all(len(exchanged.keys() & set(map(Name, names_in(each)))) == 1 for each in products):
            yield (place.formula.xreplace({node: node.xreplace(exchanged) for node in products}),)


def _shifted_together(place: Place, names: Sequence[str]) -> Iterator[dict[Name, Name]]:
    """Names with their neighbours, all one way: those of which all that differ in digits alone have one there."""
    found: dict[tuple[int, int], dict[str, str]] = {}
    for used in names:
        for other in place.neighbours(used):
            apart = [at for at, (one, another) in enumerate(zip(used, other, strict=False)) if one != another]
            if len(other) == len(used) and len(apart) == 1:
                at = apart[0]
                found.setdefault((at - len(used), ord(other[at]) - ord(used[at])), {})[used] = other
    for beside in found.values():
        staying = {_stem(used) for used in names if used not in beside}
        yield {Name(used): Name(other) for used, other in beside.items() if _stem(used) not in staying}


def _stem(name: str) -> str:
    return name.rstrip(digits)


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


def without_fraction_bar(place: Place) -> Iterator[Written]:
    """a − b/c in place of (a − b)/c, and a/b + c in place of a/(b + c)."""
    for node in place.nodes if not place.is_derivative else ():
        if isinstance(node, Over):
            above, below = node.args
            if isinstance(above, Plus):
                last = above.args[-1]
                over = negative(Over(last.args[0], below)) if isinstance(last, Negative) else Over(last, below)
                yield (place.formula.xreplace({node: total(*above.args[:-1], over)}),)
            if isinstance(below, Plus):
                yield (place.formula.xreplace({node: total(Over(above, below.args[0]), *below.args[1:])}),)


def names_swapped(place: Place) -> Iterator[Written]:
    known = [used for used in place.forward_names if not _is_zero(place, used)]
    for one, other in combinations(known, 2):
        yield place.formula.xreplace({Name(one): Name(other), Name(other): Name(one)}), one, other


def _is_zero(place: Place, name: str) -> bool:
    """Whether 0 is given, as for a state at the beginning, which is mistaken for nothing."""
    given = place.graph[name].given
    return isinstance(given, Literal) and given.value == 0


def stages_skipped(place: Place) -> Iterator[Written]:
    """Every h = f(z) of a sum replaced by its z."""
    skipped = {Name(used): Name(before) for _, before, used in stage_skipped(place)}
    if len(skipped) > 1:
        yield (place.formula.xreplace(skipped),)


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
    is_product = isinstance(node, Times) and not place.is_derivative
    return total(*node.args) if is_product and all(isinstance(part, Name | Call) for part in node.args) else None

"""A sign, a term, a factor, a number before or behind a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from deepcalc.checking.invited.forms import unsigned
from deepcalc.checking.invited.place import Place, Written
from deepcalc.graph.gradients import opposite
from deepcalc.notation.edits import terms, with_term, without_term
from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Literal,
    Over,
    Plus,
    Times,
    negative,
    product,
)


def opposite_result(place: Place) -> Iterator[Written]:
    """−(a·b), and b − a for a − b."""
    yield (opposite(place.formula) if isinstance(place.formula, Plus) else negative(place.formula),)


def term_turned(place: Place) -> Iterator[Written]:
    summed = terms(place.formula)
    for index, term in enumerate(summed if len(summed) > 1 else ()):
        yield (with_term(place.formula, index, negative(term)),)


def path_left_out(place: Place) -> Iterator[Written]:
    if place.is_derivative:
        yield from _without_terms(place.formula)


def term_left_out(place: Place) -> Iterator[Written]:
    """A term of the outermost sum, and of any sum inside."""
    if not place.is_derivative:
        yield from _without_terms(place.formula)
    for node in place.nodes[1:]:
        if isinstance(node, Plus) and node.args[0] != ONE:
            for (kept,) in _without_terms(node):
                yield (place.formula.xreplace({node: kept}),)


def _without_terms(formula: Any) -> Iterator[Written]:
    summed = terms(formula)
    for index in range(len(summed) if len(summed) > 1 else 0):
        yield (without_term(formula, index),)


def link_left_out(place: Place) -> Iterator[Written]:
    """The derivative from behind left out of a term of a derivative."""
    if place.is_derivative:
        yield from _without_factors(place, place.is_link)


def factor_left_out(place: Place) -> Iterator[Written]:
    yield from _without_factors(place, lambda factor: not place.is_link(factor))


def _without_factors(place: Place, is_dropped: Callable[[Any], bool]) -> Iterator[Written]:
    for node in place.nodes:
        if isinstance(node, Times):
            for index, factor in enumerate(node.args):
                if is_dropped(factor):
                    kept = product(*node.args[:index], *node.args[index + 1 :])
                    yield (place.formula.xreplace({node: kept}),)


def doubled(place: Place) -> Iterator[Written]:
    if place.is_answer or place.is_derivative:
        yield (product(TWO, place.formula),)


def halved(place: Place) -> Iterator[Written]:
    if place.is_answer or place.is_derivative:
        yield (Over(place.formula, TWO),)


def averaged(place: Place) -> Iterator[Written]:
    summed = terms(unsigned(place.formula))
    if len(summed) > 1 and not place.is_derivative:
        yield (Over(place.formula, Literal(str(len(summed)))),)

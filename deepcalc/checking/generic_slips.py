"""Mistakes that any formula invites: a sign, a term or factor left out, a quotient turned over, two numbers swapped.

They are made from the graph alone, for problems of every kind. Two more are of the answer itself, whatever it was
computed from: two digits transposed, and a wrong power of ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, islice, pairwise
from typing import Any

from deepcalc.graph.graph import Graph
from deepcalc.notation.edits import changed, factors, terms, with_term, without_term
from deepcalc.notation.nodes import ZERO, Literal, Name, Negative, Over, Times, names_in, negative, nodes_in, product
from deepcalc.plan import Slip

MOST_STEPS = 2
"""A slip is looked for in the answer's own formula and in those so many steps before it."""

MOST_SLIPS = 60

_SHIFTS = [Fraction(10) ** shift for shift in (-3, -2, -1, 1, 2, 3)]


def generic_slips(graph: Graph, name: str) -> Iterator[Slip]:
    """The slips in the formulas on the way to a quantity, the nearest ones first."""
    return islice((slip for each in _on_the_way(graph, name) for slip in _slips_in(graph, each)), MOST_SLIPS)


def _on_the_way(graph: Graph, name: str) -> list[str]:
    found = {name: None}
    last = [name]
    for _ in range(MOST_STEPS):
        last = [used for each in last for used in graph.uses(each) if graph[used].given is None and used not in found]
        found.update(dict.fromkeys(last))
    return [each for each in found if graph[each].given is None]


def _slips_in(graph: Graph, name: str) -> Iterator[Slip]:
    formula = graph[name].formula
    seen = {formula, ZERO}
    for key, message, other in _changes(graph, formula):
        if other not in seen:
            seen.add(other)
            yield Slip(key, message, {name: other})


def _changes(graph: Graph, formula: Any) -> Iterator[tuple[str, str, Any]]:
    summed = terms(formula)
    yield "sign", "the opposite sign", negative(formula)
    if len(summed) > 1:
        for index, term in enumerate(summed):
            yield "sign", "the sign of a term turned", with_term(formula, index, negative(term))
            yield "term-left-out", "a term left out", without_term(formula, index)
    for index, term in enumerate(summed):
        for other in _without_factors(term):
            yield "factor-left-out", "a factor left out", with_term(formula, index, other)
    for part in nodes_in(formula):
        if isinstance(part, Over):
            turned = Over(part.args[1], part.args[0])
            yield "turned-over", "a division turned over", changed(formula, {part: turned}.get)
    givens = [used for used in names_in(formula) if _is_nonzero(graph[used].given)]
    for one, other in combinations(givens, 2):
        swapped = formula.xreplace({Name(one): Name(other), Name(other): Name(one)})
        yield "swapped", f"{one} and {other} swapped", swapped


def _is_nonzero(given: Literal | None) -> bool:
    """Whether a number is given that can be mistaken for another one; a state that begins at 0 is none."""
    return given is not None and given.value != 0


def _without_factors(term: Any) -> Iterator[Any]:
    if isinstance(term, Negative):
        yield from map(negative, _without_factors(term.args[0]))
    elif isinstance(term, Times):
        parts = factors(term)
        for index in range(len(parts)):
            yield product(*parts[:index], *parts[index + 1 :])


def has_digits_transposed(given: Fraction, half_unit: Fraction, truth: Fraction) -> bool:
    """Whether the number becomes the true one when two digits side by side change places."""
    unit = 2 * half_unit
    if not unit or (given / unit).denominator != 1:
        return False
    digits = str(abs(given / unit))
    for i, (left, right) in enumerate(pairwise(digits)):
        other = int(digits[:i] + right + left + digits[i + 2 :]) * unit
        if left != right and abs((other if given > 0 else -other) - truth) <= half_unit:
            return True
    return False


def has_point_shifted(given: Fraction, half_unit: Fraction, truth: Fraction) -> bool:
    """Whether the number is the true one times a power of ten."""
    return any(abs(given * shift - truth) <= half_unit * shift for shift in _SHIFTS)

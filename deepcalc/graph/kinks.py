"""Kinks of formulas: where a case distinction or a function changes, and on which side of each a point lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from deepcalc.errors import DeepcalcError
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.array_nodes import Prime
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.grids import AnyValue, Grid
from deepcalc.notation.nodes import Call, Cases, Name, Node, Relation, minus, nodes_in

Sides = tuple[frozenset[int], ...]
"""For each kink the signs of what changes its sign there: one of a number, several of an array."""


def kinks_in(formulas: Iterable[Node | None]) -> list[Node]:
    """What changes its sign at a kink of the formulas, each once."""
    return list(dict.fromkeys(kink for formula in formulas if formula is not None for kink in _kinks(formula)))


def _kinks(formula: Node) -> Iterator[Node]:
    for node in nodes_in(formula):
        if isinstance(node, Relation):
            yield from (minus(left, right) for left, right in pairwise(node.operands))
        elif isinstance(node, Prime):
            yield node.arguments[0]
        elif isinstance(node, Call) and node.function in ("max", "min"):
            yield from (minus(left, right) for left, right in pairwise(node.arguments))
        elif isinstance(node, Call) and _has_kink(node.function):
            yield node.arguments[0]


def _has_kink(function: str) -> bool:
    """Whether the derivative of a function of one argument is by cases."""
    row, names = FUNCTIONS[function], [Name("x"), Name("y")]
    return isinstance(row.derivative(names[: row.arity], Name("f"), 0), Cases)


def sides_of(kinks: Sequence[Node], value: Callable[[Node], AnyValue]) -> Sides:
    """On which sides of the kinks it is, by the values of expressions; none of a kink where there is no value."""
    return tuple(frozenset(_signs(value, kink)) for kink in kinks)


def _signs(value: Callable[[Node], AnyValue], kink: Node) -> Iterator[int]:
    try:
        found = value(kink)
    except DeepcalcError:
        return
    for entry in found.entries if isinstance(found, Grid) else [found]:
        number = to_fraction(entry)
        yield (number > 0) - (number < 0)

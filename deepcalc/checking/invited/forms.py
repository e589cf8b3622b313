"""What a part of a formula is: a square, a call of a function, 1 − x, a whole number."""

from __future__ import annotations

from typing import Any

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Call, Literal, Negative, Plus, Power


def unsigned(term: Any) -> Any:
    return term.args[0] if isinstance(term, Negative) else term


def is_square(node: Any) -> bool:
    return isinstance(node, Power) and node.args[1] == TWO


def is_call(node: Any, *functions: str) -> bool:
    return isinstance(node, Call) and node.function in functions


def complement_of(node: Any) -> Any:
    """The x of 1 − x; None for anything else."""
    is_complement = isinstance(node, Plus) and len(node.args) == 2 and node.args[0] == ONE
    return node.args[1].args[0] if is_complement and isinstance(node.args[1], Negative) else None


def is_integer(node: Any, least: int) -> bool:
    """Whether a whole number of at least that size is written."""
    return isinstance(node, Literal) and node.exact and node.value.denominator == 1 and node.value >= least

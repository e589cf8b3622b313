"""Steps that a number makes trivial: factors that vanish, and kinks beyond which everything is 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.errors import ValueOutOfReach
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.nodes import ZERO, Call, Cases, Node, Over, Power, Times, Value, nodes_in

_KINKED = frozenset({"relu", "max"})


def vanishes(factor: Node, values: Mapping[str, Value], up_to: float = 0) -> bool:
    """Whether a factor is 0, or ``up_to`` so far from it, as far as it has a value."""
    try:
        return bool(abs(value_of(factor, values)) <= up_to)
    except ValueOutOfReach:
        return False


def multiplied_in(formula: Node) -> Iterator[Node]:
    """Everything that multiplies or is divided in a formula, or is raised to a power."""
    for node in nodes_in(formula):
        if isinstance(node, Times | Over):
            yield from node.args
        elif isinstance(node, Power):
            yield node.args[0]


def has_kink(formula: Node) -> bool:
    """Whether ReLU is in it, or the cases of its derivative: a condition on which side of 0 something lies."""
    return any(map(_is_kink, nodes_in(formula)))


def _is_kink(node: object) -> bool:
    if isinstance(node, Call):
        return node.function in _KINKED
    return isinstance(node, Cases) and any(ZERO in condition.operands for _, condition in node.branches)

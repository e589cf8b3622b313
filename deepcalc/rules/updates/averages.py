"""Averages of gradients and of their squares, as the methods' lines have them."""

from __future__ import annotations

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import ONE, Name, Node, Over, Plus, Power, Times, minus
from deepcalc.rules.updates.moment import FormulaAt, Moment


def squared(node: Node) -> Node:
    return Power(node, TWO)


def average(head: str, coefficient: Name, of: FormulaAt) -> FormulaAt:
    """The exponentially decaying average: coefficient·(before) + (1 - coefficient)·(new)."""
    return lambda at: Plus(Times(coefficient, at.before(head)), Times(minus(ONE, coefficient), of(at)))


def own_gradient(at: Moment) -> Node:
    return at.gradient


def squared_gradient(at: Moment) -> Node:
    return squared(at.gradient)


def corrected(head: str, coefficient: Name) -> FormulaAt:
    return lambda at: Over(at.now(head), minus(ONE, Power(coefficient, at.step)))

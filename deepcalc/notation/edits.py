"""Small changes to a written expression: a term or a factor left out, a sign turned, a root taken off.

Each gives a new expression and leaves the rest as it is written. What is not there to be changed gives the
expression itself, so that a change can be tried anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Times,
    negative,
    nodes_in,
    number,
    product,
    total,
)

Change = Callable[[Node], Node | None]
"""A node → what stands in its place, or None where it stays."""


def changed(node: Node, change: Change) -> Node:
    """The expression with every node for which ``change`` gives another one replaced; the outermost ones first."""
    replacements = {part: new for part in nodes_in(node) if (new := change(part)) is not None}
    return node.xreplace(replacements) if replacements else node


def terms(node: Node | None) -> tuple[Node, ...]:
    """The terms of a sum; of any other expression it alone, of none no term."""
    return node.args if isinstance(node, Plus) else () if node is None else (node,)


def factors(node: Node | None) -> tuple[Node, ...]:
    """The factors of a product; of any other expression it alone, of none no factor."""
    return node.args if isinstance(node, Times) else () if node is None else (node,)


def unsigned(term: Node) -> Node:
    """The term without the minus before it."""
    return term.args[0] if isinstance(term, Negative) else term


def argument(call: Node) -> Node:
    """What a function of one argument is applied to."""
    assert isinstance(call, Call)
    return call.arguments[0]


def without_term(node: Node, index: int) -> Node:
    """The sum without one of its terms."""
    kept = terms(node)
    return total(*kept[:index], *kept[index + 1 :])


def with_term(node: Node, index: int, term: Node) -> Node:
    """The sum with another term in the place of one."""
    kept = terms(node)
    return total(*kept[:index], term, *kept[index + 1 :])


def without_factor(node: Node, factor: Node) -> Node:
    """The term without a factor; the sign before it stays."""
    if isinstance(node, Negative):
        return negative(without_factor(node.args[0], factor))
    if node == factor:
        return ONE
    if not isinstance(node, Times) or factor not in node.args:
        return node
    index = node.args.index(factor)
    return product(*node.args[:index], *node.args[index + 1 :])


def rescaled(node: Node, ratio: Fraction) -> Node:
    """The product with its number multiplied by a ratio: ``2/3*(o - t)`` times 3/2 is ``o - t``."""
    if isinstance(node, Negative):
        return negative(rescaled(node.args[0], ratio))
    first, *others = factors(node)
    coefficient = _as_fraction(first)
    if coefficient is None:
        return product(number(ratio), node)
    return product(number(coefficient * ratio), *others)


def with_signs_in_front(node: Node) -> Node:
    """``w - eta*(-g)`` as ``w + eta*g``: the minus of a factor before its product, an even power without it."""
    if not node.args or isinstance(node, Literal):
        return node
    args = [with_signs_in_front(part) if isinstance(part, Node) else part for part in node.args]
    if isinstance(node, Negative):
        return negative(args[0])
    if isinstance(node, Power) and isinstance(args[0], Negative) and args[1] == TWO:
        return Power(args[0].args[0], TWO)
    if isinstance(node, Times):
        kept = Times(*map(unsigned, args))
        return Negative(kept) if sum(isinstance(each, Negative) for each in args) % 2 else kept
    return node.func(*args)


def _as_fraction(node: Node) -> Fraction | None:
    """The number that is written, as ``2`` or ``2/3``; None for anything else."""
    if isinstance(node, Literal) and node.exact:
        return Fraction(node.value)
    if isinstance(node, Over):
        top, bottom = node.args
        if isinstance(top, Literal) and isinstance(bottom, Literal) and top.exact and bottom.exact:
            return Fraction(top.value) / Fraction(bottom.value)
    return None

"""Typical mistakes in activation functions, their derivatives, and the softmax."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deepcalc.graph.graph import Graph
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Name, Negative, minus, product
from deepcalc.plan import Plan, Slip
from deepcalc.rules.activation_mistakes import value_mistakes
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX
from deepcalc.rules.slope_mistakes import slope_mistakes
from deepcalc.rules.softmax_mistakes import softmax_mistakes

if TYPE_CHECKING:
    from deepcalc.kinds.activation.fields import ActivationFields

Pairs = Sequence[tuple[str, str]]
"""The names of each point and of the value there."""


def slips(fields: ActivationFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an activation problem."""
    points = list(fields.points)
    for letter, function in fields.functions.items():
        pairs = list(zip(points, fields.names(letter), strict=True))
        if function == SOFTMAX:
            yield from _of_softmax(plan.graph, pairs)
            continue
        row, own = ACTIVATIONS[function], fields.number(function)
        for each in value_mistakes(row):
            yield Slip(each.key, each.message, {a: each.at(z, a, own) for z, a in pairs})
        for each in slope_mistakes(row):
            yield Slip(each.key, each.message, {gradient(a, z): each.at(z, a, own) for z, a in pairs})


def _of_softmax(graph: Graph, pairs: Pairs) -> Iterator[Slip]:
    for key, message, shares in softmax_mistakes([Name(z) for z, _ in pairs]):
        yield Slip(key, message, {a: share for (_, a), share in zip(pairs, shares, strict=True)})
    yield from _of_jacobian(graph, pairs)


def _of_jacobian(graph: Graph, pairs: Pairs) -> Iterator[Slip]:
    """Off the diagonal the sign or the other factor; on it the factor 1 − p."""
    entries = {gradient(p, z): (p, q, p == q) for _, p in pairs for z, q in pairs if gradient(p, z) in graph}
    if not entries:
        return
    formulas = {name: product(Name(p), Name(q)) for name, (p, q, diagonal) in entries.items() if not diagonal}
    yield Slip("jacobian-sign", "the minus of −p_i·p_j forgotten", formulas)
    formulas = {
        name: product(Name(p), minus(ONE, Name(q))) for name, (p, q, diagonal) in entries.items() if not diagonal
    }
    yield Slip("jacobian-diagonal", "p_i·(1 − p_j) off the diagonal, where −p_i·p_j is meant", formulas)
    own = {name: product(Name(p), minus(ONE, Name(p))) for name, (p, _, diagonal) in entries.items() if not diagonal}
    yield Slip("jacobian-diagonal", "p_i·(1 − p_i) off the diagonal, where −p_i·p_j is meant", own)
    of_other = {
        name: product(Name(q), minus(ONE, Name(q))) for name, (_, q, diagonal) in entries.items() if not diagonal
    }
    yield Slip("jacobian-diagonal", "p_j·(1 − p_j) off the diagonal, where −p_i·p_j is meant", of_other)
    zeros = {name: ZERO for name, (*_, diagonal) in entries.items() if not diagonal}
    yield Slip("jacobian-zero", "0 off the diagonal, as if each value were of its own score alone", zeros)
    formulas = {name: Negative(product(Name(p), Name(q))) for name, (p, q, diagonal) in entries.items() if diagonal}
    yield Slip("jacobian-diagonal", "−p_i² on the diagonal, where p_i·(1 − p_i) is meant", formulas)

"""Typical mistakes in activation functions, their derivatives, and the softmax."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deepcalc.graph.graph import Graph
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Power,
    Times,
    minus,
    number,
    product,
    total,
)
from deepcalc.plan import Plan, Slip
from deepcalc.rules.activation_mistakes import value_mistakes
from deepcalc.rules.activations import ACTIVATIONS, SOFTMAX
from deepcalc.rules.slope_mistakes import slope_mistakes

if TYPE_CHECKING:
    from deepcalc.kinds.activation.fields import ActivationFields

Pairs = Sequence[tuple[str, str]]
"""The names of each point and of the value there."""

Share = Callable[[Sequence[Node], Sequence[Node], int], Node]


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
    points = [Name(z) for z, _ in pairs]
    powers = [Call("exp", z) for z in points]
    for key, message, write in _OF_SOFTMAX if len(points) > 1 else ():
        formulas = {a: write(points, powers, index) for index, (_, a) in enumerate(pairs)}
        yield Slip(key, message, formulas)
    yield from _of_jacobian(graph, pairs)


def _largest(points: Sequence[Node]) -> Node:
    return Call("max", *points)


def _by_base(base: str) -> Share:
    """Powers of another base in place of e."""
    return lambda z, e, k: Over(Power(Literal(base), z[k]), total(*(Power(Literal(base), each) for each in z)))


def _squares(nodes: Sequence[Node]) -> Node:
    return total(*(Power(each, TWO) for each in nodes))


_OF_SOFTMAX: Sequence[tuple[str, str, Share]] = (
    ("not-normalised", "not divided by the sum", lambda z, e, k: e[k]),
    ("no-exponential", "no exponentials taken", lambda z, e, k: Over(z[k], total(*z))),
    ("not-in-the-sum", "its own term left out of the sum",
     lambda z, e, k: Over(e[k], total(*(each for each in e if each != e[k])))),
    ("sigmoid-for-softmax", "the sigmoid of each in place of the softmax", lambda z, e, k: Call("sigmoid", z[k])),
    ("by-the-largest", "divided by the largest of the exponentials, not by their sum",
     lambda z, e, k: Over(e[k], _largest(e))),
    ("by-the-largest", "divided by the largest score, no exponentials taken", lambda z, e, k: Over(z[k], _largest(z))),
    ("shifted-above", "the largest score taken off above the line alone",
     lambda z, e, k: Over(Call("exp", minus(z[k], _largest(z))), total(*e))),
    ("shifted-below", "the largest score taken off below the line alone",
     lambda z, e, k: Over(e[k], total(*(Call("exp", minus(each, _largest(z))) for each in z)))),
    ("other-base", "powers of 2 in place of exponentials", _by_base("2")),
    ("other-base", "powers of 10 in place of exponentials", _by_base("10")),
    ("exponent-sign", "the signs of the exponents turned",
     lambda z, e, k: Over(Call("exp", Negative(z[k])), total(*(Call("exp", Negative(each)) for each in z)))),
    ("logarithm", "its logarithm", lambda z, e, k: Call("log", Over(e[k], total(*e)))),
    ("mean-for-sum", "divided by the mean of the exponentials, not by their sum",
     lambda z, e, k: Over(Times(number(len(z)), e[k]), total(*e))),
    ("number-for-sum", "divided by how many there are, not by the sum", lambda z, e, k: Over(e[k], number(len(z)))),
    ("hard-maximum", "1 for the largest score and 0 for the others",
     lambda z, e, k: Call("step", minus(z[k], _largest(z)))),
    ("squares-for-powers", "the squares of the scores in place of exponentials",
     lambda z, e, k: Over(Power(z[k], TWO), _squares(z))),
    ("absolute-for-powers", "the absolute values of the scores in place of exponentials",
     lambda z, e, k: Over(Call("abs", z[k]), total(*(Call("abs", each) for each in z)))),
    ("norm-for-sum", "the scores divided by their Euclidean norm",
     lambda z, e, k: Over(z[k], Call("sqrt", _squares(z)))),
    ("norm-for-sum", "divided by the Euclidean norm of the exponentials, not by their sum",
     lambda z, e, k: Over(e[k], Call("sqrt", _squares(e)))),
    ("min-max", "(z − min)/(max − min) in place of the softmax",
     lambda z, e, k: Over(minus(z[k], Call("min", *z)), minus(_largest(z), Call("min", *z)))),
    ("complement", "1 − p in place of p", lambda z, e, k: minus(ONE, Over(e[k], total(*e)))),
    ("equal-shares", "the same share for each", lambda z, e, k: Over(ONE, number(len(z)))),
    ("one-added", "1 added to the sum, as below a sigmoid", lambda z, e, k: Over(e[k], total(ONE, *e))),
    ("product-for-sum", "divided by the product of the exponentials, not by their sum",
     lambda z, e, k: Over(e[k], Times(*e))),
)  # fmt: skip
"""What is taken for a softmax: from the scores, their exponentials, and the place of the one that is meant."""


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

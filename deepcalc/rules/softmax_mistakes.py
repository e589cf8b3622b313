"""Typical mistakes in a softmax: what is taken in place of each share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from deepcalc.notation.functions import TWO
from deepcalc.notation.nodes import (
    ONE,
    Call,
    Literal,
    Negative,
    Node,
    Over,
    Power,
    Times,
    minus,
    number,
    total,
)

Share = Callable[[Sequence[Node], Sequence[Node], int], Node]
"""From the scores, their exponentials, and the place of the one that is meant."""


def softmax_mistakes(scores: Sequence[Node]) -> Iterator[tuple[str, str, Sequence[Node]]]:
    """Each by its key, with how it is said and the shares that are taken; none of a single score."""
    powers = [Call("exp", z) for z in scores]
    for key, message, write in _MISTAKES if len(scores) > 1 else ():
        yield key, message, [write(scores, powers, place) for place in range(len(scores))]


def _largest(points: Sequence[Node]) -> Node:
    return Call("max", *points)


def _by_base(base: str) -> Share:
    """Powers of another base in place of e."""
    return lambda z, e, k: Over(Power(Literal(base), z[k]), total(*(Power(Literal(base), each) for each in z)))


def _squares(nodes: Sequence[Node]) -> Node:
    return total(*(Power(each, TWO) for each in nodes))


_MISTAKES: Sequence[tuple[str, str, Share]] = (
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

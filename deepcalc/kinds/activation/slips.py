"""Typical mistakes in activation functions, their derivatives, and the softmax."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deepcalc.graph.graph import Graph
from deepcalc.notation.functions import TWO
from deepcalc.notation.names import gradient
from deepcalc.notation.nodes import ONE, ZERO, Call, Name, Negative, Over, Plus, Power, minus, product, total
from deepcalc.plan import Plan, Slip
from deepcalc.rules.activations import SOFTMAX

if TYPE_CHECKING:
    from deepcalc.kinds.activation.fields import ActivationFields

Pairs = Sequence[tuple[str, str]]
"""The names of each point and of the value there."""

Mistake = tuple[str, str, Callable[[Any, Any], Any]]
"""Key, message, and the mistaken formula in the point and the value there."""


def _listed() -> Mapping[str, tuple[Sequence[Mistake], Sequence[Mistake]]]:
    """By function: the mistakes in its value, and those in its derivative."""
    kept = ("unchanged-below-zero", "the negative value kept", lambda z, a: z)
    magnitude = ("absolute-value", "the absolute value taken", lambda z, a: Call("abs", z))
    cut = ("slope-forgotten", "0 below 0, as of ReLU", lambda z, a: Call("relu", z))
    one = ("derivative-is-one", "1 on both sides of 0", lambda z, a: ONE)
    at_net_input = "the net input put in for the value in the derivative"
    return {
        "sigmoid": (
            [("exponent-sign", "e^z in place of e^−z", lambda z, a: Over(ONE, Plus(ONE, Call("exp", z)))),
             ("tanh-for-sigmoid", "tanh in place of the sigmoid", lambda z, a: Call("tanh", z))],
            [("derivative-elsewhere", at_net_input, lambda z, a: product(z, minus(ONE, z))),
             ("derivative-factor", "the factor 1 − a left out of the derivative", lambda z, a: a)],
        ),
        "tanh": (
            [("sigmoid-for-tanh", "the sigmoid in place of tanh", lambda z, a: Call("sigmoid", z)),
             ("exponent-half", "tanh of z/2", lambda z, a: Call("tanh", Over(z, TWO)))],
            [("derivative-elsewhere", at_net_input, lambda z, a: minus(ONE, Power(z, TWO))),
             ("square-forgotten", "the square forgotten in 1 − a²", lambda z, a: minus(ONE, a)),
             ("sigmoid-for-tanh", "the sigmoid's derivative, a·(1 − a)", lambda z, a: product(a, minus(ONE, a)))],
        ),
        "relu": (
            [kept, magnitude],
            [("derivative-is-one", "1 on both sides of 0", lambda z, a: ONE),
             ("value-for-derivative", "the value in place of the derivative", lambda z, a: a)],
        ),
        "leaky_relu": (
            [kept, ("slope-forgotten", "0 below 0, as of ReLU", lambda z, a: Call("relu", z)), magnitude],
            [("derivative-is-one", "1 on both sides of 0", lambda z, a: ONE),
             ("slope-forgotten", "0 below 0, as of ReLU", lambda z, a: Over(Call("relu", z), z)),
             ("value-for-derivative", "the value in place of the derivative", lambda z, a: a)],
        ),
        "elu": ([kept, cut], [one, ("shift-forgotten", "a alone below 0, where a + α is meant", lambda z, a: a)]),
        "selu": ([kept, cut], [one]),
        "swish": (
            [("sigmoid-alone", "the sigmoid alone, not times z", lambda z, a: Call("sigmoid", z))],
            [("product-rule", "the second term of the product rule left out, so that σ(z) stands alone",
              lambda z, a: Call("sigmoid", z)),
             ("derivative-of-sigmoid", "the sigmoid's derivative alone", lambda z, a: product(
                 Call("sigmoid", z), minus(ONE, Call("sigmoid", z))))],
        ),
        "softplus": (
            [("no-exponential", "log(1 + z) in place of log(1 + e^z)", lambda z, a: Call("log", Plus(ONE, z))),
             cut],
            [("sigmoid-turned", "1 − σ(z) in place of σ(z)", lambda z, a: Call("sigmoid", Negative(z)))],
        ),
        "softsign": (
            [("sign-kept", "1 + z in place of 1 + |z|", lambda z, a: Over(z, Plus(ONE, z)))],
            [("square-forgotten", "the square forgotten in 1/(1 + |z|)²",
              lambda z, a: Over(ONE, Plus(ONE, Call("abs", z))))],
        ),
        "gelu": ([cut, kept], [("product-rule", "the second term of the product rule left out",
                                lambda z, a: Over(a, z))]),
        "hard_tanh": ([("not-cut-off", "not cut off at −1 and 1", lambda z, a: z)], [one]),
        "step": ([("sign-for-step", "−1 in place of 0", lambda z, a: Call("sign", z))], [one]),
        "sign": ([("step-for-sign", "0 in place of −1", lambda z, a: Call("max", ZERO, Call("sign", z)))], [one]),
    }  # fmt: skip


def slips(fields: ActivationFields, plan: Plan) -> Iterator[Slip]:
    """The typical mistakes of an activation problem."""
    points = list(fields.points)
    listed = _listed()
    for letter, function in fields.functions.items():
        pairs = list(zip(points, fields.names(letter), strict=True))
        if function == SOFTMAX:
            yield from _of_softmax(plan.graph, pairs)
            continue
        of_value, of_derivative = listed.get(function, ((), ()))
        for key, message, formula in of_value:
            yield Slip(key, message, {a: formula(Name(z), Name(a)) for z, a in pairs})
        for key, message, formula in of_derivative:
            yield Slip(key, message, {gradient(a, z): formula(Name(z), Name(a)) for z, a in pairs})


def _of_softmax(graph: Graph, pairs: Pairs) -> Iterator[Slip]:
    powers = {a: Call("exp", Name(z)) for z, a in pairs}
    points = [Name(z) for z, _ in pairs]
    yield Slip("not-normalised", "not divided by the sum", dict(powers))
    yield Slip("no-exponential", "no exponentials taken", {a: Over(Name(z), total(*points)) for z, a in pairs})
    others = {a: [power for other, power in powers.items() if other != a] for a in powers}
    without = {a: Over(power, total(*others[a])) for a, power in powers.items() if others[a]}
    yield Slip("not-in-the-sum", "its own term left out of the sum", without)
    sigmoids = {a: Call("sigmoid", Name(z)) for z, a in pairs}
    yield Slip("sigmoid-for-softmax", "the sigmoid of each in place of the softmax", sigmoids)
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
    formulas = {name: Negative(product(Name(p), Name(q))) for name, (p, q, diagonal) in entries.items() if diagonal}
    yield Slip("jacobian-diagonal", "−p_i² on the diagonal, where p_i·(1 − p_i) is meant", formulas)

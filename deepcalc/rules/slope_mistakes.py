"""Typical mistakes in the derivatives of activations: what is taken in place of each.

A row is written in the net input ``z``, the value ``a`` and the activation's own number ``c``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.notation.nodes import ONE, Node
from deepcalc.rules.activation_mistakes import (
    DENSITY,
    SHARE,
    SLOPES_BELOW,
    A,
    Mistake,
    Rows,
    Z,
    each_once,
    number_of,
    of_own,
    others,
)
from deepcalc.rules.activations import IDENTITY, Activation

_ONE = ("derivative-is-one", "1 on both sides of 0", "1")
_FLAT = ("slope-forgotten", "0 below 0, as of ReLU", "step(z)")
_AT_NET_INPUT = "the net input put in for the value in the derivative"
_PRODUCT_RULE = "the second term of the product rule left out"
_SECOND_ALONE = "the first term of the product rule left out"

_OTHER_SLOPES_ALONE: Rows = tuple(
    ("other-slope", f"the slope {slope} below 0 in place of the one given", f"cases(1 if z > 0, {slope} otherwise)")
    for slope in SLOPES_BELOW
)
_OF_LEAKY: Rows = (
    _ONE, _FLAT,
    ("sides-exchanged", "the slope above 0, not below", "cases(c if z > 0, 1 otherwise)"),
    ("both-sides", "the slope on both sides of 0", "c"),
    ("sign-for-slope", "−1 below 0", "cases(1 if z > 0, -1 otherwise)"),
    ("value-for-derivative", "z times the slope below 0, the value in place of the derivative",
     "cases(1 if z > 0, c*z otherwise)"),
    *_OTHER_SLOPES_ALONE,
)  # fmt: skip

OF_SLOPES: Mapping[str, Rows] = {
    "identity": (("no-slope", "0, as of a constant", "0"),),
    "sigmoid": (
        ("derivative-elsewhere", _AT_NET_INPUT, "z*(1 - z)"),
        ("derivative-factor", "the factor 1 − a left out of the derivative", "a"),
        ("derivative-factor", "the factor a left out of the derivative", "1 - a"),
        ("tanh-for-sigmoid", "1 − a², as of tanh", "1 - a^2"),
        ("sign", "the sign turned: 1 + a in place of 1 − a", "a*(1 + a)"),
        ("square-added", "a squared where it is not", "a^2*(1 - a)"),
        ("square-added", "1 − a squared where it is not", "a*(1 - a)^2"),
        ("one-left-out", "the 1 of 1 − a left out", "-a^2"),
        ("one-left-out", "the square a² in place of a·(1 − a)", "a^2"),
        ("largest", "the largest value of the derivative, 1/4, which it has at 0 alone", "1/4"),
    ),
    "tanh": (
        ("derivative-elsewhere", _AT_NET_INPUT, "1 - z^2"),
        ("square-forgotten", "the square forgotten in 1 − a²", "1 - a"),
        ("sigmoid-for-tanh", "the sigmoid's derivative, a·(1 − a)", "a*(1 - a)"),
        ("square-elsewhere", "the square of 1 − a in place of 1 − a²", "(1 - a)^2"),
        ("root-taken", "the root of 1 − a², 1/cosh z, not squared", "sqrt(1 - a^2)"),
        ("one-left-out", "the square a² in place of 1 − a²", "a^2"),
        ("factor-half", "a factor ½ that is not there", "(1 - a^2)/2"),
    ),
    "relu": (
        _ONE,
        ("sides-exchanged", "1 below 0 and 0 above", "1 - step(z)"),
        ("sign-for-slope", "−1 in place of 0 below 0", "sign(z)"),
        ("leaky-for-relu", "0.01 below 0, as of leaky ReLU", "cases(1 if z > 0, 0.01 otherwise)"),
        ("no-slope", "0 on both sides", "0"),
    ),
    "leaky_relu": _OF_LEAKY,
    "prelu": _OF_LEAKY,
    "relu6": (_ONE, ("not-cut-off", "1 beyond 6 as well", "step(z)")),
    "elu": (
        ("shift-forgotten", "a alone below 0, where a + α is meant", "cases(1 if z > 0, a otherwise)"), _ONE, _FLAT,
        ("number-forgotten", "α left out: e^z below 0", "cases(1 if z > 0, exp(z) otherwise)"),
        ("number-forgotten", "a + 1 below 0, where a + α is meant", "cases(1 if z > 0, a + 1 otherwise)"),
        ("sign", "the sign of α turned", "cases(1 if z > 0, a - c otherwise)"),
        ("exponential-forgotten", "α alone below 0, the exponential left out", "cases(1 if z > 0, c otherwise)"),
        ("one-kept", "the − 1 of the value kept: α·e^z − 1", "cases(1 if z > 0, c*exp(z) - 1 otherwise)"),
        ("inner-derivative", "multiplied by z as well", "cases(1 if z > 0, c*z*exp(z) otherwise)"),
        ("both-sides", "α·e^z on both sides of 0", "c*exp(z)"),
    ),
    "selu": (
        _ONE, _FLAT,
        ("shift-forgotten", "a alone below 0", "cases(1.0507009873554805 if z > 0, a otherwise)"),
        ("scale-forgotten", "the scale λ left out", "cases(1 if z > 0, 1.6732632423543772*exp(z) otherwise)"),
        ("scale-forgotten", "the scale λ left out above 0",
         "cases(1 if z > 0, 1.0507009873554805*1.6732632423543772*exp(z) otherwise)"),
        ("number-forgotten", "α left out", "1.0507009873554805*cases(1 if z > 0, exp(z) otherwise)"),
        ("scaled-step", "0 below 0, and the scale above", "1.0507009873554805*step(z)"),
    ),
    "gelu": (
        ("product-rule", _PRODUCT_RULE, SHARE),
        ("product-rule", _SECOND_ALONE, f"z*{DENSITY}"),
        ("product-rule", "the density alone, the derivative of Φ", DENSITY),
        ("product-rule", "the factor z of the second term left out", f"{SHARE} + {DENSITY}"),
        ("sign", "the sign of the second term turned", f"{SHARE} - z*{DENSITY}"),
        ("value-for-derivative", "the value in place of z in the second term", f"{SHARE} + a*{DENSITY}"),
        ("root-forgotten", "√(2π) left out of the density", f"{SHARE} + z*exp(-z^2/2)"),
        _FLAT,
    ),
    "gelu_tanh": (("product-rule", _PRODUCT_RULE, "a/z"),),
    "swish": (
        ("product-rule", f"{_PRODUCT_RULE}, so that σ stands alone", "sigmoid(c*z)"),
        ("derivative-of-sigmoid", "the sigmoid's derivative alone", "sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("derivative-of-sigmoid", "the sigmoid's derivative alone, times β", "c*sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("product-rule", _SECOND_ALONE, "c*z*sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("product-rule", "the factor z of the second term left out",
         "sigmoid(c*z) + c*sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("inner-derivative", "the inner derivative β left out", "sigmoid(c*z) + z*sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("inner-derivative", "β left out of the derivative", "a + sigmoid(c*z)*(1 - a)"),
        ("number-forgotten", "β taken as 1", "sigmoid(z) + z*sigmoid(z)*(1 - sigmoid(z))"),
        ("sign", "the sign of the second term turned", "sigmoid(c*z) - c*z*sigmoid(c*z)*(1 - sigmoid(c*z))"),
        ("sigmoid-for-swish", "a·(1 − a), as if a were the sigmoid", "a*(1 - a)"),
    ),
    "mish": (
        ("product-rule", _PRODUCT_RULE, "tanh(softplus(z))"),
        ("product-rule", _SECOND_ALONE, "z*(1 - tanh(softplus(z))^2)*sigmoid(z)"),
        ("inner-derivative", "the inner derivative σ(z) left out",
         "tanh(softplus(z)) + z*(1 - tanh(softplus(z))^2)"),
        ("product-rule", "the factor z of the second term left out",
         "tanh(softplus(z)) + (1 - tanh(softplus(z))^2)*sigmoid(z)"),
    ),
    "softplus": (
        ("sigmoid-turned", "1 − σ(z) in place of σ(z)", "sigmoid(-z)"),
        ("inner-derivative-alone", "e^z alone, not divided by 1 + e^z", "exp(z)"),
        ("derivative-elsewhere", "the sigmoid of the value, not of z", "sigmoid(a)"),
        _FLAT,
    ),
    "softsign": (
        ("square-forgotten", "the square forgotten in 1/(1 + |z|)²", "1/(1 + abs(z))"),
        ("sign-kept", "1 + z in place of 1 + |z|", "1/(1 + z)^2"),
        ("square-for-absolute", "the square z² in place of the absolute value below the line", "1/(1 + z^2)"),
        ("sign-for-slope", "the sign of z above the line", "sign(z)/(1 + abs(z))^2"),
        ("product-rule", "z in place of 1 above the line", "z/(1 + abs(z))^2"),
        ("product-rule", "the terms of the quotient rule added", "(1 + 2*abs(z))/(1 + abs(z))^2"),
        ("value-for-derivative", "1 − a in place of the derivative", "1 - a"),
        ("tanh-for-softsign", "1 − a², as of tanh", "1 - a^2"),
    ),
    "hard_sigmoid": (
        ("other-definition", "0.2, as older courses have it", "0.2"),
        ("sigmoid-for-hard", "a·(1 − a), as of the sigmoid", "a*(1 - a)"),
        _ONE, ("no-slope", "0, as beyond ±3", "0"),
    ),
    "hard_tanh": (_ONE, ("no-slope", "0, as beyond ±1", "0"), ("tanh-for-hard", "1 − a², as of tanh", "1 - a^2")),
    "hard_swish": (
        ("product-rule", _PRODUCT_RULE, "(z + 3)/6"),
        ("product-rule", _SECOND_ALONE, "z/6"),
        ("not-divided", "not divided by 6", "2*z + 3"),
        ("factor-two", "the 2 of the square forgotten", "z/6 + 1/2"),
        ("other-case", "0, as below −3", "0"),
    ),
    "step": (_ONE,),
    "sign": (_ONE,),
}  # fmt: skip
"""What is taken for the derivative of each."""


def slope_mistakes(row: Activation) -> Iterator[Mistake]:
    """What is taken in place of the derivative, its own first; each once."""
    right = row.derived("z", "a", number_of(row))
    yield from each_once(right, of_own(row, OF_SLOPES), _of_any_slope(row, right), _of_other_slopes(row))


def _of_other_slopes(row: Activation) -> Iterator[Mistake]:
    for said, other, number in others(row):
        if other.name not in (IDENTITY, "step", "relu"):
            slope = other.derived("z", "a", number).xreplace({A: other.apply(Z, number)})
            yield Mistake("other-activation", f"the derivative of {said}", slope)


def _of_any_slope(row: Activation, right: Node) -> Iterator[Mistake]:
    """The value, the net input, 1; the derivative at another place."""
    yield Mistake("value-for-derivative", "the value in place of the derivative", A)
    yield Mistake(
        "derivative-elsewhere", "the derivative taken at the value, not at the net input",
        right.xreplace({Z: A, A: row.apply(A, number_of(row))}),
    )  # fmt: skip
    yield Mistake("net-input", "the net input in place of the derivative", Z)
    yield Mistake("derivative-is-one", "1 in place of the derivative", ONE)

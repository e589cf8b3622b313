"""Typical mistakes in activations: what is taken in place of each.

A row is written in the net input ``z``, the value ``a`` and the activation's own number ``c``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deepcalc.notation.functions import PI
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.notation.parser import parse
from deepcalc.records import record
from deepcalc.rules.activations import ACTIVATIONS, IDENTITY, Activation

Z, A = Name("z"), Name("a")
C = Name("c")


@record
class Mistake:
    """A typical mistake: its family, how it is said after "consistent with", and what is taken in place."""

    key: str
    message: str
    taken: Node

    def at(self, net: str, output: str, number: Node) -> Node:
        """What is taken at a net input, in the names of net input and value."""
        return self.taken.xreplace({Z: Name(net), A: Name(output), C: number})


Rows = tuple[tuple[str, str, str], ...]

_KEPT = ("unchanged-below-zero", "the negative value kept", "z")
_MAGNITUDE = ("absolute-value", "the absolute value taken", "abs(z)")
_CUT = ("slope-forgotten", "0 below 0, as of ReLU", "relu(z)")
DENSITY = "exp(-z^2/2)/sqrt(2*pi)"
_CUBIC = "sqrt(2/pi)*(z + 0.044715*z^3)"
SHARE = "(1 + erf(z/sqrt(2)))/2"
SLOPES_BELOW = ("0.1", "0.2", "0.3", "0.01", "0.001")

_OTHER_SLOPES: Rows = tuple(
    ("other-slope", f"the slope {slope} below 0 in place of the one given", f"cases(z if z > 0, {slope}*z otherwise)")
    for slope in SLOPES_BELOW
)
_LEAKY: Rows = (
    _KEPT, _CUT, _MAGNITUDE,
    ("slope-alone", "the slope itself below 0, not times z", "cases(z if z > 0, c otherwise)"),
    ("slope-added", "the slope added to z, not multiplied by it", "cases(z if z > 0, z + c otherwise)"),
    ("slope-added", "the slope taken off z, not multiplied by it", "cases(z if z > 0, z - c otherwise)"),
    ("elu-for-leaky", "c·(e^z − 1) below 0, as of ELU", "cases(z if z > 0, c*(exp(z) - 1) otherwise)"),
    ("sides-exchanged", "the slope above 0, not below", "cases(c*z if z > 0, z otherwise)"),
    *_OTHER_SLOPES,
)  # fmt: skip

OF_VALUES: Mapping[str, Rows] = {
    "sigmoid": (
        ("exponent-sign", "e^z in place of e^−z", "1/(1 + exp(z))"),
        ("sign", "the sign below the line turned: 1 − e^−z", "1/(1 - exp(-z))"),
        ("sign", "the sign below the line turned: 1 − e^z", "exp(z)/(1 - exp(z))"),
        ("one-left-out", "e^−z alone, neither added to 1 nor below a line", "exp(-z)"),
        ("not-divided", "1 + e^−z itself, the division left out", "1 + exp(-z)"),
        ("above-the-line", "e^−z above the line as well, and taken off 1 below it", "exp(-z)/(1 - exp(-z))"),
        ("other-base", "2 in place of e", "1/(1 + 2^(-z))"),
        ("other-base", "10 in place of e", "1/(1 + 10^(-z))"),
        ("no-exponential", "no exponential taken: 1/(1 − z)", "1/(1 - z)"),
        ("no-exponential", "no exponential taken: 1/(1 + z)", "1/(1 + z)"),
        ("rescaled", "(1 + tanh z)/2, which is the sigmoid of 2z", "sigmoid(2*z)"),
    ),
    "tanh": (
        ("exponent-half", "tanh of z/2", "tanh(z/2)"),
        ("exponent-doubled", "tanh of 2z", "tanh(2*z)"),
        ("not-divided", "sinh z alone, not divided by cosh z", "sinh(z)"),
        ("shift-forgotten", "2·σ(2z), the 1 that is taken off left out", "2*sigmoid(2*z)"),
        ("tangent", "the tangent in place of the hyperbolic one", "sin(z)/cos(z)"),
    ),
    "relu": (
        _KEPT, _MAGNITUDE,
        ("minimum", "the lesser of 0 and z in place of the larger", "min(0, z)"),
        ("slope-for-value", "1 or 0, the derivative, in place of the value", "step(z)"),
        ("leaky-for-relu", "0.01·z below 0, as of leaky ReLU", "cases(z if z > 0, 0.01*z otherwise)"),
        ("cut-off", "cut off at 1", "max(0, min(1, z))"),
    ),
    "leaky_relu": _LEAKY,
    "prelu": _LEAKY,
    "relu6": (("not-cut-off", "not cut off at 6", "relu(z)"), _KEPT, ("cut-off", "cut off at 1", "max(0, min(1, z))")),
    "elu": (
        _KEPT, _CUT,
        ("leaky-for-elu", "α·z below 0, a straight line without the exponential", "cases(z if z > 0, c*z otherwise)"),
        ("number-elsewhere", "e^(α·z) − 1, α in the exponent", "cases(z if z > 0, exp(c*z) - 1 otherwise)"),
        ("one-left-out", "the − 1 left out: α·e^z", "cases(z if z > 0, c*exp(z) otherwise)"),
        ("number-forgotten", "α left out: e^z − 1", "cases(z if z > 0, exp(z) - 1 otherwise)"),
        ("bracket-ignored", "α·e^z − 1, the brackets ignored", "cases(z if z > 0, c*exp(z) - 1 otherwise)"),
        ("both-sides", "α·(e^z − 1) on both sides of 0", "c*(exp(z) - 1)"),
    ),
    "selu": (
        ("scaled-line", "the negative value kept, and scaled", "1.0507009873554805*z"), _CUT, _KEPT,
        ("scale-forgotten", "the scale λ left out", "cases(z if z > 0, 1.6732632423543772*(exp(z) - 1) otherwise)"),
        ("scale-forgotten", "the scale λ left out above 0",
         "cases(z if z > 0, 1.0507009873554805*1.6732632423543772*(exp(z) - 1) otherwise)"),
        ("scale-forgotten", "the scale λ left out below 0",
         "cases(1.0507009873554805*z if z > 0, 1.6732632423543772*(exp(z) - 1) otherwise)"),
        ("number-forgotten", "α left out", "1.0507009873554805*cases(z if z > 0, exp(z) - 1 otherwise)"),
        ("numbers-exchanged", "α and the scale λ exchanged",
         "1.6732632423543772*cases(z if z > 0, 1.0507009873554805*(exp(z) - 1) otherwise)"),
    ),
    "gelu": (
        _CUT, _KEPT,
        ("approximation", "z·σ(1.702·z), which is an approximation", "z*sigmoid(1.702*z)"),
        ("density-for-share", "the density φ(z) in place of Φ(z)", f"z*{DENSITY}"),
        ("root-forgotten", "√2 left out inside of erf", "z*(1 + erf(z))/2"),
        ("other-side", "1 − Φ(z) in place of Φ(z)", "z*(1 - erf(z/sqrt(2)))/2"),
        ("half-forgotten", "the ½ of Φ left out", "z*(1 + erf(z/sqrt(2)))"),
        ("root-forgotten", "erf of z/2 in place of z/√2", "z*(1 + erf(z/2))/2"),
        ("one-left-out", "erf alone in place of 1 + erf", "z*erf(z/sqrt(2))/2"),
        ("value-alone", "Φ(z) alone, not times z", SHARE),
        ("tanh-for-share", "tanh in place of Φ", "z*tanh(z)"),
    ),
    "gelu_tanh": (
        _CUT, _KEPT,
        ("half-forgotten", "the ½ left out", f"z*(1 + tanh({_CUBIC}))"),
        ("value-alone", "the factor z left out", f"(1 + tanh({_CUBIC}))/2"),
        ("one-left-out", "tanh alone in place of 1 + tanh", f"z*tanh({_CUBIC})/2"),
        ("cube-forgotten", "the term with z³ left out", "z*(1 + tanh(sqrt(2/pi)*z))/2"),
        ("root-forgotten", "the root of 2/π left out", "z*(1 + tanh(2/pi*(z + 0.044715*z^3)))/2"),
    ),
    "swish": (
        ("sigmoid-alone", "the sigmoid alone, not times z", "sigmoid(c*z)"),
        ("number-elsewhere", "β before the function, not before z", "c*z*sigmoid(z)"),
        ("number-elsewhere", "β before the function as well", "c*z*sigmoid(c*z)"),
        ("number-elsewhere", "z divided by β, not multiplied", "z*sigmoid(z/c)"),
        ("exponent-sign", "the sign of the exponent turned", "z*sigmoid(-c*z)"),
        ("number-forgotten", "β left out", "z*sigmoid(z)"),
        ("sigmoid-alone", "β left out, and the sigmoid not multiplied by z", "sigmoid(z)"),
        ("sum-for-product", "z added to the sigmoid, not multiplied by it", "z + sigmoid(c*z)"),
        ("tanh-for-sigmoid", "tanh in place of the sigmoid", "z*tanh(c*z)"),
        ("tanh-for-sigmoid", "tanh in place of the sigmoid", "z*tanh(c*z)"),
        _CUT,
    ),
    "mish": (
        ("tanh-alone", "the tanh alone, not times z", "tanh(softplus(z))"),
        ("no-tanh", "no tanh taken of the softplus", "z*softplus(z)"),
        ("no-softplus", "tanh of z itself, no softplus taken", "z*tanh(z)"),
        ("sigmoid-for-tanh", "the sigmoid in place of tanh", "z*sigmoid(softplus(z))"),
        ("no-log", "no logarithm taken in the softplus", "z*tanh(1 + exp(z))"),
        ("no-log", "e^z in place of the softplus", "z*tanh(exp(z))"),
        _CUT,
    ),
    "softplus": (
        ("no-exponential", "log(1 + z) in place of log(1 + e^z)", "log(1 + z)"),
        ("no-log", "no logarithm taken", "1 + exp(z)"),
        ("log-base-10", "the logarithm to base 10 in place of the natural one", "log10(1 + exp(z))"),
        ("log-base-2", "the logarithm to base 2 in place of the natural one", "log2(1 + exp(z))"),
        ("exponent-sign", "the sign of the exponent turned", "softplus(-z)"),
        ("sign", "the sign turned: 1 taken off e^z, not added", "log(abs(exp(z) - 1))"),
        ("sign", "the logarithm of the sigmoid, the exponent and the sign turned", "-softplus(-z)"),
        ("exponential-alone", "e^z alone, no logarithm taken and nothing added", "exp(z)"),
        ("exponential-alone", "e^z − 1", "exp(z) - 1"),
        _CUT,
    ),
    "softsign": (
        ("sign-kept", "1 + z in place of 1 + |z|", "z/(1 + z)"),
        ("square-for-absolute", "the square z² in place of the absolute value below the line", "z/(1 + z^2)"),
        ("square-for-absolute", "the root of 1 + z² in place of 1 + |z| below the line", "z/sqrt(1 + z^2)"),
        ("absolute-value", "the absolute value above the line, too", "abs(z)/(1 + abs(z))"),
        ("sign", "the sign below the line turned: 1 − |z|", "z/(1 - abs(z))"),
        ("above-the-line", "1 in place of z above the line", "1/(1 + abs(z))"),
        ("one-left-out", "the 1 below the line left out", "z/abs(z)"),
        ("upside-down", "the quotient upside down", "(1 + abs(z))/z"),
    ),
    "hard_sigmoid": (
        ("not-cut-off", "not cut off at 0 and 1", "(z + 3)/6"),
        ("other-definition", "0.2·z + 0.5, as older courses have it", "max(0, min(1, 0.2*z + 0.5))"),
        ("shift-forgotten", "the shift left out: z/6", "max(0, min(1, z/6))"),
        ("not-divided", "not divided by 6", "max(0, min(1, z + 3))"),
        ("not-divided", "not divided by 6, ReLU6 of z + 3", "max(0, min(6, z + 3))"),
        ("sign", "the sign of z turned: 3 − z", "max(0, min(1, (3 - z)/6))"),
        ("other-divisor", "divided by 3, not by 6", "max(0, min(1, (z + 3)/3))"),
        ("bracket-ignored", "z + 3/6, the brackets ignored", "max(0, min(1, z + 1/2))"),
        ("other-bounds", "cut off at −1 and 1, as hard tanh", "max(-1, min(1, z))"),
    ),
    "hard_tanh": (
        ("not-cut-off", "not cut off at −1 and 1", "z"),
        ("other-bounds", "cut off at 0 and 1", "max(0, min(1, z))"),
    ),
    "hard_swish": (
        ("sigmoid-alone", "the hard sigmoid alone, not times z", "hard_sigmoid(z)"),
        ("not-cut-off", "not cut off at −3 and 3", "z*(z + 3)/6"),
        ("not-divided", "not divided by 6", "z*max(0, min(6, z + 3))"),
        ("shift-forgotten", "the 3 left out: z·ReLU6(z)/6", "z*max(0, min(6, z))/6"),
        ("other-divisor", "divided by 3, not by 6", "z*max(0, min(6, z + 3))/3"),
        _CUT,
    ),
    "step": (
        ("sign-for-step", "the sign in place of the step", "sign(z)"),
        ("sides-exchanged", "0 and 1 exchanged", "1 - step(z)"),
    ),
    "sign": (
        ("step-for-sign", "0 in place of −1", "max(0, sign(z))"), ("sides-exchanged", "1 and −1 exchanged", "-sign(z)"),
    ),
}  # fmt: skip
"""What is taken for the value of each, by its name."""

_EVERYWHERE = ("identity", "relu", "sigmoid", "tanh", "step")
"""What anything is taken for."""

_RELATIVES: Mapping[str, tuple[str, ...]] = {
    "gelu": ("swish", "softplus"),
    "gelu_tanh": ("swish",),
    "swish": ("gelu", "softplus"),
    "mish": ("swish", "softplus"),
    "softplus": ("swish",),
    "hard_swish": ("swish", "hard_sigmoid"),
    "elu": ("leaky_relu",),
    "selu": ("elu",),
    "relu6": ("leaky_relu",),
    "sigmoid": ("hard_sigmoid", "softsign"),
    "hard_sigmoid": ("hard_tanh",),
    "tanh": ("hard_tanh", "softsign"),
    "hard_tanh": ("hard_sigmoid",),
    "step": ("sign",),
}
"""Those beside them that each is taken for."""

_WITH_ARTICLE = ("sigmoid", "hard_sigmoid", "step", "sign")


def value_mistakes(row: Activation) -> Iterator[Mistake]:
    """What is taken in place of the value, its own first; each once."""
    yield from each_once(row.apply(Z, number_of(row)), of_own(row, OF_VALUES), _of_others(row))


def number_of(row: Activation) -> Node:
    """The activation's own number, where it has one."""
    return Literal(row.default) if row.parameter is None else C


def each_once(right: Node, *found: Iterator[Mistake]) -> Iterator[Mistake]:
    """The mistakes that take something else than what is right, each the first time that it is told."""
    seen = {right}
    for mistake in (each for mistakes in found for each in mistakes):
        if mistake.taken not in seen:
            seen.add(mistake.taken)
            yield mistake


def of_own(row: Activation, table: Mapping[str, Rows]) -> Iterator[Mistake]:
    for key, message, text in table.get(row.name, ()):
        yield Mistake(key, message, parse(text).xreplace({Name("pi"): PI}))


def others(row: Activation) -> Iterator[tuple[str, Activation, Node]]:
    """The other activations that are taken for one, each with how that is said and the number that it has."""
    for name in dict.fromkeys((*_RELATIVES.get(row.name, ()), *_EVERYWHERE)):
        if name != row.name:
            other = ACTIVATIONS[name]
            has_number = row.parameter is not None and other.parameter == row.parameter
            number = C if has_number else Literal(other.default)
            yield f"{_called(other)} in place of {_called(row)}", other, number


def _called(row: Activation) -> str:
    return f"the {row.title}" if row.name in _WITH_ARTICLE else row.title


def _of_others(row: Activation) -> Iterator[Mistake]:
    for message, other, number in others(row):
        left_out = f"the net input itself, {_called(row)} left out"
        yield Mistake("other-activation", left_out if other.name == IDENTITY else message, other.apply(Z, number))

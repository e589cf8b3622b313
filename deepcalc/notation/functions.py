"""The functions that formulas may use: one row each, with everything that deepcalc knows of it.

A derivative rule gives back a *written* expression from the arguments and the function's own output, as an
exam writes it: the sigmoid's is ``O*(1 - O)`` in the name of the unit's output. At a kink it takes the
stated convention: relu′(0) = 0, |x|′ at 0 is 0, and of equal arguments of ``max`` the first counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy

from deepcalc.notation import arithmetic
from deepcalc.notation.nodes import (
    ONE,
    ZERO,
    Call,
    Cases,
    Constant,
    Literal,
    Name,
    Negative,
    Node,
    Over,
    Plus,
    Power,
    Relation,
    Times,
    Value,
    minus,
    negative,
    product,
    total,
)
from deepcalc.notation.ranges import NOT_NEGATIVE, SHARE, Range, RangeRule, always, anything, monotone
from deepcalc.records import record

TWO = Literal("2")
PI = Constant(arithmetic.context.nstr(arithmetic.context.pi, 50), +arithmetic.context.pi, Name("pi"))
"""The number π, written as its letter."""

Derivative = Callable[[Sequence[Node], Node, int], Node]
"""The partial derivative by one argument: arguments, the node that stands for the output, the argument's index."""


@record
class Function:
    """One function.

    ``exact`` works on :data:`Value`; ``floats`` gets the array module (NumPy, or its scalar twin of the
    float domain) and works element by element; ``oracle`` is the SymPy function. ``definition`` writes the
    function out. ``arity`` is None for any number of arguments from one up. ``range`` says what values it can have.
    ``nests`` says that f(a, f(b, c)) is f(a, b, c). ``slope`` is the function that its derivative is, where it has a
    name. ``form`` is how it stands on paper: ``named`` with its name, ``raised`` as a power of e, as a ``root``, or
    between signs.
    """

    name: str
    arity: int | None
    exact: Callable[..., Value]
    floats: Callable[..., Any]
    oracle: Callable[..., Any]
    derivative: Derivative
    unicode: str = ""
    latex: str = ""
    definition: Callable[..., Node] | None = None
    range: RangeRule = anything
    nests: bool = False
    slope: str = ""
    form: str = "named"


def _above(x: Node, bound: Node = ZERO, at_least: bool = False) -> Node:
    return Relation(">=" if at_least else ">", x, bound)


def _relu_derivative(arguments: Sequence[Node], output: Node, index: int) -> Node:
    return Cases(ONE, _above(arguments[0]), ZERO)


def _leaky_relu_derivative(arguments: Sequence[Node], output: Node, index: int) -> Node:
    x, slope = arguments
    return Cases(ONE, _above(x), slope) if index == 0 else Cases(ZERO, _above(x), x)


def _abs_derivative(arguments: Sequence[Node], output: Node, index: int) -> Node:
    x = arguments[0]
    return Cases(ONE, _above(x), Literal("-1"), Relation("<", x, ZERO), ZERO)


_OTHER_WAY = {">": "<", "<": ">"}


def _extreme_derivative(name: str, operator: str) -> Derivative:
    def derivative(arguments: Sequence[Node], output: Node, index: int) -> Node:
        def of(some: Sequence[Node]) -> Node:
            return some[0] if len(some) == 1 else Call(name, *some)

        this, before, after = arguments[index], arguments[:index], arguments[index + 1 :]
        if not before and not after:
            return ONE
        if len(arguments) > 2:
            whole = Relation("=", this, of(arguments))
            first_of_equals = Relation(f"{_OTHER_WAY[operator]} =", of(before), *whole.operands) if before else whole
            return Cases(ONE, first_of_equals, ZERO)
        if before:
            return Cases(ONE, Relation(operator, this, of(before)), ZERO)
        return Cases(ONE, Relation(f"{operator}=", this, of(after)), ZERO)

    return derivative


def _constant(arguments: Sequence[Node], output: Node, index: int) -> Node:
    return ZERO


def _argmax(values: Sequence[Value]) -> Fraction:
    """The position of the largest value, counted from 1."""
    return Fraction(values.index(arithmetic.largest(values)) + 1)


def _argmax_oracle(*values: Any) -> Any:
    places = ((place, sympy.And(*(value >= other for other in values))) for place, value in enumerate(values, start=1))
    return sympy.Piecewise(*places)


def _argmax_floats(xp: Any, *values: Any) -> Any:
    best, index = values[0], 1
    for k, value in enumerate(values[1:], start=2):
        index = xp.where(value > best, k, index)
        best = xp.maximum(best, value)
    return index


def _sigmoid_floats(xp: Any, x: Any) -> Any:
    shrunk = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, 1.0, shrunk) / (1.0 + shrunk)


def _erf_floats(xp: Any, x: Any) -> Any:
    return math.erf(x) if isinstance(x, float) else xp.vectorize(math.erf, otypes=[float])(x)


def _erf_derivative(arguments: Sequence[Node], output: Node, index: int) -> Node:
    return Times(Over(TWO, Call("sqrt", PI)), Call("exp", Negative(Power(arguments[0], TWO))))


def _folded(pair: str) -> Callable[..., Any]:
    def fold(xp: Any, *values: Any) -> Any:
        result = values[0]
        for value in values[1:]:
            result = getattr(xp, pair)(result, value)
        return result

    return fold


_UP_TO_ONE = always(Range(-1, 1))


def _range_of_logarithm(arguments: Sequence[Range]) -> Range:
    """The logarithm of what is at most 1 is not above 0."""
    return Range(high=0) if arguments[0].high <= 1 else Range()


def _logarithm(name: str, base: int | None, unicode: str, latex: str) -> Function:
    factor: tuple[Node, ...] = () if base is None else (Call("log", Literal(str(base))),)
    return Function(
        name,
        1,
        arithmetic.log if base is None else lambda x: arithmetic.log_base(x, base),
        lambda xp, x: getattr(xp, "log" if base is None else name)(x),
        lambda x: sympy.log(x) if base is None else sympy.log(x) / sympy.log(base),
        lambda arguments, output, index: Over(ONE, product(arguments[0], *factor)),
        unicode,
        latex,
        range=_range_of_logarithm,
    )


_ROWS = (
    Function(
        "exp", 1, arithmetic.exp, lambda xp, x: xp.exp(x), sympy.exp,
        lambda arguments, output, index: output,
        range=always(NOT_NEGATIVE), form="raised",
    ),
    _logarithm("log", None, "log", r"\log"),
    _logarithm("ln", None, "ln", r"\ln"),
    _logarithm("log2", 2, "log₂", r"\log_2"),
    _logarithm("log10", 10, "log₁₀", r"\log_{10}"),
    Function(
        "sqrt", 1, arithmetic.sqrt, lambda xp, x: xp.sqrt(x), sympy.sqrt,
        lambda arguments, output, index: Over(ONE, product(TWO, output)),
        range=always(NOT_NEGATIVE), form="root",
    ),
    Function(
        "abs", 1, abs, lambda xp, x: xp.abs(x), sympy.Abs, _abs_derivative,
        range=always(NOT_NEGATIVE), slope="sign", form="absolute",
    ),
    Function(
        "sign", 1, lambda x: Fraction((x > 0) - (x < 0)),
        lambda xp, x: xp.where(x > 0, 1.0, xp.where(x < 0, -1.0, 0.0)),
        sympy.sign, _constant, "sign", r"\operatorname{sign}",
        range=_UP_TO_ONE,
    ),
    Function(
        "step", 1, lambda x: Fraction(x >= 0), lambda xp, x: xp.where(x >= 0, 1.0, 0.0),
        lambda x: sympy.Piecewise((1, x >= 0), (0, True)), _constant, "step", r"\operatorname{step}",
        lambda x: Cases(ONE, _above(x, at_least=True), ZERO),
        range=always(SHARE),
    ),
    Function(
        "sin", 1, arithmetic.sin, lambda xp, x: xp.sin(x), sympy.sin,
        lambda arguments, output, index: Call("cos", arguments[0]), "sin", r"\sin",
        range=_UP_TO_ONE,
    ),
    Function(
        "cos", 1, arithmetic.cos, lambda xp, x: xp.cos(x), sympy.cos,
        lambda arguments, output, index: Negative(Call("sin", arguments[0])), "cos", r"\cos",
        range=_UP_TO_ONE,
    ),
    Function(
        "sigmoid", 1, arithmetic.sigmoid, _sigmoid_floats, lambda x: 1 / (1 + sympy.exp(-x)),
        lambda arguments, output, index: product(output, minus(ONE, output)), "σ", r"\sigma",
        lambda x: Over(ONE, Plus(ONE, Call("exp", negative(x)))),
        range=always(SHARE),
    ),
    Function(
        "tanh", 1, arithmetic.tanh, lambda xp, x: xp.tanh(x), sympy.tanh,
        lambda arguments, output, index: minus(ONE, Power(output, TWO)), "tanh", r"\tanh",
        range=_UP_TO_ONE,
    ),
    Function(
        "cosh", 1, arithmetic.cosh, lambda xp, x: xp.cosh(x), sympy.cosh,
        lambda arguments, output, index: Call("sinh", arguments[0]), "cosh", r"\cosh",
        lambda x: Over(Plus(Call("exp", x), Call("exp", negative(x))), TWO),
        range=always(NOT_NEGATIVE),
    ),
    Function(
        "sinh", 1, arithmetic.sinh, lambda xp, x: xp.sinh(x), sympy.sinh,
        lambda arguments, output, index: Call("cosh", arguments[0]), "sinh", r"\sinh",
    ),
    Function(
        "erf", 1, arithmetic.erf, _erf_floats, sympy.erf, _erf_derivative, "erf", r"\operatorname{erf}",
        range=_UP_TO_ONE,
    ),
    Function(
        "relu", 1, lambda x: x if x > 0 else Fraction(0), lambda xp, x: xp.maximum(x, 0.0),
        lambda x: sympy.Piecewise((x, x > 0), (0, True)), _relu_derivative, "ReLU", r"\operatorname{ReLU}",
        lambda x: Call("max", ZERO, x),
        range=monotone(lambda x: max(x, 0.0)),
    ),
    Function(
        "leaky_relu", 2, lambda x, slope: x if x > 0 else arithmetic.times((slope, x)),
        lambda xp, x, slope: xp.where(x > 0, x, slope * x),
        lambda x, slope: sympy.Piecewise((x, x > 0), (slope * x, True)),
        _leaky_relu_derivative, "LeakyReLU", r"\operatorname{LeakyReLU}",
        lambda x, slope: Cases(x, _above(x), product(slope, x)),
    ),
    Function(
        "softplus", 1, arithmetic.softplus, lambda xp, x: xp.maximum(x, 0.0) + xp.log(1.0 + xp.exp(-xp.abs(x))),
        lambda x: sympy.log(1 + sympy.exp(x)),
        lambda arguments, output, index: Call("sigmoid", arguments[0]), "softplus", r"\operatorname{softplus}",
        lambda x: Call("log", Plus(ONE, Call("exp", x))),
        range=always(NOT_NEGATIVE),
    ),
    Function(
        "max", None, lambda *values: arithmetic.largest(values), _folded("maximum"), sympy.Max,
        _extreme_derivative("max", ">"), "max", r"\max", nests=True,
        range=lambda arguments: Range(max(each.low for each in arguments), max(each.high for each in arguments)),
    ),
    Function(
        "min", None, lambda *values: arithmetic.smallest(values), _folded("minimum"), sympy.Min,
        _extreme_derivative("min", "<"), "min", r"\min", nests=True,
        range=lambda arguments: Range(min(each.low for each in arguments), min(each.high for each in arguments)),
    ),
    Function(
        "floor", 1, arithmetic.floor, lambda xp, x: xp.floor(x), sympy.floor, _constant,
        form="floor",
    ),
    Function(
        "ceil", 1, arithmetic.ceil, lambda xp, x: xp.ceil(x), sympy.ceiling, _constant,
        form="ceiling",
    ),
    Function(
        "argmax", None, lambda *values: _argmax(values), _argmax_floats,
        _argmax_oracle, _constant, "argmax", r"\operatorname{argmax}",
        range=lambda arguments: Range(1, len(arguments)),
    ),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {row.name: row for row in _ROWS}


def flat_arguments(call: Call) -> tuple[Node, ...]:
    """The arguments of a call, with those of the same function within it: a, b, c of ``max(a, max(b, c))``."""
    if not FUNCTIONS[call.function].nests:
        return tuple(call.arguments)
    inner = (
        flat_arguments(each) if isinstance(each, Call) and each.function == call.function else (each,)
        for each in call.arguments
    )
    return tuple(argument for arguments in inner for argument in arguments)


def written_out(call: Call) -> Node:
    """The definition of a call put in its place, ``1/(1 + exp(-x))`` for ``sigmoid(x)``; the call where it has none."""
    definition = FUNCTIONS[call.function].definition
    return definition(*call.arguments) if definition else call


def slope(function: str, argument: Node) -> Node:
    """The derivative of a function of one argument, written out."""
    return FUNCTIONS[function].derivative([argument], Call(function, argument), 0)


def log_sum_exp(terms: Sequence[Node]) -> Node:
    """log Σ e^x in the form that cannot overflow: m + log Σ e^(x - m), m the largest."""
    largest = Call("max", *terms)
    return Plus(largest, Call("log", total(*(Call("exp", minus(term, largest)) for term in terms))))

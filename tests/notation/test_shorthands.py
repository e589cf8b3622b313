"""Functions by their usual names, and those that are written out at once: against NumPy written out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from deepcalc.errors import ParseError
from deepcalc.graph.evaluation import value_of
from deepcalc.notation.arithmetic import to_fraction
from deepcalc.notation.functions import FUNCTIONS
from deepcalc.notation.parser import parse
from deepcalc.notation.shorthands import FUNCTION_ALIASES, SHORTHANDS, function_named


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


MEANT: dict[str, Callable[[float], float]] = {
    "relu6(x)": lambda x: min(max(x, 0), 6),
    "ReLU6(x)": lambda x: min(max(x, 0), 6),
    "elu(x)": lambda x: x if x > 0 else math.expm1(x),
    "ELU(x, 0.5)": lambda x: x if x > 0 else 0.5 * math.expm1(x),
    "selu(x)": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "gelu(x)": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh(x)": lambda x: x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    "SiLU(x)": lambda x: x * sigmoid(x),
    "swish(x, 2)": lambda x: x * sigmoid(2 * x),
    "mish(x)": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "softsign(x)": lambda x: x / (1 + abs(x)),
    "hard_sigmoid(x)": lambda x: min(max(x / 6 + 0.5, 0), 1),
    "HardTanh(x)": lambda x: min(max(x, -1), 1),
    "hardswish(x)": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "ReLU(x)": lambda x: max(x, 0),
    "LeakyReLU(x, 0.1)": lambda x: x if x > 0 else 0.1 * x,
    "leaky_relu(x)": lambda x: x if x > 0 else 0.01 * x,
    "PReLU(x)": lambda x: x if x > 0 else 0.25 * x,
    "PReLU(x, 0.25)": lambda x: x if x > 0 else 0.25 * x,
    "logistic(x)": sigmoid,
    "Heaviside(x)": lambda x: float(x >= 0),
    "sgn(x)": lambda x: (x > 0) - (x < 0),
}


@pytest.mark.parametrize("written", MEANT)
@pytest.mark.parametrize("x", ["-4", "-0.75", "0", "0.5", "7"])
def test_a_name_means_the_function_of_the_papers(written: str, x: str) -> None:
    value = value_of(parse(written.replace("x", f"({x})")), {})
    assert float(to_fraction(value)) == pytest.approx(MEANT[written](float(x)), rel=1e-14, abs=1e-15)


def test_every_shorthand_is_tried() -> None:
    called = {function_named(written.partition("(")[0]) for written in MEANT}
    assert called >= set(SHORTHANDS)
    assert set(FUNCTION_ALIASES) <= set(FUNCTIONS)


def test_a_wrong_number_of_arguments_is_told() -> None:
    with pytest.raises(ParseError, match="gelu takes 1 argument, not 2"):
        parse("gelu(x, 2)")
    with pytest.raises(ParseError, match="elu takes 1 argument or 2, not 3"):
        parse("elu(x, 2, 3)")

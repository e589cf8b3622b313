"""Activations as rows: their values as NumPy has them, their slopes by differences."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import pytest

from deepcalc.notation.nodes import Literal, Name
from deepcalc.rules.activations import ACTIVATION_ALIASES, ACTIVATIONS, softmax
from tests.rules.numeric import slope, value


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

EXPECTED: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "prelu": lambda z: z if z > 0 else 0.25 * z,
    "relu6": lambda z: min(max(z, 0), 6),
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "selu": lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * (math.exp(z) - 1)),
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "swish": lambda z: z * sigmoid(z),
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "hard_sigmoid": lambda z: min(max(z / 6 + 0.5, 0), 1),
    "hard_tanh": lambda z: min(max(z, -1), 1),
    "hard_swish": lambda z: z * min(max(z + 3, 0), 6) / 6,
    "step": lambda z: float(z >= 0),
    "sign": lambda z: float((z > 0) - (z < 0)),
}
POINTS = [point / 100 + 0.0037 for point in Random(20).sample(range(-800, 800), 100)]


def test_every_activation_is_looked_at() -> None:
    assert set(EXPECTED) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes(name: str) -> None:
    row = ACTIVATIONS[name]
    number = Literal(row.default)
    formula = row.apply(Name("z"), number)
    derivative = row.derived("z", "a", number)
    for z in POINTS:
        a = value(formula, {"z": z})
        assert a == pytest.approx(EXPECTED[name](z), abs=2e-6)  # SELU's constants are rounded as the paper prints them
        assert value(derivative, {"z": z, "a": a}) == pytest.approx(slope(formula, "z", {"z": z}), abs=1e-5)


def test_a_name_means_one_activation() -> None:
    names = [alias for row in ACTIVATIONS.values() for alias in row.aliases]
    assert len(names) == len(set(names)) == len(ACTIVATION_ALIASES)
    assert not set(names) & set(ACTIVATIONS)


def test_softmax_in_a_form_that_cannot_overflow() -> None:
    rows = softmax(["p1", "p2"], ["z1", "z2"])
    at = {"z1": 1.5, "z2": -0.5}
    p1 = math.exp(1.5) / (math.exp(1.5) + math.exp(-0.5))
    assert value(rows[0].formula, at) == pytest.approx(p1)
    assert value(rows[0].stable, at) == pytest.approx(p1)
    assert value(rows[0].stable, {"z1": 1000.0, "z2": 0.0}) == 1
    for name in at:
        partial = value(rows[0].partials[name], {"p1": p1, "p2": 1 - p1})
        assert partial == pytest.approx(slope(rows[0].formula, name, at), abs=1e-6)

"""Penalties as rows: their values by hand, their slopes by differences, in every scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import autograd
import autograd.numpy as np
import numpy
import pytest

from deepcalc.graph.floats import CompiledFormula
from deepcalc.notation.nodes import Name
from deepcalc.notation.printing import PlainPrinter
from deepcalc.rules.penalties import PENALTIES, Scale
from tests.rules.numeric import slope, value

AT = {"w1": 0.5, "w2": -2.0, "lambda": 0.1, "rho": 0.3, "m": 4.0, "lambda1": 0.03, "lambda2": 0.07}
L1, L2 = 2.5, 4.25  # |0.5| + |-2|, 0.25 + 4
SCALES = [Scale(*flags) for flags in product((False, True), repeat=3)]


def formula(name: str, scale: Scale) -> Any:
    row = PENALTIES[name]
    return row.formula([each.over(["w1", "w2"]) for each in row.sums], scale)


@pytest.mark.parametrize(
    ("name", "plain", "half"),
    [
        ("l1", 0.1 * L1, 0.05 * L1),
        ("l2", 0.1 * L2, 0.05 * L2),
        ("elastic_net", 0.1 * (0.3 * L1 + 0.7 * L2), 0.1 * (0.3 * L1 + 0.35 * L2)),  # scikit-learn halves the squares
    ],
)
def test_values(name: str, plain: float, half: float) -> None:
    assert value(formula(name, Scale()), AT) == pytest.approx(plain)
    assert value(formula(name, Scale(half=True)), AT) == pytest.approx(half)
    assert value(formula(name, Scale(per_sample=True)), AT) == pytest.approx(plain / 4)


REFERENCES: Mapping[str, Callable[[Any, float, float], Any]] = {
    "l1": lambda w, half, ratio: half * np.sum(np.abs(w)),
    "l2": lambda w, half, ratio: half * np.sum(w**2),
    "elastic_net": lambda w, half, ratio: ratio * np.sum(np.abs(w)) + (1 - ratio) * half * np.sum(w**2),
}


@pytest.mark.parametrize("scale", SCALES, ids=str)
@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_and_its_slope_agree_with_autograd(name: str, scale: Scale) -> None:
    row, draw = PENALTIES[name], numpy.random.default_rng(3)
    whole, by_first = CompiledFormula(formula(name, scale)), CompiledFormula(row.slope(Name("w1"), scale))
    for _ in range(100):
        w = draw.integers(-300, 300, 2) / 100 + 0.004
        strength, ratio, m = draw.uniform(0, 2), draw.uniform(0, 1), float(draw.integers(1, 9))

        def penalty(w: Any, strength: float = strength, ratio: float = ratio, m: float = m) -> Any:
            factor = strength / m if scale.per_sample else strength
            return factor * REFERENCES[name](w, 0.5 if scale.half else 1, ratio)

        apart = {"lambda1": strength * ratio, "lambda2": strength * (1 - ratio)}
        at = {"w1": w[0], "w2": w[1], "lambda": strength, "rho": ratio, "m": m, **apart}
        assert whole.value(at) == pytest.approx(penalty(w), rel=1e-12)
        assert by_first.value(at) == pytest.approx(autograd.grad(penalty)(w)[0], rel=1e-12)


@pytest.mark.parametrize("scale", SCALES, ids=str)
@pytest.mark.parametrize("name", PENALTIES)
def test_slopes(name: str, scale: Scale) -> None:
    for weight in ("w1", "w2"):
        found = value(PENALTIES[name].slope(Name(weight), scale), AT)
        assert found == pytest.approx(slope(formula(name, scale), weight, AT), abs=1e-6)


def test_half_of_a_square_has_no_factor_two() -> None:
    slope_of = PENALTIES["l2"].slope
    assert PlainPrinter().print(slope_of(Name("w"), Scale(half=True))) == "lambda*w"
    assert PlainPrinter().print(slope_of(Name("w"), Scale())) == "2*lambda*w"

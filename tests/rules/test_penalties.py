"""Penalties as rows: their values by hand, their slopes by differences, in every scale."""

from __future__ import annotations

from itertools import product

import pytest

from deepcalc.notation.nodes import Name
from deepcalc.notation.printing import PlainPrinter
from deepcalc.rules.penalties import PENALTIES, Scale
from tests.rules.numeric import slope, value

AT = {"w1": 0.5, "w2": -2.0, "lambda": 0.1, "rho": 0.3, "m": 4.0}
L1, L2 = 2.5, 4.25  # |0.5| + |-2|, 0.25 + 4
SCALES = [Scale(half, per_sample) for half, per_sample in product((False, True), repeat=2)]


def formula(name: str, scale: Scale) -> object:
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

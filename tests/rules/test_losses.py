"""Losses as rows: the derivatives that are written by hand are those of the formulas."""

from __future__ import annotations

import pytest

from deepcalc.notation.nodes import Literal, Name
from deepcalc.rules.losses import LOSSES, Loss
from deepcalc.rules.losses.domains import LABEL
from deepcalc.rules.losses.row import MEAN, SUM, At
from tests.rules.numeric import slope, value

TWO_OUTPUTS = [(Name("t1"), Name("o1")), (Name("t2"), Name("o2"))]
BY_HAND = [row for row in LOSSES.values() if row.slope is not None and not row.of_class]


def numbers(row: Loss) -> dict[str, float]:
    """Targets and outputs of two components, away from kinks, where the loss has values."""
    targets = (1.0, -1.0) if row.targets is LABEL else (0.7, 0.3)
    return {"t1": targets[0], "t2": targets[1], "o1": 0.55, "o2": 0.35}


@pytest.mark.parametrize("over", [None, MEAN, SUM])
@pytest.mark.parametrize("row", BY_HAND, ids=lambda row: row.name)
def test_a_derivative_by_hand_is_that_of_the_formula(row: Loss, over: str | None) -> None:
    required = {name: Literal("0.8") for name, setting in row.settings.items() if setting.default is None}
    loss, at = row.written_with(At(required, over=over)), numbers(row)
    formula = loss.formula(TWO_OUTPUTS)
    for name, partial in loss.partials(TWO_OUTPUTS).items():
        assert value(partial, at) == pytest.approx(slope(formula, name, at), abs=1e-6), name


def test_there_are_losses_whose_derivatives_are_written_by_hand() -> None:
    assert {"hinge", "mse", "mae"} <= {row.name for row in BY_HAND}


@pytest.mark.parametrize(("name", "expected"), [("hinge", (1.5 + 0.2) / 2), ("mse", (1.5**2 + 0.2**2) / 2)])
def test_a_mean_is_over_the_outputs(name: str, expected: float) -> None:
    # hinge: 1 - 1*(-0.5) = 1.5 and 1 - (-1)*(-0.8) = 0.2; squares: 1 - (-0.5) = 1.5 and -1 - (-0.8) = -0.2
    at = {"t1": 1.0, "t2": -1.0, "o1": -0.5, "o2": -0.8}
    assert value(LOSSES[name].formula(TWO_OUTPUTS), at) == pytest.approx(expected)


@pytest.mark.parametrize(("output", "derivative"), [("0.9", -1), ("1", 0), ("1.1", 0)])
def test_at_the_margin_the_hinge_has_the_slope_0(output: str, derivative: float) -> None:
    pair = (Name("t"), Name("o"))
    (partial,) = LOSSES["hinge"].partials([pair]).values()
    assert value(partial, {"t": 1.0, "o": float(output)}) == derivative


def test_a_factor_and_the_two_of_a_square_are_one_number() -> None:
    from deepcalc.notation.printing import PlainPrinter

    pairs = [(Name(f"t{k}"), Name(f"o{k}")) for k in (1, 2, 3)]
    assert PlainPrinter().print(LOSSES["mse"].partials(pairs)["o1"]) == "2/3*(o1 - t1)"

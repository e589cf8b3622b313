"""Losses as rows: the derivatives that are written by hand are those of the formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import autograd
import autograd.numpy as np
import numpy
import pytest

from deepcalc.graph.floats import CompiledFormula, Writer
from deepcalc.notation.derivatives import derivative
from deepcalc.notation.nodes import Literal, Name, Node
from deepcalc.rules.losses import LOSSES, Loss
from deepcalc.rules.losses.domains import LABEL
from deepcalc.rules.losses.row import MEAN, SUM, At
from tests.rules.numeric import slope, value

CASES, N = 100, 3
SETTINGS = {"delta": 0.7, "beta": 0.6, "tau": 0.8, "margin": 1.3, "gamma": 1.5, "alpha": 0.3}
DELTA, BETA, TAU, MARGIN, FOCUS, ALPHA = SETTINGS.values()

Arrays = Sequence[Any]
"""One array for each side of a sample, of shape (N, CASES); what stands last is the prediction."""


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def lengths(a: Any) -> Any:
    return np.sqrt(np.sum(a**2, axis=0))


def hinge(t: Any, o: Any) -> Any:
    return np.maximum(0, MARGIN - t * o)


def cross_entropy(t: Any, p: Any, balance: tuple[float, float] = (1, 1), focus: float = 0) -> Any:
    first, second = balance
    return -first * t * (1 - p) ** focus * np.log(p) - second * (1 - t) * p**focus * np.log(1 - p)


def _huber(t: Any, o: Any) -> Any:
    e = np.abs(t - o)
    return np.where(e <= DELTA, e**2 / 2, DELTA * (e - DELTA / 2))


def _smooth(t: Any, o: Any) -> Any:
    e = np.abs(t - o)
    return np.where(e < BETA, e**2 / 2 / BETA, e - BETA / 2)


BY_OUTPUT: Mapping[str, Callable[..., Any]] = {
    "mae": lambda t, o: np.abs(t - o),
    "mape": lambda t, o: 100 * np.abs((t - o) / t),
    "mse": lambda t, o: (t - o) ** 2,
    "half_mse": lambda t, o: (t - o) ** 2 / 2,
    "poisson_of_logarithm": lambda t, o: np.exp(o) - t * o,
    "huber": _huber,
    "smooth_l1": _smooth,
    "log_cosh": lambda t, o: np.log(np.cosh(o - t)),
    "quantile": lambda t, o: np.where(t > o, TAU * (t - o), (1 - TAU) * (o - t)),
    "poisson": lambda t, o: o - t * np.log(o),
    "hinge": hinge,
    "squared_hinge": lambda t, o: hinge(t, o) ** 2,
}
"""What one output has, where the sample has the mean of it."""

OF_SAMPLE: Mapping[str, Callable[..., Any]] = {
    "half_sum": lambda t, o: np.sum((t - o) ** 2, axis=0) / 2,
    "sum": lambda t, o: np.sum((t - o) ** 2, axis=0),
    "rmse": lambda t, o: np.mean((t - o) ** 2, axis=0),  # of which the root is taken over all samples
    "binary_cross_entropy": lambda t, p: np.sum(cross_entropy(t, p), axis=0),
    "binary_cross_entropy_with_logits": lambda t, z: np.sum(cross_entropy(t, sigmoid(z)), axis=0),
    "binary_focal": lambda t, p: np.sum(cross_entropy(t, p, (ALPHA, 1 - ALPHA), FOCUS), axis=0),
    "categorical_cross_entropy": lambda t, p: -np.sum(t * np.log(p), axis=0),
    "cross_entropy_with_logits": lambda t, z: -np.sum(t * np.log(np.exp(z) / np.sum(np.exp(z), axis=0)), axis=0),
    "categorical_focal": lambda t, p: -ALPHA * np.sum(t * (1 - p) ** FOCUS * np.log(p), axis=0),
    "kl_divergence": lambda t, p: np.sum(t * np.log(t / p), axis=0),
    "entropy": lambda p: -np.sum(p * np.log(p), axis=0),
    "multiclass_hinge": lambda t, s: np.maximum(0, s[0] - s[1] + MARGIN) + np.maximum(0, s[2] - s[1] + MARGIN),
    "multi_margin": lambda t, s: (np.maximum(0, s[0] - s[1] + MARGIN) + np.maximum(0, s[2] - s[1] + MARGIN)) / N,
    "categorical_hinge": lambda t, s: np.maximum(0, np.maximum(s[0], s[2]) - s[1] + MARGIN),
    "cosine_similarity": lambda t, o: -np.sum(t * o, axis=0) / lengths(t) / lengths(o),
    "cosine": lambda t, o: 1 - np.sum(t * o, axis=0) / lengths(t) / lengths(o),
    "contrastive": lambda t, a, b: (
        t[0] * lengths(a - b) ** 2 + (1 - t[0]) * np.maximum(0, MARGIN - lengths(a - b)) ** 2
    ) / 2,
    "triplet": lambda a, p, n: np.maximum(0, lengths(a - p) - lengths(a - n) + MARGIN),
    "triplet_squared": lambda a, p, n: np.maximum(0, lengths(a - p) ** 2 - lengths(a - n) ** 2 + MARGIN),
}  # fmt: skip


def reference(name: str) -> Callable[..., Any]:
    """The loss of one sample by NumPy, of every case at once."""
    if name in BY_OUTPUT:
        return lambda *sides: np.mean(BY_OUTPUT[name](*sides), axis=0)
    return OF_SAMPLE[name]


def _drawn(draw: Any, side: str, row: Loss) -> Any:
    """Values that the loss takes there, away from its kinks."""
    domain = row.outputs if side == row.sides[-1] else row.targets if side == row.sides[0] else None
    if domain is LABEL:
        return draw.choice([-1.0, 1.0], (N, CASES))
    if side == "targets" and "first" in row.sides:
        return numpy.broadcast_to(draw.choice([0.0, 1.0], CASES), (N, CASES))
    if domain is not None and domain.sums_to_one:
        return draw.dirichlet([2, 2, 2], CASES).T
    if domain is not None and not domain.holds(-1) and not domain.holds(0.5):
        return draw.uniform(0.1, 3, (N, CASES))
    shares = domain is not None and not domain.holds(2)
    return draw.uniform(0.02, 0.98, (N, CASES)) if shares else draw.uniform(0.05, 3, (N, CASES)) * signs(draw, domain)


def signs(draw: Any, domain: Any) -> Any:
    return draw.choice([-1, 1], (N, CASES)) if domain is None or domain.holds(-1) else 1


def compiled(node: Node) -> CompiledFormula:
    return CompiledFormula(node, Writer(numpy))


@pytest.mark.parametrize("row", LOSSES.values(), ids=LOSSES)
def test_a_loss_and_its_slopes_agree_with_autograd(row: Loss) -> None:
    draw = numpy.random.default_rng(5)
    settings = {name: Literal(str(SETTINGS[name])) for name in (*row.settings, *row.options)}
    loss = row.written_with(At(settings, true_class=1))
    sides = [_drawn(draw, side, row) for side in row.sides]
    pairs = [tuple(Name(f"{side[0]}{k}") for side in row.sides) for k in range(N)]
    given = {name.name: side[k] for k, pair in enumerate(pairs) for name, side in zip(pair, sides, strict=True)}
    lines = {Name(line.head): line.write(pairs, loss.at) for line in row.lines}
    formula: Any = loss.formula(pairs)
    formula = formula.xreplace(lines)
    wanted = reference(row.name)
    numpy.testing.assert_allclose(compiled(formula).value(given), wanted(*sides), rtol=1e-10, atol=1e-12)
    slopes = autograd.grad(lambda last: np.sum(wanted(*sides[:-1], last)))(sides[-1])
    by_hand = {} if row.lines else loss.partials(pairs)
    for k, pair in enumerate(pairs):
        name = pair[-1].name
        found = compiled(by_hand[name] if name in by_hand else derivative(formula, name)).value(given)
        numpy.testing.assert_allclose(found * numpy.ones(CASES), slopes[k], rtol=1e-9, atol=1e-11, err_msg=name)


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

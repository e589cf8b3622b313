"""What `deepcalc kinds` tells of losses, activations and update rules: every row, as papers write it."""

from __future__ import annotations

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.rules.losses import LOSSES
from deepcalc.rules.penalties import PENALTIES
from deepcalc.rules.updates import UPDATES

KINDS = find_kinds()


def words(kind: str) -> dict[str, str]:
    vocabulary = KINDS[kind].vocabulary
    assert vocabulary is not None
    table = next(iter(vocabulary().values()))
    return dict(table)


TABLES = [("loss", LOSSES), ("activation", ACTIVATIONS), ("optimizer", UPDATES), ("regularization", PENALTIES)]


@pytest.mark.parametrize(("kind", "rows"), TABLES)
def test_every_row_is_told(kind: str, rows: dict[str, object]) -> None:
    assert list(words(kind)) == list(rows)


@pytest.mark.parametrize(
    ("kind", "name", "written"),
    [
        ("optimizer", "sgd", "θₜ = θₜ₋₁ − η·gₜ"),
        ("optimizer", "momentum", "vₜ = γ·vₜ₋₁ + η·gₜ\nθₜ = θₜ₋₁ − vₜ\n"),
        ("optimizer", "adagrad", "Gₜ = Gₜ₋₁ + gₜ²\nrateₜ = η/√(Gₜ + ε)\nθₜ = θₜ₋₁ − rateₜ·gₜ\n"),
        ("optimizer", "adam", "mₜ = β₁·mₜ₋₁ + (1 − β₁)·gₜ\nvₜ = β₂·vₜ₋₁ + (1 − β₂)·gₜ²"),
        ("optimizer", "adam", "θₜ = θₜ₋₁ − η/(√v̂ₜ + ε)·m̂ₜ"),
        ("optimizer", "adamw", "− η·λ·θₜ₋₁"),
        ("loss", "mse", "1/n·Σᵢ₌₁ⁿ (tᵢ − oᵢ)²"),
        ("loss", "huber", "{ 1/2·(t − o)² if |t − o| ≤ δ; δ·(|t − o| − 1/2·δ) otherwise }, mean over the outputs"),
        ("loss", "categorical_cross_entropy", "−Σᵢ₌₁ⁿ tᵢ·log(oᵢ)"),
        ("regularization", "l1", "λ·Σᵢ₌₁ⁿ |wᵢ|, derivative λ·sign(wᵢ)"),
        ("regularization", "l2", "λ·Σᵢ₌₁ⁿ wᵢ², derivative 2·λ·wᵢ; with half: λ/2·Σᵢ₌₁ⁿ wᵢ², derivative λ·wᵢ"),
        ("activation", "swish", "a = z·σ(β·z) (also silu); derivative β·a + σ(β·z)·(1 − β·a)"),
        ("activation", "tanh", "a = (e^z − e^(−z))/(e^z + e^(−z))"),
    ],
)
def test_a_rule_is_written_as_on_paper(kind: str, name: str, written: str) -> None:
    assert written in words(kind)[name]

"""What `deepcalc kinds` tells of losses, activations and update rules: every row, as papers write it."""

from __future__ import annotations

from typing import Any

import pytest

from deepcalc.kinds import find_kinds
from deepcalc.kinds.registry import ASKED_FOR
from deepcalc.plan.lookup import names_of
from deepcalc.problem.library import entries
from deepcalc.rules.activations import ACTIVATIONS
from deepcalc.rules.losses import LOSSES
from deepcalc.rules.penalties import PENALTIES
from deepcalc.rules.schedules import SCHEDULES
from deepcalc.rules.updates import UPDATES
from tests.library import problem

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


@pytest.mark.parametrize(("kind", "rows"), [TABLES[0], *TABLES[2:]])
def test_every_row_ends_with_its_source(kind: str, rows: dict[str, Any]) -> None:
    for name, row in rows.items():
        assert row.source
        assert words(kind)[name].splitlines()[-1] == row.source


def test_every_schedule_has_its_law_and_its_source() -> None:
    vocabulary = KINDS["optimizer"].vocabulary
    assert vocabulary is not None
    table = vocabulary()["Learning-rate schedules"]
    assert list(table) == list(SCHEDULES)
    assert table["inverse_time"].splitlines()[1] == "ηₜ = η/(1 + decay·((t − 1)/every))"
    assert table["exponential"].splitlines()[1] == "ηₜ = η·factor^((t − 1)/every)"
    assert all(table[name].endswith(row.source) for name, row in SCHEDULES.items())


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
        ("regularization", "l2", "λ·Σᵢ₌₁ⁿ wᵢ², derivative 2·λ·wᵢ\nwith half λ/2·Σᵢ₌₁ⁿ wᵢ², derivative λ·wᵢ\n"),
        ("loss", "huber", "δ is delta, 1 by default"),
        ("loss", "quantile", "τ is tau, which must be given"),
        ("loss", "rmse", "(t − o)², the root of the mean over the outputs"),
        ("optimizer", "adam", "by default β₁ = 0.9, β₂ = 0.999, ε = 1e-8"),
        ("optimizer", "adam", "with bias_correction: false\n  θₜ = θₜ₋₁ − η/(√vₜ + ε)·mₜ\n"),
        (
            "optimizer",
            "momentum",
            "with learning_rate_inside_velocity: false\n  vₜ = γ·vₜ₋₁ + gₜ\n  θₜ = θₜ₋₁ − η·vₜ\n",
        ),
        ("optimizer", "nadam", "μₜ₊₁ = β₁·(1 − 0.5·0.96^(ψ·(t + 1)))"),
        ("activation", "swish", "a = z·σ(β·z) (also silu); derivative β·a + σ(β·z)·(1 − β·a)"),
        ("activation", "tanh", "a = (e^z − e^(−z))/(e^z + e^(−z))"),
    ],
)
def test_a_rule_is_written_as_on_paper(kind: str, name: str, written: str) -> None:
    assert written in words(kind)[name]


@pytest.mark.parametrize("kind", ["evaluation", "normalization", "optimizer", "perceptron", "regression"])
def test_names_that_can_be_asked_for_are_those_of_problems(kind: str) -> None:
    vocabulary = KINDS[kind].vocabulary
    assert vocabulary is not None
    plans = [problem(entry.name).plan for entry in entries() if entry.kind == kind]
    known = {name for plan in plans for name in names_of(plan)}
    told = [name for names in vocabulary()[ASKED_FOR] for name in names.split(", ")]
    assert [name for name in told if name not in known] == []

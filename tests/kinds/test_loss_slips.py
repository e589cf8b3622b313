"""The typical mistakes in losses: each gives the number that a person gets who makes it, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, log10, sqrt

import pytest

from deepcalc.errors import MathError
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan import Slip
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem

KINDS = find_kinds()
P, Q = (0.5, 0.3, 0.2), (0.25, 0.25, 0.5)
LISTS = "targets: [[0.5, 0.3, 0.2]]\npredictions: [[0.25, 0.25, 0.5]]"


def problem(text: str) -> Problem:
    return load_text(f"kind: loss\n{text}".encode(), "problem.yaml", KINDS)


def slips_of(solved: Problem) -> list[Slip]:
    assert solved.kind.slips is not None
    return list(solved.kind.slips(solved.model, solved.plan))


def after(solved: Problem, slip: Slip, name: str) -> float | None:
    """What a quantity comes to with the mistake in it; None where it has no value then."""
    graph = solved.plan.graph
    wrong = {
        of: replace(graph[of], formula=formula, laws=(), stable=None, partials={}, fused={})
        for of, formula in slip.formulas.items()
    }
    try:
        return float(evaluate(graph.with_formulas(wrong), [name]).values[name])
    except MathError:
        return None


MISTAKES = [
    ("function: mae\ntargets: [1]\npredictions: [3.5]", "the sign of the error kept", "L", 1 - 3.5),
    ("function: mae\ntargets: [1]\npredictions: [3.5]", "the square in place of the absolute value", "L", 2.5**2),
    (
        "function: mae\ntargets: [1, 4, 2]\npredictions: [3.5, 3, 6]",
        "a factor 1/2 in the loss where there is none",
        "L",
        (2.5 + 1 + 4) / 3 / 2,
    ),
    (
        "function: mae\ntargets: [1, 4, 2]\npredictions: [3.5, 3, 6]",
        "the root of the mean of the squares in place of the mean of the absolute values",
        "L",
        sqrt((2.5**2 + 1 + 4**2) / 3),
    ),
    ("function: mape\ntargets: [4]\npredictions: [5]", "divided by the prediction, not by the target", "L", 20),
    ("function: mape\ntargets: [4]\npredictions: [5]", "the factor 100 left out", "L", 0.25),
    ("function: rmse\ntargets: [1, 2]\npredictions: [3, 3]", "no root taken of the mean of the squares", "L", 2.5),
    ("function: huber\ntargets: [7]\npredictions: [10.5]", "the square taken where the error is large", "L", 6.125),
    ("function: huber\ntargets: [1]\npredictions: [1.5]", "the straight line taken where the error is small", "L", 0),
    ("function: huber\ntargets: [7]\npredictions: [10.5]", "the ½·δ of the straight line left out", "L", 3.5),
    ("function: huber\ntargets: [1]\npredictions: [1.5]", "the ½ of the square left out", "L", 0.25),
    (
        "function: smooth_l1\ntargets: [1]\npredictions: [1.5]",
        "the straight line taken where the error is small",
        "L",
        0,
    ),
    ("function: quantile\ntau: 0.9\ntargets: [10]\npredictions: [8]", "τ and 1 − τ the other way round", "L", 0.2),
    ("function: poisson\ntargets: [2]\npredictions: [3]", "the logarithm added, not taken away", "L", 3 + 2 * log(3)),
    ("function: hinge\ntargets: [1]\npredictions: [1.5]", "not cut off at 0", "L", -0.5),
    ("function: hinge\ntargets: [0]\npredictions: [0.4]", "the labels 1 and 0 not turned into 1 and −1", "L", 1),
    ("function: hinge\ntargets: [1]\npredictions: [0.4]", "the margin left out", "L", 0),
    ("function: squared_hinge\ntargets: [1]\npredictions: [0.4]", "the square left out", "L", 0.6),
    (
        f"function: kl_divergence\n{LISTS}",
        "D(q‖p) in place of D(p‖q)",
        "L",
        sum(q * log(q / p) for p, q in zip(P, Q, strict=True)),
    ),
    (
        f"function: kl_divergence\n{LISTS}",
        "the cross-entropy in place of the divergence",
        "L",
        -sum(p * log(q) for p, q in zip(P, Q, strict=True)),
    ),
    (
        f"function: cce\nbase: 2\n{LISTS}",
        "the natural logarithm in place of that to base 2",
        "L",
        -sum(p * log(q) for p, q in zip(P, Q, strict=True)),
    ),
    (
        f"function: cce\nbase: 10\n{LISTS}",
        "the minus sign of the loss forgotten",
        "L",
        sum(p * log10(q) for p, q in zip(P, Q, strict=True)),
    ),
    (
        "function: entropy\nbase: 2\npredictions: [0.25, 0.75]",
        "the logarithm to base 10 in place of that to base 2",
        "L",
        -(0.25 * log10(0.25) + 0.75 * log10(0.75)),
    ),
    (
        "function: bce_with_logits\ntargets: [1]\npredictions: [2]",
        "t·z added, not taken away",
        "L",
        4 + log(1 + exp(-2)),
    ),
    (
        "function: focal\nalpha: 0.25\ntargets: [1]\npredictions: [0.3]",
        "the factor (1 − p)^γ left out: the cross-entropy alone",
        "L",
        -0.25 * log(0.3),
    ),
    ("function: focal\ntargets: [1]\npredictions: [0.3]", "p^γ in place of (1 − p)^γ", "L", -0.09 * log(0.3)),
    ("function: cosine\ntargets: [3, 4]\npredictions: [1, 0]", "the similarity, not 1 − the similarity", "L", 0.6),
    ("function: triplet\nanchor: [0, 0]\npositive: [3, 4]\nnegative: [0, 1]", "the margin left out", "L", 4),
    (
        "function: triplet_squared\nanchor: [0, 0]\npositive: [3, 4]\nnegative: [0, 1]",
        "the root taken of the sum of squares",
        "d_p",
        5,
    ),
    (
        "function: contrastive\ntargets: 1\nfirst: [0, 0]\nsecond: [0.3, 0.4]",
        "the two kinds of pairs exchanged, those of one class and of two",
        "L",
        0.125,
    ),
    (
        "function: multiclass_hinge\ntargets: 0\npredictions: [1, 2, 0.5]",
        "the mean over the outputs in place of their sum",
        "L",
        (2 + 0.5) / 3,
    ),
    (
        "function: cce\nclass_weights: [1, 3]\nreduction: weighted_mean\n"
        "targets: [0, 1]\npredictions: [[0.5, 0.5], [0.8, 0.2]]",
        "divided by the number of samples, not by the sum of the weights",
        "L",
        -(log(0.5) + 3 * log(0.2)) / 2,
    ),
    (
        "function: cce\nclass_weights: [1, 3]\ntargets: [1]\npredictions: [[0.8, 0.2]]",
        "the weight of the class left out",
        "L",
        -log(0.2),
    ),
    (
        "function: mse\nsample_weights: [1, 4]\ntargets: [0, 0]\npredictions: [1, 2]",
        "the weights of the samples left out",
        "L",
        2.5,
    ),
    (
        "function: cce\nlabel_smoothing: 0.2\ntargets: [[1, 0]]\npredictions: [[0.25, 0.75]]",
        "the targets not smoothed",
        "L",
        -log(0.25),
    ),
    (
        "function: cce\nlabel_smoothing: 0.2\ntargets: [[1, 0]]\npredictions: [[0.25, 0.75]]",
        "the share ε/K of each class left out",
        "ytilde.1",
        0.8,
    ),
    (
        "function: cce\nfrom_logits: true\ntargets: 0\npredictions: [1, 2]",
        "the sigmoid of each in place of the softmax",
        "p.1",
        1 / (1 + exp(-1)),
    ),
]


IDS = [f"{message} {number}" for number, (_, message, _, _) in enumerate(MISTAKES)]


@pytest.mark.parametrize(("text", "message", "name", "expected"), MISTAKES, ids=IDS)
def test_a_mistake_gives_its_number(text: str, message: str, name: str, expected: float) -> None:
    solved = problem(text)
    found = [after(solved, slip, name) for slip in slips_of(solved) if slip.message == message]
    assert found == [pytest.approx(expected)]


def test_the_logarithm_to_another_base_is_no_mistake_of_a_loss_without_one() -> None:
    messages = {slip.message for slip in slips_of(problem("function: mae\ntargets: [1]\npredictions: [2]"))}
    assert not any("logarithm" in message for message in messages)


@pytest.mark.parametrize("text", sorted({row[0] for row in MISTAKES}))
def test_every_mistake_can_be_worked_out(text: str) -> None:
    solved = problem(text)
    (loss,) = add_asked(solved.plan, "L")
    add_asked(solved.plan, f"dL/d{solved.plan.graph.names[-1]}")
    right = float(evaluate(solved.plan.graph, [loss]).values[loss])
    changing = [slip for slip in slips_of(solved) if after(solved, slip, loss) not in (None, pytest.approx(right))]
    assert changing
    assert all(name in solved.plan.graph for slip in slips_of(solved) for name in slip.formulas)

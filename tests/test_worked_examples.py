"""Every figure that a paper solution prints is visible in our derivation, and true of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from deepcalc.notation.nodes import Literal
from deepcalc.notation.parser import parse_number
from deepcalc.solution.expectations import agrees
from deepcalc.solution.solver import solve
from tests.library import on_terminal, problem, solved_problem

# what the paper prints, by the name of the quantity in our problem
FIGURES: dict[str, dict[str, str]] = {
    "logistic-three-features": {"z": "0.19", "p": "0.5474", "class": "1"},
    "adagrad-one-step": {
        "G.w1@1": "0.04",
        "G.w2@1": "0.16",
        "G.b@1": "0.01",
        "rate.w1@1": "0.5",
        "rate.w2@1": "0.25",
        "rate.b@1": "1.0",
        "w1@1": "0.4",
        "w2@1": "-0.2",
        "b@1": "0.0",
    },
    "relu-2-2-2": {
        "h1": "2.0",
        "h2": "-0.5",
        "h3": "2",
        "h4": "0",
        "o1": "0",
        "o2": "-1.5",
        "L": "2.5",
        "dL/dw21": "-1.5",
        "w21@1": "0.65",
    },
    "sigmoid-3-2-1": {
        "I4": "-0.7",
        "I5": "0.1",
        "I6": "-0.105",
        "O4": "0.332",
        "O5": "0.525",
        "O6": "0.474",
        "Err6": "0.1311",
        "Err5": "-0.0065",
        "Err4": "-0.0087",
        "w46@1": "-0.261",
        "w56@1": "-0.138",
        "w14@1": "0.192",
        "w15@1": "-0.306",
        "w24@1": "0.4",
        "w25@1": "0.1",
        "w34@1": "-0.508",
        "w35@1": "0.194",
        "theta6@1": "0.218",
        "theta5@1": "0.194",
        "theta4@1": "-0.408",
    },
}

# what the paper prints, as it must stand on our sheet
VISIBLE: dict[str, list[str]] = {
    "logistic-three-features": [
        "0.05 + 0.01·1.0 + 0.02·2.0 + 0.03·3.0",
        "0.05 + 0.01 + 0.04 + 0.09",
        "= 0.19",
        "≈ 0.5474",
        "since p ≈ 0.5474 ≥ 0.5",
    ],
    "cross-entropy-spam": ["−0.2231", "≈ 0.2231", "−0.3567", "≈ 0.3567", "drops out"],
    "mse-three-samples": ["0.25 + 0.25 + 0", "0.5/3 ≈ 0.167"],
    "l1-penalty": ["= 0.8", "= 0.08", "= 0.48"],
    "l2-penalty": ["= 0.34", "= 0.034", "= 0.434"],
    "adagrad-one-step": [
        "= 0.04",
        "= 0.16",
        "= 0.01",
        "≈ 0.5000",
        "≈ 0.2500",
        "≈ 1.0000",
        "≈ 0.4000",
        "≈ -0.2000",
        "≈ 0.0000, 5.0·10⁻⁸",
    ],
    "relu-2-2-2": [
        "h₁ = i₁·w₁₁ + i₂·w₂₁ + b₁",
        "= 2.0·1.0 + (-1.0)·0.5 + 0.5",
        "= 2 - 0.5 + 0.5",
        "= max(0, 2) = 2",
        "since h₁ = 2 > 0",
        "1/2·(t₁ - o₁)² + 1/2·(t₂ - o₂)²",
        "= 2.5",
        "∂L/∂o₁·∂o₁/∂h₃·∂h₃/∂h₁·∂h₁/∂w₂₁ + ∂L/∂o₂·∂o₂/∂h₃·∂h₃/∂h₁·∂h₁/∂w₂₁",
        "= (o₁ - t₁)·w₃₁·1·i₂ + (o₂ - t₂)·w₃₂·1·i₂",
        "= (0 - 1.0)·0.5·1·(-1.0) + (-1.5 - 0.5)·(-1.0)·1·(-1.0)",
        "= 0.5 - 2",
        "= -1.5",
        "w₂₁⁺ = w₂₁ - η·∂L/∂w₂₁",
        "= 0.5 - 0.1·(-1.5)",
        "= 0.5 + 0.15",
        "= 0.65",
    ],
    "sigmoid-3-2-1": [
        "0.474·(1 - 0.474)·(1 - 0.474) ≈ 0.1311",
        "≈ -0.105",
        "≈ 0.332",
        "≈ 0.525",
        "≈ 0.474",
        "≈ -0.0065",
        "≈ -0.0087",
        "≈ -0.261",
        "≈ -0.138",
        "≈ 0.192",
        "≈ -0.306",
        "= 0.4",
        "= 0.1",
        "≈ -0.508",
        "≈ 0.194",
        "≈ 0.218",
        "≈ -0.408",
    ],
    "conv-eight-filters": ["(32 - 6 + 2·1)/2 + 1", "= 14 + 1", "= 15", "15 × 15 × 8"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_the_paper_is_ours_rounded_at_its_last_place(name: str) -> None:
    steps = {step.name: step for part in solved_problem(name).parts for step in part.steps}
    for quantity, figure in FIGURES[name].items():
        step = steps[quantity]
        if Literal(figure).value == 0 and "." in figure:
            assert abs(float(step.value)) < 0.05
        else:
            assert agrees(parse_number(figure), step.value), (quantity, figure, step.value)


@pytest.mark.parametrize("name", VISIBLE)
def test_a_figure_of_the_paper_is_visible(name: str) -> None:
    sheet = re.sub(r"\s+", " ", on_terminal(name, 120).replace("−", "-"))
    for text in VISIBLE[name]:
        assert text.replace("−", "-") in sheet, text


def test_full_precision_can_be_carried_through_the_textbook_table_too() -> None:
    found = problem("sigmoid-3-2-1")
    exact = solve(found, rounding=replace(found.rounding, carry_rounded=False))
    steps = {step.name: step for part in exact.parts for step in part.steps}
    assert float(steps["Err6"].value) == pytest.approx(0.13117, abs=5e-6)  # not the 0.1311 of rounded figures

"""A long course of steps: its figures in a table, the first and the last step derived, or those asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.rendering.as_json import as_data
from deepcalc.solution.detail import Detail
from deepcalc.solution.document import Part, Section, Table
from deepcalc.solution.drawings import Plot
from deepcalc.solution.solver import solve
from tests.library import solved_problem

PARABOLA = """\
kind: optimizer
method: momentum
learning_rate: 0.1
momentum: 0.5
parameters: {{w: 2}}
objective: w^2
steps: {steps}
parts: [{{find: {find}}}]
"""
NETWORK = """\
kind: network
inputs: {{x: 1}}
layers: [{{net: [z], out: [a], activation: sigmoid, weights: {{x: [w]}}, biases: [b]}}]
values: {{w: 0.5, b: 0}}
targets: [1]
loss: half_sse
optimizer: {{learning_rate: 1, steps: {steps}}}
parts: [{{find: {find}}}]
"""


def solved(template: str, steps: int, find: str, detail: Detail = Detail.STEPS) -> Part:
    text = template.format(steps=steps, find=find)
    return solve(load_text(text.encode(), "course.yaml", find_kinds()), detail=detail).parts[0]


def figures(part: Part) -> list[list[float]]:
    """The columns of the tables."""
    tables = [block for block in part.blocks if isinstance(block, Table)]
    assert all(table.figures for table in tables)
    columns = []
    for table in tables:
        for column in range(len(table.headings) - 1):
            cells = [row.cells[column] for row in table.rows]
            columns.append([float(cell.value) for cell in cells if cell is not None and cell.value is not None])
    return columns


def derived(part: Part) -> list[str]:
    return [block.title for block in part.blocks if isinstance(block, Section)]


def test_the_table_has_the_figures_of_every_step() -> None:
    w, v = 2.0, 0.0
    gradients, velocities, values = [], [], []
    for _ in range(20):
        gradients.append(2 * w)
        v = 0.5 * v + 0.1 * gradients[-1]
        w -= v
        velocities.append(v)
        values.append(w)
    found = figures(solved(PARABOLA, 20, "w@20"))
    np.testing.assert_allclose(found, [gradients, velocities, values], rtol=1e-12)


def test_the_table_of_a_training_has_its_parameters() -> None:
    w, b = 0.5, 0.0
    values = []
    for _ in range(8):
        a = 1 / (1 + np.exp(-(w + b)))
        slope = (a - 1) * a * (1 - a)
        w, b = w - slope, b - slope
        values.append((w, b))
    np.testing.assert_allclose(figures(solved(NETWORK, 8, "[w@8, b@8]")), np.transpose(values), rtol=1e-12)


@pytest.mark.parametrize(
    ("find", "titles"),
    [
        ("w@20", ["Step 1", "Step 20"]),
        ("[w@3, w@7]", ["Step 3", "Step 7"]),
        ("updates", ["Step 1", "Step 20"]),
    ],
)
def test_the_first_and_the_last_step_are_derived_or_those_asked_for(find: str, titles: list[str]) -> None:
    assert derived(solved(PARABOLA, 20, find)) == titles


def test_few_steps_are_all_derived() -> None:
    part = solved(PARABOLA, 5, "w@5")
    assert derived(part) == [f"Step {number}" for number in range(1, 6)]
    assert figures(part) == []


def test_in_full_detail_every_step_is_written() -> None:
    part = solved(PARABOLA, 20, "w@20", Detail.FULL)
    assert derived(part) == [f"Step {number}" for number in range(1, 21)]


def test_the_json_has_every_step() -> None:
    text = PARABOLA.format(steps=20, find="w@20")
    data = as_data(solve(load_text(text.encode(), "course.yaml", find_kinds())))
    names = {step["name"] for step in data["parts"][0]["steps"]}
    assert names == {f"{name}@{step}" for name in ("w", "v.w", "g.w") for step in range(1, 21)}


def test_the_table_of_a_pass_has_the_losses_of_its_samples_and_of_all() -> None:
    text = """\
kind: network
layout: table
samples: [{inputs: {x: 1}, targets: [1]}, {inputs: {x: -2}, targets: [0]}]
layers: [{net: [z], out: [a], activation: sigmoid, weights: {x: [w]}, biases: [b]}]
values: {w: 0.5, b: 0}
loss: half_sse
parts: [{find: L}]
"""
    (table,) = solve(load_text(text.encode(), "table.yaml", find_kinds())).parts[0].blocks
    assert isinstance(table, Table)
    assert table.headings[-1] == ("Loss",)
    losses = [float(cell.value) for row in table.rows if (cell := row.cells[-1]) is not None and cell.value is not None]
    a = 1 / (1 + np.exp(-np.array([0.5, -1])))
    each = (np.array([1, 0]) - a) ** 2 / 2
    np.testing.assert_allclose(losses, [*each, each.mean()], rtol=1e-12)


def test_of_a_late_step_only_what_leads_to_the_answer_is_derived() -> None:
    """The loss at the beginning and the end: its parts stand in the tables, the first sample is an example."""
    solution = solved_problem("ten-epochs-of-xor")
    part = solution.parts[1]
    assert derived(part) == ["Loss", "Loss after update 40"]
    tables = [block for block in part.blocks if isinstance(block, Table)]
    assert [(table.title, len(table.rows)) for table in tables] == [
        ("The steps", 40),
        ("The steps", 40),
        ("Before the first step", 4),
        ("After the last step", 4),
    ]


def test_the_loss_over_the_epochs_is_a_picture() -> None:
    samples = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    targets = np.array([0.0, 1, 1, 0])
    w, b, v, c = np.array([[0.5, -0.3], [0.3, 0.8]]), np.array([0.1, -0.2]), np.array([0.7, -0.5]), 0.1

    def hidden(x: Any) -> Any:
        return 1 / (1 + np.exp(-(x @ w + b)))

    def output(h: Any) -> Any:
        return 1 / (1 + np.exp(-(h @ v + c)))

    losses = [np.mean((targets - output(hidden(samples))) ** 2) / 2]
    for _ in range(10):
        for x, t in zip(samples, targets, strict=True):
            h = hidden(x)
            delta = (output(h) - t) * output(h) * (1 - output(h))
            inner = delta * v * h * (1 - h)
            w, b, v, c = w - 0.6 * np.outer(x, inner), b - 0.6 * inner, v - 0.6 * delta * h, c - 0.6 * delta
        losses.append(np.mean((targets - output(hidden(samples))) ** 2) / 2)
    (drawn,) = [figure.drawing for figure in solved_problem("ten-epochs-of-xor").figures if "course" in figure.title]
    assert isinstance(drawn, Plot)
    ((_, points),) = [(series.label, series.points) for series in drawn.series]
    assert [epoch for epoch, _ in points] == list(range(11))
    np.testing.assert_allclose([float(value.value) for _, value in points], losses, rtol=5e-4)

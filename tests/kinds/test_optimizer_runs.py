"""Several runs side by side: each as NumPy has it, what they share once."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from deepcalc.checking.diagnosis import Diagnoser
from deepcalc.errors import InvalidProblem
from deepcalc.plan.lookup import add_asked
from deepcalc.solution.document import Table
from deepcalc.solution.drawings import Plot
from deepcalc.solution.solver import solve
from tests.array_problems import assert_same, drawn, loaded


def steps_of(method: str, w: float, eta: float, target: float, count: int) -> list[float]:
    """Where a method's steps down (w - target)² lead, with γ = 0.5, β₁ = 0.9 and β₂ = 0.99."""
    found, velocity, m, v = [], 0.0, 0.0, 0.0
    for t in range(1, count + 1):
        g = 2 * (w - target)
        velocity, m, v = 0.5 * velocity + eta * g, 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        moved = {
            "sgd": eta * g,
            "momentum": velocity,
            "sign_sgd": eta * float(np.sign(g)),
            "adam": eta * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8),
        }
        w -= moved[method]
        found.append(float(w))
    return found


@pytest.mark.parametrize("seed", range(10))
def test_every_method_goes_its_own_way(seed: int) -> None:
    draw = Random(seed)
    for _ in range(10):
        methods = draw.sample(["sgd", "momentum", "sign_sgd", "adam"], k=draw.randint(2, 4))
        count, start, target = draw.randint(1, 4), drawn(draw) + 3, drawn(draw)
        fields: dict[str, Any] = {
            "methods": methods,
            "learning_rate": 0.1,
            "parameters": {"w": start},
            "objective": "(w - c)^2",
            "constants": {"c": target},
            "steps": count,
        }
        fields |= {"momentum": 0.5} if "momentum" in methods else {}
        fields |= {"beta2": 0.99} if "adam" in methods else {}
        found = loaded("optimizer", fields)
        for method in methods:
            for t, w in enumerate(steps_of(method, start, 0.1, target, count), start=1):
                assert_same(found, {f"{method}.w@{t}": w, f"{method}.J@{t}": (w - target) ** 2}, methods)


def test_runs_differ_in_what_they_set() -> None:
    text = (
        "method: sgd\nparameters: {w: 5}\nobjective: (w - 2)^2\nsteps: 3\n"
        "runs: [{learning_rate: 0.1}, {learning_rate: 1.1, name: large}, {method: momentum, momentum: 0.5, "
        "learning_rate: 0.1}, {learning_rate: 0.1, parameters: {w: -1}}]"
    )
    found = loaded("optimizer", text)
    rows = [("run1", "sgd", 5, 0.1), ("large", "sgd", 5, 1.1), ("run3", "momentum", 5, 0.1), ("run4", "sgd", -1, 0.1)]
    for run, method, start, eta in rows:
        ends = steps_of(method, start, eta, 2, 3)
        assert_same(found, {f"{run}.w@{t}": w for t, w in enumerate(ends, start=1)}, run)
    assert add_asked(found.plan, "large.w+") == ("large.w@1",)
    assert add_asked(found.plan, "large.dJ@1/dw@1") == ("large.g.w@2",)
    assert {"run1.eta", "large.eta"} <= set(found.plan.graph.names)


def test_runs_of_one_schedule_are_told_apart_by_what_they_set() -> None:
    text = (
        "method: sgd\nlearning_rate: 0.5\nparameters: {w: 5}\nobjective: w^2\nsteps: 2\n"
        "runs: [{schedule: {kind: step, every: 1, factor: 0.5}}, {schedule: {kind: step, factor: 0.5, every: 2}}, "
        "{schedule: [0.5, 0.3]}, {schedule: {kind: inverse_root}}, "
        "{schedule: {kind: exponential, factor: 0.8, warmup: 2, warmup_from_zero: true, count_from: 1}}]"
    )
    (figure,) = [each.drawing for each in solve(loaded("optimizer", text)).figures][-1:]
    assert isinstance(figure, Plot)
    assert ["".join(map(str, series.label)) for series in figure.series] == [
        "Step decay (every 1, factor 0.5)",
        "Step decay (every 2, factor 0.5)",
        "Given rates (0.5, 0.3)",
        "Inverse square-root decay",
        "Exponential decay (factor 0.8, warmup 2, warmup from zero, count from 1)",
    ]


def test_what_runs_share_stands_once_and_their_results_in_one_table() -> None:
    text = "methods: [sgd, adam]\nlearning_rate: 0.1\nparameters: {w: 5}\nobjective: (w - 2)^2\nsteps: 2"
    found = loaded("optimizer", text)
    assert {"eta", "beta1", "w", "J", "g.w@1", "sgd.g.w@2", "adam.g.w@2"} <= set(found.plan.graph.names)
    solution = solve(found)
    table = solution.parts[0].blocks[0]
    assert isinstance(table, Table)
    assert [[cell and cell.name for cell in row.cells] for row in table.rows] == [
        ["sgd.w@1", "sgd.J@1", "adam.w@1", "adam.J@1"],
        ["sgd.w@2", "sgd.J@2", "adam.w@2", "adam.J@2"],
    ]
    objective = solution.figures[1].drawing
    assert isinstance(objective, Plot)
    assert [float(y.value) for _, y in objective.series[0].points] == [9, 5.76, 3.6864]
    assert [series.label for series in objective.series] == [("Gradient descent",), ("Adam",)]


def test_a_mistake_in_one_run_is_named() -> None:
    text = "methods: [sgd, momentum]\nlearning_rate: 0.1\nparameters: {w: 5}\nobjective: (w - 2)^2\nsteps: 2"
    found = loaded("optimizer", text)
    reports = Diagnoser(found).explain("sgd.w@1", Fraction("5.6"), Fraction("0.05"))
    assert "gradient-added" in [report.key for report in reports]


BASE = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 1}\ngradients: {w: 2}\n"
BROKEN = [
    (f"{BASE}runs: [{{learning_rate: 1}}, {{decay: 0.5}}]", "6:29: `decay` belongs to rmsprop and adadelta"),
    (f"{BASE}runs: [{{learning_rate: 1}}]", "expected at least 2 entries, found a list of 1"),
    (f"{BASE}runs: [{{name: w}}, {{name: b}}]", "`w` is taken already; give the run another `name`"),
    (f"{BASE}runs: [{{name: a}}, {{name: a}}]", "`a` is taken already; give the run another `name`"),
    (f"{BASE}methods: [sgd, adam]\nruns: [{{}}, {{}}]", "give either `methods` or `runs`"),
    (f"{BASE}methods: [sgd, sgd]", "`sgd` is taken already"),
    (f"{BASE}methods: [sgd, adam]\ndecay: 0.5", "`decay` belongs to rmsprop and adadelta"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("optimizer", text)
    assert message in str(caught.value)

"""Epochs and batches of a network against autograd and NumPy, and where a training stops."""

from __future__ import annotations

import random
from dataclasses import replace

import autograd
import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.kinds.network import KIND
from deepcalc.plan.lookup import long_names
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve
from tests.kinds.test_network_training import NAMES, loss, network
from tests.statements import printed

KINDS = find_kinds()


def drawn(draw: random.Random, count: int) -> tuple[list[float], list[tuple[float, ...]]]:
    values = [draw.randint(-15, 15) / 10 or 0.3 for _ in NAMES]
    return values, [tuple(draw.randint(-20, 20) / 10 or 0.7 for _ in range(3)) for _ in range(count)]


@pytest.mark.parametrize("method", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("size", "count", "epochs"), [(1, 2, 3), (1, 3, 2), (2, 3, 2), (2, 4, 2), (3, 3, 2), (2, 2, 1)]
)
def test_every_update_agrees_with_autograd(size: int, count: int, epochs: int, method: str) -> None:
    draw = random.Random(f"{size}{count}{method}")
    for _ in range(5):
        values, samples = drawn(draw, count)
        optimizer = f"method: {method}\nlearning_rate: 0.05\nbatch_size: {size}\nepochs: {epochs}"
        theta, m, v = np.array(values), np.zeros(9), np.zeros(9)
        batches = [samples[start : start + size] for start in range(0, count, size)] * epochs
        wanted = [f"{name}@{t}" for t in range(1, len(batches) + 1) for name in NAMES]
        floats = Program(network(values, samples, optimizer).plan.graph, [*wanted, f"L@{len(batches)}"]).run()
        for t, batch in enumerate(batches, start=1):
            g = autograd.grad(loss)(theta, batch)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            adam = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            theta = theta - 0.05 * (g if method == "sgd" else adam)
            for name, figure in zip(NAMES, theta, strict=True):
                assert floats[f"{name}@{t}"] == pytest.approx(figure, rel=1e-9, abs=1e-11)
        assert floats[f"L@{len(batches)}"] == pytest.approx(loss(theta, samples), rel=1e-9, abs=1e-11)


LINE = """kind: network
layers: [{{net: [o], weights: {{x: [w]}}, biases: [b]}}]
values: {{w: 0.5, b: 0}}
samples:
  - {{inputs: {{x: 1}}, targets: [2]}}
  - {{inputs: {{x: 2}}, targets: [3]}}
  - {{inputs: {{x: 3}}, targets: [5]}}
loss: {{function: mse}}
{rest}
optimizer: {{learning_rate: 0.1{more}}}
"""


def line(more: str, rest: str = "") -> Problem:
    return load_text(LINE.format(more=f", {more}" if more else "", rest=rest).encode(), "line.yaml", KINDS)


def by_hand(batches: list[list[int]], strength: float = 0.0) -> list[tuple[float, float, float]]:
    """Slope, intercept and mean squared error after each update."""
    x, y = np.array([1.0, 2, 3]), np.array([2.0, 3, 5])
    w, b, found = 0.5, 0.0, []
    for batch in batches:
        e = w * x[batch] + b - y[batch]
        w, b = w - 0.1 * (2 * np.mean(e * x[batch]) + 2 * strength * w), b - 0.1 * 2 * np.mean(e)
        found.append((w, b, np.mean((w * x + b - y) ** 2)))
    return found


@pytest.mark.parametrize("size", [1, 2])
def test_a_penalty_is_in_every_batch(size: int) -> None:
    batches = [[0], [1], [2]] if size == 1 else [[0, 1], [2]]
    solved = line(f"batch_size: {size}, epochs: 2", "penalty: {function: l2, strength: 0.05}")
    found = evaluate(solved.plan.graph, [f"{name}@{t}" for t in (1, 2 * len(batches)) for name in "wb"]).values
    expected = by_hand(batches * 2, 0.05)
    for t in (1, 2 * len(batches)):
        assert float(found[f"w@{t}"]) == pytest.approx(expected[t - 1][0])
        assert float(found[f"b@{t}"]) == pytest.approx(expected[t - 1][1])


@pytest.mark.parametrize(("size", "batches"), [("1", [[0], [1], [2]]), ("2", [[0, 1], [2]]), ("all", [[0, 1, 2]])])
@pytest.mark.parametrize("bound", [0.5, 0.1, 0.0001])
def test_training_stops_after_the_first_epoch_at_whose_end_the_criterion_holds(
    size: str, batches: list[list[int]], bound: float
) -> None:
    solved = line(f"batch_size: {size}, epochs: 5, until: L < {bound}")
    after = [loss for _, _, loss in by_hand(batches * 5)][len(batches) - 1 :: len(batches)]
    expected = next((epoch for epoch, loss in enumerate(after, start=1) if loss < bound), 5)
    assert evaluate(solved.plan.graph, ["stop_epoch"]).values["stop_epoch"] == expected
    last = expected * len(batches)
    assert f"w@{last}" in solved.plan.graph
    assert f"w@{last + 1}" not in solved.plan.graph
    assert [answer.name for answer in solve(solved).parts[-1].answers] == ["stop_epoch"]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("", None),
        (", until: L < 0.1", ", and the epoch stop_epoch after which training stops."),
        (", early_stopping: {patience: 1}", ", and the epoch stop_epoch after which training stops."),
    ],
)
def test_the_statement_asks_when_a_training_ends_that_may_end_early(ends: str, said: str | None) -> None:
    told = printed(line(f"batch_size: 1, epochs: 5{ends}"))
    assert ("stop_epoch" in told) == (said is not None)
    assert told.endswith(said or ".")


@pytest.mark.parametrize(
    ("size", "last", "figures"), [("all", 1, {"w": 3.5, "b": 1.2}), ("2", 2, {"w": 3.19, "b": 1.33})]
)
def test_a_published_epoch_of_a_batch_and_of_mini_batches(size: str, last: int, figures: dict[str, float]) -> None:
    """The line through (1, 3) to (4, 9) from w = b = 0 with η = 0.1, as a solved exercise has it."""
    rows = "".join(f"\n  - {{inputs: {{x: {x}}}, targets: [{2 * x + 1}]}}" for x in range(1, 5))
    text = (
        "kind: network\nlayers: [{net: [o], weights: {x: [w]}, biases: [b]}]\nvalues: {w: 0, b: 0}\nloss: mse\n"
        f"samples:{rows}\noptimizer: {{learning_rate: 0.1, epochs: 1, batch_size: {size}}}"
    )
    found = evaluate(load_text(text.encode(), "line.yaml", KINDS).plan.graph, [f"{name}@{last}" for name in figures])
    assert {name: float(found.values[f"{name}@{last}"]) for name in figures} == pytest.approx(figures)


def test_the_sheet_names_epoch_and_samples_of_each_update() -> None:
    sections = [step.section for part in solve(line("batch_size: 2, epochs: 2")).parts for step in part.steps]
    updates = [section for section in dict.fromkeys(sections) if section.startswith("Update")]
    assert updates == [
        "Update 1 (epoch 1, samples 1, 2)",
        "Update 2 (epoch 1, sample 3)",
        "Update 3 (epoch 2, samples 1, 2)",
        "Update 4 (epoch 2, sample 3)",
    ]


def test_the_whole_batch_and_no_update_between_are_known_mistakes() -> None:
    assert KIND.slips is not None
    solved = line("batch_size: 1")
    graph = solved.plan.graph
    slips = {slip.key: slip.formulas for slip in KIND.slips(solved.model, solved.plan)}

    def after_mistake(key: str, name: str) -> float:
        wrong = {of: replace(graph[of], formula=formula, stable=None) for of, formula in slips[key].items()}
        return float(evaluate(graph.with_formulas(wrong), [name]).values[name])

    x, y = np.array([1.0, 2, 3]), np.array([2.0, 3, 5])
    slopes = 2 * (0.5 * x - y) * x
    assert after_mistake("whole-batch", "w@1") == pytest.approx(0.5 - 0.1 * slopes.mean())
    assert after_mistake("no-update-between", "w@3") == pytest.approx(0.5 - 0.1 * slopes.sum())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("steps: 2, epochs: 2", "give either `steps` or `epochs`"),
        ("until: L < 1", "a criterion needs `epochs`"),
        ("batch_size: 4", "expected at most the 3 samples that there are"),
        ("batch_size: 0", "expected all, or a number of samples from 1 up, found 0"),
        ("batch_size: 1.5", "expected all, or a number of samples from 1 up, found 1.5"),
        ("batch_size: some", "expected all, or a number of samples, found 'some'"),
        ("epochs: 2, until: K < 1", "`K` has no value after an update; the loss is L"),
        ("batch_size: 1, epochs: 9000", "expected at most 20,000 gradients of parameters by samples"),
    ],
)
def test_faults_of_a_course_are_told(more: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        line(more)
    assert message in str(caught.value)


def test_the_loss_of_a_batch_of_one_sample_has_the_name_of_batches_too() -> None:
    plan = line("batch_size: 2, epochs: 2").plan
    assert long_names(plan, "L_b") == ("L_b",)
    assert long_names(plan, "L_b@1") == ("L:3@1",), "the last batch of an epoch has a single sample"
    assert long_names(plan, "dL_b@1/dw@1") == ("dL:3@1/dw@1",)
    assert long_names(plan, "dL_b@2/dw@2") == ("dL_b@2/dw@2",)

"""The share of right classes in a network, and early stopping by what is to become larger, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.graph import Graph
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.solution.solver import solve

KINDS = find_kinds()


def figures_of(graph: Graph, names: list[str]) -> list[float]:
    values = evaluate(graph, names).values
    return [float(values[name]) for name in names]


EPOCHS = 8


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def graph_of(text: str) -> Graph:
    return load_text(text.encode(), "n.yaml", KINDS).plan.graph


def logistic(x: Any, y: Any, others: Any, labels: Any, w: float, b: float, stopping: str, notation: str) -> str:
    """One sigmoid unit, in scalars, or in matrices with samples as rows or columns."""
    end = (
        "loss: binary_cross_entropy\nclassify: {accuracy: acc}\n"
        f"optimizer: {{learning_rate: 1, epochs: {EPOCHS}, early_stopping: {{{stopping}}}}}"
    )
    if notation == "scalars":

        def rows(inputs: Any, targets: Any) -> str:
            return ", ".join(
                f"{{inputs: {{x: {each}}}, targets: [{t}]}}" for each, t in zip(inputs, targets, strict=True)
            )

        layer = "{net: [z], out: [o], activation: sigmoid, weights: {x: [w]}, biases: [b]}"
        return (
            f"kind: network\nlayers: [{layer}]\nvalues: {{w: {w}, b: {b}}}\nsamples: [{rows(x, y)}]\n"
            f"validation: [{rows(others, labels)}]\n{end}"
        )
    x, y, others, labels = (np.array([each]) for each in (x, y, others, labels))
    if notation == "rows":
        x, y, others, labels = x.T, y.T, others.T, labels.T
    return (
        f"kind: network\nnotation: matrix\nsamples_as: {notation}\nX: {x.tolist()}\nY: {y.tolist()}\n"
        f"weights: {{W: [[{w}]], b: [{b}]}}\nlayers: [sigmoid]\n"
        f"validation: {{X: {others.tolist()}, Y: {labels.tolist()}}}\n{end}"
    )


def judged_by_numpy(x: Any, y: Any, others: Any, labels: Any, w: float, b: float) -> tuple[list[float], list[float]]:
    """The accuracies of the training and of the validation samples after each epoch, the first one after 1."""
    own, validated = [], []
    for _ in range(EPOCHS):
        error = sigmoid(w * x + b) - y
        w, b = w - (error * x).mean(), b - error.mean()
        own.append(float(((sigmoid(w * x + b) >= 0.5) == y).mean()))
        validated.append(float(((sigmoid(w * others + b) >= 0.5) == labels).mean()))
    return own, validated


def stopped(judged: list[float], patience: int) -> tuple[int, int]:
    """The epoch after which training stops, and the best one: the first with the largest figure until then."""
    best = 0
    for epoch, figure in enumerate(judged):
        best = epoch if figure > judged[best] else best
        if epoch - best >= patience:
            return epoch + 1, best + 1
    return len(judged), best + 1


@pytest.mark.parametrize("notation", ["scalars", "rows", "columns"])
@pytest.mark.parametrize("seed", range(6))
def test_training_stops_by_the_accuracy(seed: int, notation: str) -> None:
    rng = np.random.default_rng(seed)
    x, others = (np.round(rng.normal(0, 2, size), 2) for size in (4, 5))
    y, labels = ((each + rng.normal(0, 0.5, len(each)) > 0.3).astype(int) for each in (x, others))
    w, b = np.round(rng.normal(-1, 1, 2), 2)
    figures = judged_by_numpy(x, y, others, labels, w, b)
    for monitor, judged in zip(("acc", "val.acc"), figures, strict=True):
        for patience in (1, 2):
            stopping = f"patience: {patience}, monitor: {monitor}"
            graph = graph_of(logistic(x, y, others, labels, w, b, stopping, notation))
            stop, best = stopped(judged, patience)
            names = ["stop_epoch", "best_epoch", *(f"{monitor}@{epoch}" for epoch in range(1, stop + 1))]
            last, top, *shares = figures_of(graph, names)
            assert (last, top) == (stop, best)
            assert shares == pytest.approx(judged[:stop])


THREE = "X: [[1, 0], [0, 1], [1, 1], [0.2, 0.9]]\nY: {y}\nweights: {{W: [[1, 0, -1], [0.5, 2, 1]], b: [0, 0, 0.25]}}"


@pytest.mark.parametrize("y", ["[0, 1, 2, 1]", "[[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]"])
def test_the_accuracy_of_several_classes_is_the_share_of_largest_outputs_at_the_target(y: str) -> None:
    graph = graph_of(
        f"kind: network\nnotation: matrix\n{THREE.format(y=y)}\nlayers: [softmax]\nloss: cross_entropy\n"
        "classify: {accuracy: share}"
    )
    z = np.array([[1, 0], [0, 1], [1, 1], [0.2, 0.9]]) @ np.array([[1, 0, -1], [0.5, 2, 1]]) + np.array([0, 0, 0.25])
    assert figures_of(graph, ["share"])[0] == np.mean(z.argmax(1) == [0, 1, 2, 1]) == 0.75


LINE = """kind: network
layers: [{net: [o, u], weights: {x: [w, v]}}]
values: {w: 0.5, v: -1}
samples: [{inputs: {x: 1}, targets: [1, 0]}, {inputs: {x: 2}, targets: [0, 1]}]
loss: mse
"""


def test_any_number_is_judged_the_way_that_is_said() -> None:
    training = "optimizer: {{learning_rate: 0.1, epochs: 6, early_stopping: {{patience: 1, monitor: o:1, mode: {}}}}}"
    w, outputs = 0.5, []
    for _ in range(6):
        w -= 0.1 * ((w - 1) + 2 * (2 * w - 0)) / 2
        outputs.append(w)
    assert outputs == sorted(outputs, reverse=True)
    for mode, expected in (("min", [6, 6]), ("max", [2, 1])):
        graph = graph_of(LINE + training.format(mode))
        assert figures_of(graph, ["stop_epoch", "best_epoch"]) == expected


def test_a_class_of_several_outputs_is_right_where_the_largest_target_is() -> None:
    problem = load_text(f"{LINE}classify: {{name: k, accuracy: acc}}\nparts: [{{find: acc}}]".encode(), "n.yaml", KINDS)
    assert figures_of(problem.plan.graph, ["k:1", "k:2", "correct:1", "correct:2", "acc"]) == [1, 1, 1, 0, 0.5]
    assert "argmax" in str(solve(problem))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("monitor: val.acc", "monitor: val.ac"), "`val.ac` has no value after an epoch (did you mean `val.acc`?)"),
        (("monitor: val.acc", "monitor: 3"), "expected the name of a quantity"),
        (("monitor: val.acc", "monitor: val.acc, mode: up"), "expected min or max, found 'up'"),
        (("accuracy: acc", "accuracy: [1]"), "expected a name"),
        (("targets: [1]", "targets: [0.5]"), "the class is held against the targets, which have to be 0 and 1"),
        (("accuracy: acc", "accuracy: o"), "the name `o` is taken already"),
    ],
)
def test_what_cannot_be_judged_is_told(change: tuple[str, str], message: str) -> None:
    x = np.array([1, 2])
    text = logistic(x, [0, 1], x, [0, 1], 1, 0, "patience: 1, monitor: val.acc", "scalars")
    with pytest.raises(InvalidProblem) as caught:
        graph_of(text.replace(*change, 1))
    assert any(message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("monitor: val.acc", "monitor: A", "`A` is no single number"),
        ("Y: [[0], [1]]", "Y: [[0], [0.5]]", "the class is held against the targets, which have to be 0 and 1"),
        ("accuracy: acc", "accuracy: A", "A is defined twice"),
    ],
)
def test_what_cannot_be_judged_in_matrices_is_told(old: str, new: str, message: str) -> None:
    x = np.array([1, 2])
    text = logistic(x, [0, 1], x, [0, 1], 1, 0, "patience: 1, monitor: val.acc", "rows")
    with pytest.raises(InvalidProblem) as caught:
        graph_of(text.replace(old, new, 1))
    assert any(message in fault.message for fault in caught.value.faults), caught.value

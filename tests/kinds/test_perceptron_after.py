"""Units that learn nothing, what they give after learning, and Adaline's changes and errors, against NumPy."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.problem.problem import Problem
from deepcalc.solution.document import Table
from deepcalc.solution.drawings import Plane, Plot
from deepcalc.solution.solver import solve
from tests.array_problems import Data, loaded
from tests.checking.marking import by_name, written
from tests.statements import printed


def problem(fields: Data) -> Problem:
    return loaded("perceptron", fields)


def found(of: Problem, *names: str) -> list[float]:
    values = evaluate(of.plan.graph, names).values
    return [float(values[name]) for name in names]


@pytest.mark.parametrize("unit", ["step", "sign"])
@pytest.mark.parametrize("constant", [{"bias": 0.5}, {"threshold": 0.5}, {}])
def test_a_unit_that_learns_nothing_gives_what_its_weights_make(unit: str, constant: Data) -> None:
    random = Random(unit)
    for _ in range(10):
        weights, rows = (np.array([[random.randint(-4, 4) / 2 for _ in range(3)] for _ in range(n)]) for n in (1, 5))
        lower = 0 if unit == "step" else -1
        targets = [random.choice([lower, 1]) for _ in rows]
        fields: Data = {"rule": "none", "unit": unit, "weights": weights[0].tolist(), **constant}
        nets = rows @ weights[0] + sum(constant.values()) * (-1 if "threshold" in constant else 1)
        outputs = np.where(nets >= 0, 1, lower)
        judged = problem({**fields, "inputs": rows.tolist(), "targets": targets})
        assert found(judged, *(f"z:{i}" for i in range(1, 6))) == nets.tolist()
        assert found(judged, *(f"o:{i}" for i in range(1, 6))) == outputs.tolist()
        right = np.mean(outputs == targets)
        assert found(judged, "misclassified", "accuracy") == pytest.approx([5 * (1 - right), right])
        further = problem({**fields, "predict": rows.tolist()})
        assert found(further, *(f"o_new:{i}" for i in range(1, 6))) == outputs.tolist()
        assert found(problem({**fields, "predict": rows[0].tolist()}), "o_new") == [outputs[0]]
        assert "misclassified" not in further.plan.graph
        assert [quantity.name for quantity in judged.plan.graph if "@" in quantity.name] == []


def test_without_targets_only_outputs_are_asked_for() -> None:
    solved = problem({"rule": "none", "weights": [1, 2], "inputs": [[1, 1], [-1, 0]], "bias": -1})
    assert [part.find for part in solved.plan.parts] == [("o:1", "o:2"), ("slope", "offset", "crossing")]
    assert "is trained" not in printed(solved)
    assert "eta" not in solved.plan.graph


def test_the_line_alone_needs_no_samples() -> None:
    solved = problem({"rule": "none", "weights": {"u": 3, "v": 4}, "bias": -6})
    assert [part.find for part in solved.plan.parts] == [("slope", "offset", "crossing")]
    assert found(solved, "slope", "offset", "crossing") == [-0.75, 1.5, 2]


def test_the_picture_of_given_weights_has_their_line_and_where_they_fire() -> None:
    fields: Data = {"rule": "none", "weights": [1, 1], "bias": -2, "inputs": [[0, 0], [3, 3]], "targets": [0, 1]}
    told = next(figure.drawing for figure in solve(problem(fields)).figures if figure.tells)
    assert isinstance(told, Plane)
    ((line,), (region,)) = told.courses, told.regions
    assert region is not None
    assert (line.label, region.label) == (("boundary",), ("fires",))
    assert all(x + y == pytest.approx(2) for x, y in line.points)
    assert all(x + y >= 2 for x, y in region.points)
    assert [each.label[0] for each in told.points] == ["target ", "target "]


def test_a_table_tells_the_samples_of_given_weights() -> None:
    fields: Data = {"rule": "none", "weights": [1], "inputs": [[2], [-3]], "targets": [1, 1], "parts": [
        {"find": "misclassified", "layout": "table"}]}  # fmt: skip
    (part,) = solve(problem(fields)).parts
    (table,) = (block for block in part.blocks if isinstance(block, Table))
    assert table.title == "Outputs"
    assert len(table.rows) == 2


# ---- Adaline


def adaline(x: Any, t: Any, w: Any, eta: float, epochs: int) -> tuple[list[Any], list[float]]:
    """The changes of each presentation, and the squared errors of each epoch."""
    changes, squares = [], []
    for _ in range(epochs):
        squares.append(0.0)
        for row, target in zip(x, t, strict=True):
            error = target - row @ w
            changes.append(eta * error * row)
            w = w + changes[-1]
            squares[-1] += error**2
    return changes, squares


X = np.array([[1, 0.5, 1], [-1, 1.5, 1], [0.5, -2, 1]])


@pytest.mark.parametrize("bound", [6.0, 2.5, 0.001])
def test_adaline_stops_when_its_squared_errors_are_small(bound: float) -> None:
    targets, start = [1, -1, 0.5], np.array([0.5, -0.5, 0.1])
    changes, squares = adaline(X, targets, start, 0.1, 6)
    solved = problem({
        "rule": "adaline", "inputs": X[:, :2].tolist(), "targets": targets, "weights": [0.5, -0.5], "bias": 0.1,
        "learning_rate": 0.1, "epochs": 6, "until": f"squared_errors < {bound}", "parts": [{"find": "changes"}],
    })  # fmt: skip
    stop = next((epoch for epoch, each in enumerate(squares, start=1) if each < bound), 6)
    assert found(solved, "stop_epoch") == [stop]
    assert found(solved, *(f"squared_errors.{k}" for k in range(1, stop + 1))) == pytest.approx(squares[:stop])
    assert f"squared_errors.{stop + 1}" not in solved.plan.graph
    for time, change in enumerate(changes[: 3 * stop], start=1):
        assert found(solved, *(f"Delta.{name}@{time}" for name in ("w1", "w2", "b"))) == pytest.approx(change.tolist())
    assert "misclassified" not in solved.plan.graph, "0.5 is no output of the unit"


@pytest.mark.parametrize("rule", ["error", "mistake"])
def test_changes_are_what_a_presentation_adds(rule: str) -> None:
    solved = problem({
        "rule": rule, "inputs": [[2, 1], [-1, 2], [1, -1]], "targets": [1, -1, 1], "weights": [0, 0], "bias": 0,
        "epochs": 3, "parts": [{"find": ["Delta.w1@2", "Delta.b@2"]}],
    })  # fmt: skip
    last = max(int(name.rpartition("@")[2]) for name in solved.plan.graph.names if name.startswith("w1@"))
    for time in range(1, last + 1):
        before = "" if time == 1 else f"@{time - 1}"
        change, new, old = found(solved, f"Delta.w2@{time}", f"w2@{time}", f"w2{before}")
        assert change == new - old


def test_changes_stand_on_the_sheet_where_they_are_asked_for() -> None:
    fields: Data = {"inputs": [[2, 1]], "targets": [0], "weights": [0, 0], "epochs": 1}
    assert not [name for name in problem(fields).plan.graph.names if name.startswith("Delta")]
    assert problem({**fields, "parts": [{"find": "Delta.w2"}]}).plan.aliases["Delta.w2"] == "Delta.w2@1"


def test_the_errors_of_several_epochs_are_a_curve() -> None:
    fields: Data = {"rule": "adaline", "inputs": X.tolist(), "targets": [1, -1, 0.5], "weights": [0, 0, 0], "epochs": 4,
                    "learning_rate": 0.1, "parts": [{"find": "squared_errors"}]}  # fmt: skip
    (plot,) = (figure.drawing for figure in solve(problem(fields)).figures if isinstance(figure.drawing, Plot))
    ((_, points),) = [(series.label, series.points) for series in plot.series]
    _, squares = adaline(X, [1, -1, 0.5], np.zeros(3), 0.1, 4)
    np.testing.assert_allclose([float(value.value) for _, value in points], squares, rtol=5e-4)


# ---- mistakes

JUDGED = (
    "kind: perceptron\nrule: none\nweights: [3, 4]\nbias: -6\ninputs: [[1, 4], [-3, 3], [1, 1], [6, -4]]\n"
    "targets: [1, 0, 0, 0]\nparts: [{find: [misclassified, accuracy, 'o:3']}]"
)
SQUARED = (
    "kind: perceptron\nrule: adaline\ninputs: [[1, 0.5], [-1, 1.5]]\ntargets: [1, -1]\nweights: [0.5, -0.5]\n"
    "learning_rate: 0.2\nepochs: 9\nuntil: squared_errors < 0.02\n"
    "parts: [{find: [squared_errors.1, stop_epoch, Delta.w1]}]"
)


@pytest.mark.parametrize(
    ("text", "name", "wrong", "slip"),
    [
        (JUDGED, "misclassified", "3", "right-for-wrong"),
        (JUDGED, "accuracy", "0.25", "share-of-mistakes"),
        (SQUARED, "Delta.w1@1", "-0.15", "error-turned"),
        (SQUARED, "Delta.w1@1", "0.75", "learning-rate-forgotten"),
        (SQUARED, "squared_errors.1", str((0.75**2 + 0.2875**2) / 2), "half"),
        (SQUARED, "squared_errors.1", str(0.75 + 0.2875), "not-squared"),
    ],
)
def test_mistakes_are_named(text: str, name: str, wrong: str, slip: str) -> None:
    """At first z = 0.25 and e = 0.75; then w = (0.65, -0.425), z = -1.2875 and e = 0.2875."""
    assert slip in by_name(written(text).mark({name: wrong}))[name].slips


@pytest.mark.parametrize(
    ("rule", "name", "kept"),
    [
        ("none", "accuracy", {"misclassified"}),
        ("error", "misclassified", set()),
        ("mistake", "squared_errors", {"misclassified", "accuracy"}),
        ("adaline", "accuracy", {"misclassified"}),
    ],
)
def test_a_weight_or_input_may_have_the_name_of_a_measure(rule: str, name: str, kept: set[str]) -> None:
    """What is measured under that name is left out then."""
    learns: Data = {} if rule == "none" else {"epochs": 1}
    samples = [{"inputs": {"u": 2, "v": 0}, "target": 1}, {"inputs": {"u": 0, "v": 3}, "target": 0}]
    of = problem({"rule": rule, "weights": {name: 1, "w": -1}, "samples": samples, **learns})
    assert found(of, name) == [1]
    assert {"misclassified", "accuracy"} & {each.name for each in of.plan.graph if each.given is None} == kept
    inputs = [{"inputs": {name: 2, "v": 0}, "target": 1}, {"inputs": {name: 0, "v": 3}, "target": 0}]
    assert found(problem({"rule": rule, "weights": [1, -1], "samples": inputs, **learns}), f"{name}:1") == [2]


def test_the_sum_of_squared_errors_has_its_name_in_adaline() -> None:
    fields: Data = {"rule": "adaline", "weights": {"squared_errors": 1}, "inputs": [[1]], "targets": [1]}
    with pytest.raises(InvalidProblem, match="`squared_errors` stands for something else here"):
        problem(fields)

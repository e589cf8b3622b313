"""The classes that a regression gives to its samples, and how many are right, against NumPy."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy
import pytest

from tests.array_problems import Data, assert_same, drawn, loaded
from tests.checking.marking import by_name, written


def probabilities(model: str, scores: Any) -> Any:
    if model != "softmax":
        return 1 / (1 + numpy.exp(-scores))
    powers = numpy.exp(scores)
    return powers / powers.sum(1, keepdims=True)


@pytest.mark.parametrize("model", ["logistic", "signed_logistic", "softmax"])
@pytest.mark.parametrize("seed", range(4))
def test_classes_and_accuracy_before_and_after_each_step(model: str, seed: int) -> None:
    random = Random(f"{model}{seed}")
    samples = 6
    x = numpy.array(drawn(random, samples, 2))
    design = numpy.column_stack((numpy.ones(samples), x))
    first = random.choice([0, 1])
    lowest, highest = {"logistic": (0, 1), "signed_logistic": (-1, 1), "softmax": (first, first + 2)}[model]
    y = numpy.array([random.choice([lowest, highest] if model != "softmax" else range(lowest, highest + 1))
                     for _ in range(samples)])  # fmt: skip
    theta = numpy.array(drawn(random, 3, 3) if model == "softmax" else drawn(random, 3))
    fields: Data = {
        "model": model, "x": x.tolist(), "y": y.tolist(), "theta": theta.tolist(),
        "optimizer": {"learning_rate": 0.5, "steps": 2, "batch_size": random.choice(["all", 2])},
    }  # fmt: skip
    threshold = 0.5
    if model == "softmax":
        fields |= {"classes": 3, "first_class": first}
    else:
        threshold = fields["threshold"] = random.choice([0.5, 0.3, 0.8])
    batches = [slice(None)] * 2 if fields["optimizer"]["batch_size"] == "all" else [slice(0, 2), slice(2, 4)]
    figures: Data = {}
    for time in range(3):
        p = probabilities(model, design @ theta)
        chosen = p.argmax(1) + first if model == "softmax" else numpy.where(p >= threshold, highest, lowest)
        mark = f"@{time}" if time else ""
        figures |= {f"class{mark}": chosen, f"misclassified{mark}": (chosen != y).sum(),
                    f"accuracy{mark}": (chosen == y).mean()}  # fmt: skip
        if time < 2:
            rows = batches[time]
            wanted = {"logistic": y, "signed_logistic": (y + 1) / 2, "softmax": numpy.eye(3)[y - first]}[model]
            errors = (p - wanted)[rows]
            theta = theta - 0.5 * design[rows].T @ errors / len(errors)
    assert_same(loaded("regression", fields), figures, fields)


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_only_samples_with_classes_and_values_are_counted(model: str) -> None:
    letters: Data = {"model": model, "X": "R^(m x n)", "y": "R^m", "theta": "R^n"}
    numbers: Data = {"model": "linear", "x": [1, 2, 4], "y": [0, 1, 1]}
    for fields in (letters, numbers):
        assert "accuracy" not in loaded("regression", fields).plan.graph


@pytest.mark.parametrize(
    ("answers", "name", "slip"),
    [
        ({"misclassified": "3"}, "misclassified", "right-for-wrong"),
        ({"accuracy": "0.25"}, "accuracy", "share-of-mistakes"),
        ({"misclassified": "1", "accuracy": "0.25"}, "accuracy", "share-of-mistakes"),
    ],
)
def test_mistakes_in_counting_are_named(answers: dict[str, str], name: str, slip: str) -> None:
    """σ(x) ≥ 0.5 from x = 0 on: classes 0, 0, 1, 1."""
    marker = written("kind: regression\nmodel: logistic\nx: [-2, -1, 1, 3]\ny: [0, 1, 1, 1]\ntheta: [0, 1]\n"
                     "parts: [{find: [misclassified, accuracy]}]")  # fmt: skip
    assert by_name(marker.mark(answers))[name].slips == (slip,)

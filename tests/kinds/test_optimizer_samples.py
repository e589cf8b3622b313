"""Objectives that take turns, and samples with a model, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan.lookup import add_asked
from tests.array_problems import Data, assert_same, drawn, loaded

ETA, GAMMA = 0.05, 0.8
CASES = 100


def linear(w: Any, b: float, x: Any, y: float) -> tuple[float, Any, float]:
    """½(ŷ - y)² of ŷ = w·x + b, and its gradients."""
    error = float(w @ x) + b - y
    return error**2 / 2, error * x, error


def logistic(w: Any, b: float, x: Any, y: float) -> tuple[float, Any, float]:
    """The cross-entropy of σ(w·x + b), and its gradients."""
    p = 1 / (1 + np.exp(-(float(w @ x) + b)))
    return float(-y * np.log(p) - (1 - y) * np.log(1 - p)), (p - y) * x, p - y


MODELS: list[tuple[Data, str, Callable[..., tuple[float, Any, float]]]] = [
    ({"yhat": "w.T @ x + b"}, "0.5*(yhat - y)^2", linear),
    ({"z": "w.T @ x + b", "p": "sigmoid(z)"}, "-y*log(p) - (1 - y)*log(1 - p)", logistic),
    ({}, "0.5*(w.T @ x + b - y)^2", linear),
]


@pytest.mark.parametrize("method", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize(("model", "objective", "function"), MODELS, ids=["linear", "logistic", "without a model"])
def test_steps_over_samples_agree_with_numpy(
    model: Data, objective: str, function: Callable[..., tuple[float, Any, float]], method: str
) -> None:
    draw = Random(f"{objective} {method}")
    for case in range(CASES // 3):
        count, size, steps = draw.randint(2, 5), draw.choice([1, 2, "all"]), draw.randint(1, 6)
        mean = draw.random() < 0.5
        samples = [{"x": drawn(draw, 2), "y": draw.choice([0, 1])} for _ in range(count)]
        w, b = drawn(draw, 2), drawn(draw)
        fields: Data = {
            "method": method,
            "learning_rate": ETA,
            "parameters": {"w": w, "b": b},
            "samples": samples,
            "model": model,
            "objective": objective,
            "steps": steps,
            "batch_size": size,
            "reduction": "mean" if mean else "sum",
        }
        found = loaded("optimizer", {**fields, **({} if method == "sgd" else {"momentum": GAMMA})})
        number = count if size == "all" else int(str(size))
        batches = [range(at, min(at + number, count)) for at in range(0, count, number)]
        data = [(np.array(each["x"]), float(each["y"])) for each in samples]
        weights, bias, velocity = np.array(w), b, (np.zeros(2), 0.0)
        for t in range(1, steps + 1):
            batch = batches[(t - 1) % len(batches)]
            share = len(batch) if mean else 1
            ahead = 1 if method == "nesterov" else 0
            at = (weights - ahead * GAMMA * velocity[0], bias - ahead * GAMMA * velocity[1])
            slopes = [function(*at, *data[index]) for index in batch]
            by_w, by_b = (sum(each[part] for each in slopes) / share for part in (1, 2))
            kept = 0 if method == "sgd" else GAMMA
            velocity = (kept * velocity[0] + ETA * by_w, kept * velocity[1] + ETA * by_b)
            weights, bias = weights - velocity[0], bias - velocity[1]
            losses = [function(weights, bias, *each)[0] for each in data]
            total = sum(losses) / (count if mean else 1)
            figures = {f"w@{t}": weights, f"b@{t}": bias, f"g.w@{t}": by_w, f"J@{t}": total, f"J:2@{t}": losses[1]}
            assert_same(found, figures, (case, t))


def test_objectives_take_turns_and_begin_again() -> None:
    text = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 1}\nobjectives: [(w*1 - 2)^2, (w*2 - 3)^2]\nsteps: 3"
    w = 1.0
    figures: dict[str, float] = {}
    for t, (x, y) in enumerate([(1, 2), (2, 3), (1, 2)], start=1):
        w -= 0.1 * 2 * (w * x - y) * x
        figures |= {f"w@{t}": w, f"J@{t}": ((w - 2) ** 2 + (2 * w - 3) ** 2) / 2}
    assert_same(loaded("optimizer", text), figures, text)


SAMPLES = "method: sgd\nlearning_rate: 0.1\nparameters: {w: 1}\nsamples: [{x: 1, y: 2}, {x: 2, y: 3}]\n"
MODEL = "model: {yhat: w*x}\nobjective: (yhat - y)^2\n"


def test_one_step_for_each_sample_by_default_and_names_with_an_index() -> None:
    found = loaded("optimizer", SAMPLES + MODEL)
    assert [part.find for part in found.parts] == [("w@1",), ("w@2", "J@2")]
    assert add_asked(found.plan, "dJ:2@1/dw@1") == ("g.w@2",)
    printer = UnicodePrinter(found.plan.symbols)
    assert printer.print(found.plan.graph["yhat:2@1"].definition) == "w⁽¹⁾·x₂"
    assert printer.print(found.plan.graph["g.w@2"].laws[0]) == "∂J₂⁽¹⁾/∂w⁽¹⁾"
    all_at_once = loaded("optimizer", f"{SAMPLES}{MODEL}batch_size: all\nsteps: 2")
    assert add_asked(all_at_once.plan, "dJ@1/dw@1") == ("g.w@2",)
    assert_same(all_at_once, {"w@1": 1.3, "J@1": 0.325, "w@2": 1.45}, "by hand")


BROKEN = [
    (f"{SAMPLES}objective: (w*z - y)^2", "6:12: `z` is not among what is given"),
    (SAMPLES, "give either `gradients` or an `objective`, from which they are derived"),
    (f"{SAMPLES}objectives: [w^2]", "give either `objectives` or `samples`"),
    (f"{SAMPLES}{MODEL}batch_size: 0", "8:13: expected all, or a number of samples from 1 up, found 0"),
    (f"{SAMPLES}model: {{x: w}}\nobjective: x^2", "6:9: `x` is taken already; choose another name"),
    (f"{SAMPLES}model: {{p: q, q: w*x}}\nobjective: p^2", "6:12: `q` is defined after it is used"),
    (SAMPLES.replace("{x: 2, y: 3}", "{x: 2}") + MODEL, "every sample has the names of the first one, x and y"),
    (SAMPLES.replace("x: 2", "x: [2, 1]") + MODEL, "expected a number as in the first one, not a vector of 2"),
    (f"{SAMPLES}{MODEL}objective_name: yhat", "the objective's name `yhat` is taken"),
    ("method: sgd\nlearning_rate: 0.1\nparameters: {w: 1}\nobjective: w^2\nbatch_size: 2",
     "`batch_size` goes with `samples` or `objectives`, which are not given"),
    ("method: sgd\nlearning_rate: 0.1\nparameters: {w: 1}\ngradients: {w: 1}\nmodel: {p: w}",
     "`model` goes with `objective`, which is not given"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_what_does_not_fit_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("optimizer", text)
    assert message in str(caught.value)

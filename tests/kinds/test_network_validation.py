"""Validation samples, early stopping and batch normalisation over several steps, against autograd and NumPy."""

from __future__ import annotations

import random
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.graph.floats import Program
from deepcalc.kinds import find_kinds
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.checking.marking import said
from tests.library import problem
from tests.statements import printed

KINDS = find_kinds()
NAMES = ("w", "b", "g", "s", "v", "c")
TEXT = """kind: network
layers:
  - {{net: [z], out: [h], activation: tanh, weights: {{x: [w]}}, biases: [b]{layer}}}
  - {{net: [o], weights: {{h: [v]}}, biases: [c]}}
values: {{{values}}}
samples: [{samples}]
{validation}
loss: half_sum
optimizer: {{learning_rate: 0.2{optimizer}}}
"""
NORM = ", norm: {function: batch, gamma: [g], beta: [s], epsilon: 0.1"
AVERAGES = NORM + ", momentum: 0.8, running_mean: [0.3], running_var: [2]"


def rows(samples: Any) -> str:
    return ", ".join(f"{{inputs: {{x: {x}}}, targets: [{t}]}}" for x, t in samples)


def network(theta: Any, samples: Any, optimizer: str, layer: str = "", validation: Any = ()) -> Problem:
    names = NAMES if "gamma" in layer else ("w", "b", "v", "c")
    values = ", ".join(f"{name}: {theta[NAMES.index(name)]}" for name in names)
    given = f"validation: [{rows(validation)}]" if len(validation) else ""
    text = TEXT.format(values=values, samples=rows(samples), optimizer=optimizer, layer=layer, validation=given)
    return load_text(text.encode(), "network.yaml", KINDS)


def forward(theta: Any, x: Any, statistics: Any = None) -> Any:
    """The outputs of a batch normalised by its own statistics, or by those that are given."""
    w, b, g, s, v, c = theta
    z = x * w + b
    mean, variance = (anp.mean(z), anp.mean((z - anp.mean(z)) ** 2)) if statistics is None else statistics
    return anp.tanh(g * (z - mean) / anp.sqrt(variance + 0.1) + s) * v + c


def loss(theta: Any, samples: Any, statistics: Any = None) -> Any:
    return anp.mean(0.5 * (samples[:, 1] - forward(theta, samples[:, 0], statistics)) ** 2)


def drawn(seed: int) -> tuple[Any, Any, Any]:
    draw = random.Random(seed)
    theta = [draw.choice([-1, 1]) * draw.randint(2, 15) / 10 for _ in NAMES]
    samples = np.array([[draw.randint(-20, 20) / 10, draw.randint(-9, 9) / 10] for _ in range(6)])
    return np.array(theta), samples[:4] + np.arange(4)[:, None] / 100, samples[4:]


@pytest.mark.parametrize("size", [2, 4])
@pytest.mark.parametrize(("convention", "unbiased"), [("old", False), ("new", True)])
def test_running_averages_are_brought_up_to_date_by_every_batch(size: int, convention: str, unbiased: bool) -> None:
    theta, samples, others = drawn(size)
    batch = "all" if size == 4 else size
    layer = f"{AVERAGES}, momentum_of: {convention}, running_unbiased: {str(unbiased).lower()}}}"
    solved = network(theta, samples, f", batch_size: {batch}, epochs: 3", layer, others)
    steps, averages = 3 * (4 // size), np.array([0.3, 2.0])
    names = [f"{name}@{t}" for t in range(1, steps + 1) for name in (*NAMES, "mu_run.z", "var_run.z")]
    found = Program(solved.plan.graph, [*names, f"test.L@{steps}", f"val.L@{steps}", f"val.o:2@{steps}"]).run()
    for t in range(1, steps + 1):
        start = (t - 1) * size % 4
        taken = samples[start : start + size]
        z = taken[:, 0] * theta[0] + theta[1]
        new = np.array([z.mean(), z.var(ddof=1 if unbiased else 0)])
        averages = 0.8 * averages + 0.2 * new if convention == "old" else 0.2 * averages + 0.8 * new
        theta = theta - 0.2 * autograd.grad(loss)(theta, taken)
        for name, figure in zip((*NAMES, "mu_run.z", "var_run.z"), (*theta, *averages), strict=True):
            assert found[f"{name}@{t}"] == pytest.approx(figure, rel=1e-9, abs=1e-11)
    assert found[f"test.L@{steps}"] == pytest.approx(loss(theta, samples, averages), rel=1e-9)
    assert found[f"val.L@{steps}"] == pytest.approx(loss(theta, others, averages), rel=1e-9)
    assert found[f"val.o:2@{steps}"] == pytest.approx(forward(theta, others[1, 0], averages), rel=1e-9)


def by_numpy(samples: Any, others: Any, patience: int, least: float) -> tuple[int, int, list[float]]:
    """Where a line through the origin stops, its best epoch, and its slopes: 10 epochs from 0 with η = 0.05."""
    slopes, best, waited = [0.0], np.inf, 0
    for epoch in range(1, 11):
        x, t = samples.T
        slopes.append(slopes[-1] - 0.05 * np.mean(2 * x * (x * slopes[-1] - t)))
        judged = np.mean((others[:, 1] - others[:, 0] * slopes[-1]) ** 2)
        best, waited = (judged, 0) if epoch == 1 or judged < best - least else (best, waited + 1)
        if waited >= patience:
            return epoch, epoch - waited, slopes
    return 10, 10 - waited, slopes


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("least", [0, 0.05, 0.5])
@pytest.mark.parametrize("validated", [True, False])
def test_training_stops_when_the_loss_no_longer_improves(patience: int, least: float, validated: bool) -> None:
    samples, others = np.array([[1.0, 2], [2, 3]]), np.array([[1.0, 1], [3, 3]])
    given = f"validation: [{rows(others)}]" if validated else ""
    text = (
        "kind: network\nlayers: [{net: [o], weights: {x: [w]}}]\nvalues: {w: 0}\nloss: mse\n"
        f"samples: [{rows(samples)}]\n{given}\noptimizer: {{learning_rate: 0.05, epochs: 10, "
        f"early_stopping: {{patience: {patience}, min_delta: {least}}}}}"
    )
    graph = load_text(text.encode(), "line.yaml", KINDS).plan.graph
    stop, best, slopes = by_numpy(samples, others if validated else samples, patience, least)
    values = evaluate(graph, ["stop_epoch", "best_epoch", "restored.w"]).values
    assert (values["stop_epoch"], values["best_epoch"]) == (stop, best)
    assert float(values["restored.w"]) == pytest.approx(slopes[best], rel=1e-12)
    assert f"w@{stop + 1}" not in graph


@pytest.mark.parametrize(("scaling", "factor"), [("inverted", 1.0), ("plain", 0.6)])
def test_validation_samples_meet_no_mask(scaling: str, factor: float) -> None:
    theta, samples, others = drawn(7)
    layer = f", dropout: {{rate: 0.4, mask: [0], scaling: {scaling}}}"
    graph = network(theta, samples, ", steps: 2", layer, others).plan.graph
    found = evaluate(graph, ["w@2", "b@2", "v@2", "c@2", "val.o:1@2", "test.o:3@2"]).values
    w, b, v, c = (float(found[f"{name}@2"]) for name in ("w", "b", "v", "c"))
    assert (w, b, v) == (theta[0], theta[1], theta[4])
    for name, x in (("val.o:1@2", others[0, 0]), ("test.o:3@2", samples[2, 0])):
        assert float(found[name]) == pytest.approx(factor * np.tanh(w * x + b) * v + c, rel=1e-9)


@pytest.mark.parametrize(
    ("optimizer", "layer", "message"),
    [
        (", steps: 2, early_stopping: {patience: 1}", "", "a criterion needs `epochs`"),
        (", epochs: 2, until: L < 1, early_stopping: 1", "", "give either `until` or `early_stopping`"),
        (", epochs: 2, early_stopping: {patience: 0}", "", "expected a whole number from 1 up"),
        (", batch_size: 2", f"{NORM}}}", "give `momentum` and what the running averages begin with"),
        (", batch_size: 3", f"{AVERAGES}}}", "two samples or more in each batch"),
        ("", f"{NORM}}}", "validation samples are normalised by running averages"),
        (", method: nesterov", f"{AVERAGES}}}", "give `look_ahead: false`"),
        ("", f"{NORM}, running_unbiased: true}}", "need `momentum`"),
    ],
)
def test_a_wrong_course_is_told(optimizer: str, layer: str, message: str) -> None:
    theta, samples, others = drawn(3)
    with pytest.raises(InvalidProblem) as caught:
        network(theta, samples, optimizer, layer, others)
    assert any(message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ("{inputs: {y: 1}, targets: [1]}", "expected the inputs of the training: x"),
        ("{inputs: {x: 1}}", "a loss needs `targets`"),
        ("{inputs: {x: 1}, targets: [1, 2]}", "expected 1 target"),
        ("{inputs: {x: 1}, targets: [1.5]}", "targets are from 0 to 1"),
    ],
)
def test_wrong_validation_samples_are_told(sample: str, message: str) -> None:
    text = (
        "kind: network\nlayers: [{net: [z], out: [o], activation: sigmoid, weights: {x: [w]}}]\nvalues: {w: 0}\n"
        "loss: binary_cross_entropy\ninputs: {x: 1}\ntargets: [1]\noptimizer: {learning_rate: 0.1}\nvalidation: ["
        + sample
        + "]"
    )
    with pytest.raises(InvalidProblem) as caught:
        load_text(text.encode(), "line.yaml", KINDS)
    assert any(message in fault.message for fault in caught.value.faults), caught.value


def softmax(z: Any) -> Any:
    return anp.exp(z) / anp.sum(anp.exp(z))


NOISY: dict[str, tuple[str, Any]] = {
    "half_sum": ("identity", lambda t, z: 0.5 * anp.sum((t - z) ** 2)),
    "binary_cross_entropy": ("sigmoid", lambda t, z: anp.sum(anp.log(1 + anp.exp(z)) - t * z)),
    "categorical_cross_entropy": ("softmax", lambda t, z: -anp.sum(t * anp.log(softmax(z)))),
}


@pytest.mark.parametrize("loss", NOISY)
@pytest.mark.parametrize(
    ("targets", "noise"), [([1, 0], [-0.25, 0.25]), ([1, 0], [-1, 1]), ([0, 1], [0.1, -0.3]), ([1, 0], [0, 0])]
)
def test_label_noise_is_in_loss_and_gradient(loss: str, targets: list[int], noise: list[float]) -> None:
    activation, of = NOISY[loss]
    out = "" if activation == "identity" else f", out: [o1, o2], activation: {activation}"
    text = (
        f"kind: network\ninputs: {{x: 1.5}}\nlayers: [{{net: [z1, z2], weights: {{x: [a, b]}}{out}}}]\n"
        f"values: {{a: 0.4, b: -0.3}}\ntargets: {targets}\ntarget_noise: {noise}\nloss: {loss}"
    )
    meant = np.array(targets) + np.array(noise)
    noisy = load_text(text.encode(), "noise.yaml", KINDS)
    assert " To the targets the noise below is added." in printed(noisy)
    found = evaluate(noisy.plan.graph, ["L", "dL/da", "dL/db"]).values
    weights = np.array([0.4, -0.3])
    slope = autograd.grad(lambda w: of(meant, 1.5 * w))(weights)
    assert float(found["L"]) == pytest.approx(of(meant, 1.5 * weights), rel=1e-12)
    assert [float(found["dL/da"]), float(found["dL/db"])] == pytest.approx(list(slope), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "quantity", "value", "message"),
    [
        ("early-stopping-by-validation", "restored.w", "1.2203", "the last parameters kept in place of the best ones"),
        ("early-stopping-by-validation", "stop_epoch", "6", "the patience taken as one epoch more"),
        ("early-stopping-by-validation", "best_epoch", "5", "the last epoch taken for the best one"),
        ("early-stopping-by-validation", "wait.5", "0", "L of the training samples judged"),
        ("label-noise-in-a-batch", "ttilde:2", "2.3", "the noise taken from the targets, not added"),
        ("label-noise-in-a-batch", "L", "0.27333", "the noise of the targets forgotten"),
        ("batch-normalised-mini-batches", "mu_run.z@2", "2.2", "m_run and 1 − m_run exchanged"),
        ("batch-normalised-mini-batches", "val.o:1@2", "7.88", "the running averages of the beginning at test time"),
        ("batch-normalised-mini-batches", "val.o:1@2", "2.3", "the statistics of the last batch at test time"),
    ],
)
def test_a_typical_mistake_is_told(name: str, quantity: str, value: str, message: str) -> None:
    told = said(Marker(problem(name)).mark({quantity: value}), quantity)
    assert f"consistent with {message}" in told, told

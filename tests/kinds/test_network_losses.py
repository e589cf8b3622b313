"""Every loss of outputs at the end of a network: its value and every gradient against autograd."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose
from typing import Any

import autograd
import autograd.numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.kinds._losses import OutputLossName
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.rules.losses import SHORT_FOR
from deepcalc.solution.solver import solve

KINDS = find_kinds()

BEFORE: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.sum(np.exp(z)),
}


def sigmoid(z: Any) -> Any:
    return BEFORE["sigmoid"](z)


def _huber(t: Any, o: Any) -> Any:
    e = np.abs(t - o)
    return np.mean(np.where(e <= 0.8, 0.5 * e**2, 0.8 * (e - 0.4)))


def _smooth_l1(t: Any, o: Any) -> Any:
    e = np.abs(t - o)
    return np.mean(np.where(e < 1, 0.5 * e**2, e - 0.5))


def _bce(t: Any, p: Any) -> Any:
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


def _logits(t: Any, z: Any) -> Any:
    return np.log(np.sum(np.exp(z))) - np.sum(t * z)


def _weston(t: Any, s: Any) -> Any:
    return np.sum(np.maximum(0, s - np.sum(t * s) + 1) * (1 - t))


def _cosine(t: Any, o: Any) -> Any:
    return 1 - np.sum(t * o) / np.sqrt(np.sum(t**2) * np.sum(o**2))


Rule = Callable[[Any, Any], Any]
ANY, SHARE, BIT, LABEL, CLASS = "any", "share", "bit", "label", "class"
ROWS: dict[str, tuple[str, str, Rule]] = {
    "mse": ("identity", ANY, lambda t, o: np.mean((t - o) ** 2)),
    "half_sum": ("sigmoid", ANY, lambda t, o: np.sum((t - o) ** 2) / 2),
    "half_mse": ("identity", ANY, lambda t, o: np.mean((t - o) ** 2) / 2),
    "sum": ("identity", ANY, lambda t, o: np.sum((t - o) ** 2)),
    "mse, outputs: sum": ("identity", ANY, lambda t, o: np.sum((t - o) ** 2)),
    "mae": ("sigmoid", ANY, lambda t, o: np.mean(np.abs(t - o))),
    "mape": ("identity", ANY, lambda t, o: 100 * np.mean(np.abs((t - o) / t))),
    "huber, delta: 0.8": ("identity", ANY, _huber),
    "smooth_l1": ("identity", ANY, _smooth_l1),
    "log_cosh": ("sigmoid", ANY, lambda t, o: np.mean(np.log(np.cosh(o - t)))),
    "quantile, tau: 0.2": ("identity", ANY, lambda t, o: np.mean(np.maximum(0.2 * (t - o), -0.8 * (t - o)))),
    "poisson": ("sigmoid", SHARE, lambda t, o: np.mean(o - t * np.log(o))),
    "poisson_of_logarithm": ("identity", SHARE, lambda t, o: np.mean(np.exp(o) - t * o)),
    "binary_cross_entropy": ("sigmoid", BIT, lambda t, o: np.sum(_bce(t, o))),
    "binary_cross_entropy, outputs: mean": ("sigmoid", SHARE, lambda t, o: np.mean(_bce(t, o))),
    "binary_cross_entropy, base: 10": ("sigmoid", SHARE, lambda t, o: np.sum(_bce(t, o)) / np.log(10)),
    "binary_cross_entropy, label_smoothing: 0.1": (
        "sigmoid", BIT, lambda t, o: np.sum(_bce(0.9 * t + 0.05, o)),
    ),
    "binary_cross_entropy_with_logits": ("identity", BIT, lambda t, z: np.sum(_bce(t, sigmoid(z)))),
    "categorical_cross_entropy": ("softmax", CLASS, lambda t, o: -np.sum(t * np.log(o))),
    "categorical_cross_entropy, label_smoothing: 0.2": (
        "softmax", CLASS, lambda t, o: -np.sum((0.8 * t + 0.1) * np.log(o)),
    ),
    "cross_entropy_with_logits": ("identity", CLASS, _logits),
    "kl_divergence": ("softmax", CLASS, lambda t, o: -np.sum(t * np.log(o))),
    "binary_focal, gamma: 1.5": (
        "sigmoid", BIT, lambda t, o: -np.sum(t * (1 - o) ** 1.5 * np.log(o) + (1 - t) * o**1.5 * np.log(1 - o)),
    ),
    "categorical_focal": ("softmax", CLASS, lambda t, o: -np.sum(t * (1 - o) ** 2 * np.log(o))),
    "hinge": ("identity", LABEL, lambda t, o: np.mean(np.maximum(0, 1 - t * o))),
    "squared_hinge": ("identity", LABEL, lambda t, o: np.mean(np.maximum(0, 1 - t * o) ** 2)),
    "multiclass_hinge": ("identity", CLASS, _weston),
    "multi_margin": ("identity", CLASS, lambda t, o: _weston(t, o) / 2),
    "categorical_cross_entropy, from_logits: true": ("identity", CLASS, _logits),
    "binary_cross_entropy, from_logits: true": ("identity", BIT, lambda t, z: np.sum(_bce(t, sigmoid(z)))),
    "categorical_hinge": ("identity", CLASS, _weston),
    "cosine": ("identity", ANY, _cosine),
    "cosine_similarity": ("identity", ANY, lambda t, o: _cosine(t, o) - 1),
    "rmse": ("identity", ANY, lambda t, o: np.mean((t - o) ** 2)),
}  # fmt: skip
"""Function and conventions: the last activation, what the targets are, and the loss of one sample."""


def targets_of(what: str, data: st.DataObject) -> list[float]:
    if what == CLASS:
        return list(data.draw(st.permutations([0.0, 1.0])))
    one = {
        ANY: st.integers(-1999, 1999).map(lambda n: n / 1000 + 0.0005),
        SHARE: st.integers(1, 99).map(lambda n: n / 100),
        BIT: st.sampled_from([0.0, 1.0]), LABEL: st.sampled_from([-1.0, 1.0]),
    }[what]  # fmt: skip
    return data.draw(st.lists(one, min_size=2, max_size=2))


def text_of(row: str, activation: str, weights: list[Any], samples: list[Any]) -> str:
    lines = ["kind: network", f"loss: {{function: {row}}}", "layers:"]
    for matrix, last in zip(weights, ("tanh", activation), strict=True):
        lines.append(f"  - {{units: 2, activation: {last}, weights: {{rows: senders, matrix: {matrix.tolist()}}}}}")
    lines.append("samples:")
    lines += [f"  - {{inputs: {x.tolist()}, targets: {t.tolist()}}}" for x, t in samples]
    return "\n".join(lines)


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


@pytest.mark.parametrize("row", ROWS)
def test_loss_and_gradients_agree_with_autograd(row: str) -> None:
    activation, what, rule = ROWS[row]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(-150, 150), min_size=8, max_size=8), st.data())
    def check(numbers: list[int], data: st.DataObject) -> None:
        w = [(np.array(part, dtype=float).reshape(2, 2) + 0.5) / 100 for part in (numbers[:4], numbers[4:])]
        samples = [(np.array(x), np.array(targets_of(what, data))) for x in ([1.0, -2.0], [0.5, 1.5])]
        if row.startswith("cosine"):  # of a vector of zeros there is none
            assume(all(np.any(np.dot(np.tanh(np.dot(x, w[0])), w[1]) != 0) for x, _ in samples))

        def loss(w1: Any, w2: Any) -> Any:
            losses = [rule(t, BEFORE[activation](np.dot(np.tanh(np.dot(x, w1)), w2))) for x, t in samples]
            return np.sqrt(sum(losses) / 2) if row == "rmse" else sum(losses) / 2

        solved = load_text(text_of(row, activation, w, samples).encode(), "n.yaml", KINDS)
        assert isclose(value(solved, "L"), loss(*w), rel_tol=1e-9, abs_tol=1e-12)
        for layer, gradient in enumerate(autograd.grad(loss, (0, 1))(*w), start=1):
            for i in range(2):
                for j in range(2):
                    found = value(solved, f"dL/dW{layer}_{i + 1}_{j + 1}")
                    assert isclose(found, gradient[i][j], rel_tol=1e-8, abs_tol=1e-11), (i, j)

    check()


def test_every_loss_that_a_network_takes_is_tested() -> None:
    assert {row.split(",")[0] for row in ROWS} | set(SHORT_FOR) == set(OutputLossName)


ONE = (
    "kind: network\ninputs: [1, 2]\nlayers:\n  - {units: 3, weights: {rows: senders, matrix: [[1, 2, 0], [0.5, 1, -1]]}"
)


def test_a_target_may_be_the_number_of_a_class() -> None:
    text = f"{ONE}, activation: softmax}}\nloss: cross_entropy\ntargets: "
    by_number, one_hot = (load_text(f"{text}{given}".encode(), "n.yaml", KINDS) for given in ("2", "[0, 0, 1]"))
    for name in ("L", "t3", "dL/dw11", "dL/dw23"):
        assert value(by_number, name) == value(one_hot, name)
    assert solve(by_number).parts


def test_the_letters_of_an_optimizer_are_left_to_it() -> None:
    loss = "{function: focal, gamma: 3, alpha: 0.5}"
    rest = "targets: [1, 0, 1]\noptimizer: {learning_rate: 0.1, method: momentum}"
    text = f"{ONE}, activation: sigmoid}}\nloss: {loss}\n{rest}"
    names = load_text(text.encode(), "n.yaml", KINDS).plan.graph.names
    assert {"gamma", "gamma_L", "alpha"} <= set(names)
    text = text.replace(loss, "{function: bce, label_smoothing: 0.1}").replace("momentum", "adam")
    assert {"epsilon", "epsilon_L"} <= set(load_text(text.encode(), "n.yaml", KINDS).plan.graph.names)
    unit = "kind: network\ninputs: [1]\nlayers: [{units: 1, weights: {rows: senders, matrix: [[2]]}}]\n"
    huber = load_text(f"{unit}loss: {{function: huber, delta: 3}}\ntargets: [0]".encode(), "n.yaml", KINDS)
    assert {"delta", "delta_L"} <= set(huber.plan.graph.names)


@pytest.mark.parametrize(
    ("typed", "function"),
    [
        ("nn.MSELoss", "mse"), ("L1Loss", "mae"), ("SmoothL1Loss", "smooth_l1"), ("HuberLoss", "huber"),
        ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"), ("CrossEntropyLoss", "cross_entropy_with_logits"),
        ("tf.keras.losses.Hinge", "hinge"), ("LogCosh", "log_cosh"), ("CosineSimilarity", "cosine_similarity"),
        ("{type: svm_loss, delta: 2}", "{function: multiclass_hinge, margin: 2}"),
        ("{function: MultiMarginLoss, delta: 2}", "{function: multi_margin, margin: 2}"),
        ("{function: pinball, q: 0.3}", "{function: quantile, tau: 0.3}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("notation", ["", "notation: matrix\n"])
def test_losses_go_by_the_names_of_libraries(typed: str, function: str, notation: str) -> None:
    given = "X: [[1, 2]]\nY: [[0, 1, 0]]\n" if notation else "inputs: [1, 2]\ntargets: [0, 1, 0]\n"
    shape = (
        "weights: {W: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]}\nlayers: [identity]\n"
        if notation
        else ("layers: [{units: 3, weights: {rows: senders, matrix: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]}}]\n")
    )
    base = f"kind: network\n{notation}{given}{shape}"
    theirs, ours = (load_text(f"{base}loss: {loss}".encode(), "n.yaml", KINDS).plan.graph for loss in (typed, function))
    assert [(each.name, each.formula) for each in theirs] == [(each.name, each.formula) for each in ours]


@pytest.mark.parametrize(
    ("ending", "message"),
    [
        ("}\nloss: bce_with_logits\ntargets: [2, 0, 1]", "targets are from 0 to 1; t1 is 2"),
        (", activation: sigmoid}\nloss: bce_with_logits\ntargets: [1, 0, 1]", "from the logit takes logits; the last"),
        ("}\nloss: quantile\ntargets: [1, 2, 3]", "quantile needs `tau`"),
        (", activation: softmax}\nloss: cross_entropy\ntargets: 3", "expected the number of a class, from 0 to 2"),
        ("}\nloss: multiclass_hinge\ntargets: [1, 1, 0]", "expected the number of the true class"),
        ("}\nloss: cross_entropy_with_logits\ntargets: [1, 1, 0]", "the targets of a sample sum to 1; these sum to 2"),
        ("}\nloss: hinge\ntargets: [1, 3, 1]", "expected a label, 1 or −1"),
        ("}\nloss: {function: mse, delta: 2}\ntargets: [1, 3, 1]", "`delta` belongs to huber, not to mse"),
        ("}\nloss: triplet\ntargets: [1, 3, 1]", "expected mse"),
        ("}\nloss: {function: mse, from_logits: true}\ntargets: [1, 3, 1]", "mse takes no logits; leave out"),
        ("}\nloss: {function: [mse], delta: {}}\ntargets: [1, 3, 1]", "expected"),
        (", activation: softmax}\nloss: {type: cce, from_logits: true}\ntargets: 1", "takes logits; the last layer"),
    ],
)
def test_faults_of_a_loss_are_told(ending: str, message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        load_text(f"{ONE}{ending}".encode(), "n.yaml", KINDS)
    assert message in str(caught.value)

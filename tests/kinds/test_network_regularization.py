"""Penalties and dropout in a network: the loss, every gradient and every update against autograd and NumPy."""

from __future__ import annotations

from math import isclose
from typing import Any

import autograd
import autograd.numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from deepcalc.solution.solver import solve

KINDS = find_kinds()
PENALTIES: dict[str, tuple[str, Any]] = {
    "l1": ("", lambda w: np.sum(np.abs(w))),
    "l1, half: true": ("", lambda w: np.sum(np.abs(w)) / 2),
    "l2": ("", lambda w: np.sum(w**2)),
    "l2, half: true": ("", lambda w: np.sum(w**2) / 2),
    "l2, half: true, samples: 20": ("", lambda w: np.sum(w**2) / 40),
    "l2, biases: true": ("biases", lambda w: np.sum(w**2)),
    "elastic_net, ratio: 0.3": ("", lambda w: 0.3 * np.sum(np.abs(w)) + 0.7 * np.sum(w**2)),
    "elastic_net, l1: 0.1, l2: 0.3": ("", lambda w: np.sum(np.abs(w)) / 2 + 1.5 * np.sum(w**2)),
    "elastic_net, l1: 0.1, l2: 0.3, half: true": ("", lambda w: np.sum(np.abs(w)) / 2 + 0.75 * np.sum(w**2)),
    "elastic_net, ratio: 0.3, half: true": ("", lambda w: 0.3 * np.sum(np.abs(w)) + 0.7 * np.sum(w**2) / 2),
}
DROPOUTS = [
    "",
    "{rate: 0.4, mask: [1, 0, 1]}",
    "{keep_prob: 0.6, mask: [1, 0, 1]}",
    "{rate: 0.25, mask: [[0, 1, 1], [1, 1, 0]]}",
    "{rate: 0.4, mask: [1, 0, 1], scaling: plain}",
    "{rate: 0.4, mode: test, scaling: plain}",
    "{keep_prob: 0.6, mode: test, scaling: plain}",
    "{rate: 0.4, mode: test}",
]


def factors(dropout: str, sample: int) -> Any:
    """By what each of three outputs is multiplied."""
    if "test" in dropout:
        return 0.6 if "plain" in dropout else 1.0
    if "[[" in dropout:
        return np.array([[0, 1, 1], [1, 1, 0]][sample]) / 0.75
    if dropout:
        return np.array([1, 0, 1]) / (1 if "plain" in dropout else 0.6)
    return 1.0


def value(of: Problem, name: str) -> float:
    (long,) = add_asked(of.plan, name)
    return float(evaluate(of.plan.graph, [long]).values[long])


def agrees(found: float, expected: Any) -> bool:
    return isclose(found, float(expected), rel_tol=1e-9, abs_tol=1e-12)


def text_of(penalty: str, dropout: str, w: list[Any], b: list[Any], steps: int) -> str:
    lines = [
        "kind: network", "reduction: mean", "loss: {function: mse}",
        f"penalty: {{function: {penalty}{'' if 'l1:' in penalty else ', strength: 0.2'}}}",
        f"optimizer: {{method: sgd, learning_rate: 0.1, steps: {steps}}}", "layers:",
    ]  # fmt: skip
    for index, (matrix, bias) in enumerate(zip(w, b, strict=True)):
        extra = f", activation: tanh{f', dropout: {dropout}' if dropout else ''}" if index == 0 else ""
        weights = f"weights: {{rows: senders, matrix: {matrix.tolist()}}}, biases: {bias.tolist()}"
        lines.append(f"  - {{units: {len(bias)}, {weights}{extra}}}")
    lines += ["samples:", "  - {inputs: [1, -2], targets: [0.5]}", "  - {inputs: [0.5, 1.5], targets: [-1]}"]
    return "\n".join(lines)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_loss_gradients_and_two_steps_agree_with_autograd(penalty: str) -> None:
    with_biases, rule = PENALTIES[penalty]

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(-150, 150).filter(bool), min_size=13, max_size=13), st.sampled_from(DROPOUTS))
    def check(numbers: list[int], dropout: str) -> None:
        n = np.array(numbers) / 100 + 0.0037  # no step of an L1 penalty ends at 0
        w1, w2, b1, b2 = n[:6].reshape(2, 3), n[6:9].reshape(3, 1), n[9:12], n[12:]

        def objective(w1: Any, w2: Any, b1: Any, b2: Any) -> Any:
            losses = 0.0
            for k, (x, t) in enumerate((([1.0, -2.0], 0.5), ([0.5, 1.5], -1.0))):
                h = np.tanh(np.dot(np.array(x), w1) + b1) * factors(dropout, k)
                losses = losses + np.sum((np.dot(h, w2) + b2 - t) ** 2) / 2
            every = [w1.flatten(), w2.flatten(), *([b1, b2] if with_biases else [])]
            return losses + 0.2 * rule(np.concatenate(every))

        parameters = [w1, w2, b1, b2]
        solved = load_text(text_of(penalty, dropout, [w1, w2], [b1, b2], 2).encode(), "n.yaml", KINDS)
        gradient = autograd.grad(objective, (0, 1, 2, 3))
        assert agrees(value(solved, "J"), objective(*parameters))
        first = gradient(*parameters)
        assert agrees(value(solved, "dJ/dW1_2_3"), first[0][1][2])
        assert agrees(value(solved, "dJ/dW2_2_1"), first[1][1][0])
        assert agrees(value(solved, "dJ/db1_2"), first[2][1])
        for _ in range(2):
            parameters = [p - 0.1 * g for p, g in zip(parameters, gradient(*parameters), strict=True)]
        assert agrees(value(solved, "W1_1_2@2"), parameters[0][0][1])
        assert agrees(value(solved, "b2_1@2"), parameters[3][0])
        assert agrees(value(solved, "J@2"), objective(*parameters))

    check()


SMALL = """kind: network
inputs: {{x1: 1.0}}
layers:
  - {{net: [z1, z2], out: [h1, h2], activation: relu, weights: {{x1: [w1, w2]}}{dropout}}}
  - {{net: [o], weights: {{h1: [v1], h2: [v2]}}{last}}}
values: {{w1: 1, w2: 2, v1: 3, v2: 4}}
targets: [1]
loss: mse
{rest}"""


def small(dropout: str = "", last: str = "", rest: str = "") -> Problem:
    return load_text(SMALL.format(dropout=dropout, last=last, rest=rest).encode(), "n.yaml", KINDS)


def test_what_is_passed_on_goes_by_a_name_of_its_own() -> None:
    solved = small(", dropout: {rate: 0.5, mask: [1, 0]}")
    assert [value(solved, name) for name in ("h1", "h2", "htilde1", "htilde2", "o")] == [1, 2, 2, 0, 6]
    assert value(solved, "delta_z2") == 0
    assert solve(solved).parts


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dropout": ", dropout: {rate: 0.5}"}, "training needs a `mask`"),
        ({"dropout": ", dropout: {rate: 0.5, mask: [1]}"}, "expected 2 entries, one for each unit, found 1"),
        ({"dropout": ", dropout: {rate: 0.5, mask: [1, 2]}"}, "expected 1 (kept) or 0 (dropped), found 2"),
        ({"dropout": ", dropout: {rate: 0.5, mask: [[1, 1]]}"}, "expected one mask, or one for each of the samples"),
        ({"dropout": ", dropout: {rate: 0.5, mask: [1, 1], mode: test}"}, "there is no mask at test time"),
        ({"last": ", dropout: {rate: 0.5, mask: [1]}"}, "the outputs of the network are not dropped"),
        (
            {"rest": "penalty: {function: elastic_net, strength: 1}"},
            "elastic_net needs `strength` and `ratio`, or `l1`",
        ),
        ({"rest": "penalty: {function: l1, strength: 1, ratio: 0.5}"}, "l1 has no `ratio`"),
        ({"rest": "penalty: {function: l1, strength: 1, total: h1}"}, "the name `h1` is taken already"),
        ({"rest": "penalty: {function: l3, strength: 1}"}, "expected l1, l2 or elastic_net, found 'l3'"),
    ],
)
def test_faults_are_told(changes: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        small(**changes)
    assert message in str(caught.value)


def test_a_penalty_needs_a_loss() -> None:
    text = SMALL.format(dropout="", last="", rest="penalty: {function: l2, strength: 1}").replace("loss: mse\n", "")
    with pytest.raises(InvalidProblem, match="a penalty is added to a loss"):
        load_text(text.encode(), "n.yaml", KINDS)


def test_penalty_and_optimizer_go_by_the_names_of_libraries() -> None:
    named, own = (
        small(rest=rest)
        for rest in (
            "regularization: {penalty: L1L2, lambda1: 0.1, lambda2: 0.2}\noptimizer: {name: AdamW, lr: 0.1, wd: 0.05}",
            "penalty: {function: elastic_net, l1: 0.1, l2: 0.2}\n"
            "optimizer: {method: adamw, learning_rate: 0.1, weight_decay: 0.05}",
        )
    )
    for name in ("J", "dJ/dw1", "w1@1", "v2@1"):
        assert value(named, name) == value(own, name)

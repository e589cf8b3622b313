"""Networks in matrix notation: typical mistakes by NumPy written out by hand, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deepcalc.errors import InvalidProblem
from tests.array_problems import loaded
from tests.checking.marking import by_name, written

X = np.array([[1, 2], [0, -1], [2, 1], [-1, 1.5]])
Y = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
W1, B1 = np.array([[0.5, -1], [1, 0.25]]), np.array([0.25, 0.5])
W2, B2 = np.array([[1, -0.5], [0.75, 1]]), np.array([0.5, -0.25])
RATE = 0.5

FIELDS = f"""
kind: network
notation: matrix
X: {X.tolist()}
Y: {Y.tolist()}
weights: {{W1: {W1.tolist()}, b1: {B1.tolist()}, W2: {W2.tolist()}, b2: {B2.tolist()}}}
layers: [sigmoid, softmax]
loss: cross_entropy
optimizer: {{learning_rate: {RATE}}}
"""


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any, axis: int = 1) -> Any:
    return np.exp(z) / np.exp(z).sum(axis, keepdims=True)


def by_hand(
    bias: float = 1,
    hidden: Callable[[Any], Any] = sigmoid,
    axis: int = 1,
    samples: float = 4,
    slope: Callable[[Any], Any] = lambda a: a * (1 - a),
    reduced: Callable[[Any], Any] = lambda d: d.sum(0),
    by_weights: Callable[[Any, Any], Any] = lambda z, a: a,
    rate: float = RATE,
) -> dict[str, Any]:
    """Every figure of the network above, with what a student may have done otherwise."""
    z1 = X @ W1 + bias * B1
    a1 = hidden(z1)
    z2 = a1 @ W2 + bias * B2
    p = softmax(z2, axis)
    d2 = (p - Y) / samples
    d1 = (d2 @ W2.T) * slope(a1)
    dw1, dw2 = X.T @ d1, by_weights(z1, a1).T @ d2
    return {
        "Z2": z2, "P": p, "L": -(Y * np.log(p)).sum() / samples, "dL/dZ2": d2, "dL/dZ1": d1, "dL/dW1": dw1,
        "dL/dW2": dw2, "dL/db1": reduced(d1), "W1@1": W1 - rate * dw1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slip", "name", "figures"),
    [
        ("bias-forgotten", "P", by_hand(bias=0)),
        ("bias-sign", "P", by_hand(bias=-1)),
        ("activation-forgotten", "P", by_hand(hidden=lambda z: z)),
        ("activation-forgotten", "Z2", by_hand(hidden=lambda z: z)),
        ("wrong-axis", "P", by_hand(axis=0)),
        ("sum-for-mean", "L", by_hand(samples=1)),
        ("mean-factor", "dL/dW1", by_hand(samples=1)),
        ("derivative-left-out", "dL/dW1", by_hand(slope=lambda a: 1)),
        ("net-input-for-output", "dL/dW2", by_hand(by_weights=lambda z, a: z)),
        ("mean-for-sum", "dL/db1", by_hand(reduced=lambda d: d.mean(0))),
        ("gradient-added", "W1@1", by_hand(rate=-RATE)),
        ("learning-rate-forgotten", "W1@1", by_hand(rate=1)),
    ],
)
def test_a_mistake_is_named(slip: str, name: str, figures: dict[str, Any]) -> None:
    marker = written(f"{FIELDS}parts: [{{find: {name}}}]")
    assert by_name(marker.mark({name: str(np.round(by_hand()[name], 7).tolist())}))[name].slips == ()
    answer = str(np.round(figures[name], 7).tolist())
    assert by_name(marker.mark({name: answer}))[name].slips == (slip,)


@pytest.mark.parametrize(("slip", "factor"), [("penalty-left-out", 0), ("penalty-sign", -1)])
def test_a_mistake_with_the_penalty_is_named(slip: str, factor: float) -> None:
    marker = written(f"{FIELDS}penalty: {{function: l2, strength: 0.1}}\nparts: [{{find: dJ/dW1}}]")
    gradients = [by_hand()["dL/dW1"] + each * 2 * 0.1 * W1 for each in (1, factor)]
    right, wrong = (by_name(marker.mark({"dJ/dW1": str(np.round(each, 7).tolist())})) for each in gradients)
    assert right["dJ/dW1"].slips == ()
    assert wrong["dJ/dW1"].slips == (slip,)


MASK = np.array([[1, 0], [1, 1], [0, 1], [1, 1]])
DROPPED = f"{{activation: sigmoid, dropout: {{rate: 0.2, mask: {MASK.tolist()}}}}}"
A1 = sigmoid(X @ W1 + B1)
KEPT = DROPPED.replace("rate: 0.2", "keep_prob: 0.8")
P = softmax(A1 @ W2 + B2)
PER_SAMPLE = -(Y * np.log(P)).sum(1)
WEIGHTED = np.array([1, 3, 1, 3]) * PER_SAMPLE
G = np.array([[0.5, -1], [2, 0.25], [-1, 1], [0.75, 0.5]])
FURTHER = [
    (DROPPED, "", "Atilde1", MASK * A1 / 0.8, "rate-for-kept", MASK * A1 / 0.2),
    (DROPPED, "", "Atilde1", MASK * A1 / 0.8, "scale-forgotten", MASK * A1),
    (KEPT, "", "Atilde1", MASK * A1 / 0.8, "rate-for-kept", MASK * A1 / 0.2),
    (KEPT, "", "Atilde1", MASK * A1 / 0.8, "scale-forgotten", MASK * A1),
    (DROPPED, "", "Atilde1", MASK * A1 / 0.8, "mask-forgotten", A1 / 0.8),
    ("sigmoid", "class_weights: [1, 3]", "L", WEIGHTED.mean(), "weights-forgotten", PER_SAMPLE.mean()),
    ("sigmoid", "class_weights: [1, 3]", "L", WEIGHTED.mean(), "mean-for-weighted", WEIGHTED.sum() / 8),
]


@pytest.mark.parametrize(("hidden", "more", "name", "right", "slip", "figure"), FURTHER)
def test_a_mistake_with_dropout_or_weights_is_named(
    hidden: str, more: str, name: str, right: Any, slip: str, figure: Any
) -> None:
    marker = written(f"{FIELDS.replace('[sigmoid,', f'[{hidden},')}{more}\nparts: [{{find: {name}}}]")
    for value, slips in ((right, ()), (figure, (slip,))):
        assert by_name(marker.mark({name: str(np.round(value, 7).tolist())}))[name].slips == slips


@pytest.mark.parametrize(
    ("slip", "wrong"),
    [
        ("upstream-left-out", lambda a: a * (1 - a)),
        ("upstream-added", lambda a: G + a * (1 - a)),
    ],
)
def test_a_mistake_with_the_gradient_from_behind_is_named(slip: str, wrong: Callable[[Any], Any]) -> None:
    marker = written(
        f"kind: network\nnotation: matrix\nX: {X.tolist()}\nweights: {{W1: {W1.tolist()}, b1: {B1.tolist()}}}\n"
        f"layers: [sigmoid]\nupstream: {G.tolist()}\nparts: [{{find: dL/dZ1}}]"
    )
    for value, slips in ((G * A1 * (1 - A1), ()), (wrong(A1), (slip,))):
        assert by_name(marker.mark({"dL/dZ1": str(np.round(value, 7).tolist())}))["dL/dZ1"].slips == slips


def test_a_mistake_with_arrays_is_named() -> None:
    marker = written(f"{FIELDS}parts: [{{find: [dL/dW1, dL/dW2]}}]")
    right = by_hand()
    turned = by_name(marker.mark({"dL/dW1": str(np.round(right["dL/dW1"].T, 7).tolist())}))["dL/dW1"]
    assert turned.slips == ("transposed",)


@pytest.mark.parametrize(
    ("slip", "figures"),
    [("mean-factor", "X.T @ ((A - Y) * A * (1 - A))"), ("derivative-left-out", "X.T @ (A - Y)/N")],
)
def test_a_mistake_in_letters_is_named(slip: str, figures: str) -> None:
    fields = "notation: matrix\nX: N x d\nY: N x k\nweights: {W: d x k}\nlayers: [sigmoid]\nloss: half_sum\n"
    marker = written(f"kind: network\n{fields}parts: [{{find: dL/dW, in: [X, Y, A, N]}}]")
    assert by_name(marker.mark({"dL/dW": "X.T @ ((A - Y) * A * (1 - A))/N"}))["dL/dW"].slips == ()
    assert by_name(marker.mark({"dL/dW": figures}))["dL/dW"].slips == (slip,)


BATCH = "notation: matrix\nX: [[1, 2], [0, -1], [2, 1]]\n"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            f"{BATCH}layers: [relu]\nweights: {{W1: [[1, 2, 3]]}}",
            "`W1` is 1 × 3 and X 3 × 2, so X W1 does not fit: 2 rows",
        ),
        (
            "notation: matrix\nsamples_as: columns\nX: d x N\nlayers: [relu]\nweights: {W1: d x h}",
            "`W1` is d × h and X d × N, so W1 X does not fit: d columns are needed",
        ),
        (
            f"{BATCH}layers: [relu]\nweights: {{W1: 2 x 3, b1: [1, 2]}}",
            "`b1` is a vector of 2; expected a vector of 3, one entry for each unit of layer 1",
        ),
        (
            f"{BATCH}Y: [[1, 0], [0, 1]]\nlayers: [relu]\nweights: {{W1: 2 x 2}}\nloss: mse",
            "expected the shape of A1, 3 × 2, not 2 × 2",
        ),
        (f"{BATCH}layers: [relu]\nweights: {{W1: 2 x 2}}\nloss: mse", "missing `Y`: the targets, which a loss needs"),
        (f"{BATCH}layers: [relu, relu]\nweights: {{W1: 2 x 2}}", "missing `W2` in `weights`: the weights of layer 2"),
        (f"{BATCH}layers: [relu]\nweights: {{W1: R^2}}", "`W1` is a vector of 2, but weights are a matrix"),
        (f"{BATCH}layers: [relu]\nweights: {{W1: 2 x 2, W2: 2 x 2}}", "there are no weights `W2` here"),
        (f"{BATCH}layers: [relu]\nweights: {{W1: 2 x 2}}\nnames: {{A2: H}}", "`A2` has no other name"),
        (f"{BATCH}inputs: [1, 2]\nlayers: [relu]\nweights: {{W1: 2 x 2}}", "in matrix notation there is no `inputs`"),
        (f"{BATCH}layers: [{{units: 2}}]\nweights: {{W1: 2 x 2}}", "in matrix notation a layer has no `units`"),
        (
            f"{BATCH}Y: [[1, 0], [0, 1], [1, 0]]\nlayers: [relu]\nweights: {{W1: 2 x 2}}\nloss: cross_entropy",
            "takes the outputs of sigmoid; the last layer has relu",
        ),
        (
            f"{BATCH}Y: [[1, 0], [0, 2], [1, 0]]\nlayers: [softmax]\nweights: {{W1: 2 x 2}}\nloss: cross_entropy",
            "a cross-entropy's targets are from 0 to 1, found 2",
        ),
        (
            f"{BATCH}Y: [[1, 0], [0, 1], [1, 0]]\nlayers: [relu]\nweights: {{W1: 2 x 2}}\nloss: mse\n"
            "optimizer: {learning_rate: 0.1, epochs: 2, until: L < 0.1}",
            "cannot be decided: a letter",
        ),
        (
            "notation: matrix\nX: n x 2\nY: n x 2\nlayers: [relu]\nweights: {W1: 2 x 2}\nloss: mse\n"
            "optimizer: {learning_rate: 0.1, batch_size: 2}",
            "batches need samples whose number is known",
        ),
        (
            f"{BATCH}Y: [[1, 0], [0, 1], [1, 0]]\nlayers: [relu]\nweights: {{W1: 2 x 2}}\nloss: mse\n"
            "optimizer: {learning_rate: 0.1, steps: 10000}",
            "over all steps, found 100,000",
        ),
        ("X: [[1, 2]]\nlayers: [relu]", "`X` belongs to matrix notation: say `notation: matrix`"),
        ("inputs: [1, 2]\nlayers: [relu]", "missing `weights`: those of the layer's units"),
    ],
)
def test_what_does_not_fit_is_told(fields: str, said: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("network", fields)
    assert any(said in fault.message for fault in caught.value.faults), [each.message for each in caught.value.faults]

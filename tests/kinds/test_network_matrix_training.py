"""What a training may have in matrix notation, against the same network in scalars and against autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.notation.nodes import names_in
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, exact, loaded
from tests.checking.marking import by_name
from tests.statements import printed

X = np.array([[1, 0.5], [-1, 2], [0.25, -0.75]])
W1, B1 = np.array([[0.3, -0.8, 0.5], [0.6, 0.9, -0.25]]), np.array([0.2, -0.1, 0.4])
W2, B2 = np.array([[0.5, -0.5], [0.25, 1], [-0.75, 0.5]]), np.array([0.1, -0.2])
ONE_HOT = [[1, 0], [0, 1], [1, 0]]
MASKS = [[1, 0, 1], [1, 1, 0], [0, 1, 1]]


def both(
    samples_as: str, hidden: Data, last: Data, targets: Any, common: Data, **matrix: Any
) -> tuple[Problem, Problem]:
    """The same network of 2 inputs, 3 hidden units and 2 outputs in scalars and in matrices."""
    layers: list[Data] = [
        {"units": 3, "weights": {"rows": "senders", "matrix": W1.tolist()}, "biases": B1.tolist(), **hidden},
        {"units": 2, "weights": {"rows": "senders", "matrix": W2.tolist()}, "biases": B2.tolist(), **last},
    ]
    weights = matrix.pop("of_samples", [None] * 3)
    samples = [
        {"inputs": x.tolist(), "targets": t, **({} if weight is None else {"weight": weight})}
        for x, t, weight in zip(X, targets, weights, strict=True)
    ]
    scalars = loaded("network", {"samples": samples, "layers": layers, **common})
    turned = np.transpose if samples_as == "columns" else np.asarray
    fields = {
        "notation": "matrix",
        "samples_as": samples_as,
        "X": turned(X).tolist(),
        "Y": turned(targets).tolist(),
        "weights": {"W1": turned(W1).tolist(), "b1": B1.tolist(), "W2": turned(W2).tolist(), "b2": B2.tolist()},
        "layers": [hidden, last],
        **common,
        **matrix,
    }
    return scalars, loaded("network", fields)


def assert_agree(problems: tuple[Problem, Problem], samples_as: str, which: str = "dL/d{}") -> None:
    """The quantities of all parameters are the same in both notations; ``which`` is written around one."""
    scalars, matrices = problems
    for index, (w, b) in enumerate(((W1, B1), (W2, B2)), start=1):
        senders, units = w.shape
        names = [[which.format(f"W{index}_{i}_{j}") for j in range(1, units + 1)] for i in range(1, senders + 1)]
        theirs = np.array([[exact(scalars, name) for name in row] for row in names])
        mine = exact(matrices, which.format(f"W{index}"))
        np.testing.assert_allclose(mine.T if samples_as == "columns" else mine, theirs, rtol=1e-11, atol=1e-14)
        biases = [exact(scalars, which.format(f"b{index}_{j}")) for j in range(1, units + 1)]
        np.testing.assert_allclose(exact(matrices, which.format(f"b{index}")), biases, rtol=1e-11, atol=1e-14)
        assert len(b) == units


NOTATIONS = pytest.mark.parametrize("samples_as", ["rows", "columns"])
SQUARED: Data = {"loss": "half_sum", "optimizer": {"learning_rate": 0.1, "steps": 2}}
CLASSES: Data = {"loss": "categorical_cross_entropy", "optimizer": {"learning_rate": 0.1, "steps": 2}}


@NOTATIONS
@pytest.mark.parametrize("scaling", ["inverted", "plain"])
@pytest.mark.parametrize("mask", [MASKS, MASKS[0]], ids=["each", "one"])
def test_dropout_is_that_of_scalars(samples_as: str, scaling: str, mask: Any) -> None:
    scalars, matrices = (
        both(samples_as, {"activation": "tanh", "dropout": {"rate": 0.4, "scaling": scaling, "mask": each}},
             {"activation": "identity"}, [[1, 0.5], [0, 1], [2, 1]], SQUARED)[index]
        for index, each in enumerate((mask, np.transpose(mask).tolist() if samples_as == "columns" else mask))
    )  # fmt: skip
    assert_agree((scalars, matrices), samples_as)
    assert_agree((scalars, matrices), samples_as, "{}@2")


@NOTATIONS
def test_dropout_at_test_time(samples_as: str) -> None:
    plain = {"rate": 0.4, "scaling": "plain", "mode": "test"}
    fields = ({"activation": "tanh", "dropout": plain}, {"activation": "identity"}, [[1, 0.5], [0, 1], [2, 1]], SQUARED)
    assert_agree(both(samples_as, *fields), samples_as)
    inverted = both(samples_as, {"activation": "tanh", "dropout": {"rate": 0.4, "mode": "test"}}, *fields[1:])
    assert "Atilde1" not in inverted[1].plan.graph
    assert_agree(inverted, samples_as)


@NOTATIONS
@pytest.mark.parametrize("reduction", ["mean", "sum", "weighted_mean"])
@pytest.mark.parametrize(
    "weights",
    [
        {"class_weights": [1, 2.5]},
        {"of_samples": [0.5, 2, 1]},
        {"class_weights": [1, 2.5], "of_samples": [0.5, 2, 1]},
    ],
    ids=["classes", "samples", "both"],
)
def test_weights_are_those_of_scalars(samples_as: str, reduction: str, weights: Data) -> None:
    own = weights.get("of_samples")
    common = {**CLASSES, "reduction": reduction}
    common |= {"class_weights": weights["class_weights"]} if "class_weights" in weights else {}
    further = {} if own is None else {"of_samples": own, "sample_weights": own}
    problems = both(samples_as, {"activation": "relu"}, {"activation": "softmax"}, ONE_HOT, common, **further)
    assert_agree(problems, samples_as)
    assert_agree(problems, samples_as, "{}@2")
    assert exact(problems[1], "L") == pytest.approx(exact(problems[0], "L"), rel=1e-11)


@NOTATIONS
def test_weights_of_both_classes_of_one_output(samples_as: str) -> None:
    turned = np.transpose if samples_as == "columns" else np.asarray
    x, y, w = X, np.array([[1.0], [0], [0]]), np.array([[0.5], [-1]])
    problem = loaded(
        "network",
        {
            "notation": "matrix", "samples_as": samples_as, "X": turned(x).tolist(), "Y": turned(y).tolist(),
            "weights": {"W": turned(w).tolist()}, "layers": ["sigmoid"], "loss": "cross_entropy",
            "class_weights": [0.5, 3], "reduction": "weighted_mean",
        },
    )  # fmt: skip

    def loss(w: Any) -> Any:
        p, s = 1 / (1 + anp.exp(-x @ w)), np.where(y == 1, 3, 0.5)
        return -anp.sum(s * (y * anp.log(p) + (1 - y) * anp.log(1 - p))) / np.sum(s)

    assert exact(problem, "L") == pytest.approx(loss(w), rel=1e-11)
    np.testing.assert_allclose(exact(problem, "dL/dW"), turned(grad(loss)(w)), rtol=1e-11)


@NOTATIONS
@pytest.mark.parametrize("weights", [{}, {"class_weights": [1, 3]}], ids=["plain", "weighted"])
def test_numbers_of_classes_are_one_hot_rows(samples_as: str, weights: Data) -> None:
    common = {**CLASSES, **weights, "optimizer": {"learning_rate": 0.1, "batch_size": 2}}
    problems = both(samples_as, {"activation": "relu"}, {"activation": "softmax"}, ONE_HOT, common, Y=[0, 1, 0])
    assert_agree(problems, samples_as)
    assert_agree(problems, samples_as, "{}@2")


@NOTATIONS
@pytest.mark.parametrize("batch_size", ["all", 2])
def test_smoothed_targets_are_those_of_scalars(samples_as: str, batch_size: Any) -> None:
    common = {
        "loss": {"function": "categorical_cross_entropy", "label_smoothing": 0.2},
        "optimizer": {"learning_rate": 0.1, "batch_size": batch_size, "epochs": 1},
    }
    problems = both(samples_as, {"activation": "relu"}, {"activation": "softmax"}, ONE_HOT, common)
    assert_agree(problems, samples_as)
    assert_agree(problems, samples_as, "{}@1")


@NOTATIONS
@pytest.mark.parametrize(
    "further",
    [
        {"penalty": {"function": "l2", "strength": 0.1}},
        {"penalty": {"function": "l1", "strength": 0.1, "biases": True}},
    ],
    ids=["l2", "l1"],
)
def test_a_penalty_goes_with_batches(samples_as: str, further: Data) -> None:
    common = {"loss": "half_sum", "optimizer": {"learning_rate": 0.1, "batch_size": 2, "epochs": 2}, **further}
    problems = both(samples_as, {"activation": "tanh"}, {"activation": "identity"}, [[1, 0.5], [0, 1], [2, 1]], common)
    assert_agree(problems, samples_as, "{}@1")
    assert_agree(problems, samples_as, "{}@4")
    assert exact(problems[1], "J@4") == pytest.approx(exact(problems[0], "J@4"), rel=1e-11)


@NOTATIONS
def test_batches_take_their_own_masks_and_weights(samples_as: str) -> None:
    mask = np.transpose(MASKS).tolist() if samples_as == "columns" else MASKS
    common = {"loss": "half_sum", "optimizer": {"learning_rate": 0.1, "batch_size": 2, "epochs": 1}}
    weights, last = [0.5, 2, 1], {"activation": "identity"}
    targets = [[1, 0.5], [0, 1], [2, 1]]
    scalars, matrices = (
        both(samples_as, {"activation": "tanh", "dropout": {"rate": 0.4, "mask": each}}, last, targets, common,
             of_samples=weights, sample_weights=weights)[index]
        for index, each in enumerate((MASKS, mask))
    )  # fmt: skip
    assert_agree((scalars, matrices), samples_as, "{}@1")
    assert_agree((scalars, matrices), samples_as, "{}@2")


@pytest.mark.parametrize("batch_size", ["all", 2])
@pytest.mark.parametrize("bound", [0.75, 0.1])
def test_training_stops_after_the_epoch_of_scalars(batch_size: Any, bound: float) -> None:
    optimizer = {"learning_rate": 0.2, "batch_size": batch_size, "epochs": 4, "until": f"L < {bound}"}
    common = {"loss": "half_sum", "optimizer": optimizer}
    problems = both("rows", {"activation": "tanh"}, {"activation": "identity"}, [[1, 0.5], [0, 1], [2, 1]], common)
    stops = [exact(problem, "stop_epoch") for problem in problems]
    assert stops[0] == stops[1]
    per_epoch = 1 if batch_size == "all" else 2
    last = int(stops[0]) * per_epoch
    assert exact(problems[0], f"L@{last}") < bound or (stops[0] == 4 and bound == 0.1)
    assert last == per_epoch or exact(problems[0], f"L@{last - per_epoch}") >= bound
    assert_agree(problems, "rows", f"{{}}@{last}")
    assert f"W1@{last + 1}" not in problems[1].plan.graph
    assert problems[1].plan.parts[-1].find[-1] == "stop_epoch"


@pytest.mark.parametrize(
    ("optimizer", "said"),
    [
        ({"steps": 2}, "W₁ after 2 steps of gradient descent with η = 0.2."),
        ({"epochs": 4, "batch_size": 2}, "W₁ after 4 epochs in batches of 2 of gradient descent with η = 0.2."),
        (
            {"epochs": 4, "until": "L < 0.1"},
            "W₁ after at most 4 epochs of gradient descent with η = 0.2, stopping after the first epoch at whose end "
            "L < 0.1, and the epoch stop_epoch after which it stops.",
        ),
    ],
)
def test_the_question_tells_how_long_training_lasts(optimizer: Data, said: str) -> None:
    fields = {
        "notation": "matrix", "X": X.tolist(), "Y": ONE_HOT, "weights": {"W1": W2[:2].tolist()},
        "layers": ["identity"], "loss": "mse", "optimizer": {"learning_rate": 0.2, **optimizer},
    }  # fmt: skip
    assert printed(loaded("network", fields)).endswith(said)


def test_the_statement_tells_the_activations_that_are_given() -> None:
    fields = {
        "notation": "matrix", "X": X[:2].tolist(), "given": {"A1": [[1, 0], [0, 3]]}, "layers": ["relu", "identity"],
        "weights": {"W1": W2[:2].tolist(), "W2": [[1, 0], [0, 1]]},
    }  # fmt: skip
    assert "A₁ = [[1, 0], [0, 3]]. It computes" in printed(loaded("network", fields))


def in_matrices(samples_as: str, fields: Data) -> Problem:
    """A network of two layers from the middle on, without a loss where none is given."""
    turned = np.transpose if samples_as == "columns" else np.asarray
    weights = {"W1": turned(W1).tolist(), "b1": B1.tolist(), "W2": turned(W2).tolist(), "b2": B2.tolist()}
    common = {"notation": "matrix", "samples_as": samples_as, "X": turned(X).tolist(), "weights": weights}
    return loaded("network", {**common, **fields})


FORWARD: Mapping[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}


@NOTATIONS
@pytest.mark.parametrize("last", FORWARD)
def test_the_gradient_from_behind_is_passed_back(samples_as: str, last: str) -> None:
    g = np.array([[0.5, -1], [0.25, 2], [-1, 1.5]])
    turned = np.transpose if samples_as == "columns" else np.asarray
    fields = {"layers": ["tanh", last], "upstream": turned(g).tolist(), "optimizer": {"learning_rate": 0.5}}
    problem = in_matrices(samples_as, fields)

    def stand_in(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return anp.sum(g * FORWARD[last](anp.tanh(x @ w1 + b1) @ w2 + b2))

    for position, name in enumerate(("X", "W1", "b1", "W2", "b2")):
        theirs = grad(stand_in, position)(X, W1, B1, W2, B2)
        mine = exact(problem, f"dL/d{name}")
        np.testing.assert_allclose(mine if theirs.ndim == 1 else turned(mine), theirs, rtol=1e-10, atol=1e-13)
    update = turned(exact(problem, "W1@1"))
    np.testing.assert_allclose(update, W1 - 0.5 * grad(stand_in, 1)(X, W1, B1, W2, B2), rtol=1e-10)
    assert "L" not in [name for part in problem.plan.parts for name in part.find]


@NOTATIONS
def test_given_activations_take_the_place_of_computed_ones(samples_as: str) -> None:
    turned = np.transpose if samples_as == "columns" else np.asarray
    a1, p, y = np.array([[0.5, 0.25, 0.75]] * 3), np.array([[0.6, 0.4]] * 3), np.array(ONE_HOT)
    given = {"A1": turned(a1).tolist(), "P": turned(p).tolist()}
    fields = {"Y": turned(y).tolist(), "layers": ["sigmoid", "softmax"], "loss": "cross_entropy", "given": given}
    problem = in_matrices(samples_as, fields)
    by_net = (p - y) / 3
    by_hidden = by_net @ W2.T * a1 * (1 - a1)
    assert exact(problem, "L") == pytest.approx(-np.log([0.6, 0.4, 0.6]).mean(), rel=1e-11)
    np.testing.assert_allclose(turned(exact(problem, "dL/dZ2")), by_net, rtol=1e-11)
    np.testing.assert_allclose(turned(exact(problem, "dL/dW2")), a1.T @ by_net, rtol=1e-11)
    np.testing.assert_allclose(turned(exact(problem, "dL/dW1")), X.T @ by_hidden, rtol=1e-11)
    np.testing.assert_allclose(exact(problem, "dL/db1"), by_hidden.sum(axis=0), rtol=1e-11)


@NOTATIONS
def test_given_net_inputs_pass_on_to_the_weights(samples_as: str) -> None:
    turned = np.transpose if samples_as == "columns" else np.asarray
    z1 = np.array([[0.5, -0.25, 1], [1, 0.5, -2], [-1, 2, 0.25]])
    fields = {"Y": turned(ONE_HOT).tolist(), "layers": ["relu", "identity"], "loss": "half_sum"}
    problem = in_matrices(samples_as, {**fields, "given": {"Z1": turned(z1).tolist()}})
    errors = (np.maximum(z1, 0) @ W2 + B2 - np.array(ONE_HOT)) / 3
    np.testing.assert_allclose(turned(exact(problem, "dL/dW1")), X.T @ (errors @ W2.T * (z1 > 0)), rtol=1e-11)


def test_activations_of_the_problems_own() -> None:
    fields = {"layers": ["phi", "z^2/(1 + z^2)"], "activations": {"phi": "z*sigmoid(c*z)"}, "values": {"c": 1.5}}
    problem = in_matrices("rows", {**fields, "Y": ONE_HOT, "loss": "half_sum"})

    def loss(w1: Any) -> Any:
        z1 = X @ w1 + B1
        z2 = z1 / (1 + anp.exp(-1.5 * z1)) @ W2 + B2
        return anp.sum((z2**2 / (1 + z2**2) - np.array(ONE_HOT)) ** 2) / 6

    assert exact(problem, "L") == pytest.approx(loss(W1), rel=1e-11)
    np.testing.assert_allclose(exact(problem, "dL/dW1"), grad(loss)(W1), rtol=1e-10)


def test_error_terms_have_the_name_and_the_sign_of_the_course() -> None:
    fields = {"Y": ONE_HOT, "layers": ["sigmoid", "sigmoid"], "loss": "half_sum"}
    plain = in_matrices("rows", fields)
    by_name = in_matrices("rows", {**fields, "error_terms": {"name": "delta"}})
    turned = in_matrices("rows", {**fields, "error_terms": {"name": "Err", "convention": "target - output"}})
    for number in "12":
        expected = exact(plain, f"dL/dZ{number}")
        np.testing.assert_allclose(exact(by_name, f"delta{number}"), expected, rtol=1e-12)
        np.testing.assert_allclose(exact(turned, f"Err{number}"), -expected, rtol=1e-12)
        np.testing.assert_allclose(exact(turned, f"dL/dW{number}"), exact(plain, f"dL/dW{number}"), rtol=1e-12)


@NOTATIONS
@pytest.mark.parametrize("loss", ["half_sum", "mse"])
def test_loss_and_gradients_are_written_in_the_differences(samples_as: str, loss: str) -> None:
    terms = {"name": "Err", "convention": "target - output", "difference": "E"}
    common = {"loss": loss, "error_terms": terms, "optimizer": {"learning_rate": 0.1, "steps": 2}}
    problems = both(samples_as, {"activation": "tanh"}, {"activation": "sigmoid"}, ONE_HOT, common)
    for which in ("dL/d{}", "{}@2"):
        assert_agree(problems, samples_as, which)
    graph = problems[1].plan.graph
    assert names_in(graph["L"].definition) == ("E",)
    assert set(names_in(graph["Err2"].definition)) == {"A2", "dL/dA2"}
    assert names_in(graph["dL/dA2"].definition) == ("E",)
    outputs = 1 / (1 + np.exp(-np.tanh(X @ W1 + B1) @ W2 - B2))
    errors = np.array(ONE_HOT) - outputs
    np.testing.assert_allclose(exact(problems[1], "E"), errors if samples_as == "rows" else errors.T, rtol=1e-12)


@NOTATIONS
def test_hidden_errors_are_passed_back_by_the_updated_weights(samples_as: str) -> None:
    common = {"loss": "mse", "error_terms": {"weights": "updated"}, "optimizer": {"learning_rate": 0.5}}
    problems = both(samples_as, {"activation": "tanh"}, {"activation": "sigmoid"}, ONE_HOT, common)
    assert_agree(problems, samples_as, "{}@1")
    h = np.tanh(X @ W1 + B1)
    o = 1 / (1 + np.exp(-h @ W2 - B2))
    delta = (o - np.array(ONE_HOT)) * o * (1 - o) / 3
    updated = W2 - 0.5 * h.T @ delta
    expected, old = (W1 - 0.5 * X.T @ (delta @ w.T * (1 - h**2)) for w in (updated, W2))
    turned = np.transpose if samples_as == "columns" else np.asarray
    np.testing.assert_allclose(turned(exact(problems[1], "W1@1")), expected, rtol=1e-11)
    mark = by_name(Marker(problems[1]).mark({"W1@1": str(turned(old).round(9).tolist())}))["W1@1"]
    assert mark.slips == ("old-weights",)


def test_the_bias_may_come_first() -> None:
    fields = {"Y": ONE_HOT, "layers": ["relu", "identity"], "loss": "half_sum", "net_input": "b + x*w"}
    problem = in_matrices("rows", fields)
    assert [type(arg).__name__ for arg in problem.plan.graph["Z1"].definition.args] == ["Name", "MatrixProduct"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"layers": [{"activation": "relu", "dropout": {"rate": 0.5}}, "identity"]}, "training needs a `mask`"),
        (
            {"layers": [{"activation": "relu", "dropout": {"rate": 0.5, "mask": [1, 0]}}, "identity"]},
            "expected a mask of a vector of 3 or 3 × 3, not a vector of 2",
        ),
        (
            {"layers": [{"activation": "relu", "dropout": {"rate": 0.5, "mask": [1, 0, 2]}}, "identity"]},
            "expected 1 (kept) or 0 (dropped), found 2",
        ),
        (
            {"layers": ["relu", {"activation": "relu", "dropout": {"rate": 0.5, "mask": [1, 0]}}]},
            "dropout is for layers before the last one",
        ),
        ({"layers": ["relu", "identity"], "upstream": [[1, 2]]}, "expected the shape of Z2, 3 × 2, not 1 × 2"),
        ({"layers": ["relu", "identity"], "given": {"A2": [[1]]}}, "`A2` is neither net inputs nor outputs of a layer"),
        ({"layers": ["relu", "identity"], "given": {"A1": [[1, 2]]}}, "expected the shape of A1, 3 × 3, not 1 × 2"),
        (
            {"layers": ["relu", "softmax"], "loss": "cross_entropy", "Y": [0, 1, 2]},
            "expected the number of a class, from 0 to 1, found 2",
        ),
        (
            {"layers": ["relu", "softmax"], "loss": "cross_entropy", "Y": [0, 1]},
            "expected the class of each of the 3 samples, found 2",
        ),
        (
            {"layers": ["relu", "softmax"], "loss": "cross_entropy", "Y": ONE_HOT, "class_weights": [1, 2, 3]},
            "expected 2 weights, one for each class, found 3",
        ),
        (
            {"layers": ["relu", "identity"], "loss": "mse", "Y": ONE_HOT, "class_weights": [1, 2]},
            "mse is of no classes, so they have no weights",
        ),
        (
            {"layers": ["relu", "identity"], "loss": "mse", "Y": ONE_HOT, "sample_weights": [1, 2]},
            "expected a weight for each of the samples, 3, found 2",
        ),
        (
            {"layers": ["relu", "identity"], "loss": "mse", "Y": ONE_HOT, "reduction": "weighted_mean"},
            "a weighted mean needs `class_weights` or `sample_weights`",
        ),
        (
            {"layers": ["relu", "identity"], "loss": "mse", "Y": ONE_HOT, "upstream": ONE_HOT},
            "give either a loss with its targets, or `upstream`, its derivative",
        ),
        (
            {"layers": ["relu", "identity"], "upstream": ONE_HOT, "optimizer": {"learning_rate": 1, "steps": 2}},
            "`upstream` holds at the first values alone, so there is one update",
        ),
        ({"layers": ["relu", "identity"], "chain": "paths"}, "gradients are those of whole arrays"),
        ({"layers": ["relu", "identity"], "net_input": "w*x + b"}, "with samples as rows a net input is X W"),
        ({"layers": ["psi", "identity"]}, "`psi` is no activation"),
        (
            {"layers": [{"activation": ["relu", "tanh"]}, "identity"]},
            "expected 3 activations, one for each unit, found 2",
        ),
        (
            {"layers": ["relu", "identity"], "error_terms": {"weights": "updated"}},
            "updated weights are those of one update: give an `optimizer` with one step",
        ),
        (
            {
                "layers": ["relu", "identity"], "error_terms": {"weights": "updated"}, "loss": "mse", "Y": ONE_HOT,
                "optimizer": {"learning_rate": 1, "batch_size": 1},
            },
            "updated weights are those of one update: give an `optimizer` with one step",
        ),
        (
            {"layers": ["relu", "softmax"], "loss": "cross_entropy", "Y": ONE_HOT, "error_terms": {"difference": "E"}},
            "differences are those of squared errors: mse, half_sum or sum",
        ),
        (
            {
                "layers": ["relu", "identity"], "loss": "mse", "Y": ONE_HOT,
                "optimizer": {"learning_rate": 1, "until": "L < 1"},
            },
            "a criterion needs `epochs`, after which training stops at the latest",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(fields: Data, said: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        in_matrices("rows", fields)
    assert any(said in fault.message for fault in caught.value.faults), [each.message for each in caught.value.faults]

"""Networks in matrix notation against the same networks in scalars, and against NumPy and autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds._losses import OutputLossName
from deepcalc.notation.printing.unicode import UnicodePrinter
from deepcalc.plan.lookup import long_names
from deepcalc.problem.problem import Problem
from deepcalc.rules.losses import LOSSES
from tests.array_problems import Data, assert_same, exact, loaded
from tests.networks import Case, cases


def network(fields: Data) -> Problem:
    """A problem in matrix notation."""
    return loaded("network", {"notation": "matrix", **fields})


def in_matrices(case: Case, samples_as: str) -> Data:
    """The fields of a random network in matrix notation."""

    def turned(matrix: Any) -> Any:
        return matrix.T if samples_as == "columns" else matrix

    weights = {f"W{index}": turned(w).tolist() for index, w in enumerate(case.weights, start=1)}
    biases = {f"b{index}": b.tolist() for index, b in enumerate(case.biases, start=1) if b is not None}
    return {
        "samples_as": samples_as,
        "X": turned(case.inputs).tolist(),
        "Y": turned(case.targets).tolist(),
        "weights": {**weights, **biases},
        "layers": list(case.activations),
        "loss": case.loss,
        "reduction": case.reduction,
        "optimizer": {"learning_rate": case.rate},
    }


def of_scalars(problem: Problem, case: Case, which: str) -> dict[str, Any]:
    """The figures of a network in scalars, put together in matrices; ``which`` is written around a parameter."""
    names = {
        (index, i, j): which.format(case.weight(index, i, j) if i else case.bias(index, j))
        for index, w in enumerate(case.weights, start=1)
        for i in range(w.shape[0] + 1)
        for j in range(1, w.shape[1] + 1)
        if i or case.biases[index - 1] is not None
    }
    values = evaluate(problem.plan.graph, names.values()).values
    found: dict[str, Any] = {}
    for index, w in enumerate(case.weights, start=1):
        rows, columns = range(1, w.shape[0] + 1), range(1, w.shape[1] + 1)
        found[f"W{index}"] = np.array([[float(values[names[index, i, j]]) for j in columns] for i in rows])
        if case.biases[index - 1] is not None:
            found[f"b{index}"] = np.array([float(values[names[index, 0, j]]) for j in columns])
    return found


@settings(max_examples=100, deadline=None)
@given(case=cases(), samples_as=st.sampled_from(["rows", "columns"]))
def test_both_notations_give_the_same_figures_and_those_of_autograd(case: Case, samples_as: str) -> None:
    one_by_one = loaded("network", case.yaml().removeprefix("kind: network\n"))
    at_once = network(in_matrices(case, samples_as))
    loss, by_weights, by_biases = case.reference()
    theirs = {f"W{index}": each for index, each in enumerate(by_weights, start=1)}
    theirs |= {f"b{index}": each for index, each in enumerate(by_biases, start=1)}
    mine = exact(at_once, "L")
    scalar = float(evaluate(one_by_one.plan.graph, ["L"]).values["L"])
    assert mine == pytest.approx(scalar, rel=1e-12, abs=1e-12)
    assert mine == pytest.approx(loss, rel=1e-9, abs=1e-9)
    for before, which in (("dL/d{}", "dL/d{}"), ("{}@1", "{}@1")):
        for name, value in of_scalars(one_by_one, case, which).items():
            found = exact(at_once, before.format(name))
            found = found.T if samples_as == "columns" else found
            assert np.allclose(found, value, rtol=1e-12, atol=1e-12), name
            if which == "dL/d{}":
                assert np.allclose(found, theirs[name], rtol=1e-9, atol=1e-9), name


OUTPUTS = {"sigmoid": "sigmoid", "softmax": "softmax", "identity": "identity", None: "softplus"}
SETTINGS: dict[str, Data] = {"quantile": {"tau": 0.3}, "huber": {"delta": 0.4}, "binary_focal": {"alpha": 0.25}}


def small(loss: str, activation: str, targets: list[list[float]], reduction: str) -> tuple[Data, Data]:
    """The same network of 2 inputs and 2 outputs in scalars and in matrices."""
    x, w, b = [[1, 0.5], [-1, 2], [0.25, -0.75]], [[0.3, -0.8], [0.6, 0.9]], [0.2, -0.1]
    common = {"loss": {"function": loss, **SETTINGS.get(loss, {})}, "reduction": reduction}
    layer = {"units": 2, "activation": activation, "weights": {"rows": "senders", "matrix": w}, "biases": b}
    samples = [{"inputs": row, "targets": target} for row, target in zip(x, targets, strict=True)]
    scalars = {"samples": samples, "layers": [layer], **common}
    return scalars, {"X": x, "Y": targets, "weights": {"W": w, "b": b}, "layers": [activation], **common}


def by_name(values: list[float]) -> dict[str, Any]:
    """Loss and gradients of the small network by their names in matrices."""
    return {"L": values[0], "dL/dW": np.reshape(values[1:5], (2, 2)), "dL/db": np.array(values[5:])}


SCALAR_LOSSES = ("categorical_hinge",)
"""The losses that are not written in matrices."""


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "loss", [name for name in OutputLossName if name.value in LOSSES and name not in SCALAR_LOSSES]
)
def test_every_loss_is_that_of_scalars(loss: str, reduction: str) -> None:
    row = LOSSES[loss]
    is_one_hot = row.targets.sums_to_one or row.of_class
    targets: list[list[float]] = [[1, 0], [0, 1], [1, 0]] if is_one_hot else [[1, -1], [1, 1], [-1, 1]]
    if not is_one_hot and (row.outputs_of == "sigmoid" or not row.targets.holds(-1)):
        targets = [[0.25, 1], [1, 1], [0.75, 1]]
    if loss == "kl_divergence":
        targets = [[0.25, 0.75], [0.5, 0.5], [0.875, 0.125]]
    scalars, matrices = small(loss, OUTPUTS[row.outputs_of], targets, reduction)
    one_by_one, at_once = loaded("network", scalars), network(matrices)
    names = ["L", *(f"dL/dw{i}{j}" for i in (1, 2) for j in (1, 2)), "dL/db1", "dL/db2"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [exact(at_once, "L"), *exact(at_once, "dL/dW").flatten(), *exact(at_once, "dL/db")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)
    assert_same(at_once, by_name(values), loss)


@pytest.mark.parametrize("activation", [name for name in ActivationName if name not in ("step", "sign")])
def test_every_activation_is_that_of_scalars(activation: str) -> None:
    scalars, matrices = small("mse", activation, [[1, 0], [0, 1], [0.5, 2]], "mean")
    one_by_one, at_once = loaded("network", scalars), network(matrices)
    names = ["L", *(f"dL/dw{i}{j}" for i in (1, 2) for j in (1, 2)), "dL/db1", "dL/db2"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [*exact(at_once, "dL/dW").flatten(), *exact(at_once, "dL/db")]
    assert found == pytest.approx(values[1:], rel=1e-12, abs=1e-12)
    assert_same(at_once, by_name(values), activation)


OPTIMIZERS: list[Data] = [
    {"method": "momentum"},
    {"method": "nesterov", "look_ahead": False},
    {"method": "adagrad"},
    {"method": "rmsprop", "centered": True},
    {"method": "adadelta"},
    {"method": "adam"},
    {"method": "adamw"},
    {"method": "adamax"},
    {"method": "nadam"},
    {"method": "amsgrad"},
    {"method": "lion"},
    {"method": "sgd", "weight_decay": 0.1},
    {"method": "sgd", "clip": {"value": 0.05}},
    {"method": "adam", "clip": {"norm": 0.1}},
    {"method": "sgd", "schedule": {"kind": "cosine", "steps": 5}},
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda each: "-".join(each))
def test_every_optimizer_takes_the_steps_of_scalars(optimizer: Data) -> None:
    scalars, matrices = small("half_sum", "tanh", [[1, 0], [0, 1], [0.5, 2]], "mean")
    steps = {"optimizer": {"learning_rate": 0.1, "steps": 3, **optimizer}}
    one_by_one, at_once = loaded("network", {**scalars, **steps}), network({**matrices, **steps})
    names = [*(f"w{i}{j}@3" for i in (1, 2) for j in (1, 2)), "b1@3", "b2@3", "L@3"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [*exact(at_once, "W@3").flatten(), *exact(at_once, "b@3"), exact(at_once, "L@3")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)


BATCHES: list[Data] = [
    {"batch_size": 2, "epochs": 2},
    {"batch_size": 1, "epochs": 2},
    {"batch_size": 2, "steps": 3},
    {"batch_size": 2, "epochs": 2, "method": "momentum"},
    {"batch_size": 2, "epochs": 1, "method": "adam"},
    {"epochs": 3},
]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", ["half_sum", "mse"])
@pytest.mark.parametrize("optimizer", BATCHES, ids=lambda each: "-".join(map(str, each.values())))
def test_batches_take_the_steps_of_scalars(optimizer: Data, loss: str, reduction: str) -> None:
    scalars, matrices = small(loss, "tanh", [[1, 0], [0, 1], [0.5, 2]], reduction)
    course = {"optimizer": {"learning_rate": 0.1, **optimizer}}
    one_by_one, at_once = loaded("network", {**scalars, **course}), network({**matrices, **course})
    last = max(int(name.rpartition("@")[2]) for name in at_once.plan.graph.names if name.startswith("W@"))
    names = [*(f"w{i}{j}@{last}" for i in (1, 2) for j in (1, 2)), f"b1@{last}", f"b2@{last}", f"L@{last}"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [*exact(at_once, f"W@{last}").flatten(), *exact(at_once, f"b@{last}"), exact(at_once, f"L@{last}")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)
    assert f"W@{last + 1}" not in at_once.plan.graph
    assert f"w11@{last + 1}" not in one_by_one.plan.graph


def test_columns_are_taken_in_batches_too() -> None:
    x, y, w = np.array([[1.0, 0, -1], [2, 1, 0.5]]), np.array([[1.0, 0, 2]]), np.array([[0.5, -0.25]])
    found = network(
        {
            "X": x.tolist(), "Y": y.tolist(), "weights": {"W": w.tolist()}, "samples_as": "columns",
            "layers": ["identity"], "loss": "half_sum", "optimizer": {"learning_rate": 0.1, "batch_size": 2},
        }
    )  # fmt: skip
    for batch in (slice(0, 2), slice(2, 3)):
        errors = w @ x[:, batch] - y[:, batch]
        w = w - 0.1 * errors @ x[:, batch].T / errors.shape[1]
    assert exact(found, "W@2").flatten() == pytest.approx(w.flatten(), rel=1e-12)


def test_gradients_are_asked_for_where_nothing_is_trained() -> None:
    _, matrices = small("mse", "tanh", [[1, 0], [0, 1], [0.5, 2]], "mean")
    problem = network({**matrices, "train": [], "optimizer": {"learning_rate": 0.1}})
    assert problem.plan.parts[-1].find == ("dL/dW", "dL/db")


@pytest.mark.parametrize("train", ["weights", "biases", ["W"]])
def test_what_is_not_trained_keeps_its_value(train: Any) -> None:
    _, matrices = small("mse", "tanh", [[1, 0], [0, 1], [0.5, 2]], "mean")
    problem = network({**matrices, "train": train, "optimizer": {"learning_rate": 0.1, "steps": 2}})
    updated = [name for name in ("W@2", "b@2") if name in problem.plan.graph]
    assert updated == (["b@2"] if train == "biases" else ["W@2"])
    assert problem.plan.parts[-1].find == tuple(updated)


@pytest.mark.parametrize("samples_as", ["rows", "columns"])
def test_a_single_sample_may_be_a_vector(samples_as: str) -> None:
    x, y, w, b = (
        np.array([1, -0.5, 2]),
        np.array([0, 1]),
        np.array([[1, 0.5], [-1, 2], [0.5, 0.25]]),
        np.array([0.5, 0]),
    )
    weights = w.tolist() if samples_as == "rows" else w.T.tolist()
    given_ = {"X": x.tolist(), "Y": y.tolist(), "weights": {"W": weights, "b": b.tolist()}}
    problem = network({**given_, "samples_as": samples_as, "layers": ["softmax"], "loss": "cross_entropy"})
    z = x @ w + b
    p = np.exp(z) / np.exp(z).sum()
    by_weights = np.outer(x, p - y)
    assert exact(problem, "L") == pytest.approx(-np.log(p[1]), rel=1e-12)
    assert np.allclose(exact(problem, "dL/dZ"), p - y, rtol=1e-12)
    assert np.allclose(exact(problem, "dL/dW"), by_weights if samples_as == "rows" else by_weights.T, rtol=1e-12)


def test_biases_may_be_a_row_or_a_column() -> None:
    _, matrices = small("mse", "tanh", [[1, 0], [0, 1], [0.5, 2]], "mean")
    by_vector = network(matrices)
    row = network({**matrices, "weights": {**matrices["weights"], "b": [matrices["weights"]["b"]]}})
    assert exact(row, "dL/db").tolist() == [exact(by_vector, "dL/db").tolist()]
    turned = {
        "X": np.transpose(matrices["X"]).tolist(),
        "Y": np.transpose(matrices["Y"]).tolist(),
        "weights": {
            "W": np.transpose(matrices["weights"]["W"]).tolist(),
            "b": [[entry] for entry in matrices["weights"]["b"]],
        },
    }
    column = network({**matrices, **turned, "samples_as": "columns"})
    assert exact(column, "dL/db").flatten().tolist() == exact(by_vector, "dL/db").tolist()


def written(problem: Problem, name: str) -> str:
    return UnicodePrinter().print(problem.plan.graph[name].definition)


@pytest.mark.parametrize(
    ("layers", "loss", "by_outputs"),
    [
        (["relu", "softmax"], "cross_entropy", "(P − Y)/3"),
        (["relu", "sigmoid"], "cross_entropy", "(A₂ − Y)/3"),
        (["relu", "identity"], "half_sum", "1/3·(Z₂ − Y)"),
    ],
)
def test_the_way_back_is_written_as_a_textbook_writes_it(layers: list[str], loss: str, by_outputs: str) -> None:
    weights = {"W1": [[1, 2], [0, 1]], "b1": [1, 0], "W2": [[1, 0], [2, 1]], "b2": [0, 1]}
    batch = {"X": [[1, 0], [0, 1], [1, 1]], "Y": [[1, 0], [0, 1], [0, 1]]}
    problem = network(
        {**batch, "weights": weights, "layers": layers, "loss": loss, "optimizer": {"learning_rate": 0.1}}
    )
    assert written(problem, "Z1") == "X W₁ + b₁"
    assert written(problem, "dL/dZ2") == by_outputs
    assert written(problem, "dL/dA1") == "∂L/∂Z₂·W₂ᵀ"
    assert written(problem, "dL/dZ1") == "∂L/∂A₁ ⊙ ReLU′(Z₁)"
    assert written(problem, "dL/dW1") == "Xᵀ·∂L/∂Z₁"
    assert written(problem, "W1@1") == "W₁ − η·∂L/∂W₁"


@pytest.mark.parametrize("samples_as", ["rows", "columns"])
def test_the_predicted_classes_are_those_of_the_largest_outputs(samples_as: str) -> None:
    x, w = np.array([[1, 0.5], [-1, 2], [0.25, -0.75]]), np.array([[0.3, -0.8, 0.1], [0.6, 0.9, -0.2]])
    turned = np.transpose if samples_as == "columns" else np.asarray
    fields = {"samples_as": samples_as, "X": turned(x).tolist(), "classify": {"name": "c"}}
    several = network({**fields, "weights": {"W": turned(w).tolist()}, "layers": ["softmax"]})
    assert exact(several, "c").tolist() == (np.argmax(x @ w, axis=1) + 1).tolist()
    single = network({**fields, "weights": {"W": turned(w[:, :1]).tolist()}, "layers": ["sigmoid"]})
    assert exact(single, "c").flatten().tolist() == (x @ w[:, 0] >= 0).astype(float).tolist()


@pytest.mark.parametrize(
    "penalty",
    [
        {"function": "l2", "strength": 0.1},
        {"function": "l2", "strength": 0.1, "half": True, "samples": 3, "biases": True},
        {"function": "l1", "strength": 0.05},
        {"function": "elastic_net", "strength": 0.1, "ratio": 0.25},
    ],
    ids=lambda each: each["function"],
)
def test_a_penalty_is_that_of_scalars(penalty: Data) -> None:
    scalars, matrices = small("half_sum", "tanh", [[1, 0], [0, 1], [0.5, 2]], "mean")
    more = {"penalty": penalty, "optimizer": {"learning_rate": 0.1, "steps": 2}}
    one_by_one, at_once = loaded("network", {**scalars, **more}), network({**matrices, **more})
    for after in ("", "@2"):
        assert exact(at_once, f"J{after}") == pytest.approx(exact(one_by_one, f"J{after}"), rel=1e-12)
    names = [*(f"w{i}{j}@2" for i in (1, 2) for j in (1, 2)), "b1@2", "b2@2"]
    values = [exact(one_by_one, name) for name in names]
    found = [*exact(at_once, "W@2").flatten(), *exact(at_once, "b@2")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("loss", SCALAR_LOSSES)
def test_a_loss_that_is_not_written_in_matrices_is_told(loss: str) -> None:
    _, matrices = small(loss, "identity", [[1, 0], [0, 1], [1, 0]], "mean")
    with pytest.raises(InvalidProblem, match="is written in scalars, sample by sample: leave out `notation` for it"):
        network(matrices)


def test_the_output_may_be_asked_for_by_the_names_that_courses_have_for_it() -> None:
    fields: Data = {
        "X": [[1, 2], [0, 1]], "Y": [[1], [0]], "weights": {"W": [[0.5], [-1]]}, "layers": ["sigmoid"],
        "loss": "binary_cross_entropy", "optimizer": {"learning_rate": 1, "batch_size": 1, "epochs": 1},
    }  # fmt: skip
    plan = network(fields).plan
    names = ("Yhat", "Y_hat", "P", "yhat", "Yhat@2", "dL_b/dYhat_b")
    assert [long_names(plan, name) for name in names] == [*[("A",)] * 4, ("A@2",), ("dL_b/dA_b",)]
    own = network({**fields, "names": {"A": "P"}}).plan
    assert [long_names(own, name) for name in ("Yhat", "P")] == [("P",), ("P",)]

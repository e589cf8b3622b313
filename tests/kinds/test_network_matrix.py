"""Networks in matrix notation against the same networks in scalars, and against NumPy and autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds._activations import ActivationName
from deepcalc.kinds.network.matrix.losses import IN_MATRICES
from deepcalc.problem.problem import Problem
from deepcalc.rules.losses import LOSSES
from tests.array_problems import Data, exact, loaded
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


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", IN_MATRICES)
def test_every_loss_is_that_of_scalars(loss: str, reduction: str) -> None:
    row = LOSSES[loss]
    is_one_hot = row.targets.sums_to_one
    targets: list[list[float]] = [[1, 0], [0, 1], [1, 0]] if is_one_hot else [[1, -1], [1, 1], [-1, 1]]
    if not is_one_hot and (row.outputs_of == "sigmoid" or not row.targets.holds(-1)):
        targets = [[0.25, 1], [1, 1], [0.75, 1]]
    scalars, matrices = small(loss, OUTPUTS[row.outputs_of], targets, reduction)
    one_by_one, at_once = loaded("network", scalars), network(matrices)
    names = ["L", *(f"dL/dw{i}{j}" for i in (1, 2) for j in (1, 2)), "dL/db1", "dL/db2"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [exact(at_once, "L"), *exact(at_once, "dL/dW").flatten(), *exact(at_once, "dL/db")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("activation", [name for name in ActivationName if name not in ("step", "sign")])
def test_every_activation_is_that_of_scalars(activation: str) -> None:
    scalars, matrices = small("mse", activation, [[1, 0], [0, 1], [0.5, 2]], "mean")
    one_by_one, at_once = loaded("network", scalars), network(matrices)
    names = [*(f"dL/dw{i}{j}" for i in (1, 2) for j in (1, 2)), "dL/db1", "dL/db2"]
    values = [float(evaluate(one_by_one.plan.graph, [name]).values[name]) for name in names]
    found = [*exact(at_once, "dL/dW").flatten(), *exact(at_once, "dL/db")]
    assert found == pytest.approx(values, rel=1e-12, abs=1e-12)

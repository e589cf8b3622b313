"""Branches, joins, normalisations and look-ahead points in matrix notation, against scalars and autograd."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from deepcalc.checking.marking import Marker
from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.notation.printing import PlainPrinter
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.problem import Problem
from tests.array_problems import Data, exact, loaded
from tests.branched_networks import Branched, entry_name
from tests.checking.marking import by_name, marker

OPTIMIZERS: list[Data] = [
    {"method": "momentum", "momentum": 0.5},
    {"method": "nesterov", "momentum": 0.5},
]


WRITTEN = ("dL/d{}", "{}@2")
"""What is compared of a parameter."""


def of_scalars(problem: Problem, network: Branched) -> dict[str, Any]:
    """Figures of the parameters in scalars, put together in arrays."""
    entries = {
        which.format(name): [
            which.format(entry_name(name.rstrip("0123456789"), int(name[-1]), *(at + 1 for at in place)))
            for place in np.ndindex(value.shape)
        ]
        for which in WRITTEN
        for name, value in network.theta.items()
    }
    values: Any = evaluate(problem.plan.graph, [each for names in entries.values() for each in names]).values
    return {name: [float(values[each]) for each in names] for name, names in entries.items()}


@pytest.mark.parametrize("seed", range(60))
def test_branched_and_normalised_networks_are_those_of_scalars_and_of_autograd(seed: int) -> None:
    network = Branched(seed)
    samples_as, optimizer = ("rows", "columns")[seed % 2], OPTIMIZERS[seed // 2 % 2]
    training = {**optimizer, "learning_rate": 0.1, "steps": 2}
    one_by_one = loaded("network", network.in_scalars(training))
    at_once = loaded("network", network.in_matrices(samples_as, training))
    turned = np.transpose if samples_as == "columns" else np.asarray
    compared = [which.format(name) for which in WRITTEN for name in network.theta]
    names = {name: add_asked(at_once.plan, name)[0] for name in ("L", *compared)}
    values: Any = evaluate(at_once.plan.graph, names.values()).values
    assert float(values["L"]) == pytest.approx(float(network.loss(network.theta)), rel=1e-10)
    by_autograd = grad(network.loss)(network.theta), network.trained(optimizer["method"] == "nesterov", 2, 0.1, 0.5)
    scalars = of_scalars(one_by_one, network)
    for which, theirs in zip(WRITTEN, by_autograd, strict=True):
        for own, expected in theirs.items():
            name = which.format(own)
            mine = turned(np.array(values[names[name]].nested(float)))
            np.testing.assert_allclose(mine.ravel(), scalars[name], rtol=1e-11, atol=1e-13, err_msg=name)
            np.testing.assert_allclose(mine, expected, rtol=1e-8, atol=1e-10, err_msg=name)


def test_a_single_sample_branches_and_joins() -> None:
    fields: Data = {
        "notation": "matrix",
        "X": [1, -2],
        "Y": [0.5],
        "weights": {"W1": [[1, 0.5], [-0.5, 2]], "W4": [[1], [2], [-1], [0.5]]},
        "layers": [
            {"activation": "softmax", "norm": "layer"},
            {"from": ["layer1", "X"], "combine": "multiply"},
            {"from": ["layer1", "layer2"], "combine": "dot", "name": "gate"},
            {"from": ["layer2", "gate", "A1"], "activation": "tanh"},
        ],
        "loss": "half_sum",
    }
    fields["weights"]["W4"].append([0.25])
    problem = loaded("network", fields)
    x, w1, w4 = np.array([1, -2]), np.array([[1, 0.5], [-0.5, 2]]), np.array([1, 2, -1, 0.5, 0.25])

    def loss(w1: Any) -> Any:
        z = anp.dot(x, w1)
        hat = (z - anp.mean(z)) / anp.sqrt(anp.mean((z - anp.mean(z)) ** 2) + 1e-5)
        a = anp.exp(hat) / anp.sum(anp.exp(hat))
        gated = a * x
        joined = anp.concatenate([gated, anp.array([anp.sum(a * gated)]), a])
        return 0.5 * (anp.tanh(anp.dot(joined, w4)) - 0.5) ** 2

    assert exact(problem, "L") == pytest.approx(loss(w1), rel=1e-11)
    np.testing.assert_allclose(exact(problem, "dL/dW1"), grad(loss)(w1), rtol=1e-9)


@pytest.mark.parametrize(
    ("samples_as", "outputs", "slope"),
    [
        (
            "rows",
            "concat(relu(Z1[:, 1:2]), tanh(Z1[:, 3:3]), axis=1)",
            "{dL/dA1} * concat(relu'(Z1[:, 1:2]), 1 - A1[:, 3:3]^2, axis=1)",
        ),
        (
            "columns",
            "concat(relu(Z1[1:2, :]), tanh(Z1[3:3, :]), axis=0)",
            "{dL/dA1} * concat(relu'(Z1[1:2, :]), 1 - A1[3:3, :]^2, axis=0)",
        ),
    ],
)
def test_units_of_other_activations_stand_in_blocks(samples_as: str, outputs: str, slope: str) -> None:
    first, second = ("2 x 3", "2 x 1") if samples_as == "rows" else ("3 x 2", "1 x 2")
    problem = loaded(
        "network",
        {
            "notation": "matrix",
            "samples_as": samples_as,
            "X": "N x 2" if samples_as == "rows" else "2 x N",
            "Y": "N x 1" if samples_as == "rows" else "1 x N",
            "weights": {"W1": first, "W2": second},
            "layers": [{"activation": ["relu", "relu", "tanh"]}, {"from": {"layer1": [1, 3]}}],
            "loss": "half_sum",
        },
    )
    written = {name: PlainPrinter().print(problem.plan.graph[name].definition) for name in ("A1", "C2", "dL/dZ1")}
    taken = ("A1[:, 1:1]", "A1[:, 3:3]", 1) if samples_as == "rows" else ("A1[1:1, :]", "A1[3:3, :]", 0)
    assert written == {"A1": outputs, "C2": "concat({}, {}, axis={})".format(*taken), "dL/dZ1": slope}


def test_one_activation_for_all_units_is_named() -> None:
    fields = {
        "notation": "matrix", "X": [[1, -2], [0.5, 3]], "weights": {"W1": [[1, -0.5, 2], [0.25, 1, -1]]},
        "layers": [{"activation": ["relu", "tanh", "tanh"]}],
    }  # fmt: skip
    z = np.array(fields["X"]) @ np.array([[1, -0.5, 2], [0.25, 1, -1]])
    problem = loaded("network", fields)
    for figures, slips in ((np.maximum(z, 0), ("one-activation",)), (np.tanh(z), ("one-activation",))):
        assert by_name(Marker(problem).mark({"A1": str(np.round(figures, 6).tolist())}))["A1"].slips == slips


BATCH_NORM = "matrix-batch-normalised-layer"
X = np.array([[1, 2], [3, 0], [-1, 1], [1, -1]])
W1, GAMMA, BETA = np.array([[1, -0.5], [0.5, 1]]), np.array([1, 2]), np.array([0, 0.5])
Z1 = X @ W1
MEAN, VARIANCE = Z1.mean(0), Z1.var(0)
HAT = (Z1 - MEAN) / np.sqrt(VARIANCE + 0.01)


def behind_hat() -> Any:
    """∂L/∂Ẑ₁ of the shipped problem with batch normalisation."""
    scaled = GAMMA * HAT + BETA
    p = 1 / (1 + np.exp(-(np.maximum(scaled, 0) @ np.array([[0.5], [-1]]) + 0.25)))
    return (p - np.array([[1], [0], [1], [0]])) / 4 @ np.array([[0.5, -1]]) * (scaled > 0) * GAMMA


@pytest.mark.parametrize(
    ("slip", "name", "figures"),
    [
        ("unbiased-variance", "var1", Z1.var(0, ddof=1)),
        ("root-forgotten", "Zhat1", (Z1 - MEAN) / (VARIANCE + 0.01)),
        ("scale-forgotten", "Ztilde1", HAT),
        ("scale-and-shift", "Ztilde1", BETA * HAT + GAMMA),
        ("statistics-constant", "dL/dZ1", behind_hat() / np.sqrt(VARIANCE + 0.01)),
    ],
)
def test_a_mistake_in_a_normalisation_is_named(slip: str, name: str, figures: Any) -> None:
    mark = by_name(marker(BATCH_NORM).mark({name: str(np.round(figures, 6).tolist())}))[name]
    assert (mark.verdict.value, mark.slips) == ("wrong", (slip,))


RESIDUAL = "matrix-residual-block"


@pytest.mark.parametrize(
    ("slip", "name", "figures"),
    [
        ("skip-forgotten", "Z3", [[0.875, 1.5], [-2, 0.5], [0.5, 1.125]]),
        ("skip-forgotten", "Z3", [[0.875, 3], [0, -0.5], [1, 1.125]]),
        ("way-back-forgotten", "dL/dX", [[-0.4255207, 0.1160511], [0, 0], [-0.0294077, -0.0588154]]),
    ],
)
def test_a_mistake_at_a_skip_connection_is_named(slip: str, name: str, figures: Any) -> None:
    mark = by_name(marker(RESIDUAL).mark({name: str(figures)}))[name]
    assert slip in mark.slips, (mark.slips, mark.verdict)


BATCH = {"notation": "matrix", "X": [[1, 2], [0, -1]], "weights": {"W1": [[1, 2], [0, 1]]}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"layers": ["relu", {"from": ["layer1", "inputs"], "combine": "dot"}], "X": "n x 2"}, None),
        ({"layers": ["relu", {"from": ["layr1", "X"], "combine": "add"}]}, "`layr1` is no layer before this one"),
        (
            {"layers": ["relu", {"from": ["inputs", {"x0": 1}], "combine": "concat"}]},
            "in matrix notation a layer takes up whole layers, or units by their numbers, {layer1: [1, 2]}",
        ),
        ({"layers": ["relu", {"from": {"layer1": [1, 3]}}]}, "there is no unit 3 of `A1`: it has 2"),
        ({"layers": [{"activation": ["relu", "tanh", "relu"]}]}, "expected 2 activations, one for each unit, found 3"),
        (
            {"layers": [{"activation": ["relu", "tanh"]}], "weights": {"W1": "2 x h"}},
            "expected h activations, one for each unit, found 2",
        ),
        (
            {"layers": ["relu", {"from": ["X", "A1"], "combine": "add"}], "weights": {"W1": [[1, 2, 3], [0, 1, 0]]}},
            "add adds them entry by entry, as a skip connection does, which does not fit X 2 × 2 and A1 2 × 3",
        ),
        (
            {"layers": ["relu", {"from": ["X", "A1"]}], "weights": {"W1": "2 x h", "W2": "4 x 1"}},
            "what stands side by side has sizes that are numbers, unlike X 2 × 2 and A1 2 × h",
        ),
        (
            {"layers": ["relu", {"from": ["X", "A1"]}]},
            "missing `W2` in `weights`: the weights of layer 2, or `combine` in the layer",
        ),
        (
            {"layers": ["relu", {"from": "X", "combine": "add"}], "loss": "mse", "Y": [[1, 1], [1, 1]]},
            "nothing takes up `layer1` and `layer2`",
        ),
        (
            {"layers": [{"from": "X", "combine": "add"}]},
            "a layer has either `W1` or `combine: add`; take the sum in a layer before",
        ),
        (
            {"layers": [{"norm": {"function": "batch", "gamma": [1, 2, 3]}}]},
            "`gamma1` is a vector of 3; expected a vector of 2, one entry for each unit of layer 1",
        ),
        (
            {"layers": [{"norm": {"function": "batch", "gamma": ["c", 2]}}], "values": {"c": None}},
            "`c` is a letter; a vector of letters stands in `weights`",
        ),
        ({"layers": [{"norm": "batch"}], "X": [[1, 2]]}, "the statistics of a batch need two samples or more in X"),
        (
            {"layers": [{"norm": "batch"}], "loss": "mse", "Y": [[1, 1]] * 2,
             "optimizer": {"learning_rate": 1, "batch_size": 1}},
            "mini-batches have statistics of their own",
        ),
        (
            {"layers": [{"norm": "batch"}], "given": {"Z1": [[1, 1], [0, 1]]}},
            "the net inputs and outputs of a normalised layer are not given",
        ),
        ({"layers": [{"norm": {"function": "batch", "mode": "test"}}]}, "`running_mean` is missing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(fields: Data, said: str | None) -> None:
    if said is None:
        loaded("network", {**BATCH, **fields})
        return
    with pytest.raises(InvalidProblem) as caught:
        loaded("network", {**BATCH, **fields})
    assert any(said in fault.message for fault in caught.value.faults), [each.message for each in caught.value.faults]


TWO_HEADS: Data = {
    "notation": "matrix",
    "weights": {"W1": [[0.3, -0.8], [0.6, 0.9]], "W2": [[0.5], [-1]], "W3": [[0.25, 1], [-0.5, 0.75]], "b3": [0.5, 0]},
    "layers": [
        {"name": "trunk", "activation": "tanh"},
        {"name": "price", "from": "trunk"},
        {"name": "sort", "from": "trunk", "activation": "softmax"},
    ],
    "values": {"lam": 0.7},
}
HEADS_X = np.array([[1, 0.5], [-1, 2], [0.25, -0.75]])
HEADS_Y = np.array([[1], [0.5], [-1]])
HEADS_T = np.array([[0, 1], [1, 0], [0, 1]])


@pytest.mark.parametrize("samples_as", ["rows", "columns"])
@pytest.mark.parametrize("batch_size", ["all", 2])
def test_several_losses_are_those_of_autograd(samples_as: str, batch_size: Any) -> None:
    turned = np.transpose if samples_as == "columns" else np.asarray
    given = {name: turned(np.array(value)) for name, value in TWO_HEADS["weights"].items()}
    problem = loaded(
        "network",
        {
            **TWO_HEADS,
            "samples_as": samples_as,
            "X": turned(HEADS_X).tolist(),
            "Y": {"price": turned(HEADS_Y).tolist(), "sort": [1, 0, 1]},
            "weights": {name: value.tolist() for name, value in given.items()},
            "losses": [
                {"of": "price", "function": "half_sum", "weight": 0.5},
                {"of": "sort", "function": "cross_entropy", "weight": "lam"},
                {"of": "sort", "function": "categorical_focal", "name": "F"},
            ],
            "penalty": {"function": "l2", "strength": 0.1},
            "optimizer": {"learning_rate": 0.1, "batch_size": batch_size, "epochs": 1},
        },
    )

    def losses(theta: Any, rows: Any) -> Any:
        a = anp.tanh(anp.dot(HEADS_X[rows], theta["W1"]))
        e = anp.exp(anp.dot(a, theta["W3"]) + theta["b3"])
        p = e / anp.sum(e, axis=1, keepdims=True)
        count, t = len(rows), HEADS_T[rows]
        squared = anp.sum((anp.dot(a, theta["W2"]) - HEADS_Y[rows]) ** 2) / 2 / count
        entropy, focal = -anp.sum(t * anp.log(p)) / count, -anp.sum(t * (1 - p) ** 2 * anp.log(p)) / count
        return 0.5 * squared + 0.7 * entropy + focal

    def objective(theta: Any, rows: Any) -> Any:
        return losses(theta, rows) + 0.1 * sum(anp.sum(theta[name] ** 2) for name in ("W1", "W2", "W3"))

    theta = {name: np.array(value, dtype=float) for name, value in TWO_HEADS["weights"].items()}
    batches = [[0, 1, 2]] if batch_size == "all" else [[0, 1], [2]]
    assert exact(problem, "L") == pytest.approx(losses(theta, [0, 1, 2]), rel=1e-11)
    for batch in batches:
        slopes = grad(objective)(theta, batch)
        theta = {name: theta[name] - 0.1 * slopes[name] for name in theta}
    found: Any = evaluate(problem.plan.graph, [f"{name}@{len(batches)}" for name in theta]).values
    for name, value in theta.items():
        mine = turned(np.array(found[f"{name}@{len(batches)}"].nested(float)))
        np.testing.assert_allclose(mine, value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("slip", "name", "figures"),
    [
        ("loss-weights-forgotten", "L", "0.571485"),
        ("way-back-forgotten", "dL/dA1", "[[0.125, 0.25], [0, 0], [-0.125, -0.25]]"),
        ("mean-factor", "dL/dZ2", "[[0.75], [0], [-0.75]]"),
    ],
)
def test_a_mistake_with_several_losses_is_named(slip: str, name: str, figures: str) -> None:
    assert by_name(marker("matrix-two-losses").mark({name: figures}))[name].slips == (slip,)


@pytest.mark.parametrize(
    ("slip", "name", "figures"),
    [
        ("true-class-counted", "L", "4.3333333"),
        ("not-cut-off", "short", "[[1, -2.5, -2.25], [0.25, -0.25, 1], [5.5, 1, 4.25]]"),
    ],
)
def test_a_mistake_in_a_multiclass_hinge_loss_is_named(slip: str, name: str, figures: str) -> None:
    assert by_name(marker("matrix-multiclass-hinge").mark({name: figures}))[name].slips == (slip,)


def cosine(theta: Any) -> Any:
    total = 0
    for outputs, targets in ((PAIR_X @ theta[0], PAIR_T[0]), (PAIR_X @ theta[0] @ theta[1], PAIR_T[1])):
        lengths = anp.sqrt(anp.sum(outputs**2, axis=1) * np.sum(targets**2, axis=1))
        total = total + anp.mean(1 - anp.sum(outputs * targets, axis=1) / lengths)
    return total


def hinge(theta: Any) -> Any:
    total = 0
    for outputs, targets in ((PAIR_X @ theta[0], PAIR_T[0]), (PAIR_X @ theta[0] @ theta[1], PAIR_T[1])):
        true = anp.sum(outputs * targets, axis=1, keepdims=True)
        total = total + anp.sum((1 - targets) * anp.maximum(0, outputs - true + 1)) / len(PAIR_X)
    return total


PAIR_X, PAIR_T = np.array([[1, 2], [0, 1]]), np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
PAIR_W = np.array([[[1, 2], [1, 0.5]], [[1, 1], [0.5, 2]]])


@pytest.mark.parametrize("function", ["cosine", "multiclass_hinge"])
def test_two_losses_of_whole_samples_have_lines_of_their_own(function: str) -> None:
    fields = {
        "notation": "matrix", "X": PAIR_X.tolist(), "weights": {"W1": PAIR_W[0].tolist(), "W2": PAIR_W[1].tolist()},
        "layers": ["identity", "identity"], "Y": {"layer1": PAIR_T[0].tolist(), "layer2": PAIR_T[1].tolist()},
        "losses": [{"of": name, "function": function} for name in ("layer1", "layer2")],
    }  # fmt: skip
    problem, of = loaded("network", fields), {"cosine": cosine, "multiclass_hinge": hinge}[function]
    assert exact(problem, "L") == pytest.approx(of(PAIR_W), rel=1e-11)
    for index, slope in enumerate(grad(of)(PAIR_W), start=1):
        np.testing.assert_allclose(exact(problem, f"dL/dW{index}"), slope, rtol=1e-9, atol=1e-12)
    if function == "multiclass_hinge":
        scores = PAIR_X @ PAIR_W[0] @ PAIR_W[1]
        uncut = scores - np.sum(scores * PAIR_T[1], axis=1, keepdims=True) + 1
        assert by_name(Marker(problem).mark({"short2": str(uncut.tolist())}))["short2"].slips == ("not-cut-off",)


HEADS: Data = {**TWO_HEADS, "X": HEADS_X.tolist()}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"losses": [{"of": "price", "function": "mse"}], "Y": HEADS_Y.tolist()}, "no loss is of `sort`, and no other"),
        ({"loss": "mse", "Y": HEADS_Y.tolist()}, "nothing takes up `price` and `sort`: give `losses`"),
        (
            {"losses": [{"of": "price", "function": "mse"}, {"of": "sort", "function": "mse"}], "Y": HEADS_Y.tolist()},
            "each layer that a loss is of has targets of its own: Y: {price: [[…]], sort: [[…]]}",
        ),
        (
            {"losses": [{"of": "price", "function": "mse"}, {"of": "sorts", "function": "mse"}], "Y": {}},
            "`sorts` is no layer (did you mean `sort`?)",
        ),
        (
            {"losses": [{"of": "price", "function": "rmse"}, {"of": "sort", "function": "mse"}],
             "Y": {"price": HEADS_Y.tolist(), "sort": HEADS_T.tolist()}},
            "rmse is the root of a mean over all samples, so it is no loss beside others",
        ),
        (
            {"losses": [{"of": "price", "function": "mse"}, {"of": "sort", "function": "mse"}],
             "Y": {"price": HEADS_Y.tolist(), "sort": HEADS_T.tolist(), "trunk": HEADS_T.tolist()}},
            "no loss is of `trunk`; losses are of price and sort",
        ),
        (
            {"losses": [{"of": "price", "function": "mse"}, {"of": "sort", "function": "kl_divergence"}],
             "Y": {"price": HEADS_Y.tolist(), "sort": HEADS_T.tolist()}},
            "with zeros among them take the `cross_entropy`",
        ),
        (
            {"losses": [{"of": "price", "function": "mse"}, {"of": "sort", "function": "multiclass_hinge"}],
             "Y": {"price": HEADS_Y.tolist(), "sort": [[1, 1], [0, 1], [1, 0]]}},
            "expected the number of each sample's true class, or rows of 0 and a 1 at the class",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_several_losses_is_told(fields: Data, said: str) -> None:
    with pytest.raises(InvalidProblem) as caught:
        loaded("network", {**HEADS, **fields})
    assert any(said in fault.message for fault in caught.value.faults), [each.message for each in caught.value.faults]


@pytest.mark.parametrize("samples_as", ["rows", "columns"])
def test_the_ranges_of_initial_weights_are_those_of_the_sizes(samples_as: str) -> None:
    sizes = {"W1": (2, 5), "W2": (7, 3)}
    weights = {name: " x ".join(map(str, size if samples_as == "rows" else size[::-1])) for name, size in sizes.items()}
    problem = loaded(
        "network",
        {
            "notation": "matrix",
            "samples_as": samples_as,
            "X": [[1, 2]] if samples_as == "rows" else [[1], [2]],
            "weights": weights,
            "layers": ["tanh", {"from": ["layer1", "inputs"]}],
            "initialization": {"scheme": "xavier", "distribution": "uniform", "gain": 1.5},
        },
    )
    for number, (before, after) in enumerate(sizes.values(), start=1):
        assert exact(problem, f"limit{number}") == pytest.approx(1.5 * np.sqrt(6 / (before + after)), rel=1e-12)
    assert problem.plan.parts[-1].find == ("limit1", "limit2")


def test_a_mistake_in_a_range_of_initial_weights_is_named() -> None:
    answers = {"limit2": str(round(float(np.sqrt(2 / (32 + 16))), 6))}
    mark = by_name(marker("matrix-initial-weights").mark(answers))["limit2"]
    assert (mark.verdict.value, mark.slips) == ("wrong", ("other-width",))

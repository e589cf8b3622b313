"""The gradient at Nesterov's look-ahead point, and max-norm after an update, against autograd and NumPy."""

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

KINDS = find_kinds()
NAMES = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
TEXT = """kind: network
layers:
  - {{net: [z1, z2], out: [h1, h2], activation: tanh,
     weights: {{x1: [w11, w12], x2: [w21, w22]}}, biases: [b1, b2]{layer}}}
  - {{net: [o], weights: {{h1: [v1], h2: [v2]}}, biases: [c]}}
values: {{{values}}}
samples: [{samples}]
loss: half_sum
{rest}
optimizer: {{learning_rate: 0.2{optimizer}}}
"""


def network(theta: Any, samples: Any, optimizer: str, layer: str = "", rest: str = "") -> Problem:
    values = ", ".join(f"{name}: {value}" for name, value in zip(NAMES, theta, strict=True))
    rows = ", ".join(f"{{inputs: {{x1: {a}, x2: {b}}}, targets: [{t}]}}" for a, b, t in samples)
    text = TEXT.format(values=values, samples=rows, optimizer=optimizer, layer=layer, rest=rest)
    return load_text(text.encode(), "network.yaml", KINDS)


def loss(theta: Any, samples: Any, strength: float = 0.0) -> Any:
    x, t = samples[:, :2], samples[:, 2]
    h = anp.tanh(anp.dot(x, anp.reshape(theta[:4], (2, 2))) + theta[4:6])
    weights = anp.concatenate([theta[:4], theta[6:8]])
    return anp.mean(0.5 * (t - anp.dot(h, theta[6:8]) - theta[8]) ** 2) + strength * anp.sum(weights**2)


def drawn(seed: str) -> tuple[Any, Any]:
    draw = random.Random(seed)
    theta = [draw.choice([-1, 1]) * draw.randint(2, 15) / 10 for _ in NAMES]
    return np.array(theta), np.array([[draw.randint(-20, 20) / 10 for _ in range(3)] for _ in range(4)])


@pytest.mark.parametrize(
    ("fields", "inside", "sign"),
    [("", True, -1), (", learning_rate_inside_velocity: false", False, -1), (", velocity_is_step: true", True, 1)],
)
@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("strength", [0.0, 0.05])
def test_the_gradient_of_nesterov_is_that_at_the_look_ahead_point(
    fields: str, inside: bool, sign: int, size: int, strength: float
) -> None:
    theta, samples = drawn(f"{fields}{size}")
    rest = f"penalty: {{function: l2, strength: {strength}}}" if strength else ""
    course = f", method: nesterov, momentum: 0.8, batch_size: {size}, epochs: 2{fields}"
    solved = network(theta, samples, course, rest=rest)
    steps = 2 * (4 // size)
    floats = Program(solved.plan.graph, [f"{name}@{t}" for t in range(1, steps + 1) for name in NAMES]).run()
    velocity, rate = np.zeros(9), 1.0 if inside else 0.2
    for t in range(1, steps + 1):
        start = (t - 1) * size % 4
        ahead = theta + sign * rate * 0.8 * velocity
        slope = autograd.grad(loss)(ahead, samples[start : start + size], strength)
        velocity = 0.8 * velocity - sign * (0.2 if inside else 1) * slope
        theta = theta + sign * rate * velocity
        for name, figure in zip(NAMES, theta, strict=True):
            assert floats[f"{name}@{t}"] == pytest.approx(figure, rel=1e-9, abs=1e-11)


def limit_of(bound: float, biases: bool) -> str:
    return f"{{bound: {bound}, biases: true}}" if biases else str(bound)


@pytest.mark.parametrize("method", ["sgd", "nesterov"])
@pytest.mark.parametrize("bound", [0.5, 1.1])
@pytest.mark.parametrize("biases", [False, True])
def test_a_max_norm_holds_after_every_update(method: str, bound: float, biases: bool) -> None:
    theta, samples = drawn(f"{method}{bound}")
    solved = network(theta, samples, f", method: {method}, steps: 3", f", max_norm: {limit_of(bound, biases)}")
    found = Program(solved.plan.graph, [f"{name}@{t}" for t in (1, 2, 3) for name in NAMES]).run()
    velocity = np.zeros(9)
    for t in (1, 2, 3):
        velocity = (0.9 * velocity if method == "nesterov" else 0) + 0.2 * autograd.grad(loss)(
            theta - (0.9 * velocity if method == "nesterov" else 0), samples
        )
        theta = theta - velocity
        into = slice(6 if biases else 4)
        columns = theta[into].reshape(-1, 2)
        theta[into] = (columns * np.minimum(1, bound / np.linalg.norm(columns, axis=0))).ravel()
        for name, figure in zip(NAMES, theta, strict=True):
            assert found[f"{name}@{t}"] == pytest.approx(figure, rel=1e-9, abs=1e-11)


MATRICES = """kind: network
notation: matrix
samples_as: {samples_as}
X: {X}
Y: {Y}
layers: [{{activation: tanh, max_norm: {bound}}}, {{activation: identity, max_norm: 0.4}}]
weights: {{W1: {W1}, b1: [0.1, -0.2, 0.3], W2: {W2}, b2: [0.2]}}
loss: half_sum
optimizer: {{learning_rate: 0.3, steps: 2{method}}}
parts: [{{find: [norm.W1@1, changes]}}]
"""


@pytest.mark.parametrize("method", ["", ", method: adam"])
@pytest.mark.parametrize("samples_as", ["rows", "columns"])
@pytest.mark.parametrize("bound", [0.8, 3])
@pytest.mark.parametrize("biases", [False, True])
def test_a_max_norm_holds_of_the_columns_of_a_matrix(samples_as: str, bound: float, method: str, biases: bool) -> None:
    draw = np.random.default_rng(int(10 * bound))
    x, y, w1, w2 = (draw.integers(-15, 16, shape) / 10 for shape in [(4, 2), (4, 1), (2, 3), (3, 1)])
    placed = {name: (value if samples_as == "rows" else value.T).tolist() for name, value in zip(
        ("X", "Y", "W1", "W2"), (x, y, w1, w2), strict=True)}  # fmt: skip
    text = MATRICES.format(samples_as=samples_as, bound=limit_of(bound, biases), method=method, **placed)
    graph = load_text(text.encode(), "matrices.yaml", KINDS).plan.graph
    names = [f"{name}@{t}" for t in (1, 2) for name in ("norm.W1", "W1", "b1", "norm.W2", "W2", "Delta.W1", "Delta.b1")]
    found = Program(graph, names).run()

    def of(parameters: Any) -> Any:
        (w1, b1, w2, b2) = parameters
        return anp.mean(0.5 * (anp.dot(anp.tanh(anp.dot(x, w1) + b1), w2) + b2 - y) ** 2)

    parameters = [w1, np.array([0.1, -0.2, 0.3]), w2, np.array([0.2])]
    first, second = ([np.zeros_like(each) for each in parameters] for _ in range(2))
    for t in (1, 2):
        slopes = autograd.grad(of)(parameters)
        if method:
            first = [0.9 * m + 0.1 * g for m, g in zip(first, slopes, strict=True)]
            second = [0.999 * v + 0.001 * g**2 for v, g in zip(second, slopes, strict=True)]
            slopes = [
                m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8) for m, v in zip(first, second, strict=True)
            ]
        before, parameters = parameters, [each - 0.3 * slope for each, slope in zip(parameters, slopes, strict=True)]
        norms = [np.linalg.norm(parameters[index], axis=0) for index in (0, 2)]
        if biases:
            norms[0] = np.hypot(norms[0], parameters[1])
            parameters[1] = parameters[1] * np.minimum(1, bound / norms[0])
        parameters[0] = parameters[0] * np.minimum(1, bound / norms[0])
        parameters[2] = parameters[2] * np.minimum(1, 0.4 / norms[1])
        figures = {
            "norm.W1": norms[0],
            "W1": parameters[0],
            "b1": parameters[1],
            "norm.W2": norms[1],
            "W2": parameters[2],
            "Delta.W1": parameters[0] - before[0],
            "Delta.b1": parameters[1] - before[1],
        }
        for name, figure in figures.items():
            value = figure.T if samples_as == "columns" else figure
            assert np.asarray(found[f"{name}@{t}"]) == pytest.approx(value, rel=1e-8, abs=1e-10), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("optimizer: {learning_rate: 0.3, steps: 2}", ""), "the norm is bounded after an update: give an `optimizer`"),
        (("loss:", "train: [b1, W2, b2]\nloss:"), "`W1` is not trained"),
        (("max_norm: 1", "max_norm: 0"), "expected a number above 0"),
    ],
)
def test_a_wrong_bound_of_a_matrix_is_told(change: tuple[str, str], message: str) -> None:
    text = MATRICES.format(
        samples_as="rows",
        bound=1,
        method="",
        X="[[1, 2]]",
        Y="[[1]]",
        W1="[[1, 2, 3], [1, 0, 1]]",
        W2="[[1], [2], [1]]",
    )
    assert change[0] in text
    with pytest.raises(InvalidProblem) as caught:
        load_text(text.replace(*change).encode(), "network.yaml", KINDS)
    assert any(message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize(
    ("quantity", "answer", "message"),
    [  # by hand: the free weights are [[3, 0], [-1.6, 2]] after the update, so that their norms are [3.4, 2]
        ("W1@1", "[[3, 0], [-1.6, 2]]", "the bound on the norm forgotten"),
        ("W1@1", "[[1, 0], [-1, 1]]", "each weight cut off at the bound, not the norm"),
        ("norm.W1@1", "[11.56, 4]", "no root taken of the sum of squares"),
        ("norm.W1@1", "[3, 2.5612]", "the norms of the weights out of each sender"),
        ("Delta.W2@1", "[[2.4], [0]]", "the gradient added"),
    ],
)
def test_a_typical_mistake_with_the_norms_of_a_matrix_is_told(quantity: str, answer: str, message: str) -> None:
    text = """
kind: network
notation: matrix
X: [[0, 1]]
Y: [[0]]
layers: [{activation: relu, max_norm: 1}, identity]
weights: {W1: [[3, 0], [-1, 2]], b1: [3, -4], W2: [[0.5], [1]], b2: [0.2]}
loss: half_sum
optimizer: {learning_rate: 1}
parts: [{find: [norm.W1@1, W1@1, Delta.W2]}]
"""
    told = said(Marker(load_text(text.encode(), "matrices.yaml", KINDS)).mark({quantity: answer}), quantity)
    assert f"consistent with {message}" in told, told


@pytest.mark.parametrize("optimizer", ["", ", method: momentum", ", method: adam", ", method: adamw, batch_size: 1"])
@pytest.mark.parametrize("layer", ["", ", max_norm: 0.5"])
def test_a_change_is_the_new_value_minus_the_old_one(optimizer: str, layer: str) -> None:
    theta, samples = drawn(optimizer)
    rest = "parts: [{find: [Delta.w11, Delta.c@2, changes]}]"
    graph = network(theta, samples, f"{optimizer}, steps: 3", layer, rest).plan.graph
    found = Program(graph, [f"{head}{name}@{t}" for t in (1, 2, 3) for name in NAMES for head in ("", "Delta.")]).run()
    before = dict(zip(NAMES, theta, strict=True))
    for t in (1, 2, 3):
        for name in NAMES:
            now = found[f"{name}@{t}"]
            assert found[f"Delta.{name}@{t}"] == pytest.approx(now - before[name], rel=1e-9, abs=1e-12)
            before[name] = now


def test_changes_are_there_where_they_are_asked_for() -> None:
    theta, samples = drawn("none")
    assert "Delta.w11@1" not in network(theta, samples, "").plan.graph


def test_a_look_ahead_without_velocity_is_the_parameter() -> None:
    theta, samples = drawn("start")
    graph = network(theta, samples, ", method: nesterov").plan.graph
    values = evaluate(graph, ["ahead.w11@1", "ahead.L@1", "L"]).values
    assert values["ahead.w11@1"] == pytest.approx(theta[0])
    assert values["ahead.L@1"] == values["L"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("optimizer: {learning_rate: 0.2}", "", "the norm is bounded after an update: give an `optimizer`"),
        ("[w11, w12]", "[w11, w11]", "`w11` is shared"),
        ("optimizer", "train: [w11, b1]\noptimizer", "`w12` is not trained"),
        ("max_norm: 1", "max_norm: 0", "expected a number above 0"),
        ("net: [o]", "net: [c_max]", "the name `c_max` is taken already"),
    ],
)
def test_a_wrong_bound_is_told(old: str, new: str, message: str) -> None:
    theta, _ = drawn("wrong")
    values = ", ".join(f"{name}: {value}" for name, value in zip(NAMES, theta, strict=True))
    text = TEXT.format(
        values=values, samples="{inputs: {x1: 1, x2: 2}, targets: [1]}", optimizer="", layer=", max_norm: 1", rest=""
    )
    assert old in text
    with pytest.raises(InvalidProblem) as caught:
        load_text(text.replace(old, new).encode(), "network.yaml", KINDS)
    assert any(message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize(
    ("name", "quantity", "value", "message"),
    [
        ("max-norm-after-each-update", "w11@1", "-1.1", "the bound on the norm forgotten"),
        ("max-norm-after-each-update", "w21@1", "-1.5", "each weight cut off at the bound, not the norm"),
        ("max-norm-after-each-update", "norm.z1@1", "5.8325", "no root taken of the sum of squares"),
        ("max-norm-after-each-update", "norm.z1@1", "2.8022", "the norm of all weights of the layer"),
        ("max-norm-after-each-update", "norm.z1@1", "2.6334", "the bias taken into the norm of the weights"),
        ("changes-of-weights", "Delta.v1@1", "-0.043066", "the change subtracted instead of added"),
        ("changes-of-weights", "Delta.w11@1", "0.041449", "the learning rate forgotten"),
        ("changes-of-weights", "Delta.v2@1", "-1.97753", "the new value given in place of the change"),
        ("nesterov-look-ahead-neuron", "ahead.w1@2", "0.68747", "the gradient taken at the parameters"),
        ("nesterov-look-ahead-neuron", "ahead.w1@2", "0.42875", "the look-ahead point on the wrong side"),
        ("nesterov-look-ahead-neuron", "w1@1", "0.11253", "the gradient added instead of subtracted"),
        ("nesterov-look-ahead-neuron", "w1@1", "1.86212", "the derivative of the activation left out"),
    ],
)
def test_a_typical_mistake_is_told(name: str, quantity: str, value: str, message: str) -> None:
    told = said(Marker(problem(name)).mark({quantity: value}), quantity)
    assert f"consistent with {message}" in told, told


def test_the_norms_of_weights_and_of_all_gradients_are_printed_apart() -> None:
    theta, samples = drawn("norms")
    plan = network(theta, samples, ", clip: {norm: 0.5}", ", max_norm: 0.5").plan
    printed = [plan.symbols.forms(name).unicode for name in ("norm@1", "norm.z1@1", "norm.z2@1")]
    assert printed == ["norm⁺", "‖w‖₁[z₁]", "‖w‖₁[z₂]"]


@pytest.mark.parametrize(
    ("text", "name", "answer"),
    [  # by hand: 0.6 - 0.1·(-0.5), 0.9 + 0.1, 0.1 + 0.05 are the free weights and the free bias
        (
            "layers: [{net: [o], weights: {x1: [w1], x2: [w2]}, biases: [b], max_norm: {bound: 1, biases: true}}]\n"
            "inputs: {x1: 1, x2: 2}\ntargets: 3\nvalues: {w1: 0.6, w2: 0.9, b: 0.1}",
            "norm.o@1",
            "{:.6f}",
        ),
        (
            "notation: matrix\nlayers: [{activation: identity, max_norm: {bound: 1, biases: true}}]\n"
            "X: [[1, 2]]\nY: [[3]]\nweights: {W: [[0.6], [0.9]], b: [0.1]}",
            "norm.W@1",
            "[{:.6f}]",
        ),
    ],
)
def test_a_bias_that_is_left_out_of_the_norm_is_told(text: str, name: str, answer: str) -> None:
    fields = f"kind: network\n{text}\nloss: half_sum\noptimizer: {{learning_rate: 0.1}}\nparts: [{{find: {name}}}]"
    marker = Marker(load_text(fields.encode(), "n.yaml", KINDS))
    right, wrong = np.linalg.norm([0.65, 1, 0.15]), np.linalg.norm([0.65, 1])
    assert said(marker.mark({name: answer.format(right)}), name) == ""
    assert "left out of the norm" in said(marker.mark({name: answer.format(wrong)}), name)

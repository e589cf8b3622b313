"""Networks whose layers branch, join and are normalised, against autograd; what is wrong in them, and mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import autograd.numpy as anp
import pytest
from autograd import grad

from deepcalc.errors import InvalidProblem
from deepcalc.graph.evaluation import evaluate
from deepcalc.kinds import find_kinds
from deepcalc.plan.lookup import add_asked
from deepcalc.problem.loader import load_text
from deepcalc.problem.problem import Problem
from tests.library import problem

Given = dict[str, Any]
Found = dict[str, Any]
"""Values by the names of quantities; ``L`` is derived."""


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def relu(z: Any) -> Any:
    return anp.where(z > 0, z, 0.0)


def residual(p: Given) -> Found:
    h1 = anp.tanh(p["x1"] * p["w11"] + p["x2"] * p["w21"] + p["b1"])
    h2 = anp.tanh(p["x1"] * p["w12"] + p["x2"] * p["w22"] + p["b2"])
    y1 = relu(h1 * p["v11"] + h2 * p["v21"] + p["x1"])
    y2 = relu(h1 * p["v12"] + h2 * p["v22"] + p["x2"])
    o = y1 * p["u1"] + y2 * p["u2"]
    return {"o": o, "L": 0.5 * (1 - o) ** 2}


def dense(p: Given) -> Found:
    o = anp.tanh(p["x"] * p["w"] + p["b"]) * p["u1"] + p["x"] * p["u2"] + p["c"]
    return {"o": o, "L": (0.5 - o) ** 2}


def gated(p: Given) -> Found:
    a, g = p["w1"] + 2 * p["w2"], sigmoid(p["v1"] + 2 * p["v2"] + p["b"])
    return {"a": a, "g": g, "y": a * g, "L": 0.5 * (1 - a * g) ** 2}


def experts(p: Given) -> Found:
    s, e = (anp.array([1.5 * p[w] + p[b] for w, b in pairs]) for pairs in (
        (("u1", "c1"), ("u2", "c2")), (("w1", "b1"), ("w2", "b2")),
    ))  # fmt: skip
    g = anp.exp(s) / anp.sum(anp.exp(s))
    return {"g1": g[0], "g2": g[1], "y": anp.dot(g, e), "L": 0.5 * (1 - anp.dot(g, e)) ** 2}


def two_heads(p: Given) -> Found:
    h1, h2 = anp.tanh(p["w11"] - 0.5 * p["w21"]), anp.tanh(p["w12"] - 0.5 * p["w22"])
    prob, r = sigmoid(h1 * p["u1"] + h2 * p["u2"]), h1 * p["v1"] + h2 * p["v2"]
    of_class, of_number = -anp.log(prob), (2 - r) ** 2
    return {"p": prob, "r": r, "L_c": of_class, "L_r": of_number, "L": of_class + 0.25 * of_number}


def own_activation(p: Given) -> Found:
    z = 2 * p["w"] + p["b"]
    h = z * sigmoid(1.5 * z)
    return {"h": h, "o": h * p["v"], "L": 0.5 * (1 - h * p["v"]) ** 2}


def mean_and_scale(p: Given) -> Found:
    m, s = p["w1"] + p["b1"], anp.log(1 + anp.exp(p["w2"] + p["b2"]))
    return {"m": m, "s": s, "L": 0.5 * ((0.5 - m) ** 2 + (1 - s) ** 2)}


def thresholds(p: Given) -> Found:
    h = sigmoid(p["w13"] + p["w23"] - p["theta3"])
    o = sigmoid(h * p["w34"] + p["w14"] - p["theta4"])
    return {"h": h, "o": o, "L": 0.5 * o**2}


def batch_normalised(p: Given) -> Found:
    z = anp.array([1.0, 2.0, 5.0]) * p["w"]
    hat = (z - anp.mean(z)) / anp.sqrt(anp.mean((z - anp.mean(z)) ** 2))
    o = relu(p["gamma"] * hat + p["beta"]) * p["v"]
    found = {f"zhat:{number}": value for number, value in enumerate(hat, start=1)}
    return {**found, "L": anp.mean(0.5 * (anp.array([0.0, 1.0, 2.0]) - o) ** 2)}


def layer_normalised(p: Given) -> Found:
    z = anp.array([p[f"w1{j}"] + 2 * p[f"w2{j}"] for j in (1, 2, 3)])
    hat = (z - anp.mean(z)) / anp.sqrt(anp.mean((z - anp.mean(z)) ** 2))
    o = anp.dot(relu(hat), anp.array([p["v1"], p["v2"], p["v3"]]))
    return {"mu": anp.mean(z), "o": o, "L": 0.5 * (1 - o) ** 2}


def tied(p: Given) -> Found:
    h = sigmoid(p["w1"] + 0.5 * p["w2"])
    return {"h": h, "L": 0.5 * ((1 - h * p["w1"]) ** 2 + (0.5 - h * p["w2"]) ** 2)}


REFERENCES: dict[str, Callable[[Given], Found]] = {
    "residual-block": residual,
    "dense-connection": dense,
    "gated-linear-unit": gated,
    "mixture-of-two-experts": experts,
    "two-heads-two-losses": two_heads,
    "activation-of-its-own": own_activation,
    "mean-and-scale-outputs": mean_and_scale,
    "thresholds-as-inputs": thresholds,
    "batch-normalised-layer": batch_normalised,
    "layer-normalised-layer": layer_normalised,
    "tied-autoencoder": tied,
}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_shipped_network_agrees_with_autograd(name: str) -> None:
    plan = problem(name).plan
    model: Any = problem(name).model
    given = {each.name: float(each.given_number.value) for each in plan.graph if each.given_number is not None}
    reference = REFERENCES[name]
    expected = {key: float(value) for key, value in reference(given).items() if key != "L"}
    loss = model.loss_name
    expected[loss] = float(reference(given)["L"])
    slopes = grad(lambda p: reference(p)["L"])(given)
    wanted = [*model.parameters, *(() if model.fields.samples is not None else model.inputs)]
    expected |= {f"d{loss}/d{key}": float(slopes[key]) for key in wanted if slopes[key] is not None}
    names = {key: add_asked(plan, key)[0] for key in expected}
    values = evaluate(plan.graph, list(names.values())).values
    for key, value in expected.items():
        if key.startswith(f"d{loss}/dx") and name not in ("residual-block", "dense-connection"):
            continue  # the reference has the inputs as numbers
        assert float(values[names[key]]) == pytest.approx(value, rel=1e-9, abs=1e-12), key


def load(text: str) -> Problem:
    return load_text(text.encode(), "network.yaml", find_kinds())


def mistaken(name: str, message: str, quantity: str) -> float:
    """What a quantity of a shipped problem comes to with the mistake of that message."""
    solved = problem(name)
    graph = solved.plan.graph
    assert solved.kind.slips is not None
    slip = next(slip for slip in solved.kind.slips(solved.model, solved.plan) if slip.message == message)
    wrong = {
        key: replace(graph[key], formula=formula, partials={}, fused={}, stable=None)
        for key, formula in slip.formulas.items()
    }
    return float(evaluate(graph.with_formulas(wrong), [quantity]).values[quantity])


G = float(sigmoid(0.3))
P, R = 0.693090, 0.321946
H = float(sigmoid(0.1))


@pytest.mark.parametrize(
    ("name", "message", "quantity", "value"),
    [
        ("gated-linear-unit", "g left out of the product", "y", 2.4),
        ("gated-linear-unit", "the sum of the senders in place of their product", "y", 2.4 + G),
        (
            "gated-linear-unit",
            "the other factor of a product forgotten on the way back",
            "dL/db",
            (2.4 * G - 1) * G * (1 - G),
        ),
        ("mixture-of-two-experts", "g1, g2 left out of the inner product", "y", 1.5),
        ("mixture-of-two-experts", "g1, g2 left out of the inner product: the plain mean", "y", 0.75),
        (
            "mixture-of-two-experts",
            "the other factor of a product forgotten on the way back",
            "delta_e1",
            1.46458745760 - 1,
        ),
        (
            "mixture-of-two-experts",
            "each output of the softmax derived by its own net input alone",
            "delta_s1",
            0.92917492 * 0.78583498 * 0.21416502,
        ),
        ("two-heads-two-losses", "the losses added without their weights", "L", -anp.log(P) + (2 - R) ** 2),
        ("batch-normalisation-at-test-time", "γ and β exchanged", "h1", 0.1 * 1 + 1.2),
        ("batch-normalisation-at-test-time", "the root forgotten: divided by the variance", "zhat2", -0.1 / 0.25),
        ("running-averages-in-training", "the momentum and 1 minus it exchanged", "mu_run.z@1", 0.1 * 1 + 0.9 * 7 / 3),
        ("imbalanced-classes", "the weights in the loss left out", "L", 0.406579),
        (
            "imbalanced-classes",
            "divided by the number of samples in place of the sum of the weights",
            "L",
            0.358812 * 4.5 / 3,
        ),
        (
            "gradients-of-weighted-samples",
            "divided by the sum of the weights in place of the number of samples",
            "dL/dw",
            -14.5 / 4,
        ),
        ("skip-connection-initialisation", "the 2 of the variance forgotten", "varw1", 1 / 3),
        ("skip-connection-initialisation", "the standard deviation in place of the limit", "limit1", (2 / 3) ** 0.5),
        ("counting-parameters", "weights alone counted, without biases and scales", "params", 3 * 2 + 5),
        ("tied-autoencoder", "shared parameters counted wherever they stand", "params", 4),
        ("running-averages-in-training", "ε forgotten", "zhat:2", (1 - 7 / 3) / (104 / 9) ** 0.5),
        ("layer-normalised-layer", "n − 1 in place of n in the variance", "var", 0.9866666666667 / 2),
        ("thresholds-as-inputs", "the derivative of the activation left out", "delta4", -float(sigmoid(1 - 1.2 * H))),
    ],
)
def test_a_typical_mistake_is_told(name: str, message: str, quantity: str, value: float) -> None:
    assert mistaken(name, message, quantity) == pytest.approx(value, rel=1e-4)


WEIGHED = """
kind: network
layers: [{net: [z], out: [p], activation: sigmoid, weights: {x: [w]}}]
values: {w: 1}
samples: [{inputs: {x: 1}, targets: [1]}, {inputs: {x: 2}, targets: [0]}]
loss: binary_cross_entropy
class_weights: [1, 2]
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[1, 2]\n", "[1, 2, 3]\n", "expected 2 weights, one for each class, found 3"),
        ("targets: [1]}", "targets: [0.5]}", "class weights need targets that are of one class"),
        ("loss: binary_cross_entropy", "loss: mse", "mse is of no classes, so they have no weights"),
        ("class_weights: [1, 2]", "reduction: weighted_mean", "a weighted mean needs `class_weights`"),
        ("loss: binary_cross_entropy", "", "weights are those of a loss: give one"),
        ("x: 1}, ", "x: 1}, weight: -1, ", "expected a number at least 0"),
    ],
)
def test_wrong_weights_are_told(old: str, new: str, message: str) -> None:
    assert old in WEIGHED
    with pytest.raises(InvalidProblem) as caught:
        load(WEIGHED.replace(old, new, 1))
    assert any(message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize("reduction", ["mean", "weighted_mean", "sum"])
def test_class_and_sample_weights_agree_with_autograd(reduction: str) -> None:
    text = WEIGHED.replace("targets: [1]}", "targets: [1], weight: 0.5}") + f"reduction: {reduction}\n"

    def loss(w: float) -> Any:
        first, second = 0.5 * 2 * -anp.log(sigmoid(w)), 1 * 1 * -anp.log(1 - sigmoid(2 * w))
        return (first + second) / {"mean": 2, "weighted_mean": 0.5 * 2 + 1 * 1, "sum": 1}[reduction]

    values = evaluate(load(text).plan.graph, ["L", "dL/dw"]).values
    assert float(values["L"]) == pytest.approx(loss(1.0), rel=1e-12)
    assert float(values["dL/dw"]) == pytest.approx(grad(loss)(1.0), rel=1e-12)


SKIPPED = """
kind: network
inputs: {x1: 1, x2: -2}
layers:
  - {name: first, net: [z1, z2], out: [h1, h2], activation: tanh, weights: {x1: [a, b], x2: [c, d]}}
  - {name: block, from: [first, inputs], combine: add, net: [s1, s2]}
  - {net: [o], weights: {s1: [u], s2: [v]}}
values: {a: 0.5, b: 0.1, c: -0.2, d: 0.3, u: 1, v: 2}
targets: {o: 1}
loss: half_sum
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[first, inputs]", "[frist, inputs]", "`frist` is neither a layer before nor one of its units (did you mean"),
        ("[first, inputs]", "[o, inputs]", "`o` is neither a layer before nor one of its units"),
        ("combine: add,", "", "missing `weights`: those of the layer's units; a layer without weights has `combine`"),
        ("combine: add", "combine: adds", "expected add, concat, multiply or dot"),
        ("combine: add, net: [s1, s2]", "combine: concat, net: [s1, s2]", "the layer has 2 units"),
        ("net: [s1, s2]}", "net: [s1, s2], weights: {h1: [1, 1]}}", "either `weights` or `combine: add`"),
        ("name: block", "name: first", "the name `first` is that of another layer"),
        ("activation: tanh", "activation: tahn", "`tahn` is no activation (did you mean `tanh`?)"),
        ("activation: tanh", "activation: [tanh]", "expected 2 activations, one for each unit, found 1"),
        ("activation: tanh", "activation: [tanh, softmax]", "softmax is of a whole layer"),
        ("activation: tanh", "activation: q*z", "`q` has no value"),
        ("activation: tanh", "activation: u + v*u", "an activation is a formula in z"),
        ("activation: tanh", "activation: z @ z", "a formula of one number"),
        ("from: [first, inputs], ", "from: inputs, ", "nothing takes up `first` and `layer3`"),
        ("loss: half_sum", "losses: [{of: frist, function: mse}]", "`frist` is no layer (did you mean `first`?)"),
        ("loss: half_sum", "losses: [{of: first, function: mse}]", "no loss is of `layer3`"),
        ("loss: half_sum", "loss: mse\nlosses: [{of: layer3, function: mse}]", "give either `loss` or `losses`"),
        ("loss: half_sum", "losses: [{of: layer3, function: mse, weight: k}]", "`k` has no value"),
        ("net: [s1, s2]}", "net: [s1, s2], norm: batch}", "the statistics of a batch need `samples`"),
        ("net: [s1, s2]}", "net: [s1, s2], norm: {function: layer, mode: test}}", "has no running averages"),
        ("net: [s1, s2]}", "net: [s1, s2], norm: {function: layer, gamma: [1]}}", "expected 2 scales, one for each"),
        ("net: [s1, s2]}", "net: [s1, s2], norm: {function: batch, mode: test}}", "`running_mean` is missing"),
    ],
)
def test_a_wrong_structure_is_told(old: str, new: str, message: str) -> None:
    assert old in SKIPPED
    with pytest.raises(InvalidProblem) as caught:
        load(SKIPPED.replace(old, new, 1))
    assert any(message in fault.message for fault in caught.value.faults), caught.value


def test_a_given_unit_passes_derivatives_on_through_a_product() -> None:
    text = """
kind: network
inputs: {x: 2}
layers:
  - {name: a, net: [p], weights: {x: [w]}}
  - {name: b, from: inputs, net: [q], weights: {x: [v]}}
  - {from: [a, b], combine: multiply, net: [y]}
values: {w: 3, v: 5}
given: {y: 7}
targets: {y: 6}
loss: half_sum
"""
    values = evaluate(load(text).plan.graph, ["dL/dw", "dL/dv"]).values
    assert (values["dL/dw"], values["dL/dv"]) == ((7 - 6) * (5 * 2) * 2, (7 - 6) * (3 * 2) * 2)


COUNTED = """
kind: network
samples: [{inputs: {x1: 1, x2: 0.5, x3: 1}}, {inputs: {x1: 0, x2: 1, x3: 2}}]
layers:
  - {name: a, net: [z1, z2], weights: {x1: [a, b], x2: [c, d], x3: [e, f]}, biases: [0, 0]}
  - {name: s, from: [a, [x1, x2]], combine: add, net: [s1, s2]}
  - {from: [s, inputs], net: [o], weights: {s1: [a], s2: [2], x1: [3], x2: [4], x3: [5]}, biases: [0]}
values: {a: 1, b: 2, c: 3, d: 4, e: 1, f: 2}
"""


@pytest.mark.parametrize(
    ("norm", "expected"),
    [
        ("", {"params1": 3 * 2 + 2, "params3": 5 + 1 - 1, "params": 13}),
        (", norm: {function: batch, gamma: [1, 1], beta: [0, 0]}", {"params1": 3 * 2 + 3 * 2, "params": 17}),
    ],
)
def test_the_parameters_of_a_network_are_counted(norm: str, expected: dict[str, int]) -> None:
    graph = load(COUNTED.replace("biases: [0, 0]", f"biases: [0, 0]{norm}")).plan.graph
    assert evaluate(graph, list(expected)).values.items() >= expected.items()
    assert "params2" not in graph, "a sum has no parameters"
